import { gzipSync, createGzip } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openSource } from '../../src/source/open.ts';
import type { Source } from '../../src/source/source.ts';
import { openBytes, opened, textOf, walkSource } from '../support/input.ts';
import { pax, tar, tarEntry, tarHeader } from '../support/tar-writer.ts';
import type { TarEntry } from '../support/tar-writer.ts';

const FIXTURE = new URL('../../fixtures/clusters/kubeadm-v136-default.tar.gz', import.meta.url);

async function archive(...entries: readonly TarEntry[]): Promise<Source> {
  return opened(await openBytes(tar(...entries)));
}

function codes(source: Source): readonly string[] {
  return source.problems.map(({ code }) => code);
}

describe('what a tar writes', () => {
  test('keeps content, mode, owner and time', async () => {
    const source = await archive({ name: './a/key', data: 'x', mode: 0o100600, uid: 3, gid: 4, mtime: 1_700_000_000 });
    expect(textOf(source, '/a/key')).toBe('x');
    expect(source.entry('/a/key')).toEqual({
      type: 'file',
      size: 1,
      mode: 0o600,
      uid: 3,
      gid: 4,
      modifiedAt: new Date(1_700_000_000_000),
    });
    expect(source.entry('/a')).toEqual({ type: 'directory', size: 0 });
    expect(source.list('/')).toEqual(['a']);
    expect(source.problems).toEqual([]);
  });

  const long = `${'d/'.repeat(60)}${'n'.repeat(150)}`;
  test.each<[string, readonly TarEntry[], string]>([
    ['ustar prefix', [{ name: 'b/c', prefix: 'a/p', data: 'x' }], '/a/p/b/c'],
    ['GNU format leaves the prefix field alone', [{ name: 'b', prefix: 'zz', gnu: true, data: 'x' }], '/b'],
    [
      'GNU long name',
      [
        { name: '././@LongLink', type: 'L', data: `${long}\0` },
        { name: 'n', data: 'x' },
      ],
      `/${long}`,
    ],
    ['pax path', [pax({ path: 'é/long' }), { name: 'n', data: 'x' }], '/é/long'],
    ['pax size', [pax({ size: '1' }), { name: 'n', size: 0, data: 'x' }], '/n'],
    ['base-256 size', [{ name: 'n', sizeField: Buffer.from('800000000000000000000001', 'hex'), data: 'x' }], '/n'],
    ['V7 type', [{ name: 'n', type: '\0', data: 'x' }], '/n'],
    ['contiguous file', [{ name: 'n', type: '7', data: 'x' }], '/n'],
    ['pax global header', [pax({ path: 'ignored', mtime: '1' }, 'g'), { name: 'n', data: 'x' }], '/n'],
  ])('%s', async (_name, entries, path) => {
    const source = await archive(...entries);
    expect(textOf(source, path)).toBe('x');
    expect(source.problems).toEqual([]);
  });

  test('links keep their targets, long ones too', async () => {
    const source = await archive(
      { name: 'l', type: '2', linkName: '/var/lib/x' },
      { name: '././@LongLink', type: 'K', data: `${'t/'.repeat(80)}\0` },
      { name: 'k', type: '2', linkName: 'cut' },
      pax({ linkpath: '../é' }),
      { name: 'p', type: '2', linkName: 'cut' },
    );
    expect(source.entry('/l')).toMatchObject({ type: 'symlink', linkTarget: '/var/lib/x' });
    expect(source.entry('/k')).toMatchObject({ linkTarget: 't/'.repeat(80) });
    expect(source.entry('/p')).toMatchObject({ linkTarget: '../é' });
  });

  test('a pax time has fractions, and an unreadable one is no time', async () => {
    const source = await archive(pax({ mtime: '1700000000.5' }), { name: 'a' }, pax({ mtime: 'soon' }), {
      name: 'b',
      mtime: 1,
    });
    expect(source.entry('/a')?.modifiedAt).toEqual(new Date(1_700_000_000_500));
    expect(source.entry('/b')?.modifiedAt).toEqual(new Date(1000));
  });

  test('a hard link shares the earlier entry', async () => {
    const source = await archive(
      { name: 'a', data: 'x', mode: 0o600 },
      { name: 'b', type: '1', linkName: './a' },
      { name: 'c', type: '1', linkName: 'b', size: 99 },
    );
    expect(textOf(source, '/c')).toBe('x');
    expect(source.entry('/c')).toEqual(source.entry('/a'));
    expect(source.problems).toEqual([]);
  });

  test('an old GNU sparse file is not taken for its stored bytes, and what follows it is read', async () => {
    const header = tarHeader({ name: 'sparse.db', type: 'S', data: 'abc', gnu: true });
    header[482] = 1;
    header.fill(' ', 148, 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 8, 'latin1');
    const bytes = Buffer.concat([
      header,
      Buffer.alloc(512),
      Buffer.from('abc'),
      Buffer.alloc(509),
      tar({ name: 'n', data: 'x' }),
    ]);
    const source = opened(await openBytes(bytes));
    expect(source.read('/sparse.db')).toMatchObject({
      ok: false,
      message: expect.stringContaining('sparse') as unknown,
    });
    expect(textOf(source, '/n')).toBe('x');
  });

  test("git-archive's modes are git's, not the node's", async () => {
    const source = await archive(pax({ comment: 'a'.repeat(40) }, 'g'), { name: 'ca.key', data: 'x', mode: 0o664 });
    expect(source.entry('/ca.key')).toEqual({ type: 'file', size: 1 });
  });

  test('one piece or many: the same tree', async () => {
    const bytes = readFileSync(FIXTURE);
    const whole = opened(await openBytes(bytes));
    const pieces = opened(await openBytes(bytes, {}, 7));
    expect(whole.problems).toEqual([]);
    expect(walkSource(whole)).toEqual(walkSource(pieces));
    expect(walkSource(whole).length).toBe(56);
    for (const path of walkSource(whole)) {
      expect(pieces.entry(path)).toEqual(whole.entry(path));
      expect(textOf(pieces, path)).toEqual(textOf(whole, path));
    }
  });
});

describe('hostile archives', () => {
  test("'..' is refused and told", async () => {
    const source = await archive(
      { name: '../../etc/passwd', data: 'x' },
      { name: 'a/../b', data: 'x' },
      { name: 'ok', data: 'x' },
    );
    expect(walkSource(source)).toEqual(['/', '/ok']);
    expect(source.problems.map(({ code, subject }) => [code, subject])).toEqual([
      ['refused-entry', '../../etc/passwd'],
      ['refused-entry', 'a/../b'],
    ]);
  });

  test('an absolute name is placed inside, and told once', async () => {
    const source = await archive({ name: '/etc/x', data: 'x' }, { name: '//etc/y', data: 'y' });
    expect(walkSource(source)).toEqual(['/', '/etc', '/etc/x', '/etc/y']);
    expect(codes(source)).toEqual(['refused-entry']);
  });

  test.each<[string, readonly TarEntry[]]>([
    ['NUL in a pax path', [pax({ path: 'a\0b' }), { name: 'n', data: 'x' }]],
    ['escape sequence', [{ name: 'a\u001b[2J', data: 'x' }]],
    ['too deep', [pax({ path: 'd/'.repeat(65) + 'f' }), { name: 'n', data: 'x' }]],
    ['too long', [pax({ path: 'n'.repeat(5000) }), { name: 'n', data: 'x' }]],
    [
      'malformed pax',
      [
        { name: 'p', type: 'x', data: '99 path=x\n' },
        { name: 'n', data: 'x' },
      ],
    ],
    [
      'huge pax',
      [
        { name: 'p', type: 'x', data: 'x'.repeat(1024 * 1024 + 1) },
        { name: 'n', data: 'x' },
      ],
    ],
    ['hard link out', [{ name: 'n', type: '1', linkName: '../../etc/passwd' }]],
  ])('%s: refused', async (_name, entries) => {
    const source = await archive(...entries, { name: 'ok', data: 'y' });
    expect(codes(source)).toContain('refused-entry');
    expect(textOf(source, '/n')).toBeUndefined();
    expect(textOf(source, '/ok')).toBe('y');
  });

  test('devices and fifos are entries without content, told where they could matter', async () => {
    const source = await archive(
      { name: 'etc/kubernetes/pki/ca.crt', type: '6' },
      { name: 'etc/kubernetes/admin.conf', type: '3' },
      { name: 'dev/null', type: '3' },
    );
    expect(source.entry('/etc/kubernetes/pki/ca.crt')?.type).toBe('other');
    expect(source.read('/etc/kubernetes/pki/ca.crt')).toMatchObject({ ok: false, reason: 'not-a-file' });
    expect(source.problems.map(({ subject }) => subject)).toEqual([
      'etc/kubernetes/pki/ca.crt',
      'etc/kubernetes/admin.conf',
    ]);
  });

  test('of duplicates the last counts, and it is told', async () => {
    const source = await archive(
      { name: 'a', data: '1' },
      { name: 'd/', type: '5' },
      { name: 'a', data: '2' },
      { name: 'd', type: '5' },
    );
    expect(textOf(source, '/a')).toBe('2');
    expect(codes(source)).toEqual(['duplicate-entry']);
  });

  test('a name below a link stays where it is written', async () => {
    const source = await archive({ name: 'l', type: '2', linkName: '/etc' }, { name: 'l/passwd', data: 'x' });
    expect(source.entry('/l')).toMatchObject({ type: 'symlink', linkTarget: '/etc' });
    expect(source.entry('/etc')).toBeUndefined();
    expect(textOf(source, '/l/passwd')).toBe('x');
  });

  test.each([
    ['past 2^53', Buffer.from('80ffffffffffffffffffffff', 'hex')],
    ['negative', Buffer.from('ffffffffffffffffffffffff', 'hex')],
    ['no number', Buffer.from('12345678xyz\0')],
  ])('a size %s ends the reading', async (_name, sizeField) => {
    const source = opened(
      await openBytes(Buffer.concat([tarEntry({ name: 'a', data: 'x' }), tar({ name: 'b', sizeField })])),
    );
    expect(walkSource(source)).toEqual(['/', '/a']);
    expect(codes(source)).toEqual(['truncated-archive']);
  });

  test('a size larger than the archive is an entry that ends early', async () => {
    const source = await archive({ name: 'a', data: 'x' }, { name: 'b', data: 'secret', size: 3_000_000 });
    expect(textOf(source, '/a')).toBe('x');
    expect(source.read('/b')).toMatchObject({ ok: false, reason: 'read-error' });
    expect(codes(source)).toEqual(['truncated-archive']);
  });

  test('a file above the bound of one file is known, not kept', async () => {
    const source = await archive({ name: 'big', data: Buffer.alloc(4 * 1024 * 1024 + 1) }, { name: 'ok', data: 'x' });
    expect(source.entry('/big')?.size).toBe(4 * 1024 * 1024 + 1);
    expect(source.read('/big')).toMatchObject({ ok: false, reason: 'too-large' });
    expect(textOf(source, '/ok')).toBe('x');
  });

  test('images, logs, programs and the database are not kept', async () => {
    const source = await archive(
      { name: 'cp-1/var/lib/etcd/member/snap/db', data: 'x' },
      { name: 'var/lib/containerd/x/etc/kubernetes/admin.conf', data: 'x' },
      { name: 'var/log/pods/x', data: 'x' },
      { name: 'usr/lib/python3/x', data: 'x' },
      { name: 'usr/lib/systemd/system/kubelet.service', data: 'unit' },
      { name: 'opt/cni/bin/bridge', data: '\x7fELF' },
      { name: 'var/lib/etcd', type: '5', mode: 0o700 },
    );
    expect(walkSource(source).filter((path) => source.read(path).ok)).toEqual([
      '/usr/lib/systemd/system/kubelet.service',
    ]);
    expect(source.entry('/var/lib/etcd')?.mode).toBe(0o700);
    expect(source.read('/var/log/pods/x')).toMatchObject({
      reason: 'not-found',
      message: 'is below var/log, which is not read of an archive',
    });
    expect(source.problems).toEqual([]);
  });

  test.each([
    ['entries', { entries: 10 }],
    ['bytes', { totalBytes: 20 * 1024 }],
  ])('a bound on %s ends the reading and is told', async (_name, limits) => {
    const many = Array.from({ length: 100 }, (_, index) => ({ name: `f${String(index).padStart(3, '0')}`, data: 'x' }));
    const source = opened(await openBytes(tar(...many), limits, 512));
    expect(textOf(source, '/f000')).toBe('x');
    expect(source.list('/').length).toBeLessThan(30);
    expect(codes(source)).toEqual(['limit-reached']);
  });

  test('a bound on content leaves out what is over it', async () => {
    const source = opened(
      await openBytes(
        tar({ name: 'a', data: '12345' }, { name: 'b', data: 'x'.repeat(36) }, { name: 'c', data: '1' }),
        { retainedBytes: 40 },
      ),
    );
    expect([textOf(source, '/a'), textOf(source, '/c')]).toEqual(['12345', '1']);
    expect(source.read('/b')).toMatchObject({ ok: false, reason: 'too-large' });
    expect(codes(source)).toEqual(['limit-reached']);
  });

  test('a deep tree of names counts as entries', async () => {
    const many = Array.from({ length: 50 }, (_, index) => ({ name: `${index}/a/b/c/d/e/f/g/h`, data: 'x' }));
    const source = opened(await openBytes(tar(...many), { entries: 100 }));
    expect(codes(source)).toEqual(['limit-reached']);
    expect(walkSource(source).length).toBeLessThan(115);
  });

  test('problems are bounded, and the rest is counted', async () => {
    const source = await archive(...Array.from({ length: 500 }, (_, index) => ({ name: `../${index}`, data: 'x' })));
    expect(source.problems.length).toBe(21);
    expect(source.problems.at(-1)?.message).toBe('480 more of this kind are not listed');
  });

  test('a gzip bomb ends at the bound, with constant memory', async () => {
    // 64 GiB as its header says, of which a little more than the bound is ever made.
    const header = tarEntry({ name: 'bomb', sizeField: Buffer.from('800000000000001000000000', 'hex') });
    const zeros = Buffer.alloc(1024 * 1024);
    const gzip = createGzip();
    let made = 0;
    Readable.from(
      (function* bomb() {
        yield Buffer.concat([tarEntry({ name: 'a', data: 'x' }), header]);
        for (; made < 65_536; made++) yield zeros;
      })(),
    )
      .on('error', () => undefined)
      .pipe(gzip);
    const before = process.memoryUsage().arrayBuffers;
    const source = opened(await openSource('-', { stdin: gzip, limits: { ratioFrom: 32 * 1024 * 1024 } }));
    expect(codes(source)).toEqual(['limit-reached']);
    expect(textOf(source, '/a')).toBe('x');
    expect(made).toBeLessThan(200);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024);
  });
});

describe('damaged archives', () => {
  const files = Array.from({ length: 5 }, (_, index) => ({ name: `f${index}`, data: `content ${index} `.repeat(60) }));
  const bytes = tar(...files);

  test.each(Array.from({ length: bytes.length / 512 }, (_, index) => index * 512))(
    'cut at %i: whole files, or none',
    async (length) => {
      const result = await openBytes(bytes.subarray(0, length));
      if (length === 0) {
        expect(result).toMatchObject({ ok: false, message: expect.stringContaining('is empty') as unknown });
        return;
      }
      const source = opened(result);
      const perFile = 3 * 512;
      for (const [index, { name, data }] of files.entries()) {
        expect(textOf(source, `/${name}`)).toBe(length >= (index + 1) * perFile ? data : undefined);
      }
      // One of the two end blocks is enough, as for GNU tar.
      expect(codes(source)).toEqual(length > 5 * perFile ? [] : ['truncated-archive']);
    },
  );

  test('what gzip could still give is used', async () => {
    const random = Buffer.from(Array.from({ length: 60_000 }, (_, index) => (index * 7919) % 251));
    const compressed = gzipSync(
      tar({ name: 'a', data: 'first' }, { name: 'b', data: random }, { name: 'c', data: 'x' }),
      { level: 0 },
    );
    const cut = opened(await openBytes(compressed.subarray(0, 30_000)));
    expect(textOf(cut, '/a')).toBe('first');
    expect(cut.read('/b')).toMatchObject({ ok: false, reason: 'read-error' });
    expect(codes(cut)).toEqual(['truncated-archive']);

    const wrong = Buffer.from(compressed);
    wrong[wrong.length - 6] = (wrong[wrong.length - 6] ?? 0) ^ 0xff;
    const checked = opened(await openBytes(wrong));
    expect(textOf(checked, '/a')).toBe('first');
    expect(checked.problems[0]?.message).toContain('checksum');
  });

  test('an archive in two gzip members is one archive', async () => {
    const source = opened(
      await openBytes(Buffer.concat([gzipSync(bytes.subarray(0, 1000)), gzipSync(bytes.subarray(1000))])),
    );
    expect(textOf(source, '/f4')).toBe(files[4]?.data);
    expect(source.problems).toEqual([]);
  });
});

test('whatever the bytes: no exception, and no content but that of a whole stored file', async () => {
  const base = tar(
    { name: 'etc/kubernetes/admin.conf', data: 'conf' },
    pax({ path: 'etc/p' }),
    { name: 'n', data: 'pax' },
    { name: 'l', type: '2', linkName: '/etc/passwd' },
    { name: '././@LongLink', type: 'L', data: 'long\0' },
    { name: 'n', data: 'long' },
    { name: 'h', type: '1', linkName: 'etc/p' },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.nat(base.length),
      fc.array(fc.tuple(fc.nat(base.length - 1), fc.nat(255)), { maxLength: 6 }),
      fc.boolean(),
      fc.integer({ min: 1, max: 3000 }),
      async (length, edits, compress, pieceSize) => {
        const changed = Buffer.from(base);
        for (const [position, value] of edits) changed[position] = value;
        const cut = changed.subarray(0, length);
        const result = await openBytes(compress ? gzipSync(cut) : cut, {}, pieceSize);
        if (!result.ok) return;
        for (const path of walkSource(result.source)) {
          expect(path).not.toMatch(/\/\.\.(?:\/|$)/);
          const read = result.source.read(path);
          if (read.ok) expect(read.data.length).toBe(result.source.entry(path)?.size);
        }
      },
    ),
    { numRuns: 300 },
  );
});
