import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeReport } from '../../src/source/write.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubetls-write-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('a new file, and nothing beside it', () => {
  expect(writeReport(join(folder, 'report.json'), 'text')).toEqual({ ok: true });
  expect(readdirSync(folder)).toEqual(['report.json']);
  expect(readFileSync(join(folder, 'report.json'), 'utf8')).toBe('text');
});

test('a file that is there is replaced and keeps its mode', () => {
  const file = join(folder, 'report.json');
  writeFileSync(file, 'old and longer', { mode: 0o600 });
  expect(writeReport(file, 'new')).toEqual({ ok: true });
  expect(readFileSync(file, 'utf8')).toBe('new');
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('a link is replaced, not followed', () => {
  writeFileSync(join(folder, 'victim'), 'precious');
  symlinkSync('victim', join(folder, 'report.json'));
  expect(writeReport(join(folder, 'report.json'), 'text')).toEqual({ ok: true });
  expect(readFileSync(join(folder, 'victim'), 'utf8')).toBe('precious');
});

test('a device is written to and stays a device', () => {
  expect(writeReport('/dev/null', 'text')).toEqual({ ok: true });
  expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
});

test.each([
  ['a directory that does not exist', 'no/such/report.json', 'its directory does not exist'],
  ['a directory', 'taken', 'it is a directory'],
  ['below a file', 'file/report.json', 'its directory is a file'],
  ['a name that is too long', 'x'.repeat(300), 'its name is too long'],
])('%s: a message, and nothing left behind', (_name, target, message) => {
  mkdirSync(join(folder, 'taken'));
  writeFileSync(join(folder, 'file'), '');
  expect(writeReport(join(folder, target), 'text')).toEqual({ ok: false, message });
  expect(readdirSync(folder)).toEqual(['file', 'taken']);
});
