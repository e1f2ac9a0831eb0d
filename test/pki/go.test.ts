/** Go judges the same input: where its verdict differs from ours, ours is wrong. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AUTHORITIES, LEAVES } from '../../fixtures/pki/certificates.ts';
import { SPECS, presentFiles } from '../../fixtures/pki/generate.ts';
import type { Certificate } from '../../src/model/certificate.ts';
import { readCertificate } from '../../src/pki/certificate.ts';
import { parseFault, verifyChain, verifyHostname } from '../../src/pki/chain.ts';
import type { ChainQuestion } from '../../src/pki/chain.ts';
import { splitPem } from '../../src/pki/pem.ts';
import { goJudge } from '../support/go.ts';
import { bytesOf, derOf, issuersOf } from './fixtures.ts';
import { random } from './generated/random.ts';

interface Answer {
  readonly parse: Readonly<Record<string, string>>;
  readonly texts: readonly (readonly { type: string; bytes: string; headers: number }[])[];
  readonly chains: readonly string[];
  readonly ends: readonly number[];
  readonly names: readonly boolean[];
}

interface Chain {
  readonly leaf: string;
  readonly intermediates: readonly string[];
  readonly roots: readonly string[];
  readonly at: string;
  readonly usage: ChainQuestion['usage'];
}

const judge = goJudge(join(import.meta.dirname, 'go'));

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** Certificates with one to three bytes changed, dropped or put in. */
function mutants(count: number): ReadonlyMap<string, Uint8Array> {
  const { below: pick } = random(20261121);
  const names = [...SPECS.keys()];
  const made = new Map<string, Uint8Array>();
  for (let index = 0; index < count; index++) {
    const name = names[pick(names.length)] ?? 'leaf';
    let bytes = Buffer.from(derOf(name));
    for (let change = pick(3); change >= 0; change--) {
      const at = pick(bytes.length);
      const kind = pick(8);
      if (kind === 0) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
      else if (kind === 1) bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from([pick(256)]), bytes.subarray(at)]);
      else bytes[at] = kind < 5 ? pick(256) : (bytes[at] ?? 0) ^ (1 << pick(8));
    }
    made.set(`${name} #${index}`, bytes);
  }
  return made;
}

/** PEM texts cut into lines and put together again in wrong ways. */
function scrambledTexts(count: number): readonly Uint8Array[] {
  const { below, pick } = random(7);
  const lines = [
    '-----BEGIN CERTIFICATE-----',
    '-----BEGIN CERTIFICATE----- ',
    '-----BEGIN A-----',
    '-----BEGIN A:B-----',
    '-----BEGIN A---',
    ' -----BEGIN CERTIFICATE-----',
    '\u00ef\u00bb\u00bf-----BEGIN CERTIFICATE-----',
    '-----END CERTIFICATE-----',
    '-----END CERTIFICATE-----  ',
    '-----END CERTIFICATE----- x',
    '-----END A-----',
    '-----END A:B-----',
    '-----END ',
    'Zm9v',
    'Zm9vYg==',
    'Zm9vYg=',
    'Z m9\tv',
    'Zm9v:',
    'Proc-Type: 4,ENCRYPTED',
    'key: value',
    '',
    'text',
    'x-----BEGIN CERTIFICATE-----',
  ];
  return Array.from({ length: count }, () => {
    const length = 2 + below(9);
    const text = Array.from({ length }, () => `${pick(lines)}${pick(['\n', '\n', '\n', '\r\n', ''])}`).join('');
    return Buffer.from(text, 'latin1');
  });
}

const MOMENTS = [
  '2026-11-21T12:00:00Z',
  '2027-06-01T00:00:00Z',
  '2027-06-01T00:00:01Z',
  '2026-01-15T00:00:00Z',
  '2032-01-01T00:00:00Z',
];
const USAGES = ['serverAuth', 'clientAuth', 'any'] as const;

/** Every leaf and CA below what it names as its issuers, without them, below everybody, and below somebody else. */
function chains(): readonly Chain[] {
  const authorities = AUTHORITIES.map(({ file }) => file);
  const roots = AUTHORITIES.filter(({ issuer }) => issuer === undefined).map(({ file }) => file);
  const parsable = (names: readonly string[]): readonly string[] => names.filter((name) => name !== 'root-brainpool');
  return [...LEAVES, ...AUTHORITIES].flatMap(({ file: leaf }) => {
    const { intermediates, root } = issuersOf(leaf);
    const pools = [
      { intermediates, roots: [root] },
      { intermediates: [], roots: [root] },
      { intermediates: parsable(authorities), roots },
      { intermediates: parsable(authorities), roots: ['root-other-key', 'root-rekeyed'] },
      { intermediates: ['leaf'], roots: [leaf, 'root-same-key-expired'] },
      { intermediates, roots: [] },
    ];
    return pools.flatMap((pool) => MOMENTS.flatMap((at) => USAGES.map((usage) => ({ leaf, ...pool, at, usage }))));
  });
}

const NAMES = [
  'kubernetes', 'KUBERNETES', 'kubernetes.', 'kube.example.com', 'Kube.Example.Com.', '10.96.0.1', '[10.96.0.1]', '::ffff:10.96.0.1',
  '[::ffff:a60:1]', '192.168.10.11', '010.96.0.1', 'fd00::1', '[fd00::1]', 'FD00:0:0:0:0:0:0:1', 'fd00::1%eth0', 'fd00::2', 'a.example.com', 'a.b.example.com',
  'example.com', '.example.com', '*.example.com', 'a.x.example.com', 'www.example.com', 'cp_1.example.com', 'dotted.example.com', 'dotted.example.com.', '',
  '.', '*', '-bad.example.com', 'b\u00fccher.example.com', '10.96.0.1.', '[kubernetes]', 'kube-apiserver', '1.2.3', '[]',
]; // prettier-ignore

describe.skipIf(!judge.usable)(judge.usable ? 'as Go judges' : `as Go judges: skipped, ${judge.reason}`, () => {
  const texts = [...presentFiles().map((file) => Buffer.from(bytesOf(file))), ...scrambledTexts(4000)];
  const changed = mutants(4000);
  const asked = chains();
  const names = [...SPECS.keys()].flatMap((certificate) => NAMES.map((name) => ({ certificate, name })));
  let answer: Answer;
  const read = new Map<string, Certificate | undefined>();

  beforeAll(() => {
    const certificates = new Map([
      ...[...SPECS.keys()].map((name): [string, Uint8Array] => [name, derOf(name)]),
      ...changed,
    ]);
    if (!judge.usable) return;
    answer = judge.ask({
      certificates: Object.fromEntries([...certificates].map(([name, der]) => [name, base64(der)])),
      texts: texts.map(base64),
      chains: asked,
      names,
    }) as Answer;
    for (const [name, der] of certificates) {
      const result = readCertificate(der, { file: name }, 0);
      read.set(name, result.ok ? result.certificate : undefined);
    }
  }, 300_000);

  afterAll(() => {
    if (judge.usable) judge.dispose();
  });

  const verdict = (name: string): string => {
    const certificate = read.get(name);
    return certificate === undefined
      ? 'refused'
      : parseFault(certificate, undefined) === undefined
        ? 'read'
        : 'refused';
  };
  const goVerdict = (name: string): string => (answer.parse[name] === '' ? 'read' : 'refused');

  test.each([...SPECS.keys()])('parses %s', (name) => {
    expect({ verdict: verdict(name), go: answer.parse[name] }).toEqual({
      verdict: goVerdict(name),
      go: answer.parse[name],
    });
  });

  test('parses changed bytes', () => {
    const differing = [...changed.keys()].filter((name) => verdict(name) !== goVerdict(name));
    expect(
      differing.map((name) => ({
        name,
        der: base64(changed.get(name) ?? new Uint8Array()),
        go: answer.parse[name],
        ours: read.get(name)?.goParseErrors.map(({ message }) => message),
      })),
    ).toEqual([]);
    expect([...changed.keys()].filter((name) => goVerdict(name) === 'read').length).toBeGreaterThan(500);
  });

  test('splits PEM', () => {
    const blocks = texts.map((text) =>
      splitPem(text).blocks.map(({ type, bytes, headers }) => ({ type, bytes: base64(bytes), headers: headers.size })),
    );
    const differing = texts.flatMap((text, index) =>
      JSON.stringify(blocks[index]) === JSON.stringify(answer.texts[index])
        ? []
        : [{ text: text.toString('latin1'), ours: blocks[index], go: answer.texts[index] }],
    );
    expect(differing).toEqual([]);
    expect(blocks.filter((found) => found.length > 0).length).toBeGreaterThan(250);
  });

  test('builds chains', () => {
    const present = (some: readonly string[]): readonly Certificate[] => some.flatMap((name) => read.get(name) ?? []);
    let accepted = 0;
    const differing = asked.flatMap((question, index) => {
      const leaf = read.get(question.leaf);
      const go = { error: answer.chains[index], ends: answer.ends[index] };
      const ours =
        leaf === undefined
          ? undefined
          : verifyChain({
              leaf,
              intermediates: present(question.intermediates),
              roots: present(question.roots),
              at: new Date(question.at),
              usage: question.usage,
            });
      if (ours?.ok === true) accepted++;
      const same =
        ours?.ok === true ? go.error === '' && ours.expiresAt.getTime() === (go.ends ?? 0) * 1000 : go.error !== '';
      return same ? [] : [{ question, ours: ours?.ok === true ? ours.expiresAt : ours?.message, go }];
    });
    expect(differing).toEqual([]);
    expect(accepted).toBeGreaterThan(500);
  });

  test('matches names', () => {
    const differing = names.filter(({ certificate, name }, index) => {
      const read_ = read.get(certificate);
      const ours = read_ !== undefined && verdict(certificate) === 'read' && verifyHostname(read_, name);
      return ours !== answer.names[index];
    });
    expect(differing).toEqual([]);
  });
});
