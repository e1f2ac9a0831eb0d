/** Guides to the checks of what disagrees: files and processes, kubeadm and the node, versions among each other. */
import type { CheckGuides } from '../../src/model/guide.ts';
import { RESTART_STATIC_POD } from './steps.ts';

const UPGRADE_STEPS: readonly string[] = [
  'Upgrade the control plane first, one minor version at a time: `kubeadm upgrade plan`, then `kubeadm upgrade apply <version>` on one control-plane node and `kubeadm upgrade node` on the others.',
  'Then each node: `kubectl drain <name> --ignore-daemonsets`, `kubeadm upgrade node`, the package of the kubelet, `systemctl daemon-reload`, `systemctl restart kubelet`, `kubectl uncordon <name>`.',
];

export const DRIFT_GUIDES: CheckGuides = {
  'running-config-drift': {
    examined:
      'The command line of each running component, read from /proc, against what its manifest or unit says now, for the settings that decide the row; and whether its configuration files changed after it was started.',
    consequence:
      'What the files promise is not what protects the cluster, or the other way round: a hardening that was written but never started, or a process that comes up differently at its next restart, which may be tonight.',
    steps: [
      'Decide which of the two is meant, and write it into the manifest in /etc/kubernetes/manifests, the unit or the configuration file.',
      'Restart the kubelet with `systemctl restart kubelet`.',
      'Restart a static pod: move its manifest out of /etc/kubernetes/manifests, wait until `crictl ps` no longer shows the container, and move it back. Deleting its mirror pod with kubectl restarts nothing.',
    ],
    verify: [
      '`tr "\\0" "\\n" < /proc/$(pidof kube-apiserver)/cmdline | grep -e <flag>` prints the value of the manifest (for other components with their name).',
    ],
  },
  'running-file-drift': {
    examined:
      'Certificates, keys, CAs and kubeconfigs that a component reads only when it starts: when each file was last changed, against when the process was started.',
    consequence:
      'A renewed certificate is on the disk and the old one is in use: at the end of the old one the path breaks though every file is in order. A new CA is not trusted yet, or one that was taken out still is.',
    steps: ['Restart the kubelet with `systemctl restart kubelet`, if it is the one.', RESTART_STATIC_POD],
    verify: [
      '`ps -o lstart,args -C kube-apiserver` (or the component that is named) shows a start later than `stat -c %y <file>`.',
    ],
  },
  'kubeadm-config-drift': {
    examined:
      'What kubeadm of the version of the cluster would write into manifests and the kubelet configuration, from the ClusterConfiguration and KubeletConfiguration of the input, against what the files of the node say.',
    consequence:
      'The next `kubeadm upgrade` or `kubeadm init phase` writes the manifests anew and takes back what somebody changed on the node: a flag that closed a hole, or one without which the component does not start there.',
    steps: [
      'Decide which of the two is meant.',
      'To keep what the node has, write it into the kubeadm configuration: `kubectl -n kube-system edit configmap kubeadm-config` (extraArgs of the component; a list of name and value from v1beta4 on), or kubelet-config for the kubelet.',
      'What differs from node to node belongs into a patch instead: `kubeadm upgrade apply --patches <directory>`.',
      'To take what kubeadm says, run `kubeadm init phase control-plane <component> --config <file>` (`etcd local` for etcd, `kubelet-start` for the kubelet) on one node after the other.',
    ],
    verify: ['`kubeadm upgrade diff <version> --config <file>` shows no line of the settings that the finding names.'],
  },
  'version-skew': {
    examined:
      'The version of the component against that of the API server of the same node, by the version skew policy of Kubernetes.',
    consequence:
      'What is newer than the API server asks for fields and APIs that it does not have; what is older by more than the policy allows may be refused what was removed since. It shows as errors here and there, after an upgrade that stopped half way.',
    steps: UPGRADE_STEPS,
    verify: [
      '`grep image: /etc/kubernetes/manifests/*.yaml` prints one version for API server, controller manager and scheduler, and `kubectl get nodes` one for kubelets that is not newer.',
    ],
  },
  'node-versions': {
    examined:
      'The kubelet version in the status of every Node of the export against the version of the API server, by the version skew policy of Kubernetes.',
    consequence:
      'A kubelet that is newer than the API server, or older by more than three minor versions (two before 1.25), is not supported: pods may not start or not report, and the next upgrade of the control plane makes it worse.',
    steps: UPGRADE_STEPS,
    verify: [
      '`kubectl get nodes` shows versions no newer than that of `kubectl version`, and at most three minor versions older.',
    ],
  },
  'kubeadm-join-discovery': {
    examined:
      'The discovery of the JoinConfiguration: caCertHashes or unsafeSkipCAVerification with a bootstrap token, or the CA in the file of discovery.file.',
    consequence:
      'The node that joins believes whoever answers at the address: who is between it and the API server gives it another CA and another cluster, and gets the bootstrap token, with which he joins a node of his own to the real one.',
    steps: [
      'Print the hash of the CA on a control-plane node: `kubeadm token create --print-join-command`.',
      'Write it into discovery.bootstrapToken.caCertHashes of the JoinConfiguration, and remove unsafeSkipCAVerification.',
      'Where files are distributed anyway, use discovery.file with a kubeconfig that holds the CA.',
      'Revoke a token that may have been caught: `kubeadm token delete <token id>`.',
    ],
    verify: [
      '`openssl x509 -pubkey -noout -in /etc/kubernetes/pki/ca.crt | openssl pkey -pubin -outform DER | openssl dgst -sha256` prints the hash that stands in caCertHashes after sha256:.',
    ],
  },
  'kubeadm-config-accepted': {
    examined:
      'The apiVersion of the kubeadm configuration against those that kubeadm of the version of the cluster reads, and the fields against what it has.',
    consequence:
      '`kubeadm init`, `join` and `upgrade` stop before they do anything: the cluster cannot be upgraded, or a lost node cannot be joined again, which shows at the hour when it is needed.',
    steps: [
      'With a kubeadm that still reads the old version write it in the new one: `kubeadm config migrate --old-config <file> --new-config <new file>`.',
      'In the cluster kubeadm migrates its ConfigMap at each upgrade: upgrade one minor version at a time.',
    ],
    verify: ['`kubeadm config validate --config <file>` with the kubeadm of the version prints ok.'],
  },
  'kubeadm-certificate-settings': {
    examined:
      'The fields certificateValidityPeriod, caCertificateValidityPeriod and encryptionAlgorithm of the ClusterConfiguration.',
    consequence:
      'Every certificate that kubeadm makes from now on has that life or that key: years in which what is copied stays good, a leaf that is dated past its CA, or an algorithm at which kubeadm stops.',
    steps: [
      'Correct the fields: `kubectl -n kube-system edit configmap kubeadm-config`. certificateValidityPeriod at most `8760h0m0s` and below caCertificateValidityPeriod, encryptionAlgorithm one of RSA-2048, RSA-3072, RSA-4096, ECDSA-P256 and (from 1.34) ECDSA-P384.',
      'Certificates that are there already change with the next renewal: `kubeadm certs renew all`.',
      RESTART_STATIC_POD,
    ],
    verify: [
      '`kubeadm config validate --config <file>` prints ok, and `openssl x509 -noout -dates -in <file>` of a renewed certificate shows the life that is meant.',
    ],
  },
};
