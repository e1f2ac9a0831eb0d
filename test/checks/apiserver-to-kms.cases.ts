import { atVersion, withUnshown } from '../support/apiserver.ts';
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
    name: 'an empty apiVersion is v1',
    check: 'kms-api-version',
    expect: 'fail',
    change: (node) => encryption(node, V2.replace('apiVersion: v2', 'apiVersion: ""')),
    message: /vault is configured for KMS v1, which this version has switched off/,
    alarms: ['fail kms-api-version'],
  },
  {
    name: 'v2 in 1.26, where its gate is off',
    check: 'kms-api-version',
    expect: 'fail',
    change: (node) => atVersion(encryption(node, V2), '1.26.15'),
    message: /vault is configured for KMS v2, and the gate KMSv2 is off/,
  },
  {
    name: 'v1 in 1.28 with its gate off',
    node: 'kubeadm-v128-default',
    check: 'kms-api-version',
    expect: 'fail',
    change: (node) => encryption(node, V2.replace('v2', 'v1')).addFlag('kube-apiserver', '--feature-gates=KMSv1=false'),
    message: /which its gate KMSv1 has switched off/,
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
    name: 'Secrets of the core group, written out',
    check: 'encryption-secrets',
    expect: 'pass',
    change: (node) => encryption(node, V2).replace(FILE, '[secrets]', '[secrets.]'),
    alarms: [],
  },
  {
    name: 'all resources, where nothing knows wildcards yet',
    check: 'encryption-secrets',
    expect: 'warn',
    change: (node) => atVersion(encryption(node, KEY), '1.26.15').replace(FILE, '[secrets]', "['*.*']"),
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
    message: /encryption\.yaml:6 is refused: resources\[0\]\.providers\[0\] has an endpoint that is no unix socket/,
    alarms: ['fail encryption-config-valid'],
  },
  ...(
    [
      ['a star alone', '[secrets]', "['*']", /names \*: `\*\.` is the core group/],
      ['a resource twice', '[secrets]', '[secrets, secrets.]', /names secrets\. twice/],
      ['a resource beside its group', '[secrets]', "[secrets, '*.']", /names secrets beside \*\., which covers it/],
      ['a resource with capitals', '[secrets]', '[Secrets]', /names Secrets, where capitals may not be/],
      ['v2 with a cache', 'timeout: 3s', 'cachesize: 10', /has a cachesize, which v2 does not know/],
      ['a plugin without a name', 'name: vault, ', '', /has no name/],
      ['no time to answer', 'timeout: 3s', 'timeout: 0s', /has a timeout that is not above 0/],
      ['a name with a colon', 'vault,', '"a:b",', /has a colon in its name/],
      ['identity without braces', V2, 'identity:', /names no provider \(an empty one is written identity: \{\}\)/],
      ['no keys', V2, 'secretbox: {keys: []}', /has no keys/],
      [
        'a short key',
        V2,
        KEY.replace('MDEyMzQ1Njc4OWFiY2Rl', 'MDEy'),
        /has a key in keys\[0\] of 20 bytes, where 16 or 24 or 32/,
      ],
      [
        'a key that is not base64',
        V2,
        KEY.replace('MDEy', 'not base64'),
        /has a secret in keys\[0\] that is not base64/,
      ],
    ] as const
  ).map(([name, from, to, message]): CheckCase => ({
    name,
    check: 'encryption-config-valid',
    expect: 'fail',
    change: (node) => encryption(node, V2).replace(FILE, from, to),
    message,
    row: { status: 'fail' },
    alarms: ['fail encryption-config-valid'],
  })),
  {
    name: 'two plugins of one name',
    check: 'encryption-config-valid',
    expect: 'fail',
    change: (node) => encryption(node, V2, V2),
    message: /providers\[1\] has a name that another plugin has/,
  },
  {
    name: 'a resource that an earlier entry covers',
    check: 'encryption-config-valid',
    expect: 'fail',
    change: (node) =>
      encryption(node, KEY).replace(
        FILE,
        '- resources: [secrets]',
        `- resources: ['*.']\n  providers: [{identity: {}}]\n- resources: [secrets]`,
      ),
    message: /resources\[1\] names secrets, which \*\. of an earlier entry covers/,
  },
  {
    name: 'a resource before the wildcard that covers it',
    check: 'encryption-config-valid',
    expect: 'pass',
    change: (node) =>
      encryption(node, KEY, V2).replace(
        FILE,
        '- resources: [secrets]',
        `- resources: [secrets]\n  providers: [{identity: {}}]\n- resources: ['*.']`,
      ),
  },
  {
    name: 'a star alone up to 1.26, which nobody asks about',
    check: 'encryption-config-valid',
    expect: 'pass',
    change: (node) => atVersion(encryption(node, V2), '1.26.15').replace(FILE, '[secrets]', "[secrets, '*']"),
  },
  {
    name: 'a field that there is not',
    check: 'encryption-config-valid',
    expect: 'fail',
    change: (node) => encryption(node, V2.replace('timeout', 'timeOut')),
    message: /kms\.timeOut is no field of this version, so the API server does not start/,
  },
  {
    name: 'a field that there is not, up to 1.30',
    check: 'encryption-config-valid',
    expect: 'warn',
    change: (node) => atVersion(encryption(node, V2.replace('timeout', 'timeOut')), '1.30.14'),
    message:
      /encryption\.yaml:6: .*kms\.timeOut is no field of this version, and has no effect; a later version does not start/,
    alarms: ['warn encryption-config-valid'],
  },
  {
    name: 'a field that there is not beside keys, up to 1.30',
    check: 'encryption-config-valid',
    expect: 'warn',
    change: (node) => atVersion(encryption(node, KEY.replace('name: key1', 'id: 1, name: key1')), '1.30.14'),
    message: /keys\[0\]\.id is no field of this version/,
    row: { status: 'warn' },
    alarms: ['warn encryption-config-valid'],
  },
  {
    name: 'a key given twice, up to 1.30',
    check: 'encryption-config-valid',
    expect: 'warn',
    change: (node) => atVersion(encryption(node, V2.replace('timeout: 3s', 'timeout: 3s, timeout: 4s')), '1.30.14'),
    message: /timeout is given twice, and the last counts; a later version does not start/,
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
