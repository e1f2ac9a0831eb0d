/** What the tables of cases cannot say of a listener's checks: that a remediation can be copied, and what is shown. */
import { describe, expect, test } from 'vitest';
import { allChecks } from '../../checks/index.ts';
import { supportedVersions } from '../../src/config/history/history.ts';
import { suiteNames } from '../../src/config/tls.ts';
import type { ComponentName } from '../../src/model/component.ts';
import { asList, asMapping, readYaml } from '../../src/text/yaml.ts';
import { check, findingsOf, rowOf } from '../support/cases.ts';
import { realNode } from '../support/node.ts';

function remediationOf(id: string): string {
  const found = allChecks().get(id);
  if (found === undefined) throw new Error(id);
  return found.remediation;
}

describe('the list of suites that a remediation gives', () => {
  test.each<[string, ComponentName]>([
    ['apiserver-cipher-suites', 'kube-apiserver'],
    ['scheduler-cipher-suites', 'kube-scheduler'],
    ['controller-manager-cipher-suites', 'kube-controller-manager'],
    ['etcd-cipher-suites', 'etcd'],
  ])('%s: a flag that every supported version starts with', (id, component) => {
    const names = /--(?:tls-)?cipher-suites=(\S+) and restart/.exec(remediationOf(id))?.[1]?.split(',') ?? [];
    expect(names).toHaveLength(4);
    for (const version of supportedVersions(component)) {
      const { preferred } = suiteNames(component, version);
      expect(names.filter((name) => !preferred.has(name))).toEqual([]);
    }
  });

  test('kubelet-cipher-suites: a field that can be pasted', () => {
    const field = /`(tlsCipherSuites: [^`]+)`/.exec(remediationOf('kubelet-cipher-suites'))?.[1] ?? '';
    const yaml = readYaml(field);
    const names = yaml.ok ? asList(asMapping(yaml.documents[0]?.value)?.tlsCipherSuites) : [];
    expect(names).toHaveLength(4);
    for (const version of supportedVersions('kubelet')) {
      const { preferred } = suiteNames('kubelet', version);
      expect(names.filter((name) => !preferred.has(String(name)))).toEqual([]);
    }
  });

  test('etcd does not start with a list and TLS 1.3', () => {
    expect(remediationOf('etcd-cipher-suites')).toMatch(/remove the list first/);
  });
});

describe('what is shown for a value that does not parse', () => {
  const CONFIG = '/var/lib/kubelet/config.yaml';

  test.each([
    ['tlsCipherSuites: TLS_AES_128_GCM_SHA256', 'kubelet-removed-flags', 'tlsCipherSuites', 'TLS_AES_128_GCM_SHA256'],
    ['tlsMinVersion: VersionTLS14', 'kubelet-tls-min-version', 'tlsMinVersion', 'VersionTLS14'],
    ['tlsCipherSuites: [TLS_MADE_UP]', 'kubelet-cipher-suites', 'tlsCipherSuites', ['TLS_MADE_UP']],
  ])("%s: the file's own text, and how to mend the file", async (field, id, setting, value) => {
    const node = await realNode('kubeadm-v136-default');
    node.replace(CONFIG, 'kind: KubeletConfiguration', `kind: KubeletConfiguration\n${field}`);
    const row = rowOf(await check(node, { paths: ['client-to-kubelet'] }), 'client-to-kubelet');
    const [finding] = findingsOf(row, id).filter(({ status }) => status === 'fail');
    expect(finding?.evidence[0]).toMatchObject({ setting, value, origin: 'config-file', file: CONFIG });
    expect(finding?.remediation).toContain(CONFIG);
  });

  test('a flag and a stray word', async () => {
    const node = await realNode('kubeadm-v136-default');
    node.addFlag('etcd', '--client-cert-auth=yes').addFlag('etcd', 'junk');
    const row = rowOf(await check(node, { paths: ['client-to-etcd'] }), 'client-to-etcd');
    const shown = findingsOf(row, 'etcd-removed-flags').map(({ evidence }) => evidence[0]);
    expect(shown).toEqual([
      expect.objectContaining({ setting: 'junk', value: 'junk', origin: 'flag', line: 15 }),
      expect.objectContaining({ setting: '--client-cert-auth', value: 'yes', origin: 'flag', line: 16 }),
    ]);
  });
});
