/** A value that is in force and that the input does not show. */
import type { Evidence } from './path.ts';

/**
 * Thrown where a judgement asks for such a value: what depends on it is not assessed, and nothing else is touched.
 * `message` is a whole sentence that names the setting, its place and the reason.
 */
export class UnknownValue extends Error {
  readonly evidence: readonly Evidence[];
  /** What would make it known, as a sentence. */
  readonly supply: string;

  constructor(message: string, evidence: readonly Evidence[], supply: string) {
    super(message);
    this.name = 'UnknownValue';
    this.evidence = evidence;
    this.supply = supply;
  }
}
