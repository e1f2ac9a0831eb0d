/** `--fix-plan`: what it says is done to a real node, the node is judged again, and the findings are gone. */
import { describe, expect, test } from 'vitest';
import { allChecks } from '../checks/index.ts';
import { FIXES } from '../checks/fixes/index.ts';
import { editField } from '../src/fix/edit-yaml.ts';
import { editManifest } from '../src/fix/edit-manifest.ts';
import type { FixPlan, PlanStep } from '../src/model/fix.ts';
import { renderFixPlan } from '../src/report/fix-plan.ts';
import { fixPlanOf } from '../src/run/fix-plan.ts';
import { alarms, AT, check, rowOf } from './support/cases.ts';
import { fileSource, realNode } from './support/node.ts';
import type { ClusterName, EditableNode } from './support/node.ts';
import { kubetls } from './support/program.ts';
import { secondNode } from './support/second.ts';
import { expectGolden } from './report/golden.ts';

const APISERVER = '/etc/kubernetes/manifests/kube-apiserver.yaml';
const KUBELET = '/var/lib/kubelet/config.yaml';
const KUBELET_UNIT = '/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf';

async function planOf(...sources: Parameters<typeof fixPlanOf>[0]): Promise<FixPlan> {
  const result = await fixPlanOf(sources, { at: new Date(AT) });
  if (!result.ok) throw new Error(result.message);
  return result.plan;
}

function stepFor(plan: FixPlan, id: string): PlanStep {
  const step = plan.steps.find(({ findings }) => findings.some((one) => one.check === id));
  if (step === undefined) throw new Error(`no step mends ${id}`);
  return step;
}

test('every fix is one of a check', () => {
  const known = new Set(allChecks().keys());
  expect([...FIXES.keys()].filter((id) => !known.has(id))).toEqual([]);
});

describe.each<ClusterName>([
  'kubeadm-v128-default',
  'kubeadm-v136-default',
  'kubeadm-v136-hardened-ha',
  'kubeadm-v136-live',
  'kubeadm-v136-weak-external-etcd',
])('%s', (name) => {
  test('done as it says, each finding is gone and nothing else is worse', async () => {
    const node = await realNode(name);
    // What runs is not what the files say, until it is started anew.
    if (name === 'kubeadm-v136-live') node.remove('/proc');
    const plan = await planOf(node);
    const before = await check(node);
    for (const { changes, breaks } of plan.steps) {
      if (breaks.length > 0) continue;
      for (const { file, before: from, after } of changes) {
        expect(node.text(file)).toBe(from);
        node.write(file, after);
      }
    }
    const after = await check(node);
    for (const { findings, breaks, byHand } of plan.steps) {
      if (breaks.length > 0 || byHand !== null) continue;
      for (const one of findings) expect(alarms(rowOf(after, one.path))).not.toContain(`${one.status} ${one.check}`);
    }
    const brought = new Set(plan.steps.flatMap(({ brings }) => brings.map((one) => `${one.status} ${one.check}`)));
    for (const row of after.paths) {
      const known = alarms(rowOf(before, row.id));
      expect(alarms(row).filter((alarm) => !known.includes(alarm) && !brought.has(alarm))).toEqual([]);
    }
  });
});

test('the kubelet CA breaks logs and exec on a node with self-signed kubelet certificates, and it says so first', async () => {
  const step = stepFor(await planOf(await realNode('kubeadm-v136-default')), 'apiserver-kubelet-ca-set');
  expect(step.breaksAlone).toMatchObject([{ check: 'kubelet-serving-verifiable', path: 'apiserver-to-kubelet' }]);
  const text = renderFixPlan({ steps: [step], others: [], rows: NO_ROWS }, { width: 120, colour: false });
  expect(text.indexOf('CAREFUL')).toBeGreaterThan(0);
  expect(text.indexOf('CAREFUL')).toBeLessThan(text.indexOf('+++'));
});

test('a kubelet without an API server is not told to ask one', async () => {
  const node = (await realNode('kubeadm-v136-default'))
    .replace(KUBELET_UNIT, /^Environment="KUBELET_KUBECONFIG_ARGS=.*\n/m, '')
    .replace(KUBELET, 'mode: Webhook', 'mode: AlwaysAllow')
    .replace(KUBELET, '    cacheTTL: 0s\n    enabled: true', '    cacheTTL: 0s\n    enabled: false');
  const { steps, others } = await planOf(node);
  expect(steps.filter(({ component }) => component === 'kubelet')).toEqual([]);
  expect(others.map(({ check }) => check)).toContain('kubelet-authorization-mode');
});

test.each([
  ['RBAC,Webhook', ['Node', 'RBAC', 'Webhook']],
  ['Webhook,RBAC', ['Webhook', 'Node', 'RBAC']],
  ['AlwaysAllow,Webhook', ['Node', 'RBAC', 'Webhook']],
])('authorizers: %s keeps the webhook, whose file is refused without it', async (modes, expected) => {
  const node = (await realNode('kubeadm-v136-default'))
    .setFlag('kube-apiserver', 'authorization-mode', modes)
    .addFlag('kube-apiserver', '--authorization-webhook-config-file=/etc/kubernetes/pki/authorization.conf');
  const step = stepFor(await planOf(node), 'apiserver-authorization-mode');
  expect(step.set).toEqual({ 'authorization-mode': expected });
  expect(step.breaks).toEqual([]);
});

test('who comes in by a file of tokens is thought of before it is taken away', async () => {
  const node = (await realNode('kubeadm-v136-default')).addFlag(
    'kube-apiserver',
    '--token-auth-file=/etc/kubernetes/pki/tokens.csv',
  );
  expect(stepFor(await planOf(node), 'apiserver-token-auth-file').before).toEqual([
    expect.stringMatching(/another credential/),
  ]);
});

test('every step keeps the file as it finds it, so that each can be undone after later ones', async () => {
  const text = renderFixPlan(await planOf(await realNode('kubeadm-v136-weak-external-etcd')), {
    width: 400,
    colour: false,
  });
  const saved = [...text.matchAll(/^ +save {2}(.*)$/gm)].map(([, command]) => command);
  expect(saved.length).toBeGreaterThan(5);
  expect(new Set(saved).size).toBe(saved.length);
  const back = [...text.matchAll(/^ +back {2}(.*)$/gm)].map(
    ([, command]) => /\S+\/before-kubetls\/\d+\//.exec(command ?? '')?.[0],
  );
  expect(back).toEqual(
    saved.map((command) => /mkdir -p (\S+)/.exec(command ?? '')?.[1]).map((folder) => `${folder ?? ''}/`),
  );
});

const NO_ROWS: FixPlan['rows'] = {
  running: { fail: 0, warn: 0, pass: 0 },
  before: { fail: 0, warn: 0, pass: 0 },
  after: { fail: 0, warn: 0, pass: 0 },
};

test('a listener that moves away from its probes is held back', async () => {
  const plan = await planOf(await realNode('kubeadm-v136-weak-external-etcd'));
  const step = stepFor(plan, 'controller-manager-bind-address');
  expect(step.breaks).toMatchObject([{ check: 'controller-manager-probes', status: 'fail' }]);
  const text = renderFixPlan(plan, { width: 120, colour: false });
  expect(text).toContain('NOT YET: kube-controller-manager');
  // Whoever pipes the plan into `patch` does not apply it with the steps.
  expect(text).toContain('\n| +    - --bind-address=127.0.0.1\n');
});

test('kubelets come before the API server, and what kubeadm keeps is in the form of its version', async () => {
  const plan = await planOf(await realNode('kubeadm-v136-default'));
  expect(plan.steps.map(({ component }) => component)).toEqual(['kubelet', 'kube-apiserver']);
  expect(plan.steps[1]?.kubeadm?.text).toContain('- name: kubelet-certificate-authority');
  const old = await planOf(await realNode('kubeadm-v128-default'));
  expect(stepFor(old, 'apiserver-kubelet-ca-set').kubeadm?.text).toMatch(
    /extraArgs:\n +kubelet-certificate-authority: \/etc\/kubernetes\/pki\/ca\.crt\n/,
  );
});

const change = (
  text: string,
  edit: (node: EditableNode) => EditableNode,
): [string, (node: EditableNode) => EditableNode] => [text, edit];

test.each([
  change('a flag of the kubelet', (node) =>
    node.replace('/var/lib/kubelet/kubeadm-flags.env', '--hostname', '--anonymous-auth=true --hostname'),
  ),
  change('flags in one line', (node) => {
    const [command = ''] = /command:\n(?: {4}- .*\n)+/.exec(node.text(APISERVER)) ?? [];
    const words = [...command.matchAll(/- (.*)\n/g)].map(([, word]) => JSON.stringify(word));
    return node.replace(APISERVER, command, `command: [${words.join(', ')}]\n`);
  }),
])('%s: where to write it, and no diff', async (_name, edit) => {
  const plan = await planOf(edit(await realNode('kubeadm-v136-default')));
  const step = plan.steps.find(({ byHand }) => byHand !== null);
  expect(step?.changes).toEqual([]);
  expect(step?.byHand).toMatch(/\/(?:kubeadm-flags\.env|kube-apiserver\.yaml)/);
});

test.each([
  change('a value as an item of its own', (node) =>
    node.replace(APISERVER, '--authorization-mode=Node,RBAC', '--authorization-mode\n    - AlwaysAllow'),
  ),
  change('a value over two lines', (node) =>
    node.replace(APISERVER, '--authorization-mode=Node,RBAC', '--authorization-mode=AlwaysAllow,\n      Node'),
  ),
  change('a flag twice, whose values add up', (node) =>
    node.addFlag('kube-apiserver', '--authorization-mode=AlwaysAllow'),
  ),
])('%s: by hand, and not as what the setting would break', async (_name, edit) => {
  const step = stepFor(await planOf(edit(await realNode('kubeadm-v136-default'))), 'apiserver-authorization-mode');
  expect(step).toMatchObject({ breaks: [], changes: [], byHand: expect.stringContaining(APISERVER) as string });
});

test('a new flag does not come between another and its value', async () => {
  const node = (await realNode('kubeadm-v136-default')).replace(
    APISERVER,
    '    image: ',
    '    - --audit-log-path\n    - /var/log/audit\n    image: ',
  );
  const step = stepFor(await planOf(node), 'apiserver-kubelet-ca-set');
  expect(step.breaks).toEqual([]);
  expect(step.changes[0]?.after).toContain('    - --audit-log-path\n    - /var/log/audit\n');
});

test('what is after a flag on its line stays there', async () => {
  const node = (await realNode('kubeadm-v136-default')).replace(
    APISERVER,
    '--authorization-mode=Node,RBAC',
    '--authorization-mode=AlwaysAllow # until #12',
  );
  const step = stepFor(await planOf(node), 'apiserver-authorization-mode');
  expect(step.changes[0]?.after).toContain('- --authorization-mode=Node,RBAC # until #12\n');
});

test('what a step mends besides is not listed as what nothing mends', async () => {
  const node = (await realNode('kubeadm-v136-default')).setFlag('kube-apiserver', 'authorization-mode', 'AlwaysAllow');
  const { others, rows } = await planOf(node);
  expect(rows.after.fail).toBe(0);
  expect(others.filter(({ status }) => status === 'fail')).toEqual([]);
});

test('a kubelet without the gate is not told to ask for a certificate: it would not start', async () => {
  for (const gate of ['RotateKubeletServerCertificate', 'AllBeta']) {
    const node = (await realNode('kubeadm-v136-default')).replace(KUBELET, /$/, `featureGates:\n  ${gate}: false\n`);
    const { steps, others } = await planOf(node);
    expect(steps.filter(({ component }) => component === 'kubelet')).toEqual([]);
    expect(others.map(({ check }) => check)).toContain('kubelet-serving-cert-source');
  }
});

test('what a unit starts is started anew by its unit, and kubeadm has no part in it', async () => {
  const node = await realNode('kubeadm-v136-default');
  const flags = [...node.text(APISERVER).matchAll(/^ {4}- (--.*)$/gm)].map(([, flag = '']) => flag);
  node
    .remove(APISERVER)
    .write(
      '/etc/systemd/system/kube-apiserver.service',
      `[Service]\nExecStart=/usr/local/bin/kube-apiserver ${flags.join(' ')}\n`,
    );
  const step = stepFor(await planOf(node), 'apiserver-kubelet-ca-set');
  expect(step.kubeadm).toBeNull();
  const text = renderFixPlan({ steps: [step], others: [], rows: NO_ROWS }, { width: 200, colour: false });
  expect(text).toMatch(/restart {2}systemctl daemon-reload && systemctl restart kube-apiserver\n/);
});

test('names of files are words of the shell, whatever they are', async () => {
  const node = await realNode('kubeadm-v136-default');
  const odd = "/etc/kubernetes/manifests/it's;$(reboot) .yaml";
  node.write(odd, node.text(APISERVER)).remove(APISERVER);
  const text = renderFixPlan(await planOf(node), { width: 400, colour: false });
  expect(text).toContain(String.raw`cp -a '/etc/kubernetes/manifests/it'\''s;$(reboot) .yaml' /root/`);
  expect(text).toContain(String.raw`/2/'it'\''s;$(reboot) .yaml' '/etc/kubernetes/manifests/it'\''s;$(reboot) .yaml'`);
});

test('the lines of a diff are the lines of the file', async () => {
  const node = (await realNode('kubeadm-v136-default'))
    .replace(KUBELET, /\n/g, '\r\n')
    .replace(APISERVER, '    image: ', '    # a\tb\n    image: ');
  const text = renderFixPlan(await planOf(node), { width: 120, colour: false });
  expect(text).toMatch(/^ volumeStatsAggPeriod: 0s\r\n\+serverTLSBootstrap: true\r$/m);
  expect(text).not.toMatch(/^[-+] *authentication:/m);
  expect(text).toContain('\n     # a\tb\n');
  expect(text).not.toContain(' note ');
  node.replace(APISERVER, 'a\tb', 'a\u202eb');
  expect(renderFixPlan(await planOf(node), { width: 120, colour: false })).toMatch(/note {2}The file has characters/);
});

test('what runs is what is now, whatever the files say', async () => {
  const node = await realNode('kubeadm-v136-live');
  const process = node
    .files()
    .find((file) => file.endsWith('/cmdline') && node.text(file).includes('kube-apiserver\0'));
  node.replace(process ?? '', '--authorization-mode=Node,RBAC', '--authorization-mode=AlwaysAllow');
  const plan = await planOf(node);
  expect(plan.rows.before.fail).toBe(1);
  expect(plan.rows.running.fail).toBeGreaterThan(1);
  expect(renderFixPlan(plan, { width: 400, colour: false })).toMatch(
    /^Now [2-9] fail, .* 1 fail, 3 warn, 12 pass once what runs is started anew/m,
  );
});

test('what only a comparison of nodes shows is in the plan of several', async () => {
  const plan = await planOf(
    await realNode('kubeadm-v136-hardened-ha'),
    (await secondNode()).setFlag('kube-apiserver', 'service-account-issuer', 'https://tokens.example'),
  );
  expect(plan.rows.running.fail).toBeGreaterThan(0);
  expect(plan.others.map(({ check }) => check)).toContain('pki-ha-drift');
});

test('kubelets of all nodes come before the first API server that verifies them', async () => {
  const plan = await planOf(await realNode('kubeadm-v136-default'), await realNode('kubeadm-v128-default'));
  expect(plan.steps.map(({ component, node }) => `${component} ${node}`)).toEqual([
    'kubelet cp-1',
    'kubelet master-1',
    'kubelet master-1',
    'kube-apiserver cp-1',
    'kube-apiserver master-1',
    'kube-apiserver master-1',
  ]);
});

test('the lines for kubeadm are in the form of the file that there is', async () => {
  const old = fileSource('kubeadm.yaml', KUBEADM.replace('v1beta4', 'v1beta3').replace('v1.36.3', 'v1.31.0'));
  const step = stepFor(await planOf(old), 'apiserver-kubelet-ca-set');
  expect(step.kubeadm?.text).toMatch(/extraArgs:\n +kubelet-certificate-authority: \//);
  const text = renderFixPlan({ steps: [step], others: [], rows: NO_ROWS }, { width: 200, colour: false });
  expect(text).toMatch(/restart {2}none before the cluster exists/);
});

test('a kubeadm configuration alone gets lines, not a diff of what is not there yet', async () => {
  const source = fileSource('kubeadm.yaml', KUBEADM);
  const step = stepFor(await planOf(source), 'apiserver-kubelet-ca-set');
  expect(step.changes).toEqual([]);
  expect(step.kubeadm?.where).toContain('kubeadm.yaml');
});

const KUBEADM = 'apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: v1.36.3\n';

test('fix-plan.txt', async () => {
  const plan = await planOf(await realNode('kubeadm-v136-default'));
  expectGolden('fix-plan.txt', renderFixPlan(plan, { width: 120, colour: false }));
});

test('the program: the plan on standard output, the status of the node, and nothing written', async () => {
  const args = ['check', 'fixtures/clusters/kubeadm-v136-default.tar.gz', '--at', AT, '--fix-plan'];
  const run = await kubetls(args);
  expect(run).toMatchObject({ status: 2, stderr: '' });
  expect(run.stdout).toContain('after the steps 0 fail, 2 warn');
  expect((await kubetls([...args, '-o', 'json'])).status).toBe(3);
});

describe('a manifest keeps all that was not changed', () => {
  const text =
    'a:\r\n  - command:\r\n    - kube-apiserver\r\n    - --x=1 \r\n    - "--y=2"\r\n    - --x=3\r\n    image: i # c\r\n';
  test('changed, taken away, added; Windows line ends', () => {
    const edits = [
      { name: 'x', value: '4', lines: [4, 6] },
      { name: 'y', value: null, lines: [5] },
      { name: 'z', value: 'a: b', lines: [] },
    ];
    expect(editManifest(text, edits, [4])).toEqual({
      ok: true,
      text: 'a:\r\n  - command:\r\n    - kube-apiserver\r\n    - --x=4\r\n    - "--z=a: b"\r\n    image: i # c\r\n',
    });
  });
  test.each([
    ['- --x', 'v'],
    ['- ["--x=1"]', 'v'],
  ])('%s is left to people', (line) => {
    const result = editManifest(`args:\n${line}\n- v\n- --k=1\n`, [{ name: 'y', value: '1', lines: [2] }], [4]);
    expect(result.ok).toBe(false);
  });
});

test.each([
  ['a: 1 # why\nb: x\n', ['a'], 2, 'a: 2 # why\nb: x\n'],
  ['a:\n  b: true\nc: 1\n', ['a', 'b'], false, 'a:\n  b: false\nc: 1\n'],
  ['a: 1\n', ['b', 'c'], 'x', 'a: 1\nb:\n  c: x\n'],
  ['a: 1\nb: 2\n', ['a'], null, 'b: 2\n'],
  ['# c\na:   "x"\n\n\nb: {c: 1}\n', ['d', 'e'], true, '# c\na:   "x"\n\n\nb: {c: 1}\nd:\n  e: true\n'],
  ['a:\n    b: 1 # c\n\nd:  2\n', ['a', 'e'], 3, 'a:\n    e: 3\n    b: 1 # c\n\nd:  2\n'],
  ['a: 1\r\nb: {}\r\n', ['c'], 2, 'a: 1\r\nb: {}\r\nc: 2\r\n'],
  ['a: 1', ['c'], 2, 'a: 1\nc: 2\n'],
  ['l:\n- x\n# c\na: 1\n', ['l'], ['y', 'z'], 'l:\n- y\n- z\n# c\na: 1\n'],
])('fields: %j %j = %j', (text, path, value, expected) => {
  expect(editField(text, path, value)).toEqual({ ok: true, text: expected });
});

test.each([
  ['a: &x 1\nb: *x\n', 'other fields have their value from a (the anchor &x)'],
  ['a: 1\n---\nb: 1\n', 'it holds several documents'],
])('fields: %j is left to people', (text, message) => {
  expect(editField(text, ['a'], 2)).toEqual({ ok: false, message });
});

test('a kubelet configuration keeps its form', async () => {
  const text = (await realNode('kubeadm-v136-default')).text(KUBELET);
  const result = editField(text, ['serverTLSBootstrap'], true);
  expect(result).toEqual({ ok: true, text: `${text}serverTLSBootstrap: true\n` });
});
