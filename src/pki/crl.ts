/** Certificate revocation lists (RFC 5280 section 5.1), as far as somebody acts on them: the numbers that they revoke. */
import type { RevocationList } from '../model/certificate.ts';
import { DerError, DerReader, integerBytes, TAG } from './der.ts';
import { serialText } from './structure.ts';

/** More than any cluster revokes; bounds what a hostile list costs. */
const MAX_REVOKED = 100_000;

/** Reads a list; undefined for bytes that are none. Its signature and its dates are nobody's concern here. */
export function readRevocationList(der: Uint8Array, encoding: RevocationList['encoding']): RevocationList | undefined {
  try {
    const list = new DerReader(der).within(TAG.sequence, 'revocation list');
    const body = list.within(TAG.sequence, 'body');
    list.read(TAG.sequence, 'signature algorithm');
    list.read(TAG.bitString, 'signature');
    body.optional(TAG.integer);
    body.read(TAG.sequence, 'signature algorithm');
    body.read(TAG.sequence, 'issuer');
    if (!skipTime(body)) return undefined;
    skipTime(body);
    const revoked = body.optional(TAG.sequence);
    return { encoding, revoked: revoked === undefined ? [] : serials(revoked) };
  } catch (error) {
    if (error instanceof DerError) return undefined;
    throw error;
  }
}

function skipTime(body: DerReader): boolean {
  return (body.optional(TAG.utcTime) ?? body.optional(TAG.generalizedTime)) !== undefined;
}

function serials(content: Uint8Array): readonly string[] {
  const entries = new DerReader(content);
  const found: string[] = [];
  while (!entries.empty && found.length < MAX_REVOKED) {
    const entry = entries.within(TAG.sequence, 'entry');
    found.push(serialText(integerBytes(entry.read(TAG.integer, 'serial number'))));
  }
  return found;
}
