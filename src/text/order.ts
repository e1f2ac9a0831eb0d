/** Sorting that does not depend on the machine's language. */

/** By UTF-16 unit, for Array.toSorted. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
