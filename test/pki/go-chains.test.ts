/** Chains that a seed makes up, judged by Go's crypto/x509 and by us: a difference is a fault of ours. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseFault } from '../../src/pki/chain.ts';
import { goJudge } from '../support/go.ts';
import { askChains, judged, read, sha256 } from './generated/ask.ts';
import type { ChainAnswer } from './generated/ask.ts';
import { chainCase } from './generated/chains.ts';
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
  ['addresses', 400, 60],
  ['policies', 200, 40],
];

describe.skipIf(!judge.usable)(judge.usable ? 'chains as Go builds them' : `chains: skipped, ${judge.reason}`, () => {
  // Where nobody is asked, nothing is made up.
  const cases = AMOUNTS.map(([kind, count]) =>
    Array.from({ length: judge.usable ? count : 0 }, (_, seed) => chainCase(seed, kind)),
  );
  let answer: ChainAnswer;

  beforeAll(() => {
    if (!judge.usable) return;
    answer = askChains(judge.ask, cases.flat());
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
        const result = judged(one);
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
