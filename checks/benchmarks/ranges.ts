/** Ids of controls in few words. */

/** `1.1.9, 1.1.10, 1.1.12` -> `1.1.9 to 1.1.10, 1.1.12`; ids differ in their last number. */
export function idRanges(ids: readonly string[]): string {
  const runs: { first: string; last: string; next: number }[] = [];
  for (const id of ids) {
    const number = Number(id.slice(id.lastIndexOf('.') + 1));
    const run = runs.at(-1);
    if (run?.next === number) {
      run.last = id;
      run.next = number + 1;
    } else runs.push({ first: id, last: id, next: number + 1 });
  }
  return runs.map(({ first, last }) => (first === last ? first : `${first} to ${last}`)).join(', ');
}
