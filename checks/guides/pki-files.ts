/** Guides to the checks of files: who may read and change what the control plane believes. */
import type { CheckGuides } from '../../src/model/guide.ts';
import { ROTATE_CA } from './steps.ts';

export const PKI_FILE_GUIDES: CheckGuides = {
  'pki-private-key-mode': {
    examined:
      'Mode and owner of every file that holds a private key of the path: .key files, the .pem files of the kubelet, and keys that somebody appended to a certificate. A copy that lost its modes is not assessed.',
    consequence:
      'A user or a container with a mount of the directory reads the key and is the component from then on, from any machine: the API server for etcd, a node, or with ca.key whoever it likes. Reading leaves no trace.',
    steps: [
      'Close the file: `chmod 0600 <file>` and `chown root:root <file>`; what etcd reads belongs to its user where etcd does not run as root.',
      'Find out who could read it: users in the group, pods that mount the directory (`kubectl get pods -A -o yaml | grep -B2 -A2 "path: /etc/kubernetes"`).',
      'Replace the key if somebody could: `kubeadm certs renew <name>`.',
      ROTATE_CA,
    ],
    verify: [
      '`find /etc/kubernetes/pki /var/lib/kubelet/pki \\( -name "*.key" -o -name "kubelet-*.pem" \\) -perm /077` prints nothing.',
    ],
  },
  'pki-cert-mode': {
    examined: 'Mode and owner of certificates and CA bundles of the path: whether anybody but root may write them.',
    consequence:
      'Who can write a CA bundle adds a CA of his own and logs in with what it signs; the API server reads the file again while running. Who can write a certificate stops its component at the next restart.',
    steps: [
      'Compare what the file holds with a copy that you trust: `openssl storeutl -noout -text -certs <file>`.',
      'Close it: `chmod 0644 <file>` (or 0600) and `chown root:root <file>`.',
    ],
    verify: ['`find /etc/kubernetes/pki -name "*.crt" -perm /022` prints nothing.'],
  },
  'pki-dir-owner': {
    examined:
      'Owner and mode of the directories above the certificates and keys of the path, and of the files themselves.',
    consequence:
      'Who may write a directory replaces any file in it, whatever the mode of the file: a CA, a key, the certificate of the API server.',
    steps: [
      'Give it back to root: `chown -R root:root /etc/kubernetes/pki`; what etcd reads may belong to its own user.',
      'Close it: `chmod 0755 <directory>`.',
      'Where another user could read a key, replace it: `kubeadm certs renew <name>`.',
    ],
    verify: ['`find /etc/kubernetes ! -user root` and `find /etc/kubernetes -type d -perm /022` print nothing.'],
  },
  'pki-manifest-mode': {
    examined: 'Mode and owner of the manifest in /etc/kubernetes/manifests.',
    consequence:
      'The kubelet runs what a manifest there says, as root and without asking the API server. Who can write it owns the node; who can read it sees the flags, and any secret that somebody wrote into them.',
    steps: [
      'Read it first, if others could write it: `cat /etc/kubernetes/manifests/<component>.yaml`.',
      'Close it: `chmod 0600` and `chown root:root` the manifest.',
    ],
    verify: ['`stat -c "%a %U:%G %n" /etc/kubernetes/manifests/*` prints 600 root:root for each.'],
  },
};
