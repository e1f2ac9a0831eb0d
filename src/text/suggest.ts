/** "Did you mean": names near to what was typed. */

/** More than any id or option has; a longer text is nobody's slip of a finger. */
const MAX_LENGTH = 64;

/**
 * The known names nearest to `typed`, best first: three fifths alike by edit distance, or holding it whole. At most `limit`; none for a text that resembles nothing.
 */
export function suggest(typed: string, known: Iterable<string>, limit = 3): string[] {
  if (typed === '' || typed.length > MAX_LENGTH) return [];
  const wanted = typed.toLowerCase();
  const found: { readonly name: string; readonly distance: number }[] = [];
  for (const name of known) {
    const candidate = name.toLowerCase();
    const distance = editDistance(wanted, candidate);
    const allowed = Math.max(1, Math.floor(0.4 * Math.max(wanted.length, candidate.length)));
    if (distance <= allowed) found.push({ name, distance });
    else if (wanted.length >= 3 && candidate.includes(wanted)) found.push({ name, distance: candidate.length });
  }
  return found
    .sort((a, b) => a.distance - b.distance)
    .slice(0, limit)
    .map(({ name }) => name);
}

/** ` Did you mean A or B?`, with the space in front, or nothing. */
export function didYouMean(typed: string, known: Iterable<string>): string {
  const names = suggest(typed, known);
  const last = names.pop();
  if (last === undefined) return '';
  return ` Did you mean ${names.length === 0 ? last : `${names.join(', ')} or ${last}`}?`;
}

/** Optimal string alignment distance: a swap of neighbours counts once, as the finger slips. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(substitution, at(last, j) + 1, at(row, j - 1) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, at(beforeLast, j - 2) + 1);
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
