/** What a run makes of less than a machine, of more than one, and of parts that belong together. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { CheckOptions, RunResult } from '../src/run/run.ts';
import { runCheck } from '../src/run/run.ts';
import type { Report } from '../src/model/report.ts';
import { ADMIN, atVersion, MANIFEST, withoutVersion } from './support/apiserver.ts';
import { AT, findingsOf, rowOf } from './support/cases.ts';
import { realNode } from './support/node.ts';
import type { EditableNode } from './support/node.ts';

const PKI = '/etc/kubernetes/pki';
const MANIFESTS = '/etc/kubernetes/manifests';

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Puts parts of a node somewhere else: from its path to a path in a fresh folder. */
function place(node: EditableNode, parts: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'kubetls-inputs-'));
  folders.push(folder);
  for (const [from, to] of Object.entries(parts)) {
    for (const file of node.files().filter((one) => one === from || one.startsWith(`${from}/`))) {
      const content = node.read(file);
      if (!content.ok) continue;
      const target = join(folder, to, file.slice(from.length));
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, content.data);
      chmodSync(target, node.entry(file)?.mode ?? 0o600);
    }
  }
  return folder;
}

async function result(options: Partial<CheckOptions>): Promise<RunResult> {
  return runCheck({
    inputs: [],
    at: new Date(AT),
    // eslint-disable-next-line @typescript-eslint/require-await -- an empty standard input
    stdin: async function* () {
      yield* [];
    },
    ...options,
  });
}

async function run(...inputs: readonly string[]): Promise<Report> {
  const done = await result({ inputs });
  if (!done.ok) throw new Error(done.message);
  return done.report;
}

const stock = () => realNode('kubeadm-v136-default');

describe('less than a machine', () => {
  test('one manifest: what its flags decide is decided, the rest says what to supply', async () => {
    const folder = place(await stock(), { [MANIFEST]: 'kube-apiserver.yaml' });
    const report = await run(join(folder, 'kube-apiserver.yaml'));
    expect(report.nodes).toHaveLength(1);
    expect(findingsOf(rowOf(report, 'apiserver-to-kubelet'), 'apiserver-kubelet-ca-set')[0]?.status).toBe('fail');
    expect(rowOf(report, 'anonymous-to-apiserver')).toMatchObject({
      status: 'warn',
      encrypted: 'yes',
      serverVerified: 'unknown',
      firstExpiry: null,
    });
    expect(findingsOf(rowOf(report, 'anonymous-to-apiserver'), 'apiserver-serving-chain')[0]).toMatchObject({
      status: 'not-assessed',
      message: expect.stringMatching(/pki\/\w+\.crt is not in the input/) as string,
    });
    for (const id of ['scheduler-to-apiserver', 'etcd-to-etcd', 'client-to-kubelet'] as const) {
      expect(rowOf(report, id), id).toMatchObject({ status: 'not-assessed', supply: expect.any(String) as string });
    }
    expect(report.paths.filter(({ status }) => status === 'pass')).toEqual([]);
  });

  test('a folder of manifests and a pki folder beside it', async () => {
    const folder = place(await stock(), { [MANIFESTS]: 'manifests', [PKI]: 'pki' });
    const report = await run(folder);
    expect(report.nodes).toHaveLength(1);
    expect(rowOf(report, 'apiserver-to-etcd').status).toBe('pass');
    expect(rowOf(report, 'etcd-to-etcd').status).toBe('pass');
    expect(rowOf(report, 'anonymous-to-apiserver').serverVerified).toBe('yes');
    expect(rowOf(report, 'scheduler-to-apiserver').status).toBe('not-assessed');
  });

  test('the same two, named by options', async () => {
    const folder = place(await stock(), { [MANIFESTS]: 'some', [PKI]: 'other' });
    const done = await result({ manifests: join(folder, 'some'), pki: join(folder, 'other') });
    if (!done.ok) throw new Error(done.message);
    expect(rowOf(done.report, 'apiserver-to-etcd').status).toBe('pass');
  });

  test('a kubeconfig alone: all that is in it is judged', async () => {
    const folder = place(await stock(), { [ADMIN]: 'prod.kubeconfig' });
    const report = await run(join(folder, 'prod.kubeconfig'));
    const row = rowOf(report, 'user-to-apiserver');
    expect(row).toMatchObject({ encrypted: 'yes', serverVerified: 'unknown', clientAuthenticated: 'unknown' });
    expect(findingsOf(row, 'kubeconfig-server-https')[0]?.status).toBe('pass');
    expect(findingsOf(row, 'kubeconfig-expiry')[0]?.status).toBe('pass');
    expect(row.firstExpiry?.notAfter).toBe('2027-11-21T03:47:11Z');
    expect(row.status).toBe('not-assessed');
    expect(report.paths.filter(({ status }) => status === 'pass' || status === 'fail')).toEqual([]);
  });

  test('a certificate alone: it is listed, and no row is decided', async () => {
    const folder = place(await stock(), { [`${PKI}/apiserver.crt`]: 'apiserver.crt' });
    const report = await run(join(folder, 'apiserver.crt'));
    expect(report.certificates.map(({ subject, notAfter }) => [subject, notAfter])).toEqual([
      ['CN=kube-apiserver', '2027-11-21T03:47:08Z'],
    ]);
    expect(report.paths.filter(({ status }) => ['pass', 'warn', 'fail'].includes(status))).toEqual([]);
  });

  test('nothing of Kubernetes is no report', async () => {
    const folder = place(await stock(), {});
    writeFileSync(join(folder, 'notes.txt'), 'hello');
    const done = await result({ inputs: [folder] });
    expect(done).toMatchObject({ ok: false, message: expect.stringContaining('nothing of Kubernetes') as string });
  });

  test('what is not there is no report', async () => {
    const done = await result({ inputs: ['/nonexistent/backup.tar.gz'] });
    expect(done).toMatchObject({ ok: false, message: expect.stringContaining('/nonexistent/backup.tar.gz') as string });
  });
});

describe('more than one machine', () => {
  test('two inputs are two nodes, each with all rows', async () => {
    const first = place(await stock(), { '/etc/kubernetes': 'etc/kubernetes' });
    const second = place(await realNode('kubeadm-v128-default'), { '/etc/kubernetes': 'etc/kubernetes' });
    const report = await run(first, second);
    expect(report.nodes.map(({ kubernetesVersion }) => kubernetesVersion)).toEqual(['1.36.3', '1.28.15']);
    expect(report.inputs.map(({ name }) => basename(name))).toEqual([basename(first), basename(second)]);
    expect(report.paths.filter(({ id }) => id === 'user-to-apiserver').map(({ status }) => status)).toEqual([
      'warn',
      'warn',
    ]);
    const { pass, warn, fail, notAssessed, notApplicable } = report.summary;
    expect(pass + warn + fail + notAssessed + notApplicable).toBe(report.paths.length);
    expect(report.paths.length).toBe(2 * new Set(report.paths.map(({ id }) => id)).size);
  });

  test('two machines in one folder are two nodes, and do not mix', async () => {
    const good = await realNode('kubeadm-v136-hardened-ha');
    const folder = place(good, {
      '/etc/kubernetes': 'cp-1/etc/kubernetes',
      '/var/lib/kubelet': 'cp-1/var/lib/kubelet',
    });
    const weak = await realNode('kubeadm-v136-weak-external-etcd');
    const other = place(weak, { '/etc/kubernetes': 'etc/kubernetes' });
    const report = await run(folder, other);
    const rows = report.paths.filter(({ id }) => id === 'apiserver-to-etcd');
    expect(rows.map(({ status }) => status)).toEqual(['pass', 'fail']);
  });

  test('one input that cannot be read does not hide the other, and is said', async () => {
    const folder = place(await stock(), { '/etc/kubernetes': 'etc/kubernetes' });
    const report = await run(folder, '/nonexistent/backup.tar.gz');
    expect(report.nodes).toHaveLength(1);
    expect(report.problems).toMatchObject([{ code: 'unreadable-input', incomplete: true }]);
  });
});

describe('a version that the input does not tell', () => {
  test('what every version agrees on stands; the rest says which version decides', async () => {
    const folder = place(withoutVersion(await stock()), { [MANIFEST]: 'kube-apiserver.yaml' });
    const report = await run(folder);
    expect(report.nodes[0]?.kubernetesVersion).toBeNull();
    const row = rowOf(report, 'anonymous-to-apiserver');
    expect(findingsOf(row, 'apiserver-anonymous-auth')[0]?.status).toBe('warn');
    expect(findingsOf(row, 'apiserver-tls-min-version')[0]?.status).toBe('pass');
    expect(findingsOf(row, 'apiserver-insecure-port')[0]).toMatchObject({
      status: 'not-assessed',
      message: expect.stringMatching(/fail under Kubernetes 1\.19, .*--kubernetes-version/) as string,
    });
    expect(row).toMatchObject({ encrypted: 'unknown', minTLSVersion: '1.2' });
  });

  test('is taken from --kubernetes-version', async () => {
    const folder = place(withoutVersion(await stock()), { [MANIFEST]: 'kube-apiserver.yaml' });
    const done = await result({ inputs: [folder], kubernetesVersion: '1.36' });
    if (!done.ok) throw new Error(done.message);
    expect(done.report.nodes[0]?.kubernetesVersion).toBe('1.36');
    expect(rowOf(done.report, 'anonymous-to-apiserver').encrypted).toBe('yes');
  });

  test('and that option beats what the image says, which the report tells', async () => {
    const folder = place(atVersion(await stock(), '1.30.1'), { [MANIFEST]: 'kube-apiserver.yaml' });
    const done = await result({ inputs: [folder], kubernetesVersion: '1.19' });
    if (!done.ok) throw new Error(done.message);
    expect(done.report.nodes[0]?.kubernetesVersion).toBe('1.19');
    expect(rowOf(done.report, 'anonymous-to-apiserver').encrypted).toBe('no');
    expect(done.report.problems.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      'version-overridden: judged as 1.19, as --kubernetes-version says; the input says 1.30.1',
    ]);
  });
});

describe('a selection', () => {
  test('of a check whose file is missing does not pass', async () => {
    const folder = place((await stock()).remove(`${PKI}/apiserver.crt`), { '/etc/kubernetes': 'etc/kubernetes' });
    const done = await result({ inputs: [folder], paths: ['anonymous-to-apiserver'], checks: ['pki-expired'] });
    if (!done.ok) throw new Error(done.message);
    expect(done.report.paths.map(({ id, status }) => [id, status])).toEqual([
      ['anonymous-to-apiserver', 'not-assessed'],
    ]);
  });
});
