/** What discovery found of a cluster -> the model that checks look at, with its certificates read. */
import type { DiscoveredCluster } from '../discover/cluster/index.ts';
import type { ClusterModel } from '../model/cluster.ts';
import type { NodeFile } from '../model/file.ts';
import { NO_APISERVER_FILES } from '../model/node.ts';
import type { NodeModel } from '../model/node.ts';
import type { Thresholds } from '../model/thresholds.ts';
import { readPem } from '../pki/content.ts';

/** Rows that are the whole cluster's, and no node's, are on this one. */
export const CLUSTER_NAME = 'cluster';

/** Reads the certificates inside the objects. Faults of them are data. */
export async function assembleCluster({ cluster, bundles }: DiscoveredCluster): Promise<ClusterModel> {
  const files = new Map<string, NodeFile>();
  const read = new Map<string, NodeFile>();
  for (const { key, pem, line } of bundles) {
    // Every namespace has a copy of one and the same CA, which is a file once.
    const known = read.get(pem);
    if (known !== undefined) {
      files.set(key, known);
      continue;
    }
    const data = Buffer.from(pem, 'latin1');
    const content = await readPem(data, { file: key, ...(line === undefined ? {} : { line }) });
    const file: NodeFile = { path: key, realPath: key, size: data.length, state: 'present', pem: content };
    read.set(pem, file);
    files.set(key, file);
  }
  return { ...cluster, files };
}

/** A node without a machine, on which the cluster is judged. */
export function clusterNode(
  cluster: ClusterModel,
  { at, thresholds }: { readonly at: Date; readonly thresholds: Thresholds },
): NodeModel {
  return {
    name: CLUSTER_NAME,
    layout: 'cluster',
    live: false,
    inputs: cluster.inputs,
    components: new Map(),
    configured: new Map(),
    kubeconfigs: new Map(),
    files: new Map([...new Set(cluster.files.values())].map((file) => [file.path, file])),
    ...NO_APISERVER_FILES,
    notices: [],
    unread: [],
    at,
    thresholds,
    cluster,
  };
}
