/**
 * kube-proxy as its ConfigMap configures it, or as kubeadm would write that.
 * Sources: kubernetes cmd/kubeadm/app/phases/addons/proxy/manifests.go, componentconfigs/kubeproxy.go.
 */
import { asMapping } from '../../text/yaml.ts';
import type { YamlDocument } from '../../text/yaml.ts';
import type { NodePath } from '../../model/component.ts';
import type { ConfigMap } from '../config-map.ts';
import type { Invocation } from '../types.ts';
import { endpointOf, usesIPv6 } from './config.ts';
import type { ClusterConfig } from './config.ts';
import { positionIn } from './documents.ts';
import type { KubeadmDocument, KubeadmDocuments } from './documents.ts';

/** Where the DaemonSet mounts the ConfigMap. */
const FOLDER = '/var/lib/kube-proxy';
const CONFIG = `${FOLDER}/config.conf`;
const KUBECONFIG = `${FOLDER}/kubeconfig.conf`;

export interface ProxyPlan {
  readonly invocation: Invocation;
  /** Texts that no file of the node has, by the paths under which they are known here. */
  readonly texts: ReadonlyMap<string, string>;
}

/** kube-proxy of a ConfigMap or of kubeadm's documents; undefined where none of them speaks of it. */
export function proxyOf(documents: KubeadmDocuments, config: ClusterConfig | undefined): ProxyPlan | undefined {
  const { proxy, proxyMap } = documents;
  if (proxyMap !== undefined && proxy !== undefined) return ofConfigMap(proxyMap, proxy);
  if (config === undefined || config.proxyDisabled || config.fromConfigMap) {
    return proxy === undefined || config !== undefined ? undefined : alone(proxy);
  }
  const { file } = config.position;
  const kubeconfig = `${file}#kubeconfig.conf`;
  const endpoint = endpointOf(config);
  return {
    invocation: invocationOf(proxy ?? { file }, completed(proxy, config), {
      kind: 'kubeadm-config',
      nodePath: (path) => (path === KUBECONFIG ? { path: kubeconfig } : outside(path)),
      position: config.position,
    }),
    texts: new Map(endpoint === undefined ? [] : [[kubeconfig, kubeconfigText(endpoint)]]),
  };
}

/** A KubeProxyConfiguration by itself: the kubeconfig that it names is looked for on the node. */
function alone(proxy: KubeadmDocument): ProxyPlan {
  return {
    invocation: invocationOf(proxy, proxy.document, {
      kind: 'config-file',
      nodePath: (path) => ({ path }),
      position: positionIn(proxy, ['kind']),
    }),
    texts: new Map(),
  };
}

function ofConfigMap({ data }: ConfigMap, proxy: KubeadmDocument): ProxyPlan {
  return {
    invocation: invocationOf(proxy, proxy.document, {
      kind: 'config-file',
      nodePath: (path) => {
        const text = data.get(path.slice(path.lastIndexOf('/') + 1));
        return text === undefined ? outside(path) : { path: text.file };
      },
      position: positionIn(proxy, ['kind']),
    }),
    texts: new Map([...data.values()].map(({ file, text }) => [file, text])),
  };
}

/** The files of the service account are there in every pod; the DaemonSet mounts nothing else that holds keys. */
function outside(path: string): NodePath {
  return path.startsWith('/var/run/secrets/') || path.startsWith('/run/secrets/')
    ? { path }
    : { notMounted: true, containerPath: path };
}

function invocationOf(
  { file }: Pick<KubeadmDocument, 'file'>,
  document: YamlDocument,
  rest: Pick<Invocation, 'kind' | 'nodePath'> & { readonly position: Invocation['argv'][number]['position'] },
): Invocation {
  const { kind, nodePath, position } = rest;
  return {
    component: 'kube-proxy',
    argv: [{ text: `--config=${CONFIG}`, position, implied: true }],
    environment: [],
    file,
    kind,
    sources: [{ file, kind }],
    commandLineSeen: true,
    configFile: { file, document },
    hostNetwork: true,
    nodePath,
  };
}

function completed(proxy: KubeadmDocument | undefined, config: ClusterConfig): YamlDocument {
  const written = proxy?.root ?? {};
  const connection = asMapping(written.clientConnection) ?? {};
  const given = (value: unknown): boolean => typeof value === 'string' && value !== '';
  return {
    value: {
      ...written,
      apiVersion: written.apiVersion ?? 'kubeproxy.config.k8s.io/v1alpha1',
      kind: 'KubeProxyConfiguration',
      bindAddress: given(written.bindAddress) ? written.bindAddress : usesIPv6(config) ? '::' : '0.0.0.0',
      clientConnection: {
        ...connection,
        kubeconfig: given(connection.kubeconfig) ? connection.kubeconfig : KUBECONFIG,
      },
    },
    duplicateKeys: proxy?.document.duplicateKeys ?? [],
    line: (path) => proxy?.document.line(path),
  };
}

function kubeconfigText(endpoint: string): string {
  const folder = '/var/run/secrets/kubernetes.io/serviceaccount';
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'default', cluster: { 'certificate-authority': `${folder}/ca.crt`, server: `https://${endpoint}` } },
    ],
    contexts: [{ name: 'default', context: { cluster: 'default', namespace: 'default', user: 'default' } }],
    'current-context': 'default',
    users: [{ name: 'default', user: { tokenFile: `${folder}/token` } }],
  });
}
