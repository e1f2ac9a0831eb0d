/** The kubelet's side of every path that it is an end of: who it is, what it serves, how it dials the API server. */
import type { Certificate } from '../../src/model/certificate.ts';
import type { Component } from '../../src/model/component.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type {
  AskedBy,
  Check,
  CheckContext,
  Evidence,
  ExpectedName,
  KubeconfigUse,
  Material,
  PathFacts,
  PresentedCertificate,
  Rotation,
  Trust,
} from '../../src/model/path.ts';
import { UnknownValue } from '../../src/model/unknown.ts';
import { atLeast } from '../../src/model/version.ts';
import { isLoopback, isUnspecified } from '../../src/config/url.ts';
import { ipVersion } from '../../src/text/address.ts';
import { whyHidden } from './absence.ts';
import {
  bool,
  component,
  evidence,
  featureGate,
  gateInForce,
  isSet,
  known,
  knownOr,
  list,
  setting,
  text,
} from './access.ts';
import { advertisedAddress, clientTrust } from './apiserver.ts';
import { factsOfKubeconfigs } from './kubeconfig-path.ts';
import { listenerChecks } from './listener.ts';
import {
  bundleOf,
  fileAt,
  GENERIC,
  kubeconfigAt,
  kubeconfigOfSetting,
  presentedByFiles,
  presentedByKubeconfig,
  presentedBySettings,
} from './material.ts';
import { cis, kubernetesDocs, kubernetesSource } from './references.ts';
import { notAssessed } from './result.ts';
import { isMissing } from './unread.ts';
import { verdictOf } from './verdict.ts';
import type { Verdict } from './verdict.ts';

/** The kubeconfig that kubeadm gives the kubelet. */
export const KUBELET_CONF = '/etc/kubernetes/kubelet.conf';
const DEFAULT_CERT_DIR = '/var/lib/kubelet/pki';

/** What to do where a kubelet's setting has to change: on this node, and for the nodes that kubeadm makes or upgrades. */
export function inKubeletConfig(field: string): string {
  return `Set \`${field}\` in /var/lib/kubelet/config.yaml and in the kubelet-config ConfigMap of kube-system (kubeadm writes the file from it at the next upgrade), look for a flag or drop-in that overrides it, and \`systemctl restart kubelet\`.`;
}

/** Said where the path needs the kubelet's files and there is none that was read. */
function noKubelet(node: NodeModel): string {
  const why = whyHidden(node, 'kubelet');
  return why === undefined ? NO_KUBELET : `${why}.`;
}

/** Said where the path needs the kubelet's files and the input has none. */
export const NO_KUBELET =
  'The kubelet is not in the input: supply its systemd unit, /var/lib/kubelet/config.yaml and /var/lib/kubelet/pki.';

function configUnknown({ configUnavailable }: Component): string | undefined {
  if (configUnavailable === undefined) return undefined;
  return `The configuration of kubelet is not known: ${configUnavailable.message.replace(/\.$/, '')}.`;
}

/** Why nothing is known of the kubelet, for a path that is about its listener; undefined when it was read. */
export function kubeletUnknown(node: NodeModel): string | undefined {
  const kubelet = component(node, 'kubelet');
  return kubelet === undefined ? noKubelet(node) : configUnknown(kubelet);
}

/**
 * Runs a judgement on the kubelet; without it, or where the input does not show one of the settings asked for, the
 * answer is not-assessed.
 * @param names the settings that decide the answer
 */
export function ofKubelet(
  names: readonly string[],
  judge: (kubelet: Component, context: CheckContext) => ReturnType<Check['evaluate']>,
): Pick<Check, 'evaluate'> {
  return {
    evaluate: (context) => {
      const kubelet = component(context.node, 'kubelet');
      if (kubelet === undefined) return notAssessed(noKubelet(context.node));
      for (const name of names) setting(kubelet, name);
      return judge(kubelet, context);
    },
  };
}

/** The TLS settings of port 10250; unknown where the kubelet's config file is. */
export const KUBELET_LISTENER_CHECKS: readonly Check[] = listenerChecks({
  prefix: 'kubelet',
  component: 'kubelet',
  references: {
    minVersion: [kubernetesDocs('reference/config-api/kubelet-config.v1beta1/')],
    cipherSuites: [cis('4.2.12'), kubernetesDocs('reference/config-api/kubelet-config.v1beta1/')],
  },
}).map((check) => ({
  ...check,
  ...ofKubelet(['tls-min-version', 'tls-cipher-suites', 'tlsCurvePreferences'], (_kubelet, context) =>
    check.evaluate(context),
  ),
}));

/** A file of the kubelet's own in --cert-dir. */
function certDirMaterial(node: NodeModel, kubelet: Component, name: string): Material {
  const directory = text(kubelet, 'cert-dir').replace(/\/+$/, '');
  const nodeFile = fileAt(node, kubelet, `${directory === '' ? DEFAULT_CERT_DIR : directory}/${name}`);
  return {
    file: nodeFile.path,
    evidence: { component: 'kubelet', setting: name, value: nodeFile.path, origin: 'default', file: nodeFile.path },
    nodeFile,
    embedded: false,
  };
}

/** Whether the kubelet asks the cluster for its serving certificate; undefined when the gate forbids what is asked. */
export function requestsServingCertificate(kubelet: Component): boolean | 'gate-off' {
  if (bool(kubelet, 'rotate-server-certificates') !== true) return false;
  const gate = 'RotateKubeletServerCertificate';
  return (gateInForce(kubelet, gate) ?? featureGate(kubelet, gate)) === false ? 'gate-off' : true;
}

/** Whether a file that rotation replaces is the symbolic link that it has to be; undefined when it is not to be seen. */
export function isRotatedLink(material: Material): boolean | undefined {
  return material.nodeFile?.state === 'present' ? material.nodeFile.linkTarget !== undefined : undefined;
}

/**
 * Where the serving certificate comes from. `requested`: a CSR, kept in kubelet-server-current.pem (with tlsCertFile as
 * what is served until the first one is signed, and by {@link servesFileToAddresses}). `file`: tlsCertFile.
 * `self-signed`: kubelet.crt, made once and never again while it can be read. Source: kubernetes/cmd/kubelet/app/server.go (InitializeTLS), pkg/kubelet/kubelet.go.
 */
export type ServingSource = 'requested' | 'file' | 'self-signed';

export function servingSource(kubelet: Component): ServingSource {
  if (requestsServingCertificate(kubelet) !== false) return 'requested';
  return isSet(kubelet, 'tls-cert-file') || isSet(kubelet, 'tls-private-key-file') ? 'file' : 'self-signed';
}

/** kubelet-server-current.pem. */
export function requestedServingFile(node: NodeModel, kubelet: Component): Material {
  return certDirMaterial(node, kubelet, 'kubelet-server-current.pem');
}

export interface KubeletServingView {
  readonly trust: Trust;
  readonly names: readonly ExpectedName[];
  readonly askedBy?: Partial<AskedBy>;
}

const SERVING_ROLE = 'serving certificate of the kubelet';

/** The certificate that the kubelet serves on 10250, as the client of one path judges it. */
export function kubeletServing(node: NodeModel, view: KubeletServingView): PresentedCertificate {
  const kubelet = component(node, 'kubelet');
  const unknown = kubeletUnknown(node);
  if (kubelet === undefined || unknown !== undefined) return unseenServing(kubelet, view, unknown ?? noKubelet(node));
  const presentation = {
    side: 'server' as const,
    role: SERVING_ROLE,
    trust: view.trust,
    expectedNames: view.names,
    ...(view.askedBy === undefined ? {} : { askedBy: view.askedBy }),
  };
  const fromFile = presentedBySettings(
    node,
    kubelet,
    { certificate: 'tls-cert-file', key: 'tls-private-key-file' },
    presentation,
  );
  switch (servingSource(kubelet)) {
    case 'requested': {
      const current = requestedServingFile(node, kubelet);
      if (fromFile !== undefined && (isMissing(current) || servesFileToAddresses(node, kubelet))) return fromFile;
      return withoutKeyWhereMissing(
        presentedByFiles('kubelet', current, current, {
          ...presentation,
          rotation: isRotatedLink(current) === false ? 'manual' : 'kubelet',
        }),
      );
    }
    case 'file':
      return fromFile ?? unseenServing(kubelet, view, 'tlsPrivateKeyFile is set without tlsCertFile');
    case 'self-signed': {
      const made = presentedByFiles(
        'kubelet',
        certDirMaterial(node, kubelet, 'kubelet.crt'),
        certDirMaterial(node, kubelet, 'kubelet.key'),
        presentation,
      );
      return withoutKeyWhereMissing({
        ...made,
        selfSigned: true,
        askedBy: { ...made.askedBy, expiry: 'kubelet-serving-self-signed-expired' },
      });
    }
  }
}

/**
 * Up to 1.35 the file in tlsCertFile stands beside what is requested, and crypto/tls gives it to every client that sends
 * no server name: those that dial an address (RFC 6066 3). Such clients are taken for granted unless the API server's
 * own way of dialling is known to be by name.
 * Sources: kubernetes pkg/kubelet/server/server.go (ListenAndServeTLS with both files up to 1.35, with none from 1.36
 * on), Go's crypto/tls common.go (getCertificate).
 */
export function servesFileToAddresses(node: NodeModel, kubelet: Component): boolean {
  if (kubelet.version === undefined || atLeast(kubelet.version, '1.36')) return false;
  const apiserver = component(node, 'kube-apiserver');
  const dialled = apiserver === undefined ? undefined : dialledByApiserver(node, apiserver);
  return dialled?.kind !== 'known' || ipVersion(dialled.expected.name) !== 0;
}

/** Another check reports a certificate that does not exist, so its key is not asked for a second time. */
export function withoutKeyWhereMissing(presented: PresentedCertificate): PresentedCertificate {
  return isMissing(presented.certificate) ? { ...presented, askedBy: { ...presented.askedBy, key: '' } } : presented;
}

/** Stands for a certificate that the input does not show, so that questions about it end as not-assessed. */
function unseenServing(
  kubelet: Component | undefined,
  view: KubeletServingView,
  message: string,
): PresentedCertificate {
  const shown: Evidence =
    kubelet === undefined
      ? { component: 'kubelet', setting: 'tlsCertFile', value: null, origin: 'default' }
      : evidence(kubelet, 'tls-cert-file');
  return {
    side: 'server',
    role: SERVING_ROLE,
    owner: 'kubelet',
    certificate: {
      file: shown.setting,
      evidence: shown,
      nodeFile: { state: 'unavailable', path: '', reason: 'not-in-input', message: message.replace(/\.$/, '') },
      embedded: false,
    },
    chain: [],
    key: undefined,
    keySpki: undefined,
    rotation: 'manual',
    trust: view.trust,
    expectedNames: [],
    // There is no key to compare, and saying so beside the missing certificate helps nobody.
    askedBy: { ...GENERIC, ...view.askedBy, key: '' },
  };
}

/** The bundles of this node that hold the cluster's CAs, most telling first. */
export function clusterBundles(node: NodeModel): readonly Trust[] {
  const sources = [
    [component(node, 'kube-apiserver'), 'kubelet-certificate-authority'],
    [component(node, 'kube-apiserver'), 'client-ca-file'],
    [component(node, 'kubelet'), 'client-ca-file'],
    [component(node, 'kube-controller-manager'), 'root-ca-file'],
  ] as const;
  return sources.flatMap(([owner, name]) =>
    owner !== undefined && isSet(owner, name) ? [bundleOf(node, owner, name, 'none')] : [],
  );
}

/** Dates have checks of their own, so a certificate that has ended is judged for the moment before it did. */
export function judgedBesidesDates(presented: PresentedCertificate, node: NodeModel): Verdict {
  const verdict = verdictOf(presented, node);
  if (verdict.kind !== 'judged' || verdict.result.ok) return verdict;
  const { reason } = verdict.result;
  if (reason !== 'expired' && reason !== 'not-yet-valid') return verdict;
  const { leaf } = verdict;
  const at = leaf.notAfter < node.at ? leaf.notAfter : leaf.notBefore;
  // Verdicts are remembered by what is presented, so another moment needs another object.
  return verdictOf({ ...presented }, { ...node, at });
}

/** The first of the cluster's bundles whose CA signed the certificate; undefined when none did, or none is readable. */
export function verifyingBundle(presented: PresentedCertificate, node: NodeModel): Trust | undefined {
  return clusterBundles(node).find((trust) => {
    const verdict = judgedBesidesDates({ ...presented, trust }, node);
    return verdict.kind === 'judged' && verdict.result.ok;
  });
}

/**
 * What stands for the CAs of the cluster where none of them signed the certificate; undefined where one did, or where
 * the input does not show them all: a worker does not have the API server's --kubelet-certificate-authority.
 */
export function refusingBundle(presented: PresentedCertificate, node: NodeModel): Trust | undefined {
  if (component(node, 'kube-apiserver') === undefined || presented.chain.length === 0) return undefined;
  const bundles = clusterBundles(node).map((trust) => ({
    trust,
    verdict: judgedBesidesDates({ ...presented, trust }, node),
  }));
  const refused = bundles.filter(({ verdict }) => verdict.kind === 'judged' && !verdict.result.ok);
  if (refused.length < bundles.length) return undefined;
  // A CA that did sign it, and whose signature does not help, tells more than one that did not.
  const telling = refused.find(
    ({ verdict }) => verdict.kind === 'judged' && !verdict.result.ok && verdict.result.reason !== 'unknown-authority',
  );
  return (telling ?? refused[0])?.trust;
}

/** The name of the node object: --hostname-override, else the name that the kubelet authenticates with. */
export function nodeName(node: NodeModel): ExpectedName | undefined {
  const kubelet = component(node, 'kubelet');
  if (kubelet !== undefined && isSet(kubelet, 'hostname-override')) {
    // The kubelet trims and lowers it: kubernetes/staging/src/k8s.io/component-helpers/node/util/hostname.go.
    const name = text(kubelet, 'hostname-override').trim().toLowerCase();
    return { name, because: '--hostname-override', evidence: evidence(kubelet, 'hostname-override') };
  }
  const use = kubeletKubeconfig(node);
  const prefix = 'system:node:';
  const user =
    use === undefined
      ? undefined
      : (presentedByKubeconfig(node, use, 'kubelet', clientTrust(node))?.chain[0]?.commonName ??
        use.kubeconfig?.user?.name);
  return use !== undefined && user?.startsWith(prefix) === true
    ? { name: user.slice(prefix.length), because: `user of ${use.file}`, evidence: use.evidence }
    : undefined;
}

/**
 * What the API server dials to reach this node's kubelet. `guessed`: taken from what usually is the node's address, not
 * from what the kubelet is told to report.
 */
export type DialledAddress =
  | { readonly kind: 'known'; readonly expected: ExpectedName; readonly guessed: boolean }
  | { readonly kind: 'unknown'; readonly message: string };

/**
 * The first type of --kubelet-preferred-address-types that the node has. A node without a cloud provider reports
 * InternalIP and Hostname; the other types come from a cloud provider, which no file shows.
 * Source: kubernetes/pkg/util/node/node.go (GetPreferredNodeAddress), pkg/kubelet/nodestatus/setters.go.
 */
export function dialledByApiserver(node: NodeModel, apiserver: Component): DialledAddress {
  const dialled = known(() => dialledAddress(node, apiserver));
  return dialled instanceof UnknownValue ? { kind: 'unknown', message: dialled.message.replace(/\.$/, '') } : dialled;
}

function dialledAddress(node: NodeModel, apiserver: Component): DialledAddress {
  const kubelet = component(node, 'kubelet');
  const inCloud = kubelet !== undefined && isSet(kubelet, 'cloud-provider');
  for (const type of list(apiserver, 'kubelet-preferred-address-types')) {
    if (type === 'Hostname') {
      const name = nodeName(node);
      return name === undefined
        ? {
            kind: 'unknown',
            message: 'The name of the node, which the API server dials (Hostname comes first), is not in the input',
          }
        : { kind: 'known', expected: { ...name, because: `${name.because}, dialled as Hostname` }, guessed: false };
    }
    if (type === 'InternalIP') {
      return (
        internalIP(node, kubelet) ?? {
          kind: 'unknown',
          message:
            'The InternalIP of the node, which the API server dials, is not in the input; `kubectl get nodes -o wide` shows it',
        }
      );
    }
    if (inCloud) {
      return {
        kind: 'unknown',
        message: `The API server dials the node's ${type}, which the cloud provider reports and no file shows; \`kubectl get nodes -o yaml\` does`,
      };
    }
  }
  return {
    kind: 'unknown',
    message: 'No address type of --kubelet-preferred-address-types is one that the input shows',
  };
}

function internalIP(node: NodeModel, kubelet: Component | undefined): DialledAddress | undefined {
  const told = kubelet === undefined ? undefined : text(kubelet, 'node-ip').split(',')[0]?.trim();
  if (kubelet !== undefined && told !== undefined && told !== '' && !isUnspecified(told)) {
    return {
      kind: 'known',
      expected: { name: told, because: '--node-ip, dialled as InternalIP', evidence: evidence(kubelet, 'node-ip') },
      guessed: false,
    };
  }
  const guess = advertisedAddress(node) ?? advertisedByEtcd(node);
  return guess === undefined
    ? undefined
    : { kind: 'known', expected: { ...guess, because: `${guess.because}, taken for the InternalIP` }, guessed: true };
}

/** A stacked etcd member advertises the node's address. */
function advertisedByEtcd(node: NodeModel): ExpectedName | undefined {
  const etcd = component(node, 'etcd');
  if (etcd === undefined) return undefined;
  for (const url of list(etcd, 'advertise-client-urls')) {
    const host = URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, '') : '';
    if (/^[\d.]+$|:/.test(host) && !isLoopback(host) && !isUnspecified(host)) {
      return {
        name: host,
        because: '--advertise-client-urls of etcd',
        evidence: evidence(etcd, 'advertise-client-urls'),
      };
    }
  }
  return undefined;
}

/**
 * The kubeconfig that the kubelet dials the API server with: --kubeconfig, or kubeadm's file where no command line was
 * seen. Undefined when the kubelet is told to run without an API server, or nothing is known.
 */
export function kubeletKubeconfig(node: NodeModel): KubeconfigUse | undefined {
  const kubelet = component(node, 'kubelet');
  const named = kubelet === undefined ? undefined : kubeconfigOfSetting(node, kubelet, 'kubeconfig', 'kubelet');
  const isKnown = named !== undefined && named.evidence.value !== null;
  if (isKnown || kubelet?.commandLineSeen === true) return named;
  return node.kubeconfigs.has(KUBELET_CONF) ? kubeconfigAt(node, KUBELET_CONF, 'kubelet') : named;
}

/**
 * A kubelet whose command line names no kubeconfig runs without an API server ("standalone"), whatever
 * --bootstrap-kubeconfig says. Source: kubernetes/cmd/kubelet/app/server.go (run).
 */
export function isStandalone(node: NodeModel): boolean {
  const kubelet = component(node, 'kubelet');
  return kubelet?.commandLineSeen === true && !isSet(kubelet, 'kubeconfig');
}

/** The path of the client certificate, where the kubeconfig names a file. */
export function clientCertificateFile(use: KubeconfigUse): string | undefined {
  const material = use.kubeconfig?.user?.clientCertificate;
  return material?.kind === 'file' ? material.path : undefined;
}

/** Whether the kubeconfig uses the link that the kubelet replaces when it rotates. */
export function usesRotatedLink(use: KubeconfigUse): boolean {
  return clientCertificateFile(use)?.endsWith('/kubelet-client-current.pem') === true;
}

/** Who replaces the kubelet's client certificate: the kubelet, where rotation is on and the file is the link it replaces. */
function rotationOf(node: NodeModel, { certificate }: PresentedCertificate): Rotation {
  const kubelet = component(node, 'kubelet');
  if (kubelet === undefined) return 'manual';
  const rotates =
    certificate.file === certDirMaterial(node, kubelet, 'kubelet-client-current.pem').file &&
    knownOr(false, () => bool(kubelet, 'rotate-certificates') === true) &&
    isRotatedLink(certificate) !== false;
  return rotates ? 'kubelet' : 'manual';
}

/** The facts of a kubelet that dials the API server with one kubeconfig. */
export function kubeletDialsApiserver(node: NodeModel, use: KubeconfigUse): PathFacts {
  const facts = factsOfKubeconfigs(node, [use], 'kubelet');
  return {
    ...facts,
    presented: facts.presented.map((one) =>
      one.side === 'client' ? { ...one, rotation: rotationOf(node, one) } : one,
    ),
  };
}

/** The leaf certificates that one owner shows on a path. */
export function certificatesOfPath(facts: PathFacts, owner: PresentedCertificate['owner']): readonly Certificate[] {
  return facts.presented.filter((one) => one.owner === owner).flatMap(({ chain }) => chain.slice(0, 1));
}

export const ROTATION_REFERENCES = [
  kubernetesDocs('tasks/tls/certificate-rotation/'),
  kubernetesSource('staging/src/k8s.io/client-go/util/certificate/certificate_manager.go'),
] as const;
