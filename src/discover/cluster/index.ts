/** Objects of a cluster out of the inputs of a run: one export, or many files that are one together. */
import type { ClusterModel } from '../../model/cluster.ts';
import type { Source } from '../../source/source.ts';
import { asText } from '../../text/yaml.ts';
import type { DetectedLayout } from '../layout.ts';
import type { DiscoveryProblem } from '../types.ts';
import { requestOf, roleBindingOf, roleOf, secretOf } from './access.ts';
import { apiServiceOf, Bundles, conversionOf, webhooksOf } from './admission.ts';
import type { EmbeddedText } from './admission.ts';
import { identity, part } from './fields.ts';
import { objectFiles } from './files.ts';
import { KINDS, kindsNamed, OF_NODES, OTHER_POLICIES } from './kinds.ts';
import {
  authorizationPolicyOf,
  destinationRuleOf,
  linkerdServerOf,
  peerAuthenticationOf,
  serverAuthorizationOf,
} from './mesh.ts';
import { bgpConfigurationOf, bgpPeerOf, felixOf, hostEndpointOf, ipPoolOf } from './network.ts';
import { readObjects } from './objects.ts';
import type { APIObject } from './objects.ts';
import { calicoPolicyOf, ciliumPolicyOf, networkPolicyOf, otherPolicyOf } from './policies.ts';
import { authenticationTrustOf, publishedCAOf, settingsOf } from './settings.ts';
import { namespaceOf, nodeOf, podOf, serviceOf, workloadOf } from './workloads.ts';

export interface DiscoveredCluster {
  readonly cluster: Omit<ClusterModel, 'files'>;
  readonly bundles: readonly EmbeddedText[];
}

export interface ClusterDiscovery {
  /** Undefined where the inputs hold nothing that only a cluster has. */
  readonly found: DiscoveredCluster | undefined;
  /** Names of the inputs that hold objects. */
  readonly inputs: ReadonlySet<string>;
  readonly problems: readonly DiscoveryProblem[];
}

interface Read {
  readonly input: string;
  readonly objects: readonly APIObject[];
  readonly empty: readonly string[];
}

/** Reads every input. A text that is no YAML is a problem only where the others show that it was to be an export. */
export function discoverCluster(
  inputs: readonly { readonly source: Source; readonly layouts: readonly DetectedLayout[] }[],
): ClusterDiscovery {
  const problems: DiscoveryProblem[] = [];
  /** What was to be an export by its own words. */
  const ofLists: DiscoveryProblem[] = [];
  const read = inputs.map(({ source, layouts }): Read => {
    const { files, losses } = objectFiles(source, layouts);
    for (const { path, message } of losses) {
      problems.push({ code: 'limit-reached', subject: path.slice(1), file: path, message });
    }
    const objects: APIObject[] = [];
    const empty: string[] = [];
    for (const { path, text } of files) {
      const found = readObjects(text, path, (kind) => KINDS.has(kind));
      objects.push(...found.objects);
      if (found.isEmptyList) empty.push(...kindsNamed(stemOf(path)));
      for (const { message, line, isList } of found.faults) {
        const at = line === undefined ? path : `${path}:${line}`;
        const problem: DiscoveryProblem = {
          code: 'unparsable-manifest',
          subject: path,
          file: path,
          ...(line === undefined ? {} : { line }),
          message: `${at} could not be read as ${isList === true ? 'objects' : 'an object'} of the API: ${message}`,
        };
        problems.push(problem);
        if (isList === true) ofLists.push(problem);
      }
    }
    return { input: source.name, objects, empty };
  });
  const counted = read.filter(({ objects, empty }) => objects.length > 0 || empty.length > 0);
  const objects = unique(counted.flatMap((one) => one.objects).filter(isOfCluster));
  const empty = counted.flatMap((one) => one.empty);
  const isExport = objects.some(({ kind }) => !OF_NODES.has(kind)) || empty.some((kind) => !OF_NODES.has(kind));
  if (!isExport) return { found: undefined, inputs: new Set(), problems: ofLists };
  const names = counted.map(({ input }) => input);
  return { found: discovered(objects, empty, names), inputs: new Set(names), problems };
}

function stemOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.(?:ya?ml|json)$/, '');
}

/** A pod by itself that the API never saw is a manifest that a kubelet reads. */
function isOfCluster({ kind, value, inList }: APIObject): boolean {
  return kind !== 'Pod' || inList || part(value, 'metadata').uid !== undefined;
}

/** Velero keeps an object once for each version of its API, and Calico has two names for one. */
function unique(objects: readonly APIObject[]): readonly APIObject[] {
  const byName = new Map<string, APIObject>();
  for (const object of objects) {
    const { name, namespace } = identity(object);
    const key = `${object.kind} ${namespace}/${object.group === 'projectcalico.org' ? name.replace(/^default\./, '') : name}`;
    if (!byName.has(key)) byName.set(key, object);
  }
  return [...byName.values()];
}

function discovered(
  objects: readonly APIObject[],
  empty: readonly string[],
  inputs: readonly string[],
): DiscoveredCluster {
  const bundles = new Bundles();
  const of = <T>(read: (object: APIObject) => T, ...kinds: readonly string[]): readonly T[] =>
    objects.filter(({ kind }) => kinds.includes(kind)).map(read);
  const calico = (kind: string): string => `projectcalico.org/${kind}`;
  const [trust] = objects.flatMap((object) => authenticationTrustOf(object, bundles));
  const cluster: DiscoveredCluster['cluster'] = {
    inputs,
    known: knownKinds(objects, empty),
    namespaces: of(namespaceOf, 'Namespace'),
    pods: of(podOf, 'Pod'),
    workloads: of(workloadOf, 'Deployment', 'DaemonSet', 'StatefulSet'),
    services: of(serviceOf, 'Service'),
    nodes: of(nodeOf, 'Node'),
    networkPolicies: of(networkPolicyOf, 'NetworkPolicy'),
    calicoPolicies: of(
      calicoPolicyOf,
      ...['NetworkPolicy', 'GlobalNetworkPolicy', 'StagedNetworkPolicy', 'StagedGlobalNetworkPolicy'].map(calico),
    ),
    ciliumPolicies: of(ciliumPolicyOf, 'cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy'),
    otherPolicies: of(otherPolicyOf, ...OTHER_POLICIES),
    webhooks: [
      ...of((object) => webhooksOf(object, bundles), 'ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'),
      ...of((object) => conversionOf(object, bundles), 'CustomResourceDefinition'),
    ].flat(),
    apiServices: of((object) => apiServiceOf(object, bundles), 'APIService'),
    requests: of(requestOf, 'CertificateSigningRequest'),
    roleBindings: of(roleBindingOf, 'RoleBinding', 'ClusterRoleBinding'),
    roles: of(roleOf, 'Role', 'ClusterRole'),
    secrets: of((object) => secretOf(object, bundles), 'Secret'),
    publishedCAs: objects.flatMap((object) => publishedCAOf(object, bundles)),
    ...(trust === undefined ? {} : { authenticationTrust: trust }),
    settings: settingsOf(objects.filter(({ kind }) => kind === 'ConfigMap')),
    peerAuthentications: of(peerAuthenticationOf, 'security.istio.io/PeerAuthentication'),
    destinationRules: of(destinationRuleOf, 'networking.istio.io/DestinationRule'),
    linkerdServers: of(linkerdServerOf, 'policy.linkerd.io/Server'),
    linkerdAuthorizations: [
      ...of(serverAuthorizationOf, 'policy.linkerd.io/ServerAuthorization'),
      ...of(authorizationPolicyOf, 'policy.linkerd.io/AuthorizationPolicy'),
    ],
    felixConfigurations: of(felixOf, calico('FelixConfiguration')),
    bgpPeers: of(bgpPeerOf, calico('BGPPeer')),
    bgpConfigurations: of(bgpConfigurationOf, calico('BGPConfiguration')),
    ipPools: of(ipPoolOf, calico('IPPool')),
    hostEndpoints: of(hostEndpointOf, calico('HostEndpoint')),
  };
  return { cluster, bundles: bundles.all };
}

/**
 * An object of a kind says that the kind was asked for, and so does an empty answer. What the API does not serve at all
 * is nowhere: of the kinds of others the CustomResourceDefinitions tell.
 */
function knownKinds(objects: readonly APIObject[], empty: readonly string[]): ReadonlySet<string> {
  const known = new Set([...objects.map(({ kind }) => kind), ...empty]);
  if (!known.has('CustomResourceDefinition')) return known;
  const defined = new Set(
    objects
      .filter(({ kind }) => kind === 'CustomResourceDefinition')
      .map(({ value }) => {
        const spec = part(value, 'spec');
        const group = (asText(spec.group) ?? '').replace(/^crd\.projectcalico\.org$/, 'projectcalico.org');
        return `${group}/${asText(part(spec.names).kind) ?? ''}`;
      }),
  );
  for (const kind of KINDS.keys()) if (kind.includes('/') && !defined.has(kind)) known.add(kind);
  return known;
}
