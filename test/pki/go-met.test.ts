/** Chains and names that people meet, one line each: what we say, and that Go says the same. */
import { createPrivateKey } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestKey } from '../../fixtures/pki/keys.ts';
import {
  basicConstraints,
  extendedKeyUsage,
  keyUsage,
  nameConstraints,
  subjectAltName,
} from '../../fixtures/pki/write.ts';
import type { Extension } from '../../fixtures/pki/write.ts';
import { verifyHostname } from '../../src/pki/chain.ts';
import { rsaSpki } from '../../src/pki/spki.ts';
import { goJudge } from '../support/go.ts';
import { askChains, judged, read, sha256 } from './generated/ask.ts';
import {
  AT,
  authority,
  certificatePolicies,
  keyFor,
  leafBelow,
  policyConstraints,
  withExtension,
  withoutExtension,
  write,
} from './generated/certificates.ts';
import type { Description } from './generated/certificates.ts';
import { UNKNOWN_CRITICAL } from './generated/changes.ts';
import type { ChainCase } from './generated/chains.ts';

const judge = goJudge(join(import.meta.dirname, 'go'));

const root = authority('kubernetes', keyFor('p256', 'root'));
const rebuilt = authority('kubernetes', keyFor('p256', 'rebuilt'));
const renewed: Description = { ...root, serial: 9n, notBefore: '2026-10-01', notAfter: '2040-01-01' };
const old: Description = { ...root, serial: 8n, notBefore: '2016-01-01', notAfter: '2026-02-01' };
const cross: Description = { ...rebuilt, signer: root.key };
const rsaRoot = authority('rsa', keyFor('rsa2048'));
const below = (issuer: Description, name = 'intermediate'): Description => ({
  ...authority(name, keyFor('p256', name), { signer: issuer.key }),
  issuer: issuer.subject,
});
const intermediate = below(root);
const deep = below(intermediate, 'deep');
const leaf = leafBelow(root);
const plus = (to: Description, extension: Extension): Description => ({
  ...to,
  extensions: withExtension(to, extension),
});
const minus = (to: Description, oid: string): Description => ({ ...to, extensions: withoutExtension(to, oid) });
const names = (...some: readonly string[]): Extension => subjectAltName(...some);

/** An RSA key with another public exponent: the primes of the one that there is. */
function withExponent(e: bigint): TestKey {
  const jwk = keyFor('rsa2048').privateKey.export({ format: 'jwk' });
  const number = (text: string | undefined): bigint =>
    BigInt(`0x${Buffer.from(text ?? '', 'base64url').toString('hex')}`);
  const text = (value: bigint): string =>
    Buffer.from(value.toString(16).padStart(512, '0'), 'hex').toString('base64url');
  const [n, p, q] = [jwk.n, jwk.p, jwk.q].map(number) as [bigint, bigint, bigint];
  const d = inverse(e, (p - 1n) * (q - 1n));
  const crt = { dp: text(d % (p - 1n)), dq: text(d % (q - 1n)) };
  const key = {
    ...jwk,
    ...crt,
    e: Buffer.from(e.toString(16).padStart(10, '0'), 'hex').toString('base64url'),
    d: text(d),
  };
  const content = (value: bigint): Buffer =>
    Buffer.from(`00${value.toString(16).padStart(10, '0')}`.replace(/^(?:00)+(?=00|[0-7])/, ''), 'hex');
  return {
    privateKey: createPrivateKey({ key, format: 'jwk' }),
    spki: Buffer.from(rsaSpki(Buffer.concat([Buffer.from([0]), Buffer.from(n.toString(16), 'hex')]), content(e))),
  };
}

function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [value % modulus, modulus, 1n, 0n];
  while (b !== 0n) [a, b, x, y] = [b, a % b, y, x - (a / b) * y];
  return ((x % modulus) + modulus) % modulus;
}

interface Met {
  readonly leaf: Description;
  readonly sent?: readonly Description[];
  readonly trusted?: readonly Description[];
  readonly at?: string;
  readonly usage?: ChainCase['usage'];
}

const chains: readonly (readonly [string, string, Met])[] = [
  ['ok', 'a leaf below the CA', { leaf }],
  ['ok', 'an old CA of the same name before the right one', { leaf, trusted: [rebuilt, old, root] }],
  ['ok', 'the CA was renewed with its own key', { leaf, trusted: [renewed] }],
  ['expired', 'only the expired edition of the CA is left in the bundle', { leaf, trusted: [old] }],
  ['signature', 'the CA of the rebuilt cluster', { leaf, trusted: [rebuilt] }],
  ['ok', 'a CA with a new key, cross-signed by the old one and sent along', { leaf: leafBelow(rebuilt), sent: [cross], trusted: [root] }],
  ['signature', 'the cross-signed CA is not sent along', { leaf: leafBelow(rebuilt), trusted: [root] }],
  ['ok', 'a chain in the leaf file', { leaf: leafBelow(deep), sent: [deep, intermediate] }],
  ['ok', 'a chain in the leaf file, upside down', { leaf: leafBelow(deep), sent: [intermediate, deep] }],
  ['ok', 'a chain in the leaf file with its root', { leaf: leafBelow(intermediate), sent: [intermediate, root] }],
  ['unknown-authority', 'an intermediate is missing', { leaf: leafBelow(deep), sent: [deep] }],
  ['ok', 'an intermediate as the only CA that is trusted', { leaf: leafBelow(intermediate), trusted: [intermediate] }],
  ['ok', 'the serving certificate as its own CA, as of the kubelet', { leaf, trusted: [leaf] }],
  ['ok', 'a self-signed certificate that is trusted', { leaf: { ...leaf, issuer: leaf.subject, signer: leaf.key }, trusted: [{ ...leaf, issuer: leaf.subject, signer: leaf.key }] }],
  ['unknown-authority', 'a self-signed certificate that is not', { leaf: { ...leaf, issuer: leaf.subject, signer: leaf.key } }],
  ['ok', 'in the last second of its life', { leaf: { ...leaf, notAfter: AT } }],
  ['expired', 'half a second later', { leaf: { ...leaf, notAfter: AT }, at: '2026-11-21T12:00:00.500Z' }],
  ['ok', 'in the first second of its life', { leaf: { ...leaf, notBefore: AT } }],
  ['not-yet-valid', 'half a second before', { leaf: { ...leaf, notBefore: AT }, at: '2026-11-21T11:59:59.500Z' }],
  ['path-length', 'a CA below one with path length 0', { leaf: leafBelow(intermediate), sent: [intermediate], trusted: [plus(root, basicConstraints(true, 0))] }],
  ['ok', 'a leaf below a CA with path length 0', { leaf, trusted: [plus(root, basicConstraints(true, 0))] }],
  ['not-a-ca', 'a CA without basicConstraints', { leaf, trusted: [minus(root, '2.5.29.19')] }],
  ['ok', 'a root of version 1', { leaf, trusted: [{ ...root, version: 1, extensions: [] }] }],
  ['not-a-ca', 'an intermediate of version 1', { leaf: leafBelow(intermediate), sent: [{ ...intermediate, version: 1, extensions: [] }] }],
  ['ca-key-usage', 'a CA without keyCertSign', { leaf, trusted: [plus(root, keyUsage('cRLSign'))] }],
  ['wrong-usage', 'a client certificate that serves', { leaf: plus(leaf, extendedKeyUsage('clientAuth')) }],
  ['wrong-usage', 'a CA for clients only above a server', { leaf, trusted: [plus(root, extendedKeyUsage('clientAuth'))] }],
  ['ok', 'a CA for clients only above a client', { leaf, trusted: [plus(root, extendedKeyUsage('clientAuth'))], usage: 'clientAuth' }],
  ['insecure-signature', 'SHA-1', { leaf: { ...leafBelow(rsaRoot), signature: 'RSA-SHA1' }, trusted: [rsaRoot] }],
  ['insecure-signature', 'MD5', { leaf: { ...leafBelow(rsaRoot), signature: 'RSA-MD5' }, trusted: [rsaRoot] }],
  ['ok', 'a root that signed itself with SHA-1', { leaf: leafBelow(rsaRoot), trusted: [{ ...rsaRoot, signature: 'RSA-SHA1' }] }],
  ['ok', 'RSASSA-PSS', { leaf: { ...leafBelow(rsaRoot), signature: 'RSAPSS-SHA256' }, trusted: [rsaRoot] }],
  ['ok', 'RSA of 1024 bits', { leaf: leafBelow(authority('ca', keyFor('rsa1024'))), trusted: [authority('ca', keyFor('rsa1024'))] }],
  ['weak-key', 'RSA of 512 bits', { leaf: leafBelow(authority('ca', keyFor('rsa512'))), trusted: [authority('ca', keyFor('rsa512'))] }],
  ['ok', 'RSA with the exponent 17', { leaf: leafBelow(authority('ca', withExponent(17n))), trusted: [authority('ca', withExponent(17n))] }],
  ['unusable-key', 'RSA with an exponent above 2^31', { leaf: leafBelow(authority('ca', withExponent(2n ** 32n + 15n))), trusted: [authority('ca', withExponent(2n ** 32n + 15n))] }],
  ['ok', 'P-224', { leaf: leafBelow(authority('ca', keyFor('p224'))), trusted: [authority('ca', keyFor('p224'))] }],
  ['ok', 'Ed25519', { leaf: leafBelow(authority('ca', keyFor('ed25519'))), trusted: [authority('ca', keyFor('ed25519'))] }],
  ['unparsable', 'a negative serial number', { leaf: { ...leaf, serial: Buffer.from([0x80]) } }],
  ['ok', 'the serial number 0', { leaf: { ...leaf, serial: 0n } }],
  ['ok', 'a serial number of 40 bytes', { leaf: { ...leaf, serial: Buffer.alloc(40, 0x11) } }],
  ['unhandled-critical', 'a critical extension that nobody knows', { leaf: plus(leaf, UNKNOWN_CRITICAL) }],
  ['name-constraints', 'a name outside the constraints', { leaf, trusted: [plus(root, nameConstraints(['dns:example.com'], []))] }],
  ['ok', 'the constraints are for names of another kind', { leaf, trusted: [plus(root, nameConstraints(['email:example.com'], []))] }],
  ['name-constraints', 'a wildcard over an excluded name', { leaf: plus(leaf, names('dns:*.example.com')), trusted: [plus(root, nameConstraints([], ['dns:secret.example.com']))] }],
  ['name-constraints', 'an address outside', { leaf, trusted: [plus(root, nameConstraints(['ip:c0a80000ffff0000'], []))] }],
  ['ok', 'an address in the wider of two networks', { leaf: plus(leaf, names('ip:0a020001')), trusted: [plus(root, nameConstraints(['ip:0a000000ff000000', 'ip:0a010000ffff0000'], []))] }],
  ['ok', 'an address below that with which its network is written', { leaf: plus(leaf, names('ip:0a600001')), trusted: [plus(root, nameConstraints(['ip:0a600005fff00000'], []))] }],
  ['policies', 'a CA that demands policies above a leaf without any', { leaf: leafBelow(intermediate), sent: [plus(intermediate, policyConstraints(0))] }],
  ['ok', 'the same with a policy all the way', { leaf: plus(leafBelow(intermediate), certificatePolicies('a')), sent: [plus(plus(intermediate, policyConstraints(0)), certificatePolicies('a'))] }],
  ['no-roots', 'an empty bundle', { leaf, trusted: [] }],
]; // prettier-ignore

/** What is dialled, what the certificate says, and whether they fit. */
const dialled: readonly (readonly [boolean, string, readonly string[]])[] = [
  [true, 'kubernetes', ['dns:kubernetes']],
  [true, 'KUBERNETES.', ['dns:kubernetes']],
  [false, 'kubernetes', ['dns:kubernetes.']],
  [true, 'a.example.com', ['dns:*.example.com']],
  [false, 'a.b.example.com', ['dns:*.example.com']],
  [false, 'example.com', ['dns:*.example.com']],
  [false, 'a.example.com', ['dns:*']],
  [false, 'api.example.com', ['dns:a*.example.com']],
  [true, 'cp_1.example.com', ['dns:cp_1.example.com']],
  [true, '_x.example.com', ['dns:*.example.com']],
  [false, 'kube-apiserver', ['dns:kubernetes']],
  [true, '10.96.0.1', ['ip:0a600001']],
  [true, '::ffff:10.96.0.1', ['ip:0a600001']],
  [true, '10.96.0.1', ['ip:00000000000000000000ffff0a600001']],
  [false, '10.96.0.1', ['dns:10.96.0.1']],
  [true, '[fd00::1]', ['ip:fd000000000000000000000000000001']],
  [false, 'fd00::1%eth0', ['ip:fd000000000000000000000000000001']],
  [false, '010.96.0.1', ['ip:0a600001']],
  [false, '', ['dns:']],
  [false, 'b\u00fccher.example.com', ['dns:*.example.com']],
]; // prettier-ignore

const asCase = ({ leaf: first, sent = [], trusted = [root], at = AT, usage = 'serverAuth' }: Met): ChainCase => ({
  name: '',
  leaf: write(first),
  intermediates: sent.map(write),
  roots: trusted.map(write),
  at,
  usage,
});

const cases = chains.map(([, , met]) => asCase(met));
const certificates = dialled.map(([, , some]) => write(plus(leaf, names(...some))));

describe('what people meet', () => {
  test.each(chains.map(([expected, name], index) => ({ expected, name, index })))(
    '$name: $expected',
    ({ expected, index }) => {
      const result = judged(cases[index] ?? asCase({ leaf }));
      expect(result.ok ? 'ok' : result.reason).toBe(expected);
    },
  );

  test.each(dialled.map(([expected, name, some], index) => ({ expected, name, some: some.join(', '), index })))(
    'dialled as "$name" with $some: $expected',
    ({ expected, name, index }) => {
      const certificate = read(certificates[index] ?? Buffer.alloc(0));
      expect(certificate !== undefined && verifyHostname(certificate, name)).toBe(expected);
    },
  );

  test.each<[string, string, string, Met]>([
    ['policies', '1.23', 'unhandled-critical', { leaf: leafBelow(intermediate), sent: [plus(intermediate, policyConstraints(0))] }],
    ['a URI without a host below constraints of DNS names', '1.25', 'ok', { leaf: plus(leaf, names('uri:urn:x')), trusted: [plus(root, nameConstraints(['dns:example.com'], []))] }],
    ['a URI without a host below constraints of DNS names', '1.26', 'name-constraints', { leaf: plus(leaf, names('uri:urn:x')), trusted: [plus(root, nameConstraints(['dns:example.com'], []))] }],
    ['an address below a network that is written with an address', '1.25', 'ok', { leaf: plus(leaf, names('ip:0a600001')), trusted: [plus(root, nameConstraints(['ip:0a600005fff00000', 'ip:09000000ff000000'], []))] }],
    ['an address below a network that is written with an address', '1.26', 'name-constraints', { leaf: plus(leaf, names('ip:0a600001')), trusted: [plus(root, nameConstraints(['ip:0a600005fff00000', 'ip:09000000ff000000'], []))] }],
  ])('%s, as Go %s judges: %s', (_name, goLine, expected, met) => {
    const result = judged(asCase(met), goLine);
    expect(result.ok ? 'ok' : result.reason).toBe(expected);
  }); // prettier-ignore
});

describe.skipIf(!judge.usable)(judge.usable ? 'and Go says the same' : `Go: skipped, ${judge.reason}`, () => {
  let given: { readonly chains: readonly string[]; readonly names: readonly boolean[] };

  beforeAll(() => {
    if (!judge.usable) return;
    const asked = certificates.map((der, index) => ({ certificate: sha256(der), name: dialled[index]?.[1] ?? '' }));
    const ders = Object.fromEntries(certificates.map((der) => [sha256(der), der.toString('base64')]));
    const { names: fitting } = judge.ask({ certificates: ders, names: asked }) as { names: readonly boolean[] };
    given = { chains: askChains(judge.ask, cases).chains, names: fitting };
  }, 120_000);

  afterAll(() => {
    if (judge.usable) judge.dispose();
  });

  test('of every chain', () => {
    const differing = chains.filter(([expected], index) => (expected === 'ok') !== (given.chains[index] === ''));
    expect(differing.map(([expected, name]) => ({ name, expected }))).toEqual([]);
  });

  test('of every name', () => {
    expect(given.names).toEqual(dialled.map(([expected]) => expected));
  });
});
