/** The pods that a row on traffic of pods speaks of, by namespace. */
import type { ClusterModel, ClusterPod } from '../../../src/model/cluster.ts';
import { isInfrastructure } from './objects.ts';

/**
 * Pods with a network of their own, outside of the namespaces of the cluster itself; where no pods are in the input, the
 * templates from which Deployments and the like make them.
 */
export function subjectsOf(cluster: ClusterModel): ReadonlyMap<string, readonly ClusterPod[]> {
  const byNamespace = new Map<string, ClusterPod[]>();
  for (const pod of podsOfUsers(cluster)) {
    if (pod.hostNetwork || pod.isDone || pod.isMirror) continue;
    const own = byNamespace.get(pod.namespace) ?? [];
    own.push(pod);
    byNamespace.set(pod.namespace, own);
  }
  return new Map([...byNamespace].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Pods outside of the namespaces of the cluster itself. Where only those of the cluster's own are in the input, as of
 * `kubectl -n kube-system get pods`, what makes the others stands for them.
 */
export function podsOfUsers({ known, pods, workloads }: ClusterModel): readonly ClusterPod[] {
  const ofUsers = ({ namespace }: ClusterPod): boolean => !isInfrastructure(namespace);
  const own = pods.filter(ofUsers);
  return known.has('Pod') && own.length > 0 ? own : workloads.filter(ofUsers);
}

/** What pods are called in a sentence: what made them, each once. */
export function ownersOf(pods: readonly ClusterPod[]): readonly string[] {
  return [...new Set(pods.map(({ owner, kind, name }) => owner?.replace(/ .*\//, ' ') ?? `${kind} ${name}`))];
}
