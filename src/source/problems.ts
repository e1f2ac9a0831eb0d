/** Problems of one input, bounded: a hostile archive must not fill the report or the memory with complaints. */
import type { SourceProblem } from './source.ts';

/** Past this many of one code, only their number is told. */
const MAX_PER_CODE = 20;

/** Longest name repeated in a problem; the rest of a hostile name helps nobody. */
const MAX_SUBJECT = 256;

/** Collects problems; the same code and subject are told once. */
export class ProblemLog {
  readonly #listed = new Map<string, SourceProblem>();
  readonly #counts = new Map<SourceProblem['code'], number>();

  /** Adds a problem; past a number of one code it is only counted. */
  add(code: SourceProblem['code'], subject: string, message: string): void {
    const shown = subject.length > MAX_SUBJECT ? `${subject.slice(0, MAX_SUBJECT)}…` : subject;
    const key = `${code}\n${shown}\n${message}`;
    if (this.#listed.has(key)) return;
    const count = (this.#counts.get(code) ?? 0) + 1;
    this.#counts.set(code, count);
    if (count <= MAX_PER_CODE) this.#listed.set(key, { code, subject: shown, message });
  }

  /** What was collected, in the order in which it was met; the last of a code says how many were left out. */
  list(): readonly SourceProblem[] {
    const problems = [...this.#listed.values()];
    for (const [code, count] of this.#counts) {
      if (count > MAX_PER_CODE) {
        problems.push({ code, subject: '', message: `${count - MAX_PER_CODE} more of this kind are not listed` });
      }
    }
    return problems;
  }
}
