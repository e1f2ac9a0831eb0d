/** Guides to the checks of what the kubelet serves and whom it lets in. */
import type { CheckGuides } from '../../src/model/guide.ts';
import { keepIn, KUBELET_PLACE } from './places.ts';

/** A flag or a drop-in beats the file, and kubeadm writes the file anew. */
const LOOK =
  'Look for a flag or a drop-in that beats the file: `kubetls settings --component kubelet` names the place that each value comes from.';

const KEEP = keepIn(KUBELET_PLACE);

const RESTART = KUBELET_PLACE.restart;

/** Steps for a field of the configuration. */
function setField(field: string, flags: string): readonly string[] {
  return [
    LOOK,
    `Set \`${field}\` in /var/lib/kubelet/config.yaml, and remove ${flags} from /var/lib/kubelet/kubeadm-flags.env or the unit.`,
    KEEP,
    RESTART,
  ];
}

/** The kubelet tells its whole configuration to who may ask the API server for it. */
function inForce(field: string): string {
  return `\`kubectl get --raw /api/v1/nodes/<node>/proxy/configz | grep -o '"${field}":[^,}]*'\``;
}

/** As the API server is let in, a pod of the node is asked for its log. */
const LOGS_WORK = '`kubectl logs` of a pod on the node prints its log.';

/** Nothing approves such requests by itself. */
const APPROVE =
  'Look at the request, and approve it: `kubectl get csr`, `kubectl certificate approve <name>`. Nothing in Kubernetes approves kubernetes.io/kubelet-serving by itself: install an approver, or approve again at every rotation.';

/** From a self-signed serving certificate to one of the cluster, in the order that breaks nothing. */
const REQUEST_SERVING: readonly string[] = [
  'Have somebody ready to approve, since the kubelet serves no certificate from its restart until then, and logs and exec fail on that node.',
  'Set `serverTLSBootstrap: true` in /var/lib/kubelet/config.yaml and remove `tlsCertFile` and `tlsPrivateKeyFile` there.',
  KEEP,
  RESTART,
  APPROVE,
];

const SERVED_FROM_CLUSTER =
  '`openssl s_client -connect <address of the node>:10250 -CAfile /etc/kubernetes/pki/ca.crt </dev/null 2>/dev/null | grep "Verify return code"` prints 0 (ok).';

export const KUBELET_GUIDES: CheckGuides = {
  'kubelet-anonymous-auth': {
    examined:
      'Whether the kubelet takes requests without a credential: `authentication.anonymous.enabled` of its configuration file, a drop-in or --anonymous-auth that overrides it, and the authorization mode, which decides what such a request may do.',
    consequence:
      'Whoever reaches port 10250 of the node is system:anonymous there. With authorization mode AlwaysAllow that is root on the node: /run and /exec execute commands in every container, privileged ones included. With Webhook it depends on the roles bound to system:anonymous and system:unauthenticated.',
    steps: setField('authentication.anonymous.enabled: false', '--anonymous-auth'),
    verify: [
      '`curl -sk -o /dev/null -w "%{http_code}\\n" https://127.0.0.1:10250/pods` prints 401.',
      '`kubectl logs` of a pod on the node still works: the API server comes with a client certificate.',
    ],
    defaults: { kubelet: ['anonymous-auth', 'authorization-mode'] },
  },
  'kubelet-authorization-mode': {
    examined:
      '`authorization.mode` of the kubelet, or --authorization-mode, against Webhook; and whether it has a --kubeconfig, since without an API server there is nobody to ask.',
    consequence:
      'With AlwaysAllow every credential that the kubelet takes is root on the node: the client certificate of any user or kubelet, with webhook authentication the token of any pod. It runs commands in every container by /run and /exec on port 10250, past RBAC, admission and the audit log. A mode that it does not know, or Webhook without --kubeconfig, keeps it from starting (`no client provided, cannot use webhook authorization`).',
    steps: [
      'See that who comes now may do so by RBAC, or it gets 403 afterwards: the API server needs system:kubelet-api-admin (kubeadm binds it), metrics-server and Prometheus `get` on nodes/metrics and nodes/stats.',
      ...setField('authorization.mode: Webhook', '--authorization-mode'),
      'Only a kubelet that is to run without an API server keeps AlwaysAllow: then let it listen on 127.0.0.1, or give `authentication.x509.clientCAFile` a CA that signs for nobody else.',
    ],
    verify: [
      '`curl -sk -o /dev/null -w "%{http_code}\\n" --cert /var/lib/kubelet/pki/kubelet-client-current.pem --key /var/lib/kubelet/pki/kubelet-client-current.pem https://127.0.0.1:10250/pods` prints 403: even the kubelet itself may not.',
      LOGS_WORK,
    ],
    defaults: { kubelet: ['authorization-mode', 'kubeconfig'] },
  },
  'kubelet-webhook-authn': {
    examined:
      '`authentication.webhook.enabled` of the kubelet, or --authentication-token-webhook, and whether it has a --kubeconfig to ask with.',
    consequence:
      'No bearer token counts: metrics-server and Prometheus get 401 (`Unauthorized`), `kubectl top` has no numbers for the node and autoscalers stand still. Who repairs it by anonymous requests opens the kubelet to everybody. Without --kubeconfig it does not start: `no client provided, cannot use webhook authentication`.',
    steps: setField('authentication.webhook.enabled: true', '--authentication-token-webhook'),
    verify: [
      '`curl -sk -o /dev/null -w "%{http_code}\\n" -H "Authorization: Bearer $(kubectl create token default)" https://<address of the node>:10250/pods` prints 403, for a token that is known and not allowed, and no longer 401.',
      '`kubectl top nodes` prints numbers for the node, where there is a metrics-server.',
    ],
    defaults: { kubelet: ['authentication-token-webhook', 'kubeconfig'] },
  },
  'kubelet-read-only-port': {
    examined:
      '`readOnlyPort` of the kubelet, or --read-only-port, and which default it has: with a configuration file 0.',
    consequence:
      'Whoever reaches port 10255, any pod among them, reads /pods in plain text without a credential: all pods of the node with their environment variables, where passwords often are, their images and volumes, and /metrics. It is the first thing that scanners look for.',
    steps: [
      'Point old scrapers (Heapster, early Prometheus jobs) to port 10250 with a token first.',
      ...setField('readOnlyPort: 0', '--read-only-port'),
    ],
    verify: ['`curl -s -m 3 -o /dev/null -w "%{http_code}\\n" http://127.0.0.1:10255/pods` prints 000.'],
    defaults: { kubelet: ['read-only-port'] },
  },
  'kubelet-healthz-bind': {
    examined:
      '`healthzBindAddress` and `healthzPort` of the kubelet, or --healthz-bind-address and --healthz-port, against loopback.',
    consequence:
      'Whoever reaches port 10248 learns without a credential that the kubelet runs, and keeps it busy with requests. It says no more than ok, but it is one more open port of every node, and nobody needs it from elsewhere: kubeadm and probes ask on the node itself.',
    steps: setField('healthzBindAddress: 127.0.0.1', '--healthz-bind-address'),
    verify: [
      '`ss -ltn "sport = :10248"` shows 127.0.0.1:10248 and no other address, and `curl -s http://127.0.0.1:10248/healthz` prints ok.',
    ],
    defaults: { kubelet: ['healthz-bind-address', 'healthz-port'] },
  },
  'kubelet-serving-cert-source': {
    examined:
      '`tlsCertFile`, `tlsPrivateKeyFile` and `serverTLSBootstrap` of the kubelet: whether it serves a certificate of its own making (/var/lib/kubelet/pki/kubelet.crt), one from a file, or one that it asked the cluster for, and whether a CA of the cluster signed it.',
    consequence:
      'Nobody can tell this kubelet from an impostor. metrics-server runs with --kubelet-insecure-tls then, Prometheus with insecure_skip_verify, the API server without --kubelet-certificate-authority: who takes the address of the node on its network gets their tokens, and what goes to and comes from `kubectl exec`. A key without a certificate leaves it with none: `remote error: tls: internal error`.',
    steps: [
      ...REQUEST_SERVING,
      'Only when all nodes have one let clients verify: metrics-server without --kubelet-insecure-tls and with --kubelet-certificate-authority, Prometheus with the cluster CA as `ca_file`.',
    ],
    verify: [
      SERVED_FROM_CLUSTER,
      '`readlink /var/lib/kubelet/pki/kubelet-server-current.pem` prints a file with a date in its name.',
    ],
    defaults: { kubelet: ['tls-cert-file', 'tls-private-key-file', 'rotate-server-certificates'] },
  },
  'kubelet-client-ca-set': {
    examined:
      '`authentication.x509.clientCAFile` of the kubelet, or --client-ca-file, and whether that file (kubeadm: /etc/kubernetes/pki/ca.crt) holds a certificate that Go reads.',
    consequence:
      'The kubelet asks nobody for a certificate, so that the API server is anonymous to it: `kubectl logs`, `exec` and `port-forward` end with Unauthorized, or anonymous requests have to be let in for them, and then everybody comes. With a file that is missing or empty the kubelet does not start: `unable to load client CA file`.',
    steps: [
      'See that the CA of the cluster is on the node: `openssl x509 -noout -subject -fingerprint -sha256 -in /etc/kubernetes/pki/ca.crt`, the same as on the control plane.',
      ...setField('authentication.x509.clientCAFile: /etc/kubernetes/pki/ca.crt', '--client-ca-file'),
    ],
    verify: [
      '`openssl s_client -connect 127.0.0.1:10250 </dev/null 2>/dev/null | grep -A1 "Acceptable client certificate CA names"` prints the CA of the cluster.',
      LOGS_WORK,
    ],
    defaults: { kubelet: ['client-ca-file'] },
  },
  'kubelet-serving-self-signed-expired': {
    examined:
      'The notAfter of /var/lib/kubelet/pki/kubelet.crt, which the kubelet made at its first start and takes as long as the file can be read.',
    consequence:
      'It is made for a year and never again. After that clients that look at its dates stop with `x509: certificate has expired or is not yet valid`; where the API server verifies kubelets, `kubectl logs` and `exec` fail on this node. Those that verify nothing go on, so that it may stay unseen for years.',
    steps: [
      'Better than another of the same kind, if somebody approves requests: serving certificates of the cluster, in the steps of `kubetls explain kubelet-serving-cert-source`.',
      'Otherwise move /var/lib/kubelet/pki/kubelet.crt and kubelet.key away.',
      'Restart the kubelet, which makes a new pair: `systemctl restart kubelet`. Pods go on running.',
      'Where clients trust the old file by itself, give them the new kubelet.crt.',
    ],
    verify: [
      '`openssl s_client -connect 127.0.0.1:10250 </dev/null 2>/dev/null | openssl x509 -noout -subject -enddate` prints a notAfter about a year ahead.',
    ],
    defaults: { kubelet: ['tls-cert-file', 'cert-dir'] },
  },
  'kubelet-server-tls-bootstrap': {
    examined:
      'Where `serverTLSBootstrap` is on: whether /var/lib/kubelet/pki/kubelet-server-current.pem is there and the link that rotation replaces, and whether --feature-gates leaves RotateKubeletServerCertificate on.',
    consequence:
      'Without an approval the kubelet has nothing to serve: `remote error: tls: internal error` for `kubectl logs` and `exec`, in its log `no serving certificate available for the kubelet`, and metrics-server loses the node. Pods run on. With the gate off it does not start; with a plain file in place of the link it serves on until that has ended.',
    steps: [
      APPROVE,
      'Requests that nobody approves are deleted after a day: if none is there, `systemctl restart kubelet` makes one at once.',
      'Take RotateKubeletServerCertificate=false out of `featureGates` in /var/lib/kubelet/config.yaml, and out of --feature-gates of kubelet and controller manager.',
      'Make a plain file the link again: in /var/lib/kubelet/pki `mv kubelet-server-current.pem kubelet-server-restored.pem && ln -s /var/lib/kubelet/pki/kubelet-server-restored.pem kubelet-server-current.pem`, then `systemctl restart kubelet`.',
    ],
    verify: [
      '`readlink /var/lib/kubelet/pki/kubelet-server-current.pem` prints a file with a date in its name.',
      LOGS_WORK,
    ],
    defaults: { kubelet: ['rotate-server-certificates', 'feature-gates', 'tls-cert-file'] },
  },
  'kubelet-serving-verifiable': {
    examined:
      'What the kubelet serves, against --kubelet-certificate-authority of kube-apiserver and the name or address that it dials: the first type of --kubelet-preferred-address-types that the node has (--hostname-override, --node-ip).',
    consequence:
      '`kubectl logs`, `exec`, `attach` and `port-forward` end for pods of this node, with `x509: certificate signed by unknown authority` or `x509: certificate is valid for <names>, not <address>`. Everything else works, so that it is noticed when somebody needs a log. It comes with the flag, with a new node, or with a node whose address changed.',
    steps: [
      'See what is served and what is dialled: `openssl s_client -connect <address>:10250 </dev/null 2>/dev/null | openssl x509 -noout -issuer -ext subjectAltName`, and `kubectl get nodes -o wide`.',
      'If logs are needed now, remove --kubelet-certificate-authority from /etc/kubernetes/manifests/kube-apiserver.yaml until the rest is done.',
      ...REQUEST_SERVING,
      'If only the name is missing, move /var/lib/kubelet/pki/kubelet-server-current.pem away before the restart: the new request has all addresses of the node. Or put a type that the certificate names first in --kubelet-preferred-address-types.',
    ],
    verify: [SERVED_FROM_CLUSTER, LOGS_WORK],
    defaults: {
      'kube-apiserver': ['kubelet-certificate-authority', 'kubelet-preferred-address-types'],
      kubelet: ['rotate-server-certificates', 'node-ip'],
    },
  },
  'kubelet-listens-for-apiserver': {
    examined:
      '`enableServer`, `address` and `port` of the kubelet, or their flags, against the address of the node that the API server dials.',
    consequence:
      '`kubectl logs`, `exec` and `port-forward` fail on this node with `dial tcp <address>:10250: connect: connection refused`, and metrics-server gets nothing from it. Pods and their state go on, since the kubelet itself dials the API server. Loopback as address shuts out the API server too; with port 0 the kubelet does not start.',
    steps: [
      LOOK,
      'Remove `address`, `enableServer` and `port` from /var/lib/kubelet/config.yaml, and --address, --enable-server and --port from the unit and /var/lib/kubelet/kubeadm-flags.env. What keeps strangers out is `authentication` and `authorization` in that file.',
      KEEP,
      RESTART,
    ],
    verify: ['`ss -ltnp "sport = :10250"` shows the kubelet on *:10250 or on the address of the node.', LOGS_WORK],
    defaults: { kubelet: ['enable-server', 'address', 'port'] },
  },
  'kubelet-debugging-handlers': {
    examined: '`enableDebuggingHandlers` of the kubelet, or --enable-debugging-handlers.',
    consequence:
      '`kubectl logs`, `exec`, `attach` and `port-forward` end for every pod of the node with 405 (`Debug endpoints are disabled.`), whoever asks: nobody reads why a pod fails, and backups and tools that work by exec stop. It protects little, since who may do it is decided by RBAC on nodes/proxy and pods/exec.',
    steps: setField('enableDebuggingHandlers: true', '--enable-debugging-handlers'),
    verify: [LOGS_WORK, `${inForce('enableDebuggingHandlers')} prints true.`],
    defaults: { kubelet: ['enable-debugging-handlers'] },
  },
  'kubelet-streaming-idle-timeout': {
    examined:
      '`streamingConnectionIdleTimeout` of the kubelet, or --streaming-connection-idle-timeout, where it is 0 and the version has dockershim, which is the only one that reads it (up to 1.23).',
    consequence:
      'An exec or port-forward that somebody left stays open for good: who gets at that terminal is in the container, and forgotten streams use up ports and memory of the node. From 1.24 on the container runtime decides, and this field has no effect.',
    steps: [
      'Remove --streaming-connection-idle-timeout=0 from /var/lib/kubelet/kubeadm-flags.env, /etc/default/kubelet or the unit: unset means 4h, and so does 0 in /var/lib/kubelet/config.yaml.',
      'With containerd set `stream_idle_timeout` in /etc/containerd/config.toml, with CRI-O `stream_idle_timeout` in /etc/crio/crio.conf, and restart the runtime.',
      RESTART,
    ],
    verify: [`${inForce('streamingConnectionIdleTimeout')} prints 4h0m0s or what you set, and not 0s.`],
    defaults: { kubelet: ['streaming-connection-idle-timeout'] },
  },
  'kubelet-config-mode': {
    examined:
      'Whether the command line of the kubelet names a configuration file with --config, and without one whether flags set what its old defaults leave open: anonymous requests, AlwaysAllow, port 10255, the client CA.',
    consequence:
      'A kubelet without a file takes defaults of before 1.10: whoever reaches port 10250 without a credential runs commands in every container of the node, and 10255 shows all pods. One flag that is forgotten on a new node is enough, and nothing in the log says so.',
    steps: [
      'See which settings are in force: `kubetls settings --component kubelet --no-defaults`.',
      'Write them into a KubeletConfiguration, /var/lib/kubelet/config.yaml (kubeadm: `kubeadm upgrade node phase kubelet-config` writes it from the ConfigMap kubelet-config).',
      'Name it in the unit, --config=/var/lib/kubelet/config.yaml, and remove the flags that it replaces: a flag beats the file.',
      'Run `systemctl daemon-reload`, then `systemctl restart kubelet`, one node after the other.',
    ],
    verify: [
      `\`${KUBELET_PLACE.search('config')}\` prints --config=/var/lib/kubelet/config.yaml.`,
      '`curl -sk -o /dev/null -w "%{http_code}\\n" https://127.0.0.1:10250/pods` prints 401.',
    ],
    defaults: { kubelet: ['config', 'anonymous-auth', 'authorization-mode', 'read-only-port'] },
  },
};
