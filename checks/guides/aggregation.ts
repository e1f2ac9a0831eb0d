/** Guides to the checks of front proxies, aggregated API servers, and API servers that pass requests to each other. */
import type { CheckGuides } from '../../src/model/guide.ts';
import { APISERVER_STAYS_UP, KEEP_APISERVER_ARGS, ONE_AFTER_THE_OTHER } from './apiserver-steps.ts';
import { REISSUE_STEPS, RESTART_STATIC_POD } from './steps.ts';

/** Aggregated API servers take both from the ConfigMap extension-apiserver-authentication, some of them at their start alone. */
const OWN_FRONT_PROXY_CA: readonly string[] = [
  'Make the CA on one control-plane node: move /etc/kubernetes/pki/front-proxy-* to a folder that only root reads, `kubeadm init phase certs front-proxy-ca`, then `kubeadm init phase certs front-proxy-client`.',
  'Copy front-proxy-ca.crt and .key to the other control-plane nodes, and make their front-proxy-client there.',
  RESTART_STATIC_POD,
  'Restart the aggregated API servers, which read the CA when they start: `kubectl -n kube-system rollout restart deployment metrics-server`.',
];

const AGGREGATION_WORKS =
  '`kubectl get apiservices | grep False` prints nothing, and `kubectl top nodes` prints numbers where there is a metrics-server.';

/** A kubelet may not list namespaces, so nothing is shown but the name that the API server believes. */
const NO_IMPERSONATION =
  '`curl -sk --cert /var/lib/kubelet/pki/kubelet-client-current.pem --key /var/lib/kubelet/pki/kubelet-client-current.pem -H "X-Remote-User: nobody" https://127.0.0.1:6443/api/v1/namespaces` answers Forbidden for system:node:<name>, not for nobody.';

export const AGGREGATION_GUIDES: CheckGuides = {
  'front-proxy-client-cert': {
    examined:
      'The pair in --proxy-client-cert-file and --proxy-client-key-file of kube-apiserver against the CA in --requestheader-client-ca-file, and its common name against --requestheader-allowed-names.',
    consequence:
      'Aggregated API servers do not believe for whom the API server asks, and refuse it as anonymous: `kubectl top` says `error: Metrics API not available`, autoscalers stand still, and deleting a namespace hangs, since not all APIs can be listed.',
    steps: [
      'See what does not fit: `openssl verify -purpose sslclient -CAfile /etc/kubernetes/pki/front-proxy-ca.crt /etc/kubernetes/pki/front-proxy-client.crt` and `openssl x509 -noout -subject -enddate -in /etc/kubernetes/pki/front-proxy-client.crt`.',
      'Renew it from the front-proxy CA: `kubeadm certs renew front-proxy-client`, on every control-plane node.',
      'Set --proxy-client-cert-file and --proxy-client-key-file to it in /etc/kubernetes/manifests/kube-apiserver.yaml, and have its common name in --requestheader-allowed-names (kubeadm: front-proxy-client).',
      RESTART_STATIC_POD,
    ],
    verify: [
      '`openssl verify -purpose sslclient -CAfile /etc/kubernetes/pki/front-proxy-ca.crt /etc/kubernetes/pki/front-proxy-client.crt` prints OK.',
      AGGREGATION_WORKS,
    ],
    defaults: {
      'kube-apiserver': ['proxy-client-cert-file', 'proxy-client-key-file', 'requestheader-allowed-names'],
    },
  },
  'front-proxy-requestheader-ca': {
    examined: 'Whether --requestheader-client-ca-file of kube-apiserver is set, and holds a certificate that Go reads.',
    consequence:
      "Unset, the ConfigMap extension-apiserver-authentication has no CA for front proxies: aggregated API servers say `cluster doesn't provide requestheader-client-ca-file` and refuse what is passed on, or do not start. With a file that holds no certificate the API server itself does not start.",
    steps: [
      'Make the CA if it is not there: `kubeadm init phase certs front-proxy-ca` on one node, and copy it to the others.',
      'Set --requestheader-client-ca-file=/etc/kubernetes/pki/front-proxy-ca.crt and --requestheader-allowed-names=front-proxy-client in /etc/kubernetes/manifests/kube-apiserver.yaml. Do not take the CA of clients for it.',
      ONE_AFTER_THE_OTHER,
      'Restart the aggregated API servers: `kubectl -n kube-system rollout restart deployment metrics-server`.',
    ],
    verify: [
      '`kubectl -n kube-system get configmap extension-apiserver-authentication -o jsonpath="{.data.requestheader-client-ca-file}" | openssl x509 -noout -subject` prints the front-proxy CA.',
      AGGREGATION_WORKS,
    ],
    defaults: { 'kube-apiserver': ['requestheader-client-ca-file'] },
  },
  'front-proxy-allowed-names': {
    examined:
      '--requestheader-allowed-names of kube-apiserver, and where it is empty, whether the bundles of --client-ca-file and --requestheader-client-ca-file share a certificate or a key, or the one signed the other.',
    consequence:
      'Whoever has any client certificate of the cluster, that of a kubelet for instance, sends `X-Remote-User` and `X-Remote-Group: system:masters` with it and is administrator. The audit log then has the name that he chose. It needs no fault and no tool but curl.',
    steps: [
      'Set --requestheader-allowed-names=front-proxy-client in /etc/kubernetes/manifests/kube-apiserver.yaml at once, with the common names of your own authenticating proxies beside it.',
      ONE_AFTER_THE_OTHER,
      KEEP_APISERVER_ARGS,
      'Then give the front proxy a CA of its own, since who can get a certificate for that name is past the list.',
      ...OWN_FRONT_PROXY_CA,
    ],
    verify: [NO_IMPERSONATION],
    defaults: {
      'kube-apiserver': ['requestheader-allowed-names', 'requestheader-client-ca-file', 'client-ca-file'],
    },
  },
  'front-proxy-ca-distinct': {
    examined:
      'The bundles of --client-ca-file and --requestheader-client-ca-file: whether a certificate or a key is in both, or a CA of the one signed a CA of the other. Names of CAs are not compared.',
    consequence:
      'The list of names is all that keeps users from naming themselves administrator in a header. Who can have a certificate signed for CN=front-proxy-client, by a CertificateSigningRequest that somebody approves without reading or with a copy of ca.key, is past it.',
    steps: [...OWN_FRONT_PROXY_CA],
    verify: [
      '`openssl x509 -noout -pubkey -in /etc/kubernetes/pki/front-proxy-ca.crt | openssl dgst -sha256` prints another hash than the same for ca.crt.',
      NO_IMPERSONATION,
    ],
    defaults: { 'kube-apiserver': ['requestheader-client-ca-file', 'client-ca-file'] },
  },
  'front-proxy-overlap-blocks-start': {
    examined:
      'Whether the bundles of --client-ca-file and --requestheader-client-ca-file have the very same certificate while --requestheader-allowed-names is empty: the API server asks that from 1.35 on.',
    consequence:
      'The upgrade to 1.35 ends here: `--requestheader-client-ca-file and --client-ca-file contain overlapping certificates; --requestheader-allowed-names must be specified to ensure regular client certificates cannot set authenticating proxy headers for arbitrary users`. Older versions run, and every client certificate can claim to be anybody.',
    steps: [
      'Set --requestheader-allowed-names=front-proxy-client in /etc/kubernetes/manifests/kube-apiserver.yaml, before the upgrade.',
      KEEP_APISERVER_ARGS,
      'Then give the front proxy a CA of its own.',
      ...OWN_FRONT_PROXY_CA,
    ],
    verify: [
      APISERVER_STAYS_UP,
      '`grep requestheader-allowed-names /etc/kubernetes/manifests/kube-apiserver.yaml` prints the names.',
    ],
    defaults: { 'kube-apiserver': ['requestheader-allowed-names'] },
  },
  'front-proxy-headers': {
    examined:
      '--requestheader-username-headers, --requestheader-group-headers, --requestheader-extra-headers-prefix and --requestheader-uid-headers of kube-apiserver against the headers that it sends itself: X-Remote-User, X-Remote-Group, X-Remote-Extra- and X-Remote-Uid.',
    consequence:
      'Aggregated API servers read the names from these flags. Without X-Remote-User they learn nobody and refuse all requests, without X-Remote-Group everybody has the rights of no group there. An empty name, or --requestheader-uid-headers without X-Remote-Uid or without its gate, keeps the API server from starting.',
    steps: [
      'Set --requestheader-username-headers=X-Remote-User, --requestheader-group-headers=X-Remote-Group and --requestheader-extra-headers-prefix=X-Remote-Extra- in /etc/kubernetes/manifests/kube-apiserver.yaml, names of your own proxies after them.',
      ONE_AFTER_THE_OTHER,
      KEEP_APISERVER_ARGS,
    ],
    verify: [
      '`kubectl -n kube-system get configmap extension-apiserver-authentication -o yaml | grep requestheader-` prints the headers.',
      AGGREGATION_WORKS,
    ],
    defaults: {
      'kube-apiserver': [
        'requestheader-username-headers',
        'requestheader-group-headers',
        'requestheader-extra-headers-prefix',
        'requestheader-uid-headers',
      ],
    },
  },
  'apiservice-tls': {
    examined:
      'Every APIService of the export that leads to a Service: insecureSkipTLSVerify, and whether it has a caBundle.',
    consequence:
      'With insecureSkipTLSVerify the API server passes requests, with name and groups of the user, to whoever answers on the address of the Service: who takes it over reads them and answers as he likes, such as wrong numbers for an autoscaler. Without either the request fails: `x509: certificate signed by unknown authority`.',
    steps: [
      'Give the server a certificate for <service>.<namespace>.svc from a CA of yours; metrics-server takes it with --tls-cert-file and --tls-private-key-file, and makes a self-signed one without.',
      'In one edit put that CA into `spec.caBundle` and remove `insecureSkipTLSVerify: true`, since they may not stand beside each other: `kubectl edit apiservice <name>`.',
      'From then on cert-manager can keep it: `kubectl annotate apiservice <name> cert-manager.io/inject-ca-from=<namespace>/<certificate>`.',
    ],
    verify: [
      '`kubectl get apiservices -o custom-columns=NAME:.metadata.name,SERVICE:.spec.service.name,SKIP:.spec.insecureSkipTLSVerify | grep true` prints nothing.',
      '`kubectl get apiservice <name>` says True under AVAILABLE.',
    ],
  },
  'apiservice-cabundle': {
    examined:
      'The certificates in `spec.caBundle` of every APIService of the export: readable for Go, and how long they last.',
    consequence:
      'When the CA has ended or cannot be read, requests for that API fail: `kubectl get apiservices` says False (FailedDiscoveryCheck). What lists all APIs fails with it: deleting a namespace hangs, `kubectl api-resources` and garbage collection complain.',
    steps: [
      'Add the new CA to the bundle beside the old one: `kubectl edit apiservice <name>`, field `spec.caBundle`, base64 of both PEM blocks. The API server takes it at once.',
      'Give the server its certificate from the new CA and restart it: `kubectl -n <namespace> rollout restart deployment <name>`.',
      'Remove the old CA. Or let cert-manager keep the field with the annotation cert-manager.io/inject-ca-from.',
    ],
    verify: [
      '`kubectl get apiservice <name> -o jsonpath={.spec.caBundle} | base64 -d | openssl x509 -noout -subject -enddate` prints the new CA.',
      '`kubectl get apiservice <name>` says True under AVAILABLE.',
    ],
  },
  'apiservice-available': {
    examined:
      'For every APIService of the export that leads to a Service: whether that Service and its port exist, and the condition Available in its status.',
    consequence:
      'Requests for that API end with `the server is currently unable to handle the request`. Namespaces stay Terminating, since their content cannot be listed, and garbage collection stands still for that API. Often the operator was removed and its APIService stayed.',
    steps: [
      'See why: `kubectl get apiservice <name> -o jsonpath={.status.conditions}`, and `kubectl -n <namespace> get service,endpointslices`.',
      'If the server should be there, bring it back, and let the control plane reach its pods: with a network policy or a firewall before it open the port for the control-plane nodes.',
      'If it is gone for good, delete the APIService: `kubectl delete apiservice <name>`. Those of the API server itself come back.',
    ],
    verify: ['`kubectl get apiservices | grep False` prints nothing.'],
  },
  'apiserver-peer-gate': {
    examined:
      '--peer-ca-file, --peer-advertise-ip and --peer-advertise-port of kube-apiserver against the gate UnknownVersionInteroperabilityProxy in --feature-gates, and up to 1.32 StorageVersionAPI.',
    consequence:
      'The API server does not start: `--peer-ca-file requires UnknownVersionInteroperabilityProxy feature to be turned on`, or `UnknownVersionInteroperabilityProxy feature requires StorageVersionAPI feature flag to be enabled`. It shows at the next restart of the pod.',
    steps: [
      'If nobody needs the peer proxy, remove --peer-ca-file, --peer-advertise-ip and --peer-advertise-port from /etc/kubernetes/manifests/kube-apiserver.yaml.',
      'Otherwise set --feature-gates=UnknownVersionInteroperabilityProxy=true on every API server, up to 1.32 with StorageVersionAPI=true beside it.',
      ONE_AFTER_THE_OTHER,
      KEEP_APISERVER_ARGS,
    ],
    verify: [
      APISERVER_STAYS_UP,
      '`kubectl get --raw /metrics | grep UnknownVersionInteroperabilityProxy` prints kubernetes_feature_enabled with the value 1.',
    ],
    defaults: { 'kube-apiserver': ['peer-ca-file', 'peer-advertise-ip', 'peer-advertise-port'] },
  },
  'apiserver-peer-ca': {
    examined:
      'The CA in --peer-ca-file of kube-apiserver against the serving certificate of API servers; the peers are taken to serve what this one does.',
    consequence:
      'While API servers of two versions run, a request that one of them cannot serve is passed to a peer, and fails: 503 Service Unavailable, `x509: certificate signed by unknown authority` in the log. Outside of upgrades nothing shows it.',
    steps: [
      'Set --peer-ca-file to the CA that signs the serving certificates of all API servers (kubeadm: /etc/kubernetes/pki/ca.crt) in /etc/kubernetes/manifests/kube-apiserver.yaml, before the next upgrade.',
      ONE_AFTER_THE_OTHER,
      KEEP_APISERVER_ARGS,
    ],
    verify: [
      '`openssl s_client -connect <address of a peer>:6443 -servername kubernetes.default.svc -CAfile <file of --peer-ca-file> </dev/null 2>/dev/null | grep "Verify return code"` prints 0 (ok).',
    ],
    defaults: { 'kube-apiserver': ['peer-ca-file'] },
  },
  'apiserver-peer-name': {
    examined:
      'Whether the serving certificate of API servers has the name kubernetes.default.svc, by which peers are verified whatever address is dialled.',
    consequence:
      'A request that is passed to a peer during an upgrade fails with 503 Service Unavailable: `x509: certificate is valid for <names>, not kubernetes.default.svc`. Pods that dial the API server by that name fail always.',
    steps: REISSUE_STEPS.map((step) => step.replace('<name>', 'apiserver')),
    verify: [
      '`openssl x509 -noout -checkhost kubernetes.default.svc -in /etc/kubernetes/pki/apiserver.crt` says does match certificate.',
    ],
    defaults: { 'kube-apiserver': ['tls-cert-file', 'tls-sni-cert-key'] },
  },
  'extension-auth-configmap': {
    examined:
      'The CAs and names in the ConfigMap extension-apiserver-authentication of kube-system against --client-ca-file, --requestheader-client-ca-file and --requestheader-allowed-names of the API server of the node.',
    consequence:
      'API servers add to this ConfigMap and take out only what has ended. A CA that a rotation removed from every file lives on here: who has its key makes a certificate with O=system:masters, and metrics-server, other aggregated API servers, scheduler and controller manager let it in. The other way round, without the CA of the API server they refuse what it passes on.',
    steps: [
      'See that no API server of the cluster has it in its flags any more: `openssl storeutl -noout -text -certs /etc/kubernetes/pki/ca.crt | grep Subject:` on each control-plane node.',
      'Delete the ConfigMap: `kubectl -n kube-system delete configmap extension-apiserver-authentication`. The API servers write it anew at once, from their flags alone.',
      'Aggregated API servers read it again by themselves; restart one that keeps it in memory: `kubectl -n kube-system rollout restart deployment metrics-server`.',
    ],
    verify: [
      '`kubectl -n kube-system get configmap extension-apiserver-authentication -o jsonpath="{.data.client-ca-file}" | openssl storeutl -noout -text -certs /dev/stdin | grep Subject:` prints the CAs of the file and no other.',
    ],
    defaults: { 'kube-apiserver': ['client-ca-file', 'requestheader-client-ca-file', 'requestheader-allowed-names'] },
  },
};
