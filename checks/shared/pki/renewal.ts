/** How a certificate of kubeadm is renewed, for every remediation that says so. */

export const RENEW =
  'Renew it: `kubeadm certs renew <name>` for what kubeadm made, then restart the component that uses it (move its manifest out of /etc/kubernetes/manifests and back); `kubeadm certs check-expiration` lists the names.';
