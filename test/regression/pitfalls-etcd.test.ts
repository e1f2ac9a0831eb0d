/** Where a reader of etcd's settings is misled: each a real node that differs in one thing, and what is true of it. */
// The library's dependency container needs it, and a list is made before a certificate is read.
import 'reflect-metadata';
import { describe } from 'vitest';
import { issue, revocationList } from '../support/certificates.ts';
import { APISERVER, ETCD, ETCD_CA, forEtcd, OTHER_CA, PKI, put } from '../support/etcd.ts';
import type { EditableNode } from '../support/node.ts';
import { facts } from './facts.ts';
import type { Fact } from './facts.ts';

const LIST = `${PKI}/etcd/revoked.crl`;
const NOTHING_REVOKED = await revocationList(ETCD_CA, ['0badc0de']);
const FORWARD = ['--listen-client-http-urls=https://10.20.0.11:2382'];

/** etcd of another release, by the tag of its image, without the flags that kubeadm writes for 3.6 alone. */
function release(node: EditableNode, version: string): EditableNode {
  if (version !== '3.6.8') node.replace(ETCD, 'etcd:3.6.8-0', `etcd:${version}-0`);
  return node.removeFlag('etcd', 'feature-gates').removeFlag('etcd', 'watch-progress-notify-interval');
}

const withFlags = (node: EditableNode, flags: readonly string[]): EditableNode => {
  for (const flag of flags) node.addFlag('etcd', flag);
  return node;
};

/** A fact of several releases, each its own test. */
const byRelease = (
  name: string,
  check: string,
  path: Fact['path'],
  flags: readonly string[],
  expected: Readonly<Record<string, Fact['expect']>>,
): readonly Fact[] =>
  Object.entries(expected).map(([version, expect]) => ({
    name: `${name}: ${version}`,
    path,
    check,
    expect,
    change: (node) => withFlags(release(node, version), flags),
    ...(expect === 'fail' ? { message: new RegExp(flags[0]?.split('=')[0] ?? '') } : {}),
  }));

describe('what etcd listens on', () => {
  facts([
    {
      name: 'an http URL that is advertised opens no listener: what is served stays encrypted',
      path: 'client-to-etcd',
      check: 'etcd-advertise-consistent',
      expect: 'warn',
      change: (node) => node.setFlag('etcd', 'advertise-client-urls', 'http://10.20.0.11:2379'),
      row: { encrypted: 'yes', clientAuthenticated: 'yes' },
      alarms: ['warn etcd-advertise-consistent'],
    },
    {
      name: 'a socket of the scheme unixs is not plain text',
      path: 'client-to-etcd',
      check: 'etcd-client-url-https',
      expect: 'pass',
      change: (node) =>
        node.setFlag('etcd', 'listen-client-urls', 'https://127.0.0.1:2379,https://10.20.0.11:2379,unixs://etcd.sock'),
      row: { encrypted: 'yes' },
    },
    {
      name: 'an extra listener for HTTP is a listener, and in plain text as bad as the first',
      path: 'client-to-etcd',
      check: 'etcd-client-http-urls',
      expect: 'fail',
      change: (node) => node.addFlag('etcd', '--listen-client-http-urls=http://10.20.0.11:2382'),
      row: { encrypted: 'no', clientAuthenticated: 'no' },
    },
    ...byRelease(
      'the flag of that listener stops a release without it',
      'etcd-removed-flags',
      'client-to-etcd',
      FORWARD,
      {
        '3.4.24': 'fail',
        '3.4.25': 'pass',
        '3.5.7': 'fail',
        '3.5.8': 'pass',
      },
    ),
    ...byRelease(
      'the flag of the lowest TLS version stops a release without it',
      'etcd-removed-flags',
      'client-to-etcd',
      ['--tls-min-version=TLS1.2'],
      { '3.4.24': 'fail', '3.4.25': 'pass', '3.5.0': 'fail', '3.5.7': 'fail', '3.5.8': 'pass', '3.6.0': 'pass' },
    ),
    {
      name: 'a metrics listener with TLS asks Prometheus and the probes for a client certificate too',
      path: 'client-to-etcd',
      check: 'etcd-probes',
      expect: 'fail',
      change: (node) =>
        node
          .setFlag('etcd', 'listen-metrics-urls', 'https://127.0.0.1:2381')
          .replace(ETCD, /scheme: HTTP$/gm, 'scheme: HTTPS'),
      message: /show no client certificate/,
    },
  ]);
});

describe('what profiles of etcd are open by', () => {
  facts([
    {
      name: 'the log level debug opens them as well as their own flag',
      path: 'client-to-etcd',
      check: 'etcd-pprof-debug',
      expect: 'warn',
      change: (node) => node.addFlag('etcd', '--log-level=debug'),
      message: /--log-level is debug: .*\/debug\/pprof/,
      alarms: ['warn etcd-pprof-debug'],
    },
    {
      name: 'so it does by a variable',
      path: 'client-to-etcd',
      check: 'etcd-pprof-debug',
      expect: 'warn',
      change: (node) =>
        node.replace(ETCD, '    image: ', '    env:\n    - {name: ETCD_LOG_LEVEL, value: debug}\n    image: '),
    },
    {
      name: 'another level does not',
      path: 'client-to-etcd',
      check: 'etcd-pprof-debug',
      expect: 'pass',
      change: (node) => node.addFlag('etcd', '--log-level=warn'),
    },
    {
      name: 'up to 3.4 the log level does not',
      path: 'client-to-etcd',
      check: 'etcd-pprof-debug',
      expect: 'pass',
      change: (node) => release(node, '3.4.40').addFlag('etcd', '--log-level=debug'),
    },
    {
      name: 'up to 3.4 --debug does',
      path: 'client-to-etcd',
      check: 'etcd-pprof-debug',
      expect: 'warn',
      change: (node) => release(node, '3.4.40').addFlag('etcd', '--debug'),
      message: /--debug is true/,
    },
  ]);
});

describe('certificates of etcd', () => {
  facts([
    {
      name: 'a serving certificate for servers alone is enough where etcd has another to dial itself with',
      path: 'client-to-etcd',
      check: 'etcd-server-cert',
      expect: 'pass',
      change: async (node) =>
        withFlags(put(node, `${PKI}/etcd/server`, await forEtcd({ use: 'server' })), [
          `--client-cert-file=${PKI}/etcd/healthcheck-client.crt`,
          `--client-key-file=${PKI}/etcd/healthcheck-client.key`,
        ]),
      alarms: [],
    },
    {
      name: 'half of that other pair keeps etcd from starting',
      path: 'client-to-etcd',
      check: 'etcd-server-cert',
      expect: 'fail',
      change: (node) => node.addFlag('etcd', `--client-cert-file=${PKI}/etcd/healthcheck-client.crt`),
      message: /does not start without the other/,
    },
    {
      name: 'and 3.4 does not know the flag',
      path: 'client-to-etcd',
      check: 'etcd-removed-flags',
      expect: 'fail',
      change: (node) =>
        release(node, '3.4.40').addFlag('etcd', `--client-cert-file=${PKI}/etcd/healthcheck-client.crt`),
    },
    {
      name: 'a member dials out with a certificate without any name: there is no name to compare with its address',
      path: 'etcd-to-etcd',
      check: 'etcd-peer-cert',
      expect: 'pass',
      change: async (node) =>
        withFlags(put(node, `${PKI}/etcd/peer-client`, await issue({ subject: 'CN=cp-1', use: 'client' }, ETCD_CA)), [
          `--peer-client-cert-file=${PKI}/etcd/peer-client.crt`,
          `--peer-client-key-file=${PKI}/etcd/peer-client.key`,
        ]),
      row: { serverVerified: 'yes', clientAuthenticated: 'yes' },
      alarms: [],
    },
    {
      name: 'a member certificate that names another address than it dials from is refused, as behind NAT',
      path: 'etcd-to-etcd',
      check: 'etcd-peer-cert',
      expect: 'fail',
      change: async (node) => put(node, `${PKI}/etcd/peer`, await forEtcd({ ips: ['127.0.0.1', '192.0.2.7'] })),
      message: /10\.20\.0\.11/,
    },
    {
      name: 'a client may dial from any address, whatever its certificate names: only those of members are compared',
      path: 'apiserver-to-etcd',
      check: 'apiserver-etcd-client-cert',
      expect: 'pass',
      change: async (node) =>
        put(
          node,
          `${PKI}/apiserver-etcd-client`,
          await issue({ subject: 'CN=kube-apiserver-etcd-client', use: 'client', ips: ['192.0.2.7'] }, ETCD_CA),
        ),
      row: { clientAuthenticated: 'yes' },
      alarms: [],
    },
    {
      name: 'without CA and client certificate an https URL is still TLS, verified by public CAs',
      path: 'apiserver-to-etcd',
      check: 'apiserver-etcd-ca',
      expect: 'fail',
      change: (node) => {
        for (const flag of ['etcd-cafile', 'etcd-certfile', 'etcd-keyfile']) node.removeFlag('kube-apiserver', flag);
      },
      row: { encrypted: 'yes', clientAuthenticated: 'no' },
      message: /public CAs/,
    },
    {
      name: 'an override for one resource is an endpoint too',
      path: 'apiserver-to-etcd',
      check: 'apiserver-etcd-https',
      expect: 'fail',
      change: (node) =>
        node.replace(
          APISERVER,
          '    - kube-apiserver\n',
          '    - kube-apiserver\n    - --etcd-servers-overrides=/events#https://127.0.0.1:2379;http://10.0.0.9:2379\n',
        ),
      message: /for \/events/,
    },
    {
      name: 'a CA of the same name and another key is another CA',
      path: 'apiserver-to-etcd',
      check: 'apiserver-etcd-ca',
      expect: 'fail',
      change: (node) => node.write(`${PKI}/etcd/ca.crt`, OTHER_CA.certificate),
    },
    {
      name: 'a CA of its own in a flag says nothing where it is the one of the cluster',
      path: 'etcd-to-etcd',
      check: 'etcd-unique-ca',
      expect: 'fail',
      change: (node) =>
        node
          .copy(`${PKI}/ca.crt`, `${PKI}/etcd/own.crt`)
          .setFlag('etcd', 'peer-trusted-ca-file', `${PKI}/etcd/own.crt`),
    },
  ]);
});

describe('what etcd makes of a revocation list', () => {
  const listed = (node: EditableNode, ...flags: readonly string[]): EditableNode =>
    withFlags(node.write(LIST, NOTHING_REVOKED), [`--client-crl-file=${LIST}`, ...flags]);
  facts([
    {
      name: 'it obeys one whose nextUpdate is long past',
      path: 'client-to-etcd',
      check: 'etcd-crl',
      expect: 'pass',
      at: '2027-06-01T00:00:00Z',
      change: (node) => listed(node),
      message: /obeys the revocation list/,
    },
    ...Object.entries({
      '3.4.40': 'warn',
      '3.5.31': 'warn',
      '3.5.32': 'pass',
      '3.6.12': 'warn',
      '3.6.13': 'pass',
      '3.7.0': 'pass',
    } as const).map(([version, expect]): Fact => ({
      name: `beside a listener of its own for HTTP, gRPC clients are held against it from a fix on: ${version}`,
      path: 'client-to-etcd',
      check: 'etcd-crl',
      expect,
      change: (node) => listed(release(node, version), ...FORWARD),
    })),
  ]);
});

describe('flags that changed their name', () => {
  const OLD = ['--experimental-peer-skip-client-san-verification=true'];
  const NEW = ['--peer-skip-client-san-verification=true'];
  const off = 'names of members are not compared';
  facts([
    ...byRelease(`${off}, by the old name`, 'etcd-peer-skip-san', 'etcd-to-etcd', OLD, {
      '3.5.21': 'warn',
      '3.6.8': 'warn',
    }),
    ...byRelease(`${off}, by the new name`, 'etcd-peer-skip-san', 'etcd-to-etcd', NEW, {
      '3.6.8': 'warn',
      '3.7.0': 'warn',
    }),
    ...byRelease('the old name stops etcd from 3.7 on', 'etcd-removed-flags', 'etcd-to-etcd', OLD, {
      '3.6.8': 'pass',
      '3.7.0': 'fail',
    }),
    ...byRelease('the new name stops etcd up to 3.5', 'etcd-removed-flags', 'etcd-to-etcd', NEW, {
      '3.5.21': 'fail',
      '3.6.0': 'pass',
    }),
  ]);
});
