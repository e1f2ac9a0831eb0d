/** The certificates of fixtures/pki for tests, read as a node's files are. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SPECS } from '../../fixtures/pki/generate.ts';
import type { Certificate, PemContent } from '../../src/model/certificate.ts';
import { readPem } from '../../src/pki/content.ts';
import { splitPem } from '../../src/pki/pem.ts';

export const FIXTURES = join(import.meta.dirname, '../../fixtures/pki');

/** A moment at which the good certificates are valid. */
export const NOW = new Date('2026-11-21T12:00:00Z');

export function bytesOf(file: string): Uint8Array {
  return new Uint8Array(readFileSync(join(FIXTURES, file)));
}

export function contentOf(file: string): Promise<PemContent> {
  return readPem(bytesOf(file), { file: `/${file}` });
}

/** The DER inside a certificate's file. */
export function derOf(name: string): Uint8Array {
  const [block] = splitPem(bytesOf(`certificates/${name}.pem`)).blocks;
  if (block === undefined) throw new Error(`no block in ${name}.pem`);
  return block.bytes;
}

/** The certificate of this name in fixtures/pki/certificates. */
export async function certificateOf(name: string): Promise<Certificate> {
  const { certificates } = await contentOf(`certificates/${name}.pem`);
  const [certificate] = certificates;
  if (certificate === undefined) throw new Error(`no certificate in ${name}.pem`);
  return certificate;
}

/** Names of the certificates above one, up to and without its root; then its root. */
export function issuersOf(name: string): { readonly intermediates: readonly string[]; readonly root: string } {
  const intermediates: string[] = [];
  let issuer = SPECS.get(name)?.issuer ?? name;
  for (let next = SPECS.get(issuer)?.issuer; next !== undefined; next = SPECS.get(issuer)?.issuer) {
    intermediates.push(issuer);
    issuer = next;
  }
  return { intermediates, root: issuer };
}
