/** Whether this machine's etcd answers where the API server of the machine dials it. */
import type { Component } from '../../src/model/component.ts';
import type { NodeModel } from '../../src/model/node.ts';
import { isLoopback, isUnspecified, sameHost } from '../../src/config/url.ts';
import { component, list } from './access.ts';
import type { ConfiguredUrl } from './etcd.ts';
import { CLIENT_SIDE, listenerAt, urlsOf } from './etcd.ts';

/**
 * What becomes of a connection to one endpoint. `answers`: a client listener of this machine's etcd is there.
 * `elsewhere`: another machine's address. `silent`: this machine's own, where no client listener is. `other`: as
 * silent, where the input leaves room for something else that listens: a second etcd.
 */
export type EtcdReach =
  { readonly kind: 'answers' | 'elsewhere' | 'other' } | { readonly kind: 'silent'; readonly because: string };

/** @throws UnknownValue where the input does not show what etcd listens on */
export function reachOfEtcd(node: NodeModel, etcd: Component, endpoint: ConfiguredUrl): EtcdReach {
  if (endpoint.socket) return { kind: 'elsewhere' };
  if (listenerAt(node, etcd, endpoint) !== undefined) return { kind: 'answers' };
  if (!isSurelyOwn(node, etcd, endpoint.host)) return { kind: 'elsewhere' };
  const another = urlsOf(etcd, 'listen-peer-urls', 'listen-metrics-urls').find(
    ({ socket, host, port }) =>
      !socket && port === endpoint.port && (isUnspecified(host) || sameHost(host, endpoint.host)),
  );
  if (another !== undefined) {
    return {
      kind: 'silent',
      because: `what listens there is ${another.text} of --${another.setting}, which is not for clients`,
    };
  }
  if (mayBeSecondEtcd(node, endpoint)) return { kind: 'other' };
  const listeners = urlsOf(etcd, ...CLIENT_SIDE.listeners).map(({ text }) => text);
  return { kind: 'silent', because: `it listens for clients on ${listeners.join(', ')}` };
}

/** Whether a host is this machine and no load balancer, which an advertised URL of etcd could be. */
function isSurelyOwn(node: NodeModel, etcd: Component, host: string): boolean {
  if (!etcd.hostNetwork) return false;
  const apiserver = component(node, 'kube-apiserver');
  const listens = urlsOf(etcd, 'listen-client-urls', 'listen-peer-urls').flatMap((url) =>
    url.socket || isUnspecified(url.host) ? [] : [url.host],
  );
  const own = [...listens, ...(apiserver === undefined ? [] : list(apiserver, 'advertise-address'))];
  return isLoopback(host) || own.some((one) => sameHost(one, host));
}

/** Events are often kept in an etcd of their own, and what was not read may run one. */
function mayBeSecondEtcd(node: NodeModel, endpoint: ConfiguredUrl): boolean {
  return (
    endpoint.setting === 'etcd-servers-overrides' ||
    node.notices.some(({ code, subject }) => code === 'duplicate-manifest' && subject === 'etcd') ||
    node.unread.some(({ component: name }) => name === undefined || name === 'etcd')
  );
}
