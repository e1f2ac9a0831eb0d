/** `kubetls completion` and the manual page, each before the program that reads it, where that is installed. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMAND_NAMES, SHELLS } from '../../src/cli/flags.ts';
import type { Shell } from '../../src/cli/flags.ts';
import { kubetls } from '../support/program.ts';

const has = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;

async function script(shell: Shell): Promise<string> {
  const { stdout, status } = await kubetls(['completion', shell]);
  expect(status).toBe(0);
  const file = join(mkdtempSync(join(tmpdir(), 'kubetls-completion-')), 'kubetls');
  writeFileSync(file, stdout);
  return file;
}

test.each(SHELLS)('%s: every command and every option of check is there', async (shell) => {
  const { stdout } = await kubetls(['completion', shell]);
  for (const name of COMMAND_NAMES.filter((one) => one !== 'help')) expect(stdout).toContain(name);
  expect(stdout).toContain('fix-plan');
  expect(stdout).toContain('apiserver-to-etcd');
});

describe.skipIf(!has('bash'))('bash (not installed where this is skipped)', () => {
  test.each<[line: readonly string[], among: readonly string[], not: readonly string[]]>([
    [['exp'], ['expiry', 'explain'], ['check']],
    [['check', '--fail-on', ''], ['warn', 'fail', 'never'], []],
    [['--path', 'etcd-to'], ['etcd-to-etcd', 'etcd-to-apiserver'], ['apiserver-to-etcd']],
    [['check', '-o', 'pro'], ['prometheus', 'prometheus-x509'], ['sarif']],
    [['timeline', '-o', 'i'], ['ics'], []],
    [['explain', 'etcd-cr'], ['etcd-crl'], []],
    [['expiry', '--qu'], ['--quiet'], ['--path']],
    [['check', 'pack'], ['package.json'], []],
  ])('%j', async (line, among, not) => {
    const words = ['kubetls', ...line];
    const asked = spawnSync(
      'bash',
      [
        '-c',
        `source ${await script('bash')}; COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _kubetls; printf '%s\\n' "\${COMPREPLY[@]}"`,
      ],
      { encoding: 'utf8' },
    );
    expect(asked.stderr).toBe('');
    const answers = asked.stdout.trim().split('\n');
    for (const one of among) expect(answers).toContain(one);
    for (const one of not) expect(answers).not.toContain(one);
  });
});

describe.skipIf(!has('zsh'))('zsh (not installed where this is skipped)', () => {
  test('takes it', async () => {
    const file = await script('zsh');
    const run = spawnSync('zsh', ['-f', '-c', `autoload -U compinit && compinit -u -D && source ${file} && print ok`], {
      encoding: 'utf8',
    });
    expect(run.stderr).toBe('');
    expect(run.stdout).toContain('ok');
  });
});

describe.skipIf(!has('fish'))('fish (not installed where this is skipped)', () => {
  test.each([
    ['kubetls exp', 'expiry'],
    ['kubetls check --fail-on ', 'never'],
    ['kubetls --path etcd-to', 'etcd-to-etcd'],
    ['kubetls explain etcd-cr', 'etcd-crl'],
  ])('%s', async (line, answer) => {
    const run = spawnSync('fish', ['--no-config', '-c', `source ${await script('fish')}; complete -C '${line}'`], {
      encoding: 'utf8',
      env: { ...process.env, HOME: tmpdir() },
    });
    expect(run.stderr).toBe('');
    expect(run.stdout.split('\n').map((one) => one.split('\t')[0])).toContain(answer);
  });
});

describe.skipIf(!has('mandoc') && spawnSync('mandoc', ['-T', 'lint', '/dev/null']).error !== undefined)(
  'mandoc (not installed where this is skipped)',
  () => {
    test('the manual page', () => {
      const run = spawnSync('mandoc', ['-T', 'lint', '-W', 'warning', 'docs/kubetls.1'], { encoding: 'utf8' });
      // A page without a day on it is the same whenever it is written.
      const said = (run.stdout + run.stderr)
        .split('\n')
        .filter((line) => line !== '' && !line.includes('missing date'));
      expect(said).toEqual([]);
    });
  },
);
