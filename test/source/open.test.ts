import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openSource } from '../../src/source/open.ts';
import { openBytes, opened, temporaryDirectory, textOf, writeTree } from '../support/input.ts';
import { tar } from '../support/tar-writer.ts';

const IS_ROOT = process.getuid?.() === 0;
const HAS_MKFIFO = spawnSync('mkfifo', ['--version']).status === 0;

describe('what an input is, by content', () => {
  test.each<[string, Buffer, string]>([
    ['nothing', Buffer.alloc(0), 'standard input is empty: expected a tar or tar.gz archive, or a text file'],
    ['binary', Buffer.from([1, 0, 2, 3]), 'standard input is binary: expected'],
    ['a program', Buffer.concat([Buffer.from('\x7fELF'), Buffer.alloc(2000)]), 'is binary'],
    ['gzip of text', gzipSync('kind: Pod'), 'is gzip, but what it holds is no tar archive'],
    ['gzip of nothing', gzipSync(''), 'is gzip, but what it holds is no tar archive'],
    ['gzip magic alone', Buffer.from([0x1f, 0x8b, 0x08, 0xff, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), 'is damaged'],
    [
      'xz',
      Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 1]),
      'is xz, which is not read: decompress it first (xz -dc FILE',
    ],
    ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 1]), 'is zstd'],
    ['bzip2', Buffer.from('BZh91AY'), 'is bzip2'],
    ['zip', Buffer.from('PK\x03\x04abc'), 'is zip'],
    ['UTF-16', Buffer.from([0xff, 0xfe, 0x6b, 0]), 'is UTF-16 text'],
    ['text without end', Buffer.alloc(5 * 1024 * 1024, 'x'), 'is neither an archive nor a small text file'],
  ])('%s is refused with what to do', async (_name, bytes, message) => {
    const result = await openBytes(bytes);
    expect(result).toMatchObject({ ok: false, message: expect.stringContaining(message) as unknown });
  });

  test.each([1, 3, 600])('a text, in pieces of %i', async (pieceSize) => {
    const text = 'kind: Pod\n'.repeat(100);
    const source = opened(await openBytes(Buffer.from(text), {}, pieceSize));
    expect([source.kind, source.name, source.list('/')]).toEqual(['stdin', '-', ['stdin']]);
    expect(textOf(source, '/stdin')).toBe(text);
    expect(source.read('/other')).toMatchObject({ ok: false, reason: 'not-found' });
    expect(source.read('/')).toMatchObject({ ok: false, reason: 'not-a-file' });
  });

  test('a DER certificate is let through', async () => {
    expect((await openBytes(Buffer.from([0x30, 0x82, 0, 0]))).ok).toBe(true);
  });

  test.each([1, 511, 65_536])('a tar and a tar.gz, in pieces of %i', async (pieceSize) => {
    const bytes = tar({ name: 'a', data: 'x' });
    for (const input of [bytes, gzipSync(bytes)]) {
      const source = opened(await openBytes(input, {}, pieceSize));
      expect(textOf(source, '/a')).toBe('x');
      expect(source.problems).toEqual([]);
    }
  });

  test('the name says nothing', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'backup.yaml'), gzipSync(tar({ name: 'a', data: 'x' })));
    writeFileSync(join(directory, 'manifest.tar.gz'), 'kind: Pod');
    expect(opened(await openSource(join(directory, 'backup.yaml'))).kind).toBe('archive');
    const file = opened(await openSource(join(directory, 'manifest.tar.gz')));
    expect([file.kind, textOf(file, '/manifest.tar.gz')]).toEqual(['file', 'kind: Pod']);
    expect(file.entry('/manifest.tar.gz')).toEqual({ type: 'file', size: 9 });
  });
});

describe('names that do not open', () => {
  test('no such file, empty name, loop, device', async () => {
    const directory = temporaryDirectory();
    symlinkSync('loop', join(directory, 'loop'));
    expect(await openSource(join(directory, 'none'))).toMatchObject({
      message: `${join(directory, 'none')} does not exist: expected a directory, a tar or tar.gz archive, a file, or - for standard input`,
    });
    expect(await openSource('')).toMatchObject({ message: expect.stringContaining('an empty input name') as unknown });
    expect(await openSource(join(directory, 'loop'))).toMatchObject({
      message: expect.stringContaining('loop of symbolic links') as unknown,
    });
    expect(await openSource('/dev/null')).toMatchObject({ message: expect.stringContaining('is a device') as unknown });
  });

  test.skipIf(IS_ROOT)('permission denied (skipped as root, who may read everything)', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'f'), 'x', { mode: 0 });
    mkdirSync(join(directory, 'd'), { mode: 0 });
    for (const name of ['f', 'd']) {
      expect(await openSource(join(directory, name))).toMatchObject({
        message: expect.stringContaining('permission denied') as unknown,
      });
    }
  });
});

test('no name is this machine', async () => {
  const source = opened(await openSource(undefined));
  expect([source.kind, source.name]).toEqual(['host', 'host']);
  expect(source.entry('/')?.mode).toBeDefined();
  expect(source.list('/').length).toBeGreaterThan(3);
});

describe('a directory', () => {
  test('is read literally: no link below it is followed', async () => {
    const directory = temporaryDirectory();
    const outside = temporaryDirectory();
    writeTree(outside, { 'secret/key': 'outside' });
    writeTree(directory, {
      'in/f': 'inside',
      'file-link': `-> ${outside}/secret/key`,
      'dir-link': `-> ${outside}/secret`,
      'in-link': '-> in',
    });
    const source = opened(await openSource(directory));
    expect(textOf(source, '/in/f')).toBe('inside');
    expect(source.entry('/file-link')).toMatchObject({ type: 'symlink', linkTarget: `${outside}/secret/key` });
    expect(source.read('/file-link')).toMatchObject({ ok: false, reason: 'not-a-file' });
    for (const path of ['/dir-link/key', '/in-link/f', '/in/../in/f', '/../f', '/in/f\0']) {
      expect(source.read(path)).toMatchObject({ ok: false, reason: 'not-found' });
      expect(source.entry(path)).toBeUndefined();
    }
    expect(source.list('/dir-link')).toEqual([]);
    expect(source.list('/')).toEqual(['dir-link', 'file-link', 'in', 'in-link']);
    expect(source.problems).toEqual([]);
  });

  test('named by a link is opened', async () => {
    const directory = temporaryDirectory();
    writeTree(directory, { 'real/f': 'x', link: '-> real' });
    expect(textOf(opened(await openSource(join(directory, 'link'))), '/f')).toBe('x');
  });

  test.runIf(HAS_MKFIFO)(
    'a socket, a fifo and a huge file are no content, and do not hang (needs mkfifo)',
    async () => {
      const directory = temporaryDirectory();
      const server = createServer().listen(join(directory, 'sock'));
      writeFileSync(join(directory, 'big'), Buffer.alloc(4 * 1024 * 1024 + 1));
      execFileSync('mkfifo', [join(directory, 'fifo')]);
      const source = opened(await openSource(directory));
      expect(source.entry('/sock')?.type).toBe('other');
      expect(source.read('/sock')).toMatchObject({ ok: false, reason: 'not-a-file' });
      expect(source.read('/fifo')).toMatchObject({ ok: false, reason: 'not-a-file' });
      expect(source.read('/big')).toMatchObject({ ok: false, reason: 'too-large' });
      expect(source.read('/')).toMatchObject({ ok: false, reason: 'not-a-file' });
      server.close();
    },
  );

  test.skipIf(IS_ROOT)('what may not be read is told (skipped as root, who may read everything)', async () => {
    const directory = temporaryDirectory();
    writeTree(directory, { 'closed/f': 'x', f: 'x' });
    chmodSync(join(directory, 'f'), 0);
    chmodSync(join(directory, 'closed'), 0);
    const source = opened(await openSource(directory));
    expect(source.read('/f')).toMatchObject({ ok: false, reason: 'permission-denied' });
    expect(source.read('/closed/f')).toMatchObject({ ok: false, reason: 'permission-denied' });
    expect(source.list('/closed')).toEqual([]);
    expect(source.listFailure?.('/closed')).toBe('permission-denied');
    expect(source.problems.map(({ code, subject }) => [code, subject])).toEqual([['permission-denied', '/closed']]);
    chmodSync(join(directory, 'closed'), 0o700);
  });

  test.runIf(process.platform === 'linux')('files of /proc, said to be empty, are read (needs Linux)', async () => {
    const source = opened(await openSource(undefined));
    expect(textOf(source, `/proc/${process.pid}/cmdline`)).toContain('node');
  });
});

describe('modes of a directory', () => {
  const tree = { 'etc/kubernetes/pki/ca.key': 'k', 'etc/kubernetes/pki/sa.key': 'k', 'etc/kubernetes/admin.conf': 'c' };

  test('are not believed where all files are open, as git clone and downloads leave them', async () => {
    const directory = temporaryDirectory();
    writeTree(directory, tree);
    for (const name of Object.keys(tree)) chmodSync(join(directory, name), 0o644);
    const source = opened(await openSource(directory));
    expect(source.entry('/etc/kubernetes/pki/ca.key')).toEqual({ type: 'file', size: 1 });
  });

  test('are believed where some are closed, so that one open key is found', async () => {
    const directory = temporaryDirectory();
    writeTree(directory, tree);
    chmodSync(join(directory, 'etc/kubernetes/pki/ca.key'), 0o644);
    expect(opened(await openSource(directory)).entry('/etc/kubernetes/pki/ca.key')?.mode).toBe(0o644);
  });

  test.runIf(IS_ROOT)(
    'owners are believed only where root owns what is closed (needs root to give files away)',
    async () => {
      const directory = temporaryDirectory();
      writeTree(directory, tree);
      expect(opened(await openSource(directory)).entry('/etc/kubernetes/pki/ca.key')).toMatchObject({
        mode: 0o600,
        uid: 0,
        gid: 0,
      });
      for (const name of Object.keys(tree)) chownSync(join(directory, name), 1000, 1000);
      const copied = opened(await openSource(directory)).entry('/etc/kubernetes/pki/ca.key');
      expect(copied).toEqual({ type: 'file', size: 1, mode: 0o600 });
    },
  );

  test.runIf(IS_ROOT)('times are believed only where no copy can have made them all (needs root)', async () => {
    const directory = temporaryDirectory();
    writeTree(directory, tree);
    expect(opened(await openSource(directory)).entry('/etc/kubernetes/pki/ca.key')).not.toHaveProperty('modifiedAt');
    const renewed = new Date('2026-06-01T00:00:00Z');
    utimesSync(join(directory, 'etc/kubernetes/admin.conf'), renewed, renewed);
    expect(opened(await openSource(directory)).entry('/etc/kubernetes/admin.conf')).toMatchObject({
      modifiedAt: renewed,
    });
  });
});
