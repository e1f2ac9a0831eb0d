/** Guides to the checks of dates: what has ended, what ends next, and what ends along with it. */
import type { CheckGuides } from '../../src/model/guide.ts';
import { RENEW_STEPS } from './steps.ts';

const SHOW_END = '`openssl x509 -noout -enddate -in <file>` prints a notAfter that is far enough away.';

const SERVED =
  '`openssl s_client -connect 127.0.0.1:6443 </dev/null 2>/dev/null | openssl x509 -noout -enddate` prints the same date: the running process has read the new certificate (for other listeners with their port).';

export const CERTIFICATE_DATE_GUIDES: CheckGuides = {
  'pki-expired': {
    examined:
      'The notAfter of every certificate that either end of the path shows, of the CAs above it, and of those embedded in kubeconfigs, against the time of judging. An ended CA in a bundle counts only where no other one carries what is shown.',
    consequence:
      'The other end refuses the connection: `x509: certificate has expired or is not yet valid` in its log, Unauthorized in kubectl. An ended API server certificate stops every client of the cluster, an ended etcd certificate the API server, an ended client certificate of a kubelet makes its node NotReady.',
    steps: [
      ...RENEW_STEPS,
      'Where the client certificate of a kubelet has ended, rotation cannot help any more: on a control-plane node `kubeadm kubeconfig user --org system:nodes --client-name system:node:<node>` makes a kubelet.conf for it; then `systemctl restart kubelet`.',
      'Where a CA has ended, make a new one and replace what it signed: kubernetes.io/docs/tasks/tls/manual-rotation-of-ca-certificates/.',
    ],
    verify: [SHOW_END, SERVED],
  },
  'pki-expiry-tier': {
    examined:
      'The notAfter of every certificate on the path that somebody has to renew, against the windows of --warn-before (30 days) and --fail-before (7 days). What the kubelet rotates by itself is judged by whether the rotation is late.',
    consequence:
      'On that day the other end refuses the certificate and the path is down until it is renewed and its process restarted. kubeadm renews certificates only in `kubeadm upgrade`: a cluster that is not upgraded for a year loses all of them within minutes of each other.',
    steps: RENEW_STEPS,
    verify: [SHOW_END, SERVED],
  },
  'pki-ca-expiry': {
    examined:
      'The notAfter of each CA that the path depends on, against windows of a year (warning) and 90 days (failure). Of a bundle that CA counts which carries what is shown for the longest time.',
    consequence:
      'All that a CA signed ends with it, on the same second, whatever its own date says: API server, kubelets, kubeconfigs and etcd at once. Nothing renews a CA by itself, and `kubeadm certs renew` does not touch it; replacing it takes several rounds over all nodes, which is not done in a night.',
    steps: [
      'See which CA ends when: `kubeadm certs check-expiration`.',
      'Make the new CA beside the old one, and distribute bundles with both to every place that trusts the old one: --client-ca-file, --root-ca-file, --etcd-cafile, the clientCAFile of kubelets, certificate-authority-data of kubeconfigs.',
      'Restart the components, one node after the other, and let the controller manager sign with the new CA: --cluster-signing-cert-file and --cluster-signing-key-file.',
      'Issue every certificate anew from the new CA (`kubeadm certs renew all`), and restart what does not read them again by itself.',
      'Take the old CA out of the bundles once nothing is signed by it. The whole order: kubernetes.io/docs/tasks/tls/manual-rotation-of-ca-certificates/.',
    ],
    verify: [
      '`openssl storeutl -noout -text -certs <bundle> | grep -E "Subject:|Not After"` shows the new CA with its date.',
      '`openssl verify -CAfile <file with the new CA alone> <certificate>` prints OK for each certificate of the path.',
    ],
  },
  'pki-leaf-outlives-ca': {
    examined:
      'The notAfter of each certificate against that of the CAs above it: a chain is good until the first of its certificates ends.',
    consequence:
      'Whoever watches the certificate alone believes the wrong date: the path breaks when the CA ends, while the certificate still looks good for months. It happens to every certificate that is renewed in the last year of its CA.',
    steps: [
      'Put the date of the CA into the calendar, not that of the certificate: `kubeadm certs check-expiration` shows both.',
      'Rotate the CA before that day: kubernetes.io/docs/tasks/tls/manual-rotation-of-ca-certificates/.',
      'Issue the certificate anew from the new CA: `kubeadm certs renew <name>`.',
    ],
    verify: ['`openssl x509 -noout -enddate -in <certificate>` and the same for its CA: the CA ends later.'],
  },
  'pki-not-yet-valid': {
    examined:
      'The notBefore of every certificate on the path against the time of judging, with five minutes of tolerance.',
    consequence:
      'Go refuses it in the same words as an ended one: `x509: certificate has expired or is not yet valid`. The clock of the machine that issued it was ahead, or that of this node is behind; then tokens and leases go wrong too.',
    steps: [
      'See which clock is wrong, on this node and on the one that issued the certificate: `timedatectl`, `chronyc tracking`.',
      'Correct the clock. A certificate that was issued in the future becomes valid by waiting; with a correct clock `kubeadm certs renew <name>` makes one that is valid now.',
      'Judge a backup at its own date: `kubetls check backup.tar.gz --at 2026-01-31`.',
    ],
    verify: [
      '`timedatectl` says that the system clock is synchronized.',
      '`openssl x509 -noout -startdate -in <file>` prints a date in the past.',
    ],
  },
  'pki-validity-long': {
    examined:
      'The notAfter of each leaf certificate: whether it lies more than ten years ahead. Its notBefore is not asked, since kubeadm up to 1.30 copies that of the CA.',
    consequence:
      'Neither the API server nor the kubelet knows revocation. A key that is copied once from a backup, an image or a laptop opens the cluster until its certificate ends, or until the CA is replaced on all nodes.',
    steps: [
      'In a ClusterConfiguration of kubeadm.k8s.io/v1beta4 take out `certificateValidityPeriod`, or set it to `8760h0m0s`.',
      'Issue the certificate anew: `kubeadm certs renew <name>`, for what kubeadm made.',
      'Watch the ends from cron instead: `kubetls expiry`.',
    ],
    verify: ['`openssl x509 -noout -enddate -in <file>` prints a date about a year ahead.'],
  },
};
