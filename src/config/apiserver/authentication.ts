/** What `--authentication-config` names: who anonymous is, and which issuers there are. */
import type { AuthenticationConfig, ConfigFile, JWTIssuer, NameMapping } from '../../model/node.ts';
import { asList, asMapping, asText } from '../../text/yaml.ts';
import { atOrAfter } from '../history/ranges.ts';
import { struct } from '../strict-decode.ts';
import type { Shape } from '../strict-decode.ts';
import { authenticatorFault } from './issuer-faults.ts';
import { CONFIG_GROUP, knowing, nonEmptyText, readKind, refused, taken } from './kind.ts';
import type { ConfigReader, FileKind } from './kind.ts';

const AUTHENTICATION: FileKind = {
  kind: 'AuthenticationConfiguration',
  flag: '--authentication-config',
  gate: 'StructuredAuthenticationConfiguration',
  served: [
    [`${CONFIG_GROUP}/v1alpha1`, '1.29'],
    [`${CONFIG_GROUP}/v1beta1`, '1.30'],
    [`${CONFIG_GROUP}/v1`, '1.34'],
  ],
};

/**
 * Reads what `--authentication-config` names, and what keeps the API server from starting with it. Sources:
 * kubernetes/pkg/kubeapiserver/options/authentication.go (loadAuthenticationConfig),
 * k8s.io/apiserver/pkg/apis/apiserver/validation/validation.go (ValidateAuthenticationConfiguration).
 */
export function readAuthenticationConfig(
  text: string,
  file: string,
  reader: ConfigReader = {},
): ConfigFile<AuthenticationConfig> {
  const by = knowing(reader, '1.29');
  const read = readKind(text, file, AUTHENTICATION, by, authenticationShape(by));
  if ('state' in read) return read;
  const { root, document } = read;
  const anonymous = asMapping(root.anonymous);
  const enabled = anonymous?.enabled === true;
  const conditions = asList(anonymous?.conditions);
  if (anonymous !== undefined && by.gate?.('AnonymousAuthConfigurableEndpoints') === false) {
    return refused(
      file,
      'configures `anonymous`, which needs the feature gate AnonymousAuthConfigurableEndpoints, and that is off',
      document.line(['anonymous']),
    );
  }
  if (anonymous !== undefined && !enabled && conditions.length > 0) {
    return refused(file, 'has conditions beside `enabled: false`', document.line(['anonymous', 'conditions']));
  }
  const line = document.line(['anonymous', 'enabled']) ?? document.line(['anonymous']);
  // A condition without a path matches the empty path, which no request has.
  const paths = conditions.map((condition) => asText(asMapping(condition)?.path) ?? '');
  const authenticators = asList(root.jwt).map(asMapping);
  const tooMany = numberFault(authenticators.length, by);
  if (tooMany !== undefined) return refused(file, `is refused: ${tooMany}`, document.line(['jwt']));
  const issuers: JWTIssuer[] = [];
  for (const [index, authenticator] of authenticators.entries()) {
    const fault = authenticatorFault(authenticator, authenticators.slice(0, index), by);
    if (fault !== undefined) {
      const line = document.line(['jwt', index, ...fault.at]) ?? document.line(['jwt', index]);
      return refused(file, `is refused: jwt[${index}] ${fault.message}`, line);
    }
    const issuer = asMapping(authenticator?.issuer);
    const line = document.line(['jwt', index, 'issuer', 'url']);
    const discoveryURL = nonEmptyText(issuer?.discoveryURL);
    const authority = nonEmptyText(issuer?.certificateAuthority);
    issuers.push({
      url: asText(issuer?.url) ?? '',
      ...(line === undefined ? {} : { line }),
      ...(discoveryURL === undefined ? {} : { discoveryURL }),
      ...(authority === undefined
        ? {}
        : { certificateAuthority: { key: `${file} jwt[${index}].issuer.certificateAuthority`, pem: authority } }),
      ...namesOf(authenticator),
    });
  }
  return taken(read, {
    file,
    anonymous: anonymous === undefined ? undefined : { enabled, paths, file, ...(line === undefined ? {} : { line }) },
    issuers,
  });
}

/** Names that a token gives: k8s.io/apiserver/pkg/apis/apiserver/v1/types.go (ClaimMappings, UserValidationRule). */
function namesOf(
  authenticator: Readonly<Record<string, unknown>> | undefined,
): Pick<JWTIssuer, 'username' | 'groups' | 'userValidation'> {
  const mappings = asMapping(authenticator?.claimMappings);
  const groups = mappingOf(mappings?.groups);
  return {
    username: mappingOf(mappings?.username) ?? { claim: '', prefix: '' },
    ...(groups === undefined ? {} : { groups }),
    userValidation: asList(authenticator?.userValidationRules).flatMap(
      (rule) => nonEmptyText(asMapping(rule)?.expression) ?? [],
    ),
  };
}

function mappingOf(value: unknown): NameMapping | undefined {
  const mapping = asMapping(value);
  const expression = nonEmptyText(mapping?.expression);
  if (expression !== undefined) return { expression };
  const claim = nonEmptyText(mapping?.claim);
  return claim === undefined ? undefined : { claim, prefix: asText(mapping?.prefix) ?? '' };
}

/** 1.29 takes one authenticator, since it has no more than the flags have. */
function numberFault(count: number, { version }: ConfigReader): string | undefined {
  const isSingular = version !== undefined && !atOrAfter(version, '1.30');
  if (isSingular && count !== 1) return `it has ${count} authenticators under jwt, and this version takes exactly one`;
  return count > MAX_AUTHENTICATORS ? `it has more than ${MAX_AUTHENTICATORS} authenticators under jwt` : undefined;
}

const MAX_AUTHENTICATORS = 64;

/** Fields by version: k8s.io/apiserver/pkg/apis/apiserver/v1/types.go and its predecessors; the same in all of them. */
function authenticationShape({ version }: ConfigReader): Shape {
  const since = (minimum: string, fields: Readonly<Record<string, Shape>>): Readonly<Record<string, Shape>> =>
    version === undefined || atOrAfter(version, minimum) ? fields : {};
  const claim: Readonly<Record<string, Shape>> = { claim: 'string', expression: 'string' };
  const prefixedClaim = struct({ ...claim, prefix: 'string' });
  const issuer = struct({
    url: 'string',
    certificateAuthority: 'string',
    audiences: { listOf: 'string' },
    ...since('1.30', { discoveryURL: 'string', audienceMatchPolicy: 'string' }),
    ...since('1.34', { egressSelectorType: 'string' }),
  });
  const authenticator = struct({
    issuer,
    claimValidationRules: {
      listOf: struct({ claim: 'string', requiredValue: 'string', expression: 'string', message: 'string' }),
    },
    claimMappings: struct({
      username: prefixedClaim,
      groups: prefixedClaim,
      uid: struct(claim),
      extra: { listOf: struct({ key: 'string', valueExpression: 'string' }) },
    }),
    userValidationRules: { listOf: struct({ expression: 'string', message: 'string' }) },
  });
  return struct({
    apiVersion: 'string',
    kind: 'string',
    jwt: { listOf: authenticator },
    ...since('1.31', {
      anonymous: struct({ enabled: 'bool', conditions: { listOf: struct({ path: 'string' }) } }),
    }),
  });
}
