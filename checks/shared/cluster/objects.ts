/** Objects of the cluster in findings: what is known of them, how they are called, and what to supply. */
import type { ClusterModel, ClusterObject } from '../../../src/model/cluster.ts';
import type { NodeModel } from '../../../src/model/node.ts';
import type { Check, CheckContext, Evidence, Finding } from '../../../src/model/path.ts';
import type { SettingValue } from '../../../src/model/setting.ts';
import { notAssessed } from '../result.ts';
import { enumerate } from '../words.ts';

/** How an export is made that tells of everything that is read here. */
export const EXPORT =
  'Make an export with the command under "Cluster exports" in the README (`kubectl get ... -A -o json`, one file for each kind), and give its folder as an input beside the nodes.';

/** `NetworkPolicy payments/default-deny`. */
export function called({ kind, namespace, name }: ClusterObject): string {
  return `${kind} ${namespace === '' ? name : `${namespace}/${name}`}`;
}

/** Evidence that points into an object. */
export function objectEvidence(object: ClusterObject, value: SettingValue, setting?: string): Evidence {
  return {
    setting: setting === undefined ? called(object) : `${called(object)}: ${setting}`,
    value,
    origin: 'config-file',
    file: object.file,
    ...(object.line === undefined ? {} : { line: object.line }),
  };
}

/** A few of many, for a sentence. */
export function few(words: readonly string[], most = 6): string {
  const all = [...new Set(words)];
  return all.length <= most ? enumerate(all) : `${all.slice(0, most).join(', ')} and ${all.length - most} more`;
}

/** What is said where the input does not show whether there are objects of some kinds; undefined where it does. */
export function unknownKinds(cluster: ClusterModel, ...kinds: readonly string[]): Finding | undefined {
  const lacking = kinds.filter((kind) => !cluster.known.has(kind)).map((kind) => kind.slice(kind.lastIndexOf('/') + 1));
  if (lacking.length === 0) return undefined;
  return notAssessed(
    `The input has no ${few(lacking)}, which may mean that there is none or that it was not exported; an empty answer of the API, in a file of its own, would tell.`,
    [],
    { headline: `no ${lacking[0] ?? ''} in the export`, remediation: EXPORT },
  );
}

/** A check of objects: where no export is in the input there is nothing to ask, and the row stays the node's. */
export function ofCluster(
  check: Omit<Check, 'evaluate' | 'notApplicable'> & {
    readonly judge: (cluster: ClusterModel, context: CheckContext) => Finding | readonly Finding[];
  },
): Check {
  const { judge, ...rest } = check;
  return {
    ...rest,
    notApplicable: ({ node }) =>
      node.cluster === undefined ? "No export of the cluster's objects is in the input." : undefined,
    evaluate: (context) => (context.node.cluster === undefined ? [] : judge(context.node.cluster, context)),
  };
}

/** The namespaces that Kubernetes makes for itself; kubernetes/pkg/controlplane/controller/systemnamespaces. */
export const SYSTEM_NAMESPACES: ReadonlySet<string> = new Set(['kube-system', 'kube-public', 'kube-node-lease']);

/** Namespaces in which network plugins and what carries them run, beside kube-system. */
const PLUGIN_NAMESPACES = new Set([
  'calico-system',
  'calico-apiserver',
  'tigera-operator',
  'kube-flannel',
  'cilium-secrets',
  'cilium',
  'antrea',
]);

/** Whether a namespace belongs to the cluster itself rather than to those who use it. */
export function isInfrastructure(namespace: string): boolean {
  return SYSTEM_NAMESPACES.has(namespace) || PLUGIN_NAMESPACES.has(namespace);
}

/** The certificates of a bundle inside an object. */
export function bundleFile(cluster: ClusterModel, name: string | undefined): ReturnType<NodeModel['files']['get']> {
  return name === undefined ? undefined : cluster.files.get(name);
}
