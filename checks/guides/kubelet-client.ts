/** Guides to the checks of the kubelet as a client: who it is, how it got its certificate, and how it gets the next one. */
import type { CheckGuides } from '../../src/model/guide.ts';
import { keepIn, KUBELET_PLACE } from './places.ts';

const CURRENT = '/var/lib/kubelet/pki/kubelet-client-current.pem';

const READY = '`kubectl get node <node>` shows Ready after the restart.';

const RESTART = KUBELET_PLACE.restart;

/** A kubeconfig for a node by the CA on a control-plane node. Source: kubernetes.io troubleshooting-kubeadm. */
const NEW_KUBELET_CONF =
  'On a control-plane node, in a folder that only root reads: `kubeadm kubeconfig user --config <file> --org system:nodes --client-name system:node:<node> > kubelet.conf`, with the ClusterConfiguration of the cluster as file. See that `server` in it is the one of the cluster.';

/** Step by step, since the kubelet prefers what it finds in its folder to what the kubeconfig holds. */
const PUT_KUBELET_CONF: readonly string[] = [
  NEW_KUBELET_CONF,
  'On the node move /var/lib/kubelet/pki/kubelet-client-* to a folder that only root reads, since the kubelet takes them before what kubelet.conf holds. Then put the new file at /etc/kubernetes/kubelet.conf, mode 0600, and `systemctl restart kubelet`.',
  `When ${CURRENT} is there again, set both \`client-certificate\` and \`client-key\` in /etc/kubernetes/kubelet.conf to it in place of the -data fields, and \`systemctl restart kubelet\` once more.`,
];

const ROTATES = `\`openssl x509 -noout -startdate -enddate -in ${CURRENT}\` prints the dates of a certificate that is not in the last tenth of its life.`;

const WHOSE = `\`openssl x509 -noout -subject -in ${CURRENT}\` prints O = system:nodes, CN = system:node:<node>, and nothing else.`;

export const KUBELET_CLIENT_GUIDES: CheckGuides = {
  'kubelet-client-identity': {
    examined:
      'Common name and organizations of the client certificate that /etc/kubernetes/kubelet.conf leads to, against system:node:<name> and system:nodes, and the name against --hostname-override where it is set.',
    consequence:
      'With system:masters or kubeadm:cluster-admins who breaks out of one container to the node has the whole cluster. As another user the kubelet is not confined by the Node authorizer and NodeRestriction, and needs rights that reach all nodes and Secrets. With the name of another node it is refused: `node "<a>" is not allowed to modify node "<b>"`, and the node never becomes Ready.',
    steps: [
      'See which name the node has: `kubectl get nodes`, and --hostname-override in /var/lib/kubelet/kubeadm-flags.env.',
      ...PUT_KUBELET_CONF,
      'Take away what was granted to the old identity: `kubectl get clusterrolebindings -o wide`. A certificate of system:masters counts until its end: replace the CA if it may have been copied.',
    ],
    verify: [WHOSE, READY],
    defaults: { kubelet: ['kubeconfig', 'hostname-override'] },
  },
  'kubelet-hostname-override': {
    examined: '--hostname-override of the kubelet, trimmed and in lower case, as the kubelet takes it.',
    consequence:
      'It is no fault. But the name is part of the certificate (system:node:<name>) and of all that is stored about the node: with another one the kubelet registers a second node, or is refused, while pods and volumes stay with the first. Names that somebody chooses freely can be those of other nodes.',
    steps: [
      'Keep the name that the node has. Without --hostname-override it is the host name of the machine: look before you remove the flag from /var/lib/kubelet/kubeadm-flags.env.',
      'To change it, take the node out and in again: `kubectl drain <node> --ignore-daemonsets`, `kubectl delete node <node>`, on the node `kubeadm reset` and `kubeadm join` with the new name in nodeRegistration.name.',
    ],
    verify: ['`kubectl get nodes` shows the node once, under that name.', WHOSE],
    defaults: { kubelet: ['hostname-override'] },
  },
  'kubelet-rotate-certificates': {
    examined:
      '`rotateCertificates` of the kubelet, or --rotate-certificates, where it authenticates with a client certificate, and when that one ends.',
    consequence:
      'On the day on which the certificate ends the node becomes NotReady, its pods are replaced elsewhere, and nodes that joined together drop out together. `kubeadm certs renew` does not renew it, and `kubeadm certs check-expiration` does not list it. After that a restart ends with `unable to load bootstrap kubeconfig: stat /etc/kubernetes/bootstrap-kubelet.conf: no such file or directory`.',
    steps: [
      'See that the controller manager approves and signs: `kubectl get csr`, and --cluster-signing-cert-file in /etc/kubernetes/manifests/kube-controller-manager.yaml.',
      'Set `rotateCertificates: true` in /var/lib/kubelet/config.yaml, and remove --rotate-certificates=false from /var/lib/kubelet/kubeadm-flags.env or the unit.',
      keepIn(KUBELET_PLACE),
      RESTART,
      `See that /etc/kubernetes/kubelet.conf points at ${CURRENT}: rotation reaches nothing else.`,
      'Only where the certificate has ended already, or the file is gone, the node needs another kubelet.conf, as follows.',
      ...PUT_KUBELET_CONF,
    ],
    verify: [
      '`kubectl get --raw /api/v1/nodes/<node>/proxy/configz | grep -o \'"rotateCertificates":[^,}]*\'` prints true.',
      ROTATES,
    ],
    defaults: { kubelet: ['rotate-certificates'] },
  },
  'kubelet-rotation-overdue': {
    examined:
      'How much of the life of the certificates that the kubelet rotates is over (kubelet-client-current.pem, kubelet-server-current.pem in /var/lib/kubelet/pki): it asks for the next one between 70 and 90 %, so that more than 90 % means that none came.',
    consequence:
      'When it ends, the node becomes NotReady (client), or logs and exec fail on it (server). Its log says `Reached backoff limit, still unable to rotate certs`. Mostly it is not this node alone: requests are not approved or not signed, and the others follow one by one. A machine that was switched off for months, or a restored backup, looks the same.',
    steps: [
      'Find out what it waits for: `journalctl -u kubelet | grep -i certificate | tail`, and `kubectl get csr`.',
      'Approve what is Pending after a look at who asks: `kubectl certificate approve <name>`. Requests for serving certificates need that at every rotation, unless an approver is installed.',
      'If requests stay at Approved, the controller manager does not sign: look at --controllers, --cluster-signing-cert-file and --cluster-signing-key-file in /etc/kubernetes/manifests/kube-controller-manager.yaml.',
      'If there is no request, see that the clock is right (`timedatectl`) and that kubelet-client-current.pem is a link, and `systemctl restart kubelet`, while the old certificate still counts.',
    ],
    verify: [ROTATES, '`kubectl get csr` shows Approved,Issued for the node.'],
    defaults: { kubelet: ['rotate-certificates', 'rotate-server-certificates'] },
  },
  'kubelet-client-current-symlink': {
    examined: `Whether ${CURRENT} is a symbolic link, and leads to a file that exists: it is what rotation replaces.`,
    consequence:
      'With a plain file each rotation ends with `expected "/var/lib/kubelet/pki/kubelet-client-current.pem" to be a symlink but it is a file`; the kubelet goes on with the old certificate, and the node drops out when that ends. A link that leads nowhere keeps it from starting at once. Both come from copies and backups that did not keep links.',
    steps: [
      'See what it is: `ls -l /var/lib/kubelet/pki`.',
      'A plain file: in /var/lib/kubelet/pki `mv kubelet-client-current.pem kubelet-client-restored.pem && ln -s /var/lib/kubelet/pki/kubelet-client-restored.pem kubelet-client-current.pem`.',
      'A link that leads nowhere: `ln -sfn /var/lib/kubelet/pki/kubelet-client-<date>.pem /var/lib/kubelet/pki/kubelet-client-current.pem` with the newest file that is there.',
      RESTART,
      'If no file is left, the node needs another kubelet.conf, as follows.',
      ...PUT_KUBELET_CONF,
      'Copy such folders with `cp -a`, or `tar` without -h, which keep links.',
    ],
    verify: [`\`readlink ${CURRENT}\` prints /var/lib/kubelet/pki/kubelet-client-<date>.pem.`, READY],
    defaults: { kubelet: ['cert-dir', 'rotate-certificates'] },
  },
  'kubelet-conf-embedded-cert': {
    examined: `Whether the user in /etc/kubernetes/kubelet.conf points at ${CURRENT}, or has a certificate inside (client-certificate-data) or at another path.`,
    consequence:
      'The kubelet rotates, and runs with the new certificate, but the kubeconfig keeps the first one. Once that has ended the kubelet does not survive a restart, a reboot for instance: `unable to load bootstrap kubeconfig: stat /etc/kubernetes/bootstrap-kubelet.conf: no such file or directory`. `kubeadm init` before 1.17 left it so on the first control-plane node.',
    steps: [
      `See that the rotated file is there and whose it is: \`openssl x509 -noout -subject -enddate -in ${CURRENT}\`.`,
      `In /etc/kubernetes/kubelet.conf set \`client-certificate: ${CURRENT}\` and \`client-key: ${CURRENT}\`, and remove client-certificate-data and client-key-data.`,
      RESTART,
    ],
    verify: ['`grep client- /etc/kubernetes/kubelet.conf` prints the two paths, and no -data field.', READY],
    defaults: { kubelet: ['kubeconfig', 'rotate-certificates'] },
  },
  'kubelet-bootstrap-kubeconfig-left': {
    examined:
      'Whether /etc/kubernetes/bootstrap-kubelet.conf (or the file of --bootstrap-kubeconfig) is still there beside a kubelet.conf that can be read, and holds a token.',
    consequence:
      'As long as its token counts, whoever reads the file joins a node of his own: the request for its client certificate is approved by itself. Such a node gets pods with their Secrets. Tokens of kubeadm end after a day unless somebody made one with --ttl 0.',
    steps: [
      'See that the node is in: `kubectl get nodes`, and that /etc/kubernetes/kubelet.conf works after `systemctl restart kubelet`.',
      'Delete the file: `rm /etc/kubernetes/bootstrap-kubelet.conf`. The flag --bootstrap-kubeconfig may stay.',
      'End tokens that nobody needs: `kubeadm token list`, `kubeadm token delete <id>`.',
    ],
    verify: ['`stat /etc/kubernetes/bootstrap-kubelet.conf` says No such file or directory.', READY],
    defaults: { kubelet: ['bootstrap-kubeconfig'] },
  },
  'kubelet-csr-state': {
    examined:
      'The CertificateSigningRequests of the export for kubernetes.io/kubelet-serving and kubernetes.io/kube-apiserver-client-kubelet: whether one is Pending, Approved and not signed, Denied or Failed, and whether a kubelet asked.',
    consequence:
      'The kubelet that waits has no serving certificate (`remote error: tls: internal error` for logs and exec), does not join, or is close to the end of its client certificate. Requests that wait are deleted after a day and made anew, so that the list looks short. An approval without a look gives a certificate for any name that was asked for.',
    steps: [
      "Look who asks, and for which names: `kubectl get csr <name> -o jsonpath=\"{.spec.username}{'\\n'}{.spec.request}{'\\n'}\"`, the second line through `base64 -d | openssl req -noout -text`. For a node it has to be system:node:<node>, with its own addresses.",
      'Approve it: `kubectl certificate approve <name>`; or install an approver for kubernetes.io/kubelet-serving, which compares that by itself.',
      'If it stays at Approved, see why the controller manager does not sign: --cluster-signing-cert-file and --controllers in /etc/kubernetes/manifests/kube-controller-manager.yaml, and its log.',
      'What was denied comes again as a new request; `systemctl restart kubelet` brings it at once.',
    ],
    verify: ['`kubectl get csr` shows Approved,Issued for requests of nodes, and none that is Pending.'],
  },
};
