import { describe, expect, test } from 'vitest';
import { readAuthenticationConfig, readAuthorizationConfig } from '../../src/config/apiserver-files.ts';

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
`;
    expect(readAuthenticationConfig(text, FILE)).toEqual({
      state: 'read',
      config: {
        file: FILE,
        anonymous: { enabled: true, paths: ['/livez', '/readyz'], file: FILE, line: 4 },
        jwtIssuers: ['https://issuer.example.com'],
      },
    });
  });

  test('without an anonymous block the flag decides', () => {
    const text = 'apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\njwt: []\n';
    expect(readAuthenticationConfig(text, FILE)).toEqual({
      state: 'read',
      config: { file: FILE, anonymous: undefined, jwtIssuers: [] },
    });
  });

  test.each([
    ['', 'AuthenticationConfiguration', undefined],
    ['a: [', 'not YAML', 1],
    ['kind: AuthorizationConfiguration\napiVersion: apiserver.config.k8s.io/v1', 'AuthenticationConfiguration', 1],
    ['kind: AuthenticationConfiguration\napiVersion: v1', 'apiserver.config.k8s.io/v1', 2],
    [
      'kind: AuthenticationConfiguration\napiVersion: apiserver.config.k8s.io/v1\nanonymous:\n  enabled: "no"',
      'neither true nor false',
      4,
    ],
    ['kind: AuthenticationConfiguration\napiVersion: apiserver.config.k8s.io/v1\nanonymous: off', 'no mapping', 3],
  ])('%j cannot be read', (text, told, line) => {
    const read = readAuthenticationConfig(text, FILE);
    expect(read).toMatchObject({ state: 'unreadable', file: FILE });
    expect(read.state === 'unreadable' && read.message).toContain(told);
    expect(read.state === 'unreadable' && read.line).toBe(line);
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
