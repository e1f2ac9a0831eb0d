/** `kubectl get nodes -o yaml` or `-o json`: the version that each kubelet reported (core/v1 Node, status.nodeInfo). */
import { parseVersion } from '../../model/version.ts';
import type { Version } from '../../model/version.ts';
import { asList, asMapping, asText, readYaml } from '../../text/yaml.ts';
import type { FileReader } from '../reader.ts';
import type { Invocation } from '../types.ts';

export interface ReportedNode {
  readonly name: string;
  readonly kubelet: Version;
}

/** Every node of a list, or of documents by themselves; nothing for a text that is none. */
export function readNodes(text: string): readonly ReportedNode[] {
  const yaml = readYaml(text);
  const roots = yaml.ok ? yaml.documents.map(({ value }) => asMapping(value)) : [];
  return roots
    .flatMap((root) => (Array.isArray(root?.items) ? asList(root.items).map(asMapping) : [root]))
    .flatMap((node) => {
      // Items of a NodeList that `kubectl` did not print have no kind of their own.
      if (node === undefined || (node.kind !== undefined && node.kind !== 'Node')) return [];
      const name = asText(asMapping(node.metadata)?.name);
      // What kubeProxyVersion says is the kubelet's guess (KEP-4004), so it is left alone.
      const reported = asText(asMapping(asMapping(node.status)?.nodeInfo)?.kubeletVersion);
      const kubelet = reported === undefined ? undefined : parseVersion(reported);
      return name === undefined || kubelet === undefined ? [] : [{ name, kubelet }];
    });
}

/**
 * The version of this machine's kubelet by the nodes of its cluster: the one of its name, or the one that all have.
 * @returns undefined where they do not tell
 */
export function reportedVersion(
  reader: FileReader,
  invocations: readonly Invocation[],
  nodes: readonly ReportedNode[],
): Version | undefined {
  const names = namesOf(reader, invocations);
  const own = nodes.find(({ name }) => names.has(name));
  if (own !== undefined || names.size > 0) return own?.kubelet;
  const versions = new Set(nodes.map(({ kubelet }) => JSON.stringify(kubelet)));
  return versions.size === 1 ? nodes[0]?.kubelet : undefined;
}

/** What the machine may be called in its cluster, by the files that tell before any setting is worked out. */
function namesOf(reader: FileReader, invocations: readonly Invocation[]): ReadonlySet<string> {
  const flag = (component: Invocation['component'], name: string): string | undefined =>
    invocations
      .find((one) => one.component === component)
      ?.argv.findLast(({ text }) => text.startsWith(`--${name}=`))
      ?.text.slice(name.length + 3);
  const override = flag('kubelet', 'hostname-override');
  if (override !== undefined) return new Set([override]);
  const kubeconfig = flag('kubelet', 'kubeconfig') ?? '/etc/kubernetes/kubelet.conf';
  const user = /\bsystem:node:([a-z0-9][-a-z0-9.]{0,252})/.exec(textOf(reader, kubeconfig))?.[1];
  const host = textOf(reader, '/etc/hostname').trim().toLowerCase();
  const names = [user ?? '', flag('etcd', 'name') ?? '', host];
  return new Set(names.filter((name) => name !== '' && name !== 'default'));
}

function textOf(reader: FileReader, path: string): string {
  const read = reader.readText(path);
  return read.ok ? read.text : '';
}
