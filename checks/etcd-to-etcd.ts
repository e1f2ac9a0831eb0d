/** etcd member to etcd member: the replication of everything that the cluster stores. */
import type { Component } from '../src/model/component.ts';
import type { NodeModel } from '../src/model/node.ts';
import type { Check, ExpectedName, PathDefinition, PathFacts, PresentedCertificate } from '../src/model/path.ts';
import type { Answer } from '../src/model/status.ts';
import { parseUrls } from '../src/config/url.ts';
import type { ParsedUrl } from '../src/config/url.ts';
import { bool, evidence, evidences, isSet, knownOr, list, text } from './shared/access.ts';
import { haDrift } from './shared/ha-drift.ts';
import { caReuse } from './shared/ca-reuse.ts';
import { keysOfBundle } from './shared/ca-keys.ts';
import { peerNamesDrift } from './shared/kubeadm-certificates.ts';
import { listenerChecks, minTLSOf } from './shared/listener.ts';
import { bundleOf, presentedBySettings } from './shared/material.ts';
import { PKI_CHECKS } from './shared/pki.ts';
import { cis, etcdDocs, etcdSource } from './shared/references.ts';
import { fail, pass, warn } from './shared/result.ts';
import { trustBundleScope } from './shared/trust-scope.ts';
import { combine, sideAccepted } from './shared/verdict.ts';
import type { ConfiguredUrl } from './shared/etcd.ts';
import {
  clientAuthentication,
  clientTrust,
  encryptedOf,
  etcdApplicability,
  etcdOf,
  isAllowed,
  isLocal,
  namesIn,
  NOT_ASKED,
  overListeners,
  PEER_SIDE,
  printUrls,
  servesTLS,
  serving,
  urlEvidence,
  urlsOf,
  unusedBundle,
} from './shared/etcd.ts';
import { peerAllowedNames } from './shared/etcd-allowed.ts';
import {
  ETCD_FLAG_PLACE,
  ETCD_LISTENER_REFERENCES,
  ofEtcd,
  peerAutoTLS,
  peerCertificate,
  peerCertificateAuth,
  peerRevocation,
  summed,
  uniquePeerCA,
} from './shared/etcd-checks.ts';
import { tlsAdvisories } from './shared/etcd-advisories.ts';

/**
 * A member shows one certificate as server and, unless it has another for that, as client; the others are taken to
 * trust what this one trusts.
 */
function presentedOnPath(node: NodeModel, etcd: Component): readonly PresentedCertificate[] {
  if (!servesTLS(etcd, PEER_SIDE)) return [];
  const server = serving(node, etcd, PEER_SIDE, {
    trust: bundleOf(node, etcd, PEER_SIDE.trustedCA, 'system-roots'),
    names: namesOf(etcd),
    askedBy: { key: peerCertificate.id, names: peerCertificate.id },
  });
  const separate = isSet(etcd, PEER_SIDE.ownCertificate);
  const client = presentedBySettings(
    node,
    etcd,
    separate
      ? { certificate: PEER_SIDE.ownCertificate, key: PEER_SIDE.ownKey }
      : { certificate: PEER_SIDE.certificate, key: PEER_SIDE.key },
    {
      side: 'client',
      role: separate ? 'peer client certificate of etcd' : 'peer certificate of etcd',
      trust: clientTrust(node, etcd, PEER_SIDE),
      ...(separate ? {} : { askedBy: NOT_ASKED }),
    },
  );
  return [...(server === undefined ? [] : [server]), ...(client === undefined ? [] : [client])];
}

/**
 * Where the other members find this one. The same addresses are what it connects from, and a member refuses a
 * certificate whose names do not include the address that a connection comes from.
 */
function namesOf(etcd: Component): readonly ExpectedName[] {
  return namesIn(etcd, 'initial-advertise-peer-urls');
}

function facts(node: NodeModel): PathFacts {
  const found = etcdOf(node);
  if (!found.seen) throw new Error(found.reason);
  const { etcd } = found;
  const over = (ask: (urls: readonly ConfiguredUrl[]) => Answer): Answer => overListeners(etcd, PEER_SIDE, ask);
  const presented = presentedOnPath(node, etcd);
  const authenticates = clientAuthentication(etcd, PEER_SIDE) === 'own-ca';
  const accepts = (side: 'client' | 'server'): Answer =>
    !authenticates ||
    knownOr(true, () => presented.every(({ chain: [leaf] }) => leaf === undefined || isAllowed(etcd, PEER_SIDE, leaf)))
      ? sideAccepted(presented, side, node)
      : 'no';
  const authenticated = authenticates ? accepts('client') : 'no';
  return {
    encrypted: over(encryptedOf),
    serverVerified: over((urls) =>
      combine(urls.map((url) => (url.secure ? accepts('server') : url.socket ? 'n/a' : 'no'))),
    ),
    clientAuthenticated: over((urls) =>
      combine(urls.map((url) => (url.secure ? authenticated : url.socket ? 'n/a' : 'no'))),
    ),
    minTLSVersion: servesTLS(etcd, PEER_SIDE) ? minTLSOf(etcd) : 'n/a',
    presented,
    kubeconfigs: [],
    privateKeys: keysOfBundle(node, etcd, PEER_SIDE.trustedCA),
  };
}

const SECURITY = etcdDocs('v3.6/op-guide/security/');

/**
 * Members other than this one that --initial-cluster has with an http URL off this host. etcd reads the flag when the
 * member is made and keeps what it read; which URLs hold now only `etcdctl member list` shows. Sources: etcd
 * server/embed/config.go (PeerURLsMapAndToken), server/etcdserver/bootstrap.go.
 */
function plainMembers(etcd: Component): readonly ParsedUrl[] {
  const own = knownOr('', () => text(etcd, 'name'));
  return knownOr<readonly string[]>([], () => list(etcd, 'initial-cluster'))
    .flatMap((value) => value.split(','))
    .map((member) => member.trim().split('='))
    .flatMap(([name, ...url]) => (name === own ? [] : parseUrls(url.join('='))))
    .flatMap((result) => (result.ok && !result.url.secure && !isLocal(result.url) ? [result.url] : []));
}

const peerURLs: Check = {
  id: 'etcd-peer-url-https',
  title: 'etcd talks to other members over TLS only',
  severity: 'critical',
  impact: 'security',
  versions: 'all; unset means http://localhost:2380',
  remediation: `Give every member a peer certificate first (--peer-cert-file, --peer-key-file, --peer-trusted-ca-file, --peer-client-cert-auth=true ${ETCD_FLAG_PLACE}), then change each one's URL with \`etcdctl member update <id> --peer-urls=https://<address>:2380\` and --listen-peer-urls, one member at a time.`,
  references: [cis('2.4'), etcdSource('server/embed/etcd.go'), etcdDocs('v3.6/op-guide/runtime-configuration/')],
  ...ofEtcd((etcd) => {
    const urls = urlsOf(etcd, ...PEER_SIDE.listeners);
    const plain = urls.filter(({ secure, socket }) => !secure && !socket);
    const open = plain.filter((url) => !isLocal(url));
    const local = plain.filter(isLocal);
    const shown = urlEvidence(etcd, urls);
    const announced = urlsOf(etcd, 'initial-advertise-peer-urls').filter((url) => !url.secure && !isLocal(url));
    const others = plainMembers(etcd);
    return summed(
      [
        ...(open.length === 0
          ? []
          : [
              fail(
                `etcd listens for other members in plain text on ${printUrls(open)}: everything stored passes there for all to read, and whoever reaches it can pose as a member.`,
                shown,
                { headline: 'etcd peers in plain text' },
              ),
            ]),
        ...(local.length === 0
          ? []
          : [
              warn(
                `etcd listens for other members in plain text on ${printUrls(local)}: only the node itself reaches it, where any process can pose as a member.`,
                shown,
                { severity: 'medium', headline: 'peer port in plain text on loopback' },
              ),
            ]),
        ...(plain.length > 0 || announced.length === 0
          ? []
          : [
              warn(
                `etcd announced itself to other members as ${printUrls(announced)} but listens with TLS only: unless \`etcdctl member list\` shows another URL, they cannot reach it.`,
                [...shown, evidence(etcd, 'initial-advertise-peer-urls')],
                { severity: 'medium', impact: 'availability', headline: 'advertised peer URL is plain http' },
              ),
            ]),
        ...(plain.length > 0 || others.length === 0
          ? []
          : [
              warn(
                `--initial-cluster has other members in plain text (${printUrls(others)}): unless \`etcdctl member list\` shows https URLs by now, this member sends them everything stored unencrypted.`,
                [...shown, evidence(etcd, 'initial-cluster')],
                { severity: 'medium', headline: 'a member is dialled over plain http' },
              ),
            ]),
      ],
      pass('etcd talks to other members over TLS only.', shown),
    );
  }),
};

const skipSAN: Check = {
  id: 'etcd-peer-skip-san',
  title: 'etcd compares the names in a member certificate with the address it comes from',
  severity: 'medium',
  impact: 'security',
  versions: '--peer-skip-client-san-verification from 3.6, --experimental-peer-skip-client-san-verification up to 3.6',
  remediation: `Remove --peer-skip-client-san-verification and --experimental-peer-skip-client-san-verification ${ETCD_FLAG_PLACE}; each peer certificate has to name the address that its member connects from first.`,
  references: [etcdSource('client/pkg/transport/listener_tls.go'), SECURITY],
  ...ofEtcd((etcd) => {
    const flags = ['peer-skip-client-san-verification', 'experimental-peer-skip-client-san-verification'];
    const set = flags.filter((name) => bool(etcd, name) === true);
    return set.length === 0
      ? pass('A member certificate counts only from an address that it names.', evidences(etcd, ...flags.slice(0, 1)))
      : warn(`With --${set[0] ?? ''} a stolen member certificate works from any address.`, evidences(etcd, ...set), {
          headline: 'peer names are not compared',
        });
  }),
};

const peerBundle = trustBundleScope({
  owner: 'etcd',
  setting: PEER_SIDE.trustedCA,
  consequence: 'can speak to etcd as a member does',
  clients: 'etcd',
  // Said by etcd-unique-ca.
  foreignReported: ['cluster', 'front-proxy'],
  unused: (node) => unusedBundle(node, PEER_SIDE),
});

export const path: PathDefinition = {
  id: 'etcd-to-etcd',
  case: '5',
  title: 'etcd member to etcd member',
  client: 'etcd',
  server: 'etcd',
  description:
    'Members replicate everything the cluster stores to one another, each being client and server with its peer certificate. It is mutual TLS only where the peer flags are set; without them etcd uses plain HTTP on loopback.',
  applicability: (node) => {
    const applicability = etcdApplicability(node);
    const found = etcdOf(node);
    if (applicability.kind !== 'applies' || !found.seen) return applicability;
    const urls = knownOr(undefined, () => urlsOf(found.etcd, ...PEER_SIDE.listeners));
    return urls?.every((url) => isLocal(url) && (url.secure || url.socket)) === true
      ? {
          kind: 'not-applicable',
          reason: `A single member: its peer port (${printUrls(urls)}) is reached from the node itself only.`,
        }
      : applicability;
  },
  facts,
  checks: [
    peerURLs,
    peerCertificate,
    peerCertificateAuth,
    peerAutoTLS,
    skipSAN,
    uniquePeerCA,
    peerBundle,
    caReuse('etcd', [['etcd', 'peer-trusted-ca-file']]),
    haDrift({
      authorities: {
        owner: 'etcd',
        setting: 'peer-trusted-ca-file',
        consequence: 'the two members refuse one another',
        status: 'fail',
      },
      leaves: [{ owner: 'etcd', setting: 'peer-cert-file' }],
      shown: {
        leaf: { owner: 'etcd', setting: 'peer-cert-file' },
        by: { owner: 'etcd', setting: 'peer-trusted-ca-file' },
        usage: 'serverAuth',
        consequence: 'this member refuses the other, and without a majority of members nothing can be written',
      },
    }),
    peerRevocation,
    peerAllowedNames,
    peerNamesDrift,
    tlsAdvisories(PEER_SIDE),
    ...listenerChecks({ prefix: 'etcd', component: 'etcd', references: ETCD_LISTENER_REFERENCES }),
    ...PKI_CHECKS,
  ],
};
