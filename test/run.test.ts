/** What the real nodes of fixtures/clusters come to, however they are given. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { PATH_IDS } from '../src/model/path.ts';
import type { PathId } from '../src/model/path.ts';
import type { Report, ReportPath } from '../src/model/report.ts';
import { runCheck } from '../src/run/run.ts';
import { alarms, AT, check, rowOf } from './support/cases.ts';
import { realNode } from './support/node.ts';
import { extract } from './support/extract.ts';
import type { ClusterName } from './support/node.ts';

const AFTER_A_YEAR = '2028-01-01T00:00:00Z';

/** `status`, then the findings at warn or worse. */
type Expected = Readonly<Partial<Record<PathId, readonly [status: ReportPath['status'], ...alarms: string[]]>>>;

/** What kubeadm's nodes never show, and what they never have. */
const ALWAYS: Expected = {
  'etcd-to-apiserver': ['not-applicable'],
  'pod-to-pod': ['not-assessed'],
  'node-to-node': ['not-assessed'],
  'apiserver-to-aggregated-api': ['not-assessed'],
  'apiserver-to-webhook': ['not-assessed'],
  'apiserver-to-audit': ['not-applicable'],
  'apiserver-to-oidc': ['not-applicable'],
  'apiserver-to-kms': ['not-applicable'],
  'apiserver-to-konnectivity': ['not-applicable'],
  'apiserver-to-apiserver': ['not-applicable'],
  'kube-proxy-to-apiserver': ['not-assessed'],
  'client-to-kube-proxy': ['not-assessed'],
  'coredns-to-apiserver': ['not-assessed'],
  'cloud-controller-manager-to-apiserver': ['not-applicable'],
  'internet-to-nodeport': ['not-assessed'],
  'kubelet-to-runtime': ['not-assessed'],
};

const FINE: Expected = {
  'apiserver-to-kubelet': ['pass'],
  'kubelet-to-apiserver': ['pass'],
  'kubelet-bootstrap': ['pass'],
  'user-to-apiserver': ['pass'],
  'anonymous-to-apiserver': ['pass'],
  'apiserver-to-etcd': ['pass'],
  'etcd-to-etcd': ['pass'],
  'pod-to-apiserver': ['pass'],
  'scheduler-to-apiserver': ['pass'],
  'controller-manager-to-apiserver': ['pass'],
  'client-to-kubelet': ['pass'],
  'client-to-scheduler': ['pass'],
  'client-to-controller-manager': ['pass'],
  'client-to-etcd': ['pass'],
  'metrics-to-etcd': ['pass'],
  'front-proxy-to-apiserver': ['pass'],
};

/** kubeadm init of 1.36 without any configuration. */
const STOCK: Expected = {
  ...FINE,
  'apiserver-to-kubelet': ['fail', 'fail apiserver-kubelet-ca-set'],
  'user-to-apiserver': ['warn', 'warn kubeconfig-super-admin-on-node'],
  'anonymous-to-apiserver': ['warn', 'warn apiserver-anonymous-auth'],
  'client-to-kubelet': ['warn', 'warn kubelet-serving-cert-source'],
};

const DRIFT = 'warn running-config-drift';

const WEAK_LISTENER = ['warn apiserver-cipher-suites', 'warn apiserver-tls-min-version'] as const;

const EXPECTED: Readonly<Record<ClusterName, Expected>> = {
  'kubeadm-v136-default': { ...ALWAYS, ...STOCK },
  'kubeadm-v136-live': {
    ...ALWAYS,
    ...STOCK,
    // Its processes run with other values than its manifests have, on loopback alone; see checks/processes.test.ts.
    'user-to-apiserver': ['warn', 'warn kubeconfig-super-admin-on-node', DRIFT],
    'pod-to-apiserver': ['warn', DRIFT],
    'client-to-etcd': ['warn', DRIFT, DRIFT, DRIFT, DRIFT],
    'etcd-to-etcd': ['not-applicable'],
  },
  'kubeadm-v136-hardened-ha': { ...ALWAYS, ...FINE },
  'kubeadm-v128-default': {
    ...ALWAYS,
    ...STOCK,
    'user-to-apiserver': ['warn', 'warn kubeconfig-system-masters', 'warn apiserver-cipher-suites'],
    'anonymous-to-apiserver': ['warn', 'warn apiserver-anonymous-auth', 'warn apiserver-cipher-suites'],
    'client-to-kubelet': ['warn', 'warn kubelet-cipher-suites', 'warn kubelet-serving-cert-source'],
  },
  'kubeadm-v136-weak-external-etcd': {
    ...ALWAYS,
    'apiserver-to-kubelet': ['fail', 'fail apiserver-kubelet-ca-set'],
    'kubelet-to-apiserver': ['fail', 'fail apiserver-authorization-mode', ...WEAK_LISTENER],
    'kubelet-bootstrap': ['warn', ...WEAK_LISTENER],
    'user-to-apiserver': [
      'fail',
      'fail apiserver-authorization-mode',
      ...WEAK_LISTENER,
      'warn kubeconfig-super-admin-on-node',
    ],
    // AlwaysAllow switches anonymous requests off, and with them the kubelet's probes.
    'anonymous-to-apiserver': ['fail', 'fail apiserver-probes', ...WEAK_LISTENER],
    'apiserver-to-etcd': [
      'fail',
      'fail apiserver-etcd-https',
      'fail apiserver-etcd-client-cert',
      'warn apiserver-etcd-ca',
    ],
    'etcd-to-etcd': ['not-assessed'],
    'pod-to-apiserver': ['warn', ...WEAK_LISTENER],
    'scheduler-to-apiserver': ['warn', ...WEAK_LISTENER],
    'controller-manager-to-apiserver': ['warn', ...WEAK_LISTENER, 'warn controller-manager-use-sa-credentials'],
    'client-to-kubelet': [
      'fail',
      'fail kubelet-anonymous-auth',
      'fail kubelet-authorization-mode',
      'fail kubelet-read-only-port',
      'warn kubelet-serving-cert-source',
      'warn kubelet-webhook-authn',
    ],
    'client-to-scheduler': ['pass'],
    'client-to-controller-manager': [
      'warn',
      'warn controller-manager-bind-address',
      'warn controller-manager-serving-cert',
    ],
    'client-to-etcd': ['not-assessed'],
    'metrics-to-etcd': ['not-assessed'],
    'front-proxy-to-apiserver': ['pass'],
  },
};

const CLUSTERS = Object.keys(EXPECTED) as readonly ClusterName[];

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kubetls-run-'));
  folders.push(folder);
  return folder;
}

async function run(...inputs: readonly string[]): Promise<Report> {
  const result = await runCheck({
    inputs,
    at: new Date(AT),
    // eslint-disable-next-line @typescript-eslint/require-await -- an empty standard input
    stdin: async function* () {
      yield* [];
    },
  });
  if (!result.ok) throw new Error(result.message);
  return result.report;
}

const archive = (name: ClusterName): string => new URL(`../fixtures/clusters/${name}.tar.gz`, import.meta.url).pathname;

function outcome(report: Report): Expected {
  return Object.fromEntries(report.paths.map((row) => [row.id, [row.status, ...alarms(row)]]));
}

describe.each(CLUSTERS)('%s', (name) => {
  test('from its archive', async () => {
    const report = await run(archive(name));
    expect(report.paths.map(({ id }) => id)).toEqual(PATH_IDS);
    expect(outcome(report)).toEqual(EXPECTED[name]);
    expect(report.problems).toEqual([]);
  });

  test('from a directory that it was extracted to', async () => {
    const report = await run(extract(await realNode(name), temporary()));
    expect(outcome(report)).toEqual(EXPECTED[name]);
  });

  test('a copy of its /etc/kubernetes proves less and nothing else', async () => {
    const folder = join(temporary(), 'kubernetes');
    const part = await run(extract((await realNode(name)).subtree('/etc/kubernetes'), folder));
    // Processes are no part of the copy, so what they run with cannot be.
    const node = await realNode(name);
    const whole = await check(node.entry('/proc') === undefined ? node : node.remove('/proc'));
    for (const row of part.paths) {
      const known = rowOf(whole, row.id);
      const said = known.checks.map(({ id, status }) => `${status} ${id}`);
      const more = row.checks
        .filter(({ status }) => status !== 'not-assessed' && status !== 'not-applicable')
        .map(({ id, status }) => `${status} ${id}`);
      expect(said, row.id).toEqual(expect.arrayContaining(more));
      if (row.status !== 'not-assessed') expect(row.status, row.id).toBe(known.status);
    }
    expect(rowOf(part, 'client-to-kubelet').status).toBe('not-assessed');
    expect(rowOf(part, 'anonymous-to-apiserver').status).toBe(rowOf(whole, 'anonymous-to-apiserver').status);
  });

  test('when its certificates have ended, each path that uses one fails and names the file', async () => {
    const report = await check(await realNode(name), { at: AFTER_A_YEAR });
    const ended = report.certificates
      .filter(({ notAfter }) => notAfter < AFTER_A_YEAR)
      .flatMap(({ file, paths }) => paths.map((path) => ({ file, path })));
    expect(ended.length).toBeGreaterThan(10);
    for (const { file, path } of ended) {
      const row = rowOf(report, path);
      const messages = row.checks.filter(({ status }) => status === 'fail').map(({ message }) => message);
      expect(row.status, path).toBe('fail');
      expect(messages.join('\n'), path).toContain(file);
    }
  });
});

test('hardened: the lowest TLS version is 1.3 wherever one can be set', async () => {
  const report = await run(archive('kubeadm-v136-hardened-ha'));
  const lowest = Object.fromEntries(report.paths.map(({ id, minTLSVersion }) => [id, minTLSVersion]));
  expect(lowest).toMatchObject({
    'apiserver-to-kubelet': '1.3',
    'kubelet-to-apiserver': '1.3',
    'user-to-apiserver': '1.3',
    'apiserver-to-etcd': '1.3',
    'etcd-to-etcd': '1.3',
    'client-to-scheduler': '1.3',
    'client-to-controller-manager': '1.3',
    'client-to-kubelet': '1.3',
  });
});

test('weak: what is weak is named', async () => {
  const report = await run(archive('kubeadm-v136-weak-external-etcd'));
  const said = report.paths.flatMap(({ checks }) =>
    checks.filter(({ status }) => status === 'fail' || status === 'warn').map(({ message }) => message),
  );
  for (const words of [/TLS 1\.0/, /TLS_RSA_WITH_3DES_EDE_CBC_SHA/, /AlwaysAllow/, /10255/, /http:\/\//]) {
    expect(
      said.some((message) => words.test(message)),
      String(words),
    ).toBe(true);
  }
});

test('no secret is in the report, and no key', async () => {
  for (const name of CLUSTERS) {
    const node = await realNode(name);
    const text = JSON.stringify(await run(archive(name)));
    const secrets = node
      .files()
      .filter((file) => file.endsWith('.key') || file.endsWith('.conf'))
      .flatMap((file) => node.text(file).match(/^(?:[A-Za-z0-9+/]{64}|.*client-key-data: \S{64})/gm) ?? [])
      .map((line) => line.slice(-64));
    expect(secrets.length).toBeGreaterThan(5);
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
  }
});

test('the same input gives the same report, byte for byte', async () => {
  const [one, two] = [await run(archive('kubeadm-v136-default')), await run(archive('kubeadm-v136-default'))];
  expect(JSON.stringify(one)).toBe(JSON.stringify(two));
});
