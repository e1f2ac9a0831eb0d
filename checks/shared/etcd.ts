/** etcd's two TLS configurations and what they come to, as its own transport package treats them. */
import type { Certificate } from '../../src/model/certificate.ts';
import type { Component } from '../../src/model/component.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type {
  Applicability,
  AskedBy,
  Evidence,
  ExpectedName,
  Material,
  PresentedCertificate,
  Trust,
} from '../../src/model/path.ts';
import type { Answer } from '../../src/model/status.ts';
import { atLeast } from '../../src/model/version.ts';
import { UnknownValue } from '../../src/model/unknown.ts';
import type { ParsedUrl } from '../../src/config/url.ts';
import { verifyHostname } from '../../src/pki/chain.ts';
import { isLoopback, isUnspecified, mayBeSameLoopback, parseUrls, sameHost } from '../../src/config/url.ts';
import { absent, whyHidden } from './absence.ts';
import { bool, component, evidence, isSet, known, knownOr, list, setting } from './access.ts';
import { fileAt, presentedByFiles, presentedBySettings, settingMaterial, bundleOf } from './material.ts';
import { settles } from './unread.ts';
import { enumerate } from './words.ts';

/**
 * The settings of one of etcd's two TLS configurations: towards clients and towards other members.
 * Source: go.etcd.io/etcd/server/v3/embed/config.go (ClientTLSInfo, PeerTLSInfo).
 */
export interface EtcdSide {
  readonly certificate: string;
  readonly key: string;
  /** Pair that etcd shows where it is the client itself; from 3.5 on. Unset: the serving pair. */
  readonly ownCertificate: string;
  readonly ownKey: string;
  readonly trustedCA: string;
  readonly clientAuth: string;
  readonly autoTLS: string;
  readonly revocationList: string;
  /** Names of which a certificate has to have one, beside being from the trusted CA: by common name, by host name. */
  readonly allowedCN: string | undefined;
  readonly allowedHostname: string;
  /** Settings that open listeners. */
  readonly listeners: readonly string[];
}

export const CLIENT_SIDE: EtcdSide = {
  certificate: 'cert-file',
  key: 'key-file',
  ownCertificate: 'client-cert-file',
  ownKey: 'client-key-file',
  trustedCA: 'trusted-ca-file',
  clientAuth: 'client-cert-auth',
  autoTLS: 'auto-tls',
  revocationList: 'client-crl-file',
  allowedCN: undefined,
  allowedHostname: 'client-cert-allowed-hostname',
  listeners: ['listen-client-urls', 'listen-client-http-urls'],
};

export const PEER_SIDE: EtcdSide = {
  certificate: 'peer-cert-file',
  key: 'peer-key-file',
  ownCertificate: 'peer-client-cert-file',
  ownKey: 'peer-client-key-file',
  trustedCA: 'peer-trusted-ca-file',
  clientAuth: 'peer-client-cert-auth',
  autoTLS: 'peer-auto-tls',
  revocationList: 'peer-crl-file',
  allowedCN: 'peer-cert-allowed-cn',
  allowedHostname: 'peer-cert-allowed-hostname',
  listeners: ['listen-peer-urls'],
};

/** A URL of a setting, with the setting it is from. */
export interface ConfiguredUrl extends ParsedUrl {
  readonly setting: string;
}

/** The URLs of a setting that can be read; etcd does not start with one that cannot. */
export function urlsOf(etcd: Component, ...names: readonly string[]): readonly ConfiguredUrl[] {
  return names.flatMap((name) =>
    parseUrls(setting(etcd, name).value).flatMap((result) => (result.ok ? [{ ...result.url, setting: name }] : [])),
  );
}

/** Whether one side serves TLS at all; taken for granted where the input does not show what it listens on. */
export function servesTLS(etcd: Component, side: EtcdSide): boolean {
  return knownOr(true, () => urlsOf(etcd, ...side.listeners).some(({ secure }) => secure));
}

/** A column over the listeners of one side; unknown where the input does not show them. */
export function overListeners(
  etcd: Component,
  side: EtcdSide,
  ask: (urls: readonly ConfiguredUrl[]) => Answer,
): Answer {
  return knownOr('unknown', () => ask(urlsOf(etcd, ...side.listeners)));
}

/** The hosts in the TLS URLs of some settings, as far as another machine dials them; each once. */
export function namesIn(etcd: Component, ...names: readonly string[]): readonly ExpectedName[] {
  const found: ExpectedName[] = [];
  for (const name of names) {
    const urls = known(() => urlsOf(etcd, name));
    if (urls instanceof UnknownValue) {
      found.push({ name: '', because: urls.message, unknown: urls });
      continue;
    }
    for (const { secure, socket, host } of urls) {
      if (!secure || socket || isUnspecified(host) || isLoopback(host)) continue;
      if (found.some((other) => sameHost(other.name, host))) continue;
      found.push({ name: host, because: `--${name}`, evidence: evidence(etcd, name) });
    }
  }
  return found;
}

/** Whether only the node itself reaches it: loopback, or a socket. A pod with its own network has its own loopback. */
export function isLocal(url: ParsedUrl): boolean {
  return url.socket || isLoopback(url.host);
}

/** Certificates are made by etcd itself: the switch is ignored beside a pair (embed/config.go ClientSelfCert). */
export function makesItsOwn(etcd: Component, side: EtcdSide): boolean {
  return bool(etcd, side.autoTLS) === true && !isSet(etcd, side.certificate) && !isSet(etcd, side.key);
}

/**
 * Whether a TLS listener of this side demands a client certificate, and who vouches for it. A trusted CA alone makes
 * it mandatory from etcd 3.4 on; the switch without a CA leaves the host's public CAs as judges.
 * Source: go.etcd.io/etcd/client/pkg/v3/transport/listener.go (ServerConfig).
 */
export function clientAuthentication(etcd: Component, side: EtcdSide): 'own-ca' | 'public-roots' | 'none' {
  if (makesItsOwn(etcd, side)) return 'none';
  const demanded = bool(etcd, side.clientAuth) === true;
  if (!isSet(etcd, side.trustedCA)) return demanded ? 'public-roots' : 'none';
  const implied = etcd.version === undefined || atLeast(etcd.version, '3.4');
  return demanded || implied ? 'own-ca' : 'none';
}

/** The names that a side demands, and by which setting; both of the peers' settings exclude each other. */
export function allowedNames(
  etcd: Component,
  side: EtcdSide,
): readonly { readonly setting: string; readonly names: readonly string[]; readonly kind: 'cn' | 'host' }[] {
  const read = (name: string, kind: 'cn' | 'host') => ({
    setting: name,
    names: list(etcd, name).filter((text) => text !== ''),
    kind,
  });
  return [
    ...(side.allowedCN === undefined ? [] : [read(side.allowedCN, 'cn')]),
    read(side.allowedHostname, 'host'),
  ].filter(({ names }) => names.length > 0);
}

/**
 * Whether a certificate has one of the names that a side demands; true where it demands none.
 * Source: go.etcd.io/etcd/client/pkg/v3/transport/listener.go (baseConfig, VerifyPeerCertificate).
 */
export function isAllowed(etcd: Component, side: EtcdSide, leaf: Certificate): boolean {
  return allowedNames(etcd, side).every(({ names, kind }) =>
    names.some((name) => (kind === 'cn' ? leaf.commonName === name : verifyHostname(leaf, name))),
  );
}

/** What this side judges client certificates by. */
export function clientTrust(node: NodeModel, etcd: Component, side: EtcdSide): Trust {
  switch (clientAuthentication(etcd, side)) {
    case 'own-ca':
      return bundleOf(node, etcd, side.trustedCA, 'none');
    case 'public-roots':
      return { kind: 'system-roots', evidence: evidence(etcd, side.clientAuth) };
    case 'none':
      return { kind: 'none', evidence: evidence(etcd, side.clientAuth) };
  }
}

/** Why the bundle of one side lets nobody in, for checks on what is in it; undefined where clients are judged by it. */
export function unusedBundle(node: NodeModel, side: EtcdSide): string | undefined {
  const found = etcdOf(node);
  return found.seen && clientAuthentication(found.etcd, side) !== 'own-ca'
    ? `--${side.trustedCA} does not decide whom etcd lets in here.`
    : undefined;
}

/** The certificate that one side serves; undefined when it has none, or makes it itself. */
export function serving(
  node: NodeModel,
  etcd: Component,
  side: EtcdSide,
  view: { readonly trust: Trust; readonly names: readonly ExpectedName[]; readonly askedBy?: Partial<AskedBy> },
): PresentedCertificate | undefined {
  return presentedBySettings(
    node,
    etcd,
    { certificate: side.certificate, key: side.key },
    {
      side: 'server',
      role: side === PEER_SIDE ? 'peer certificate of etcd' : 'serving certificate of etcd',
      trust: view.trust,
      expectedNames: view.names,
      ...(view.askedBy === undefined ? {} : { askedBy: view.askedBy }),
    },
  );
}

/** A pair that no setting names, known by its place; undefined where the input does not hold the certificate. */
export function knownPair(
  node: NodeModel,
  files: { readonly certificate: string; readonly key: string },
  presentation: { readonly role: string; readonly trust: Trust },
): PresentedCertificate | undefined {
  const [certificate, key] = [files.certificate, files.key].map((file) => knownFile(node, file));
  if (certificate?.nodeFile?.state !== 'present') return undefined;
  return {
    ...presentedByFiles('etcd', certificate, key, { side: 'client', ...presentation }),
    owner: 'user',
    // Whoever keeps the key elsewhere has nothing to compare here.
    ...(key?.nodeFile?.state === 'present' ? {} : { askedBy: { ...NOT_ASKED, ...EXPIRY_AND_CHAIN } }),
  };
}

/** No check asks: the question has been asked of the same certificate on the other side of the path. */
export const NOT_ASKED: AskedBy = { chain: '', key: '', names: '', expiry: '' };

const EXPIRY_AND_CHAIN = { chain: 'pki-chain', expiry: 'pki-expiry-tier' } as const;

/** A file that is known by its place alone. */
export function knownFile(node: NodeModel, file: string): Material {
  return {
    file,
    evidence: { setting: 'file', value: file, origin: 'certificate', file },
    nodeFile: fileAt(node, undefined, file),
    embedded: false,
  };
}

/** Addresses and names under which this machine's etcd is known, from its own configuration and the API server's. */
export function ownHosts(node: NodeModel, etcd: Component): readonly string[] {
  const apiserver = component(node, 'kube-apiserver');
  const advertised = urlsOf(
    etcd,
    'advertise-client-urls',
    'initial-advertise-peer-urls',
    'listen-client-urls',
    'listen-peer-urls',
  ).flatMap(({ host, socket }) => (socket || isUnspecified(host) ? [] : [host]));
  return [...advertised, ...(apiserver === undefined ? [] : list(apiserver, 'advertise-address'))];
}

/** The client listener of this machine's etcd that a URL reaches; undefined when none of them answers there. */
export function listenerAt(node: NodeModel, etcd: Component, dialled: ParsedUrl): ConfiguredUrl | undefined {
  const reachable = urlsOf(etcd, ...CLIENT_SIDE.listeners).filter(
    ({ socket, port }) => socket === dialled.socket && port === dialled.port,
  );
  const exact = reachable.find(({ host }) => sameHost(host, dialled.host));
  if (exact !== undefined || dialled.socket) return exact;
  if (isLoopback(dialled.host)) {
    return reachable.find(({ host }) => isUnspecified(host) || mayBeSameLoopback(host, dialled.host));
  }
  if (!ownHosts(node, etcd).some((host) => sameHost(host, dialled.host))) return undefined;
  return reachable.find(({ host }) => isUnspecified(host)) ?? reachable.find(({ host }) => !isLoopback(host));
}

/** Whether a host is this machine: then a listener that does not answer there is known not to. */
export function isOwnHost(node: NodeModel, etcd: Component, host: string): boolean {
  return isLoopback(host) || ownHosts(node, etcd).some((own) => sameHost(own, host));
}

/** Column for a set of listeners: one in plain text decides, sockets have no wire. */
export function encryptedOf(urls: readonly ParsedUrl[]): Answer {
  if (urls.some(({ secure, socket }) => !secure && !socket)) return 'no';
  return urls.some(({ secure }) => secure) ? 'yes' : 'n/a';
}

/** `https://10.0.0.1:2379 (--listen-client-urls)` for a sentence. */
export function printUrls(urls: readonly ParsedUrl[]): string {
  return enumerate(urls.map(({ text }) => text));
}

/** Evidence for each setting that some URLs are from, each once. */
export function urlEvidence(etcd: Component, urls: readonly ConfiguredUrl[]): readonly Evidence[] {
  return [...new Set(urls.map(({ setting: name }) => name))].map((name) => evidence(etcd, name));
}

/** The etcd that is configured on this machine, or why nothing can be said of it. */
export function etcdOf(
  node: NodeModel,
): { readonly seen: true; readonly etcd: Component } | { readonly seen: false; readonly reason: string } {
  const etcd = component(node, 'etcd');
  if (etcd === undefined)
    return { seen: false, reason: whyHidden(node, 'etcd') ?? 'No etcd is configured in the input' };
  if (etcd.configUnavailable !== undefined) {
    return {
      seen: false,
      reason: `etcd takes its settings from a file that was not read: ${etcd.configUnavailable.message}`,
    };
  }
  return { seen: true, etcd };
}

const SUPPLY =
  "Supply the etcd node's files: its static pod manifest or systemd unit, its configuration file and its certificates.";

/** Whether a path that ends at this machine's etcd can be judged; a worker node has no such path. */
export function etcdApplicability(node: NodeModel): Applicability {
  const found = etcdOf(node);
  if (found.seen) return { kind: 'applies' };
  const apiserver = component(node, 'kube-apiserver');
  const endpoints = apiserver === undefined ? [] : knownOr([], () => list(apiserver, 'etcd-servers'));
  if (component(node, 'etcd') === undefined && apiserver === undefined && isWholeMachine(node)) {
    return absent(node, ['etcd', 'kube-apiserver'], {
      kind: 'not-applicable',
      reason: 'Neither etcd nor an API server is configured on this machine.',
    });
  }
  const used = endpoints.length === 0 ? '' : `; the API server uses ${enumerate(endpoints)}`;
  const { configUnavailable } = component(node, 'etcd') ?? {};
  return absent(node, ['etcd'], {
    kind: 'not-assessed',
    reason: `${found.reason}${used}.`,
    supply: configUnavailable === undefined ? SUPPLY : settles(configUnavailable),
  });
}

/** Whether the input would show a component if the machine ran it. */
export function isWholeMachine(node: NodeModel): boolean {
  return node.live || node.layout === 'root';
}

/** The file that says whom one side lets in; undefined when none is set. */
export function trustedCA(node: NodeModel, etcd: Component, side: EtcdSide): Material | undefined {
  return settingMaterial(node, etcd, side.trustedCA);
}
