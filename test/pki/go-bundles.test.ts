/** CA bundles that a seed makes up, read by the three readers that Kubernetes and etcd have, and by us. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PemContent } from '../../src/model/certificate.ts';
import { parseFault } from '../../src/pki/chain.ts';
import { readPem } from '../../src/pki/content.ts';
import { goJudge } from '../support/go.ts';
import { bundleCase } from './generated/bundles.ts';

interface Answer {
  readonly bundles: readonly { readonly taken: readonly string[]; readonly clientGo: string; readonly etcd: string }[];
}

const judge = goJudge(join(import.meta.dirname, 'go'));

/** The CAs that crypto/x509 AppendCertsFromPEM adds to a pool. */
function takenFrom({ certificates }: PemContent): readonly string[] {
  const read = certificates.filter((one) => parseFault(one, undefined) === undefined);
  return [...new Set(read.map(({ sha256 }) => sha256))];
}

/** What is reported of a bundle: by pki-parse-strictness, or that nothing is in it. */
function complaintsOf(content: PemContent): readonly string[] {
  const faults = content.certificates.flatMap((one) => parseFault(one, undefined) ?? []);
  const nothing = takenFrom(content).length === 0 ? ['no CA'] : [];
  return [...content.problems.map(({ code }) => code), ...faults, ...nothing];
}

describe.skipIf(!judge.usable)(judge.usable ? 'bundles as Go reads them' : `bundles: skipped, ${judge.reason}`, () => {
  const cases = Array.from({ length: 500 }, (_, seed) => bundleCase(seed));
  let answer: Answer;
  let contents: readonly PemContent[];

  beforeAll(async () => {
    if (!judge.usable) return;
    answer = judge.ask({ bundles: cases.map(({ bytes }) => Buffer.from(bytes).toString('base64')) }) as Answer;
    contents = await Promise.all(cases.map(({ bytes }) => readPem(bytes, { file: '/ca.crt' })));
  }, 120_000);

  afterAll(() => {
    if (judge.usable) judge.dispose();
  });

  const compare = (ask: (content: PemContent, go: Answer['bundles'][number]) => unknown) =>
    cases.flatMap(({ name }, index) => {
      const [content, go] = [contents[index], answer.bundles[index]];
      const difference = content === undefined || go === undefined ? 'not asked' : ask(content, go);
      return difference === undefined ? [] : [{ case: name, difference }];
    });

  test(`the same CAs are taken from ${cases.length} bundles`, () => {
    const differing = compare((content, go) => {
      const ours = takenFrom(content);
      return JSON.stringify(ours) === JSON.stringify(go.taken) ? undefined : { ours, go: go.taken };
    });
    expect(differing).toEqual([]);
    expect(answer.bundles.filter(({ taken }) => taken.length > 1).length).toBeGreaterThan(100);
  });

  test('a bundle that client-go refuses is never passed over in silence', () => {
    const differing = compare((content, go) =>
      go.clientGo !== '' && complaintsOf(content).length === 0 ? go.clientGo : undefined,
    );
    expect(differing).toEqual([]);
    expect(answer.bundles.filter(({ clientGo }) => clientGo !== '').length).toBeGreaterThan(50);
  });

  test('a bundle of which every block is a CA that is read is never complained of', () => {
    const differing = compare((content, go) =>
      go.clientGo === '' && go.etcd === '' && cleanly(content) ? complaintsOf(content)[0] : undefined,
    );
    expect(differing).toEqual([]);
  });
});

/** Nothing in it looks like a block and is none: that is told although Go does not mind. */
function cleanly({ problems }: PemContent): boolean {
  return !problems.some(({ code }) =>
    ['byte-order-mark', 'indented', 'malformed-block', 'trusted-certificate', 'headers'].includes(code),
  );
}
