/** What the files of a node do not show is unknown: never taken literally, never taken for absent. */
import { describe, expect, test } from 'vitest';
import type { Report, ReportCheck } from '../src/model/report.ts';
import type { PathId } from '../src/model/path.ts';
import { checkSources } from '../src/run/run.ts';
import type { ReadResult, Source } from '../src/source/source.ts';
import { alarms, AT, check, findingsOf, rowOf } from './support/cases.ts';
import { realNode } from './support/node.ts';
import type { EditableNode } from './support/node.ts';

const UNIT = '/usr/lib/systemd/system/kubelet.service';
const KUBELET_CONFIG = '/var/lib/kubelet/config.yaml';
const MANIFESTS = '/etc/kubernetes/manifests';
const APISERVER = `${MANIFESTS}/kube-apiserver.yaml`;
const ETCD = `${MANIFESTS}/etcd.yaml`;
const BROKEN = 'a: [\nb: }\n';

const allAlarms = (report: Report): readonly string[] =>
  report.paths.flatMap((row) => alarms(row).map((alarm) => `${row.id}: ${alarm}`)).sort();

const finding = (report: Report, path: PathId, id: string): ReportCheck | undefined =>
  findingsOf(rowOf(report, path), id)[0];

/** Every sentence of a report. */
const said = (report: Report): string =>
  report.paths
    .flatMap(({ reason, supply, checks }) => [reason ?? '', supply ?? '', ...checks.map(({ message }) => message)])
    .join('\n');

/** The stock node with its own address given by the downward API in two manifests. */
async function withDownwardAddress(): Promise<EditableNode> {
  const node = await realNode('kubeadm-v136-hardened-ha');
  const address = /--advertise-address=([\d.]+)/.exec(node.text(APISERVER))?.[1] ?? '';
  const env = [
    '    env:',
    '    - name: HOST_IP',
    '      valueFrom:',
    '        fieldRef:',
    '          fieldPath: status.hostIP',
    '    image: ',
  ].join('\n');
  for (const file of [APISERVER, ETCD]) {
    const [head = '', tail = ''] = node.text(file).split('\n    image: ');
    const words = head.replaceAll(/^( {4}- --.*)$/gm, (line) => line.replaceAll(address, '$(HOST_IP)'));
    node.write(file, `${words}\n${env}${tail}`);
  }
  return node;
}

describe('a variable that the kubelet fills', () => {
  test('raises no alarm, and what depends on it says so', async () => {
    const before = await check(await realNode('kubeadm-v136-hardened-ha'));
    const report = await check(await withDownwardAddress());
    expect(allAlarms(report)).toEqual(allAlarms(before));
    const line = (await withDownwardAddress())
      .text(APISERVER)
      .split('\n')
      .findIndex((one) => one.includes('$(HOST_IP)'));
    expect(finding(report, 'user-to-apiserver', 'apiserver-serving-san-endpoint')).toMatchObject({
      status: 'not-assessed',
      message: `The value of --advertise-address of kube-apiserver (${APISERVER}:${line + 1}) is not known: HOST_IP is filled by the kubelet from status.hostIP.`,
      evidence: [{ component: 'kube-apiserver', setting: '--advertise-address', value: null, file: APISERVER }],
    });
    expect(said(report)).not.toContain('fault of kubetls');
  });

  test('leaves alone what does not depend on it', async () => {
    const report = await check(await withDownwardAddress());
    for (const [path, id] of [
      ['client-to-etcd', 'etcd-client-cert-auth'],
      ['client-to-etcd', 'pki-expiry-tier'],
      ['etcd-to-etcd', 'etcd-peer-client-auth'],
      ['apiserver-to-etcd', 'apiserver-etcd-ca'],
      ['user-to-apiserver', 'kubeconfig-server-san'],
      ['pod-to-apiserver', 'apiserver-serving-san-service'],
    ] as const) {
      expect([path, id, finding(report, path, id)?.status]).toEqual([path, id, 'pass']);
    }
    expect(rowOf(report, 'client-to-etcd')).toMatchObject({ encrypted: 'unknown', serverVerified: 'unknown' });
  });

  test('what nothing declares stays as it is written, and is a fault', async () => {
    const node = await realNode('kubeadm-v136-default');
    const report = await check(node.setFlag('kube-apiserver', 'advertise-address', '$(NOBODY)'), {
      paths: ['user-to-apiserver'],
    });
    const fault = finding(report, 'user-to-apiserver', 'apiserver-removed-flags');
    expect(fault?.status).toBe('fail');
    expect(fault?.message).toMatch(
      /^--advertise-address: "\$\(NOBODY\)" is not an IP address: kube-apiserver does not start with it\.$/,
    );
  });

  test("etcd's variable that a Secret fills concerns its own setting alone", async () => {
    const node = await realNode('kubeadm-v136-default');
    node
      .removeFlag('etcd', 'name')
      .replace(
        ETCD,
        '    image: ',
        '    env:\n    - name: ETCD_NAME\n      valueFrom:\n        secretKeyRef: {name: a, key: b}\n    image: ',
      );
    const report = await check(node, { paths: ['client-to-etcd', 'etcd-to-etcd'] });
    expect(rowOf(report, 'client-to-etcd').status).toBe('pass');
  });
});

function withoutUnit(node: EditableNode): EditableNode {
  return node.remove(UNIT).remove(`${UNIT}.d`);
}

test('words that a start script takes from elsewhere leave the defaults open, and no more', async () => {
  const node = await realNode('kubeadm-v136-default');
  const manifest = node.text(APISERVER);
  const words = [...manifest.matchAll(/^ {4}- (--.*)$/gm)].map(([, word]) => word ?? '').join(' ');
  node.write(
    APISERVER,
    manifest
      .replace(/^ {4}- --.*\n/gm, '')
      .replace('    - kube-apiserver\n', `    - sh\n    - -c\n    - exec kube-apiserver ${words} $EXTRA\n`),
  );
  const report = await check(node, { paths: ['user-to-apiserver', 'apiserver-to-kubelet'] });
  expect(finding(report, 'apiserver-to-kubelet', 'apiserver-kubelet-ca-set')).toMatchObject({ status: 'not-assessed' });
  expect(finding(report, 'user-to-apiserver', 'pki-expiry-tier')).toMatchObject({ status: 'pass' });
  expect(rowOf(report, 'user-to-apiserver')).toMatchObject({ encrypted: 'yes', minTLSVersion: 'unknown' });
});

/** The kubelet of the node by one unit of this command line. */
async function withUnit(exec: string): Promise<EditableNode> {
  const node = await realNode('kubeadm-v136-default');
  withoutUnit(node);
  return node.write(UNIT, `[Service]\n${exec}\n`);
}

const KUBELET = '/usr/bin/kubelet --kubeconfig=/etc/kubernetes/kubelet.conf --config=/var/lib/kubelet/config.yaml';

describe("what a unit's command line leaves to the machine", () => {
  test.each<[name: string, exec: string, path: PathId, id: string, message: RegExp]>([
    [
      'a specifier',
      `ExecStart=${KUBELET} --hostname-override=%H`,
      'kubelet-to-apiserver',
      'kubelet-client-identity',
      /--hostname-override of kubelet \(.*kubelet\.service:2\) is not known: systemd fills %H .*\/etc\/hostname/,
    ],
    [
      'a command substitution',
      `ExecStart=/bin/sh -c "exec ${KUBELET} --hostname-override=$(hostname -f)"`,
      'kubelet-to-apiserver',
      'kubelet-client-identity',
      /is not known: the start script uses a command substitution/,
    ],
    [
      'a variable of a file that is not there',
      `EnvironmentFile=-/srv/agent/metadata\nExecStart=${KUBELET} --hostname-override=\${NODE_NAME}`,
      'kubelet-to-apiserver',
      'kubelet-client-identity',
      /is not known: NODE_NAME is set in no file that was read, and .*\/srv\/agent\/metadata is not in the input/,
    ],
    [
      'words of a file that is not there',
      `EnvironmentFile=-/srv/agent/metadata\nExecStart=${KUBELET} $EXTRA`,
      'client-to-kubelet',
      'kubelet-config-mode',
      /not known as a whole, .*variables from \/srv\/agent\/metadata/,
    ],
  ])('%s', async (_name, exec, path, id, message) => {
    const node = await withUnit(exec);
    if (node.files().includes('/etc/hostname')) node.remove('/etc/hostname');
    const report = await check(node, { paths: [path] });
    expect(finding(report, path, id)).toMatchObject({ status: 'not-assessed' });
    expect(finding(report, path, id)?.message).toMatch(message);
    expect(said(report)).not.toMatch(/supply its systemd unit|certificate of another node/);
  });

  test('a kubelet that only its config file shows was not given --config by anybody', async () => {
    const node = await realNode('kubeadm-v136-default');
    withoutUnit(node);
    const report = await check(node, { paths: ['client-to-kubelet'] });
    expect(finding(report, 'client-to-kubelet', 'kubelet-config-mode')?.evidence).toMatchObject([
      { setting: '--config', value: KUBELET_CONFIG, origin: 'config-file', file: KUBELET_CONFIG },
    ]);
  });
});

/** A node of which some folders, or files, may not be looked into. */
function denied(node: EditableNode, ...paths: readonly string[]): Source {
  const within = (path: string): boolean => paths.some((one) => path.startsWith(`${one}/`));
  const refused: ReadResult = { ok: false, reason: 'permission-denied', message: 'may not be read' };
  return {
    name: node.name,
    kind: node.kind,
    problems: [],
    entry: (path) => (within(path) ? undefined : node.entry(path)),
    list: (path) => (paths.includes(path) || within(path) ? [] : node.list(path)),
    listFailure: (path) => (paths.includes(path) || within(path) ? 'permission-denied' : undefined),
    read: (path) => (paths.includes(path) || within(path) ? refused : node.read(path)),
  };
}

async function checkSource(source: Source): Promise<Report> {
  const result = await checkSources([source], { at: new Date(AT) });
  if (!result.ok) throw new Error(result.message);
  return result.report;
}

describe('what may not be read is not absent', () => {
  test("the folder of the kubelet's drop-ins: its command line is unknown", async () => {
    const node = await realNode('kubeadm-v136-default');
    const before = allAlarms(await check(node));
    const report = await checkSource(denied(node, `${UNIT}.d`));
    expect(allAlarms(report).filter((one) => !before.includes(one))).toEqual([]);
    expect(rowOf(report, 'client-to-kubelet').status).not.toBe('pass');
    expect(finding(report, 'client-to-kubelet', 'kubelet-config-mode')).toMatchObject({ status: 'not-assessed' });
    expect(finding(report, 'client-to-kubelet', 'kubelet-config-mode')?.message).toContain(`${UNIT}.d`);
    expect(report.problems).toContainEqual(expect.objectContaining({ file: `${UNIT}.d`, incomplete: true }));
  });

  test('without a config file nothing at all is known of such a kubelet', async () => {
    const node = (await realNode('kubeadm-v136-default')).remove(KUBELET_CONFIG);
    const report = await checkSource(denied(node, `${UNIT}.d`));
    expect(rowOf(report, 'client-to-kubelet')).toMatchObject({ status: 'not-assessed' });
    expect(alarms(rowOf(report, 'client-to-kubelet'))).toEqual([]);
    expect(rowOf(report, 'client-to-kubelet').reason).toContain(`${UNIT}.d`);
  });

  test.each<[name: string, unreadable: string, live: boolean]>([
    ['the manifests of a backup', MANIFESTS, false],
    ['the manifests of this machine', MANIFESTS, true],
    ["the administrator's units", '/etc/systemd/system', true],
  ])('%s: no row says that nothing is configured', async (_name, unreadable, live) => {
    const node = await realNode('kubeadm-v136-default');
    node.write('/etc/systemd/system/x.service', '');
    if (live) node.asHost();
    if (unreadable !== MANIFESTS) node.remove(MANIFESTS);
    const report = await checkSource(denied(node, unreadable));
    for (const id of [
      'client-to-etcd',
      'metrics-to-etcd',
      'scheduler-to-apiserver',
      'client-to-scheduler',
      'apiserver-to-etcd',
      'anonymous-to-apiserver',
      'apiserver-to-kms',
    ] as const) {
      const row = rowOf(report, id);
      expect([id, row.status]).toEqual([id, 'not-assessed']);
      expect(row.reason).toContain(`is not known: `);
      expect(row.reason).toContain(unreadable);
      expect(row.supply).toContain(unreadable);
    }
  });

  test('a manifest that may not be read hides its own component, and no other', async () => {
    const node = await realNode('kubeadm-v136-default');
    const report = await checkSource(denied(node, ETCD));
    expect(rowOf(report, 'client-to-etcd').reason).toContain(ETCD);
    expect(rowOf(report, 'cloud-controller-manager-to-apiserver').status).toBe('not-applicable');
    expect(rowOf(report, 'scheduler-to-apiserver').status).toBe('pass');
  });
});

describe('a configuration file that cannot be used', () => {
  test.each<[name: string, text: string | Uint8Array, place: RegExp]>([
    ['broken', BROKEN, /config\.yaml:2 is not YAML or JSON/],
    ['empty', '', /config\.yaml is empty/],
    ['binary', new Uint8Array([0xff, 0, 0x80, 7, 0xfe]), /config\.yaml(:1)? is not/],
    ['of another kind', 'kind: Pod\napiVersion: v1\n', /config\.yaml:1 cannot be used: kind/],
    [
      'an alias bomb',
      `a: &a [x]\n${Array.from({ length: 30 }, (_u, at) => `b${at}: &b${at} [${'*a,'.repeat(20)}*a]\n`).join('')}`,
      /config\.yaml/,
    ],
  ])("the kubelet's, %s: the report names it, and says to correct it", async (_name, text, place) => {
    const node = (await realNode('kubeadm-v136-default')).write(KUBELET_CONFIG, text);
    const before = allAlarms(await check(await realNode('kubeadm-v136-default')));
    const report = await check(node);
    expect(report.problems.filter(({ file }) => file === KUBELET_CONFIG)).toMatchObject([{ incomplete: true }]);
    expect(report.problems.find(({ file }) => file === KUBELET_CONFIG)?.message).toMatch(place);
    const row = rowOf(report, 'client-to-kubelet');
    expect(row.reason).toMatch(place);
    expect(row.supply).toMatch(/^Correct \/var\/lib\/kubelet\/config\.yaml/);
    expect(allAlarms(report).filter((one) => !before.includes(one))).toEqual([]);
    // The rest of the kubelet's rows is judged all the same.
    expect(finding(report, 'kubelet-to-apiserver', 'kubeconfig-client-chain')?.status).toBe('pass');
  });

  test("the API server's AuthenticationConfiguration", async () => {
    const node = await realNode('kubeadm-v136-default');
    node.addFlag('kube-apiserver', '--authentication-config=/etc/kubernetes/pki/authn.yaml');
    node.write('/etc/kubernetes/pki/authn.yaml', BROKEN);
    const report = await check(node, { paths: ['anonymous-to-apiserver', 'apiserver-to-oidc'] });
    expect(report.problems).toContainEqual(
      expect.objectContaining({ file: '/etc/kubernetes/pki/authn.yaml', line: 2, incomplete: true }),
    );
    expect(finding(report, 'anonymous-to-apiserver', 'apiserver-anonymous-auth')?.message).toContain(
      '/etc/kubernetes/pki/authn.yaml:2',
    );
    expect(rowOf(report, 'apiserver-to-oidc').supply).toMatch(/^Correct \/etc\/kubernetes\/pki\/authn\.yaml:2/);
  });

  test('one that the input does not hold is to be supplied', async () => {
    const node = (await realNode('kubeadm-v136-default')).remove(KUBELET_CONFIG);
    const report = await check(node, { paths: ['client-to-kubelet'] });
    expect(rowOf(report, 'client-to-kubelet').supply).toBe(`Supply ${KUBELET_CONFIG}.`);
    expect(report.problems.filter(({ file }) => file === KUBELET_CONFIG)).toEqual([]);
  });

  test.each<[name: string, change: (node: EditableNode) => EditableNode, place: string]>([
    ['a broken manifest', (node) => node.write(APISERVER, BROKEN), `${APISERVER}:2`],
    ['an empty one', (node) => node.write(APISERVER, ''), APISERVER],
    ['one of another kind', (node) => node.write(APISERVER, 'kind: List\napiVersion: v1\n'), `${APISERVER}:1`],
  ])('%s leaves its rows open, with its place', async (_name, change, place) => {
    const report = await check(change(await realNode('kubeadm-v136-default')));
    expect(report.problems).toContainEqual(expect.objectContaining({ file: APISERVER, incomplete: true }));
    expect(said(report)).not.toMatch(/^(The API server that dials this kubelet|kube-apiserver) is not in the input/m);
    for (const id of ['anonymous-to-apiserver', 'apiserver-to-etcd', 'front-proxy-to-apiserver'] as const) {
      expect(rowOf(report, id)).toMatchObject({ status: 'not-assessed' });
      expect(rowOf(report, id).reason).toContain(place);
    }
  });
});
