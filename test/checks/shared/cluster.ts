/** Cases of checks that look at objects of the cluster, on rows of a node. */
import {
  apiService,
  binding,
  configMap,
  crd,
  folder,
  namespace,
  node,
  object,
  request,
  service,
  STOCK,
  webhookConfiguration,
} from '../../../fixtures/exports/objects.ts';
import type { ObjectOfAPI } from '../../../fixtures/exports/objects.ts';
import type { CheckCase } from '../../support/cases.ts';
import { issue } from '../../support/certificates.ts';
import { realNode } from '../../support/node.ts';

const beside = (...objects: readonly ObjectOfAPI[]): Readonly<Record<string, string>> => folder([...STOCK, ...objects]);

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const AUTHORITY = { subject: 'CN=hooks', ca: true } as const;
const CA = base64((await issue({ ...AUTHORITY, notBefore: '2026-01-01', notAfter: '2036-01-01' })).certificate);
const ENDED = base64((await issue({ ...AUTHORITY, notBefore: '2025-01-01', notAfter: '2026-06-01' })).certificate);
const COMING = base64((await issue({ ...AUTHORITY, notBefore: '2027-01-01', notAfter: '2036-01-01' })).certificate);
const ENDING = base64((await issue({ ...AUTHORITY, notBefore: '2026-01-01', notAfter: '2026-12-01' })).certificate);

const GUARD = service('shop/guard', { ports: [{ port: 443, protocol: 'TCP' }] });
const to = (caBundle?: string): Readonly<Record<string, unknown>> => ({
  service: { namespace: 'shop', name: 'guard', port: 443 },
  ...(caBundle === undefined ? {} : { caBundle }),
});
const GUARD_CA = await issue({ ...AUTHORITY, notBefore: '2026-01-01', notAfter: '2036-01-01' });
const pair = async (name: string): Promise<string> =>
  (
    await issue(
      { subject: 'CN=guard', dns: [name], use: 'server', notBefore: '2026-01-01', notAfter: '2028-01-01' },
      GUARD_CA,
    )
  ).certificate;
const SERVED = await pair('guard.shop.svc');
const SERVED_OTHER = await pair('guard.shop');
const secret = (name: string, certificate: string): ObjectOfAPI =>
  object('v1', 'Secret', `shop/${name}`, {
    type: 'kubernetes.io/tls',
    data: { 'tls.crt': base64(certificate), 'tls.key': base64('hush') },
  });
/** A Service with one pod behind it, which mounts some Secrets. */
const behind = (...secrets: readonly string[]): readonly ObjectOfAPI[] => [
  service('shop/guard', { selector: { app: 'guard' }, ports: [{ port: 443, protocol: 'TCP' }] }),
  object(
    'v1',
    'Pod',
    'shop/guard-1',
    {
      spec: {
        containers: [{ name: 'main', image: 'x' }],
        volumes: secrets.map((secretName) => ({ name: secretName, secret: { secretName } })),
      },
    },
    { labels: { app: 'guard' } },
  ),
];
const guard = (caBundle?: string, failurePolicy?: string): ObjectOfAPI =>
  webhookConfiguration('guard', to(caBundle), failurePolicy);

const conversion = (caBundle?: string): ObjectOfAPI =>
  crd('shop.example.com', 'Order', {
    strategy: 'Webhook',
    webhook: { clientConfig: to(caBundle), conversionReviewVersions: ['v1'] },
  });

const SERVED_CHECK = 'service-serving-cert';
const GUARD_BUNDLE = base64(GUARD_CA.certificate);

/** What a Service shows, by the Secrets of an export; the same for whoever has the API server dial it. */
const servedCases = (dial: (caBundle: string) => ObjectOfAPI): readonly CheckCase[] => [
  {
    name: 'the one certificate that the pods mount is for the Service, and from the caBundle',
    check: SERVED_CHECK,
    expect: 'pass',
    message: /is for guard\.shop\.svc, and the caBundle of .* verifies it/,
    beside: beside(...behind('guard-tls'), secret('guard-tls', SERVED), dial(GUARD_BUNDLE)),
  },
  {
    name: 'a certificate for another name',
    check: SERVED_CHECK,
    expect: 'warn',
    message: /is not for guard\.shop\.svc/,
    row: { status: 'warn' },
    beside: beside(...behind('guard-tls'), secret('guard-tls', SERVED_OTHER), dial(GUARD_BUNDLE)),
  },
  {
    name: 'a certificate of another CA',
    check: SERVED_CHECK,
    expect: 'warn',
    message: /does not verify with the caBundle/,
    beside: beside(...behind('guard-tls'), secret('guard-tls', SERVED), dial(CA)),
  },
  {
    name: 'a certificate for another name, of another CA: it may be for something else',
    check: SERVED_CHECK,
    expect: 'not-assessed',
    message: /is neither for guard\.shop\.svc nor from the caBundle/,
    beside: beside(...behind('guard-tls'), secret('guard-tls', SERVED_OTHER), dial(CA)),
  },
  {
    name: 'two pairs, and nobody knows which is shown',
    check: SERVED_CHECK,
    expect: 'not-assessed',
    message: /mount 2 pairs for TLS/,
    beside: beside(...behind('a', 'b'), secret('a', SERVED), secret('b', SERVED_OTHER), dial(GUARD_BUNDLE)),
  },
  {
    name: 'a Secret that no pod of the Service mounts',
    check: SERVED_CHECK,
    expect: 'not-applicable',
    beside: beside(...behind('other'), secret('guard-tls', SERVED_OTHER), dial(GUARD_BUNDLE)),
  },
  {
    name: 'a Secret that holds no certificate',
    check: SERVED_CHECK,
    expect: 'not-assessed',
    message: /cannot be read/,
    beside: beside(...behind('guard-tls'), secret('guard-tls', 'none'), dial(GUARD_BUNDLE)),
  },
  {
    name: 'no Secret in the export',
    check: SERVED_CHECK,
    expect: 'not-applicable',
    message: /Secrets are not asked for/,
    beside: beside(...behind('guard-tls'), dial(GUARD_BUNDLE)),
  },
];

export const WEBHOOK_OBJECT_CASES: readonly CheckCase[] = [
  ...servedCases((caBundle) => guard(caBundle)),
  {
    name: 'a webhook with a CA',
    check: 'webhook-objects',
    expect: 'pass',
    row: { status: 'pass', encrypted: 'yes', serverVerified: 'yes' },
    beside: beside(GUARD, guard(CA)),
  },
  {
    name: 'no webhook in the whole cluster',
    check: 'webhook-objects',
    expect: 'pass',
    message: /There are no/,
    row: { status: 'pass' },
    beside: beside(),
  },
  {
    name: 'a Service without caBundle',
    check: 'webhook-objects',
    expect: 'warn',
    message: /no public CA .*refused \(failurePolicy Fail\)/i,
    beside: beside(GUARD, guard()),
  },
  {
    name: 'an address without caBundle',
    check: 'webhook-objects',
    expect: 'warn',
    message: /public CAs/,
    beside: beside(webhookConfiguration('far', { url: 'https://hooks.example.com/v' })),
  },
  {
    name: 'a conversion without caBundle',
    check: 'webhook-objects',
    expect: 'warn',
    message: /conversion of CustomResourceDefinition .*versions that it converts fail/,
    beside: beside(GUARD, conversion()),
  },
  {
    name: 'an address without TLS',
    check: 'webhook-objects',
    expect: 'fail',
    beside: beside(webhookConfiguration('far', { url: 'http://hooks.example.com/v' })),
  },
  {
    name: 'webhooks that mutate were not exported',
    check: 'webhook-objects',
    expect: 'not-assessed',
    message: /no MutatingWebhookConfiguration/,
    beside: folder(STOCK, 'mutatingwebhookconfigurations'),
  },

  {
    name: 'it lasts',
    check: 'webhook-cabundle',
    expect: 'pass',
    message: /2036-01-01/,
    beside: beside(GUARD, guard(CA)),
  },
  {
    name: 'it has not begun',
    check: 'webhook-cabundle',
    expect: 'fail',
    message: /valid only from 2027-01-01/,
    row: { serverVerified: 'no' },
    beside: beside(GUARD, guard(COMING)),
  },
  {
    name: 'the next one is beside the one in use',
    check: 'webhook-cabundle',
    expect: 'pass',
    beside: beside(GUARD, guard(base64([CA, COMING].map((one) => Buffer.from(one, 'base64').toString()).join('')))),
  },
  {
    name: 'it ended, and nothing is guarded',
    check: 'webhook-cabundle',
    expect: 'fail',
    message: /go through unexamined/,
    row: { status: 'fail', serverVerified: 'no' },
    beside: beside(GUARD, guard(ENDED, 'Ignore')),
  },
  {
    name: 'it ends',
    check: 'webhook-cabundle',
    expect: 'warn',
    message: /2026-12-01/,
    beside: beside(GUARD, conversion(ENDING)),
  },
  {
    name: 'the newest of two CAs counts',
    check: 'webhook-cabundle',
    expect: 'pass',
    beside: beside(
      GUARD,
      guard(base64(`${Buffer.from(ENDED, 'base64').toString()}${Buffer.from(CA, 'base64').toString()}`)),
    ),
  },
  {
    name: 'it is no certificate',
    check: 'webhook-cabundle',
    expect: 'fail',
    message: /no certificate that Kubernetes can read/,
    beside: beside(GUARD, guard(base64('Cg=='))),
  },
  {
    name: 'webhooks were not exported',
    check: 'webhook-cabundle',
    expect: 'not-assessed',
    beside: folder(STOCK, 'validatingwebhookconfigurations'),
  },

  { name: 'its Service is there', check: 'webhook-service', expect: 'pass', beside: beside(GUARD, guard(CA)) },
  {
    name: 'its Service is gone',
    check: 'webhook-service',
    expect: 'warn',
    message: /there is no Service shop\/guard: the requests that it is asked about are refused/,
    beside: beside(guard(CA)),
  },
  {
    name: 'its Service has another port',
    check: 'webhook-service',
    expect: 'warn',
    message: /has no port 443/,
    beside: beside(service('shop/guard', { ports: [{ port: 8443 }] }), guard(CA)),
  },
  {
    name: 'Services were not exported',
    check: 'webhook-service',
    expect: 'not-assessed',
    beside: folder([...STOCK, guard(CA)], 'services'),
  },
];

const METRICS = {
  group: 'metrics.k8s.io',
  version: 'v1beta1',
  service: { name: 'metrics-server', namespace: 'kube-system', port: 443 },
};
const SERVER = service('kube-system/metrics-server', { ports: [{ port: 443 }] });
const metrics = (spec: Readonly<Record<string, unknown>>, available = true): ObjectOfAPI =>
  apiService('v1beta1.metrics.k8s.io', { ...METRICS, ...spec }, available);

export const API_SERVICE_CASES: readonly CheckCase[] = [
  ...servedCases((caBundle) =>
    apiService('v1.shop.example.com', {
      group: 'shop.example.com',
      version: 'v1',
      service: { namespace: 'shop', name: 'guard', port: 443 },
      caBundle,
    }),
  ),
  {
    name: 'an aggregated API with a CA',
    check: 'apiservice-tls',
    expect: 'pass',
    row: { status: 'pass', serverVerified: 'yes' },
    beside: beside(SERVER, metrics({ caBundle: CA })),
  },
  {
    name: 'no API is aggregated',
    check: 'apiservice-tls',
    expect: 'pass',
    message: /answers all of them itself/,
    beside: beside(),
  },
  {
    name: 'not verified at all',
    check: 'apiservice-tls',
    expect: 'warn',
    message: /insecureSkipTLSVerify/,
    row: { status: 'warn', serverVerified: 'no' },
    beside: beside(SERVER, metrics({ insecureSkipTLSVerify: true })),
  },
  {
    name: 'without a CA',
    check: 'apiservice-tls',
    expect: 'warn',
    message: /has no caBundle/,
    beside: beside(SERVER, metrics({})),
  },
  {
    name: 'APIServices were not exported',
    check: 'apiservice-tls',
    expect: 'not-assessed',
    beside: folder(STOCK, 'apiservices'),
  },
  {
    name: 'it lasts',
    check: 'apiservice-cabundle',
    expect: 'pass',
    message: /2036-01-01/,
    beside: beside(SERVER, metrics({ caBundle: CA })),
  },
  {
    name: 'it ended',
    check: 'apiservice-cabundle',
    expect: 'fail',
    beside: beside(SERVER, metrics({ caBundle: ENDED })),
  },
  {
    name: 'APIServices were not exported',
    check: 'apiservice-cabundle',
    expect: 'not-assessed',
    beside: folder(STOCK, 'apiservices'),
  },
  {
    name: 'it answers',
    check: 'apiservice-available',
    expect: 'pass',
    beside: beside(SERVER, metrics({ caBundle: CA })),
  },
  {
    name: 'the aggregator does not reach it',
    check: 'apiservice-available',
    expect: 'warn',
    message: /FailedDiscoveryCheck: dial tcp/,
    beside: beside(SERVER, metrics({ caBundle: CA }, false)),
  },
  {
    name: 'its Service is gone',
    check: 'apiservice-available',
    expect: 'warn',
    message: /no Service kube-system\/metrics-server/,
    beside: beside(metrics({ caBundle: CA })),
  },
  {
    name: 'APIServices were not exported',
    check: 'apiservice-available',
    expect: 'not-assessed',
    beside: folder(STOCK, 'apiservices'),
  },
];

const ROLE = (rules: readonly unknown[]): ObjectOfAPI =>
  object('rbac.authorization.k8s.io/v1', 'ClusterRole', 'own', { rules });
const everybody = (role: string): ObjectOfAPI =>
  binding('ClusterRoleBinding', 'own', role, 'Group system:unauthenticated');
const BINDINGS = 'rbac-anonymous-bindings';

export const ANONYMOUS_CASES: readonly CheckCase[] = [
  {
    name: 'the stock bindings of the API server and of kubeadm',
    check: BINDINGS,
    expect: 'pass',
    row: { status: 'warn' },
    beside: beside(),
  },
  ...(
    [
      ['ClusterRole', 'system:public-info-viewer', { resources: ['secrets'], verbs: ['list'] }],
      ['ClusterRole', 'system:public-info-viewer', { nonResourceURLs: ['/*'], verbs: ['get'] }],
      ['Role', 'kube-public/kubeadm:bootstrap-signer-clusterinfo', { resources: ['secrets'], verbs: ['get'] }],
    ] as const
  ).map(([kind, place, rule]): CheckCase => ({
    name: `a stock role to which somebody added ${JSON.stringify(rule)}`,
    check: BINDINGS,
    expect: 'fail',
    message: /whoever reaches/,
    beside: beside(object('rbac.authorization.k8s.io/v1', kind, place, { rules: [rule] })),
  })),
  {
    name: 'the stock roles as they are',
    check: BINDINGS,
    expect: 'pass',
    beside: beside(
      object('rbac.authorization.k8s.io/v1', 'ClusterRole', 'system:public-info-viewer', {
        rules: [{ nonResourceURLs: ['/healthz', '/livez', '/readyz', '/version', '/version/'], verbs: ['get'] }],
      }),
      object('rbac.authorization.k8s.io/v1', 'Role', 'kube-public/kubeadm:bootstrap-signer-clusterinfo', {
        rules: [{ apiGroups: [''], resources: ['configmaps'], resourceNames: ['cluster-info'], verbs: ['get'] }],
      }),
    ),
  },
  {
    name: 'a role for everybody',
    check: BINDINGS,
    expect: 'fail',
    message: /ClusterRole view to Group system:unauthenticated: whoever/,
    row: { status: 'fail' },
    beside: beside(everybody('ClusterRole view')),
  },
  {
    name: 'in one namespace, for the user',
    check: BINDINGS,
    expect: 'fail',
    message: /in namespace shop to User system:anonymous/,
    beside: beside(binding('RoleBinding', 'shop/own', 'ClusterRole admin', 'User system:anonymous')),
  },
  {
    name: 'a role that reads health only',
    check: BINDINGS,
    expect: 'pass',
    beside: beside(everybody('ClusterRole own'), ROLE([{ nonResourceURLs: ['/livez', '/readyz/*'], verbs: ['get'] }])),
  },
  {
    name: 'a role that reads health and metrics',
    check: BINDINGS,
    expect: 'fail',
    beside: beside(everybody('ClusterRole own'), ROLE([{ nonResourceURLs: ['/livez', '/metrics'], verbs: ['get'] }])),
  },
  {
    name: 'what clusters from before 1.14 keep',
    check: BINDINGS,
    expect: 'warn',
    message: /before 1\.14/,
    beside: beside(everybody('ClusterRole system:discovery')),
  },
  {
    name: 'anonymous requests reach the health paths only',
    check: BINDINGS,
    expect: 'warn',
    node: 'kubeadm-v136-hardened-ha',
    message: /refuses anonymous requests/,
    beside: beside(everybody('ClusterRole view')),
  },
  {
    name: 'a role for those who have a credential is no question here',
    check: BINDINGS,
    expect: 'pass',
    beside: beside(binding('ClusterRoleBinding', 'own', 'ClusterRole view', 'Group system:authenticated')),
  },
  {
    name: 'RoleBindings were not exported',
    check: BINDINGS,
    expect: 'not-assessed',
    message: /RoleBindings are not/,
    beside: folder(STOCK, 'rolebindings'),
  },
];

const SERVING = 'kubernetes.io/kubelet-serving';
const csr = (status: Readonly<Record<string, unknown>>, signer = SERVING, user = 'system:node:cp-1'): ObjectOfAPI =>
  request('csr-1', signer, user, status);
const condition = (type: string): Readonly<Record<string, unknown>> => ({
  conditions: [{ type, status: 'True', message: 'not ours' }],
});

export const REQUEST_CASES: readonly CheckCase[] = [
  { name: 'none is there', check: 'kubelet-csr-state', expect: 'pass', row: { status: 'pass' }, beside: beside() },
  {
    name: 'one was answered',
    check: 'kubelet-csr-state',
    expect: 'pass',
    message: /csr-1/,
    beside: beside(csr({ ...condition('Approved'), certificate: 'LS0t' })),
  },
  {
    name: 'one waits',
    check: 'kubelet-csr-state',
    expect: 'warn',
    message: /nobody has approved it\.$/,
    beside: beside(csr({})),
  },
  {
    name: 'somebody else asked',
    check: 'kubelet-csr-state',
    expect: 'warn',
    message: /not a kubelet that asked/,
    beside: beside(csr({}, SERVING, 'jane')),
  },
  {
    name: 'one was denied',
    check: 'kubelet-csr-state',
    expect: 'warn',
    message: /denied: not ours/,
    beside: beside(csr(condition('Denied'), 'kubernetes.io/kube-apiserver-client-kubelet')),
  },
  {
    name: 'one is approved, and nobody signs',
    check: 'kubelet-csr-state',
    expect: 'warn',
    message: /does not sign/,
    beside: beside(csr(condition('Approved'))),
  },
  {
    name: 'a request that is no kubelet’s',
    check: 'kubelet-csr-state',
    expect: 'pass',
    beside: beside(csr({}, 'example.com/own')),
  },
  {
    name: 'requests were not exported',
    check: 'kubelet-csr-state',
    expect: 'not-assessed',
    beside: folder(STOCK, 'certificatesigningrequests'),
  },
];

export const NODE_CASES: readonly CheckCase[] = [
  {
    name: 'of the version of the API server',
    check: 'node-versions',
    expect: 'pass',
    beside: beside(node('w-1', 'v1.34.1')),
  },
  {
    name: 'newer than the API server',
    check: 'node-versions',
    expect: 'warn',
    message: /w-1 is 1\.37\.0/,
    beside: beside(node('w-1', 'v1.37.0')),
  },
  { name: 'four minors behind', check: 'node-versions', expect: 'warn', beside: beside(node('w-1', 'v1.32.9')) },
  {
    name: 'no kubelet has reported',
    check: 'node-versions',
    expect: 'not-assessed',
    beside: folder([...STOCK.filter(({ kind }) => kind !== 'Node'), node('w-1', '')]),
  },
];

const PODS_CA = (await realNode('kubeadm-v136-default')).text('/etc/kubernetes/pki/ca.crt');
const published = (...names: readonly string[]): readonly ObjectOfAPI[] =>
  names.map((name) => configMap(`${name}/kube-root-ca.crt`, { 'ca.crt': PODS_CA }));
const ALL = published('default', 'kube-system', 'shop');
const ended = await issue({ ...AUTHORITY, notBefore: '2025-01-01', notAfter: '2026-06-01' });
const token = object(
  'v1',
  'Secret',
  'shop/old',
  { type: 'kubernetes.io/service-account-token', data: { token: 'c2VjcmV0LXRva2Vu' } },
  { annotations: { 'kubernetes.io/service-account.name': 'deployer' } },
);

export const POD_CASES: readonly CheckCase[] = [
  {
    name: 'the CA of the API server',
    check: 'root-ca-published',
    expect: 'pass',
    row: { status: 'pass' },
    beside: beside(...ALL),
  },
  {
    name: 'another CA',
    check: 'root-ca-published',
    expect: 'fail',
    message: /pods there refuse it/,
    beside: beside(
      ...ALL.slice(0, 2),
      configMap('shop/kube-root-ca.crt', { 'ca.crt': Buffer.from(CA, 'base64').toString() }),
    ),
  },
  {
    name: 'it ended',
    check: 'root-ca-published',
    expect: 'fail',
    message: /ended on 2026-06-01/,
    beside: beside(...ALL.slice(0, 2), configMap('shop/kube-root-ca.crt', { 'ca.crt': ended.certificate })),
  },
  {
    name: 'a namespace has none',
    check: 'root-ca-published',
    expect: 'warn',
    message: /shop has no ConfigMap/,
    beside: beside(...ALL.slice(0, 2)),
  },
  {
    name: 'those of one namespace were exported',
    check: 'root-ca-published',
    expect: 'not-assessed',
    message: /only that of namespace default/,
    beside: beside(...ALL.slice(0, 1)),
  },
  {
    name: 'ConfigMaps were not exported',
    check: 'root-ca-published',
    expect: 'not-assessed',
    beside: folder(STOCK, 'configmaps'),
  },
  {
    name: 'only other Secrets',
    check: 'sa-legacy-tokens',
    expect: 'pass',
    beside: beside(...ALL, object('v1', 'Secret', 'shop/other', { type: 'Opaque' })),
  },
  {
    name: 'a token without an end',
    check: 'sa-legacy-tokens',
    expect: 'warn',
    message: /shop\/old \(deployer\)/,
    beside: beside(...ALL, token, namespace('late')),
  },
];

const STOCK_NODE = await realNode('kubeadm-v136-default');
const PKI = '/etc/kubernetes/pki';
const OTHER_CA = (await issue({ subject: 'CN=old', ca: true, notBefore: '2020-01-01', notAfter: '2036-01-01' }))
  .certificate;
const GONE_CA = (await issue({ subject: 'CN=gone', ca: true, notBefore: '2020-01-01', notAfter: '2025-01-01' }))
  .certificate;

/** What the API server of the stock node writes, with changes. */
const trust = (changes: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> =>
  beside(
    configMap('kube-system/extension-apiserver-authentication', {
      'client-ca-file': STOCK_NODE.text(`${PKI}/ca.crt`),
      'requestheader-client-ca-file': STOCK_NODE.text(`${PKI}/front-proxy-ca.crt`),
      'requestheader-allowed-names': '["front-proxy-client"]',
      ...changes,
    }),
  );

const EXTENSION = 'extension-auth-configmap';

export const TRUST_CASES: readonly CheckCase[] = [
  { name: 'as the API server writes it', check: EXTENSION, expect: 'pass', beside: trust(), row: { status: 'pass' } },
  {
    name: 'a CA that was taken out of the file',
    check: EXTENSION,
    expect: 'warn',
    beside: trust({ 'client-ca-file': `${STOCK_NODE.text(`${PKI}/ca.crt`)}${OTHER_CA}` }),
    message: /still has CN=old, which --client-ca-file does not name/,
    row: { status: 'warn' },
  },
  {
    name: 'one that has ended, which the API server takes out itself',
    check: EXTENSION,
    expect: 'pass',
    beside: trust({ 'client-ca-file': `${STOCK_NODE.text(`${PKI}/ca.crt`)}${GONE_CA}` }),
  },
  {
    name: 'a rotation under way: both CAs in both places',
    check: EXTENSION,
    expect: 'pass',
    change: (one) => one.write(`${PKI}/ca.crt`, `${one.text(`${PKI}/ca.crt`)}${OTHER_CA}`),
    beside: trust({ 'client-ca-file': `${STOCK_NODE.text(`${PKI}/ca.crt`)}${OTHER_CA}` }),
  },
  {
    name: 'a front proxy that no flag allows any more',
    check: EXTENSION,
    expect: 'warn',
    beside: trust({ 'requestheader-allowed-names': '["front-proxy-client","aggregator"]' }),
    message: /still lets aggregator be a front proxy/,
  },
  {
    name: 'CAs of another cluster',
    check: EXTENSION,
    expect: 'warn',
    beside: trust({ 'requestheader-client-ca-file': OTHER_CA }),
    message: /has none of the CAs in --requestheader-client-ca-file/,
  },
  {
    name: 'the CA of the flag is not in the input',
    check: EXTENSION,
    expect: 'not-assessed',
    change: (one) => one.remove(`${PKI}/front-proxy-ca.crt`),
    beside: trust(),
  },
  { name: 'not in the export', check: EXTENSION, expect: 'not-applicable', beside: beside() },
];
