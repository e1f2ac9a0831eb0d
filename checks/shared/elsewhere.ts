/** Paths that a node's files do not decide: what to say of them, truthfully. */
import type { ClusterModel } from '../../src/model/cluster.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type { Applicability, PathDefinition, PathFacts } from '../../src/model/path.ts';
import { absent } from './absence.ts';
import { EXPORT } from './cluster/objects.ts';
import { UNKNOWN_FACTS } from './facts.ts';

/**
 * A path that objects in the cluster decide.
 * @param decidedBy what decides it, as the end of "What decides it: ..."
 */
export function inCluster(decidedBy: string): Applicability {
  return {
    kind: 'not-assessed',
    reason: `What decides it: ${decidedBy}.`,
    supply: `Decided by objects of the cluster, which no file of a node shows. ${EXPORT}`,
  };
}

/** The API server's manifest is what decides, and it is not there. */
export function noApiserver(node: NodeModel): Applicability {
  return absent(node, ['kube-apiserver'], {
    kind: 'not-assessed',
    reason: 'No kube-apiserver is configured in the input.',
    supply: "Supply kube-apiserver's static pod manifest (/etc/kubernetes/manifests/kube-apiserver.yaml).",
  });
}

/** A path of which only its existence is decided. */
export function undecided(definition: Omit<PathDefinition, 'facts' | 'checks'>): PathDefinition {
  return { ...definition, facts: () => UNKNOWN_FACTS, checks: [] };
}

/**
 * A path of the whole cluster, which an export of its objects decides.
 * @param decidedBy what decides it, as the end of "What decides it: ..."
 */
export function decidedInCluster(
  definition: Omit<PathDefinition, 'facts' | 'applicability' | 'scope'>,
  decidedBy: string,
  facts: (cluster: ClusterModel) => PathFacts,
): PathDefinition {
  return {
    ...definition,
    scope: 'cluster',
    applicability: ({ cluster }) => (cluster === undefined ? inCluster(decidedBy) : { kind: 'applies' }),
    facts: ({ cluster }) => (cluster === undefined ? UNKNOWN_FACTS : facts(cluster)),
  };
}
