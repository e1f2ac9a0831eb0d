/** Profiles and the documents that they follow: tables that hold together, real nodes in, controls and exit status out. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { BENCHMARKS, benchmarkOf, controlsOf } from '../checks/benchmarks/index.ts';
import { allChecks, PATHS } from '../checks/index.ts';
import type { ControlResult, Coverage, Profile, ReportControl } from '../src/model/benchmark.ts';
import type { Report } from '../src/model/report.ts';
import { NO_DECISIONS } from '../src/model/waiver.ts';
import { renderByBenchmark, renderByComponent } from '../src/report/grouped.ts';
import { renderJSON } from '../src/report/json.ts';
import { reporterFor } from '../src/report/formats.ts';
import type { ReportOptions } from '../src/report/reporter.ts';
import { checkSources } from '../src/run/run.ts';
import type { JudgeOptions } from '../src/run/run.ts';
import { expectGolden } from './report/golden.ts';
import { atVersion, MANIFEST, withoutVersion, withUnshown } from './support/apiserver.ts';
import { AT } from './support/cases.ts';
import { ETCD } from './support/etcd.ts';
import { temporaryDirectory } from './support/input.ts';
import { realNode } from './support/node.ts';
import type { ClusterName, EditableNode } from './support/node.ts';
import { kubetls } from './support/program.ts';

const PAGE: ReportOptions = { width: 100, colour: false, quiet: false, verbose: false };

async function judged(
  nodes: EditableNode | readonly EditableNode[],
  profile: Profile,
  options: Partial<JudgeOptions> = {},
): Promise<Report> {
  const sources = Array.isArray(nodes) ? (nodes as readonly EditableNode[]) : [nodes as EditableNode];
  const result = await checkSources(sources, { at: new Date(AT), profile, ...options });
  if (!result.ok) throw new Error(result.message);
  return result.report;
}

function controls(report: Report): readonly ReportControl[] {
  if (report.benchmark === undefined) throw new Error('the report follows no document');
  return report.benchmark.controls;
}

function control(report: Report, id: string): ReportControl {
  const found = controls(report).filter((one) => one.id === id);
  const [first] = found;
  if (first === undefined || found.length > 1) throw new Error(`${found.length} controls ${id}`);
  return first;
}

const stock = (): Promise<EditableNode> => realNode('kubeadm-v136-default');

describe('the tables', () => {
  test.each(BENCHMARKS.map((benchmark) => [benchmark.id, benchmark] as const))(
    '%s names checks, rows and settings that there are',
    async (_id, benchmark) => {
      const checks = allChecks();
      const faults = benchmark.controls.flatMap((one) => {
        const name = Object.values(one.ids)[0] ?? '?';
        return [
          ...one.checks.flatMap(({ id, paths = [] }) => [
            ...(checks.has(id) ? [] : [`${name}: no check ${id}`]),
            ...paths.flatMap((path) =>
              PATHS.some((row) => row.id === path && row.checks.some((check) => check.id === id))
                ? []
                : [`${name}: ${id} is not asked on ${path}`],
            ),
          ]),
          ...(one.checks.length + one.demands.length > 0 || one.outOfScope !== undefined
            ? []
            : [`${name}: nothing decides it`]),
          ...(one.title.length > 10 && !one.title.endsWith('.') ? [] : [`${name}: its title is no statement`]),
          ...Object.keys(one.ids).flatMap((version) =>
            benchmark.versions.includes(version) && (one.grades[version] ?? '') !== '' ? [] : [`${name}: ${version}`],
          ),
        ];
      });
      expect(faults).toEqual([]);
      const [node] = await Promise.all([judged(await stock(), 'default')]);
      const settings = new Set(
        node.nodes.flatMap(({ components }) =>
          components.flatMap(({ name, settings: own }) => own.map((setting) => `${name} ${setting.name}`)),
        ),
      );
      const unknown = benchmark.controls
        .flatMap(({ demands }) => demands)
        .filter(({ setting }) => !setting.startsWith('insecure-'))
        .map(({ component, setting }) => `${component} ${setting}`)
        .filter((name) => !settings.has(name));
      expect(unknown).toEqual([]);
    },
  );

  test.each(BENCHMARKS.flatMap((benchmark) => benchmark.versions.map((version) => [benchmark, version] as const)))(
    'each control of a version has one id',
    (benchmark, version) => {
      const ids = benchmark.controls.flatMap((one) => one.ids[version] ?? []);
      expect(new Set(ids).size).toBe(ids.length);
      for (const { ids: others } of benchmark.outOfScope(version)) {
        for (const id of ids) expect(others.split(/, | to /)).not.toContain(id);
      }
    },
  );

  /** All controls of each version, counted in aquasecurity/kube-bench cfg. */
  test.each([
    ['1.20', 123],
    ['1.23', 125],
    ['1.24', 124],
    ['1.7', 131],
    ['1.8', 130],
    ['1.9', 130],
    ['1.10', 130],
    ['1.11', 133],
    ['1.12', 131],
  ])('CIS v%s has %i controls', (version, count) => {
    const cis = benchmarkOf('cis');
    const inScope = cis?.controls.filter(({ ids }) => ids[version] !== undefined).length ?? 0;
    const elsewhere = cis?.outOfScope(version).reduce((sum, one) => sum + one.controls, 0) ?? 0;
    expect(inScope + elsewhere).toBe(count);
  });

  test.each([
    ['1.19.0', '1.20'],
    ['1.21.14', '1.20'],
    ['1.22.0', '1.23'],
    ['1.23.9', '1.23'],
    ['1.24.0', '1.24'],
    ['1.25.0', '1.7'],
    ['1.26.0', '1.8'],
    ['1.27.0', '1.9'],
    ['1.28.15', '1.10'],
    ['1.29.0', '1.11'],
    ['1.31.9', '1.11'],
    ['1.32.0', '1.12'],
    ['1.34.6', '1.12'],
  ])('Kubernetes %s is held against CIS v%s', (kubernetes, version) => {
    expect(benchmarkOf('cis')?.versionFor(kubernetes)).toEqual({ version });
  });

  test('for what has no benchmark yet, and for a version that nobody knows, the newest is taken and said so', () => {
    expect(benchmarkOf('cis')?.versionFor('1.37.0')).toEqual({
      version: '1.12',
      note: 'No benchmark is known for Kubernetes 1.37: the newest, v1.12, is up to Kubernetes 1.34.',
    });
    expect(benchmarkOf('cis')?.versionFor(null)).toMatchObject({ version: '1.12', note: /not in the input/ });
  });

  /** These look at more than the control that they name, and do not decide it. */
  const BESIDE = [
    'apiserver-kubelet-client-chain: CIS-1.12 4.2.3',
    'apiserver-client-ca-contents: CIS-1.12 2.7',
    'pki-trust-bundle-scope: CIS-1.12 2.7',
    // What an export of the cluster decides: the tables speak of the files of nodes, and name these out of scope.
    'rbac-anonymous-bindings: CIS-1.12 5.1.1',
    'netpol-default-deny: CIS-1.12 5.3.2',
    'netpol-cni-support: CIS-1.12 5.3.1',
    'sa-legacy-tokens: CIS-1.12 5.1.5',
    'nodeport-exposure: STIG CNTR-K8-000960',
    'hostnetwork-exposure: CIS-1.12 5.2.5',
    'hostnetwork-exposure: CIS-1.12 5.2.12',
  ];

  test('what a check names as its source is what the tables say of it', () => {
    const faults = [...allChecks().values()].flatMap(({ id, references }) => {
      const { cis, stig } = controlsOf(id);
      const known = new Set([
        ...Object.entries(cis).flatMap(([version, ids]) => ids.map((one) => `CIS-${version} ${one}`)),
        ...Object.values(stig).flatMap((ids) => ids.map((one) => `STIG ${one}`)),
      ]);
      return references
        .filter((reference) => /^(CIS|STIG)/.test(reference.id) && !known.has(reference.id))
        .map((reference) => `${id}: ${reference.id}`);
    });
    expect(faults).toEqual(BESIDE);
  });
});

type Counts = Omit<Coverage, 'controls' | 'outOfScope'>;

const EXPECTED: Readonly<
  Record<ClusterName, { readonly version: string; readonly status: number; readonly cis: Counts }>
> = {
  'kubeadm-v136-default': {
    version: '1.12',
    status: 2,
    cis: { compliant: 48, compliantByDefault: 2, notCompliant: 12, notAssessed: 6, notApplicable: 0 },
  },
  'kubeadm-v136-live': {
    version: '1.12',
    status: 2,
    cis: { compliant: 47, compliantByDefault: 2, notCompliant: 12, notAssessed: 6, notApplicable: 1 },
  },
  'kubeadm-v136-hardened-ha': {
    version: '1.12',
    status: 1,
    cis: { compliant: 51, compliantByDefault: 5, notCompliant: 6, notAssessed: 6, notApplicable: 0 },
  },
  'kubeadm-v136-weak-external-etcd': {
    version: '1.12',
    status: 2,
    cis: { compliant: 28, compliantByDefault: 2, notCompliant: 22, notAssessed: 16, notApplicable: 0 },
  },
  'kubeadm-v128-default': {
    version: '1.10',
    status: 2,
    cis: { compliant: 45, compliantByDefault: 2, notCompliant: 14, notAssessed: 6, notApplicable: 0 },
  },
};

const schema = JSON.parse(readFileSync('docs/report.schema.json', 'utf8')) as object;
const validate = new Ajv2020({ allErrors: true, strict: false }).compile(schema);

describe('real nodes', () => {
  test.each(Object.entries(EXPECTED))('the program holds %s against CIS', async (name, expected) => {
    const run = await kubetls([
      'check',
      `fixtures/clusters/${name}.tar.gz`,
      '--at',
      AT,
      '--profile',
      'cis',
      '-o',
      'json',
    ]);
    expect(run.stderr).toBe('');
    expect(run.status).toBe(expected.status);
    const report = JSON.parse(run.stdout) as Report;
    expect(validate(report), JSON.stringify(validate.errors)).toBe(true);
    expect(report.profile).toBe('cis');
    const { version, coverage } = report.benchmark ?? {};
    expect(version).toBe(expected.version);
    expect(coverage).toMatchObject(expected.cis);
    expect(Object.values(expected.cis).reduce((sum, count) => sum + count, 0) + (coverage?.outOfScope ?? 0)).toBe(
      coverage?.controls,
    );
  });

  test('the default profile says nothing of profiles and documents', async () => {
    const report = JSON.parse(renderJSON(await judged(await stock(), 'default'))) as Report;
    expect(Object.keys(report)).not.toContain('profile');
    expect(Object.keys(report)).not.toContain('benchmark');
  });

  test('by control, as people read it', async () => {
    expectGolden(
      'benchmark-cis.txt',
      renderByBenchmark(await judged(await realNode('kubeadm-v136-hardened-ha'), 'cis'), PAGE),
    );
  });

  test('by component, as people read it', async () => {
    const text = renderByComponent(await judged(await stock(), 'default'), PAGE);
    expect(text).toMatch(/^cp-1: Kubernetes 1\.36\.3 \(kubeadm\)$/m);
    expect(text).toMatch(/^FAIL {2}kube-apiserver {2}1 fail, 1 warn, \d+ pass, 0 not assessed$/m);
    expect(text).toMatch(/^PASS {2}etcd {2}0 fail, 0 warn, /m);
    expect(text).toMatch(/^ {2}FAIL high apiserver-kubelet-ca-set on apiserver-to-kubelet$/m);
    expect(text).toMatch(/^Not assessed as a whole: .*kubelet-to-runtime/ms);
    const quiet = renderByComponent(await judged(await stock(), 'default'), { ...PAGE, quiet: true });
    expect(quiet).not.toContain('PASS');
    expect(
      renderByComponent(await judged(await realNode('kubeadm-v136-hardened-ha'), 'default'), { ...PAGE, quiet: true }),
    ).toBe('');
  });
});

describe('strict', () => {
  test('a default that hardening guides want otherwise is a warning, and what is written as they want it is none', async () => {
    const node = await realNode('kubeadm-v136-hardened-ha');
    const warned = (report: Report): readonly string[] => [
      ...new Set(
        report.paths.flatMap(({ checks }) => checks.filter(({ status }) => status === 'warn').map(({ id }) => id)),
      ),
    ];
    expect(warned(await judged(node, 'default'))).toEqual([]);
    const report = await judged(node, 'strict');
    expect(report.benchmark).toBeUndefined();
    expect(report.status).toBe('warn');
    expect(warned(report)).toEqual(['sa-extend-expiration', 'scheduler-profiling', 'controller-manager-profiling']);
    node
      .addFlag('kube-scheduler', '--profiling=false')
      .addFlag('kube-controller-manager', '--profiling=false')
      .addFlag('kube-apiserver', '--service-account-extend-token-expiration=false');
    expect(warned(await judged(node, 'strict'))).toEqual([]);
  });

  test('a version that decides it and that nobody knows leaves it open', async () => {
    const node = withoutVersion(await stock());
    const { paths } = await judged(node, 'strict', { paths: ['anonymous-to-apiserver'] });
    const finding = paths[0]?.checks.find(({ id }) => id === 'apiserver-http2-dos-mitigation');
    expect(finding).toMatchObject({ status: 'not-assessed', message: /warn under .*1\.28.*pass under/ });
  });

  test('cis asks for no more hygiene than its version does', async () => {
    const node = await realNode('kubeadm-v128-default');
    const { paths } = await judged(node, 'cis');
    const status = (id: string) => paths.flatMap(({ checks }) => checks).find((one) => one.id === id)?.status;
    // v1.10 does not speak of tokens that count a year; v1.11 does.
    expect(status('sa-extend-expiration')).toBe('pass');
    expect(status('apiserver-profiling')).toBe('warn');
    expect(status('apiserver-http2-dos-mitigation')).toBe('pass');
  });
});

describe('one thing changed', () => {
  test.each<
    [name: string, id: string, result: ControlResult, change: (node: EditableNode) => unknown, message?: RegExp]
  >([
    [
      'the CA alone',
      '2.2',
      'compliant-by-default',
      (n) => n.removeFlag('etcd', 'client-cert-auth'),
      /--client-cert-auth=true/,
    ],
    ['the flag, as written', '2.2', 'compliant', () => undefined],
    [
      'neither flag nor CA',
      '2.2',
      'not-compliant',
      (n) => n.removeFlag('etcd', 'client-cert-auth').removeFlag('etcd', 'trusted-ca-file'),
    ],
    ['loopback of IPv6', '1.4.2', 'compliant', (n) => n.setFlag('kube-scheduler', 'bind-address', '::1')],
    ['no address', '1.4.2', 'not-compliant', (n) => n.removeFlag('kube-scheduler', 'bind-address'), /every address/],
    ['profiles off', '1.2.15', 'compliant', (n) => n.addFlag('kube-apiserver', '--profiling=false')],
    [
      'profiles on',
      '1.2.15',
      'not-compliant',
      (n) => n.addFlag('kube-apiserver', '--profiling=true'),
      /--profiling is true: whoever/,
    ],
    ['profiles as nobody knows', '1.2.15', 'not-assessed', (n) => withUnshown(n, 'profiling')],
    [
      'the gate off',
      '1.3.6',
      'not-compliant',
      (n) => n.addFlag('kube-controller-manager', '--feature-gates=RotateKubeletServerCertificate=false'),
      /RotateKubeletServerCertificate=false/,
    ],
    [
      'the gate on',
      '1.3.6',
      'compliant',
      (n) => n.addFlag('kube-controller-manager', '--feature-gates=RotateKubeletServerCertificate=true'),
    ],
    [
      'another gate',
      '1.3.6',
      'compliant-by-default',
      (n) => n.addFlag('kube-controller-manager', '--feature-gates=ContextualLogging=true'),
    ],
    [
      'anonymous requests refused, by default',
      '4.2.1',
      'compliant-by-default',
      (n) => n.replace('/var/lib/kubelet/config.yaml', '  anonymous:\n    enabled: false\n', ''),
    ],
    [
      'no name of its own',
      '4.2.7',
      'compliant',
      (n) => n.replace('/var/lib/kubelet/kubeadm-flags.env', / ?--hostname-override=\S+?(?=[" ])/, ''),
    ],
    [
      'suites of the list',
      '1.2.29',
      'compliant',
      (n) => n.addFlag('kube-apiserver', '--tls-cipher-suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'),
    ],
    [
      'a suite beyond the list',
      '1.2.29',
      'not-compliant',
      (n) =>
        n.addFlag(
          'kube-apiserver',
          '--tls-cipher-suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_RSA_WITH_AES_128_GCM_SHA256',
        ),
      /TLS_RSA_WITH_AES_128_GCM_SHA256/,
    ],
    [
      'authorizers in a file that is not there',
      '1.2.7',
      'not-assessed',
      (n) =>
        n
          .removeFlag('kube-apiserver', 'authorization-mode')
          .addFlag('kube-apiserver', '--authorization-config=/etc/kubernetes/pki/authorization.yaml'),
    ],
    ['a manifest that everybody reads', '1.1.1', 'not-compliant', (n) => n.mode(MANIFEST, 0o644)],
    [
      "a manifest that root's own group reads",
      '1.1.1',
      'not-compliant',
      (n) => n.mode(MANIFEST, 0o640),
      /mode 0640; the document asks for 0600 or less/,
    ],
    ['a manifest that nobody writes', '1.1.1', 'compliant', (n) => n.mode(MANIFEST, 0o400)],
    [
      'a manifest of another group',
      '1.1.2',
      'not-compliant',
      (n) => n.mode(MANIFEST, 0o600, { gid: 4 }),
      /user 0 and group 4; the document asks for root:root/,
    ],
    [
      "a kubeconfig that root's own group reads",
      '1.1.13',
      'not-compliant',
      (n) => n.mode('/etc/kubernetes/admin.conf', 0o640),
      /admin\.conf has mode 0640/,
    ],
    [
      'the kubeconfig of the scheduler',
      '1.1.15',
      'not-compliant',
      (n) => n.mode('/etc/kubernetes/scheduler.conf', 0o640),
      /scheduler\.conf has mode 0640/,
    ],
    [
      "a key that root's group reads",
      '1.1.21',
      'not-compliant',
      (n) => n.mode('/etc/kubernetes/pki/apiserver.key', 0o640),
      /0640/,
    ],
    [
      'a key that is less than asked for',
      '1.1.21',
      'compliant',
      (n) => n.mode('/etc/kubernetes/pki/apiserver.key', 0o400),
    ],
    [
      'the file of the token key of another user',
      '1.1.19',
      'not-compliant',
      (n) => n.owner('/etc/kubernetes/pki/sa.pub', 1000),
    ],
    [
      'certificates of its own making, without effect',
      '2.3',
      'not-compliant',
      (n) => n.addFlag('etcd', '--auto-tls=true'),
      /--auto-tls of etcd is true/,
    ],
    ['none of its own making, as written', '2.6', 'compliant', (n) => n.addFlag('etcd', '--peer-auto-tls=false')],
    [
      'all beta gates off',
      '1.3.6',
      'not-compliant',
      (n) => n.addFlag('kube-controller-manager', '--feature-gates=AllBeta=false'),
      /AllBeta=false/,
    ],
    ['no etcd in the input', '2.1', 'not-assessed', (n) => n.remove(ETCD)],
  ])('%s: %s is %s', async (_name, id, result, change, message) => {
    const node = await stock();
    change(node);
    const found = control(await judged(node, 'cis'), id);
    expect([found.result, found.message]).toEqual([result, expect.stringMatching(message ?? /./)]);
  });

  test('modes and owners that the archive did not keep are not assessed', async () => {
    const report = await judged((await stock()).withoutModes(), 'cis');
    for (const id of ['1.1.1', '1.1.2', '1.1.11', '1.1.13', '1.1.19', '1.1.20', '1.1.21', '4.1.5', '4.1.7', '4.1.8']) {
      expect(control(report, id)).toMatchObject({ result: 'not-assessed', message: /input does not (keep|show)/ });
    }
  });

  test('an older version that is content with less breaks nothing by it', async () => {
    const node = atVersion(await stock(), '1.23.9').mode(MANIFEST, 0o644);
    const report = await judged(node, 'cis');
    expect(report.benchmark?.version).toBe('1.23');
    expect(control(report, '1.1.1')).toMatchObject({ result: 'not-assessed', message: /content with mode 644/ });
  });

  test('a setting that the version no longer has is not asked for', async () => {
    const report = await judged(await stock(), 'stig');
    expect(control(report, 'CNTR-K8-000320')).toMatchObject({ result: 'not-applicable' });
    expect(control(report, 'CNTR-K8-000150')).toMatchObject({ result: 'compliant-by-default' });
    expect(control(report, 'CNTR-K8-000180')).toMatchObject({ result: 'compliant-by-default' });
    expect(control(report, 'CNTR-K8-000920')).toMatchObject({ result: 'out-of-scope' });
  });

  test('what is compliant by default alarms nobody, and what is not complies with a warning', async () => {
    const node = await realNode('kubeadm-v136-hardened-ha');
    node
      .addFlag('kube-scheduler', '--profiling=false')
      .addFlag('kube-controller-manager', '--profiling=false')
      .addFlag('kube-apiserver', '--service-account-extend-token-expiration=false');
    const literal = await judged(node, 'cis');
    // The rows are fine: what the document asks beyond them is not.
    expect(literal.summary).toMatchObject({ fail: 0, warn: 0 });
    expect(literal.status).toBe('warn');
    expect(
      controls(literal)
        .filter(({ result }) => result === 'not-compliant')
        .map(({ id }) => id),
    ).toEqual(['1.2.27', '1.2.28', '4.2.7']);
    expect(await reporterFor('nagios')(literal, PAGE)).toMatch(
      /^KUBETLS WARNING - 0 fail, 0 warn, .*: 3 controls of the CIS Kubernetes Benchmark not compliant \|/,
    );
    expect(await reporterFor('table')(literal, { ...PAGE, quiet: true })).toBe(
      'CIS Kubernetes Benchmark v1.12\n  Not compliant: 1.2.27, 1.2.28, 4.2.7\n  Each control: --group-by benchmark\n',
    );
  });

  test('a waived finding does not count against its control', async () => {
    const report = await judged(await stock(), 'cis', {
      decisions: {
        ...NO_DECISIONS,
        waivers: [
          {
            check: 'kubelet-serving-cert-source',
            node: '*',
            reason: 'in March',
            until: new Date('2027-03-31T00:00:00Z'),
            position: { file: '.kubetls.yaml', line: 2 },
          },
        ],
      },
    });
    expect(control(report, '4.2.9')).toMatchObject({ result: 'not-compliant', waived: true });
    expect(control(report, '1.2.5')).toMatchObject({ result: 'not-compliant', waived: false });
    expect(renderByBenchmark(report, PAGE)).toMatch(/4\.2\.9 .*, waived$/m);
  });

  test('a control whose check was left out is not assessed', async () => {
    const report = await judged(await stock(), 'cis', { paths: ['client-to-etcd'] });
    expect(control(report, '2.3')).toMatchObject({ result: 'compliant', paths: ['client-to-etcd'] });
    for (const id of ['1.2.1', '1.2.15', '1.2.27']) {
      expect(control(report, id)).toMatchObject({ result: 'not-assessed', message: /was not asked in this run/ });
    }
    expect(report.status).toBe('pass');
  });

  test('of several nodes each has its result, and the worst counts', async () => {
    const report = await judged([await stock(), await realNode('kubeadm-v136-hardened-ha')], 'cis');
    const both = controls(report).filter(({ id }) => id === '1.2.5');
    expect(both.map(({ result }) => result)).toEqual(['not-compliant', 'compliant']);
    expect(report.benchmark?.coverage.controls).toBe(131);
    expect(report.benchmark?.coverage.notCompliant).toBeGreaterThanOrEqual(12);
  });
});

describe('at the command line', () => {
  const STOCK = 'fixtures/clusters/kubeadm-v136-default.tar.gz';

  test('the configuration file names a profile, and an option beats it', async () => {
    const file = join(temporaryDirectory(), 'own.yaml');
    writeFileSync(file, 'profile: cis\n');
    const by = async (...more: readonly string[]) =>
      await kubetls(['check', STOCK, '--at', AT, '--config', file, ...more]);
    expect((await by()).stdout).toContain('CIS Kubernetes Benchmark v1.12\n  Not compliant: 1.2.1, ');
    expect((await by('--profile', 'stig')).stdout).toContain('DISA Kubernetes STIG V2R6\n');
    expect((await by('--profile', 'default')).stdout).not.toContain('Benchmark');
  });

  test.each([
    ['profile: ciss', /own\.yaml:1: profile: one of default, strict, cis, stig was expected\. Did you mean cis\?/],
    ['profile: [cis]', /own\.yaml:1: profile: one of/],
    ['profil: cis', /unknown key profil\. Did you mean profile\?/],
  ])('%s is a fault', async (text, message) => {
    const file = join(temporaryDirectory(), 'own.yaml');
    writeFileSync(file, `${text}\n`);
    const run = await kubetls(['check', STOCK, '--config', file]);
    expect(run.status).toBe(3);
    expect(run.stderr).toMatch(message);
  });

  test('--group-by benchmark without a document says what to add', async () => {
    const run = await kubetls(['check', STOCK, '--group-by', 'benchmark']);
    expect(run.status).toBe(3);
    expect(run.stderr).toContain('Add --profile cis or --profile stig');
  });

  test('list and explain know the controls of a check', async () => {
    const list = JSON.parse((await kubetls(['list', 'checks', '-o', 'json'])).stdout) as {
      id: string;
      hygiene: boolean;
      benchmarks: unknown;
    }[];
    const entry = (id: string) => list.find((one) => one.id === id);
    expect(entry('kubelet-serving-cert-source')?.benchmarks).toMatchObject({
      cis: { '1.6': ['4.2.10', '4.2.12'], '1.12': ['4.2.9', '4.2.11'] },
      stig: { V2R6: ['CNTR-K8-001460', 'CNTR-K8-001470'] },
    });
    expect(entry('pki-chain')?.benchmarks).toEqual({ cis: {}, stig: {} });
    expect(entry('scheduler-profiling')?.hygiene).toBe(true);
    const { stdout } = await kubetls(['explain', 'kubelet-anonymous-auth']);
    expect(stdout).toMatch(
      /Benchmarks\n {2}CIS Kubernetes Benchmark 4\.2\.1 \(v1\.6, .*v1\.12\)\n {2}DISA Kubernetes STIG CNTR-K8-000370\n/,
    );
  });
});
