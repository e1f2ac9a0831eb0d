import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BUILT, kubetls } from '../support/program.ts';

const CLUSTER = 'fixtures/clusters/kubeadm-v136-default.tar.gz';
const WEAK = 'fixtures/clusters/kubeadm-v136-weak-external-etcd.tar.gz';
const AT = ['--at', '2026-11-21T12:00:00Z'];

interface Parsed {
  readonly status: string;
  readonly evaluatedAt: string;
  readonly paths: readonly { readonly id: string; readonly status: string }[];
}

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubetls-cli-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

test.each([[['--version']], [['-V']]])('%j: the bare version on stdout', async (args) => {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(await kubetls(args)).toEqual({ status: 0, stdout: `${manifest.version}\n`, stderr: '' });
});

test('--help on stdout', async () => {
  const { status, stdout, stderr } = await kubetls(['--help']);
  expect(stdout).toContain('kubetls explain');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test('a usage error: nothing on stdout, status 3', async () => {
  const { status, stdout, stderr } = await kubetls(['--outptu']);
  expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
  expect(stderr).toContain('Did you mean --output?');
});

test.each([['no-such-input'], ['chek']])(
  'the input %s does not exist: status 3, a message, no stack',
  async (input) => {
    const { status, stdout, stderr } = await kubetls([input]);
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr).toMatch(new RegExp(`^kubetls: .*${input}`));
    expect(stderr).not.toMatch(/^\s+at /m);
    if (input === 'chek') expect(stderr).toContain("Did you mean the command 'check'?");
  },
);

describe('settings', () => {
  test('a node: what is in force, status 0', async () => {
    const { status, stdout, stderr } = await kubetls([
      'settings',
      WEAK,
      '--component',
      'kube-apiserver',
      '--no-defaults',
    ]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^--tls-min-version +VersionTLS10 +flag +kube-apiserver\.yaml:37$/m);
    expect(stdout).not.toContain('default 1.36');
    expect(stdout).not.toContain('kubelet version');
  });

  test('two reports of one run', async () => {
    const file = join(folder, 'settings.json');
    const { status, stdout } = await kubetls(['settings', CLUSTER, '-o', 'table', '-o', `json=${file}`]);
    expect(status).toBe(0);
    expect(stdout).toContain('--anonymous-auth');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ schemaVersion: 1, nodes: [{ name: 'cp-1' }] });
  });

  test('a manifest that is no YAML: the rest is shown, a message names file and line, status 3', async () => {
    const manifests = join(folder, 'manifests');
    mkdirSync(manifests);
    writeFileSync(join(manifests, 'kube-scheduler.yaml'), 'apiVersion: v1\nkind: Pod\n  spec: [\n');
    const { status, stdout, stderr } = await kubetls(['settings', CLUSTER, '--manifests', manifests]);
    expect(status).toBe(3);
    expect(stderr).toMatch(/kube-scheduler\.yaml:\d/);
    expect(stdout).toContain('kubelet version unknown');
  });

  test('nothing of Kubernetes: status 3 and what was looked for', async () => {
    const { status, stdout, stderr } = await kubetls(['settings', folder]);
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr).toContain('looked for');
  });
});

test('explain and list work with no input', async () => {
  expect((await kubetls(['explain'])).stdout).toContain('apiserver-to-etcd');
  expect((await kubetls(['explain', 'apiserver-to-etcd'])).status).toBe(0);
  const paths = JSON.parse((await kubetls(['list', 'paths', '-o', 'json'])).stdout) as unknown[];
  expect(paths.length).toBeGreaterThan(0);
});

describe('a backup', () => {
  test('the verdict is in the status, the report on stdout, nothing on stderr', async () => {
    const { status, stdout, stderr } = await kubetls([CLUSTER, ...AT, '-o', 'json']);
    const report = JSON.parse(stdout) as Parsed;
    expect(report.evaluatedAt).toBe('2026-11-21T12:00:00Z');
    expect(report.paths.length).toBeGreaterThan(0);
    expect(stderr).toBe('');
    expect(status).toBe({ pass: 0, 'not-assessed': 0, 'not-applicable': 0, warn: 1, fail: 2 }[report.status]);
  });

  test('the command may be left out, and two runs agree to the byte', async () => {
    const named = await kubetls(['check', CLUSTER, ...AT]);
    expect(await kubetls([CLUSTER, ...AT])).toEqual(named);
  });

  test('--fail-on never: the report as before, status 0', async () => {
    const { status, stdout } = await kubetls([WEAK, ...AT, '--fail-on', 'never', '-o', 'json']);
    expect((JSON.parse(stdout) as Parsed).status).toBe('fail');
    expect(status).toBe(0);
  });

  test('a weak cluster: status 2', async () => {
    expect((await kubetls([WEAK, ...AT, '--quiet'])).status).toBe(2);
  });

  test('--path leaves only that row', async () => {
    const { stdout } = await kubetls([
      WEAK,
      ...AT,
      '--path',
      'etcd-to-etcd',
      '--path',
      'apiserver-to-etcd',
      '-o',
      'json',
    ]);
    const ids = (JSON.parse(stdout) as Parsed).paths.map(({ id }) => id);
    expect(new Set(ids)).toEqual(new Set(['apiserver-to-etcd', 'etcd-to-etcd']));
  });

  test('standard input', async () => {
    const archive = readFileSync(CLUSTER);
    const { status, stdout } = await kubetls(['-', ...AT, '-o', 'json'], { stdin: archive });
    const direct = await kubetls([CLUSTER, ...AT, '-o', 'json']);
    const rows = (text: string): unknown => (JSON.parse(text) as Parsed).paths.map(({ id, status }) => [id, status]);
    expect(rows(stdout)).toEqual(rows(direct.stdout));
    expect(status).toBe(direct.status);
  });

  test('some inputs readable, some not: the report, a message, status 3', async () => {
    const { status, stdout, stderr } = await kubetls([CLUSTER, 'no-such-input', ...AT, '-o', 'json']);
    expect((JSON.parse(stdout) as Parsed).paths.length).toBeGreaterThan(0);
    expect(stderr).toContain('no-such-input');
    expect(status).toBe(3);
  });

  test('a report on stdout and one in a file', async () => {
    const file = join(folder, 'report.json');
    const { stdout } = await kubetls([CLUSTER, ...AT, '-o', 'table', '-o', `json=${file}`]);
    expect(stdout).toContain('PATH');
    expect((JSON.parse(readFileSync(file, 'utf8')) as Parsed).paths.length).toBeGreaterThan(0);
    expect(readdirSync(folder)).toEqual(['report.json']);
  });

  test('a report that cannot be written: status 3, a message, nothing left', async () => {
    const file = join(folder, 'no', 'such', 'report.json');
    const { status, stdout, stderr } = await kubetls([CLUSTER, ...AT, '-o', `json=${file}`]);
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr).toContain('its directory does not exist');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('colour is for terminals, and for who asks', async () => {
    expect((await kubetls([WEAK, ...AT])).stdout).not.toContain('\u001b');
    expect((await kubetls([WEAK, ...AT, '--color', 'always'])).stdout).toContain('\u001b[');
    expect((await kubetls([WEAK, ...AT, '--color', 'never'], { env: { FORCE_COLOR: '1' } })).stdout).not.toContain(
      '\u001b',
    );
  });

  test('a reader that leaves early is no error', async () => {
    const child = spawn(process.execPath, [BUILT, WEAK, ...AT, '--verbose'], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    const stderr: Buffer[] = [];
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    const status = await new Promise((resolve) => child.on('close', resolve));
    expect(Buffer.concat(stderr).toString()).toBe('');
    expect(status).toBe(2);
  });
});
