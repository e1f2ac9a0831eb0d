/** Chains that a seed makes up, judged by Go's crypto/x509 and by us: a difference is a fault of ours. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Certificate } from '../../src/model/certificate.ts';
import { readCertificate } from '../../src/pki/certificate.ts';
import { parseFault, verifyChain } from '../../src/pki/chain.ts';
import type { ChainResult } from '../../src/pki/chain.ts';
import { goJudge } from '../support/go.ts';
import { chainCase } from './generated/chains.ts';
import type { ChainCase } from './generated/chains.ts';
import type { KindOfChange } from './generated/changes.ts';

const judge = goJudge(join(import.meta.dirname, 'go'));

/** How many cases of each kind, and how many of them Go accepts at least: else the generator has gone astray. */
const AMOUNTS: readonly (readonly [KindOfChange | undefined, number, number])[] = [
  [undefined, 400, 80],
  ['dates', 60, 15],
  ['signatures', 60, 15],
  ['fields', 60, 15],
  ['extensions', 200, 50],
  ['constraints', 400, 80],
  ['policies', 200, 40],
];

interface Answer {
  readonly parse: Readonly<Record<string, string>>;
  readonly chains: readonly string[];
  readonly ends: readonly number[];
}

const sha256 = (der: Uint8Array): string => createHash('sha256').update(der).digest('hex');

const read = (der: Uint8Array): Certificate | undefined => {
  const result = readCertificate(der, { file: 'generated' }, 0);
  return result.ok ? result.certificate : undefined;
};

/** As the program judges, where Go's parser has not read a certificate that is sent there is no connection. */
function ours({ leaf, intermediates, roots, at, usage }: ChainCase): ChainResult | { ok: false; message: string } {
  const shown = [leaf, ...intermediates].map(read);
  const [first, ...others] = shown.filter((one) => one !== undefined);
  if (first === undefined || shown.includes(undefined)) return { ok: false, message: 'no certificate' };
  return verifyChain({
    leaf: first,
    intermediates: others,
    roots: roots.flatMap((root) => read(root) ?? []),
    at: new Date(at),
    usage,
  });
}

describe.skipIf(!judge.usable)(judge.usable ? 'chains as Go builds them' : `chains: skipped, ${judge.reason}`, () => {
  const cases = AMOUNTS.map(([kind, count]) => Array.from({ length: count }, (_, seed) => chainCase(seed, kind)));
  let answer: Answer;

  beforeAll(() => {
    if (!judge.usable) return;
    const all = cases.flat();
    const ders = new Map(
      all.flatMap(({ leaf, intermediates, roots }) =>
        [leaf, ...intermediates, ...roots].map((der) => [sha256(der), Buffer.from(der).toString('base64')] as const),
      ),
    );
    answer = judge.ask({
      certificates: Object.fromEntries(ders),
      chains: all.map(({ leaf, intermediates, roots, at, usage }) => ({
        leaf: sha256(leaf),
        intermediates: intermediates.map(sha256),
        roots: roots.map(sha256),
        at,
        usage,
      })),
    }) as Answer;
  }, 120_000);

  afterAll(() => {
    if (judge.usable) judge.dispose();
  });

  test.each(AMOUNTS.map(([kind, count, accepted], index) => ({ kind: kind ?? 'everything', count, accepted, index })))(
    '$count cases of $kind',
    ({ accepted, index }) => {
      const asked = cases[index] ?? [];
      const before = cases.slice(0, index).flat().length;
      const differing = asked.flatMap((one, at) => {
        const go = answer.chains[before + at] ?? 'not asked';
        const result = ours(one);
        const end = answer.ends[before + at] ?? 0;
        const same = result.ok ? go === '' && result.expiresAt.getTime() === end * 1000 : go !== '';
        return same
          ? []
          : [{ case: one.name, go, ours: result.ok ? `good until ${result.expiresAt.toISOString()}` : result.message }];
      });
      expect(differing).toEqual([]);
      expect(asked.filter((_, at) => answer.chains[before + at] === '').length).toBeGreaterThan(accepted);
    },
  );

  test('every certificate in them is read by both, or by neither', () => {
    const all = new Map(
      cases
        .flat()
        .flatMap(({ leaf, intermediates, roots }) =>
          [leaf, ...intermediates, ...roots].map((der) => [sha256(der), der] as const),
        ),
    );
    const differing = [...all].flatMap(([name, der]) => {
      const certificate = read(der);
      const fault = certificate === undefined ? 'no certificate' : parseFault(certificate, undefined);
      const go = answer.parse[name];
      return (fault === undefined) === (go === '')
        ? []
        : [{ go, ours: fault, der: Buffer.from(der).toString('base64') }];
    });
    expect(differing).toEqual([]);
  });
});
