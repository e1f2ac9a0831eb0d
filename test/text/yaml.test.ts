/** YAML as Kubernetes reads it: the same texts go through sigs.k8s.io/yaml (test/text/go) and through ours. */
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { readYaml } from '../../src/text/yaml.ts';
import { goJudge } from '../support/go.ts';

const judge = goJudge(join(import.meta.dirname, 'go'));

interface Answer {
  readonly value: unknown;
  readonly error: string;
  readonly strict: string;
}

/** Every spelling whose meaning depends on the version of YAML, and some that do not. */
const SCALARS = [
  'yes', 'no', 'on', 'off', 'y', 'n', 'Y', 'N', 'Yes', 'YES', 'yEs', 'On', 'OFF', 'true', 'True', 'TRUE', 'tRUE', 'False', '~', 'null', 'Null', 'NULL',
  'nULL', '0', '00', '010', '-010', '+010', '0o10', '-0o17', '0O17', '0o', '0o8', '08', '089', '08.5', '0x1F', '-0x1F', '0X1f', '0x', '0xG', '0b101', '-0b11', '+0b11',
  '0b', '0b2', '1_000', '_1', '1_', '1__0', '0_1', '1_0.5', '0.1_0', '.1_0', '1:20', '190:20:30', '190:20:30.15', '1.5', '1.', '0.', '.5', '-.5', '+.5', '.', '-.', '-', '+', '1e3',
  '1E3', '1.e3', '1.0e+2', '.5e1', '.e1', '1e', '1e+', 'e3', '1e400', '-1e400', '+1', '-1', '-0', '.inf', '-.Inf', '+.INF', '.iNF', '.nan', '.NaN', 'NaN', 'Infinity', '2001-01-01',
  '2001-12-14t21:59:43.10-05:00', '2001-12-14 21:59:43', '9223372036854775807', '9223372036854775808', '-9223372036854775808', '18446744073709551615', '18446744073709551616', '0xABCDEFABCDEFABCDEF',
  '1.2.3', '10.0.0.1', '0.0.0.0/0', '::', '::1', 'fd00::1', '127.0.0.1:2379', '1m', '1h30m', '1,000', '=', '<<', '"yes"', "'on'", '"1"', "'~'", '"a\\x41\\u00e9\\n"', "'it''s'",
  '"a\\\n      b"', '"a: b"', "'#'", 'a#b', 'a #b', 'a b', 'a: b', '@a', '`a', '%a', '!a', '!', '! a', '! 1', '! "1"', '!!str yes', '!!str', '!!str 1', '!!int "1"', '!!int 1.5', '!!int a', '!!float 1',
  '!!float "1.5"', '!!bool yes', '!!bool a', '!!null ""', '!!null a', '!!binary aGk=', '!!binary aGk', '!!timestamp 2001-01-01', '!foo bar', '!<tag:yaml.org,2002:str> 1', '--tls-cert-file=/a',
  '{{ x }}', '"{{ x }}"', '{% x %}', '--a={{ x }}', '[a, b]', '{a: b}', '{a}', '[a: b]', '|\n    x\n    y', '>-\n    x\n    y', '*anchor', '&other x', 'x\t', 'x  # c', '',
]; // prettier-ignore

/** Nothing that anybody writes: the parsers take other things for the end of a plain scalar in brackets. */
const FLOW_DIFFERS = /^(-|::1?|!|!a|!!str)$/;

const KEYS = [
  'a',
  'b',
  'c',
  'kind',
  'yes',
  '1',
  '01',
  '"1"',
  "'a'",
  '1.5',
  '~',
  '<<',
  '2001-01-01',
  '? a',
  '{{ x }}',
  '- a',
  'a b',
  '"a"',
];

const key = fc.oneof({ weight: 12, arbitrary: fc.constantFrom('a', 'b', 'c', 'd', 'e') }, fc.constantFrom(...KEYS));
const scalar = fc.constantFrom(...SCALARS);
const mergeable = fc.constantFrom(
  '*anchor',
  '*pair',
  '[*anchor, *pair]',
  '[*pair, *anchor]',
  '{a: 9, b: 8}',
  '[{a: 9}, *pair]',
  '1',
  '[1]',
  '*list',
);

const pair = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(key, scalar).map(([name, value]) => `${name}: ${value}`) },
  { weight: 2, arbitrary: mergeable.map((value) => `<<: ${value}`) },
);

/** Mappings whose keys come again, with merges anywhere between them. */
const mapping = fc
  .array(pair, { minLength: 1, maxLength: 5 })
  .map(
    (pairs) =>
      `x: &anchor {a: 1, b: 2}\ny: &pair {b: 3, c: yes}\nz: &list [1]\nd:\n${pairs.map((line) => `  ${line}\n`).join('')}`,
  );

const LINES = [
  'a: 1', 'b: two', 'c:', '- a', '- b: 1', '-', 'a', '# comment', '#', '---', '--- # c', '...', 'a: "x', "b: 'y", 'e: |', 'f: >-', 'g: [a,', 'i: {a: 1}', 'b: 2}', 'text',
  'k: v # c', 'l: "v" # c', '{% if x %}', '{% endif %}', '{{- if .x }}', 'm: {{ x }}', '- {{ x }}', '- "--x={{ y }}"', '&n o: p', 'q: &r', '<<: *r', '*r', '', ' ', 'kind: Pod', '- - a', '!!str a: b',
]; // prettier-ignore
const INDENTS = ['', '', '', '', '  ', '  ', '    ', ' '];

/**
 * Lines in any order at any depth, as half-written files and those of careless editors are. Left out is what nobody
 * writes and our parser refuses where Go does not: brackets and quotes that close further left than they open.
 */
const lines = fc
  .array(fc.tuple(fc.constantFrom(...INDENTS), fc.constantFrom(...LINES)), { minLength: 1, maxLength: 7 })
  .chain((some) =>
    fc
      // Go takes what stands further left than the first line for the end of the file, and looks at nothing behind it.
      .tuple(fc.constantFrom('a: 1', 'c:', '- a', '# comment\nb: two'), fc.constantFrom('\n', '\n', '\n', '\r\n', '\r'))
      .map(([first, end]) => [first, ...some.map(([indent, line]) => `${indent}${line}`)].join(end) + end),
  );

const texts = [
  ...SCALARS.flatMap((text) => [`a: ${text}\n`, `- ${text}\n`, `${text}: 1\n`, `${text}\n`, ...(FLOW_DIFFERS.test(text) ? [] : [`[${text}]\n`, `{a: ${text}}\n`])]),
  ...fc.sample(mapping, { seed: 20261126, numRuns: 1500 }),
  ...fc.sample(lines, { seed: 20261127, numRuns: 4000 }),
  '\uFEFFa: 1\r\nb: 2\r\n', 'a: 1\na: 2\n', 'a: &x\n  b: *x\n', 'a: *x\n', 'a: &x 1\nb: *x\nc: &x 2\nd: *x\n', 'a: \0\n', 'a: \x07\n', 'a: "\x7f"\n',
  '%YAML 1.1\n---\na: yes\n', '%YAML 1.2\n---\na: yes\n', '%TAG ! x:\n---\na: !b c\n', '%FOO x\n---\na: 1\n', '', '\n', '# only\n', '---\n', 'null\n', '---\n---\nb: 2\n',
]; // prettier-ignore

/** One spelling for one JSON value: members in order, and what a JSON text would not tell apart. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? 0 : value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, canonical(member)]),
  );
}

describe.skipIf(!judge.usable)(
  judge.usable ? 'as Kubernetes reads it' : `as Kubernetes reads it: skipped, ${judge.reason}`,
  () => {
    afterAll(() => {
      if (judge.usable) judge.dispose();
    });

    test('values, refusals, duplicate keys', () => {
      const answers = judge.usable
        ? (judge.ask(texts.map((text) => Buffer.from(text).toString('base64'))) as readonly Answer[])
        : [];
      const differing = texts.flatMap((text, index) => {
        const go = answers[index];
        const result = readYaml(text);
        const ours = result.ok ? JSON.stringify(canonical(result.documents[0]?.value ?? null)) : 'refused';
        const theirs = go?.error === '' ? JSON.stringify(canonical(go.value)) : 'refused';
        return ours === theirs ? [] : [{ text, ours: result.ok ? ours : result.message, go: go?.error ?? theirs }];
      });
      expect(differing).toEqual([]);
      expect(answers.filter(({ error }) => error === '').length).toBeGreaterThan(1500);
    });
  },
);

const valueOf = (text: string): unknown => {
  const result = readYaml(text);
  return result.ok ? result.documents[0]?.value : result.message;
};

// What the run above found, for machines without Go.
test.each<[string, unknown]>([
  ['a: yes', { a: true }],
  ['a: 010', { a: 8 }],
  ['a: 0o10', { a: 8 }],
  ['a: 1:20', { a: '1:20' }],
  ['a: 2001-01-01', { a: '2001-01-01' }],
  ['a: e3', { a: 'e3' }],
  ['a: "yes"', { a: 'yes' }],
  ['a: 1_000', { a: 1000 }],
  ['yes: 1', { true: 1 }],
  ['x: &x {b: 1}\nd:\n  b: 3\n  <<: *x', { x: { b: 1 }, d: { b: 1 } }],
  ['x: &x {b: 1}\nd:\n  <<: *x\n  b: 3', { x: { b: 1 }, d: { b: 3 } }],
  ['a: &x\n  b: *x', 'the anchor &x contains itself'],
  ['a: {[x]: 1}', 'a mapping or a list is no key (text with braces or brackets needs quotes)'],
  ['a: {{ x }}', 'it is a template that was never rendered ({{ x }})'],
  ['a: \0', 'it holds the control character 0x00, so it is no text'],
  ['a: 1\n---\nb: [', { a: 1 }],
  ['a: "x"# c', { a: 'x' }],
])('%j is %j', (text, expected) => {
  expect(valueOf(text)).toEqual(expected);
});

test('a document behind the first that is broken is told', () => {
  expect(readYaml('a: 1\n---\nb: {{ x }}\n')).toMatchObject({ ok: true, broken: { line: 3 } });
});

test('aliases that multiply a document are not followed', () => {
  const levels = Array.from(
    { length: 12 },
    (_, level) => `a${level + 1}: &a${level + 1} [${Array(9).fill(`*a${level}`).join(', ')}]`,
  );
  expect(readYaml(`a0: &a0 x\n${levels.join('\n')}\n`)).toMatchObject({
    ok: false,
    message: 'its aliases multiply it beyond any real file, so not read',
  });
});
