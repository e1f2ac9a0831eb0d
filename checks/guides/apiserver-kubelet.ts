/** Guides to the checks of how the API server reaches kubelets. */
import type { CheckGuides } from '../../src/model/guide.ts';
import { flagIsGone, KEEP_APISERVER_ARGS, ONE_AFTER_THE_OTHER } from './apiserver-steps.ts';

/** Move away, make anew: a renewal keeps names and groups of the old certificate. */
const REISSUE_KUBELET_CLIENT =
  'Move /etc/kubernetes/pki/apiserver-kubelet-client.crt and .key to a folder that only root reads, and make them anew: `kubeadm init phase certs apiserver-kubelet-client`. The API server reads the new pair within minutes.';

const LOGS_WORK = '`kubectl logs` of a pod on each node prints its log.';

export const APISERVER_KUBELET_GUIDES: CheckGuides = {
  'apiserver-kubelet-ca-set': {
    examined:
      '--kubelet-certificate-authority of kube-apiserver and its file; and, to say in which order it can be set, the certificate that the kubelet of this node serves and the name by which the API server dials it.',
    consequence:
      'Unset, the API server takes any certificate on port 10250. Who answers on the address of a node, by ARP or a route of his own, reads what `kubectl exec` types and prints, Secrets included, and runs what he likes in the answer. No error shows it.',
    steps: [
      'Let kubelets ask for serving certificates: `serverTLSBootstrap: true` in `kubectl -n kube-system edit configmap kubelet-config` and in /var/lib/kubelet/config.yaml of every node, then `systemctl restart kubelet`, one node after the other.',
      'Look at each request before you approve it: `kubectl get csr`, `kubectl certificate approve <name>`. Nothing in Kubernetes approves kubernetes.io/kubelet-serving by itself: install an approver, or approve again at every rotation.',
      'On every node check that the names in it have the address that the API server dials: `openssl x509 -noout -ext subjectAltName -in /var/lib/kubelet/pki/kubelet-server-current.pem`.',
      'Only then set --kubelet-certificate-authority=/etc/kubernetes/pki/ca.crt in /etc/kubernetes/manifests/kube-apiserver.yaml: before, it breaks logs and exec on nodes without such a certificate.',
      ONE_AFTER_THE_OTHER,
      KEEP_APISERVER_ARGS,
    ],
    verify: [
      '`openssl s_client -connect <address of the node>:10250 -CAfile /etc/kubernetes/pki/ca.crt </dev/null 2>/dev/null | grep "Verify return code"` prints 0 (ok) for every node.',
      LOGS_WORK,
    ],
    defaults: {
      'kube-apiserver': ['kubelet-certificate-authority', 'kubelet-preferred-address-types'],
      kubelet: ['rotate-server-certificates'],
    },
  },
  'apiserver-kubelet-client-cert-set': {
    examined: 'Whether --kubelet-client-certificate and --kubelet-client-key of kube-apiserver are both set.',
    consequence:
      'To kubelets the API server is nobody: `Error from server (Forbidden): Forbidden (user=system:anonymous, verb=get, resource=nodes, subresource=proxy)` for `kubectl logs`, Unauthorized where kubelets refuse strangers, as they should. Whoever opens kubelets to anonymous requests to repair it gives every node away.',
    steps: [
      'Make the pair if it is not there: `kubeadm init phase certs apiserver-kubelet-client`.',
      'Set --kubelet-client-certificate=/etc/kubernetes/pki/apiserver-kubelet-client.crt and --kubelet-client-key=/etc/kubernetes/pki/apiserver-kubelet-client.key in /etc/kubernetes/manifests/kube-apiserver.yaml; `kubeadm init phase control-plane apiserver --config <file>` writes both.',
      'Without kubeadm give its user the role: `kubectl create clusterrolebinding kube-apiserver-to-kubelets --clusterrole=system:kubelet-api-admin --user=<common name>`.',
      ONE_AFTER_THE_OTHER,
    ],
    verify: [LOGS_WORK, '`grep kubelet-client /etc/kubernetes/manifests/kube-apiserver.yaml` prints both flags.'],
    defaults: { 'kube-apiserver': ['kubelet-client-certificate', 'kubelet-client-key'] },
  },
  'apiserver-kubelet-client-chain': {
    examined:
      'The certificate in --kubelet-client-certificate against the CAs in `authentication.x509.clientCAFile` of the kubelet, by signature, dates and uses.',
    consequence:
      'The kubelet does not take the API server for who it is: `kubectl logs`, `exec` and `port-forward` end with Unauthorized or Forbidden, for all nodes or for those with another CA. Pods and nodes go on, so that it is noticed when somebody needs a log. It happens after a CA was changed on one side.',
    steps: [
      'Compare: `openssl verify -purpose sslclient -CAfile /etc/kubernetes/pki/ca.crt /etc/kubernetes/pki/apiserver-kubelet-client.crt` on the control plane, and the same with ca.crt of the node that refuses it.',
      'If ca.crt of the node is the old one, copy the right one there and `systemctl restart kubelet`; during a rotation it holds both.',
      REISSUE_KUBELET_CLIENT,
    ],
    verify: [
      '`openssl verify -purpose sslclient -CAfile /etc/kubernetes/pki/ca.crt /etc/kubernetes/pki/apiserver-kubelet-client.crt` prints OK.',
      LOGS_WORK,
    ],
    defaults: {
      'kube-apiserver': ['kubelet-client-certificate'],
      kubelet: ['client-ca-file'],
    },
  },
  'apiserver-kubelet-client-identity': {
    examined:
      'Common name and organizations of the certificate in --kubelet-client-certificate, against what kubeadm of that version writes: system:masters, kubeadm:cluster-admins, or no group.',
    consequence:
      'With O=system:masters the pair in /etc/kubernetes/pki is a cluster administrator that no RBAC rule limits and nothing takes back before it ends: who reads it once from the node or a backup has the cluster. `kubeadm certs renew` keeps the group. Without a common name, or with one that is bound to nothing, `kubectl logs` answers `Forbidden (user=…, verb=get, resource=nodes, subresource=proxy)`.',
    steps: [
      'Give the user its role first, or logs and exec stop: `kubectl create clusterrolebinding kubeadm:apiserver-kubelet-client --clusterrole=system:kubelet-api-admin --user=kube-apiserver-kubelet-client`.',
      REISSUE_KUBELET_CLIENT,
      'If the old pair may have been read, it counts until its end: replace the CA then (kubernetes.io/docs/tasks/tls/manual-rotation-of-ca-certificates/).',
    ],
    verify: [
      '`openssl x509 -noout -subject -in /etc/kubernetes/pki/apiserver-kubelet-client.crt` prints no system:masters.',
      '`kubectl auth can-i get nodes --subresource=proxy --as=kube-apiserver-kubelet-client` prints yes.',
    ],
    defaults: { 'kube-apiserver': ['kubelet-client-certificate'] },
  },
  'apiserver-kubelet-https': {
    examined: '--kubelet-https of kube-apiserver, in versions in which it has an effect (up to 1.18).',
    consequence:
      'The API server sends and takes everything for kubelets in plain text: who is on the network between control plane and nodes reads what `kubectl exec` types and prints, and changes it. From 1.19 on it has no effect, and from 1.22 on the API server ends with `unknown flag: --kubelet-https`.',
    steps: [
      'Remove --kubelet-https from /etc/kubernetes/manifests/kube-apiserver.yaml, before the upgrade to 1.22 at the latest.',
      'Take it out of apiServer.extraArgs too: `kubectl -n kube-system edit configmap kubeadm-config`.',
    ],
    verify: [flagIsGone('kubelet-https'), LOGS_WORK],
    defaults: { 'kube-apiserver': ['kubelet-https'] },
  },
};
