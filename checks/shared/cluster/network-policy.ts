/** Which pods anybody in the cluster may dial, and whether policies hold at all. */
import type { ClusterModel, ClusterPod, Direction, Labels, PolicyRule } from '../../../src/model/cluster.ts';
import type { Check, Finding } from '../../../src/model/path.ts';
import { cis, kubernetesDocs, kubernetesSource } from '../references.ts';
import { notAssessed, pass, warn } from '../result.ts';
import { enumerate } from '../words.ts';
import { Isolations } from './isolation.ts';
import type { Isolation } from './isolation.ts';
import { called, EXPORT, few, objectEvidence, ofCluster, unknownKinds } from './objects.ts';
import { enforcesPolicies, pluginsOf } from './plugin.ts';
import type { PluginName } from './plugin.ts';
import { calicoDocs, ciliumDocs, sourceOf } from './references.ts';
import { selects } from './selectors.ts';
import { ownersOf, subjectsOf } from './subjects.ts';

const DIRECTIONS: readonly Direction[] = ['Ingress', 'Egress'];

/** Kinds of a plugin's own, which limit pods where that plugin runs. */
const OWN_KINDS: readonly (readonly [plugin: PluginName, ...kinds: readonly string[]])[] = [
  ['Calico', 'projectcalico.org/NetworkPolicy', 'projectcalico.org/GlobalNetworkPolicy'],
  ['Cilium', 'cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy'],
];

/** The kinds that have to be known before a pod can be called open. */
export function policyKinds(cluster: ClusterModel): readonly string[] {
  const plugins = new Set(pluginsOf(cluster).map(({ name }) => name));
  return ['NetworkPolicy', ...OWN_KINDS.flatMap(([name, ...kinds]) => (plugins.has(name) ? kinds : []))];
}

const POLICY_DOCS = kubernetesDocs('concepts/services-networking/network-policies/');

/** More namespaces are named together. */
const MAX_SINGLE = 20;

/** How the pods of a namespace stand. */
interface Standing {
  readonly namespace: string;
  readonly pods: readonly ClusterPod[];
  /** Of a pod that has no label, which is every pod that nobody foresaw. */
  readonly byDefault: ReadonlyMap<Direction, Isolation>;
  readonly open: ReadonlyMap<Direction, readonly ClusterPod[]>;
  readonly isUnknown: boolean;
}

/** Every namespace with pods of its users. */
export function standings(cluster: ClusterModel): readonly Standing[] {
  const isolations = new Isolations(cluster);
  return [...subjectsOf(cluster)].map(([namespace, pods]) => {
    const answers = (direction: Direction): readonly Isolation[] => pods.map((pod) => isolations.of(pod, direction));
    const unforeseen = { namespace, labels: new Map<string, string>(), serviceAccount: 'default' };
    return {
      namespace,
      pods,
      byDefault: new Map(DIRECTIONS.map((one) => [one, isolations.of(unforeseen, one)])),
      open: new Map(DIRECTIONS.map((one) => [one, pods.filter((pod) => isolations.of(pod, one) === 'open')])),
      isUnknown: DIRECTIONS.some((one) => answers(one).includes('unknown')),
    };
  });
}

/** Whether every pod of a namespace takes and sends only what a policy allows, as far as policies hold. */
export function isIsolated({ open, isUnknown }: Standing): boolean {
  return !isUnknown && DIRECTIONS.every((one) => open.get(one)?.length === 0);
}

const WORDS: Readonly<Record<Direction, string>> = { Ingress: 'take', Egress: 'send' };

function judge(standing: Standing): Finding {
  const { namespace, pods, open, byDefault, isUnknown } = standing;
  const lacking = DIRECTIONS.filter((one) => (open.get(one)?.length ?? 0) > 0);
  const [first] = pods;
  const shown = first === undefined ? [] : [objectEvidence(first, null, 'policies')];
  if (lacking.length > 0) {
    const parts = lacking.map((one) => {
      const found = open.get(one) ?? [];
      const who = found.length === pods.length ? 'all pods' : few(ownersOf(found), 4);
      return `${who} ${WORDS[one]} anything`;
    });
    return warn(
      `In namespace ${namespace} no policy limits traffic in ${lacking.length === 2 ? 'both directions' : `the direction ${lacking[0] ?? ''}`} for every pod: ${enumerate(parts)}.`,
      shown,
      { headline: `${namespace}: no default deny` },
    );
  }
  if (isUnknown) {
    return notAssessed(
      `In namespace ${namespace} policies apply that are not followed to the end here (an order of policies, tiers, rules that pass or open, or kinds that are not judged).`,
      shown,
      { headline: `${namespace}: policies not followed` },
    );
  }
  const unforeseen = DIRECTIONS.filter((one) => byDefault.get(one) !== 'isolated');
  return unforeseen.length === 0
    ? pass(`Namespace ${namespace} denies by default in both directions.`, shown)
    : warn(
        `In namespace ${namespace} every pod that is there is limited by some policy, but a pod with other labels would not be: no policy selects all pods for ${enumerate(unforeseen)}.`,
        shown,
        { severity: 'low', headline: `${namespace}: new pods are open` },
      );
}

const defaultDeny: Check = ofCluster({
  id: 'netpol-default-deny',
  title: 'Every namespace with pods denies by default, in both directions',
  severity: 'medium',
  impact: 'security',
  versions:
    'all; without a policy pods take and send anything; without policyTypes a policy counts for Ingress, and for Egress where it has egress rules',
  remediation:
    'For each namespace: `kubectl apply` a NetworkPolicy with `podSelector: {}` and `policyTypes: [Ingress, Egress]` and no rules, and before it one that allows egress to port 53 (UDP and TCP) of the pods `k8s-app: kube-dns` in kube-system, or no name is resolved any more; then one for each connection that has to be.',
  references: [cis('5.3.2'), POLICY_DOCS, kubernetesSource('pkg/apis/networking/v1/defaults.go')],
  judge: (cluster) => {
    const unknown = unknownKinds(cluster, ...policyKinds(cluster));
    if (unknown !== undefined) return unknown;
    if (!cluster.known.has('Pod') && cluster.workloads.length === 0) {
      return unknownKinds(cluster, 'Pod') ?? [];
    }
    const all = standings(cluster);
    if (all.length === 0) return pass('No namespace has pods of its users.');
    const findings = all.map(judge);
    const passed = all.filter((_one, index) => findings[index]?.status === 'pass').map(({ namespace }) => namespace);
    const others = findings.filter(({ status }) => status !== 'pass');
    const rest = others.length - MAX_SINGLE;
    return [
      ...others.slice(0, MAX_SINGLE),
      ...(rest > 0
        ? [warn(`The same is to be said of ${rest} more namespaces.`, [], { headline: `${rest} more namespaces` })]
        : []),
      ...(passed.length > 0
        ? [
            pass(
              enforcesPolicies(cluster) === false
                ? `Policies of ${few(passed)} would deny by default in both directions, if anything made them hold.`
                : `${passed.length === 1 ? 'Namespace' : 'Namespaces'} ${few(passed)} ${passed.length === 1 ? 'denies' : 'deny'} by default in both directions.`,
            ),
          ]
        : []),
    ];
  },
});

/** Whether a rule lets queries to the cluster's DNS through; in doubt it does. */
function allowsDNS(cluster: ClusterModel, { peers, ports }: PolicyRule): boolean {
  const isPort =
    ports.length === 0 ||
    ports.some(
      ({ protocol, port, endPort }) =>
        protocol === 'UDP' &&
        (port === undefined ||
          typeof port === 'string' ||
          port === 53 ||
          (endPort !== undefined && port <= 53 && endPort >= 53) ||
          // CoreDNS may listen elsewhere; the port is that of the pod.
          port === 5353),
    );
  if (!isPort) return false;
  if (peers.length === 0) return true;
  const answering = dnsNamespaces(cluster);
  return peers.some(({ namespaceSelector, cidr }) => {
    if (cidr !== undefined) return true;
    if (namespaceSelector === undefined) return false;
    return answering.length === 0 || answering.some((labels) => selects(namespaceSelector, labels));
  });
}

/** Labels of kube-system, and of namespaces in which a Service answers on port 53, as openshift-dns. */
function dnsNamespaces({ namespaces, services }: ClusterModel): readonly Labels[] {
  const serving = services
    .filter(({ ports }) => ports.some(({ port, protocol }) => port === 53 && protocol === 'UDP'))
    .map(({ namespace }) => namespace);
  return namespaces.filter(({ name }) => name === 'kube-system' || serving.includes(name)).map(({ labels }) => labels);
}

const dns: Check = ofCluster({
  id: 'netpol-dns',
  title: 'Pods whose egress is limited can resolve names',
  severity: 'medium',
  impact: 'availability',
  versions: 'all',
  remediation:
    'Add a NetworkPolicy with `podSelector: {}` and an egress rule to port 53 (UDP and TCP) of the pods `k8s-app: kube-dns` in the namespace `kubernetes.io/metadata.name: kube-system`; with NodeLocal DNSCache also to its address.',
  references: [POLICY_DOCS],
  judge: (cluster) => {
    const unknown = unknownKinds(cluster, 'NetworkPolicy');
    if (unknown !== undefined) return unknown;
    const isolations = new Isolations(cluster);
    const findings = [...subjectsOf(cluster)].flatMap(([namespace, pods]): readonly Finding[] => {
      const mute = pods.filter((pod) => {
        const selecting = isolations.selecting(pod, 'Egress');
        const rules = selecting.flatMap(({ egress }) => egress);
        return (
          selecting.length > 0 && !rules.some((rule) => isolations.letsAllThrough(rule) || allowsDNS(cluster, rule))
        );
      });
      const [first] = mute;
      if (first === undefined) return [];
      const policies = isolations.selecting(first, 'Egress');
      const shown = policies.map((policy) => objectEvidence(policy, [...policy.policyTypes], 'policyTypes'));
      const what = `In namespace ${namespace} ${few(ownersOf(mute), 4)} may send only what ${few(policies.map(called), 3)} allow, and that is no query to the cluster's DNS`;
      const headline = `${namespace}: no DNS`;
      // Another kind of policy may let through what this one does not.
      if (isolations.hasOthers) {
        return [
          notAssessed(`${what}; whether policies of other kinds allow it is not followed here.`, shown, { headline }),
        ];
      }
      return [warn(`${what}: names are not resolved.`, shown, { headline })];
    });
    return findings.length > 0 ? findings : pass('No NetworkPolicy keeps a pod from the DNS of the cluster.');
  },
});

const support: Check = ofCluster({
  id: 'netpol-cni-support',
  title: 'The network plugin makes network policies hold',
  severity: 'medium',
  impact: 'security',
  versions: 'all; the API server takes policies whether anything enforces them or not',
  remediation:
    'Run a plugin that enforces NetworkPolicy: Calico, Cilium, Antrea, or Calico for policy beside flannel (Canal); `kubectl -n kube-system get daemonsets` shows what runs.',
  references: [
    cis('5.3.1'),
    POLICY_DOCS,
    sourceOf('flannel-io/flannel', 'README.md', 'master'),
    calicoDocs('network-policy/get-started/kubernetes-policy/kubernetes-network-policy'),
    ciliumDocs('network/kubernetes/policy/'),
  ],
  judge: (cluster) => {
    const plugins = pluginsOf(cluster);
    const shown = plugins.map(({ pod, name }) => objectEvidence(pod, name, 'image'));
    const names = plugins.map(({ name, because }) => (because === undefined ? name : `${name} (${because})`));
    const enforcing = plugins.find(({ enforces }) => enforces === true);
    if (enforcing !== undefined) return pass(`${enforcing.name} enforces network policies.`, shown);
    if (plugins.length === 0) {
      return notAssessed(
        'No agent of a network plugin is among the pods and DaemonSets of the input, so whether policies hold is not known.',
        [],
        { headline: 'network plugin not in the export', remediation: EXPORT },
      );
    }
    if (plugins.some(({ enforces }) => enforces === undefined)) {
      return notAssessed(
        `${enumerate(names)} may enforce network policies or not, by settings and versions that are not read here.`,
        shown,
      );
    }
    const written = cluster.networkPolicies.length;
    return warn(
      `${enumerate(names)} ${names.length === 1 ? 'does' : 'do'} not enforce network policies, and nothing else that does is there${written === 0 ? '' : `: the ${written} that are written hold nobody back`}.`,
      shown,
      { severity: written === 0 ? 'medium' : 'high', headline: 'network policies do not hold' },
    );
  },
});

export const NETWORK_POLICY_CHECKS: readonly Check[] = [defaultDeny, dns, support];
