/**
 * What of an EncryptionConfiguration keeps the API server from starting. Sources: k8s.io/apiserver
 * pkg/apis/apiserver/validation/validation_encryption.go (up to 1.29 pkg/apis/config/validation/validation.go) and
 * pkg/server/options/encryptionconfig/config.go (getTransformerOverridesAndKMSPluginProbes).
 */
import { asList, asMapping, asText } from '../../text/yaml.ts';
import type { EncryptionProviderKind } from '../../model/apiserver-config.ts';
import { atOrAfter } from '../history/ranges.ts';
import { goDurationSeconds } from '../values.ts';
import type { ConfigReader } from './kind.ts';

function since({ version }: ConfigReader, minimum: string): boolean {
  return version === undefined || atOrAfter(version, minimum);
}

interface GroupResource {
  readonly resource: string;
  readonly group: string;
}

/** `secrets` and `secrets.` are of the core group: k8s.io/apimachinery pkg/runtime/schema (ParseGroupResource). */
function groupResource(written: string): GroupResource {
  const dot = written.indexOf('.');
  return dot < 0
    ? { resource: written, group: '' }
    : { resource: written.slice(0, dot), group: written.slice(dot + 1) };
}

/** Whether an entry for some resources is asked about a resource of the core group. Wildcards came with 1.27. */
export function covers(resources: readonly string[], resource: string, reader: ConfigReader): boolean {
  return resources.some((written) => {
    const one = groupResource(written);
    if (one.group === '' && one.resource === resource) return true;
    return since(reader, '1.27') && one.resource === '*' && ['', '*'].includes(one.group);
  });
}

/** Resources that have no API, so that nothing would ask for their encryption. */
const WITHOUT_API = ['apiserveripinfo', 'serviceipallocations', 'servicenodeportallocations'];

/** The wildcards of the entries so far, by the group that they cover. */
export type Wildcards = Map<string, string>;

/**
 * What is wrong with the resources of an entry, as the rest of a sentence about it. Nothing was asked up to 1.26.
 * @param earlier those of the entries before it, to which its own are added
 */
export function resourcesFault(
  resources: readonly string[],
  earlier: Wildcards,
  reader: ConfigReader,
): string | undefined {
  if (!since(reader, '1.27')) return undefined;
  const asked = resources.map((written) => ({ written, ...groupResource(written) }));
  const seen = new Set<string>();
  const own: Wildcards = new Map();
  for (const { written, resource, group } of asked) {
    const fault = nameFault(written, { resource, group });
    if (fault !== undefined) return fault;
    const before = earlier.get(group) ?? earlier.get('*');
    if (before !== undefined) return `names ${written}, which ${before} of an earlier entry covers`;
    const name = `${resource}.${group}`;
    if (seen.has(name)) return `names ${written} twice`;
    seen.add(name);
    if (resource === '*') own.set(group, written);
  }
  for (const { written, group } of asked) {
    const wildcard = [own.get(group), own.get('*')].find((one) => one !== undefined && one !== written);
    if (wildcard !== undefined) return `names ${written} beside ${wildcard}, which covers it`;
  }
  for (const [group, written] of own) earlier.set(group, written);
  return undefined;
}

function nameFault(written: string, { resource, group }: GroupResource): string | undefined {
  if (written !== written.toLowerCase()) return `names ${written}, where capitals may not be`;
  if (written === '*') return 'names *: `*.` is the core group, `*.*` everything';
  if (WITHOUT_API.includes(written)) return `names ${written}, which has no API`;
  if (group === 'events.k8s.io') return `names ${written}, which is stored as events of the core group`;
  if (group === 'extensions') return `names ${written}, and the group extensions is gone`;
  return group === '*' && resource !== '*' ? `names ${written}, one resource in every group` : undefined;
}

/** Lengths in bytes. */
const KEY_LENGTHS: ReadonlyMap<EncryptionProviderKind, readonly number[]> = new Map([
  ['aescbc', [16, 24, 32]],
  ['aesgcm', [16, 24, 32]],
  ['secretbox', [32]],
]);

/** What is wrong with the keys of a provider, as the rest of a sentence about it. Nothing of a key is told. */
export function keysFault(kind: EncryptionProviderKind, written: unknown): string | undefined {
  const lengths = KEY_LENGTHS.get(kind);
  if (lengths === undefined) return undefined;
  const keys = asList(asMapping(written)?.keys).map(asMapping);
  if (keys.length === 0) return 'has no keys';
  for (const [index, key] of keys.entries()) {
    if ((key?.name ?? '') === '') return `has no name for keys[${index}]`;
    const secret = key?.secret ?? '';
    if (secret === '') return `has no secret for keys[${index}]`;
    if (typeof secret !== 'string') continue;
    const length = base64Length(secret);
    if (length === undefined) return `has a secret in keys[${index}] that is not base64`;
    if (!lengths.includes(length)) {
      return `has a key in keys[${index}] of ${length} bytes, where ${lengths.join(' or ')} are wanted`;
    }
  }
  return undefined;
}

/** How many bytes a text stands for; undefined where Go's encoding/base64 (StdEncoding) does not take it. */
function base64Length(text: string): number | undefined {
  const digits = text.replace(/[\r\n]/g, '');
  return digits.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(digits)
    ? (digits.length / 4) * 3 - (digits.endsWith('==') ? 2 : digits.endsWith('=') ? 1 : 0)
    : undefined;
}

/**
 * What is wrong with a KMS plugin, as the rest of a sentence about it.
 * @param apiVersion as written, `v1` where nothing is
 * @param others the names of the plugins before it
 */
export function kmsFault(
  kms: Readonly<Record<string, unknown>>,
  apiVersion: string,
  others: ReadonlySet<string>,
  reader: ConfigReader,
): string | undefined {
  const name = asText(kms.name) ?? '';
  if (name === '') return 'has no name';
  if (apiVersion !== 'v1' && name.includes(':')) return 'has a colon in its name';
  if (apiVersion !== 'v1' && since(reader, '1.26') && others.has(name)) {
    return 'has a name that another plugin has';
  }
  const timeout = asText(kms.timeout);
  if (timeout !== undefined && (goDurationSeconds(timeout) ?? 0) <= 0) return 'has a timeout that is not above 0';
  const endpoint = asText(kms.endpoint) ?? '';
  if (endpoint === '') return 'has no endpoint';
  if (!/^unix:/i.test(endpoint)) return 'has an endpoint that is no unix socket';
  const size = kms.cachesize ?? undefined;
  // A v2 plugin had a cache up to 1.26.
  const hasCache = apiVersion === 'v1' || !since(reader, '1.27');
  if (size !== undefined && !hasCache) return 'has a cachesize, which v2 does not know';
  if (size === 0) return 'has the cachesize 0 (a negative one switches the cache off)';
  return apiVersion === 'v1' || apiVersion === 'v2' ? undefined : 'has an apiVersion that is neither v1 nor v2';
}
