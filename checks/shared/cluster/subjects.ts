/** The pods that a row on traffic of pods speaks of, by namespace. */
import type { ClusterModel, ClusterPod } from '../../../src/model/cluster.ts';
import { isInfrastructure } from './objects.ts';

/**
 * Pods with a network of their own, outside of the namespaces of the cluster itself; where no pods are in the input, the
 * templates from which Deployments and the like make them.
 */
export function subjectsOf(cluster: ClusterModel): ReadonlyMap<string, readonly ClusterPod[]> {
  const source = cluster.known.has('Pod') ? cluster.pods : cluster.workloads;
  const byNamespace = new Map<string, ClusterPod[]>();
  for (const pod of source) {
    if (pod.hostNetwork || pod.isDone || pod.isMirror || isInfrastructure(pod.namespace)) continue;
    const own = byNamespace.get(pod.namespace) ?? [];
    own.push(pod);
    byNamespace.set(pod.namespace, own);
  }
  return new Map([...byNamespace].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What pods are called in a sentence: what made them, each once. */
export function ownersOf(pods: readonly ClusterPod[]): readonly string[] {
  return [...new Set(pods.map(({ owner, kind, name }) => owner?.replace(/ .*\//, ' ') ?? `${kind} ${name}`))];
}
