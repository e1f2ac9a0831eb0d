import { describe, expect, test } from 'vitest';
import { flagHistory } from '../../src/config/history/history.ts';
import { otherFlags } from '../../src/config/history/other-flags.ts';
import { removedFlags } from '../../src/config/history/removed-flags.ts';
import { resolveSettings } from '../../src/config/settings.ts';
import { COMPONENT_NAMES } from '../../src/model/component.ts';
import type { ComponentName, Notice } from '../../src/model/component.ts';
import { parseVersion } from '../../src/model/version.ts';

function notices(component: ComponentName, version: string, argv: readonly string[]): readonly Notice[] {
  const parsed = parseVersion(version);
  if (parsed === undefined) throw new Error(version);
  const position = { file: '/etc/kubernetes/manifests/x.yaml', line: 1 };
  return resolveSettings({
    component,
    version: parsed,
    arguments: argv.map((text) => ({ text, position })),
    environment: [],
    configFiles: {
      config: { file: '/c', text: 'kind: KubeletConfiguration\napiVersion: kubelet.config.k8s.io/v1beta1\n' },
    },
  }).notices;
}

test.each(COMPONENT_NAMES)('%s: what is gone is among the other flags, and in no second table', (component) => {
  const others = otherFlags(component);
  const names = [...removedFlags(component).keys()];
  expect(names.filter((name) => !others.has(name))).toEqual([]);
  expect(names.filter((name) => flagHistory(component).has(name))).toEqual([]);
});

describe('a flag or a value that is gone', () => {
  test.each<[ComponentName, string, last: string, first: string]>([
    ['kubelet', '--container-runtime=remote', '1.26.15', '1.27.0'],
    ['kubelet', '--network-plugin=cni', '1.23.17', '1.24.0'],
    ['kubelet', '--pod-infra-container-image=registry.k8s.io/pause:3.10', '1.34.1', '1.35.0'],
    ['kubelet', '--log_dir=/var/log', '1.25.0', '1.26.0'],
    ['kubelet', '--register-schedulable', '1.33.0', '1.34.0'],
    ['kubelet', '--event-storage-age-limit=default=0', '1.36.0', '1.37.0'],
    ['kube-apiserver', '--logtostderr=true', '1.25.9', '1.26.0'],
    ['kube-apiserver', '--target-ram-mb=1', '1.23.0', '1.24.0'],
    ['kube-controller-manager', '--pod-eviction-timeout=5m', '1.26.0', '1.27.0'],
    ['kube-controller-manager', '--enable-taint-manager', '1.26.0', '1.27.0'],
    ['kube-scheduler', '--policy-config-file=/x', '1.22.0', '1.23.0'],
    ['kube-scheduler', '--alsologtostderr', '1.25.0', '1.26.0'],
    ['etcd', '--debug', '3.4.23', '3.5.0'],
    ['etcd', '--logger=capnslog', '3.4.23', '3.5.0'],
    ['etcd', '--experimental-enable-v2v3=/p', '3.5.21', '3.6.0'],
    ['etcd', '--experimental-initial-corrupt-check=true', '3.6.8', '3.7.0'],
  ])('%s %s: taken by %s, refused by %s', (component, flag, last, first) => {
    expect(notices(component, last, [flag])).toEqual([]);
    expect(notices(component, first, [flag, flag])).toEqual([
      expect.objectContaining({
        code: 'removed-flag',
        line: 1,
        message: expect.stringMatching(/was removed in \d\.\d+$/) as unknown,
      }),
    ]);
  });
});

describe('what kubeadm writes (cmd/kubeadm/app/phases/{etcd/local,kubelet/flags,controlplane/manifests}.go)', () => {
  /** Flags of one component, and the versions of kubeadm that write each; `to` is the last one. */
  const WRITTEN: Readonly<
    Partial<Record<ComponentName, readonly { readonly flag: string; readonly from?: number; readonly to?: number }[]>>
  > = {
    kubelet: [
      { flag: '--hostname-override=cp-1' },
      { flag: '--register-with-taints=a=b:NoSchedule' },
      { flag: '--container-runtime-endpoint=unix:///run/containerd/containerd.sock', to: 36 },
      { flag: '--pod-infra-container-image=registry.k8s.io/pause:3.10', to: 34 },
      { flag: '--container-runtime=remote', to: 25 },
      { flag: '--network-plugin=cni', to: 23 },
    ],
    'kube-controller-manager': [
      { flag: '--allocate-node-cidrs=true' },
      { flag: '--cluster-cidr=10.244.0.0/16' },
      { flag: '--cluster-name=kubernetes' },
      { flag: '--controllers=*,bootstrapsigner,tokencleaner' },
      { flag: '--leader-elect=true' },
      { flag: '--service-cluster-ip-range=10.96.0.0/12' },
      { flag: '--use-service-account-credentials=true' },
      { flag: '--port=0', to: 22 },
      { flag: '--feature-gates=CSIMigration=true', to: 22 },
    ],
    'kube-scheduler': [
      { flag: '--authentication-kubeconfig=/etc/kubernetes/scheduler.conf' },
      { flag: '--bind-address=127.0.0.1' },
      { flag: '--kubeconfig=/etc/kubernetes/scheduler.conf' },
      { flag: '--leader-elect=true' },
      { flag: '--port=0', to: 22 },
    ],
  };
  const minors = Array.from({ length: 37 - 19 + 1 }, (_unused, index) => 19 + index);
  const cases = (Object.keys(WRITTEN) as (keyof typeof WRITTEN)[]).flatMap((component) =>
    minors.map((minor) => ({ component, minor })),
  );

  test.each(cases)('$component 1.$minor', ({ component, minor }) => {
    const argv = (WRITTEN[component] ?? []).flatMap(({ flag, from = 19, to = 37 }) =>
      minor >= from && minor <= to ? [flag] : [],
    );
    expect(notices(component, `1.${minor}.0`, argv)).toEqual([]);
  });

  test.each([
    ['3.4.9', ['--snapshot-count=10000']],
    ['3.5.3', ['--snapshot-count=10000', '--experimental-initial-corrupt-check=true']],
    ['3.5.21', ['--experimental-initial-corrupt-check=true', '--experimental-watch-progress-notify-interval=5s']],
    ['3.6.8', ['--feature-gates=InitialCorruptCheck=true', '--watch-progress-notify-interval=5s']],
    ['3.7.0', ['--feature-gates=InitialCorruptCheck=true', '--watch-progress-notify-interval=5s']],
  ])('etcd %s', (version, argv) => {
    const urls = [
      '--listen-client-urls=https://127.0.0.1:2379,https://10.20.0.11:2379',
      '--listen-metrics-urls=http://127.0.0.1:2381',
    ];
    expect(notices('etcd', version, [...urls, ...argv])).toEqual([]);
  });
});

describe('a name that no flag can have', () => {
  test.each<[ComponentName, string, RegExp]>([
    ['kube-apiserver', '--profiling false', /one word with a space in it/],
    ['kube-apiserver', '--profiling =false', /one word with a space in it/],
    ['kube-apiserver', '--profiling:false', /character/],
    ['kubelet', '--\u2014rotate-certificates=true', /character/],
    ['etcd', '--peer-client-cert-auth true', /one word with a space in it/],
  ])('%s %j', (component, word, message) => {
    const found = notices(component, component === 'etcd' ? '3.6.8' : '1.36.0', [word]);
    expect(found).toEqual([
      expect.objectContaining({ code: 'invalid-value', message: expect.stringMatching(message) as unknown }),
    ]);
  });

  test('an unlisted flag of a build of its own is left alone', () => {
    expect(notices('kube-apiserver', '1.36.0', ['--vendor_thing.x=1'])).toEqual([]);
  });
});

describe('an empty word', () => {
  test.each<[ComponentName, number]>([
    ['kube-apiserver', 0],
    ['kube-scheduler', 0],
    ['kube-controller-manager', 0],
    ['kubelet', 1],
    ['etcd', 1],
  ])('%s: %i notices', (component, count) => {
    expect(notices(component, component === 'etcd' ? '3.6.8' : '1.36.0', [''])).toHaveLength(count);
  });
});
