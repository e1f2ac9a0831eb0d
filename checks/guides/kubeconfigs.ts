/** Guides to the checks of kubeconfigs, of whatever client: what is dialled, by which CA it is verified, as whom. */
import type { CheckGuides } from '../../src/model/guide.ts';
import { REISSUE_STEPS, RENEW_STEPS, RESTART_STATIC_POD, ROTATE_CA } from './steps.ts';

const REISSUE_SERVING = REISSUE_STEPS.map((step) => step.replace('<name>', 'apiserver'));

/** What is embedded, without the key beside it. */
function embedded(field: string): string {
  return `kubectl --kubeconfig <file> config view --minify --raw -o jsonpath="{${field}}" | base64 -d`;
}

const CLIENT_CERTIFICATE = embedded('.users[0].user.client-certificate-data');
const CA = embedded('.clusters[0].cluster.certificate-authority-data');

/** The whole way there and back, as that client goes it. */
const DIALS = '`kubectl --kubeconfig <file> get --raw /readyz` prints ok.';

/** Who the API server takes it for, from 1.28 on. */
const WHO =
  '`kubectl --kubeconfig <file> auth whoami` prints the user and the groups that it is meant to have (kubectl and API server 1.28 or later).';

/** kubeadm leaves alone what exists. */
const WRITE_ANEW =
  'Move the file to a folder that only root reads, and write it anew: `kubeadm init phase kubeconfig <admin|controller-manager|scheduler|kubelet> --config <file>`, with the ClusterConfiguration of the cluster.';

export const KUBECONFIG_GUIDES: CheckGuides = {
  'kubeconfig-readable': {
    examined:
      'The kubeconfig that the client is given (kubeadm: /etc/kubernetes/*.conf): YAML, the kind Config, a current context, and the cluster and the user that it names.',
    consequence:
      'Its client ends at its next start with `error loading config file`, or dials localhost:8080 as nobody. One that runs has read the file and goes on, so that a slip of today stops the node at the next reboot. It comes from edits by hand and from templates.',
    steps: [
      'See what a client makes of it: `kubectl --kubeconfig <file> config view --minify`, which names the line.',
      'Correct it there; `current-context` has to name a context, and that a cluster and a user of the file.',
      `Or let kubeadm write it. ${WRITE_ANEW}`,
      RESTART_STATIC_POD,
    ],
    verify: ['`kubectl --kubeconfig <file> config view --minify` prints one cluster, one context and one user.', DIALS],
  },
  'kubeconfig-server-https': {
    examined:
      '`server` of the cluster in the current context: the scheme, which is http where none is written, and whether the host is loopback.',
    consequence:
      'Everything goes in plain text, and whoever is on the way reads Secrets and changes answers. Go clients send no certificate and no token over http, so that an API server of today does not answer, and only something in between, a proxy that adds its own credential for instance, makes it work. With a webhook its tokens are read.',
    steps: [
      'See what answers on the port: `curl -sk https://<host>:<port>/livez` prints ok for an API server.',
      'Write `server: https://<host>:6443` in the file, with the CA in certificate-authority-data.',
      'If a local proxy stood behind it (`kubectl proxy`, --insecure-port of old API servers), stop that.',
      RESTART_STATIC_POD,
    ],
    verify: ['`grep server: <file>` prints a URL with https.', DIALS],
  },
  'kubeconfig-insecure-skip': {
    examined: '`insecure-skip-tls-verify` of the cluster in the current context, and whether a CA stands beside it.',
    consequence:
      'The client takes any certificate. Who answers in place of the API server, by ARP, DNS or a load balancer, gets a bearer token at once, and with any credential decides what the client sees: a kubelet then starts the pods that he names, kubectl shows what he likes. Beside a CA the client does not start: `specifying a root certificates file with the insecure flag is not allowed`.',
    steps: [
      'Find the CA that signed what is served, on a control-plane node: /etc/kubernetes/pki/ca.crt. Do not take it off the connection that is not verified.',
      'Put it in: `kubectl --kubeconfig <file> config set-cluster <cluster> --certificate-authority=/etc/kubernetes/pki/ca.crt --embed-certs=true --insecure-skip-tls-verify=false`.',
      'If the name that is dialled is not in the certificate, which mostly was the reason, add it to apiServer.certSANs, or name one that is there in `tls-server-name`.',
      RESTART_STATIC_POD,
      'A token that was sent over such a connection may be known: replace it.',
    ],
    verify: ['`grep -c "insecure-skip-tls-verify: true" <file>` prints 0.', DIALS],
  },
  'kubeconfig-ca-present': {
    examined:
      'Whether the cluster in the current context has certificate-authority-data or certificate-authority, and whether Go reads a certificate in it.',
    consequence:
      'Without a CA the public CAs of the machine judge: a cluster with its own CA is refused (`x509: certificate signed by unknown authority`), and one with a public certificate can be played by whoever gets a certificate for that name. With data that cannot be read the client ends at its start: `unable to load root certificates`.',
    steps: [
      'Put the CA of the cluster in, from a control-plane node: `kubectl --kubeconfig <file> config set-cluster <cluster> --certificate-authority=/etc/kubernetes/pki/ca.crt --embed-certs=true`.',
      RESTART_STATIC_POD,
    ],
    verify: [`\`${CA} | openssl x509 -noout -subject -enddate\` prints the CA of the cluster.`, DIALS],
  },
  'kubeconfig-ca-matches': {
    examined:
      'The CA in the kubeconfig against the certificate that kube-apiserver serves under the name which is dialled (--tls-cert-file, or a pair of --tls-sni-cert-key).',
    consequence:
      'The client refuses the API server with `x509: certificate signed by unknown authority`: a kubelet makes its node NotReady within a minute, scheduler and controller manager lose their lease. A running client may hold its connection for a while. It happens after a new CA or a restored backup, and all CAs of kubeadm have the same name, CN=kubernetes.',
    steps: [
      `Compare keys, not names: \`${CA} | openssl x509 -noout -ext subjectKeyIdentifier\` with \`openssl x509 -noout -ext authorityKeyIdentifier -in /etc/kubernetes/pki/apiserver.crt\`.`,
      'If the file has the old CA, put the right one in: `kubectl --kubeconfig <file> config set-cluster <cluster> --certificate-authority=/etc/kubernetes/pki/ca.crt --embed-certs=true`. While a CA is rotated it has both.',
      'If the API server has a certificate of another CA, make that anew from the cluster CA, in the steps that follow.',
      ...REISSUE_SERVING,
      'Restart the client: a kubeconfig is read once. For the kubelet `systemctl restart kubelet`.',
    ],
    verify: [`\`openssl verify -CAfile <(${CA}) /etc/kubernetes/pki/apiserver.crt\` prints OK.`, DIALS],
    defaults: { 'kube-apiserver': ['tls-cert-file', 'tls-sni-cert-key'] },
  },
  'kubeconfig-server-san': {
    examined:
      'The host in `server` of the kubeconfig, or `tls-server-name` where it is set, against the subject alternative names of the certificate that kube-apiserver serves.',
    consequence:
      'The client refuses it: `x509: certificate is valid for <names>, not <host>`. It comes with a new address, a load balancer that was put in front, or a name in DNS. Who switches verification off for that gives his credential to any impostor.',
    steps: [
      'If the client can dial a name that the certificate has, write that in `server`; with a load balancer in between `tls-server-name` does it as well.',
      'Otherwise add the name to apiServer.certSANs: `kubectl -n kube-system edit configmap kubeadm-config`, and make the certificate anew on every control-plane node.',
      ...REISSUE_SERVING,
    ],
    verify: [
      '`openssl s_client -connect <host>:<port> -servername <host> </dev/null 2>/dev/null | openssl x509 -noout -ext subjectAltName` prints the host.',
      DIALS,
    ],
    defaults: { 'kube-apiserver': ['tls-cert-file', 'tls-sni-cert-key'] },
  },
  'kubeconfig-client-chain': {
    examined:
      'The client certificate of the kubeconfig, embedded or in a file, against the CAs in --client-ca-file of kube-apiserver: by signature, dates and use.',
    consequence:
      'The API server does not know the client: `error: You must be logged in to the server (Unauthorized)` for people, Unauthorized in the log of a component, which then does nothing. A kubelet makes its node NotReady. It happens when one control-plane node has another CA than the file was made with.',
    steps: [
      `See whether the CA signed it: \`${CLIENT_CERTIFICATE} | openssl verify -purpose sslclient -CAfile /etc/kubernetes/pki/ca.crt\`.`,
      'If ca.crt differs between control-plane nodes (`sha256sum /etc/kubernetes/pki/ca.crt`), put the right ca.crt and ca.key on all of them first.',
      'Renew what kubeadm made: `kubeadm certs renew <admin.conf|super-admin.conf|controller-manager.conf|scheduler.conf>` signs with the CA that is there now.',
      RESTART_STATIC_POD,
      'For a kubelet `kubeadm kubeconfig user` on a control-plane node makes another kubelet.conf: `kubetls explain kubelet-client-identity` has the steps.',
    ],
    verify: [
      `\`${CLIENT_CERTIFICATE} | openssl verify -purpose sslclient -CAfile /etc/kubernetes/pki/ca.crt\` prints OK.`,
      WHO,
    ],
    defaults: { 'kube-apiserver': ['client-ca-file'] },
  },
  'kubeconfig-key-match': {
    examined:
      'The private key of the kubeconfig (client-key-data or the file in client-key) against its client certificate, by their public halves.',
    consequence:
      'The client ends at its start, or at its next one: `tls: private key does not match public key`. One that runs has read the old pair and goes on until its restart. It comes from a renewal that was copied by halves.',
    steps: [
      `Compare both: \`${CLIENT_CERTIFICATE} | openssl x509 -noout -pubkey | openssl dgst -sha256\` with \`${embedded('.users[0].user.client-key-data')} | openssl pkey -pubout | openssl dgst -sha256\`.`,
      'Put certificate and key of one issue back. Or renew what kubeadm made, which makes a new pair: `kubeadm certs renew <admin.conf|super-admin.conf|controller-manager.conf|scheduler.conf>`; if that cannot read the file, it has to be made anew.',
      WRITE_ANEW,
      RESTART_STATIC_POD,
    ],
    verify: ['The two `openssl dgst -sha256` of the first step print the same.', DIALS],
  },
  'kubeconfig-expiry': {
    examined:
      'The notAfter of the client certificate in the kubeconfig against the windows of --warn-before and --fail-before.',
    consequence:
      'From that second on the API server answers Unauthorized: kubectl says `You must be logged in to the server`, scheduler and controller manager lose their lease and end, and nothing is scheduled or replaced. A renewal alone does not help: the component goes on with what it read at its start.',
    steps: RENEW_STEPS,
    verify: [
      `\`${CLIENT_CERTIFICATE} | openssl x509 -noout -subject -enddate\` prints a notAfter that is far enough away (where it is a file, \`openssl x509 -noout -enddate -in <client-certificate>\`).`,
      DIALS,
    ],
  },
  'kubeconfig-identity': {
    examined:
      'Common name and organizations of the client certificate against the identity of its component (system:kube-scheduler, system:kube-controller-manager, system:kube-proxy), and the group kubeadm:cluster-admins.',
    consequence:
      'Under another name the component has none of the rights that Kubernetes binds to its own: Forbidden in its log, no lease, no work. In kubeadm:cluster-admins it works and has everything: who reads the file from the node or breaks into the component is administrator of the cluster.',
    steps: [
      `See what it has: \`${CLIENT_CERTIFICATE} | openssl x509 -noout -subject\`. \`kubeadm certs renew\` keeps name and groups.`,
      WRITE_ANEW,
      RESTART_STATIC_POD,
      'Take away what was bound to the old name: `kubectl get clusterrolebindings -o wide`.',
      ROTATE_CA,
    ],
    verify: [
      `\`${CLIENT_CERTIFICATE} | openssl x509 -noout -subject\` prints the name of the component, and no O = kubeadm:cluster-admins.`,
      WHO,
    ],
  },
  'kubeconfig-system-masters': {
    examined: 'The organizations of the client certificate in each kubeconfig of the path, for system:masters.',
    consequence:
      'That group is past RBAC and webhooks of authorization: no rule takes anything from it, and no list revokes the certificate before its end. Whoever copies the file once, from a laptop, a backup or a CI job, has the cluster for the rest of that year. In the file of a component it means that who has the node has the cluster.',
    steps: [
      'With kubeadm from 1.29 on: `kubeadm upgrade` has bound kubeadm:cluster-admins (`kubectl get clusterrolebinding kubeadm:cluster-admins`). Only then make the file anew: `kubeadm certs renew` keeps the group.',
      WRITE_ANEW,
      'Copy the new admin.conf to where people use the old one, or better give each of them a credential of their own in a group that RBAC limits.',
      'Keep one such file for the day on which RBAC itself is broken, off the nodes: super-admin.conf.',
      RESTART_STATIC_POD,
      ROTATE_CA,
    ],
    verify: [`\`${CLIENT_CERTIFICATE} | openssl x509 -noout -subject\` prints no O = system:masters.`, WHO],
  },
  'kubeconfig-credential-kind': {
    examined:
      'What the user of the kubeconfig authenticates with: a client certificate, tokenFile, an exec plugin, an inline token, a password, or nothing.',
    consequence:
      'An inline token lies there in plain text, mostly has no end, and goes along with each copy of the file into tickets and repositories. A password is taken by no API server since 1.19. With no credential at all the client is system:anonymous, and gets Forbidden or Unauthorized.',
    steps: [
      'For a component on a node use a client certificate: kubeadm writes them (`kubeadm init phase kubeconfig <name>`).',
      'For a program in a pod use `tokenFile: /var/run/secrets/kubernetes.io/serviceaccount/token`, which the kubelet renews.',
      'For people use an exec plugin (OIDC, cloud), or a certificate from `kubectl certificate approve`; for a job a token that ends: `kubectl create token <service account> --duration 1h`.',
      'End the old token: delete its Secret (`kubectl -n <namespace> delete secret <name>`), and its line in --token-auth-file with a restart of the API servers.',
    ],
    verify: ['`grep -cE "^ *(token|username|password):" <file>` prints 0.', WHO],
  },
  'kubeconfig-file-mode': {
    examined:
      "Mode and owner of each kubeconfig of the path: more than 0600, or another owner than root where it is a component's.",
    consequence:
      'Whoever has an account on the machine, or is in the group, copies the private key or the token in it and is that identity from anywhere: an administrator with admin.conf, the node with kubelet.conf. Nothing in a log shows it, and a certificate counts until its end. Who may write it leads the client to a server of his own.',
    steps: [
      'Set both: `chown root:root <file>` and `chmod 0600 <file>`; nothing need be restarted. A component that runs as another user keeps its own file as owner.',
      'Look who could read it (`find /etc/kubernetes -name "*.conf" -perm /077`), and whether copies are in backups or images.',
      'If others did read it, replace the credential: renewing makes a new one but does not end the old.',
      ROTATE_CA,
    ],
    verify: ['`stat -c "%a %U %n" /etc/kubernetes/*.conf` prints 600 root for each.'],
  },
  'kubeconfig-proxy-url': {
    examined:
      '`proxy-url` of the cluster in the current context: its scheme, and whether the server behind it is dialled with https.',
    consequence:
      'With another scheme than http, https or socks5 the client ends at its start: `unsupported scheme`. A proxy in front of https sees names and sizes; in front of plain http it reads all of it. If the proxy is away, so is the client: a node becomes NotReady though the API server answers.',
    steps: [
      'See whether it is needed: `curl -sk https://<host>:6443/livez` prints ok without it.',
      'Write `proxy-url` with http://, https:// or socks5:// in the file, or remove it; then HTTPS_PROXY and NO_PROXY in the environment of the client count.',
      'Restart the client: the file is read once. For the kubelet `systemctl restart kubelet`.',
      RESTART_STATIC_POD,
    ],
    verify: ['`grep proxy-url <file>` prints what you meant, or nothing.', DIALS],
  },
  'kubeconfig-super-admin-on-node': {
    examined: 'Whether /etc/kubernetes/super-admin.conf is there, and its certificate is in system:masters.',
    consequence:
      'Who gets at the node or its backups for a moment takes the file with him, and is administrator past RBAC for the rest of its year, from anywhere that reaches port 6443. `kubeadm init` leaves it on the first control-plane node and needs it no more after that.',
    steps: [
      'See that admin.conf works without it: `kubectl --kubeconfig /etc/kubernetes/admin.conf get nodes`.',
      'Copy it to a safe place off the node, for the day on which RBAC is broken.',
      'Delete it: `rm /etc/kubernetes/super-admin.conf`, and look into backups. `kubeadm init phase kubeconfig super-admin` makes it again on a node with ca.key.',
    ],
    verify: ['`stat /etc/kubernetes/super-admin.conf` says No such file or directory, on every control-plane node.'],
  },
};
