/** Which settings name files, by what the file holds: one table, so that a file is read because somebody uses it. */
import { parseNamedCertKey } from '../config/named-cert-key.ts';
import type { Component, ComponentName } from '../model/component.ts';
import type { SettingValue } from '../model/setting.ts';

/** Settings that name a PEM file (certificates, keys, bundles). */
export const PEM_SETTINGS: Readonly<Record<ComponentName, readonly string[]>> = {
  'kube-apiserver': [
    'tls-cert-file',
    'tls-private-key-file',
    'tls-sni-cert-key',
    'client-ca-file',
    'requestheader-client-ca-file',
    'kubelet-certificate-authority',
    'kubelet-client-certificate',
    'kubelet-client-key',
    'etcd-cafile',
    'etcd-certfile',
    'etcd-keyfile',
    'proxy-client-cert-file',
    'proxy-client-key-file',
    'service-account-key-file',
    'service-account-signing-key-file',
    'peer-ca-file',
    'oidc-ca-file',
  ],
  kubelet: ['tls-cert-file', 'tls-private-key-file', 'client-ca-file'],
  'kube-scheduler': ['tls-cert-file', 'tls-private-key-file', 'client-ca-file', 'requestheader-client-ca-file'],
  'kube-controller-manager': [
    'tls-cert-file',
    'tls-private-key-file',
    'client-ca-file',
    'requestheader-client-ca-file',
    'root-ca-file',
    'service-account-private-key-file',
    'cluster-signing-cert-file',
    'cluster-signing-key-file',
    'cluster-signing-kubelet-client-cert-file',
    'cluster-signing-kubelet-client-key-file',
    'cluster-signing-kubelet-serving-cert-file',
    'cluster-signing-kubelet-serving-key-file',
    'cluster-signing-kube-apiserver-client-cert-file',
    'cluster-signing-kube-apiserver-client-key-file',
    'cluster-signing-legacy-unknown-cert-file',
    'cluster-signing-legacy-unknown-key-file',
  ],
  'cloud-controller-manager': [
    'tls-cert-file',
    'tls-private-key-file',
    'client-ca-file',
    'requestheader-client-ca-file',
  ],
  'kube-proxy': [],
  etcd: [
    'cert-file',
    'key-file',
    'client-cert-file',
    'client-key-file',
    'trusted-ca-file',
    'client-crl-file',
    'peer-cert-file',
    'peer-key-file',
    'peer-client-cert-file',
    'peer-client-key-file',
    'peer-trusted-ca-file',
    'peer-crl-file',
  ],
};

/** Settings that name a kubeconfig, of any component. */
export const KUBECONFIG_SETTINGS: readonly string[] = [
  'kubeconfig',
  'bootstrap-kubeconfig',
  'authentication-kubeconfig',
  'authorization-kubeconfig',
  'authentication-token-webhook-config-file',
  'authorization-webhook-config-file',
  'audit-webhook-config-file',
];

/** Settings whose directory or file only its mode matters of. */
export const STAT_SETTINGS: Readonly<Partial<Record<ComponentName, readonly string[]>>> = { etcd: ['data-dir'] };

/** Kubeconfigs that no flag names: kubeadm's own, by their place. */
export const KNOWN_KUBECONFIGS: readonly string[] = [
  '/etc/kubernetes/admin.conf',
  '/etc/kubernetes/super-admin.conf',
  '/etc/kubernetes/kubelet.conf',
  '/etc/kubernetes/bootstrap-kubelet.conf',
  '/etc/kubernetes/controller-manager.conf',
  '/etc/kubernetes/scheduler.conf',
];

/** What the kubelet keeps in its --cert-dir; source: kubernetes/cmd/kubelet/app/server.go, client-go/util/certificate. */
export const KUBELET_CERT_DIR_FILES: readonly string[] = [
  'kubelet-client-current.pem',
  'kubelet-server-current.pem',
  'kubelet.crt',
  'kubelet.key',
];

/**
 * What the API server serves of its --cert-dir where no flag names a pair, and makes there where it has none; source:
 * k8s.io/apiserver pkg/server/options/serving.go (MaybeDefaultWithSelfSignedCerts).
 */
export const APISERVER_CERT_DIR_FILES: readonly string[] = ['apiserver.crt', 'apiserver.key'];

/** kubeadm's PKI, by its place: read so that a copy of /etc/kubernetes/pki is known without the manifests. */
export const KNOWN_PKI: readonly string[] = [
  'ca.crt',
  'ca.key',
  'front-proxy-ca.crt',
  'front-proxy-ca.key',
  'etcd/ca.crt',
  'etcd/ca.key',
  'etcd/healthcheck-client.crt',
  'etcd/healthcheck-client.key',
].map((name) => `/etc/kubernetes/pki/${name}`);

/** Settings that name the CAs of a path; a CA's key often lies beside its certificate, and no setting names it. */
export const CA_SETTINGS: readonly string[] = [
  'client-ca-file',
  'requestheader-client-ca-file',
  'trusted-ca-file',
  'peer-trusted-ca-file',
];

/** The key beside a CA's certificate, as kubeadm (`ca.key`) or cfssl (`ca-key.pem`) names it; undefined for other names. */
export function keyBeside(certificate: string): string | undefined {
  const [, stem, ending] = /^(.+)\.(crt|pem)$/.exec(certificate) ?? [];
  return stem === undefined ? undefined : ending === 'crt' ? `${stem}.key` : `${stem}-key.pem`;
}

/** The paths that settings name, as the component sees them. */
export function filesNamed(settings: Component['settings'], names: readonly string[]): readonly string[] {
  return names.flatMap((name) => {
    const values = textsOf(settings.get(name)?.value ?? null);
    if (name !== 'tls-sni-cert-key') return values;
    return values.flatMap((value) => {
      const pair = parseNamedCertKey(value);
      return pair === undefined ? [] : [pair.certificate, pair.key];
    });
  });
}

function textsOf(value: SettingValue): readonly string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string' && one !== '') : [];
}
