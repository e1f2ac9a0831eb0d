/** Tables of facts, each a real node that differs in one thing and what is true of it. */
import { test } from 'vitest';
import type { PathId } from '../../src/model/path.ts';
import { runCase } from '../support/cases.ts';
import type { CheckCase } from '../support/cases.ts';

export type Fact = CheckCase & { readonly path: PathId };

/** A table of facts, each a test. */
export function facts(rows: readonly Fact[]): void {
  test.each(rows.map((row) => [row.name, row] as const))('%s', async (_name, { path, ...one }) => {
    await runCase(path, one);
  });
}
