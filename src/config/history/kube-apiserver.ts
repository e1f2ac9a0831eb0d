/** Flags of kube-apiserver by version, as far as they decide TLS, authentication or what listens where. */
import type { FlagGroup } from './types.ts';
import { SECURE_SERVING } from './shared.ts';

export const KUBE_APISERVER: readonly FlagGroup[] = [
  SECURE_SERVING,
  {
    source: 'k8s.io/apiserver/pkg/server/options/serving.go',
    flags: [
      { flag: 'bind-address', type: 'ip', default: '0.0.0.0' },
      { flag: 'secure-port', type: 'int', default: 6443, note: '0 is rejected (port is mandatory).' },
      {
        flag: 'cert-dir',
        type: 'string',
        default: '/var/run/kubernetes',
        note: 'Ignored when --tls-cert-file and --tls-private-key-file are both given.',
      },
      {
        flag: 'tls-cert-file',
        type: 'string',
        default: '',
        note: 'Unset: apiserver.crt/apiserver.key in --cert-dir, a self-signed pair where there is none. Files are re-read while running since 1.17 (loaded once at start in 1.16).',
      },
    ],
  },
  {
    source:
      'k8s.io/kubernetes/cmd/kube-apiserver/app/options/options.go (addDummyInsecureFlags 1.20-1.23), k8s.io/apiserver/pkg/server/options/deprecated_insecure_serving.go',
    flags: [
      {
        flag: 'insecure-port',
        type: 'int',
        deprecated: '<=1.16',
        removed: '1.24',
        defaults: [
          { from: '1.16', to: '1.19', value: 8080 },
          { from: '1.20', to: '1.23', value: 0 },
        ],
        note: 'Plain HTTP without authentication on loopback by default. From 1.20 the flag is inert and only 0 is accepted.',
      },
      {
        flag: 'port',
        type: 'int',
        deprecated: '<=1.16',
        removed: '1.24',
        defaults: [
          { from: '1.16', to: '1.19', value: 8080 },
          { from: '1.20', to: '1.23', value: 0 },
        ],
        note: 'Plain HTTP without authentication on loopback by default. From 1.20 the flag is inert and only 0 is accepted. Alias of --insecure-port.',
      },
      {
        flag: 'insecure-bind-address',
        type: 'ip',
        deprecated: '<=1.16',
        removed: '1.24',
        default: '127.0.0.1',
        note: 'Inert from 1.20.',
      },
      {
        flag: 'address',
        type: 'ip',
        deprecated: '<=1.16',
        removed: '1.24',
        default: '127.0.0.1',
        note: 'Inert from 1.20. Alias of --insecure-bind-address.',
      },
    ],
  },
  {
    source: 'k8s.io/apiserver/pkg/server/options/server_run_options.go',
    flags: [
      {
        flag: 'advertise-address',
        type: 'ip',
        default: '',
        note: 'Unset: --bind-address, or the default interface address.',
      },
      { flag: 'external-hostname', type: 'string', default: '' },
      { flag: 'strict-transport-security-directives', type: 'stringSlice', since: '1.21', default: [] },
      { flag: 'cors-allowed-origins', type: 'stringSlice', default: [] },
      { flag: 'goaway-chance', type: 'float', since: '1.18', default: 0 },
      { flag: 'request-timeout', type: 'duration', default: '1m0s' },
      { flag: 'min-request-timeout', type: 'int', default: 1800 },
    ],
  },
  {
    source: 'k8s.io/apiserver/pkg/server/options/feature.go',
    flags: [
      { flag: 'profiling', type: 'bool', default: true },
      { flag: 'contention-profiling', type: 'bool', default: false },
      {
        flag: 'debug-socket-path',
        type: 'string',
        since: '1.27',
        default: '',
        note: 'Unauthenticated unix socket when set.',
      },
    ],
  },
  {
    source: 'k8s.io/kubernetes/pkg/controlplane/apiserver/options/options.go',
    flags: [
      {
        flag: 'enable-logs-handler',
        type: 'bool',
        deprecated: '<=1.16',
        defaults: [
          { from: '1.16', to: '1.30', value: true },
          { from: '1.31', value: false },
        ],
        note: 'Carried a deprecation marker 1.16-1.36; the marker is gone in 1.37 while the flag remains.',
      },
      {
        flag: 'service-account-signing-key-file',
        type: 'string',
        default: '',
        note: 'Mandatory from 1.20 (from 1.32 unless --service-account-signing-endpoint is used).',
      },
      { flag: 'service-account-signing-endpoint', type: 'string', since: '1.32', default: '' },
      { flag: 'proxy-client-cert-file', type: 'string', default: '' },
      { flag: 'proxy-client-key-file', type: 'string', default: '' },
      { flag: 'enable-aggregator-routing', type: 'bool', default: false },
      { flag: 'aggregator-reject-forwarding-redirect', type: 'bool', since: '1.26', default: true },
      { flag: 'peer-ca-file', type: 'string', since: '1.28', default: '' },
      { flag: 'peer-advertise-ip', type: 'string', since: '1.28', default: '' },
      { flag: 'peer-advertise-port', type: 'string', since: '1.28', default: '' },
      { flag: 'service-node-port-range', type: 'string', default: '30000-32767' },
    ],
  },
  {
    source: 'k8s.io/kubernetes/pkg/kubeapiserver/options/authentication.go',
    flags: [
      {
        flag: 'anonymous-auth',
        type: 'bool',
        default: true,
        note: 'Forced to false at start-up when the authorizer list contains AlwaysAllow (which is itself the default). Conflicts with an anonymous block in --authentication-config (1.31+).',
      },
      { flag: 'token-auth-file', type: 'string', default: '' },
      { flag: 'basic-auth-file', type: 'string', deprecated: '<=1.16', removed: '1.19', default: '' },
      { flag: 'enable-bootstrap-token-auth', type: 'bool', default: false },
      {
        flag: 'authentication-config',
        type: 'string',
        since: '1.29',
        default: '',
        note: 'Excludes --oidc-* flags when it configures JWT. AuthenticationConfiguration versions: v1alpha1 (1.29), v1beta1 (1.30), v1 (1.34).',
      },
      { flag: 'oidc-issuer-url', type: 'string', default: '' },
      { flag: 'oidc-client-id', type: 'string', default: '' },
      { flag: 'oidc-ca-file', type: 'string', default: '', note: 'Unset: host root CAs are trusted.' },
      { flag: 'oidc-username-prefix', type: 'string', default: '' },
      { flag: 'oidc-groups-claim', type: 'string', default: '' },
      { flag: 'oidc-groups-prefix', type: 'string', default: '' },
      { flag: 'oidc-username-claim', type: 'string', default: 'sub' },
      { flag: 'oidc-signing-algs', type: 'stringSlice', default: ['RS256'] },
      { flag: 'oidc-required-claim', type: 'map', default: {} },
      { flag: 'authentication-token-webhook-config-file', type: 'string', default: '' },
      { flag: 'authentication-token-webhook-version', type: 'string', since: '1.17', default: 'v1beta1' },
      { flag: 'authentication-token-webhook-cache-ttl', type: 'duration', default: '2m0s' },
      { flag: 'api-audiences', type: 'stringSlice', default: [], sameAs: 'service-account-issuer' },
      {
        flag: 'service-account-api-audiences',
        type: 'stringSlice',
        deprecated: '<=1.16',
        removed: '1.25',
        default: [],
      },
      {
        flag: 'service-account-key-file',
        type: 'stringArray',
        defaults: [
          { from: '1.16', to: '1.30', value: [], sameAs: 'tls-private-key-file' },
          { from: '1.31', value: [] },
        ],
        note: 'Fallback to the serving key existed through 1.30. Mandatory after completion from 1.20 (from 1.32 unless an external signer is configured).',
      },
      { flag: 'service-account-lookup', type: 'bool', default: true },
      {
        flag: 'service-account-issuer',
        type: 'stringArray',
        earlierType: { to: '1.21', type: 'string' },
        defaults: [
          { from: '1.16', to: '1.21', value: '' },
          { from: '1.22', value: [] },
        ],
        note: 'Type was string through 1.21, repeatable stringArray from 1.22. Mandatory from 1.20. First value signs, all are accepted.',
      },
      { flag: 'service-account-jwks-uri', type: 'string', since: '1.18', default: '' },
      { flag: 'service-account-max-token-expiration', type: 'duration', default: '0s' },
      {
        flag: 'service-account-extend-token-expiration',
        type: 'bool',
        since: '1.19',
        defaults: [
          { from: '1.19', to: '1.19', value: false },
          { from: '1.20', value: true },
        ],
      },
    ],
  },
  {
    source: 'k8s.io/apiserver/pkg/server/options/authentication.go',
    flags: [
      { flag: 'client-ca-file', type: 'string', default: '', note: 'Unset: client-certificate authentication is off.' },
      { flag: 'requestheader-client-ca-file', type: 'string', default: '' },
      {
        flag: 'requestheader-allowed-names',
        type: 'stringSlice',
        default: [],
        note: 'Empty accepts any CN signed by the request-header CA.',
      },
      {
        flag: 'requestheader-username-headers',
        type: 'stringSlice',
        default: [],
        note: 'No default here, unlike the delegating components.',
      },
      { flag: 'requestheader-group-headers', type: 'stringSlice', default: [] },
      { flag: 'requestheader-extra-headers-prefix', type: 'stringSlice', default: [] },
      { flag: 'requestheader-uid-headers', type: 'stringSlice', since: '1.32', default: [] },
    ],
  },
  {
    source: 'k8s.io/kubernetes/pkg/kubeapiserver/options/authorization.go',
    flags: [
      {
        flag: 'authorization-mode',
        type: 'stringSlice',
        defaults: [
          { from: '1.16', to: '1.28', value: ['AlwaysAllow'] },
          { from: '1.29', value: ['AlwaysAllow'], literal: [] },
        ],
        note: 'From 1.29 AlwaysAllow is filled in only when --authorization-config is absent as well.',
      },
      {
        flag: 'authorization-config',
        type: 'string',
        since: '1.29',
        default: '',
        note: 'Excludes --authorization-mode and --authorization-webhook-*. AuthorizationConfiguration versions: v1alpha1 (1.29), v1beta1 (1.30), v1 (1.32).',
      },
      { flag: 'authorization-policy-file', type: 'string', default: '' },
      { flag: 'authorization-webhook-config-file', type: 'string', default: '' },
      { flag: 'authorization-webhook-version', type: 'string', since: '1.17', default: 'v1beta1' },
      { flag: 'authorization-webhook-cache-authorized-ttl', type: 'duration', default: '5m0s' },
      { flag: 'authorization-webhook-cache-unauthorized-ttl', type: 'duration', default: '30s' },
    ],
  },
  {
    source: 'k8s.io/kubernetes/cmd/kube-apiserver/app/options/options.go',
    flags: [
      {
        flag: 'kubelet-certificate-authority',
        type: 'string',
        default: '',
        note: 'Unset: the kubelet serving certificate is NOT verified. kubeadm never sets it.',
      },
      { flag: 'kubelet-client-certificate', type: 'string', default: '' },
      { flag: 'kubelet-client-key', type: 'string', default: '' },
      {
        flag: 'kubelet-https',
        type: 'bool',
        deprecated: '1.19',
        removed: '1.22',
        default: true,
        note: 'No-op from 1.19 (connections are always HTTPS).',
      },
      { flag: 'kubelet-port', type: 'int', deprecated: '<=1.16', default: 10250 },
      { flag: 'kubelet-read-only-port', type: 'int', deprecated: '<=1.16', default: 10255 },
      { flag: 'kubelet-timeout', type: 'duration', default: '5s' },
      {
        flag: 'kubelet-preferred-address-types',
        type: 'stringSlice',
        default: ['Hostname', 'InternalDNS', 'InternalIP', 'ExternalDNS', 'ExternalIP'],
      },
      { flag: 'ssh-keyfile', type: 'string', deprecated: '<=1.16', removed: '1.22', default: '' },
      { flag: 'ssh-user', type: 'string', deprecated: '<=1.16', removed: '1.22', default: '' },
      { flag: 'allow-privileged', type: 'bool', default: false },
      {
        flag: 'service-cluster-ip-range',
        type: 'string',
        defaults: [
          { from: '1.16', to: '1.16', value: '10.0.0.0/24' },
          { from: '1.17', value: '10.0.0.0/24', literal: '' },
        ],
        note: 'First address of the range must be a SAN of the serving certificate.',
      },
    ],
  },
  {
    source: 'k8s.io/apiserver/pkg/server/options/etcd.go',
    flags: [
      { flag: 'etcd-servers', type: 'stringSlice', default: [], note: 'Required.' },
      { flag: 'etcd-cafile', type: 'string', default: '' },
      { flag: 'etcd-certfile', type: 'string', default: '' },
      { flag: 'etcd-keyfile', type: 'string', default: '' },
      { flag: 'etcd-prefix', type: 'string', default: '/registry' },
      { flag: 'etcd-servers-overrides', type: 'stringSlice', default: [] },
      { flag: 'etcd-healthcheck-timeout', type: 'duration', since: '1.20', default: '2s' },
      { flag: 'etcd-readycheck-timeout', type: 'duration', since: '1.25', default: '2s' },
      { flag: 'encryption-provider-config', type: 'string', default: '' },
      { flag: 'encryption-provider-config-automatic-reload', type: 'bool', since: '1.26', default: false },
      {
        flag: 'experimental-encryption-provider-config',
        type: 'string',
        deprecated: '<=1.16',
        removed: '1.24',
        default: '',
      },
    ],
  },
  {
    source: 'k8s.io/apiserver/pkg/server/options/egress_selector.go',
    flags: [{ flag: 'egress-selector-config-file', type: 'string', default: '' }],
  },
  {
    source: 'k8s.io/apiserver/pkg/server/options/admission.go',
    flags: [
      {
        flag: 'enable-admission-plugins',
        type: 'stringSlice',
        default: [],
        note: 'Added to the built-in default-on set. NodeRestriction is never in that set. CertificateApproval, CertificateSigning and CertificateSubjectRestriction joined it in 1.18, ClusterTrustBundleAttest in 1.27.',
      },
      { flag: 'disable-admission-plugins', type: 'stringSlice', default: [] },
      { flag: 'admission-control-config-file', type: 'string', default: '' },
    ],
  },
  {
    source: 'k8s.io/kubernetes/pkg/kubeapiserver/options/admission.go',
    flags: [{ flag: 'admission-control', type: 'stringSlice', deprecated: '<=1.16', default: [] }],
  },
  {
    source: 'k8s.io/apiserver/pkg/server/options/audit.go',
    flags: [
      { flag: 'audit-policy-file', type: 'string', default: '' },
      { flag: 'audit-log-path', type: 'string', default: '' },
      {
        flag: 'audit-log-maxage',
        type: 'int',
        defaults: [
          { from: '1.16', to: '1.35', value: 0 },
          { from: '1.36', value: 366 },
        ],
        note: 'Days; 0 keeps files regardless of age.',
      },
      {
        flag: 'audit-log-maxbackup',
        type: 'int',
        defaults: [
          { from: '1.16', to: '1.35', value: 0 },
          { from: '1.36', value: 100 },
        ],
        note: '0 keeps any number.',
      },
      {
        flag: 'audit-log-maxsize',
        type: 'int',
        defaults: [
          { from: '1.16', to: '1.35', value: 100, literal: 0 },
          { from: '1.36', value: 100 },
        ],
        note: 'MB. Until 1.35 an explicit 0 also meant 100 (rotation library default); from 1.36 an explicit 0 switches rotation off.',
      },
      { flag: 'audit-log-compress', type: 'bool', since: '1.20', default: false },
      { flag: 'audit-log-format', type: 'string', default: 'json' },
      { flag: 'audit-log-mode', type: 'string', default: 'blocking' },
      { flag: 'audit-webhook-config-file', type: 'string', default: '' },
      { flag: 'audit-webhook-mode', type: 'string', default: 'batch' },
      { flag: 'audit-dynamic-configuration', type: 'bool', removed: '1.19', default: false },
    ],
  },
  {
    source: 'k8s.io/apiserver/pkg/server/options/tracing.go',
    flags: [{ flag: 'tracing-config-file', type: 'string', since: '1.22', default: '' }],
  },
  {
    source: 'k8s.io/apiserver/pkg/server/options/api_enablement.go',
    flags: [{ flag: 'runtime-config', type: 'map', default: {} }],
  },
  {
    source: 'k8s.io/component-base/featuregate/feature_gate.go',
    flags: [{ flag: 'feature-gates', type: 'map', default: {}, note: 'From 1.31 entries may be prefixed component:.' }],
  },
  {
    source: 'k8s.io/component-base/compatibility/registry.go',
    flags: [
      {
        flag: 'emulated-version',
        type: 'stringSlice',
        since: '1.31',
        default: [],
        note: 'Changes which feature-gate and API defaults apply;read it before the gates.',
      },
      { flag: 'min-compatibility-version', type: 'stringSlice', since: '1.35', default: [] },
    ],
  },
  {
    source: 'k8s.io/kubernetes/pkg/kubeapiserver/options/cloudprovider.go',
    flags: [
      { flag: 'cloud-provider', type: 'string', deprecated: '1.29', removed: '1.33', default: '' },
      { flag: 'cloud-config', type: 'string', deprecated: '1.29', removed: '1.33', default: '' },
    ],
  },
];
