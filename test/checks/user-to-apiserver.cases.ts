import type { CheckCase } from '../support/cases.ts';
import { addWord } from './shared/processes.ts';
import { kubeadmConfigMap, withFlag } from './shared/kubeadm.ts';
import { ofOtherEndpoint, rebuilt, secondNode, withoutMembers } from '../support/second.ts';
import type { EditableNode } from '../support/node.ts';
import {
  ADMIN,
  atVersion,
  authenticate,
  CLUSTER_CA,
  embed,
  forAdmin,
  forApiserver,
  MANIFEST,
  mounted,
  PKI,
  NEXT_CA,
  REBUILT_CA,
  serve,
  SERVING,
  SUPER_ADMIN,
  withoutVersion,
  withUnshown,
  withVariable,
} from '../support/apiserver.ts';
import { freshKey, issue } from '../support/certificates.ts';
import { realNode } from '../support/node.ts';
import { dangling } from './shared/dangling.ts';
import { sniOfUsers } from './shared/sni.ts';
import { trustScope } from './shared/trust-scope.ts';

const endedByName = await issue({
  subject: 'CN=public',
  use: 'server',
  dns: ['api.example.com'],
  notBefore: '2025-11-20T00:00:00Z',
  notAfter: '2026-11-20T00:00:00Z',
});

const AUTHORIZATION = '/etc/kubernetes/authorization.yaml';

/** The stock row's only alarm. */
const STOCK = 'warn kubeconfig-super-admin-on-node';

/** A node whose only kubeconfig of a user is admin.conf, with no alarm on the row. */
const onlyAdmin = (node: EditableNode): EditableNode => node.remove(SUPER_ADMIN);

const withAuthorizers =
  (...types: readonly string[]) =>
  (node: EditableNode): EditableNode =>
    mounted(
      node
        .removeFlag('kube-apiserver', 'authorization-mode')
        .addFlag('kube-apiserver', `--authorization-config=${AUTHORIZATION}`),
      AUTHORIZATION,
      `apiVersion: apiserver.config.k8s.io/v1\nkind: AuthorizationConfiguration\nauthorizers:\n${types
        .map((type) => `- type: ${type}\n  name: ${type.toLowerCase()}\n`)
        .join('')}`,
    );

const withWebhook = (node: EditableNode): EditableNode => {
  const authorizers = withAuthorizers('Node', 'RBAC')(node).text(AUTHORIZATION);
  return node.write(
    AUTHORIZATION,
    `${authorizers}- type: Webhook
  name: policy
  webhook: {timeout: 3s, subjectAccessReviewVersion: v1, failurePolicy: Deny, connectionInfo: {type: KubeConfigFile, kubeConfigFile: /etc/kubernetes/pki/policy.conf}}
`,
  );
};

const withoutManifest = (check: string): CheckCase => ({
  name: 'the manifest of the API server is not in the input',
  check,
  expect: 'not-assessed',
  change: (node) => node.remove(MANIFEST),
  message: /kube-apiserver/,
});

const keyExchange: readonly CheckCase[] = [
  {
    name: 'a Go that has the hybrid groups',
    check: 'apiserver-pqc-key-exchange',
    expect: 'pass',
    message: /takes X25519MLKEM768 \(4588\), SecP256r1MLKEM768 \(4587\)/,
  },
  {
    name: 'one that has the first of them',
    check: 'apiserver-pqc-key-exchange',
    expect: 'pass',
    change: (node) => atVersion(node, '1.33.0'),
    message: /takes X25519MLKEM768 \(4588\) from/,
  },
  {
    name: 'made before there was one',
    check: 'apiserver-pqc-key-exchange',
    expect: 'pass',
    change: (node) => atVersion(node, '1.32.0'),
    message: /kube-apiserver 1\.32\.0 was made before Go had one/,
  },
  {
    name: 'GODEBUG switches it off',
    check: 'apiserver-pqc-key-exchange',
    expect: 'pass',
    change: (node) => withVariable(atVersion(node, '1.34.0'), 'GODEBUG', 'tlsmlkem=0'),
    message: /GODEBUG=tlsmlkem=0 switches it off/,
    alarms: [STOCK],
  },
  {
    name: 'a list leaves it out, which another check warns of',
    check: 'apiserver-pqc-key-exchange',
    expect: 'pass',
    change: (node) => node.addFlag('kube-apiserver', '--tls-curve-preferences=29'),
    message: /--tls-curve-preferences leaves X25519 \(29\)/,
    alarms: [STOCK, 'warn apiserver-curve-preferences'],
  },
  {
    name: 'a list that the input does not show',
    check: 'apiserver-pqc-key-exchange',
    expect: 'not-assessed',
    change: (node) => withUnshown(node, 'tls-curve-preferences'),
  },
];

const profiling: readonly CheckCase[] = [
  {
    name: 'the default that nobody wrote',
    check: 'apiserver-profiling',
    expect: 'pass',
    message: /hardening guides ask for --profiling=false/,
  },
  {
    name: 'off',
    check: 'apiserver-profiling',
    expect: 'pass',
    node: 'kubeadm-v136-hardened-ha',
    message: /gives out no/,
  },
  {
    name: 'switched on',
    check: 'apiserver-profiling',
    expect: 'warn',
    change: (node) => node.addFlag('kube-apiserver', '--profiling'),
    alarms: [STOCK, 'warn apiserver-profiling'],
  },
  withoutManifest('apiserver-profiling'),
];

/** admin.conf dials through a proxy. */
function throughProxy(node: EditableNode, url: string): EditableNode {
  return node.replace(ADMIN, /\n    server: /, `\n    proxy-url: ${url}\n    server: `);
}

const withoutKubeconfigs = (check: string): CheckCase => ({
  name: 'neither a kubeconfig nor the manifest is in the input',
  check,
  expect: 'not-assessed',
  change: (node) => onlyAdmin(node).remove(ADMIN).remove(MANIFEST),
  message: /No kube-apiserver is configured/,
});

const authorization: readonly CheckCase[] = [
  {
    name: 'stock',
    check: 'apiserver-authorization-mode',
    expect: 'pass',
    row: { status: 'warn', encrypted: 'yes', serverVerified: 'yes', clientAuthenticated: 'yes', minTLSVersion: '1.2' },
    alarms: [STOCK],
  },
  {
    name: 'weak node',
    check: 'apiserver-authorization-mode',
    expect: 'fail',
    node: 'kubeadm-v136-weak-external-etcd',
    message: /AlwaysAllow is among the authorizers/,
    row: { status: 'fail' },
  },
  {
    name: 'unset means AlwaysAllow',
    check: 'apiserver-authorization-mode',
    expect: 'fail',
    change: (node) => node.removeFlag('kube-apiserver', 'authorization-mode'),
    message: /not set, which means AlwaysAllow/,
    alarms: ['fail apiserver-authorization-mode', STOCK],
  },
  {
    name: 'the value after a space',
    check: 'apiserver-authorization-mode',
    expect: 'fail',
    change: (node) =>
      node.replace(MANIFEST, '- --authorization-mode=Node,RBAC', '- --authorization-mode\n    - AlwaysAllow'),
    alarms: ['fail apiserver-authorization-mode', STOCK],
  },
  {
    name: 'repeats of a list add up',
    check: 'apiserver-authorization-mode',
    expect: 'fail',
    change: (node) => node.addFlag('kube-apiserver', '--authorization-mode=AlwaysAllow'),
    message: /AlwaysAllow is among/,
  },
  {
    name: 'repeats of a list add up, the good way too',
    check: 'apiserver-authorization-mode',
    expect: 'pass',
    change: (node) =>
      node.replace(
        MANIFEST,
        '- --authorization-mode=Node,RBAC',
        '- --authorization-mode=Node\n    - --authorization-mode=RBAC',
      ),
    alarms: [STOCK],
  },
  {
    name: 'a webhook beside them',
    check: 'apiserver-authorization-mode',
    expect: 'pass',
    change: (node) =>
      node
        .setFlag('kube-apiserver', 'authorization-mode', 'Node,Webhook,RBAC')
        .addFlag('kube-apiserver', '--authorization-webhook-config-file=/etc/kubernetes/pki/authorization.conf'),
    alarms: [STOCK],
  },
  ...(
    [
      ['an unknown mode', 'Node,RBAC,Foo', /names "Foo", which is none of AlwaysAllow.*does not start/],
      ['a mode with a space before it', '"Node, RBAC"', /names " RBAC"/],
      ['a mode twice', 'Node,RBAC,Node', /names Node twice/],
      ['Webhook without its file', 'Node,RBAC,Webhook', /Mode Webhook needs --authorization-webhook-config-file/],
      ['ABAC without its file', 'Node,RBAC,ABAC', /Mode ABAC needs --authorization-policy-file/],
    ] as const
  ).map(([name, modes, message]): CheckCase => ({
    name,
    check: 'apiserver-authorization-mode',
    expect: 'fail',
    change: (node) =>
      node.replace(
        MANIFEST,
        '- --authorization-mode=Node,RBAC',
        `- ${JSON.stringify(`--authorization-mode=${modes.replaceAll('"', '')}`)}`,
      ),
    message,
    alarms: ['fail apiserver-authorization-mode', STOCK],
  })),
  {
    name: 'a list that does not parse is a fault of the flag, and said once',
    check: 'apiserver-authorization-mode',
    expect: 'not-assessed',
    change: (node) => node.replace(MANIFEST, '- --authorization-mode=Node,RBAC', `- '--authorization-mode=Node,"RBAC'`),
    alarms: ['fail apiserver-removed-flags', STOCK],
  },
  {
    name: 'a policy file without its mode',
    check: 'apiserver-authorization-mode',
    expect: 'fail',
    change: (node) => node.addFlag('kube-apiserver', '--authorization-policy-file=/etc/kubernetes/pki/policy.jsonl'),
    message: /--authorization-policy-file is set without mode ABAC/,
    alarms: ['fail apiserver-authorization-mode', STOCK],
  },
  {
    name: 'the file beside the flag',
    check: 'apiserver-authorization-mode',
    expect: 'fail',
    change: (node) => withAuthorizers('Node', 'RBAC')(node).addFlag('kube-apiserver', '--authorization-mode=Node,RBAC'),
    message: /--authorization-mode is set beside --authorization-config: the API server does not start/,
    alarms: ['fail apiserver-authorization-mode', STOCK],
  },
  {
    name: 'a webhook in the file',
    check: 'apiserver-authorization-mode',
    expect: 'pass',
    change: (node) => withWebhook(node),
    alarms: [STOCK],
  },
  ...(
    [
      ['no timeout', 'timeout: 3s, ', '', /:8 is refused: authorizers\[2\] has no webhook\.timeout/],
      ['a timeout over half a minute', '3s', '31s', /has a webhook\.timeout that is not above 0 and at most 30s/],
      ['no failure policy', 'failurePolicy: Deny, ', '', /has no webhook\.failurePolicy \(NoOpinion or Deny\)/],
      ['a failure policy that there is not', 'Deny', 'Allow', /has a webhook\.failurePolicy that is none of/],
      ['no review version', 'subjectAccessReviewVersion: v1, ', '', /has no webhook\.subjectAccessReviewVersion/],
      [
        'a relative kubeconfig',
        '/etc/kubernetes/pki/policy.conf',
        'policy.conf',
        /kubeConfigFile that is not an absolute/,
      ],
      [
        'a connection in the cluster',
        'KubeConfigFile, kubeConfigFile: /etc/kubernetes/pki/policy.conf',
        'InClusterConfig',
        /with which the API server ends in a panic/,
      ],
      [
        'a connection that there is not',
        'KubeConfigFile,',
        'Kubeconfig,',
        /connectionInfo\.type that is none of InCluster/,
      ],
      [
        'a condition without its review version',
        'timeout',
        'matchConditions: [{expression: "true"}], timeout',
        /without/,
      ],
    ] as const
  ).map(([name, from, to, message]): CheckCase => ({
    name: `a webhook in the file with ${name}`,
    check: 'apiserver-authorization-mode',
    expect: 'fail',
    change: (node) => withWebhook(node).replace(AUTHORIZATION, from, to),
    message,
    alarms: ['fail apiserver-authorization-mode', STOCK],
  })),
  {
    name: 'an unknown field in the file',
    check: 'apiserver-authorization-mode',
    expect: 'fail',
    change: (node) => withAuthorizers('Node', 'RBAC')(node).replace(AUTHORIZATION, 'name: rbac', 'nmae: rbac'),
    message: /authorization\.yaml:7 .*authorizers\[1\]\.nmae is no field/,
    alarms: ['fail apiserver-authorization-mode', STOCK],
  },
  {
    name: 'an authorizer of the wrong name in the file',
    check: 'apiserver-authorization-mode',
    expect: 'fail',
    change: (node) => withAuthorizers('Node', 'RBAC')(node).replace(AUTHORIZATION, 'name: rbac', 'name: roles'),
    message: /authorization\.yaml:6 .*must have the name rbac/,
  },
  {
    name: 'two faults are two findings: it does not start, and would let in everybody',
    check: 'apiserver-authorization-mode',
    expect: 'fail',
    change: (node) => node.setFlag('kube-apiserver', 'authorization-mode', 'RBAC,AlwaysAllow,RBAC'),
    alarms: ['fail apiserver-authorization-mode', 'fail apiserver-authorization-mode', STOCK],
  },
  {
    name: 'an empty list is an unset one from 1.29 on',
    check: 'apiserver-authorization-mode',
    expect: 'fail',
    change: (node) => node.setFlag('kube-apiserver', 'authorization-mode', ''),
    message: /AlwaysAllow is among/,
    alarms: ['fail apiserver-authorization-mode', STOCK],
  },
  {
    name: 'up to 1.28 an empty list stops it',
    check: 'apiserver-authorization-mode',
    expect: 'fail',
    change: (node) => atVersion(node, '1.28.15').setFlag('kube-apiserver', 'authorization-mode', ''),
    message: /--authorization-mode is empty: the API server does not start/,
  },
  {
    name: 'without Node',
    check: 'apiserver-authorization-mode',
    expect: 'warn',
    change: (node) => node.setFlag('kube-apiserver', 'authorization-mode', 'RBAC'),
    message: /Node is not among/,
    alarms: ['warn apiserver-authorization-mode', STOCK],
  },
  {
    name: 'Node alone, which knows kubelets only',
    check: 'apiserver-authorization-mode',
    expect: 'fail',
    change: (node) => node.setFlag('kube-apiserver', 'authorization-mode', 'Node'),
    message: /only kubelets and the group system:masters may do anything/,
    alarms: ['fail apiserver-authorization-mode', STOCK],
  },
  {
    name: 'AlwaysDeny beside others, which keep their say',
    check: 'apiserver-authorization-mode',
    expect: 'pass',
    change: (node) => node.setFlag('kube-apiserver', 'authorization-mode', 'AlwaysDeny,Node,RBAC'),
    alarms: [STOCK],
  },
  {
    name: 'neither Node nor RBAC',
    check: 'apiserver-authorization-mode',
    expect: 'warn',
    change: (node) =>
      node
        .setFlag('kube-apiserver', 'authorization-mode', 'ABAC')
        .addFlag('kube-apiserver', '--authorization-policy-file=/etc/kubernetes/pki/abac.json'),
    message: /^Node and RBAC are not among/,
  },
  {
    name: 'the file instead of the flag',
    check: 'apiserver-authorization-mode',
    expect: 'pass',
    change: withAuthorizers('Node', 'RBAC'),
    alarms: [STOCK],
  },
  {
    name: 'AlwaysAllow in the file',
    check: 'apiserver-authorization-mode',
    expect: 'fail',
    change: withAuthorizers('Node', 'RBAC', 'AlwaysAllow'),
    message: /AlwaysAllow is among/,
    alarms: ['fail apiserver-authorization-mode', STOCK],
  },
  {
    name: 'the file is not in the input',
    check: 'apiserver-authorization-mode',
    expect: 'not-assessed',
    change: (node) => withAuthorizers('Node')(node).remove(AUTHORIZATION),
    message: /authorization\.yaml/,
  },
  {
    name: 'flags in args, the program alone in command',
    check: 'apiserver-authorization-mode',
    expect: 'pass',
    change: (node) => node.replace(MANIFEST, '    - kube-apiserver\n', '    - kube-apiserver\n    args:\n'),
    row: { serverVerified: 'yes' },
    alarms: [STOCK],
  },
  {
    name: 'a second program in the pod is another program',
    check: 'apiserver-authorization-mode',
    expect: 'pass',
    change: (node) =>
      node.replace(
        MANIFEST,
        '  containers:\n',
        '  containers:\n  - command:\n    - tail\n    - -f\n    - --authorization-mode=AlwaysAllow\n    image: busybox:1\n    name: sidecar\n',
      ),
    alarms: [STOCK],
  },
  withoutManifest('apiserver-authorization-mode'),
];

const flagChecks: readonly CheckCase[] = [
  { name: 'unset', check: 'apiserver-token-auth-file', expect: 'pass' },
  {
    name: 'empty is unset',
    check: 'apiserver-token-auth-file',
    expect: 'pass',
    change: (node) => node.addFlag('kube-apiserver', '--token-auth-file='),
  },
  {
    name: 'set',
    check: 'apiserver-token-auth-file',
    expect: 'fail',
    change: (node) => node.addFlag('kube-apiserver', '--token-auth-file=/etc/kubernetes/tokens.csv'),
    alarms: ['fail apiserver-token-auth-file', STOCK],
  },
  {
    name: 'bootstrap tokens are something else',
    check: 'apiserver-token-auth-file',
    expect: 'pass',
    change: (node) => node.replace(MANIFEST, '--enable-bootstrap-token-auth=true', '--enable-bootstrap-token-auth'),
  },
  withoutManifest('apiserver-token-auth-file'),
  {
    name: '1.18 with passwords',
    check: 'apiserver-basic-auth-file',
    expect: 'fail',
    change: (node) =>
      atVersion(node, '1.18.20').addFlag('kube-apiserver', '--basic-auth-file=/etc/kubernetes/users.csv'),
  },
  {
    name: '1.18 without',
    check: 'apiserver-basic-auth-file',
    expect: 'pass',
    change: (node) => atVersion(node, '1.18.20'),
  },
  { name: 'gone from 1.19 on', check: 'apiserver-basic-auth-file', expect: 'not-applicable' },
  {
    name: 'the flag on 1.36 stops the process, and that is said once',
    check: 'apiserver-removed-flags',
    expect: 'fail',
    change: (node) => node.addFlag('kube-apiserver', '--basic-auth-file=/etc/kubernetes/users.csv'),
    alarms: ['fail apiserver-removed-flags', STOCK],
  },
  withoutKubeconfigs('apiserver-basic-auth-file'),
  { name: 'stock', check: 'apiserver-client-ca-set', expect: 'pass' },
  {
    name: 'unset: nobody with a certificate gets in; said once',
    check: 'apiserver-client-ca-set',
    expect: 'fail',
    change: (node) => node.removeFlag('kube-apiserver', 'client-ca-file'),
    row: { status: 'fail', clientAuthenticated: 'no' },
    alarms: ['fail apiserver-client-ca-set', STOCK],
  },
  {
    name: 'empty is unset',
    check: 'apiserver-client-ca-set',
    expect: 'fail',
    change: (node) => node.setFlag('kube-apiserver', 'client-ca-file', ''),
    row: { clientAuthenticated: 'no' },
  },
  {
    name: 'the file is not in the input',
    check: 'apiserver-client-ca-set',
    expect: 'not-assessed',
    change: (node) => node.remove(`${PKI}/ca.crt`),
    row: { clientAuthenticated: 'unknown' },
    alarms: [STOCK],
  },
  { name: 'stock', check: 'apiserver-client-ca-contents', expect: 'pass', message: /one CA/ },
  {
    name: 'old and new CA during a rotation',
    check: 'apiserver-client-ca-contents',
    expect: 'pass',
    change: (node) => node.write(`${PKI}/ca.crt`, NEXT_CA.certificate + CLUSTER_CA.certificate),
    message: /2 CAs/,
    alarms: [STOCK],
  },
  {
    name: 'a leaf in the bundle',
    check: 'apiserver-client-ca-contents',
    expect: 'warn',
    change: (node) => node.write(`${PKI}/ca.crt`, CLUSTER_CA.certificate + node.text(`${PKI}/front-proxy-client.crt`)),
    message: /\(certificate 2\).*front-proxy-client/,
    alarms: ['warn apiserver-client-ca-contents', STOCK],
  },
  {
    name: 'the CA of etcd in the bundle',
    check: 'apiserver-client-ca-contents',
    expect: 'fail',
    change: (node) => node.write(`${PKI}/ca.crt`, CLUSTER_CA.certificate + node.text(`${PKI}/etcd/ca.crt`)),
    message: /CA of etcd/,
    alarms: ['fail apiserver-client-ca-contents', STOCK],
  },
  {
    name: 'the file is not in the input',
    check: 'apiserver-client-ca-contents',
    expect: 'not-assessed',
    change: (node) => node.remove(`${PKI}/ca.crt`),
  },
];

const superAdmin: readonly CheckCase[] = [
  {
    name: 'stock',
    check: 'kubeconfig-super-admin-on-node',
    expect: 'warn',
    message: /system:masters/,
  },
  {
    name: 'it is gone, as it should be',
    check: 'kubeconfig-super-admin-on-node',
    expect: 'not-applicable',
    change: onlyAdmin,
    row: { status: 'pass' },
    alarms: [],
  },
  {
    name: 'its certificate was replaced by one without the group',
    check: 'kubeconfig-super-admin-on-node',
    expect: 'pass',
    change: async (node) => authenticate(node, SUPER_ADMIN, await forAdmin()),
    alarms: [],
  },
  withoutKubeconfigs('kubeconfig-super-admin-on-node'),
  {
    name: 'stock: admin.conf is out of the group, super-admin.conf is told of by its own check',
    check: 'kubeconfig-system-masters',
    expect: 'pass',
  },
  {
    name: 'kubeadm 1.28 put admin.conf into it',
    check: 'kubeconfig-system-masters',
    expect: 'warn',
    node: 'kubeadm-v128-default',
    message: /admin\.conf is in the group/,
  },
  {
    name: 'a component whose kubeconfig a user has',
    check: 'kubeconfig-system-masters',
    expect: 'warn',
    change: (node) => node.copy(SUPER_ADMIN, ADMIN),
    alarms: ['warn kubeconfig-system-masters', STOCK],
  },
  withoutKubeconfigs('kubeconfig-system-masters'),
  withoutKubeconfigs('kubeconfig-identity'),
];

const readable: readonly CheckCase[] = [
  { name: 'stock', check: 'kubeconfig-readable', expect: 'pass' },
  {
    name: 'no current context; said once',
    check: 'kubeconfig-readable',
    expect: 'fail',
    change: (node) => onlyAdmin(node).replace(ADMIN, /current-context: .*/, 'current-context: ""'),
    message: /current-context/,
    row: { status: 'fail', encrypted: 'unknown' },
    alarms: ['fail kubeconfig-readable'],
  },
  {
    name: 'a context that is not there',
    check: 'kubeconfig-readable',
    expect: 'fail',
    change: (node) => onlyAdmin(node).replace(ADMIN, /current-context: .*/, 'current-context: other'),
    message: /admin\.conf:\d+: .*other/,
    alarms: ['fail kubeconfig-readable'],
  },
  {
    name: 'no kubeconfig of a user in the input',
    check: 'kubeconfig-readable',
    expect: 'not-assessed',
    change: (node) => onlyAdmin(node).remove(ADMIN),
    message: /admin\.conf/,
    row: { status: 'not-assessed', encrypted: 'unknown', serverVerified: 'unknown' },
  },
  { name: 'stock', check: 'kubeconfig-server-https', expect: 'pass' },
  {
    name: 'http to another machine; said once',
    check: 'kubeconfig-server-https',
    expect: 'fail',
    change: (node) => onlyAdmin(node).replace(ADMIN, 'server: https:', 'server: http:'),
    message: /in plain text/,
    row: { status: 'fail', encrypted: 'no', serverVerified: 'no', clientAuthenticated: 'no' },
    alarms: ['fail kubeconfig-server-https'],
  },
  {
    name: 'no scheme: http, although there is a CA',
    check: 'kubeconfig-server-https',
    expect: 'fail',
    change: (node) => onlyAdmin(node).replace(ADMIN, 'server: https://', 'server: '),
    message: /where the scheme is missing/,
    row: { encrypted: 'no', serverVerified: 'no', clientAuthenticated: 'no' },
    alarms: ['fail kubeconfig-server-https'],
  },
  {
    name: 'http on loopback',
    check: 'kubeconfig-server-https',
    expect: 'warn',
    change: (node) => onlyAdmin(node).replace(ADMIN, /server: .*/, 'server: http://127.0.0.1:8001'),
    alarms: ['warn kubeconfig-server-https'],
  },
  withoutKubeconfigs('kubeconfig-server-https'),
  { name: 'stock', check: 'kubeconfig-insecure-skip', expect: 'pass' },
  {
    name: 'not verified; said once',
    check: 'kubeconfig-insecure-skip',
    expect: 'fail',
    change: (node) =>
      onlyAdmin(node).replace(ADMIN, /certificate-authority-data: .*/, 'insecure-skip-tls-verify: true'),
    message: /whoever answers/,
    row: { serverVerified: 'no', encrypted: 'yes' },
    alarms: ['fail kubeconfig-insecure-skip'],
  },
  {
    name: 'beside a CA client-go refuses it',
    check: 'kubeconfig-insecure-skip',
    expect: 'fail',
    change: (node) => onlyAdmin(node).replace(ADMIN, '    server:', '    insecure-skip-tls-verify: true\n    server:'),
    message: /refuses/,
    alarms: ['fail kubeconfig-insecure-skip'],
  },
  {
    name: 'written out as false',
    check: 'kubeconfig-insecure-skip',
    expect: 'pass',
    change: (node) => onlyAdmin(node).replace(ADMIN, '    server:', '    insecure-skip-tls-verify: false\n    server:'),
    alarms: [],
  },
  withoutKubeconfigs('kubeconfig-insecure-skip'),
];

const trust: readonly CheckCase[] = [
  { name: 'stock', check: 'kubeconfig-ca-present', expect: 'pass' },
  {
    name: 'no CA: the public ones of the host',
    check: 'kubeconfig-ca-present',
    expect: 'warn',
    change: (node) => onlyAdmin(node).replace(ADMIN, /    certificate-authority-data: .*\n/, ''),
    row: { serverVerified: 'unknown' },
    alarms: ['warn kubeconfig-ca-present'],
  },
  {
    name: 'by a path relative to the file',
    check: 'kubeconfig-ca-present',
    expect: 'pass',
    change: (node) =>
      onlyAdmin(node).replace(ADMIN, /certificate-authority-data: .*/, 'certificate-authority: pki/ca.crt'),
    row: { serverVerified: 'yes' },
    alarms: [],
  },
  {
    name: 'the data holds a key; said once',
    check: 'kubeconfig-ca-present',
    expect: 'fail',
    change: (node) =>
      embed(onlyAdmin(node), ADMIN, 'certificate-authority-data', freshKey({ curve: 'P-256' }).publicKey),
    row: { serverVerified: 'no' },
    alarms: ['fail kubeconfig-ca-present'],
  },
  {
    name: 'the data is PEM that Go does not read; said once',
    check: 'pki-parse-strictness',
    expect: 'fail',
    change: (node) => embed(onlyAdmin(node), ADMIN, 'certificate-authority-data', `\uFEFF${CLUSTER_CA.certificate}`),
    message: /admin\.conf:\d+: /,
    row: { serverVerified: 'no' },
    alarms: ['fail pki-parse-strictness'],
  },
  {
    name: 'a header in the serving certificate, which crypto/tls reads over',
    check: 'pki-parse-strictness',
    expect: 'pass',
    change: (node) => onlyAdmin(node).replace(`${PKI}/apiserver.crt`, /(BEGIN CERTIFICATE-----\n)/, '$1name: leaf\n\n'),
    row: { serverVerified: 'yes' },
    alarms: [],
  },
  {
    name: 'a header in the only client CA, which a CA pool passes over',
    check: 'pki-parse-strictness',
    expect: 'fail',
    change: (node) => onlyAdmin(node).replace(`${PKI}/ca.crt`, /(BEGIN CERTIFICATE-----\n)/, '$1name: ca\n\n'),
    row: { clientAuthenticated: 'no' },
  },
  {
    name: 'the first certificate of the serving file is cut off: the CA behind it is not sent in its place',
    check: 'pki-parse-strictness',
    expect: 'fail',
    change: (node) =>
      onlyAdmin(node).write(
        `${PKI}/apiserver.crt`,
        `-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n${node.text(`${PKI}/ca.crt`)}`,
      ),
    row: { serverVerified: 'unknown' },
  },
  withoutKubeconfigs('kubeconfig-ca-present'),
  { name: 'stock', check: 'kubeconfig-ca-matches', expect: 'pass' },
  {
    name: 'the CA of the rebuilt cluster, of the same name',
    check: 'kubeconfig-ca-matches',
    expect: 'fail',
    change: (node) => embed(onlyAdmin(node), ADMIN, 'certificate-authority-data', REBUILT_CA.certificate),
    row: { status: 'fail', serverVerified: 'no', clientAuthenticated: 'yes' },
    alarms: ['fail kubeconfig-ca-matches'],
  },
  {
    name: 'renewed with the same key: other bytes, and it verifies',
    check: 'kubeconfig-ca-matches',
    expect: 'pass',
    change: async (node) => {
      const renewed = await issue({
        subject: 'CN=kubernetes',
        ca: true,
        key: CLUSTER_CA.key,
        notAfter: '2046-01-01T00:00:00Z',
      });
      embed(onlyAdmin(node), ADMIN, 'certificate-authority-data', renewed.certificate);
    },
    row: { serverVerified: 'yes' },
    alarms: [],
  },
  {
    name: 'the serving certificate is not in the input',
    check: 'kubeconfig-ca-matches',
    expect: 'not-assessed',
    change: (node) => node.remove(`${SERVING}.crt`),
    row: { serverVerified: 'unknown' },
    alarms: [STOCK],
  },
  { ...withoutManifest('kubeconfig-ca-matches'), name: 'admin.conf without the manifest' },
  { name: 'stock', check: 'kubeconfig-server-san', expect: 'pass' },
  {
    name: 'a name that the certificate does not have',
    check: 'kubeconfig-server-san',
    expect: 'fail',
    change: (node) => onlyAdmin(node).replace(ADMIN, /server: .*/, 'server: https://api.example.com:6443'),
    message: /api\.example\.com/,
    row: { serverVerified: 'no' },
    alarms: ['fail kubeconfig-server-san'],
  },
  {
    name: 'tls-server-name says which name counts',
    check: 'kubeconfig-server-san',
    expect: 'pass',
    change: (node) =>
      onlyAdmin(node).replace(
        ADMIN,
        /server: .*/,
        'server: https://api.example.com:6443\n    tls-server-name: kubernetes',
      ),
    row: { serverVerified: 'yes' },
    alarms: [],
  },
  {
    name: 'the endpoint of several control planes',
    check: 'kubeconfig-server-san',
    expect: 'pass',
    node: 'kubeadm-v136-hardened-ha',
    row: { serverVerified: 'yes' },
  },
  {
    name: 'names are not told apart by case',
    check: 'kubeconfig-server-san',
    expect: 'pass',
    change: async (node) => {
      serve(onlyAdmin(node), await forApiserver({ dns: ['API.example.com'] })).replace(
        ADMIN,
        /server: .*/,
        'server: https://api.EXAMPLE.com:6443',
      );
    },
    alarms: [],
  },
  {
    name: 'the serving certificate is not in the input',
    check: 'kubeconfig-server-san',
    expect: 'not-assessed',
    change: (node) => node.remove(`${SERVING}.crt`),
  },
];

const client: readonly CheckCase[] = [
  { name: 'stock', check: 'kubeconfig-client-chain', expect: 'pass' },
  {
    name: 'from the rebuilt cluster, of the same name',
    check: 'kubeconfig-client-chain',
    expect: 'fail',
    change: async (node) => authenticate(onlyAdmin(node), ADMIN, await forAdmin({}, REBUILT_CA)),
    row: { status: 'fail', serverVerified: 'yes', clientAuthenticated: 'no' },
    alarms: ['fail kubeconfig-client-chain'],
  },
  {
    name: 'from the old CA, while both are trusted',
    check: 'kubeconfig-client-chain',
    expect: 'pass',
    change: async (node) =>
      authenticate(onlyAdmin(node), ADMIN, await forAdmin({}, REBUILT_CA)).write(
        `${PKI}/ca.crt`,
        CLUSTER_CA.certificate + REBUILT_CA.certificate,
      ),
    row: { clientAuthenticated: 'yes' },
    alarms: [],
  },
  {
    name: 'the client CA is not in the input',
    check: 'kubeconfig-client-chain',
    expect: 'not-assessed',
    change: (node) => node.remove(`${PKI}/ca.crt`),
    row: { clientAuthenticated: 'unknown' },
  },
  { name: 'stock', check: 'pki-eku-client', expect: 'pass' },
  {
    name: 'a certificate for servers; said once',
    check: 'pki-eku-client',
    expect: 'fail',
    change: async (node) => authenticate(onlyAdmin(node), ADMIN, await forAdmin({ use: 'server' })),
    message: /demands clientAuth/,
    row: { clientAuthenticated: 'no' },
    alarms: ['fail pki-eku-client'],
  },
  {
    name: 'no extended key usage is any use',
    check: 'pki-eku-client',
    expect: 'pass',
    change: async (node) =>
      authenticate(onlyAdmin(node), ADMIN, await issue({ subject: 'CN=kubernetes-admin' }, CLUSTER_CA)),
    row: { clientAuthenticated: 'yes' },
    alarms: [],
  },
  {
    name: 'the certificate is a file that is not in the input',
    check: 'pki-eku-client',
    expect: 'not-assessed',
    change: (node) => onlyAdmin(node).replace(ADMIN, /client-certificate-data: .*/, 'client-certificate: admin.crt'),
    message: /\/etc\/kubernetes\/admin\.crt/,
    alarms: [],
  },
  { name: 'stock', check: 'kubeconfig-key-match', expect: 'pass' },
  {
    name: 'the key of another certificate',
    check: 'kubeconfig-key-match',
    expect: 'fail',
    change: (node) => embed(onlyAdmin(node), ADMIN, 'client-key-data', freshKey('ed25519').privateKey),
    message: /do not belong together/,
    alarms: ['fail kubeconfig-key-match'],
  },
  {
    name: 'Ed25519',
    check: 'kubeconfig-key-match',
    expect: 'pass',
    change: async (node) =>
      authenticate(onlyAdmin(node), ADMIN, await forAdmin({ key: freshKey('ed25519').privateKey })),
    alarms: [],
  },
  {
    name: 'the key is a file that is not in the input',
    check: 'kubeconfig-key-match',
    expect: 'not-assessed',
    change: (node) => onlyAdmin(node).replace(ADMIN, /client-key-data: .*/, 'client-key: admin.key'),
    message: /\/etc\/kubernetes\/admin\.key/,
    alarms: [],
  },
  { name: 'stock', check: 'kubeconfig-expiry', expect: 'pass' },
  {
    name: '29 days',
    check: 'kubeconfig-expiry',
    expect: 'warn',
    change: async (node) => authenticate(onlyAdmin(node), ADMIN, await forAdmin({ notAfter: '2026-12-20T12:00:00Z' })),
    message: /admin\.conf ends on 2026-12-20/,
    row: { clientAuthenticated: 'yes' },
    alarms: ['warn kubeconfig-expiry'],
  },
  {
    name: '6 days',
    check: 'kubeconfig-expiry',
    expect: 'fail',
    change: async (node) => authenticate(onlyAdmin(node), ADMIN, await forAdmin({ notAfter: '2026-11-27T12:00:00Z' })),
    alarms: ['fail kubeconfig-expiry'],
  },
  {
    name: 'it has ended; said once',
    check: 'pki-expired',
    expect: 'fail',
    change: async (node) => authenticate(onlyAdmin(node), ADMIN, await forAdmin({ notAfter: '2026-11-21T00:00:00Z' })),
    message: /admin\.conf/,
    row: { clientAuthenticated: 'no' },
    alarms: ['fail pki-expired'],
  },
  withoutKubeconfigs('kubeconfig-expiry'),
];

const credentials: readonly CheckCase[] = [
  { name: 'a certificate', check: 'kubeconfig-credential-kind', expect: 'pass' },
  {
    name: 'an inline token',
    check: 'kubeconfig-credential-kind',
    expect: 'warn',
    change: (node) =>
      onlyAdmin(node)
        .replace(ADMIN, /client-certificate-data: .*/, 'token: abc.def')
        .replace(ADMIN, /\n.*client-key-data: .*/, ''),
    row: { clientAuthenticated: 'unknown' },
    alarms: ['warn kubeconfig-credential-kind'],
  },
  {
    name: 'a password',
    check: 'kubeconfig-credential-kind',
    expect: 'fail',
    change: (node) =>
      onlyAdmin(node)
        .replace(ADMIN, /client-certificate-data: .*/, 'username: admin')
        .replace(ADMIN, /client-key-data: .*/, 'password: secret'),
    message: /password/,
    row: { clientAuthenticated: 'no' },
    alarms: ['fail kubeconfig-credential-kind'],
  },
  {
    name: 'nothing',
    check: 'kubeconfig-credential-kind',
    expect: 'fail',
    change: (node) =>
      onlyAdmin(node).replace(ADMIN, /\n    client-certificate-data: .*\n    client-key-data: .*/, ' {}'),
    message: /no credential/,
    row: { clientAuthenticated: 'no' },
    alarms: ['fail kubeconfig-credential-kind'],
  },
  {
    name: 'an exec plugin',
    check: 'kubeconfig-credential-kind',
    expect: 'not-assessed',
    message: /exec plugin.*auth whoami/,
    change: (node) =>
      onlyAdmin(node)
        .replace(
          ADMIN,
          /client-certificate-data: .*/,
          'exec:\n      apiVersion: client.authentication.k8s.io/v1\n      command: kubelogin\n      interactiveMode: Never',
        )
        .replace(ADMIN, /\n.*client-key-data: .*/, ''),
    row: { clientAuthenticated: 'unknown' },
    alarms: [],
  },
  withoutKubeconfigs('kubeconfig-credential-kind'),
  { name: 'stock', check: 'kubeconfig-file-mode', expect: 'pass' },
  {
    name: 'readable by all',
    check: 'kubeconfig-file-mode',
    expect: 'warn',
    change: (node) => onlyAdmin(node).mode(ADMIN, 0o644),
    message: /0644/,
    alarms: ['warn kubeconfig-file-mode'],
  },
  {
    name: 'readable by its group',
    check: 'kubeconfig-file-mode',
    expect: 'warn',
    change: (node) => onlyAdmin(node).mode(ADMIN, 0o640),
  },
  {
    name: 'of a user of the node',
    check: 'kubeconfig-file-mode',
    expect: 'warn',
    change: (node) => onlyAdmin(node).owner(ADMIN, 1000),
    message: /admin\.conf belongs to user 1000/,
    alarms: ['warn kubeconfig-file-mode'],
  },
  {
    name: 'stricter than 0600',
    check: 'kubeconfig-file-mode',
    expect: 'pass',
    change: (node) => node.mode(ADMIN, 0o400),
  },
  {
    name: 'the input keeps no modes',
    check: 'kubeconfig-file-mode',
    expect: 'not-applicable',
    change: (node) => node.withoutModes(),
  },
  withoutKubeconfigs('kubeconfig-file-mode'),
];

const loopback: readonly CheckCase[] = [
  {
    name: 'no input shows yet when a process was started',
    check: 'apiserver-loopback-cert-age',
    expect: 'not-applicable',
  },
];

const unknownVersion: readonly CheckCase[] = [
  {
    name: 'a version that is not known changes nothing that every version agrees on',
    check: 'kubeconfig-server-san',
    expect: 'pass',
    change: withoutVersion,
    row: { encrypted: 'yes', serverVerified: 'yes', clientAuthenticated: 'yes', minTLSVersion: '1.2' },
  },
];

const caKey: readonly CheckCase[] = [
  {
    name: 'the key of the CA, readable by all',
    check: 'pki-private-key-mode',
    expect: 'fail',
    change: (node) => node.mode(`${PKI}/ca.key`, 0o644),
    message: /pki\/ca\.key has mode 0644/,
    alarms: ['fail pki-private-key-mode', STOCK],
  },
  {
    name: 'the key of the CA under another name beside it',
    check: 'pki-private-key-mode',
    expect: 'fail',
    change: (node) =>
      node
        .copy(`${PKI}/ca.crt`, `${PKI}/clients.pem`)
        .copy(`${PKI}/ca.key`, `${PKI}/clients-key.pem`)
        .mode(`${PKI}/clients-key.pem`, 0o604)
        .setFlag('kube-apiserver', 'client-ca-file', `${PKI}/clients.pem`),
    message: /clients-key\.pem/,
  },
  {
    name: 'a key pasted into the certificate file',
    check: 'pki-private-key-mode',
    expect: 'fail',
    change: (node) =>
      node.write(`${SERVING}.crt`, node.text(`${SERVING}.crt`) + node.text(`${SERVING}.key`), { mode: 0o644 }),
    message: /apiserver\.crt has mode 0644/,
    alarms: ['fail pki-private-key-mode', STOCK],
  },
];

const APISERVER_MANIFEST = '/etc/kubernetes/manifests/kube-apiserver.yaml';

const proxies: readonly CheckCase[] = [
  { name: 'none', check: 'kubeconfig-proxy-url', expect: 'pass', message: /names no proxy/ },
  {
    name: 'a proxy that TLS goes through',
    check: 'kubeconfig-proxy-url',
    expect: 'pass',
    change: (node) => throughProxy(onlyAdmin(node), 'http://me:Geheim17@proxy.example:3128/'),
    message: /^(?!.*Geheim17).*through http:\/\/proxy\.example:3128,/,
    alarms: [],
  },
  {
    name: 'a proxy that reads plain http',
    check: 'kubeconfig-proxy-url',
    expect: 'warn',
    change: (node) => throughProxy(onlyAdmin(node), 'socks5://proxy.example').replace(ADMIN, 'https://', 'http://'),
    message: /reads all of it/,
  },
  {
    name: 'a scheme that client-go refuses',
    check: 'kubeconfig-proxy-url',
    expect: 'fail',
    change: (node) => throughProxy(onlyAdmin(node), 'socks5h://proxy.example'),
    message: /the scheme socks5h, which client-go refuses/,
    alarms: ['fail kubeconfig-proxy-url'],
  },
  {
    name: 'no scheme',
    check: 'kubeconfig-proxy-url',
    expect: 'fail',
    change: (node) => throughProxy(onlyAdmin(node), 'proxy.example'),
    message: /has no scheme/,
  },
  withoutKubeconfigs('kubeconfig-proxy-url'),
];

export const cases: readonly CheckCase[] = [
  ...proxies,
  ...keyExchange,
  ...profiling,
  {
    name: 'what runs is what the manifest says',
    node: 'kubeadm-v136-live',
    check: 'running-config-drift',
    expect: 'pass',
    change: (node) => addWord(node, 'kube-apiserver', '--bind-address=0.0.0.0'),
  },
  {
    name: 'the API server was not restarted after its manifest changed',
    node: 'kubeadm-v136-live',
    check: 'running-config-drift',
    expect: 'warn',
    change: (node) => node.addFlag('kube-apiserver', '--tls-min-version=VersionTLS13'),
    message: /--tls-min-version of the running kube-apiserver is VersionTLS12, and .*:\d+ says VersionTLS13/,
    row: { status: 'warn', minTLSVersion: '1.2' },
  },
  { name: 'no process', check: 'running-config-drift', expect: 'not-applicable' },
  { name: 'no process', check: 'apiserver-loopback-cert-age', expect: 'not-applicable' },
  { name: 'started lately', node: 'kubeadm-v136-live', check: 'apiserver-loopback-cert-age', expect: 'pass' },
  {
    name: 'started three years ago',
    node: 'kubeadm-v136-live',
    check: 'apiserver-loopback-cert-age',
    expect: 'fail',
    at: '2029-12-01T00:00:00Z',
    message: /runs since 2026-11-21; the loopback certificate it made then ends on 2029-11-2/,
  },
  {
    name: 'started a year ago, the version unknown',
    node: 'kubeadm-v136-live',
    check: 'apiserver-loopback-cert-age',
    expect: 'not-assessed',
    at: '2027-12-01T00:00:00Z',
    change: (node) => node.replace(APISERVER_MANIFEST, /image: .*/, 'image: registry.k8s.io/kube-apiserver@sha256:0'),
  },

  ...authorization,
  ...flagChecks,
  ...superAdmin,
  ...readable,
  ...trust,
  ...client,
  ...credentials,
  ...loopback,
  ...unknownVersion,
  ...sniOfUsers,
  ...dangling,
  ...caKey,
  ...trustScope(`${PKI}/ca.crt`, STOCK),
  {
    name: 'no name that the certificate lacks',
    check: 'pki-kubeadm-config-drift',
    expect: 'pass',
    beside: {
      'kubeadm-config.yaml': kubeadmConfigMap().replace(
        '    apiServer: {}\n',
        '    apiServer:\n      certSANs:\n      - kubernetes.default\n      - 10.20.0.11\n',
      ),
    },
  },
  {
    name: 'names that were added to the configuration alone',
    check: 'pki-kubeadm-config-drift',
    expect: 'warn',
    beside: {
      'kubeadm-config.yaml': kubeadmConfigMap()
        .replace('    apiServer: {}\n', '    apiServer:\n      certSANs:\n      - "*.apps.example.com"\n')
        .replace(
          '    controllerManager: {}\n',
          '    controlPlaneEndpoint: api.example.com:6443\n    controllerManager: {}\n',
        ),
    },
    message: /\*\.apps\.example\.com \(apiServer\.certSANs\) and api\.example\.com \(controlPlaneEndpoint\)/,
    row: { status: 'warn' },
  },
  {
    name: 'the certificate is not in the input',
    check: 'pki-kubeadm-config-drift',
    expect: 'not-assessed',
    change: (node) => node.remove('/etc/kubernetes/pki/apiserver.crt'),
    beside: {
      'kubeadm-config.yaml': kubeadmConfigMap().replace(
        '    controllerManager: {}\n',
        '    controlPlaneEndpoint: api.example.com:6443\n    controllerManager: {}\n',
      ),
    },
  },
  { name: 'no configuration', check: 'pki-kubeadm-config-drift', expect: 'not-applicable' },
  {
    name: 'what kubeadm writes itself',
    check: 'kubeadm-certificate-settings',
    expect: 'pass',
    beside: { 'kubeadm-config.yaml': kubeadmConfigMap() },
  },
  {
    name: 'ten years',
    check: 'kubeadm-certificate-settings',
    expect: 'warn',
    beside: { 'kubeadm-config.yaml': kubeadmConfigMap().replace('8760h0m0s', '87600h') },
    message: /more than a year/,
  },
  {
    name: 'longer than the CA',
    check: 'kubeadm-certificate-settings',
    expect: 'warn',
    beside: { 'kubeadm-config.yaml': kubeadmConfigMap().replace('87600h0m0s', '720h') },
    message: /the CA ends first/,
  },
  {
    name: 'an algorithm of its own',
    check: 'kubeadm-certificate-settings',
    expect: 'fail',
    beside: { 'kubeadm-config.yaml': kubeadmConfigMap().replace('RSA-2048', 'Ed25519') },
    message: /kubeadm does not know/,
  },
  {
    name: 'days are no unit of Go',
    check: 'kubeadm-certificate-settings',
    expect: 'fail',
    beside: { 'kubeadm-config.yaml': kubeadmConfigMap().replace('8760h0m0s', '365d') },
    message: /no duration/,
  },
  {
    name: 'a broken configuration',
    check: 'kubeadm-certificate-settings',
    expect: 'not-assessed',
    beside: { 'kubeadm-config.yaml': `${withFlag('scheduler', 'profiling', 'false')}\n  - [` },
  },
  { name: 'no configuration', check: 'kubeadm-certificate-settings', expect: 'not-applicable' },
  {
    name: 'what kubeadm wrote itself',
    check: 'kubeadm-config-accepted',
    expect: 'pass',
    beside: { 'kubeadm-config.yaml': kubeadmConfigMap() },
  },
  {
    name: 'a version that kubeadm has forgotten',
    check: 'kubeadm-config-accepted',
    expect: 'fail',
    beside: { 'kubeadm-config.yaml': kubeadmConfigMap().replace('v1beta4', 'v1beta2') },
    message: /kubeadm 1\.36\.3 does not read kubeadm\.k8s\.io\/v1beta2/,
    row: { status: 'fail' },
  },
  {
    name: 'a broken configuration',
    check: 'kubeadm-config-accepted',
    expect: 'not-assessed',
    beside: { 'kubeadm-config.yaml': `${kubeadmConfigMap()}\n  - [` },
  },
  {
    name: "a component's gate among kubeadm's",
    check: 'kubeadm-config-accepted',
    expect: 'fail',
    beside: {
      'kubeadm-config.yaml': kubeadmConfigMap().replace(
        '    dns: {}\n',
        '    dns: {}\n    featureGates:\n      RotateKubeletServerCertificate: true\n',
      ),
    },
    message: /is no feature gate of kubeadm/,
  },
  {
    name: 'keys of an elliptic curve by the old gate',
    check: 'kubeadm-certificate-settings',
    expect: 'pass',
    beside: {
      'kubeadm-config.yaml': kubeadmConfigMap()
        .replace('    encryptionAlgorithm: RSA-2048\n', '')
        .replace('    dns: {}\n', '    dns: {}\n    featureGates:\n      PublicKeysECDSA: true\n'),
    },
    message: /ECDSA-P256/,
  },
  { name: 'stock: 0600', check: 'pki-manifest-mode', expect: 'pass' },
  {
    name: 'readable by every user',
    check: 'pki-manifest-mode',
    expect: 'warn',
    change: (node) => node.mode(APISERVER_MANIFEST, 0o644),
    message: /kube-apiserver\.yaml has mode 0644: every user of the node reads/,
    alarms: [STOCK, 'warn pki-manifest-mode'],
  },
  {
    name: 'readable by a group',
    check: 'pki-manifest-mode',
    expect: 'pass',
    change: (node) => node.mode(APISERVER_MANIFEST, 0o640, { gid: 27 }),
    alarms: [STOCK],
  },
  {
    name: 'writable by a group',
    check: 'pki-manifest-mode',
    expect: 'warn',
    change: (node) => node.mode(APISERVER_MANIFEST, 0o660, { gid: 27 }),
    message: /its group \(gid 27\) can have the kubelet run what they please as root/,
  },
  {
    name: "another user's",
    check: 'pki-manifest-mode',
    expect: 'warn',
    change: (node) => node.owner(APISERVER_MANIFEST, 1000),
    message: /belongs to user 1000 and not to root/,
  },
  {
    name: 'of a process that runs, the manifest that starts it again',
    check: 'pki-manifest-mode',
    node: 'kubeadm-v136-live',
    expect: 'warn',
    change: (node) => node.mode(APISERVER_MANIFEST, 0o644),
  },
  {
    name: 'the input keeps no modes',
    check: 'pki-manifest-mode',
    expect: 'not-applicable',
    change: (node) => node.withoutModes(),
  },
  {
    name: 'the manifest is not in the input',
    check: 'pki-manifest-mode',
    expect: 'not-assessed',
    change: (node) => node.remove(APISERVER_MANIFEST),
  },
  {
    name: 'stock: the controller manager signs with it',
    check: 'pki-ca-key-on-node',
    expect: 'pass',
    message: /pki\/ca\.key lies on this control-plane node: the controller manager signs/,
  },
  {
    name: 'an external CA',
    check: 'pki-ca-key-on-node',
    expect: 'pass',
    change: (node) => node.remove(`${PKI}/ca.key`),
    message: /holds no private key of the CAs/,
  },
  {
    name: 'the CA is not in the input',
    check: 'pki-ca-key-on-node',
    expect: 'not-assessed',
    change: (node) => node.remove(`${PKI}/ca.crt`),
  },
  { name: 'stock', check: 'pki-ca-reuse', expect: 'pass' },
  {
    name: 'that it is the CA of etcd too is said where etcd is dialled',
    check: 'pki-ca-reuse',
    expect: 'not-applicable',
    change: (node) => node.write(`${PKI}/etcd/ca.crt`, node.text(`${PKI}/ca.crt`)),
    message: /etcd-unique-ca/,
  },
  {
    name: 'that it is the CA of front proxies too is said on their row',
    check: 'pki-ca-reuse',
    expect: 'not-applicable',
    change: (node) => node.setFlag('kube-apiserver', 'requestheader-client-ca-file', `${PKI}/ca.crt`),
    message: /front-proxy-ca-distinct/,
    alarms: [STOCK],
  },
  {
    name: 'a certificate for a name that nobody dials has ended: who comes by address goes on',
    check: 'pki-expired',
    expect: 'fail',
    change: (node) =>
      node
        .write('/etc/kubernetes/pki/public.crt', endedByName.certificate)
        .write('/etc/kubernetes/pki/public.key', endedByName.key)
        .addFlag('kube-apiserver', '--tls-sni-cert-key=/etc/kubernetes/pki/public.crt,/etc/kubernetes/pki/public.key'),
    message: /public\.crt ended on 2026-11-20 .* so clients that verify it refuse the connection/,
    row: { serverVerified: 'yes' },
  },
  { name: 'one node', check: 'pki-ha-drift', expect: 'not-applicable' },
  {
    name: 'two nodes, as kubeadm joins them',
    check: 'pki-ha-drift',
    node: 'kubeadm-v136-hardened-ha',
    second: secondNode,
    expect: 'pass',
    message: /Nothing differs between cp-1 and cp-2/,
    alarms: [],
  },
  {
    name: 'two nodes, one with another CA',
    check: 'pki-ha-drift',
    node: 'kubeadm-v136-hardened-ha',
    second: async () => rebuilt(await secondNode(), 'ca'),
    expect: 'fail',
    message: /pki\/ca\.crt of cp-1 and .*pki\/ca\.crt of cp-2 have no CA in common/,
    alarms: ['fail pki-ha-drift'],
  },
  {
    name: 'two nodes while the CA is replaced: the old one and both',
    check: 'pki-ha-drift',
    node: 'kubeadm-v136-hardened-ha',
    second: async () => {
      const node = await secondNode();
      return node.write(`${PKI}/ca.crt`, node.text(`${PKI}/ca.crt`) + REBUILT_CA.certificate);
    },
    expect: 'pass',
  },
  {
    name: 'two nodes with one serving certificate',
    check: 'pki-ha-drift',
    node: 'kubeadm-v136-hardened-ha',
    change: async (node) => {
      const other = await secondNode();
      node.write(`${SERVING}.crt`, other.text(`${SERVING}.crt`)).write(`${SERVING}.key`, other.text(`${SERVING}.key`));
    },
    second: secondNode,
    expect: 'warn',
    message: /apiserver\.crt of cp-1 has the same private key as .*apiserver\.crt of cp-2/,
  },
  {
    name: 'two nodes of two clusters, nothing of them the same',
    check: 'pki-ha-drift',
    node: 'kubeadm-v136-hardened-ha',
    second: async () => ofOtherEndpoint(await rebuilt(await withoutMembers(), 'ca', 'front-proxy-ca', 'etcd/ca', 'sa')),
    expect: 'not-applicable',
    alarms: [],
  },
  {
    name: 'two nodes of two clusters that have two CAs in common',
    check: 'pki-ha-drift',
    node: 'kubeadm-v136-hardened-ha',
    second: async () => ofOtherEndpoint(await rebuilt(await withoutMembers(), 'ca', 'sa')),
    expect: 'not-assessed',
    message: /Whether cp-1 and cp-2 are of one cluster is not known.*If they are: /,
    alarms: [],
  },
  {
    name: 'two nodes that have nothing but the name of their endpoint in common',
    check: 'pki-ha-drift',
    node: 'kubeadm-v136-hardened-ha',
    second: async () => rebuilt(await withoutMembers(), 'ca', 'front-proxy-ca', 'etcd/ca', 'sa'),
    expect: 'not-assessed',
    alarms: [],
  },
  {
    name: 'two nodes of clusters of one template, members of etcd and all',
    check: 'pki-ha-drift',
    node: 'kubeadm-v136-hardened-ha',
    second: async () => rebuilt(await secondNode(), 'ca', 'front-proxy-ca', 'etcd/ca', 'sa'),
    expect: 'not-assessed',
    alarms: [],
  },
  {
    name: 'two nodes of one endpoint with other keys in common',
    check: 'pki-ha-drift',
    node: 'kubeadm-v136-hardened-ha',
    second: async () => rebuilt(await withoutMembers(), 'ca'),
    expect: 'fail',
  },
  {
    name: 'two states of one node',
    check: 'pki-ha-drift',
    node: 'kubeadm-v136-hardened-ha',
    second: async () => rebuilt(await realNode('kubeadm-v136-hardened-ha'), 'ca'),
    expect: 'not-applicable',
    alarms: [],
  },
  {
    name: 'the CA of the other node is not in the input',
    check: 'pki-ha-drift',
    node: 'kubeadm-v136-hardened-ha',
    second: async () => (await secondNode()).remove(`${PKI}/ca.crt`),
    expect: 'not-assessed',
    message: /Of cp-2: .*ca\.crt is not in the input/,
  },
];
