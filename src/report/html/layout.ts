/** Where everything is in the picture of the control plane: boxes, and a route for every path. */
import type { ComponentName } from '../../model/component.ts';
import type { PathId } from '../../model/path.ts';

export const WIDTH = 1188;
export const HEIGHT = 848;

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly label: string;
  /** Whose version stands in it. */
  readonly component?: ComponentName;
}

function box(x: number, y: number, width: number, height: number, label: string, component?: ComponentName): Box {
  return { x, y, width, height, label, ...(component === undefined ? {} : { component }) };
}

const beside = (middle: number, label: string): Box => box(16, middle - 16, 216, 32, label);
const onNode = (y: number, height: number, label: string, component?: ComponentName): Box =>
  box(904, y, 200, height, label, component);

export const BOXES = {
  clients: box(280, 16, 892, 36, 'Any client: Prometheus, probes, curl'),
  scheduler: box(280, 116, 180, 52, 'kube-scheduler', 'kube-scheduler'),
  controllerManager: box(470, 116, 180, 52, 'kube-controller-manager', 'kube-controller-manager'),
  cloudControllerManager: box(660, 116, 180, 52, 'cloud-controller-manager', 'cloud-controller-manager'),
  apiserver: box(360, 240, 400, 440, 'kube-apiserver', 'kube-apiserver'),
  user: beside(262, 'Users (kubectl)'),
  anonymous: beside(302, 'Anyone without a credential'),
  frontProxy: beside(342, 'Front proxy'),
  aggregated: beside(402, 'Aggregated API servers'),
  webhook: beside(444, 'Webhooks'),
  audit: beside(486, 'Audit and tracing backends'),
  oidc: beside(528, 'OpenID Connect issuers'),
  kms: beside(570, 'KMS plugin'),
  konnectivity: beside(612, 'Konnectivity server'),
  peers: beside(654, 'Other API servers'),
  kubelet: onNode(240, 132, 'kubelet', 'kubelet'),
  runtime: onNode(430, 36, 'Container runtime'),
  kubeProxy: onNode(488, 36, 'kube-proxy'),
  coredns: onNode(546, 36, 'CoreDNS'),
  pods: onNode(604, 56, 'Pods'),
  etcdClient: beside(772, 'etcdctl, backup, any client'),
  etcdMetrics: beside(812, 'Prometheus, probes'),
  etcd: box(380, 752, 240, 80, 'etcd', 'etcd'),
  members: box(716, 764, 140, 56, 'Other members'),
  nodes: box(884, 764, 136, 48, 'Other nodes'),
  outside: box(1036, 764, 136, 48, 'Outside'),
} as const satisfies Readonly<Record<string, Box>>;

/** What is around the boxes of a machine. */
export const NODE_FRAME = box(884, 212, 288, 472, 'Node');

/** Words over groups of boxes, by the left end of their line. */
export const CAPTIONS: readonly (readonly [x: number, y: number, text: string])[] = [
  [18, 240, 'Clients of the API server'],
  [18, 378, 'What the API server calls'],
  [18, 748, 'Clients of etcd'],
];

export type Point = readonly [x: number, y: number];

export interface Route {
  /** The boxes at the ends; undefined: the frame of the node. */
  readonly from: keyof typeof BOXES | undefined;
  readonly to: keyof typeof BOXES | undefined;
  /** Corners, from client to server; only horizontal and vertical lines. */
  readonly points: readonly Point[];
  /** Middle of the badge. */
  readonly badge: Point;
  /** Either end is client of the other. */
  readonly mutual: boolean;
}

type End = Route['from'];

function route(from: End, to: End, points: readonly Point[], badge: Point, mutual = false): Route {
  return { from, to, points, badge, mutual };
}

/** Badges of one column stand on one line. */
const LEFT = 296;
const RIGHT = 822;
const TOP = 84;
const BELOW = 718;

const across = (from: End, to: End, y: number, start: number, end: number, badge: number): Route =>
  route(
    from,
    to,
    [
      [start, y],
      [end, y],
    ],
    [badge, y],
  );
const upright = (from: End, to: End, x: number, start: number, end: number, badge: number): Route =>
  route(
    from,
    to,
    [
      [x, start],
      [x, end],
    ],
    [x, badge],
  );
const comesIn = (from: End, y: number): Route => across(from, 'apiserver', y, 232, 360, LEFT);
const isCalled = (to: End, y: number): Route => across('apiserver', to, y, 360, 232, LEFT);
const fromNode = (from: End, y: number): Route => across(from, 'apiserver', y, 904, 760, RIGHT);

export const ROUTES: Readonly<Record<PathId, Route>> = {
  'apiserver-to-kubelet': across('apiserver', 'kubelet', 268, 760, 904, RIGHT),
  'kubelet-to-apiserver': fromNode('kubelet', 306),
  'kubelet-bootstrap': fromNode('kubelet', 344),
  'user-to-apiserver': comesIn('user', 262),
  'anonymous-to-apiserver': comesIn('anonymous', 302),
  'apiserver-to-etcd': upright('apiserver', 'etcd', 450, 680, 752, BELOW),
  'etcd-to-apiserver': upright('etcd', 'apiserver', 550, 752, 680, BELOW),
  'etcd-to-etcd': { ...across('etcd', 'members', 792, 620, 716, 668), mutual: true },
  'pod-to-pod': route(
    'pods',
    'pods',
    [
      [1104, 618],
      [1138, 618],
      [1138, 646],
      [1104, 646],
    ],
    [1138, 632],
  ),
  'pod-to-apiserver': fromNode('pods', 632),
  'scheduler-to-apiserver': upright('scheduler', 'apiserver', 370, 168, 240, 204),
  'controller-manager-to-apiserver': upright('controllerManager', 'apiserver', 560, 168, 240, 204),
  'node-to-node': { ...upright(undefined, 'nodes', 952, 684, 764, BELOW), mutual: true },
  'client-to-kubelet': upright('clients', 'kubelet', 1004, 52, 240, TOP),
  'client-to-scheduler': upright('clients', 'scheduler', 370, 52, 116, TOP),
  'client-to-controller-manager': upright('clients', 'controllerManager', 560, 52, 116, TOP),
  'client-to-etcd': across('etcdClient', 'etcd', 772, 232, 380, LEFT),
  'metrics-to-etcd': across('etcdMetrics', 'etcd', 812, 232, 380, LEFT),
  'apiserver-to-aggregated-api': isCalled('aggregated', 402),
  'front-proxy-to-apiserver': comesIn('frontProxy', 342),
  'apiserver-to-webhook': isCalled('webhook', 444),
  'apiserver-to-audit': isCalled('audit', 486),
  'apiserver-to-oidc': isCalled('oidc', 528),
  'apiserver-to-kms': isCalled('kms', 570),
  'apiserver-to-konnectivity': isCalled('konnectivity', 612),
  'apiserver-to-apiserver': { ...isCalled('peers', 654), mutual: true },
  'kube-proxy-to-apiserver': fromNode('kubeProxy', 506),
  'client-to-kube-proxy': route(
    'clients',
    'kubeProxy',
    [
      [1138, 52],
      [1138, 506],
      [1104, 506],
    ],
    [1138, TOP],
  ),
  'coredns-to-apiserver': fromNode('coredns', 564),
  'cloud-controller-manager-to-apiserver': upright('cloudControllerManager', 'apiserver', 750, 168, 240, 204),
  'internet-to-nodeport': upright('outside', 'pods', 1070, 764, 660, BELOW),
  'kubelet-to-runtime': upright('kubelet', 'runtime', 1004, 372, 430, 398),
};

export const BADGE = { width: 46, height: 20 } as const;
