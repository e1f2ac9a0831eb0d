/** What stands in deploy/: each file before the program that reads it, where that program is installed. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { renderPrometheus } from '../src/report/prometheus.ts';
import { hostileReport } from './report/sample.ts';
import { kubetls } from './support/program.ts';

const has = (program: string, argument: string): boolean => spawnSync(program, [argument]).status === 0;

const read = (name: string): string => readFileSync(join('deploy', name), 'utf8');

/** Metrics that a text asks for. */
const asked = (text: string): ReadonlySet<string> => new Set(text.match(/kubetls_[a-z_]+/g) ?? []);

const written = new Set([...renderPrometheus(hostileReport).matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name ?? ''));

test.each(['prometheus-rules.yaml', 'prometheus-rules.test.yaml', 'grafana-dashboard.json'])(
  '%s asks for metrics that there are',
  (name) => {
    const text = read(name);
    expect(asked(text).size).toBeGreaterThan(3);
    for (const metric of asked(text)) expect([...written]).toContain(metric);
    if (name.endsWith('.json')) expect(JSON.parse(text)).toMatchObject({ uid: 'kubetls' });
  },
);

test('the documentation names every metric', () => {
  const text = readFileSync('docs/alerting.md', 'utf8');
  for (const metric of written) expect(text).toContain(`\`${metric}\``);
});

test('every alert is one of the tests of the rules', () => {
  const { groups } = parse(read('prometheus-rules.yaml')) as { groups: { rules: { alert: string }[] }[] };
  const tests = read('prometheus-rules.test.yaml');
  for (const { alert } of groups.flatMap(({ rules }) => rules)) expect(tests).toContain(alert);
});

describe.skipIf(!has('promtool', '--version'))('promtool (not installed where this is skipped)', () => {
  test.each([
    ['check', 'prometheus-rules.yaml'],
    ['test', 'prometheus-rules.test.yaml'],
  ])('%s rules %s', (verb, file) => {
    const run = spawnSync('promtool', [verb, 'rules', join('deploy', file)], { encoding: 'utf8' });
    expect(run.stdout + run.stderr).toContain('SUCCESS');
    expect(run.status).toBe(0);
  });
});

describe.skipIf(!has('systemd-analyze', '--version'))('systemd-analyze (not installed where this is skipped)', () => {
  test('verify', () => {
    // It asks for the programs too, which are not at their places here.
    const folder = mkdtempSync(join(tmpdir(), 'kubetls-units-'));
    for (const name of ['kubetls.service', 'kubetls.timer']) {
      writeFileSync(join(folder, name), read(name).replace('/usr/bin/node', process.execPath));
    }
    const units = ['kubetls.service', 'kubetls.timer'].map((name) => join(folder, name));
    const run = spawnSync('systemd-analyze', ['verify', '--man=no', ...units], { encoding: 'utf8' });
    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
  });
});

describe.skipIf(!has('icinga2', '--version'))('icinga2 (not installed where this is skipped)', () => {
  test('daemon -C', () => {
    const run = spawnSync('icinga2', ['daemon', '-C', '-c', join('deploy', 'icinga2.conf')], { encoding: 'utf8' });
    expect(run.stdout + run.stderr).toContain('Instantiated 1 CheckCommand');
    expect(run.status).toBe(0);
  });
});

test.each(['kubetls.service', 'kubetls.cron', 'nagios.cfg', 'icinga2.conf'])(
  'the options in %s are those of the program',
  async (name) => {
    const text = read(name);
    const command = /"?(check|expiry)"?/.exec(text)?.[1] ?? '';
    const { stdout } = await kubetls([command, '--help']);
    const options = [...text.matchAll(/(?<=[\s"])--?[a-z][a-z-]*(?=[\s"])/g)].map(([option]) => option);
    expect(options.length).toBeGreaterThan(0);
    for (const option of options) expect(stdout).toMatch(new RegExp(`(?:^|\\s)${option}[ ,]`, 'm'));
  },
);
