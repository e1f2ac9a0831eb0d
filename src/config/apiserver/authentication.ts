/** What `--authentication-config` names: who anonymous is, and which issuers there are. */
import type { AuthenticationConfig, ConfigFile, JWTIssuer } from '../../model/node.ts';
import { asList, asMapping, asText } from '../../text/yaml.ts';
import { atOrAfter } from '../history/ranges.ts';
import { struct } from '../strict-decode.ts';
import type { Shape } from '../strict-decode.ts';
import { CONFIG_GROUP, knowing, readKind, refused } from './kind.ts';
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
  const issuers = asList(root.jwt).flatMap((authenticator, index): readonly JWTIssuer[] => {
    const issuer = asMapping(asMapping(authenticator)?.issuer);
    const url = asText(issuer?.url);
    const line = document.line(['jwt', index, 'issuer', 'url']);
    const discoveryURL = asText(issuer?.discoveryURL);
    const authority = asText(issuer?.certificateAuthority);
    if (url === undefined) return [];
    return [
      {
        url,
        ...(line === undefined ? {} : { line }),
        ...(discoveryURL === undefined ? {} : { discoveryURL }),
        ...(authority === undefined || authority === ''
          ? {}
          : { certificateAuthority: { key: `${file} jwt[${index}].issuer.certificateAuthority`, pem: authority } }),
      },
    ];
  });
  const insecure = issuers.find(({ url, discoveryURL }) => ![url, discoveryURL ?? url].every(isHTTPS));
  if (insecure !== undefined) return refused(file, 'is refused: the URL of an issuer is not https', insecure.line);
  return {
    state: 'read',
    config: {
      file,
      anonymous:
        anonymous === undefined ? undefined : { enabled, paths, file, ...(line === undefined ? {} : { line }) },
      issuers,
    },
  };
}

function isHTTPS(url: string): boolean {
  return /^https:\/\//i.test(url);
}

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
