/**
 * What kubeadm does not take, so that it would write nothing at all.
 * Sources: kubernetes cmd/kubeadm/app/util/config/common.go (validateSupportedVersion), apis/kubeadm/<version>/types.go,
 * features/features.go of every minor from 1.19 to 1.37.
 */
import { atOrAfter, inRange } from '../../config/history/ranges.ts';
import type { KubeadmRefusal } from '../../model/kubeadm.ts';
import { formatVersion } from '../../model/version.ts';
import type { Version } from '../../model/version.ts';
import { asMapping } from '../../text/yaml.ts';
import type { YamlPath } from '../../text/yaml.ts';
import type { ClusterConfig } from './config.ts';
import { formOf, positionIn } from './documents.ts';
import type { KubeadmDocument, KubeadmDocuments } from './documents.ts';

/** The minors of kubeadm that read each version of its configuration without an option for experiments. */
const READABLE: Readonly<Record<string, { readonly from: string; readonly to?: string }>> = {
  v1beta1: { from: '1.13', to: '1.21' },
  v1beta2: { from: '1.15', to: '1.26' },
  v1beta3: { from: '1.22', to: '1.36' },
  v1beta4: { from: '1.31' },
};

/** kubeadm's own gates, by the minors that know them (features/features.go). */
const GATES: Readonly<Record<string, { readonly from: string; readonly to?: string }>> = {
  IPv6DualStack: { from: '1.16', to: '1.23' },
  PublicKeysECDSA: { from: '1.19', to: '1.36' },
  RootlessControlPlane: { from: '1.22' },
  UnversionedKubeletConfigMap: { from: '1.23', to: '1.25' },
  EtcdLearnerMode: { from: '1.27', to: '1.32' },
  UpgradeAddonsBeforeControlPlane: { from: '1.28', to: '1.30' },
  WaitForAllControlPlaneComponents: { from: '1.30', to: '1.34' },
  ControlPlaneKubeletLocalMode: { from: '1.31', to: '1.35' },
  NodeLocalCRISocket: { from: '1.32', to: '1.36' },
};

/** Where extraArgs are, by the kind of the document. */
const EXTRA_ARGS: Readonly<Record<string, readonly YamlPath[]>> = {
  ClusterConfiguration: [
    ['apiServer', 'extraArgs'],
    ['controllerManager', 'extraArgs'],
    ['scheduler', 'extraArgs'],
    ['etcd', 'local', 'extraArgs'],
  ],
  InitConfiguration: [['nodeRegistration', 'kubeletExtraArgs']],
  JoinConfiguration: [['nodeRegistration', 'kubeletExtraArgs']],
};

/** The faults for which kubeadm refuses its documents. */
export function refusals(
  { cluster, init, join }: KubeadmDocuments,
  config: ClusterConfig | undefined,
): readonly KubeadmRefusal[] {
  return [cluster, init, join].flatMap((document) =>
    document === undefined
      ? []
      : [
          ...apiVersionFault(document, config?.version),
          ...extraArgsFaults(document),
          ...gateFaults(document, config?.version),
        ],
  );
}

/** Whether a kubeadm that makes clusters of a version reads all of the documents. */
export function isReadable({ cluster, init, join }: KubeadmDocuments, version: Version): boolean {
  return [cluster, init, join].every((document) => document === undefined || reads(document, version) !== 'no');
}

/** kubeadm of one minor makes clusters of its own version and of the one before, so either may be the one that reads. */
function reads({ apiVersion }: KubeadmDocument, version: Version): 'yes' | 'no' | 'nobody' {
  const name = formOf(apiVersion);
  // The option --allow-experimental-api of 1.37.
  if (name === 'v1') return atOrAfter(version, '1.36') ? 'yes' : 'no';
  const readable = READABLE[name];
  if (readable === undefined) return 'nobody';
  const next = { ...version, minor: version.minor + 1, patch: 0 };
  const tooOld = readable.to !== undefined && atOrAfter(version, minorAfter(readable.to));
  return tooOld || !atOrAfter(next, readable.from) ? 'no' : 'yes';
}

function apiVersionFault(document: KubeadmDocument, version: Version | undefined): readonly KubeadmRefusal[] {
  const { apiVersion, file } = document;
  const readable = READABLE[formOf(apiVersion)];
  if (formOf(apiVersion) !== 'v1' && readable === undefined) {
    return [problem(document, ['apiVersion'], `kubeadm knows no ${apiVersion}: write kubeadm.k8s.io/v1beta4`)];
  }
  if (version === undefined || reads(document, version) !== 'no') return [];
  const range =
    readable === undefined
      ? '1.37'
      : readable.to === undefined
        ? `${readable.from} and later`
        : `${readable.from} to ${readable.to}`;
  return [
    problem(
      document,
      ['apiVersion'],
      `kubeadm ${formatVersion(version)} does not read ${apiVersion}, which is for kubeadm ${range}: \`kubeadm config migrate --old-config ${file.split('/').at(-1) ?? 'FILE'} --new-config NEW\` writes it anew`,
    ),
  ];
}

function minorAfter(minor: string): string {
  const [major = '1', number = '0'] = minor.split('.');
  return `${major}.${Number(number) + 1}`;
}

/** A map through v1beta3, a list from v1beta4 on: the other one does not decode. */
function extraArgsFaults(document: KubeadmDocument): readonly KubeadmRefusal[] {
  const wantsMap = /^v1(?:alpha\d|beta[1-3])$/.test(formOf(document.apiVersion));
  return (EXTRA_ARGS[document.kind] ?? []).flatMap((path) => {
    const written = path.reduce<unknown>((value, step) => asMapping(value)?.[String(step)], document.root);
    if (written === undefined || written === null || Array.isArray(written) !== wantsMap) return [];
    const wanted = wantsMap ? 'a mapping of flags to values' : 'a list of `name` and `value`';
    return [
      problem(
        document,
        path,
        `${path.join('.')} is ${wantsMap ? 'a list' : 'a mapping'}, and in ${document.apiVersion} it is ${wanted}`,
      ),
    ];
  });
}

/** Gates of the components are flags in extraArgs; people write them where kubeadm's own are. */
function gateFaults(document: KubeadmDocument, version: Version | undefined): readonly KubeadmRefusal[] {
  if (document.kind !== 'ClusterConfiguration' || version === undefined) return [];
  const next = { ...version, minor: version.minor + 1, patch: 0 };
  return Object.keys(asMapping(document.root.featureGates) ?? {}).flatMap((gate) => {
    const range = Object.hasOwn(GATES, gate) ? GATES[gate] : undefined;
    if (range !== undefined && (inRange(version, range) || inRange(next, range))) return [];
    const what =
      range === undefined
        ? `${gate} is no feature gate of kubeadm: those of the components go into their extraArgs as feature-gates`
        : `kubeadm ${formatVersion(version)} has no feature gate ${gate}, which is for ${range.from}${range.to === undefined ? ' and later' : ` to ${range.to}`}`;
    return [problem(document, ['featureGates', gate], what)];
  });
}

function problem(document: KubeadmDocument, path: YamlPath, message: string): KubeadmRefusal {
  return { kind: document.kind, field: path.join('.'), message, ...positionIn(document, path) };
}
