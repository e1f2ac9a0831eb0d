/** Every client of etcd: etcdctl, backups, health checks, network plugins, and whoever else reaches its port. */
import type { Component } from '../src/model/component.ts';
import type { NodeModel } from '../src/model/node.ts';
import type {
  Check,
  ExpectedName,
  Finding,
  PathDefinition,
  PathFacts,
  PresentedCertificate,
} from '../src/model/path.ts';
import type { Answer } from '../src/model/status.ts';
import { atLeast } from '../src/model/version.ts';
import { isLoopback } from '../src/config/url.ts';
import { verifyHostname } from '../src/pki/chain.ts';
import { bool, evidence, evidences, isSet, list, text } from './shared/access.ts';
import { caReuse } from './shared/ca-reuse.ts';
import { keysOfBundle } from './shared/ca-keys.ts';
import { etcdNamesDrift } from './shared/kubeadm-certificates.ts';
import { listenerChecks, minTLSOf } from './shared/listener.ts';
import { manifestMode } from './shared/manifest-mode.ts';
import { fileAt, unavailable, unseenClients } from './shared/material.ts';
import { namesCheck, PKI_CHECKS } from './shared/pki.ts';
import { cis, etcdDocs, etcdSource, kubernetesSource, stig } from './shared/references.ts';
import { fail, pass, warn } from './shared/result.ts';
import { trustBundleScope } from './shared/trust-scope.ts';
import { combine, sideAccepted } from './shared/verdict.ts';
import { certificateEvidence, enumerate, located } from './shared/words.ts';
import type { ConfiguredUrl } from './shared/etcd.ts';
import {
  clientAuthentication,
  CLIENT_SIDE,
  clientTrust,
  encryptedOf,
  etcdApplicability,
  etcdOf,
  isLocal,
  knownPair,
  namesIn,
  overListeners,
  printUrls,
  servesTLS,
  serving,
  trustedCA,
  urlEvidence,
  unusedBundle,
  urlsOf,
} from './shared/etcd.ts';
import {
  CLIENT_URL_HTTPS,
  autoTLS,
  clientCertificateAuth,
  clientRevocation,
  ETCD_FLAG_PLACE,
  ETCD_LISTENER_REFERENCES,
  ofEtcd,
  serverCertificate,
  summed,
  uniqueClientCA,
} from './shared/etcd-checks.ts';
import { tlsAdvisories } from './shared/etcd-advisories.ts';
import { etcdProbes } from './shared/etcd-probes.ts';
import { issuerOfServing } from './shared/etcd-trust.ts';

/** kubeadm's client pair for etcd's health, which `kubeadm upgrade` and `kubeadm join` use too. */
const HEALTHCHECK = {
  certificate: '/etc/kubernetes/pki/etcd/healthcheck-client.crt',
  key: '/etc/kubernetes/pki/etcd/healthcheck-client.key',
};

function presentedOnPath(node: NodeModel, etcd: Component): readonly PresentedCertificate[] {
  if (!servesTLS(etcd, CLIENT_SIDE)) return [];
  const server = serving(node, etcd, CLIENT_SIDE, {
    trust: issuerOfServing(node, etcd),
    names: namesOf(etcd),
    askedBy: { key: serverCertificate.id, names: 'etcd-server-san' },
  });
  const health = knownPair(node, HEALTHCHECK, {
    role: 'health check certificate of kubeadm',
    trust: clientTrust(node, etcd, CLIENT_SIDE),
  });
  return [...(server === undefined ? [] : [server]), ...(health === undefined ? [] : [health])];
}

/** What clients dial: the advertised URLs, and each address of the node that etcd is told to listen on. */
function namesOf(etcd: Component): readonly ExpectedName[] {
  return namesIn(etcd, 'advertise-client-urls', ...CLIENT_SIDE.listeners);
}

function facts(node: NodeModel): PathFacts {
  const found = etcdOf(node);
  if (!found.seen) throw new Error(found.reason);
  const { etcd } = found;
  const over = (ask: (urls: readonly ConfiguredUrl[]) => Answer): Answer => overListeners(etcd, CLIENT_SIDE, ask);
  const presented = presentedOnPath(node, etcd);
  const demanded = demandsCertificate(node, etcd);
  return {
    encrypted: over(encryptedOf),
    serverVerified: over((urls) =>
      combine(urls.map((url) => (url.secure ? sideAccepted(presented, 'server', node) : url.socket ? 'n/a' : 'no'))),
    ),
    clientAuthenticated: over((urls) =>
      combine(urls.map((url) => (url.secure ? demanded : url.socket ? 'n/a' : 'no'))),
    ),
    minTLSVersion: servesTLS(etcd, CLIENT_SIDE) ? minTLSOf(etcd) : 'n/a',
    presented,
    kubeconfigs: [],
    privateKeys: keysOfBundle(node, etcd, CLIENT_SIDE.trustedCA),
    unseenClients: servesTLS(etcd, CLIENT_SIDE)
      ? unseenClients(etcd, CLIENT_SIDE.trustedCA, clientTrust(node, etcd, CLIENT_SIDE))
      : [],
  };
}

function demandsCertificate(node: NodeModel, etcd: Component): Answer {
  if (clientAuthentication(etcd, CLIENT_SIDE) !== 'own-ca') return 'no';
  return unavailable(trustedCA(node, etcd, CLIENT_SIDE)) === undefined ? 'yes' : 'unknown';
}

const SECURITY = etcdDocs('v3.6/op-guide/security/');
const EMBED = etcdSource('server/embed/etcd.go');

/** Judges the plain listeners of one setting: off the node they are the worst there is. */
function judgePlain(etcd: Component, urls: readonly ConfiguredUrl[], passing: string): readonly Finding[] {
  const plain = urls.filter(({ secure, socket }) => !secure && !socket);
  const open = plain.filter((url) => !isLocal(url));
  const local = plain.filter(isLocal);
  const shown = urlEvidence(etcd, urls);
  const ignored = isSet(etcd, CLIENT_SIDE.certificate)
    ? ' (certificates and client authentication are ignored on it)'
    : '';
  return summed(
    [
      ...(open.length === 0
        ? []
        : [
            fail(
              `etcd listens in plain text on ${printUrls(open)}${ignored}: whoever reaches it reads and changes every object of the cluster, Secrets included.`,
              shown,
              { headline: 'etcd in plain text, open to anybody' },
            ),
          ]),
      ...(local.length === 0
        ? []
        : [
            warn(
              `etcd listens in plain text on ${printUrls(local)}${ignored}: every process on the node reads and changes every object of the cluster.`,
              shown,
              { severity: 'medium', headline: 'etcd in plain text on loopback' },
            ),
          ]),
    ],
    pass(passing, shown),
  );
}

const clientURLs: Check = {
  ...CLIENT_URL_HTTPS,
  ...ofEtcd((etcd) =>
    judgePlain(etcd, urlsOf(etcd, 'listen-client-urls'), `etcd takes clients over TLS or a socket only.`),
  ),
};

const clientHTTPURLs: Check = {
  id: 'etcd-client-http-urls',
  title: "etcd's extra listener for HTTP clients speaks TLS",
  severity: 'high',
  impact: 'security',
  versions: '3.4.25+, 3.5.8+, 3.6+; unset opens no such listener',
  remediation: `Write --listen-client-http-urls with https:// ${ETCD_FLAG_PLACE}, or remove it.`,
  references: [EMBED, etcdDocs('v3.6/op-guide/configuration/')],
  notApplicable: ({ node }) => {
    const found = etcdOf(node);
    return found.seen && isSet(found.etcd, 'listen-client-http-urls')
      ? undefined
      : '--listen-client-http-urls is not set: there is no such listener.';
  },
  ...ofEtcd((etcd) =>
    judgePlain(etcd, urlsOf(etcd, 'listen-client-http-urls'), 'The extra listener for HTTP clients speaks TLS.'),
  ),
};

/** What one member of several advertises to other machines although it listens on loopback alone. */
function unreachableURLs(etcd: Component, listeners: readonly ConfiguredUrl[]): readonly ConfiguredUrl[] {
  const members = list(etcd, 'initial-cluster')
    .flatMap((value) => value.split(','))
    .filter((member) => member.trim() !== '');
  if (members.length < 2 || listeners.length === 0 || !listeners.every(isLocal)) return [];
  return urlsOf(etcd, 'advertise-client-urls').filter((url) => !isLocal(url));
}

const advertised: Check = {
  id: 'etcd-advertise-consistent',
  title: 'etcd tells clients to dial what it listens on',
  severity: 'medium',
  impact: 'availability',
  versions: 'all; unset means http://localhost:2379',
  remediation: `Give --advertise-client-urls the scheme of --listen-client-urls ${ETCD_FLAG_PLACE}.`,
  references: [etcdDocs('v3.6/op-guide/configuration/'), etcdSource('server/embed/config.go')],
  ...ofEtcd((etcd) => {
    const listeners = urlsOf(etcd, ...CLIENT_SIDE.listeners);
    const wrong = urlsOf(etcd, 'advertise-client-urls').filter(
      ({ secure }) => listeners.length > 0 && !listeners.some((listener) => listener.secure === secure),
    );
    const shown = evidences(etcd, 'advertise-client-urls', 'listen-client-urls');
    const unreachable = unreachableURLs(etcd, listeners);
    if (wrong.length === 0 && unreachable.length > 0) {
      return warn(
        `etcd tells clients on every machine to dial ${printUrls(unreachable)} but listens on ${printUrls(listeners)} only, which no other machine reaches: \`kubeadm join\` and \`kubeadm upgrade\`, which dial every member, and \`etcdctl --cluster\` get no answer.`,
        [...shown, evidence(etcd, 'initial-cluster')],
        {
          headline: 'etcd listens for clients on loopback only',
          remediation: `Add the node's address to --listen-client-urls ${ETCD_FLAG_PLACE} (kubeadm: \`--listen-client-urls=https://127.0.0.1:2379,https://<address>:2379\`).`,
        },
      );
    }
    return wrong.length === 0
      ? pass('etcd tells clients to dial what it listens on.', shown)
      : warn(
          `etcd tells clients to dial ${printUrls(wrong)} but listens ${wrong[0]?.secure === true ? 'in plain text' : 'with TLS'} only: clients that follow it (etcdctl --cluster, endpoint discovery) get no answer.`,
          shown,
          { headline: 'advertised URL has the wrong scheme' },
        );
  }),
};

const sanWords = {
  id: 'etcd-server-san',
  title: "etcd's certificate names the addresses that clients dial",
  remediation:
    'Add the name to etcd.local.serverCertSANs of the kubeadm ClusterConfiguration, move /etc/kubernetes/pki/etcd/server.{crt,key} away, run `kubeadm init phase certs etcd-server --config <file>` and restart etcd.',
  references: [kubernetesSource('cmd/kubeadm/app/util/pkiutil/pki_helpers.go'), SECURITY],
};

const dialledNames = namesCheck(sanWords);

const serverSAN: Check = {
  ...dialledNames,
  notApplicable: ({ facts: { presented } }) =>
    presented.some(({ side }) => side === 'server') ? undefined : 'etcd shows no certificate of its own on this path.',
  evaluate: (context) => {
    const server = context.facts.presented.find(({ side }) => side === 'server');
    const leaf = server?.chain[0];
    const named =
      server === undefined || server.expectedNames.length === 0 ? [] : [dialledNames.evaluate(context)].flat();
    const found = etcdOf(context.node);
    const loopback = found.seen
      ? urlsOf(found.etcd, ...CLIENT_SIDE.listeners).filter(
          ({ secure, socket, host }) => secure && !socket && isLoopback(host),
        )
      : [];
    const unnamed = leaf === undefined ? [] : loopback.filter(({ host }) => !verifyHostname(leaf, host));
    const shown = leaf === undefined ? [] : [certificateEvidence(leaf, server)];
    const local =
      leaf === undefined || unnamed.length === 0
        ? []
        : [
            warn(
              `${located(leaf)} does not name ${enumerate(unnamed.map(({ host }) => host))}, on which etcd listens too: clients on the node (etcdctl, kubeadm) have to dial another address.`,
              shown,
              { severity: 'medium', headline: 'etcd certificate lacks the loopback address' },
            ),
          ];
    return summed(
      [...named, ...local],
      named[0] ?? pass('etcd listens on no address that its certificate lacks.', shown),
    );
  },
};

const dataDirectoryMode: Check = {
  id: 'etcd-data-dir-mode',
  title: "Only etcd's user reads its data directory",
  severity: 'medium',
  impact: 'security',
  versions: 'all',
  remediation: '`chmod 0700` the directory in --data-dir (kubeadm: /var/lib/etcd); the files in it hold every Secret.',
  references: [cis('1.1.11'), stig('CNTR-K8-003260'), etcdSource('client/pkg/fileutil/fileutil.go')],
  notApplicable: ({ node }) =>
    dataDirectory(node)?.mode === undefined ? "The input does not show the mode of etcd's data directory." : undefined,
  ...ofEtcd((etcd, { node }) => {
    const directory = dataDirectory(node);
    const shown = [evidence(etcd, 'data-dir')];
    if (directory?.mode === undefined) return pass('The mode is not known.', shown);
    const octal = directory.mode.toString(8).padStart(4, '0');
    if ((directory.mode & 0o077) === 0) return pass(`${directory.path} has mode ${octal}.`, shown);
    const world = (directory.mode & 0o007) !== 0;
    return warn(
      `${directory.path} has mode ${octal}: ${world ? 'every user of the node gets' : 'its group gets'} at the store with every Secret in it.`,
      shown,
      { severity: world ? 'high' : 'medium', headline: `etcd data directory mode ${octal}` },
    );
  }),
};

function dataDirectory(node: NodeModel): { readonly path: string; readonly mode: number | undefined } | undefined {
  const found = etcdOf(node);
  if (!found.seen || !isSet(found.etcd, 'data-dir')) return undefined;
  const file = fileAt(node, found.etcd, text(found.etcd, 'data-dir'));
  return file.state === 'present' ? { path: file.path, mode: file.mode } : undefined;
}

const manifest = manifestMode('etcd', { mode: '1.1.7', owner: '1.1.8' });

/**
 * What opens /debug/pprof on the client addresses, besides its own flag: etcd server/embed/etcd.go
 * (configureClientListeners), `cfg.EnablePprof || cfg.LogLevel == "debug"`; up to 3.4 embed/etcd.go has cfg.Debug instead.
 */
function opensProfiles(etcd: Component): string | undefined {
  if (bool(etcd, 'enable-pprof') === true) return 'enable-pprof';
  if (etcd.version !== undefined && !atLeast(etcd.version, '3.5')) {
    return bool(etcd, 'debug') === true ? 'debug' : undefined;
  }
  return text(etcd, 'log-level') === 'debug' ? 'log-level' : undefined;
}

const profiling: Check = {
  id: 'etcd-pprof-debug',
  title: 'Nobody switched profiles of etcd on',
  severity: 'low',
  impact: 'security',
  hygiene: true,
  versions: 'all; unset means false; --log-level=debug opens them too, up to 3.4 --debug',
  remediation: `Remove --enable-pprof ${ETCD_FLAG_PLACE}, and --log-level=debug (up to 3.4 --debug) once what it was set for is found.`,
  references: [etcdSource('server/embed/etcd.go'), etcdDocs('v3.6/op-guide/configuration/')],
  ...ofEtcd((etcd) => {
    const flag = opensProfiles(etcd);
    return flag === undefined
      ? pass('etcd gives out no profiles.', [evidence(etcd, 'enable-pprof')])
      : warn(
          `--${flag} is ${text(etcd, flag)}: whoever etcd lets in on its client addresses reads /debug/pprof, and can slow every request down.`,
          [evidence(etcd, flag)],
          { headline: `--${flag} opens profiles of etcd` },
        );
  }),
};

const clientBundle = trustBundleScope({
  owner: 'etcd',
  setting: CLIENT_SIDE.trustedCA,
  consequence: 'reads and changes every object of the cluster',
  clients: 'etcd',
  // Said by etcd-unique-ca.
  foreignReported: ['cluster', 'front-proxy'],
  unused: (node) => unusedBundle(node, CLIENT_SIDE),
});

export const path: PathDefinition = {
  id: 'client-to-etcd',
  title: 'Clients of etcd',
  client: 'etcdctl, backup, any client',
  server: 'etcd',
  description:
    'What anybody meets who connects to etcd itself: etcdctl, backups, health checks, network plugins. etcd knows nothing of users and RBAC of the cluster: whoever it lets in reads and changes every object, Secrets included, so its own certificates are the only lock.',
  applicability: etcdApplicability,
  facts,
  checks: [
    clientURLs,
    clientHTTPURLs,
    clientCertificateAuth,
    autoTLS,
    serverCertificate,
    serverSAN,
    uniqueClientCA,
    clientBundle,
    caReuse('etcd'),
    clientRevocation,
    advertised,
    etcdNamesDrift,
    dataDirectoryMode,
    manifest,
    profiling,
    tlsAdvisories(CLIENT_SIDE),
    etcdProbes,
    ...listenerChecks({ prefix: 'etcd', component: 'etcd', references: ETCD_LISTENER_REFERENCES }),
    ...PKI_CHECKS,
  ],
};
