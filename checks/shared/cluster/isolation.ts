/** Which pods take or send only what some policy allows: one answer out of the policies of all kinds. */
import type {
  CalicoPolicy,
  CiliumPolicy,
  ClusterModel,
  ClusterPod,
  Direction,
  Labels,
  LabelSelector,
  NetworkPolicy,
  PolicyRule,
} from '../../../src/model/cluster.ts';
import { isEveryAddress } from '../../../src/text/address.ts';
import { calicoSelector } from './calico-selector.ts';
import { mayRun, plugin } from './plugin.ts';
import { isEmptySelector, selects, withoutSource } from './selectors.ts';

/** What is known of one pod in one direction. `unknown`: a policy that is not understood selects it, or may. */
export type Isolation = 'isolated' | 'open' | 'unknown';

export class Isolations {
  readonly #cluster: ClusterModel;
  readonly #namespaces: ReadonlyMap<string, Labels>;
  readonly #answers = new Map<string, Isolation>();
  readonly #calicoPolicies: readonly CalicoPolicy[];
  readonly #ciliumPolicies: readonly CiliumPolicy[];
  readonly #alwaysIsolated: boolean;

  constructor(cluster: ClusterModel) {
    this.#cluster = cluster;
    this.#namespaces = new Map(cluster.namespaces.map(({ name, labels }) => [name, labels]));
    this.#calicoPolicies = mayRun(cluster, 'Calico')
      ? cluster.calicoPolicies.filter(({ isStaged, isOfHosts }) => !isStaged && !isOfHosts)
      : [];
    this.#ciliumPolicies = mayRun(cluster, 'Cilium') ? cluster.ciliumPolicies : [];
    // docs.cilium.io, security/policy/intro: with `always` pods that no policy selects take nothing either.
    this.#alwaysIsolated =
      plugin(cluster, 'Cilium') !== undefined && cluster.settings.cilium?.values.get('enable-policy') === 'always';
  }

  /** Whether policies of other kinds than Kubernetes' own may decide. */
  get hasOthers(): boolean {
    return this.#calicoPolicies.length + this.#ciliumPolicies.length + this.#cluster.otherPolicies.length > 0;
  }

  /** Whether a pod is isolated in a direction. */
  of(pod: Pick<ClusterPod, 'namespace' | 'labels' | 'serviceAccount'>, direction: Direction): Isolation {
    const labels = [...pod.labels].map(([key, value]) => `${key}=${value}`).sort();
    const key = `${direction} ${pod.namespace} ${pod.serviceAccount} ${labels.join(',')}`;
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const answer = this.#judge(pod, direction);
    this.#answers.set(key, answer);
    return answer;
  }

  /** Policies of Kubernetes that select a pod in a direction. */
  selecting(
    { namespace, labels }: Pick<ClusterPod, 'namespace' | 'labels'>,
    direction: Direction,
  ): readonly NetworkPolicy[] {
    return this.#cluster.networkPolicies.filter(
      (policy) =>
        policy.namespace === namespace && policy.policyTypes.includes(direction) && selects(policy.podSelector, labels),
    );
  }

  #judge(pod: Pick<ClusterPod, 'namespace' | 'labels' | 'serviceAccount'>, direction: Direction): Isolation {
    const own = this.selecting(pod, direction);
    const rules = own.flatMap((policy) => (direction === 'Ingress' ? policy.ingress : policy.egress));
    // Policies add up: one that lets everything through undoes all others of its kind.
    const isOpened = rules.some((rule) => this.letsAllThrough(rule));
    const isIsolated = own.length > 0 || this.#alwaysIsolated;
    const answers: Isolation[] = isIsolated && !isOpened ? ['isolated'] : [];
    answers.push(...this.#calico(pod, direction), ...this.#cilium(pod, direction, isIsolated));
    const isOverruled = isOpened || this.#cluster.otherPolicies.some(({ opens }) => opens.includes(direction));
    if (answers.includes('isolated') && !answers.includes('unknown')) return isOverruled ? 'unknown' : 'isolated';
    if (answers.includes('unknown') || this.#cluster.otherPolicies.length > 0) return 'unknown';
    return 'open';
  }

  /** A rule that names neither ports nor, in effect, peers; every port of TCP is as good as none named. */
  letsAllThrough({ peers, ports }: PolicyRule): boolean {
    if (ports.length > 0 && !ports.some(isEveryPort)) return false;
    if (peers.length === 0) return true;
    return peers.some(
      ({ namespaceSelector, podSelector, cidr, except }) =>
        (namespaceSelector !== undefined &&
          this.#isEveryNamespace(namespaceSelector) &&
          (podSelector === undefined || isEmptySelector(podSelector))) ||
        (cidr !== undefined && isEveryAddress(cidr) && except.every(isFewAddresses)),
    );
  }

  /** By its words, or because it selects each of a cluster whose namespaces the input has. */
  #isEveryNamespace(selector: LabelSelector): boolean {
    if (isEmptySelector(selector)) return true;
    return this.#namespaces.has('kube-system') && [...this.#namespaces.values()].every((one) => selects(selector, one));
  }

  /**
   * A pod that any policy of Calico selects in a direction takes only what a rule allows (docs.tigera.io, network
   * policy: default behaviour). In which order tiers and policies are asked is not followed here.
   */
  #calico(
    pod: Pick<ClusterPod, 'namespace' | 'labels' | 'serviceAccount'>,
    direction: Direction,
  ): readonly Isolation[] {
    const labels = new Map(pod.labels)
      .set('projectcalico.org/namespace', pod.namespace)
      .set('projectcalico.org/orchestrator', 'k8s')
      .set('projectcalico.org/serviceaccount', pod.serviceAccount);
    return this.#calicoPolicies.flatMap((policy): readonly Isolation[] => {
      if (!policy.types.includes(direction)) return [];
      if (!policy.isGlobal && policy.namespace !== pod.namespace) return [];
      const selected = [calicoSelector(policy.selector), calicoSelector(policy.namespaceSelector)] as const;
      if (selected[0] === undefined || selected[1] === undefined) return ['unknown'];
      if (policy.namespaceSelector !== '' && !this.#namespaces.has(pod.namespace)) return ['unknown'];
      // An empty selector of namespaces takes hosts and pods alike.
      const namespace = new Map(this.#namespaces.get(pod.namespace)).set('projectcalico.org/name', pod.namespace);
      if (!selected[0](labels) || !selected[1](namespace)) return [];
      return [policy.isUndecided ? 'unknown' : calicoVerdict(policy, direction)];
    });
  }

  #cilium(
    pod: Pick<ClusterPod, 'namespace' | 'labels' | 'serviceAccount'>,
    direction: Direction,
    isSelectedByKubernetes: boolean,
  ): readonly Isolation[] {
    const namespace = this.#namespaces.get(pod.namespace) ?? new Map<string, string>();
    const labels = new Map([
      ...pod.labels,
      ['io.kubernetes.pod.namespace', pod.namespace] as const,
      ['io.cilium.k8s.policy.serviceaccount', pod.serviceAccount] as const,
      ...[...namespace].map(([key, value]) => [`io.cilium.k8s.namespace.labels.${key}`, value] as const),
    ]);
    const found = this.#ciliumPolicies
      .filter((policy) => policy.isGlobal || policy.namespace === pod.namespace)
      .flatMap(({ rules }) => rules)
      .filter(
        ({ endpointSelector }) => endpointSelector !== undefined && selects(withoutSource(endpointSelector), labels),
      );
    const isolates = found.some((rule) => rule.isolates.includes(direction));
    const opens = found.some((rule) => rule.opens.includes(direction));
    if (!isolates && !opens) return [];
    if (opens) return isSelectedByKubernetes ? ['unknown'] : [];
    return ['isolated'];
  }
}

/** Every port of TCP, over which nearly everything goes. */
function isEveryPort({ protocol, port, endPort }: PolicyRule['ports'][number]): boolean {
  return protocol === 'TCP' && (port === undefined || (typeof port === 'number' && port <= 1 && endPort === 65_535));
}

function calicoVerdict(policy: CalicoPolicy, direction: Direction): Isolation {
  const rules = direction === 'Ingress' ? policy.ingress : policy.egress;
  // What allows or passes everything leaves the verdict to others.
  const isOpen = rules.some(
    ({ action, protocol, destinationPorts, isLimited }) =>
      (action === 'Allow' || action === 'Pass') &&
      (protocol === undefined || /^(?:tcp|6)$/i.test(protocol)) &&
      destinationPorts.length === 0 &&
      !isLimited,
  );
  return isOpen ? 'unknown' : 'isolated';
}

/**
 * A network of at most 16 addresses. Without the metadata service of a cloud "everything" is everything still: the pods
 * of the cluster are in it, which 10.0.0.0/8 as an exception would leave out.
 */
function isFewAddresses(network: string): boolean {
  const [address = '', prefix = ''] = network.split('/');
  return Number(prefix) >= (address.includes(':') ? 124 : 28);
}
