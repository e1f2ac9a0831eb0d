/** Tables of facts, each a real node that differs in one thing and what is true of it. */
import { test } from 'vitest';
import type { Profile } from '../../src/model/benchmark.ts';
import type { PathId } from '../../src/model/path.ts';
import { checkSources } from '../../src/run/run.ts';
import { AT, runCase } from '../support/cases.ts';
import type { CheckCase } from '../support/cases.ts';
import type { EditableNode } from '../support/node.ts';

export type Fact = CheckCase & { readonly path: PathId };

/** A table of facts, each a test. */
export function facts(rows: readonly Fact[]): void {
  test.each(rows.map((row) => [row.name, row] as const))('%s', async (_name, { path, ...one }) => {
    await runCase(path, one);
  });
}

/** The result of a control of a hardening guide on a node. */
export async function control(node: EditableNode, profile: Profile, id: string): Promise<string | undefined> {
  const result = await checkSources([node], { at: new Date(AT), profile });
  if (!result.ok) throw new Error(result.message);
  return result.report.benchmark?.controls.find((one) => one.id === id)?.result;
}
