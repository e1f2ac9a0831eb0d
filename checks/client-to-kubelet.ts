import type { NodeModel } from '../src/model/node.ts';
import type { Check, Evidence, Finding, PathDefinition, PathFacts, PresentedCertificate } from '../src/model/path.ts';
import { isLoopback } from '../src/config/url.ts';
import { absent } from './shared/absence.ts';
import {
  bool,
  component,
  evidence,
  evidences,
  isSet,
  isWritten,
  number,
  requireComponent,
  text,
} from './shared/access.ts';
import {
  kubeletClientCA,
  kubeletConfigMode,
  kubeletRotationOverdue,
  kubeletSelfSignedExpiry,
  REQUEST_SERVING_CERTIFICATES,
} from './shared/kubelet-checks.ts';
import {
  inKubeletConfig,
  KUBELET_LISTENER_CHECKS,
  kubeletServing,
  kubeletUnknown,
  isStandalone,
  judgedBesidesDates,
  ofKubelet,
  refusingBundle,
  servingSource,
  verifyingBundle,
  withoutKeyWhereMissing,
} from './shared/kubelet.ts';
import { minTLSOf } from './shared/listener.ts';
import { bundleOf, unavailable, unseenClients } from './shared/material.ts';
import { askedElsewhere, PKI_CHECKS } from './shared/pki.ts';
import { fail, notAssessed, pass, warn } from './shared/result.ts';
import { cis, kubernetesDocs, kubernetesSource, stig } from './shared/references.ts';
import { trustBundleScope } from './shared/trust-scope.ts';
import { accepted } from './shared/verdict.ts';
import { isMissing, settles } from './shared/unread.ts';

const CONFIG_REFERENCE = kubernetesDocs('reference/config-api/kubelet-config.v1beta1/');
const AUTH_REFERENCE = kubernetesDocs('reference/access-authn-authz/kubelet-authn-authz/');

/** Why a value that nobody wrote is in force: the two ways to start a kubelet have defaults of their own. */
function defaulted(node: NodeModel, name: string): string {
  const kubelet = requireComponent(node, 'kubelet');
  if (isWritten(kubelet, name)) return '';
  return kubelet.usesConfigFile ? ' (the default with a config file)' : ' (the default without --config)';
}

const AUTH_SOURCE = kubernetesSource('cmd/kubelet/app/auth.go');

/** A kubelet without an API server has nobody to ask. Source: kubernetes/cmd/kubelet/app/auth.go (BuildAuthn, BuildAuthz). */
function nobodyToAsk(field: string, asks: string, shown: readonly Evidence[]): Finding {
  return fail(
    `${field}, and without --kubeconfig there is no API server to ask ${asks}: the kubelet does not start.`,
    shown,
    {
      impact: 'availability',
      headline: 'no --kubeconfig: kubelet does not start',
      remediation:
        'Start the kubelet with the --kubeconfig of its node; where it is to run without an API server, set authentication.webhook.enabled: false and authorization.mode: AlwaysAllow in its config file, give authentication.x509.clientCAFile a CA of its own, and restart it.',
    },
  );
}

const anonymous: Check = {
  id: 'kubelet-anonymous-auth',
  title: 'The kubelet refuses anonymous requests',
  severity: 'critical',
  impact: 'security',
  versions: 'all; unset means false with a config file and true without',
  remediation: inKubeletConfig('authentication.anonymous.enabled: false'),
  references: [cis('4.2.1'), stig('CNTR-K8-000370'), AUTH_REFERENCE],
  ...ofKubelet(['anonymous-auth', 'authorization-mode'], (kubelet, { node }) => {
    const shown = evidences(kubelet, 'anonymous-auth', 'authorization-mode');
    if (bool(kubelet, 'anonymous-auth') === false) {
      return pass(`The kubelet refuses anonymous requests${defaulted(node, 'anonymous-auth')}.`, shown);
    }
    const rights =
      text(kubelet, 'authorization-mode') === 'AlwaysAllow'
        ? 'whoever reaches port 10250 runs commands in every container of this node'
        : 'what anybody may do on port 10250 depends on the roles of system:anonymous alone';
    return fail(`The kubelet takes anonymous requests${defaulted(node, 'anonymous-auth')}: ${rights}.`, shown, {
      headline: 'anonymous requests allowed',
    });
  }),
};

const authorization: Check = {
  id: 'kubelet-authorization-mode',
  title: 'The kubelet asks the API server what a client may do',
  severity: 'critical',
  impact: 'security',
  versions: 'all; unset means Webhook with a config file and AlwaysAllow without',
  remediation: inKubeletConfig('authorization.mode: Webhook'),
  references: [cis('4.2.2'), stig('CNTR-K8-000380'), AUTH_REFERENCE, AUTH_SOURCE],
  ...ofKubelet(['authorization-mode'], (kubelet, { node }) => {
    const shown = [evidence(kubelet, 'authorization-mode')];
    const mode = text(kubelet, 'authorization-mode');
    if (isStandalone(node) && mode === 'Webhook') {
      return nobodyToAsk('authorization.mode is Webhook', 'what a client may do', shown);
    }
    if (isStandalone(node) && mode === 'AlwaysAllow') {
      return fail(
        `authorization.mode is AlwaysAllow${defaulted(node, 'authorization-mode')}: whoever authenticates may do anything on this node, and a kubelet without --kubeconfig knows no other mode.`,
        shown,
        {
          headline: 'AlwaysAllow: no authorization',
          remediation:
            'Start the kubelet with the --kubeconfig of its node and authorization.mode: Webhook. Where it is to run without an API server, leave the mode: set address: 127.0.0.1 in its config file, or give authentication.x509.clientCAFile a CA that signs for nobody but those who may run commands here; restart the kubelet.',
        },
      );
    }
    if (mode === 'Webhook') {
      return pass(
        `The kubelet asks the API server what a client may do${defaulted(node, 'authorization-mode')}.`,
        shown,
      );
    }
    return mode === 'AlwaysAllow'
      ? fail(
          `authorization.mode is AlwaysAllow${defaulted(node, 'authorization-mode')}: whoever authenticates, with any valid certificate or token, may do anything on this node.`,
          shown,
          { headline: 'AlwaysAllow: no authorization' },
        )
      : fail(
          `authorization.mode is ${mode}, which the kubelet does not know (Webhook or AlwaysAllow): it does not start.`,
          shown,
          {
            impact: 'availability',
            headline: 'authorization.mode invalid',
          },
        );
  }),
};

const webhookAuthentication: Check = {
  id: 'kubelet-webhook-authn',
  title: 'The kubelet takes bearer tokens that the API server vouches for',
  severity: 'medium',
  impact: 'availability',
  versions: 'all; unset means true with a config file and false without',
  remediation: inKubeletConfig('authentication.webhook.enabled: true'),
  references: [AUTH_REFERENCE, CONFIG_REFERENCE, AUTH_SOURCE],
  ...ofKubelet(['authentication-token-webhook'], (kubelet, { node }) => {
    const shown = [evidence(kubelet, 'authentication-token-webhook')];
    const asks = bool(kubelet, 'authentication-token-webhook') === true;
    if (isStandalone(node)) {
      return asks
        ? nobodyToAsk('authentication.webhook.enabled is true', 'about tokens', shown)
        : pass('Without --kubeconfig there is no API server that could vouch for tokens: none is taken.', shown);
    }
    if (asks) return pass('The kubelet takes bearer tokens.', shown);
    return warn(
      `authentication.webhook.enabled is false${defaulted(node, 'authentication-token-webhook')}: the kubelet knows no bearer token, so metrics-server and Prometheus come in only as far as anonymous requests do.`,
      shown,
      { headline: 'bearer tokens not taken' },
    );
  }),
};

const readOnlyPort: Check = {
  id: 'kubelet-read-only-port',
  title: 'The read-only port is closed',
  severity: 'high',
  impact: 'security',
  versions: 'all; unset means 0 with a config file and 10255 without',
  remediation: inKubeletConfig('readOnlyPort: 0'),
  references: [cis('4.2.4'), stig('CNTR-K8-000330'), CONFIG_REFERENCE],
  ...ofKubelet(['read-only-port'], (kubelet, { node }) => {
    const shown = [evidence(kubelet, 'read-only-port')];
    const port = number(kubelet, 'read-only-port') ?? 0;
    return port === 0
      ? pass(`The read-only port is closed${defaulted(node, 'read-only-port')}.`, shown)
      : fail(
          `Port ${port} answers in plain text and without authentication${defaulted(node, 'read-only-port')}: all pods of the node with their environment, and metrics.`,
          shown,
          { headline: `read-only port ${port} open` },
        );
  }),
};

const healthz: Check = {
  id: 'kubelet-healthz-bind',
  title: 'The health endpoint answers on loopback only',
  severity: 'low',
  impact: 'security',
  versions: 'all; 127.0.0.1:10248 when unset',
  remediation: inKubeletConfig('healthzBindAddress: 127.0.0.1'),
  references: [CONFIG_REFERENCE, kubernetesDocs('reference/networking/ports-and-protocols/')],
  ...ofKubelet(['healthz-bind-address', 'healthz-port'], (kubelet) => {
    const shown = evidences(kubelet, 'healthz-bind-address', 'healthz-port');
    const address = text(kubelet, 'healthz-bind-address');
    return opensHealthz(kubelet)
      ? warn(`The health endpoint answers in plain text on ${address}:${text(kubelet, 'healthz-port')}.`, shown, {
          headline: `health endpoint on ${address}`,
        })
      : pass('The health endpoint answers on loopback only, or not at all.', shown);
  }),
};

function opensHealthz(kubelet: ReturnType<typeof requireComponent>): boolean {
  const address = text(kubelet, 'healthz-bind-address');
  return number(kubelet, 'healthz-port') !== 0 && address !== '' && !isLoopback(address);
}

const certificateSource: Check = {
  id: 'kubelet-serving-cert-source',
  title: "The kubelet's serving certificate is one that a client can verify",
  severity: 'medium',
  impact: 'security',
  versions: 'all; unset means self-signed',
  remediation: `In this order: ${REQUEST_SERVING_CERTIFICATES}; then let clients verify (metrics-server without --kubelet-insecure-tls, Prometheus with the cluster CA as \`ca_file\`).`,
  references: [
    cis('4.2.9'),
    stig('CNTR-K8-001460'),
    kubernetesDocs('reference/access-authn-authz/kubelet-tls-bootstrapping/'),
    kubernetesSource('cmd/kubelet/app/server.go'),
  ],
  ...ofKubelet(['tls-cert-file', 'tls-private-key-file', 'rotate-server-certificates'], (kubelet, { facts, node }) => {
    const source = servingSource(kubelet);
    const presented = facts.presented.find(({ side }) => side === 'server');
    const settings = evidences(kubelet, 'tls-cert-file', 'rotate-server-certificates');
    if (source === 'file' && !isSet(kubelet, 'tls-cert-file')) {
      return fail('tlsPrivateKeyFile is set without tlsCertFile, so the kubelet serves no certificate.', settings, {
        impact: 'availability',
        headline: 'tlsCertFile not set',
      });
    }
    const shown = [...settings, ...(presented === undefined ? [] : [presented.certificate.evidence])];
    if (source === 'self-signed') {
      return warn(
        'Neither tlsCertFile nor serverTLSBootstrap is set, so the kubelet serves a certificate that it signed itself: no client can tell it from an impostor.',
        shown,
        { headline: 'self-signed serving certificate' },
      );
    }
    if (isMissing(presented?.certificate)) {
      return fail(
        source === 'requested'
          ? `${presented?.certificate.file ?? ''} does not exist: the kubelet's request was never approved, so it serves no certificate and no client gets in.`
          : `${presented?.certificate.file ?? ''} does not exist, so the kubelet serves no certificate.`,
        shown,
        { severity: 'high', impact: 'availability', headline: 'no serving certificate' },
      );
    }
    const missing = unavailable(presented?.certificate);
    if (missing !== undefined) return notAssessed(`${missing}.`, shown);
    const doubt = presented === undefined ? undefined : unverifiable(presented, facts, node);
    if (doubt !== undefined) return { ...doubt, evidence: [...shown, ...doubt.evidence] };
    return source === 'requested'
      ? pass('The kubelet serves a certificate that it requests from the cluster.', shown)
      : pass('The kubelet serves a certificate from tlsCertFile.', shown);
  }),
};

/** What keeps clients from verifying a certificate that is there; undefined where nothing does. */
function unverifiable(presented: PresentedCertificate, facts: PathFacts, node: NodeModel): Finding | undefined {
  const { certificate, chain, trust } = presented;
  // What cannot be read of the file is said by the checks on files.
  if (chain.length === 0) return undefined;
  if (trust.kind !== 'bundle') {
    return notAssessed(
      `Which CA signed ${certificate.file} for its clients is not in the input: supply the files of a control-plane node, or verify it by hand (\`openssl verify -CAfile <CA> ${certificate.file}\`).`,
    );
  }
  const verdict = judgedBesidesDates(presented, node);
  if (
    verdict.kind !== 'judged' ||
    verdict.result.ok ||
    askedElsewhere(verdict.result, presented, facts) !== undefined
  ) {
    return undefined;
  }
  return warn(
    `${certificate.file} does not verify by any CA of the cluster (${verdict.result.message.replace(/\.$/, '')}), which is what clients have at hand: they cannot tell the kubelet from an impostor unless each is given the CA that signed it.`,
    [trust.material.evidence],
    { headline: 'serving certificate of a foreign CA' },
  );
}
const clientBundle = trustBundleScope({
  owner: 'kubelet',
  setting: 'client-ca-file',
  consequence: 'is to the kubelet whoever that certificate says, the API server included',
  clients: 'cluster',
  foreignReported: [],
});

/** The serving certificate, judged by the cluster's CAs: which CA other clients trust, no file of the node shows. */
function serverOf(node: NodeModel): PresentedCertificate {
  const unknownTrust = {
    kind: 'unknown' as const,
    message: 'Which CA the clients of the kubelet trust is not in the input',
  };
  const presented = withoutKeyWhereMissing(
    kubeletServing(node, { trust: unknownTrust, names: [], askedBy: { chain: '', names: '' } }),
  );
  if (presented.selfSigned === true) {
    return { ...presented, trust: { kind: 'none', evidence: presented.certificate.evidence } };
  }
  return { ...presented, trust: verifyingBundle(presented, node) ?? refusingBundle(presented, node) ?? unknownTrust };
}

export const path: PathDefinition = {
  id: 'client-to-kubelet',
  title: 'Clients to kubelet',
  client: 'anyone (metrics-server, Prometheus, curl)',
  server: 'kubelet',
  description:
    'Port 10250 runs commands in containers for whoever the kubelet lets in; 10255 is the same in plain text, read-only and without authentication; 10248 says whether the kubelet is healthy. The kubelet has two sets of defaults: with a config file anonymous requests are refused, requests are authorized by the API server and 10255 is closed; without one all three are open.',
  applicability: (node) => {
    const unknown = kubeletUnknown(node);
    const kubelet = component(node, 'kubelet');
    if (kubelet === undefined || unknown !== undefined) {
      return absent(node, ['kubelet'], {
        kind: 'not-assessed',
        reason: kubelet === undefined ? 'No kubelet is configured in the input.' : (unknown ?? ''),
        supply:
          kubelet?.configUnavailable === undefined
            ? "Supply the kubelet's systemd unit, /var/lib/kubelet/config.yaml and /var/lib/kubelet/pki."
            : settles(kubelet.configUnavailable),
      });
    }
    return bool(kubelet, 'enable-server') === false && number(kubelet, 'read-only-port') === 0
      ? { kind: 'not-applicable', reason: 'enableServer is false: the kubelet does not listen.' }
      : { kind: 'applies' };
  },
  facts: (node) => {
    const kubelet = requireComponent(node, 'kubelet');
    const server = serverOf(node);
    const readOnly = (number(kubelet, 'read-only-port') ?? 0) !== 0;
    const authenticates = bool(kubelet, 'authentication-token-webhook') === true || isSet(kubelet, 'client-ca-file');
    return {
      encrypted: readOnly || opensHealthz(kubelet) ? 'no' : 'yes',
      serverVerified: accepted(server, node),
      clientAuthenticated: readOnly || bool(kubelet, 'anonymous-auth') !== false || !authenticates ? 'no' : 'yes',
      minTLSVersion: minTLSOf(kubelet),
      presented: [server],
      kubeconfigs: [],
      unseenClients: unseenClients(kubelet, 'client-ca-file', bundleOf(node, kubelet, 'client-ca-file', 'none')),
    };
  },
  checks: [
    anonymous,
    authorization,
    webhookAuthentication,
    readOnlyPort,
    healthz,
    certificateSource,
    kubeletClientCA,
    clientBundle,
    kubeletSelfSignedExpiry,
    kubeletRotationOverdue,
    kubeletConfigMode,
    ...KUBELET_LISTENER_CHECKS,
    ...PKI_CHECKS,
  ],
};
