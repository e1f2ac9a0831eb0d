/** Steps that many fixes share. */

/** How a static pod reads its certificates again. Source: kubernetes.io kubeadm-certs (static pods are restarted by moving manifests). */
export const RESTART_STATIC_POD =
  'Restart the component that uses it: move its manifest out of /etc/kubernetes/manifests, wait until `crictl ps` no longer shows the container, and move it back; one control-plane node after the other.';

/** Renewal of what kubeadm made: names of the old certificate are kept. */
export const RENEW_STEPS: readonly string[] = [
  'Find the name that kubeadm has for it: `kubeadm certs check-expiration`. It lists neither /etc/kubernetes/kubelet.conf nor what the kubelet rotates in /var/lib/kubelet/pki.',
  'Renew it on every control-plane node: `kubeadm certs renew <name>`. What kubeadm did not make is issued again by whoever issued it.',
  RESTART_STATIC_POD,
  'After a renewal of admin.conf copy it to where people use it: `cp /etc/kubernetes/admin.conf ~/.kube/config`.',
];

/** A new certificate with what kubeadm writes today: a renewal keeps the names and uses of the old one. */
export const REISSUE_STEPS: readonly string[] = [
  'Move the certificate and its key out of /etc/kubernetes/pki, to a folder that only root reads: kubeadm leaves alone what exists.',
  'Make it anew: `kubeadm init phase certs <name> --config <file>`, with the ClusterConfiguration of the cluster (`kubectl -n kube-system get configmap kubeadm-config -o jsonpath={.data.ClusterConfiguration}`). `kubeadm certs renew` is not enough: it keeps what is in the old one.',
  RESTART_STATIC_POD,
];

/** What is left where a private key or a CA may be in other hands. */
export const ROTATE_CA =
  'Where the key of a CA may have been read, replace the CA: kubernetes.io/docs/tasks/tls/manual-rotation-of-ca-certificates/. No component of Kubernetes looks at a revocation list for it.';
