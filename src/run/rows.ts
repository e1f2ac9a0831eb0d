/** Which rows a node has. */
import { PATHS } from '../../checks/index.ts';
import type { NodeModel } from '../model/node.ts';
import type { PathDefinition } from '../model/path.ts';

/**
 * All, unless the cluster's objects are in the input: what they alone decide is then one row of the run, on the cluster,
 * and a row that depends on a machine as well is each node's. With no node beside it the cluster has all rows, since
 * nothing else could say what is missing.
 */
export function pathsOf(node: NodeModel, nodes: readonly { readonly node: NodeModel }[]): readonly PathDefinition[] {
  if (node.cluster === undefined) return PATHS;
  const isCluster = node.layout === 'cluster';
  if (isCluster && nodes.length === 1) return PATHS;
  return PATHS.filter(({ scope }) => (scope === 'cluster') === isCluster);
}
