/** Guides to what only the controller manager has: signing, the CA of pods, service accounts; and how a cloud's dials. */
import type { CheckGuides } from '../../src/model/guide.ts';
import { CLOUD_CONTROLLER_MANAGER_PLACE, CONTROLLER_MANAGER_PLACE, keepIn } from './places.ts';

const FILE = '/etc/kubernetes/manifests/kube-controller-manager.yaml';

const APPLIED: readonly string[] = [keepIn(CONTROLLER_MANAGER_PLACE), CONTROLLER_MANAGER_PLACE.restart];

/** Whose log tells what the signer does: only the one that leads works. */
const REQUESTS_ANSWERED =
  '`kubectl get csr` shows Approved,Issued for what kubelets asked for, and nothing that stays at Approved or Pending.';

/** What is asked for, and by whom: an approval is for good. */
const APPROVE_WAITING =
  'See what waits, and approve it after a look at who asks: `kubectl get csr`, `kubectl certificate approve <name>`.';

export const CONTROLLER_GUIDES: CheckGuides = {
  'controller-manager-csr-controllers': {
    examined:
      '--controllers of kube-controller-manager: whether it leaves csrapproving and csrsigning on (certificatesigningrequest-approving-controller and -signing-controller from 1.28), and whether its version knows every name in it.',
    consequence:
      'Nothing happens at first. Then kubelets ask in vain for their next certificate, and from months later on one node after the other becomes NotReady, on the day on which its certificate ends; new nodes do not join (`kubeadm join` times out). With a name that the version does not know the controller manager ends at its start.',
    steps: [
      `Write --controllers=*,bootstrapsigner,tokencleaner in ${FILE}, as kubeadm does; take out -csrsigning and -csrapproving, or the long names.`,
      'Where another controller approves and signs instead, leave it, and watch that one: `kubectl get csr -w`.',
      ...APPLIED,
      APPROVE_WAITING,
    ],
    verify: [
      REQUESTS_ANSWERED,
      '`grep -- --controllers /etc/kubernetes/manifests/kube-controller-manager.yaml` prints the list.',
    ],
    defaults: { 'kube-controller-manager': ['controllers'] },
  },
  'controller-manager-cluster-signing': {
    examined:
      'The pair in --cluster-signing-cert-file and --cluster-signing-key-file of kube-controller-manager, or those of single signers: one CA certificate, its own key without a passphrase, not ended, and among --client-ca-file of the API server (for serving certificates --kubelet-certificate-authority).',
    consequence:
      'Without a pair requests stay at Approved for ever: new nodes do not join, and the certificates of kubelets end one by one. With a CA that the API server does not trust it is worse, since kubelets do get the new certificate and are Unauthorized with it. With a key that does not fit, two certificates in the file, or flags of both kinds the controller manager ends with an error, and nothing is rolled out or replaced.',
    steps: [
      'See which CA the API server takes clients from: `grep client-ca-file /etc/kubernetes/manifests/kube-apiserver.yaml`; during a rotation it has both, the signer exactly one.',
      'Compare certificate and key: `openssl x509 -noout -pubkey -in /etc/kubernetes/pki/ca.crt | openssl dgst -sha256` with `openssl pkey -pubout -in /etc/kubernetes/pki/ca.key | openssl dgst -sha256`, on every control-plane node.',
      `Set --cluster-signing-cert-file=/etc/kubernetes/pki/ca.crt and --cluster-signing-key-file=/etc/kubernetes/pki/ca.key in ${FILE}, and remove the flags of single signers (--cluster-signing-kubelet-client-cert-file and its like). With an external CA both are empty, and a signer of yours does the work.`,
      ...APPLIED,
      APPROVE_WAITING,
    ],
    verify: [
      REQUESTS_ANSWERED,
      'On a node whose request was issued, with the CA copied there: `openssl verify -CAfile /etc/kubernetes/pki/ca.crt /var/lib/kubelet/pki/kubelet-client-current.pem` prints OK.',
    ],
    defaults: {
      'kube-controller-manager': [
        'cluster-signing-cert-file',
        'cluster-signing-key-file',
        'cluster-signing-kubelet-client-cert-file',
        'cluster-signing-kubelet-serving-cert-file',
      ],
    },
  },
  'controller-manager-cluster-signing-duration': {
    examined:
      '--cluster-signing-duration of kube-controller-manager (--experimental-cluster-signing-duration in old versions) against a year.',
    consequence:
      'No component of Kubernetes looks at a revocation list, so a certificate that was stolen counts until it ends: who copied a kubelet credential or that of a user from a backup is that node or that user for all those years. Only a new CA ends it before.',
    steps: [
      'See that kubelets rotate first (`rotateCertificates: true` in /var/lib/kubelet/config.yaml of every node), or a shorter time takes nodes out of the cluster.',
      `Set --cluster-signing-duration=8760h in ${FILE}, or 720h.`,
      ...APPLIED,
      'Certificates that were signed before keep their end: kubelets ask for the next one when 70 to 90 % of a life are over.',
    ],
    verify: [
      '`openssl x509 -noout -startdate -enddate -in /var/lib/kubelet/pki/kubelet-client-current.pem` on a node that rotated since shows the new span.',
    ],
    defaults: { 'kube-controller-manager': ['cluster-signing-duration', 'experimental-cluster-signing-duration'] },
  },
  'controller-manager-root-ca-file': {
    examined:
      '--root-ca-file of kube-controller-manager, or where it is unset the CA in its kubeconfig, against every certificate that kube-apiserver serves to pods; and whether --controllers leaves root-ca-cert-publisher on, which puts that CA into kube-root-ca.crt of each namespace.',
    consequence:
      'Programs in pods end with `x509: certificate signed by unknown authority` as soon as they connect: CoreDNS, the network plugin, every operator. Who helps himself by switching verification off gives the token of the pod to whoever answers. Without the publisher pods in new namespaces do not start: `configmap "kube-root-ca.crt" not found`.',
    steps: [
      'See who signed what is served: `openssl verify -CAfile /etc/kubernetes/pki/ca.crt /etc/kubernetes/pki/apiserver.crt`.',
      `Set --root-ca-file in ${FILE} to the CA that signed it (kubeadm: /etc/kubernetes/pki/ca.crt), the same on every control-plane node. While a CA is rotated the file holds the old and the new one, before the API server gets its new certificate.`,
      'Take -root-ca-cert-publisher out of --controllers where it is there.',
      ...APPLIED,
      'Most programs read the CA when they start: `kubectl -n <namespace> rollout restart deployment <name>` for those that still complain.',
    ],
    verify: [
      '`kubectl -n default get configmap kube-root-ca.crt -o jsonpath="{.data.ca\\.crt}" | openssl x509 -noout -subject -enddate` prints that CA.',
      '`kubectl get configmaps -A --field-selector metadata.name=kube-root-ca.crt` lists every namespace.',
    ],
    defaults: {
      'kube-controller-manager': ['root-ca-file', 'controllers'],
      'kube-apiserver': ['tls-cert-file'],
    },
  },
  'controller-manager-sa-private-key': {
    examined:
      'The public half of --service-account-private-key-file of kube-controller-manager against the keys in --service-account-key-file of kube-apiserver.',
    consequence:
      'Tokens in Secrets of the type kubernetes.io/service-account-token are made and then refused with Unauthorized, in each client that uses one: CI, Vault, old operators. Up to 1.23 these are the tokens that many pods have. With control planes whose keys differ it depends on who led when the token was made.',
    steps: [
      'See which pair belongs together: `diff <(openssl pkey -in /etc/kubernetes/pki/sa.key -pubout) /etc/kubernetes/pki/sa.pub`, on every control-plane node.',
      'Put sa.key and sa.pub of one pair back, the same ones on every control-plane node. To change the key on purpose, first give every API server the new public key with a second --service-account-key-file.',
      `Set --service-account-private-key-file=/etc/kubernetes/pki/sa.key in ${FILE}.`,
      ...APPLIED,
      'Tokens that were signed with the wrong key stay wrong: delete their Secrets and make them again, or better replace them by `kubectl create token`.',
    ],
    verify: [
      '`diff <(openssl pkey -in /etc/kubernetes/pki/sa.key -pubout) /etc/kubernetes/pki/sa.pub` prints nothing, and `sha256sum /etc/kubernetes/pki/sa.pub` the same on every control-plane node.',
    ],
    defaults: {
      'kube-controller-manager': ['service-account-private-key-file'],
      'kube-apiserver': ['service-account-key-file'],
    },
  },
  'controller-manager-use-sa-credentials': {
    examined: 'Whether --use-service-account-credentials of kube-controller-manager is true.',
    consequence:
      'All controllers work as system:kube-controller-manager, which then needs the rights of all of them: where somebody grants it these, /etc/kubernetes/controller-manager.conf is nearly an administrator. Where nobody does, controllers get Forbidden. The audit log cannot tell one controller from the other.',
    steps: [
      'See that RBAC is on: `grep authorization-mode /etc/kubernetes/manifests/kube-apiserver.yaml` has RBAC. Its roles system:controller:* carry the rights of the controllers.',
      `Set --use-service-account-credentials=true in ${FILE}.`,
      ...APPLIED,
      'Take away what the shared identity was granted for it: `kubectl get clusterrolebindings -o wide | grep system:kube-controller-manager`. What Kubernetes itself binds stays.',
    ],
    verify: [
      '`kubectl auth can-i create pods --as=system:serviceaccount:kube-system:replicaset-controller -n default` prints yes.',
      '`kubectl get deployments -A` shows that a change is still rolled out.',
    ],
    defaults: { 'kube-controller-manager': ['use-service-account-credentials'] },
  },
  'cloud-controller-manager-kubeconfig': {
    examined:
      'Whether --kubeconfig or --master of cloud-controller-manager is set. Without them it dials with the service account of its pod, which no file of the node shows.',
    consequence:
      'Nothing is wrong by that: the token and the CA of a pod verify the API server as well. But what it trusts and who it is stays unknown here. Its identity changes nodes and routes and writes load balancers, so that a broad ClusterRole makes its pod worth taking over.',
    steps: [
      'Look at what it uses: `kubectl -n kube-system get pods -o custom-columns=POD:.metadata.name,ACCOUNT:.spec.serviceAccountName | grep cloud-controller-manager`.',
      'Where a unit or a static pod runs it, which has no service account, set --kubeconfig to a file of its own with the CA of the cluster, mode 0600.',
      CLOUD_CONTROLLER_MANAGER_PLACE.restart,
    ],
    verify: [
      '`kubectl auth can-i --list --as=system:serviceaccount:kube-system:cloud-controller-manager` lists what it may do, and no `*.*` with all verbs.',
      '`kubectl get nodes -o custom-columns=NAME:.metadata.name,TAINTS:.spec.taints[*].key` shows no node.cloudprovider.kubernetes.io/uninitialized.',
    ],
    defaults: { 'cloud-controller-manager': ['kubeconfig', 'master'] },
  },
};
