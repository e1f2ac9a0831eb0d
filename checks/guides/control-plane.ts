/** Guides to what kube-scheduler and both controller managers serve: one text, filled in for each of them. */
import type { CheckGuide, CheckGuides } from '../../src/model/guide.ts';
import type { ControlPlaneComponent } from '../shared/control-plane.ts';
import { CLOUD_CONTROLLER_MANAGER, CONTROLLER_MANAGER, SCHEDULER } from '../shared/control-plane.ts';
import type { Place } from './places.ts';
import { CLOUD_CONTROLLER_MANAGER_PLACE, CONTROLLER_MANAGER_PLACE, keepIn, SCHEDULER_PLACE } from './places.ts';

/** A component by what its checks know of it and by where it is found on a node. */
interface Served {
  readonly own: ControlPlaneComponent;
  readonly place: Place;
}

/** kubeadm runs the scheduler and the controller manager, and knows nothing of a cloud's. */
function byKubeadm({ own }: Served): boolean {
  return own.kubeadmField !== undefined;
}

function applied({ place }: Served): readonly string[] {
  return [keepIn(place), place.restart];
}

/** The status of an answer, to be compared. */
function status({ place }: Served, path: string, header = ''): string {
  return `curl -sk -o /dev/null -w "%{http_code}\\n"${header} https://127.0.0.1:${place.port}${path}`;
}

/** Only the node reaches it, or others do. */
function listensOnLoopback({ place }: Served): string {
  return `\`ss -ltn "sport = :${place.port}"\` shows 127.0.0.1:${place.port} and no other address.`;
}

/** By which CAs callers are asked for a certificate, as every TLS client is told. */
function authoritiesShown({ place }: Served): string {
  return `openssl s_client -connect 127.0.0.1:${place.port} </dev/null 2>/dev/null | grep -A2 "Acceptable client certificate CA names"`;
}

/** What a scraper needs to be let in. */
const SCRAPER_ROLE =
  'Let the scraper in by its service account: `kubectl create clusterrole metrics-reader --verb=get --non-resource-url=/metrics` and `kubectl create clusterrolebinding metrics-reader --clusterrole=metrics-reader --serviceaccount=<namespace>:<name>`.';

const SCRAPER_TOKEN = ' -H "Authorization: Bearer $(kubectl -n <namespace> create token <name>)"';

function bindAddress(served: Served): CheckGuide {
  const { name, file, port } = served.place;
  return {
    examined: `--bind-address of ${name} against loopback. Where it listens further, whether a certificate (--tls-cert-file) and both kubeconfigs for delegated authentication and authorization guard it.`,
    consequence: `Whoever reaches the node reaches port ${port}. Beyond the health paths it asks for a credential, but a token of a scraper that was stolen, or an open path in its flags, then works from the whole network, and so does the next flaw of its TLS. With the certificate that it makes itself scrapers from elsewhere verify nothing, and show their token to whoever answers.`,
    steps: [
      'See who comes from other machines, such as Prometheus. Put a proxy that authenticates on the node for them (kube-rbac-proxy), or keep the address, and give the listener a certificate from the cluster CA and both kubeconfigs.',
      `Otherwise set --bind-address=127.0.0.1 in ${file}, and 127.0.0.1 as host of its probes in the same edit: a probe of another address makes the kubelet kill it.`,
      ...applied(served),
    ],
    verify: [listensOnLoopback(served)],
    defaults: { [name]: ['bind-address'] },
  };
}

function securePort(served: Served): CheckGuide {
  const { name, file } = served.place;
  return {
    examined: `Whether --secure-port of ${name} is 0, which switches its HTTPS listener off.`,
    consequence: `Nobody sees its health and its metrics any more, and alarms built on them stay silent. Probes get \`connect: connection refused\`, so that the kubelet kills it again and again. ${served.place.down}`,
    steps: [`Remove --secure-port=0 from ${file}.`, ...applied(served)],
    verify: [`\`${status(served, '/healthz')}\` prints 200.`, served.place.runs],
    defaults: { [name]: ['secure-port'] },
  };
}

function insecurePort(served: Served): CheckGuide {
  const { name, file, port: secure } = served.place;
  const { number: plain, inertFrom, offByDefault } = served.own.insecurePort;
  const isScheduler = name === 'kube-scheduler';
  return {
    examined: `--port and --address of ${name}${
      isScheduler ? ' (with --config healthzBindAddress and metricsBindAddress of that file)' : ''
    }, in versions in which they open a listener of plain HTTP${offByDefault === true ? '' : `; below ${inertFrom} it is open where nobody closes it`}.`,
    consequence: `Whoever reaches port ${plain} reads /metrics, and with profiling on /debug/pprof, without TLS and without a credential. Profiles taken one after the other slow ${name} down. From 1.24 on the flags themselves end the process: \`unknown flag: --port\`.`,
    steps: [
      `Point scrapers and probes to port ${secure} with HTTPS first.`,
      `Below ${inertFrom} set --port=0 in ${file}${
        isScheduler
          ? '; with --config, which beats the flag, set healthzBindAddress and metricsBindAddress to "" in that file'
          : ''
      }.`,
      `From ${inertFrom} on remove --port and --address there, before the upgrade to 1.24.`,
      ...applied(served),
    ],
    verify: [`\`curl -s -m 3 -o /dev/null -w "%{http_code}\\n" http://127.0.0.1:${plain}/metrics\` prints 000.`],
    defaults: { [name]: ['port', 'address'] },
  };
}

function servingCertificate(served: Served): CheckGuide {
  const { name, file, port } = served.place;
  return {
    examined: `The pair in --tls-cert-file and --tls-private-key-file of ${name}: whether it is set, can be read, is self-signed or from the CA that pods have, and names --bind-address; and whether other machines reach the listener.`,
    consequence:
      'Unset, it makes a certificate in memory at every start, which nobody can verify. Scrapers on other machines are then told insecure_skip_verify, and give their token, which reads the metrics of the whole cluster, to whoever answers on that address. With a key and no certificate, or a file without one, it does not start.',
    steps: [
      'If nobody on another machine needs it, set --bind-address=127.0.0.1 instead, and leave the certificate.',
      `Otherwise make a request for the address that is scraped: \`openssl req -new -newkey rsa:2048 -nodes -keyout ${name}.key -out ${name}.csr -subj /CN=${name} -addext subjectAltName=IP:<address of the node> -addext extendedKeyUsage=serverAuth\`.`,
      `Sign it: \`openssl x509 -req -in ${name}.csr -CA /etc/kubernetes/pki/ca.crt -CAkey /etc/kubernetes/pki/ca.key -days 365 -copy_extensions copyall -out ${name}.crt\` (OpenSSL 3). Nothing renews it: put its end into the calendar.`,
      `Mount both into its pod and set --tls-cert-file and --tls-private-key-file in ${file}${byKubeadm(served) ? ` (for the next upgrade ${served.own.kubeadmField ?? ''}.extraVolumes too)` : ''}.`,
      ...applied(served),
      'Give scrapers the cluster CA as `ca_file`, and take insecure_skip_verify away.',
    ],
    verify: [
      `\`openssl s_client -connect 127.0.0.1:${port} -CAfile /etc/kubernetes/pki/ca.crt </dev/null 2>/dev/null | grep "Verify return code"\` prints 0 (ok).`,
    ],
    defaults: { [name]: ['tls-cert-file', 'cert-dir', 'bind-address'] },
  };
}

function delegatedAuthentication(served: Served): CheckGuide {
  const { name, file } = served.place;
  return {
    examined: `Whether --authentication-kubeconfig and --authorization-kubeconfig of ${name} are set, what --client-ca-file leaves without them, and whether other machines reach the listener.`,
    consequence:
      'Without the first no token counts, and who shows one is anonymous; without the second nobody but system:masters has rights. Prometheus gets 403 with the right token. What follows is the danger: somebody opens /metrics to everybody, or gives the scraper a certificate of an administrator.',
    steps: [
      byKubeadm(served)
        ? `Set --authentication-kubeconfig and --authorization-kubeconfig to /etc/kubernetes/${served.own.prefix}.conf in ${file}; its user has the rights for both by default.`
        : `Give its identity the rights: \`kubectl create clusterrolebinding ${name}:auth-delegator --clusterrole=system:auth-delegator --serviceaccount=kube-system:${name}\` and \`kubectl -n kube-system create rolebinding ${name}:auth-reader --role=extension-apiserver-authentication-reader --serviceaccount=kube-system:${name}\`.`,
      ...(byKubeadm(served)
        ? []
        : [`Set --authentication-kubeconfig and --authorization-kubeconfig to its kubeconfig in ${file}.`]),
      ...applied(served),
      SCRAPER_ROLE,
    ],
    verify: [
      `\`${status(served, '/metrics', SCRAPER_TOKEN)}\` prints 200 for the service account of the scraper, and 403 without the header.`,
    ],
    defaults: { [name]: ['authentication-kubeconfig', 'authorization-kubeconfig', 'client-ca-file'] },
  };
}

function alwaysAllowPaths(served: Served): CheckGuide {
  const { name, file } = served.place;
  return {
    examined: `Every entry of --authorization-always-allow-paths of ${name} against the health paths (/healthz, /livez, /readyz and what is below them), and whether other machines reach the listener.`,
    consequence:
      'Such a path is answered without any credential. /metrics tells names of nodes and what fails, /debug/pprof (with /* as well) shows the stack and the command line of the process, and profiles slow it down. An entry with * elsewhere than at its end keeps it from starting.',
    steps: [
      SCRAPER_ROLE,
      'Let it send its token: in Prometheus `authorization` with `credentials_file: /var/run/secrets/kubernetes.io/serviceaccount/token`.',
      `Only then remove --authorization-always-allow-paths from ${file}: the default opens the health paths, which probes need.`,
      ...applied(served),
    ],
    verify: [`\`${status(served, '/metrics')}\` prints 403, and \`${status(served, '/healthz')}\` prints 200.`],
    defaults: { [name]: ['authorization-always-allow-paths'] },
  };
}

function skipLookup(served: Served): CheckGuide {
  const { name, file } = served.place;
  return {
    examined: `--authentication-skip-lookup and --client-ca-file of ${name}: whether it has the CAs of its callers from a file, looks them up in the ConfigMap extension-apiserver-authentication of kube-system, or does without.`,
    consequence:
      'Without CAs whoever comes with a client certificate is anonymous and gets 403; tokens go on. It shows when a scraper that has a certificate loses its metrics after a restart. With a lookup that fails and is not tolerated the process does not start.',
    steps: [
      `Remove --authentication-skip-lookup from ${file}, or give the files: --client-ca-file=/etc/kubernetes/pki/ca.crt and --requestheader-client-ca-file=/etc/kubernetes/pki/front-proxy-ca.crt, mounted into the pod.`,
      byKubeadm(served)
        ? 'The lookup needs the role extension-apiserver-authentication-reader, which its user has: `kubectl -n kube-system get rolebinding system::extension-apiserver-authentication-reader`.'
        : `The lookup needs a role: \`kubectl -n kube-system create rolebinding ${name}:auth-reader --role=extension-apiserver-authentication-reader --serviceaccount=kube-system:${name}\`.`,
      ...applied(served),
    ],
    verify: [`\`${authoritiesShown(served)}\` prints the CA of the cluster.`],
    defaults: {
      [name]: ['authentication-skip-lookup', 'client-ca-file', 'authentication-tolerate-lookup-failure'],
    },
  };
}

function clientCA(served: Served): CheckGuide {
  const { name, file } = served.place;
  return {
    examined: `The certificates in --client-ca-file of ${name}, by key, against those in --client-ca-file of kube-apiserver.`,
    consequence:
      'Whoever has a certificate of the foreign CA is here whom it names: with O=system:masters he reads metrics and profiles, since nobody asks the API server about that group. With a file that holds no certificate the process does not start.',
    steps: [
      `Set --client-ca-file in ${file} to the file that the API server has (kubeadm: /etc/kubernetes/pki/ca.crt), or remove it: then the CA is looked up in the cluster.`,
      'While a CA is rotated, the API server gets the new one first.',
      ...applied(served),
    ],
    verify: [`\`${authoritiesShown(served)}\` prints the CA of the cluster and that of the front proxy at most.`],
    defaults: { [name]: ['client-ca-file'] },
  };
}

function profiling(served: Served): CheckGuide {
  const { name, file, search, runs } = served.place;
  const isScheduler = name === 'kube-scheduler';
  return {
    examined: `--profiling of ${name}${isScheduler ? ', or enableProfiling in the file of --config' : ''}: a warning only where somebody wrote true.`,
    consequence: `Strangers get nothing by it: /debug/pprof is behind authentication and authorization. Who may read that path, with a leaked token of monitoring for instance, sees the command line and the stacks of the process, and slows ${name} down with one profile after the other.`,
    steps: [
      `Set --profiling=false in ${file}${isScheduler ? ' (`enableProfiling: false` in the file of --config, where it has one)' : ''}.`,
      ...applied(served),
    ],
    verify: [`\`${search('profiling')}\` prints --profiling=false.`, runs],
    defaults: { [name]: ['profiling'] },
  };
}

function probes(served: Served): CheckGuide {
  const { name, file, port } = served.place;
  return {
    examined: `Host, port, scheme and path of each httpGet probe of ${name} in its manifest, against --bind-address and --secure-port, and against --authorization-always-allow-paths: a probe shows no credential.`,
    consequence: `The kubelet takes connection refused, another protocol and 403 for a failure, and kills it: with the probes of kubeadm four minutes after each start, later after 80 seconds. The events of the pod say \`Liveness probe failed: HTTP probe failed with statuscode: 403\` or \`connect: connection refused\`. ${served.place.down}`,
    steps: [
      `See what is probed: \`kubectl -n kube-system describe pods | grep -A80 "^Name: *${name}" | grep -E "Liveness|Readiness|Startup"\`.`,
      `Make host, port and scheme of every probe in ${file} those of --bind-address and --secure-port (127.0.0.1, ${port}, HTTPS), and leave the health paths open.`,
      ...(byKubeadm(served)
        ? [
            `Or write what you want into the ClusterConfiguration and let kubeadm make flags and probes that fit: \`kubeadm init phase control-plane ${served.own.prefix} --config <file>\`.`,
          ]
        : []),
      ...applied(served),
    ],
    verify: [`\`${status(served, '/healthz')}\` prints 200.`, served.place.runs],
    defaults: { [name]: ['bind-address', 'secure-port', 'authorization-always-allow-paths'] },
  };
}

const SERVED: readonly Served[] = [
  { own: SCHEDULER, place: SCHEDULER_PLACE },
  { own: CONTROLLER_MANAGER, place: CONTROLLER_MANAGER_PLACE },
  { own: CLOUD_CONTROLLER_MANAGER, place: CLOUD_CONTROLLER_MANAGER_PLACE },
];

const GUIDES: Readonly<Record<string, (served: Served) => CheckGuide>> = {
  'bind-address': bindAddress,
  'secure-port': securePort,
  'insecure-port': insecurePort,
  'serving-cert': servingCertificate,
  'delegated-auth': delegatedAuthentication,
  'always-allow-paths': alwaysAllowPaths,
  'skip-lookup': skipLookup,
  'client-ca': clientCA,
  profiling,
  probes,
};

export const CONTROL_PLANE_GUIDES: CheckGuides = Object.fromEntries(
  SERVED.flatMap((served) =>
    Object.entries(GUIDES).map(([id, guide]) => [`${served.own.prefix}-${id}`, guide(served)] as const),
  ),
);
