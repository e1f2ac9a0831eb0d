/** `kubetls expiry`: from a real node's files to who renews what when, and to the exit status that cron sees. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import type { ExpiryCertificate, ExpiryReport } from '../src/model/expiry-report.ts';
import { renderExpiry } from '../src/report/expiry-formats.ts';
import type { ReportOptions } from '../src/report/reporter.ts';
import { expiryOf } from '../src/run/expiry.ts';
import { expectGolden } from './report/golden.ts';
import { authenticate, CLUSTER_CA, forAdmin, forApiserver, serve } from './support/apiserver.ts';
import { AT, check } from './support/cases.ts';
import { caOf, freshKey, issue } from './support/certificates.ts';
import { extract } from './support/extract.ts';
import { temporaryDirectory } from './support/input.ts';
import { layoutNode, realNode } from './support/node.ts';
import type { ClusterName, EditableNode } from './support/node.ts';
import { kubetls } from './support/program.ts';

const SERVING = '/etc/kubernetes/pki/apiserver.crt';
const PAGE: ReportOptions = { width: 120, colour: false, quiet: false, verbose: false };

async function expiry(node: EditableNode, at = AT): Promise<ExpiryReport> {
  const result = await expiryOf([node], { at: new Date(at) });
  if (!result.ok) throw new Error(result.message);
  return result.report;
}

function entry(report: ExpiryReport, file: string, kind: ExpiryCertificate['kind'] = 'leaf'): ExpiryCertificate {
  const found = report.certificates.find((one) => one.file === file && one.kind === kind);
  if (found === undefined)
    throw new Error(`${file} is not among ${report.certificates.map((one) => one.file).join(', ')}`);
  return found;
}

const stock = (): Promise<EditableNode> => realNode('kubeadm-v136-default');

test('each certificate of a real node: who needs it, until when, who renews it', async () => {
  const report = await expiry(await stock());
  expect(report.status).toBe('pass');
  expect(
    report.certificates
      .filter(({ kind }) => kind === 'leaf')
      .map(
        ({ file, renewal, paths }) =>
          `${file.split('/').slice(-2).join('/')} ${renewal.by} ${renewal.restart ?? '-'} ${paths.length}`,
      ),
  ).toEqual([
    'pki/apiserver-etcd-client.crt kubeadm - 1',
    'pki/apiserver-kubelet-client.crt kubeadm - 1',
    'pki/apiserver.crt kubeadm - 7',
    'etcd/healthcheck-client.crt kubeadm - 1',
    'etcd/peer.crt kubeadm - 1',
    'etcd/server.crt kubeadm - 2',
    'pki/front-proxy-client.crt kubeadm - 2',
    'kubernetes/admin.conf kubeadm - 1',
    'kubernetes/controller-manager.conf kubeadm kube-controller-manager 1',
    'kubernetes/scheduler.conf kubeadm kube-scheduler 1',
    'kubernetes/super-admin.conf kubeadm - 1',
    'pki/kubelet-client-current.pem kubelet - 2',
    'pki/kubelet.crt hand kubelet 2',
  ]);
  const authorities = report.certificates.filter(({ kind }) => kind === 'authority');
  expect(new Set(authorities.map(({ subject }) => subject))).toEqual(
    new Set(['CN=kubernetes', 'CN=etcd-ca', 'CN=front-proxy-ca']),
  );
  expect(report).toMatchObject({ unused: [], unseen: [], problems: [] });
});

describe('it says what check says', () => {
  test.each<[cluster: ClusterName, at: string]>(
    (
      [
        'kubeadm-v136-default',
        'kubeadm-v136-hardened-ha',
        'kubeadm-v136-weak-external-etcd',
        'kubeadm-v128-default',
        'kubeadm-v136-live',
      ] as const
    ).flatMap((cluster) =>
      [
        '2026-11-21T12:00:00Z',
        '2026-12-19T00:00:00Z',
        '2027-10-30T00:00:00Z',
        '2027-11-17T00:00:00Z',
        '2036-03-01T00:00:00Z',
      ].map((at) => [cluster, at] as [ClusterName, string]),
    ),
  )('%s at %s', async (cluster, at) => {
    const ends =
      /^(?:pki-expired|pki-not-yet-valid|pki-expiry-tier|kubeconfig-expiry|pki-ca-expiry|kubelet-serving-self-signed-expired|kubelet-rotation-overdue)$/;
    const alarms = (await check(await realNode(cluster), { at })).paths.flatMap(({ checks }) =>
      checks
        .filter(({ id, status }) => ends.test(id) && (status === 'warn' || status === 'fail'))
        .flatMap(({ status, evidence }) =>
          evidence.map(({ file, sha256 }) => `${status} ${file ?? ''} ${sha256 ?? ''}`),
        ),
    );
    const told = (await expiry(await realNode(cluster), at)).certificates
      .filter(({ status }) => status === 'warn' || status === 'fail')
      .map(({ status, file, sha256 }) => `${status} ${file} ${sha256}`);
    // A certificate that one path warns of and another fails on is told by the worse.
    const worst = [...new Set(alarms)].filter(
      (one) => !(one.startsWith('warn') && alarms.includes(one.replace('warn', 'fail'))),
    );
    expect([...new Set(told)].sort()).toEqual(worst.sort());
  });
});

describe('by one change', () => {
  test('a CA that ends first takes its leaf along, and alarms itself', async () => {
    const ca = await issue({ subject: 'CN=kubernetes', ca: true, notAfter: '2027-01-01T00:00:00Z' });
    const node = (await stock()).write('/etc/kubernetes/pki/ca.crt', ca.certificate);
    const report = await expiry(serve(node, await forApiserver({}, ca)));
    expect(entry(report, SERVING)).toMatchObject({
      endsAt: '2027-01-01T00:00:00Z',
      endsWith: { file: '/etc/kubernetes/pki/ca.crt', subject: 'CN=kubernetes' },
      daysLeft: 40,
    });
    expect(entry(report, '/etc/kubernetes/pki/ca.crt', 'authority').status).toBe('fail');
  });

  test.each([
    ['Ed25519', freshKey('ed25519').privateKey],
    ['P-384', freshKey({ curve: 'P-384' }).privateKey],
  ])('a cluster with keys of %s', async (_kind, key) => {
    const ca = await issue({ subject: 'CN=kubernetes', ca: true, notAfter: '2036-01-01T00:00:00Z', key });
    const node = (await stock()).write('/etc/kubernetes/pki/ca.crt', ca.certificate);
    const report = await expiry(serve(node, await forApiserver({ key, notAfter: '2026-12-01T00:00:00Z' }, ca)));
    expect(entry(report, SERVING)).toMatchObject({ status: 'warn', daysLeft: 9, endsWith: null });
  });

  test('a certificate inside a kubeconfig', async () => {
    const node = authenticate(
      await stock(),
      '/etc/kubernetes/admin.conf',
      await forAdmin({ notAfter: '2026-11-24T00:00:00Z' }),
    );
    const found = entry(await expiry(node), '/etc/kubernetes/admin.conf');
    expect(found).toMatchObject({ status: 'fail', paths: ['user-to-apiserver'] });
    expect(found.renewal.how).toContain('kubeadm certs renew admin.conf');
  });

  test('what no path uses never alarms', async () => {
    const old = await issue(
      { subject: 'CN=old', notAfter: '2025-01-01T00:00:00Z', notBefore: '2024-01-01T00:00:00Z' },
      CLUSTER_CA,
    );
    const report = await expiry(
      (await stock()).write('/var/lib/kubelet/pki/kubelet-server-current.pem', old.certificate),
    );
    expect(report.status).toBe('pass');
    expect(report.unused.map(({ subject, daysLeft }) => `${subject} ${daysLeft < 0}`)).toEqual(['CN=old true']);
  });

  test('an old CA beside its successor is left over', async () => {
    const old = await issue({
      subject: 'CN=kubernetes-old',
      ca: true,
      notBefore: '2016-01-01T00:00:00Z',
      notAfter: '2026-01-01T00:00:00Z',
    });
    const node = await stock();
    const bundle = node.text('/etc/kubernetes/pki/ca.crt') + old.certificate;
    const report = await expiry(node.write('/etc/kubernetes/pki/ca.crt', bundle));
    expect(report.status).toBe('pass');
    expect(report.unused.map(({ subject }) => subject)).toEqual(['CN=kubernetes-old']);
  });

  test('a CA whose key the machine does not have is renewed elsewhere', async () => {
    const node = (await stock()).remove('/etc/kubernetes/pki/ca.key');
    node.kind = 'host';
    expect(entry(await expiry(node), SERVING).renewal).toMatchObject({ by: 'hand' });
  });

  test('a distribution has its own way', async () => {
    const report = await expiry(layoutNode('k3s-server'));
    const leaves = report.certificates.filter(({ kind, renewal }) => kind === 'leaf' && renewal.by !== 'kubelet');
    expect(leaves.length).toBeGreaterThan(5);
    expect(leaves[0]?.renewal.how).toContain('k3s certificate rotate');
  });

  test('the loopback certificate of a running API server', async () => {
    const report = await expiry(await realNode('kubeadm-v136-live'), '2030-01-01T00:00:00Z');
    expect(report.inMemory.map(({ status }) => status)).toEqual(['fail']);
  });

  test('what the input does not hold is told apart from what could not be read', async () => {
    const node = await stock();
    const gone = await expiry(node.remove('/etc/kubernetes/pki/apiserver.crt'));
    expect(gone.unseen.map(({ file, notInInput }) => `${file} ${notInInput}`)).toEqual([`${SERVING} true`]);
    const broken = await expiry((await stock()).write(SERVING, 'garbage'));
    expect(broken.unseen.map(({ file, notInInput }) => `${file} ${notInInput}`)).toEqual([`${SERVING} false`]);
  });
});

describe('formats', () => {
  const schema = JSON.parse(readFileSync(new URL('../docs/expiry.schema.json', import.meta.url), 'utf8')) as object;
  const validate = new Ajv2020({ allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true }).compile(
    schema,
  );

  test.each([
    ['expiry-120.txt', { ...PAGE }],
    ['expiry-80.txt', { ...PAGE, width: 80 }],
    ['expiry-quiet.txt', { ...PAGE, quiet: true }],
  ])('%s', async (name, options) => {
    const node = authenticate(
      await stock(),
      '/etc/kubernetes/admin.conf',
      await forAdmin({ notAfter: '2026-11-24T00:00:00Z' }),
    );
    const text = await renderExpiry('table', await expiry(node.remove('/etc/kubernetes/pki/etcd/peer.crt')), options);
    expectGolden(name, text);
    if (!options.quiet)
      expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(options.width);
  });

  test.each(['2026-11-21T12:00:00Z', '2040-01-01T00:00:00Z'])('JSON at %s is what the schema promises', async (at) => {
    const text = await renderExpiry('json', await expiry(await realNode('kubeadm-v136-live'), at), PAGE);
    validate(JSON.parse(text));
    expect(validate.errors).toBeNull();
    expect(validate({ ...(JSON.parse(text) as object), unseen: undefined })).toBe(false);
  });

  test('a subject that moves the cursor stays text', async () => {
    const evil = await forAdmin({ subject: 'CN=\u001b[2Jx', notAfter: '2026-11-24T00:00:00Z' });
    const report = await expiry(authenticate(await stock(), '/etc/kubernetes/admin.conf', evil));
    for (const quiet of [true, false]) {
      expect(await renderExpiry('table', report, { ...PAGE, quiet })).not.toContain('\u001b');
    }
  });
});

describe('the program', () => {
  const NODE = 'fixtures/clusters/kubeadm-v136-default.tar.gz';

  test.each([
    ['all is well', '2026-12-01', 0],
    ['within the warning window', '2027-10-25', 1],
    ['within the failure window', '2027-11-17', 2],
    ['ended', '2028-01-01', 2],
  ])('%s: --at %s gives %i', async (_name, at, status) => {
    const run = await kubetls(['expiry', '--quiet', '--at', at, NODE]);
    expect({ status: run.status, silent: run.stdout === '', stderr: run.stderr }).toEqual({
      status,
      silent: status === 0,
      stderr: '',
    });
    for (const line of run.stdout.split('\n').filter((one) => one !== '')) {
      expect(line).toMatch(
        /^(?:WARN|FAIL) cp-1: \/\S+ .* end(?:s|ed) \d{4}-\d\d-\d\d .*; (?:breaks [a-z0-9-]+|nobody who is known verifies it).*\.$/,
      );
    }
  });

  test('a certificate that cannot be read is 3', async () => {
    const root = temporaryDirectory();
    mkdirSync(join(root, 'pki'));
    const node = await stock();
    writeFileSync(join(root, 'kube-apiserver.yaml'), node.text('/etc/kubernetes/manifests/kube-apiserver.yaml'));
    writeFileSync(join(root, 'pki', 'apiserver.crt'), 'garbage');
    writeFileSync(join(root, 'pki', 'ca.crt'), caOf(node).certificate);
    const run = await kubetls(['expiry', '-q', '--at', '2026-12-01', root]);
    expect(run.status).toBe(3);
    expect(run.stdout).toContain('NOT SEEN');
    expect(run.stdout).toContain('/etc/kubernetes/pki/apiserver.crt holds no certificate');
  });

  test('windows from the file in the working directory, and from the one that is named', async () => {
    const cwd = temporaryDirectory();
    const node = join(import.meta.dirname, '..', NODE);
    writeFileSync(join(cwd, '.kubetls.yaml'), `expiry:\n  certificates:\n  - {file: ${SERVING}, warnBefore: 400d}\n`);
    writeFileSync(join(cwd, 'plain.yaml'), 'expiry: {}\n');
    const run = (...more: readonly string[]) => kubetls(['expiry', '-q', '--at', '2026-12-01', ...more, node], { cwd });
    expect(await run()).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(/^WARN cp-1: \/etc\/kubernetes\/pki\/apiserver\.crt .*\n$/) as string,
    });
    expect((await run('--config', 'plain.yaml')).status).toBe(0);
    expect(
      (await kubetls(['check', '-q', '--at', '2026-12-01', '--path', 'pod-to-apiserver', node], { cwd })).status,
    ).toBe(1);
    writeFileSync(join(cwd, '.kubetls.yaml'), 'expiry:\n  warnbefore: 400d\n');
    expect(await run()).toMatchObject({
      status: 3,
      stdout: '',
      stderr: expect.stringContaining('.kubetls.yaml:2: unknown key warnbefore') as string,
    });
  });

  test('two reports of one run', async () => {
    const file = join(temporaryDirectory(), 'expiry.json');
    const run = await kubetls(['expiry', '--at', '2026-12-01', '-o', 'table', '-o', `json=${file}`, NODE]);
    expect(run.status).toBe(0);
    expect(run.stdout).toContain('Next: ');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ status: 'pass' });
  });
});

test("a worker's kubelet judges its clients by a CA that no path of a certificate shows", async () => {
  const node = await stock();
  for (const path of ['manifests', 'admin.conf', 'super-admin.conf', 'controller-manager.conf', 'scheduler.conf']) {
    node.remove(`/etc/kubernetes/${path}`);
  }
  const report = await expiry(node, '2036-11-01T00:00:00Z');
  expect(entry(report, '/etc/kubernetes/pki/ca.crt', 'authority')).toMatchObject({
    status: 'fail',
    paths: ['client-to-kubelet'],
    breaks: ['client-to-kubelet'],
  });
  expect(report.unused.map(({ file }) => file)).not.toContain('/etc/kubernetes/pki/ca.crt');
});

describe('a PKI folder alone', () => {
  const folder = async (): Promise<string> => join(extract(await stock(), temporaryDirectory()), 'etc/kubernetes/pki');

  test('every certificate counts, since nobody can tell what is used', async () => {
    const { stdout, status } = await kubetls(['expiry', await folder(), '--at', AT]);
    expect(stdout).toContain('nobody can tell what is used');
    expect(stdout).toMatch(/PASS\s+364d\s+2027-11-21\s+kubeadm\s+\/etc\/kubernetes\/pki\/etcd\/peer\.crt/);
    expect(stdout).toMatch(/0 fail, 0 warn, 10 pass, 0 not seen/);
    expect(status).toBe(0);
  });

  test('and alarms by its window', async () => {
    const { stdout, status } = await kubetls(['expiry', '--quiet', await folder(), '--at', '2027-11-10']);
    expect(stdout.split('\n')).toContain(
      'WARN pki: /etc/kubernetes/pki/etcd/server.crt (CN=cp-1) ends 2027-11-21 (in 11 days); what uses it is not known. Run `kubeadm certs renew etcd-server`.',
    );
    expect(status).toBe(1);
  });
});
