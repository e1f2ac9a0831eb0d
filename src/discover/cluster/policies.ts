/** What filters traffic between pods: networking.k8s.io/v1 NetworkPolicy, and the policies of Calico and Cilium. */
import type {
  CalicoPolicy,
  CalicoRule,
  CiliumPolicy,
  Direction,
  LabelSelector,
  NetworkPolicy,
  OtherPolicy,
  PolicyRule,
} from '../../model/cluster.ts';
import { isEveryAddress } from '../../text/address.ts';
import { asList, asMapping, asText } from '../../text/yaml.ts';
import { identity, part, selector, texts, whole } from './fields.ts';
import type { Mapping } from './fields.ts';
import type { APIObject } from './objects.ts';

const EVERYTHING = { matchLabels: new Map<string, string>(), matchExpressions: [] };

/**
 * Where policyTypes is left out, Ingress counts always and Egress where there are egress rules
 * (kubernetes/pkg/apis/networking/v1/defaults.go, SetDefaults_NetworkPolicy).
 */
export function networkPolicyOf(object: APIObject): NetworkPolicy {
  const spec = part(object.value, 'spec');
  const written = directions(spec.policyTypes);
  const types: readonly Direction[] =
    written.length > 0 ? written : asList(spec.egress).length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
  return {
    ...identity(object, ['spec']),
    podSelector: selector(spec.podSelector) ?? EVERYTHING,
    policyTypes: types,
    ingress: rules(spec.ingress, 'from'),
    egress: rules(spec.egress, 'to'),
  };
}

function directions(value: unknown): readonly Direction[] {
  return texts(value).filter((one): one is Direction => one === 'Ingress' || one === 'Egress');
}

function rules(value: unknown, side: 'from' | 'to'): readonly PolicyRule[] {
  return asList(value).map((one) => {
    const rule = part(one);
    return {
      peers: asList(rule[side]).map((entry) => {
        const peer = part(entry);
        const block = part(peer.ipBlock);
        return {
          namespaceSelector: selector(peer.namespaceSelector),
          podSelector: selector(peer.podSelector),
          cidr: asText(block.cidr),
          except: texts(block.except),
        };
      }),
      ports: asList(rule.ports).map((entry) => {
        const port = part(entry);
        return {
          protocol: asText(port.protocol) ?? 'TCP',
          port: whole(port.port) ?? asText(port.port),
          endPort: whole(port.endPort),
        };
      }),
    };
  });
}

/** Without `types` Calico takes Ingress, and Egress as well where there are egress rules (libcalico-go, lib/clientv3). */
export function calicoPolicyOf(object: APIObject): CalicoPolicy {
  const spec = part(object.value, 'spec');
  const written = directions(spec.types);
  const hasEgress = asList(spec.egress).length > 0;
  const hasIngress = asList(spec.ingress).length > 0;
  const types: readonly Direction[] = hasEgress ? (hasIngress ? ['Ingress', 'Egress'] : ['Egress']) : ['Ingress'];
  const found = identity(object, ['spec']);
  return {
    ...found,
    isGlobal: found.kind.endsWith('GlobalNetworkPolicy'),
    isStaged: found.kind.startsWith('Staged'),
    selector: asText(spec.selector) ?? '',
    namespaceSelector: asText(spec.namespaceSelector) ?? '',
    types: written.length > 0 ? written : types,
    ingress: asList(spec.ingress).map(calicoRule),
    egress: asList(spec.egress).map(calicoRule),
    isOfHosts: spec.doNotTrack === true || spec.preDNAT === true,
    isUndecided: (asText(spec.serviceAccountSelector) ?? '') !== '' || (asText(spec.tier) ?? 'default') !== 'default',
  };
}

/** Keys of a rule that do not limit what it matches, beside those that are read. */
const RULE_KEYS = new Set(['action', 'protocol', 'source', 'destination', 'metadata']);

function calicoRule(value: unknown): CalicoRule {
  const rule = part(value);
  const destination = part(rule.destination);
  return {
    action: asText(rule.action) ?? '',
    protocol: asText(rule.protocol) ?? whole(rule.protocol)?.toString(),
    destinationPorts: asList(destination.ports).flatMap((one) => asText(one) ?? whole(one)?.toString() ?? []),
    isLimited:
      Object.keys(rule).some((key) => !RULE_KEYS.has(key) && isWritten(rule[key])) ||
      limitsPeer(part(rule.source)) ||
      limitsPeer({ ...destination, ports: undefined }),
  };
}

function isWritten(one: unknown): boolean {
  return one !== undefined && one !== null && !(typeof one === 'object' && Object.keys(one).length === 0);
}

/** Of the fields of an EntityRule those that match every pod, or every address, limit nothing. */
function limitsPeer(peer: Mapping): boolean {
  return Object.entries(peer).some(([key, value]) => {
    if (key === 'nets') return isWritten(value) && !texts(value).some(isEveryAddress);
    if (key === 'selector' || key === 'namespaceSelector')
      return !/^(?:all\(\s*\))?$/.test((asText(value) ?? '').trim());
    return isWritten(value);
  });
}

/**
 * A rule that has rules for a direction isolates what it selects in that direction, unless enableDefaultDeny says
 * otherwise; an empty list is as none (cilium/cilium pkg/policy/api/rule.go).
 */
export function ciliumPolicyOf(object: APIObject): CiliumPolicy {
  const single = asMapping(object.value.spec);
  const several = asList(object.value.specs).map((one) => part(one));
  const found = identity(object, ['spec']);
  const isGlobal = found.kind === 'CiliumClusterwideNetworkPolicy';
  return {
    ...found,
    isGlobal,
    rules: [...(single === undefined ? [] : [single]), ...several].map((rule) => ciliumRule(rule, isGlobal)),
  };
}

function ciliumRule(rule: Mapping, isGlobal: boolean): CiliumPolicy['rules'][number] {
  const sections = { Ingress: ['ingress', 'ingressDeny'], Egress: ['egress', 'egressDeny'] } as const;
  const deny = part(rule.enableDefaultDeny);
  const both: readonly Direction[] = ['Ingress', 'Egress'];
  const allowed = (direction: Direction): readonly Mapping[] =>
    asList(rule[sections[direction][0]]).map((one) => part(one));
  return {
    endpointSelector: selector(rule.endpointSelector),
    isolates: both.filter(
      (direction) =>
        sections[direction].some((key) => asList(rule[key]).length > 0) && deny[direction.toLowerCase()] !== false,
    ),
    opens: both.filter((direction) =>
      allowed(direction).some((one) => {
        const side = direction === 'Ingress' ? 'from' : 'to';
        const entities = texts(one[`${side}Entities`]);
        const everywhere =
          entities.includes('all') ||
          entities.includes('cluster') ||
          asList(one[`${side}Endpoints`]).some((peer) => isEveryEndpoint(selector(peer), isGlobal));
        return everywhere && one.toPorts === undefined && one.icmps === undefined;
      }),
    ),
    authentication: [...allowed('Ingress'), ...allowed('Egress')]
      .map((one) => asText(part(one.authentication).mode))
      .find((mode) => mode !== undefined),
  };
}

/**
 * An empty selector is every endpoint for the whole cluster's policies; in a policy of a namespace it is those of that
 * namespace, unless it asks for the label of the namespace (docs.cilium.io, security/policy/language).
 */
function isEveryEndpoint(peer: LabelSelector | undefined, isGlobal: boolean): boolean {
  if (peer === undefined || peer.matchLabels.size > 0) return false;
  const anyNamespace = peer.matchExpressions.filter(
    ({ key, operator }) => operator === 'Exists' && /^(?:k8s:)?io\.kubernetes\.pod\.namespace$/.test(key),
  );
  return peer.matchExpressions.length === anyNamespace.length && (isGlobal || anyNamespace.length > 0);
}

/**
 * Rules of AdminNetworkPolicy and ClusterNetworkPolicy (kubernetes-sigs/network-policy-api) and of Antrea's policies that
 * let everything through. Those of a baseline come after NetworkPolicy, and open nothing that one limits.
 */
export function otherPolicyOf(object: APIObject): OtherPolicy {
  const spec = part(object.value, 'spec');
  const found = identity(object);
  const isBaseline = found.kind.startsWith('Baseline') || /^baseline$/i.test(asText(spec.tier) ?? '');
  const opened = (section: unknown, side: 'from' | 'to'): boolean =>
    asList(section).some((one) => {
      const rule = part(one);
      const peers = asList(rule[side]);
      return (
        /^(?:Allow|Accept)$/.test(asText(rule.action) ?? '') &&
        !isWritten(rule.ports) &&
        !isWritten(rule.protocols) &&
        (peers.length === 0 || peers.some(isEveryPeer))
      );
    });
  return {
    ...found,
    opens: isBaseline
      ? []
      : [
          ...(opened(spec.ingress, 'from') ? (['Ingress'] as const) : []),
          ...(opened(spec.egress, 'to') ? (['Egress'] as const) : []),
        ],
  };
}

function isEveryPeer(value: unknown): boolean {
  const peer = part(value);
  const isEverything = (one: unknown): boolean => {
    const found = selector(one);
    return found?.matchLabels.size === 0 && found.matchExpressions.length === 0;
  };
  const pods = part(peer.pods);
  return (
    isEverything(peer.namespaces) ||
    isEverything(peer.namespaceSelector) ||
    isEverything(pods.namespaceSelector) ||
    texts(peer.networks).some(isEveryAddress) ||
    isEveryAddress(asText(part(peer.ipBlock).cidr) ?? '')
  );
}
