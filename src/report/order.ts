/** Sorting that does not depend on the machine's language. */
import { SEVERITY_ORDER, STATUS_ORDER } from '../model/status.ts';
import type { Severity, Status } from '../model/status.ts';

/**
 * A comparison for Array.toSorted by several keys, the first that differs decides; text compares by UTF-16 unit.
 * @param keys always as many and of the same kinds for every item
 */
export function byKeys<T>(keys: (item: T) => readonly (string | number)[]): (a: T, b: T) => number {
  return (a, b) => {
    const left = keys(a);
    const right = keys(b);
    for (const [index, key] of left.entries()) {
      const other = right[index] ?? '';
      if (key < other) return -1;
      if (key > other) return 1;
    }
    return 0;
  };
}

/** Orders findings, worst first: status, then severity. */
export const byBadness = byKeys((finding: { readonly status: Status; readonly severity: Severity }) => [
  STATUS_ORDER.indexOf(finding.status),
  SEVERITY_ORDER.indexOf(finding.severity),
]);
