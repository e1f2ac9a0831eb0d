/** Which distribution a node is of: the first whose layout its files have. */
import type { PlacedFile } from '../layout.ts';
import type { FileReader } from '../reader.ts';
import { k0s } from './k0s.ts';
import { microk8s } from './microk8s.ts';
import { openshift } from './openshift.ts';
import { k3s, rke2 } from './rancher.ts';
import { rke1 } from './rke1.ts';
import { talos } from './talos.ts';
import { hardWay, kind, kops, kubeadm, kubespray, minikube } from './kubeadm-family.ts';
import type { DistributionDefinition, FoundDistribution } from './types.ts';

/** Those that build upon kubeadm before kubeadm itself. */
const DISTRIBUTIONS: readonly DistributionDefinition[] = [
  k3s,
  rke2,
  microk8s,
  k0s,
  talos,
  openshift,
  rke1,
  kind,
  minikube,
  kubespray,
  kops,
  hardWay,
  kubeadm,
];

/** Parts of a node's root that only a distribution has. */
export const DISTRIBUTION_MARKERS: readonly string[] = DISTRIBUTIONS.flatMap(({ markers }) => markers);

/** Recognises the distribution by its files; undefined where none of those that are known fits. */
export function findDistribution(reader: FileReader, placed: readonly PlacedFile[]): FoundDistribution | undefined {
  for (const { find } of DISTRIBUTIONS) {
    const found = find(reader, placed);
    if (found !== undefined) return found;
  }
  return undefined;
}
