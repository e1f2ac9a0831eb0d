/** A short name for a list of texts that is the same in every run. */
import { createHash } from 'node:crypto';

/** @returns 32 hex digits: the head of the SHA-256 over the texts, each with its length */
export function fingerprint(texts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(`${text.length}:${text}`);
  return hash.digest('hex').slice(0, 32);
}
