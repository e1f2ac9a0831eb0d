/** Certificates for one case: signed by a CA of a fixture node, or by one made on the spot. */
import 'reflect-metadata';
import { createPrivateKey, webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
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
}

/** A CA's certificate and key as the node keeps them. */
export function caOf(node: EditableNode, base = '/etc/kubernetes/pki/ca'): Issued {
  return { certificate: node.text(`${base}.crt`), key: node.text(`${base}.key`) };
}

/** Issues a certificate with a fresh P-256 key; without an issuer it signs itself. */
export async function issue(wanted: Wanted, issuer?: Issued): Promise<Issued> {
  const keys = await webcrypto.subtle.generateKey(EC, true, ['sign', 'verify']);
  const signer = issuer === undefined ? undefined : await signerOf(issuer);
  const names = [
    ...(wanted.dns ?? []).map((value) => ({ type: 'dns' as const, value })),
    ...(wanted.ips ?? []).map((value) => ({ type: 'ip' as const, value })),
  ];
  const made = await X509CertificateGenerator.create({
    subject: wanted.subject,
    issuer: signer?.subject ?? wanted.subject,
    notBefore: new Date(wanted.notBefore ?? '2026-11-20T00:00:00Z'),
    notAfter: new Date(wanted.notAfter ?? '2027-11-20T00:00:00Z'),
    serialNumber: '0102030405060708',
    publicKey: keys.publicKey,
    signingKey: signer?.key ?? keys.privateKey,
    signingAlgorithm: signer?.algorithm ?? { name: 'ECDSA', hash: 'SHA-256' },
    extensions: [
      new BasicConstraintsExtension(wanted.ca === true, undefined, true),
      new KeyUsagesExtension(wanted.ca === true ? KeyUsageFlags.keyCertSign : KeyUsageFlags.digitalSignature, true),
      ...(wanted.use === undefined
        ? []
        : [new ExtendedKeyUsageExtension([wanted.use === 'server' ? SERVER_AUTH : CLIENT_AUTH])]),
      ...(names.length === 0 ? [] : [new SubjectAlternativeNameExtension(names)]),
    ],
  });
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { certificate: `${made.toString('pem')}\n`, key: `${PemConverter.encode(pkcs8, 'PRIVATE KEY')}\n` };
}

async function signerOf(issuer: Issued) {
  const key = createPrivateKey(issuer.key);
  const rsa = key.asymmetricKeyType === 'rsa';
  const algorithm = rsa ? { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } : EC;
  const imported = await webcrypto.subtle.importKey(
    'pkcs8',
    key.export({ type: 'pkcs8', format: 'der' }),
    algorithm,
    false,
    ['sign'],
  );
  return {
    // The name as encoded: Go finds an issuer by its bytes.
    subject: new X509Certificate(issuer.certificate).subjectName,
    key: imported,
    algorithm: rsa ? algorithm : { name: 'ECDSA', hash: 'SHA-256' },
  };
}
