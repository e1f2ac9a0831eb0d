/** The same command lines go through spf13/pflag, Go's flag package and ours (test/config/go). */
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseGoFlags, parsePflags } from '../../src/config/flags.ts';
import type { ParsedFlags } from '../../src/config/flags.ts';
import { flagHistory } from '../../src/config/history/history.ts';
import type { FlagType } from '../../src/config/history/types.ts';
import { parseNamedCertKey } from '../../src/config/named-cert-key.ts';
import { goDurationSeconds, parseOccurrences } from '../../src/config/values.ts';
import type { SettingValue } from '../../src/model/setting.ts';
import { goJudge } from '../support/go.ts';

const judge = goJudge(join(import.meta.dirname, 'go'));

interface Line {
  readonly set: Readonly<Record<string, unknown>>;
  readonly args: readonly string[] | null;
  readonly error: string;
}

interface Answer {
  readonly pflag: readonly Line[];
  readonly go: readonly Line[];
  readonly values: readonly { readonly value: unknown; readonly error: string }[];
}

const VALUES = [
  'true',
  'false',
  'T',
  '0',
  '',
  '/etc/a',
  'a,b',
  '"a,b"',
  '-1',
  '0x10',
  '--profiling',
  'a=b',
  'Node,RBAC',
];

const word = (names: readonly string[], prefixes: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.tuple(fc.constantFrom(...prefixes), fc.constantFrom(...names), fc.constantFrom('', '', '=', ...VALUES.map((value) => `=${value}`))).map((parts) => parts.join('')) },
    { weight: 3, arbitrary: fc.constantFrom(...VALUES) },
    { weight: 1, arbitrary: fc.constantFrom('-', '--', '---x', '--=x', '-=x', '-v', '-v=3', '-v3', ' --profiling') },
  ); // prettier-ignore

const KUBE = [
  'profiling',
  'anonymous-auth',
  'anonymous_auth',
  'client-ca-file',
  'client_ca_file',
  'client-ca_file',
  'secure-port',
  'tls-cipher-suites',
  'authorization-mode',
];
const ETCD = [
  'client-cert-auth',
  'peer-auto-tls',
  'trusted-ca-file',
  'cipher-suites',
  'election-timeout',
  'grpc-keepalive-timeout',
  'client_cert_auth',
];

/** Flags whose values decide nothing about TLS. */
const OTHER_TYPES: ReadonlyMap<string, FlagType> = new Map([
  ['election-timeout', 'int'],
  ['grpc-keepalive-timeout', 'duration'],
]);
const OTHERS = new Map(['v', 'election-timeout', 'grpc-keepalive-timeout'].map((name) => [name, 'valued'] as const));

const kubeLines = fc.sample(fc.array(word(KUBE, ['--', '--', '--', '--', '-']), { maxLength: 6 }), {
  seed: 1,
  numRuns: 3000,
});
const etcdLines = fc.sample(fc.array(word(ETCD, ['--', '-', '--', '-', '---']), { maxLength: 6 }), {
  seed: 2,
  numRuns: 3000,
});

/** Texts made of the pieces that a grammar is about. */
const of = (...pieces: readonly string[]): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...pieces), { maxLength: 6 }).map((parts) => parts.join(''));

const TYPES: readonly (readonly [FlagType, fc.Arbitrary<string>])[] = [
  ['bool', fc.constantFrom('true', 'false', '1', '0', 't', 'f', 'T', 'F', 'TRUE', 'FALSE', 'True', 'False', 'tRUE', 'yes', 'no', 'on', 'y', '', ' true', 'true ', '2', '01')],
  ['int', of('0', '1', '7', '8', '9', 'x', '0x', '0b', '0o', 'f', '_', '-', '+', ' ', '.', 'e', '9223372036854775807')],
  ['float', of('0', '1', '5', '.', 'e', 'E', '-', '+', '_', 'x', '0x', 'p', 'inf', 'NaN', 'Infinity', ' ')],
  ['duration', of('0', '1', '30', '1.5', '.5', '.', '-', '+', 's', 'm', 'h', 'ms', 'us', 'µs', 'ns', 'd', ' ', '9223372036', '99999999999')],
  ['ip', fc.oneof(of('1', '0', '10', '255', '256', '.', '.', '01', ':'), of('::', ':', 'f', '1', 'fd00', '%eth0', '[', ']', '1.2.3.4'), fc.constantFrom('10.0.0.1', ' 10.0.0.1 ', '10.0.0.1\n', '::ffff:1.2.3.4', 'fd00::1%eth0', '0:0:0:0:0:0:0:0', '1.2.3', '010.0.0.1', '', '0.0.0.0', '::'))],
  ['stringSlice', of('a', 'b', ',', '"', '""', ' ', '\n', '\r', "'", '\\', '=')],
  ['stringArray', of('a', ',', '"', ' ')],
  ['intSlice', of('1', '0', ',', '-', '+', ' ', 'a', '_', '0x1', '99999999999999999999')],
  ['map', of('a', 'b', '=', ',', ' ', '"', 'true')],
  ['namedCertKeys', of('a', 'b', ',', ':', ' ', '/x.crt', '*.c')],
]; // prettier-ignore

const questions = TYPES.flatMap(([type, text], index) =>
  fc
    .sample(fc.array(text, { minLength: 1, maxLength: 2 }), { seed: 100 + index, numRuns: 1200 })
    .map((values) => ({ type, values })),
);

describe.skipIf(!judge.usable)(judge.usable ? 'as Go reads it' : `as Go reads it: skipped, ${judge.reason}`, () => {
  let answer: Answer;

  beforeAll(() => {
    if (judge.usable) answer = judge.ask({ pflag: kubeLines, go: etcdLines, values: questions }) as Answer;
  });

  afterAll(() => {
    if (judge.usable) judge.dispose();
  });

  /** What a whole command line gives, or that the component does not start. */
  const outcome = (component: 'kube-apiserver' | 'etcd', argv: readonly string[]): unknown => {
    const entries = flagHistory(component);
    const parse = component === 'etcd' ? parseGoFlags : parsePflags;
    const parsed: ParsedFlags = parse(
      argv.map((text, index) => ({ text, position: { file: 'f', line: index + 1 } })),
      entries,
      OTHERS,
    );
    if (parsed.notices.some(({ code }) => code !== 'positional-argument')) return 'refused';
    const set: Record<string, SettingValue> = {};
    for (const { name } of parsed.occurrences) {
      const entry = entries.get(name);
      if (name === 'v' && component !== 'etcd') {
        if (
          !parsed.occurrences
            .filter((each) => each.name === 'v')
            .every(({ value }) => parseOccurrences('int', [value], 'pflag').ok)
        )
          return 'refused';
        continue;
      }
      const type = OTHER_TYPES.get(name) ?? entry?.type;
      if (type === undefined) return 'refused';
      const values = parsed.occurrences.filter((each) => each.name === name).map(({ value }) => value);
      const result = parseOccurrences(
        component === 'etcd' && name === 'cipher-suites' ? 'string' : type,
        values,
        component === 'etcd' ? 'go-flag' : 'pflag',
      );
      if (!result.ok) return 'refused';
      set[name] = result.value;
    }
    return { set, args: parsed.positionals.map(({ text }) => text) };
  };

  const theirs = (line: Line | undefined): unknown =>
    line?.error === '' ? { set: line.set, args: line.args ?? [] } : 'refused';

  /** Numbers and durations as both sides can show them. */
  const normal = (value: unknown): string =>
    JSON.stringify(value, (key, each: unknown) => {
      if (key === 'secure-port') return Number(each);
      if (key === 'grpc-keepalive-timeout')
        return typeof each === 'string' ? Math.round((goDurationSeconds(each) ?? 0) * 1e9) : each;
      if (key === 'set') return Object.fromEntries(Object.entries(each as object).sort(([a], [b]) => (a < b ? -1 : 1)));
      return each;
    });

  test('command lines of kube components', () => {
    const differing = kubeLines.flatMap((argv, index) => {
      const [ours, go] = [normal(outcome('kube-apiserver', argv)), normal(theirs(answer.pflag[index]))];
      return ours === go ? [] : [{ argv, ours, go, error: answer.pflag[index]?.error }];
    });
    expect(differing).toEqual([]);
    expect(answer.pflag.filter(({ error }) => error === '').length).toBeGreaterThan(500);
  });

  test('command lines of etcd', () => {
    const differing = etcdLines.flatMap((argv, index) => {
      // etcd refuses to start with any word that is no flag, so where Go ends at one ours may read on.
      const go = answer.go[index];
      const [ours, given] = [outcome('etcd', argv), theirs(go)];
      if ((go?.args ?? []).length > 0 && (ours === 'refused' || (ours as Line).args?.length !== 0)) return [];
      return normal(ours) === normal(given) ? [] : [{ argv, ours: normal(ours), go: normal(given), error: go?.error }];
    });
    expect(differing).toEqual([]);
    expect(answer.go.filter(({ error, args }) => error === '' && (args ?? []).length === 0).length).toBeGreaterThan(
      300,
    );
  });

  test.each(TYPES.map(([type]) => type))('values: %s', (type) => {
    const differing = questions.flatMap(({ type: kind, values }, index) => {
      if (kind !== type) return [];
      const go = answer.values[index];
      const [ours, given] = [oursOf(type, values), go?.error === '' ? go.value : 'refused'];
      return shown(type, ours) === shown(type, given)
        ? []
        : [{ values, ours: shown(type, ours), go: shown(type, given), error: go?.error }];
    });
    expect(differing).toEqual([]);
  });
});

function oursOf(type: FlagType, values: readonly string[]): unknown {
  if (type === 'namedCertKeys') {
    const pairs = values.map((value) => parseNamedCertKey(value));
    return pairs.includes(undefined)
      ? 'refused'
      : pairs.map((pair) => ({
          Names: pair?.names.length === 0 ? null : pair?.names,
          CertFile: pair?.certificate,
          KeyFile: pair?.key,
        }));
  }
  const result = parseOccurrences(type, values, 'pflag');
  return result.ok ? result.value : 'refused';
}

function shown(type: FlagType, value: unknown): string {
  if (value === 'refused') return 'refused';
  if (type === 'int' || type === 'float')
    return String(Number(String(value).replace(/^([+-]?)inf(inity)?$/i, '$1Infinity')));
  // Go cuts what is less than a nanosecond.
  if (type === 'duration') {
    const seconds = typeof value === 'number' ? value / 1e9 : (goDurationSeconds(String(value)) ?? NaN);
    return (Math.round(seconds * 1e5) + 0).toPrecision(12);
  }
  if (type === 'ip') return value === '<nil>' || value === '' ? '' : 'an address';
  if (type === 'map') return JSON.stringify(Object.entries(value as object).sort(([a], [b]) => (a < b ? -1 : 1)));
  return JSON.stringify(value);
}
