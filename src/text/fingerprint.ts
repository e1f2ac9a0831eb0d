/** Hashes of texts. */
import { createHash } from 'node:crypto';

/**
 * A short name for a list of texts that is the same in every run.
 * @returns 32 hex digits: the head of the SHA-256 over the texts, each with its length
 */
export function fingerprint(texts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(`${text.length}:${text}`);
  return hash.digest('hex').slice(0, 32);
}

/** The SHA-256 of a text in UTF-8, as policies of web pages write it (CSP Level 3, 2.3.1): base64. */
export function sha256Base64(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
