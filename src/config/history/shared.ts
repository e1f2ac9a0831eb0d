/** Flags that several components take from one library, the same in each. */
import type { FlagGroup } from './types.ts';

/** Flags of the serving library that every control-plane server has. */
export const SECURE_SERVING: FlagGroup = {
  source: 'k8s.io/apiserver/pkg/server/options/serving.go',
  flags: [
    { flag: 'tls-private-key-file', type: 'string', default: '' },
    { flag: 'tls-sni-cert-key', type: 'namedCertKeys', default: [] },
    {
      flag: 'tls-cipher-suites',
      type: 'stringSlice',
      default: 'go-default',
      literal: [],
      note: 'Unset: the list of the Go standard library. Governs TLS 1.2 and below only; TLS 1.3 suites cannot be restricted. With HTTP/2 on, a list lacking both ECDHE AES_128_GCM_SHA256 suites makes Go refuse to serve.',
    },
    {
      flag: 'tls-min-version',
      type: 'string',
      default: 'VersionTLS12',
      literal: '',
      note: 'Accepted: VersionTLS10, VersionTLS11, VersionTLS12, VersionTLS13. Unset means TLS 1.2, independent of the Go toolchain default.',
    },
    {
      flag: 'tls-curve-preferences',
      type: 'intSlice',
      since: '1.36',
      default: 'go-default',
      literal: [],
      note: 'Numeric Go CurveID values; order is ignored.',
    },
    {
      flag: 'http2-max-streams-per-connection',
      type: 'int',
      defaults: [
        { from: '1.16', to: '1.28', value: 250, literal: 0 },
        { from: '1.29', value: 100, literal: 0 },
      ],
      note: 'Zero means this limit; the 1.29 lowering came with the CVE-2023-44487 work. Patch releases of 1.25 to 1.28 may carry the lower number.',
    },
    { flag: 'permit-port-sharing', type: 'bool', since: '1.19', default: false },
    { flag: 'permit-address-sharing', type: 'bool', since: '1.21', default: false },
    { flag: 'disable-http2-serving', type: 'bool', since: '1.31', default: false },
  ],
};

/** Serving flags of the components that delegate authentication to the API server. */
export const DELEGATING_SERVING: FlagGroup = {
  source: 'k8s.io/apiserver/pkg/server/options/serving.go',
  flags: [
    {
      flag: 'bind-address',
      type: 'ip',
      default: '0.0.0.0',
      note: 'kubeadm writes 127.0.0.1 for kube-controller-manager and kube-scheduler.',
    },
    {
      flag: 'cert-dir',
      type: 'string',
      default: '',
      note: 'Ignored when --tls-cert-file and --tls-private-key-file are both given. Empty: the fallback self-signed certificate lives only in memory and changes on every restart.',
    },
    {
      flag: 'tls-cert-file',
      type: 'string',
      default: '',
      note: 'Unset: self-signed in-memory certificate. Files are re-read while running since 1.17 (loaded once at start in 1.16).',
    },
  ],
};

/** Flags of delegated authentication: the component asks the API server who a caller is. */
export const DELEGATED_AUTHENTICATION: FlagGroup = {
  source: 'k8s.io/apiserver/pkg/server/options/authentication.go',
  flags: [
    {
      flag: 'authentication-kubeconfig',
      type: 'string',
      default: '',
      note: 'Optional here. Unset: in-cluster config is tried; outside a pod no TokenReview and no client-CA lookup happen, so callers without a locally verified certificate are anonymous.',
    },
    { flag: 'authentication-skip-lookup', type: 'bool', default: false },
    { flag: 'authentication-token-webhook-cache-ttl', type: 'duration', default: '10s' },
    {
      flag: 'client-ca-file',
      type: 'string',
      default: '',
      note: 'Unset: client CA is read from the extension-apiserver-authentication ConfigMap unless lookup is skipped.',
    },
    { flag: 'requestheader-client-ca-file', type: 'string', default: '' },
    {
      flag: 'requestheader-allowed-names',
      type: 'stringSlice',
      default: [],
      note: 'Empty accepts any CN signed by the request-header CA.',
    },
    { flag: 'requestheader-username-headers', type: 'stringSlice', default: ['x-remote-user'] },
    { flag: 'requestheader-group-headers', type: 'stringSlice', default: ['x-remote-group'] },
    { flag: 'requestheader-extra-headers-prefix', type: 'stringSlice', default: ['x-remote-extra-'] },
    {
      flag: 'requestheader-uid-headers',
      type: 'stringSlice',
      since: '1.32',
      default: [],
      note: 'Deliberately left without a default; gate RemoteRequestHeaderUID.',
    },
  ],
};

/** Flags of delegated authorization. */
export const DELEGATED_AUTHORIZATION: FlagGroup = {
  source: 'k8s.io/apiserver/pkg/server/options/authorization.go',
  flags: [
    {
      flag: 'authorization-kubeconfig',
      type: 'string',
      default: '',
      note: 'Optional here. Unset: in-cluster config is tried; outside a pod only always-allow paths (and system:masters from 1.21) pass.',
    },
    { flag: 'authorization-webhook-cache-authorized-ttl', type: 'duration', default: '10s' },
    { flag: 'authorization-webhook-cache-unauthorized-ttl', type: 'duration', default: '10s' },
    {
      flag: 'authorization-always-allow-paths',
      type: 'stringSlice',
      defaults: [
        { from: '1.16', to: '1.20', value: ['/healthz'] },
        { from: '1.21', value: ['/healthz', '/readyz', '/livez'] },
      ],
    },
  ],
};
