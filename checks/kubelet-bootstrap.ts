import type { Certificate } from '../src/model/certificate.ts';
import type { Component } from '../src/model/component.ts';
import type { NodeModel } from '../src/model/node.ts';
import type { Check, CheckContext, Finding, KubeconfigUse, Material, PathDefinition } from '../src/model/path.ts';
import { parseDuration } from '../src/text/duration.ts';
import { absent, notInInput, whyHidden } from './shared/absence.ts';
import { bool, component, evidence, evidences, isSet, isWritten, knownOr, text } from './shared/access.ts';
import { workerHoldsCAKey } from './shared/ca-key-place.ts';
import { APISERVER_SERVING_CHECKS, trustedBy } from './shared/apiserver.ts';
import { csrControllers, signingIsOff } from './shared/controllers.ts';
import { keysOfBundle } from './shared/ca-keys.ts';
import { KUBECONFIG_CHECKS } from './shared/kubeconfig.ts';
import { configAccepted, joinDiscovery } from './shared/kubeadm-certificates.ts';
import {
  kubeletConfigMode,
  kubeletRotateCertificates,
  kubeletRotationOverdue,
  kubeletServerTLSBootstrap,
} from './shared/kubelet-checks.ts';
import {
  isStandalone,
  KUBELET_CONF,
  kubeletDialsApiserver,
  kubeletKubeconfig,
  requestsServingCertificate,
} from './shared/kubelet.ts';
import { certificatesOf, kubeconfigAt, kubeconfigOfSetting, settingMaterial } from './shared/material.ts';
import { flagChecks } from './shared/listener.ts';
import { PKI_CHECKS } from './shared/pki.ts';
import { fail, notApplicable, notAssessed, pass, warn } from './shared/result.ts';
import { cis, kubernetesDocs, kubernetesSource } from './shared/references.ts';
import { unreadFinding } from './shared/unread.ts';
import { certificateEvidence, day, located } from './shared/words.ts';
import { kubeletRequests } from './shared/cluster/requests.ts';
import { withCluster } from './shared/cluster/with-cluster.ts';

const BOOTSTRAP_CONF = '/etc/kubernetes/bootstrap-kubelet.conf';
const SIGNER_SOURCE = kubernetesSource('cmd/kube-controller-manager/app/certificates.go');
const BOOTSTRAP_DOCS = kubernetesDocs('reference/access-authn-authz/kubelet-tls-bootstrapping/');

/** Runs a judgement on the controller manager, which signs what kubelets ask for. */
function ofControllerManager(
  judge: (controllerManager: Component, context: CheckContext) => ReturnType<Check['evaluate']>,
): Pick<Check, 'evaluate'> {
  return {
    evaluate: (context) => {
      const found = component(context.node, 'kube-controller-manager');
      return found === undefined
        ? notAssessed(
            `${whyHidden(context.node, 'kube-controller-manager') ?? 'The controller manager, which signs the certificates of kubelets, is not in the input: supply its manifest from a control-plane node'}.`,
          )
        : judge(found, context);
    },
  };
}

/** One signer of the controller manager with the pair that it signs with. */
interface Signer {
  readonly name: string;
  readonly certificate: string;
  readonly key: string;
}

const GENERAL: Signer = {
  name: 'all signers',
  certificate: 'cluster-signing-cert-file',
  key: 'cluster-signing-key-file',
};

const SPECIFIC: readonly Signer[] = (
  [
    ['kubernetes.io/kube-apiserver-client-kubelet', 'kubelet-client'],
    ['kubernetes.io/kubelet-serving', 'kubelet-serving'],
    ['kubernetes.io/kube-apiserver-client', 'kube-apiserver-client'],
    ['kubernetes.io/legacy-unknown', 'legacy-unknown'],
  ] as const
).map(([name, part]) => ({
  name,
  certificate: `cluster-signing-${part}-cert-file`,
  key: `cluster-signing-${part}-key-file`,
}));

/**
 * The pairs in force: one for each signer where any of the specific flags is set, else the general pair, which counts
 * only when both of its flags are set. Source: kubernetes/cmd/kube-controller-manager/app/certificates.go.
 */
function signers(controllerManager: Component): readonly Signer[] | 'conflict' {
  if (signingIsOff(controllerManager)) return [];
  const hasBoth = isSet(controllerManager, GENERAL.certificate) && isSet(controllerManager, GENERAL.key);
  const specific = SPECIFIC.filter(
    ({ certificate, key }) => isSet(controllerManager, certificate) || isSet(controllerManager, key),
  );
  if (specific.length > 0) return hasBoth ? 'conflict' : specific;
  return hasBoth ? [GENERAL] : [];
}

/**
 * Both flags written, and empty, where the node has no key of the CA: what kubeadm writes for an external CA.
 * Source: kubernetes/cmd/kubeadm/app/phases/controlplane/manifests.go (getControllerManagerCommand).
 */
function isExternalCA(controllerManager: Component, node: NodeModel): boolean {
  return (
    [GENERAL, ...SPECIFIC].every(
      ({ certificate, key }) => !isSet(controllerManager, certificate) && !isSet(controllerManager, key),
    ) &&
    [GENERAL.certificate, GENERAL.key].every((name) => isWritten(controllerManager, name)) &&
    keysOfBundle(node, component(node, 'kube-apiserver'), 'client-ca-file').length === 0
  );
}

const clusterSigning: Check = {
  id: 'controller-manager-cluster-signing',
  title: 'The controller manager signs what kubelets ask for, with a CA that the API server trusts',
  severity: 'high',
  impact: 'availability',
  versions: 'all; the flags for single signers exist from 1.19',
  remediation:
    'Set --cluster-signing-cert-file and --cluster-signing-key-file (kubeadm: /etc/kubernetes/pki/ca.crt and ca.key) to one CA certificate and its key, the CA being in --client-ca-file of the API server; with an external CA keep both empty and run a signer of your own.',
  references: [SIGNER_SOURCE, kubernetesSource('pkg/controller/certificates/signer/ca_provider.go'), BOOTSTRAP_DOCS],
  notApplicable: ({ node }) => {
    const controllerManager = component(node, 'kube-controller-manager');
    return controllerManager !== undefined && signingIsOff(controllerManager)
      ? 'The controller that signs is switched off; see controller-manager-csr-controllers.'
      : undefined;
  },
  ...ofControllerManager((controllerManager, context) => {
    const inForce = signers(controllerManager);
    if (inForce === 'conflict') {
      return fail(
        '--cluster-signing-cert-file and --cluster-signing-key-file are set beside flags for single signers: the controller manager does not sign, and ends with an error.',
        evidences(
          controllerManager,
          GENERAL.certificate,
          ...SPECIFIC.flatMap(({ certificate }) => (isSet(controllerManager, certificate) ? [certificate] : [])),
        ),
        { headline: 'signing flags exclude each other' },
      );
    }
    const kubeletClient = inForce.find((signer) => signer === GENERAL || signer === SPECIFIC[0]);
    if (kubeletClient === undefined) {
      const shown = evidences(controllerManager, GENERAL.certificate, GENERAL.key);
      return isExternalCA(controllerManager, context.node)
        ? pass(
            'The controller manager is told to sign nothing and the key of the CA is not on the node, as kubeadm sets it up with an external CA: whoever holds that key has to sign what new and rotating kubelets ask for.',
            shown,
          )
        : warn(
            'The controller manager signs no certificates for kubelets: new nodes do not join and rotation stops, unless another signer does it.',
            shown,
            { severity: 'medium', headline: 'nothing signs kubelet certificates' },
          );
    }
    return inForce.flatMap((signer) => judgeSigner(controllerManager, signer, context));
  }),
};

function judgeSigner(
  controllerManager: Component,
  signer: Signer,
  context: CheckContext,
): Finding | readonly Finding[] {
  const { node } = context;
  const shown = evidences(controllerManager, signer.certificate, signer.key);
  const certificate = settingMaterial(node, controllerManager, signer.certificate);
  const key = settingMaterial(node, controllerManager, signer.key);
  if (certificate === undefined || key === undefined) {
    const which = certificate === undefined ? signer.certificate : signer.key;
    return fail(`--${which} is not set beside its other half, so the controller manager ends with an error.`, shown, {
      headline: `--${which} not set`,
    });
  }
  const unread = unreadFinding(certificate, shown, 'the controller manager ends with an error');
  if (unread !== undefined) return unread;
  const certificates = certificatesOf(certificate);
  const [ca] = certificates;
  if (ca === undefined || certificates.length > 1) {
    return fail(
      `${certificate.file} holds ${certificates.length === 0 ? 'no certificate' : `${certificates.length} certificates`}, and the signer takes exactly one: the controller manager ends with an error.`,
      shown,
      { headline: `${certificates.length} certificates in the signing file` },
    );
  }
  const faults = [
    ...judgeKey(ca, certificate, key, shown),
    ...judgeCA(ca, signer, context).map((fault) => ({
      ...fault,
      evidence: [...shown, certificateEvidence(ca)],
    })),
  ];
  return faults.length > 0
    ? faults
    : pass(`${certificate.file} signs for ${signer === GENERAL ? 'all signers' : signer.name}.`, [
        ...shown,
        certificateEvidence(ca),
      ]);
}

function judgeKey(
  ca: Certificate,
  certificate: Material,
  key: Material,
  shown: Finding['evidence'],
): readonly Finding[] {
  // A key that is not there is what pki-external-ca speaks of.
  if (key.nodeFile?.state !== 'present') return [];
  const { privateKeys } = key.nodeFile.pem;
  const [first] = privateKeys;
  if (first?.encrypted === true) {
    return [
      fail(
        `${key.file} is protected by a passphrase, and the controller manager cannot ask for one: it ends with an error.`,
        shown,
        { headline: 'signing key is encrypted' },
      ),
    ];
  }
  if (first?.publicKey === undefined) {
    return [
      fail(
        `${key.file} holds no private key that Kubernetes can read, so the controller manager ends with an error.`,
        shown,
        { headline: 'signing key unreadable' },
      ),
    ];
  }
  return first.publicKey.spkiSha256 === ca.publicKey.spkiSha256
    ? []
    : [
        fail(
          `${key.file} is not the private key of ${certificate.file}, so the controller manager ends with an error.`,
          shown,
          { headline: 'signing key does not match CA' },
        ),
      ];
}

/** What makes the certificates that a CA signs useless; each with its own words. */
function judgeCA(ca: Certificate, signer: Signer, context: CheckContext): readonly Finding[] {
  const { node, facts } = context;
  if (ca.basicConstraints?.ca !== true) {
    return [
      fail(`${located(ca)} is no CA (basicConstraints), so nothing that it signs is accepted.`, [], {
        headline: 'signing certificate is no CA',
      }),
    ];
  }
  const elsewhere = facts.presented.some(
    ({ trust }) => trust.kind === 'bundle' && trust.roots.some(({ sha256 }) => sha256 === ca.sha256),
  );
  if (ca.notAfter < node.at && !elsewhere) {
    return [
      fail(`${located(ca)}, which signs the certificates of kubelets, ended on ${day(ca.notAfter)}.`, [], {
        headline: 'signing CA expired',
      }),
    ];
  }
  const apiserver = component(node, 'kube-apiserver');
  const spki = ca.publicKey.spkiSha256;
  const clientCAs = trustedBy(node, apiserver, 'client-ca-file');
  const signsClients = signer === GENERAL || signer === SPECIFIC[0] || signer === SPECIFIC[2];
  if (signsClients && clientCAs.size > 0 && !clientCAs.has(spki)) {
    return [
      fail(
        `${located(ca)} is not among the CAs in --client-ca-file of the API server, so the client certificates that it signs are refused.`,
        [],
        {
          headline: 'signing CA is not trusted',
        },
      ),
    ];
  }
  const servingCAs = trustedBy(node, apiserver, 'kubelet-certificate-authority');
  const signsServing = signer === GENERAL || signer === SPECIFIC[1];
  const kubelet = component(node, 'kubelet');
  const asked = kubelet !== undefined && requestsServingCertificate(kubelet) === true;
  return signsServing && asked && servingCAs.size > 0 && !servingCAs.has(spki)
    ? [
        fail(
          `${located(ca)} is not among the CAs in --kubelet-certificate-authority of the API server, so the serving certificates that it signs for kubelets are refused.`,
          [],
          { headline: 'signing CA is not trusted for kubelets' },
        ),
      ]
    : [];
}

const YEAR_MS = 365 * 24 * 60 * 60 * 1000;

const signingDuration: Check = {
  id: 'controller-manager-cluster-signing-duration',
  title: 'Certificates that the controller manager signs last a year at most',
  severity: 'low',
  impact: 'security',
  versions: 'all; 8760h when unset; --experimental-cluster-signing-duration up to 1.24',
  remediation: 'Set --cluster-signing-duration to 8760h or less; with rotation on, 720h serves as well.',
  references: [SIGNER_SOURCE, kubernetesDocs('reference/command-line-tools-reference/kube-controller-manager/')],
  ...ofControllerManager((controllerManager, { node }) => {
    const old = 'experimental-cluster-signing-duration';
    const name = isWritten(controllerManager, old) ? old : 'cluster-signing-duration';
    const shown = [evidence(controllerManager, name)];
    const written = text(controllerManager, name);
    const duration = parseDuration(written);
    if (!duration.ok)
      return notAssessed(`--${name} ${written === '' ? 'is not known' : `(${written}) is no duration`}.`, shown);
    if (duration.milliseconds <= YEAR_MS) return pass(`Certificates are signed for ${written} at most.`, shown);
    const ends = signingEnds(node, controllerManager);
    return ends !== undefined && ends.getTime() - node.at.getTime() <= YEAR_MS
      ? pass(`--${name} is ${written}, but no certificate outlasts its CA, which ends on ${day(ends)}.`, shown)
      : warn(
          `--${name} is ${written}: a stolen kubelet credential, which nothing revokes, works for longer than a year.`,
          shown,
          {
            headline: `certificates signed for ${written}`,
          },
        );
  }),
};

/**
 * When the last of the CAs ends that the controller manager signs with; undefined where one is not known. It dates no
 * certificate beyond its CA: kubernetes/pkg/controller/certificates/authority/policies.go (PermissiveSigningPolicy).
 */
function signingEnds(node: NodeModel, controllerManager: Component): Date | undefined {
  const inForce = signers(controllerManager);
  if (inForce === 'conflict') return undefined;
  const ends = inForce.map(
    ({ certificate }) => certificatesOf(settingMaterial(node, controllerManager, certificate))[0]?.notAfter,
  );
  return ends.length === 0 || ends.includes(undefined)
    ? undefined
    : new Date(Math.max(...ends.map((one) => one?.getTime() ?? 0)));
}

const externalCA: Check = {
  id: 'pki-external-ca',
  title: 'The key that the controller manager is told to sign with is there',
  severity: 'medium',
  impact: 'availability',
  versions: 'all; kubeadm sets both flags empty when it finds ca.crt without ca.key',
  remediation:
    'With an external CA set --cluster-signing-cert-file="" and --cluster-signing-key-file="" (kubeadm: `kubeadm init phase control-plane controller-manager` with ca.key moved away); otherwise put the key back.',
  references: [
    kubernetesDocs('tasks/administer-cluster/kubeadm/kubeadm-certs/'),
    kubernetesSource('cmd/kubeadm/app/phases/controlplane/manifests.go'),
  ],
  ...ofControllerManager((controllerManager, { node }) => {
    const inForce = signers(controllerManager);
    if (inForce === 'conflict' || inForce.length === 0)
      return notApplicable('The controller manager is not told to sign.');
    return inForce.flatMap((signer): readonly Finding[] => {
      const key = settingMaterial(node, controllerManager, signer.key);
      if (key === undefined) return [];
      const shown = [key.evidence];
      const unread = unreadFinding(key, shown, 'the controller manager is told to sign with it and ends with an error');
      return [unread ?? pass(`${key.file} is there.`, shown)];
    });
  }),
};

const bootstrapTokens: Check = {
  id: 'apiserver-bootstrap-token-auth',
  title: 'The API server takes the bootstrap tokens that joining nodes show',
  severity: 'low',
  impact: 'availability',
  versions: 'all; off when unset; kubeadm sets it',
  remediation: 'Set --enable-bootstrap-token-auth=true on the API server, or join nodes with another credential.',
  references: [cis('3.1.3'), kubernetesDocs('reference/access-authn-authz/bootstrap-tokens/')],
  evaluate: ({ node }) => {
    const apiserver = component(node, 'kube-apiserver');
    if (apiserver === undefined) return notAssessed(`${notInInput('kube-apiserver', node)}.`);
    const shown = [evidence(apiserver, 'enable-bootstrap-token-auth')];
    if (bool(apiserver, 'enable-bootstrap-token-auth') === true) return pass('Bootstrap tokens are taken.', shown);
    return bootstrapKubeconfig(node)?.kubeconfig?.user?.hasToken === true
      ? warn(
          'Bootstrap tokens are off, but a bootstrap kubeconfig with a token waits on this node: it cannot join with it.',
          shown,
          {
            headline: 'bootstrap tokens are off',
          },
        )
      : pass('Bootstrap tokens are off: nodes join with another credential, or not at all.', shown);
  },
};

/** The bootstrap kubeconfig, where the input holds the file or shows why it cannot be read. */
function bootstrapKubeconfig(node: NodeModel): KubeconfigUse | undefined {
  const kubelet = component(node, 'kubelet');
  const use =
    (kubelet === undefined
      ? undefined
      : knownOr(undefined, () =>
          isSet(kubelet, 'bootstrap-kubeconfig')
            ? kubeconfigOfSetting(node, kubelet, 'bootstrap-kubeconfig', 'bootstrap')
            : undefined,
        )) ?? kubeconfigAt(node, BOOTSTRAP_CONF, 'bootstrap');
  if (use.kubeconfig !== undefined) return use;
  const file = node.files.get(use.file);
  const absent =
    file === undefined || (file.state === 'unavailable' && ['missing', 'not-in-input'].includes(file.reason));
  return absent ? undefined : use;
}

const leftOver: Check = {
  id: 'kubelet-bootstrap-kubeconfig-left',
  title: 'No bootstrap kubeconfig is left after the node has joined',
  severity: 'low',
  impact: 'security',
  versions: 'all',
  remediation:
    'Delete /etc/kubernetes/bootstrap-kubelet.conf; --bootstrap-kubeconfig may stay. `kubeadm token list` and `kubeadm token delete` show and end its token.',
  references: [BOOTSTRAP_DOCS],
  notApplicable: ({ node }) =>
    bootstrapKubeconfig(node) === undefined ? 'No bootstrap kubeconfig is in the input.' : undefined,
  evaluate: ({ node }) => {
    const use = bootstrapKubeconfig(node);
    if (use?.kubeconfig === undefined)
      return notAssessed(`${use?.unavailable ?? 'The bootstrap kubeconfig is unreadable'}.`);
    const joined = kubeletKubeconfig(node)?.kubeconfig;
    if (joined === undefined) return pass(`${use.file} waits for the node to join.`, [use.evidence]);
    return warn(
      `${use.file} is left on the node after it has joined${use.kubeconfig.user?.hasToken === true ? ': its token adds nodes to the cluster as long as it is valid' : ''}.`,
      [{ ...use.evidence, file: use.file }],
      { headline: 'bootstrap kubeconfig left over' },
    );
  },
};

/** The keys that the controller manager signs with, and those of the CAs that the API server takes clients from. */
function signingKeys(node: NodeModel): readonly Material[] {
  const controllerManager = component(node, 'kube-controller-manager');
  const named =
    controllerManager === undefined
      ? []
      : [GENERAL, ...SPECIFIC].flatMap(({ key }) => settingMaterial(node, controllerManager, key) ?? []);
  return [...named, ...keysOfBundle(node, component(node, 'kube-apiserver'), 'client-ca-file')];
}

/** What the kubelet asks for certificates with: its own credential once it has joined, the bootstrap one before. */
function askingKubeconfig(node: NodeModel): KubeconfigUse | undefined {
  const own = kubeletKubeconfig(node);
  if (own?.kubeconfig !== undefined) return own;
  return bootstrapKubeconfig(node) ?? own;
}

const ofNode: PathDefinition = {
  id: 'kubelet-bootstrap',
  case: '2',
  title: 'Kubelet joining and renewing',
  client: 'kubelet',
  server: 'kube-apiserver, kube-controller-manager',
  description:
    'A new kubelet dials the API server with a bootstrap token and asks for a certificate; later it asks for the next one with the certificate it has. The controller manager signs the requests with the cluster CA; those for serving certificates somebody has to approve. When this path stands still nothing happens at first: certificates end one by one.',
  applicability: (node) => {
    const { components } = node;
    const signs = components.has('kube-controller-manager') || components.has('kube-apiserver');
    if (!signs && isStandalone(node)) {
      return {
        kind: 'not-applicable',
        reason: 'The kubelet is started without --kubeconfig: it does not talk to an API server.',
      };
    }
    return signs || askingKubeconfig(node) !== undefined || node.kubeadm?.discovery !== undefined
      ? { kind: 'applies' }
      : absent(node, ['kubelet', 'kube-apiserver', 'kube-controller-manager'], {
          kind: 'not-assessed',
          reason: 'Neither a kubelet nor a control plane is configured in the input.',
          supply: 'Supply /etc/kubernetes, /var/lib/kubelet and the systemd unit of the kubelet.',
        });
  },
  // Where no kubelet is to be seen, the row says which of its files would tell.
  facts: (node) => ({
    ...kubeletDialsApiserver(node, askingKubeconfig(node) ?? kubeconfigAt(node, KUBELET_CONF, 'kubelet')),
    privateKeys: signingKeys(node),
  }),
  checks: [
    joinDiscovery,
    configAccepted(['JoinConfiguration']),
    csrControllers,
    clusterSigning,
    signingDuration,
    externalCA,
    workerHoldsCAKey,
    bootstrapTokens,
    leftOver,
    kubeletRotateCertificates,
    kubeletRotationOverdue,
    kubeletServerTLSBootstrap,
    kubeletConfigMode,
    ...KUBECONFIG_CHECKS,
    ...flagChecks('kubelet', 'kube-controller-manager'),
    ...APISERVER_SERVING_CHECKS,
    ...PKI_CHECKS,
  ],
};

export const path: PathDefinition = withCluster(ofNode, [kubeletRequests]);
