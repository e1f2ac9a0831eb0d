/** Guides to the checks of how the API server reaches etcd. */
import type { CheckGuides } from '../../src/model/guide.ts';
import { APISERVER_STAYS_UP, KEEP_APISERVER_ARGS, ONE_AFTER_THE_OTHER } from './apiserver-steps.ts';
import { REISSUE_STEPS, RESTART_STATIC_POD } from './steps.ts';

/** As the API server does it: etcd's own CA, and the client certificate for etcd. */
const AS_THE_APISERVER =
  '`curl -sS --cacert /etc/kubernetes/pki/etcd/ca.crt --cert /etc/kubernetes/pki/apiserver-etcd-client.crt --key /etc/kubernetes/pki/apiserver-etcd-client.key https://127.0.0.1:2379/health` prints "health":"true".';

const EXTERNAL =
  'With an etcd outside of the cluster kubeadm takes them from etcd.external of the ClusterConfiguration (endpoints, caFile, certFile, keyFile).';

export const APISERVER_ETCD_GUIDES: CheckGuides = {
  'apiserver-etcd-https': {
    examined:
      'The scheme of every URL in --etcd-servers and --etcd-servers-overrides of kube-apiserver, and which URL comes first in each list: the etcd client uses TLS for all of a list or for none.',
    consequence:
      'Every object, each Secret and token among them, goes to etcd in plain text, and whoever is on the way reads and changes it. An etcd that answers without TLS knows no client certificates either: who reaches port 2379 is above all RBAC. --etcd-cafile and --etcd-certfile do nothing for a URL with http.',
    steps: [
      'Let etcd serve TLS first: --cert-file, --key-file, --client-cert-auth=true and --trusted-ca-file, and an https URL beside the old one in --listen-client-urls of /etc/kubernetes/manifests/etcd.yaml.',
      'See that it answers with the certificate of the API server: `curl -sS --cacert /etc/kubernetes/pki/etcd/ca.crt --cert /etc/kubernetes/pki/apiserver-etcd-client.crt --key /etc/kubernetes/pki/apiserver-etcd-client.key https://127.0.0.1:2379/health`.',
      'Write every URL with https:// in --etcd-servers and --etcd-servers-overrides of /etc/kubernetes/manifests/kube-apiserver.yaml, beside --etcd-cafile, --etcd-certfile and --etcd-keyfile.',
      ONE_AFTER_THE_OTHER,
      EXTERNAL,
      'When no API server uses it any more, remove the http URL from --listen-client-urls and --advertise-client-urls of etcd.',
    ],
    verify: [
      '`grep etcd-servers /etc/kubernetes/manifests/kube-apiserver.yaml` prints https URLs alone, and `curl -s -m 3 http://127.0.0.1:2379/health` nothing.',
      AS_THE_APISERVER,
    ],
    defaults: { 'kube-apiserver': ['etcd-servers', 'etcd-servers-overrides'] },
  },
  'apiserver-etcd-ca': {
    examined:
      'The CA in --etcd-cafile of kube-apiserver (kubeadm: /etc/kubernetes/pki/etcd/ca.crt) against the serving certificate of the etcd of this node; where it is unset, the public CAs of the image.',
    consequence:
      'With the wrong CA the API server does not come up: `transport: authentication handshake failed: x509: certificate signed by unknown authority`, then `context deadline exceeded`, over and over; a running one shows it at its next connection. Unset, a certificate of any public CA for that name passes for etcd, and one of a private CA is refused.',
    steps: [
      'See which CA signed it: `openssl verify -purpose sslserver -CAfile /etc/kubernetes/pki/etcd/ca.crt /etc/kubernetes/pki/etcd/server.crt`.',
      'Set --etcd-cafile to that CA in /etc/kubernetes/manifests/kube-apiserver.yaml. While a CA is rotated the file holds both, on every control-plane node, before etcd gets the new certificate.',
      'The file is read once: restart the API server where only its content changed.',
      RESTART_STATIC_POD,
      EXTERNAL,
    ],
    verify: [
      '`openssl s_client -connect 127.0.0.1:2379 -CAfile /etc/kubernetes/pki/etcd/ca.crt </dev/null 2>/dev/null | grep "Verify return code"` prints 0 (ok).',
      APISERVER_STAYS_UP,
    ],
    defaults: { 'kube-apiserver': ['etcd-cafile'] },
  },
  'apiserver-etcd-client-cert': {
    examined:
      'Whether --etcd-certfile and --etcd-keyfile are both set, belong together, and whether the CA in --trusted-ca-file of etcd signed the certificate, by dates and uses as well.',
    consequence:
      "Then etcd refuses the API server: `remote error: tls: bad certificate`, in its own log `tls: client didn't provide a certificate`, and the API server ends with `context deadline exceeded`. If it comes up without a certificate, then etcd lets in anybody who reaches port 2379. With only one of the two flags it does not start.",
    steps: [
      'See whether etcd trusts it: `openssl verify -purpose sslclient -CAfile /etc/kubernetes/pki/etcd/ca.crt /etc/kubernetes/pki/apiserver-etcd-client.crt`.',
      'Make the pair anew if not: move apiserver-etcd-client.crt and .key out of /etc/kubernetes/pki, then `kubeadm init phase certs apiserver-etcd-client`; it needs the key of the CA of etcd beside etcd/ca.crt.',
      'Set --etcd-certfile and --etcd-keyfile to it in /etc/kubernetes/manifests/kube-apiserver.yaml.',
      EXTERNAL,
      RESTART_STATIC_POD,
    ],
    verify: [AS_THE_APISERVER],
    defaults: { 'kube-apiserver': ['etcd-certfile', 'etcd-keyfile'] },
  },
  'apiserver-etcd-host-san': {
    examined:
      "The subject alternative names of the serving certificate of this node's etcd (/etc/kubernetes/pki/etcd/server.crt) against the hosts in --etcd-servers and --etcd-servers-overrides.",
    consequence:
      'The API server refuses the endpoint: `transport: authentication handshake failed: x509: certificate is valid for <names>, not <host>`. With several endpoints it goes on with the others, so that the fault shows when these are away; with one it does not start.',
    steps: [
      'If the host is a slip, write one that the certificate has in --etcd-servers (kubeadm: https://127.0.0.1:2379) of /etc/kubernetes/manifests/kube-apiserver.yaml.',
      'Otherwise add the name to etcd.local.serverCertSANs: `kubectl -n kube-system edit configmap kubeadm-config`.',
      ...REISSUE_STEPS.map((step) => step.replace('<name>', 'etcd-server')),
    ],
    verify: [
      '`openssl s_client -connect 127.0.0.1:2379 </dev/null 2>/dev/null | openssl x509 -noout -ext subjectAltName` prints the host.',
    ],
    defaults: { 'kube-apiserver': ['etcd-servers'] },
  },
  'apiserver-etcd-listens': {
    examined:
      'Each URL in --etcd-servers that is this node against --listen-client-urls of its etcd (address, port, socket).',
    consequence:
      'Nobody answers where the API server dials: `connect: connection refused`, and it ends with `context deadline exceeded`. With further endpoints it comes up and hides it, until the others are away. A second etcd on the same node, which no file shows, may answer instead.',
    steps: [
      'See what listens: `ss -ltnp | grep etcd`.',
      'Give --etcd-servers in /etc/kubernetes/manifests/kube-apiserver.yaml a URL of --listen-client-urls: for kubeadm https://127.0.0.1:2379.',
      'Or add the address to --listen-client-urls in /etc/kubernetes/manifests/etcd.yaml, once its certificate names it. Restart one member after the other, and wait until it is healthy.',
      KEEP_APISERVER_ARGS,
    ],
    verify: ['`ss -ltn "sport = :2379"` shows the address in --etcd-servers.', AS_THE_APISERVER],
    defaults: { 'kube-apiserver': ['etcd-servers'], etcd: ['listen-client-urls'] },
  },
  'apiserver-etcd-client-identity': {
    examined:
      'Common name and organizations of the certificate in --etcd-certfile, and whether the CA in --client-ca-file of kube-apiserver vouches for it.',
    consequence:
      'Where one CA signs for etcd and for users, a certificate for etcd with `O=system:masters` is a cluster administrator too, whom no RBAC rule limits. As long as the API server does not trust the CA of etcd the group means nothing; it becomes one when the CAs are merged.',
    steps: [
      'Give etcd a CA of its own if it has none: move etcd/ca.crt and etcd/ca.key out of /etc/kubernetes/pki, `kubeadm init phase certs etcd-ca` on one node, and trust both CAs while nodes still differ.',
      'Move apiserver-etcd-client.crt and .key out of /etc/kubernetes/pki and run `kubeadm init phase certs apiserver-etcd-client` with kubeadm 1.29 or later: `kubeadm certs renew` keeps the old group.',
      RESTART_STATIC_POD,
    ],
    verify: [
      '`openssl x509 -noout -subject -in /etc/kubernetes/pki/apiserver-etcd-client.crt` prints no system:masters.',
    ],
    defaults: { 'kube-apiserver': ['etcd-certfile', 'client-ca-file'] },
  },
};
