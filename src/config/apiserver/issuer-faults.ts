/**
 * What of a JWT authenticator keeps the API server from starting. Source: k8s.io/apiserver
 * pkg/apis/apiserver/validation/validation.go (validateJWTAuthenticator). Whether a CEL expression compiles is not
 * asked.
 */
import { asList, asMapping, asText } from '../../text/yaml.ts';
import { atOrAfter } from '../history/ranges.ts';
import { issuerURLFault } from '../url.ts';
import type { ConfigReader } from './kind.ts';

type Mapping = Readonly<Record<string, unknown>>;

/** A fault as the rest of a sentence about the authenticator, and the field at which it is. */
export interface IssuerFault {
  readonly message: string;
  readonly at: readonly (string | number)[];
}

function since({ version }: ConfigReader, minimum: string): boolean {
  return version === undefined || atOrAfter(version, minimum);
}

function textOf(mapping: Mapping | undefined, field: string): string {
  return asText(mapping?.[field]) ?? '';
}

function has(mapping: Mapping | undefined, field: string): boolean {
  return textOf(mapping, field) !== '';
}

/** An authenticator's first fault; undefined where it has none that is asked for. */
export function authenticatorFault(
  authenticator: Mapping | undefined,
  others: readonly (Mapping | undefined)[],
  reader: ConfigReader,
): IssuerFault | undefined {
  const issuer = asMapping(authenticator?.issuer);
  return (
    urlFault(issuer, others, reader) ??
    audiencesFault(issuer, reader) ??
    rulesFault(asList(authenticator?.claimValidationRules), asList(authenticator?.userValidationRules)) ??
    mappingsFault(asMapping(authenticator?.claimMappings), reader)
  );
}

function urlFault(
  issuer: Mapping | undefined,
  others: readonly (Mapping | undefined)[],
  reader: ConfigReader,
): IssuerFault | undefined {
  const otherIssuers = others.map((other) => asMapping(other?.issuer));
  for (const field of ['url', 'discoveryURL']) {
    const url = textOf(issuer, field);
    const at = ['issuer', field];
    if (url === '') {
      if (field === 'url') return { message: 'has no issuer.url', at: ['issuer'] };
      continue;
    }
    const fault = issuerURLFault(url);
    if (fault !== undefined) return { message: `has an issuer.${field} that ${fault}`, at };
    if (since(reader, '1.30') && otherIssuers.some((other) => textOf(other, field) === url)) {
      return { message: `has an issuer.${field} that another has`, at };
    }
  }
  const [url, discovery] = ['url', 'discoveryURL'].map((field) => textOf(issuer, field).replace(/\/+$/, ''));
  if (url === discovery) return { message: 'has a discoveryURL that is its url', at: ['issuer', 'discoveryURL'] };
  const egress = textOf(issuer, 'egressSelectorType');
  const at = ['issuer', 'egressSelectorType'];
  if (egress !== '' && reader.gate?.('StructuredAuthenticationConfigurationEgressSelector') === false) {
    return {
      message: 'has an egressSelectorType, whose gate StructuredAuthenticationConfigurationEgressSelector is off',
      at,
    };
  }
  return egress === '' || ['controlplane', 'cluster'].includes(egress)
    ? undefined
    : { message: 'has an egressSelectorType that is neither controlplane nor cluster', at };
}

function audiencesFault(issuer: Mapping | undefined, reader: ConfigReader): IssuerFault | undefined {
  const audiences = asList(issuer?.audiences).map((one) => asText(one) ?? '');
  const fault = (message: string, field = 'audiences'): IssuerFault => ({ message, at: ['issuer', field] });
  if (audiences.length === 0) return { message: 'has no audiences', at: ['issuer'] };
  if (audiences.includes('')) return fault('has an empty audience');
  if (!since(reader, '1.30')) {
    return audiences.length > 1 ? fault('has more than one audience, which 1.29 does not take') : undefined;
  }
  if (new Set(audiences).size < audiences.length) return fault('has an audience twice');
  const policy = textOf(issuer, 'audienceMatchPolicy');
  if (policy === 'MatchAny' || (policy === '' && audiences.length === 1)) return undefined;
  return fault(
    policy === ''
      ? 'has several audiences without `audienceMatchPolicy: MatchAny`'
      : 'has an audienceMatchPolicy that is not MatchAny',
    'audienceMatchPolicy',
  );
}

function rulesFault(claims: readonly unknown[], users: readonly unknown[]): IssuerFault | undefined {
  for (const [list, written] of [
    ['claimValidationRules', claims],
    ['userValidationRules', users],
  ] as const) {
    const seen = new Set<string>();
    for (const [index, item] of written.entries()) {
      const rule = asMapping(item);
      const fault = list === 'claimValidationRules' ? claimRuleFault(rule) : userRuleFault(rule);
      const key = has(rule, 'claim') ? `claim ${textOf(rule, 'claim')}` : `expression ${textOf(rule, 'expression')}`;
      const message = fault ?? (seen.has(key) ? 'says what another says' : undefined);
      if (message !== undefined) return { message: `has a rule ${list}[${index}] that ${message}`, at: [list, index] };
      seen.add(key);
    }
  }
  return undefined;
}

function claimRuleFault(rule: Mapping | undefined): string | undefined {
  if (has(rule, 'claim') === has(rule, 'expression')) {
    return has(rule, 'claim') ? 'has both claim and expression' : 'has neither claim nor expression';
  }
  if (has(rule, 'claim')) return has(rule, 'message') ? 'has a message, which belongs to an expression' : undefined;
  return has(rule, 'requiredValue') ? 'has a requiredValue, which belongs to a claim' : undefined;
}

function userRuleFault(rule: Mapping | undefined): string | undefined {
  return has(rule, 'expression') ? undefined : 'has no expression';
}

function mappingsFault(mappings: Mapping | undefined, reader: ConfigReader): IssuerFault | undefined {
  for (const field of ['username', 'groups', 'uid']) {
    const mapping = asMapping(mappings?.[field]);
    const message = mappingFault(field, mapping);
    if (message === undefined) continue;
    return { message, at: mapping === undefined ? ['claimMappings'] : ['claimMappings', field] };
  }
  const seen = new Set<string>();
  for (const [index, item] of asList(mappings?.extra).entries()) {
    const extra = asMapping(item);
    const key = textOf(extra, 'key');
    const message = extraKeyFault(key, reader) ?? (seen.has(key) ? 'has a key that another has' : undefined);
    const fault = message ?? (has(extra, 'valueExpression') ? undefined : 'has no valueExpression');
    if (fault !== undefined) {
      return { message: `has a claimMappings.extra[${index}] that ${fault}`, at: ['claimMappings', 'extra', index] };
    }
    seen.add(key);
  }
  return undefined;
}

function mappingFault(field: string, mapping: Mapping | undefined): string | undefined {
  const name = `claimMappings.${field}`;
  const isPrefixed = field !== 'uid';
  // An empty prefix is one.
  const hasPrefix = (mapping?.prefix ?? undefined) !== undefined;
  if (has(mapping, 'claim') && has(mapping, 'expression')) return `has both claim and expression in ${name}`;
  if (has(mapping, 'claim')) {
    return isPrefixed && !hasPrefix ? `has no prefix in ${name} ("" switches it off)` : undefined;
  }
  if (has(mapping, 'expression')) {
    return isPrefixed && hasPrefix ? `has a prefix beside the expression in ${name}` : undefined;
  }
  return field === 'username' ? `has neither claim nor expression in ${name}` : undefined;
}

/** k8s.io/apimachinery pkg/util/validation (IsDomainPrefixedPath), and what Kubernetes keeps for itself. */
function extraKeyFault(key: string, reader: ConfigReader): string | undefined {
  const slash = key.indexOf('/');
  const [domain, path] = [key.slice(0, Math.max(slash, 0)), key.slice(slash + 1)];
  const isDomain =
    domain.length <= 253 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(domain);
  if (slash < 0 || !isDomain || !/^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/.test(path)) {
    return 'has a key that is no path with a domain in front (example.org/name)';
  }
  if (key !== key.toLowerCase()) return 'has capitals in its key';
  return since(reader, '1.32') && /(?:^|\.)(?:k8s|kubernetes)\.io$/.test(domain)
    ? 'has a key of k8s.io or kubernetes.io, which are reserved'
    : undefined;
}
