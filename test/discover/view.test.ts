import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { createView } from '../../src/discover/view.ts';
import type { NodeView } from '../../src/discover/view.ts';
import { openSource } from '../../src/source/open.ts';
import type { Source } from '../../src/source/source.ts';
import { openBytes, opened, temporaryDirectory, walkSource, writeTree } from '../support/input.ts';
import { tar } from '../support/tar-writer.ts';
import type { TarEntry } from '../support/tar-writer.ts';

const CLUSTERS = fileURLToPath(new URL('../../fixtures/clusters/', import.meta.url));
const HAS_TAR = spawnSync('tar', ['--version']).status === 0;
const IS_ROOT = process.getuid?.() === 0;

async function sourceOf(...entries: readonly TarEntry[]): Promise<Source> {
  return opened(await openBytes(tar(...entries)));
}

async function viewOf(...entries: readonly TarEntry[]): Promise<NodeView> {
  return createView([{ nodePath: '/', source: await sourceOf(...entries), sourcePath: '/' }], { live: false });
}

function link(name: string, linkName: string): TarEntry {
  return { name, type: '2', linkName };
}

describe('links', () => {
  test.each<[string, readonly TarEntry[], string, string | undefined]>([
    ['absolute', [link('a', '/d/f')], '/a', '/d/f'],
    ['relative', [link('d/a', 'f')], '/d/a', '/d/f'],
    ['relative upwards', [link('x/a', '../d/f')], '/x/a', '/d/f'],
    ['of a directory', [link('e', 'd')], '/e/f', '/d/f'],
    ['through a directory and a file', [link('e', '/d'), link('d/a', '/e/f')], '/e/a', '/d/f'],
    ["'..' after a link goes up from its target", [link('e', '/d/s'), { name: 'd/s/g', data: 'g' }], '/e/../f', '/d/f'],
    ["'..' never leaves the root", [link('a', '../../../../d/f')], '/a', '/d/f'],
    ['up and down in the path', [], '/d/../d/./f', '/d/f'],
    ['doubled slashes', [], '//d//f', '/d/f'],
    ['to itself', [link('a', 'a')], '/a', undefined],
    ['a ring', [link('a', '/b'), link('b', 'a')], '/a', undefined],
    ['empty', [link('a', '')], '/a', undefined],
    ['below a file', [], '/d/f/g', undefined],
  ])('%s', async (_name, entries, path, realPath) => {
    const view = await viewOf({ name: 'd/f', data: 'x' }, ...entries);
    const read = view.readText(path);
    expect(read.ok ? [read.realPath, read.text] : undefined).toEqual(
      realPath === undefined ? undefined : [realPath, 'x'],
    );
  });

  test('a chain of 40 is followed, of 41 not, as Linux does', async () => {
    const chain = Array.from({ length: 41 }, (_, index) => link(`l${index}`, `l${index + 1}`));
    const view = await viewOf({ name: 'l41', data: 'x' }, ...chain);
    expect(view.readText('/l1')).toMatchObject({ ok: true, text: 'x' });
    expect(view.readText('/l0')).toMatchObject({ ok: false, reason: 'link-loop', linkTarget: 'l41' });
  });

  test('only the link that the path itself names is its target', async () => {
    const view = await viewOf({ name: 'd/f', data: 'x' }, link('e', 'd'), link('d/a', 'b'), link('d/b', 'f'));
    expect(view.resolve('/e/a')).toMatchObject({ state: 'present', realPath: '/d/f', linkTarget: 'b' });
    expect(view.resolve('/e/f')).not.toHaveProperty('linkTarget');
  });

  test('a link that leads out of the input reaches nothing of this machine', async () => {
    const view = await viewOf(
      link('up', '../../../../../../etc/passwd'),
      link('absolute', '/etc/passwd'),
      link('etc-of-the-machine', '../../../../../../etc'),
    );
    expect(view.readText('/up')).toMatchObject({
      ok: false,
      reason: 'outside-input',
      linkTarget: '../../../../../../etc/passwd',
    });
    expect(view.readText('/absolute')).toMatchObject({ ok: false, reason: 'not-in-input' });
    expect(view.readText('/etc-of-the-machine/passwd')).toMatchObject({ ok: false });
  });

  test('in a directory input, a link whose target exists on this machine resolves inside the input', async () => {
    const directory = temporaryDirectory();
    const outside = temporaryDirectory();
    writeTree(outside, { 'current.pem': 'of the machine' });
    writeTree(directory, {
      [join('.', outside, 'current.pem')]: 'of the input',
      'var/pem': `-> ${outside}/current.pem`,
      'var/none': '-> /etc/passwd',
    });
    const view = createView([{ nodePath: '/', source: opened(await openSource(directory)), sourcePath: '/' }], {
      live: false,
    });
    expect(view.readText('/var/pem')).toMatchObject({ text: 'of the input' });
    expect(view.readText('/var/none')).toMatchObject({ ok: false, reason: 'not-in-input' });
  });
});

describe('what is not there', () => {
  test('a copy of /etc/kubernetes says what to supply', async () => {
    const source = await sourceOf({ name: 'admin.conf', data: 'x' }, link('pem', '/var/lib/kubelet/pki/c.pem'));
    const view = createView([{ nodePath: '/etc/kubernetes', source, sourcePath: '/' }], { live: false });
    expect(view.readText('/etc/kubernetes/admin.conf')).toMatchObject({ text: 'x' });
    expect(view.readText('/var/lib/kubelet/config.yaml')).toMatchObject({
      reason: 'not-in-input',
      message:
        '/var/lib/kubelet/config.yaml is not in the input, which holds /etc/kubernetes: supply it with --kubelet-config FILE, or the root of the node',
    });
    expect(view.readText('/etc/kubernetes/pki/ca.crt')).toMatchObject({
      message: '/etc/kubernetes/pki/ca.crt is not in the input: supply it with --pki DIR, or the root of the node',
    });
    expect(view.readText('/etc/kubernetes/pem')).toMatchObject({
      reason: 'not-in-input',
      linkTarget: '/var/lib/kubelet/pki/c.pem',
      message: expect.stringContaining('(/etc/kubernetes/pem -> /var/lib/kubelet/pki/c.pem)') as unknown,
    });
  });

  test('on the live machine it does not exist', async () => {
    const view = createView([{ nodePath: '/', source: await sourceOf(), sourcePath: '/' }], { live: true });
    expect(view.readText('/a')).toMatchObject({ reason: 'missing', message: '/a does not exist' });
  });

  test('a directory, a device and a large file are no text', async () => {
    const view = await viewOf(
      { name: 'd/f' },
      { name: 'p', type: '6' },
      { name: 'big', data: Buffer.alloc(5_000_000) },
    );
    expect(view.readText('/d')).toMatchObject({ reason: 'not-a-file', message: '/d is a directory, not a file' });
    expect(view.readText('/p')).toMatchObject({ reason: 'not-a-file' });
    expect(view.readText('/big')).toMatchObject({ reason: 'too-large' });
    expect(view.listing('/d/f')).toMatchObject({ reason: 'not-a-file' });
    expect(view.list('/none')).toEqual([]);
  });

  test.each(['/a\0b', `/${'n'.repeat(5000)}`])('a path that no file can have', async (path) => {
    expect((await viewOf()).readText(path)).toMatchObject({ ok: false, reason: 'read-error' });
  });

  test('a path of which a parent may not be searched is denied, not missing', () => {
    const closed: Source = {
      name: 'closed',
      kind: 'host',
      problems: [],
      entry: (path) => (path.startsWith('/pki/') ? undefined : { type: 'directory', size: 0 }),
      list: () => [],
      listFailure: () => 'permission-denied',
      read: () => ({ ok: false, reason: 'permission-denied', message: 'may not be read' }),
    };
    const view = createView([{ nodePath: '/', source: closed, sourcePath: '/' }], { live: true });
    expect(view.readText('/pki/ca.key')).toMatchObject({
      reason: 'permission-denied',
      message: expect.stringContaining('run as root') as unknown,
    });
    expect(view.listing('/pki')).toMatchObject({ ok: false, reason: 'permission-denied' });
  });
});

describe('mounts', () => {
  test('the longest path decides, of equal ones the last, and directories above them exist', async () => {
    const base = await sourceOf(
      { name: 'cp-1/kubernetes/pki/ca.crt', data: 'base' },
      { name: 'cp-1/kubernetes/a', data: 'a' },
    );
    const pki = await sourceOf({ name: 'ca.crt', data: 'pki' });
    const last = await sourceOf({ name: 'ca.crt', data: 'last' });
    const file = await sourceOf({ name: 'k.yaml', data: 'kubelet' });
    const view = createView(
      [
        { nodePath: '/etc/kubernetes/pki', source: pki, sourcePath: '/' },
        { nodePath: '/etc/kubernetes', source: base, sourcePath: '/cp-1/kubernetes' },
        { nodePath: '/etc/kubernetes/pki', source: last, sourcePath: '/' },
        { nodePath: '/var/lib/kubelet/config.yaml', source: file, sourcePath: '/k.yaml' },
      ],
      { live: false },
    );
    expect(view.readText('/etc/kubernetes/pki/ca.crt')).toMatchObject({ text: 'last' });
    expect(view.readText('/var/lib/kubelet/config.yaml')).toMatchObject({ text: 'kubelet' });
    expect(view.list('/')).toEqual(['etc', 'var']);
    expect(view.list('/var/lib/kubelet')).toEqual(['config.yaml']);
    expect(view.list('/etc/kubernetes')).toEqual(['a', 'pki']);
    expect(view.readText('/etc/kubernetesX')).toMatchObject({ ok: false });
    expect(view.readText('/etc/kubernetes/../kubernetes/a')).toMatchObject({ text: 'a' });
  });

  test("a link cannot climb from one node's folder to another's", async () => {
    const source = await sourceOf({ name: 'cp-2/etc/key', data: 'other node' }, link('cp-1/l', '../cp-2/etc/key'));
    const view = createView([{ nodePath: '/', source, sourcePath: '/cp-1' }], { live: false });
    expect(view.readText('/l')).toMatchObject({ ok: false, reason: 'outside-input' });
  });
});

test('invalid UTF-8 becomes U+FFFD and a byte order mark stays', async () => {
  const view = await viewOf({ name: 'f', data: Buffer.from([0xef, 0xbb, 0xbf, 0x61, 0xff]) });
  expect(view.readText('/f')).toMatchObject({ text: '\ufeffa\ufffd' });
});

describe.skipIf(!HAS_TAR)('real nodes (needs the tar program)', () => {
  test.each(readdirSync(CLUSTERS))('%s: the archive and its extracted directory are the same node', async (name) => {
    const directory = temporaryDirectory();
    execFileSync('tar', ['-xzpf', join(CLUSTERS, name), '-C', directory]);
    const archived = opened(await openSource(join(CLUSTERS, name)));
    const extracted = opened(await openSource(directory));
    const [a, b] = [archived, extracted].map((source) =>
      createView([{ nodePath: '/', source, sourcePath: '/' }], { live: false }),
    ) as [NodeView, NodeView];
    const paths = walkSource(archived);
    expect(paths.length).toBeGreaterThan(40);
    expect(walkSource(extracted)).toEqual(paths);
    for (const path of paths) {
      expect(b.readText(path)).toEqual(a.readText(path));
      expect(b.list(path)).toEqual(a.list(path));
      const [inArchive, inDirectory] = [a.stat(path), b.stat(path)];
      if (path === '/' || !inArchive.ok || !inDirectory.ok) continue;
      if (inArchive.type === 'directory') {
        expect([inDirectory.type, inDirectory.metadata.mode]).toEqual(['directory', inArchive.metadata.mode]);
      } else if (IS_ROOT) {
        // kubeadm wrote these nodes within a minute, so a directory cannot tell that its times are no copy's.
        const { modifiedAt } = inArchive.metadata;
        expect({ ...inDirectory, metadata: { modifiedAt, ...inDirectory.metadata } }).toEqual(inArchive);
      } else {
        // Who is not root cannot restore owners, so the directory leaves them and the times out.
        const { path: named, realPath, linkTarget, mode, size } = inArchive.metadata;
        expect(inDirectory.metadata).toEqual({
          path: named,
          realPath,
          ...(linkTarget === undefined ? {} : { linkTarget }),
          mode,
          size,
        });
      }
    }
    const current = a.stat('/var/lib/kubelet/pki/kubelet-client-current.pem');
    expect(current).toMatchObject({
      ok: true,
      type: 'file',
      metadata: {
        mode: 0o600,
        realPath: expect.stringMatching(/^\/var\/lib\/kubelet\/pki\/kubelet-client-2026-/) as unknown,
        linkTarget: expect.stringMatching(/^\/var\/lib\/kubelet\/pki\/kubelet-client-2026-/) as unknown,
      },
    });
  });
});
