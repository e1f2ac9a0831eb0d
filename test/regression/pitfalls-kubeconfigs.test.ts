/** Where a reader of kubeconfigs is misled, and what is true. */
import { createPrivateKey } from 'node:crypto';
import { describe } from 'vitest';
import { ADMIN, authenticate, forAdmin, SUPER_ADMIN } from '../support/apiserver.ts';
import { freshKey } from '../support/certificates.ts';
import type { EditableNode } from '../support/node.ts';
import { facts } from './facts.ts';
import type { Fact } from './facts.ts';

/** A node on which admin.conf is the only kubeconfig of a user. */
const onlyAdmin = (node: EditableNode): EditableNode => node.remove(SUPER_ADMIN);
const dialling = (server: string) => (node: EditableNode) =>
  onlyAdmin(node).replace(ADMIN, /server: .*/, `server: ${server}`);

describe('kubeconfigs', () => {
  const user = { path: 'user-to-apiserver' } as const;
  const sec1 = (pem: string): string => createPrivateKey(pem).export({ type: 'sec1', format: 'pem' }).toString();
  const pkcs1 = (pem: string): string => createPrivateKey(pem).export({ type: 'pkcs1', format: 'pem' }).toString();
  facts([
    {
      ...user,
      name: 'a certificate that has ended is one finding, though its signature is good',
      check: 'pki-expired',
      expect: 'fail',
      change: async (node) =>
        authenticate(onlyAdmin(node), ADMIN, await forAdmin({ notAfter: '2026-11-21T00:00:00Z' })),
      message: /admin\.conf/,
      row: { clientAuthenticated: 'no' },
      alarms: ['fail pki-expired'],
    },
    {
      ...user,
      name: 'one that ends soon is said once, not by a check of files as well',
      check: 'kubeconfig-expiry',
      expect: 'warn',
      change: async (node) =>
        authenticate(onlyAdmin(node), ADMIN, await forAdmin({ notAfter: '2026-12-15T00:00:00Z' })),
      alarms: ['warn kubeconfig-expiry'],
    },
    ...(
      [
        ['ECDSA in SEC 1', freshKey({ curve: 'P-256' }).privateKey, sec1],
        ['RSA in PKCS #1', freshKey({ bits: 2048 }).privateKey, pkcs1],
        ['RSA in PKCS #8', freshKey({ bits: 2048 }).privateKey, (pem: string) => pem],
      ] as const
    ).map(([what, key, encode]): Fact => ({
      ...user,
      name: `a key of ${what} is compared with its certificate`,
      check: 'kubeconfig-key-match',
      expect: 'pass',
      change: async (node) => {
        const { certificate } = await forAdmin({ key });
        authenticate(onlyAdmin(node), ADMIN, { certificate, key: encode(key) });
      },
      alarms: [],
    })),
    {
      ...user,
      name: 'a password logs in nobody: the API server takes none',
      check: 'kubeconfig-credential-kind',
      expect: 'fail',
      change: (node) =>
        onlyAdmin(node)
          .replace(ADMIN, /client-certificate-data: .*/, 'username: admin')
          .replace(ADMIN, /client-key-data: .*/, 'password: not-a-secret'),
      message: /1\.19/,
    },
    {
      ...user,
      name: 'over plain http the client keeps its token to itself',
      check: 'kubeconfig-server-https',
      expect: 'fail',
      change: (node) =>
        dialling('http://10.20.0.11:6443')(node)
          .replace(ADMIN, /client-certificate-data: .*/, 'token: not-a-secret')
          .replace(ADMIN, /\n *client-key-data: .*/, ''),
      message: /sends no credential at all/,
    },
    {
      ...user,
      name: 'without a scheme it is http, skipping verification or not',
      check: 'kubeconfig-server-https',
      expect: 'fail',
      change: (node) =>
        dialling('10.20.0.11:6443')(node).replace(
          ADMIN,
          /certificate-authority-data: .*/,
          'insecure-skip-tls-verify: true',
        ),
      alarms: ['fail kubeconfig-server-https'],
    },
  ]);
});
