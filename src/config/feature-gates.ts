/** Feature gates that bear on TLS, authentication and certificates, by version (pkg/features/kube_features.go and the
 *  staging modules' features packages; gates of kubeadm: cmd/kubeadm/app/features/features.go). */
import { formatVersion } from '../model/version.ts';
import type { Version } from '../model/version.ts';
import { atOrAfter } from './history/ranges.ts';
import { parseBool } from './values.ts';

export type GateStage = 'Alpha' | 'Beta' | 'GA' | 'Deprecated';

export interface GateState {
  readonly stage: GateStage;
  /** On or off when nobody sets it. */
  readonly default: boolean;
  /** Can only be set to its default. */
  readonly locked: boolean;
}

interface GateFact {
  readonly name: string;
  readonly scope?: 'kubeadm';
  /** First version without the gate. */
  readonly removed?: string;
  readonly stages: readonly {
    readonly from: string;
    readonly stage: GateStage;
    readonly default: boolean;
    readonly locked?: true;
  }[];
}

export const FEATURE_GATES: readonly GateFact[] = [
  { name: 'RotateKubeletServerCertificate', stages: [{ from: '1.16', stage: 'Beta', default: true }] },
  {
    name: 'RotateKubeletClientCertificate',
    removed: '1.21',
    stages: [
      { from: '1.16', stage: 'Beta', default: true },
      { from: '1.19', stage: 'GA', default: true, locked: true },
    ],
  },
  { name: 'ReloadKubeletServerCertificateFile', stages: [{ from: '1.31', stage: 'Beta', default: true }] },
  { name: 'ReloadKubeletClientCAFile', stages: [{ from: '1.36', stage: 'Beta', default: true }] },
  {
    name: 'DynamicKubeletConfig',
    removed: '1.26',
    stages: [
      { from: '1.16', stage: 'Beta', default: true },
      { from: '1.22', stage: 'Deprecated', default: false },
    ],
  },
  {
    name: 'KubeletFineGrainedAuthz',
    stages: [
      { from: '1.32', stage: 'Alpha', default: false },
      { from: '1.33', stage: 'Beta', default: true },
      { from: '1.36', stage: 'GA', default: true, locked: true },
    ],
  },
  {
    name: 'KubeletServiceAccountTokenForCredentialProviders',
    stages: [
      { from: '1.33', stage: 'Alpha', default: false },
      { from: '1.34', stage: 'Beta', default: true },
    ],
  },
  {
    name: 'AllowInsecureKubeletCertificateSigningRequests',
    stages: [{ from: '1.31', stage: 'Deprecated', default: false }],
  },
  { name: 'AllowDNSOnlyNodeCSR', stages: [{ from: '1.31', stage: 'Deprecated', default: false }] },
  {
    name: 'CSRDuration',
    removed: '1.26',
    stages: [
      { from: '1.22', stage: 'Beta', default: true },
      { from: '1.24', stage: 'GA', default: true, locked: true },
    ],
  },
  {
    name: 'AnonymousAuthConfigurableEndpoints',
    removed: '1.37',
    stages: [
      { from: '1.31', stage: 'Alpha', default: false },
      { from: '1.32', stage: 'Beta', default: true },
      { from: '1.34', stage: 'GA', default: true, locked: true },
    ],
  },
  {
    name: 'StructuredAuthenticationConfiguration',
    removed: '1.37',
    stages: [
      { from: '1.29', stage: 'Alpha', default: false },
      { from: '1.30', stage: 'Beta', default: true },
      { from: '1.34', stage: 'GA', default: true, locked: true },
    ],
  },
  {
    name: 'StructuredAuthenticationConfigurationEgressSelector',
    stages: [{ from: '1.34', stage: 'Beta', default: true }],
  },
  {
    name: 'StructuredAuthorizationConfiguration',
    removed: '1.36',
    stages: [
      { from: '1.29', stage: 'Alpha', default: false },
      { from: '1.30', stage: 'Beta', default: true },
      { from: '1.32', stage: 'GA', default: true, locked: true },
    ],
  },
  {
    name: 'RemoteRequestHeaderUID',
    stages: [
      { from: '1.32', stage: 'Alpha', default: false },
      { from: '1.33', stage: 'Beta', default: true },
    ],
  },
  { name: 'AllowParsingUserUIDFromCertAuth', stages: [{ from: '1.33', stage: 'Beta', default: true }] },
  {
    name: 'AuthorizeNodeWithSelectors',
    removed: '1.37',
    stages: [
      { from: '1.31', stage: 'Alpha', default: false },
      { from: '1.32', stage: 'Beta', default: true },
      { from: '1.34', stage: 'GA', default: true, locked: true },
    ],
  },
  {
    name: 'AuthorizeWithSelectors',
    removed: '1.37',
    stages: [
      { from: '1.31', stage: 'Alpha', default: false },
      { from: '1.32', stage: 'Beta', default: true },
      { from: '1.34', stage: 'GA', default: true, locked: true },
    ],
  },
  {
    name: 'ConstrainedImpersonation',
    stages: [
      { from: '1.35', stage: 'Alpha', default: false },
      { from: '1.36', stage: 'Beta', default: true },
    ],
  },
  { name: 'APIServerWebhookAuthenticationToken', stages: [{ from: '1.37', stage: 'Alpha', default: false }] },
  {
    name: 'TokenRequest',
    removed: '1.21',
    stages: [
      { from: '1.16', stage: 'Beta', default: true },
      { from: '1.20', stage: 'GA', default: true, locked: true },
    ],
  },
  {
    name: 'TokenRequestProjection',
    removed: '1.21',
    stages: [
      { from: '1.16', stage: 'Beta', default: true },
      { from: '1.20', stage: 'GA', default: true, locked: true },
    ],
  },
  {
    name: 'BoundServiceAccountTokenVolume',
    removed: '1.23',
    stages: [
      { from: '1.16', stage: 'Alpha', default: false },
      { from: '1.21', stage: 'Beta', default: true },
      { from: '1.22', stage: 'GA', default: true, locked: true },
    ],
  },
  {
    name: 'RootCAConfigMap',
    removed: '1.22',
    stages: [
      { from: '1.20', stage: 'Beta', default: true },
      { from: '1.21', stage: 'GA', default: true, locked: true },
    ],
  },
  {
    name: 'ServiceAccountIssuerDiscovery',
    removed: '1.23',
    stages: [
      { from: '1.18', stage: 'Alpha', default: false },
      { from: '1.20', stage: 'Beta', default: true },
      { from: '1.21', stage: 'GA', default: true, locked: true },
    ],
  },
  {
    name: 'LegacyServiceAccountTokenNoAutoGeneration',
    removed: '1.29',
    stages: [
      { from: '1.24', stage: 'Beta', default: true },
      { from: '1.26', stage: 'GA', default: true },
      { from: '1.27', stage: 'GA', default: true, locked: true },
    ],
  },
  {
    name: 'LegacyServiceAccountTokenTracking',
    removed: '1.30',
    stages: [
      { from: '1.26', stage: 'Alpha', default: false },
      { from: '1.27', stage: 'Beta', default: true },
      { from: '1.28', stage: 'GA', default: true, locked: true },
    ],
  },
  {
    name: 'LegacyServiceAccountTokenCleanUp',
    removed: '1.32',
    stages: [
      { from: '1.28', stage: 'Alpha', default: false },
      { from: '1.29', stage: 'Beta', default: true },
      { from: '1.30', stage: 'GA', default: true, locked: true },
    ],
  },
  {
    name: 'ServiceAccountTokenJTI',
    stages: [
      { from: '1.29', stage: 'Alpha', default: false },
      { from: '1.30', stage: 'Beta', default: true },
      { from: '1.32', stage: 'GA', default: true, locked: true },
    ],
  },
  {
    name: 'ServiceAccountTokenPodNodeInfo',
    stages: [
      { from: '1.29', stage: 'Alpha', default: false },
      { from: '1.30', stage: 'Beta', default: true },
      { from: '1.32', stage: 'GA', default: true, locked: true },
    ],
  },
  {
    name: 'ServiceAccountTokenNodeBinding',
    stages: [
      { from: '1.29', stage: 'Alpha', default: false },
      { from: '1.31', stage: 'Beta', default: true },
      { from: '1.33', stage: 'GA', default: true, locked: true },
    ],
  },
  {
    name: 'ServiceAccountTokenNodeBindingValidation',
    stages: [
      { from: '1.29', stage: 'Alpha', default: false },
      { from: '1.30', stage: 'Beta', default: true },
      { from: '1.32', stage: 'GA', default: true, locked: true },
    ],
  },
  { name: 'ServiceAccountNodeAudienceRestriction', stages: [{ from: '1.32', stage: 'Beta', default: true }] },
  {
    name: 'ExternalServiceAccountTokenSigner',
    stages: [
      { from: '1.32', stage: 'Alpha', default: false },
      { from: '1.34', stage: 'Beta', default: true },
      { from: '1.36', stage: 'GA', default: true, locked: true },
    ],
  },
  { name: 'TokenRequestServiceAccountUIDValidation', stages: [{ from: '1.34', stage: 'Beta', default: true }] },
  {
    name: 'ClusterTrustBundle',
    stages: [
      { from: '1.27', stage: 'Alpha', default: false },
      { from: '1.33', stage: 'Beta', default: false },
      { from: '1.37', stage: 'GA', default: true },
    ],
  },
  {
    name: 'ClusterTrustBundleProjection',
    stages: [
      { from: '1.29', stage: 'Alpha', default: false },
      { from: '1.33', stage: 'Beta', default: false },
      { from: '1.37', stage: 'GA', default: true },
    ],
  },
  {
    name: 'PodCertificateRequest',
    stages: [
      { from: '1.34', stage: 'Alpha', default: false },
      { from: '1.35', stage: 'Beta', default: false },
      { from: '1.37', stage: 'GA', default: true },
    ],
  },
  { name: 'UnauthenticatedHTTP2DOSMitigation', stages: [{ from: '1.29', stage: 'Beta', default: true }] },
  {
    name: 'KMSv1',
    stages: [
      { from: '1.28', stage: 'Deprecated', default: true },
      { from: '1.29', stage: 'Deprecated', default: false },
    ],
  },
  {
    name: 'KMSv2',
    removed: '1.32',
    stages: [
      { from: '1.25', stage: 'Alpha', default: false },
      { from: '1.27', stage: 'Beta', default: true },
      { from: '1.29', stage: 'GA', default: true, locked: true },
    ],
  },
  {
    name: 'KMSv2KDF',
    removed: '1.32',
    stages: [
      { from: '1.28', stage: 'Beta', default: false },
      { from: '1.29', stage: 'GA', default: true, locked: true },
    ],
  },
  {
    name: 'UnknownVersionInteroperabilityProxy',
    stages: [
      { from: '1.28', stage: 'Alpha', default: false },
      { from: '1.36', stage: 'Beta', default: true },
    ],
  },
  {
    name: 'APIServerIdentity',
    stages: [
      { from: '1.20', stage: 'Alpha', default: false },
      { from: '1.26', stage: 'Beta', default: true },
    ],
  },
  {
    name: 'ComponentStatusz',
    stages: [
      { from: '1.32', stage: 'Alpha', default: false },
      { from: '1.36', stage: 'Beta', default: true },
    ],
  },
  {
    name: 'ComponentFlagz',
    stages: [
      { from: '1.32', stage: 'Alpha', default: false },
      { from: '1.36', stage: 'Beta', default: true },
    ],
  },
  { name: 'DynamicAuditing', removed: '1.19', stages: [{ from: '1.16', stage: 'Alpha', default: false }] },
  {
    name: 'StreamingProxyRedirects',
    removed: '1.24',
    stages: [
      { from: '1.16', stage: 'Beta', default: true },
      { from: '1.18', stage: 'Deprecated', default: true },
      { from: '1.22', stage: 'Deprecated', default: false },
    ],
  },
  {
    name: 'ValidateProxyRedirects',
    removed: '1.24',
    stages: [
      { from: '1.16', stage: 'Beta', default: true },
      { from: '1.22', stage: 'Deprecated', default: true },
    ],
  },
  {
    name: 'NodeLogQuery',
    stages: [
      { from: '1.27', stage: 'Alpha', default: false },
      { from: '1.30', stage: 'Beta', default: false },
      { from: '1.36', stage: 'GA', default: true, locked: true },
    ],
  },
  {
    name: 'PodSecurity',
    removed: '1.28',
    stages: [
      { from: '1.22', stage: 'Alpha', default: false },
      { from: '1.23', stage: 'Beta', default: true },
      { from: '1.25', stage: 'GA', default: true, locked: true },
    ],
  },
  { name: 'GRPCContainerProbeTLS', stages: [{ from: '1.37', stage: 'Alpha', default: false }] },
  {
    name: 'ControlPlaneKubeletLocalMode',
    scope: 'kubeadm',
    removed: '1.36',
    stages: [
      { from: '1.31', stage: 'Alpha', default: false },
      { from: '1.33', stage: 'Beta', default: true },
      { from: '1.35', stage: 'GA', default: true, locked: true },
    ],
  },
  {
    name: 'PublicKeysECDSA',
    scope: 'kubeadm',
    removed: '1.37',
    stages: [
      { from: '1.18', stage: 'Alpha', default: false },
      { from: '1.29', stage: 'Deprecated', default: false },
    ],
  },
  { name: 'RootlessControlPlane', scope: 'kubeadm', stages: [{ from: '1.22', stage: 'Alpha', default: false }] },
  {
    name: 'NodeLocalCRISocket',
    scope: 'kubeadm',
    removed: '1.37',
    stages: [
      { from: '1.32', stage: 'Alpha', default: false },
      { from: '1.34', stage: 'Beta', default: true },
      { from: '1.36', stage: 'GA', default: true, locked: true },
    ],
  },
  {
    name: 'WaitForAllControlPlaneComponents',
    scope: 'kubeadm',
    removed: '1.35',
    stages: [
      { from: '1.30', stage: 'Alpha', default: false },
      { from: '1.33', stage: 'Beta', default: true },
      { from: '1.34', stage: 'GA', default: true, locked: true },
    ],
  },
];

/**
 * A gate's state in a version of Kubernetes (of kubeadm, for gates of its own).
 * @returns undefined when the version does not have the gate: the feature is not there yet, or there for good
 */
export function featureGate(name: string, version: Version): GateState | undefined {
  const gate = FEATURE_GATES.find((candidate) => candidate.name === name);
  if (gate === undefined || (gate.removed !== undefined && atOrAfter(version, gate.removed))) return undefined;
  const stage = gate.stages.findLast(({ from }) => atOrAfter(version, from));
  return stage === undefined
    ? undefined
    : { stage: stage.stage, default: stage.default, locked: stage.locked === true };
}

/** Gates as somebody wrote them: names and Go booleans. */
export type WrittenGates = Readonly<Record<string, string>>;

/**
 * Whether a gate is on in a process with these gates.
 * @returns undefined where the version does not have the gate, or what is written is no boolean
 */
export function gateEnabled(name: string, version: Version, written: WrittenGates): boolean | undefined {
  const state = featureGate(name, version);
  if (state === undefined || state.locked) return state?.default;
  const own = writtenGate(name, written);
  if (own !== undefined) return parseBool(own);
  // k8s.io/component-base/featuregate: AllAlpha and AllBeta count for the gates that nobody sets.
  const group = { Alpha: 'AllAlpha', Beta: 'AllBeta', GA: undefined, Deprecated: undefined }[state.stage];
  const whole = group === undefined ? undefined : writtenGate(group, written);
  return whole === undefined ? state.default : parseBool(whole);
}

/** From 1.31 on a gate may be written with the component that it belongs to, `kube:Name`. */
function writtenGate(name: string, written: WrittenGates): string | undefined {
  return written[`kube:${name}`] ?? written[name];
}

/**
 * What a component of Kubernetes refuses of its feature gates, as clauses: a value that is no boolean, a gate that the
 * version does not have or has locked. Gates that {@link FEATURE_GATES} does not list are left alone.
 * Source: k8s.io/component-base/featuregate/feature_gate.go (Set, unsafeSetFromMap).
 */
export function gateFaults(written: WrittenGates, version: Version): readonly string[] {
  return Object.entries(written).flatMap(([key, text]) => {
    const name = key.replace(/^kube:/, '');
    const value = parseBool(text);
    if (value === undefined) return [`${shown(name)} is "${shown(text)}", which is neither true nor false`];
    const known = FEATURE_GATES.find((gate) => gate.name === name && gate.scope === undefined);
    // The table was compared with the sources of 1.19 and later.
    if (known === undefined || !atOrAfter(version, '1.19')) return [];
    const state = featureGate(name, version);
    const release = formatVersion({ major: version.major, minor: version.minor });
    if (state === undefined) return [`Kubernetes ${release} does not have the feature gate ${name}`];
    return state.locked && state.default !== value
      ? [`${name} is ${String(value)}, and Kubernetes ${release} has locked it to ${String(state.default)}`]
      : [];
  });
}

function shown(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
