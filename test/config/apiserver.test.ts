import { describe, expect, test } from 'vitest';
import { readAuthenticationConfig } from '../../src/config/apiserver/authentication.ts';
import { readAuthorizationConfig } from '../../src/config/apiserver/authorization.ts';

const FILE = '/etc/kubernetes/auth.yaml';

describe('AuthenticationConfiguration', () => {
  test.each(['v1alpha1', 'v1beta1', 'v1'])('%s', (version) => {
    const text = `apiVersion: apiserver.config.k8s.io/${version}
kind: AuthenticationConfiguration
anonymous:
  enabled: true
  conditions:
  - path: /livez
  - path: /readyz
jwt:
- issuer:
    url: https://issuer.example.com
    audiences: [kubernetes]
  claimMappings:
    username: {claim: sub, prefix: "oidc:"}
    groups: {expression: "claims.roles"}
  userValidationRules:
  - expression: "user.groups.size() > 0"
`;
    expect(readAuthenticationConfig(text, FILE)).toEqual({
      state: 'read',
      config: {
        file: FILE,
        anonymous: { enabled: true, paths: ['/livez', '/readyz'], file: FILE, line: 4 },
        issuers: [
          {
            url: 'https://issuer.example.com',
            line: 10,
            username: { claim: 'sub', prefix: 'oidc:' },
            groups: { expression: 'claims.roles' },
            userValidation: ['user.groups.size() > 0'],
          },
        ],
      },
    });
  });

  test('without an anonymous block the flag decides', () => {
    const text = 'apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\njwt: []\n';
    expect(readAuthenticationConfig(text, FILE)).toEqual({
      state: 'read',
      config: { file: FILE, anonymous: undefined, issuers: [] },
    });
  });

  test.each([
    ['', 'AuthenticationConfiguration', undefined],
    ['a: [', 'not YAML', 1],
    ['kind: AuthorizationConfiguration\napiVersion: apiserver.config.k8s.io/v1', 'AuthenticationConfiguration', 1],
    ['kind: AuthenticationConfiguration\napiVersion: v1', 'apiserver.config.k8s.io/v1', 2],
    [
      'kind: AuthenticationConfiguration\napiVersion: apiserver.config.k8s.io/v1\nanonymous:\n  enabled: "no"',
      'anonymous.enabled is not true or false',
      4,
    ],
    [
      'kind: AuthenticationConfiguration\napiVersion: apiserver.config.k8s.io/v1\nanonymous: off',
      'anonymous is not a mapping',
      3,
    ],
  ])('%j cannot be read', (text, told, line) => {
    const read = readAuthenticationConfig(text, FILE);
    expect(read).toMatchObject({ state: 'unreadable', file: FILE });
    expect(read.state === 'unreadable' && read.message).toContain(told);
    expect(read.state === 'unreadable' && read.line).toBe(line);
  });
});

const AUTHENTICATION = 'apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\n';
const AUTHORIZATION = 'apiVersion: apiserver.config.k8s.io/v1\nkind: AuthorizationConfiguration\n';

/** The least that an authenticator has to say. */
const ISSUER =
  'jwt:\n- issuer: {url: https://x, audiences: [a]}\n  claimMappings: {username: {claim: sub, prefix: ""}}\n';

/** Compared with the decoder of k8s.io/apiserver 0.36.0. */
describe('what the strict decoder refuses', () => {
  test.each([
    ['anonymous: []', 'anonymous is not a mapping', 3],
    ['anonymous:\n  enabled: 1', 'anonymous.enabled is not true or false', 4],
    ['anonymous:\n  Enabled: true', 'anonymous.Enabled is no field', 4],
    ['anonymous:\n  enabled: true\n  conditions: {}', 'anonymous.conditions is not a list', 5],
    ['anonymous:\n  enabled: true\n  conditions:\n  - /livez', 'anonymous.conditions[0] is not a mapping', 6],
    ['anonymous:\n  conditions:\n  - path: on', 'anonymous.conditions[0].path is not text', 5],
    ['metadata: {name: x}', 'metadata is no field', 3],
    ['jwt:\n- issuer:\n    audiences: kubernetes', 'jwt[0].issuer.audiences is not a list', 5],
    ['jwt:\n- claimMappings:\n    username: {prefx: ""}', 'jwt[0].claimMappings.username.prefx is no field', 5],
    ['jwt: []\njwt: []', 'jwt is given twice', 4],
  ])('%j', (rest, told, line) => {
    const read = readAuthenticationConfig(`${AUTHENTICATION}${rest}\n`, FILE);
    expect(read).toMatchObject({ state: 'unreadable', refused: true, line });
    expect(read.state === 'unreadable' && read.message).toContain(told);
  });

  test.each([
    'anonymous: null',
    'anonymous: {}',
    'anonymous: {enabled: null}',
    'anonymous: {enabled: yes}',
    'anonymous: {enabled: true, conditions: [null]}',
    'jwt: null',
    'jwt:\n- issuer: {url: https://x, discoveryURL: https://y, egressSelectorType: cluster, audiences: [a], audienceMatchPolicy: MatchAny}\n  claimMappings: {username: {claim: a, prefix: ""}, uid: {expression: claims.b}, extra: [{key: a.example/b, valueExpression: claims.b}]}\n  claimValidationRules: [{claim: a, requiredValue: b}, {expression: claims.c == "", message: d}]\n  userValidationRules: [{expression: user.username != "", message: b}]',
  ])('%j is taken', (rest) => {
    expect(readAuthenticationConfig(`${AUTHENTICATION}${rest}\n`, FILE)).toMatchObject({ state: 'read' });
  });

  test.each([
    ['authorizers: []', 'names no authorizer'],
    ['authorizers:\n- type: Foo\n  name: foo', 'is of a type that is none of'],
    ['authorizers:\n- type: RBAC\n  name: rbac\n- type: RBAC\n  name: again', 'is the second of type RBAC'],
    ['authorizers:\n- type: RBAC', 'has no name'],
    ['authorizers:\n- type: RBAC\n  name: roles', 'must have the name rbac'],
    ['authorizers:\n- type: Webhook\n  name: a', 'has no `webhook`'],
    ['authorizers:\n- type: Webhook\n  name: a\n  webhook: {timeout: 3}', 'timeout is not a duration'],
    ['authorizers:\n- type: RBAC\n  name: rbac\n  webhook: {timeout: 3s}', 'has a `webhook`, though'],
  ])('%j', (rest, told) => {
    const read = readAuthorizationConfig(`${AUTHORIZATION}${rest}\n`, FILE);
    expect(read).toMatchObject({ state: 'unreadable', refused: true });
    expect(read.state === 'unreadable' && read.message).toContain(told);
  });

  test('two webhooks, and where their kubeconfigs are', () => {
    const webhook = (name: string, connection: string): string =>
      `- type: Webhook\n  name: ${name}\n  webhook: {timeout: 3s, subjectAccessReviewVersion: v1, failurePolicy: Deny, connectionInfo: ${connection}}\n`;
    const text = `${AUTHORIZATION}authorizers:\n${webhook('a', '{type: KubeConfigFile, kubeConfigFile: /a}')}${webhook('b', '{type: KubeConfigFile, kubeConfigFile: /b}')}`;
    expect(readAuthorizationConfig(text, FILE)).toMatchObject({
      state: 'read',
      config: {
        authorizers: [
          { name: 'a', kubeconfig: '/a' },
          { name: 'b', kubeconfig: '/b' },
        ],
      },
    });
  });
});

describe('the version decides', () => {
  const at = (minor: number) => ({ version: { major: 1, minor } });

  test.each([
    ['v1alpha1', 29, 'read'],
    ['v1beta1', 29, 'unreadable'],
    ['v1beta1', 30, 'read'],
    ['v1', 33, 'unreadable'],
    ['v1', 34, 'read'],
  ])('AuthenticationConfiguration of %s in 1.%i: %s', (version, minor, state) => {
    const text = `apiVersion: apiserver.config.k8s.io/${version}\nkind: AuthenticationConfiguration\n${ISSUER}`;
    expect(readAuthenticationConfig(text, FILE, at(minor)).state).toBe(state);
  });

  test.each([
    ['v1', 31, 'unreadable'],
    ['v1', 32, 'read'],
  ])('AuthorizationConfiguration of %s in 1.%i: %s', (version, minor, state) => {
    const text = `apiVersion: apiserver.config.k8s.io/${version}\nkind: AuthorizationConfiguration\nauthorizers:\n- type: RBAC\n  name: rbac\n`;
    expect(readAuthorizationConfig(text, FILE, at(minor)).state).toBe(state);
  });

  test('an API server before 1.29 stops at the flag, so its file is read as any', () => {
    expect(readAuthenticationConfig(AUTHENTICATION, FILE, at(28)).state).toBe('read');
  });
});

describe('AuthorizationConfiguration', () => {
  test('types in order', () => {
    const text = `apiVersion: apiserver.config.k8s.io/v1
kind: AuthorizationConfiguration
authorizers:
- type: Node
  name: node
- type: RBAC
  name: rbac
`;
    expect(readAuthorizationConfig(text, FILE)).toEqual({
      state: 'read',
      config: {
        file: FILE,
        authorizers: [
          { type: 'Node', name: 'node', line: 4 },
          { type: 'RBAC', name: 'rbac', line: 6 },
        ],
      },
    });
  });

  test('an authorizer without a type cannot be judged', () => {
    const text = 'apiVersion: apiserver.config.k8s.io/v1\nkind: AuthorizationConfiguration\nauthorizers:\n- name: x\n';
    expect(readAuthorizationConfig(text, FILE)).toMatchObject({ state: 'unreadable', line: 4 });
  });
});
