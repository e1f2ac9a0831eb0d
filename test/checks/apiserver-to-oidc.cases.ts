import { atVersion, withUnshown } from '../support/apiserver.ts';
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
  {
    name: 'no prefix by flag: the issuer stands in front',
    check: 'authn-config-prefixes',
    expect: 'pass',
    change: (node) => byFlag(node),
    message: /User names of https:\/\/issuer\.example\.com begin with https:\/\/issuer\.example\.com#/,
    alarms: [],
  },
  {
    name: 'a prefix switched off',
    check: 'authn-config-prefixes',
    expect: 'warn',
    change: (node) => byFlag(node).addFlag('kube-apiserver', '--oidc-username-prefix=-'),
    message: /whoever the issuer calls system:kube-controller-manager/,
    alarms: ['warn authn-config-prefixes'],
  },
  {
    name: 'addresses of mail get none',
    check: 'authn-config-prefixes',
    expect: 'pass',
    change: (node) => byFlag(node).addFlag('kube-apiserver', '--oidc-username-claim=email'),
    message: /addresses of mail/,
  },
  {
    name: 'groups by flag have no prefix unless one is written',
    check: 'authn-config-prefixes',
    expect: 'warn',
    change: (node) => byFlag(node).addFlag('kube-apiserver', '--oidc-groups-claim=groups'),
    message: /a group called system:masters may do anything/,
    row: { status: 'warn' },
  },
  {
    name: 'groups with a prefix',
    check: 'authn-config-prefixes',
    expect: 'pass',
    change: (node) =>
      byFlag(node)
        .addFlag('kube-apiserver', '--oidc-groups-claim=groups')
        .addFlag('kube-apiserver', '--oidc-groups-prefix=oidc:'),
    message: /Groups of .* begin with oidc:/,
  },
  {
    name: 'a prefix that is the one of the cluster',
    check: 'authn-config-prefixes',
    expect: 'fail',
    change: (node) => byFile(node).replace(CONFIG, 'prefix: "oidc:"', 'prefix: "system:"'),
    message: /begin with system:, as those of the cluster do/,
  },
  {
    name: 'an empty prefix in the file',
    check: 'authn-config-prefixes',
    expect: 'warn',
    change: (node) => byFile(node).replace(CONFIG, 'prefix: "oidc:"', 'prefix: ""'),
    message: /taken as they are/,
  },
  {
    name: 'an empty prefix, and the names of the cluster refused',
    check: 'authn-config-prefixes',
    expect: 'pass',
    change: (node) =>
      byFile(node).replace(
        CONFIG,
        'username: {claim: sub, prefix: "oidc:"}\n',
        `username: {claim: sub, prefix: ""}
    groups: {claim: groups, prefix: ""}
  userValidationRules:
  - expression: "!user.username.startsWith('system:')"
  - expression: "user.groups.all(group, !group.startsWith('system:'))"
`,
      ),
    message: /that begin with system: are refused/,
  },
  {
    name: 'the names of users refused, those of groups not',
    check: 'authn-config-prefixes',
    expect: 'warn',
    change: (node) =>
      byFile(node).replace(
        CONFIG,
        'username: {claim: sub, prefix: "oidc:"}\n',
        `username: {claim: sub, prefix: ""}
    groups: {claim: groups, prefix: ""}
  userValidationRules:
  - expression: "!user.username.startsWith('system:')"
`,
      ),
    message: /Groups of .* are taken as they are/,
  },
  {
    name: 'an expression with a text in front',
    check: 'authn-config-prefixes',
    expect: 'pass',
    change: (node) =>
      byFile(node).replace(
        CONFIG,
        'username: {claim: sub, prefix: "oidc:"}',
        `username: {expression: "'oidc:' + claims.sub"}`,
      ),
    message: /begin with oidc:/,
  },
  {
    name: 'an expression that nobody here evaluates',
    check: 'authn-config-prefixes',
    expect: 'not-assessed',
    change: (node) =>
      byFile(node).replace(
        CONFIG,
        'username: {claim: sub, prefix: "oidc:"}',
        'username: {expression: "claims.sub.lowerAscii()"}',
      ),
    message: /come out of an expression in CEL/,
  },
  {
    name: 'a rule that nobody here evaluates',
    check: 'authn-config-prefixes',
    expect: 'not-assessed',
    change: (node) =>
      byFile(node).replace(
        CONFIG,
        'username: {claim: sub, prefix: "oidc:"}\n',
        `username: {claim: sub, prefix: ""}
  userValidationRules:
  - expression: "user.username.matches('^[a-z]+$')"
`,
      ),
    message: /look at username, in CEL/,
  },
  {
    name: 'the prefix is filled in when the pod starts',
    check: 'authn-config-prefixes',
    expect: 'not-assessed',
    change: (node) => withUnshown(byFlag(node), 'oidc-username-prefix'),
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
  ...(
    [
      [
        'http in the file',
        ISSUER,
        'http://issuer.example.com',
        /:5 is refused: jwt\[0\] has an issuer\.url that is not https/,
      ],
      [
        'no issuer',
        `url: ${ISSUER}`,
        'discoveryURL: https://keys.example.com',
        /is refused: jwt\[0\] has no issuer\.url/,
      ],
      ['a URL with a query', ISSUER, `${ISSUER}?tenant=a`, /has an issuer\.url that has a query/],
      ['a URL with a fragment', ISSUER, `"${ISSUER}#a"`, /has an issuer\.url that has a fragment/],
      ['a URL with a password', 'https://', 'https://user:hidden@', /has an issuer\.url that has a user or password/],
      ['no audience', 'audiences: [kubernetes]', 'audiences: []', /has no audiences/],
      [
        'several audiences',
        '[kubernetes]',
        '[kubernetes, other]',
        /has several audiences without `audienceMatchPolicy: MatchAny`/,
      ],
      ['no user name', 'username:', 'groups:', /has neither claim nor expression in claimMappings\.username/],
      ['no prefix', ', prefix: "oidc:"', '', /has no prefix in claimMappings\.username/],
    ] as const
  ).map(([name, from, to, message]): CheckCase => ({
    name: `${name}, in the file`,
    check: 'authentication-config-valid',
    expect: 'fail',
    change: (node) => byFile(node).replace(CONFIG, from, to),
    message,
    row: { status: 'fail', encrypted: 'unknown', serverVerified: 'unknown' },
    alarms: ['fail authentication-config-valid'],
  })),
  {
    name: 'two authenticators for one issuer',
    check: 'authentication-config-valid',
    expect: 'fail',
    change: (node) => {
      const jwt = /jwt:\n([^]*)$/.exec(byFile(node).text(CONFIG))?.[1] ?? '';
      return node.write(CONFIG, `${node.text(CONFIG)}${jwt}`);
    },
    message: /jwt\[1\] has an issuer\.url that another has/,
  },
  {
    name: 'an empty discovery URL is none',
    check: 'oidc-issuer-https',
    expect: 'pass',
    change: (node) => byFile(node).replace(CONFIG, 'audiences:', 'discoveryURL: ""\n    audiences:'),
    row: { status: 'pass' },
    alarms: [],
  },
  {
    name: 'a query by flag',
    check: 'oidc-issuer-https',
    expect: 'fail',
    change: (node) => byFlag(node, `${ISSUER}?tenant=a`),
    message: /has a query, so the API server does not start/,
  },
  {
    name: 'a query by flag up to 1.28',
    node: 'kubeadm-v128-default',
    check: 'oidc-issuer-https',
    expect: 'pass',
    change: (node) => byFlag(node, `${ISSUER}?tenant=a`),
  },
  {
    name: 'any other flag beside the file',
    check: 'authentication-config-exclusive',
    expect: 'fail',
    change: (node) => byFile(node).addFlag('kube-apiserver', '--oidc-username-claim=sub'),
    message: /--authentication-config and --oidc-username-claim exclude each other/,
    alarms: ['fail authentication-config-exclusive'],
  },
  { name: 'issuer and client', check: 'oidc-flags-complete', expect: 'pass', change: (node) => byFlag(node) },
  {
    name: 'an issuer without a client',
    check: 'oidc-flags-complete',
    expect: 'fail',
    change: (node) => byFlag(node).removeFlag('kube-apiserver', 'oidc-client-id'),
    message: /--oidc-issuer-url is set without --oidc-client-id: the API server does not start/,
    row: { status: 'fail' },
    alarms: ['fail oidc-flags-complete'],
  },
  {
    name: 'a client without an issuer',
    check: 'oidc-flags-complete',
    expect: 'fail',
    change: (node) => node.addFlag('kube-apiserver', '--oidc-client-id=kubernetes'),
    message: /--oidc-client-id is set without --oidc-issuer-url/,
    row: { status: 'fail', encrypted: 'unknown' },
  },
  {
    name: 'a claim without an issuer',
    check: 'oidc-flags-complete',
    expect: 'fail',
    change: (node) => node.addFlag('kube-apiserver', '--oidc-groups-claim=groups'),
    message: /--oidc-groups-claim is set without --oidc-issuer-url and --oidc-client-id/,
  },
  {
    name: 'a claim without an issuer up to 1.28, which is without effect',
    node: 'kubeadm-v128-default',
    check: 'oidc-flags-complete',
    expect: 'not-applicable',
    change: (node) => node.addFlag('kube-apiserver', '--oidc-groups-claim=groups'),
    row: { status: 'not-applicable' },
  },
  {
    name: 'the client is filled in when the pod starts',
    check: 'oidc-flags-complete',
    expect: 'not-assessed',
    change: (node) => withUnshown(byFlag(node).removeFlag('kube-apiserver', 'oidc-client-id'), 'oidc-client-id'),
  },
  { name: 'an issuer of its own', check: 'oidc-issuer-distinct', expect: 'pass', change: (node) => byFile(node) },
  {
    name: 'the issuer of service accounts, by file',
    check: 'oidc-issuer-distinct',
    expect: 'fail',
    change: (node) => byFile(node, 'https://kubernetes.default.svc.cluster.local'),
    message: /is a --service-account-issuer too/,
    alarms: ['fail oidc-issuer-distinct'],
  },
  {
    name: 'the issuer of service accounts in 1.29, which does not ask',
    check: 'oidc-issuer-distinct',
    expect: 'not-applicable',
    change: (node) => atVersion(byFlag(node, 'https://kubernetes.default.svc.cluster.local'), '1.29.15'),
  },
  {
    name: 'the issuer of service accounts is filled in when the pod starts',
    check: 'oidc-issuer-distinct',
    expect: 'not-assessed',
    change: (node) =>
      withUnshown(byFlag(node).removeFlag('kube-apiserver', 'service-account-issuer'), 'service-account-issuer'),
  },
];
