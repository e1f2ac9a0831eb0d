/** Who put a node together: the installer or distribution whose layout its files have. */
import type { PathId } from './path.ts';

/** Ids are part of the report; the titles are how their makers write them. */
export const DISTRIBUTION_TITLES = {
  kubeadm: 'kubeadm',
  kind: 'kind',
  minikube: 'minikube',
  kubespray: 'Kubespray',
  kops: 'kOps',
  'kubernetes-the-hard-way': 'Kubernetes the Hard Way',
  k3s: 'K3s',
  rke2: 'RKE2',
  rke1: 'RKE',
  microk8s: 'MicroK8s',
  k0s: 'k0s',
  talos: 'Talos Linux',
  openshift: 'OpenShift',
} as const;

export type DistributionId = keyof typeof DISTRIBUTION_TITLES;

/** What a distribution has in another way than a node of kubeadm. */
export interface Distribution {
  readonly id: DistributionId;
  /** The file or folder by which it was recognised. */
  readonly file: string;
  /**
   * Where its operator changes what a component is given, as a sentence; undefined: in the manifests and units that the
   * findings name.
   */
  readonly configuredIn?: string;
  /** Paths that it does not have or that are nobody's to configure, each with why, as a sentence. */
  readonly absences: ReadonlyMap<PathId, string>;
  /**
   * Ports of the node, besides the API server's own, on which a program of the distribution hands connections on to
   * this node's API server.
   */
  readonly apiserverPorts: readonly number[];
  /** Checks of what the distribution decides and its operator cannot, by id, each with why it is not asked, as a sentence. */
  readonly decides: ReadonlyMap<string, string>;
}
