/** What `--encryption-provider-config` names: how resources are encrypted in etcd. Keys are never kept. */
import type { EncryptionConfig, EncryptionProvider, EncryptionProviderKind } from '../../model/apiserver-config.ts';
import type { ConfigFile } from '../../model/node.ts';
import { asList, asMapping, asText } from '../../text/yaml.ts';
import { atOrAfter } from '../history/ranges.ts';
import { struct } from '../strict-decode.ts';
import type { Shape } from '../strict-decode.ts';
import { covers, keysFault, kmsFault, resourcesFault } from './encryption-faults.ts';
import type { Wildcards } from './encryption-faults.ts';
import { CONFIG_GROUP, nonEmptyText, readKind, refused, taken } from './kind.ts';
import type { ConfigReader, FileKind } from './kind.ts';

const ENCRYPTION: FileKind = {
  kind: 'EncryptionConfiguration',
  flag: '--encryption-provider-config',
  served: [[`${CONFIG_GROUP}/v1`, '1.13']],
  strictSince: '1.31',
};

/** The old name, which is registered still; pkg/apis/apiserver/v1/register.go. */
const OLD_KIND: FileKind = { ...ENCRYPTION, kind: 'EncryptionConfig', served: [['v1', '1.7']] };

const KEYS: Shape = struct({ keys: { listOf: struct({ name: 'string', secret: 'string' }) } });

function encryptionShape({ version }: ConfigReader): Shape {
  const api: Readonly<Record<string, Shape>> =
    version === undefined || atOrAfter(version, KMS_API_SINCE) ? { apiVersion: 'string' } : {};
  const kms = struct({ ...api, name: 'string', cachesize: 'int32', endpoint: 'string', timeout: 'duration' });
  const provider = struct({ aescbc: KEYS, aesgcm: KEYS, secretbox: KEYS, identity: struct({}), kms });
  return struct({
    apiVersion: 'string',
    kind: 'string',
    resources: { listOf: struct({ resources: { listOf: 'string' }, providers: { listOf: provider } }) },
  });
}

/** Before there was a second API of plugins, nothing chose between them. */
const KMS_API_SINCE = '1.25';

const KINDS: readonly EncryptionProviderKind[] = ['aescbc', 'aesgcm', 'secretbox', 'identity', 'kms'];

/**
 * Reads the file, and what keeps the API server from starting with it. Sources: k8s.io/apiserver
 * pkg/server/options/encryptionconfig/config.go (loadConfig), pkg/apis/apiserver/validation/validation_encryption.go.
 */
export function readEncryptionConfig(
  text: string,
  file: string,
  reader: ConfigReader = {},
): ConfigFile<EncryptionConfig> {
  const isOld = /^\s*["']?kind["']?\s*:\s*["']?EncryptionConfig\b/m.test(text);
  const read = readKind(text, file, isOld ? OLD_KIND : ENCRYPTION, reader, encryptionShape(reader));
  if ('state' in read) return read;
  const { root, document } = read;
  const entries: EncryptionConfig['entries'][number][] = [];
  const wildcards: Wildcards = new Map();
  const names = new Set<string>();
  for (const [index, item] of asList(root.resources).entries()) {
    const entry = asMapping(item);
    const at = `resources[${index}]`;
    const line = document.line(['resources', index]);
    const resources = asList(entry?.resources).flatMap((one) => asText(one) ?? []);
    if (resources.length === 0) return refused(file, `is refused: ${at} names no resource`, line);
    const fault = resourcesFault(resources, wildcards, reader);
    if (fault !== undefined) {
      return refused(file, `is refused: ${at} ${fault}`, document.line(['resources', index, 'resources']) ?? line);
    }
    const providers: EncryptionProvider[] = [];
    for (const [place, written] of asList(entry?.providers).entries()) {
      const line = document.line(['resources', index, 'providers', place]);
      const provider = readProvider(asMapping(written) ?? {}, names, reader);
      if ('fault' in provider) return refused(file, `is refused: ${at}.providers[${place}] ${provider.fault}`, line);
      if (provider.name !== undefined) names.add(provider.name);
      providers.push({ ...provider, position: { file, ...(line === undefined ? {} : { line }) } });
    }
    if (providers.length === 0) return refused(file, `is refused: ${at} names no provider`, line);
    entries.push({ resources, coversSecrets: covers(resources, 'secrets', reader), providers });
  }
  return entries.length === 0
    ? refused(file, 'is refused: it names no resource', document.line(['resources']))
    : taken(read, { file, entries });
}

/** A provider without its place, or what is wrong with it as the rest of a sentence. */
function readProvider(
  provider: Readonly<Record<string, unknown>>,
  others: ReadonlySet<string>,
  reader: ConfigReader,
): Omit<EncryptionProvider, 'position'> | { readonly fault: string } {
  // `identity:` without `{}` is null, which names nothing.
  const kinds = KINDS.filter((kind) => (provider[kind] ?? undefined) !== undefined);
  const [kind] = kinds;
  if (kind === undefined) {
    const empty = KINDS.find((one) => one in provider);
    return { fault: `names no provider${empty === undefined ? '' : ` (an empty one is written ${empty}: {})`}` };
  }
  if (kinds.length > 1) return { fault: 'names more than one provider' };
  if (kind !== 'kms') {
    const fault = keysFault(kind, provider[kind]);
    return fault === undefined ? { kind } : { fault };
  }
  const kms = asMapping(provider.kms) ?? {};
  const hasAPI = reader.version === undefined || atOrAfter(reader.version, KMS_API_SINCE);
  // Unset and empty are the same: pkg/apis/apiserver/v1/defaults.go.
  const apiVersion = (hasAPI ? nonEmptyText(kms.apiVersion) : undefined) ?? 'v1';
  const fault = kmsFault(kms, apiVersion, others, reader);
  if (fault !== undefined) return { fault };
  return {
    kind,
    name: asText(kms.name) ?? '',
    apiVersion: apiVersion === 'v2' ? 'v2' : 'v1',
    endpoint: asText(kms.endpoint) ?? '',
  };
}
