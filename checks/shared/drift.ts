/** Two states of one component, compared: which settings decide each row, and when two values say the same. */
import type { Component, ComponentName } from '../../src/model/component.ts';
import type { PathId } from '../../src/model/path.ts';
import type { Setting, SettingValue } from '../../src/model/setting.ts';

/** Settings by component. */
export type Concerned = Readonly<Partial<Record<ComponentName, readonly string[]>>>;

const APISERVER_LISTENER = [
  'tls-cert-file',
  'tls-private-key-file',
  'tls-sni-cert-key',
  'tls-min-version',
  'tls-cipher-suites',
  'tls-curve-preferences',
  'bind-address',
  'secure-port',
] as const;

const DELEGATING_LISTENER = [
  'bind-address',
  'secure-port',
  'port',
  'address',
  'tls-cert-file',
  'tls-private-key-file',
  'tls-min-version',
  'tls-cipher-suites',
  'tls-curve-preferences',
  'client-ca-file',
  'authentication-kubeconfig',
  'authorization-kubeconfig',
  'authorization-always-allow-paths',
  'authentication-skip-lookup',
] as const;

const ETCD_LISTENER = [
  'listen-client-urls',
  'listen-client-http-urls',
  'cert-file',
  'key-file',
  'trusted-ca-file',
  'client-cert-auth',
  'client-crl-file',
  'client-cert-allowed-hostname',
  'auto-tls',
  'cipher-suites',
  'tls-min-version',
  'tls-max-version',
] as const;

/** The settings that decide each row; what is in none of the lists makes no difference to whom anybody trusts. */
export const CONCERNED: Readonly<Partial<Record<PathId, Concerned>>> = {
  'apiserver-to-kubelet': {
    'kube-apiserver': [
      'kubelet-certificate-authority',
      'kubelet-client-certificate',
      'kubelet-client-key',
      'kubelet-preferred-address-types',
      'kubelet-https',
    ],
  },
  'kubelet-to-apiserver': {
    'kube-apiserver': ['client-ca-file', 'authorization-mode', 'authorization-config', 'enable-admission-plugins'],
    kubelet: ['rotate-certificates'],
  },
  'kubelet-bootstrap': {
    'kube-apiserver': ['enable-bootstrap-token-auth'],
    'kube-controller-manager': [
      'cluster-signing-cert-file',
      'cluster-signing-key-file',
      'cluster-signing-kubelet-client-cert-file',
      'cluster-signing-kubelet-client-key-file',
      'cluster-signing-kubelet-serving-cert-file',
      'cluster-signing-kubelet-serving-key-file',
      'cluster-signing-duration',
      'controllers',
    ],
    kubelet: ['rotate-certificates'],
  },
  'user-to-apiserver': {
    'kube-apiserver': [
      ...APISERVER_LISTENER,
      'client-ca-file',
      'authentication-config',
      'authorization-mode',
      'authorization-config',
      'authorization-webhook-config-file',
      'authentication-token-webhook-config-file',
      'token-auth-file',
      'oidc-issuer-url',
      'oidc-client-id',
      'oidc-ca-file',
      'enable-admission-plugins',
      'disable-admission-plugins',
      'admission-control-config-file',
      'encryption-provider-config',
      'egress-selector-config-file',
      'audit-policy-file',
      'audit-log-path',
      'audit-webhook-config-file',
    ],
  },
  'anonymous-to-apiserver': {
    'kube-apiserver': [
      'anonymous-auth',
      'authentication-config',
      'authorization-mode',
      'authorization-config',
      'insecure-port',
      'insecure-bind-address',
    ],
  },
  'apiserver-to-etcd': {
    'kube-apiserver': ['etcd-servers', 'etcd-servers-overrides', 'etcd-cafile', 'etcd-certfile', 'etcd-keyfile'],
    etcd: ['cert-file', 'key-file', 'trusted-ca-file', 'client-cert-auth', 'auto-tls'],
  },
  'etcd-to-etcd': {
    etcd: [
      'listen-peer-urls',
      'peer-cert-file',
      'peer-key-file',
      'peer-trusted-ca-file',
      'peer-client-cert-auth',
      'peer-auto-tls',
      'peer-crl-file',
      'peer-cert-allowed-cn',
      'peer-cert-allowed-hostname',
      'tls-min-version',
      'cipher-suites',
    ],
  },
  'pod-to-apiserver': {
    'kube-apiserver': [
      'service-account-issuer',
      'service-account-key-file',
      'service-account-signing-key-file',
      'api-audiences',
      'service-account-extend-token-expiration',
      'service-account-max-token-expiration',
      'service-account-jwks-uri',
      'service-account-signing-endpoint',
      'service-cluster-ip-range',
    ],
    'kube-controller-manager': ['root-ca-file', 'service-account-private-key-file'],
  },
  'scheduler-to-apiserver': { 'kube-scheduler': ['kubeconfig', 'config', 'master'] },
  'controller-manager-to-apiserver': {
    'kube-controller-manager': ['kubeconfig', 'master', 'use-service-account-credentials'],
  },
  'client-to-kubelet': {
    kubelet: [
      'address',
      'read-only-port',
      'anonymous-auth',
      'authentication-token-webhook',
      'client-ca-file',
      'authorization-mode',
      'tls-cert-file',
      'tls-private-key-file',
      'tls-min-version',
      'tls-cipher-suites',
      'tlsCurvePreferences',
      'rotate-server-certificates',
      'healthz-bind-address',
      'enable-debugging-handlers',
    ],
  },
  'client-to-scheduler': { 'kube-scheduler': DELEGATING_LISTENER },
  'client-to-controller-manager': { 'kube-controller-manager': DELEGATING_LISTENER },
  'client-to-etcd': { etcd: ETCD_LISTENER },
  'metrics-to-etcd': { etcd: ['listen-metrics-urls'] },
  'apiserver-to-aggregated-api': {
    'kube-apiserver': ['proxy-client-cert-file', 'proxy-client-key-file', 'enable-aggregator-routing'],
  },
  'front-proxy-to-apiserver': {
    'kube-apiserver': [
      'requestheader-client-ca-file',
      'requestheader-allowed-names',
      'requestheader-username-headers',
      'requestheader-group-headers',
      'requestheader-extra-headers-prefix',
      'requestheader-uid-headers',
    ],
  },
};

/** Lists whose order says something. */
const ORDERED: ReadonlySet<string> = new Set([
  'authorization-mode',
  'etcd-servers',
  'controllers',
  'service-account-issuer',
  'kubelet-preferred-address-types',
  'service-cluster-ip-range',
  'tls-sni-cert-key',
]);

/** Whether two values of a setting have the same effect. */
export function same(name: string, a: SettingValue, b: SettingValue): boolean {
  return normal(name, a) === normal(name, b);
}

function normal(name: string, value: SettingValue): string {
  if (value === null || value === '' || (Array.isArray(value) && value.length === 0)) return '';
  if (!Array.isArray(value)) return JSON.stringify(value);
  const items = value.map(String);
  return JSON.stringify(ORDERED.has(name) ? items : [...items].sort());
}

/** A value in a sentence. */
export function print(value: SettingValue): string {
  if (value === null || value === '' || (Array.isArray(value) && value.length === 0)) return 'empty';
  return Array.isArray(value) ? value.join(',') : typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** `file:line` of a value, or the file that could have it. */
export function placeOf({ file, line, origin }: Setting, { sources }: Component): string {
  const named = file ?? sources[0]?.file ?? 'its configuration';
  return origin === 'default' || line === undefined ? named : `${named}:${line}`;
}
