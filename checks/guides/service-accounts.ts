/** Guides to the checks of service account tokens: who signs them, who verifies them, how long they count. */
import type { CheckGuides } from '../../src/model/guide.ts';
import { KEEP_APISERVER_ARGS } from './apiserver-steps.ts';
import { RESTART_STATIC_POD } from './steps.ts';

const TOKEN_WORKS =
  '`kubectl create token default | cut -d. -f2 | base64 -d 2>/dev/null | grep -o "\\"iss\\":\\"[^\\"]*\\""` prints the issuer of new tokens, and `kubectl logs` of a pod that talks to the API server shows no Unauthorized.';

export const SERVICE_ACCOUNT_GUIDES: CheckGuides = {
  'sa-key-pair-match': {
    examined:
      'The public half of --service-account-signing-key-file (API server) and of --service-account-private-key-file (controller manager) against the keys in --service-account-key-file, block by block.',
    consequence:
      'The API server refuses the tokens that it makes itself: every pod that talks to it gets Unauthorized as soon as its token is renewed, within the hour, CoreDNS and the network plugin among the first.',
    steps: [
      'See which pair belongs together: `openssl pkey -in /etc/kubernetes/pki/sa.key -pubout` against /etc/kubernetes/pki/sa.pub, on every control-plane node.',
      'Put sa.key and sa.pub of one pair back, the same ones on every control-plane node.',
      'To change the key on purpose: add the new public key with a second --service-account-key-file on every API server first, then switch the signing keys, and remove the old one when its tokens have ended.',
      RESTART_STATIC_POD,
    ],
    verify: [
      '`diff <(openssl pkey -in /etc/kubernetes/pki/sa.key -pubout) /etc/kubernetes/pki/sa.pub` prints nothing on every control-plane node.',
    ],
    defaults: {
      'kube-apiserver': ['service-account-key-file', 'service-account-signing-key-file'],
      'kube-controller-manager': ['service-account-private-key-file'],
    },
  },
  'sa-key-file-explicit': {
    examined: 'Whether --service-account-key-file is written, and which key the version takes where it is not.',
    consequence:
      'Up to 1.19 the key of the serving certificate verifies tokens then, so that a renewal of that certificate with a new key ends all of them. From 1.20 on the API server does not start without the flag.',
    steps: [
      'Set --service-account-key-file=/etc/kubernetes/pki/sa.pub in /etc/kubernetes/manifests/kube-apiserver.yaml.',
      KEEP_APISERVER_ARGS,
    ],
    verify: [
      '`grep service-account-key-file /etc/kubernetes/manifests/kube-apiserver.yaml` prints the flag, and `crictl ps` shows a kube-apiserver that stays up.',
    ],
    defaults: { 'kube-apiserver': ['service-account-key-file'] },
  },
  'sa-key-strength': {
    examined: 'Kind and size of the keys that sign and verify service account tokens.',
    consequence:
      'Who breaks the key signs a token for any service account of the cluster, that of a controller with all rights among them. The public half is served to whoever may read /openid/v1/jwks.',
    steps: [
      'Make a new pair: `openssl genrsa -out sa-new.key 3072` (mode 0600) and `openssl pkey -in sa-new.key -pubout -out sa-new.pub`, and copy it to every control-plane node.',
      'Add the public half with a second --service-account-key-file on every API server, one node after the other.',
      'Switch --service-account-signing-key-file of the API servers and --service-account-private-key-file of the controller managers to the new key.',
      'Remove the old --service-account-key-file once its tokens have ended: after a year where --service-account-extend-token-expiration is on.',
    ],
    verify: [
      '`openssl pkey -pubin -in /etc/kubernetes/pki/sa.pub -noout -text | head -1` prints 2048 bit or more, or a curve of 256 bit or more.',
    ],
    defaults: { 'kube-apiserver': ['service-account-signing-key-file'] },
  },
  'sa-issuer': {
    examined: 'Every --service-account-issuer in its order: the first one signs, the others are still taken.',
    consequence:
      'Whoever outside of the cluster verifies tokens by OpenID Connect (cloud roles, Vault) needs an https URL and refuses others. From 1.20 on the API server does not start without an issuer, and an issuer that was replaced instead of prepended makes all tokens invalid at once.',
    steps: [
      'Set --service-account-issuer=https://kubernetes.default.svc.cluster.local (the DNS domain of the cluster) in /etc/kubernetes/manifests/kube-apiserver.yaml, on every control-plane node.',
      'To change it, put the new value first and keep the old one as a second --service-account-issuer (1.22 and later) until its tokens have ended.',
      KEEP_APISERVER_ARGS,
    ],
    verify: ['`kubectl get --raw /.well-known/openid-configuration` prints the issuer.', TOKEN_WORKS],
    defaults: { 'kube-apiserver': ['service-account-issuer'] },
  },
  'sa-lookup': {
    examined:
      '--service-account-lookup: whether the API server asks etcd if the token of a Secret and its service account still exist.',
    consequence:
      'A token that leaked stays good though its Secret or its service account was deleted: deleting is the only way to take back a token that has no end.',
    steps: [
      'Remove --service-account-lookup=false from /etc/kubernetes/manifests/kube-apiserver.yaml.',
      'Take it out of apiServer.extraArgs too: `kubectl -n kube-system edit configmap kubeadm-config`.',
    ],
    verify: ['`grep -c service-account-lookup /etc/kubernetes/manifests/kube-apiserver.yaml` prints 0.'],
    defaults: { 'kube-apiserver': ['service-account-lookup'] },
  },
  'sa-same-key-as-tls': {
    examined: 'The public keys of service account tokens against those of all certificates and CAs of the node.',
    consequence:
      'Who gets the key of a listener or of a CA signs tokens too, and the other way round. When that certificate is renewed with a new key, all tokens become invalid at once.',
    steps: [
      'Make a pair for tokens alone: `openssl genrsa -out sa-new.key 3072` and `openssl pkey -in sa-new.key -pubout -out sa-new.pub`, on every control-plane node the same.',
      'Add the public half with a second --service-account-key-file, then switch --service-account-signing-key-file and --service-account-private-key-file to the new key.',
      'Remove the old key from --service-account-key-file when its tokens have ended.',
    ],
    verify: [
      '`openssl pkey -pubin -in /etc/kubernetes/pki/sa.pub -outform DER | openssl dgst -sha256` prints another hash than `openssl x509 -noout -pubkey -in <certificate> | openssl pkey -pubin -outform DER | openssl dgst -sha256`.',
    ],
  },
  'sa-jwks-uri': {
    examined:
      '--service-account-jwks-uri, the address of the keys that the discovery document of OpenID Connect names.',
    consequence:
      'The API server does not start with an address that is no https URL. With one that nobody serves, whoever verifies tokens outside of the cluster finds no key and refuses them.',
    steps: [
      'Write it as an https URL at which others reach what the API server serves at /openid/v1/jwks, or remove --service-account-jwks-uri from /etc/kubernetes/manifests/kube-apiserver.yaml.',
      KEEP_APISERVER_ARGS,
    ],
    verify: [
      '`kubectl get --raw /.well-known/openid-configuration` prints the address as jwks_uri, and `curl` of it the keys.',
    ],
    defaults: { 'kube-apiserver': ['service-account-jwks-uri'] },
  },
  'sa-extend-expiration': {
    examined: '--service-account-extend-token-expiration: whether tokens of pods that ask for an hour get a year.',
    consequence:
      'A token that is read from a pod or from a log counts for a year, as long as its pod is there. The extension is for programs that read their token once and never again; most client libraries have not for years.',
    steps: [
      'Look for pods that still use old tokens: the metric `serviceaccount_stale_tokens_total` of the API server, and the audit annotation authentication.k8s.io/stale-token, which names the pod.',
      'Update their client libraries and restart them.',
      'Set --service-account-extend-token-expiration=false in /etc/kubernetes/manifests/kube-apiserver.yaml.',
      KEEP_APISERVER_ARGS,
    ],
    verify: [
      '`kubectl get --raw /metrics | grep serviceaccount_stale_tokens_total` does not grow, and pods show no Unauthorized after an hour.',
    ],
    defaults: { 'kube-apiserver': ['service-account-extend-token-expiration'] },
  },
  'sa-signing-endpoint': {
    examined:
      '--service-account-signing-endpoint, the unix socket of an external signer, with the flags and the feature gate that it excludes or needs.',
    consequence:
      'The API server does not start with the endpoint beside key files, or without the gate where the version asks for it. Where it cannot reach the socket no pod gets a token, and none starts.',
    steps: [
      'Mount the socket into the pod of the API server: a hostPath volume in /etc/kubernetes/manifests/kube-apiserver.yaml.',
      'Set --service-account-signing-endpoint to its path (or to @name for an abstract one), and remove --service-account-key-file and --service-account-signing-key-file.',
      'Up to 1.33 set --feature-gates=ExternalServiceAccountTokenSigner=true.',
    ],
    verify: ['`kubectl create token default >/dev/null` ends without an error.'],
    defaults: { 'kube-apiserver': ['service-account-signing-endpoint'] },
  },
  'root-ca-published': {
    examined:
      'The CA that pods get, from --root-ca-file of the controller manager or the ConfigMaps kube-root-ca.crt of an export, against the serving certificate of the API server, in every namespace.',
    consequence:
      'Pods verify the API server with this CA alone: with the wrong one each of them says `x509: certificate signed by unknown authority`, CoreDNS and controllers first. In a namespace without it no pod starts.',
    steps: [
      'Set --root-ca-file of the controller manager to the CA that signs the serving certificate (kubeadm: /etc/kubernetes/pki/ca.crt), for a while beside the old one.',
      RESTART_STATIC_POD,
      'Pods read it again by themselves within minutes; restart those that keep it in memory: `kubectl rollout restart deployment <name>`.',
    ],
    verify: [
      '`kubectl -n default get configmap kube-root-ca.crt -o jsonpath="{.data.ca\\.crt}" > /tmp/root-ca.crt; openssl s_client -connect 127.0.0.1:6443 -CAfile /tmp/root-ca.crt </dev/null 2>/dev/null | grep "Verify return code"` prints 0 (ok).',
    ],
    defaults: { 'kube-controller-manager': ['root-ca-file'] },
  },
  'sa-legacy-tokens': {
    examined:
      'Secrets of type kubernetes.io/service-account-token in the export, by name and annotation alone: their contents are never read.',
    consequence:
      'Such a token has no end and counts from everywhere. Who read it once, from etcd, a backup or a Secret that a role shows, is the service account until the Secret is deleted.',
    steps: [
      'See who uses it: the label kubernetes.io/legacy-token-last-used on the Secret has the day of its last use (1.27 and later).',
      'Give the user another one: the token that the kubelet mounts and renews, or `kubectl create token <account> --duration 1h`.',
      'Delete the Secret: `kubectl -n <namespace> delete secret <name>`.',
    ],
    verify: [
      '`kubectl get secrets -A --field-selector type=kubernetes.io/service-account-token` prints none that is not meant.',
    ],
  },
};
