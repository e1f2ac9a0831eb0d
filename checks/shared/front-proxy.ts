/** The front proxy: the client CA whose holders may say in a header who they are. */
import type { Certificate } from '../../src/model/certificate.ts';
import type { Component } from '../../src/model/component.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type { Check, PresentedCertificate, Trust } from '../../src/model/path.ts';
import type { Answer } from '../../src/model/status.ts';
import { atLeast } from '../../src/model/version.ts';
import { verifyChain } from '../../src/pki/chain.ts';
import { evidence, evidences, gateInForce, isSet, list, requireComponent } from './access.ts';
import { bundleOf, certificatesOf, GENERIC, presentedBySettings, settingMaterial, unavailable } from './material.ts';
import { kubernetesDocs, kubernetesSource } from './references.ts';
import { fail, notAssessed, pass, warn } from './result.ts';
import { unreadFinding } from './unread.ts';
import { certificateEvidence, enumerate, located } from './words.ts';

export const REQUEST_HEADER_CA = 'requestheader-client-ca-file';
export const ALLOWED_NAMES = 'requestheader-allowed-names';
export const PROXY_CERTIFICATE = 'proxy-client-cert-file';

export const aggregationDocs = kubernetesDocs('tasks/extend-kubernetes/configure-aggregation-layer/');
const optionsSource = kubernetesSource('pkg/kubeapiserver/options/authentication.go');

/**
 * The certificate by which the API server shows itself as front proxy; undefined when it has none.
 * @param askedBy the check that asks whether the request header CA signed it
 */
export function frontProxyClient(
  node: NodeModel,
  apiserver: Component,
  askedBy: string = GENERIC.chain,
): PresentedCertificate | undefined {
  const trust: Trust = bundleOf(node, apiserver, REQUEST_HEADER_CA, 'none');
  return presentedBySettings(
    node,
    apiserver,
    { certificate: PROXY_CERTIFICATE, key: 'proxy-client-key-file' },
    { side: 'client', role: 'front-proxy client certificate', trust, askedBy: { chain: askedBy } },
  );
}

/** How a certificate of the client CA comes to count as a front proxy's. */
interface Overlap {
  readonly client: Certificate;
  readonly proxy: Certificate;
  /** The very same certificate, which is all that the API server of 1.35 and later looks for. */
  readonly identical: boolean;
}

type Overlaps = { readonly found: readonly Overlap[] } | { readonly problem: string };

/**
 * Whether who may log in with a certificate may also claim to be somebody else: the two bundles share a certificate
 * or a key, or the request header CA signed the client CA, so that a client that sends its intermediate along is
 * accepted as a proxy (k8s.io/apiserver pkg/authentication/request/x509 takes intermediates from the handshake).
 */
function overlaps(node: NodeModel, apiserver: Component): Overlaps {
  const clientCA = settingMaterial(node, apiserver, 'client-ca-file');
  const proxyCA = settingMaterial(node, apiserver, REQUEST_HEADER_CA);
  const problem = unavailable(clientCA) ?? unavailable(proxyCA);
  if (problem !== undefined) return { problem };
  const proxies = certificatesOf(proxyCA);
  const clients = certificatesOf(clientCA);
  const found = clients.flatMap((client): readonly Overlap[] => {
    const same =
      proxies.find(({ sha256 }) => sha256 === client.sha256) ??
      proxies.find(({ publicKey }) => publicKey.spkiSha256 === client.publicKey.spkiSha256);
    if (same !== undefined) return [{ client, proxy: same, identical: same.sha256 === client.sha256 }];
    const result = verifyChain({ leaf: client, intermediates: clients, roots: proxies, at: node.at, usage: 'any' });
    const root = result.ok ? result.chains[0]?.at(-1) : undefined;
    return root === undefined ? [] : [{ client, proxy: root, identical: false }];
  });
  return { found };
}

function requestHeaderCASet({ node }: { readonly node: NodeModel }): string | undefined {
  return isSet(requireComponent(node, 'kube-apiserver'), REQUEST_HEADER_CA)
    ? undefined
    : `--${REQUEST_HEADER_CA} is not set, so no front proxy is believed.`;
}

/** Any name counts when the list is empty (k8s.io/apiserver pkg/server/options/authentication.go). */
function namesLimited(apiserver: Component): boolean {
  return list(apiserver, ALLOWED_NAMES).some((name) => name.trim() !== '');
}

/** Refused at start from 1.35 on, when the bundles share a certificate and no names are given. */
function refusesToStart(apiserver: Component, found: readonly Overlap[]): boolean {
  return (
    apiserver.version !== undefined &&
    atLeast(apiserver.version, '1.35') &&
    !namesLimited(apiserver) &&
    found.some(({ identical }) => identical)
  );
}

/** Whether only front proxies are believed: the column of `clientAuthenticated`. */
export function onlyProxiesBelieved(node: NodeModel): Answer {
  const apiserver = requireComponent(node, 'kube-apiserver');
  const result = overlaps(node, apiserver);
  if (namesLimited(apiserver)) return 'yes';
  if ('problem' in result) return 'unknown';
  return result.found.length > 0 ? 'no' : 'yes';
}

function describe(found: readonly Overlap[]): string {
  const [first] = found;
  if (first === undefined) return '';
  if (first.identical) return `${located(first.client)} is in both --client-ca-file and --${REQUEST_HEADER_CA}`;
  return first.client.publicKey.spkiSha256 === first.proxy.publicKey.spkiSha256
    ? `${located(first.client)} (--client-ca-file) and ${located(first.proxy)} (--${REQUEST_HEADER_CA}) have the same key`
    : `${located(first.proxy)} (--${REQUEST_HEADER_CA}) signed the client CA ${located(first.client)}`;
}

const OWN_CA =
  'Make a CA for the front proxy alone (kubeadm: move /etc/kubernetes/pki/front-proxy-* away, `kubeadm init phase certs front-proxy-ca` and `front-proxy-client`, on every control-plane node the same CA), restart the API servers, then the aggregated API servers, which read the CA when they start.';

export const requestHeaderCA: Check = {
  id: 'front-proxy-requestheader-ca',
  title: 'The API server has a CA for front proxies',
  severity: 'medium',
  impact: 'both',
  versions:
    'all; unset means that no front proxy is believed and that aggregated API servers do not know the API server',
  remediation: `Set --${REQUEST_HEADER_CA} to a CA of its own (kubeadm: /etc/kubernetes/pki/front-proxy-ca.crt).`,
  references: [aggregationDocs, optionsSource],
  evaluate: ({ node }) => {
    const apiserver = requireComponent(node, 'kube-apiserver');
    const shown = [evidence(apiserver, REQUEST_HEADER_CA)];
    const material = settingMaterial(node, apiserver, REQUEST_HEADER_CA);
    if (material === undefined) {
      return warn(
        `--${REQUEST_HEADER_CA} is not set, so aggregated API servers cannot tell the API server from a stranger: they refuse its requests or do not start.`,
        shown,
        { impact: 'availability', headline: `--${REQUEST_HEADER_CA} not set` },
      );
    }
    const unread = unreadFinding(material, shown, 'the API server does not start');
    if (unread !== undefined) return unread;
    return certificatesOf(material).length > 0
      ? pass(`Front proxies are verified with ${material.file}.`, shown)
      : fail(`${material.file} holds no certificate that Kubernetes can read: the API server does not start.`, shown, {
          severity: 'high',
          impact: 'availability',
          headline: 'front-proxy CA file is empty',
        });
  },
};

export const allowedNames: Check = {
  id: 'front-proxy-allowed-names',
  title: 'Client certificates of users do not count as front proxies',
  severity: 'high',
  impact: 'security',
  versions: 'all; unset means every name that the CA signed',
  remediation: `Set --${ALLOWED_NAMES}=front-proxy-client at once: until then whoever holds any client certificate of the cluster is whom they please, cluster-admin included. Then give the front proxy a CA of its own. ${OWN_CA}`,
  references: [optionsSource, aggregationDocs],
  notApplicable: requestHeaderCASet,
  evaluate: ({ node }) => {
    const apiserver = requireComponent(node, 'kube-apiserver');
    const shown = evidences(apiserver, ALLOWED_NAMES, REQUEST_HEADER_CA, 'client-ca-file');
    if (namesLimited(apiserver)) {
      return pass(`Only ${enumerate(list(apiserver, ALLOWED_NAMES))} counts as a front proxy.`, shown);
    }
    const result = overlaps(node, apiserver);
    if ('problem' in result)
      return notAssessed(`${result.problem}, so its CA was not compared with the client CA.`, shown);
    if (refusesToStart(apiserver, result.found)) return [];
    return result.found.length === 0
      ? pass(
          `--${ALLOWED_NAMES} is empty, so every certificate of the front-proxy CA counts; the CA is used for nothing else.`,
          shown,
        )
      : fail(
          `${describe(result.found)}, and --${ALLOWED_NAMES} is empty: every user and kubelet with a client certificate can claim to be anybody in a header.`,
          [...shown, ...result.found.map(({ client }) => certificateEvidence(client))],
          { severity: 'critical', headline: 'any client can impersonate anybody' },
        );
  },
};

export const caDistinct: Check = {
  id: 'front-proxy-ca-distinct',
  title: 'The CA of front proxies is not the CA of clients',
  severity: 'high',
  impact: 'security',
  versions: 'all',
  remediation: OWN_CA,
  references: [kubernetesDocs('setup/best-practices/certificates/'), aggregationDocs],
  notApplicable: requestHeaderCASet,
  evaluate: ({ node }) => {
    const apiserver = requireComponent(node, 'kube-apiserver');
    const shown = evidences(apiserver, REQUEST_HEADER_CA, 'client-ca-file');
    const result = overlaps(node, apiserver);
    if ('problem' in result) return notAssessed(`${result.problem}.`, shown);
    if (result.found.length === 0) return pass('The two bundles have no certificate and no key in common.', shown);
    // Without names it is an open door, which front-proxy-allowed-names or -overlap-blocks-start reports.
    if (!namesLimited(apiserver)) return [];
    return warn(
      `${describe(result.found)}: only --${ALLOWED_NAMES} keeps users from claiming to be anybody, and who can get a certificate for ${enumerate(list(apiserver, ALLOWED_NAMES))} is past it.`,
      [...shown, ...result.found.map(({ client }) => certificateEvidence(client))],
      { headline: 'front-proxy CA is a client CA' },
    );
  },
};

export const overlapBlocksStart: Check = {
  id: 'front-proxy-overlap-blocks-start',
  title: 'The API server starts with its client and front-proxy CAs',
  severity: 'high',
  impact: 'availability',
  versions: '1.35+ refuses to start; before, it runs and can be exploited',
  remediation: `Set --${ALLOWED_NAMES}=front-proxy-client in /etc/kubernetes/manifests/kube-apiserver.yaml, then give the front proxy a CA of its own. ${OWN_CA}`,
  references: [optionsSource],
  notApplicable: (context) => {
    const { version } = requireComponent(context.node, 'kube-apiserver');
    return version !== undefined && !atLeast(version, '1.35')
      ? 'The API server looks for overlapping CAs from 1.35 on.'
      : requestHeaderCASet(context);
  },
  evaluate: ({ node }) => {
    const apiserver = requireComponent(node, 'kube-apiserver');
    const shown = evidences(apiserver, REQUEST_HEADER_CA, 'client-ca-file', ALLOWED_NAMES);
    if (namesLimited(apiserver)) return pass(`--${ALLOWED_NAMES} is set, so the API server starts.`, shown);
    const result = overlaps(node, apiserver);
    if ('problem' in result) return notAssessed(`${result.problem}.`, shown);
    return refusesToStart(apiserver, result.found)
      ? fail(
          `${describe(result.found)} and --${ALLOWED_NAMES} is empty: this version refuses to start, since every client could claim to be anybody.`,
          shown,
          { headline: 'overlapping CAs: does not start' },
        )
      : pass('The two bundles share no certificate, so the API server starts.', shown);
  },
};

/** What the API server's aggregator sends: k8s.io/client-go transport/round_trippers.go (NewAuthProxyRoundTripper). */
interface HeaderFlag {
  readonly flag: string;
  readonly standard: string;
  /** What aggregated API servers lack without it. */
  readonly lost: string;
  /** Unset, nobody is believed, or has no groups. */
  readonly needed: boolean;
}

const HEADERS: readonly HeaderFlag[] = [
  {
    flag: 'requestheader-username-headers',
    standard: 'X-Remote-User',
    lost: 'who asks: no front proxy is believed, and aggregated API servers refuse what is passed on',
    needed: true,
  },
  {
    flag: 'requestheader-group-headers',
    standard: 'X-Remote-Group',
    lost: 'the groups of who asks, and the rights that come with them',
    needed: true,
  },
  {
    flag: 'requestheader-extra-headers-prefix',
    standard: 'X-Remote-Extra-',
    lost: 'what else is known of who asks',
    needed: false,
  },
];

const UID_HEADERS = 'requestheader-uid-headers';
const UID_GATE = 'RemoteRequestHeaderUID';

/** The UID flag came late enough that the API server could refuse what it only logs of the others. */
function uidFault(apiserver: Component): string | undefined {
  const names = list(apiserver, UID_HEADERS);
  if (names.length === 0 || apiserver.version === undefined || !atLeast(apiserver.version, '1.32')) return undefined;
  if (gateInForce(apiserver, UID_GATE) === false) return `--${UID_HEADERS} is set while the gate ${UID_GATE} is off`;
  return has(names, 'X-Remote-Uid') ? undefined : `--${UID_HEADERS} is set without X-Remote-Uid`;
}

function has(names: readonly string[], standard: string): boolean {
  return names.some((name) => name.toLowerCase() === standard.toLowerCase());
}

/**
 * Aggregated API servers take the names of the headers from the API server's flags, through the ConfigMap
 * extension-apiserver-authentication; what is passed on always has the standard ones.
 * Source: k8s.io/apiserver pkg/server/options/authentication.go (RequestHeaderAuthenticationOptions.Validate).
 */
export const headerNames: Check = {
  id: 'front-proxy-headers',
  title: 'The headers in which a front proxy says for whom it speaks have their standard names',
  severity: 'low',
  impact: 'availability',
  versions: `all; unset means none, and kubeadm writes them; --${UID_HEADERS} from 1.32, on with the gate ${UID_GATE} from 1.33`,
  remediation:
    'Set --requestheader-username-headers=X-Remote-User, --requestheader-group-headers=X-Remote-Group and --requestheader-extra-headers-prefix=X-Remote-Extra- in /etc/kubernetes/manifests/kube-apiserver.yaml, further names after these; aggregated API servers see it within a minute.',
  references: [
    aggregationDocs,
    kubernetesSource('staging/src/k8s.io/apiserver/pkg/server/options/authentication.go'),
    kubernetesSource('staging/src/k8s.io/client-go/transport/round_trippers.go'),
  ],
  notApplicable: requestHeaderCASet,
  evaluate: ({ node }) => {
    const apiserver = requireComponent(node, 'kube-apiserver');
    const flags = HEADERS.map(({ flag }) => flag);
    const shown = evidences(apiserver, ...flags);
    const blank = flags.find((flag) => list(apiserver, flag).some((name) => name.trim() === ''));
    const stops = blank === undefined ? uidFault(apiserver) : `--${blank} has an empty name`;
    if (stops !== undefined) {
      return fail(`${stops}: the API server does not start.`, evidences(apiserver, ...flags, UID_HEADERS), {
        severity: 'high',
        headline: 'request headers: does not start',
      });
    }
    const findings = HEADERS.flatMap(({ flag, standard, lost, needed }) => {
      const names = list(apiserver, flag);
      if (has(names, standard) || (names.length === 0 && !needed)) return [];
      const why = names.length === 0 ? 'is not set' : `does not have ${standard}`;
      return [
        warn(`--${flag} ${why}, so aggregated API servers do not learn ${lost}.`, [evidence(apiserver, flag)], {
          headline: `--${flag} without ${standard}`,
          ...(standard === 'X-Remote-User' ? { severity: 'medium' as const } : {}),
        }),
      ];
    });
    return findings.length > 0 ? findings : pass('The headers have their standard names.', shown);
  },
};
