/** Cases of bundles that hold a CA too many. */
import type { CheckCase } from '../../support/cases.ts';
import { authority, keyFor, write } from '../../pki/generated/certificates.ts';
import type { Description } from '../../pki/generated/certificates.ts';
import { caOf, issue, pem } from '../../support/certificates.ts';
import type { EditableNode } from '../../support/node.ts';

const PKI = '/etc/kubernetes/pki';
const CHECK = 'pki-trust-bundle-scope';

const corporate = await issue({ subject: 'CN=Corporate Root', ca: true, notAfter: '2040-01-01T00:00:00Z' });
const past = await issue({
  subject: 'CN=Old Root',
  ca: true,
  notBefore: '2015-01-01T00:00:00Z',
  notAfter: '2025-01-01T00:00:00Z',
});

/** A CA of the first version of X.509, which has no place to say that it is one. */
const firstVersion = textOf(authority('Corporate Root', keyFor('p256', 'v1'), { version: 1, extensions: [] }));
const pinned = await issue({ subject: 'CN=backup, O=system:masters', use: 'client' });

function textOf(description: Description): string {
  return pem('CERTIFICATE', write(description));
}

const adding =
  (file: string, ...certificates: readonly string[]) =>
  (node: EditableNode): EditableNode =>
    node.write(file, node.text(file) + certificates.join(''));

/** What holds of every bundle, on the row where it decides. */
export function trustScope(file: string, ...stock: readonly string[]): readonly CheckCase[] {
  return [
    { name: 'stock: one CA', check: CHECK, expect: 'pass' },
    {
      name: 'a CA that signed nothing here',
      check: CHECK,
      expect: 'warn',
      change: adding(file, corporate.certificate),
      message: /\(certificate 2\) \(CN=Corporate Root\) signed nothing/,
      alarms: [...stock, `warn ${CHECK}`],
    },
    {
      name: 'a CA that signed nothing here and has ended',
      check: CHECK,
      expect: 'pass',
      change: adding(file, past.certificate),
      alarms: stock,
    },
    {
      name: 'the next CA of the cluster, of the same name',
      check: CHECK,
      expect: 'pass',
      change: async (node) =>
        adding(
          file,
          (
            await issue({
              subject: subjectOf(file),
              ca: true,
              notBefore: '2026-11-21T11:00:00Z',
              notAfter: '2040-01-01T00:00:00Z',
            })
          ).certificate,
        )(node),
      alarms: stock,
    },
    {
      name: 'the CA that was replaced, left over from the rotation',
      check: CHECK,
      expect: 'warn',
      change: async (node) =>
        adding(
          file,
          (
            await issue({
              subject: subjectOf(file),
              ca: true,
              notBefore: '2020-01-01T00:00:00Z',
              notAfter: '2030-01-01T00:00:00Z',
            })
          ).certificate,
        )(node),
      message: /\(certificate 2\) has the name of the CA that is in use and is older/,
      alarms: [...stock, `warn ${CHECK}`],
    },
    {
      name: 'a CA of version 1, which Go lets sign as any other',
      check: CHECK,
      expect: 'warn',
      change: adding(file, firstVersion),
      message: /\(certificate 2\) \(CN=Corporate Root\) signed nothing/,
    },
    {
      name: 'the same CA twice',
      check: CHECK,
      expect: 'pass',
      change: (node) => adding(file, node.text(file))(node),
      alarms: stock,
    },
    {
      name: 'the next CA of the cluster, whose key is here',
      check: CHECK,
      expect: 'pass',
      change: (node) => adding(file, corporate.certificate)(node).write(file.replace('.crt', '.key'), corporate.key),
    },
  ];
}

/** What holds of a bundle whose leaves no other check names. */
export function leafScope(file: string, ...stock: readonly string[]): readonly CheckCase[] {
  return [
    {
      name: 'a certificate that is no CA',
      check: CHECK,
      expect: 'warn',
      change: adding(file, pinned.certificate),
      message: /\(certificate 2\) \(O=system:masters,CN=backup\) is no CA, and no CA of the bundle signed it/,
      alarms: [...stock, `warn ${CHECK}`],
    },
    {
      name: 'a certificate that a CA of the bundle signed, which lets in nobody else',
      check: CHECK,
      expect: 'pass',
      change: async (node) =>
        adding(
          file,
          (await issue({ subject: 'CN=backup', use: 'client' }, caOf(node, file.replace('.crt', '')))).certificate,
        )(node),
      alarms: stock,
    },
  ];
}

function subjectOf(file: string): string {
  return file.includes('/etcd/') ? 'CN=etcd-ca' : 'CN=kubernetes';
}

export const kubeletTrustScope: readonly CheckCase[] = [
  {
    name: 'the CA of etcd',
    check: CHECK,
    expect: 'warn',
    change: (node) => adding(`${PKI}/ca.crt`, node.text(`${PKI}/etcd/ca.crt`))(node),
    message: /is the CA of etcd/,
  },
  {
    name: 'the CA of the front proxy',
    check: CHECK,
    expect: 'warn',
    change: (node) => adding(`${PKI}/ca.crt`, node.text(`${PKI}/front-proxy-ca.crt`))(node),
    message: /is the CA of the front proxy/,
  },
  {
    name: 'the bundle is not in the backup',
    check: CHECK,
    expect: 'not-assessed',
    change: (node) => node.remove(`${PKI}/ca.crt`),
  },
];
