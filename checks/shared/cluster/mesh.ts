/** What the proxies of a service mesh demand of who dials a pod. */
import type {
  ClusterModel,
  ClusterNamespace,
  ClusterPod,
  MTLSMode,
  PeerAuthentication,
} from '../../../src/model/cluster.ts';
import { selects } from './selectors.ts';

export type Mesh = 'Istio' | 'Istio ambient' | 'Linkerd';

/** The namespace of a pod; undefined where namespaces are not in the input. */
function namespaceOf(cluster: ClusterModel, name: string): ClusterNamespace | undefined {
  return cluster.namespaces.find((one) => one.name === name);
}

/**
 * Istio's own programs, which speak TLS by themselves or take what comes from outside: istiod, ztunnel, gateways and
 * waypoints. What a gateway demands of those outside its Gateway says (istio.io, reference/config/networking/gateway).
 */
export function isOfIstio({ containers }: ClusterPod): boolean {
  return containers.some(
    ({ name, image, args }) =>
      /(?:^|\/)(?:pilot|ztunnel)(?=[:@]|$)/.test(image) ||
      (name === 'istio-proxy' && args.some((one) => one === 'router' || one === 'waypoint')),
  );
}

/** The mesh that a pod is in, by the proxy inside it or, in ambient mode, by what redirects its traffic. */
export function meshOf(cluster: ClusterModel, pod: ClusterPod): Mesh | undefined {
  if (isOfIstio(pod)) return undefined;
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
 * The default policy of a pod of Linkerd: its annotation, what its proxy was injected with, its namespace's annotation,
 * what Linkerd was installed with. The injector copies what the namespace says into the pod; said later it reaches no pod
 * that is there. Source: linkerd/linkerd2 policy-controller/k8s/index (default_inbound_server).
 */
export function linkerdPolicy(cluster: ClusterModel, pod: ClusterPod): string {
  const annotation = 'config.linkerd.io/default-inbound-policy';
  const injected = pod.containers.flatMap(
    ({ environment }) => environment.get('LINKERD2_PROXY_INBOUND_DEFAULT_POLICY') ?? [],
  )[0];
  return (
    pod.annotations.get(annotation) ??
    injected ??
    namespaceOf(cluster, pod.namespace)?.annotations.get(annotation) ??
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

/** Ports of Istio's own agent and proxy, which the injector leaves out (istio.io, operations/deployment/application-requirements). */
const ISTIO_PORTS = /^150\d\d$/;

/**
 * Ports of a pod that do not pass its proxy of Istio, by the annotation that says so, as `port 8080`. Source: istio.io,
 * reference/config/annotations.
 */
export function pastIstio({ annotations }: ClusterPod): string | undefined {
  const of = (name: string): readonly string[] | undefined =>
    annotations
      .get(`traffic.sidecar.istio.io/${name}`)
      ?.split(',')
      .map((one) => one.trim())
      .filter((one) => one !== '');
  if (annotations.get('sidecar.istio.io/interceptionMode') === 'NONE') return 'every port';
  const included = of('includeInboundPorts');
  if (included !== undefined && !included.includes('*')) {
    return included.length === 0 ? 'every port' : `every port but ${included.join(', ')}`;
  }
  const excluded = of('excludeInboundPorts')?.filter((port) => !ISTIO_PORTS.test(port)) ?? [];
  return excluded.length === 0 ? undefined : excluded.map((port) => `port ${port}`).join(', ');
}

/** Whether the proxy of a pod refuses whoever does not show a certificate of the mesh, on every port. */
export function demandsMTLS(cluster: ClusterModel, pod: ClusterPod): boolean {
  const mesh = meshOf(cluster, pod);
  if (mesh === undefined) return false;
  if (mesh === 'Linkerd') {
    return isAuthenticated(linkerdPolicy(cluster, pod)) && skippedPorts(cluster, pod, 'inbound') === undefined;
  }
  const { mode, ports } = effectiveMode(cluster, pod);
  return mode === 'STRICT' && ports.size === 0 && (mesh === 'Istio ambient' || pastIstio(pod) === undefined);
}

/** What is not known of the mesh of a pod, as a clause; undefined where nothing is in doubt. */
export function meshDoubt(cluster: ClusterModel, pod: ClusterPod): string | undefined {
  if (mayBeInjected(cluster, pod)) {
    return 'pods are not in the input, and proxies of a mesh are put into them only when they are made';
  }
  return demandsMTLS(cluster, pod) && hasExceptions(cluster, pod)
    ? 'proxies of Linkerd let in who shows no identity by a Server or an authorization, on some ports'
    : undefined;
}

/** A template out of which a mesh makes pods with a proxy; istio.io and linkerd.io, automatic injection. */
function mayBeInjected(cluster: ClusterModel, pod: ClusterPod): boolean {
  if (pod.kind === 'Pod' || meshOf(cluster, pod) !== undefined) return false;
  const labels = namespaceOf(cluster, pod.namespace)?.labels;
  const inject = 'linkerd.io/inject';
  const linkerd = pod.annotations.get(inject) ?? namespaceOf(cluster, pod.namespace)?.annotations.get(inject);
  const own = pod.labels.get('sidecar.istio.io/inject') ?? pod.annotations.get('sidecar.istio.io/inject');
  if (linkerd === 'enabled' || linkerd === 'ingress' || own === 'true') return true;
  return own !== 'false' && (labels?.get('istio-injection') === 'enabled' || labels?.has('istio.io/rev') === true);
}

/** Whether a Server, or an authorization for one or for the namespace, lets in who shows no identity. */
function hasExceptions({ linkerdServers, linkerdAuthorizations }: ClusterModel, pod: ClusterPod): boolean {
  const servers = linkerdServers.filter(
    ({ namespace, podSelector }) =>
      namespace === pod.namespace && podSelector !== undefined && selects(podSelector, pod.labels),
  );
  return (
    servers.some(({ accessPolicy }) => isOpenServer(accessPolicy)) ||
    linkerdAuthorizations.some(
      ({ namespace, target, allowsUnauthenticated }) =>
        allowsUnauthenticated &&
        namespace === pod.namespace &&
        (target.startsWith('Namespace ') || servers.some(({ name }) => target === `Server ${name}`)),
    )
  );
}

/** Whether the policy of a Server lets in who shows no identity of the mesh. */
export function isOpenServer(accessPolicy: string): boolean {
  return accessPolicy.endsWith('-unauthenticated') || accessPolicy === 'audit';
}
