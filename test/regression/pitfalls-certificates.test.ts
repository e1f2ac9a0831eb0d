/** Where a reader of certificates and keys is misled: what Go makes of them, on the row where it decides. */
import { describe } from 'vitest';
import {
  authorityKeyId,
  basicConstraints,
  extendedKeyUsage,
  keyUsage,
  subjectAltName,
} from '../../fixtures/pki/write.ts';
import { authority, keyFor, leafBelow, withExtension, withoutExtension, write } from '../pki/generated/certificates.ts';
import type { Description } from '../pki/generated/certificates.ts';
import { atVersion, CLUSTER_CA, forApiserver, PKI, serve } from '../support/apiserver.ts';
import { caOf, freshKey, issue, pem } from '../support/certificates.ts';
import type { EditableNode } from '../support/node.ts';
import { facts } from './facts.ts';

const KUBELET = '/var/lib/kubelet/pki';
const CONFIG = '/var/lib/kubelet/config.yaml';
const STOCK = 'warn apiserver-anonymous-auth';
const ANYBODY = { path: 'anonymous-to-apiserver' } as const;
const KEY_USAGE = '2.5.29.15';
const BASIC_CONSTRAINTS = '2.5.29.19';

const textOf = (description: Description): string => pem('CERTIFICATE', write(description));

/** A CA as kubeadm makes it, and the certificate that it signs for the API server. */
const root = authority('kubernetes', keyFor('p256', 'root'), { notAfter: '2036-01-01T00:00:00Z' });
const leaf = leafBelow(root, { key: keyFor('p256', 'leaf') });
const served: Description = {
  ...leaf,
  extensions: withExtension(
    leaf,
    subjectAltName('dns:kubernetes.default.svc', 'dns:kubernetes', 'ip:0a14000b', 'ip:0a600001'),
  ),
};

/** The API server serves what a CA signed, and whoever dials it trusts that CA. */
function rebuilt(node: EditableNode, ca: Description, ...chain: readonly Description[]): EditableNode {
  const [first = served] = chain;
  const key = first.key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return serve(node, { certificate: chain.map(textOf).join(''), key }).write(`${PKI}/ca.crt`, textOf(ca));
}

describe('which CA signed a certificate', () => {
  const middle = authority('middle', keyFor('p256', 'middle'), { issuer: root.subject, signer: root.key });
  const below = (ca: Description): Description => ({ ...served, issuer: ca.subject, signer: ca.key });
  facts([
    {
      ...ANYBODY,
      name: 'says the signature, not the identifier of a key that it names',
      check: 'apiserver-serving-chain',
      expect: 'pass',
      change: (node) =>
        rebuilt(node, root, { ...served, extensions: withExtension(served, authorityKeyId(keyFor('p256', 'other'))) }),
      row: { serverVerified: 'yes' },
    },
    {
      ...ANYBODY,
      name: 'says the signature, not the name of the issuer',
      check: 'apiserver-serving-chain',
      expect: 'fail',
      change: (node) => rebuilt(node, authority('kubernetes', keyFor('p256', 'other')), served),
      row: { serverVerified: 'no' },
    },
    {
      ...ANYBODY,
      name: 'a root of version 1, which has no place to say that it is a CA, is one',
      check: 'pki-ca-basic-constraints',
      expect: 'pass',
      change: (node) => rebuilt(node, { ...root, version: 1, extensions: [] }, served),
      row: { serverVerified: 'yes' },
      alarms: [STOCK],
    },
    {
      ...ANYBODY,
      name: 'an intermediate of version 1 is none',
      check: 'apiserver-serving-chain',
      expect: 'fail',
      change: (node) => rebuilt(node, root, below(middle), { ...middle, version: 1, extensions: [] }),
      row: { serverVerified: 'no' },
    },
    {
      ...ANYBODY,
      name: 'an intermediate that is sent along is found',
      check: 'apiserver-serving-chain',
      expect: 'pass',
      change: (node) => rebuilt(node, root, below(middle), middle),
      row: { serverVerified: 'yes' },
    },
    {
      ...ANYBODY,
      name: 'a root that allows no CA below it allows no intermediate',
      check: 'apiserver-serving-chain',
      expect: 'fail',
      change: (node) =>
        rebuilt(node, { ...root, extensions: withExtension(root, basicConstraints(true, 0)) }, below(middle), middle),
      row: { serverVerified: 'no' },
    },
    {
      ...ANYBODY,
      name: 'a CA without any key usage may sign',
      check: 'pki-ca-keyusage',
      expect: 'pass',
      change: (node) => rebuilt(node, { ...root, extensions: withoutExtension(root, KEY_USAGE) }, served),
      row: { serverVerified: 'yes' },
      alarms: [STOCK],
    },
    {
      ...ANYBODY,
      name: 'a CA with key usages that do not name signing may not',
      check: 'pki-ca-keyusage',
      expect: 'fail',
      change: (node) =>
        rebuilt(node, { ...root, extensions: withExtension(root, keyUsage('digitalSignature')) }, served),
    },
    {
      ...ANYBODY,
      name: 'a root of version 3 that does not say that it is a CA is none',
      check: 'pki-ca-basic-constraints',
      expect: 'fail',
      change: (node) => rebuilt(node, { ...root, extensions: withoutExtension(root, BASIC_CONSTRAINTS) }, served),
    },
  ]);
});

describe('what a certificate is good for', () => {
  const anyUse = extendedKeyUsage('any');
  facts([
    {
      ...ANYBODY,
      name: 'any extended key usage is every use',
      check: 'pki-eku-server',
      expect: 'pass',
      change: (node) => rebuilt(node, root, { ...served, extensions: withExtension(served, anyUse) }),
      row: { serverVerified: 'yes' },
      alarms: [STOCK],
    },
    {
      ...ANYBODY,
      name: 'uses of the CA bind what it signed',
      check: 'apiserver-serving-chain',
      expect: 'fail',
      change: (node) =>
        rebuilt(node, { ...root, extensions: withExtension(root, extendedKeyUsage('clientAuth')) }, served),
      row: { serverVerified: 'no' },
      message: /clientAuth|serverAuth/,
      alarms: ['fail apiserver-serving-chain', STOCK],
    },
    {
      path: 'etcd-to-etcd',
      name: 'a member of etcd is a client too, so that a certificate for servers alone is refused',
      check: 'pki-eku-client',
      expect: 'fail',
      change: async (node) => {
        const made = await issue(
          { subject: 'CN=cp-1', use: 'server', dns: ['cp-1'], ips: ['10.20.0.11', '127.0.0.1'] },
          caOf(node, `${PKI}/etcd/ca`),
        );
        node.write(`${PKI}/etcd/peer.crt`, made.certificate).write(`${PKI}/etcd/peer.key`, made.key);
      },
    },
  ]);
});

describe('what Go takes', () => {
  facts([
    ...(
      [
        ['0', 0n],
        ['24 bytes', Buffer.from('5a'.repeat(24), 'hex')],
      ] as const
    ).map(([what, serial]) => ({
      ...ANYBODY,
      name: `a serial number of ${what}, which RFC 5280 forbids, is taken`,
      check: 'pki-parse-strictness',
      expect: 'pass' as const,
      change: (node: EditableNode) => rebuilt(node, root, { ...served, serial }),
      row: { serverVerified: 'yes' as const },
      alarms: [STOCK],
    })),
    {
      ...ANYBODY,
      name: 'bytes behind the certificate are not',
      check: 'pki-parse-strictness',
      expect: 'fail',
      change: (node) =>
        rebuilt(node, root, { ...served, patch: (der) => Buffer.concat([der, Buffer.from([0x05, 0x00])]) }),
      message: /2 bytes follow the certificate/,
    },
    {
      ...ANYBODY,
      name: 'a key of RSA below 1024 bits is refused from 1.33 on',
      check: 'pki-key-strength',
      expect: 'fail',
      change: async (node) => serve(node, await forApiserver({ key: freshKey({ bits: 1016 }).privateKey })),
      message: /1016 bits/,
    },
    {
      ...ANYBODY,
      name: 'before it is only weak',
      check: 'pki-key-strength',
      expect: 'fail',
      change: async (node) =>
        atVersion(serve(node, await forApiserver({ key: freshKey({ bits: 1016 }).privateKey })), '1.32.0'),
      row: { serverVerified: 'yes' },
    },
  ]);
});

describe('keys in files that are not called keys', () => {
  const clientPem = `${KUBELET}/kubelet-client-2026-11-21-04-04-10.pem`;
  facts([
    {
      path: 'kubelet-to-apiserver',
      name: 'the certificate of a kubelet has its key in the same file',
      check: 'pki-private-key-mode',
      expect: 'fail',
      change: (node) => node.mode(clientPem, 0o644),
      message: /\.pem has mode 0644/,
    },
    {
      path: 'client-to-kubelet',
      name: 'the key beside a certificate that the kubelet signed itself counts as well',
      check: 'pki-private-key-mode',
      expect: 'fail',
      change: (node) => node.mode(`${KUBELET}/kubelet.key`, 0o644),
      message: /kubelet\.key has mode 0644/,
    },
    {
      path: 'apiserver-to-etcd',
      name: 'a key that belongs to the user of etcd alone is as safe as one of root',
      check: 'pki-private-key-mode',
      expect: 'pass',
      change: (node) => node.owner(`${PKI}/etcd/server.key`, 2379),
    },
    {
      path: 'anonymous-to-apiserver',
      name: 'an archive that keeps no modes says nothing of them',
      check: 'pki-private-key-mode',
      expect: 'not-applicable',
      change: (node) => node.withoutModes(),
    },
    {
      path: 'client-to-kubelet',
      name: 'a kubelet that serves and dials with one key has to replace both at once',
      check: 'pki-duplicate-key',
      expect: 'warn',
      change: async (node) => {
        const key = /-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*?-----END [A-Z ]*PRIVATE KEY-----\n/.exec(
          node.text(clientPem),
        )?.[0];
        const made = await issue(
          {
            subject: 'CN=cp-1@1',
            use: 'server',
            dns: ['cp-1'],
            ips: ['10.20.0.11'],
            ...(key === undefined ? {} : { key }),
          },
          CLUSTER_CA,
        );
        node
          .write(`${KUBELET}/own.crt`, made.certificate)
          .write(`${KUBELET}/own.key`, made.key)
          .replace(
            CONFIG,
            'kind: KubeletConfiguration',
            `kind: KubeletConfiguration\ntlsCertFile: ${KUBELET}/own.crt\ntlsPrivateKeyFile: ${KUBELET}/own.key`,
          );
      },
      message: /own\.crt .* has the same private key as .*kubelet-client/,
    },
  ]);
});
