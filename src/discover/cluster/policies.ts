/** What filters traffic between pods: networking.k8s.io/v1 NetworkPolicy, and the policies of Calico and Cilium. */
import type {
  CalicoPolicy,
  CalicoRule,
  CiliumPolicy,
  Direction,
  NetworkPolicy,
  PolicyRule,
} from '../../model/cluster.ts';
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
  };
}

/** Keys of a rule that do not limit what it matches, beside those that are read. */
const RULE_KEYS = new Set(['action', 'protocol', 'destination', 'metadata']);

function calicoRule(value: unknown): CalicoRule {
  const rule = part(value);
  const destination = part(rule.destination);
  const isWritten = (one: unknown): boolean =>
    one !== undefined && one !== null && !(typeof one === 'object' && Object.keys(one).length === 0);
  return {
    action: asText(rule.action) ?? '',
    protocol: asText(rule.protocol) ?? whole(rule.protocol)?.toString(),
    destinationPorts: asList(destination.ports).flatMap((one) => asText(one) ?? whole(one)?.toString() ?? []),
    isLimited:
      Object.keys(rule).some((key) => !RULE_KEYS.has(key) && isWritten(rule[key])) ||
      Object.keys(destination).some((key) => key !== 'ports' && isWritten(destination[key])),
  };
}

/**
 * A rule with a section for a direction isolates what it selects in that direction, unless enableDefaultDeny says
 * otherwise (cilium/cilium pkg/policy/api/rule.go).
 */
export function ciliumPolicyOf(object: APIObject): CiliumPolicy {
  const single = asMapping(object.value.spec);
  const several = asList(object.value.specs).map((one) => part(one));
  const found = identity(object, ['spec']);
  return {
    ...found,
    isGlobal: found.kind === 'CiliumClusterwideNetworkPolicy',
    rules: [...(single === undefined ? [] : [single]), ...several].map(ciliumRule),
  };
}

function ciliumRule(rule: Mapping): CiliumPolicy['rules'][number] {
  const sections = { Ingress: ['ingress', 'ingressDeny'], Egress: ['egress', 'egressDeny'] } as const;
  const deny = part(rule.enableDefaultDeny);
  const both: readonly Direction[] = ['Ingress', 'Egress'];
  const allowed = (direction: Direction): readonly Mapping[] =>
    asList(rule[sections[direction][0]]).map((one) => part(one));
  return {
    endpointSelector: selector(rule.endpointSelector),
    isolates: both.filter(
      (direction) =>
        sections[direction].some((key) => Array.isArray(rule[key])) && deny[direction.toLowerCase()] !== false,
    ),
    opens: both.filter((direction) =>
      allowed(direction).some((one) => {
        const side = direction === 'Ingress' ? 'from' : 'to';
        const entities = texts(one[`${side}Entities`]);
        const everywhere =
          entities.includes('all') ||
          entities.includes('cluster') ||
          asList(one[`${side}Endpoints`]).some((peer) => Object.keys(part(peer)).length === 0 && found(peer));
        return everywhere && one.toPorts === undefined && one.icmps === undefined;
      }),
    ),
    authentication: [...allowed('Ingress'), ...allowed('Egress')]
      .map((one) => asText(part(one.authentication).mode))
      .find((mode) => mode !== undefined),
  };
}

function found(value: unknown): boolean {
  return asMapping(value) !== undefined;
}
