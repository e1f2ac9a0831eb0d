/** What etcd listens on. */
import { parseUrls } from '../../src/config/url.ts';
import type { Component } from '../../src/model/component.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type { Authentication, Need, PortListener, Reach } from '../../src/model/ports-report.ts';
import { component, known, knownOr, list, setting } from '../shared/access.ts';
import { clientAuthentication, CLIENT_SIDE, isOwnHost, PEER_SIDE, urlsOf } from '../shared/etcd.ts';
import type { EtcdSide } from '../shared/etcd.ts';
import { minTLSOf } from '../shared/listener.ts';
import { UnknownValue } from '../../src/model/unknown.ts';
import { causeOf, listener, OPTIONAL, scopeOf, tlsVersion } from './listener.ts';

interface Kind {
  readonly setting: string;
  readonly purpose: string;
  readonly side: EtcdSide;
  readonly defaultPort: number;
  readonly beyond: (node: NodeModel, etcd: Component) => { readonly reach: readonly Reach[]; readonly need: Need };
}

const MONITORED = { reach: ['self', 'monitoring'], need: OPTIONAL } as const;

/** etcd-io/etcd server/embed/config.go: DefaultListenClientURLs, DefaultListenPeerURLs. */
const KINDS: readonly Kind[] = [
  {
    setting: 'listen-client-urls',
    purpose: 'clients',
    side: CLIENT_SIDE,
    defaultPort: 2379,
    beyond: (node, etcd) => ({ reach: ['self', 'control-plane'], need: clientNeed(node, etcd) }),
  },
  {
    setting: 'listen-client-http-urls',
    purpose: 'clients over HTTP',
    side: CLIENT_SIDE,
    defaultPort: 2379,
    beyond: () => ({ reach: ['self', 'control-plane'], need: OPTIONAL }),
  },
  {
    setting: 'listen-peer-urls',
    purpose: 'other members',
    side: PEER_SIDE,
    defaultPort: 2380,
    beyond: (_node, etcd) => ({ reach: ['control-plane'], need: peerNeed(etcd) }),
  },
  {
    setting: 'listen-metrics-urls',
    purpose: 'metrics and health',
    side: CLIENT_SIDE,
    defaultPort: 2381,
    beyond: () => MONITORED,
  },
];

/**
 * A listener for each URL.
 * @throws UnknownValue where the input does not show a setting that decides it
 */
export function etcdListeners(node: NodeModel, etcd: Component): readonly PortListener[] {
  return KINDS.flatMap((kind) =>
    urlsOf(etcd, kind.setting)
      .filter(({ socket }) => !socket)
      .map(({ host, port, secure }) =>
        listener({
          component: 'etcd',
          purpose: kind.purpose,
          address: host,
          port: port ?? kind.defaultPort,
          tls: secure ? 'yes' : 'no',
          ...(secure ? { minTLSVersion: tlsVersion(() => minTLSOf(etcd)) } : {}),
          authentication: authenticationOf(etcd, kind.side, secure),
          ...(scopeOf(host) === 'loopback' ? { reach: ['self'] as const, need: OPTIONAL } : kind.beyond(node, etcd)),
          cause: causeOf(etcd, kind.setting),
          source: 'etcd-io/etcd server/embed/config.go',
        }),
      ),
  );
}

function authenticationOf(etcd: Component, side: EtcdSide, secure: boolean): readonly Authentication[] {
  return secure && clientAuthentication(etcd, side) !== 'none' ? ['client-certificate'] : ['nobody'];
}

/** Whether an API server of another machine dials this etcd: the files of this one show only what its own does. */
function clientNeed(node: NodeModel, etcd: Component): Need {
  const apiserver = component(node, 'kube-apiserver');
  const own = apiserver === undefined ? undefined : known(() => list(apiserver, 'etcd-servers'));
  if (own === undefined) return { kind: 'required', breaks: 'the API servers no longer reach their store' };
  const dialled =
    own instanceof UnknownValue ? [] : parseUrls([...own]).flatMap((url) => (url.ok ? [url.url.host] : []));
  // Where the addresses of this machine are not known, nobody can tell whose the others are.
  return knownOr(false, () => dialled.some((host) => !isOwnHost(node, etcd, host)))
    ? { kind: 'required', breaks: 'API servers of other machines no longer reach this member' }
    : {
        kind: 'depends',
        on: 'whether API servers of other machines dial this member, and for `kubeadm join` of a further control-plane node',
      };
}

function peerNeed(etcd: Component): Need {
  const members = memberUrls(etcd);
  return members.length > 1
    ? { kind: 'required', breaks: 'the members no longer reach one another, and a majority is lost' }
    : { kind: 'depends', on: 'whether the cluster has other members: --initial-cluster names none' };
}

/** The members of `--initial-cluster`, `name=URL` each. */
export function memberUrls(etcd: Component): readonly string[] {
  const { value } = setting(etcd, 'initial-cluster');
  const text = Array.isArray(value) ? value.join(',') : typeof value === 'string' ? value : '';
  return text
    .split(',')
    .slice(0, 100)
    .map((one) => one.slice(one.indexOf('=') + 1).trim())
    .filter((one) => one !== '');
}
