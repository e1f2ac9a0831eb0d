import type { Component } from '../src/model/component.ts';
import type { NodeModel } from '../src/model/node.ts';
import { NO_COLUMNS } from '../src/model/path.ts';
import type { Check, CheckContext, PathDefinition, PresentedCertificate, Trust } from '../src/model/path.ts';
import { atLeast, compareVersions, parseVersion } from '../src/model/version.ts';
import type { Version } from '../src/model/version.ts';
import { isLoopback } from '../src/config/url.ts';
import { absent, whyHidden } from './shared/absence.ts';
import { bool, component, evidence, evidences, isSet, isWritten, knownOr, text } from './shared/access.ts';
import { caReuse } from './shared/ca-reuse.ts';
import { haDrift } from './shared/ha-drift.ts';
import {
  kubeletClientCA,
  kubeletConfigMode,
  kubeletRotationOverdue,
  kubeletSelfSignedExpiry,
  kubeletServerTLSBootstrap,
  REQUEST_SERVING_CERTIFICATES,
} from './shared/kubelet-checks.ts';
import {
  dialledByApiserver,
  judgedBesidesDates,
  KUBELET_LISTENER_CHECKS,
  kubeletServing,
  kubeletUnknown,
  NO_KUBELET,
  verifyingBundle,
} from './shared/kubelet.ts';
import { debuggingHandlers, streamingIdleTimeout } from './shared/kubelet-streaming.ts';
import { kubeletListens, servesNothing } from './shared/kubelet-reach.ts';
import { flagChecks, minTLSOfNamed } from './shared/listener.ts';
import { bundleOf, certificatesOf, presentedBySettings, settingMaterial, unavailable } from './shared/material.ts';
import { askedElsewhere, chainCheck, PKI_CHECKS } from './shared/pki.ts';
import { fail, notApplicable, notAssessed, pass, warn } from './shared/result.ts';
import { cis, github, kubernetesDocs, kubernetesSource, stig } from './shared/references.ts';
import { accepted, sideAccepted, uncoveredNames } from './shared/verdict.ts';
import { isMissing, unreadFinding } from './shared/unread.ts';
import { certificateEvidence, located } from './shared/words.ts';

/** Said where the API server that dials this kubelet is not there; a clause without a period. */
function noApiserver(node: NodeModel): string {
  return (
    whyHidden(node, 'kube-apiserver') ??
    'The API server that dials this kubelet is not in the input: supply the manifest /etc/kubernetes/manifests/kube-apiserver.yaml of a control-plane node'
  );
}

/** Runs a judgement on the API server, the client of this path. */
function ofApiserver(
  judge: (apiserver: Component, context: CheckContext) => ReturnType<Check['evaluate']>,
): Pick<Check, 'evaluate'> {
  return {
    evaluate: (context) => {
      const apiserver = component(context.node, 'kube-apiserver');
      return apiserver === undefined ? notAssessed(`${noApiserver(context.node)}.`) : judge(apiserver, context);
    },
  };
}

/** What the API server verifies kubelets with. */
function servingTrust(node: NodeModel): Trust {
  const apiserver = component(node, 'kube-apiserver');
  return apiserver === undefined
    ? { kind: 'unknown', message: noApiserver(node) }
    : bundleOf(node, apiserver, 'kubelet-certificate-authority', 'none');
}

/** What the kubelet verifies the API server with. */
function clientTrust(node: NodeModel): Trust {
  const kubelet = component(node, 'kubelet');
  const unknown = kubeletUnknown(node);
  return kubelet === undefined || unknown !== undefined
    ? { kind: 'unknown', message: (unknown ?? NO_KUBELET).replace(/\.$/, '') }
    : bundleOf(node, kubelet, 'client-ca-file', 'none');
}

/** The API server's credential; undefined when none is set: a certificate without a key is not sent either. */
function clientOf(node: NodeModel): PresentedCertificate | undefined {
  const apiserver = component(node, 'kube-apiserver');
  if (apiserver === undefined || !isSet(apiserver, 'kubelet-client-key')) return undefined;
  const trust = clientTrust(node);
  // kubelet-client-ca-set reports a CA file that does not exist.
  const chain = trust.kind === 'bundle' && isMissing(trust.material) ? '' : 'apiserver-kubelet-client-chain';
  return presentedBySettings(
    node,
    apiserver,
    { certificate: 'kubelet-client-certificate', key: 'kubelet-client-key' },
    { side: 'client', role: 'client certificate of kube-apiserver for kubelets', trust, askedBy: { chain } },
  );
}

/** Whether the certificate has any IP address among its names. */
function namesAnAddress(presented: PresentedCertificate): boolean {
  return presented.chain[0]?.subjectAlternativeNames?.some(({ type }) => type === 'ip') === true;
}

/**
 * The kubelet's certificate with the name that is dialled. An address that is only guessed and not in a certificate
 * that has other addresses proves nothing: a node with several interfaces reports the one that the kubelet picked.
 */
function serverOf(node: NodeModel): { readonly presented: PresentedCertificate; readonly unsure: string | undefined } {
  const presented = kubeletServing(node, {
    trust: servingTrust(node),
    names: [],
    askedBy: { chain: 'kubelet-serving-verifiable', names: 'kubelet-serving-verifiable' },
  });
  const apiserver = component(node, 'kube-apiserver');
  if (apiserver === undefined || presented.trust.kind === 'none' || presented.chain.length === 0) {
    return { presented, unsure: undefined };
  }
  const dialled = dialledByApiserver(node, apiserver);
  if (dialled.kind === 'unknown') return { presented, unsure: dialled.message };
  const named = { ...presented, expectedNames: [dialled.expected] };
  return dialled.guessed && namesAnAddress(named) && uncoveredNames(named).length > 0
    ? {
        presented,
        unsure: `${presented.certificate.file} does not name ${dialled.expected.name} (${dialled.expected.because}) but other addresses; \`kubectl get nodes -o wide\` shows whether its INTERNAL-IP is one of them`,
      }
    : { presented: named, unsure: undefined };
}

/** What the kubelet serves, as the API server would judge it if it looked. */
interface Served {
  readonly file: string;
  readonly selfSigned: boolean;
  /** The cluster's bundle with the CA that signed it. */
  readonly bundle: string | undefined;
  /** Whether it would be accepted today, by the name that is dialled. */
  readonly accepted: boolean;
}

/** Undefined when the input does not show what the kubelet serves. */
function servedByKubelet(node: NodeModel, apiserver: Component): Served | undefined {
  const serving = kubeletServing(node, { trust: servingTrust(node), names: [] });
  if (serving.chain.length === 0) return undefined;
  const bundle = verifyingBundle(serving, node);
  const dialled = dialledByApiserver(node, apiserver);
  const certain = dialled.kind === 'known' && !(dialled.guessed && namesAnAddress(serving));
  return {
    file: serving.certificate.file,
    selfSigned: serving.selfSigned === true,
    bundle: bundle?.kind === 'bundle' ? bundle.material.file : undefined,
    accepted:
      bundle !== undefined &&
      accepted({ ...serving, trust: bundle, expectedNames: certain ? [dialled.expected] : [] }, node) === 'yes',
  };
}

const EVERY_APISERVER =
  'on every API server (kubeadm: apiServer.extraArgs of the ClusterConfiguration and `kubeadm init phase control-plane apiserver --config <file>`; else in the manifest)';

/** @param apiserver undefined for words that suit any cluster */
function setTheFlag(apiserver?: Component): string {
  const file = apiserver === undefined ? '' : knownOr('', () => text(apiserver, 'client-ca-file'));
  const which = file === '' ? 'kubeadm: /etc/kubernetes/pki/ca.crt' : `here ${file}`;
  return `set --kubelet-certificate-authority to the CA that signs kubelets' certificates, normally the file of --client-ca-file (${which}), ${EVERY_APISERVER}`;
}

/** Which steps have to come before the flag depends on what the kubelets serve today. */
function caSteps(node: NodeModel, apiserver: Component): { readonly message: string; readonly remediation: string } {
  const served = servedByKubelet(node, apiserver);
  const every =
    'on every node check that /var/lib/kubelet/pki/kubelet-server-current.pem exists and names the address that the API server dials (`openssl x509 -noout -ext subjectAltName -in <file>`)';
  if (served === undefined) {
    return {
      message:
        "What the kubelets serve is not in the input, so look before you set it: it breaks `kubectl logs` and `exec` where the CA has not signed the kubelet's certificate.",
      remediation: `First look what the kubelets serve (\`openssl s_client -connect <node>:10250 </dev/null | openssl x509 -noout -issuer\`). Where it is self-signed: ${REQUEST_SERVING_CERTIFICATES}; ${every}; only then ${setTheFlag(apiserver)}.`,
    };
  }
  if (served.accepted) {
    return {
      message: `The kubelet of this node already serves a certificate (${served.file}) that ${served.bundle ?? ''} verifies, so the flag can be set now, once the kubelets of all nodes do.`,
      remediation: `Check the other nodes first: ${every}; then ${setTheFlag(apiserver)}.`,
    };
  }
  const why = served.selfSigned
    ? `This node's kubelet serves a self-signed certificate (${served.file})`
    : served.bundle === undefined
      ? `No CA of this node signed what its kubelet serves (${served.file})`
      : `What this node's kubelet serves (${served.file}) has ended or does not name what the API server dials`;
  return {
    message: `${why}, so setting the flag now would break \`kubectl logs\` and \`exec\`: the kubelets need certificates that verify first.`,
    remediation: `In this order, since the flag alone breaks \`kubectl logs\` and \`exec\`: (1) ${REQUEST_SERVING_CERTIFICATES}; (2) ${every}; (3) only then ${setTheFlag(apiserver)}.`,
  };
}

const kubeletCA: Check = {
  id: 'apiserver-kubelet-ca-set',
  title: 'The API server verifies the certificates of kubelets',
  severity: 'high',
  impact: 'security',
  versions: 'all; unset means not verified; kubeadm sets it in no version',
  remediation: `Give the kubelets certificates that the cluster CA signs, then ${setTheFlag()}.`,
  references: [
    cis('1.2.5'),
    kubernetesDocs('concepts/architecture/control-plane-node-communication/'),
    kubernetesDocs('tasks/administer-cluster/kubeadm/kubeadm-certs/'),
    kubernetesSource('pkg/kubelet/client/kubelet_client.go'),
  ],
  ...ofApiserver((apiserver, { node }) => {
    const shown = [evidence(apiserver, 'kubelet-certificate-authority')];
    const material = settingMaterial(node, apiserver, 'kubelet-certificate-authority');
    if (material === undefined) {
      const steps = caSteps(node, apiserver);
      const served = kubeletServing(node, { trust: servingTrust(node), names: [] });
      const seen = served.chain.length > 0 ? [...shown, served.certificate.evidence] : shown;
      const dialled = dialledByApiserver(node, apiserver);
      const say = dialled.kind === 'known' && isLoopback(dialled.expected.name) ? warn : fail;
      return say(
        `--kubelet-certificate-authority is not set, so the API server does not verify kubelets: whoever answers on a node's address reads what goes to and comes from \`kubectl exec\` and \`logs\`. ${steps.message}`,
        seen,
        { headline: 'kubelet not verified', remediation: steps.remediation },
      );
    }
    const unread = unreadFinding(material, shown, 'the API server does not start');
    if (unread !== undefined) return unread;
    return certificatesOf(material).length === 0
      ? fail(
          `${material.file} holds no certificate that Kubernetes can read, so the API server does not start.`,
          shown,
          {
            impact: 'availability',
            headline: 'kubelet CA file holds no certificate',
          },
        )
      : pass(`The API server verifies kubelets by ${material.file}.`, shown);
  }),
};

const clientCertificateSet: Check = {
  id: 'apiserver-kubelet-client-cert-set',
  title: 'The API server authenticates to kubelets with a client certificate',
  severity: 'high',
  impact: 'both',
  versions: 'all; unset means no credential',
  remediation:
    'Set --kubelet-client-certificate and --kubelet-client-key (kubeadm: /etc/kubernetes/pki/apiserver-kubelet-client.crt and .key, made by `kubeadm init phase certs apiserver-kubelet-client`).',
  references: [cis('1.2.4'), stig('CNTR-K8-002640'), kubernetesSource('pkg/kubelet/client/kubelet_client.go')],
  ...ofApiserver((apiserver) => {
    const shown = evidences(apiserver, 'kubelet-client-certificate', 'kubelet-client-key');
    const certificate = isSet(apiserver, 'kubelet-client-certificate');
    const key = isSet(apiserver, 'kubelet-client-key');
    if (certificate && key) return pass('The API server shows kubelets a client certificate.', shown);
    const which = certificate
      ? '--kubelet-client-key is not set, and a certificate without its key is not sent'
      : key
        ? '--kubelet-client-certificate is not set'
        : 'Neither --kubelet-client-certificate nor --kubelet-client-key is set';
    return fail(
      `${which}: to kubelets the API server is anonymous, and those that refuse that answer neither logs nor exec.`,
      shown,
      {
        headline: 'no client certificate for kubelets',
      },
    );
  }),
};

const clientChain = chainCheck({
  id: 'apiserver-kubelet-client-chain',
  title: "The kubelet trusts the API server's client certificate",
  remediation:
    "Reissue it from the CA in the kubelet's clientCAFile: move /etc/kubernetes/pki/apiserver-kubelet-client.{crt,key} away and run `kubeadm init phase certs apiserver-kubelet-client`; the API server reads it again within minutes.",
  references: [cis('4.2.3'), kubernetesDocs('setup/best-practices/certificates/')],
});

const MASTERS = 'system:masters';
const KUBEADM_ADMINS = 'kubeadm:cluster-admins';
/** cmd/kubeadm/app/constants, APIServerKubeletClientCertCommonName and -CertName. */
const KUBEADM_USER = 'kube-apiserver-kubelet-client';
const KUBEADM_FILE = '/apiserver-kubelet-client.crt';
const BINDING =
  '`kubectl get clusterrolebinding kubeadm:apiserver-kubelet-client` shows the binding that has to give this user the role system:kubelet-api-admin; without it `kubectl logs` and `exec` answer Forbidden';

/** Patch releases from which kubeadm writes no organization any more (kubernetes/kubernetes#138957 and its cherry-picks). */
const WITHOUT_ORGANIZATION = ['1.33.12', '1.34.8', '1.35.5', '1.36.1', '1.37.0'].flatMap(
  (text) => parseVersion(text) ?? [],
);

function kubeadmWritesNoOrganization(version: Version | undefined): boolean {
  if (version === undefined) return false;
  const same = WITHOUT_ORGANIZATION.find(({ major, minor }) => major === version.major && minor === version.minor);
  return same === undefined ? atLeast(version, '1.37') : compareVersions(version, same) >= 0;
}

const clientIdentity: Check = {
  id: 'apiserver-kubelet-client-identity',
  title: 'The client certificate for kubelets carries an identity of its own',
  severity: 'medium',
  impact: 'security',
  versions:
    'kubeadm writes O=system:masters up to 1.28, O=kubeadm:cluster-admins from 1.29, none from 1.33.12, 1.34.8, 1.35.5, 1.36.1 and 1.37',
  remediation:
    'Give the user kube-apiserver-kubelet-client its role first (`kubectl create clusterrolebinding kubeadm:apiserver-kubelet-client --clusterrole=system:kubelet-api-admin --user=kube-apiserver-kubelet-client`), then move /etc/kubernetes/pki/apiserver-kubelet-client.{crt,key} away and run `kubeadm init phase certs apiserver-kubelet-client` (`kubeadm certs renew` keeps the old group).',
  references: [
    github('kubernetes/kubernetes#138957'),
    github('kubernetes/kubeadm#3310'),
    kubernetesSource('cmd/kubeadm/app/phases/certs/certlist.go'),
  ],
  notApplicable: ({ node }) => {
    const apiserver = component(node, 'kube-apiserver');
    return apiserver !== undefined && clientOf(node) === undefined
      ? 'The API server shows kubelets no certificate; see apiserver-kubelet-client-cert-set.'
      : undefined;
  },
  ...ofApiserver((apiserver, { node }) => {
    const presented = clientOf(node);
    const leaf = presented?.chain[0];
    if (presented === undefined || leaf === undefined) {
      return notAssessed(
        `${unavailable(presented?.certificate) ?? `${presented?.certificate.file ?? ''} holds no readable certificate`}.`,
        presented === undefined ? [] : [presented.certificate.evidence],
      );
    }
    const shown = [certificateEvidence(leaf, presented)];
    const { organizations } = leaf;
    const user = leaf.commonName ?? '';
    if (user === '') {
      return fail(
        `${located(leaf)} has no common name, so to kubelets the API server has no user name and no rights.`,
        shown,
        {
          severity: 'high',
          impact: 'availability',
          headline: 'client certificate without CN',
        },
      );
    }
    if (organizations.includes(MASTERS)) {
      const { version } = apiserver;
      if (version === undefined) return notAssessed('The version of the API server is not known.', shown);
      return atLeast(version, '1.29')
        ? warn(
            `${located(leaf)} is in the group system:masters, which no RBAC rule limits; kubeadm has not written that since 1.29, and renewing keeps it.`,
            shown,
            { headline: 'kubelet client is in system:masters' },
          )
        : pass(`${located(leaf)} is in system:masters, as kubeadm writes it up to 1.28.`, shown);
    }
    if (organizations.includes(KUBEADM_ADMINS)) {
      return pass(`${located(leaf)} is ${user} in ${KUBEADM_ADMINS}, as kubeadm writes it from 1.29.`, shown);
    }
    if (organizations.length === 0 && user !== KUBEADM_USER && presented.certificate.file.endsWith(KUBEADM_FILE)) {
      return warn(
        `${located(leaf)} is ${user}, not ${KUBEADM_USER}, which kubeadm gives its role: without a binding of its own to system:kubelet-api-admin, kubelets answer \`kubectl logs\` and \`exec\` with Forbidden.`,
        shown,
        { impact: 'availability', headline: `API server is ${user} to kubelets` },
      );
    }
    return kubeadmWritesNoOrganization(apiserver.version) && organizations.length === 0
      ? pass(`${located(leaf)} is ${user} without a group, as kubeadm of this version writes it; ${BINDING}.`, shown)
      : pass(
          `${located(leaf)} is ${user}${organizations.length === 0 ? ' without a group' : ` in ${organizations.join(', ')}`}; ${BINDING}.`,
          shown,
        );
  }),
};

const servingVerifiable: Check = {
  id: 'kubelet-serving-verifiable',
  title: "The kubelet's serving certificate verifies for the API server, by the name that is dialled",
  severity: 'high',
  impact: 'availability',
  versions: 'all; only where --kubelet-certificate-authority is set',
  remediation: `Until every kubelet has a certificate from that CA, unset --kubelet-certificate-authority if logs and exec are needed now; then ${REQUEST_SERVING_CERTIFICATES}.`,
  references: [
    kubernetesDocs('reference/access-authn-authz/kubelet-tls-bootstrapping/'),
    kubernetesSource('pkg/kubelet/client/kubelet_client.go'),
    kubernetesSource('pkg/util/node/node.go'),
  ],
  notApplicable: ({ node }) => {
    if (servesNothing(node)) return 'The kubelet serves nothing; see kubelet-listens-for-apiserver.';
    return servingTrust(node).kind === 'none'
      ? 'The API server does not verify kubelets; see apiserver-kubelet-ca-set.'
      : undefined;
  },
  evaluate: ({ node, facts }) => {
    const { presented, unsure } = serverOf(node);
    const verdict = judgedBesidesDates(presented, node);
    const shown = [
      presented.certificate.evidence,
      ...(presented.trust.kind === 'bundle' ? [presented.trust.material.evidence] : []),
    ];
    if (verdict.kind !== 'judged') {
      return notAssessed(
        verdict.kind === 'unknown' ? `${verdict.message.replace(/\.$/, '')}.` : 'The kubelet is not verified.',
        shown,
      );
    }
    const { result } = verdict;
    const asker = result.ok ? undefined : askedElsewhere(result, presented, facts);
    if (asker !== undefined) {
      return pass(`${presented.certificate.file} comes from the CA; what else is wrong with it is in ${asker}.`, shown);
    }
    if (!result.ok) {
      return fail(
        `The API server verifies kubelets, and ${presented.certificate.file} does not verify${presented.selfSigned === true ? ', since the kubelet signed it itself' : ''}: ${result.message.replace(/\.$/, '')}. \`kubectl logs\`, \`exec\` and \`port-forward\` fail on this node.`,
        shown,
        { headline: 'kubelet certificate is refused' },
      );
    }
    if (unsure !== undefined) return notAssessed(`${unsure}.`, shown);
    const uncovered = uncoveredNames(presented)[0];
    return uncovered === undefined
      ? pass(
          `The API server accepts ${presented.certificate.file} for ${presented.expectedNames.map(({ name }) => name).join(', ')}.`,
          shown,
        )
      : fail(
          `${presented.certificate.file} does not name ${uncovered.name} (${uncovered.because}), so the API server refuses it and \`kubectl logs\`, \`exec\` and \`port-forward\` fail on this node.`,
          [...shown, ...(uncovered.evidence === undefined ? [] : [uncovered.evidence])],
          {
            headline: `certificate lacks ${uncovered.name}`,
            remediation:
              'Let the kubelet request a new certificate (`serverTLSBootstrap: true` in /var/lib/kubelet/config.yaml puts all addresses of the node into it; delete kubelet-server-current.pem, `systemctl restart kubelet`, `kubectl certificate approve <name>`), or put a type that the certificate names first in --kubelet-preferred-address-types.',
          },
        );
  },
};

const kubeletHTTPS: Check = {
  id: 'apiserver-kubelet-https',
  title: 'The API server talks to kubelets over https',
  severity: 'critical',
  impact: 'security',
  versions: 'up to 1.18 --kubelet-https=false switches TLS off; no effect from 1.19; the flag is gone from 1.22',
  remediation: 'Remove --kubelet-https from the manifest of the API server.',
  references: [cis('1.2.4', '1.6'), github('kubernetes/kubernetes#91630')],
  ...ofApiserver((apiserver) => {
    const shown = [evidence(apiserver, 'kubelet-https')];
    const { version } = apiserver;
    if (!isWritten(apiserver, 'kubelet-https')) return pass('The API server talks to kubelets over https.', shown);
    if (version === undefined) return notAssessed('The version of the API server is not known.', shown);
    if (atLeast(version, '1.22')) {
      return notApplicable('--kubelet-https does not exist from Kubernetes 1.22 on: see apiserver-removed-flags.');
    }
    return !atLeast(version, '1.19') && bool(apiserver, 'kubelet-https') === false
      ? fail('--kubelet-https is false: the API server talks to kubelets in plain text.', shown, {
          headline: 'plain http to kubelets',
        })
      : pass('The API server talks to kubelets over https, whatever --kubelet-https says.', shown);
  }),
};

export const path: PathDefinition = {
  id: 'apiserver-to-kubelet',
  case: '1',
  title: 'API server to kubelet',
  client: 'kube-apiserver',
  server: 'kubelet',
  description:
    'The API server dials port 10250 of every node for `kubectl logs`, `exec`, `attach`, `port-forward` and metrics. It shows a client certificate, but verifies the kubelet only where --kubelet-certificate-authority is set, which kubeadm does in no version: whoever takes over a node address reads and answers in its place. Requests that the API server passes on to nodes, services and pods (the `proxy` subresources) are never verified, whatever is set.',
  applicability: (node) =>
    node.components.has('kube-apiserver') || node.components.has('kubelet')
      ? { kind: 'applies' }
      : absent(node, ['kube-apiserver', 'kubelet'], {
          kind: 'not-assessed',
          reason: 'Neither an API server nor a kubelet is configured in the input.',
          supply:
            'Supply /etc/kubernetes, /var/lib/kubelet and the systemd unit of the kubelet of a control-plane node.',
        }),
  facts: (node) => {
    const { presented: server, unsure } = serverOf(node);
    const client = clientOf(node);
    const apiserver = component(node, 'kube-apiserver');
    const served = accepted(server, node);
    if (servesNothing(node)) {
      return {
        ...NO_COLUMNS,
        presented: client === undefined ? [] : [client],
        kubeconfigs: [],
      };
    }
    const plain =
      apiserver?.version !== undefined &&
      !atLeast(apiserver.version, '1.19') &&
      bool(apiserver, 'kubelet-https') === false;
    return {
      encrypted: plain ? 'no' : 'yes',
      serverVerified: served === 'yes' && unsure !== undefined ? 'unknown' : served,
      clientAuthenticated:
        apiserver === undefined ? 'unknown' : sideAccepted(client === undefined ? [] : [client], 'client', node),
      minTLSVersion: kubeletUnknown(node) === undefined ? minTLSOfNamed({ node }, 'kubelet') : 'unknown',
      presented: client === undefined ? [server] : [server, client],
      kubeconfigs: [],
    };
  },
  checks: [
    kubeletCA,
    servingVerifiable,
    clientCertificateSet,
    clientChain,
    clientIdentity,
    caReuse('kubelet-serving'),
    haDrift({
      shown: {
        leaf: { owner: 'kube-apiserver', setting: 'kubelet-client-certificate' },
        by: { owner: 'kubelet', setting: 'client-ca-file' },
        usage: 'clientAuth',
        consequence:
          'the kubelet of this node refuses the API server of the other, and `kubectl logs` and `exec` fail now and then',
      },
    }),
    kubeletClientCA,
    kubeletSelfSignedExpiry,
    kubeletServerTLSBootstrap,
    kubeletRotationOverdue,
    kubeletListens,
    debuggingHandlers,
    streamingIdleTimeout,
    kubeletConfigMode,
    kubeletHTTPS,
    ...KUBELET_LISTENER_CHECKS,
    ...flagChecks('kube-apiserver'),
    ...PKI_CHECKS,
  ],
};
