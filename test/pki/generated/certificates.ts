/** Certificates from a description, with whatever in it that no library writes. */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { testKey } from '../../../fixtures/pki/keys.ts';
import type { KeyKind, TestKey } from '../../../fixtures/pki/keys.ts';
import {
  authorityKeyId,
  basicConstraints,
  certificate,
  extendedKeyUsage,
  integer,
  keyUsage,
  oid,
  sequence,
  subjectAltName,
  subjectKeyId,
  tlv,
} from '../../../fixtures/pki/write.ts';
import type { Attribute, Extension, SignatureName } from '../../../fixtures/pki/write.ts';
import { bytesOf } from '../fixtures.ts';

/** The moment of every case that does not say another one. */
export const AT = '2026-11-21T12:00:00Z';

export interface Description {
  /** What it is, for the name of a failing case. */
  readonly what: string;
  readonly subject: readonly Attribute[];
  readonly issuer: readonly Attribute[];
  readonly key: TestKey;
  readonly signer: TestKey;
  /** Default: what the signer's kind of key takes. */
  readonly signature?: SignatureName;
  readonly version: 1 | 2 | 3;
  readonly serial: bigint | Uint8Array;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly extensions: readonly Extension[];
  /** Changes the signed bytes. */
  readonly patch?: (der: Buffer) => Buffer;
}

/** The DER of what is described. */
export function write(description: Description): Buffer {
  const { signer, signature = signatureOf(signer), patch } = description;
  const der = certificate(description, signer, signature);
  return patch?.(der) ?? der;
}

/** What a key signs with when nobody says otherwise. */
export function signatureOf({ privateKey, curve }: TestKey): SignatureName {
  if (curve !== undefined) return 'ECDSA-SHA256';
  const kind = privateKey.asymmetricKeyType;
  return kind === 'ed25519' ? 'Ed25519' : kind === 'ed448' ? 'Ed448' : 'RSA-SHA256';
}

export const cn = (value: string, tag?: number): readonly Attribute[] => [
  { type: 'CN', value, ...(tag === undefined ? {} : { tag }) },
];

/** Keys by kind and name; they cost more than a certificate, so all cases share a few. */
export function keyFor(kind: KeyKind, name = 'generated'): TestKey {
  return kind === 'rsa2048' ? rsa2048() : testKey(kind, name);
}

/** Making one takes seconds, so it is read. */
let rsaKey: TestKey | undefined;
function rsa2048(): TestKey {
  rsaKey ??= keyPair(Buffer.from(bytesOf('keys/rsa-pkcs8.key')).toString());
  return rsaKey;
}

function keyPair(text: string): TestKey {
  const privateKey = createPrivateKey(text);
  return { privateKey, spki: createPublicKey(privateKey).export({ type: 'spki', format: 'der' }) };
}

type Details = Partial<Description>;

const DAYS = { notBefore: '2026-01-01T00:00:00Z', notAfter: '2028-01-01T00:00:00Z' };

/** A CA as kubeadm makes it. */
export function authority(name: string, key: TestKey, details: Details = {}): Description {
  const signer = details.signer ?? key;
  return {
    what: name,
    subject: cn(name),
    issuer: cn(name),
    key,
    signer,
    version: 3,
    serial: 1n,
    ...DAYS,
    extensions: [
      basicConstraints(true),
      keyUsage('digitalSignature', 'keyEncipherment', 'keyCertSign'),
      subjectKeyId(key),
      authorityKeyId(signer),
    ],
    ...details,
  };
}

/** A serving and client certificate below a CA. */
export function leafBelow(issuer: Pick<Description, 'subject' | 'key'>, details: Details = {}): Description {
  return {
    what: 'leaf',
    subject: cn('kube-apiserver'),
    issuer: issuer.subject,
    key: keyFor('p256', 'leaf'),
    signer: issuer.key,
    version: 3,
    serial: 2n,
    ...DAYS,
    extensions: [
      basicConstraints(false),
      keyUsage('digitalSignature', 'keyEncipherment'),
      extendedKeyUsage('serverAuth', 'clientAuth'),
      authorityKeyId(issuer.key),
      subjectAltName('dns:kubernetes', 'dns:a.example.com', 'ip:0a600001'),
    ],
    ...details,
  };
}

/** Puts an extension in the place of the one of its kind, or behind all. */
export function withExtension({ extensions }: Pick<Description, 'extensions'>, extension: Extension): Extension[] {
  const others = extensions.filter(({ oid: id }) => id !== extension.oid);
  return [...others, extension];
}

export function withoutExtension({ extensions }: Pick<Description, 'extensions'>, id: string): Extension[] {
  return extensions.filter(({ oid: other }) => other !== id);
}

export const POLICIES = { any: '2.5.29.32.0', a: '1.3.6.1.4.1.55555.10', b: '1.3.6.1.4.1.55555.11' } as const;
export type Policy = keyof typeof POLICIES;

export const certificatePolicies = (...policies: readonly Policy[]): Extension => ({
  oid: '2.5.29.32',
  value: sequence(...policies.map((policy) => sequence(oid(POLICIES[policy])))),
  text: `policies ${policies.join(' ')}`,
});

/** RFC 5280 section 4.2.1.11: after how many CAs a policy has to be named, and mapping ends. */
export const policyConstraints = (explicit?: number, mapping?: number): Extension => ({
  oid: '2.5.29.36',
  critical: true,
  value: sequence(...[explicit, mapping].flatMap((skip, tag) => (skip === undefined ? [] : [small(0x80 | tag, skip)]))),
  text: `policies required after ${explicit ?? '-'}, mapping until ${mapping ?? '-'}`,
});

export const policyMappings = (...pairs: readonly (readonly [Policy, Policy])[]): Extension => ({
  oid: '2.5.29.33',
  value: sequence(...pairs.map(([from, to]) => sequence(oid(POLICIES[from]), oid(POLICIES[to])))),
  text: `policies mapped ${pairs.map((pair) => pair.join('>')).join(' ')}`,
});

export const inhibitAnyPolicy = (skip: number): Extension => ({
  oid: '2.5.29.54',
  critical: true,
  value: integer(BigInt(skip)),
  text: `any policy until ${skip}`,
});

function small(tag: number, value: number): Buffer {
  return tlv(tag, integer(BigInt(value)).subarray(2));
}
