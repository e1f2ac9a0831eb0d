/** Guides to the checks of what etcd serves its clients, and of the files that it keeps. */
import type { CheckGuides } from '../../src/model/guide.ts';
import { ETCD_PLACE, etcdctl, etcdCurl, keepIn } from './places.ts';
import { REISSUE_STEPS } from './steps.ts';

const FILE = ETCD_PLACE.file;

const APPLIED: readonly string[] = [keepIn(ETCD_PLACE), ETCD_PLACE.restart];

const REISSUE_SERVER = REISSUE_STEPS.map((step) => step.replace('<name>', 'etcd-server'));

/** As a client that has what etcd asks for. */
const SERVES = `\`${etcdCurl('https://127.0.0.1:2379/health')}\` prints "health":"true".`;

/** As anybody on the network. */
const REFUSES_STRANGERS =
  '`curl -sk -m 3 -o /dev/null -w "%{http_code}\\n" https://127.0.0.1:2379/health` prints 000: nobody gets in without a certificate.';

const NOT_IN_PLAIN_TEXT =
  '`curl -s -m 3 -o /dev/null -w "%{http_code}\\n" http://127.0.0.1:2379/health` prints 000, on every address in --listen-client-urls.';

const APISERVER_WORKS = '`kubectl get --raw /readyz/etcd` prints ok.';

/** Whoever was let in without a certificate has to have one before it is demanded. */
const GIVE_CLIENTS_CERTIFICATES =
  'Give every client a certificate from the CA of etcd first, or it is refused afterwards: API servers (--etcd-certfile and --etcd-keyfile), backups, network plugins. `ss -tnp "sport = :2379"` shows who is connected.';

export const ETCD_GUIDES: CheckGuides = {
  'etcd-client-url-https': {
    examined:
      'The scheme of every URL in --listen-client-urls of etcd, and whether other machines reach the ones with http.',
    consequence:
      'On a URL with http etcd asks for nothing, whatever --client-cert-auth says: whoever reaches it reads every Secret and writes any object, such as a binding to cluster-admin, past the API server, RBAC and the audit log. Who is on the way reads all that the API server stores. On loopback every process of the node, a pod with hostNetwork for instance, can do so.',
    steps: [
      'Make the pairs if they are not there: `kubeadm init phase certs etcd-server`, and `kubeadm init phase certs apiserver-etcd-client`.',
      `Set --cert-file, --key-file, --trusted-ca-file and --client-cert-auth=true in ${FILE}, and add an https URL beside each http one in --listen-client-urls: etcd takes both on one address.`,
      ETCD_PLACE.restart,
      'Change --etcd-servers of each API server to https, with --etcd-cafile, --etcd-certfile and --etcd-keyfile, in /etc/kubernetes/manifests/kube-apiserver.yaml, one after the other; then every other client.',
      `When nobody uses it any more, remove the http URLs from --listen-client-urls and --advertise-client-urls in ${FILE}, one member after the other.`,
      keepIn(ETCD_PLACE),
      'Secrets that may have been read have to be changed, not only protected from now on.',
    ],
    verify: [NOT_IN_PLAIN_TEXT, SERVES, APISERVER_WORKS],
    defaults: { etcd: ['listen-client-urls', 'advertise-client-urls'] },
  },
  'etcd-client-http-urls': {
    examined:
      'The scheme of every URL in --listen-client-http-urls of etcd, the extra listener for clients that speak HTTP.',
    consequence:
      'On a URL with http the JSON gateway answers without a certificate: one POST to /v3/kv/range reads every Secret, one to /v3/kv/put writes any object. The https listener beside it, with all its certificates, does not help.',
    steps: [
      'See who uses it: `ss -tnp` on its port. The API server does not, it speaks gRPC.',
      `Remove --listen-client-http-urls from ${FILE}, or write its URLs with https.`,
      ...APPLIED,
    ],
    verify: [
      '`curl -s -m 3 -o /dev/null -w "%{http_code}\\n" http://<host>:<port>/health` with what stood in --listen-client-http-urls prints 000.',
      APISERVER_WORKS,
    ],
    defaults: { etcd: ['listen-client-http-urls'] },
  },
  'etcd-client-cert-auth': {
    examined:
      '--client-cert-auth and --trusted-ca-file of etcd: whether a certificate is demanded, and from which CA; and whether that file holds a certificate that Go reads.',
    consequence:
      'Without it whoever reaches port 2379 reads every Secret of the cluster and makes himself administrator with one write, past RBAC and the audit log; etcd knows no users of the cluster. With --client-cert-auth alone the public CAs of the machine judge: the API server is refused (`remote error: tls: bad certificate`), and who bought a certificate for clientAuth is let in.',
    steps: [
      GIVE_CLIENTS_CERTIFICATES,
      `Set --trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt and --client-cert-auth=true in ${FILE}.`,
      ...APPLIED,
      'Let a firewall admit only API servers, members and backups to port 2379 as well.',
    ],
    verify: [REFUSES_STRANGERS, SERVES, APISERVER_WORKS],
    defaults: { etcd: ['client-cert-auth', 'trusted-ca-file'] },
  },
  'etcd-auto-tls': {
    examined: '--auto-tls of etcd, which counts where no --cert-file is set.',
    consequence:
      'With it etcd signs its own certificate in its data directory and demands none: what goes over the network is encrypted, but for whoever asks. Everybody who reaches port 2379 reads and writes the whole store, and an impostor on its address passes for it, since no client can verify such a certificate.',
    steps: [
      'Make the pair: `kubeadm init phase certs etcd-server`; without kubeadm sign one from the CA of etcd for all addresses of the member.',
      GIVE_CLIENTS_CERTIFICATES,
      `In one edit remove --auto-tls from ${FILE}, and set --cert-file, --key-file, --trusted-ca-file and --client-cert-auth=true there; API servers need --etcd-cafile from then on.`,
      ...APPLIED,
    ],
    verify: [REFUSES_STRANGERS, SERVES],
    defaults: { etcd: ['auto-tls', 'cert-file'] },
  },
  'etcd-server-cert': {
    examined:
      'The pair in --cert-file and --key-file of etcd (kubeadm: /etc/kubernetes/pki/etcd/server.crt and .key): set, readable, the key that of the certificate, good for serverAuth, and for clientAuth as well, since etcd shows it to itself; --client-cert-file and --client-key-file only together.',
    consequence:
      'With an https URL and no pair, or a key that does not fit, etcd ends at its start, and with it the API server: `TLS key/cert (--cert-file, --key-file) must be provided for client url`. Without clientAuth gRPC goes on, so that the cluster works, but the JSON gateway answers nothing and the log fills with `bad certificate`.',
    steps: [
      `See what it says: ${ETCD_PLACE.log}, and compare \`openssl x509 -noout -pubkey -in /etc/kubernetes/pki/etcd/server.crt | openssl dgst -sha256\` with \`openssl pkey -pubout -in /etc/kubernetes/pki/etcd/server.key | openssl dgst -sha256\`.`,
      ...REISSUE_SERVER,
      `Set --cert-file and --key-file to them in ${FILE}.`,
      keepIn(ETCD_PLACE),
    ],
    verify: [
      '`openssl verify -CAfile /etc/kubernetes/pki/etcd/ca.crt /etc/kubernetes/pki/etcd/server.crt` prints OK, with -purpose sslserver and with -purpose sslclient.',
      SERVES,
    ],
    defaults: { etcd: ['cert-file', 'key-file', 'client-cert-file', 'enable-grpc-gateway'] },
  },
  'etcd-server-san': {
    examined:
      'The subject alternative names of the certificate in --cert-file against --advertise-client-urls and the addresses in --listen-client-urls, loopback among them.',
    consequence:
      'Who dials such an address gets `x509: certificate is valid for <names>, not <address>`: other members and `kubeadm join` by the address of the node, etcdctl, backups and the API server of the node by loopback. It shows after the address of a node changed, or where a certificate was made for one host name.',
    steps: [
      'Add the name to etcd.local.serverCertSANs: `kubectl -n kube-system edit configmap kubeadm-config`. The addresses of the node and loopback kubeadm adds by itself.',
      ...REISSUE_SERVER,
    ],
    verify: [
      '`openssl s_client -connect 127.0.0.1:2379 </dev/null 2>/dev/null | openssl x509 -noout -ext subjectAltName` prints every address that is dialled.',
      SERVES,
    ],
    defaults: { etcd: ['advertise-client-urls', 'listen-client-urls'] },
  },
  'etcd-client-allowed-hostname': {
    examined:
      'The subject alternative names of the certificate in --etcd-certfile of kube-apiserver against --client-cert-allowed-hostname of etcd.',
    consequence:
      'The API server is refused: `client certificate authentication failed` in the log of etcd, `remote error: tls: bad certificate` at the client, and the API server does not come up at its next restart. Certificates of kubeadm for clients of etcd have no such name, so that healthcheck-client and backups are refused as well.',
    steps: [
      `Remove --client-cert-allowed-hostname from ${FILE}; a CA of its own for etcd does what it was meant for.`,
      'Or sign /etc/kubernetes/pki/apiserver-etcd-client.crt, and the pair of every other client, with such a name before the flag is set: `openssl x509 -noout -ext subjectAltName -in <file>` shows what there is. `kubeadm certs renew` keeps it.',
      ...APPLIED,
    ],
    verify: [SERVES, APISERVER_WORKS],
    defaults: { etcd: ['client-cert-allowed-hostname'], 'kube-apiserver': ['etcd-certfile'] },
  },
  'etcd-unique-ca': {
    examined:
      'The CAs in --trusted-ca-file and --peer-trusted-ca-file of etcd (for an etcd elsewhere --etcd-cafile of kube-apiserver), against those in --client-ca-file of API server and kubelet, /etc/kubernetes/pki/ca.crt and the front-proxy CA: the same certificate, the same key, or one signed by the other.',
    consequence:
      'Every certificate of the cluster opens etcd: that of a kubelet, taken from any node, or of a user with no rights at all. With it he reads every Secret and writes what he likes, past RBAC, admission and the audit log, if he reaches port 2379.',
    steps: [
      'Make a CA for etcd in another folder: `kubeadm init phase certs etcd-ca --cert-dir /root/etcd-pki`.',
      'Put both CAs into one file on every control-plane node and member, /etc/kubernetes/pki/etcd/both.crt, and name it in --trusted-ca-file and --peer-trusted-ca-file of etcd and in --etcd-cafile of the API servers. Restart one after the other.',
      'Put the new ca.crt and ca.key into /etc/kubernetes/pki/etcd on every control-plane node, move the old pairs away and make them anew: `kubeadm init phase certs etcd-server`, the same with etcd-peer, etcd-healthcheck-client and apiserver-etcd-client. Restart one after the other.',
      'When all of them have new ones, name /etc/kubernetes/pki/etcd/ca.crt in all three flags, and restart one after the other: from then on the old certificates open nothing.',
      keepIn(ETCD_PLACE),
    ],
    verify: [
      '`curl -s -m 3 --cacert /etc/kubernetes/pki/etcd/ca.crt --cert /var/lib/kubelet/pki/kubelet-client-current.pem --key /var/lib/kubelet/pki/kubelet-client-current.pem -o /dev/null -w "%{http_code}\\n" https://127.0.0.1:2379/health` prints 000: a certificate of the cluster is refused.',
      SERVES,
      APISERVER_WORKS,
    ],
    defaults: {
      etcd: ['trusted-ca-file', 'peer-trusted-ca-file'],
      'kube-apiserver': ['client-ca-file', 'etcd-cafile'],
    },
  },
  'etcd-crl': {
    examined:
      'The file in --client-crl-file and --peer-crl-file of etcd: whether it can be read, in the encoding that this version takes (DER; PEM up to 3.5 too), and whether it revokes a certificate that is in use.',
    consequence:
      'The list is read at every connection, and etcd refuses all of them when it cannot: the API server is out at its next connection. A revoked pair that is still in use is out as well. etcd compares serial numbers alone, and never looks at nextUpdate, so that an old list counts for ever.',
    steps: [
      'See what is in it: `openssl crl -inform DER -in <list> -noout -text`.',
      'Write a PEM list as DER, before the upgrade to 3.6: `openssl crl -in <list.pem> -outform DER -out <list>`.',
      'If a certificate in use is in it, issue that anew (`kubeadm certs renew <name>` gives it another serial number) and restart who uses it; if its key is not out, take its serial number off the list.',
      `Name the list in --client-crl-file or --peer-crl-file in ${FILE}, mounted into the pod, or remove the flag. A new list in the same file counts at once.`,
      'Where --listen-client-http-urls is set, upgrade to 3.5.32, 3.6.13 or later: before, gRPC clients are not held against the list.',
      ...APPLIED,
    ],
    verify: [
      '`openssl crl -inform DER -in <list> -noout -issuer -nextupdate` prints the CA of etcd.',
      SERVES,
      'The same `curl` with a revoked pair prints nothing.',
    ],
    defaults: { etcd: ['client-crl-file', 'peer-crl-file'] },
  },
  'etcd-advertise-consistent': {
    examined:
      'The scheme of the URLs in --advertise-client-urls of etcd against those in --listen-client-urls, and with several members whether it listens on loopback alone.',
    consequence:
      'Clients that follow what the members say of themselves get no answer: `etcdctl --cluster`, `kubeadm join` of a further control-plane node and `kubeadm upgrade`, which dial every member (`context deadline exceeded`). API servers, which have their own list, work, so that it is found in the middle of an upgrade.',
    steps: [
      `See what is told: \`${etcdctl('member list')}\`.`,
      `Give --advertise-client-urls in ${FILE} the scheme and an address of --listen-client-urls (kubeadm: https://<address of the node>:2379).`,
      'If etcd listens on loopback alone, add the address of the node to --listen-client-urls, once its certificate names it: `--listen-client-urls=https://127.0.0.1:2379,https://<address>:2379`.',
      ...APPLIED,
    ],
    verify: [`\`${etcdctl('endpoint health --cluster')}\` says healthy for every member.`],
    defaults: { etcd: ['advertise-client-urls', 'listen-client-urls'] },
  },
  'etcd-data-dir-mode': {
    examined: 'The mode of the directory in --data-dir of etcd (kubeadm: /var/lib/etcd).',
    consequence:
      'Whoever has an account on the node copies member/snap/db and reads every Secret from it with `strings`, unless they are encrypted at rest. No certificate and no log is involved.',
    steps: [
      'Set the mode: `chmod 0700 /var/lib/etcd`. etcd need not be restarted.',
      'Look for copies: backups and snapshots of it need the same.',
      'Encrypt Secrets at rest as well (--encryption-provider-config of kube-apiserver), for backups and disks that leave the house.',
    ],
    verify: ['`stat -c "%a %U" /var/lib/etcd` prints 700 and the user that etcd runs as.'],
    defaults: { etcd: ['data-dir'] },
  },
  'etcd-pprof-debug': {
    examined: 'Whether --enable-pprof of etcd is true, which opens /debug/pprof on its client addresses.',
    consequence:
      'Who is let in on a client address of etcd reads /debug/pprof there: stacks and command line of the process, and each profile slows every write of the cluster down. Such a client may read the store anyway, so that little is lost, unless a client URL speaks http.',
    steps: [`Remove --enable-pprof from ${FILE} when you have measured what you wanted.`, ...APPLIED],
    verify: [`\`${etcdCurl('-o /dev/null -w "%{http_code}\\n" https://127.0.0.1:2379/debug/pprof/')}\` prints 404.`],
    defaults: { etcd: ['enable-pprof'] },
  },
  'etcd-probes': {
    examined:
      'Host, port and scheme of the httpGet probes in /etc/kubernetes/manifests/etcd.yaml against --listen-metrics-urls and --listen-client-urls, and whether that listener demands a certificate, which a probe does not have.',
    consequence: `The kubelet takes it for a failure and kills etcd, minutes after each start, again and again: \`Liveness probe failed: Get "http://127.0.0.1:2381/livez": dial tcp 127.0.0.1:2381: connect: connection refused\` in the events of the pod. With several members all that are configured alike go down together. ${ETCD_PLACE.down}`,
    steps: [
      `Set --listen-metrics-urls=http://127.0.0.1:2381 in ${FILE}, and in each httpGet probe host 127.0.0.1, port 2381, scheme HTTP.`,
      'Or let kubeadm write both from etcd.local.extraArgs: `kubeadm init phase etcd local --config <file>`, on a node whose member is the only one; with several change the manifest by hand.',
      ...APPLIED,
    ],
    verify: ['`curl -s http://127.0.0.1:2381/health` prints "health":"true".', ETCD_PLACE.runs],
    defaults: { etcd: ['listen-metrics-urls', 'listen-client-urls'] },
  },
  'etcd-metrics-urls': {
    examined: 'Every URL in --listen-metrics-urls of etcd: http, and whether other machines reach it.',
    consequence:
      'Whoever reaches the port reads /metrics in plain text without a credential: names and addresses of members, size and load of the store, when it is slow, which tells when it can be knocked over. Keys and values are not in it. It is also one more port that anybody can keep busy.',
    steps: [
      'If Prometheus scrapes it from another machine, put a proxy that authenticates on the node for it, or let it scrape port 2379 with a client certificate of etcd.',
      `Set --listen-metrics-urls=http://127.0.0.1:2381 in ${FILE}; with https it would demand a certificate of the probes too.`,
      ...APPLIED,
    ],
    verify: [
      '`ss -ltn "sport = :2381"` shows 127.0.0.1:2381 and no other address, and `curl -s http://127.0.0.1:2381/health` prints "health":"true".',
    ],
    defaults: { etcd: ['listen-metrics-urls'] },
  },
  'etcd-version-tls-advisories': {
    examined:
      'The version of etcd, by the tag of its image, against the releases in which published advisories on its TLS listeners are fixed, where other machines reach the listener.',
    consequence:
      'GHSA-6vch-q96h-7gc3: whoever reaches the port, without a certificate, opens connections that never finish their handshake until etcd is out of memory and killed, and with it the control plane. Whether a distribution put the fix into an older release no number shows, so this is told and not judged.',
    steps: [
      'Let a firewall admit only API servers, members and backups to ports 2379 and 2380, at once.',
      `Take a snapshot before the upgrade: \`${etcdctl('snapshot save /var/lib/etcd/before-upgrade.db')}\`, and move it to where backups are.`,
      'Set imageTag in etcd.local to a release with the fix: `kubectl -n kube-system edit configmap kubeadm-config`, then `kubeadm upgrade apply <the version that runs>` on the first and `kubeadm upgrade node` on every other control-plane node, one after the other.',
    ],
    verify: [
      `\`${etcdCurl('https://127.0.0.1:2379/version')}\` prints the release under "etcdserver", on every member.`,
    ],
  },
};
