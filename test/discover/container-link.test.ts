import { expect, test } from 'vitest';
import { linkOutOfContainer } from '../../src/discover/container-link.ts';
import { nodePathOfProcess, nodePathThroughMounts } from '../../src/discover/node-path.ts';
import { createView } from '../../src/discover/view.ts';
import { openBytes, opened } from '../support/input.ts';
import { tar } from '../support/tar-writer.ts';
import type { TarEntry } from '../support/tar-writer.ts';

const link = (name: string, linkName: string): TarEntry => ({ name, type: '2', linkName });
const file = (name: string): TarEntry => ({ name, data: 'x' });

/** Where a path of the container leads, with `container path: node path` mounts. */
async function leadsTo(
  entries: readonly TarEntry[],
  mounts: Readonly<Record<string, string>>,
  path: string,
): Promise<string | undefined> {
  const source = opened(await openBytes(tar(...entries)));
  const view = createView([{ nodePath: '/', source, sourcePath: '/' }], { live: false });
  const volumes = new Map(Object.values(mounts).map((from) => [from, from]));
  const nodePath = nodePathThroughMounts(
    Object.entries(mounts).map(([mountPath, volume]) => ({
      mountPath,
      volume,
      subPath: undefined,
      subPathKnown: true,
    })),
    volumes,
  );
  return linkOutOfContainer(view, nodePath, path);
}

const PKI = { '/pki': '/etc/pki' };

test.each<[string, readonly TarEntry[], Readonly<Record<string, string>>, string, string | undefined]>([
  ['no link', [file('etc/pki/a')], PKI, '/pki/a', undefined],
  ['a link inside the mount', [file('etc/pki/b'), link('etc/pki/a', 'b')], PKI, '/pki/a', undefined],
  ['a link up and down', [file('etc/pki/b'), link('etc/pki/d/a', '../b')], PKI, '/pki/d/a', undefined],
  ['an absolute link out', [file('opt/a'), link('etc/pki/a', '/opt/a')], PKI, '/pki/a', '/opt/a'],
  ['a relative link out', [file('etc/a'), link('etc/pki/a', '../a')], PKI, '/pki/a', '/a'],
  ['out and mounted', [file('opt/a'), link('etc/pki/a', '/opt/a')], { ...PKI, '/opt': '/opt' }, '/pki/a', undefined],
  [
    'mounted, but elsewhere',
    [file('opt/a'), link('etc/pki/a', '/opt/a')],
    { ...PKI, '/srv': '/opt' },
    '/pki/a',
    '/opt/a',
  ],
  [
    'a target of the node that the container has under its name',
    [file('etc/pki/b'), link('etc/pki/a', '/etc/pki/b')],
    PKI,
    '/pki/a',
    '/etc/pki/b',
  ],
  ['a folder that leads out', [file('opt/a'), link('etc/pki/d', '/opt')], PKI, '/pki/d/a', '/opt/a'],
  [
    'a chain whose end is out',
    [file('opt/a'), link('etc/pki/b', '/opt/a'), link('etc/pki/a', 'b')],
    PKI,
    '/pki/a',
    '/opt/a',
  ],
  ['the source of the mount is a link', [file('opt/a'), link('etc/pki', '/opt')], PKI, '/pki/a', undefined],
  ['a single file that is a link', [file('opt/a'), link('etc/a', '/opt/a')], { '/a': '/etc/a' }, '/a', undefined],
  ['a link to what the input does not hold', [link('etc/pki/a', '/opt/a')], PKI, '/pki/a', undefined],
  ['a ring', [link('etc/pki/a', 'b'), link('etc/pki/b', 'a')], PKI, '/pki/a', undefined],
  ['not mounted at all', [link('etc/a', '/opt/a')], PKI, '/etc/a', undefined],
])('%s', async (_name, entries, mounts, path, expected) => {
  expect(await leadsTo(entries, mounts, path)).toBe(expected);
});

test('a process of the node follows links through the whole tree', async () => {
  const source = opened(await openBytes(tar(file('opt/a'), link('etc/a', '/opt/a'))));
  const view = createView([{ nodePath: '/', source, sourcePath: '/' }], { live: false });
  expect(linkOutOfContainer(view, nodePathOfProcess(), '/etc/a')).toBeUndefined();
});
