/** By what traffic between pods is encrypted, namespace by namespace. */
import type { ClusterModel, ClusterPod } from '../../../src/model/cluster.ts';
import type { Check, Finding, PathFacts } from '../../../src/model/path.ts';
import type { Answer } from '../../../src/model/status.ts';
import { kubernetesDocs } from '../references.ts';
import { fail, notAssessed, pass, warn } from '../result.ts';
import { combine } from '../verdict.ts';
import { demandsMTLS, isOfIstio, meshDoubt, meshOf } from './mesh.ts';
import { isIsolated, policyKinds, standings } from './network-policy.ts';
import { few, objectEvidence, ofCluster, unknownKinds } from './objects.ts';
import { overlayAnswer, overlayOf } from './overlay.ts';
import type { Overlay } from './overlay.ts';
import { enforcesPolicies } from './plugin.ts';
import { calicoDocs, ciliumDocs, istioDocs, linkerdDocs, sourceOf } from './references.ts';
import { subjectsOf } from './subjects.ts';
import { UNKNOWN_FACTS } from '../facts.ts';

interface Encryption {
  readonly namespace: string;
  readonly answer: Answer;
  /** `mutual TLS of Istio`. */
  readonly by: string;
  /** Why it is not known, where the mesh leaves it open. */
  readonly doubt?: string;
}

/** Every namespace with pods of its users, those of Istio itself apart. */
function encryptions(cluster: ClusterModel): readonly Encryption[] {
  const overlay = overlayOf(cluster);
  return [...subjectsOf(cluster)].flatMap(([namespace, all]): readonly Encryption[] => {
    const pods = all.filter((pod) => !isOfIstio(pod));
    return pods.length === 0 ? [] : [encryption(cluster, overlay, namespace, pods)];
  });
}

function encryption(
  cluster: ClusterModel,
  overlay: Overlay,
  namespace: string,
  pods: readonly ClusterPod[],
): Encryption {
  const [doubt] = pods.flatMap((pod) => meshDoubt(cluster, pod) ?? []);
  if (doubt !== undefined && overlay.state !== 'encrypted') return { namespace, answer: 'unknown', by: '', doubt };
  if (doubt === undefined && pods.every((pod) => demandsMTLS(cluster, pod))) {
    const meshes = new Set(pods.flatMap((pod) => meshOf(cluster, pod) ?? []));
    return { namespace, answer: 'yes', by: `mutual TLS of ${[...meshes].join(' and ')}` };
  }
  return { namespace, answer: overlayAnswer(overlay.state), by: overlay.by };
}

const encrypted: Check = ofCluster({
  id: 'pod-traffic-encrypted',
  title: 'Traffic between pods is encrypted',
  severity: 'medium',
  impact: 'security',
  versions: 'all; nothing in Kubernetes encrypts it',
  remediation:
    'Let the network plugin encrypt what leaves a node (Calico: `kubectl patch felixconfiguration default --type merge -p \'{"spec":{"wireguardEnabled":true}}\'`; Cilium: `encryption.enabled=true` and `encryption.type=wireguard`), or put the namespaces into a mesh that demands mutual TLS (Istio: PeerAuthentication with `mode: STRICT`).',
  references: [
    kubernetesDocs('concepts/security/security-checklist/'),
    calicoDocs('network-policy/encrypt-cluster-pod-traffic'),
    ciliumDocs('security/network/encryption/'),
    sourceOf('flannel-io/flannel', 'Documentation/backends.md', 'master'),
    sourceOf('antrea-io/antrea', 'docs/traffic-encryption.md'),
    istioDocs('reference/config/security/peer_authentication/'),
    linkerdDocs('features/automatic-mtls/'),
  ],
  judge: (cluster) => {
    if (!cluster.known.has('Pod') && cluster.workloads.length === 0) return unknownKinds(cluster, 'Pod') ?? [];
    const overlay = overlayOf(cluster);
    const all = encryptions(cluster);
    if (all.length === 0) return pass('No namespace has pods of its users.');
    const named = (answer: Answer): readonly string[] =>
      all.filter((one) => one.answer === answer).map(({ namespace }) => namespace);
    const arePoliciesKnown = policyKinds(cluster).every((kind) => cluster.known.has(kind));
    const isolated = new Set(
      (enforcesPolicies(cluster) === false ? [] : standings(cluster))
        .filter(isIsolated)
        .map(({ namespace }) => namespace),
    );
    const pods = subjectsOf(cluster);
    const shown = (namespaces: readonly string[]) => [
      ...overlay.evidence,
      ...namespaces.slice(0, 5).flatMap((name) => {
        const [first] = pods.get(name) ?? [];
        return first === undefined ? [] : [objectEvidence(first, null, 'encryption')];
      }),
    ];
    const findings: Finding[] = [];
    const isPartly = overlay.state === 'partly';
    const bare = (namespaces: readonly string[]): string =>
      isPartly
        ? `Not all that pods of ${few(namespaces)} send and take is encrypted`
        : `Nothing encrypts what pods of ${few(namespaces)} send and take`;
    const why = `${overlay.why}, and no mesh demands mutual TLS there`;
    const headline = isPartly ? 'pod traffic partly in the clear' : 'pod traffic in the clear';
    const plain = named('no');
    const unprotected = plain.filter((namespace) => !isolated.has(namespace));
    const limited = plain.filter((namespace) => isolated.has(namespace));
    if (unprotected.length > 0) {
      const message = arePoliciesKnown
        ? `${bare(unprotected)}, and no policies that hold limit who may dial them: ${why}.`
        : `${bare(unprotected)}; whether policies limit who may dial them the input does not show: ${why}.`;
      const say = arePoliciesKnown && !isPartly ? fail : warn;
      findings.push(say(message, shown(unprotected), { headline }));
    }
    if (limited.length > 0) {
      findings.push(
        warn(`${bare(limited)}, though policies limit who may dial them: ${why}.`, shown(limited), { headline }),
      );
    }
    for (const doubt of new Set(all.flatMap((one) => one.doubt ?? []))) {
      const doubtful = all.filter((one) => one.doubt === doubt).map(({ namespace }) => namespace);
      findings.push(
        notAssessed(`Whether traffic of ${few(doubtful)} is encrypted is not known: ${doubt}.`, shown(doubtful), {
          headline: 'encryption by a mesh unknown',
        }),
      );
    }
    const unknown = all
      .filter(({ answer, doubt }) => answer === 'unknown' && doubt === undefined)
      .map(({ namespace }) => namespace);
    if (unknown.length > 0) {
      findings.push(
        notAssessed(
          `Whether traffic of ${few(unknown)} is encrypted is not known: no mesh demands mutual TLS there, and ${overlay.why}.`,
          shown(unknown),
          { headline: 'encryption of pod traffic unknown' },
        ),
      );
    }
    for (const by of new Set(all.filter(({ answer }) => answer === 'yes').map((one) => one.by))) {
      const namespaces = all.filter((one) => one.answer === 'yes' && one.by === by).map(({ namespace }) => namespace);
      const limits = by.startsWith('mutual TLS') ? '' : ' between nodes; between pods on one node nothing encrypts it';
      findings.push(pass(`Traffic of ${few(namespaces)} is encrypted by ${by}${limits}.`, shown([])));
    }
    return findings;
  },
});

/** The columns of the row. */
export function podFacts(cluster: ClusterModel): PathFacts {
  const all = encryptions(cluster);
  const answer = combine(all.map((one) => one.answer));
  const isMutual = all.length > 0 && all.every(({ by }) => by.startsWith('mutual TLS'));
  const verified: Answer = isMutual ? 'yes' : answer === 'no' ? 'no' : 'unknown';
  return {
    ...UNKNOWN_FACTS,
    encrypted: all.length === 0 ? 'unknown' : answer,
    serverVerified: verified,
    clientAuthenticated: verified,
  };
}

export const TRAFFIC_CHECKS: readonly Check[] = [encrypted];
