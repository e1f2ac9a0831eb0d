/** The API server's side of every path that leads to it: what it serves, whom it trusts, what it lets through. */
import type { Component } from '../../src/model/component.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type {
  AskedBy,
  Check,
  CheckContext,
  Evidence,
  ExpectedName,
  Finding,
  PresentedCertificate,
  Trust,
} from '../../src/model/path.ts';
import { atLeast } from '../../src/model/version.ts';
import { isLoopback, isUnspecified } from '../../src/config/url.ts';
import { bool, component, evidence, evidences, isSet, isWritten, list, number, text, setting } from './access.ts';
import { certDirPair, judgeCertDir, servedFromCertDir } from './apiserver-cert-dir.ts';
import { authorizationFaults, fileEvidence } from './authorization-faults.ts';
import type { AuthorizationFault } from './authorization-faults.ts';
import { listenerChecks } from './listener.ts';
import {
  bundleOf,
  certificatesOf,
  GENERIC,
  presentedByFiles,
  presentedBySettings,
  settingMaterial,
  unavailable,
} from './material.ts';
import { OIDC_FLAGS } from './oidc-flags.ts';
import { chainCheck, namesCheck } from './pki.ts';
import { endingInMemory } from './pki/window.ts';
import { fail, notApplicable, notAssessed, pass, warn } from './result.ts';
import { cis, github, kubernetesDocs, kubernetesSource, stig } from './references.ts';
import { sniCertificates, sniPairFor, sniPairs } from './sni.ts';
import type { SNIPair } from './sni.ts';
import { notInInput } from './unread.ts';
import { certificateEvidence, located } from './words.ts';

export interface ServingView {
  /** What the client of this path verifies with. */
  readonly trust: Trust;
  readonly names: readonly ExpectedName[];
  readonly askedBy?: Partial<AskedBy>;
}

const SERVING_ROLE = 'serving certificate of kube-apiserver';

/** The certificate that the API server serves to a client that dials one name, as the client of one path judges it. */
export function apiserverServing(node: NodeModel, view: ServingView): PresentedCertificate {
  const apiserver = component(node, 'kube-apiserver');
  const [dialled] = view.names;
  const fallback = apiserverDefault(node, view);
  if (apiserver === undefined || dialled === undefined) return fallback;
  const pair = sniPairFor(node, apiserver, dialled, fallback.chain[0]);
  return pair === undefined ? fallback : servedByName(pair, view);
}

/** The same for several names, which may get different certificates: each with the names that lead to it. */
export function apiserverServingEach(node: NodeModel, view: ServingView): readonly PresentedCertificate[] {
  const byFile = new Map<string, PresentedCertificate>();
  for (const name of view.names) {
    const served = apiserverServing(node, { ...view, names: [name] });
    const earlier = byFile.get(served.certificate.file);
    byFile.set(
      served.certificate.file,
      earlier === undefined ? served : { ...earlier, expectedNames: [...earlier.expectedNames, name] },
    );
  }
  return byFile.size > 0 ? [...byFile.values()] : [apiserverDefault(node, view)];
}

function servedByName({ certificate, key }: SNIPair, view: ServingView): PresentedCertificate {
  return presentedByFiles('kube-apiserver', certificate, key, {
    side: 'server',
    role: 'serving certificate of kube-apiserver by name (--tls-sni-cert-key)',
    trust: view.trust,
    expectedNames: view.names,
    // Whether the pair is one is asked by apiserver-sni-certs.
    askedBy: { ...view.askedBy, key: '' },
  });
}

/** The certificates for names that nobody dials here: whoever does trusts a CA that the input does not show. */
export function apiserverServingOthers(
  node: NodeModel,
  shown: readonly PresentedCertificate[],
): readonly PresentedCertificate[] {
  const apiserver = component(node, 'kube-apiserver');
  if (apiserver === undefined) return [];
  return sniPairs(node, apiserver)
    .filter(({ certificate }) => !shown.some((one) => one.certificate.file === certificate.file))
    .map((pair) =>
      servedByName(pair, {
        trust: { kind: 'unknown', message: `Who trusts ${pair.certificate.file} is not in the input` },
        names: [],
        askedBy: { chain: '' },
      }),
    );
}

/** What is served where no name asks for another certificate. */
function apiserverDefault(node: NodeModel, view: ServingView): PresentedCertificate {
  const apiserver = component(node, 'kube-apiserver');
  const kept = apiserver === undefined ? undefined : servedFromCertDir(node, apiserver);
  if (kept !== undefined) {
    return presentedByFiles('kube-apiserver', kept.certificate, kept.key, {
      side: 'server',
      role: SERVING_ROLE,
      trust: view.trust,
      expectedNames: view.names,
      ...(view.askedBy === undefined ? {} : { askedBy: view.askedBy }),
    });
  }
  const presented =
    apiserver === undefined
      ? undefined
      : presentedBySettings(
          node,
          apiserver,
          { certificate: 'tls-cert-file', key: 'tls-private-key-file' },
          {
            side: 'server',
            role: SERVING_ROLE,
            trust: view.trust,
            expectedNames: view.names,
            // A certificate without a key is a question of apiserver-serving-cert-set.
            askedBy: { ...view.askedBy, ...(isSet(apiserver, 'tls-private-key-file') ? {} : { key: '' }) },
          },
        );
  return presented ?? unseenServing(node, apiserver, view);
}

/** Stands for a certificate that the input does not show, so that questions about it end as not-assessed. */
function unseenServing(node: NodeModel, apiserver: Component | undefined, view: ServingView): PresentedCertificate {
  const shown: Evidence =
    apiserver === undefined
      ? { component: 'kube-apiserver', setting: '--tls-cert-file', value: null, origin: 'default' }
      : evidence(apiserver, 'tls-cert-file');
  const message =
    apiserver === undefined
      ? notInInput('kube-apiserver', node)
      : 'The API server serves what is in --cert-dir, or makes it there, and the input does not show it';
  return {
    side: 'server',
    role: SERVING_ROLE,
    owner: 'kube-apiserver',
    certificate: {
      file: '--tls-cert-file',
      evidence: shown,
      nodeFile: { state: 'unavailable', path: '', reason: 'not-in-input', message },
      embedded: false,
    },
    chain: [],
    key: undefined,
    keySpki: undefined,
    rotation: 'manual',
    trust: view.trust,
    expectedNames: view.names,
    // A key that is not shown cannot be compared, and saying so twice helps nobody.
    askedBy: { ...GENERIC, ...view.askedBy, key: '' },
  };
}

/** What the API server verifies client certificates with. */
export function clientTrust(node: NodeModel): Trust {
  const apiserver = component(node, 'kube-apiserver');
  return apiserver === undefined
    ? {
        kind: 'unknown',
        message: notInInput('kube-apiserver', node),
      }
    : bundleOf(node, apiserver, 'client-ca-file', 'none');
}

/** The address that the API server tells others to dial; undefined when it picks one at start. */
export function advertisedAddress(node: NodeModel): ExpectedName | undefined {
  const apiserver = component(node, 'kube-apiserver');
  if (apiserver === undefined) return undefined;
  for (const name of ['advertise-address', 'bind-address']) {
    const address = text(apiserver, name);
    if (address !== '' && !isUnspecified(address) && !isLoopback(address)) {
      return { name: address, because: `--${name}`, evidence: evidence(apiserver, name) };
    }
  }
  return undefined;
}

/** Runs a judgement on the API server; a path may lead to one that is not in the input. */
export function ofApiserver(
  judge: (apiserver: Component, context: CheckContext) => ReturnType<Check['evaluate']>,
): Pick<Check, 'notApplicable' | 'evaluate'> {
  return {
    evaluate: (context) => {
      const apiserver = component(context.node, 'kube-apiserver');
      return apiserver === undefined
        ? notAssessed(`${notInInput('kube-apiserver', context.node)}.`)
        : judge(apiserver, context);
    },
  };
}

const servingCertificateSet: Check = {
  id: 'apiserver-serving-cert-set',
  title: 'The API server serves a certificate that clients can verify',
  severity: 'high',
  impact: 'both',
  versions: 'all; unset means the pair apiserver.crt and .key in --cert-dir, self-signed where there is none',
  remediation:
    'Set --tls-cert-file and --tls-private-key-file to a pair signed by the cluster CA (kubeadm: `kubeadm init phase certs apiserver`).',
  references: [
    cis('1.2.24'),
    stig('CNTR-K8-001440'),
    kubernetesSource('staging/src/k8s.io/apiserver/pkg/server/options/serving.go'),
  ],
  ...ofApiserver((apiserver, { node }) => {
    const shown = evidences(apiserver, 'tls-cert-file', 'tls-private-key-file');
    const certificate = isSet(apiserver, 'tls-cert-file');
    const key = isSet(apiserver, 'tls-private-key-file');
    const kept = certDirPair(node, apiserver);
    const found =
      kept === undefined ? undefined : judgeCertDir(kept, apiserver, [...shown, evidence(apiserver, 'cert-dir')]);
    if (found !== undefined) return found;
    if (certificate && key) return pass('The API server serves a certificate from a file.', shown);
    return certificate === key
      ? fail(
          'Neither --tls-cert-file nor --tls-private-key-file is set, so the API server makes a self-signed certificate in --cert-dir, which no kubeconfig trusts.',
          shown,
          { headline: 'self-signed serving certificate' },
        )
      : fail(
          `Only ${certificate ? '--tls-cert-file' : '--tls-private-key-file'} is set: the API server does not start without the other.`,
          shown,
          {
            headline: 'certificate and key not both set',
            impact: 'availability',
          },
        );
  }),
};

const securePort: Check = {
  id: 'apiserver-secure-port',
  title: 'The API server serves HTTPS',
  severity: 'high',
  impact: 'availability',
  versions: 'all; 0 is rejected at start',
  remediation: 'Remove --secure-port=0 (the default is 6443).',
  references: [stig('CNTR-K8-000350'), kubernetesSource('staging/src/k8s.io/apiserver/pkg/server/options/serving.go')],
  ...ofApiserver((apiserver) => {
    const shown = [evidence(apiserver, 'secure-port')];
    return number(apiserver, 'secure-port') === 0
      ? fail('--secure-port is 0, which the API server rejects: it does not start.', shown, {
          headline: '--secure-port=0',
        })
      : pass(`The API server serves HTTPS on port ${text(apiserver, 'secure-port')}.`, shown);
  }),
};

const sanEndpoint: Check = namesCheck({
  id: 'apiserver-serving-san-endpoint',
  title: 'The API server certificate names the address that it advertises',
  remediation:
    'Move /etc/kubernetes/pki/apiserver.{crt,key} away, run `kubeadm init phase certs apiserver --apiserver-advertise-address <address>` (or with --config) and restart the API server.',
  references: [kubernetesSource('cmd/kubeadm/app/util/pkiutil/pki_helpers.go')],
});

const servingChain: Check = chainCheck({
  id: 'apiserver-serving-chain',
  title: 'The API server serves a certificate from the cluster CA',
  remediation:
    'Reissue the serving certificate from the CA that clients trust: move /etc/kubernetes/pki/apiserver.{crt,key} away, run `kubeadm init phase certs apiserver` and restart the API server.',
  references: [kubernetesDocs('setup/best-practices/certificates/')],
});

/** What is asked of the API server's listener on every path that leads to it. */
export const APISERVER_SERVING_CHECKS: readonly Check[] = [
  servingChain,
  servingCertificateSet,
  sniCertificates,
  securePort,
  sanEndpoint,
  ...listenerChecks({ prefix: 'apiserver', component: 'kube-apiserver' }),
];

const clientCASet: Check = {
  id: 'apiserver-client-ca-set',
  title: 'The API server authenticates client certificates',
  severity: 'high',
  impact: 'both',
  versions: 'all',
  remediation: 'Set --client-ca-file to the cluster CA (/etc/kubernetes/pki/ca.crt).',
  references: [cis('1.2.25'), stig('CNTR-K8-001410'), kubernetesDocs('reference/access-authn-authz/authentication/')],
  ...ofApiserver((apiserver, { node }) => {
    const shown = [evidence(apiserver, 'client-ca-file')];
    if (!isSet(apiserver, 'client-ca-file')) {
      return fail(
        '--client-ca-file is not set, so the API server takes no client certificate: kubelets and components that use one are anonymous.',
        shown,
        {
          headline: '--client-ca-file not set',
        },
      );
    }
    const missing = unavailable(settingMaterial(node, apiserver, 'client-ca-file'));
    return missing === undefined
      ? pass('The API server authenticates client certificates.', shown)
      : notAssessed(`${missing}.`, shown);
  }),
};

const clientCAContents: Check = {
  id: 'apiserver-client-ca-contents',
  title: 'The client CA bundle holds CAs of this purpose only',
  severity: 'high',
  impact: 'security',
  versions: 'all',
  remediation:
    'Keep only the cluster CA in the file that --client-ca-file names; whoever holds a certificate from any other CA in it is a user of the cluster.',
  references: [cis('2.7'), kubernetesDocs('setup/best-practices/certificates/')],
  notApplicable: ({ node }) => {
    const apiserver = component(node, 'kube-apiserver');
    return apiserver !== undefined && isSet(apiserver, 'client-ca-file')
      ? undefined
      : 'No client CA bundle is set or known.';
  },
  ...ofApiserverEvaluate((apiserver, { node }) => {
    const material = settingMaterial(node, apiserver, 'client-ca-file');
    const shown = [evidence(apiserver, 'client-ca-file')];
    const missing = unavailable(material);
    if (missing !== undefined) return notAssessed(`${missing}.`, shown);
    const roots = certificatesOf(material);
    if (roots.length === 0) {
      return fail(
        `${material?.file ?? ''} holds no certificate that Kubernetes can read: the API server does not start.`,
        shown,
        {
          headline: 'client CA file is empty',
          impact: 'availability',
        },
      );
    }
    const leaves = roots.filter((root) => root.basicConstraints?.ca === false);
    const findings = leaves.map((leaf) =>
      warn(
        `${located(leaf)} in the client CA bundle is a leaf certificate: whoever holds its key is let in as ${leaf.commonName ?? 'it'}.`,
        [...shown, certificateEvidence(leaf)],
        {
          headline: 'leaf in the client CA bundle',
          severity: 'medium',
        },
      ),
    );
    const etcd = trustedBy(node, component(node, 'etcd'), 'trusted-ca-file');
    for (const root of roots) {
      if (etcd.has(root.publicKey.spkiSha256) && roots.length > 1) {
        findings.push(
          fail(
            `${located(root)} in the client CA bundle is the CA of etcd: every etcd client is a user of the cluster, and the other way round.`,
            [...shown, certificateEvidence(root)],
            {
              headline: 'etcd CA in the client CA bundle',
            },
          ),
        );
      }
    }
    return findings.length > 0
      ? findings
      : pass(
          `${material?.file ?? ''} holds ${roots.length === 1 ? 'one CA' : `${roots.length} CAs`} and nothing else.`,
          shown,
        );
  }),
};

function ofApiserverEvaluate(
  judge: (apiserver: Component, context: CheckContext) => ReturnType<Check['evaluate']>,
): Pick<Check, 'evaluate'> {
  return { evaluate: ofApiserver(judge).evaluate };
}

/** SPKI hashes of the CAs that a component trusts through one setting. */
export function trustedBy(node: NodeModel, owner: Component | undefined, name: string): ReadonlySet<string> {
  if (owner === undefined) return new Set();
  return new Set(certificatesOf(settingMaterial(node, owner, name)).map(({ publicKey }) => publicKey.spkiSha256));
}

/** What is asked of the bundle by which the API server judges clients. */
export const APISERVER_CLIENT_CA_CHECKS: readonly Check[] = [clientCASet, clientCAContents];

/** The authorizers in force, in order; undefined when the file that names them was not read. */
export function authorizers(
  node: NodeModel,
  apiserver: Component,
): Authorizers | { problem: string; evidence: readonly Evidence[] } {
  const config = node.authorizationConfig;
  if (config.state === 'unreadable') {
    return { problem: config.message, evidence: [evidence(apiserver, 'authorization-config')] };
  }
  if (config.state === 'read') {
    return {
      modes: config.config.authorizers.map(({ type }) => type),
      evidence: config.config.authorizers.map(({ type, line }) => ({
        component: 'kube-apiserver' as const,
        setting: 'authorizers[].type',
        value: type,
        origin: 'config-file' as const,
        file: config.config.file,
        ...(line === undefined ? {} : { line }),
      })),
    };
  }
  const shown = [evidence(apiserver, 'authorization-mode')];
  // A list that does not parse keeps the process from starting, which is said of the flag.
  return setting(apiserver, 'authorization-mode').value === null
    ? { problem: 'the value of --authorization-mode does not parse', evidence: shown }
    : { modes: list(apiserver, 'authorization-mode'), evidence: shown };
}

interface Authorizers {
  readonly modes: readonly string[];
  readonly evidence: readonly Evidence[];
}

function alwaysAllow(node: NodeModel, apiserver: Component, { modes, evidence }: Authorizers): Finding | undefined {
  if (!modes.includes('AlwaysAllow')) return undefined;
  const unset = !isWritten(apiserver, 'authorization-mode') && node.authorizationConfig.state === 'unset';
  return fail(
    `${unset ? '--authorization-mode is not set, which means AlwaysAllow' : 'AlwaysAllow is among the authorizers'}: whoever authenticates may do everything.`,
    evidence,
    { headline: 'AlwaysAllow: no authorization' },
  );
}

function doesNotStart(fault: AuthorizationFault): Finding {
  return fail(`${fault.message.replace(/\.$/, '')}: the API server does not start.`, fault.evidence, {
    severity: 'high',
    impact: 'availability',
    headline: 'authorization: does not start',
    remediation:
      'Correct the flags in /etc/kubernetes/manifests/kube-apiserver.yaml: each mode once (--authorization-mode=Node,RBAC), its file beside it (--authorization-webhook-config-file, --authorization-policy-file); --authorization-config stands alone, and its file has to decode without a fault.',
  });
}

const authorizationMode: Check = {
  id: 'apiserver-authorization-mode',
  title: 'The API server authorizes requests: Node and RBAC, never AlwaysAllow',
  severity: 'critical',
  impact: 'security',
  versions: 'all; unset means AlwaysAllow; --authorization-config from 1.29 on',
  remediation:
    'Set --authorization-mode=Node,RBAC (kubeadm: apiServer.extraArgs of the ClusterConfiguration, or the manifest); see first with `kubectl get clusterrolebindings,rolebindings -A -o wide` that the users and service accounts in use have their bindings: while AlwaysAllow is in force, `kubectl auth can-i` says yes to everything.',
  references: [
    cis('1.2.6'),
    cis('1.2.7'),
    cis('1.2.8'),
    stig('CNTR-K8-000270'),
    kubernetesDocs('reference/access-authn-authz/authorization/'),
  ],
  ...ofApiserver((apiserver, { node, path }) => {
    const found = authorizers(node, apiserver);
    const refused = path === 'anonymous-to-apiserver' && anonymousRequests(node, apiserver).kind === 'off';
    const open = 'problem' in found || refused ? undefined : alwaysAllow(node, apiserver, found);
    const faults = authorizationFaults(node, apiserver);
    if (faults.length > 0) return [...faults.map(doesNotStart), ...(open === undefined ? [] : [open])];
    if ('problem' in found) return notAssessed(`The authorizers are not known: ${found.problem}.`, found.evidence);
    if (refused) return pass('Anonymous requests are refused before they are authorized.', found.evidence);
    if (open !== undefined) return open;
    const { modes } = found;
    const powerless = grantsNothing(modes, path);
    if (powerless !== undefined) {
      return fail(`The only authorizers are ${modes.join(', ')}: ${powerless}.`, found.evidence, {
        impact: 'availability',
        headline: `authorizer ${modes.join(', ')} alone`,
      });
    }
    const lacking = ['Node', 'RBAC'].filter((mode) => !modes.includes(mode));
    return lacking.length === 0
      ? pass(`Requests are authorized by ${modes.join(', ')}.`, found.evidence)
      : warn(
          `${lacking.join(' and ')} ${lacking.length === 1 ? 'is' : 'are'} not among the authorizers (${modes.join(', ') || 'none'})${lacking.includes('Node') ? ', so kubelets need a wider role than their own node' : ', so RBAC objects have no effect'}.`,
          found.evidence,
          { severity: 'medium', headline: `authorizer ${lacking.join(' and ')} missing` },
        );
  }),
};

/**
 * Who is left without any right where no authorizer could grant one: AlwaysDeny never has an opinion, Node knows
 * kubelets only, and system:masters is let in before either is asked. What is refused to anonymous requests is no fault.
 * Sources: kubernetes pkg/kubeapiserver/authorizer/reload.go, k8s.io/apiserver
 * pkg/authorization/authorizerfactory/builtin.go.
 */
function grantsNothing(modes: readonly string[], path: string): string | undefined {
  if (modes.length === 0 || path === 'anonymous-to-apiserver') return undefined;
  if (modes.every((mode) => mode === 'AlwaysDeny')) {
    return 'every request but those of the group system:masters is refused, so kubelets, scheduler and controller manager do nothing';
  }
  if (path === 'kubelet-to-apiserver' || !modes.every((mode) => mode === 'AlwaysDeny' || mode === 'Node'))
    return undefined;
  return 'only kubelets and the group system:masters may do anything, so scheduler, controller manager and pods are refused';
}

export const AUTHORIZATION_CHECKS: readonly Check[] = [authorizationMode];

/** For rows of clients that RBAC, or some webhook, has to grant their rights. */
export const authorizerGrants: Check = {
  id: 'apiserver-authorizer-grants',
  title: 'Some authorizer of the API server can grant the client its rights',
  severity: 'high',
  impact: 'availability',
  versions: 'all; --authorization-config from 1.29 on',
  remediation:
    'Set --authorization-mode=Node,RBAC in /etc/kubernetes/manifests/kube-apiserver.yaml (kubeadm: apiServer.extraArgs of the ClusterConfiguration).',
  references: [
    kubernetesDocs('reference/access-authn-authz/authorization/'),
    kubernetesSource('pkg/kubeapiserver/authorizer/reload.go'),
  ],
  notApplicable: ({ node }) =>
    component(node, 'kube-apiserver') === undefined ? 'No API server is in the input.' : undefined,
  ...ofApiserverEvaluate((apiserver, { node, path }) => {
    const found = authorizers(node, apiserver);
    if (authorizationFaults(node, apiserver).length > 0) {
      return notApplicable('The API server does not start at all: see apiserver-authorization-mode.');
    }
    if ('problem' in found) return notAssessed(`The authorizers are not known: ${found.problem}.`, found.evidence);
    const powerless = grantsNothing(found.modes, path);
    return powerless === undefined
      ? pass(`Requests are authorized by ${found.modes.join(', ') || 'AlwaysAllow'}.`, found.evidence)
      : fail(`The only authorizers are ${found.modes.join(', ')}: ${powerless}.`, found.evidence, {
          headline: `authorizer ${found.modes.join(', ')} alone`,
        });
  }),
};

/** How anonymous requests are treated, after every rule that decides it. */
export type Anonymous =
  | {
      readonly kind: 'off';
      readonly why: string;
      /** By the authorization mode, not by whoever set up authentication. */
      readonly forced?: true;
      readonly evidence: readonly Evidence[];
    }
  | { readonly kind: 'limited'; readonly paths: readonly string[]; readonly evidence: readonly Evidence[] }
  | { readonly kind: 'on'; readonly evidence: readonly Evidence[] }
  /** Set so that the API server does not start; `message` is a clause without a period. */
  | { readonly kind: 'refused'; readonly message: string; readonly evidence: readonly Evidence[] }
  | { readonly kind: 'unknown'; readonly message: string; readonly evidence: readonly Evidence[] };

/**
 * Whether anonymous requests are let in. AlwaysAllow in --authorization-mode forces them off whatever the flag says;
 * an `anonymous` block in the AuthenticationConfiguration decides alone and must not meet the flag.
 * Source: kubernetes/pkg/kubeapiserver/options/authentication.go (ApplyAuthorization, Validate).
 */
export function anonymousRequests(node: NodeModel, apiserver: Component): Anonymous {
  const flag = evidence(apiserver, 'anonymous-auth');
  const config = node.authenticationConfig;
  const refused = refusedAuthentication(node, apiserver);
  if (refused !== undefined) return refused;
  if (config.state === 'unreadable') {
    return { kind: 'unknown', message: config.message, evidence: [evidence(apiserver, 'authentication-config')] };
  }
  const block = config.state === 'read' ? config.config.anonymous : undefined;
  if (block !== undefined) {
    const shown: Evidence[] = [
      {
        component: 'kube-apiserver',
        setting: 'anonymous.enabled',
        value: block.enabled,
        origin: 'config-file',
        file: block.file,
        ...(block.line === undefined ? {} : { line: block.line }),
      },
    ];
    if (isWritten(apiserver, 'anonymous-auth')) {
      return {
        kind: 'refused',
        message: '--anonymous-auth is set beside an `anonymous` block in --authentication-config',
        evidence: [...shown, flag],
      };
    }
    if (!block.enabled) return { kind: 'off', why: `${block.file} switches it off`, evidence: shown };
    return block.paths.length > 0
      ? { kind: 'limited', paths: block.paths, evidence: shown }
      : { kind: 'on', evidence: shown };
  }
  if (isWritten(apiserver, 'anonymous-auth') && bool(apiserver, 'anonymous-auth') === false) {
    return { kind: 'off', why: '--anonymous-auth is false', evidence: [flag] };
  }
  if (node.authorizationConfig.state === 'unset' && list(apiserver, 'authorization-mode').includes('AlwaysAllow')) {
    return {
      kind: 'off',
      why: 'AlwaysAllow in --authorization-mode forces it off',
      forced: true,
      evidence: [flag, evidence(apiserver, 'authorization-mode')],
    };
  }
  return { kind: 'on', evidence: [flag] };
}

/** An AuthenticationConfiguration with which the API server does not start; authentication.go (validateOIDCOptions). */
function refusedAuthentication(node: NodeModel, apiserver: Component): Anonymous | undefined {
  const { version } = apiserver;
  // An API server that does not know the flag stops at it; apiserver-removed-flags says so.
  if (version !== undefined && !atLeast(version, '1.29')) return undefined;
  if (!isSet(apiserver, 'authentication-config')) return undefined;
  const beside = OIDC_FLAGS.filter((name) => isWritten(apiserver, name));
  if (beside.length > 0) {
    return {
      kind: 'refused',
      message: `--authentication-config is set beside ${beside.map((name) => `--${name}`).join(', ')}`,
      evidence: evidences(apiserver, 'authentication-config', ...beside),
    };
  }
  const config = node.authenticationConfig;
  return config.state === 'unreadable' && config.refused === true
    ? {
        kind: 'refused',
        message: config.message,
        evidence: [fileEvidence(config, '--authentication-config')],
      }
    : undefined;
}

/** Ports of the insecure listener that this version opens without TLS or authentication; empty when there is none. */
export function insecureListener(apiserver: Component): { port: number; address: string } | undefined {
  const { version } = apiserver;
  // The flags are inert from 1.20 and gone from 1.24 (kubernetes/kubernetes#95856).
  if (version === undefined || atLeast(version, '1.20')) return undefined;
  const port = isWritten(apiserver, 'port') ? number(apiserver, 'port') : number(apiserver, 'insecure-port');
  if (port === undefined || port === 0) return undefined;
  const address = isWritten(apiserver, 'address')
    ? text(apiserver, 'address')
    : text(apiserver, 'insecure-bind-address');
  return { port, address };
}

export const loopbackCertificate: Check = {
  id: 'apiserver-loopback-cert-age',
  judgesEnd: 'in-memory',
  title: 'The API server was started less than the life of its loopback certificate ago',
  severity: 'high',
  impact: 'availability',
  versions: 'all; one year up to 1.32, three years from 1.33',
  remediation:
    'Restart the API server: move its manifest out of /etc/kubernetes/manifests, wait until the container is gone, and move it back.',
  references: [github('kubernetes/kubernetes#86552'), github('kubernetes/kubernetes#130047')],
  notApplicable: ({ node }) =>
    component(node, 'kube-apiserver')?.startedAt === undefined ? 'The input shows no running API server.' : undefined,
  ...ofApiserverEvaluate((apiserver, { node }) => {
    const { startedAt, version } = apiserver;
    if (startedAt === undefined || version === undefined)
      return notAssessed('The version or the start of the API server is not known.');
    const hours = atLeast(version, '1.33') ? 26_304 : 8760;
    const ends = new Date(startedAt.getTime() + hours * 60 * 60 * 1000);
    const { nearness } = endingInMemory(startedAt, ends, node);
    const shown: Evidence[] = [
      { component: 'kube-apiserver', setting: 'process start', value: startedAt.toISOString(), origin: 'default' },
    ];
    const message = `The API server runs since ${startedAt.toISOString().slice(0, 10)}; the loopback certificate it made then ends on ${ends.toISOString().slice(0, 10)}, and only a restart renews it.`;
    if (nearness === 'ended') return fail(message, shown, { headline: 'loopback certificate has ended' });
    return nearness !== 'far'
      ? warn(message, shown, { severity: 'medium', headline: 'loopback certificate ends soon' })
      : pass(message, shown);
  }),
};
