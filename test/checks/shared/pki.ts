/** What every path asks of its certificates, on the one that has a single one: cases of anonymous-to-apiserver. */
import { createPrivateKey } from 'node:crypto';
import { rsaSpki } from '../../../src/pki/spki.ts';
import { authority, keyFor, leafBelow, write } from '../../pki/generated/certificates.ts';
import type { CheckCase } from '../../support/cases.ts';
import {
  atVersion,
  CLUSTER_CA,
  forApiserver,
  MANIFEST,
  PKI,
  REBUILT_CA,
  serve,
  SERVING,
} from '../../support/apiserver.ts';
import { freshKey, issue, pem, resigned } from '../../support/certificates.ts';
import type { Issued, Wanted } from '../../support/certificates.ts';
import type { EditableNode } from '../../support/node.ts';

const STOCK = 'warn apiserver-anonymous-auth';
const CERTIFICATE = `${SERVING}.crt`;
const KEY = `${SERVING}.key`;
const CA = `${PKI}/ca.crt`;

/** A certificate of a key that is larger than anybody makes in a test; nobody signs with it. */
function oversized(): Uint8Array {
  const modulus = Buffer.concat([Buffer.from([0, 0x80]), Buffer.alloc(1023), Buffer.from([1])]);
  const spki = Buffer.from(rsaSpki(modulus, Buffer.from([1, 0, 1])));
  const ca = authority('kubernetes', keyFor('p256'));
  return write(leafBelow(ca, { key: { ...keyFor('p256'), spki } }));
}

/** The API server serves a certificate that is like kubeadm's but for what is wanted. */
const serving =
  (wanted: Partial<Wanted>, issuer: Issued = CLUSTER_CA) =>
  async (node: EditableNode) =>
    serve(node, await forApiserver(wanted, issuer));

/** Another cluster CA, and a certificate from it. */
async function rebuild(node: EditableNode, ca: Partial<Wanted>, leaf: Partial<Wanted> = {}): Promise<EditableNode> {
  const made = await issue({ subject: 'CN=kubernetes', ca: true, notAfter: '2036-11-20T00:00:00Z', ...ca });
  return serve(node, await forApiserver(leaf, made)).write(CA, made.certificate);
}

const lost = (check: string, file = CERTIFICATE): CheckCase => ({
  name: `${file} is not in the input`,
  check,
  expect: 'not-assessed',
  change: (node) => node.remove(file),
  message: new RegExp(`${file} is not in the input`),
  alarms: [STOCK],
});

const dates: readonly CheckCase[] = [
  { name: 'stock', check: 'pki-expired', expect: 'pass', alarms: [STOCK] },
  {
    name: 'the last second counts',
    check: 'pki-expired',
    expect: 'pass',
    change: serving({ notAfter: '2026-11-21T12:00:00Z' }),
  },
  {
    name: 'the second after it',
    check: 'pki-expired',
    expect: 'fail',
    change: serving({ notAfter: '2026-11-21T11:59:59Z' }),
    message: /apiserver\.crt ended on 2026-11-21 \(today\)/,
    row: { status: 'fail', serverVerified: 'no' },
    alarms: ['fail pki-expired', STOCK],
  },
  {
    name: 'the CA has ended',
    check: 'pki-expired',
    expect: 'fail',
    change: (node) => rebuild(node, { notAfter: '2026-11-20T12:00:00Z' }),
    message: /ca\.crt ended on 2026-11-20 \(1 day ago\)/,
    row: { serverVerified: 'no' },
    alarms: ['fail pki-expired', STOCK],
  },
  {
    name: 'an old CA that has ended, beside its successor of the same name',
    check: 'pki-expired',
    expect: 'pass',
    change: async (node) => {
      const old = await issue({ subject: 'CN=kubernetes', ca: true, notAfter: '2026-11-20T12:00:00Z' });
      node.write(CA, old.certificate + CLUSTER_CA.certificate);
    },
    row: { serverVerified: 'yes' },
    alarms: [STOCK],
  },
  {
    name: 'the CA renewed with its own key, the old one left in front',
    check: 'pki-expired',
    expect: 'pass',
    change: async (node) => {
      const old = await issue({
        subject: 'CN=kubernetes',
        ca: true,
        key: CLUSTER_CA.key,
        notBefore: '2016-01-01T00:00:00Z',
        notAfter: '2026-01-01T00:00:00Z',
      });
      node.write(CA, old.certificate + CLUSTER_CA.certificate);
    },
    row: { serverVerified: 'yes' },
    alarms: [STOCK],
  },
  lost('pki-expired'),
  lost('pki-expired', CA),
  { name: 'stock', check: 'pki-not-yet-valid', expect: 'pass' },
  {
    name: 'a clock that is four minutes off is no fault of the certificate',
    check: 'pki-not-yet-valid',
    expect: 'pass',
    change: serving({ notBefore: '2026-11-21T12:04:00Z' }),
    alarms: [STOCK],
  },
  {
    name: 'from tomorrow',
    check: 'pki-not-yet-valid',
    expect: 'fail',
    change: serving({ notBefore: '2026-11-22T00:00:00Z' }),
    row: { serverVerified: 'no' },
    alarms: ['fail pki-not-yet-valid', STOCK],
  },
  {
    name: 'a CA from tomorrow',
    check: 'pki-not-yet-valid',
    expect: 'fail',
    change: (node) => rebuild(node, { notBefore: '2026-11-22T00:00:00Z' }),
    message: /ca\.crt is valid only from/,
    alarms: ['fail pki-not-yet-valid', STOCK],
  },
  lost('pki-not-yet-valid'),
  { name: 'stock', check: 'pki-expiry-tier', expect: 'pass', message: /ends on 2027-11-21/ },
  {
    name: '31 days',
    check: 'pki-expiry-tier',
    expect: 'pass',
    change: serving({ notAfter: '2026-12-22T12:00:00Z' }),
  },
  {
    name: '29 days',
    check: 'pki-expiry-tier',
    expect: 'warn',
    change: serving({ notAfter: '2026-12-20T12:00:00Z' }),
    message: /in 29 days/,
    row: { serverVerified: 'yes' },
    alarms: [STOCK, 'warn pki-expiry-tier'],
  },
  {
    name: '6 days',
    check: 'pki-expiry-tier',
    expect: 'fail',
    change: serving({ notAfter: '2026-11-27T12:00:00Z' }),
    alarms: ['fail pki-expiry-tier', STOCK],
  },
  {
    name: 'an intermediate in the same file ends first',
    check: 'pki-expiry-tier',
    expect: 'fail',
    change: async (node) => {
      const middle = await issue({ subject: 'CN=middle', ca: true, notAfter: '2026-11-27T12:00:00Z' }, CLUSTER_CA);
      const leaf = await forApiserver({}, middle);
      serve(node, { ...leaf, certificate: leaf.certificate + middle.certificate });
    },
    message: /apiserver\.crt \(certificate 2\) ends on 2026-11-27/,
  },
  lost('pki-expiry-tier'),
  { name: 'stock: nine years', check: 'pki-ca-expiry', expect: 'pass' },
  {
    name: 'less than a year',
    check: 'pki-ca-expiry',
    expect: 'warn',
    change: (node) => rebuild(node, { notAfter: '2027-10-01T00:00:00Z' }, { notAfter: '2027-09-01T00:00:00Z' }),
    message: /everything it signed ends with it/,
    alarms: [STOCK, 'warn pki-ca-expiry'],
  },
  {
    name: 'less than 90 days',
    check: 'pki-ca-expiry',
    expect: 'fail',
    change: (node) => rebuild(node, { notAfter: '2027-02-01T00:00:00Z' }, { notAfter: '2027-01-15T00:00:00Z' }),
    row: { serverVerified: 'yes' },
    alarms: ['fail pki-ca-expiry', STOCK],
  },
  {
    name: 'a leftover of a rotation that ends soon, beside the CA that counts',
    check: 'pki-ca-expiry',
    expect: 'pass',
    change: async (node) => {
      const old = await issue({ subject: 'CN=kubernetes', ca: true, notAfter: '2026-12-01T00:00:00Z' });
      node.write(CA, old.certificate + CLUSTER_CA.certificate);
    },
    alarms: [STOCK],
  },
  {
    name: 'the CA that still signs ends soon, beside its successor',
    check: 'pki-ca-expiry',
    expect: 'fail',
    change: async (node) => {
      await rebuild(node, { notAfter: '2027-02-01T00:00:00Z' }, { notAfter: '2027-01-15T00:00:00Z' });
      node.write(CA, REBUILT_CA.certificate + node.text(CA));
    },
    alarms: ['fail pki-ca-expiry', STOCK],
  },
  lost('pki-ca-expiry', CA),
  { name: 'stock', check: 'pki-leaf-outlives-ca', expect: 'pass' },
  {
    name: 'ten years under a CA of two',
    check: 'pki-leaf-outlives-ca',
    expect: 'warn',
    change: (node) => rebuild(node, { notAfter: '2028-11-20T00:00:00Z' }, { notAfter: '2036-01-01T00:00:00Z' }),
    message: /dated to 2036-01-01.*ends on 2028-11-20/,
    row: { serverVerified: 'yes' },
    alarms: [STOCK, 'warn pki-leaf-outlives-ca'],
  },
  {
    name: 'a few hours longer than its CA, on the same day',
    check: 'pki-leaf-outlives-ca',
    expect: 'warn',
    change: (node) => rebuild(node, { notAfter: '2030-11-20T03:00:00Z' }, { notAfter: '2030-11-20T09:30:00Z' }),
    message: /dated to 2030-11-20T09:30:00Z, but a CA above it ends at 2030-11-20T03:00:00Z/,
  },
  {
    name: 'a successor of the CA in the bundle carries it further',
    check: 'pki-leaf-outlives-ca',
    expect: 'pass',
    change: async (node) => {
      const short = await issue({ subject: 'CN=kubernetes', ca: true, notAfter: '2028-11-20T00:00:00Z' });
      const long = await issue({
        subject: 'CN=kubernetes',
        ca: true,
        key: short.key,
        notAfter: '2040-01-01T00:00:00Z',
      });
      serve(node, await forApiserver({ notAfter: '2036-01-01T00:00:00Z' }, short)).write(
        CA,
        short.certificate + long.certificate,
      );
    },
    alarms: [STOCK],
  },
  lost('pki-leaf-outlives-ca'),
];

const chains: readonly CheckCase[] = [
  { name: 'stock', check: 'apiserver-serving-chain', expect: 'pass', row: { serverVerified: 'yes' } },
  {
    name: 'a CA of the same name with another key',
    check: 'apiserver-serving-chain',
    expect: 'fail',
    change: serving({}, REBUILT_CA),
    row: { status: 'fail', serverVerified: 'no' },
    alarms: ['fail apiserver-serving-chain', STOCK],
  },
  {
    name: 'the right CA behind another one of the same name',
    check: 'apiserver-serving-chain',
    expect: 'pass',
    change: (node) => node.write(CA, REBUILT_CA.certificate + CLUSTER_CA.certificate),
    row: { serverVerified: 'yes' },
    alarms: [STOCK],
  },
  {
    name: 'the right CA behind one of another name',
    check: 'apiserver-serving-chain',
    expect: 'pass',
    change: async (node) => {
      const other = await issue({ subject: 'CN=corporate', ca: true, notAfter: '2036-01-01T00:00:00Z' });
      node.write(CA, `# bundle\n${other.certificate}\n# cluster\n${CLUSTER_CA.certificate}`);
    },
    alarms: [STOCK],
  },
  {
    name: 'an intermediate in the same file',
    check: 'apiserver-serving-chain',
    expect: 'pass',
    change: async (node) => {
      const middle = await issue({ subject: 'CN=middle', ca: true }, CLUSTER_CA);
      const leaf = await forApiserver({}, middle);
      serve(node, { ...leaf, certificate: leaf.certificate + middle.certificate });
    },
    row: { serverVerified: 'yes' },
    alarms: [STOCK],
  },
  {
    name: 'an intermediate that is not sent along',
    check: 'apiserver-serving-chain',
    expect: 'fail',
    change: async (node) =>
      serve(node, await forApiserver({}, await issue({ subject: 'CN=middle', ca: true }, CLUSTER_CA))),
    message: /issued by CN=middle/,
    alarms: ['fail apiserver-serving-chain', STOCK],
  },
  lost('apiserver-serving-chain'),
  lost('apiserver-serving-chain', CA),
  {
    name: 'the machine itself does not have the CA',
    check: 'apiserver-serving-chain',
    expect: 'fail',
    change: (node) => node.remove(CA).asHost(),
    alarms: ['fail apiserver-serving-chain', STOCK],
  },
  { name: 'stock', check: 'apiserver-serving-san-endpoint', expect: 'pass', message: /10\.20\.0\.11/ },
  {
    name: 'the address that is advertised is missing',
    check: 'apiserver-serving-san-endpoint',
    expect: 'fail',
    change: serving({ ips: ['10.96.0.1'] }),
    message: /10\.20\.0\.11 \(--advertise-address\)/,
    row: { serverVerified: 'no' },
    alarms: ['fail apiserver-serving-san-endpoint', STOCK],
  },
  {
    name: 'an address written as a DNS name does not count',
    check: 'apiserver-serving-san-endpoint',
    expect: 'fail',
    change: serving({ ips: ['10.96.0.1'], dns: ['10.20.0.11'] }),
    alarms: ['fail apiserver-serving-san-endpoint', STOCK],
  },
  {
    name: 'without an address of its own it advertises what no file shows',
    check: 'apiserver-serving-san-endpoint',
    expect: 'not-applicable',
    change: (node) => node.removeFlag('kube-apiserver', 'advertise-address'),
  },
  lost('apiserver-serving-san-endpoint'),
];

const keys: readonly CheckCase[] = [
  { name: 'stock', check: 'pki-key-matches-cert', expect: 'pass' },
  {
    name: 'a pair on another curve',
    check: 'pki-key-matches-cert',
    expect: 'pass',
    change: serving({ key: freshKey({ curve: 'P-384' }).privateKey }),
    alarms: [STOCK],
  },
  {
    name: 'the key of another certificate',
    check: 'pki-key-matches-cert',
    expect: 'fail',
    change: (node) => node.copy(`${PKI}/front-proxy-client.key`, KEY),
    message: /do not belong together/,
    alarms: ['fail pki-key-matches-cert', STOCK],
  },
  {
    name: 'certificate and key in one file, the key first',
    check: 'pki-key-matches-cert',
    expect: 'pass',
    change: (node) =>
      node
        .write(CERTIFICATE, node.text(KEY) + node.text(CERTIFICATE), { mode: 0o600 })
        .setFlag('kube-apiserver', 'tls-private-key-file', CERTIFICATE),
    alarms: [STOCK],
  },
  {
    name: 'a key that asks for a passphrase',
    check: 'pki-key-matches-cert',
    expect: 'fail',
    change: (node) =>
      node.write(
        KEY,
        createPrivateKey(node.text(KEY))
          .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' })
          .toString(),
      ),
    message: /passphrase/,
    alarms: ['fail pki-key-matches-cert', STOCK],
  },
  {
    name: 'no key in the file',
    check: 'pki-key-matches-cert',
    expect: 'fail',
    change: (node) => node.write(KEY, node.text(`${PKI}/sa.pub`)),
    message: /no readable private key/,
    alarms: ['fail pki-key-matches-cert', STOCK],
  },
  {
    name: 'the machine itself does not have it',
    check: 'pki-key-matches-cert',
    expect: 'fail',
    change: (node) => node.remove(KEY).asHost(),
    message: /does not start/,
    alarms: ['fail pki-key-matches-cert', STOCK],
  },
  {
    name: 'the machine itself does not have the certificate',
    check: 'pki-key-matches-cert',
    expect: 'fail',
    change: (node) => node.remove(CERTIFICATE).asHost(),
    message: /does not start/,
    alarms: ['fail pki-key-matches-cert', STOCK],
  },
  {
    name: 'a link that leads nowhere, on the machine itself',
    check: 'pki-key-matches-cert',
    expect: 'fail',
    change: (node) => node.remove(KEY).link(KEY, '/etc/ssl/private/gone.key').asHost(),
    message: /gone\.key/,
    alarms: ['fail pki-key-matches-cert', STOCK],
  },
  {
    name: 'a link that leads out of the backup',
    check: 'pki-key-matches-cert',
    expect: 'not-assessed',
    change: (node) => node.remove(KEY).link(KEY, '/mnt/vault/apiserver.key'),
    alarms: [STOCK],
  },
  lost('pki-key-matches-cert', KEY),
  { name: 'stock', check: 'pki-private-key-mode', expect: 'pass' },
  {
    name: 'readable by all',
    check: 'pki-private-key-mode',
    expect: 'fail',
    change: (node) => node.mode(KEY, 0o644),
    message: /mode 0644: every user of the node can read it/,
    row: { serverVerified: 'yes' },
    alarms: ['fail pki-private-key-mode', STOCK],
  },
  {
    name: "readable by root's group, in which nobody else is",
    check: 'pki-private-key-mode',
    expect: 'pass',
    change: (node) => node.mode(KEY, 0o640),
    alarms: [STOCK],
  },
  {
    name: 'readable by another group',
    check: 'pki-private-key-mode',
    expect: 'fail',
    change: (node) => node.mode(KEY, 0o640, { gid: 27 }),
    message: /its group \(gid 27\) can read it/,
  },
  {
    name: 'readable by a group that the input does not tell',
    check: 'pki-private-key-mode',
    expect: 'warn',
    change: (node) => node.mode(KEY, 0o640, { gid: undefined }),
    message: /does not tell its group/,
    alarms: [STOCK, 'warn pki-private-key-mode'],
  },
  {
    name: 'stricter than 0600',
    check: 'pki-private-key-mode',
    expect: 'pass',
    change: (node) => node.mode(KEY, 0o400),
  },
  {
    name: 'the mode of a link says nothing, that of its target does',
    check: 'pki-private-key-mode',
    expect: 'fail',
    change: (node) =>
      node.copy(KEY, `${PKI}/real.key`).mode(`${PKI}/real.key`, 0o644).remove(KEY).link(KEY, 'real.key'),
    alarms: ['fail pki-private-key-mode', STOCK],
  },
  {
    name: 'the input keeps no modes',
    check: 'pki-private-key-mode',
    expect: 'not-applicable',
    change: (node) => node.withoutModes(),
    alarms: [STOCK],
  },
  {
    name: 'the manifest is not in the input',
    check: 'pki-private-key-mode',
    expect: 'not-assessed',
    change: (node) => node.remove(MANIFEST),
  },
  { name: 'stock: RSA of 2048 bits', check: 'pki-key-strength', expect: 'pass' },
  ...(
    [
      ['Ed25519', freshKey('ed25519').privateKey],
      ['P-521', freshKey({ curve: 'P-521' }).privateKey],
      ['RSA of 3072 bits', freshKey({ bits: 3072 }).privateKey],
    ] as const
  ).map(([name, key]): CheckCase => ({
    name,
    check: 'pki-key-strength',
    expect: 'pass',
    change: serving({ key }),
    alarms: [STOCK],
  })),
  {
    name: 'RSA of 1024 bits',
    check: 'pki-key-strength',
    expect: 'warn',
    change: serving({ key: freshKey({ bits: 1024 }).privateKey }),
    message: /1024 bits/,
    alarms: [STOCK, 'warn pki-key-strength'],
  },
  {
    name: 'RSA of 512 bits',
    check: 'pki-key-strength',
    expect: 'fail',
    change: serving({ key: freshKey({ bits: 512 }).privateKey }),
    alarms: ['fail pki-key-strength', STOCK],
  },
  {
    name: 'RSA of 8200 bits beside the serving certificate',
    check: 'pki-key-strength',
    expect: 'fail',
    change: (node) => node.write(CERTIFICATE, `${node.text(CERTIFICATE)}${pem('CERTIFICATE', oversized())}`),
    message: /8200 bits/,
  },
  {
    name: 'P-224',
    check: 'pki-key-strength',
    expect: 'fail',
    change: serving({ key: freshKey({ curve: 'secp224r1' }).privateKey }),
    message: /secp224r1/,
    alarms: ['fail pki-key-strength', STOCK],
  },
  {
    name: 'a curve that Go does not parse; said of the certificate and of its key',
    check: 'pki-parse-strictness',
    expect: 'fail',
    change: serving({ key: freshKey({ curve: 'brainpoolP256r1' }).privateKey }),
    alarms: ['fail pki-parse-strictness', 'fail pki-parse-strictness', STOCK],
  },
  lost('pki-key-strength'),
];

const uses: readonly CheckCase[] = [
  { name: 'stock', check: 'pki-eku-server', expect: 'pass' },
  {
    name: 'a certificate for clients',
    check: 'pki-eku-server',
    expect: 'fail',
    change: serving({ use: 'client' }),
    message: /demands serverAuth/,
    row: { serverVerified: 'no' },
    alarms: ['fail pki-eku-server', STOCK],
  },
  {
    name: 'no extended key usage at all is any use',
    check: 'pki-eku-server',
    expect: 'pass',
    change: async (node) => serve(node, await issue({ subject: 'CN=kube-apiserver', ips: ['10.20.0.11'] }, CLUSTER_CA)),
    row: { serverVerified: 'yes' },
    alarms: [STOCK],
  },
  lost('pki-eku-server'),
  { name: 'stock', check: 'pki-san-present', expect: 'pass' },
  {
    name: 'a common name alone, and that is said once',
    check: 'pki-san-present',
    expect: 'fail',
    change: async (node) => serve(node, await issue({ subject: 'CN=10.20.0.11', use: 'server' }, CLUSTER_CA)),
    row: { serverVerified: 'no' },
    alarms: ['fail pki-san-present', STOCK],
  },
  lost('pki-san-present'),
  { name: 'stock', check: 'pki-signature-algorithm', expect: 'pass' },
  {
    name: 'SHA-1',
    check: 'pki-signature-algorithm',
    expect: 'fail',
    change: serving({ hash: 'SHA-1' }),
    message: /SHA1-RSA/,
    row: { serverVerified: 'no' },
    alarms: ['fail pki-signature-algorithm', STOCK],
  },
  {
    name: 'SHA-1 under a Kubernetes that still takes it',
    check: 'pki-signature-algorithm',
    expect: 'warn',
    change: async (node) => atVersion(await serving({ hash: 'SHA-1' })(node), '1.22.17'),
    row: { serverVerified: 'yes' },
  },
  {
    name: 'SHA-1 on a root itself is checked by nobody',
    check: 'pki-signature-algorithm',
    expect: 'pass',
    change: (node) => rebuild(node, { hash: 'SHA-1', key: freshKey({ bits: 2048 }).privateKey }),
    row: { serverVerified: 'yes' },
    alarms: [STOCK],
  },
  lost('pki-signature-algorithm'),
];

const authorities: readonly CheckCase[] = [
  { name: 'stock', check: 'pki-ca-basic-constraints', expect: 'pass' },
  {
    name: 'CA:FALSE, and that is said once',
    check: 'pki-ca-basic-constraints',
    expect: 'fail',
    change: (node) => rebuild(node, { ca: false, keyUsage: 'keyCertSign' }),
    message: /CA:FALSE/,
    row: { serverVerified: 'no' },
    alarms: ['fail pki-ca-basic-constraints', STOCK],
  },
  {
    name: 'no basicConstraints',
    check: 'pki-ca-basic-constraints',
    expect: 'fail',
    change: (node) => rebuild(node, { ca: 'absent', keyUsage: 'keyCertSign' }),
    message: /absent/,
    alarms: ['fail pki-ca-basic-constraints', STOCK],
  },
  {
    name: 'a leaf that lies beside the CA in the bundle breaks nothing here',
    check: 'pki-ca-basic-constraints',
    expect: 'pass',
    change: (node) => node.write(CA, CLUSTER_CA.certificate + node.text(`${PKI}/front-proxy-client.crt`)),
    row: { serverVerified: 'yes' },
    alarms: [STOCK],
  },
  lost('pki-ca-basic-constraints', CA),
  { name: 'stock', check: 'pki-ca-keyusage', expect: 'pass' },
  {
    name: 'without keyCertSign, and that is said once',
    check: 'pki-ca-keyusage',
    expect: 'fail',
    change: (node) => rebuild(node, { keyUsage: 'digitalSignature' }),
    row: { serverVerified: 'no' },
    alarms: ['fail pki-ca-keyusage', STOCK],
  },
  lost('pki-ca-keyusage', CA),
];

/** Serial numbers below zero came from old scripts; RFC 5280 section 4.1.2.2. */
async function withNegativeSerial(node: EditableNode): Promise<EditableNode> {
  const serial = Buffer.from('0102030405060708', 'hex');
  const made = resigned(await forApiserver(), CLUSTER_CA.key, (tbs) => {
    tbs[tbs.indexOf(serial)] = 0xff;
  });
  return serve(node, made);
}

const indented = (text: string): string => text.replace(/^/gm, '  ');

const parsing: readonly CheckCase[] = [
  { name: 'stock', check: 'pki-parse-strictness', expect: 'pass' },
  {
    name: 'text around the block, and Windows line ends',
    check: 'pki-parse-strictness',
    expect: 'pass',
    change: (node) =>
      node.write(CERTIFICATE, `subject=CN = x\r\n${node.text(CERTIFICATE).replaceAll('\n', '\r\n')}issuer`),
    alarms: [STOCK],
  },
  {
    name: 'a byte order mark; said once',
    check: 'pki-parse-strictness',
    expect: 'fail',
    change: (node) => node.write(CA, `\uFEFF${node.text(CA)}`),
    message: /ca\.crt:1: /,
    alarms: ['fail pki-parse-strictness', STOCK],
  },
  {
    name: 'an indented block; said once',
    check: 'pki-parse-strictness',
    expect: 'fail',
    change: (node) => node.write(CA, indented(node.text(CA))),
    alarms: ['fail pki-parse-strictness', STOCK],
  },
  {
    name: 'headers inside the block; said once',
    check: 'pki-parse-strictness',
    expect: 'fail',
    change: (node) => node.replace(CA, '-----BEGIN CERTIFICATE-----\n', '-----BEGIN CERTIFICATE-----\nComment: x\n\n'),
    message: /headers/,
    alarms: ['fail pki-parse-strictness', STOCK],
  },
  {
    name: 'TRUSTED CERTIFICATE, as OpenSSL writes it; said once',
    check: 'pki-parse-strictness',
    expect: 'fail',
    change: (node) => node.write(CA, node.text(CA).replaceAll(' CERTIFICATE', ' TRUSTED CERTIFICATE')),
    message: /openssl x509/,
    alarms: ['fail pki-parse-strictness', STOCK],
  },
  {
    name: 'DER; said once',
    check: 'pki-parse-strictness',
    expect: 'fail',
    change: (node) => node.write(CA, Buffer.from(node.text(CA).replace(/-----.*-----|\s/g, ''), 'base64')),
    message: /DER/,
    alarms: ['fail pki-parse-strictness', STOCK],
  },
  {
    name: 'an empty certificate file; said once',
    check: 'pki-parse-strictness',
    expect: 'fail',
    change: (node) => node.write(CERTIFICATE, ''),
    message: /empty/,
    alarms: ['fail pki-parse-strictness', STOCK],
  },
  {
    name: 'no certificate in the block; said once',
    check: 'pki-parse-strictness',
    expect: 'fail',
    change: (node) => node.write(CERTIFICATE, pem('CERTIFICATE', Buffer.from([0x30, 0]))),
    row: { status: 'fail', serverVerified: 'unknown' },
    alarms: ['fail pki-parse-strictness', STOCK],
  },
  {
    name: 'a negative serial number; said once',
    check: 'pki-parse-strictness',
    expect: 'fail',
    change: withNegativeSerial,
    message: /serial/,
    row: { serverVerified: 'no' },
    alarms: ['fail pki-parse-strictness', STOCK],
  },
  {
    name: 'a negative serial number under a Kubernetes that still takes it',
    check: 'pki-parse-strictness',
    expect: 'pass',
    change: async (node) => atVersion(await withNegativeSerial(node), '1.31.0'),
    row: { serverVerified: 'yes' },
  },
  lost('pki-parse-strictness'),
  lost('pki-parse-strictness', KEY),
];

const owners: readonly CheckCase[] = [
  { name: 'stock: 0644', check: 'pki-cert-mode', expect: 'pass' },
  {
    name: 'a CA file that every user writes',
    check: 'pki-cert-mode',
    expect: 'warn',
    change: (node) => node.mode(CA, 0o666),
    message: /ca\.crt has mode 0666: every user of the node can write it, and so decides whom this path trusts/,
    alarms: ['warn pki-cert-mode', STOCK],
  },
  {
    name: "a certificate that root's own group writes",
    check: 'pki-cert-mode',
    expect: 'pass',
    change: (node) => node.mode(CERTIFICATE, 0o664),
    alarms: [STOCK],
  },
  {
    name: 'a certificate that another group writes',
    check: 'pki-cert-mode',
    expect: 'warn',
    change: (node) => node.mode(CERTIFICATE, 0o664, { gid: 27 }),
    message: /its group \(gid 27\) can write it, and so can break the path/,
    alarms: [STOCK, 'warn pki-cert-mode'],
  },
  {
    name: 'a certificate with its key in one file is judged as a key',
    check: 'pki-cert-mode',
    expect: 'pass',
    change: (node) => node.write(CERTIFICATE, node.text(CERTIFICATE) + node.text(KEY), { mode: 0o666 }),
    alarms: ['fail pki-private-key-mode', STOCK],
  },
  {
    name: 'the input keeps no modes',
    check: 'pki-cert-mode',
    expect: 'not-applicable',
    change: (node) => node.withoutModes(),
  },
  {
    name: 'the manifest is not in the input',
    check: 'pki-cert-mode',
    expect: 'not-assessed',
    change: (node) => node.remove(MANIFEST),
  },
  { name: 'stock', check: 'pki-dir-owner', expect: 'pass' },
  {
    name: 'files that somebody copied as a user',
    check: 'pki-dir-owner',
    expect: 'warn',
    change: (node) => node.owner(KEY, 1000).owner(CERTIFICATE, 1000),
    message: /apiserver\.crt and .*apiserver\.key belong to user 1000 and not to root/,
    alarms: [STOCK, 'warn pki-dir-owner'],
  },
  {
    name: 'a directory of another user',
    check: 'pki-dir-owner',
    expect: 'warn',
    change: (node) => node.owner(PKI, 1000),
    message: /The directory \/etc\/kubernetes\/pki belongs to user 1000/,
    alarms: [STOCK, 'warn pki-dir-owner'],
  },
  {
    name: 'a directory in which everybody writes',
    check: 'pki-dir-owner',
    expect: 'warn',
    change: (node) => node.mode(PKI, 0o777),
    message: /\/etc\/kubernetes\/pki has mode 0777: every user of the node can write there/,
    alarms: ['warn pki-dir-owner', STOCK],
  },
  {
    name: 'a directory in which everybody writes, and nobody over what is there',
    check: 'pki-dir-owner',
    expect: 'pass',
    change: (node) => node.mode(PKI, 0o1777),
  },
  {
    name: 'the directory of the file that a link leads to',
    check: 'pki-dir-owner',
    expect: 'warn',
    change: (node) => {
      node.mode('/etc/kubernetes/pki/etcd', 0o777).write(`${PKI}/etcd/real.key`, node.text(KEY)).remove(KEY);
      node.link(KEY, 'etcd/real.key');
    },
    message: /\/etc\/kubernetes\/pki\/etcd has mode 0777/,
  },
  {
    name: 'a component that runs as a user of its own, as with RootlessControlPlane',
    check: 'pki-dir-owner',
    expect: 'pass',
    change: (node) =>
      node.owner(KEY, 2000).replace(MANIFEST, '  securityContext:\n', '  securityContext:\n    runAsUser: 2000\n'),
    alarms: [STOCK],
  },
  {
    name: 'the input keeps no owners',
    check: 'pki-dir-owner',
    expect: 'not-applicable',
    change: (node) => node.withoutModes(),
  },
  {
    name: 'the manifest is not in the input',
    check: 'pki-dir-owner',
    expect: 'not-assessed',
    change: (node) => node.remove(MANIFEST),
  },
];

const lifetimes: readonly CheckCase[] = [
  { name: 'stock', check: 'pki-validity-long', expect: 'pass' },
  {
    name: 'ten years to the second',
    check: 'pki-validity-long',
    expect: 'pass',
    change: (node) => rebuild(node, { notAfter: '2046-01-01T00:00:00Z' }, { notAfter: '2036-11-21T12:00:00Z' }),
    alarms: [STOCK],
  },
  {
    name: 'a hundred years',
    check: 'pki-validity-long',
    expect: 'warn',
    change: (node) => rebuild(node, { notAfter: '2126-11-21T00:00:00Z' }, { notAfter: '2126-11-20T00:00:00Z' }),
    message: /apiserver\.crt is dated to 2126-11-20, more than 10 years ahead/,
    alarms: [STOCK, 'warn pki-validity-long'],
  },
  {
    name: 'a certificate of a year with a notBefore that kubeadm copied from its CA',
    check: 'pki-validity-long',
    expect: 'pass',
    change: (node) => rebuild(node, { notBefore: '2010-01-01T00:00:00Z' }, { notBefore: '2010-01-01T00:00:00Z' }),
    alarms: [STOCK],
  },
  {
    name: 'a CA of a hundred years is a CA',
    check: 'pki-validity-long',
    expect: 'pass',
    change: (node) => rebuild(node, { notAfter: '2126-11-21T00:00:00Z' }),
    alarms: [STOCK],
  },
  lost('pki-validity-long'),
];

const shared: readonly CheckCase[] = [
  { name: 'stock', check: 'pki-duplicate-key', expect: 'pass' },
  {
    name: 'the key of a client certificate',
    check: 'pki-duplicate-key',
    expect: 'warn',
    change: async (node) => {
      const key = node.text(`${PKI}/apiserver-kubelet-client.key`);
      serve(node, await forApiserver({ key }));
    },
    message: /apiserver\.crt .* has the same private key as .*apiserver-kubelet-client\.crt/,
    alarms: [STOCK, 'warn pki-duplicate-key'],
  },
  {
    name: 'of one name, for servers and for clients',
    check: 'pki-duplicate-key',
    expect: 'warn',
    change: async (node) => {
      const key = node.text(KEY);
      const client = await issue({ subject: 'CN=kube-apiserver', use: 'client', key }, CLUSTER_CA);
      node
        .write(`${PKI}/apiserver-kubelet-client.crt`, client.certificate)
        .write(`${PKI}/apiserver-kubelet-client.key`, key);
    },
    alarms: [STOCK, 'warn pki-duplicate-key'],
  },
  {
    name: 'a copy of the very certificate, and a renewed one with the old key',
    check: 'pki-duplicate-key',
    expect: 'pass',
    change: async (node) => {
      const key = node.text(KEY);
      node.copy(CERTIFICATE, `${PKI}/front-proxy-client.crt`).copy(KEY, `${PKI}/front-proxy-client.key`);
      serve(node, await forApiserver({ key, notAfter: '2028-11-20T00:00:00Z' }));
    },
    alarms: [STOCK],
  },
  lost('pki-duplicate-key'),
];

/** The serving certificate comes from an intermediate of the cluster CA, which is wherever `place` puts it. */
const fromIntermediate =
  (place: (node: EditableNode, middle: Issued) => unknown) =>
  async (node: EditableNode): Promise<void> => {
    const middle = await issue({ subject: 'CN=middle', ca: true }, CLUSTER_CA);
    serve(node, await forApiserver({}, middle));
    place(node, middle);
  };

const intermediates: readonly CheckCase[] = [
  {
    name: 'an intermediate that is in another file and not sent along',
    check: 'apiserver-serving-chain',
    expect: 'fail',
    change: fromIntermediate((node, { certificate }) =>
      node.write(`${PKI}/front-proxy-ca.crt`, node.text(`${PKI}/front-proxy-ca.crt`) + certificate),
    ),
    message:
      /between it and a CA of the bundle is CN=middle \(.*front-proxy-ca\.crt \(certificate 2\)\), and .*apiserver\.crt does not send it along/,
    row: { serverVerified: 'no' },
    alarms: ['fail apiserver-serving-chain', STOCK],
  },
  {
    name: 'an intermediate that is nowhere',
    check: 'apiserver-serving-chain',
    expect: 'fail',
    change: fromIntermediate(() => undefined),
    message: /no CA of that name is in the bundle or sent along/,
    alarms: ['fail apiserver-serving-chain', STOCK],
  },
  {
    name: 'an intermediate behind the leaf',
    check: 'apiserver-serving-chain',
    expect: 'pass',
    change: fromIntermediate((node, { certificate }) => node.write(CERTIFICATE, node.text(CERTIFICATE) + certificate)),
    alarms: [STOCK],
  },
];

export const pkiCases: readonly CheckCase[] = [
  ...dates,
  ...lifetimes,
  ...chains,
  ...intermediates,
  ...keys,
  ...shared,
  ...owners,
  ...uses,
  ...authorities,
  ...parsing,
];
