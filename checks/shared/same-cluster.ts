/** Whether two machines of one run are of one cluster. */
import type { ComponentName } from '../../src/model/component.ts';
import type { NodeModel } from '../../src/model/node.ts';
import { isLoopback, parseUrls, sameHost } from '../../src/config/url.ts';
import { component, knownOr, list, text } from './access.ts';
import { advertisedAddress } from './apiserver.ts';
import { certificatesOf, settingMaterial } from './material.ts';
import { tokenKeys } from './service-account.ts';

/** `unsure`: some of what they have says so, and not enough. */
export type Kinship = 'same' | 'different' | 'unsure';

/**
 * Two clusters that are given at once have to differ, so keys alone prove nothing: a company may have one CA for several
 * clusters. Neither do names and addresses alone, which come again in every cluster of one template. What is believed:
 *  - a key in common, and that one has the other among the members of its etcd, or an endpoint of API server or etcd;
 *  - the key of service account tokens in common, where the endpoints do not say otherwise.
 * Machines of one name, or with one address, are two states of one machine, or of two networks.
 */
export function kinshipOf(one: NodeModel, other: NodeModel): Kinship {
  const [mine, theirs] = [traitsOf(one), traitsOf(other)];
  if (one.name === other.name || (mine.address !== undefined && mine.address === theirs.address)) return 'different';
  const sharesTokens = mine.tokens !== undefined && mine.tokens === theirs.tokens;
  const sharesKey = sharesTokens || meet(mine.authorities, theirs.authorities);
  const dials = meet(mine.endpoints, theirs.endpoints) || isDialled(mine, theirs) || isDialled(theirs, mine);
  if (dials || meet(mine.etcdServers, theirs.etcdServers) || isMember(mine, theirs) || isMember(theirs, mine)) {
    return sharesKey ? 'same' : 'unsure';
  }
  if (!sharesKey) return 'different';
  const areApart = mine.endpoints.size > 0 && theirs.endpoints.size > 0;
  return sharesTokens && !areApart ? 'same' : 'unsure';
}

/** What tells a machine's cluster. */
interface Traits {
  readonly address: string | undefined;
  /** Hosts that its kubeconfigs dial, but not its own address: an endpoint of the cluster, or another node. */
  readonly endpoints: ReadonlySet<string>;
  /** Hosts of an etcd off the node, each with the prefix of the API server's objects: they are of one cluster. */
  readonly etcdServers: ReadonlySet<string>;
  /** `name=url` of the members that its etcd was started with; those that join later know those before them. */
  readonly members: ReadonlySet<string>;
  /** Itself as a member. */
  readonly asMember: readonly string[];
  /** The key that signs service account tokens. */
  readonly tokens: string | undefined;
  /** The keys of the CAs that have to be the same on every control-plane node. */
  readonly authorities: ReadonlySet<string>;
}

const traits = new WeakMap<NodeModel, Traits>();

/** The machines beside a node are the same objects on all of its rows. */
function traitsOf(node: NodeModel): Traits {
  const known = traits.get(node) ?? readTraits(node);
  traits.set(node, known);
  return known;
}

function readTraits(node: NodeModel): Traits {
  const apiserver = component(node, 'kube-apiserver');
  const etcd = component(node, 'etcd');
  const address = knownOr(undefined, () => advertisedAddress(node)?.name.toLowerCase());
  return {
    address,
    endpoints: endpointsOf(node, address),
    etcdServers: knownOr(new Set<string>(), () =>
      apiserver === undefined
        ? new Set()
        : new Set(hostsOf(list(apiserver, 'etcd-servers')).map((host) => `${host}${text(apiserver, 'etcd-prefix')}`)),
    ),
    members: knownOr(new Set<string>(), () =>
      etcd === undefined ? new Set() : new Set(list(etcd, 'initial-cluster').map((entry) => entry.trim())),
    ),
    asMember: knownOr<readonly string[]>([], () =>
      etcd === undefined
        ? []
        : list(etcd, 'initial-advertise-peer-urls')
            .filter((url) => hostsOf([url]).length > 0)
            .map((url) => `${text(etcd, 'name')}=${url}`),
    ),
    tokens: knownOr(undefined, () => tokenKeys(node)?.signing),
    authorities: new Set(AUTHORITIES.flatMap(([owner, setting]) => authorityKeys(node, owner, setting))),
  };
}

const AUTHORITIES: readonly (readonly [ComponentName, string])[] = [
  ['kube-apiserver', 'client-ca-file'],
  ['kube-apiserver', 'requestheader-client-ca-file'],
  ['kube-apiserver', 'etcd-cafile'],
  ['etcd', 'peer-trusted-ca-file'],
];

/** With the setting: a CA that serves one purpose here and another there is none that they have in common. */
function authorityKeys(node: NodeModel, name: ComponentName, setting: string): readonly string[] {
  const owner = component(node, name);
  const material = owner === undefined ? undefined : knownOr(undefined, () => settingMaterial(node, owner, setting));
  return certificatesOf(material).map(({ publicKey }) => `${setting} ${publicKey.spkiSha256}`);
}

function meet(mine: ReadonlySet<string>, theirs: ReadonlySet<string>): boolean {
  return [...mine].some((one) => theirs.has(one));
}

function isDialled({ endpoints }: Traits, { address }: Traits): boolean {
  return address !== undefined && [...endpoints].some((host) => sameHost(host, address));
}

function isMember({ members }: Traits, { asMember }: Traits): boolean {
  return asMember.some((one) => members.has(one));
}

/** Hosts of URLs that lead to another machine. */
function hostsOf(urls: readonly string[]): readonly string[] {
  return parseUrls(urls).flatMap((parsed) =>
    parsed.ok && !parsed.url.socket && !isLoopback(parsed.url.host) ? [parsed.url.host.toLowerCase()] : [],
  );
}

const DIALLERS = ['kubelet', 'kube-scheduler', 'kube-controller-manager'] as const;

/** Of the kubeconfigs that dial the API server: webhooks have kubeconfigs too. */
function endpointsOf(node: NodeModel, own: string | undefined): ReadonlySet<string> {
  const named = DIALLERS.flatMap((name) => {
    const owner = component(node, name);
    return owner === undefined ? [] : knownOr([], () => [text(owner, 'kubeconfig')]);
  });
  const files = [...named, '/etc/kubernetes/admin.conf', '/etc/kubernetes/kubelet.conf'];
  const hosts = files.flatMap((file) => node.kubeconfigs.get(file)?.cluster?.host?.toLowerCase() ?? []);
  return new Set(
    hosts.filter(
      // The Service of the API server is called the same in every cluster.
      (host) =>
        !isLoopback(host) && !/^kubernetes(?:\.default|$)/.test(host) && (own === undefined || !sameHost(host, own)),
    ),
  );
}
