/** The effective settings of real nodes, as people and machines get them. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, test } from 'vitest';
import type { SettingsReport } from '../../src/model/settings-report.ts';
import { renderSettings } from '../../src/report/settings-formats.ts';
import { runSettings } from '../../src/run/settings.ts';
import { displayWidth } from '../../src/text/width.ts';
import type { SettingsSelection } from '../../src/engine/settings.ts';

const AT = new Date('2026-11-21T12:00:00Z');
const EVERYTHING: SettingsSelection = { components: undefined, defaults: true };
const PLAIN = { width: 120, colour: false, quiet: false, verbose: false };

async function settingsOf(
  cluster: string,
  selection = EVERYTHING,
  kubernetesVersion?: string,
): Promise<SettingsReport> {
  const result = await runSettings(
    {
      inputs: [`fixtures/clusters/${cluster}.tar.gz`],
      at: AT,
      stdin: async function* () {
        // Nobody asks for standard input here.
      },
      ...(kubernetesVersion === undefined ? {} : { kubernetesVersion }),
    },
    selection,
  );
  if (!result.ok) throw new Error(result.message);
  return result.report;
}

function setting(report: SettingsReport, component: string, name: string) {
  const found = report.nodes[0]?.components
    .find((one) => one.name === component)
    ?.settings.find((one) => one.name === name);
  if (found === undefined) throw new Error(`${component} has no ${name}`);
  return found;
}

let weak: SettingsReport;
beforeAll(async () => {
  weak = await settingsOf('kubeadm-v136-weak-external-etcd');
});

describe('each value has its origin', () => {
  test.each([
    ['kube-apiserver', 'tls-min-version', 'VersionTLS10', 'flag', '/etc/kubernetes/manifests/kube-apiserver.yaml', 37],
    ['kube-apiserver', 'etcd-cafile', '', 'default', null, null],
    ['kubelet', 'anonymous-auth', true, 'config-file', '/var/lib/kubelet/config.yaml', 4],
    ['kubelet', 'read-only-port', 10255, 'config-file', '/var/lib/kubelet/config.yaml', 41],
    [
      'kube-controller-manager',
      'bind-address',
      '0.0.0.0',
      'flag',
      '/etc/kubernetes/manifests/kube-controller-manager.yaml',
      28,
    ],
  ])('%s %s', (component, name, value, origin, file, line) => {
    expect(setting(weak, component, name)).toMatchObject({ value, origin, file, line, unknown: null });
  });

  test('what a value overrode is listed: zero in a KubeletConfiguration means the default', () => {
    const ttl = setting(weak, 'kubelet', 'authentication-token-webhook-cache-ttl');
    expect(ttl).toMatchObject({ value: '2m0s', origin: 'default' });
    expect(ttl.overrides).toMatchObject([{ value: '0s', origin: 'config-file', line: 6 }]);
  });
});

test('a kubelet tells its version in no file: shown as the newest it may be, and what differs under the others', () => {
  const kubelet = weak.nodes[0]?.components.find(({ name }) => name === 'kubelet');
  expect(kubelet).toMatchObject({ version: null, assumedVersion: '1.36.3' });
  expect(kubelet?.settings.some(({ otherVersions }) => otherVersions.length > 0)).toBe(true);
  const apiserver = weak.nodes[0]?.components.find(({ name }) => name === 'kube-apiserver');
  expect(apiserver).toMatchObject({ version: '1.36.3', assumedVersion: null });
  expect(apiserver?.settings.every(({ otherVersions }) => otherVersions.length === 0)).toBe(true);
});

test('--component and --no-defaults leave out the rest', async () => {
  const report = await settingsOf('kubeadm-v136-default', { components: ['kube-scheduler'], defaults: false });
  expect(report.nodes[0]?.components.map(({ name }) => name)).toEqual(['kube-scheduler']);
  expect(report.nodes[0]?.components[0]?.settings.map(({ name }) => name).sort()).toEqual([
    'authentication-kubeconfig',
    'authorization-kubeconfig',
    'bind-address',
    'kubeconfig',
    'leader-elect',
  ]);
});

describe('JSON', () => {
  const schema = JSON.parse(
    readFileSync(new URL('../../docs/settings.schema.json', import.meta.url), 'utf8'),
  ) as object;
  const validate = new Ajv2020({ allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true }).compile(
    schema,
  );

  test('is what the schema promises', async () => {
    validate(JSON.parse(await renderSettings('json', weak, PLAIN)));
    expect(validate.errors).toBeNull();
  });

  test('the schema refuses what it does not promise', async () => {
    const report = JSON.parse(await renderSettings('json', weak, PLAIN)) as Record<string, unknown>;
    expect(validate({ ...report, nodes: undefined })).toBe(false);
    expect(validate({ ...report, evaluatedAt: 'today' })).toBe(false);
  });
});

describe('the table', () => {
  test('says value, origin, place and what lost', async () => {
    const text = await renderSettings('table', weak, PLAIN);
    expect(text).toMatch(/^cp-1: Kubernetes 1\.36\.3 \(kubeadm\)$/m);
    expect(text).toMatch(/^kube-apiserver 1\.36\.3: \/etc\/kubernetes\/manifests\/kube-apiserver\.yaml$/m);
    expect(text).toMatch(/^--tls-min-version +VersionTLS10 +flag +kube-apiserver\.yaml:37$/m);
    expect(text).toMatch(/^--etcd-cafile +"" +default 1\.36\.3$/m);
    expect(text).toMatch(/^kubelet version unknown, shown as 1\.36\.3: /m);
    expect(text).toMatch(
      /^authentication\.webhook\.cacheTTL +2m0s +default 1\.36\.3\n +overrides +0s +config-file +config\.yaml:6$/m,
    );
  });

  test.each([80, 100, 120, 200])('fits in %d columns, values whole', async (width) => {
    const text = await renderSettings('table', weak, { ...PLAIN, width });
    const lines = text.split('\n');
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
    expect(text).not.toContain('…');
  });
});
