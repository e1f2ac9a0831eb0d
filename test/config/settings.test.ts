import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ComponentName } from '../../src/model/component.ts';
import { COMPONENT_NAMES } from '../../src/model/component.ts';
import { parseVersion } from '../../src/model/version.ts';
import { configReferences, resolveSettings } from '../../src/config/settings.ts';
import type { ConfigFiles, ResolvedSettings } from '../../src/config/settings.ts';
import { availability, flagHistory, supportedVersions } from '../../src/config/history/history.ts';

const MANIFEST = '/etc/kubernetes/manifests/component.yaml';

interface Options {
  readonly environment?: Readonly<Record<string, string>>;
  readonly configFiles?: ConfigFiles;
}

function resolve(
  component: ComponentName,
  version: string,
  argv: readonly string[],
  options: Options = {},
): ResolvedSettings {
  const parsed = parseVersion(version);
  if (parsed === undefined) throw new Error(version);
  return resolveSettings({
    component,
    version: parsed,
    arguments: argv.map((text, index) => ({ text, position: { file: MANIFEST, line: 10 + index } })),
    environment: Object.entries(options.environment ?? {}).map(([name, value]) => ({
      name,
      value,
      position: { file: MANIFEST, line: 90 },
    })),
    configFiles: options.configFiles ?? {},
  });
}

function value(resolved: ResolvedSettings, name: string): unknown {
  return resolved.settings.get(name)?.value;
}

function codes(resolved: ResolvedSettings): string[] {
  return resolved.notices.map(({ code, subject }) => `${code} ${subject}`);
}

/** As `kubeadm init` of 1.36.3 writes it. */
const KUBEADM_APISERVER = [
  '--advertise-address=192.0.2.10',
  '--allow-privileged=true',
  '--authorization-mode=Node,RBAC',
  '--client-ca-file=/etc/kubernetes/pki/ca.crt',
  '--enable-admission-plugins=NodeRestriction',
  '--enable-bootstrap-token-auth=true',
  '--etcd-cafile=/etc/kubernetes/pki/etcd/ca.crt',
  '--etcd-certfile=/etc/kubernetes/pki/apiserver-etcd-client.crt',
  '--etcd-keyfile=/etc/kubernetes/pki/apiserver-etcd-client.key',
  '--etcd-servers=https://127.0.0.1:2379',
  '--kubelet-client-certificate=/etc/kubernetes/pki/apiserver-kubelet-client.crt',
  '--kubelet-client-key=/etc/kubernetes/pki/apiserver-kubelet-client.key',
  '--kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname',
  '--proxy-client-cert-file=/etc/kubernetes/pki/front-proxy-client.crt',
  '--proxy-client-key-file=/etc/kubernetes/pki/front-proxy-client.key',
  '--requestheader-allowed-names=front-proxy-client',
  '--requestheader-client-ca-file=/etc/kubernetes/pki/front-proxy-ca.crt',
  '--requestheader-extra-headers-prefix=X-Remote-Extra-',
  '--requestheader-group-headers=X-Remote-Group',
  '--requestheader-username-headers=X-Remote-User',
  '--secure-port=6443',
  '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
  '--service-account-key-file=/etc/kubernetes/pki/sa.pub',
  '--service-account-signing-key-file=/etc/kubernetes/pki/sa.key',
  '--service-cluster-ip-range=10.96.0.0/12',
  '--tls-cert-file=/etc/kubernetes/pki/apiserver.crt',
  '--tls-private-key-file=/etc/kubernetes/pki/apiserver.key',
];

const KUBEADM_ETCD = [
  '--advertise-client-urls=https://192.0.2.10:2379',
  '--cert-file=/etc/kubernetes/pki/etcd/server.crt',
  '--client-cert-auth=true',
  '--data-dir=/var/lib/etcd',
  '--feature-gates=InitialCorruptCheck=true',
  '--initial-advertise-peer-urls=https://192.0.2.10:2380',
  '--initial-cluster=cp-1=https://192.0.2.10:2380',
  '--key-file=/etc/kubernetes/pki/etcd/server.key',
  '--listen-client-urls=https://127.0.0.1:2379,https://192.0.2.10:2379',
  '--listen-metrics-urls=http://127.0.0.1:2381',
  '--listen-peer-urls=https://192.0.2.10:2380',
  '--name=cp-1',
  '--peer-cert-file=/etc/kubernetes/pki/etcd/peer.crt',
  '--peer-client-cert-auth=true',
  '--peer-key-file=/etc/kubernetes/pki/etcd/peer.key',
  '--peer-trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt',
  '--snapshot-count=10000',
  '--trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt',
  '--watch-progress-notify-interval=5s',
];

describe('a control plane as kubeadm writes it', () => {
  test('kube-apiserver: no notice, and every setting is there with its place', () => {
    const resolved = resolve('kube-apiserver', '1.36.3', KUBEADM_APISERVER);
    expect(resolved.notices).toEqual([]);
    expect(resolved.usesConfigFile).toBe(false);
    expect(resolved.settings.get('authorization-mode')).toEqual({
      name: 'authorization-mode',
      label: '--authorization-mode',
      value: ['Node', 'RBAC'],
      origin: 'flag',
      file: MANIFEST,
      line: 12,
      overrides: [],
    });
    expect(resolved.settings.get('kubelet-certificate-authority')).toEqual({
      name: 'kubelet-certificate-authority',
      label: '--kubelet-certificate-authority',
      value: '',
      origin: 'default',
      overrides: [],
    });
    expect(value(resolved, 'tls-min-version')).toBe('VersionTLS12');
    expect(value(resolved, 'tls-cipher-suites')).toHaveLength(10);
    expect(value(resolved, 'tls-curve-preferences')).toEqual([4588, 4587, 4589, 29, 23, 24, 25]);
    expect(value(resolved, 'anonymous-auth')).toBe(true);
    expect(value(resolved, 'api-audiences')).toEqual(['https://kubernetes.default.svc.cluster.local']);
    expect(value(resolved, 'service-account-key-file')).toEqual(['/etc/kubernetes/pki/sa.pub']);
    expect(resolved.settings.has('insecure-port')).toBe(false);
  });

  test('etcd: no notice', () => {
    const resolved = resolve('etcd', '3.6.8', KUBEADM_ETCD);
    expect(resolved.notices).toEqual([]);
    expect(value(resolved, 'listen-client-urls')).toEqual(['https://127.0.0.1:2379', 'https://192.0.2.10:2379']);
    expect(value(resolved, 'client-cert-auth')).toBe(true);
    expect(value(resolved, 'tls-max-version')).toBe('TLS1.3');
  });

  test('every setting of a version is given, in every version, for every component', () => {
    for (const component of COMPONENT_NAMES) {
      for (const version of supportedVersions(component)) {
        const { settings, notices } = resolveSettings({
          component,
          version,
          arguments: [],
          environment: [],
          configFiles: {},
        });
        const expected = [...flagHistory(component).values()].filter(
          (entry) => availability(entry, version) === 'available',
        );
        expect([...settings.keys()]).toEqual(expected.map(({ name }) => name));
        expect(notices).toEqual([]);
        for (const setting of settings.values()) {
          expect(setting.origin).toBe('default');
          expect(setting.value).not.toBe('go-default');
          expect(setting.value).not.toBeNull();
        }
      }
    }
  });
});

describe('flags', () => {
  // What other tools are known to get wrong: aquasecurity/kube-bench issues 2095, 283, 304, 270.
  test.each([
    ['kube-apiserver', ['--authorization-mode', 'AlwaysAllow'], 'authorization-mode', ['AlwaysAllow']],
    [
      'kube-apiserver',
      ['--authorization-mode=Node', '--authorization-mode=RBAC'],
      'authorization-mode',
      ['Node', 'RBAC'],
    ],
    ['kube-apiserver', ['--profiling=true', '--profiling=false'], 'profiling', false],
    ['kube-apiserver', ['--kubelet-certificate-authority='], 'kubelet-certificate-authority', ''],
    ['kube-apiserver', ['--tls-min-version='], 'tls-min-version', 'VersionTLS12'],
    ['kube-apiserver', ['--http2-max-streams-per-connection=0'], 'http2-max-streams-per-connection', 100],
    ['kube-apiserver', ['--tls_min_version=VersionTLS13'], 'tls-min-version', 'VersionTLS13'],
    ['kube-apiserver', ['--tls-sni-cert-key=a,b', '--tls-sni-cert-key=c,d:x'], 'tls-sni-cert-key', ['a,b', 'c,d:x']],
    [
      'kube-apiserver',
      ['--service-account-issuer=https://a', '--service-account-issuer=https://b'],
      'service-account-issuer',
      ['https://a', 'https://b'],
    ],
    ['etcd', ['--client-cert-auth=true', '--client-cert-auth=false'], 'client-cert-auth', false],
    ['etcd', ['-client-cert-auth=true'], 'client-cert-auth', true],
    ['etcd', ['--client-cert-auth'], 'client-cert-auth', true],
    [
      'etcd',
      ['--listen-client-urls=http://10.0.0.1:1', '--listen-client-urls=https://10.0.0.2:2'],
      'listen-client-urls',
      ['https://10.0.0.2:2'],
    ],
    ['kube-scheduler', ['--bind-address', '127.0.0.1'], 'bind-address', '127.0.0.1'],
  ] as const)('%s %j', (component, argv, name, expected) => {
    const resolved = resolve(component, component === 'etcd' ? '3.6.8' : '1.36.3', argv);
    expect(value(resolved, name)).toEqual(expected);
    expect(resolved.settings.get(name)?.origin).toBe('flag');
    expect(resolved.notices).toEqual([]);
  });

  test('what lost is told, the strongest first', () => {
    const resolved = resolve('kube-apiserver', '1.36.3', ['--secure-port=1', '--secure-port=2', '--secure-port=3']);
    expect(resolved.settings.get('secure-port')).toMatchObject({
      value: 3,
      line: 12,
      overrides: [
        { value: 2, origin: 'flag', file: MANIFEST, line: 11 },
        { value: 1, origin: 'flag', file: MANIFEST, line: 10 },
      ],
    });
  });

  test('the issuer was a single text through 1.21', () => {
    const argv = ['--service-account-issuer=https://a', '--service-account-issuer=https://b'];
    expect(value(resolve('kube-apiserver', '1.21.0', argv), 'service-account-issuer')).toBe('https://b');
  });

  test.each([
    ['kube-apiserver', '1.36.3', '--insecure-port=8080', 'removed-flag', 'insecure-port', '1.24'],
    [
      'kube-apiserver',
      '1.28.0',
      '--authentication-config=/x',
      'future-flag',
      'authentication-config',
      '1.29 and later',
    ],
    ['etcd', '3.4.23', '--tls-min-version=TLS1.2', 'future-flag', 'tls-min-version', '3.4.25'],
    ['etcd', '3.5.7', '--tls-min-version=TLS1.2', 'future-flag', 'tls-min-version', '3.5.8'],
  ] as const)('%s %s %s: %s, and the setting is kept', (component, version, word, code, name, told) => {
    const resolved = resolve(component, version, [word]);
    expect(resolved.notices).toEqual([expect.objectContaining({ code, file: MANIFEST, line: 10 })]);
    expect(resolved.notices[0]?.message).toContain(told);
    expect(resolved.settings.get(name)?.origin).toBe('flag');
  });

  test.each([
    ['kube-apiserver', '--tls-version-min=VersionTLS12', '--tls-min-version'],
    ['kube-apiserver', '--kubelet-certificate-authorithy=/ca.crt', '--kubelet-certificate-authority'],
    ['kube-apiserver', '--Anonymous-Auth=false', '--anonymous-auth'],
    ['kube-apiserver', '--peer-client-cert-auth=true', 'etcd'],
    ['kube-scheduler', '--etcd-cafile=/x', 'kube-apiserver'],
    ['etcd', '--trusted-cafile=/x', '--trusted-ca-file'],
  ] as const)('%s has no %s', (component, word, told) => {
    const resolved = resolve(component, component === 'etcd' ? '3.6.8' : '1.36.3', [word]);
    expect(resolved.notices.map(({ code }) => code)).toEqual(['unknown-flag']);
    expect(resolved.notices[0]?.message).toContain(told);
  });

  test.each([
    ['kube-apiserver', '--event-ttl=1h'],
    ['kube-apiserver', '--vendor-extension=x'],
    ['kube-apiserver', '--watch-cache-sizes=pods#100'],
    ['kubelet', '--node-labels=a=b'],
    ['kubelet', '--max-pods=110'],
    ['kube-controller-manager', '--allocate-node-cidrs=true'],
    ['kube-controller-manager', '--cluster-cidr=10.0.0.0/8'],
    ['kube-scheduler', '--leader-elect-lease-duration=15s'],
    ['kube-proxy', '--iptables-sync-period=30s'],
    ['cloud-controller-manager', '--tls-cert-dir=/x'],
    ['etcd', '--snapshot-count=10000'],
    ['etcd', '--initial-cluster-state=new'],
    ['etcd', '--max-request-bytes=1'],
  ] as const)('%s %s is nobody else’s business', (component, word) => {
    expect(resolve(component, component === 'etcd' ? '3.6.8' : '1.36.3', [word]).notices).toEqual([]);
  });

  test('a value that does not parse is no value', () => {
    const resolved = resolve('kube-apiserver', '1.36.3', ['--anonymous-auth=nope']);
    expect(resolved.settings.get('anonymous-auth')).toMatchObject({ value: null, origin: 'flag', line: 10 });
    expect(codes(resolved)).toEqual(['invalid-value --anonymous-auth']);
  });

  test('a variable that nothing expanded', () => {
    const resolved = resolve('kube-apiserver', '1.36.3', ['--etcd-servers=https://$(HOST_IP):2379']);
    expect(codes(resolved)).toEqual(['unexpanded-variable --etcd-servers']);
    expect(resolved.notices[0]?.message).toContain('$(HOST_IP)');
  });

  test('GODEBUG of the process decides Go’s defaults', () => {
    const environment = { GODEBUG: 'tlsmlkem=0,tlsrsakex=1' };
    const resolved = resolve('kube-apiserver', '1.36.3', [], { environment });
    expect(value(resolved, 'tls-curve-preferences')).toEqual([29, 23, 24, 25]);
    expect(value(resolved, 'tls-cipher-suites')).toContain('TLS_RSA_WITH_AES_128_GCM_SHA256');
  });
});

describe('what the API server works out', () => {
  test('AlwaysAllow puts anonymous requests off, even where they are asked for', () => {
    const unset = resolve('kube-apiserver', '1.36.3', []);
    expect(value(unset, 'authorization-mode')).toEqual(['AlwaysAllow']);
    expect(unset.settings.get('anonymous-auth')).toMatchObject({ value: false, origin: 'default', overrides: [] });
    expect(unset.notices).toEqual([]);
    const asked = resolve('kube-apiserver', '1.36.3', ['--anonymous-auth=true', '--authorization-mode=AlwaysAllow']);
    expect(asked.settings.get('anonymous-auth')).toMatchObject({
      value: false,
      overrides: [{ value: true, origin: 'flag', line: 10 }],
    });
    expect(codes(asked)).toEqual(['ignored-setting --anonymous-auth']);
  });

  test('with --authorization-config no mode is filled in', () => {
    const resolved = resolve('kube-apiserver', '1.36.3', ['--authorization-config=/etc/kubernetes/authz.yaml']);
    expect(value(resolved, 'authorization-mode')).toEqual([]);
    expect(value(resolved, 'anonymous-auth')).toBe(true);
  });

  test.each([
    ['1.30.0', ['/pki/tls.key']],
    ['1.31.0', []],
  ])('service account keys unset in %s', (version, expected) => {
    const resolved = resolve('kube-apiserver', version, ['--tls-private-key-file=/pki/tls.key']);
    expect(value(resolved, 'service-account-key-file')).toEqual(expected);
  });
});

const KUBELET_FILE = '/var/lib/kubelet/config.yaml';

/** As kubeadm 1.36 writes it, shortened. */
const KUBELET_CONFIG = `apiVersion: kubelet.config.k8s.io/v1beta1
authentication:
  anonymous:
    enabled: false
  webhook:
    cacheTTL: 0s
    enabled: true
  x509:
    clientCAFile: /etc/kubernetes/pki/ca.crt
authorization:
  mode: Webhook
  webhook:
    cacheAuthorizedTTL: 0s
    cacheUnauthorizedTTL: 0s
healthzBindAddress: 127.0.0.1
healthzPort: 10248
kind: KubeletConfiguration
rotateCertificates: true
staticPodPath: /etc/kubernetes/manifests
streamingConnectionIdleTimeout: 0s
`;

function kubelet(
  config: string,
  argv: readonly string[] = [],
  dropIns: Readonly<Record<string, string>> = {},
): ResolvedSettings {
  const files = Object.entries(dropIns).map(([file, text]) => ({ file, text }));
  const words = [`--config=${KUBELET_FILE}`, ...(files.length > 0 ? ['--config-dir=/etc/kubelet.d'] : []), ...argv];
  return resolve('kubelet', '1.36.3', words, {
    configFiles: { config: { file: KUBELET_FILE, text: config }, dropIns: files },
  });
}

const HEAD = 'kind: KubeletConfiguration\napiVersion: kubelet.config.k8s.io/v1beta1\n';

describe('kubelet', () => {
  test('without a config file the old defaults hold', () => {
    const resolved = resolve('kubelet', '1.36.3', []);
    expect(['anonymous-auth', 'authorization-mode', 'read-only-port'].map((name) => value(resolved, name))).toEqual([
      true,
      'AlwaysAllow',
      10255,
    ]);
    expect(resolved.settings.get('anonymous-auth')?.label).toBe('--anonymous-auth');
  });

  test('the file’s values, the file’s defaults, and zero for "default"', () => {
    const resolved = kubelet(KUBELET_CONFIG);
    expect(resolved.notices).toEqual([]);
    expect(resolved.usesConfigFile).toBe(true);
    expect(resolved.settings.get('anonymous-auth')).toEqual({
      name: 'anonymous-auth',
      label: 'authentication.anonymous.enabled',
      value: false,
      origin: 'config-file',
      file: KUBELET_FILE,
      line: 4,
      overrides: [],
    });
    expect(resolved.settings.get('read-only-port')).toMatchObject({
      value: 0,
      origin: 'default',
      label: 'readOnlyPort',
    });
    expect(resolved.settings.get('streaming-connection-idle-timeout')).toMatchObject({
      value: '4h0m0s',
      origin: 'default',
      overrides: [{ value: '0s', origin: 'config-file', line: 20 }],
    });
    expect(value(resolved, 'authentication-token-webhook-cache-ttl')).toBe('2m0s');
    expect(value(resolved, 'cert-dir')).toBe('/var/lib/kubelet/pki');
  });

  // pkg/kubelet/apis/config/v1beta1/defaults.go: pointers keep their zero, the others do not.
  test.each([
    ['healthzPort: 0', 'healthz-port', 0],
    ['eventRecordQPS: 0', 'event-qps', 0],
    ['kubeAPIBurst: 0', 'kube-api-burst', 100],
    ['port: 0', 'port', 10250],
    ['address: ""', 'address', '0.0.0.0'],
    ['readOnlyPort: 0', 'read-only-port', 0],
    ['readOnlyPort: 10255', 'read-only-port', 10255],
    ['healthzBindAddress: ""', 'healthz-bind-address', '127.0.0.1'],
    ['authorization: {mode: ""}', 'authorization-mode', 'Webhook'],
    ['authentication: {webhook: {enabled: false}}', 'authentication-token-webhook', false],
    ['authentication: {anonymous: {enabled: null}}', 'anonymous-auth', false],
    ['tlsMinVersion: ""', 'tls-min-version', 'VersionTLS12'],
    ['tlsMinVersion: VersionTLS13', 'tls-min-version', 'VersionTLS13'],
    ['tlsCipherSuites: [TLS_RSA_WITH_AES_128_CBC_SHA]', 'tls-cipher-suites', ['TLS_RSA_WITH_AES_128_CBC_SHA']],
    ['tlsCurvePreferences: [29]', 'tlsCurvePreferences', [29]],
    ['serverTLSBootstrap: yes', 'rotate-server-certificates', true],
    ['enableServer: false', 'enable-server', false],
  ])('%s', (field, name, expected) => {
    const resolved = kubelet(`${HEAD}${field}\n`);
    expect(value(resolved, name)).toEqual(expected);
    expect(resolved.notices).toEqual([]);
  });

  test('an empty suite list is Go’s', () => {
    expect(value(kubelet(`${HEAD}tlsCipherSuites: []\n`), 'tls-cipher-suites')).toHaveLength(10);
  });

  test('JSON is read too', () => {
    const text = JSON.stringify({
      kind: 'KubeletConfiguration',
      apiVersion: 'kubelet.config.k8s.io/v1beta1',
      readOnlyPort: 10255,
    });
    expect(value(kubelet(text), 'read-only-port')).toBe(10255);
  });

  test('a flag beats the file, and zero in a flag is zero', () => {
    const resolved = kubelet(KUBELET_CONFIG, ['--anonymous-auth', '--streaming-connection-idle-timeout=0']);
    expect(resolved.settings.get('anonymous-auth')).toMatchObject({
      value: true,
      origin: 'flag',
      label: '--anonymous-auth',
      overrides: [{ value: false, origin: 'config-file', file: KUBELET_FILE, line: 4 }],
    });
    expect(value(resolved, 'streaming-connection-idle-timeout')).toBe('0');
  });

  test('drop-ins in lexical order: scalars replace, lists replace, gates merge, null and zero go back to the default', () => {
    const resolved = kubelet(
      `${HEAD}readOnlyPort: 1\nfeatureGates: {A: true, B: true}\ntlsCipherSuites: [a]\nauthorization: {mode: AlwaysAllow}\nkubeAPIBurst: 7\n`,
      ['--feature-gates=C=true'],
      {
        '/etc/kubelet.d/20.conf': `${HEAD}readOnlyPort: 20\nauthorization: {mode: null}\nkubeAPIBurst: 0\n`,
        '/etc/kubelet.d/10.conf': `${HEAD}readOnlyPort: 10\nfeatureGates: {B: false}\ntlsCipherSuites: [b, c]\n`,
      },
    );
    expect(resolved.notices).toEqual([]);
    expect(resolved.settings.get('read-only-port')).toMatchObject({
      value: 20,
      origin: 'drop-in',
      file: '/etc/kubelet.d/20.conf',
      line: 3,
      overrides: [
        { value: 10, origin: 'drop-in', file: '/etc/kubelet.d/10.conf' },
        { value: 1, origin: 'config-file', file: KUBELET_FILE },
      ],
    });
    expect({ ...(value(resolved, 'feature-gates') as object) }).toEqual({ A: 'true', B: 'false', C: 'true' });
    expect(value(resolved, 'tls-cipher-suites')).toEqual(['b', 'c']);
    expect(resolved.settings.get('authorization-mode')).toMatchObject({ value: 'Webhook', origin: 'default' });
    expect(value(resolved, 'kube-api-burst')).toBe(100);
  });

  test('null in a drop-in takes the gates of weaker files away', () => {
    const resolved = kubelet(`${HEAD}featureGates: {A: true}\n`, ['--feature-gates=C=true'], {
      '/etc/kubelet.d/10.conf': `${HEAD}featureGates: null\n`,
    });
    expect({ ...(value(resolved, 'feature-gates') as object) }).toEqual({ C: 'true' });
  });

  test('1.28 completes a drop-in first: false and 0 change nothing, a default that is not written does', () => {
    const resolved = resolve('kubelet', '1.28.15', [`--config=${KUBELET_FILE}`, '--config-dir=/d'], {
      environment: { KUBELET_CONFIG_DROPIN_DIR_ALPHA: 'true' },
      configFiles: {
        config: {
          file: KUBELET_FILE,
          text: `${HEAD}authentication: {anonymous: {enabled: true}}\nauthorization: {mode: AlwaysAllow}\nreadOnlyPort: 10255\ntlsMinVersion: VersionTLS13\n`,
        },
        dropIns: [
          {
            file: '/d/a.conf',
            text: `${HEAD}authentication: {anonymous: {enabled: false}}\nreadOnlyPort: 0\nrotateCertificates: true\n`,
          },
        ],
      },
    });
    expect(value(resolved, 'anonymous-auth')).toBe(true);
    expect(value(resolved, 'read-only-port')).toBe(10255);
    expect(value(resolved, 'authorization-mode')).toBe('Webhook');
    expect(value(resolved, 'tls-min-version')).toBe('VersionTLS13');
    expect(resolved.settings.get('rotate-certificates')).toMatchObject({ value: true, origin: 'drop-in', line: 5 });
  });

  test('drop-ins without --config lie over the old defaults', () => {
    const resolved = resolve('kubelet', '1.36.3', ['--config-dir=/d'], {
      configFiles: { dropIns: [{ file: '/d/a.conf', text: `${HEAD}readOnlyPort: 0\n` }] },
    });
    expect([value(resolved, 'read-only-port'), value(resolved, 'anonymous-auth')]).toEqual([0, true]);
    expect(resolved.usesConfigFile).toBe(false);
  });

  test.each([
    ['1.28.0', {}, 10255],
    ['1.29.0', { KUBELET_CONFIG_DROPIN_DIR_ALPHA: '' }, 0],
    ['1.30.0', {}, 0],
  ])('drop-ins in %s with %j', (version, environment, expected) => {
    const resolved = resolve('kubelet', version, ['--config-dir=/d'], {
      environment,
      configFiles: { dropIns: [{ file: '/d/a.conf', text: `${HEAD}readOnlyPort: 0\n` }] },
    });
    expect(value(resolved, 'read-only-port')).toBe(expected);
    expect(resolved.notices).toHaveLength(expected === 0 ? 0 : 1);
  });

  test.each([
    ['not YAML', 'a: [', 'not YAML'],
    ['empty', '', 'kind: KubeletConfiguration was expected'],
    ['no kind', 'readOnlyPort: 0', 'kind is missing'],
    [
      'another kind',
      'kind: KubeProxyConfiguration\napiVersion: kubeproxy.config.k8s.io/v1alpha1',
      'expected KubeletConfiguration',
    ],
    [
      'another version',
      'kind: KubeletConfiguration\napiVersion: kubelet.config.k8s.io/v1',
      'kubelet.config.k8s.io/v1beta1',
    ],
    ['a list', '- a', 'not a mapping'],
  ])('a file that is %s leaves unknown what it decides', (_title, text, told) => {
    const resolved = kubelet(text, ['--read-only-port=0']);
    expect(resolved.usesConfigFile).toBe(true);
    expect(resolved.unreadable).toMatchObject({ file: KUBELET_FILE });
    expect(resolved.unreadable?.message).toContain(told);
    expect(codes(resolved)).toEqual([`unread-config ${KUBELET_FILE}`]);
    expect(resolved.settings.get('anonymous-auth')).toMatchObject({
      value: null,
      origin: 'config-file',
      file: KUBELET_FILE,
    });
    expect(resolved.settings.get('read-only-port')).toMatchObject({ value: 0, origin: 'flag' });
    expect(resolved.settings.get('cert-dir')).toMatchObject({ value: '/var/lib/kubelet/pki', origin: 'default' });
  });

  test('a file that the input does not hold is unknown as well', () => {
    const resolved = resolve('kubelet', '1.36.3', ['--config', KUBELET_FILE]);
    expect(resolved.unreadable).toEqual({
      file: KUBELET_FILE,
      message: `${KUBELET_FILE} is not in the input`,
      present: false,
    });
    expect(value(resolved, 'authorization-mode')).toBeNull();
  });

  test('a drop-in that cannot be read: only what a stronger one settles is known', () => {
    const resolved = kubelet(KUBELET_CONFIG, [], {
      '/etc/kubelet.d/10.conf': 'a: [',
      '/etc/kubelet.d/20.conf': `${HEAD}readOnlyPort: 0\n`,
    });
    expect(value(resolved, 'read-only-port')).toBe(0);
    expect(resolved.settings.get('anonymous-auth')).toMatchObject({ value: null, origin: 'drop-in' });
    expect(resolved.unreadable?.file).toBe('/etc/kubelet.d/10.conf');
  });

  test.each([
    ['readOnlyPort: "0"', 'invalid-value readOnlyPort'],
    ['rotateCertificates: "true"', 'invalid-value rotateCertificates'],
    ['streamingConnectionIdleTimeout: 5', 'invalid-value streamingConnectionIdleTimeout'],
    ['tlsCipherSuites: a,b', 'invalid-value tlsCipherSuites'],
    ['featureGates: {A: "true"}', 'invalid-value featureGates'],
    ['readonlyPort: 0', 'ignored-setting readonlyPort'],
    ['TLSCipherSuites: []', 'ignored-setting TLSCipherSuites'],
    ['authentication: {anonymous: {Enabled: false}}', 'ignored-setting authentication.anonymous.Enabled'],
    ['readOnlyPort: 0\nreadOnlyPort: 10255', 'duplicate-key readOnlyPort'],
  ])('%s', (field, expected) => {
    const resolved = kubelet(`${HEAD}${field}\n`);
    expect(codes(resolved)).toEqual([expected]);
    expect(resolved.notices[0]).toMatchObject({ file: KUBELET_FILE, line: field.includes('\n') ? 4 : 3 });
  });

  test('the files it names', () => {
    const references = configReferences({
      component: 'kubelet',
      version: { major: 1, minor: 36 },
      arguments: [
        { text: '--config=/a', position: { file: 'u', line: 1 } },
        { text: '--config-dir=/d', position: { file: 'u', line: 2 } },
      ],
      environment: [],
    });
    expect(references).toEqual({
      config: { path: '/a', file: 'u', line: 1 },
      dropInDirectory: { path: '/d', file: 'u', line: 2 },
    });
  });
});

describe('etcd', () => {
  test('flag before variable before default; both at once keep it from starting', () => {
    const resolved = resolve('etcd', '3.6.8', ['--cert-file=/flag'], {
      environment: { ETCD_CERT_FILE: '/env', ETCD_CLIENT_CERT_AUTH: 'true', ETCD_KEY_FILE: '' },
    });
    expect(resolved.settings.get('cert-file')).toMatchObject({
      value: '/flag',
      origin: 'flag',
      overrides: [{ value: '/env', origin: 'environment', line: 90 }],
    });
    expect(resolved.settings.get('client-cert-auth')).toMatchObject({ value: true, origin: 'environment', line: 90 });
    expect(resolved.settings.get('key-file')).toMatchObject({ value: '', origin: 'default' });
    expect(codes(resolved)).toEqual(['invalid-value ETCD_CERT_FILE']);
    expect(resolved.notices[0]?.message).toBe('ETCD_CERT_FILE is set beside --cert-file');
  });

  test('a variable that the version does not know has no effect', () => {
    const resolved = resolve('etcd', '3.4.23', [], {
      environment: { ETCD_TLS_MIN_VERSION: 'TLS1.3', ETCD_WHATEVER: '1' },
    });
    expect(resolved.settings.has('tls-min-version')).toBe(false);
    expect(codes(resolved)).toEqual(['ignored-setting ETCD_TLS_MIN_VERSION']);
  });

  const FILE = '/etc/etcd/etcd.conf.yml';
  const CONFIG = `name: cp-1
listen-client-urls: https://127.0.0.1:2379, https://192.0.2.10:2379
client-transport-security:
  cert-file: /etcd/server.crt
  client-cert-auth: true
peer-transport-security:
  trusted-ca-file: /etcd/ca.crt
  allowed-cn: [a, b]
cipher-suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]
feature-gates: InitialCorruptCheck=true
`;

  test.each([
    ['the flag', ['--config-file', FILE], {}],
    ['the variable', [], { ETCD_CONFIG_FILE: FILE }],
  ])('with a config file named by %s, flags and variables do not count', (_title, words, environment) => {
    const resolved = resolve('etcd', '3.6.8', [...words, '--trusted-ca-file=/x', '--auto-tls'], {
      environment: { ...environment, ETCD_KEY_FILE: '/y' },
      configFiles: { config: { file: FILE, text: CONFIG } },
    });
    expect(resolved.usesConfigFile).toBe(true);
    expect(value(resolved, 'listen-client-urls')).toEqual(['https://127.0.0.1:2379', 'https://192.0.2.10:2379']);
    expect(resolved.settings.get('cert-file')).toMatchObject({
      value: '/etcd/server.crt',
      origin: 'config-file',
      label: 'client-transport-security.cert-file',
      line: 4,
    });
    expect(value(resolved, 'peer-cert-allowed-cn')).toEqual(['a', 'b']);
    expect(value(resolved, 'listen-peer-urls')).toEqual(['http://localhost:2380']);
    expect(resolved.settings.get('trusted-ca-file')).toMatchObject({
      value: '',
      origin: 'default',
      overrides: [{ value: '/x', origin: 'flag' }],
    });
    expect(value(resolved, 'key-file')).toBe('');
    expect(value(resolved, 'auto-tls')).toBe(false);
    expect(codes(resolved).sort()).toEqual([
      'ignored-setting --auto-tls',
      'ignored-setting --trusted-ca-file',
      'ignored-setting ETCD_KEY_FILE',
    ]);
  });

  test.each([
    ['the flag', [`--config-file=${FILE}`], {}],
    ['the variable', [], { ETCD_CONFIG_FILE: FILE }],
  ])('with a config file named by %s, no fault in a variable keeps it from starting', (_title, words, environment) => {
    const resolved = resolve('etcd', '3.6.8', [...words, '--cert-file=/x'], {
      environment: { ...environment, ETCD_CERT_FILE: '/y', ETCD_CLIENT_CERT_AUTH: 'banana' },
      configFiles: { config: { file: FILE, text: CONFIG } },
    });
    expect(codes(resolved).filter((code) => code.startsWith('invalid-value'))).toEqual([]);
  });

  test('an empty file is all defaults, one that is missing is unknown', () => {
    const empty = resolve('etcd', '3.6.8', [`--config-file=${FILE}`], {
      configFiles: { config: { file: FILE, text: '' } },
    });
    expect(value(empty, 'listen-client-urls')).toEqual(['http://localhost:2379']);
    const missing = resolve('etcd', '3.6.8', [`--config-file=${FILE}`, '--client-cert-auth']);
    expect(missing.settings.get('client-cert-auth')).toMatchObject({ value: null, origin: 'config-file' });
    expect(missing.unreadable?.file).toBe(FILE);
  });

  test('allowed names were one text before 3.5.15, and no field before 3.5.14', () => {
    const text = 'peer-transport-security: {allowed-cn: a}\n';
    const under = (version: string) =>
      resolve('etcd', version, [`--config-file=${FILE}`], { configFiles: { config: { file: FILE, text } } });
    expect(value(under('3.5.14'), 'peer-cert-allowed-cn')).toBe('a');
    expect(value(under('3.5.13'), 'peer-cert-allowed-cn')).toBe('');
    expect(codes(under('3.5.15'))).toEqual(['invalid-value peer-transport-security.allowed-cn']);
  });
});

describe('kube-scheduler with --config', () => {
  const FILE = '/etc/kubernetes/scheduler-config.yaml';
  const scheduler = (version: string, api: string, body: string, argv: readonly string[] = []): ResolvedSettings =>
    resolve('kube-scheduler', version, [`--config=${FILE}`, ...argv], {
      configFiles: {
        config: {
          file: FILE,
          text: `apiVersion: kubescheduler.config.k8s.io/${api}\nkind: KubeSchedulerConfiguration\n${body}`,
        },
      },
    });

  test('the file names the kubeconfig; --kubeconfig is silenced, serving flags and leader election are not', () => {
    const resolved = scheduler(
      '1.36.3',
      'v1',
      'clientConnection:\n  kubeconfig: /file.conf\nleaderElection: {leaderElect: true}\n',
      ['--kubeconfig=/flag.conf', '--bind-address=127.0.0.1', '--leader-elect=false'],
    );
    expect(resolved.settings.get('kubeconfig')).toMatchObject({
      value: '/file.conf',
      origin: 'config-file',
      label: 'clientConnection.kubeconfig',
      line: 4,
      overrides: [{ value: '/flag.conf', origin: 'flag' }],
    });
    expect(value(resolved, 'bind-address')).toBe('127.0.0.1');
    expect(value(resolved, 'leader-elect')).toBe(false);
    expect(codes(resolved)).toEqual(['ignored-setting --kubeconfig']);
  });

  test.each([
    ['1.36.3', 'v1beta3', false],
    ['1.28.0', 'v1beta3', true],
    ['1.24.0', 'v1', false],
    ['1.22.0', 'v1beta1', true],
  ])('%s and %s: read %s', (version, api, read) => {
    expect(scheduler(version, api, '').unreadable === undefined).toBe(read);
  });

  test('its old plain listener is in the file', () => {
    const resolved = scheduler('1.20.0', 'v1beta1', 'healthzBindAddress: 127.0.0.1:0\n', ['--port=10251']);
    expect([value(resolved, 'port'), value(resolved, 'address')]).toEqual([0, '127.0.0.1']);
    expect(value(scheduler('1.20.0', 'v1beta1', ''), 'port')).toBe(10251);
  });
});

describe('kube-proxy', () => {
  test.each([
    [[], '0.0.0.0:10256', '127.0.0.1:10249'],
    [['--bind-address=::'], '[::]:10256', '[::1]:10249'],
    [['--metrics-bind-address=0.0.0.0'], '0.0.0.0:10256', '0.0.0.0:10249'],
    [['--metrics-port=0', '--healthz-port=1'], '0.0.0.0:1', ''],
  ])('%j', (argv, healthz, metrics) => {
    const resolved = resolve('kube-proxy', '1.36.3', argv);
    expect([value(resolved, 'healthz-bind-address'), value(resolved, 'metrics-bind-address')]).toEqual([
      healthz,
      metrics,
    ]);
  });

  test('with --config the file decides, but for --hostname-override', () => {
    const text = `apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
clientConnection: {kubeconfig: /var/lib/kube-proxy/kubeconfig.conf}
bindAddress: "::"
metricsBindAddress: ""
hostnameOverride: ""
`;
    const resolved = resolve(
      'kube-proxy',
      '1.36.3',
      ['--config=/c', '--hostname-override=n1', '--metrics-bind-address=0.0.0.0:1'],
      { configFiles: { config: { file: '/c', text } } },
    );
    expect(value(resolved, 'kubeconfig')).toBe('/var/lib/kube-proxy/kubeconfig.conf');
    expect(value(resolved, 'metrics-bind-address')).toBe('[::1]:10249');
    expect(value(resolved, 'hostname-override')).toBe('n1');
    expect(codes(resolved)).toEqual(['ignored-setting --metrics-bind-address']);
  });
});

describe('any input', () => {
  const flagged = fc.constantFrom(
    ...[...flagHistory('kube-apiserver').values()]
      .filter((entry) => availability(entry, { major: 1, minor: 36 }) === 'available')
      .filter(({ type }) => type === 'string' || type === 'bool' || type === 'stringSlice'),
  );
  const chosen = fc.uniqueArray(fc.tuple(flagged, fc.constantFrom('a', 'b', 'c'), fc.boolean()), {
    selector: ([entry]) => entry.name,
    maxLength: 12,
  });

  test('the spelling of a flag does not matter', () => {
    fc.assert(
      fc.property(chosen, fc.infiniteStream(fc.nat({ max: 3 })), (settings, choices) => {
        const plain: string[] = [];
        const spelt: string[] = [];
        for (const [entry, text, on] of settings) {
          const written = entry.type === 'bool' ? String(on) : text;
          plain.push(`--${entry.name}=${written}`);
          const choice = Number(choices.next().value);
          const name = choice % 2 === 0 ? entry.name : entry.name.replaceAll('-', '_');
          if (entry.type !== 'bool') spelt.push(...(choice < 2 ? [`--${name}=${written}`] : [`--${name}`, written]));
          else spelt.push(on && choice >= 2 ? `--${name}` : `--${name}=${on ? 'T' : '0'}`);
        }
        const values = (argv: readonly string[]): string =>
          JSON.stringify(
            [...resolve('kube-apiserver', '1.36.0', argv).settings.values()].map((s) => [s.name, s.value]),
          );
        expect(values(spelt)).toBe(values(plain));
      }),
    );
  });

  const word = fc.oneof(
    fc.string({ maxLength: 20 }),
    fc.constantFrom('--config', '--config-file=/x', '-v', '--feature-gates=A', '--anonymous-auth=x'),
  );

  test.each(COMPONENT_NAMES)('%s: nothing is thrown, and each setting is well formed', (component) => {
    const version = component === 'etcd' ? '3.6.8' : '1.36.3';
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), fc.string(), (argv, text) => {
        const resolved = resolve(component, version, argv, {
          environment: { ETCD_NAME: text, GODEBUG: text },
          configFiles: { config: { file: '/c', text }, dropIns: [{ file: '/d', text }] },
        });
        for (const [name, setting] of resolved.settings) expect(setting.name).toBe(name);
        for (const notice of resolved.notices) expect(notice.message.length).toBeLessThan(1000);
      }),
      { numRuns: 50 },
    );
  });

  test('a hostile command line takes no long time', () => {
    const argv = Array.from({ length: 20_000 }, (_, index) => `--tls-min-versiox${index % 10}=x`);
    const started = performance.now();
    resolve('kube-apiserver', '1.36.3', argv);
    expect(performance.now() - started).toBeLessThan(15_000);
  });
});

describe('a word that something fills which the files do not show', () => {
  const REASON = 'A is filled by the kubelet from a Secret';
  const position = { file: MANIFEST, line: 7 };
  const unknown = (text: string) => ({ text, position, unknown: REASON });
  const plain = (text: string) => ({ text, position: { file: MANIFEST, line: 1 } });
  const settled = (
    component: ComponentName,
    argv: readonly ReturnType<typeof plain>[],
    configFiles: ConfigFiles = {},
  ): ResolvedSettings =>
    resolveSettings({
      component,
      version: { major: component === 'etcd' ? 3 : 1, minor: component === 'etcd' ? 6 : 36, patch: 3 },
      arguments: argv,
      environment: [],
      configFiles,
    });

  test.each<[name: string, component: ComponentName, argv: readonly ReturnType<typeof plain>[], setting: string]>([
    ['behind "="', 'kube-apiserver', [unknown('--advertise-address=$(A)')], 'advertise-address'],
    ['as the next word', 'kube-apiserver', [plain('--bind-address'), unknown('$(A)')], 'bind-address'],
    [
      'a part of a list',
      'etcd',
      [unknown('--listen-client-urls=https://127.0.0.1:1,https://$(A):1')],
      'listen-client-urls',
    ],
    [
      'one of several that add up',
      'kube-apiserver',
      [plain('--tls-cipher-suites=a'), unknown('--tls-cipher-suites=$(A)')],
      'tls-cipher-suites',
    ],
    [
      'a part of a map',
      'kube-apiserver',
      [plain('--feature-gates=A=true'), unknown('--feature-gates=$(A)')],
      'feature-gates',
    ],
    ['a switch', 'kube-apiserver', [unknown('--anonymous-auth=$(A)')], 'anonymous-auth'],
  ])('%s: the setting has no value, and says why', (_name, component, argv, setting) => {
    const resolved = settled(component, argv);
    expect(resolved.settings.get(setting)).toMatchObject({
      value: null,
      origin: 'flag',
      unknown: REASON,
      file: MANIFEST,
    });
    expect(codes(resolved)).toEqual([]);
    expect([...resolved.settings.values()].filter((one) => one.unknown !== undefined)).toHaveLength(1);
  });

  test('the last word of a scalar counts, whatever came before', () => {
    const resolved = settled('kube-apiserver', [unknown('--bind-address=$(A)'), plain('--bind-address=10.0.0.1')]);
    expect(resolved.settings.get('bind-address')).toMatchObject({
      value: '10.0.0.1',
      overrides: [{ value: null, unknown: REASON }],
    });
    expect(resolved.settings.get('bind-address')?.unknown).toBeUndefined();
  });

  test('a word that may be any flag is no fault', () => {
    expect(codes(settled('kube-apiserver', [unknown('$(A)'), plain('--anonymous-auth=false')]))).toEqual([]);
    expect(value(settled('etcd', [unknown('$(A)'), plain('--name=x')]), 'name')).toBe('x');
  });

  test('where the config file itself is not known, what it may decide is unknown', () => {
    const resolved = settled('kubelet', [unknown('--config=$(A)'), plain('--read-only-port=0')]);
    expect(resolved.usesConfigFile).toBe(true);
    expect(resolved.settings.get('anonymous-auth')).toMatchObject({
      value: null,
      unknown: expect.stringContaining(REASON) as string,
    });
    expect(value(resolved, 'read-only-port')).toBe(0);
    expect(resolved.unreadable).toMatchObject({ present: false, message: expect.stringContaining(REASON) as string });
  });

  test('what follows another setting is as unknown as that one', () => {
    const resolved = settled('kube-apiserver', [unknown('--service-account-issuer=$(A)')]);
    expect(resolved.settings.get('api-audiences')).toMatchObject({ value: null, unknown: REASON });
  });

  test('the default suites follow a GODEBUG that nobody knows', () => {
    const resolved = resolveSettings({
      component: 'kube-apiserver',
      version: { major: 1, minor: 36, patch: 3 },
      arguments: [],
      environment: [{ name: 'GODEBUG', value: '', unknown: REASON }],
      configFiles: {},
    });
    expect(resolved.settings.get('tls-cipher-suites')).toMatchObject({ value: null, unknown: REASON });
  });

  test("etcd's variables", () => {
    const resolved = resolveSettings({
      component: 'etcd',
      version: { major: 3, minor: 6, patch: 8 },
      arguments: [],
      environment: [{ name: 'ETCD_CLIENT_CERT_AUTH', value: '', unknown: REASON, position }],
      configFiles: {},
    });
    expect(resolved.settings.get('client-cert-auth')).toMatchObject({
      value: null,
      origin: 'environment',
      unknown: REASON,
      line: 7,
    });
  });
});
