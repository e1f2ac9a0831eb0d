/** From kubeadm's documents to what it would write. */
import { SUPPORTED_KUBERNETES_MINORS } from '../../config/history/history.ts';
import type { JoinDiscovery, KubeadmFacts, WrittenDuration, WrittenName, WrittenValue } from '../../model/kubeadm.ts';

import type { Version } from '../../model/version.ts';
import { asList, asMapping, asText, readYaml } from '../../text/yaml.ts';
import { splitHostPort } from '../../config/url.ts';
import { goDurationSeconds } from '../../config/values.ts';
import type { PlacedFile } from '../layout.ts';
import type { FileReader } from '../reader.ts';
import type { DiscoveryProblem, Invocation, KubeadmPlan } from '../types.ts';
import { clusterConfig, patchesDirectory } from './config.ts';
import type { ClusterConfig } from './config.ts';
import { controlPlane } from './control-plane.ts';
import { formOf, positionIn, readKubeadmDocuments } from './documents.ts';
import type { KubeadmDocument, KubeadmDocuments } from './documents.ts';
import { localEtcd } from './etcd.ts';
import { kubeletOf } from './kubelet.ts';
import { patchesIn } from './patches.ts';
import type { Patches } from './patches.ts';
import { proxyOf } from './proxy.ts';
import { isReadable, refusals } from './refusals.ts';

export interface FoundPlan {
  /** Undefined where the ConfigMap of kube-proxy is all that there is. */
  readonly plan: KubeadmPlan | undefined;
  /** What is judged where no file of the node configures anything. */
  readonly invocations: readonly Invocation[];
  /** What runs in the cluster by a ConfigMap, whatever else the node's files show. */
  readonly running: readonly Invocation[];
  readonly texts: ReadonlyMap<string, string>;
  readonly problems: readonly DiscoveryProblem[];
}

/**
 * Reads the kubeadm configuration among the files of the input; undefined where there is none.
 * @param given the version to take where the configuration names none
 */
export function planKubeadm(
  reader: FileReader,
  placed: readonly PlacedFile[],
  given: Version | undefined,
): FoundPlan | undefined {
  const files = placed.filter((file) => file.class === 'kubeadm-config' || isProxyConfig(reader, file));
  if (files.length === 0) return undefined;
  const documents = readKubeadmDocuments(
    reader,
    files.map(({ path }) => path),
  );
  const { cluster, init, join, kubelet, proxy, proxyMap, problems } = documents;
  const isKubeadm = [cluster, init, join, kubelet].some((document) => document !== undefined);
  if (!isKubeadm && proxy === undefined && problems.length === 0) return undefined;
  const patches = patchesIn(reader, patchesDirectory(documents));
  const config = clusterConfig(documents, patches);
  const version = config?.version ?? given;
  const proxyPlan = proxyOf(documents, config);
  const at = (wanted: Version): readonly Invocation[] => invocationsAt(documents, config, patches, wanted);
  const known = version === undefined ? undefined : stamped(at(version), version);
  const withProxy = (invocations: readonly Invocation[]): readonly Invocation[] => {
    if (proxyPlan === undefined) return invocations;
    const { invocation } = proxyPlan;
    const isPlanned = invocation.kind === 'kubeadm-config' && version !== undefined;
    return [...invocations, isPlanned ? { ...invocation, imageVersion: version } : invocation];
  };
  return {
    plan:
      isKubeadm || problems.length > 0
        ? {
            at: (wanted) => withProxy(at(wanted)),
            version,
            mayBeFor: (wanted) => isReadable(documents, wanted),
            facts: factsOf(documents, config),
          }
        : undefined,
    invocations: withProxy(known ?? at(newest())),
    running: proxyPlan === undefined || (proxyMap === undefined && isKubeadm) ? [] : [proxyPlan.invocation],
    texts: proxyPlan?.texts ?? new Map(),
    problems,
  };
}

/** A KubeProxyConfiguration by itself is read in the same way; other components name their files themselves. */
function isProxyConfig(reader: FileReader, file: PlacedFile): boolean {
  if (file.class !== 'component-config') return false;
  const read = reader.readText(file.path);
  const yaml = read.ok ? readYaml(read.text) : undefined;
  return yaml?.ok === true && yaml.documents.some(({ value }) => asMapping(value)?.kind === 'KubeProxyConfiguration');
}

function invocationsAt(
  documents: KubeadmDocuments,
  config: ClusterConfig | undefined,
  patches: Patches,
  version: Version,
): readonly Invocation[] {
  // A worker that joins gets a kubelet and nothing else.
  const isControlPlane = config !== undefined && !isWorker(documents);
  const etcd = isControlPlane ? localEtcd(config, version) : undefined;
  const kubelet = kubeletOf(documents, config, patches, version);
  return [
    ...(isControlPlane ? controlPlane(config, version) : []),
    ...(etcd === undefined ? [] : [etcd]),
    ...(kubelet === undefined ? [] : [kubelet]),
  ];
}

function isWorker({ cluster, init, join }: KubeadmDocuments): boolean {
  return cluster === undefined && init === undefined && join !== undefined;
}

/** The images that kubeadm takes are those of the version; the kubelet is a package of its own. */
function stamped(invocations: readonly Invocation[], version: Version): readonly Invocation[] {
  return invocations.map((invocation) =>
    invocation.component === 'etcd' || invocation.component === 'kubelet'
      ? invocation
      : { ...invocation, imageVersion: version },
  );
}

function newest(): Version {
  const found = SUPPORTED_KUBERNETES_MINORS.at(-1);
  if (found === undefined) throw new Error('the history knows no version');
  return found;
}

function factsOf(documents: KubeadmDocuments, config: ClusterConfig | undefined): KubeadmFacts {
  const { cluster, init, join, kubelet, proxy, problems } = documents;
  const all = [cluster, init, join, kubelet, proxy].flatMap((document) => document?.file ?? []);
  const value = (name: string): WrittenValue | undefined => {
    const written = asText(cluster?.root[name]);
    return cluster === undefined || written === undefined || written === ''
      ? undefined
      : { value: written, ...positionIn(cluster, [name]) };
  };
  const duration = (name: string): WrittenDuration | undefined => {
    const written = value(name);
    return written === undefined ? undefined : { ...written, seconds: goDurationSeconds(written.value) };
  };
  const certificateValidityPeriod = duration('certificateValidityPeriod');
  const caCertificateValidityPeriod = duration('caCertificateValidityPeriod');
  const encryptionAlgorithm = value('encryptionAlgorithm') ?? ellipticByGate(cluster);
  const discovery = discoveryOf(join);
  return {
    files: [...new Set(all)],
    certificatesDir: config?.certificatesDir ?? '/etc/kubernetes/pki',
    has: { cluster: cluster !== undefined, kubelet: kubelet !== undefined },
    at: {
      ...(cluster === undefined ? {} : { cluster: { file: cluster.file, form: formOf(cluster.apiVersion) } }),
      ...(kubelet === undefined ? {} : { kubelet: { file: kubelet.file } }),
    },
    certificateNames: {
      apiserver: [...namesIn(cluster, ['apiServer', 'certSANs']), ...endpointName(cluster)],
      'etcd-server': namesIn(cluster, ['etcd', 'local', 'serverCertSANs']),
      'etcd-peer': namesIn(cluster, ['etcd', 'local', 'peerCertSANs']),
    },
    ...(certificateValidityPeriod === undefined ? {} : { certificateValidityPeriod }),
    ...(caCertificateValidityPeriod === undefined ? {} : { caCertificateValidityPeriod }),
    ...(encryptionAlgorithm === undefined ? {} : { encryptionAlgorithm }),
    ...(discovery === undefined ? {} : { discovery }),
    refusals: refusals(documents, config),
    unread: problems.filter(({ code }) => code === 'unreadable-file').map(({ message }) => message),
  };
}

/** The gate of the versions that had no field for it (cmd/kubeadm/app/apis/kubeadm/types.go: EncryptionAlgorithmType). */
function ellipticByGate(cluster: KubeadmDocument | undefined): WrittenValue | undefined {
  return cluster !== undefined && asMapping(cluster.root.featureGates)?.PublicKeysECDSA === true
    ? { value: 'ECDSA-P256', ...positionIn(cluster, ['featureGates', 'PublicKeysECDSA']) }
    : undefined;
}

/**
 * The names of a list of the ClusterConfiguration; those of the node are the node's.
 * Source: cmd/kubeadm/app/util/pkiutil/pki_helpers.go (GetAPIServerAltNames, GetEtcdAltNames, GetEtcdPeerAltNames).
 */
function namesIn(cluster: KubeadmDocument | undefined, path: readonly string[]): readonly WrittenName[] {
  if (cluster === undefined) return [];
  const list = path.reduce<unknown>((value, key) => asMapping(value)?.[key], cluster.root);
  return asList(list).flatMap((name, index) =>
    typeof name === 'string' && name !== ''
      ? [{ value: name.toLowerCase(), field: path.join('.'), ...positionIn(cluster, [...path, index]) }]
      : [],
  );
}

function endpointName(cluster: KubeadmDocument | undefined): readonly WrittenName[] {
  if (cluster === undefined) return [];
  const endpoint = asText(cluster.root.controlPlaneEndpoint) ?? '';
  const host = splitHostPort(endpoint)?.host ?? endpoint;
  return host === ''
    ? []
    : [{ value: host, field: 'controlPlaneEndpoint', ...positionIn(cluster, ['controlPlaneEndpoint']) }];
}

function discoveryOf(join: KubeadmDocument | undefined): JoinDiscovery | undefined {
  if (join === undefined) return undefined;
  const discovery = asMapping(join.root.discovery);
  const token = asMapping(discovery?.bootstrapToken);
  const file = asMapping(discovery?.file);
  const none = { pinned: false, skipsVerification: false };
  if (token !== undefined) {
    const skips = token.unsafeSkipCAVerification === true;
    const path = ['discovery', 'bootstrapToken', ...(skips ? ['unsafeSkipCAVerification'] : [])];
    return {
      kind: 'token',
      pinned: asList(token.caCertHashes).some((hash) => typeof hash === 'string' && hash !== ''),
      skipsVerification: skips,
      ...positionIn(join, path),
    };
  }
  if (file !== undefined) {
    const kubeconfig = asText(file.kubeConfigPath);
    return {
      kind: 'file',
      ...none,
      ...(kubeconfig === undefined ? {} : { kubeconfig }),
      ...positionIn(join, ['discovery', 'file', 'kubeConfigPath']),
    };
  }
  return { kind: 'none', ...none, ...positionIn(join, ['discovery']) };
}
