/** Guides to the checks of what the API server sends out: through a proxy, and its traces. */
import type { CheckGuides } from '../../src/model/guide.ts';
import { APISERVER_STAYS_UP } from './apiserver-steps.ts';
import { RESTART_STATIC_POD } from './steps.ts';

const THROUGH_THE_PROXY = '`kubectl logs` of a pod prints its log: it goes through the selection cluster.';

const PROXY_HANDSHAKE =
  '`openssl s_client -connect <host>:<port of the url> -CAfile <caBundle> -cert <clientCert> -key <clientKey> </dev/null 2>/dev/null | grep "Verify return code"` prints 0 (ok).';

export const EGRESS_GUIDES: CheckGuides = {
  'egress-transport': {
    examined:
      'The transport of every egress selection that is not Direct, in the file of --egress-selector-config-file: a unix socket, an https url with client certificate, or a plain http url.',
    consequence:
      'With an http url the file is taken, and then the API server ends in a nil pointer (panic) instead of starting: it reads the tlsConfig that http may not have. A proxy in plain text would have all that goes to nodes, webhooks and etcd pass by whoever is on the way.',
    steps: [
      'On one node use a socket: `transport: {uds: {udsName: /etc/kubernetes/konnectivity-server/konnectivity-server.socket}}`, with --uds-name of the konnectivity server set to it, and its folder mounted into both pods. GRPC takes nothing else.',
      'Over the network use proxyProtocol HTTPConnect and `transport: {tcp: {url: https://<host>:<port>, tlsConfig: {caBundle: <file>, clientCert: <file>, clientKey: <file>}}}`, and give the proxy its certificate before.',
      'Start the konnectivity server first, then restart the API server: it reads the file at its start.',
      RESTART_STATIC_POD,
    ],
    verify: [APISERVER_STAYS_UP, THROUGH_THE_PROXY],
    defaults: { 'kube-apiserver': ['egress-selector-config-file'] },
  },
  'egress-ca': {
    examined:
      'The file of `caBundle` of every selection with an https url: readable for Go, and how long it lasts; where none is set, the public CAs of the image.',
    consequence:
      'When the CA has ended, whatever goes through the proxy stops: `dialing proxy "…" failed: … x509: certificate has expired or is not yet valid`. `kubectl logs` and `exec`, webhooks and aggregated APIs are away while nodes stay Ready. Without a caBundle a certificate of any public CA for that name passes for the proxy.',
    steps: [
      'See which CA signs the proxy: `openssl s_client -connect <host>:<port of the url> </dev/null 2>/dev/null | openssl x509 -noout -issuer -enddate`.',
      'Put the new CA into the file of caBundle beside the old one, on every control-plane node, and restart the API servers: they read it at their start.',
      RESTART_STATIC_POD,
      'Then give the proxy its certificate from the new CA, and remove the old CA.',
    ],
    verify: [PROXY_HANDSHAKE, THROUGH_THE_PROXY],
    defaults: { 'kube-apiserver': ['egress-selector-config-file'] },
  },
  'egress-client-key': {
    examined:
      'The public key of the certificate in `clientCert` against the private key in `clientKey` of every selection with an https url.',
    consequence:
      'The API server does not start: `failed to read key pair … tls: private key does not match public key`. A running one has read the pair at its start, so that a renewal that was copied by halves shows at the next restart.',
    steps: [
      'Compare the two: `openssl x509 -noout -pubkey -in <clientCert>` with `openssl pkey -pubout -in <clientKey>`.',
      'Put certificate and key of one issue into both files, from a CA that the proxy trusts (--server-ca-cert of the konnectivity server).',
      RESTART_STATIC_POD,
    ],
    verify: [
      '`diff <(openssl x509 -noout -pubkey -in <clientCert>) <(openssl pkey -pubout -in <clientKey>)` prints nothing.',
      PROXY_HANDSHAKE,
    ],
    defaults: { 'kube-apiserver': ['egress-selector-config-file'] },
  },
  'tracing-endpoint': {
    examined:
      '`endpoint` in the file of --tracing-config-file: whether it is on this node (loopback or a socket) or elsewhere.',
    consequence:
      'Spans go out without TLS and without a credential. Who is on the way, or answers in the place of the collector, learns which objects are asked for by which clients, when, and what is slow: names of namespaces and Secrets, not their content.',
    steps: [
      'Run an OpenTelemetry collector on the node, listening on 127.0.0.1:4317, and let it export over TLS to where the traces are kept.',
      'Set `endpoint: localhost:4317` in the file, or leave it out, on every control-plane node.',
      'The file is read at the start of the API server, so restart it.',
      RESTART_STATIC_POD,
    ],
    verify: ['`ss -tnp "dport = :4317" | grep kube-apiserver` shows connections to 127.0.0.1 or [::1] alone.'],
    defaults: { 'kube-apiserver': ['tracing-config-file'] },
  },
};
