/** Guides to the checks of whom the API server lets in, and what it lets them do. */
import type { CheckGuides } from '../../src/model/guide.ts';
import {
  APISERVER_STAYS_UP,
  flagIsGone,
  KEEP_APISERVER_ARGS,
  KEEP_APISERVER_FILE,
  MOUNT_APISERVER_FILE,
  ONE_AFTER_THE_OTHER,
} from './apiserver-steps.ts';

const SHOW_BUNDLE =
  '`openssl storeutl -noout -text -certs /etc/kubernetes/pki/ca.crt | grep -E "Subject:|Not After|CA:"`';

/** Files with secrets that the API server reads once, at its start. */
const NEW_CREDENTIALS =
  'Give each of them another credential first: OpenID Connect for people, `kubeadm kubeconfig user --client-name <name> --org <group>` for a few, a service account (`kubectl create token <account>`) for programs; and bind it to the same roles.';

export const APISERVER_ACCESS_GUIDES: CheckGuides = {
  'apiserver-client-ca-set': {
    examined: 'Whether --client-ca-file of kube-apiserver is set, and whether the file is in the input.',
    consequence:
      'Without it every client certificate is ignored: kubelets, scheduler, controller manager and admin.conf are system:anonymous. They get Unauthorized or Forbidden at once, all nodes become NotReady, and the only way back in is the manifest.',
    steps: [
      'Set --client-ca-file=/etc/kubernetes/pki/ca.crt in /etc/kubernetes/manifests/kube-apiserver.yaml; `kubeadm init phase control-plane apiserver --config <file>` writes it.',
      'The file has to be the CA that signed the certificates of kubelets and in /etc/kubernetes/admin.conf.',
      ONE_AFTER_THE_OTHER,
    ],
    verify: ['`kubectl --kubeconfig /etc/kubernetes/admin.conf get nodes` lists the nodes, and they are Ready.'],
    defaults: { 'kube-apiserver': ['client-ca-file'] },
  },
  'apiserver-client-ca-contents': {
    examined:
      'Every certificate in the file of --client-ca-file: whether it is a CA, and whether it is the CA of etcd, which --trusted-ca-file of etcd has.',
    consequence:
      'Each CA in the file can make any user: who holds its key signs a certificate with `O=system:masters` and is administrator. With the CA of etcd in it each client of etcd is a user of the cluster. A leaf in it lets its owner in under its common name, whatever signed it. With no readable certificate the API server does not start.',
    steps: [
      `See what the file holds: ${SHOW_BUNDLE}.`,
      'Find out who uses certificates of the CA that is to go, in the audit log, and give them certificates of the cluster CA.',
      'Take its PEM block out, on every control-plane node: the API server reads the file again while it runs.',
      'If one CA signs for etcd and for users on purpose, separate them first: `kubetls explain pki-ca-reuse`.',
    ],
    verify: [`${SHOW_BUNDLE} prints the cluster CA alone, with CA:TRUE.`],
    defaults: { 'kube-apiserver': ['client-ca-file'] },
  },
  'apiserver-authorization-mode': {
    examined:
      'The authorizers in force: --authorization-mode, or `authorizers` in the file of --authorization-config; and combinations of these flags with which the API server does not start.',
    consequence:
      'With AlwaysAllow whoever authenticates is administrator: the token of any pod reads all Secrets and starts privileged pods. Without Node, kubelets need a role over all nodes; without RBAC, roles and bindings have no effect. A wrong combination ends the start: `authorization-mode […] has mode specified more than once`, `cannot specify --authorization-webhook-config-file without mode Webhook`.',
    steps: [
      'While AlwaysAllow is in force `kubectl auth can-i` says yes to everything, so look at the bindings: `kubectl get clusterrolebindings,rolebindings -A -o wide`, and at the users in the audit log.',
      'Bind what is missing: `kubectl create clusterrolebinding <name> --clusterrole=<role> --user=<user>` (or --serviceaccount=<namespace>:<name>). The API server makes the roles and bindings of its own components when it starts with RBAC.',
      'Set --authorization-mode=Node,RBAC in /etc/kubernetes/manifests/kube-apiserver.yaml. With a file instead: `type: Node` and `type: RBAC` under `authorizers`, and no --authorization-mode beside it.',
      ONE_AFTER_THE_OTHER,
      KEEP_APISERVER_ARGS,
    ],
    verify: [
      '`kubectl auth can-i get secrets -A --as=nobody` prints no, and `kubectl auth can-i list pods -A --as=system:kube-scheduler` yes.',
    ],
    defaults: { 'kube-apiserver': ['authorization-mode', 'authorization-config'] },
  },
  'apiserver-authorizer-grants': {
    examined:
      'Whether one of the authorizers (--authorization-mode, or the file of --authorization-config) can grant rights to the client of the path: not AlwaysDeny, and not Node alone.',
    consequence:
      'The client authenticates and gets Forbidden for everything. With Node alone kubelets go on while scheduler, controller manager and pods stand still: new pods stay Pending, nothing is replaced, leases end. Only the group system:masters is let in before any authorizer.',
    steps: [
      'Set --authorization-mode=Node,RBAC in /etc/kubernetes/manifests/kube-apiserver.yaml. It makes the default roles when it starts.',
      ONE_AFTER_THE_OTHER,
      KEEP_APISERVER_ARGS,
    ],
    verify: ['`kubectl auth can-i list pods -A --as=system:kube-scheduler` prints yes.'],
    defaults: { 'kube-apiserver': ['authorization-mode', 'authorization-config'] },
  },
  'apiserver-node-restriction': {
    examined:
      'Whether NodeRestriction is in --enable-admission-plugins of kube-apiserver, and not in --disable-admission-plugins.',
    consequence:
      'Who has the credential of one kubelet changes every other node and creates pods, not mirror pods of his own node alone. A pod that he binds to his node with a service account of his choice hands him its token, so that one node becomes the cluster. Labels that keep workloads apart (node-restriction.kubernetes.io/) can be set by the node itself.',
    steps: [
      'Add NodeRestriction to the list, beside what is there: --enable-admission-plugins=NodeRestriction in /etc/kubernetes/manifests/kube-apiserver.yaml.',
      'Take it out of --disable-admission-plugins, which wins.',
      ONE_AFTER_THE_OTHER,
      KEEP_APISERVER_ARGS,
    ],
    verify: [
      '`kubectl --kubeconfig /etc/kubernetes/kubelet.conf label node <this node> node-restriction.kubernetes.io/probe=1 --dry-run=server` answers `is not allowed to modify labels: node-restriction.kubernetes.io/probe`.',
    ],
    defaults: { 'kube-apiserver': ['enable-admission-plugins', 'disable-admission-plugins'] },
  },
  'apiserver-bootstrap-token-auth': {
    examined:
      '--enable-bootstrap-token-auth of kube-apiserver, and whether a bootstrap kubeconfig with a token waits on this node (/etc/kubernetes/bootstrap-kubelet.conf).',
    consequence:
      'A node cannot join by a token: kubeadm and the kubelet get Unauthorized, `cannot create certificate signing request: Unauthorized` in the log of the kubelet. Nodes that have joined already go on.',
    steps: [
      'Set --enable-bootstrap-token-auth=true in /etc/kubernetes/manifests/kube-apiserver.yaml; kubeadm writes it by default.',
      'If nodes are to join otherwise, leave it off, use `kubeadm join --discovery-file <kubeconfig with a client certificate>`, and delete /etc/kubernetes/bootstrap-kubelet.conf.',
      KEEP_APISERVER_ARGS,
    ],
    verify: [
      '`kubectl --kubeconfig=/dev/null --server=https://127.0.0.1:6443 --tls-server-name=kubernetes --certificate-authority=/etc/kubernetes/pki/ca.crt --token=$(kubeadm token create --ttl 5m) auth whoami` prints system:bootstrap: and an id.',
    ],
    defaults: { 'kube-apiserver': ['enable-bootstrap-token-auth'] },
  },
  'apiserver-token-auth-file': {
    examined: 'Whether --token-auth-file of kube-apiserver is set. The file itself is not read.',
    consequence:
      'The file has tokens in plain text that never end. Who reads it, in a backup of the node or through a hostPath volume, is each of its users until somebody changes the file and restarts every API server; nothing shows that a token was copied.',
    steps: [
      'List who is in it, without the tokens: `cut -d, -f2,4- <file>`.',
      NEW_CREDENTIALS,
      'Remove --token-auth-file and its volume from /etc/kubernetes/manifests/kube-apiserver.yaml on every control-plane node, and from apiServer.extraArgs (`kubectl -n kube-system edit configmap kubeadm-config`).',
      'Delete the file there and in backups.',
    ],
    verify: [flagIsGone('token-auth-file')],
    defaults: { 'kube-apiserver': ['token-auth-file'] },
  },
  'apiserver-basic-auth-file': {
    examined: 'Whether --basic-auth-file of kube-apiserver is set, in a version that has the flag.',
    consequence:
      'Passwords lie in plain text on the node and count until the API server is restarted without them: who reads the file is each of its users. From 1.19 on the flag is gone, and an API server that still has it ends with `unknown flag: --basic-auth-file` when the upgrade starts it.',
    steps: [
      'List who is in it, without the passwords: `cut -d, -f2,4- <file>`.',
      NEW_CREDENTIALS,
      'Remove --basic-auth-file and its volume from /etc/kubernetes/manifests/kube-apiserver.yaml, and from apiServer.extraArgs, before the upgrade to 1.19.',
      'Delete the file there and in backups.',
    ],
    verify: [flagIsGone('basic-auth-file')],
    defaults: { 'kube-apiserver': ['basic-auth-file'] },
  },
  'apiserver-anonymous-auth': {
    examined:
      'What becomes of requests without a credential: --anonymous-auth, `anonymous` in the file of --authentication-config with its paths, and AlwaysAllow in --authorization-mode, which switches them off. Beside each other some of these keep the API server from starting.',
    consequence:
      'Strangers are system:anonymous, and only RBAC stands between them and the cluster: one binding of system:unauthenticated to a role, made for a test, opens it to whoever reaches port 6443. Even without one they learn the exact version at /version, and faults of the server can be tried before any login.',
    steps: [
      'From 1.32 on write a file with kind AuthenticationConfiguration (apiVersion apiserver.config.k8s.io/v1beta1, v1 from 1.34 on) and `anonymous: {enabled: true, conditions: [{path: /livez}, {path: /readyz}, {path: /healthz}]}`.',
      'While nodes join by token add `{path: /api/v1/namespaces/kube-public/configmaps/cluster-info}`: paths match exactly.',
      MOUNT_APISERVER_FILE,
      'Set --authentication-config to it, move what --oidc-* flags say into the file and remove these flags and --anonymous-auth: they may not stand beside it.',
      ONE_AFTER_THE_OTHER,
      KEEP_APISERVER_FILE,
      'Up to 1.31 see instead that nothing is bound: `kubectl auth can-i --list --as=system:anonymous --as-group=system:unauthenticated`. There --anonymous-auth=false stops the probes of kubeadm: change them first (see apiserver-probes).',
    ],
    verify: [
      '`curl -sk -o /dev/null -w "%{http_code}\\n" https://127.0.0.1:6443/api` prints 401, and the same with /livez 200.',
      APISERVER_STAYS_UP,
    ],
    defaults: { 'kube-apiserver': ['anonymous-auth', 'authentication-config', 'authorization-mode'] },
  },
  'apiserver-insecure-port': {
    examined:
      '--insecure-port (--port) and --insecure-bind-address (--address) of kube-apiserver, by version: where the port is open, and where a value other than 0 keeps it from starting.',
    consequence:
      'Port 8080 takes plain HTTP and asks for nothing: every process on the node, a pod with hostNetwork or somebody who makes a program on the node fetch a URL, is administrator; with another bind address everybody on the network. From 1.20 on nothing listens, and another value than 0 stops the start (`invalid port value 8080: only zero is allowed`); from 1.24 on the flags are unknown.',
    steps: [
      'See who uses it: `ss -tnp "dport = :8080"` on the node; give them a kubeconfig.',
      'Up to 1.19 set --insecure-port=0 in /etc/kubernetes/manifests/kube-apiserver.yaml.',
      'Before the upgrade to 1.24 remove --insecure-port, --insecure-bind-address, --port and --address, there and in apiServer.extraArgs.',
    ],
    verify: [
      '`curl -s -m 3 http://127.0.0.1:8080/version` prints nothing, and `ss -ltnp | grep kube-apiserver` shows the port of --secure-port alone.',
    ],
    defaults: { 'kube-apiserver': ['insecure-port', 'insecure-bind-address'] },
  },
  'apiserver-debug-socket': {
    examined:
      'Whether --debug-socket-path of kube-apiserver is set: a unix socket beside the port, which asks for no credential.',
    consequence:
      'Whoever may open the socket file reads profiles and raises the level of the log, without authentication and without a line in the audit log. With /debug/pprof/profile and /debug/pprof/trace he slows the API server down for as long as he likes.',
    steps: [
      'Remove --debug-socket-path from /etc/kubernetes/manifests/kube-apiserver.yaml; it is for the hour of a search for a fault.',
      'Take it out of apiServer.extraArgs too: `kubectl -n kube-system edit configmap kubeadm-config`.',
      'For profiles use /debug/pprof of the secure port, which RBAC guards: `kubectl get --raw /debug/pprof/heap > heap.out`.',
    ],
    verify: ['`ss -lxp | grep kube-apiserver` prints nothing.'],
    defaults: { 'kube-apiserver': ['debug-socket-path'] },
  },
  'apiserver-profiling': {
    examined: 'Whether --profiling of kube-apiserver is written, and whether it is false.',
    consequence:
      'Who may read the path /debug/pprof, administrators by default, sees what the process works on, its command line included, and slows it down with long profiles. For strangers it is closed: the path is behind authentication and RBAC.',
    steps: [
      'Set --profiling=false in /etc/kubernetes/manifests/kube-apiserver.yaml.',
      ONE_AFTER_THE_OTHER,
      KEEP_APISERVER_ARGS,
    ],
    verify: ['`kubectl get --raw /debug/pprof/` answers `the server could not find the requested resource`.'],
    defaults: { 'kube-apiserver': ['profiling'] },
  },
};
