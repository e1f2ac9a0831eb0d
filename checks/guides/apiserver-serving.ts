/** Guides to the checks of what the API server serves, where, and to whom it answers. */
import type { CheckGuides } from '../../src/model/guide.ts';
import { APISERVER_STAYS_UP, KEEP_APISERVER_ARGS } from './apiserver-steps.ts';
import { REISSUE_STEPS, RESTART_STATIC_POD } from './steps.ts';

const REISSUE_SERVING = REISSUE_STEPS.map((step) => step.replace('<name>', 'apiserver'));

const SHOW_NAMES =
  '`openssl s_client -connect 127.0.0.1:6443 </dev/null 2>/dev/null | openssl x509 -noout -ext subjectAltName`';

const VERIFIES =
  '`openssl s_client -connect 127.0.0.1:6443 -CAfile /etc/kubernetes/pki/ca.crt </dev/null 2>/dev/null | grep "Verify return code"` prints 0 (ok).';

export const APISERVER_SERVING_GUIDES: CheckGuides = {
  'apiserver-serving-cert-set': {
    examined: 'Whether --tls-cert-file and --tls-private-key-file of kube-apiserver are both set, one, or neither.',
    consequence:
      'With neither the API server serves the pair apiserver.crt and apiserver.key that it finds in --cert-dir, and makes a self-signed one there at its start where there is none. No kubeconfig and no pod trusts a self-signed one: `x509: certificate signed by unknown authority`, at once after the restart, and who switches verification off for that talks to any impostor as well. With only one of the two it does not start.',
    steps: [
      'Look whether the pair is there and belongs together: `openssl verify -CAfile /etc/kubernetes/pki/ca.crt /etc/kubernetes/pki/apiserver.crt`; if not, make it: `kubeadm init phase certs apiserver --config <file>`.',
      'Set --tls-cert-file=/etc/kubernetes/pki/apiserver.crt and --tls-private-key-file=/etc/kubernetes/pki/apiserver.key in /etc/kubernetes/manifests/kube-apiserver.yaml; `kubeadm init phase control-plane apiserver --config <file>` writes both.',
      'Without kubeadm sign the pair with the CA that kubeconfigs have in certificate-authority-data, and restart the unit.',
    ],
    verify: [VERIFIES],
    defaults: { 'kube-apiserver': ['tls-cert-file', 'tls-private-key-file', 'cert-dir'] },
  },
  'apiserver-serving-chain': {
    examined:
      'The certificate in --tls-cert-file, or in the pair of --tls-sni-cert-key that answers to the name which the client of the path dials, against the CA that this client trusts.',
    consequence:
      'Clients end with `x509: certificate signed by unknown authority`: kubectl at once, kubelets and controllers as soon as they connect anew, after which nodes become NotReady. It happens where a CA was made anew on one control-plane node, or where a certificate of another CA was put in for people and the components got it too.',
    steps: [
      'See who signed it: `openssl x509 -noout -issuer -ext authorityKeyIdentifier -in /etc/kubernetes/pki/apiserver.crt`, and compare with the subjectKeyIdentifier of /etc/kubernetes/pki/ca.crt and of the CA in the kubeconfig. All CAs of kubeadm have the same name.',
      'If ca.crt differs between control-plane nodes, first put ca.crt and ca.key of the right CA on all of them.',
      ...REISSUE_SERVING,
      'A certificate of another CA for people belongs in --tls-sni-cert-key=<certificate>,<key>:<name>: the components go on with the one from the cluster CA.',
    ],
    verify: [VERIFIES],
    defaults: { 'kube-apiserver': ['tls-cert-file', 'tls-sni-cert-key'] },
  },
  'apiserver-serving-san-endpoint': {
    examined:
      'The subject alternative names of the serving certificate against --advertise-address, or --bind-address where that is one address.',
    consequence:
      'Who dials that address gets `x509: certificate is valid for <names>, not <address>`. Other control-plane nodes, the Service kubernetes and `kubeadm join` use it; it mostly shows after the address of the node changed, and only at new connections.',
    steps: [
      'If the advertised address is wrong, correct that instead: --advertise-address in /etc/kubernetes/manifests/kube-apiserver.yaml, and localAPIEndpoint in the file for kubeadm.',
      'Names by which a load balancer is dialled belong in apiServer.certSANs: `kubectl -n kube-system edit configmap kubeadm-config`.',
      ...REISSUE_SERVING,
    ],
    verify: [`${SHOW_NAMES} prints the address.`],
    defaults: { 'kube-apiserver': ['advertise-address', 'bind-address'] },
  },
  'apiserver-serving-san-service': {
    examined:
      'The subject alternative names of the serving certificate against what pods dial: the first address of --service-cluster-ip-range, kubernetes.default.svc, and the shorter and longer forms of it (kubernetes, kubernetes.default, kubernetes.default.svc.<domain>).',
    consequence:
      'Pods find the API server by the address of its Service: every client in a pod ends with `x509: certificate is valid for <names>, not <address>`. CoreDNS, the network plugin and operators are the first, at their next connection; kubectl with an admin kubeconfig goes on working and hides it.',
    steps: [
      'See which address the Service has: `kubectl get service kubernetes`.',
      'Put the range and the domain of the cluster into the file for kubeadm: networking.serviceSubnet and networking.dnsDomain, further names in apiServer.certSANs.',
      ...REISSUE_SERVING,
    ],
    verify: [
      `${SHOW_NAMES} prints the address of the Service and kubernetes.default.svc.`,
      '`openssl x509 -noout -checkhost kubernetes.default.svc -checkip <address of the Service> -in /etc/kubernetes/pki/apiserver.crt` says that both do match.',
    ],
    defaults: { 'kube-apiserver': ['service-cluster-ip-range'] },
  },
  'apiserver-sni-certs': {
    examined:
      'Every value of --tls-sni-cert-key: its form (<certificate>,<key>, names after a colon), whether both files are there and readable for Go, and whether the key belongs to the certificate.',
    consequence:
      'The API server does not start with a pair that it cannot load. One that runs keeps all of the old certificates, the main one included, so that a renewal has no effect until they end; then clients refuse it, and the restart that is to help fails.',
    steps: [
      'Compare the two: `openssl x509 -noout -pubkey -in <crt>` with `openssl pkey -pubout -in <key>`.',
      'Put certificate and key of one issue into the two files, the intermediates after the leaf, and see that the pod mounts their folder: volumes in /etc/kubernetes/manifests/kube-apiserver.yaml.',
      'Or remove the flag, if nobody dials the name any more.',
      KEEP_APISERVER_ARGS,
    ],
    verify: [
      '`openssl s_client -connect 127.0.0.1:6443 -servername <name> </dev/null 2>/dev/null | openssl x509 -noout -subject -enddate` prints the certificate for that name.',
      APISERVER_STAYS_UP,
    ],
    defaults: { 'kube-apiserver': ['tls-sni-cert-key'] },
  },
  'apiserver-secure-port': {
    examined: 'Whether --secure-port of kube-apiserver is 0, which is no way to switch HTTPS off.',
    consequence:
      'The API server does not start: `--secure-port 0 must be between 1 and 65535, inclusive. It cannot be turned off with 0`. On the node whose manifest has it kubectl and the kubelet get connection refused at the next restart of the pod.',
    steps: [
      'Remove --secure-port=0 from /etc/kubernetes/manifests/kube-apiserver.yaml. Another port than 6443 has to stand in every kubeconfig too.',
      KEEP_APISERVER_ARGS,
    ],
    verify: ['`ss -ltnp "sport = :6443"` shows kube-apiserver.'],
    defaults: { 'kube-apiserver': ['secure-port'] },
  },
  'apiserver-listens-where-dialled': {
    examined:
      'Host and port of `server` in the kubeconfigs of the path (for pods --advertise-address), where they are this node, against --secure-port, --bind-address and hostNetwork of the API server.',
    consequence:
      'The client gets `connect: connection refused`: a kubelet that dials so makes its node NotReady within a minute, and scheduler and controller manager lose their lease. What waits on a loopback port may also be a load balancer of the node, which no file shows.',
    steps: [
      'See what is dialled: `grep server: /etc/kubernetes/*.conf`, and what listens: `ss -ltnp`.',
      'If the flags are wrong, correct --secure-port and --bind-address in /etc/kubernetes/manifests/kube-apiserver.yaml, and keep `hostNetwork: true` there.',
      'If the kubeconfigs are wrong, move them away and write them anew: `kubeadm init phase kubeconfig all --config <file>`, with localAPIEndpoint and controlPlaneEndpoint of the cluster; then restart the kubelet and the pods that use them.',
      RESTART_STATIC_POD,
    ],
    verify: ['`curl -sk https://<host>:<port>/livez` with host and port of the kubeconfig prints ok.'],
    defaults: { 'kube-apiserver': ['secure-port', 'bind-address', 'advertise-address'] },
  },
  'apiserver-probes': {
    examined:
      'The httpGet probes in the manifest of kube-apiserver: host, port, scheme and path against where it listens, and whether it answers such a request, which has no credential: anonymous requests, the paths that they are limited to, and what RBAC opens to them.',
    consequence:
      'The kubelet takes 401, 403 or no answer for a failure and kills the API server after some of them (with the probes of kubeadm within minutes), again and again: `Liveness probe failed: HTTP probe failed with statuscode: 401` in the events of the pod. On a cluster with one control-plane node everything is away for a while each time.',
    steps: [
      'From 1.32 on leave the probed paths open: `anonymous: {enabled: true, conditions: [{path: /livez}, {path: /readyz}]}` in the file that --authentication-config names, and remove --anonymous-auth.',
      'Up to 1.31 remove --anonymous-auth=false from /etc/kubernetes/manifests/kube-apiserver.yaml, or make the probes tcpSocket probes with `kubeadm upgrade apply --patches <folder>`, so that the next upgrade does not bring them back.',
      'In each probe set `scheme: HTTPS`, the port of --secure-port and a host that --bind-address covers. RBAC opens /livez and /readyz, and no path below them.',
    ],
    verify: [
      '`curl -sk -o /dev/null -w "%{http_code}\\n" https://<host of the probe>:6443/livez` prints 200, the same for /readyz.',
      APISERVER_STAYS_UP,
    ],
    defaults: { 'kube-apiserver': ['anonymous-auth', 'authentication-config', 'secure-port', 'bind-address'] },
  },
  'apiserver-loopback-cert-age': {
    examined:
      'When the running API server was started, and how long the certificate lives that it makes for itself in memory then (apiserver-loopback-client). No file holds it.',
    consequence:
      'The API server talks to itself with it: after it has ended, admission and controllers inside of it fail while the port still answers. New pods are refused: `Error creating: pods "…" is forbidden: Get "https://…/limitranges": x509: certificate has expired or is not yet valid`. `kubeadm certs check-expiration` does not list it.',
    steps: [
      RESTART_STATIC_POD,
      'An upgrade restarts it too; where clusters stay on a release for long, put the restart into the calendar.',
    ],
    verify: [
      '`openssl s_client -connect 127.0.0.1:6443 -servername apiserver-loopback-client </dev/null 2>/dev/null | openssl x509 -noout -subject -enddate` prints a notAfter that lies about one year ahead, three from 1.33 on.',
    ],
  },
  'apiserver-pqc-key-exchange': {
    examined:
      "The key exchange groups that the versions of kube-apiserver and etcd have by Go's defaults, GODEBUG in the manifest, --tls-curve-preferences, and whether etcd is held at TLS 1.2.",
    consequence:
      'Nothing is broken today. Who records the traffic now, Secrets on the way to etcd included, can decrypt it once there is a quantum computer that breaks elliptic curves, if no hybrid group was agreed upon. Signatures of certificates are classical in every version, and matter only to who has such a computer while they count.',
    steps: [
      'Upgrade to Kubernetes 1.33, and etcd 3.5.23, 3.6.5 or later.',
      'Take tlsmlkem=0 out of GODEBUG in the `env` of /etc/kubernetes/manifests/kube-apiserver.yaml and etcd.yaml, and remove --tls-curve-preferences or add 4588 to it.',
      'Clients need Go 1.24 or OpenSSL 3.5 as well: an older kubectl goes on with X25519.',
    ],
    verify: [
      '`openssl s_client -connect 127.0.0.1:6443 -groups X25519MLKEM768 </dev/null 2>/dev/null | grep X25519MLKEM768` with OpenSSL 3.5 or later prints the group.',
    ],
    defaults: { 'kube-apiserver': ['tls-curve-preferences'] },
  },
  'apiserver-http2-dos-mitigation': {
    examined:
      'The gate UnauthenticatedHTTP2DOSMitigation in --feature-gates of kube-apiserver, and what it is in the version where nobody writes it.',
    consequence:
      'Whoever reaches port 6443, without any credential, opens and resets HTTP/2 streams as fast as he likes (CVE-2023-44487): the API server burns CPU and memory until requests of nodes time out. With the gate on it ends the connection of a stranger after each answer.',
    steps: [
      'Take UnauthenticatedHTTP2DOSMitigation=false out of --feature-gates in /etc/kubernetes/manifests/kube-apiserver.yaml. Up to 1.28 set --feature-gates=UnauthenticatedHTTP2DOSMitigation=true, in a patch release that has the gate.',
      KEEP_APISERVER_ARGS,
      'If it is off because a load balancer of layer 7 shares one connection among many clients, limit them there instead.',
    ],
    verify: [
      '`kubectl get --raw /metrics | grep UnauthenticatedHTTP2DOSMitigation` prints kubernetes_feature_enabled with the value 1.',
      '`grep -c UnauthenticatedHTTP2DOSMitigation=false /etc/kubernetes/manifests/kube-apiserver.yaml` prints 0.',
    ],
  },
};
