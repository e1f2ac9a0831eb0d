/** What `--encryption-provider-config` names: how resources are encrypted in etcd. Keys are never kept. */
import type { EncryptionConfig, EncryptionProvider, EncryptionProviderKind } from '../../model/apiserver-config.ts';
import type { ConfigFile } from '../../model/node.ts';
import { asList, asMapping, asText } from '../../text/yaml.ts';
import { struct } from '../strict-decode.ts';
import type { Shape } from '../strict-decode.ts';
import { CONFIG_GROUP, readKind, refused } from './kind.ts';
import type { ConfigReader, FileKind } from './kind.ts';

const ENCRYPTION: FileKind = {
  kind: 'EncryptionConfiguration',
  flag: '--encryption-provider-config',
  served: [[`${CONFIG_GROUP}/v1`, '1.13']],
};

/** The old name, which is registered still; pkg/apis/apiserver/v1/register.go. */
const OLD_KIND: FileKind = { ...ENCRYPTION, kind: 'EncryptionConfig', served: [['v1', '1.7']] };

const KEYS: Shape = struct({ keys: { listOf: struct({ name: 'string', secret: 'string' }) } });

const SHAPE: Shape = struct({
  apiVersion: 'string',
  kind: 'string',
  resources: {
    listOf: struct({
      resources: { listOf: 'string' },
      providers: {
        listOf: struct({
          aescbc: KEYS,
          aesgcm: KEYS,
          secretbox: KEYS,
          identity: struct({}),
          kms: struct({
            apiVersion: 'string',
            name: 'string',
            cachesize: 'number',
            endpoint: 'string',
            timeout: 'duration',
          }),
        }),
      },
    }),
  },
});

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
  const read = readKind(text, file, isOld ? OLD_KIND : ENCRYPTION, reader, SHAPE);
  if ('state' in read) return read;
  const { root, document } = read;
  const entries: EncryptionConfig['entries'][number][] = [];
  for (const [index, item] of asList(root.resources).entries()) {
    const entry = asMapping(item);
    const at = `resources[${index}]`;
    const resources = asList(entry?.resources).flatMap((one) => asText(one) ?? []);
    if (resources.length === 0)
      return refused(file, `is refused: ${at} names no resource`, document.line(['resources', index]));
    const providers: EncryptionProvider[] = [];
    for (const [place, written] of asList(entry?.providers).entries()) {
      const line = document.line(['resources', index, 'providers', place]);
      const provider = asMapping(written) ?? {};
      const kinds = KINDS.filter((kind) => kind in provider);
      const [kind] = kinds;
      if (kind === undefined || kinds.length > 1) {
        const why = kind === undefined ? 'names no provider' : 'names more than one provider';
        return refused(file, `is refused: ${at}.providers[${place}] ${why}`, line);
      }
      const position = { file, ...(line === undefined ? {} : { line }) };
      if (kind !== 'kms') {
        providers.push({ kind, position });
        continue;
      }
      const kms = asMapping(provider.kms) ?? {};
      const endpoint = asText(kms.endpoint) ?? '';
      const apiVersion = asText(kms.apiVersion) ?? 'v1';
      if (!endpoint.startsWith('unix:')) {
        return refused(file, `is refused: the endpoint of ${at}.providers[${place}] is no unix socket`, line);
      }
      if (apiVersion !== 'v1' && apiVersion !== 'v2') {
        return refused(file, `is refused: the apiVersion of ${at}.providers[${place}] is neither v1 nor v2`, line);
      }
      providers.push({ kind, name: asText(kms.name) ?? '', apiVersion, endpoint, position });
    }
    if (providers.length === 0)
      return refused(file, `is refused: ${at} names no provider`, document.line(['resources', index]));
    entries.push({ resources, providers });
  }
  return entries.length === 0
    ? refused(file, 'is refused: it names no resource', document.line(['resources']))
    : { state: 'read', config: { file, entries } };
}
