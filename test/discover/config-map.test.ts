import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { classifyFile } from '../../src/discover/classify.ts';
import { readConfigMaps } from '../../src/discover/config-map.ts';
import { proxyConfigMap } from '../checks/shared/kube-proxy.ts';
import { kubeadmConfigMap } from '../checks/shared/kubeadm.ts';

function lineOf(text: string, wanted: string): number {
  return text.split('\n').findIndex((line) => line.includes(wanted)) + 1;
}

describe('a ConfigMap as kubectl prints it', () => {
  test('its texts keep the lines of the file, and are named by their keys', () => {
    const printed = proxyConfigMap();
    const [map] = readConfigMaps(printed, '/kube-proxy.yaml');
    expect(map?.name).toBe('kube-proxy');
    expect([...(map?.data.keys() ?? [])]).toEqual(['config.conf', 'kubeconfig.conf']);
    const kubeconfig = map?.data.get('kubeconfig.conf');
    expect(kubeconfig?.file).toBe('/kube-proxy.yaml#kubeconfig.conf');
    expect(lineOf(kubeconfig?.text ?? '', 'tokenFile')).toBe(lineOf(printed, 'tokenFile'));
  });

  test('a quoted text counts its own lines', () => {
    const [map] = readConfigMaps(
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: kubelet-config\ndata:\n  kubelet: "kind: KubeletConfiguration\\nport: 1\\n"\n',
      '/cm.yaml',
    );
    expect(map?.data.get('kubelet')?.text).toBe('kind: KubeletConfiguration\nport: 1\n');
  });

  test('several in a List, and JSON', () => {
    const one = (name: string): object => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name },
      data: { a: 'b' },
    });
    const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [one('kubeadm-config'), one('kube-proxy')] });
    expect(readConfigMaps(list, '/cm.json').map(({ name }) => name)).toEqual(['kubeadm-config', 'kube-proxy']);
  });

  test('Windows line ends', () => {
    const printed = kubeadmConfigMap().replace(/\n/g, '\r\n');
    const [map] = readConfigMaps(printed, '/cm.yaml');
    const text = map?.data.get('ClusterConfiguration')?.text ?? '';
    expect(lineOf(text, 'kubernetesVersion')).toBe(lineOf(printed, 'kubernetesVersion'));
  });

  test('never throws', () => {
    fc.assert(
      fc.property(fc.json(), fc.string(), (json, text) => {
        readConfigMaps(json, '/a');
        readConfigMaps(text, '/a');
        readConfigMaps(`kind: ConfigMap\nmetadata: ${json}\ndata: ${json}\n`, '/a');
      }),
    );
  });
});

describe('what a file is', () => {
  test.each([
    ['the ConfigMap of kubeadm', kubeadmConfigMap(), 'kubeadm-config'],
    ['the ConfigMap of kube-proxy', proxyConfigMap(), 'kubeadm-config'],
    [
      'the ConfigMap of an old kubelet, as JSON',
      JSON.stringify({ kind: 'ConfigMap', metadata: { name: 'kubelet-config-1.23' } }, null, 4),
      'kubeadm-config',
    ],
    ['another ConfigMap', 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: coredns\ndata: {}\n', 'other'],
    [
      "kubeadm's documents, whatever comes first",
      'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n---\napiVersion: kubeadm.k8s.io/v1beta4\nkind: JoinConfiguration\n',
      'kubeadm-config',
    ],
    [
      "somebody else's ClusterConfiguration",
      'apiVersion: installer.example.com/v1\nkind: ClusterConfiguration\n',
      'other',
    ],
    [
      'a KubeletConfiguration alone',
      'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n',
      'kubelet-config',
    ],
  ])('%s', (_name, text, expected) => {
    expect(classifyFile('file.yaml', text)).toBe(expected);
  });
});
