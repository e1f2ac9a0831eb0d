/** What the next `kubeadm upgrade` would write, against what the node's files say: for every row that it concerns. */
import type { Component, ComponentName } from '../../src/model/component.ts';
import type { KubeadmModel } from '../../src/model/kubeadm.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type { Check, Evidence, Finding, PathId } from '../../src/model/path.ts';
import type { Setting, SettingValue } from '../../src/model/setting.ts';
import { component, evidence } from './access.ts';
import { kubernetesDocs, kubernetesSource } from './references.ts';
import { notAssessed, pass, warn } from './result.ts';

type Concerned = Readonly<Partial<Record<ComponentName, readonly string[]>>>;

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
const CONCERNED: Readonly<Partial<Record<PathId, Concerned>>> = {
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

/** The drift of a row; undefined for rows that kubeadm does not decide. */
export function kubeadmDrift(path: PathId): Check | undefined {
  const concerned = CONCERNED[path];
  return concerned === undefined ? undefined : driftCheck(concerned);
}

function driftCheck(concerned: Concerned): Check {
  return {
    id: 'kubeadm-config-drift',
    title: "kubeadm's configuration would write what the node's files say",
    severity: 'medium',
    impact: 'both',
    versions: 'all',
    remediation:
      "Decide which of the two is meant. To keep the node's value, write it into the kubeadm configuration (`kubectl -n kube-system edit configmap kubeadm-config`, kubelet-config for the kubelet) or into a patch that `kubeadm upgrade --patches` is given. To take kubeadm's, run `kubeadm init phase control-plane <component> --config <file>` (`etcd local` for etcd, `kubelet-start` for the kubelet) on one node after the other.",
    references: [
      kubernetesDocs('tasks/administer-cluster/kubeadm/kubeadm-reconfigure/'),
      kubernetesSource('cmd/kubeadm/app/phases/controlplane/manifests.go'),
    ],
    notApplicable: ({ node }) => {
      const { kubeadm } = node;
      if (kubeadm === undefined) return 'No kubeadm configuration is in the input.';
      return kubeadm.unread.length > 0 || pairs(node, kubeadm, concerned).length > 0
        ? undefined
        : 'The kubeadm configuration of the input is not beside files that it would change.';
    },
    evaluate: ({ node }) => judge(node, concerned),
  };
}

interface Pair {
  readonly own: Component;
  readonly planned: Component;
  readonly settings: readonly string[];
}

function pairs(node: NodeModel, { planned }: KubeadmModel, concerned: Concerned): readonly Pair[] {
  return Object.entries(concerned).flatMap(([name, settings]): Pair[] => {
    const own = component(node, name as ComponentName);
    const wanted = planned.get(name as ComponentName);
    return own === undefined || wanted === undefined ? [] : [{ own, planned: wanted, settings }];
  });
}

function judge(node: NodeModel, concerned: Concerned): Finding | readonly Finding[] {
  const { kubeadm } = node;
  if (kubeadm === undefined) return [];
  const compared = pairs(node, kubeadm, concerned);
  const unread = kubeadm.unread.map((message) => notAssessed(message));
  const findings = compared.flatMap(({ own, planned, settings }) =>
    settings.flatMap((name) => difference(own, planned, name) ?? []),
  );
  if (findings.length > 0 || unread.length > 0) return [...findings, ...unread];
  return pass('What kubeadm would write is what the files of the node say.');
}

function difference(own: Component, planned: Component, name: string): Finding | undefined {
  const here = own.settings.get(name);
  const there = planned.settings.get(name);
  if (here === undefined || there === undefined) return undefined;
  if (here.unknown !== undefined || there.unknown !== undefined) return undefined;
  // kubeadm writes the kubelet's file; what its flags and drop-ins say, it leaves alone.
  if (own.name === 'kubelet' && !isOfFile(here)) return undefined;
  if (same(name, here.value, there.value) || isExternalCA(own, name, here.value)) return undefined;
  const command = own.name === 'kubelet' ? '`kubeadm upgrade node`' : '`kubeadm upgrade`';
  const written =
    there.origin === 'default' ? `does not set it, which means ${print(there.value)}` : `says ${print(there.value)}`;
  return warn(
    `${here.label} of ${own.name} is ${print(here.value)}${here.origin === 'default' ? ' (not set)' : ''} on this node, and the kubeadm configuration (${placeOf(there, planned)}) ${written}: the next ${command} writes that, unless a patch changes it.`,
    [evidence(own, name), plannedEvidence(planned, there)],
    { headline: `kubeadm would change ${here.label}` },
  );
}

function isOfFile({ origin }: Setting): boolean {
  return origin === 'config-file' || origin === 'default';
}

/** kubeadm leaves the signing files empty where the CA's key is not on the node, which no configuration tells. */
function isExternalCA({ name }: Component, setting: string, value: SettingValue): boolean {
  return (
    name === 'kube-controller-manager' &&
    (setting === 'cluster-signing-cert-file' || setting === 'cluster-signing-key-file') &&
    value === ''
  );
}

function same(name: string, a: SettingValue, b: SettingValue): boolean {
  return normal(name, a) === normal(name, b);
}

function normal(name: string, value: SettingValue): string {
  if (value === null || value === '' || (Array.isArray(value) && value.length === 0)) return '';
  if (!Array.isArray(value)) return JSON.stringify(value);
  const items = value.map(String);
  return JSON.stringify(ORDERED.has(name) ? items : [...items].sort());
}

function print(value: SettingValue): string {
  if (value === null || value === '' || (Array.isArray(value) && value.length === 0)) return 'empty';
  return Array.isArray(value) ? value.join(',') : typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function placeOf({ file, line, origin }: Setting, { sources }: Component): string {
  const named = file ?? sources[0]?.file ?? 'kubeadm';
  return origin === 'default' || line === undefined ? named : `${named}:${line}`;
}

function plannedEvidence(planned: Component, { label, value, origin, file, line }: Setting): Evidence {
  const home = file ?? planned.sources[0]?.file;
  return {
    component: planned.name,
    setting: label,
    value: value === '' ? null : value,
    origin,
    ...(home === undefined ? {} : { file: home }),
    ...(line === undefined ? {} : { line }),
  };
}
