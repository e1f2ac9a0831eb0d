/** Guides to the checks of what members of etcd show to and demand from one another. */
import type { CheckGuides } from '../../src/model/guide.ts';
import { ETCD_PLACE, etcdctl, keepIn } from './places.ts';
import { REISSUE_STEPS } from './steps.ts';

const FILE = ETCD_PLACE.file;

const APPLIED: readonly string[] = [keepIn(ETCD_PLACE), ETCD_PLACE.restart];

const REISSUE_PEER = REISSUE_STEPS.map((step) => step.replace('<name>', 'etcd-peer'));

const MEMBERS_HEALTHY = `\`${etcdctl('endpoint health --cluster')}\` says healthy for every member.`;

/** A member that cannot be reached is away for good; a second one is the end of a cluster of three. */
const HEALTHY_FIRST = `Begin only while all members are healthy, and take one after the other: \`${etcdctl('endpoint health --cluster')}\`.`;

/** The peer port speaks HTTP/1.1 beside its own protocol. */
const PEER_REFUSES_STRANGERS =
  '`curl -sk --http1.1 -m 3 -o /dev/null -w "%{http_code}\\n" https://<address of the node>:2380/version` prints 000: nobody gets in without a certificate.';

/** Files that kubeadm gives every member. */
const PEER_FLAGS =
  '--peer-cert-file=/etc/kubernetes/pki/etcd/peer.crt, --peer-key-file=/etc/kubernetes/pki/etcd/peer.key, --peer-trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt and --peer-client-cert-auth=true';

export const ETCD_PEER_GUIDES: CheckGuides = {
  'etcd-peer-url-https': {
    examined:
      'The scheme of the URLs in --listen-peer-urls of etcd, in --initial-advertise-peer-urls, and of the other members in --initial-cluster; the last two are what was so when the member was made.',
    consequence:
      'Members send one another everything that is written, each Secret among it, in plain text: who is on the network between them reads it. Whoever reaches port 2380 poses as a member, and can vote, fall out of step or write to the log of the store. --peer-client-cert-auth does nothing on a URL with http.',
    steps: [
      HEALTHY_FIRST,
      `Give every member its pair and the flags, while it still speaks http: \`kubeadm init phase certs etcd-peer\`, then ${PEER_FLAGS} in ${FILE}.`,
      ETCD_PLACE.restart,
      `Then for each member tell the others its new URL, \`${etcdctl('member update <id> --peer-urls=https://<address>:2380')}\`, and write --listen-peer-urls=https://<address>:2380 in ${FILE} right after it. Wait until it is healthy before the next.`,
      'Write https in --initial-advertise-peer-urls and --initial-cluster too, for a member that is made anew.',
      keepIn(ETCD_PLACE),
    ],
    verify: [
      `\`${etcdctl('member list')}\` prints https URLs alone for port 2380.`,
      '`curl -s -m 3 -o /dev/null -w "%{http_code}\\n" http://<address of the node>:2380/version` prints 000.',
      MEMBERS_HEALTHY,
    ],
    defaults: { etcd: ['listen-peer-urls', 'initial-advertise-peer-urls'] },
  },
  'etcd-peer-cert': {
    examined:
      'The pair in --peer-cert-file and --peer-key-file of etcd (kubeadm: /etc/kubernetes/pki/etcd/peer.crt and .key): set, readable, the key that of the certificate, good for server and client, and its names against --initial-advertise-peer-urls.',
    consequence:
      'Without a pair that fits, etcd ends at its start. With one that lacks the address of the member the others refuse it, as server and as client, since a member is compared with the address that it comes from: `x509: certificate is valid for <names>, not <address>`. It is away then, and with the next one the majority is.',
    steps: [
      HEALTHY_FIRST,
      'See what there is: `openssl x509 -noout -subject -enddate -ext subjectAltName,extendedKeyUsage -in /etc/kubernetes/pki/etcd/peer.crt`.',
      'Further names go into etcd.local.peerCertSANs: `kubectl -n kube-system edit configmap kubeadm-config`. The address of the node kubeadm adds by itself.',
      ...REISSUE_PEER,
      `Set --peer-cert-file and --peer-key-file to them in ${FILE}.`,
    ],
    verify: [
      '`openssl verify -CAfile /etc/kubernetes/pki/etcd/ca.crt /etc/kubernetes/pki/etcd/peer.crt` prints OK, with -purpose sslserver and with -purpose sslclient.',
      '`openssl x509 -noout -checkip <address of the node> -in /etc/kubernetes/pki/etcd/peer.crt` says that it does match.',
      MEMBERS_HEALTHY,
    ],
    defaults: { etcd: ['peer-cert-file', 'peer-key-file', 'initial-advertise-peer-urls'] },
  },
  'etcd-peer-client-auth': {
    examined:
      '--peer-client-cert-auth and --peer-trusted-ca-file of etcd: whether a certificate is demanded of other members, and from which CA; and whether that file holds a certificate that Go reads.',
    consequence:
      'Whoever reaches port 2380 speaks to etcd as a member does: he reads snapshots of the store, each Secret in them, and can spoil its log, after which only a backup helps. With the flag and without the CA the public CAs of the machine judge, and the real members are refused.',
    steps: [
      HEALTHY_FIRST,
      'See that every member shows a certificate from that CA already: `openssl verify -purpose sslclient -CAfile /etc/kubernetes/pki/etcd/ca.crt /etc/kubernetes/pki/etcd/peer.crt` prints OK on each.',
      `Set --peer-trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt and --peer-client-cert-auth=true in ${FILE}.`,
      ...APPLIED,
      'Let a firewall admit only members to port 2380 as well.',
    ],
    verify: [PEER_REFUSES_STRANGERS, MEMBERS_HEALTHY],
    defaults: { etcd: ['peer-client-cert-auth', 'peer-trusted-ca-file'] },
  },
  'etcd-peer-auto-tls': {
    examined: '--peer-auto-tls of etcd, which counts where no --peer-cert-file is set.',
    consequence:
      'Each member signs its own certificate and demands none, so that nobody verifies anybody: what passes is encrypted, but whoever answers on the address of a member, or dials port 2380, takes the place of one, reads what is replicated and can spoil it.',
    steps: [
      HEALTHY_FIRST,
      'Make a pair from the CA of etcd on every member: `kubeadm init phase certs etcd-peer`. Without the pair in place on all of them do not begin.',
      `Choose a quiet hour, since members that are changed do not meet the others: of three the first is away until the second is changed, writes stand still while the second restarts, and the third is away until it is changed as well.`,
      `In one edit of ${FILE} remove --peer-auto-tls and set ${PEER_FLAGS}, on one member after the other.`,
      keepIn(ETCD_PLACE),
    ],
    verify: [PEER_REFUSES_STRANGERS, MEMBERS_HEALTHY],
    defaults: { etcd: ['peer-auto-tls', 'peer-cert-file'] },
  },
  'etcd-peer-skip-san': {
    examined:
      'Whether --peer-skip-client-san-verification of etcd, or --experimental-peer-skip-client-san-verification, is true.',
    consequence:
      'A pair of a member that was copied, from a backup for instance, works from any machine that reaches port 2380. With the comparison it works only from an address that its certificate names, so that the thief would need the address of the member as well.',
    steps: [
      HEALTHY_FIRST,
      'See on every member that its certificate names the address which it comes from: `openssl x509 -noout -ext subjectAltName -in /etc/kubernetes/pki/etcd/peer.crt`, and `ss -tn "dport = :2380"`, which shows that address. Behind address translation it is another one.',
      'Add what is missing to etcd.local.peerCertSANs and make the certificate anew first (`kubeadm init phase certs etcd-peer --config <file>` with the old pair moved away).',
      `Then remove both flags from ${FILE}.`,
      ...APPLIED,
    ],
    verify: [`\`grep -c skip-client-san ${FILE}\` prints 0.`, MEMBERS_HEALTHY],
    defaults: { etcd: ['peer-skip-client-san-verification', 'experimental-peer-skip-client-san-verification'] },
  },
  'etcd-peer-allowed-names': {
    examined:
      "The common name and the subject alternative names of the member's own certificate in --peer-cert-file against --peer-cert-allowed-cn and --peer-cert-allowed-hostname.",
    consequence:
      'A member that is configured alike refuses this one: `client certificate authentication failed` in its log, `remote error: tls: bad certificate` here. After the second member with the flag the majority is gone, and nothing can be written. kubeadm gives each peer certificate the name of its node as common name, so that one name never fits all.',
    steps: [
      HEALTHY_FIRST,
      'See what the members have: `openssl x509 -noout -subject -ext subjectAltName -in /etc/kubernetes/pki/etcd/peer.crt` on each.',
      `Set --peer-cert-allowed-cn in ${FILE} to all common names with commas between them (3.5.15 or later), or --peer-cert-allowed-hostname to a name that all certificates have, never both: etcd ends with \`AllowedCN and AllowedHostname are mutually exclusive\`. Or remove them; a CA that is only for etcd does the same.`,
      ...APPLIED,
    ],
    verify: [MEMBERS_HEALTHY],
    defaults: { etcd: ['peer-cert-allowed-cn', 'peer-cert-allowed-hostname'] },
  },
};
