/** The script that begins a new check. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** A clone as far as the script looks at it. */
function clone(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kubetls-new-check-'));
  for (const part of ['scripts', 'docs', 'checks']) cpSync(part, join(folder, part), { recursive: true });
  mkdirSync(join(folder, 'test/checks'), { recursive: true });
  return folder;
}

const begin = (folder: string, ...args: readonly string[]) =>
  spawnSync(process.execPath, [join(folder, 'scripts/new-check.mjs'), ...args], { encoding: 'utf8' });

test('it writes one object, which is not taken for a finished one', () => {
  const folder = clone();
  const run = begin(folder, 'etcd-new-question', 'etcd-to-etcd');
  expect(run).toMatchObject({ status: 0, stderr: '' });
  const text = readFileSync(join(folder, 'checks/shared/etcd-new-question.ts'), 'utf8');
  expect(text).toContain('export const etcdNewQuestion: Check = {');
  // What test/docs.test.ts refuses.
  expect(text).toMatch(/\bTODO\b/);
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
