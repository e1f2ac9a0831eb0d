import { withUnshown } from '../support/apiserver.ts';
import type { CheckCase } from '../support/cases.ts';
import type { EditableNode } from '../support/node.ts';

const CONFIG = '/etc/kubernetes/pki/authentication.yaml';
const ISSUER = 'https://issuer.example.com';

const byFlag = (node: EditableNode, url = ISSUER): EditableNode =>
  node.addFlag('kube-apiserver', '--oidc-client-id=kubernetes').addFlag('kube-apiserver', `--oidc-issuer-url=${url}`);

const withCA = (node: EditableNode, file = '/etc/kubernetes/pki/ca.crt'): EditableNode =>
  byFlag(node).addFlag('kube-apiserver', `--oidc-ca-file=${file}`);

const byFile = (node: EditableNode, url = ISSUER, ca = node.text('/etc/kubernetes/pki/ca.crt')): EditableNode =>
  node.addFlag('kube-apiserver', `--authentication-config=${CONFIG}`).write(
    CONFIG,
    `apiVersion: apiserver.config.k8s.io/v1
kind: AuthenticationConfiguration
jwt:
- issuer:
    url: ${url}
    audiences: [kubernetes]
    certificateAuthority: |
${ca
  .trim()
  .split('\n')
  .map((line) => `      ${line}\n`)
  .join('')}  claimMappings:
    username: {claim: sub, prefix: "oidc:"}
`,
  );

export const cases: readonly CheckCase[] = [
  {
    name: 'no issuer',
    check: 'oidc-ca',
    expect: 'not-applicable',
    message: /OpenID Connect is off/,
    row: { status: 'not-applicable' },
  },
  {
    name: 'an issuer by flag, with a CA',
    check: 'oidc-ca',
    expect: 'pass',
    change: (node) => withCA(node),
    row: { status: 'pass', encrypted: 'yes', serverVerified: 'yes', clientAuthenticated: 'n/a' },
    alarms: [],
  },
  {
    name: 'a public issuer',
    check: 'oidc-ca',
    expect: 'pass',
    change: (node) => byFlag(node),
    message: /verified with the public CAs/,
    row: { status: 'pass', serverVerified: 'unknown' },
  },
  {
    name: 'the CA has ended',
    check: 'oidc-ca',
    expect: 'fail',
    change: (node) => withCA(node),
    at: '2037-01-01T00:00:00Z',
    message: /the CA for https:\/\/issuer\.example\.com, ended/,
    row: { status: 'fail', serverVerified: 'no' },
  },
  {
    name: 'the CA in the file has ended',
    check: 'oidc-ca',
    expect: 'fail',
    change: (node) => byFile(node),
    at: '2037-01-01T00:00:00Z',
    message: /authentication\.yaml jwt\[0\]\.issuer\.certificateAuthority, the CA for .*ended/,
  },
  {
    name: 'the CA in the file is none',
    check: 'oidc-ca',
    expect: 'fail',
    change: (node) => byFile(node, ISSUER, 'no certificate'),
    message: /holds no certificate that Kubernetes can read/,
  },
  {
    name: 'the CA is not in the input',
    check: 'oidc-ca',
    expect: 'not-assessed',
    change: (node) => withCA(node, '/etc/kubernetes/pki/issuer-ca.crt'),
  },
  {
    name: 'https, by file',
    check: 'oidc-issuer-https',
    expect: 'pass',
    change: (node) => byFile(node),
    row: { status: 'pass', serverVerified: 'yes' },
    alarms: [],
  },
  {
    name: 'http by flag',
    check: 'oidc-issuer-https',
    expect: 'fail',
    change: (node) => byFlag(node, 'http://issuer.example.com'),
    alarms: ['fail oidc-issuer-https'],
  },
  {
    name: 'the issuer is filled in when the pod starts',
    check: 'oidc-issuer-https',
    expect: 'not-assessed',
    change: (node) => withUnshown(node, 'oidc-issuer-url'),
  },
  { name: 'a good file', check: 'authentication-config-valid', expect: 'pass', change: (node) => byFile(node) },
  {
    name: 'a broken file beside flags',
    check: 'authentication-config-valid',
    expect: 'fail',
    change: (node) => byFlag(byFile(node)).replace(CONFIG, 'jwt:', 'jwtt:'),
    message: /jwtt is no field of this version, so the API server does not start/,
  },
  {
    name: 'the file is not in the input, and a flag names an issuer',
    check: 'authentication-config-valid',
    expect: 'not-assessed',
    change: (node) => byFlag(byFile(node)).remove(CONFIG),
  },
  {
    name: 'the file alone',
    check: 'authentication-config-exclusive',
    expect: 'pass',
    change: (node) => byFile(node),
  },
  {
    name: 'file and flag',
    check: 'authentication-config-exclusive',
    expect: 'fail',
    change: (node) => byFlag(byFile(node)),
    message: /exclude each other/,
    alarms: ['fail authentication-config-exclusive'],
  },
  {
    name: 'whether the flag names one is not known',
    check: 'authentication-config-exclusive',
    expect: 'not-assessed',
    change: (node) => withUnshown(byFile(node), 'oidc-issuer-url'),
  },
  {
    name: 'http in the file is refused',
    check: 'oidc-issuer-https',
    expect: 'not-assessed',
    change: (node) => byFile(node, 'http://issuer.example.com'),
    message: /the URL of an issuer is not https/,
    row: { status: 'not-assessed' },
  },
];
