/** What ConfigMaps of add-ons set, as far as it decides how traffic of the cluster is protected. */
import type { AuthenticationTrust, ClusterSettings, Labels, PublishedCA } from '../../model/cluster.ts';
import { asMapping, asText, readYaml } from '../../text/yaml.ts';
import type { Bundles } from './admission.ts';
import { identity, labels, part, texts, whole } from './fields.ts';
import type { Mapping } from './fields.ts';
import type { APIObject } from './objects.ts';

/** `kube-root-ca.crt`, which the controller manager writes into every namespace. */
export function publishedCAOf(object: APIObject, bundles: Bundles): readonly PublishedCA[] {
  const found = identity(object, ['data', 'ca.crt']);
  if (object.kind !== 'ConfigMap' || found.name !== 'kube-root-ca.crt') return [];
  const authority = labels(object.value.data).get('ca.crt');
  const bundle = authority === undefined ? undefined : bundles.addText(object, 'ca.crt', authority, ['data', 'ca.crt']);
  return [{ ...found, bundle }];
}

/**
 * `extension-apiserver-authentication`, which API servers write together. Source: kubernetes
 * pkg/controlplane/controller/clusterauthenticationtrust/cluster_authentication_trust_controller.go; names are JSON.
 */
export function authenticationTrustOf(object: APIObject, bundles: Bundles): readonly AuthenticationTrust[] {
  const found = identity(object);
  const isIt = found.namespace === 'kube-system' && found.name === 'extension-apiserver-authentication';
  if (object.kind !== 'ConfigMap' || !isIt) return [];
  const data = dataOf(object);
  const bundle = (key: string): string | undefined => {
    const pem = data.get(key);
    return pem === undefined || pem === '' ? undefined : bundles.addText(object, key, pem, ['data', key]);
  };
  const yaml = readYaml(data.get('requestheader-allowed-names') ?? '');
  return [
    {
      ...found,
      clientCAs: bundle('client-ca-file'),
      frontProxyCAs: bundle('requestheader-client-ca-file'),
      allowedNames: texts(yaml.ok ? yaml.documents[0]?.value : undefined),
    },
  ];
}

/** Reads those that there are; of several of one name that of the cluster itself counts, and not what users call so. */
export function settingsOf(configMaps: readonly APIObject[]): ClusterSettings {
  const isSystem = (object: APIObject): boolean => identity(object).namespace === 'kube-system';
  const ofSystem = configMaps.filter(isSystem);
  const findIn = (among: readonly APIObject[], pattern: RegExp): APIObject | undefined =>
    among.find((object) => pattern.test(identity(object).name));
  const find = (pattern: RegExp): APIObject | undefined => findIn(ofSystem, pattern) ?? findIn(configMaps, pattern);
  return {
    ...kubeProxy(findIn(ofSystem, /^kube-proxy$/)),
    ...cilium(find(/^cilium-config$/)),
    ...flannel(find(/^(?:kube-flannel-cfg|canal-config)$/)),
    ...antrea(find(/^antrea-config(?:-[a-z0-9]{1,20})?$/)),
    istio: configMaps.flatMap(istio),
    ...linkerd(find(/^linkerd-config$/)),
    ...coredns(findIn(ofSystem, /^coredns$/)),
  };
}

function dataOf(object: APIObject): Labels {
  return labels(object.value.data);
}

/** The first document of a text, as a mapping; empty where it is none. */
function parsed(text: string | undefined): Mapping {
  const yaml = text === undefined ? undefined : readYaml(text);
  return (yaml?.ok === true ? asMapping(yaml.documents[0]?.value) : undefined) ?? {};
}

function kubeProxy(object: APIObject | undefined): Pick<ClusterSettings, 'kubeProxy'> {
  const text = object === undefined ? undefined : dataOf(object).get('config.conf');
  if (object === undefined || text === undefined) return {};
  return { kubeProxy: { ...identity(object), nodePortAddresses: texts(parsed(text).nodePortAddresses) } };
}

function cilium(object: APIObject | undefined): Pick<ClusterSettings, 'cilium'> {
  return object === undefined ? {} : { cilium: { ...identity(object), values: dataOf(object) } };
}

/** flannel-io/flannel Documentation/backends.md: net-conf.json names one backend. */
function flannel(object: APIObject | undefined): Pick<ClusterSettings, 'flannel'> {
  const text = object === undefined ? undefined : dataOf(object).get('net-conf.json');
  if (object === undefined || text === undefined) return {};
  const backend = part(parsed(text).Backend);
  return { flannel: { ...identity(object), backend: asText(backend.Type) ?? '', port: whole(backend.Port) } };
}

/** antrea-io/antrea build/charts/antrea/conf/antrea-agent.conf: unset is none. */
function antrea(object: APIObject | undefined): Pick<ClusterSettings, 'antrea'> {
  const text = object === undefined ? undefined : dataOf(object).get('antrea-agent.conf');
  if (object === undefined || text === undefined) return {};
  const mode = asText(parsed(text).trafficEncryptionMode) ?? 'none';
  return { antrea: { ...identity(object), trafficEncryptionMode: mode } };
}

/** The ConfigMap `istio`, or `istio-<revision>`, which has the mesh configuration in its key `mesh`. */
function istio(object: APIObject): ClusterSettings['istio'] {
  const found = identity(object, ['data', 'mesh']);
  const text = dataOf(object).get('mesh');
  if (text === undefined || !/^istio(?:-|$)/.test(found.name)) return [];
  const mesh = parsed(text);
  return [
    {
      ...found,
      rootNamespace: asText(mesh.rootNamespace) ?? found.namespace,
      minProtocolVersion: asText(part(mesh.meshMTLS).minProtocolVersion),
    },
  ];
}

/** The values that Linkerd was installed with; before 2.12 the policy stood elsewhere and under other names. */
function linkerd(object: APIObject | undefined): Pick<ClusterSettings, 'linkerd'> {
  if (object === undefined) return {};
  const values = parsed(dataOf(object).get('values'));
  return {
    linkerd: {
      ...identity(object, ['data', 'values']),
      defaultInboundPolicy: asText(part(values.proxy).defaultInboundPolicy),
    },
  };
}

/** Corefile: a block `kubernetes ZONES { option ... }` in each server block; coredns/coredns plugin/kubernetes/README.md. */
function coredns(object: APIObject | undefined): Pick<ClusterSettings, 'coredns'> {
  const text = object === undefined ? undefined : dataOf(object).get('Corefile');
  if (object === undefined || text === undefined) return {};
  const options: string[][] = [];
  let current: string[] | undefined;
  for (const line of text.split('\n')) {
    const words = line.replace(/#.*/, '').trim();
    if (current !== undefined) {
      if (words.startsWith('}')) current = undefined;
      else if (words !== '') current.push(words);
    } else if (/^kubernetes(?:\s|$|\{)/.test(words)) {
      const block: string[] = [];
      options.push(block);
      if (words.endsWith('{')) current = block;
    }
  }
  return { coredns: { ...identity(object, ['data', 'Corefile']), options } };
}
