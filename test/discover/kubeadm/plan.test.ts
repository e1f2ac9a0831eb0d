import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { planKubeadm } from '../../../src/discover/kubeadm/plan.ts';
import type { FoundPlan } from '../../../src/discover/kubeadm/plan.ts';
import type { KubeadmPlan } from '../../../src/discover/types.ts';
import { readStaticPod } from '../../../src/discover/static-pod.ts';
import { parseVersion } from '../../../src/model/version.ts';
import type { ComponentName } from '../../../src/model/component.ts';
import type { Version } from '../../../src/model/version.ts';
import { realNode } from '../../support/node.ts';
import type { ClusterName } from '../../support/node.ts';
import { treeReader } from '../../support/tar-reader.ts';
import type { Tree } from '../../support/tar-reader.ts';

/** The plan of one file, read as the only one of the input but for those beside it. */
function planOf(text: string, given?: Version, beside: Tree = {}): FoundPlan & { readonly plan: KubeadmPlan } {
  const reader = treeReader({ ...beside, '/kubeadm.yaml': text });
  const plan = planKubeadm(reader, [{ path: '/kubeadm.yaml', class: 'kubeadm-config' }], given);
  if (plan?.plan === undefined) throw new Error('no kubeadm configuration was found');
  return { ...plan, plan: plan.plan };
}

function argv(plan: FoundPlan, component: ComponentName): readonly string[] {
  const found = plan.invocations.find((one) => one.component === component);
  return found?.argv.map(({ text }) => text) ?? [];
}

function version(text: string): Version {
  const parsed = parseVersion(text);
  if (parsed === undefined) throw new Error(text);
  return parsed;
}

const CLUSTERS: readonly (readonly [config: string, cluster: ClusterName])[] = [
  ['v136-default', 'kubeadm-v136-default'],
  ['v136-default', 'kubeadm-v136-live'],
  ['v136-hardened-ha', 'kubeadm-v136-hardened-ha'],
  ['v136-weak-external-etcd', 'kubeadm-v136-weak-external-etcd'],
  ['v128-default', 'kubeadm-v128-default'],
];

describe.each(CLUSTERS)('%s is what made %s', (config, cluster) => {
  const text = readFileSync(new URL(`../../../fixtures/kubeadm/${config}.yaml`, import.meta.url), 'utf8');
  const plan = planOf(text);

  test.each(['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'etcd'] as const)(
    '%s: word for word the flags that kubeadm wrote, and its image',
    async (component) => {
      const node = await realNode(cluster);
      const file = `/etc/kubernetes/manifests/${component}.yaml`;
      if (!node.files().includes(file)) {
        expect(plan.invocations.map((one) => one.component)).not.toContain(component);
        return;
      }
      const pod = readStaticPod(node.text(file), file);
      if (!pod.ok) throw new Error(pod.problem.message);
      const [container] = pod.pod.containers;
      expect(argv(plan, component)).toEqual(container?.command.slice(1).map((word) => word.text));
      const tag = container?.image?.split(':').at(-1) ?? '';
      expect(plan.invocations.find((one) => one.component === component)?.imageVersion).toEqual(version(tag));
    },
  );
});

const MINIMAL = `apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
`;

describe('what kubeadm of a version writes', () => {
  const flags = (minor: string, component: ComponentName): readonly string[] => {
    const plan = planOf(MINIMAL);
    const found = plan.plan.at(version(`${minor}.0`)).find((one) => one.component === component);
    return found?.argv.map(({ text }) => text) ?? [];
  };

  test.each([
    ['kube-apiserver', '--insecure-port=0', '1.19', '1.21'],
    ['kube-apiserver', '--service-account-signing-key-file=/etc/kubernetes/pki/sa.key', '1.20', '1.37'],
    ['kube-apiserver', '--service-account-issuer=https://kubernetes.default.svc.cluster.local', '1.20', '1.37'],
    ['kube-controller-manager', '--port=0', '1.19', '1.22'],
    ['kube-scheduler', '--port=0', '1.19', '1.22'],
    ['etcd', '--experimental-initial-corrupt-check=true', '1.24', '1.33'],
    ['etcd', '--experimental-watch-progress-notify-interval=5s', '1.25', '1.33'],
    ['etcd', '--feature-gates=InitialCorruptCheck=true', '1.34', '1.37'],
    ['etcd', '--watch-progress-notify-interval=5s', '1.34', '1.37'],
  ] as const)('%s has %s from %s to %s', (component, flag, from, to) => {
    const minors = Array.from({ length: 19 }, (_unused, index) => `1.${19 + index}`);
    const having = minors.filter((minor) => flags(minor, component).includes(flag));
    expect([having[0], having.at(-1)]).toEqual([from, to]);
  });

  test('etcd before 3.6 keeps the old names under 1.34 and 1.35', () => {
    const plan = planOf(`${MINIMAL}etcd:\n  local:\n    imageTag: 3.5.24-0\n`);
    const found = (minor: string) =>
      plan.plan
        .at(version(`${minor}.0`))
        .find((one) => one.component === 'etcd')
        ?.argv.map(({ text }) => text);
    expect(found('1.35')).toContain('--experimental-initial-corrupt-check=true');
    expect(found('1.36')).toContain('--feature-gates=InitialCorruptCheck=true');
  });
});

describe('extraArgs', () => {
  const cluster = (api: string, kubernetes: string, args: string): string => `apiVersion: kubeadm.k8s.io/${api}
kind: ClusterConfiguration
kubernetesVersion: ${kubernetes}
apiServer:
  extraArgs:
${args}`;

  test('a list may give a flag twice, and takes the place of every flag of that name', () => {
    const plan = planOf(
      cluster(
        'v1beta4',
        'v1.36.0',
        `  - name: tls-sni-cert-key
    value: a.crt,a.key
  - name: tls-sni-cert-key
    value: b.crt,b.key
  - name: enable-admission-plugins
    value: NodeRestriction,PodSecurity
`,
      ),
    );
    expect(argv(plan, 'kube-apiserver').slice(-3)).toEqual([
      '--tls-sni-cert-key=a.crt,a.key',
      '--tls-sni-cert-key=b.crt,b.key',
      '--enable-admission-plugins=NodeRestriction,PodSecurity',
    ]);
    expect(argv(plan, 'kube-apiserver')).not.toContain('--enable-admission-plugins=NodeRestriction');
  });

  test('a map is sorted among the others, values of any type are text, and each knows its line', () => {
    const plan = planOf(
      cluster('v1beta3', 'v1.28.0', '    profiling: false\n    audit-log-path: /var/log/audit.log\n'),
    );
    const words = plan.invocations.find((one) => one.component === 'kube-apiserver')?.argv ?? [];
    const names = words.map(({ text }) => text.slice(0, text.indexOf('=')));
    expect(names).toEqual([...names].sort());
    expect(words.find(({ text }) => text === '--profiling=false')?.position).toEqual({
      file: '/kubeadm.yaml',
      line: 6,
    });
  });

  test('1.37 appends to its own value where the argument says so', () => {
    const plan = planOf(
      cluster(
        'v1',
        'v1.37.0',
        '  - name: enable-admission-plugins\n    value: ",PodSecurity"\n    mergeMethod: append\n',
      ),
    );
    expect(argv(plan, 'kube-apiserver')).toContain('--enable-admission-plugins=NodeRestriction,PodSecurity');
  });

  test('authorization modes that kubeadm does not know are dropped up to 1.29', () => {
    const args = '    authorization-mode: Node,Rbac\n';
    const old = planOf(cluster('v1beta3', 'v1.29.0', args));
    const later = planOf(cluster('v1beta3', 'v1.30.0', args));
    expect(argv(old, 'kube-apiserver')).toContain('--authorization-mode=Node');
    expect(argv(later, 'kube-apiserver')).toContain('--authorization-mode=Node,Rbac');
  });

  test('an authorization configuration takes the place of the modes from 1.30 on', () => {
    const args = '  - name: authorization-config\n    value: /etc/kubernetes/authz.yaml\n';
    const words = argv(planOf(cluster('v1beta4', 'v1.32.0', args)), 'kube-apiserver');
    expect(words.filter((word) => word.startsWith('--authorization'))).toEqual([
      '--authorization-config=/etc/kubernetes/authz.yaml',
    ]);
  });
});

describe('what only the node can tell', () => {
  test('is unknown, and not guessed', () => {
    const plan = planOf(`${MINIMAL}kubernetesVersion: v1.36.0\n`);
    const words = plan.invocations.find((one) => one.component === 'kube-apiserver')?.argv ?? [];
    const unknown = words.filter((word) => word.unknown !== undefined).map(({ text }) => text);
    expect(unknown).toEqual(['--advertise-address=']);
  });

  test('a ConfigMap leaves the port open too', () => {
    const plan = planOf(`apiVersion: v1
kind: ConfigMap
metadata:
  name: kubeadm-config
  namespace: kube-system
data:
  ClusterConfiguration: |
    apiVersion: kubeadm.k8s.io/v1beta4
    kind: ClusterConfiguration
    kubernetesVersion: v1.36.0
    apiServer:
      extraArgs:
      - name: profiling
        value: "false"
`);
    const words = plan.invocations.find((one) => one.component === 'kube-apiserver')?.argv ?? [];
    expect(words.filter((word) => word.unknown !== undefined).map(({ text }) => text)).toEqual([
      '--advertise-address=',
      '--secure-port=',
    ]);
    const profiling = words.find(({ text }) => text === '--profiling=false');
    expect(profiling?.position).toEqual({ file: '/kubeadm.yaml#ClusterConfiguration', line: 14 });
  });

  test('IPv6 changes loopback', () => {
    const plan = planOf(
      `apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
localAPIEndpoint:
  advertiseAddress: fd00::11
nodeRegistration:
  name: cp-1
`,
      version('1.36.0'),
    );
    expect(argv(plan, 'kube-apiserver')).toContain('--etcd-servers=https://[::1]:2379');
    expect(argv(plan, 'etcd')).toContain('--listen-client-urls=https://[::1]:2379,https://[fd00::11]:2379');
  });
});

describe('the family of addresses', () => {
  test('follows the service network where the address of the node is not known', () => {
    const plan = planOf(`${MINIMAL}kubernetesVersion: v1.36.0\nnetworking:\n  serviceSubnet: fd00:10:96::/112\n`);
    expect(argv(plan, 'kube-apiserver')).toContain('--etcd-servers=https://[::1]:2379');
    expect(argv(plan, 'etcd')).toContain('--listen-metrics-urls=http://[::1]:2381');
  });
});

describe('what kubeadm refuses', () => {
  const cluster = (api: string, kubernetes: string, rest = ''): string =>
    `apiVersion: kubeadm.k8s.io/${api}\nkind: ClusterConfiguration\nkubernetesVersion: ${kubernetes}\n${rest}`;
  const refused = (text: string): readonly string[] =>
    planOf(text).plan.facts.refusals.map(({ message, line }) => `${line ?? '?'}: ${message}`);

  test.each([
    ['v1beta2', 'v1.26.0', false],
    ['v1beta2', 'v1.27.0', true],
    ['v1beta3', 'v1.36.0', false],
    ['v1beta3', 'v1.37.0', true],
    // kubeadm 1.31 makes clusters of 1.30, and reads v1beta4.
    ['v1beta4', 'v1.30.0', false],
    ['v1beta4', 'v1.29.0', true],
    ['v1beta5', 'v1.36.0', true],
    ['v1', 'v1.37.0', false],
  ])('%s of a cluster of %s: %s', (api, kubernetes, isRefused) => {
    expect(refused(cluster(api, kubernetes)).length > 0).toBe(isRefused);
  });

  test('extraArgs of the other shape, with its line', () => {
    expect(refused(cluster('v1beta4', 'v1.36.0', 'scheduler:\n  extraArgs:\n    profiling: "false"\n'))).toEqual([
      '5: scheduler.extraArgs is a mapping, and in kubeadm.k8s.io/v1beta4 it is a list of `name` and `value`',
    ]);
  });

  test.each([
    ['v1.36.0', 'RootlessControlPlane', 0],
    ['v1.36.0', 'EtcdLearnerMode', 1],
    ['v1.32.0', 'EtcdLearnerMode', 0],
    // kubeadm 1.27 makes clusters of 1.26.
    ['v1.26.0', 'EtcdLearnerMode', 0],
    ['v1.36.0', 'RotateKubeletServerCertificate', 1],
  ])('for %s the gate %s: %i faults', (kubernetes, gate, faults) => {
    expect(refused(cluster('v1beta3', kubernetes, `featureGates:\n  ${gate}: true\n`))).toHaveLength(faults);
  });

  test('text that is no YAML', () => {
    expect(
      planOf('apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n a: [\n').problems[0]?.message,
    ).toMatch(/is not YAML or JSON/);
  });
});

describe('the kubelet', () => {
  test('gets what kubeadm adds and forces, each at the line that decides it', () => {
    const plan = planOf(`${MINIMAL}kubernetesVersion: v1.36.0
---
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
rotateCertificates: false
authentication:
  anonymous:
    enabled: true
`);
    const kubelet = plan.invocations.find((one) => one.component === 'kubelet');
    const config = kubelet?.configFile;
    if (config === undefined || !('document' in config)) throw new Error('no configuration');
    expect(config.document.value).toMatchObject({
      rotateCertificates: true,
      authentication: {
        anonymous: { enabled: true },
        webhook: { enabled: true },
        x509: { clientCAFile: '/etc/kubernetes/pki/ca.crt' },
      },
      authorization: { mode: 'Webhook' },
      staticPodPath: '/etc/kubernetes/manifests',
    });
    expect(config.document.line(['authentication', 'anonymous', 'enabled'])).toBe(10);
  });

  test('of a node that joins is in the cluster', () => {
    const plan = planOf(
      `apiVersion: kubeadm.k8s.io/v1beta4
kind: JoinConfiguration
discovery:
  bootstrapToken:
    token: abcdef.0123456789abcdef
    apiServerEndpoint: 10.20.0.11:6443
    unsafeSkipCAVerification: true
`,
      version('1.36.0'),
    );
    expect(plan.invocations.map(({ component }) => component)).toEqual(['kubelet']);
    expect(plan.invocations[0]?.configFile).toMatchObject({ present: false });
    expect(plan.plan.facts.discovery).toEqual({
      kind: 'token',
      pinned: false,
      skipsVerification: true,
      file: '/kubeadm.yaml',
      line: 7,
    });
  });
});

describe('patches', () => {
  const text = `apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
patches: {directory: /root/patches/}
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v1.36.3
`;
  const unseen = (beside: Tree) =>
    Object.fromEntries(
      planOf(text, undefined, beside).invocations.flatMap(({ component, unseen: why }) =>
        why === undefined ? [] : [[component, why.reason]],
      ),
    );

  test('a directory that is not in the input may change everything', () => {
    const found = unseen({});
    expect(Object.keys(found).sort()).toEqual([
      'etcd',
      'kube-apiserver',
      'kube-controller-manager',
      'kube-scheduler',
      'kubelet',
    ]);
    expect(found.etcd).toContain('/root/patches/ (patches.directory) may change');
  });

  test('one that is there changes what its files are named after', () => {
    const found = unseen({
      '/root/patches/kube-apiserver0+merge.yaml': '{}',
      '/root/patches/kubeletconfiguration.json': '{}',
      '/root/patches/etcd.txt': '',
      '/root/patches/README.md': '',
    });
    expect(Object.keys(found).sort()).toEqual(['kube-apiserver', 'kubelet']);
    expect(found['kube-apiserver']).toContain('kube-apiserver0+merge.yaml');
  });
});

describe('hostile documents', () => {
  test('never throw, whatever stands where', () => {
    const kinds = ['ClusterConfiguration', 'InitConfiguration', 'JoinConfiguration', 'KubeletConfiguration'] as const;
    const anything = fc.jsonValue({ maxDepth: 3 });
    const field = fc.constantFrom(
      'apiServer',
      'etcd',
      'networking',
      'nodeRegistration',
      'localAPIEndpoint',
      'discovery',
      'patches',
      'authentication',
      'kubernetesVersion',
      'controlPlaneEndpoint',
      'certificatesDir',
      'featureGates',
      'extraArgs',
      'proxy',
    );
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.dictionary(field, anything), (kind, fields) => {
        const apiVersion = kind === 'KubeletConfiguration' ? 'kubelet.config.k8s.io/v1beta1' : 'kubeadm.k8s.io/v1beta4';
        const plan = planOf(JSON.stringify({ ...fields, kind, apiVersion }), version('1.36.0'));
        for (const minor of ['1.19.0', '1.37.0']) plan.plan.at(version(minor));
      }),
    );
  });
});
