/** Waivers, severities and baselines: a real node and a configuration in, rows and exit status out. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isAlarm } from '../src/model/report.ts';
import type { ReportControl } from '../src/model/benchmark.ts';
import type { Report } from '../src/model/report.ts';
import { NO_DECISIONS } from '../src/model/waiver.ts';
import type { Baseline, WaiverRule } from '../src/model/waiver.ts';
import { FORMATS, reporterFor } from '../src/report/formats.ts';
import { expiryOf } from '../src/run/expiry.ts';
import { checkSources } from '../src/run/run.ts';
import { parseBaseline } from '../src/run/baseline.ts';
import { AT, rowOf } from './support/cases.ts';
import { temporaryDirectory } from './support/input.ts';
import type { Source } from '../src/source/source.ts';
import { fileSource, realNode } from './support/node.ts';
import { kubetls } from './support/program.ts';

const STOCK = 'fixtures/clusters/kubeadm-v136-default.tar.gz';

const RULE: WaiverRule = {
  check: 'apiserver-kubelet-ca-set',
  path: 'apiserver-to-kubelet',
  reason: 'kubelets get certificates in March',
  until: new Date('2027-03-31T23:59:59Z'),
  position: { file: '.kubetls.yaml', line: 2 },
};

async function waived(rules: readonly WaiverRule[], node?: Source, at = AT): Promise<Report> {
  const result = await checkSources([node ?? (await realNode('kubeadm-v136-default'))], {
    at: new Date(at),
    decisions: { ...NO_DECISIONS, waivers: rules },
  });
  if (!result.ok) throw new Error(result.message);
  return result.report;
}

test('a waived finding stays visible and no longer counts', async () => {
  const report = await waived([RULE]);
  const row = rowOf(report, 'apiserver-to-kubelet');
  expect(row.status).toBe('pass');
  expect(row.serverVerified).toBe('no');
  expect(row.checks.find(({ id }) => id === RULE.check)).toMatchObject({
    status: 'fail',
    waiver: { kind: 'waiver', reason: RULE.reason, until: '2027-03-31T23:59:59Z' },
  });
  expect(report.status).toBe('warn');
  expect(report.summary).toMatchObject({ fail: 0, warn: 3 });
  expect(report.waivers).toMatchObject([{ state: 'used', findings: 1 }]);
});

test.each<[string, Partial<WaiverRule>, Report['waivers'][number]['state'], 'pass' | 'fail']>([
  ['the right node', { node: 'cp-*' }, 'used', 'pass'],
  ['another node', { node: 'cp-2' }, 'not-judged', 'fail'],
  ['another path', { path: 'client-to-kubelet' }, 'not-judged', 'fail'],
  ['the file of the evidence', { file: '/etc/kubernetes/manifests/*' }, 'used', 'pass'],
  ['another file', { file: '/etc/kubernetes/pki/**' }, 'unused', 'fail'],
  ['its last second', { until: new Date(AT) }, 'used', 'pass'],
  ['the second after', { until: new Date(Date.parse(AT) - 1000) }, 'expired', 'fail'],
  ['a check that passes', { check: 'apiserver-kubelet-client-cert-set' }, 'unused', 'fail'],
])('%s', async (_name, changes, state, status) => {
  const report = await waived([{ ...RULE, ...changes }]);
  expect(report.waivers.map((one) => one.state)).toEqual([state]);
  expect(rowOf(report, 'apiserver-to-kubelet').status).toBe(status);
});

test('a waiver that has ended, or is for nothing, is a warning where all else is well', async () => {
  const good = await realNode('kubeadm-v136-hardened-ha');
  for (const [rule, word] of [
    [{ ...RULE }, 'met no finding'],
    [{ ...RULE, until: new Date('2026-01-01T00:00:00Z') }, 'met no finding'],
  ] as const) {
    const report = await waived([rule], good);
    expect(report.status).toBe('warn');
    const text = await reporterFor('table')(report, { width: 120, colour: false, quiet: true, verbose: false });
    expect(text).toContain(`.kubetls.yaml:2: the waiver of apiserver-kubelet-ca-set ${word}`);
  }
});

test.each(
  FORMATS.filter((format) => ['table', 'wide', 'json', 'markdown', 'html', 'sarif', 'nagios'].includes(format)),
)('%s says of a waiver that is for nothing', async (format) => {
  const report = await waived([RULE], await realNode('kubeadm-v136-hardened-ha'));
  const text = await reporterFor(format)(report, { width: 400, colour: false, quiet: false, verbose: false });
  expect(text.replaceAll('\\', '')).toMatch(
    format === 'json' ? /"state": "unused"/ : /the waiver of apiserver-kubelet-ca-set met no finding/,
  );
});

test('the file of a waiver is the one that the finding is about, and hides no other', async () => {
  const PKI = '/etc/kubernetes/pki';
  const node = (await realNode('kubeadm-v136-default'))
    .mode(`${PKI}/apiserver.key`, 0o644)
    .mode(`${PKI}/apiserver-kubelet-client.key`, 0o644);
  const rule = { check: 'pki-private-key-mode', reason: RULE.reason, until: RULE.until, position: RULE.position };
  const report = await waived([{ ...rule, file: `${PKI}/apiserver.key` }], node);
  expect(report.waivers).toMatchObject([{ state: 'used' }]);
  const open = report.paths
    .flatMap(({ checks }) => checks)
    .filter(({ id, status, waiver }) => id === rule.check && status === 'fail' && waiver === null);
  expect(new Set(open.map(({ message }) => /\S+\.key/.exec(message)?.[0]))).toEqual(
    new Set([`${PKI}/apiserver-kubelet-client.key`]),
  );
});

test('the star of a node stands for any text, as for the name of a file that stands for one', async () => {
  const { check, reason, until, position } = RULE;
  const text = 'apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: v1.36.3\n';
  const source = Object.assign(fileSource('kubeadm.yaml', text), { name: 'dir/kubeadm.yaml' });
  const report = await waived([{ check, node: '*', reason, until, position }], source);
  expect(report.waivers).toMatchObject([{ state: 'used' }]);
});

test('of two waivers for one finding neither is for nothing', async () => {
  const { check, reason, until, position } = RULE;
  const report = await waived([RULE, { check, node: '*', reason, until, position }]);
  expect(report.waivers.map(({ state }) => state)).toEqual(['used', 'used']);
});

test('a baseline knows the value that was written, and not another weak one', async () => {
  const reportFor = async (address: string, baseline?: Baseline): Promise<Report> => {
    const node = (await realNode('kubeadm-v136-default')).setFlag('kube-scheduler', 'bind-address', address);
    const decisions = NO_DECISIONS;
    const result = await checkSources([node], {
      at: new Date(AT),
      decisions: baseline === undefined ? decisions : { ...decisions, baseline },
    });
    if (!result.ok) throw new Error(result.message);
    return result.report;
  };
  const found = (report: Report): boolean =>
    rowOf(report, 'client-to-scheduler').checks.some((one) => one.id === 'scheduler-bind-address' && isAlarm(one));
  const options = { width: 120, colour: false, quiet: false, verbose: false };
  const old = parseBaseline(await reporterFor('json')(await reportFor('10.20.0.11'), options), 'old.json');
  if (!old.ok) throw new Error(old.message);
  expect(found(await reportFor('10.20.0.11', old.baseline))).toBe(false);
  expect(found(await reportFor('0.0.0.0', old.baseline))).toBe(true);
});

test('what could not be judged may be there: its waiver is no fault', async () => {
  const node = (await realNode('kubeadm-v136-default')).remove('/etc/kubernetes/manifests/kube-apiserver.yaml');
  expect((await waived([RULE], node)).waivers).toMatchObject([{ state: 'not-judged' }]);
});

test.each(FORMATS)('%s: a waived finding alarms nobody', async (format) => {
  const rules = ['kubeconfig-super-admin-on-node', 'apiserver-anonymous-auth', 'kubelet-serving-cert-source'].map(
    (check): WaiverRule => ({ check, node: '*', reason: 'known', until: RULE.until, position: RULE.position }),
  );
  const report = await waived([RULE, ...rules]);
  expect(report.status).toBe('not-assessed');
  const text = await reporterFor(format)(report, { width: 120, colour: false, quiet: false, verbose: false });
  if (format === 'sarif') {
    const { runs } = JSON.parse(text) as { runs: { results: { suppressions?: unknown[] }[] }[] };
    expect(runs[0]?.results.every(({ suppressions }) => suppressions?.length === 1)).toBe(true);
  } else if (format === 'junit') {
    expect(text).not.toMatch(/<failure|WARN/);
    expect(text).toContain('Waived (known)');
  } else if (format === 'table') {
    expect(text).toContain(
      'Waived\n  FAIL apiserver-kubelet-ca-set on apiserver-to-kubelet, until 2027-03-31: kubelets get',
    );
    expect(text).not.toMatch(/^(?:FAIL|WARN) {2}\w+ {2}/m);
  } else if (format === 'prometheus') {
    expect(text).not.toContain('kubetls_check_status{');
  } else if (format === 'nagios') {
    expect(text).toMatch(/^KUBETLS OK /);
  } else if (format === 'openreports') {
    expect(text).toMatch(/fail: 0\n {2}warn: 0\n/);
  }
});

test('expiry is silent about a certificate that was waived', async () => {
  const rule: WaiverRule = {
    check: 'pki-expiry-tier',
    file: '/etc/kubernetes/pki/apiserver.crt',
    reason: 'replaced next week',
    until: new Date('2027-12-31T00:00:00Z'),
    position: RULE.position,
  };
  const options = { at: new Date('2027-11-10T00:00:00Z') };
  const status = async (waivers: readonly WaiverRule[]): Promise<string | undefined> => {
    const result = await expiryOf([await realNode('kubeadm-v136-default')], {
      ...options,
      decisions: { ...NO_DECISIONS, waivers },
    });
    if (!result.ok) throw new Error(result.message);
    return result.report.certificates.find(({ file, kind }) => kind === 'leaf' && file.endsWith('/apiserver.crt'))
      ?.status;
  };
  expect(await status([])).toBe('warn');
  expect(await status([rule])).toBe('pass');
});

test('severities take the place of those of the checks', async () => {
  const result = await checkSources([await realNode('kubeadm-v136-default')], {
    at: new Date(AT),
    decisions: { ...NO_DECISIONS, severities: new Map([[RULE.check, 'critical']]) },
  });
  if (!result.ok) throw new Error(result.message);
  const row = rowOf(result.report, 'apiserver-to-kubelet');
  expect(row.checks.find(({ id }) => id === RULE.check)?.severity).toBe('critical');
});

test('the program: a configuration with a waiver, and a baseline', async () => {
  const folder = temporaryDirectory();
  const stock = join(process.cwd(), STOCK);
  const baseline = join(folder, 'old.json');
  expect((await kubetls(['check', stock, '--at', AT, '-o', `json=${baseline}`])).status).toBe(2);

  const same = await kubetls(['check', stock, '--at', '2026-12-01', '--baseline', baseline]);
  expect(same.status).toBe(0);
  expect(same.stdout).toContain(`4 findings are not shown, as in ${baseline}.`);

  const weak = join(folder, 'n');
  mkdirSync(weak);
  const worse = await kubetls([
    'check',
    join(process.cwd(), 'fixtures/clusters/kubeadm-v136-weak-external-etcd.tar.gz'),
    '--at',
    AT,
    '--baseline',
    baseline,
  ]);
  expect(worse.status).toBe(2);
  expect(worse.stdout).toContain('etcd in plain text off the host');
  expect(worse.stdout).not.toMatch(/FAIL {2}high {2}apiserver-kubelet-ca-set/);

  writeFileSync(
    join(folder, '.kubetls.yaml'),
    `waivers:\n- check: ${RULE.check}\n  path: apiserver-to-kubelet\n  reason: in March\n  until: 2027-03-31\n`,
  );
  const waivedRun = await kubetls(['check', stock, '--at', AT], { cwd: folder });
  expect(waivedRun.status).toBe(1);
  expect(waivedRun.stdout).toContain('until 2027-03-31: in March');
  const later = await kubetls(['check', stock, '--at', '2027-04-01'], { cwd: folder });
  expect(later.status).toBe(2);
  expect(later.stdout).toMatch(/\.kubetls\.yaml:2: the waiver of apiserver-kubelet-ca-set ended on 2027-03-31/);
});

test.each([
  ['{}', 'is no report of kubetls'],
  ['x', 'is no JSON'],
  [JSON.stringify({ tool: { name: 'kubetls' }, schemaVersion: 2, paths: [] }), 'has the schemaVersion 2'],
])('a baseline that is none: %s', async (text, message) => {
  const file = join(temporaryDirectory(), 'old.json');
  writeFileSync(file, text);
  const run = await kubetls(['check', STOCK, '--baseline', file]);
  expect(run).toMatchObject({ status: 3, stdout: '' });
  expect(run.stderr).toContain(`the baseline ${file} ${message}`);
  expect(readFileSync(file, 'utf8')).toBe(text);
});

/** What CIS 1.12 wants written, and the stock node does not have. */
const LITERAL = 'CIS-1.12 1.2.27';

const OF_CONTROL = `waivers:
- control: ${LITERAL}
  node: cp-1
  reason: Secrets are encrypted by the disks
  until: 2027-03-31
`;

const onStock = (folder: string, ...args: readonly string[]): ReturnType<typeof kubetls> =>
  kubetls([STOCK, '--at', AT, '--profile', 'cis', '--config', join(folder, 'c.yaml'), ...args]);

/** The control in the JSON report of a run. */
function literalIn(text: string): ReportControl | undefined {
  return (JSON.parse(text) as Report).benchmark?.controls.find(({ id }) => LITERAL.endsWith(` ${id}`));
}

test('what a document wants written is waived by the control, visible in every grouping', async () => {
  const folder = temporaryDirectory();
  writeFileSync(join(folder, 'c.yaml'), OF_CONTROL);
  const json = (await onStock(folder, '-o', 'json')).stdout;
  expect(literalIn(json)).toMatchObject({
    result: 'not-compliant',
    waived: true,
    demands: [expect.stringContaining('--encryption-provider-config')],
    waiver: { kind: 'waiver', reason: 'Secrets are encrypted by the disks', until: '2027-03-31T23:59:59Z' },
  });
  expect((JSON.parse(json) as Report).waivers).toMatchObject([
    { check: null, control: LITERAL, node: 'cp-1', state: 'used', findings: 1 },
  ]);
  const grouped = (await onStock(folder, '--group-by', 'benchmark')).stdout;
  expect(grouped).toMatch(/1\.2\.27 {2}Secrets are encrypted in etcd, waived\n/);
  expect(grouped).toContain('Waived until 2027-03-31: Secrets are encrypted by the disks');
  expect((await onStock(folder, '--group-by', 'benchmark', '--quiet')).stdout).not.toContain('1.2.27');
  const rows = (await onStock(folder)).stdout;
  expect(rows).toMatch(/Not compliant: (?!.*1\.2\.27)1\.2\.1,/);
  expect(rows).toContain('Not compliant, and waived: 1.2.27\n');
});

test('with its findings and demands waived a document leaves nothing to warn of', async () => {
  const folder = temporaryDirectory();
  const open = JSON.parse((await kubetls([STOCK, '--at', AT, '--profile', 'cis', '-o', 'json'])).stdout) as Report;
  const checks = new Set(
    open.paths
      .flatMap((row) => row.checks.filter(({ status }) => status === 'warn' || status === 'fail'))
      .map(({ id }) => id),
  );
  const controls = (open.benchmark?.controls ?? []).filter(({ demands }) => demands.length > 0);
  const terms = 'node: cp-1, reason: a test, until: 2027-03-31';
  const entries = [
    ...[...checks].map((id) => `- { check: ${id}, ${terms} }`),
    ...controls.map(({ id }) => `- { control: CIS-1.12 ${id}, ${terms} }`),
  ];
  expect(controls.length).toBeGreaterThan(2);
  const run = (lines: readonly string[], ...args: readonly string[]): ReturnType<typeof kubetls> => {
    writeFileSync(join(folder, 'c.yaml'), `waivers:\n${lines.join('\n')}\n`);
    return onStock(folder, ...args);
  };
  expect(await run(entries)).toMatchObject({ status: 0 });
  expect(await run(entries.slice(0, -1))).toMatchObject({ status: 1 });
  expect((await run(entries, '-o', 'nagios')).stdout).toMatch(/^KUBETLS OK - .*: no finding/);
});

test.each([
  ['has ended', OF_CONTROL.replace('2027-03-31', '2026-01-31'), 'expired', 'ended on 2026-01-31'],
  ['is for what is compliant', OF_CONTROL.replace('1.2.27', '1.2.4'), 'unused', 'met nothing that is not written'],
  ['is for another node', OF_CONTROL.replace('cp-1', 'cp-2'), 'not-judged', undefined],
  ['is for another version', OF_CONTROL.replace('CIS-1.12', 'CIS-1.11'), 'not-judged', undefined],
  ['is for another document', OF_CONTROL.replace(LITERAL, 'STIG CNTR-K8-000370'), 'not-judged', undefined],
])('a waiver of a control that %s', async (_name, config, state, words) => {
  const folder = temporaryDirectory();
  writeFileSync(join(folder, 'c.yaml'), config);
  const json = (await onStock(folder, '-o', 'json')).stdout;
  expect((JSON.parse(json) as Report).waivers.map((one) => one.state)).toEqual([state]);
  expect(literalIn(json)).toMatchObject({ waived: false, waiver: null });
  const text = (await onStock(folder)).stdout;
  if (words === undefined) expect(text).not.toContain('the waiver of');
  else expect(text).toContain(words);
});

test('without the profile of its document a waiver of a control is not judged', async () => {
  const folder = temporaryDirectory();
  writeFileSync(join(folder, 'c.yaml'), OF_CONTROL);
  const report = JSON.parse(
    (await kubetls([STOCK, '--at', AT, '--config', join(folder, 'c.yaml'), '-o', 'json'])).stdout,
  ) as Report;
  expect(report.waivers).toMatchObject([{ state: 'not-judged', findings: 0 }]);
});

test('a finding of a check counts whatever is waived of its control', async () => {
  const folder = temporaryDirectory();
  writeFileSync(join(folder, 'c.yaml'), OF_CONTROL.replace('1.2.27', '1.2.5'));
  const report = JSON.parse((await onStock(folder, '-o', 'json')).stdout) as Report;
  expect(report.benchmark?.controls.find(({ id }) => id === '1.2.5')).toMatchObject({ waived: false });
  expect(report.waivers).toMatchObject([{ state: 'unused' }]);
});

test('a baseline knows what a document wanted written, and not what it wants beyond', async () => {
  const folder = temporaryDirectory();
  const old = join(folder, 'old.json');
  writeFileSync(old, (await kubetls([STOCK, '--at', AT, '--profile', 'cis', '-o', 'json'])).stdout);
  const again = (...args: readonly string[]): ReturnType<typeof kubetls> =>
    kubetls([STOCK, '--at', AT, '--profile', 'cis', '--baseline', old, ...args]);
  expect(await again()).toMatchObject({ status: 0 });
  expect(literalIn((await again('-o', 'json')).stdout)).toMatchObject({ waived: true, waiver: { kind: 'baseline' } });
  const report = JSON.parse(readFileSync(old, 'utf8')) as { benchmark: { controls: { demands: string[] }[] } };
  for (const control of report.benchmark.controls) control.demands = [];
  writeFileSync(old, JSON.stringify(report));
  expect(await again()).toMatchObject({ status: 1 });
  expect(literalIn((await again('-o', 'json')).stdout)).toMatchObject({ waived: false, waiver: null });
});
