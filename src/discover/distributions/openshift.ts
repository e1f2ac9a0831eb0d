/**
 * OpenShift: static pods that operators write, whose flags stand in a configuration file that only OpenShift's builds of
 * the components read.
 * Sources: openshift/cluster-kube-apiserver-operator bindata/assets/{kube-apiserver/pod.yaml,config/defaultconfig.yaml},
 * openshift/cluster-kube-controller-manager-operator bindata/assets; openshift/kubernetes
 * openshift-kube-apiserver/openshiftkubeapiserver/flags.go (ConfigToFlags).
 */
import type { ProgramFlag } from './arguments.ts';
import { toArguments } from './arguments.ts';
import type { FileReader } from '../reader.ts';
import type { Invocation } from '../types.ts';
import { readConfigDocument } from './document.ts';
import type { ConfigDocument } from './document.ts';
import { named } from './types.ts';
import type { DistributionDefinition } from './types.ts';

const RESOURCES = '/etc/kubernetes/static-pod-resources';

export const openshift: DistributionDefinition = {
  id: 'openshift',
  markers: ['etc/kubernetes/static-pod-resources'],
  find: (reader) =>
    reader.list(RESOURCES).length === 0
      ? undefined
      : named('openshift', RESOURCES, {
          configuredIn:
            'Operators of OpenShift write the static pods and their configuration, issue the certificates and renew them: what a fix asks for belongs into the objects that they read (`oc edit apiserver cluster`, `oc edit kubeletconfig`; `oc get clusteroperators` shows what they are at), never into the files.',
          refine: (invocation) => withVersion(reader, withConfig(reader, invocation)),
          decides: new Map([
            [
              'apiserver-authorization-mode',
              'OpenShift has authorization modes of its own (Scope, SystemMasters), which its API server knows.',
            ],
          ]),
        }),
};

/**
 * Images are named by digest, but the operating system tells its release: OPENSHIFT_VERSION in os-release, whose 4.x is
 * Kubernetes 1.(x + 13) (4.16 is 1.29; docs.openshift.com release notes).
 */
function withVersion(reader: FileReader, invocation: Invocation): Invocation {
  if (invocation.imageVersion !== undefined || invocation.component === 'etcd') return invocation;
  const release = reader.readText('/etc/os-release');
  const minor = release.ok ? /^OPENSHIFT_VERSION="?4\.(\d{1,2})\b/m.exec(release.text)?.[1] : undefined;
  return minor === undefined ? invocation : { ...invocation, imageVersion: { major: 1, minor: Number(minor) + 13 } };
}

/** The flags that `--openshift-config` stands for are parsed after those of the command line, so they beat them. */
function withConfig(reader: FileReader, invocation: Invocation): Invocation {
  const { argv } = invocation;
  const at = argv.findIndex(({ text }) => /^--openshift-config(?:=|$)/.test(text));
  const word = argv[at];
  if (word === undefined) return invocation;
  const equals = word.text.indexOf('=');
  const path = equals === -1 ? argv[at + 1]?.text : word.text.slice(equals + 1);
  const rest = argv.filter((_word, index) => index !== at && (equals !== -1 || index !== at + 1));
  const place = path === undefined ? undefined : invocation.nodePath(path);
  const file = place !== undefined && 'path' in place ? place.path : undefined;
  const read = file === undefined ? undefined : readConfigDocument(reader, file, isControlPlaneConfig);
  if (file === undefined || read?.ok !== true) {
    const reason = `the configuration that --openshift-config names (${file ?? path ?? 'nothing'}) is not in the input`;
    return { ...invocation, argv: rest, commandLineSeen: false, unseen: { part: 'some', reason } };
  }
  return {
    ...invocation,
    argv: [...rest, ...toArguments(flagsOf(read.document))],
    sources: [...invocation.sources, { file, kind: 'config-file' }],
  };
}

function isControlPlaneConfig({ kind }: Readonly<Record<string, unknown>>): boolean {
  return kind === 'KubeAPIServerConfig' || kind === 'KubeControllerManagerConfig';
}

/** A list of values is one flag that is given as often; what servingInfo says goes before the arguments. */
function flagsOf(document: ConfigDocument): readonly ProgramFlag[] {
  const flags: ProgramFlag[] = [];
  const put = (name: string, value: string | undefined, ...path: readonly string[]): void => {
    if (value !== undefined) flags.push({ name, value, position: document.position(...path) });
  };
  const bind = document.text('servingInfo', 'bindAddress');
  const [, host, port] = /^(.*):(\d+)$/.exec(bind ?? '') ?? [];
  put('bind-address', host, 'servingInfo', 'bindAddress');
  put('secure-port', port, 'servingInfo', 'bindAddress');
  put('tls-min-version', document.text('servingInfo', 'minTLSVersion'), 'servingInfo', 'minTLSVersion');
  const suites = document.texts('servingInfo', 'cipherSuites');
  put('tls-cipher-suites', suites.length === 0 ? undefined : suites.join(','), 'servingInfo', 'cipherSuites');
  put('service-cluster-ip-range', document.text('servicesSubnet'), 'servicesSubnet');
  const named = document.at('servingInfo', 'namedCertificates');
  const certificates: readonly unknown[] = Array.isArray(named) ? named : [];
  certificates.forEach((_certificate, index) => {
    const at = ['servingInfo', 'namedCertificates', index] as const;
    const [certificate, key] = [document.text(...at, 'certFile'), document.text(...at, 'keyFile')];
    const names = document.texts(...at, 'names').join(',');
    if (certificate === undefined || key === undefined) return;
    flags.push({
      name: 'tls-sni-cert-key',
      value: `${certificate},${key}${names === '' ? '' : `:${names}`}`,
      position: document.position(...at),
    });
  });
  const given = [...document.flags('apiServerArguments'), ...document.flags('extendedArguments')];
  const replaced = new Set(given.map(({ name }) => name));
  return [...flags.filter(({ name }) => !replaced.has(name)), ...given];
}
