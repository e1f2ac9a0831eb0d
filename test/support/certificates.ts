/** Certificates for one case: signed by a CA of a fixture node, or by one made on the spot. */
import 'reflect-metadata';
import { createPrivateKey, createPublicKey, generateKeyPairSync, webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import type { EditableNode } from './node.ts';

const EC = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';

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
  readonly use?: 'server' | 'client';
  readonly ca?: boolean;
  readonly dns?: readonly string[];
  readonly ips?: readonly string[];
  /** PEM of the subject's private key; a fresh P-256 key when absent. */
  readonly key?: string;
}

/** A CA's certificate and key as the node keeps them. */
export function caOf(node: EditableNode, base = '/etc/kubernetes/pki/ca'): Issued {
  return { certificate: node.text(`${base}.crt`), key: node.text(`${base}.key`) };
}

/** Issues a certificate; without an issuer it signs itself. */
export async function issue(wanted: Wanted, issuer?: Issued): Promise<Issued> {
  const key = wanted.key ?? freshKey({ curve: 'P-256' }).privateKey;
  const own = await importKey(key);
  const signer = issuer === undefined ? own : await importKey(issuer.key);
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
    publicKey: own.publicKey,
    signingKey: signer.privateKey,
    signingAlgorithm: signer.algorithm,
    extensions: [
      new BasicConstraintsExtension(wanted.ca === true, undefined, true),
      new KeyUsagesExtension(wanted.ca === true ? KeyUsageFlags.keyCertSign : KeyUsageFlags.digitalSignature, true),
      ...(wanted.use === undefined
        ? []
        : [new ExtendedKeyUsageExtension([wanted.use === 'server' ? SERVER_AUTH : CLIENT_AUTH])]),
      ...(names.length === 0 ? [] : [new SubjectAlternativeNameExtension(names)]),
    ],
  });
  return { certificate: `${made.toString('pem')}\n`, key };
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

/** An RSA or P-256 key as the certificate generator takes it. */
async function importKey(pem: string) {
  const key = createPrivateKey(pem);
  const rsa = key.asymmetricKeyType === 'rsa';
  const kind = rsa ? { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } : EC;
  const { subtle } = webcrypto;
  return {
    privateKey: await subtle.importKey('pkcs8', key.export({ type: 'pkcs8', format: 'der' }), kind, false, ['sign']),
    publicKey: await subtle.importKey(
      'spki',
      createPublicKey(key).export({ type: 'spki', format: 'der' }),
      kind,
      true,
      ['verify'],
    ),
    algorithm: rsa ? kind : { name: 'ECDSA', hash: 'SHA-256' },
  };
}
