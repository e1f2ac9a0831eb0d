import { withUnshown } from '../support/apiserver.ts';
import type { CheckCase } from '../support/cases.ts';
import type { EditableNode } from '../support/node.ts';

/** In a folder that the container sees. */
const FILE = '/etc/kubernetes/pki/encryption.yaml';
const KEY = 'aescbc: {keys: [{name: key1, secret: MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=}]}';
const V2 = 'kms: {apiVersion: v2, name: vault, endpoint: "unix:///run/kms/vault.sock", timeout: 3s}';

const encryption = (node: EditableNode, ...providers: readonly string[]): EditableNode =>
  node.addFlag('kube-apiserver', `--encryption-provider-config=${FILE}`).write(
    FILE,
    `apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
- resources: [secrets]
  providers:
${providers.map((provider) => `  - ${provider}\n`).join('')}`,
  );

export const cases: readonly CheckCase[] = [
  {
    name: 'a plugin over v2',
    check: 'kms-api-version',
    expect: 'pass',
    change: (node) => encryption(node, V2, 'identity: {}'),
    row: { status: 'pass', encrypted: 'n/a' },
    alarms: [],
  },
  {
    name: 'v1 is off from 1.29 on',
    check: 'kms-api-version',
    expect: 'fail',
    change: (node) => encryption(node, V2.replace('apiVersion: v2, ', '')),
    message: /switched off: the API server does not start/,
    alarms: ['fail kms-api-version'],
  },
  {
    name: 'v1 with its gate',
    check: 'kms-api-version',
    expect: 'warn',
    change: (node) => encryption(node, V2.replace('v2', 'v1')).addFlag('kube-apiserver', '--feature-gates=KMSv1=true'),
    alarms: ['warn kms-api-version'],
  },
  {
    name: 'v1 is deprecated in 1.28',
    node: 'kubeadm-v128-default',
    check: 'kms-api-version',
    expect: 'warn',
    change: (node) => encryption(node, V2.replace('v2', 'v1')),
  },
  {
    name: 'the flag has a value that nothing shows',
    check: 'kms-api-version',
    expect: 'not-assessed',
    change: (node) => withUnshown(node, 'encryption-provider-config'),
  },
  {
    name: 'keys in the file: no plugin',
    check: 'encryption-secrets',
    expect: 'not-applicable',
    change: (node) => encryption(node, KEY, 'identity: {}'),
    message: /No KMS plugin is asked: .*encryption\.yaml holds the keys itself \(aescbc\)/,
    row: { status: 'not-applicable' },
  },
  { name: 'a plugin first', check: 'encryption-secrets', expect: 'pass', change: (node) => encryption(node, V2) },
  {
    name: 'identity first',
    check: 'encryption-secrets',
    expect: 'warn',
    change: (node) => encryption(node, 'identity: {}', KEY),
    message: /The first provider for Secrets is identity/,
    alarms: ['warn encryption-secrets'],
  },
  {
    name: 'Secrets are in no entry',
    check: 'encryption-secrets',
    expect: 'warn',
    change: (node) => encryption(node, V2).replace(FILE, '[secrets]', '[configmaps]'),
    message: /No entry of the configuration covers Secrets/,
  },
  {
    name: 'all resources',
    check: 'encryption-secrets',
    expect: 'pass',
    change: (node) => encryption(node, V2).replace(FILE, '[secrets]', "['*.*']"),
  },
  {
    name: 'the flag has a value that nothing shows, so nothing is known of Secrets',
    check: 'encryption-secrets',
    expect: 'not-assessed',
    change: (node) => withUnshown(node, 'encryption-provider-config'),
  },
  { name: 'a good file', check: 'encryption-config-valid', expect: 'pass', change: (node) => encryption(node, V2) },
  {
    name: 'an endpoint that is no socket',
    check: 'encryption-config-valid',
    expect: 'fail',
    change: (node) => encryption(node, V2.replace('unix:///run/kms/vault.sock', 'tcp://10.0.0.9:5000')),
    message: /encryption\.yaml:6 is refused: the endpoint of resources\[0\]\.providers\[0\] is no unix socket/,
    alarms: ['fail encryption-config-valid'],
  },
  {
    name: 'two providers in one entry',
    check: 'encryption-config-valid',
    expect: 'fail',
    change: (node) => encryption(node, `identity: {}\n    ${KEY}`),
    message: /names more than one provider/,
  },
  {
    name: 'the file is not in the input',
    check: 'encryption-config-valid',
    expect: 'not-assessed',
    change: (node) => encryption(node, V2).remove(FILE),
  },
];
