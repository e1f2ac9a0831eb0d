/** Certificates with their keys, loaded by Go's crypto/tls X509KeyPair and by us; and the keys of service account tokens. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pem } from '../../fixtures/pki/write.ts';
import type { PemContent } from '../../src/model/certificate.ts';
import { parseFault } from '../../src/pki/chain.ts';
import { readPem } from '../../src/pki/content.ts';
import { splitPem } from '../../src/pki/pem.ts';
import { signingKey, verifyingKeys } from '../../src/pki/tokenKeys.ts';
import { goJudge } from '../support/go.ts';
import { FOREIGN, KEY_KINDS, certificateFor, keyForms, pairCase } from './generated/keys.ts';
import type { PairCase } from './generated/keys.ts';

interface Answer {
  readonly pairs: readonly { readonly error: string; readonly sent: readonly string[] }[];
  readonly keys: readonly { readonly signing: string; readonly verifying: readonly string[] }[];
}

const judge = goJudge(join(import.meta.dirname, 'go'));
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** Each form of a key beside the certificate of its kind. */
const FORMS: readonly PairCase[] = KEY_KINDS.flatMap((kind) =>
  [...keyForms(kind), ...FOREIGN].map(({ what, label, der }) => ({
    name: `${kind} ${what}`,
    certificate: Buffer.from(pem('CERTIFICATE', certificateFor(kind))),
    key: Buffer.from(pem(label, der)),
  })),
);

interface Loaded {
  readonly sent: readonly string[];
  /** Whether it is told that one of the certificates behind the leaf cannot be read; Go sends it, and the peer hangs up. */
  readonly isBroken: boolean;
}

/** What the certificate file sends when the pair is loaded; undefined when it is not. */
async function loaded({ certificate, key }: PairCase): Promise<Loaded | undefined> {
  const { chain, problems } = await readPem(certificate, { file: '/tls.crt' });
  const [own] = (await readPem(key, { file: '/tls.key' })).privateKeys;
  const [leaf] = chain;
  if (leaf === undefined || parseFault(leaf, undefined) !== undefined) return undefined;
  if (own?.publicKey?.spkiSha256 !== leaf.publicKey.spkiSha256) return undefined;
  const isBroken = problems.some(({ code }) => code === 'unparsable-certificate');
  return { sent: chain.map(({ sha256 }) => sha256), isBroken };
}

describe.skipIf(!judge.usable)(judge.usable ? 'keys as Go reads them' : `keys: skipped, ${judge.reason}`, () => {
  const cases = [...FORMS, ...Array.from({ length: 600 }, (_, seed) => pairCase(seed))];
  let answer: Answer;
  let ours: readonly (Loaded | undefined)[];

  beforeAll(async () => {
    if (!judge.usable) return;
    answer = judge.ask({
      pairs: cases.map(({ certificate, key }) => ({ certificate: base64(certificate), key: base64(key) })),
      keys: cases.map(({ key }) => base64(key)),
    }) as Answer;
    ours = await Promise.all(cases.map(loaded));
  }, 120_000);

  afterAll(() => {
    if (judge.usable) judge.dispose();
  });

  test(`${FORMS.length} forms of keys and 600 pairs are loaded by both, or by neither`, () => {
    const differing = cases.flatMap(({ name }, index) => {
      const go = answer.pairs[index];
      return (go?.error === '') === (ours[index] !== undefined)
        ? []
        : [{ case: name, go: go?.error, ours: ours[index] }];
    });
    expect(differing).toEqual([]);
    expect(answer.pairs.filter(({ error }) => error === '').length).toBeGreaterThan(250);
  });

  test('the same certificates are sent along', () => {
    const differing = cases.flatMap(({ name }, index) => {
      const [go, own] = [answer.pairs[index]?.sent, ours[index]];
      if (own === undefined || own.isBroken || JSON.stringify(go) === JSON.stringify(own.sent)) return [];
      return [{ case: name, go, ours: own.sent }];
    });
    expect(differing).toEqual([]);
  });

  test('the key that signs tokens, and those that verify them', async () => {
    const contents = await Promise.all(cases.map(({ key }) => readPem(key, { file: '/sa.key' })));
    const differing = contents.flatMap((content, index) => {
      const go = answer.keys[index];
      if (isMislabelled(content, cases[index]?.key ?? new Uint8Array())) return [];
      const own = {
        signing: signingKey(content)?.publicKey?.spkiSha256 ?? '',
        verifying: [...new Set(verifyingKeys(content).map(({ spkiSha256 }) => spkiSha256))].sort(),
      };
      const theirs = { signing: go?.signing, verifying: [...new Set(go?.verifying)].sort() };
      return JSON.stringify(own) === JSON.stringify(theirs)
        ? []
        : [{ case: cases[index]?.name, go: theirs, ours: own }];
    });
    expect(differing).toEqual([]);
    expect(answer.keys.filter(({ signing }) => signing !== '').length).toBeGreaterThan(250);
  });
});

/** A key that is not labelled as one: keyutil verifies by it all the same, which nobody relies upon. */
function isMislabelled({ problems }: PemContent, text: Uint8Array): boolean {
  const labels = splitPem(text).blocks.map(({ type }) => type);
  return (
    problems.some(({ code }) => code === 'unparsable-certificate') ||
    labels.some((label) => !/^(?:.* )?(?:PRIVATE KEY|CERTIFICATE)$/.test(label))
  );
}
