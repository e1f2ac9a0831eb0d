/** What stops when a path breaks, and which paths stop with it. */
import type { PathId } from '../model/path.ts';

/** Clients of the API server: with it they all stop. */
const OF_THE_API: readonly PathId[] = [
  'kubelet-to-apiserver',
  'user-to-apiserver',
  'pod-to-apiserver',
  'scheduler-to-apiserver',
  'controller-manager-to-apiserver',
  'kube-proxy-to-apiserver',
  'coredns-to-apiserver',
  'cloud-controller-manager-to-apiserver',
  'front-proxy-to-apiserver',
];

/** The clients that every cluster has: where none of them gets through, nobody does. */
const THE_API: readonly PathId[] = [
  'kubelet-to-apiserver',
  'user-to-apiserver',
  'scheduler-to-apiserver',
  'controller-manager-to-apiserver',
];

/**
 * The API server serves nothing without etcd (its readiness asks for it: k8s.io/apiserver pkg/server/healthz and
 * pkg/storage/storagebackend/factory), and etcd decides nothing without a majority (etcd.io/docs, faq).
 */
const WITH: Readonly<Partial<Record<PathId, readonly PathId[]>>> = {
  'apiserver-to-etcd': OF_THE_API,
  'etcd-to-etcd': ['apiserver-to-etcd', ...OF_THE_API],
};

/** What people notice. */
const EFFECTS: Readonly<Partial<Record<PathId, string>>> = {
  'apiserver-to-kubelet': '`kubectl logs`, `exec` and `port-forward` to the node stop.',
  'kubelet-to-apiserver': 'The node turns NotReady, and after five minutes its pods are evicted.',
  'kubelet-bootstrap': 'No node can join, and kubelets get no new certificate.',
  'user-to-apiserver': '`kubectl` with the kubeconfigs of this node is refused.',
  'etcd-to-etcd': 'Members of etcd drop out one by one as they reconnect; without a majority the API stops.',
  'pod-to-apiserver': 'Operators, CoreDNS and other pods that use the API stop.',
  'scheduler-to-apiserver': 'No new pod is placed on a node.',
  'controller-manager-to-apiserver':
    'Nothing is reconciled: no rollouts, no endpoints, no certificate requests signed.',
  'client-to-kubelet': 'Metrics of the node stop where the client verifies.',
  'client-to-etcd': 'Backups and `etcdctl` with the certificates of this node are refused.',
  'apiserver-to-aggregated-api': 'Aggregated APIs (metrics.k8s.io and the like) refuse the API server.',
  'front-proxy-to-apiserver': 'Requests through a front proxy are refused.',
  'apiserver-to-webhook': 'What the webhook decides fails, or passes unasked, as its failure policy says.',
  'kube-proxy-to-apiserver': 'Changes of Services do not reach the node.',
  'cloud-controller-manager-to-apiserver': 'Load balancers and nodes are no longer reconciled with the cloud.',
};

/** A lone member of etcd has no peer. */
export interface Cluster {
  /** How many members etcd has by its own flags; undefined: not known. */
  readonly etcdMembers: number | undefined;
}

/**
 * What breaks because these paths do, without them.
 * @param known the paths that the machine has
 */
export function consequencesOf(
  broken: readonly PathId[],
  known: ReadonlySet<PathId>,
  { etcdMembers }: Cluster,
): readonly PathId[] {
  const then = new Set(
    broken.flatMap((path) => (path === 'etcd-to-etcd' && etcdMembers === 1 ? [] : (WITH[path] ?? []))),
  );
  return [...then].filter((path) => known.has(path) && !broken.includes(path));
}

/** Paths over which people work; without them the cluster goes on. */
const OF_PEOPLE: readonly PathId[] = ['user-to-apiserver', 'client-to-etcd'];

/** Whether something of the cluster itself stops when these paths break, and not only what people use. */
export function stopsTheCluster(broken: readonly PathId[]): boolean {
  return broken.some((path) => !OF_PEOPLE.includes(path));
}

/** What people notice when these paths break together, a sentence each: with the API everything that uses it stops. */
export function effectsOf(broken: readonly PathId[], { etcdMembers }: Cluster): readonly string[] {
  const isDown = broken.includes('apiserver-to-etcd') || THE_API.every((path) => broken.includes(path));
  const single = broken.filter((path) => !(isDown && [...OF_THE_API, 'apiserver-to-etcd'].includes(path)));
  return [
    ...(isDown ? ['The API is gone for everybody: `kubectl`, kubelets, controllers and pods that use it stop.'] : []),
    ...single.flatMap((path) =>
      path === 'etcd-to-etcd' && etcdMembers === 1
        ? ['etcd has one member, so no peer notices until another joins.']
        : (EFFECTS[path] ?? []),
    ),
  ];
}
