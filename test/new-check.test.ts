/** The script that begins a new check. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** A clone as far as the script looks at it. */
function clone(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kubetls-new-check-'));
  for (const part of ['scripts', 'docs', 'checks']) cpSync(part, join(folder, part), { recursive: true });
  cpSync('test/checks', join(folder, 'test/checks'), { recursive: true });
  return folder;
}

const begin = (folder: string, ...args: readonly string[]) =>
  spawnSync(process.execPath, [join(folder, 'scripts/new-check.mjs'), ...args], { encoding: 'utf8' });

test('it writes the object, its guide and its cases, none of which is taken for a finished one', () => {
  const folder = clone();
  const run = begin(folder, 'etcd-new-question', 'etcd-to-etcd');
  expect(run).toMatchObject({ status: 0, stderr: '' });
  const written = (file: string): string => readFileSync(join(folder, file), 'utf8');
  expect(written('checks/shared/etcd-new-question.ts')).toContain('export const etcdNewQuestion: Check = {');
  expect(written('checks/guides/etcd-new-question.ts')).toContain(
    "export const ETCD_NEW_QUESTION_GUIDES: CheckGuides = {\n  'etcd-new-question': {",
  );
  expect(written('checks/guides/index.ts')).toMatch(
    /import \{ ETCD_NEW_QUESTION_GUIDES \} from '\.\/etcd-new-question\.ts';\n\nexport const GUIDES[^;]*\n {2}\.\.\.ETCD_NEW_QUESTION_GUIDES,\n\};/,
  );
  const cases = written('test/checks/etcd-to-etcd.cases.ts').split("check: 'etcd-new-question'");
  expect(cases).toHaveLength(4);
  expect(cases.slice(1).map((one) => /expect: '([a-z-]+)'/.exec(one)?.[1])).toEqual(['pass', 'warn', 'not-assessed']);
  // What test/docs.test.ts refuses.
  for (const file of ['checks/shared/etcd-new-question.ts', 'checks/guides/etcd-new-question.ts']) {
    expect(written(file)).toMatch(/\bTODO\b/);
  }
});

test('a path without cases gets a table of them', () => {
  const folder = clone();
  rmSync(join(folder, 'test/checks/etcd-to-etcd.cases.ts'));
  expect(begin(folder, 'etcd-new-question', 'etcd-to-etcd')).toMatchObject({ status: 0, stderr: '' });
  expect(readFileSync(join(folder, 'test/checks/etcd-to-etcd.cases.ts'), 'utf8')).toMatch(
    /^import type \{ CheckCase \}[^\n]*\n\nexport const cases: readonly CheckCase\[\] = \[\n {2}\{ name: 'TODO/,
  );
});

test.each([
  [[], 'usage:'],
  [['Etcd_New', 'etcd-to-etcd'], 'is no id'],
  [['etcd-new-question', 'etcd-to-etdc'], "there is no path 'etcd-to-etdc'"],
  [['etcd-crl', 'etcd-to-etcd'], 'the check etcd-crl exists'],
])('%j is refused', (args, message) => {
  const run = begin(clone(), ...args);
  expect(run.status).toBe(3);
  expect(run.stderr).toContain(message);
});
