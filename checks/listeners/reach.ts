/** Who has to reach a listener, given the address on which it listens. */
import type { Need, Reach } from '../../src/model/ports-report.ts';
import { OPTIONAL, scopeOf } from './listener.ts';

interface Reached {
  readonly reach: readonly Reach[];
  readonly need: Need;
}

/** What others are to reach, unless only the node itself can. */
export function scopedTo(address: string, beyond: Reached): Reached {
  return scopeOf(address) === 'loopback' ? { reach: ['self'], need: OPTIONAL } : beyond;
}
