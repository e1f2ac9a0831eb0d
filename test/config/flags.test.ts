import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseGoFlags, parsePflags } from '../../src/config/flags.ts';
import type { Argument, ParsedFlags } from '../../src/config/flags.ts';
import { flagHistory } from '../../src/config/history/history.ts';
import { otherFlags } from '../../src/config/history/other-flags.ts';

const FILE = '/etc/kubernetes/manifests/x.yaml';

function words(texts: readonly string[]): Argument[] {
  return texts.map((text, index) => ({ text, position: { file: FILE, line: index + 1 } }));
}

function kube(...texts: string[]): ParsedFlags {
  return parsePflags(words(texts), flagHistory('kube-apiserver'), otherFlags('kube-apiserver'));
}

function etcd(...texts: string[]): ParsedFlags {
  return parseGoFlags(words(texts), flagHistory('etcd'), otherFlags('etcd'));
}

function pairs(parsed: ParsedFlags): string[] {
  return parsed.occurrences.map(({ name, value }) => `${name}=${value}`);
}

describe('pflag', () => {
  test.each([
    ['value after =', ['--authorization-mode=Node,RBAC'], ['authorization-mode=Node,RBAC']],
    ['value as the next word', ['--authorization-mode', 'AlwaysAllow'], ['authorization-mode=AlwaysAllow']],
    ['next word with a dash', ['--etcd-prefix', '--profiling'], ['etcd-prefix=--profiling']],
    ['bare boolean', ['--profiling', '--anonymous-auth'], ['profiling=true', 'anonymous-auth=true']],
    ['boolean after =', ['--profiling=false'], ['profiling=false']],
    ['empty value', ['--kubelet-certificate-authority='], ['kubelet-certificate-authority=']],
    ['empty next word', ['--kubelet-certificate-authority', ''], ['kubelet-certificate-authority=']],
    ['= inside the value', ['--feature-gates=A=true,B=false'], ['feature-gates=A=true,B=false']],
    ['underscores', ['--tls_cert_file=/a', '--client-ca_file', '/b'], ['tls-cert-file=/a', 'client-ca-file=/b']],
    ['repeats keep their order', ['--profiling=true', '--profiling=false'], ['profiling=true', 'profiling=false']],
    ['-v with a word', ['-v', '2', '--profiling'], ['v=2', 'profiling=true']],
    ['-v with = and glued', ['-v=3', '-v4'], ['v=3', 'v=4']],
    ['known other flag takes a word', ['--event-ttl', '--profiling'], ['event-ttl=--profiling']],
    ['known other boolean takes none', ['--watch-cache', '--profiling'], ['watch-cache=true', 'profiling=true']],
    ['unlisted flag with a value', ['--vendor-thing', 'x', '--profiling'], ['vendor-thing=x', 'profiling=true']],
    ['unlisted flag before a flag', ['--vendor-thing', '--profiling'], ['vendor-thing=true', 'profiling=true']],
  ])('%s', (_title, argv, expected) => {
    const parsed = kube(...argv);
    expect(pairs(parsed)).toEqual(expected);
    expect(parsed.positionals).toEqual([]);
    expect(parsed.notices).toEqual([]);
  });

  test('a word after a bare boolean is positional, and the boolean stays true', () => {
    const parsed = kube('--anonymous-auth', 'false', '--profiling=false');
    expect(pairs(parsed)).toEqual(['anonymous-auth=true', 'profiling=false']);
    expect(parsed.positionals.map(({ text }) => text)).toEqual(['false']);
    expect(parsed.notices).toEqual([
      expect.objectContaining({ code: 'positional-argument', subject: 'false', file: FILE, line: 2 }),
    ]);
    expect(parsed.notices[0]?.message).toContain('--anonymous-auth is true');
  });

  test.each([
    ['a leading space', ' --profiling=false', /begins with a space/],
    ['an en dash', '\u2013\u2013profiling=false', /another dash/],
    ['a plain word', 'junk', /is no flag/],
  ])('%s makes a word, not a flag', (_title, word, message) => {
    const parsed = kube(word, '--anonymous-auth=false');
    expect(pairs(parsed)).toEqual(['anonymous-auth=false']);
    expect(parsed.notices).toEqual([expect.objectContaining({ code: 'positional-argument', subject: word })]);
    expect(parsed.notices[0]?.message).toMatch(message);
  });

  test('a word after one that is not known may be its value', () => {
    const position = { file: FILE, line: 1 };
    const hidden = { text: '$(EXTRA)', position, unknown: 'EXTRA comes from a Secret' };
    const parsed = parsePflags([hidden, { text: 'x', position }], flagHistory('kube-apiserver'), new Map());
    expect(parsed.notices).toEqual([]);
  });

  test('-- ends the flags', () => {
    const parsed = kube('--profiling', '--', '--anonymous-auth=false');
    expect(pairs(parsed)).toEqual(['profiling=true']);
    expect(parsed.positionals.map(({ text }) => text)).toEqual(['--anonymous-auth=false']);
  });

  test.each([['-tls-min-version=VersionTLS12'], ['---profiling'], ['--=x'], ['-x']])('%s is no flag', (word) => {
    const parsed = kube(word, '--profiling');
    expect(pairs(parsed)).toEqual(['profiling=true']);
    expect(parsed.notices).toEqual([expect.objectContaining({ code: 'invalid-value', subject: word, line: 1 })]);
  });

  test('a value that is missing at the end', () => {
    const parsed = kube('--profiling', '--tls-cert-file');
    expect(pairs(parsed)).toEqual(['profiling=true']);
    expect(parsed.notices).toEqual([
      expect.objectContaining({ code: 'invalid-value', subject: '--tls-cert-file', line: 2 }),
    ]);
  });

  test('the position is that of the name, not of the value', () => {
    expect(kube('--tls-cert-file', '/a').occurrences[0]?.position).toEqual({ file: FILE, line: 1 });
  });
});

describe('Go flag', () => {
  test.each([
    ['one dash', ['-client-cert-auth=true', '-cert-file', '/a'], ['client-cert-auth=true', 'cert-file=/a']],
    ['two dashes', ['--client-cert-auth', '--cert-file=/a'], ['client-cert-auth=true', 'cert-file=/a']],
    [
      'repeats',
      ['--client-cert-auth=true', '--client-cert-auth=false'],
      ['client-cert-auth=true', 'client-cert-auth=false'],
    ],
    ['underscores are not dashes', ['--cert_file=/a'], ['cert_file=/a']],
    ['empty value', ['--trusted-ca-file='], ['trusted-ca-file=']],
  ])('%s', (_title, argv, expected) => {
    const parsed = etcd(...argv);
    expect(pairs(parsed)).toEqual(expected);
    expect(parsed.notices).toEqual([]);
  });

  test('a word that is no flag is a fault, and what follows is read all the same', () => {
    const parsed = etcd('--client-cert-auth', 'false', '--auto-tls');
    expect(pairs(parsed)).toEqual(['client-cert-auth=true', 'auto-tls=true']);
    expect(parsed.positionals.map(({ text }) => text)).toEqual(['false']);
    expect(parsed.notices).toEqual([expect.objectContaining({ code: 'positional-argument', line: 2 })]);
  });

  test('-- ends the flags', () => {
    const parsed = etcd('--client-cert-auth', '--', '--auto-tls', 'x');
    expect(pairs(parsed)).toEqual(['client-cert-auth=true']);
    expect(parsed.notices).toEqual([expect.objectContaining({ code: 'positional-argument', subject: '--auto-tls' })]);
  });
});

describe('any command line', () => {
  const word = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom(
      '--',
      '-',
      '---',
      '--=',
      '--profiling',
      '--tls-cert-file',
      '-v',
      '--anonymous-auth=',
      'false',
      '\u0000',
    ),
  );

  test.each([
    ['pflag', kube],
    ['Go flag', etcd],
  ] as const)('%s accounts for every word and throws nothing', (_title, parse) => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 20 }), (argv) => {
        const parsed = parse(...argv);
        expect(parsed.occurrences.length + parsed.positionals.length).toBeLessThanOrEqual(argv.length);
        for (const { position } of parsed.occurrences) expect(position.line).toBeGreaterThan(0);
      }),
    );
  });
});
