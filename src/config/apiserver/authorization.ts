/** What `--authorization-config` names: authorizers in order. */
import { AUTHORIZATION_MODES } from '../../model/node.ts';
import type { AuthorizationConfig, ConfigFile } from '../../model/node.ts';
import { asList, asMapping, asText } from '../../text/yaml.ts';
import { atOrAfter } from '../history/ranges.ts';
import { struct } from '../strict-decode.ts';
import type { Shape } from '../strict-decode.ts';
import { CONFIG_GROUP, knowing, readKind, refused, taken } from './kind.ts';
import type { ConfigReader, FileKind } from './kind.ts';
import { webhookFault } from './webhook-faults.ts';

const AUTHORIZATION: FileKind = {
  kind: 'AuthorizationConfiguration',
  flag: '--authorization-config',
  gate: 'StructuredAuthorizationConfiguration',
  served: [
    [`${CONFIG_GROUP}/v1alpha1`, '1.29'],
    [`${CONFIG_GROUP}/v1beta1`, '1.30'],
    [`${CONFIG_GROUP}/v1`, '1.32'],
  ],
};

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
  const by = knowing(reader, '1.29');
  const read = readKind(text, file, AUTHORIZATION, by, authorizationShape(by));
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
      ...(webhook?.failurePolicy === 'NoOpinion' ? { failsOpen: true as const } : {}),
      ...(line === undefined ? {} : { line }),
    });
  }
  return authorizers.length === 0
    ? refused(file, 'is refused: it names no authorizer', document.line(['authorizers']))
    : taken(read, { file, authorizers });
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
  if (!isSubdomain(name)) return 'has a name that is no DNS name of lower case (RFC 1123)';
  if (type === 'Webhook') return webhook === undefined ? 'has no `webhook`' : webhookFault(webhook);
  if (webhook !== undefined) return `has a \`webhook\`, though its type is ${type}`;
  return name === type.toLowerCase() ? undefined : `must have the name ${type.toLowerCase()}`;
}

/** k8s.io/apimachinery pkg/util/validation (IsDNS1123Subdomain). */
function isSubdomain(name: string): boolean {
  return name.length <= 253 && /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/.test(name);
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
