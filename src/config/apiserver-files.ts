/** The API server's structured configuration: who anonymous is, which issuers and authorizers there are. */
import { AUTHORIZATION_MODES } from '../model/node.ts';
import type { AuthenticationConfig, AuthorizationConfig, ConfigFile } from '../model/node.ts';
import { formatVersion } from '../model/version.ts';
import type { Version } from '../model/version.ts';
import { asList, asMapping, asText, readYaml } from '../text/yaml.ts';
import type { YamlDocument } from '../text/yaml.ts';
import { atOrAfter } from './history/ranges.ts';
import { decodeFault, struct } from './strict-decode.ts';
import type { Shape } from './strict-decode.ts';

const GROUP = 'apiserver.config.k8s.io';

type Kind = 'AuthenticationConfiguration' | 'AuthorizationConfiguration';

/** Since when each version of a kind is registered: k8s.io/apiserver pkg/apis/apiserver/v*\/register.go. */
const SERVED: Readonly<Record<Kind, readonly (readonly [version: string, since: string])[]>> = {
  AuthenticationConfiguration: [
    ['v1alpha1', '1.29'],
    ['v1beta1', '1.30'],
    ['v1', '1.34'],
  ],
  AuthorizationConfiguration: [
    ['v1alpha1', '1.29'],
    ['v1beta1', '1.30'],
    ['v1', '1.32'],
  ],
};

/** The gate that each flag needs while it can be off; pkg/kubeapiserver/options/{authentication,authorization}.go. */
const GATES: Readonly<Record<Kind, { readonly flag: string; readonly gate: string }>> = {
  AuthenticationConfiguration: {
    flag: '--authentication-config',
    gate: 'StructuredAuthenticationConfiguration',
  },
  AuthorizationConfiguration: { flag: '--authorization-config', gate: 'StructuredAuthorizationConfiguration' },
};

/** What of the API server decides whether it takes a file; nothing of it is judged where it is left out. */
export interface ConfigReader {
  readonly version?: Version;
  /** Whether a feature gate is on; undefined where that is not known. */
  readonly gate?: (name: string) => boolean | undefined;
}

type Unreadable = Extract<ConfigFile<never>, { readonly state: 'unreadable' }>;

interface Document {
  readonly root: Readonly<Record<string, unknown>>;
  readonly document: YamlDocument;
}

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
  const by = knowing(reader);
  const read = readKind(text, file, 'AuthenticationConfiguration', by, authenticationShape(by));
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
  const jwtIssuers = asList(root.jwt).flatMap((issuer) => asText(asMapping(asMapping(issuer)?.issuer)?.url) ?? []);
  return {
    state: 'read',
    config: {
      file,
      anonymous:
        anonymous === undefined ? undefined : { enabled, paths, file, ...(line === undefined ? {} : { line }) },
      jwtIssuers,
    },
  };
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

/**
 * Reads what `--authorization-config` names, and what keeps the API server from starting with it. Sources:
 * kubernetes/pkg/kubeapiserver/authorizer/config.go (LoadAndValidateFile),
 * k8s.io/apiserver/pkg/apis/apiserver/validation/validation.go (ValidateAuthorizationConfiguration).
 */
export function readAuthorizationConfig(
  text: string,
  file: string,
  reader: ConfigReader = {},
): ConfigFile<AuthorizationConfig> {
  const by = knowing(reader);
  const read = readKind(text, file, 'AuthorizationConfiguration', by, authorizationShape(by));
  if ('state' in read) return read;
  const { root, document } = read;
  const authorizers: AuthorizationConfig['authorizers'][number][] = [];
  for (const [index, item] of asList(root.authorizers).entries()) {
    const authorizer = asMapping(item);
    const type = asText(authorizer?.type) ?? '';
    const name = asText(authorizer?.name) ?? '';
    const line = document.line(['authorizers', index]);
    const webhook = asMapping(authorizer?.webhook);
    const fault = authorizerFault({ type, name, webhook, others: authorizers });
    if (fault !== undefined) return refused(file, `is refused: authorizers[${index}] ${fault}`, line);
    const connection = asMapping(webhook?.connectionInfo);
    const kubeconfig = connection?.type === 'KubeConfigFile' ? asText(connection.kubeConfigFile) : undefined;
    authorizers.push({
      type,
      name,
      ...(kubeconfig === undefined ? {} : { kubeconfig }),
      ...(line === undefined ? {} : { line }),
    });
  }
  return authorizers.length === 0
    ? refused(file, 'is refused: it names no authorizer', document.line(['authorizers']))
    : { state: 'read', config: { file, authorizers } };
}

interface Authorizer {
  readonly type: string;
  readonly name: string;
  readonly webhook: Readonly<Record<string, unknown>> | undefined;
  readonly others: AuthorizationConfig['authorizers'];
}

/** What is wrong with one authorizer, as the rest of a sentence about it. */
function authorizerFault({ type, name, webhook, others }: Authorizer): string | undefined {
  if (type === '') return 'has no type';
  if (!AUTHORIZATION_MODES.includes(type)) return `is of a type that is none of ${AUTHORIZATION_MODES.join(', ')}`;
  if (type !== 'Webhook' && others.some((other) => other.type === type)) return `is the second of type ${type}`;
  if (name === '') return 'has no name';
  if (others.some((other) => other.name === name)) return 'has a name that another has';
  if (type === 'Webhook') return webhook === undefined ? 'has no `webhook`' : undefined;
  if (webhook !== undefined) return `has a \`webhook\`, though its type is ${type}`;
  return name === type.toLowerCase() ? undefined : `must have the name ${type.toLowerCase()}`;
}

function authorizationShape({ version }: ConfigReader): Shape {
  const caches: Readonly<Record<string, Shape>> =
    version === undefined || atOrAfter(version, '1.34')
      ? { cacheAuthorizedRequests: 'bool', cacheUnauthorizedRequests: 'bool' }
      : {};
  const webhook = struct({
    authorizedTTL: 'duration',
    unauthorizedTTL: 'duration',
    timeout: 'duration',
    subjectAccessReviewVersion: 'string',
    matchConditionSubjectAccessReviewVersion: 'string',
    failurePolicy: 'string',
    connectionInfo: struct({ type: 'string', kubeConfigFile: 'string' }),
    matchConditions: { listOf: struct({ expression: 'string' }) },
    ...caches,
  });
  return struct({
    apiVersion: 'string',
    kind: 'string',
    authorizers: { listOf: struct({ type: 'string', name: 'string', webhook }) },
  });
}

/** An API server without the flag stops at the flag, whatever the file says. */
function knowing(reader: ConfigReader): ConfigReader {
  return reader.version === undefined || atOrAfter(reader.version, '1.29') ? reader : {};
}

function readKind(text: string, file: string, kind: Kind, reader: ConfigReader, shape: Shape): Document | Unreadable {
  const { flag, gate } = GATES[kind];
  if (reader.gate?.(gate) === false) {
    return refused(file, `is named by ${flag}, which needs the feature gate ${gate}, and that is off`, undefined);
  }
  const yaml = readYaml(text);
  if (!yaml.ok) return unreadable(file, `is not YAML or JSON: ${yaml.message}`, yaml.line);
  const document = yaml.documents[0];
  const root = asMapping(document?.value);
  const served = SERVED[kind]
    .filter(([, since]) => reader.version === undefined || atOrAfter(reader.version, since))
    .map(([version]) => `${GROUP}/${version}`);
  const wanted = `${kind} of ${served.join(', ')}`;
  if (document === undefined || root === undefined) {
    return refused(file, `is empty, where ${wanted} was expected`, undefined);
  }
  if (asText(root.kind) !== kind) {
    return refused(file, `is refused: the kind is not ${wanted}`, document.line(['kind']));
  }
  if (!served.includes(asText(root.apiVersion) ?? '')) {
    const by = reader.version === undefined ? '' : ` that Kubernetes ${formatVersion(reader.version)} knows`;
    const message = `is refused: the apiVersion is none${by} (${served.join(', ') || 'none'})`;
    return refused(file, message, document.line(['apiVersion']));
  }
  const fault = decodeFault(document, shape);
  return fault === undefined ? { root, document } : refused(file, `is refused: ${fault.message}`, fault.line);
}

/** A file that nobody could read; the API server may read it all the same. */
function unreadable(file: string, what: string, line: number | undefined): Unreadable {
  const message = `${line === undefined ? file : `${file}:${line}`} ${what}`;
  return { state: 'unreadable', file, message, present: true, ...(line === undefined ? {} : { line }) };
}

/** A file with which the API server does not start. */
function refused(file: string, what: string, line: number | undefined): Unreadable {
  return { ...unreadable(file, what, line), refused: true };
}
