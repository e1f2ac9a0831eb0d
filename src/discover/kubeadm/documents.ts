/** The documents that kubeadm reads or keeps in the cluster, found in the files that the user gave. */
import { asMapping, asText, readYaml } from '../../text/yaml.ts';
import type { YamlDocument, YamlPath } from '../../text/yaml.ts';
import type { Position } from '../../model/setting.ts';
import { readConfigMaps } from '../config-map.ts';
import type { ConfigMap } from '../config-map.ts';
import type { FileReader } from '../reader.ts';
import type { DiscoveryProblem } from '../types.ts';

/** One document, and where it is from. */
export interface KubeadmDocument {
  readonly kind: string;
  readonly apiVersion: string;
  readonly file: string;
  readonly document: YamlDocument;
  readonly root: Readonly<Record<string, unknown>>;
  /** Kept in the cluster by kubeadm, rather than written for it: nothing in it speaks of this node. */
  readonly fromConfigMap: boolean;
}

/** The version in an apiVersion: `v1beta4`. */
export function formOf(apiVersion: string): string {
  return apiVersion.slice(apiVersion.indexOf('/') + 1);
}

export interface KubeadmDocuments {
  readonly cluster?: KubeadmDocument;
  readonly init?: KubeadmDocument;
  readonly join?: KubeadmDocument;
  readonly kubelet?: KubeadmDocument;
  readonly proxy?: KubeadmDocument;
  /** The kube-proxy ConfigMap, whole. */
  readonly proxyMap?: ConfigMap;
  readonly problems: readonly DiscoveryProblem[];
}

/** ConfigMaps of kube-system, by kubeadm's names (cmd/kubeadm/app/constants), and the split one of EKS. */
const KUBEADM_CONFIG = 'kubeadm-config';
const KUBE_PROXY = /^kube-proxy(?:-config)?$/;
/** One for each minor up to 1.24 (`kubelet-config-1.23`). */
const KUBELET_CONFIG = /^kubelet-config(?:-1\.\d{1,3})?$/;

const KUBEADM_GROUP = 'kubeadm.k8s.io/';

const FIELDS: Readonly<Record<string, 'cluster' | 'init' | 'join' | 'kubelet' | 'proxy'>> = {
  ClusterConfiguration: 'cluster',
  InitConfiguration: 'init',
  JoinConfiguration: 'join',
  KubeletConfiguration: 'kubelet',
  KubeProxyConfiguration: 'proxy',
};

/**
 * Reads the files that were recognised as a kubeadm configuration or as one of the ConfigMaps. Where two files hold a
 * document of one kind, the first counts, as nobody can say which of them is meant.
 */
export function readKubeadmDocuments(reader: FileReader, files: readonly string[]): KubeadmDocuments {
  const found: Partial<Record<'cluster' | 'init' | 'join' | 'kubelet' | 'proxy', KubeadmDocument>> = {};
  const problems: DiscoveryProblem[] = [];
  let proxyMap: ConfigMap | undefined;
  const take = (one: KubeadmDocument): void => {
    const field = FIELDS[one.kind];
    if (field === undefined) return;
    const first = found[field];
    if (first === undefined) {
      found[field] = one;
      return;
    }
    const { file, line } = positionIn(one, ['kind']);
    const message = `${one.kind} is in ${first.file} and again in ${one.file}; the first one is judged. kubeadm takes one document of a kind: remove the other.`;
    problems.push({ code: 'duplicate-document', subject: one.kind, file, ...withLine(line), message });
  };
  for (const file of files) {
    const read = reader.readText(file);
    if (!read.ok) {
      problems.push({ code: 'unreadable-file', subject: file, file, message: read.message });
      continue;
    }
    const maps = readConfigMaps(read.text, file).filter(({ name }) => isOurs(name));
    if (maps.length === 0) {
      documentsOf(read.text, file, false, problems).forEach(take);
      continue;
    }
    for (const map of maps) {
      if (KUBE_PROXY.test(map.name)) {
        proxyMap = { ...map, data: new Map([...(proxyMap?.data ?? []), ...map.data]) };
      }
      for (const { file: named, text } of map.data.values()) {
        // A kubeconfig is another kind, and is read by whoever uses it.
        if (/^kind: *(?:Cluster|Kubelet|KubeProxy)Configuration/m.test(text)) {
          documentsOf(text, named, true, problems).forEach(take);
        }
      }
    }
  }
  return { ...found, ...(proxyMap === undefined ? {} : { proxyMap }), problems };
}

/** Whether a ConfigMap of this name is read. */
export function isOurs(name: string): boolean {
  return name === KUBEADM_CONFIG || KUBE_PROXY.test(name) || KUBELET_CONFIG.test(name);
}

function documentsOf(
  text: string,
  file: string,
  fromConfigMap: boolean,
  problems: DiscoveryProblem[],
): readonly KubeadmDocument[] {
  const yaml = readYaml(text);
  const fault = yaml.ok ? yaml.broken : yaml;
  if (!yaml.ok || fault !== undefined) {
    const { line, message: what } = fault ?? { message: '' };
    const message = `${file}${line === undefined ? '' : `:${line}`} is not YAML or JSON: ${what}. kubeadm refuses it, so what it would write is not known.`;
    problems.push({ code: 'unreadable-file', subject: file, file, ...withLine(line), message });
    return [];
  }
  return yaml.documents.flatMap((document): KubeadmDocument[] => {
    const root = asMapping(document.value);
    const kind = asText(root?.kind);
    const apiVersion = asText(root?.apiVersion);
    if (root === undefined || kind === undefined || apiVersion === undefined) return [];
    const isKubeadm = ['ClusterConfiguration', 'InitConfiguration', 'JoinConfiguration'].includes(kind);
    if (isKubeadm !== apiVersion.startsWith(KUBEADM_GROUP)) return [];
    return [{ kind, apiVersion, file, document, root, fromConfigMap }];
  });
}

/** Where something of a document is written; the nearest place that there is, where it is not written. */
export function positionIn({ file, document }: KubeadmDocument, path: YamlPath): Position {
  const line = document.line(path) ?? document.line(['kind']) ?? document.line([]);
  return { file, ...withLine(line) };
}

function withLine(line: number | undefined): { readonly line?: number } {
  return line === undefined ? {} : { line };
}
