/** Service meshes: Istio (istio/api security/v1, networking/v1) and Linkerd (linkerd2 policy.linkerd.io). */
import type {
  DestinationRule,
  LinkerdAuthorization,
  LinkerdServer,
  MTLSMode,
  PeerAuthentication,
} from '../../model/cluster.ts';
import { asList, asMapping, asText } from '../../text/yaml.ts';
import { identity, labels, part, selector, whole } from './fields.ts';
import type { Mapping } from './fields.ts';
import type { APIObject } from './objects.ts';

export function peerAuthenticationOf(object: APIObject): PeerAuthentication {
  const spec = part(object.value, 'spec');
  const mode = (value: unknown): MTLSMode => asText(part(value).mode) ?? 'UNSET';
  const chosen = asMapping(spec.selector);
  return {
    ...identity(object, ['spec']),
    selector: chosen === undefined ? undefined : labels(chosen.matchLabels),
    mode: mode(spec.mtls),
    ports: new Map(Object.entries(part(spec.portLevelMtls)).map(([port, value]) => [port, mode(value)])),
    createdAt: asText(part(object.value, 'metadata').creationTimestamp) ?? '',
  };
}

export function destinationRuleOf(object: APIObject): DestinationRule {
  const spec = part(object.value, 'spec');
  const tls: { where: string; mode: string; skipsVerification: boolean }[] = [];
  const policy = (value: unknown, where: string): void => {
    const found = part(value);
    note(found.tls, where);
    for (const one of asList(found.portLevelSettings)) {
      const port = whole(part(part(one).port).number);
      note(part(one).tls, `${where}, port ${port ?? '?'}`);
    }
  };
  const note = (value: unknown, where: string): void => {
    const found: Mapping | undefined = asMapping(value);
    if (found === undefined) return;
    tls.push({
      where,
      mode: asText(found.mode) ?? 'DISABLE',
      skipsVerification: found.insecureSkipVerify === true,
    });
  };
  policy(spec.trafficPolicy, 'trafficPolicy');
  for (const one of asList(spec.subsets)) {
    const subset = part(one);
    policy(subset.trafficPolicy, `subset ${asText(subset.name) ?? '?'}`);
  }
  return { ...identity(object, ['spec']), host: asText(spec.host) ?? '', tls };
}

export function linkerdServerOf(object: APIObject): LinkerdServer {
  const spec = part(object.value, 'spec');
  return {
    ...identity(object, ['spec']),
    podSelector: selector(spec.podSelector),
    port: asText(spec.port) ?? whole(spec.port)?.toString() ?? '',
    accessPolicy: asText(spec.accessPolicy) ?? 'deny',
  };
}

export function serverAuthorizationOf(object: APIObject): LinkerdAuthorization {
  const spec = part(object.value, 'spec');
  return {
    ...identity(object, ['spec']),
    target: `Server ${asText(part(spec.server).name) ?? '(by its labels)'}`,
    // TLS without an identity is as little an identity (linkerd2 charts/linkerd-crds, serverauthorizations).
    allowsUnauthenticated:
      part(spec.client).unauthenticated === true || part(spec.client, 'meshTLS').unauthenticatedTLS === true,
  };
}

/** Without any required authentication it lets everybody in (linkerd2 policy-controller). */
export function authorizationPolicyOf(object: APIObject): LinkerdAuthorization {
  const spec = part(object.value, 'spec');
  const target = part(spec.targetRef);
  const required = asList(spec.requiredAuthenticationRefs).map((one) => asText(part(one).kind));
  return {
    ...identity(object, ['spec']),
    target: `${asText(target.kind) ?? ''} ${asText(target.name) ?? ''}`.trim(),
    allowsUnauthenticated: !required.includes('MeshTLSAuthentication') && !required.includes('ServiceAccount'),
  };
}
