/** What the proxies of a service mesh demand of who dials a pod. */
import type {
  ClusterModel,
  ClusterNamespace,
  ClusterPod,
  MTLSMode,
  PeerAuthentication,
} from '../../../src/model/cluster.ts';

export type Mesh = 'Istio' | 'Istio ambient' | 'Linkerd';

/** The namespace of a pod; undefined where namespaces are not in the input. */
function namespaceOf(cluster: ClusterModel, name: string): ClusterNamespace | undefined {
  return cluster.namespaces.find((one) => one.name === name);
}

/** The mesh that a pod is in, by the proxy inside it or, in ambient mode, by what redirects its traffic. */
export function meshOf(cluster: ClusterModel, pod: ClusterPod): Mesh | undefined {
  const names = new Set(pod.containers.map(({ name }) => name));
  if (names.has('istio-proxy')) return 'Istio';
  if (names.has('linkerd-proxy')) return 'Linkerd';
  if (pod.hostNetwork) return undefined;
  // istio.io/latest/docs/ambient/usage/add-workloads
  const mode =
    pod.labels.get('istio.io/dataplane-mode') ??
    namespaceOf(cluster, pod.namespace)?.labels.get('istio.io/dataplane-mode');
  if (pod.annotations.get('ambient.istio.io/redirection') === 'enabled') return 'Istio ambient';
  return mode === 'ambient' && !pod.labels.has('istio.io/use-waypoint-only') ? 'Istio ambient' : undefined;
}

/** Where policies of the whole mesh are; istio.io, MeshConfig rootNamespace. */
export function rootNamespaces({ settings: { istio } }: ClusterModel): ReadonlySet<string> {
  return new Set(istio.length === 0 ? ['istio-system'] : istio.map(({ rootNamespace }) => rootNamespace));
}

export interface EffectiveMode {
  readonly mode: 'DISABLE' | 'PERMISSIVE' | 'STRICT';
  /** The object that decides it; undefined where none does. */
  readonly by: PeerAuthentication | undefined;
  /** Ports of the workload that differ. */
  readonly ports: ReadonlyMap<string, string>;
}

/**
 * The workload's policy, else its namespace's, else the mesh's, else PERMISSIVE; of several at one level the oldest; what
 * is unset comes from the level above. Ports count only where a selector chooses a workload, and a selector in the root
 * namespace chooses nothing. Source: istio/istio pilot/pkg/security/authn/policy_applier.go (ComposePeerAuthentication).
 */
export function effectiveMode(cluster: ClusterModel, pod: Pick<ClusterPod, 'namespace' | 'labels'>): EffectiveMode {
  const roots = rootNamespaces(cluster);
  const oldest = (found: readonly PeerAuthentication[]): PeerAuthentication | undefined =>
    [...found].sort((a, b) =>
      a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : a.name < b.name ? -1 : 1,
    )[0];
  const all = cluster.peerAuthentications;
  const mesh = oldest(all.filter((one) => roots.has(one.namespace) && isWide(one)));
  const inNamespace = all.filter(({ namespace }) => namespace === pod.namespace && !roots.has(namespace));
  const namespace = oldest(inNamespace.filter(isWide));
  const workload = oldest(
    inNamespace.filter(
      (one) => !isWide(one) && [...(one.selector ?? [])].every(([key, value]) => pod.labels.get(key) === value),
    ),
  );
  const by = [workload, namespace, mesh].find((one) => one !== undefined && isSet(one.mode));
  const mode = toMode(by?.mode) ?? 'PERMISSIVE';
  const ports = new Map(
    [...(workload?.ports ?? [])].flatMap(([port, own]) => (isSet(own) && own !== mode ? [[port, own] as const] : [])),
  );
  return { mode, by, ports };
}

/** Whether it speaks of a whole namespace, or of the mesh. */
export function isWide({ selector }: PeerAuthentication): boolean {
  return selector === undefined || selector.size === 0;
}

const MODES = ['DISABLE', 'PERMISSIVE', 'STRICT'] as const;

function isSet(mode: MTLSMode): boolean {
  return toMode(mode) !== undefined;
}

function toMode(mode: MTLSMode | undefined): EffectiveMode['mode'] | undefined {
  return MODES.find((one) => one === mode);
}

/**
 * The default policy of a pod of Linkerd: its annotation, its namespace's, what its proxy was injected with, what Linkerd
 * was installed with. Source: linkerd.io/2/reference/authorization-policy.
 */
export function linkerdPolicy(cluster: ClusterModel, pod: ClusterPod): string {
  const annotation = 'config.linkerd.io/default-inbound-policy';
  const injected = pod.containers.flatMap(
    ({ environment }) => environment.get('LINKERD2_PROXY_INBOUND_DEFAULT_POLICY') ?? [],
  )[0];
  return (
    pod.annotations.get(annotation) ??
    namespaceOf(cluster, pod.namespace)?.annotations.get(annotation) ??
    injected ??
    cluster.settings.linkerd?.defaultInboundPolicy ??
    'all-unauthenticated'
  );
}

/** Whether the default lets in only who shows an identity of the mesh. */
export function isAuthenticated(policy: string): boolean {
  return policy === 'all-authenticated' || policy === 'cluster-authenticated' || policy === 'deny';
}

/** Ports that the proxy of Linkerd leaves alone, by annotation of the pod or of its namespace. */
export function skippedPorts(cluster: ClusterModel, pod: ClusterPod, side: 'inbound' | 'outbound'): string | undefined {
  const annotation = `config.linkerd.io/skip-${side}-ports`;
  const found = pod.annotations.get(annotation) ?? namespaceOf(cluster, pod.namespace)?.annotations.get(annotation);
  return found === undefined || found.trim() === '' ? undefined : found;
}

/** Whether the proxy of a pod refuses whoever does not show a certificate of the mesh, on every port. */
export function demandsMTLS(cluster: ClusterModel, pod: ClusterPod): boolean {
  const mesh = meshOf(cluster, pod);
  if (mesh === undefined) return false;
  if (mesh === 'Linkerd') {
    return isAuthenticated(linkerdPolicy(cluster, pod)) && skippedPorts(cluster, pod, 'inbound') === undefined;
  }
  const { mode, ports } = effectiveMode(cluster, pod);
  return mode === 'STRICT' && (ports.size === 0 || mesh === 'Istio ambient');
}
