/** The API server's connections to the store of everything. */
import type { Component } from '../src/model/component.ts';
import type { NodeModel } from '../src/model/node.ts';
import type {
  Check,
  CheckContext,
  ExpectedName,
  Finding,
  MinTLSVersion,
  PathDefinition,
  PathFacts,
  PresentedCertificate,
  Trust,
} from '../src/model/path.ts';
import type { Answer } from '../src/model/status.ts';
import { UnknownValue } from '../src/model/unknown.ts';
import { sameHost } from '../src/config/url.ts';
import { verifyChain } from '../src/pki/chain.ts';
import { absent } from './shared/absence.ts';
import { component, evidence, evidences, isSet, known, knownOr, requireComponent } from './shared/access.ts';
import { haDrift } from './shared/ha-drift.ts';
import { caKeyPlace, IDLE_KEY } from './shared/ca-key-place.ts';
import { caReuse } from './shared/ca-reuse.ts';
import { noApiserver } from './shared/elsewhere.ts';
import { postQuantumKeyExchange } from './shared/key-exchange.ts';
import { flagChecks, listenerChecks, minTLSOf } from './shared/listener.ts';
import { bundleOf, certificatesOf, presentedBySettings, settingMaterial, unavailable } from './shared/material.ts';
import { chainCheck, keyCheck, namesCheck, PKI_CHECKS } from './shared/pki.ts';
import { cis, etcdDocs, etcdSource, kubernetesDocs, kubernetesSource, stig } from './shared/references.ts';
import { fail, notAssessed, pass, warn } from './shared/result.ts';
import { settles, unreadFinding } from './shared/unread.ts';
import { accepted, combine } from './shared/verdict.ts';
import { certificateEvidence, enumerate, located } from './shared/words.ts';
import type { ConfiguredUrl } from './shared/etcd.ts';
import {
  clientAuthentication,
  CLIENT_SIDE,
  clientTrust,
  etcdOf,
  isAllowed,
  isLocal,
  isWholeMachine,
  listenerAt,
  printUrls,
  serving,
  trustedCA,
  urlEvidence,
  urlsOf,
} from './shared/etcd.ts';
import {
  CLIENT_URL_HTTPS,
  autoTLS,
  clientCertificateAuth,
  clientRevocation,
  ETCD_FLAG_PLACE,
  ETCD_LISTENER_REFERENCES,
  serverCertificate,
  summed,
  uniqueClientCA,
} from './shared/etcd-checks.ts';
import { clientAllowedHostname } from './shared/etcd-allowed.ts';
import type { EtcdReach } from './shared/etcd-reach.ts';
import { reachOfEtcd } from './shared/etcd-reach.ts';
import type { EndpointGroup } from './shared/etcd-endpoints.ts';
import { endpointGroups, faultyOverrides } from './shared/etcd-endpoints.ts';

/** One endpoint, with what answers there. */
interface Dialled {
  readonly endpoint: ConfiguredUrl;
  readonly group: EndpointGroup;
  /** What listens there, where it is this machine's etcd. */
  readonly listener: ConfiguredUrl | undefined;
  /** Why it is not known whether this machine's etcd listens there. */
  readonly hidden: UnknownValue | undefined;
  readonly reach: EtcdReach;
}

function dialledBy(node: NodeModel, apiserver: Component): readonly Dialled[] {
  const found = etcdOf(node);
  return endpointGroups(apiserver).flatMap((group) =>
    group.endpoints.map((endpoint) => {
      const listener = found.seen ? known(() => listenerAt(node, found.etcd, endpoint)) : undefined;
      const reach: EtcdReach = found.seen
        ? knownOr({ kind: 'other' }, () => reachOfEtcd(node, found.etcd, endpoint))
        : { kind: 'elsewhere' };
      if (!(listener instanceof UnknownValue)) return { endpoint, group, listener, hidden: undefined, reach };
      // Whatever is dialled on the node itself is this machine's etcd, which answers as it is asked.
      return { endpoint, group, listener: isLocal(endpoint) ? endpoint : undefined, hidden: listener, reach };
    }),
  );
}

/**
 * Whether this machine's etcd is dialled.
 * @throws UnknownValue where that is not known
 */
function dialsThisEtcd(dialled: readonly Dialled[]): boolean {
  if (dialled.some(({ listener }) => listener !== undefined)) return true;
  const hidden = dialled.find((one) => one.hidden !== undefined)?.hidden;
  if (hidden !== undefined) throw hidden;
  return false;
}

/** Asks for TLS by its URL, or gets it because the first endpoint of its list does. */
function isTLS({ endpoint, group }: Dialled): boolean {
  return endpoint.secure || (group.speaksTLS && !endpoint.socket);
}

/** Goes over the wire, or would, as it is written: by its own URL, or because the first of its list is plain. */
function isPlain({ endpoint, group }: Dialled): boolean {
  return !endpoint.socket && (!endpoint.secure || !group.speaksTLS);
}

const CLIENT_ROLE = 'client certificate of the API server for etcd';

/** The server certificate of this machine's etcd and the API server's own, as far as TLS is dialled at all. */
function presentedOnPath(
  node: NodeModel,
  apiserver: Component,
  dialled: readonly Dialled[],
): readonly PresentedCertificate[] {
  const overTLS = dialled.filter(isTLS);
  if (overTLS.length === 0) return [];
  const found = etcdOf(node);
  const here = overTLS.filter(({ listener }) => listener?.secure === true);
  const meant = here.length > 0 || overTLS.every(({ reach }) => reach.kind === 'silent');
  const server =
    found.seen && here.length > 0
      ? serving(node, found.etcd, CLIENT_SIDE, {
          trust: bundleOf(node, apiserver, 'etcd-cafile', 'system-roots'),
          names: namesOf(apiserver, here),
          askedBy: { chain: certificateAuthority.id, key: serverCertificate.id, names: hostSAN.id },
        })
      : undefined;
  const trust: Trust =
    found.seen && meant
      ? clientTrust(node, found.etcd, CLIENT_SIDE)
      : {
          kind: 'unknown',
          message: `Which client CA etcd at ${printUrls(overTLS.map(({ endpoint }) => endpoint))} trusts is not in the input: supply the files of the etcd node`,
        };
  const client = presentedBySettings(
    node,
    apiserver,
    { certificate: 'etcd-certfile', key: 'etcd-keyfile' },
    {
      side: 'client',
      role: CLIENT_ROLE,
      trust,
      askedBy: { chain: clientCertificate.id, key: clientCertificate.id },
    },
  );
  return [...(server === undefined ? [] : [server]), ...(client === undefined ? [] : [client])];
}

function namesOf(apiserver: Component, here: readonly Dialled[]): readonly ExpectedName[] {
  const hosts = here.map(({ endpoint }) => endpoint).filter(({ socket }) => !socket);
  return hosts
    .filter(({ host }, index) => hosts.findIndex((other) => sameHost(other.host, host)) === index)
    .map(({ host, setting }) => ({ name: host, because: `--${setting}`, evidence: evidence(apiserver, setting) }));
}

function facts(node: NodeModel): PathFacts {
  const apiserver = requireComponent(node, 'kube-apiserver');
  const dialled = dialledBy(node, apiserver);
  const presented = presentedOnPath(node, apiserver, dialled);
  const found = etcdOf(node);
  const answers = (ofTLS: (one: Dialled) => Answer): Answer =>
    combine(dialled.map((one) => (one.endpoint.socket ? 'n/a' : isPlain(one) ? 'no' : ofTLS(one))));
  const shown = (side: PresentedCertificate['side']): PresentedCertificate | undefined =>
    presented.find((one) => one.side === side);
  const acceptedOn = (side: PresentedCertificate['side']): Answer => {
    const certificate = shown(side);
    return certificate === undefined ? 'no' : accepted(certificate, node);
  };
  return {
    encrypted: answers(() => 'yes'),
    serverVerified: answers(({ listener }) => (listener === undefined ? 'unknown' : acceptedOn('server'))),
    clientAuthenticated: answers(({ listener }) => {
      if (shown('client') === undefined) return 'no';
      if (listener === undefined || !found.seen) return 'unknown';
      const leaf = shown('client')?.chain[0];
      if (leaf !== undefined && !knownOr(true, () => isAllowed(found.etcd, CLIENT_SIDE, leaf))) return 'no';
      return clientAuthentication(found.etcd, CLIENT_SIDE) === 'own-ca' ? acceptedOn('client') : 'no';
    }),
    minTLSVersion: minTLS(found.seen ? found.etcd : undefined, dialled),
    presented,
    kubeconfigs: [],
  };
}

function minTLS(etcd: Component | undefined, dialled: readonly Dialled[]): MinTLSVersion {
  const overTLS = dialled.filter((one) => !isPlain(one) && !one.endpoint.socket);
  if (overTLS.length === 0) return 'n/a';
  return etcd === undefined || overTLS.some(({ listener }) => listener === undefined) ? 'unknown' : minTLSOf(etcd);
}

const EXTRA_ARGS =
  'in /etc/kubernetes/manifests/kube-apiserver.yaml (kubeadm: etcd.external, or apiServer.extraArgs of the ClusterConfiguration)';
const OPTIONS = kubernetesSource('staging/src/k8s.io/apiserver/pkg/server/options/etcd.go');
const FACTORY = kubernetesSource('staging/src/k8s.io/apiserver/pkg/storage/storagebackend/factory/etcd3.go');
const ETCD_GUIDE = kubernetesDocs('tasks/administer-cluster/configure-upgrade-etcd/');

/** Runs a judgement with the endpoints at hand. */
function ofDialled(
  judge: (apiserver: Component, dialled: readonly Dialled[], context: CheckContext) => Finding | readonly Finding[],
): Pick<Check, 'evaluate'> {
  return {
    evaluate: (context) => {
      const apiserver = requireComponent(context.node, 'kube-apiserver');
      return judge(apiserver, dialledBy(context.node, apiserver), context);
    },
  };
}

/** For a question that only TLS raises. */
const ONLY_OVER_TLS: Pick<Check, 'notApplicable'> = {
  notApplicable: ({ node }) => {
    const apiserver = component(node, 'kube-apiserver');
    return apiserver !== undefined && dialledBy(node, apiserver).some(isTLS)
      ? undefined
      : 'The API server dials etcd without TLS, so no certificate is used.';
  },
};

const https: Check = {
  id: 'apiserver-etcd-https',
  title: 'The API server talks to etcd over TLS',
  severity: 'critical',
  impact: 'security',
  versions: 'all; --etcd-servers has no default',
  remediation: `Make etcd serve TLS and trust the API server's certificate first, then write every URL of --etcd-servers and --etcd-servers-overrides with https:// ${EXTRA_ARGS}, beside --etcd-cafile, --etcd-certfile and --etcd-keyfile: the scheme decides, the certificates alone do nothing.`,
  references: [
    OPTIONS,
    etcdSource('client/v3/client.go'),
    etcdSource('client/v3/internal/endpoint/endpoint.go'),
    ETCD_GUIDE,
  ],
  ...ofDialled((apiserver, dialled) => {
    const shown = evidences(apiserver, 'etcd-servers');
    if (!isSet(apiserver, 'etcd-servers')) {
      return fail('--etcd-servers is not set: the API server does not start.', shown, {
        severity: 'high',
        impact: 'availability',
        headline: '--etcd-servers not set',
      });
    }
    const faulty = faultyOverrides(apiserver);
    const overrides = evidences(apiserver, 'etcd-servers-overrides');
    return summed(
      [
        ...faulty.map((text) =>
          fail(
            `--etcd-servers-overrides has ${text}, which is not group/resource#url;url: the API server does not start.`,
            overrides,
            { severity: 'high', impact: 'availability', headline: 'invalid --etcd-servers-overrides' },
          ),
        ),
        ...endpointGroups(apiserver).flatMap((group) =>
          plainFindings(
            group,
            dialled.filter((one) => one.group.setting === group.setting && one.group.resource === group.resource),
            [evidence(apiserver, group.setting)],
          ),
        ),
      ],
      pass(
        `The API server talks to etcd over TLS or a socket only (${printUrls(dialled.map(({ endpoint }) => endpoint))}).`,
        shown,
      ),
    );
  }),
};

/** The endpoints of one list that are in plain text; a plain one that comes first takes the others with it. */
function plainFindings(
  group: EndpointGroup,
  dialled: readonly Dialled[],
  shown: Finding['evidence'],
): readonly Finding[] {
  const plain = dialled.filter(isPlain).map(({ endpoint }) => endpoint);
  if (plain.length === 0) return [];
  const open = plain.filter((endpoint) => !isLocal(endpoint));
  const of = group.resource === undefined ? '' : ` for ${group.resource}`;
  const first = group.endpoints[0];
  const dragged = plain.filter(({ secure }) => secure);
  const why =
    dragged.length > 0
      ? ` (${first?.text ?? ''} comes first in --${group.setting}, so the etcd client uses no TLS for ${printUrls(dragged)} either)`
      : group.speaksTLS
        ? ` as soon as that URL is the first of --${group.setting} (now the first one asks for TLS, and the etcd client uses TLS for all of them)`
        : '';
  if (open.length > 0) {
    return [
      fail(
        `The API server dials ${printUrls(open)}${of} in plain text${why}: every object, Secrets included, can be read and changed on the way.`,
        shown,
        { headline: 'etcd in plain text off the host' },
      ),
    ];
  }
  return [
    warn(
      `The API server dials ${printUrls(plain)}${of} in plain text${why}; it stays on the node, where any process can read and change the store.`,
      shown,
      { severity: 'medium', headline: 'etcd in plain text on loopback' },
    ),
  ];
}

const serverChain = chainCheck({
  id: 'apiserver-etcd-ca',
  title: "The API server verifies etcd's certificate by etcd's own CA",
  remediation: `Set --etcd-cafile ${EXTRA_ARGS} to the CA that signed etcd's serving certificate (kubeadm: /etc/kubernetes/pki/etcd/ca.crt), and restart the API server: it reads the file once.`,
  references: [cis('1.2.26'), stig('CNTR-K8-001510'), FACTORY, ETCD_GUIDE],
});

const certificateAuthority: Check = {
  ...serverChain,
  versions: 'all; unset means the public CAs of the host',
  ...ONLY_OVER_TLS,
  ...ofDialled((apiserver, dialled, context) => {
    const { node } = context;
    const shown = [evidence(apiserver, 'etcd-cafile')];
    const overTLS = dialled.filter(isTLS);
    const unseen = overTLS
      .filter(({ listener, reach }) => listener === undefined && reach.kind !== 'silent')
      .map(({ endpoint }) => endpoint);
    const bundle = settingMaterial(node, apiserver, 'etcd-cafile');
    if (bundle === undefined) return systemRootsFinding(node, shown);
    const unread = unreadFinding(bundle, shown, 'the API server does not start');
    if (unread !== undefined) return unread;
    if (certificatesOf(bundle).length === 0) {
      return fail(`${bundle.file} holds no certificate that Go reads, so the API server refuses every etcd.`, shown, {
        impact: 'availability',
        headline: 'etcd CA file is empty',
      });
    }
    const judged = context.facts.presented.some(({ side }) => side === 'server')
      ? [serverChain.evaluate(context)].flat()
      : [];
    return summed(
      [...judged, ...(unseen.length === 0 ? [] : [unseenFinding(node, unseen, shown)])],
      judged[0] ?? pass(`${bundle.file} is what the API server verifies etcd by.`, shown),
    );
  }),
};

/**
 * Without a CA file Go verifies by the host's public CAs. An etcd of this machine whose certificate comes from a
 * private CA is then out of reach, unless somebody put that CA among them.
 */
function systemRootsFinding(node: NodeModel, shown: Finding['evidence']): Finding {
  const found = etcdOf(node);
  const message = "--etcd-cafile is not set, so the host's public CAs decide whom the API server takes for etcd";
  const headline = '--etcd-cafile not set';
  if (found.seen) {
    const [leaf, ...intermediates] = certificatesOf(settingMaterial(node, found.etcd, CLIENT_SIDE.certificate));
    const roots = certificatesOf(trustedCA(node, found.etcd, CLIENT_SIDE));
    if (leaf !== undefined && verifyChain({ leaf, intermediates, roots, at: node.at, usage: 'any' }).ok) {
      return fail(
        `${message}: it refuses the certificate of this node's etcd, which the private CA ${leaf.issuer} signed, unless that CA was added to the host's.`,
        [...shown, evidence(found.etcd, CLIENT_SIDE.certificate)],
        { headline },
      );
    }
  }
  return warn(`${message}: any of them can vouch for an impostor.`, shown, { headline });
}

function unseenFinding(node: NodeModel, unseen: readonly ConfiguredUrl[], shown: Finding['evidence']): Finding {
  const found = etcdOf(node);
  const why = found.seen ? 'The' : `${found.reason}: the`;
  return notAssessed(
    `${why} certificate that etcd serves at ${printUrls(unseen)} is not in the input, so whether the API server accepts it is not known; supply the files of that etcd node.`,
    shown,
    { headline: "etcd's side is not in the input" },
  );
}

const clientWords = {
  id: 'apiserver-etcd-client-cert',
  title: 'The API server shows etcd a client certificate that etcd accepts',
  remediation: `Set --etcd-certfile and --etcd-keyfile ${EXTRA_ARGS} to a pair from the CA that etcd trusts (kubeadm: /etc/kubernetes/pki/apiserver-etcd-client.{crt,key}, made anew by \`kubeadm init phase certs apiserver-etcd-client\` once the old files are moved away).`,
  references: [cis('1.2.23'), stig('CNTR-K8-001520'), stig('CNTR-K8-001530'), FACTORY],
};

const clientChain = chainCheck(clientWords);
const clientKey = keyCheck(clientWords);

const clientCertificate: Check = {
  ...clientChain,
  versions: 'all; unset means that no certificate is shown',
  ...ONLY_OVER_TLS,
  ...ofDialled((apiserver, dialled, context) => {
    const shown = evidences(apiserver, 'etcd-certfile', 'etcd-keyfile');
    const [certificate, key] = [isSet(apiserver, 'etcd-certfile'), isSet(apiserver, 'etcd-keyfile')];
    if (!certificate && !key) {
      const endpoints = printUrls(dialled.filter(isTLS).map(({ endpoint }) => endpoint));
      return fail(
        `Neither --etcd-certfile nor --etcd-keyfile is set, so the API server shows ${endpoints} no certificate: either etcd lets in anybody, or it refuses the API server.`,
        shown,
        { headline: 'no client certificate for etcd' },
      );
    }
    if (!certificate || !key) {
      return fail(
        `Only ${certificate ? '--etcd-certfile' : '--etcd-keyfile'} is set: the API server does not start without the other.`,
        shown,
        { impact: 'availability', headline: 'certificate and key not both set' },
      );
    }
    const judged = [clientKey, clientChain].flatMap((check) => [check.evaluate(context)].flat());
    return summed(judged, pass('The API server shows etcd a certificate that etcd accepts.', shown));
  }),
};

/** kubeadm's group without limits; cmd/kubeadm/app/constants SystemPrivilegedGroup. */
const MASTERS = 'system:masters';

const clientIdentity: Check = {
  id: 'apiserver-etcd-client-identity',
  title: 'The client certificate for etcd is nobody to the API server',
  severity: 'low',
  impact: 'security',
  versions: 'all; kubeadm writes O=system:masters up to 1.28 and none from 1.29',
  remediation:
    'Give etcd a CA of its own (see etcd-unique-ca); then move /etc/kubernetes/pki/apiserver-etcd-client.{crt,key} away and run `kubeadm init phase certs apiserver-etcd-client` with kubeadm 1.29 or later (`kubeadm certs renew` keeps the old group).',
  references: [
    kubernetesSource('cmd/kubeadm/app/phases/certs/certlist.go', '1.28.0'),
    kubernetesSource('cmd/kubeadm/app/phases/certs/certlist.go'),
    kubernetesDocs('setup/best-practices/certificates/'),
  ],
  notApplicable: (context) =>
    ONLY_OVER_TLS.notApplicable?.(context) ??
    (context.facts.presented.some(({ side }) => side === 'client')
      ? undefined
      : 'The API server shows etcd no certificate; see apiserver-etcd-client-cert.'),
  ...ofDialled((apiserver, _, { node, facts }) => {
    const presented = facts.presented.find(({ side }) => side === 'client');
    const leaf = presented?.chain[0];
    if (presented === undefined || leaf === undefined) {
      return notAssessed(
        `${unavailable(presented?.certificate) ?? `${presented?.certificate.file ?? ''} holds no readable certificate`}.`,
        presented === undefined ? [] : [presented.certificate.evidence],
      );
    }
    const shown = [certificateEvidence(leaf, presented)];
    const who = `${located(leaf)} is ${leaf.commonName ?? 'without a common name'}`;
    if (!leaf.organizations.includes(MASTERS)) return pass(`${who}, and in no group that RBAC does not limit.`, shown);
    const clients = settingMaterial(node, apiserver, 'client-ca-file');
    const unread = unavailable(clients);
    if (unread !== undefined) {
      return notAssessed(`${who} in ${MASTERS}; whether the API server takes it is not known: ${unread}.`, shown);
    }
    const isTaken = verifyChain({
      leaf,
      intermediates: presented.chain.slice(1),
      roots: certificatesOf(clients),
      at: node.at,
      usage: 'clientAuth',
    }).ok;
    return isTaken
      ? warn(
          `${who} in ${MASTERS}, and --client-ca-file vouches for it: what is meant for etcd is a cluster administrator whom no RBAC rule limits.`,
          shown,
          { severity: 'medium', headline: 'etcd client is in system:masters' },
        )
      : pass(
          `${who} in ${MASTERS}, as kubeadm writes it up to 1.28 and keeps it when it renews: neither etcd nor, as long as it does not trust that CA, the API server makes anything of the group.`,
          shown,
        );
  }),
};

const hostSAN = namesCheck({
  id: 'apiserver-etcd-host-san',
  title: "etcd's certificate names the hosts in --etcd-servers",
  remediation:
    'Add the name to etcd.local.serverCertSANs of the kubeadm ClusterConfiguration, move /etc/kubernetes/pki/etcd/server.{crt,key} away, run `kubeadm init phase certs etcd-server --config <file>` and restart etcd; or write a host in --etcd-servers that the certificate has.',
  references: [
    etcdSource('client/v3/internal/endpoint/endpoint.go'),
    kubernetesSource('cmd/kubeadm/app/util/pkiutil/pki_helpers.go'),
  ],
});

const listens: Check = {
  id: 'apiserver-etcd-listens',
  title: "This node's etcd listens where the API server dials it",
  severity: 'high',
  impact: 'availability',
  versions: 'all',
  remediation: `Give --etcd-servers ${EXTRA_ARGS} a URL of --listen-client-urls of etcd (kubeadm: https://127.0.0.1:2379), or add the address to --listen-client-urls ${ETCD_FLAG_PLACE}.`,
  references: [etcdDocs('v3.6/op-guide/configuration/'), OPTIONS, ETCD_GUIDE],
  notApplicable: ({ node }) => {
    const apiserver = component(node, 'kube-apiserver');
    const dialled = apiserver === undefined ? [] : dialledBy(node, apiserver);
    if (!etcdOf(node).seen && dialled.some(({ endpoint }) => isLocal(endpoint))) return undefined;
    return dialled.some(({ reach, hidden }) => reach.kind !== 'elsewhere' || hidden !== undefined)
      ? undefined
      : "The API server dials another machine's etcd.";
  },
  ...ofDialled((apiserver, dialled, { node }) => {
    const found = etcdOf(node);
    if (!found.seen) return notAssessed(`${found.reason}: supply the files of the etcd node.`);
    const hidden = dialled.find((one) => one.hidden !== undefined)?.hidden;
    if (hidden !== undefined) throw hidden;
    const shown = [...evidences(apiserver, 'etcd-servers'), ...evidences(found.etcd, 'listen-client-urls')];
    const silent = dialled.flatMap(({ endpoint, reach }) =>
      reach.kind === 'silent'
        ? [
            fail(
              `The API server dials ${endpoint.text}, and no client listener of this node's etcd is there: ${reach.because}.`,
              shown,
              { headline: `no etcd on ${endpoint.text.replace(/^[a-z]+:\/\//i, '')}` },
            ),
          ]
        : [],
    );
    const open = dialled.filter(({ reach }) => reach.kind === 'other').map(({ endpoint }) => endpoint);
    const doubt =
      open.length === 0
        ? []
        : [
            notAssessed(
              `This node's etcd does not listen on ${printUrls(open)} (it listens on ${printUrls(urlsOf(found.etcd, ...CLIENT_SIDE.listeners))}), and whether a second etcd does is not in the input: look on the node with \`ss -ltnp\`.`,
              shown,
              { headline: 'nothing known listens there' },
            ),
          ];
    return summed([...silent, ...doubt], pass("This node's etcd listens where the API server dials it.", shown));
  }),
};

/** Both ends have to agree on TLS; what else etcd listens on is the row of its clients. */
const listenerScheme: Check = {
  ...CLIENT_URL_HTTPS,
  notApplicable: ({ node }) => {
    const apiserver = component(node, 'kube-apiserver');
    return apiserver !== undefined && dialsThisEtcd(dialledBy(node, apiserver))
      ? undefined
      : "The API server does not dial this node's etcd, or it is not in the input.";
  },
  ...ofDialled((apiserver, dialled, { node }) => {
    const found = etcdOf(node);
    if (!found.seen) return notAssessed(`${found.reason}: supply the files of the etcd node.`);
    const hidden = dialled.find((one) => one.hidden !== undefined)?.hidden;
    if (hidden !== undefined) throw hidden;
    const unequal = dialled.filter(
      ({ endpoint, group, listener }) =>
        listener !== undefined && !endpoint.socket && listener.secure !== group.speaksTLS,
    );
    const listeners = dialled.flatMap(({ listener }) => listener ?? []);
    const shown = [...evidences(apiserver, 'etcd-servers'), ...urlEvidence(found.etcd, listeners)];
    if (unequal.length === 0) return pass('The API server and etcd agree on the scheme.', shown);
    const [one] = unequal;
    return fail(
      `The API server dials ${printUrls(unequal.map(({ endpoint }) => endpoint))} ${one?.group.speaksTLS === true ? 'with TLS' : 'in plain text'}, but etcd listens there ${one?.listener?.secure === true ? 'with TLS' : 'in plain text'} (${enumerate([...new Set(unequal.flatMap(({ listener }) => listener?.text ?? []))])}): they cannot connect.`,
      shown,
      {
        severity: 'high',
        impact: 'availability',
        headline: 'API server and etcd differ in scheme',
        remediation: `Give --listen-client-urls ${ETCD_FLAG_PLACE} and --etcd-servers of the API server the same scheme, https.`,
      },
    );
  }),
};

export const path: PathDefinition = {
  id: 'apiserver-to-etcd',
  case: '4a',
  title: 'API server to etcd',
  client: 'kube-apiserver',
  server: 'etcd',
  description:
    'Every object of the cluster, Secrets included, is read and written over this connection, and etcd obeys whoever it lets in without asking for any role. The scheme of the URLs in --etcd-servers decides whether it is encrypted; --etcd-cafile is how the API server knows etcd, --etcd-certfile how etcd knows the API server.',
  applicability: (node) => {
    const apiserver = component(node, 'kube-apiserver');
    if (apiserver === undefined) {
      return isWholeMachine(node) && component(node, 'etcd') === undefined
        ? absent(node, ['kube-apiserver', 'etcd'], {
            kind: 'not-applicable',
            reason: 'Neither an API server nor etcd is configured on this machine.',
          })
        : noApiserver(node);
    }
    return apiserver.configUnavailable === undefined
      ? { kind: 'applies' }
      : {
          kind: 'not-assessed',
          reason: `${apiserver.configUnavailable.message}.`,
          supply: settles(apiserver.configUnavailable),
        };
  },
  facts,
  checks: [
    https,
    certificateAuthority,
    clientCertificate,
    hostSAN,
    listens,
    listenerScheme,
    ...[serverCertificate, clientCertificateAuth, autoTLS, clientAllowedHostname, clientRevocation].map(whereDialled),
    uniqueClientCA,
    clientIdentity,
    haDrift({
      authorities: {
        owner: 'kube-apiserver',
        setting: 'etcd-cafile',
        consequence:
          'members of one etcd have their certificates from one CA, so one of the API servers cannot verify those of the other',
        status: 'fail',
      },
      leaves: [{ owner: 'kube-apiserver', setting: 'etcd-certfile' }],
    }),
    caKeyPlace('etcd-cafile', IDLE_KEY),
    caReuse('etcd'),
    ...listenerChecks({ prefix: 'etcd', component: 'etcd', references: ETCD_LISTENER_REFERENCES }).map(whereDialled),
    whereDialled(postQuantumKeyExchange),
    ...flagChecks('kube-apiserver'),
    ...PKI_CHECKS,
  ],
};

/** etcd's own settings count on this row where the API server dials an etcd over TLS. */
function whereDialled(check: Check): Check {
  return {
    ...check,
    notApplicable: (context) => {
      const apiserver = component(context.node, 'kube-apiserver');
      const overTLS = apiserver === undefined ? [] : dialledBy(context.node, apiserver).filter((one) => !isPlain(one));
      if (overTLS.length === 0) return 'The API server dials etcd without TLS.';
      if (etcdOf(context.node).seen && !dialsThisEtcd(overTLS)) {
        return "The API server does not dial this node's etcd.";
      }
      return check.notApplicable?.(context);
    },
  };
}
