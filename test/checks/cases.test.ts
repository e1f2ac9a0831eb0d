import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { allChecks } from '../../checks/index.ts';
import { PATH_IDS } from '../../src/model/path.ts';
import type { PathId } from '../../src/model/path.ts';
import type { Status } from '../../src/model/status.ts';
import { runCase } from '../support/cases.ts';
import type { CheckCase } from '../support/cases.ts';

const tables = import.meta.glob<{ readonly cases: readonly CheckCase[] }>('./*.cases.ts', { eager: true });

const all = Object.entries(tables).map(([file, { cases }]) => ({
  path: file.slice(2, -'.cases.ts'.length) as PathId,
  cases,
}));

test('every table of cases is named after a path', () => {
  expect(all.map(({ path }) => path).filter((path) => !PATH_IDS.includes(path))).toEqual([]);
  expect(all.length).toBeGreaterThan(0);
});

describe.each(all)('$path', ({ path, cases }) => {
  test.each(cases.map((one) => [`${one.check}: ${one.name} -> ${one.expect}`, one] as const))(
    '%s',
    async (_name, one) => {
      await runCase(path, one);
    },
  );
});

/** Checks that judge a value which is always known once the component is, so that there is no case in which they cannot tell. */
const ALWAYS_KNOWN: readonly string[] = [];

describe('every check has its cases', () => {
  const seen = new Map<string, Set<Status>>();
  for (const { cases } of all) {
    for (const one of cases) seen.set(one.check, (seen.get(one.check) ?? new Set()).add(one.expect));
  }
  test.each([...allChecks().keys()])('%s', (id) => {
    const statuses = seen.get(id) ?? new Set();
    const lacking = [
      statuses.has('pass') ? [] : ['pass'],
      statuses.has('fail') || statuses.has('warn') ? [] : ['fail or warn'],
      statuses.has('not-assessed') || ALWAYS_KNOWN.includes(id) ? [] : ['not-assessed'],
    ].flat();
    expect(lacking, `cases missing in test/checks/*.cases.ts`).toEqual([]);
  });
});
