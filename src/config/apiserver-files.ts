/** The API server's structured configuration: who anonymous is, which issuers and authorizers there are. */
import type { AuthenticationConfig, AuthorizationConfig, ConfigFile } from '../model/node.ts';
import { asList, asMapping, asText, readYaml } from '../text/yaml.ts';
import type { YamlDocument } from '../text/yaml.ts';

const GROUP = 'apiserver.config.k8s.io';

/** k8s.io/apiserver/pkg/apis/apiserver: v1alpha1 (1.29), v1beta1 (1.30), v1 (1.32 authorization, 1.34 authentication). */
const SERVED: readonly string[] = ['v1alpha1', 'v1beta1', 'v1'].map((version) => `${GROUP}/${version}`);

interface Document {
  readonly root: Readonly<Record<string, unknown>>;
  readonly document: YamlDocument;
}

type Unreadable = Extract<ConfigFile<never>, { readonly state: 'unreadable' }>;

/** Reads what `--authentication-config` names. */
export function readAuthenticationConfig(text: string, file: string): ConfigFile<AuthenticationConfig> {
  const read = readKind(text, file, 'AuthenticationConfiguration');
  if ('state' in read) return read;
  const { root, document } = read;
  const written = root.anonymous;
  const anonymous = asMapping(written);
  if (written !== undefined && written !== null && anonymous === undefined) {
    return unreadable(file, 'anonymous is no mapping', document.line(['anonymous']));
  }
  const enabled = anonymous?.enabled ?? false;
  if (typeof enabled !== 'boolean') {
    return unreadable(file, 'anonymous.enabled is neither true nor false', document.line(['anonymous', 'enabled']));
  }
  const line = document.line(['anonymous', 'enabled']) ?? document.line(['anonymous']);
  const paths = asList(anonymous?.conditions).flatMap((condition) => asText(asMapping(condition)?.path) ?? []);
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

/** Reads what `--authorization-config` names. */
export function readAuthorizationConfig(text: string, file: string): ConfigFile<AuthorizationConfig> {
  const read = readKind(text, file, 'AuthorizationConfiguration');
  if ('state' in read) return read;
  const { root, document } = read;
  const authorizers: AuthorizationConfig['authorizers'][number][] = [];
  for (const [index, item] of asList(root.authorizers).entries()) {
    const authorizer = asMapping(item);
    const type = asText(authorizer?.type);
    const line = document.line(['authorizers', index]);
    if (type === undefined) return unreadable(file, `authorizers[${index}] has no type`, line);
    const name = asText(authorizer?.name);
    authorizers.push({ type, ...(name === undefined ? {} : { name }), ...(line === undefined ? {} : { line }) });
  }
  return { state: 'read', config: { file, authorizers } };
}

function readKind(text: string, file: string, expected: string): Document | Unreadable {
  const yaml = readYaml(text);
  if (!yaml.ok) return unreadable(file, `not YAML or JSON: ${yaml.message}`, yaml.line);
  const document = yaml.documents[0];
  const root = asMapping(document?.value);
  const wanted = `${expected} of ${SERVED.join(', ')}`;
  if (document === undefined || root === undefined)
    return unreadable(file, `empty, where ${wanted} was expected`, undefined);
  if (asText(root.kind) !== expected) return unreadable(file, `the kind is not ${wanted}`, document.line(['kind']));
  if (!SERVED.includes(asText(root.apiVersion) ?? '')) {
    return unreadable(file, `the apiVersion is not one of ${SERVED.join(', ')}`, document.line(['apiVersion']));
  }
  return { root, document };
}

function unreadable(file: string, message: string, line: number | undefined): Unreadable {
  return { state: 'unreadable', file, message, ...(line === undefined ? {} : { line }) };
}
