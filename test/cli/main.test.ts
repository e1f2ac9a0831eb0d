import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { internalError, main } from '../../src/cli/main.ts';
import { FORMATS } from '../../src/report/formats.ts';

/** Runs in this process, streams and clock made here. */
async function run(argv: readonly string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const status = await main(argv, {
    stdout: { write: (text) => stdout.push(text) },
    stderr: { write: (text) => stderr.push(text) },
    stdin: (async function* () {
      await Promise.resolve();
      yield new Uint8Array();
    })(),
    env: {},
    now: () => new Date('2026-11-21T12:00:00Z'),
  });
  return { status, stdout: stdout.join(''), stderr: stderr.join('') };
}

test.each([
  [['--outptu', 'json'], "unknown option '--outptu' (Did you mean --output?)"],
  [['check', '--quite'], 'Did you mean --quiet?'],
  [['-o', 'jsno'], 'Did you mean json?'],
  [['-o'], 'argument missing'],
  [['--at', 'tomorrow'], "--at 'tomorrow': not a date; write 2028-01-01"],
  [['--warn-before', '30'], "--warn-before '30': the unit after 30 is missing; write 30d"],
  [['--fail-before', 'x'], "--fail-before 'x'"],
  [['--ca-warn-before', '130%'], "--ca-warn-before '130%': more than the whole lifetime"],
  [['--warn-before', '3d'], 'the warning window is shorter than the failure window'],
  [['--kubernetes-version', 'latest'], "--kubernetes-version 'latest': not a version"],
  [['--path', 'api-to-kubelet'], "unknown path 'api-to-kubelet'. Did you mean "],
  [['--check', 'no-such-check-at-all'], "unknown check 'no-such-check-at-all'"],
  [['--fail-on', 'sometimes'], 'Allowed choices are warn, fail, never'],
  [['--color', 'blue'], 'Allowed choices are auto, always, never'],
  [['--width', '20'], "--width '20': write a number from 80 to 1000"],
  [['--quiet', '--verbose'], 'cannot be used with'],
  [['settings', '--component', 'kubelt'], "--component 'kubelt': unknown component 'kubelt'. Did you mean kubelet?"],
  [['settings', '-o', 'xml'], "unknown output format 'xml'. Formats: table, json"],
  [['list', 'path'], "list 'path': write paths or checks. Did you mean paths?"],
  [['list'], "missing required argument 'what'"],
  [['list', 'paths', 'more'], 'too many arguments'],
  [['explain', 'etcd-to-etdc'], "unknown path or check 'etcd-to-etdc'. Did you mean etcd-to-etcd"],
])('%j: status 3, one line on stderr', async (argv, message) => {
  const result = await run(argv);
  expect(result.stderr).toContain(message);
  expect(result.stderr).toMatch(/^kubetls: .*See kubetls --help\n$/);
  expect(result).toMatchObject({ status: 3, stdout: '' });
});

test('a configuration file that is not there: status 3, named', async () => {
  expect(await run(['--config', '/no/such.yaml'])).toEqual({
    status: 3,
    stdout: '',
    stderr: 'kubetls: the configuration file /no/such.yaml does not exist.\n',
  });
});

test('a configuration file with faults: a line for each', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'kubetls-config-')), 'c.yaml');
  writeFileSync(file, 'expiri: {}\nseverities: { etcd-clr: low }\n');
  const { status, stdout, stderr } = await run(['--config', file]);
  expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
  expect(stderr.split('\n')).toEqual([
    'kubetls: the configuration file cannot be used:',
    expect.stringMatching(/^ {2}.*c\.yaml:1: unknown key expiri\. Did you mean expiry\?/),
    expect.stringMatching(/^ {2}.*c\.yaml:2: unknown check etcd-clr\. Did you mean etcd-crl\?/),
    '',
  ]);
});

test('an argument cannot write to the terminal', async () => {
  const { stderr } = await run(['--path', '\u001b[31m']);
  expect(stderr).toContain(String.raw`\x1b[31m`);
  expect((await run(['--\u001b[31m'])).stderr).toContain(String.raw`\x1b[31m`);
});

test.each([
  [['--help']],
  [['help']],
  [['help', 'check']],
  [['check', '--help']],
  [['settings', '--help']],
  [['list', '--help']],
  [['explain', '-h']],
])('%j: help on stdout, status 0', async (argv) => {
  const { status, stdout, stderr } = await run(argv);
  expect(stdout).toMatch(/^Usage: kubetls/);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test('help offers every format', async () => {
  const { stdout } = await run(['check', '--help']);
  for (const format of FORMATS) expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(new RegExp(`[ ,]${format}[ ,]`));
});

test('what nobody expected: one line, and the stack only when asked for', () => {
  const error = new TypeError('x is \u001b[31mundefined');
  expect(internalError(error, {})).toMatch(/^kubetls: internal error: TypeError: x is \\x1b\[31mundefined\. .*\n$/);
  expect(internalError(error, {})).not.toContain(' at ');
  expect(internalError(error, { KUBETLS_DEBUG: '1' })).toContain('main.test.ts');
  expect(internalError('thrown text', { KUBETLS_DEBUG: '1' })).toContain('internal error: thrown text.');
});
