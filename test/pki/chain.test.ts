import { describe, expect, test } from 'vitest';
import { sameKey, verifyChain } from '../../src/pki/chain.ts';
import type { ChainQuestion, ChainResult } from '../../src/pki/chain.ts';
import { NOW, certificateOf, issuersOf } from './fixtures.ts';
import { clusterCertificates, clusterFiles } from './cluster.ts';

type Options = Partial<Pick<ChainQuestion, 'at' | 'usage' | 'goLine'>> & {
  readonly intermediates?: readonly string[];
  readonly roots?: readonly string[];
};

/** Judges a fixture; below what signed it unless told otherwise. */
async function judge(name: string, options: Options = {}): Promise<ChainResult> {
  const above = issuersOf(name);
  const all = (names: readonly string[]) => Promise.all(names.map(certificateOf));
  return verifyChain({
    leaf: await certificateOf(name),
    intermediates: await all(options.intermediates ?? above.intermediates),
    roots: await all(options.roots ?? [above.root]),
    at: options.at ?? NOW,
    usage: options.usage ?? 'serverAuth',
    ...(options.goLine === undefined ? {} : { goLine: options.goLine }),
  });
}

const outcome = (result: ChainResult): string => (result.ok ? 'ok' : result.reason);

describe('verifyChain', () => {
  test.each<[string, Options, string]>([
    ['leaf', {}, 'ok'],
    ['leaf', { roots: ['root-renewed'] }, 'ok'],
    ['leaf', { roots: ['root-other-key', 'root'] }, 'ok'],
    ['leaf', { roots: ['leaf'] }, 'ok'],
    ['leaf-intermediate-deep', {}, 'ok'],
    ['leaf-rekeyed', { intermediates: ['cross-rekeyed-by-root'], roots: ['root'] }, 'ok'],
    ['leaf-below-root-pathlen1', {}, 'ok'],
    ['leaf-without-usage', {}, 'ok'],
    ['leaf-any-usage', {}, 'ok'],
    ['leaf-any-usage-ca', {}, 'ok'],
    ['leaf-ca-without-key-usage', {}, 'ok'],
    ['leaf-root-v1', {}, 'ok'],
    ['leaf-rsa1024-root', {}, 'ok'],
    ['leaf-names-allowed', {}, 'ok'],
    ['leaf-2050', {}, 'ok'],
    ['leaf', { roots: [] }, 'no-roots'],
    ['leaf', { roots: ['root-other-key'] }, 'signature'],
    ['leaf', { roots: ['root-p384'] }, 'unknown-authority'],
    ['leaf-intermediate', { intermediates: [] }, 'unknown-authority'],
    ['root', { roots: ['root-p384'] }, 'unknown-authority'],
    ['leaf-expired', {}, 'expired'],
    ['leaf-future', {}, 'not-yet-valid'],
    ['leaf-root-expired', {}, 'expired'],
    ['leaf-root-future', {}, 'not-yet-valid'],
    ['leaf-intermediate-expired', {}, 'expired'],
    ['leaf', { roots: ['root-same-key-expired'] }, 'expired'],
    ['leaf', { roots: ['root-other-key', 'root-same-key-expired'] }, 'expired'],
    ['leaf-expired', { roots: ['root-other-key'] }, 'signature'],
    ['leaf-expired', { usage: 'any', roots: ['root-p384'] }, 'unknown-authority'],
    ['leaf-client-only', {}, 'wrong-usage'],
    ['leaf-server-only', { usage: 'clientAuth' }, 'wrong-usage'],
    ['leaf-code-signing', {}, 'wrong-usage'],
    ['leaf-client-only-ca', {}, 'wrong-usage'],
    ['leaf-server-only-root', { usage: 'clientAuth' }, 'wrong-usage'],
    ['leaf-root-ca-false', {}, 'not-a-ca'],
    ['leaf-root-without-constraints', {}, 'not-a-ca'],
    ['leaf-intermediate-ca-false', {}, 'not-a-ca'],
    ['leaf-signed-by-leaf', {}, 'not-a-ca'],
    ['leaf-intermediate-v1', {}, 'not-a-ca'],
    ['leaf-without-certsign', {}, 'ca-key-usage'],
    ['leaf-below-pathlen0', {}, 'path-length'],
    ['leaf-below-root-pathlen0', {}, 'path-length'],
    ['leaf-unknown-critical', {}, 'unhandled-critical'],
    ['leaf-root-unknown-critical', {}, 'unhandled-critical'],
    ['leaf-rsa-sha1', {}, 'insecure-signature'],
    ['leaf-ecdsa-sha1', {}, 'insecure-signature'],
    ['leaf-rsa-md5', {}, 'insecure-signature'],
    ['leaf-rsa512-root', {}, 'weak-key'],
    ['leaf-ed448-root', {}, 'unsupported-algorithm'],
    ['leaf-wrong-algorithm', {}, 'unsupported-algorithm'],
    ['leaf-broken-signature', {}, 'signature'],
    ['leaf-names-dns', {}, 'name-constraints'],
    ['leaf-excluded-ip', {}, 'name-constraints'],
    ['leaf-negative-serial', {}, 'unparsable'],
    ['leaf-brainpool', {}, 'unparsable'],
    ['leaf', { intermediates: ['root-brainpool'] }, 'unparsable'],
    ['leaf', { roots: ['root-brainpool'] }, 'no-roots'],
    ['leaf', { roots: ['root-brainpool', 'root'] }, 'ok'],
  ])('%s with %o: %s', async (name, options, expected) => {
    expect(outcome(await judge(name, options))).toBe(expected);
  });

  test.each([
    ['leaf-negative-serial', '1.22', 'ok'],
    ['leaf-negative-serial', '1.23', 'unparsable'],
    ['leaf-rsa-sha1', '1.17', 'ok'],
    ['leaf-rsa-sha1', '1.18', 'insecure-signature'],
    ['leaf-rsa-md5', '1.9', 'insecure-signature'],
    ['leaf-rsa512-root', '1.23', 'ok'],
    ['leaf-rsa512-root', '1.24', 'weak-key'],
  ])('%s as Go %s judges: %s', async (name, goLine, expected) => {
    expect(outcome(await judge(name, { goLine }))).toBe(expected);
  });

  test('a root that is signed with SHA-1 by itself is trusted all the same', async () => {
    expect(outcome(await judge('leaf-rsa2048', { roots: ['root-rsa-sha1'] }))).toBe('ok');
  });

  test('both bounds of a validity are inside it', async () => {
    const at = (text: string): Promise<ChainResult> => judge('leaf', { at: new Date(text) });
    expect(outcome(await at('2027-06-01T00:00:00Z'))).toBe('ok');
    expect(outcome(await at('2027-06-01T00:00:01Z'))).toBe('expired');
    expect(outcome(await at('2026-06-01T00:00:00Z'))).toBe('ok');
    expect(outcome(await at('2026-05-31T23:59:59Z'))).toBe('not-yet-valid');
  });

  test('a chain ends with its first certificate, the verdict with the last chain', async () => {
    expect(await judge('leaf-outlives-root')).toMatchObject({ ok: true, expiresAt: new Date('2036-01-01') });
    expect(await judge('leaf-outlives-root', { roots: ['root', 'root-renewed'] })).toMatchObject({
      ok: true,
      expiresAt: new Date('2040-01-01'),
    });
  });

  test('cross-signed CAs that make a loop end the search', async () => {
    const loop = ['cross-rekeyed-by-root', 'cross-root-by-rekeyed'];
    expect(outcome(await judge('leaf-rekeyed', { intermediates: loop, roots: ['root'] }))).toBe('ok');
    expect(outcome(await judge('leaf-rekeyed', { intermediates: loop, roots: ['root-p384'] }))).toBe('signature');
  });

  test('the message says which certificate and what', async () => {
    const message = async (...question: Parameters<typeof judge>): Promise<string | undefined> => {
      const result = await judge(...question);
      return result.ok ? undefined : result.message;
    };
    expect(await message('leaf', { roots: ['root-other-key'] })).toContain('CN=kubernetes, but with another key');
    expect(await message('leaf-intermediate', { intermediates: [] })).toContain('issued by CN=intermediate');
    expect(await message('leaf-client-only-ca')).toContain('CA CN=intermediate-client-only is not for serverAuth');
    expect(await message('leaf-names-ip')).toContain('IP address 192.168.0.1 is not permitted');
    expect(await message('leaf-expired')).toBe('it expired on 2026-11-01T00:00:00Z');
  });

  test('sameKey compares keys, not certificates', async () => {
    const [root, renewed, other] = await Promise.all(['root', 'root-renewed', 'root-other-key'].map(certificateOf));
    expect(sameKey(root?.publicKey, renewed?.publicKey)).toBe(true);
    expect(sameKey(root?.publicKey, other?.publicKey)).toBe(false);
    expect(sameKey(undefined, undefined)).toBe(false);
  });
});

describe('what kubeadm made', () => {
  test.each(['v136-default', 'v136-hardened-ha', 'v128-default', 'v136-live'])('%s verifies', async (cluster) => {
    const files = clusterFiles(cluster);
    const leaves = [...files.keys()].filter(
      (path) => /^\/etc\/kubernetes\/pki\/.*\.crt$/.test(path) && !path.endsWith('ca.crt'),
    );
    expect(leaves.length).toBeGreaterThan(4);
    for (const path of leaves) {
      const [leaf, ...intermediates] = await clusterCertificates(files, path);
      if (leaf === undefined) throw new Error(`no certificate in ${path}`);
      const ca = /\/etcd\/|etcd-client/.test(path) ? 'etcd/ca' : path.includes('front-proxy') ? 'front-proxy-ca' : 'ca';
      const roots = await clusterCertificates(files, `/etc/kubernetes/pki/${ca}.crt`);
      const usage = path.endsWith('client.crt') ? 'clientAuth' : 'serverAuth';
      expect([path, outcome(verifyChain({ leaf, intermediates, roots, at: NOW, usage }))]).toEqual([path, 'ok']);
      const others = await clusterCertificates(files, `/etc/kubernetes/pki/${ca === 'ca' ? 'etcd/ca' : 'ca'}.crt`);
      expect([path, outcome(verifyChain({ leaf, intermediates, roots: others, at: NOW, usage }))]).toEqual([
        path,
        'unknown-authority',
      ]);
    }
  });
});
