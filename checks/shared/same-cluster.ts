/** Whether two machines of one run are of one cluster. */
import type { Component } from '../../src/model/component.ts';
import type { NodeModel } from '../../src/model/node.ts';
import { isLoopback, parseUrls, sameHost } from '../../src/config/url.ts';
import { component, knownOr, list, setting, text } from './access.ts';
import { advertisedAddress } from './apiserver.ts';
import { certificatesOf, settingMaterial } from './material.ts';
import { tokenKeys } from './service-account.ts';

/** `unsure`: some of what they have says so, and not enough. */
export type Kinship = 'same' | 'different' | 'unsure';

/**
 * Two clusters that are given at once have to differ, so keys alone prove nothing: a company may have one CA for several
 * clusters. Neither do addresses alone, which come again in every private network. What is believed:
 *  - that one has the other among the members of its etcd, by name and URL;
 *  - a common endpoint of API server or etcd, and a key in common;
 *  - the key of service account tokens in common, or two CAs, where the endpoints do not say otherwise.
 * Machines of one name, or with one address, are two states of one machine, or of two networks.
 */
export function kinshipOf(one: NodeModel, other: NodeModel): Kinship {
  const [address, otherAddress] = [addressOf(one), addressOf(other)];
  if (one.name === other.name || (address !== undefined && address === otherAddress)) return 'different';
  if (hasMember(one, other) || hasMember(other, one)) return 'same';
  const keys = sharedKeys(one, other);
  const hasEndpoint = shareEndpoint(one, other) || shareEtcd(one, other);
  if (hasEndpoint) return keys.tokens || keys.authorities > 0 ? 'same' : 'unsure';
  if (!keys.tokens && keys.authorities === 0) return 'different';
  return (keys.tokens || keys.authorities > 1) && !contradict(one, other) ? 'same' : 'unsure';
}

function addressOf(node: NodeModel): string | undefined {
  return knownOr(undefined, () => advertisedAddress(node)?.name);
}

/** `name=url` of the others that etcd was started with; members that joined later know those before them. */
function hasMember(one: NodeModel, other: NodeModel): boolean {
  return knownOr(false, () => {
    const [etcd, peer] = [component(one, 'etcd'), component(other, 'etcd')];
    if (etcd === undefined || peer === undefined) return false;
    const urls = list(peer, 'initial-advertise-peer-urls').filter((url) => !isOwnLoopback(url));
    const name = text(peer, 'name');
    return list(etcd, 'initial-cluster').some((entry) => urls.some((url) => entry.trim() === `${name}=${url}`));
  });
}

function isOwnLoopback(url: string): boolean {
  return hostsOf([url]).length === 0;
}

/** Hosts of URLs that lead to another machine. */
function hostsOf(urls: readonly string[]): readonly string[] {
  return parseUrls(urls).flatMap((parsed) =>
    parsed.ok && !parsed.url.socket && !isLoopback(parsed.url.host) ? [parsed.url.host.toLowerCase()] : [],
  );
}

/** Those that dial the API server: webhooks have kubeconfigs too. */
function kubeconfigsOf(node: NodeModel): readonly string[] {
  const named = DIALLERS.flatMap((name) => {
    const owner = component(node, name);
    return owner === undefined ? [] : knownOr([], () => [text(owner, 'kubeconfig')]);
  });
  return [...named, '/etc/kubernetes/admin.conf', '/etc/kubernetes/kubelet.conf'];
}

const DIALLERS = ['kubelet', 'kube-scheduler', 'kube-controller-manager'] as const;

/** Where the kubeconfigs of a node dial, but not its own address: an endpoint of the cluster, or another node. */
function endpointsOf(node: NodeModel): readonly string[] {
  const own = addressOf(node);
  const hosts = kubeconfigsOf(node).flatMap((file) => node.kubeconfigs.get(file)?.cluster?.host ?? []);
  return [...new Set(hosts.map((host) => host.toLowerCase()))].filter(
    // The Service of the API server is called the same in every cluster.
    (host) =>
      !isLoopback(host) && !/^kubernetes(?:\.default|$)/.test(host) && (own === undefined || !sameHost(host, own)),
  );
}

function shareEndpoint(one: NodeModel, other: NodeModel): boolean {
  const [mine, theirs] = [endpointsOf(one), endpointsOf(other)];
  const dials = (endpoints: readonly string[], address: string | undefined): boolean =>
    address !== undefined && endpoints.some((host) => sameHost(host, address));
  return (
    mine.some((host) => theirs.some((their) => sameHost(host, their))) ||
    dials(mine, addressOf(other)) ||
    dials(theirs, addressOf(one))
  );
}

/** Both know endpoints of their cluster, and not one is the same. */
function contradict(one: NodeModel, other: NodeModel): boolean {
  return endpointsOf(one).length > 0 && endpointsOf(other).length > 0 && !shareEndpoint(one, other);
}

/** One etcd off the node, with one prefix: its objects are those of one cluster. */
function shareEtcd(one: NodeModel, other: NodeModel): boolean {
  return knownOr(false, () => {
    const [mine, theirs] = [component(one, 'kube-apiserver'), component(other, 'kube-apiserver')];
    if (mine === undefined || theirs === undefined) return false;
    const prefix = (apiserver: Component): unknown => setting(apiserver, 'etcd-prefix').value;
    if (prefix(mine) !== prefix(theirs)) return false;
    const hosts = new Set(hostsOf(list(theirs, 'etcd-servers')));
    return hostsOf(list(mine, 'etcd-servers')).some((host) => hosts.has(host));
  });
}

/** The CAs of a cluster, by the settings that have to name the same on every control-plane node. */
const AUTHORITIES = ['client-ca-file', 'requestheader-client-ca-file', 'etcd-cafile'] as const;

function sharedKeys(one: NodeModel, other: NodeModel): { readonly tokens: boolean; readonly authorities: number } {
  const tokens = knownOr(false, () => {
    const [mine, theirs] = [tokenKeys(one), tokenKeys(other)];
    return mine?.signing !== undefined && mine.signing === theirs?.signing;
  });
  const authorities = AUTHORITIES.filter((name) => {
    const theirs = authorityKeys(other, name);
    return [...authorityKeys(one, name)].some((key) => theirs.has(key));
  });
  return { tokens, authorities: authorities.length };
}

/** The keys of the CAs that a setting of the API server names. */
export function authorityKeys(node: NodeModel, name: string): ReadonlySet<string> {
  const apiserver = component(node, 'kube-apiserver');
  const material =
    apiserver === undefined ? undefined : knownOr(undefined, () => settingMaterial(node, apiserver, name));
  return new Set(certificatesOf(material).map(({ publicKey }) => publicKey.spkiSha256));
}
