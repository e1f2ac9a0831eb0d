/** Private keys in every form that is met, and in forms that no library writes. */
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { bits, integer, octets, oid, publicPoint, sequence, tlv } from '../../../fixtures/pki/write.ts';
import type { TestKey } from '../../../fixtures/pki/keys.ts';
import { splitPem } from '../../../src/pki/pem.ts';
import { bytesOf } from '../fixtures.ts';
import { authority, keyFor, leafBelow, write } from './certificates.ts';
import { changed } from './changes.ts';
import { random } from './random.ts';
import type { Random } from './random.ts';
import { written } from './texts.ts';
import type { Block } from './texts.ts';

export interface KeyForm extends Block {
  readonly what: string;
}

const CURVES: Readonly<Record<string, string>> = {
  secp224r1: '1.3.132.0.33',
  prime256v1: '1.2.840.10045.3.1.7',
  secp384r1: '1.3.132.0.34',
  secp521r1: '1.3.132.0.35',
  brainpoolP256r1: '1.3.36.3.3.2.8.1.1.7',
};
const EC = '1.2.840.10045.2.1';
const RSA = '1.2.840.113549.1.1.1';
const ED25519 = '1.3.101.112';
const NULL = Buffer.from([5, 0]);

const pkcs8 = (algorithm: Uint8Array, key: Uint8Array, ...more: readonly Uint8Array[]): Buffer =>
  sequence(integer(0n), algorithm, octets(key), ...more);

/** Every form of an elliptic curve key. */
function ellipticForms({ curve = '', scalar = 0n }: TestKey): readonly KeyForm[] {
  const id = oid(CURVES[curve] ?? '');
  const point = publicPoint(curve, scalar);
  const size = (point.length - 1) / 2;
  const secret = Buffer.from(scalar.toString(16).padStart(2 * size, '0'), 'hex');
  const parameters = tlv(0xa0, id);
  const shown = (bytes: Uint8Array): Buffer => tlv(0xa1, bits(bytes));
  const compressed = Buffer.concat([Buffer.from([2 + ((point.at(-1) ?? 0) & 1)]), point.subarray(1, 1 + size)]);
  const sec1 = (key: Uint8Array, ...more: readonly Uint8Array[]): Buffer => sequence(integer(1n), octets(key), ...more);
  const identifier = sequence(oid(EC), id);
  const form = (what: string, der: Buffer, label = 'EC PRIVATE KEY'): KeyForm => ({ what, label, der });
  return [
    form('SEC1', sec1(secret, parameters, shown(point))),
    form('SEC1 without public key', sec1(secret, parameters)),
    form('SEC1 without curve', sec1(secret, shown(point))),
    form('SEC1 with a compressed public key', sec1(secret, parameters, shown(compressed))),
    form('SEC1 with the public key of another', sec1(secret, parameters, shown(publicPoint(curve, 7n)))),
    form('SEC1 padded', sec1(Buffer.concat([Buffer.alloc(2), secret]), parameters, shown(point))),
    form('SEC1 too long', sec1(Buffer.concat([Buffer.from([1]), secret]), parameters, shown(point))),
    form('SEC1 of a short number', sec1(Buffer.from([5]), parameters)),
    form('SEC1 of 0', sec1(Buffer.alloc(size), parameters)),
    form('SEC1 out of range', sec1(Buffer.alloc(size, 0xff), parameters)),
    form('SEC1 version 2', sequence(integer(2n), octets(secret), parameters)),
    form('SEC1 with bytes behind it', Buffer.concat([sec1(secret, parameters), Buffer.from([0])])),
    form('SEC1 with explicit parameters', sec1(secret, tlv(0xa0, sequence(integer(1n), sequence(id))), shown(point))),
    form('PKCS#8', pkcs8(identifier, sec1(secret, shown(point))), 'PRIVATE KEY'),
    form('PKCS#8 with the curve inside', pkcs8(sequence(oid(EC)), sec1(secret, parameters)), 'PRIVATE KEY'),
    form('PKCS#8 with two curves', pkcs8(identifier, sec1(secret, tlv(0xa0, oid('1.3.132.0.10')))), 'PRIVATE KEY'),
    form('PKCS#8 with bytes behind it', Buffer.concat([pkcs8(identifier, sec1(secret)), NULL]), 'PRIVATE KEY'),
    form('PKCS#8 as SEC1', pkcs8(identifier, sec1(secret)), 'EC PRIVATE KEY'),
    form('SEC1 as PKCS#8', sec1(secret, parameters), 'PRIVATE KEY'),
  ];
}

const toInteger = (text: string | undefined): bigint =>
  BigInt(`0x${Buffer.from(text ?? '', 'base64url').toString('hex')}`);

function rsaForms({ privateKey }: TestKey): readonly KeyForm[] {
  const { n, e, d, p, q, dp, dq, qi } = privateKey.export({ format: 'jwk' });
  const numbers = [n, e, d, p, q, dp, dq, qi].map(toInteger);
  const pkcs1 = (values: readonly bigint[], version = 0n): Buffer => sequence(integer(version), ...values.map(integer));
  const but = (index: number, change: (value: bigint) => bigint): Buffer =>
    pkcs1(numbers.map((value, at) => (at === index ? change(value) : value)));
  const identifier = sequence(oid(RSA), NULL);
  const form = (what: string, der: Buffer, label = 'RSA PRIVATE KEY'): KeyForm => ({ what, label, der });
  return [
    form('PKCS#1', pkcs1(numbers)),
    form('PKCS#1 without CRT', pkcs1(numbers.slice(0, 5))),
    form('PKCS#1 with one CRT number', pkcs1(numbers.slice(0, 6))),
    form('PKCS#1 version 2', pkcs1(numbers, 2n)),
    form('PKCS#1 with more in it', sequence(integer(0n), ...numbers.map(integer), NULL)),
    form('PKCS#1 with bytes behind it', Buffer.concat([pkcs1(numbers), Buffer.from([0])])),
    form('PKCS#1 with another modulus', but(0, (value) => value + 2n)),
    form('PKCS#1 with an even exponent', but(1, (value) => value + 1n)),
    form('PKCS#1 with a large exponent', but(1, () => 2n ** 32n + 1n)),
    form('PKCS#1 with another private exponent', but(2, (value) => value + 2n)),
    form('PKCS#1 with another prime', but(3, (value) => value + 2n)),
    form('PKCS#1 with another dP', but(5, (value) => value + 2n)),
    form('PKCS#1 with another qInv', but(7, (value) => value + 1n)),
    form('PKCS#1 with primes exchanged', pkcs1([3, 2].reduce((all, at) => all.with(at, numbers[7 - at] ?? 0n), numbers))),
    form('PKCS#1 of public numbers', pkcs1(numbers.slice(0, 2))),
    form('PKCS#8', pkcs8(identifier, pkcs1(numbers)), 'PRIVATE KEY'),
    form('PKCS#8 without NULL', pkcs8(sequence(oid(RSA)), pkcs1(numbers)), 'PRIVATE KEY'),
    form('PKCS#8 with PSS', pkcs8(sequence(oid('1.2.840.113549.1.1.10')), pkcs1(numbers)), 'PRIVATE KEY'),
    form('PKCS#8 as PKCS#1', pkcs8(identifier, pkcs1(numbers)), 'RSA PRIVATE KEY'),
    form('PKCS#1 as PKCS#8', pkcs1(numbers), 'PRIVATE KEY'),
  ]; // prettier-ignore
}

function edwardsForms({ privateKey, spki }: TestKey): readonly KeyForm[] {
  const seed = Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url');
  const identifier = sequence(oid(ED25519));
  const form = (what: string, der: Buffer): KeyForm => ({ what, label: 'PRIVATE KEY', der });
  return [
    form('PKCS#8', pkcs8(identifier, octets(seed))),
    form('PKCS#8 version 2', sequence(integer(1n), identifier, octets(octets(seed)), tlv(0x81, Buffer.from([0]), spki.subarray(-32)))),
    form('PKCS#8 with parameters', pkcs8(sequence(oid(ED25519), NULL), octets(seed))),
    form('PKCS#8 too short', pkcs8(identifier, octets(seed.subarray(1)))),
    form('PKCS#8 not wrapped', pkcs8(identifier, seed)),
    form('PKCS#8 with bytes in it', pkcs8(identifier, Buffer.concat([octets(seed), NULL]))),
  ]; // prettier-ignore
}

/** Keys of kinds that Go has no use for, or that need a passphrase. */
function foreignForms(): readonly KeyForm[] {
  const blockOf = (file: string): Block => {
    const [block] = splitPem(bytesOf(file)).blocks;
    return { label: block?.type ?? '', der: block?.bytes ?? new Uint8Array() };
  };
  const exported = (key: TestKey): Buffer => key.privateKey.export({ type: 'pkcs8', format: 'der' });
  const x25519 = generateKeyPairSync('x25519').privateKey.export({ type: 'pkcs8', format: 'der' });
  return [
    { what: 'Ed448', label: 'PRIVATE KEY', der: exported(keyFor('ed448')) },
    { what: 'X25519', label: 'PRIVATE KEY', der: x25519 },
    { what: 'brainpool', label: 'PRIVATE KEY', der: exported(keyFor('brainpool')) },
    { what: 'encrypted PKCS#8', ...blockOf('keys/rsa-encrypted-pkcs8.key') },
    { what: 'encrypted PKCS#1', ...blockOf('keys/rsa-encrypted-traditional.key') },
    { what: 'OpenSSH', ...blockOf('pem/openssh.key') },
    { what: 'no key', label: 'PRIVATE KEY', der: Buffer.from('no key') },
  ];
}

const KEYS = ['p256', 'p224', 'p384', 'p521', 'ed25519', 'rsa2048', 'rsa1024', 'rsa512'] as const;
type Kind = (typeof KEYS)[number];

/** Every form of every kind of key, by the kind that its certificate has. */
export function keyForms(kind: Kind): readonly KeyForm[] {
  const key = keyFor(kind);
  if (key.curve !== undefined) return ellipticForms(key);
  return kind === 'ed25519' ? edwardsForms(key) : rsaForms(key);
}

export const FOREIGN: readonly KeyForm[] = foreignForms();
export const KEY_KINDS: readonly Kind[] = KEYS;

export interface PairCase {
  readonly name: string;
  readonly certificate: Uint8Array;
  readonly key: Uint8Array;
}

const issuer = authority('kubernetes', keyFor('p256'));

/** The certificate of a key. */
export function certificateFor(kind: Kind): Uint8Array {
  return write(leafBelow(issuer, { key: keyFor(kind) }));
}

const LABELS = ['PRIVATE KEY', 'EC PRIVATE KEY', 'RSA PRIVATE KEY', 'ANY PRIVATE KEY', 'ENCRYPTED PRIVATE KEY', 'OPENSSH PRIVATE KEY', 'PRIVATEKEY', 'EC PARAMETERS', 'CERTIFICATE'] as const; // prettier-ignore

/** A certificate file and a key file, or one file for both as the kubelet keeps them; one case per seed. */
export function pairCase(seed: number): PairCase {
  const choose = random(seed);
  const kind = choose.pick(KEYS);
  const leaf = leafBelow(issuer, { key: keyFor(kind) });
  const odd = choose.chance(0.15) ? changed(leaf, choose) : leaf;
  const certificates: Block[] = [{ label: 'CERTIFICATE', der: write(odd) }];
  if (choose.chance(0.4)) certificates.push({ label: 'CERTIFICATE', der: write(issuer) });
  if (choose.chance(0.1)) certificates.reverse();
  if (choose.chance(0.05)) certificates.unshift({ label: 'CERTIFICATE', der: Buffer.from('no certificate') });
  const forms = keyBlocks(kind, choose);
  const together = choose.chance(0.3);
  const own = forms.map(({ label, der }) => ({ label, der }));
  const first = written(together ? choose.shuffled([...certificates, ...own]) : certificates, choose, 0.12);
  const second = together ? first : written(own, choose, 0.12);
  const what = [odd.what, kind, ...forms.map((form) => `${form.what} (${form.label})`)].join(', ');
  return { name: `${seed}: ${what} [${first.what}] [${second.what}]`, certificate: first.bytes, key: second.bytes };
}

function keyBlocks(kind: Kind, choose: Random): readonly KeyForm[] {
  const count = choose.chance(0.1) ? 2 : 1;
  return Array.from({ length: count }, () => {
    const other = choose.chance(0.08);
    const form = choose.chance(0.1) ? choose.pick(FOREIGN) : choose.pick(keyForms(other ? choose.pick(KEYS) : kind));
    return choose.chance(0.15) ? { ...form, label: choose.pick(LABELS) } : form;
  });
}

/** Whether a private key's text is one that OpenSSL reads: that the generator makes real keys. */
export function isReadByOpenSSL({ der }: Block): boolean {
  return (['pkcs1', 'pkcs8', 'sec1'] as const).some((type) => {
    try {
      return createPrivateKey({ key: Buffer.from(der), format: 'der', type }).type === 'private';
    } catch {
      return false;
    }
  });
}
