/**
 * Which files an API server starts with, by version. Each was put before the loading code of k8s.io/apiserver 0.22.0,
 * 0.26.0, 0.30.0 and 0.36.0, where it has that kind.
 */
import { describe, expect, test } from 'vitest';
import { readAdmissionConfig } from '../../src/config/apiserver/admission.ts';
import { readAuthenticationConfig } from '../../src/config/apiserver/authentication.ts';
import { readAuthorizationConfig } from '../../src/config/apiserver/authorization.ts';
import { readEgressSelectorConfig } from '../../src/config/apiserver/egress-selector.ts';
import { readEncryptionConfig } from '../../src/config/apiserver/encryption.ts';
import type { ConfigReader } from '../../src/config/apiserver/kind.ts';
import { readTracingConfig } from '../../src/config/apiserver/tracing.ts';
import { gateEnabled } from '../../src/config/feature-gates.ts';
import type { ConfigFile } from '../../src/model/node.ts';

const FILE = '/etc/kubernetes/file.yaml';

function at(minor: number): ConfigReader {
  const version = { major: 1, minor, patch: 0 };
  return { version, gate: (name) => gateEnabled(name, version, {}) };
}

/** `taken`, `passed over` where something in it has no effect, `refused`. */
function verdict(read: ConfigFile<unknown>): string {
  if (read.state !== 'read') return 'refused' in read ? 'refused' : read.state;
  return read.ignored === undefined ? 'taken' : 'passed over';
}

const CBC = 'aescbc: {keys: [{name: k, secret: MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=}]}';
const V2 = 'kms: {apiVersion: v2, name: vault, endpoint: "unix:///run/v.sock"}';

const entry = (resources: string, provider: string): string =>
  `- resources: ${resources}\n  providers:\n  - ${provider}\n`;

const encryption = (entries: string, minor: number): string =>
  verdict(
    readEncryptionConfig(
      `apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n${entries}`,
      FILE,
      at(minor),
    ),
  );

describe('EncryptionConfiguration', () => {
  test.each<[resources: string, in26: string, in36: string]>([
    ['[secrets]', 'taken', 'taken'],
    ['[secrets.]', 'taken', 'taken'],
    ['["*."]', 'taken', 'taken'],
    ['["*.apps", "*."]', 'taken', 'taken'],
    ['["*.apps", secrets]', 'taken', 'taken'],
    ['[events]', 'taken', 'taken'],
    ['["*"]', 'taken', 'refused'],
    ['["*.", secrets]', 'taken', 'refused'],
    ['["*.*", pods]', 'taken', 'refused'],
    ['[secrets, secrets]', 'taken', 'refused'],
    ['[Secrets]', 'taken', 'refused'],
    ['[events.events.k8s.io]', 'taken', 'refused'],
    ['[ingresses.extensions]', 'taken', 'refused'],
    ['["secrets.*"]', 'taken', 'refused'],
    ['[serviceipallocations]', 'taken', 'refused'],
    ['[]', 'refused', 'refused'],
  ])('resources %s', (resources, in26, in36) => {
    expect([encryption(entry(resources, CBC), 26), encryption(entry(resources, CBC), 36)]).toEqual([in26, in36]);
  });

  test.each<[entries: readonly string[], in26: string, in36: string]>([
    [['["*."]', '[secrets]'], 'taken', 'refused'],
    [['["*.*"]', '["*.apps"]'], 'taken', 'refused'],
    [['["*.*"]', '["*.*"]'], 'taken', 'refused'],
    [['["*.apps"]', '["*.*"]'], 'taken', 'taken'],
    [['[secrets]', '["*."]'], 'taken', 'taken'],
    [['[secrets]', '[secrets]'], 'taken', 'taken'],
  ])('entries %j', (resources, in26, in36) => {
    const entries = resources.map((one) => entry(one, CBC)).join('');
    expect([encryption(entries, 26), encryption(entries, 36)]).toEqual([in26, in36]);
  });

  const keys = (kind: string, secret: string): string => `${kind}: {keys: [{name: k, secret: "${secret}"}]}`;

  test.each<[provider: string, verdict: string]>([
    [keys('aescbc', 'MDEyMzQ1Njc4OWFiY2RlZg=='), 'taken'],
    [keys('aesgcm', 'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3\\n'), 'taken'],
    [keys('secretbox', 'MDEyMzQ1Njc4OWFiY2RlZg=='), 'refused'],
    [keys('aescbc', 'aGVsbG8='), 'refused'],
    [keys('aescbc', 'MDEyMzQ1Njc4OWFiY2RlZg'), 'refused'],
    [keys('aescbc', ' MDEyMzQ1Njc4OWFiY2RlZg=='), 'refused'],
    [keys('aescbc', ''), 'refused'],
    ['aescbc: {keys: [{secret: MDEyMzQ1Njc4OWFiY2RlZg==}]}', 'refused'],
    ['aescbc: {}', 'refused'],
    ['identity: {}', 'taken'],
    ['identity:', 'refused'],
  ])('%s in every version', (provider, expected) => {
    const entries = entry('[secrets]', provider);
    expect([22, 26, 30, 36].map((minor) => encryption(entries, minor))).toEqual(Array(4).fill(expected));
  });

  test.each<[from: string, to: string, in22: string, in26: string, in36: string]>([
    ['v2', 'v2', 'passed over', 'taken', 'taken'],
    ['v2', '""', 'passed over', 'taken', 'taken'],
    ['v2', 'v3', 'passed over', 'refused', 'refused'],
    ['}', ', cachesize: 10}', 'passed over', 'taken', 'refused'],
    ['}', ', cachesize: 0}', 'refused', 'refused', 'refused'],
    ['}', ', cachesize: 1.5}', 'refused', 'refused', 'refused'],
    ['}', ', timeout: 0s}', 'refused', 'refused', 'refused'],
    ['}', ', timeout: -1s}', 'refused', 'refused', 'refused'],
    ['vault', '"a:b"', 'passed over', 'refused', 'refused'],
    ['name: vault, ', '', 'refused', 'refused', 'refused'],
    ['unix:///run/v.sock', 'UNIX:///run/v.sock', 'passed over', 'taken', 'taken'],
    ['unix:///run/v.sock', 'tcp://x:1', 'refused', 'refused', 'refused'],
    ['}', `}\n  - ${V2}`, 'passed over', 'refused', 'refused'],
  ])('a plugin: %s -> %s', (from, to, in22, in26, in36) => {
    const entries = entry('[secrets]', V2.replace(from, to));
    expect([22, 26, 36].map((minor) => encryption(entries, minor))).toEqual([in22, in26, in36]);
  });

  test('strict from 1.31 on', () => {
    const entries = entry('[secrets]', `${CBC}\n    foo: 1`);
    expect([22, 26, 30, 31].map((minor) => encryption(entries, minor))).toEqual([
      'passed over',
      'passed over',
      'passed over',
      'refused',
    ]);
  });
});

describe('EgressSelectorConfiguration', () => {
  const SOCKET = '{proxyProtocol: GRPC, transport: {uds: {udsName: /x}}}';
  const TCP = 'tcp: {url: "http://a:1"}';
  const both = (protocol: string): string => `{proxyProtocol: ${protocol}, transport: {uds: {udsName: /x}, ${TCP}}}`;
  const egress = (name: string, connection: string, minor: number, apiVersion = 'apiserver.k8s.io/v1beta1'): string =>
    verdict(
      readEgressSelectorConfig(
        `apiVersion: ${apiVersion}\nkind: EgressSelectorConfiguration\negressSelections:\n- name: ${name}\n  connection: ${connection}\n`,
        FILE,
        at(minor),
      ),
    );

  test.each<[name: string, connection: string, in22: string, in30: string, in36: string]>([
    ['cluster', SOCKET, 'taken', 'taken', 'taken'],
    ['Cluster', SOCKET, 'taken', 'taken', 'taken'],
    ['master', SOCKET, 'taken', 'taken', 'taken'],
    ['Master', SOCKET, 'taken', 'refused', 'refused'],
    ['cluster', both('GRPC'), 'taken', 'taken', 'taken'],
    ['cluster', both('HTTPConnect'), 'refused', 'refused', 'refused'],
    ['cluster', `{proxyProtocol: GRPC, transport: {${TCP}}}`, 'refused', 'refused', 'refused'],
    ['cluster', SOCKET.replace('/x', '/x, foo: 1'), 'passed over', 'passed over', 'refused'],
    ['cluster', SOCKET.replace('uds:', 'UDS:'), 'taken', 'taken', 'refused'],
    ['cluster', `${SOCKET}\n- name: Cluster\n  connection: ${SOCKET}`, 'taken', 'refused', 'refused'],
  ])('%s: %s', (name, connection, ...expected) => {
    expect([22, 30, 36].map((minor) => egress(name, connection, minor))).toEqual(expected);
  });

  test('any apiVersion up to 1.31, and the capital in none from 1.23 on', () => {
    expect([31, 32].map((minor) => egress('cluster', SOCKET, minor, 'foo/v9'))).toEqual(['taken', 'refused']);
    expect([31, 32].map((minor) => egress('Master', SOCKET, minor, 'apiserver.k8s.io/v1alpha1'))).toEqual([
      'refused',
      'refused',
    ]);
  });
});

describe('TracingConfiguration', () => {
  const tracing = (field: string, minor: number): string =>
    verdict(
      readTracingConfig(
        `apiVersion: apiserver.config.k8s.io/v1beta1\nkind: TracingConfiguration\n${field}\n`,
        FILE,
        at(minor),
      ),
    );

  test.each<[field: string, verdict: string]>([
    ['samplingRatePerMillion: 1000000', 'taken'],
    ['samplingRatePerMillion: 2000000', 'refused'],
    ['samplingRatePerMillion: -1', 'refused'],
    ['samplingRatePerMillion: 1.5', 'refused'],
    ['samplingRatePerMillion: 3000000000', 'refused'],
    ['endpoint: localhost:4317', 'taken'],
    ['endpoint: "[::1]:4317"', 'taken'],
    ['endpoint: ":4317"', 'taken'],
    ['endpoint: ""', 'taken'],
    ['endpoint: otel:4317/v1', 'taken'],
    ['endpoint: dns:///otel:4317', 'taken'],
    ['endpoint: unix:///run/o.sock', 'taken'],
    ['endpoint: http://localhost:4317', 'refused'],
    ['endpoint: //otel:4317', 'refused'],
    ['endpoint: localhost:abc', 'refused'],
    ['endpoint: "local host:4317"', 'refused'],
    ['endpoint: "otel%zz:4317"', 'refused'],
    ['endpoint: "{{host}}:4317"', 'refused'],
  ])('%s', (field, expected) => {
    expect([30, 36].map((minor) => tracing(field, minor))).toEqual([expected, expected]);
  });

  test('strict from 1.32 on', () => {
    expect([31, 32].map((minor) => tracing('foo: 1', minor))).toEqual(['passed over', 'refused']);
  });
});

describe('AuthenticationConfiguration', () => {
  const USER = '  claimMappings: {username: {claim: sub, prefix: ""}}\n';
  const jwt = (issuer: string, more = USER): string => `jwt:\n- issuer: {${issuer}}\n${more}`;
  const read = (text: string, minor: number): string =>
    verdict(
      readAuthenticationConfig(
        `apiVersion: apiserver.config.k8s.io/v1beta1\nkind: AuthenticationConfiguration\n${text}`,
        FILE,
        at(minor),
      ),
    );

  test.each<[url: string, verdict: string]>([
    ['https://i', 'taken'],
    ['HTTPS://i', 'taken'],
    ['https://i?', 'taken'],
    ['https://i#', 'taken'],
    ['https://i/@x', 'taken'],
    ['https:i', 'taken'],
    ['', 'refused'],
    ['http://i', 'refused'],
    ['i.example.com', 'refused'],
    ['https://i?a=b', 'refused'],
    ['https://i#x', 'refused'],
    ['https://u:p@i', 'refused'],
    ['https://i:x', 'refused'],
    ['https://a b', 'refused'],
  ])('url %j', (url, expected) => {
    const text = jwt(`url: "${url}", audiences: [a]`);
    expect([30, 36].map((minor) => read(text, minor))).toEqual([expected, expected]);
  });

  test.each<[rest: string, verdict: string]>([
    ['audiences: []', 'refused'],
    ['audiences: [""]', 'refused'],
    ['audiences: [a, b]', 'refused'],
    ['audiences: [a, b], audienceMatchPolicy: MatchAny', 'taken'],
    ['audiences: [a, a], audienceMatchPolicy: MatchAny', 'refused'],
    ['audiences: [a], audienceMatchPolicy: MatchAll', 'refused'],
    ['audiences: [a], discoveryURL: ""', 'taken'],
    ['audiences: [a], discoveryURL: "https://d"', 'taken'],
    ['audiences: [a], discoveryURL: "http://d"', 'refused'],
    ['audiences: [a], discoveryURL: "https://i/"', 'refused'],
  ])('issuer with %s', (rest, expected) => {
    const text = jwt(`url: "https://i", ${rest}`);
    expect([30, 36].map((minor) => read(text, minor))).toEqual([expected, expected]);
  });

  const GOOD = 'url: "https://i", audiences: [a]';
  const mapped = (mapping: string): string => `  claimMappings: {${mapping}}\n`;
  const extra = (...keys: readonly string[]): string =>
    mapped(
      `username: {claim: sub, prefix: ""}, extra: [${keys.map((key) => `{key: ${key}, valueExpression: claims.b}`).join(', ')}]`,
    );

  test.each<[more: string, verdict: string]>([
    ['', 'refused'],
    [mapped('username: {claim: sub}'), 'refused'],
    [mapped('username: {expression: claims.sub}'), 'taken'],
    [mapped('username: {expression: claims.sub, prefix: ""}'), 'refused'],
    [mapped('username: {claim: sub, expression: claims.sub, prefix: ""}'), 'refused'],
    [mapped('username: {claim: sub, prefix: ""}, groups: {claim: g}'), 'refused'],
    [mapped('username: {claim: sub, prefix: ""}, groups: {prefix: g}'), 'taken'],
    [mapped('username: {claim: sub, prefix: ""}, uid: {claim: a, expression: claims.b}'), 'refused'],
    [extra('a.example/b'), 'taken'],
    [extra('a.example/b', 'a.example/b'), 'refused'],
    [extra('foo'), 'refused'],
    [extra('a.example/'), 'refused'],
    [extra('a.example/B'), 'refused'],
    [extra('A.example/b'), 'refused'],
    [`${USER}  claimValidationRules: [{claim: a, requiredValue: b}]\n`, 'taken'],
    [`${USER}  claimValidationRules: [{expression: "true", message: m}]\n`, 'taken'],
    [`${USER}  claimValidationRules: [{claim: a, expression: "true"}]\n`, 'refused'],
    [`${USER}  claimValidationRules: [{message: m}]\n`, 'refused'],
    [`${USER}  claimValidationRules: [{claim: a, message: m}]\n`, 'refused'],
    [`${USER}  claimValidationRules: [{expression: "true", requiredValue: b}]\n`, 'refused'],
    [`${USER}  claimValidationRules: [{claim: a}, {claim: a}]\n`, 'refused'],
    [`${USER}  userValidationRules: [{expression: "true"}]\n`, 'taken'],
    [`${USER}  userValidationRules: [{message: m}]\n`, 'refused'],
    [`${USER}  userValidationRules: [{expression: "true"}, {expression: "true"}]\n`, 'refused'],
  ])('with %j', (more, expected) => {
    expect([30, 36].map((minor) => read(jwt(GOOD, more), minor))).toEqual([expected, expected]);
  });

  test('a key of Kubernetes itself is refused from 1.32 on', () => {
    expect([31, 32].map((minor) => read(jwt(GOOD, extra('x.k8s.io/b')), minor))).toEqual(['taken', 'refused']);
  });

  test.each([
    ['no authenticator', 'jwt: []\n', 'refused', 'taken'],
    ['two', `${jwt(GOOD)}- issuer: {url: "https://j", audiences: [a]}\n${USER}`, 'refused', 'taken'],
    ['two of one issuer', `${jwt(GOOD)}- issuer: {${GOOD}}\n${USER}`, 'refused', 'refused'],
    ['two audiences', jwt('url: "https://i", audiences: [a, b]'), 'refused', 'refused'],
  ])('%s in 1.29 and 1.30', (_name, text, in29, in30) => {
    const file = `apiVersion: apiserver.config.k8s.io/v1alpha1\nkind: AuthenticationConfiguration\n${text}`;
    // Without gates: that of the file is off in 1.29.
    const verdicts = [29, 30].map((minor) =>
      verdict(readAuthenticationConfig(file, FILE, { version: { major: 1, minor, patch: 0 } })),
    );
    expect(verdicts).toEqual([in29, in30]);
  });
});

describe('AuthorizationConfiguration', () => {
  const GOOD =
    'timeout: 3s, subjectAccessReviewVersion: v1, failurePolicy: Deny, connectionInfo: {type: KubeConfigFile, kubeConfigFile: /k}';
  const read = (webhook: string, minor: number, name = 'hook'): string =>
    verdict(
      readAuthorizationConfig(
        `apiVersion: apiserver.config.k8s.io/v1beta1\nkind: AuthorizationConfiguration\nauthorizers:\n- type: Webhook\n  name: ${name}\n  webhook: {${webhook}}\n`,
        FILE,
        at(minor),
      ),
    );

  test.each<[from: string, to: string, verdict: string]>([
    ['3s', '30s', 'taken'],
    ['3s', '31s', 'refused'],
    ['3s', '0s', 'refused'],
    ['timeout: 3s, ', '', 'refused'],
    ['3s', '3s, authorizedTTL: 0s', 'taken'],
    ['3s', '3s, authorizedTTL: -1s', 'refused'],
    ['subjectAccessReviewVersion: v1, ', '', 'refused'],
    ['Version: v1', 'Version: v2', 'refused'],
    ['failurePolicy: Deny, ', '', 'refused'],
    ['Deny', 'NoOpinion', 'taken'],
    ['Deny', 'Allow', 'refused'],
    ['3s', '3s, matchConditions: [{expression: "true"}]', 'refused'],
    ['3s', '3s, matchConditionSubjectAccessReviewVersion: v1, matchConditions: [{expression: "true"}]', 'taken'],
    ['3s', '3s, matchConditionSubjectAccessReviewVersion: v1, matchConditions: [{expression: " "}]', 'refused'],
    ['3s', '3s, matchConditionSubjectAccessReviewVersion: v1beta1', 'refused'],
    // Taken by the validation, and then the kubeConfigFile is read all the same: pkg/kubeapiserver/authorizer/reload.go.
    ['{type: KubeConfigFile, kubeConfigFile: /k}', '{type: InClusterConfig}', 'refused'],
    ['{type: KubeConfigFile, kubeConfigFile: /k}', '{type: InClusterConfig, kubeConfigFile: ""}', 'refused'],
    ['{type: KubeConfigFile, kubeConfigFile: /k}', '{type: Foo}', 'refused'],
    ['{type: KubeConfigFile, kubeConfigFile: /k}', '{}', 'refused'],
    ['kubeConfigFile: /k', 'kubeConfigFile: k', 'refused'],
    [', kubeConfigFile: /k', '', 'refused'],
  ])('%s -> %s', (from, to, expected) => {
    expect([30, 36].map((minor) => read(GOOD.replace(from, to), minor))).toEqual([expected, expected]);
  });

  test('the name is a DNS name', () => {
    expect(['hook', 'a.b-c', 'Hook', 'a_b'].map((name) => read(GOOD, 36, name))).toEqual([
      'taken',
      'taken',
      'refused',
      'refused',
    ]);
  });
});

describe('AdmissionConfiguration', () => {
  const plugin = (fields: string): string =>
    `plugins:\n- name: ValidatingAdmissionWebhook\n  configuration: {kind: WebhookAdmissionConfiguration${fields}}\n`;
  const read = (text: string, minor: number, isDisabled: boolean | 'unknown' = false): string =>
    verdict(
      readAdmissionConfig(
        `apiVersion: apiserver.config.k8s.io/v1\nkind: AdmissionConfiguration\n${text}`,
        FILE,
        FILE,
        {
          readFile: () => ({ ok: false, message: '' }),
          isDisabled: () => (isDisabled === 'unknown' ? undefined : isDisabled),
        },
        at(minor),
      ),
    );

  test.each<[text: string, in30: string, in36: string]>([
    [plugin(', kubeConfigFile: /x'), 'taken', 'taken'],
    [plugin(', kubeConfigFile: x'), 'refused', 'refused'],
    [plugin(''), 'refused', 'taken'],
    [plugin(', kubeConfigFile: /x, foo: 1'), 'taken', 'refused'],
    [`foo: 1\n${plugin(', kubeConfigFile: /x')}`, 'passed over', 'refused'],
    ['plugins: []\nplugins: []\n', 'passed over', 'refused'],
    ['plugins: {}\n', 'refused', 'refused'],
  ])('%j', (text, in30, in36) => {
    expect([read(text, 30), read(text, 36)]).toEqual([in30, in36]);
  });

  test('a plugin that does not run, or may not, is not asked', () => {
    expect(
      ([true, 'unknown'] as const).map((isDisabled) => read(plugin(', kubeConfigFile: x'), 36, isDisabled)),
    ).toEqual(['taken', 'taken']);
  });
});
