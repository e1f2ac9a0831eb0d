/** Certificates for one case: signed by a CA of a fixture node, or by one made on the spot. */
import 'reflect-metadata';
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, webcrypto } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
  X509CrlGenerator,
} from '@peculiar/x509';
import { tlv } from '../../fixtures/pki/write.ts';
import type { EditableNode } from './node.ts';

const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';

const USES = { server: [SERVER_AUTH], client: [CLIENT_AUTH], both: [SERVER_AUTH, CLIENT_AUTH] } as const;

export interface Issued {
  /** PEM. */
  readonly certificate: string;
  /** PEM, PKCS#8. */
  readonly key: string;
}

export interface Wanted {
  /** `CN=x, O=y`. */
  readonly subject: string;
  readonly notBefore?: string;
  readonly notAfter?: string;
  readonly use?: 'server' | 'client' | 'both';
  /** `absent`: no basicConstraints at all. */
  readonly ca?: boolean | 'absent';
  /** Default: keyCertSign for a CA, else digitalSignature. */
  readonly keyUsage?: 'digitalSignature' | 'keyCertSign';
  readonly hash?: 'SHA-1' | 'SHA-256';
  readonly dns?: readonly string[];
  readonly ips?: readonly string[];
  /** PEM of the subject's private key, of any kind; a fresh P-256 key when absent. */
  readonly key?: string;
}

/** A CA's certificate and key as the node keeps them. */
export function caOf(node: EditableNode, base = '/etc/kubernetes/pki/ca'): Issued {
  return { certificate: node.text(`${base}.crt`), key: node.text(`${base}.key`) };
}

/** Issues a certificate; without an issuer it signs itself. */
export async function issue(wanted: Wanted, issuer?: Issued): Promise<Issued> {
  const key = wanted.key ?? freshKey({ curve: 'P-256' }).privateKey;
  const signer = await importKey(issuer?.key ?? key, wanted.hash);
  const { keyUsage = wanted.ca === true ? 'keyCertSign' : 'digitalSignature' } = wanted;
  const names = [
    ...(wanted.dns ?? []).map((value) => ({ type: 'dns' as const, value })),
    ...(wanted.ips ?? []).map((value) => ({ type: 'ip' as const, value })),
  ];
  const made = await X509CertificateGenerator.create({
    subject: wanted.subject,
    // The name as encoded: Go finds an issuer by its bytes.
    issuer: issuer === undefined ? wanted.subject : new X509Certificate(issuer.certificate).subjectName,
    notBefore: new Date(wanted.notBefore ?? '2026-11-20T00:00:00Z'),
    notAfter: new Date(wanted.notAfter ?? '2027-11-20T00:00:00Z'),
    serialNumber: '0102030405060708',
    publicKey: createPublicKey(createPrivateKey(key)).export({ type: 'spki', format: 'der' }),
    signingKey: signer.privateKey,
    signingAlgorithm: signer.algorithm,
    extensions: [
      ...(wanted.ca === 'absent' ? [] : [new BasicConstraintsExtension(wanted.ca === true, undefined, true)]),
      new KeyUsagesExtension(KeyUsageFlags[keyUsage], true),
      ...(wanted.use === undefined ? [] : [new ExtendedKeyUsageExtension(USES[wanted.use])]),
      ...(names.length === 0 ? [] : [new SubjectAlternativeNameExtension(names)]),
    ],
  });
  return { certificate: `${made.toString('pem')}\n`, key };
}

/** A revocation list of a CA, as DER. */
export async function revocationList(issuer: Issued, revoked: readonly string[]): Promise<Uint8Array> {
  const signer = await importKey(issuer.key);
  const list = await X509CrlGenerator.create({
    issuer: new X509Certificate(issuer.certificate).subject,
    thisUpdate: new Date('2026-11-20T00:00:00Z'),
    nextUpdate: new Date('2026-12-20T00:00:00Z'),
    entries: revoked.map((serialNumber) => ({ serialNumber, revocationDate: new Date('2026-11-20T00:00:00Z') })),
    signingKey: signer.privateKey,
    signingAlgorithm: signer.algorithm,
  });
  return new Uint8Array(list.rawData);
}

/** A fresh key pair of a kind: RSA by bits, ECDSA by curve, or Ed25519. */
export function freshKey(kind: { readonly bits: number } | { readonly curve: string } | 'ed25519'): KeyPair {
  const { privateKey, publicKey } =
    kind === 'ed25519'
      ? generateKeyPairSync('ed25519')
      : 'bits' in kind
        ? generateKeyPairSync('rsa', { modulusLength: kind.bits })
        : generateKeyPairSync('ec', { namedCurve: kind.curve });
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

export interface KeyPair {
  /** PEM, PKCS#8. */
  readonly privateKey: string;
  /** PEM, SubjectPublicKeyInfo. */
  readonly publicKey: string;
}

/**
 * Changes the bytes that an RSA or ECDSA key signed, and signs them again: what no library writes.
 * @param patch changes the TBSCertificate (RFC 5280 section 4.1) in place
 */
export function resigned({ certificate, key }: Issued, signerKey: string, patch: (tbs: Buffer) => void): Issued {
  const der = Buffer.from(new X509Certificate(certificate).rawData);
  const body = contentAt(der, 0);
  const tbs = Buffer.from(der.subarray(body.start, contentAt(der, body.start).end));
  const algorithm = der.subarray(body.start + tbs.length, contentAt(der, body.start + tbs.length).end);
  patch(tbs);
  const signature = tlv(0x03, Buffer.from([0]), sign('sha256', tbs, signerKey));
  return { certificate: pem('CERTIFICATE', tlv(0x30, tbs, algorithm, signature)), key };
}

/** Where the content of the DER element at an offset starts and ends. */
function contentAt(der: Buffer, offset: number): { readonly start: number; readonly end: number } {
  const first = der[offset + 1] ?? 0;
  const octets = first < 0x80 ? 0 : first - 0x80;
  const start = offset + 2 + octets;
  return { start, end: start + (octets === 0 ? first : der.readUIntBE(offset + 2, octets)) };
}

/** A PEM block as Go writes it. */
export function pem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

/** A key as the certificate generator signs with it. */
async function importKey(text: string, hash: Wanted['hash'] = 'SHA-256') {
  const key = createPrivateKey(text);
  const kind = algorithmOf(key, hash);
  const der = key.export({ type: 'pkcs8', format: 'der' });
  return {
    privateKey: await webcrypto.subtle.importKey('pkcs8', der, kind, false, ['sign']),
    algorithm: { ...kind, hash },
  };
}

/** Names of WebCrypto, for those of OpenSSL. */
function algorithmOf(key: KeyObject, hash: string) {
  if (key.asymmetricKeyType === 'rsa') return { name: 'RSASSA-PKCS1-v1_5', hash };
  if (key.asymmetricKeyType === 'ed25519') return { name: 'Ed25519' };
  const curve = key.asymmetricKeyDetails?.namedCurve;
  return { name: 'ECDSA', namedCurve: curve === 'secp384r1' ? 'P-384' : curve === 'secp521r1' ? 'P-521' : 'P-256' };
}
