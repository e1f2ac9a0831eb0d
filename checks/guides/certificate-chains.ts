/** Guides to the checks of what a certificate is: who signed it, with which key, for which names and uses. */
import type { CheckGuides } from '../../src/model/guide.ts';
import { REISSUE_STEPS, RENEW_STEPS, RESTART_STATIC_POD, ROTATE_CA } from './steps.ts';

export const CERTIFICATE_CHAIN_GUIDES: CheckGuides = {
  'pki-chain': {
    examined:
      'Whether a chain of signatures leads from the certificate that one end shows to a CA in the bundle that the other end trusts, by the rules of Go: CA bits, key usages, name constraints, path lengths. Names of CAs prove nothing: all of kubeadm are called kubernetes.',
    consequence:
      'A client that meets such a server says `x509: certificate signed by unknown authority` and gives up; a server that meets such a client answers Unauthorized. Mostly a CA was made anew on one node, or a certificate was copied from another cluster.',
    steps: [
      'Compare the signer with the bundle: `openssl verify -CAfile <bundle> <certificate>`, and `openssl x509 -noout -ext authorityKeyIdentifier -in <certificate>` with the subjectKeyIdentifier of the CA.',
      'If the bundle is right, issue the certificate anew from that CA: `kubeadm certs renew <name>`. It signs with the CA in /etc/kubernetes/pki, so this has to be the right one first.',
      'If the certificate is right, add its CA to the bundle that the other end reads, beside the CA that is there.',
      RESTART_STATIC_POD,
    ],
    verify: ['`openssl verify -CAfile <bundle> <certificate>` prints OK.'],
  },
  'pki-key-matches-cert': {
    examined:
      'The public key of the certificate against that of the private key file beside it, or of the key in the same kubeconfig or PEM file.',
    consequence:
      'The process that reads the pair does not start, or keeps the old pair until its next restart and does not come up then: `tls: private key does not match public key`. It happens where a renewal was copied by halves.',
    steps: [
      'See which of the two is the stray one: compare `openssl x509 -noout -pubkey -in <crt>` with `openssl pkey -pubout -in <key>`, here and in the backup.',
      'Put both files of one issue back, or make a new pair: `kubeadm certs renew <name>`.',
      RESTART_STATIC_POD,
    ],
    verify: ['`diff <(openssl x509 -noout -pubkey -in <crt>) <(openssl pkey -pubout -in <key>)` prints nothing.'],
  },
  'pki-eku-server': {
    examined:
      'The extended key usage of the server certificate and of the CAs above it: serverAuth, any, or no such extension. etcd uses its server and peer certificates as a client as well.',
    consequence:
      'Clients written in Go refuse the server: `x509: certificate specifies an incompatible key usage`. An etcd server certificate without clientAuth breaks the gateway that etcd dials itself through, and a peer certificate without either breaks replication.',
    steps: REISSUE_STEPS,
    verify: [
      '`openssl x509 -noout -ext extendedKeyUsage -in <file>` prints TLS Web Server Authentication (for etcd also TLS Web Client Authentication), or that there is no such extension.',
    ],
  },
  'pki-eku-client': {
    examined:
      'The extended key usage of the client certificate and of the CAs above it: clientAuth, any, or no such extension.',
    consequence:
      'The server refuses the client though its signature is good: Unauthorized from the API server and the kubelet, `remote error: tls: bad certificate` from etcd. It shows at the next connection after the certificate was replaced.',
    steps: REISSUE_STEPS,
    verify: [
      '`openssl x509 -noout -ext extendedKeyUsage -in <file>` prints TLS Web Client Authentication, or that there is no such extension. For a kubeconfig: `kubectl config view --raw -o jsonpath={.users[0].user.client-certificate-data} --kubeconfig <file> | base64 -d | openssl x509 -noout -ext extendedKeyUsage`.',
    ],
  },
  'pki-san-present': {
    examined: 'Whether the server certificate has subject alternative names at all. The common name is not looked at.',
    consequence:
      'Every client that is built with Go 1.17 or newer refuses it, whatever its common name says: `x509: certificate relies on legacy Common Name field, use SANs instead`. A cluster that still works breaks with the upgrade of the client.',
    steps: [
      'For a certificate that kubeadm did not make, issue it anew with its names: `openssl x509 -req -in <csr> -CA <ca.crt> -CAkey <ca.key> -days 365 -extfile <file with subjectAltName=DNS:<name>,IP:<address>> -out <crt>`.',
      ...REISSUE_STEPS,
    ],
    verify: [
      '`openssl x509 -noout -ext subjectAltName -in <file>` prints every name and address by which it is dialled.',
    ],
  },
  'pki-key-strength': {
    examined:
      'Kind and size of the key in each certificate of the path, CAs included: RSA from 2048 bits, ECDSA on P-256, P-384 or P-521, Ed25519.',
    consequence:
      'An RSA key of 1024 bits can be factored by who has the means, and then signs or decrypts as its owner. Go refuses those below 1024 bits from Go 1.24 on and those above 8192 bits from Go 1.20.7 on, and its TLS does not sign with P-224 or DSA: the path breaks with the upgrade that brings it.',
    steps: [
      'Set what new keys are to be in a ClusterConfiguration of kubeadm.k8s.io/v1beta4: `encryptionAlgorithm: RSA-2048` (or ECDSA-P256).',
      ...RENEW_STEPS.slice(0, 3),
      'A weak CA has to be replaced: kubernetes.io/docs/tasks/tls/manual-rotation-of-ca-certificates/.',
    ],
    verify: ['`openssl x509 -noout -text -in <file> | grep -A1 "Public Key Algorithm"` prints the kind and the bits.'],
  },
  'pki-signature-algorithm': {
    examined:
      'The algorithm of the signature on each certificate below its CA. The signature that a root has on itself is checked by nobody.',
    consequence:
      'Go 1.18 and newer, in Kubernetes from 1.24 on, refuses it: `x509: cannot verify signature: insecure algorithm SHA1-RSA`. Before that, who can make two certificates with the same SHA-1 or MD5 hash gets the CA to sign a harmless one and uses the other.',
    steps: [
      ...RENEW_STEPS.slice(0, 3),
      'With openssl say which hash signs: `openssl x509 -req -sha256 -in <csr> -CA <ca.crt> -CAkey <ca.key> -days 365 -copy_extensions copy -out <crt>`.',
    ],
    verify: [
      '`openssl x509 -noout -text -in <file> | grep "Signature Algorithm"` prints sha256, sha384, sha512 or Ed25519.',
    ],
  },
  'pki-duplicate-key': {
    examined: 'Whether two certificates with different roles on the path have the same public key.',
    consequence:
      'Who gets the key from the place that is guarded less can also be the other one: a key that serves TLS and logs in as a client makes a stolen listener key into a login. Replacing one of the two certificates does not help while its key lives on in the other.',
    steps: [
      'Decide which of the two keeps the key. If it may have been copied, neither does.',
      'Move the pair of the other one out of /etc/kubernetes/pki and make it with a key of its own: `kubeadm init phase certs <name>`.',
      RESTART_STATIC_POD,
    ],
    verify: [
      '`openssl x509 -noout -pubkey -in <file> | openssl pkey -pubin -outform DER | openssl dgst -sha256` prints another hash for each of the two.',
    ],
  },
  'pki-ca-basic-constraints': {
    examined:
      'Whether each CA in the bundles of the path has basicConstraints CA:TRUE, and whether its path length allows the chain.',
    consequence:
      'Nothing that it signed verifies: `x509: certificate signed by unknown authority`, or `parent certificate cannot sign this kind of certificate`. Mostly a leaf was put where its CA belongs, or a CA was made by openssl without extensions.',
    steps: [
      'Look at what the file holds: `openssl x509 -noout -subject -ext basicConstraints -in <file>`.',
      'If a leaf stands in the place of the CA, put the CA there: for kubeadm /etc/kubernetes/pki/ca.crt, from a node or backup that is right.',
      'If the CA itself lacks it, make a new CA (`openssl req -x509 -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,digitalSignature …`) and issue anew what it signed.',
    ],
    verify: ['`openssl x509 -noout -ext basicConstraints -in <file>` prints CA:TRUE.'],
  },
  'pki-ca-keyusage': {
    examined: 'The key usage of each CA of the path: keyCertSign, or no such extension.',
    consequence:
      'Go does not accept a signature of such a CA, so every certificate below it is refused: `x509: certificate signed by unknown authority`.',
    steps: [
      'Make the CA again with the usage: `openssl req -x509 -addext keyUsage=critical,keyCertSign,cRLSign,digitalSignature …`; the same key and name keep what it signed valid.',
      'Distribute it to every bundle that has the old one: /etc/kubernetes/pki/ca.crt on every node, certificate-authority-data of kubeconfigs.',
      RESTART_STATIC_POD,
    ],
    verify: ['`openssl x509 -noout -ext keyUsage -in <file>` prints Certificate Sign.'],
  },
  'pki-parse-strictness': {
    examined:
      'Every certificate and key file of the path, read as Go reads it: PEM blocks, DER, serial numbers, kinds of keys.',
    consequence:
      'Go takes less than openssl does. The process does not start, or it silently leaves the block out and then trusts less than the file seems to say; negative serial numbers stop with Kubernetes 1.32 (`x509: negative serial number`).',
    steps: [
      'Look at the file at the line that the finding names: byte order mark, indentation, text or headers inside a block, a key that is encrypted, another kind of block.',
      'Write it again as plain PEM: `openssl x509 -in <file> -out <new file>`, certificate by certificate; a key with `openssl pkey -in <file> -out <new file>`, mode 0600.',
      'A certificate that Go refuses as such has to be issued anew: `kubeadm certs renew <name>`, or by its issuer.',
    ],
    verify: [
      '`grep -c "BEGIN CERTIFICATE" <file>` prints as many as `openssl storeutl -noout -certs <file>` finds, and the component starts: `crictl logs <container>` shows no error about the file.',
    ],
  },
  'pki-ca-reuse': {
    examined:
      'The public keys of the CAs for the cluster, etcd, the front proxy and the serving certificates of kubelets: whether one signs for two of these purposes. Names of CAs are not compared.',
    consequence:
      'A certificate for one purpose opens the other. With one CA for the cluster and etcd, every kubelet certificate reads and writes etcd, past RBAC and admission; with one for the front proxy, who has a client certificate can name itself any user.',
    steps: [
      'See which purposes share the CA: `kubetls certs` lists each CA with what it signs.',
      'Move the files of the CA that is to become separate away and make it anew: `kubeadm init phase certs etcd-ca` or `kubeadm init phase certs front-proxy-ca`, on one node; copy it to the other control-plane nodes.',
      'Issue what it signs anew (`kubeadm init phase certs etcd-server` and so on), trusting both CAs while nodes still differ.',
      RESTART_STATIC_POD,
    ],
    verify: [
      '`openssl x509 -noout -pubkey -in /etc/kubernetes/pki/ca.crt | openssl dgst -sha256` prints another hash than the same for etcd/ca.crt and front-proxy-ca.crt.',
    ],
  },
  'pki-trust-bundle-scope': {
    examined:
      'Every CA in the bundle that lets clients in: whether something in the cluster is signed by it, or whether it is a stranger.',
    consequence:
      'Whoever holds the key of such a CA makes a certificate with `O=system:masters` and is administrator, without a trace in the cluster. A bundle that a package or an old rotation has grown is where it hides.',
    steps: [
      'See what the bundle holds: `openssl storeutl -noout -text -certs <file> | grep -E "Subject:|Issuer:|Not After"`.',
      'Find out whose CA it is, and whether users of it are meant to be users of the cluster.',
      'If not, remove its PEM block from the file. API server and kubelet read it again while running; etcd has to be restarted.',
      'If it may have been there for somebody: look in the audit log for users that it could have made.',
    ],
    verify: ['`openssl storeutl -noout -certs <file>` finds one certificate for each CA that is meant.'],
  },
  'pki-kubeadm-config-drift': {
    examined:
      'Fields certSANs, controlPlaneEndpoint, serviceSubnet and dnsDomain of the ClusterConfiguration against the names in the certificate of the API server.',
    consequence:
      'The certificate does not have a name that somebody wrote down as one to dial: `x509: certificate is valid for …, not …`. Neither `kubeadm certs renew` nor `kubeadm upgrade` adds it, since both keep the names of the old certificate.',
    steps: REISSUE_STEPS.map((step) => step.replace('<name>', 'apiserver')),
    verify: [
      '`openssl s_client -connect 127.0.0.1:6443 </dev/null 2>/dev/null | openssl x509 -noout -ext subjectAltName` prints the name.',
    ],
  },
  'pki-external-ca': {
    examined:
      'Whether the files of --cluster-signing-cert-file and --cluster-signing-key-file of the controller manager are there: with an external CA kubeadm leaves the key away and the flags stay.',
    consequence:
      'The controller manager signs nothing: requests of kubelets for a new client or serving certificate are approved and never issued, and kubelets fall off one by one when theirs ends. New nodes cannot join.',
    steps: [
      'If the CA is meant to be external, have whoever holds it sign the requests of kubelets (an external signer for kubernetes.io/kube-apiserver-client-kubelet).',
      'Say so to the controller manager: --cluster-signing-cert-file="" and --cluster-signing-key-file="" in /etc/kubernetes/manifests/kube-controller-manager.yaml.',
      'If it is not, put ca.key back to /etc/kubernetes/pki, mode 0600, owner root.',
    ],
    verify: ['`kubectl get csr` shows new requests with the condition Approved,Issued.'],
    defaults: { 'kube-controller-manager': ['cluster-signing-cert-file', 'cluster-signing-key-file'] },
  },
  'pki-ha-drift': {
    examined:
      'Files ca.crt, front-proxy-ca.crt, etcd/ca.crt, sa.pub and their keys of all control-plane nodes in the input against each other, and that leaf certificates differ.',
    consequence:
      'A client that the load balancer sends to the other node is refused: kubectl works and fails in turns, tokens of pods are Unauthorized now and then, etcd members do not find together. It shows only when a connection moves.',
    steps: [
      'See which value most nodes and clients have: `openssl x509 -noout -fingerprint -sha256 -in /etc/kubernetes/pki/ca.crt` on each, and `sha256sum /etc/kubernetes/pki/sa.pub`.',
      'Copy ca.{crt,key}, sa.{key,pub}, front-proxy-ca.{crt,key} and etcd/ca.{crt,key} from a node that is right to the one that is not, over a channel that you trust.',
      'Make the certificates of that node anew: move the leaf files away and run `kubeadm init phase certs all --config <file>`, then `kubeadm init phase kubeconfig all --config <file>`.',
      RESTART_STATIC_POD,
    ],
    verify: [
      '`openssl x509 -noout -fingerprint -sha256 -in /etc/kubernetes/pki/ca.crt` prints the same on every control-plane node.',
    ],
  },
  'pki-ca-key-on-node': {
    examined:
      'Where ca.key, etcd/ca.key and front-proxy-ca.key lie: on a control-plane node, where kubeadm keeps them, or on one without an API server.',
    consequence:
      'The key of a CA makes any identity, cluster-admin included. On a worker it is within reach of everything that escapes from a container there.',
    steps: [
      'Copy the key to a safe place, offline or on a control-plane node that needs it.',
      'Delete it from the worker: `shred -u /etc/kubernetes/pki/ca.key`. A worker needs ca.crt alone.',
      ROTATE_CA,
    ],
    verify: ['`find /etc/kubernetes -name "*ca.key"` prints nothing on a worker.'],
  },
};
