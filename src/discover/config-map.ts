/**
 * ConfigMaps as kubectl prints them (`kubectl get configmap NAME -o yaml`), with the place of each text in the file.
 * Source: the ConfigMap type of the core/v1 API.
 */
import { asList, asMapping, asText, readYaml } from '../text/yaml.ts';
import type { YamlDocument, YamlPath } from '../text/yaml.ts';

/** One text of a ConfigMap. */
export interface ConfigMapText {
  /** `<file>#<key>`: what the text is called in messages. */
  readonly file: string;
  /**
   * Begins with as many empty lines as put its own on the lines of the file. Only a literal block keeps those; the
   * lines of a quoted text are counted within it.
   */
  readonly text: string;
}

export interface ConfigMap {
  readonly name: string;
  readonly namespace: string | undefined;
  /** By key, as `data` has them; those that are no texts are left out. */
  readonly data: ReadonlyMap<string, ConfigMapText>;
}

/** A `kind: List` of more is no answer to a question for a few names. */
const MAX_CONFIG_MAPS = 100;

/**
 * Reads every ConfigMap of a file, those in a `kind: List` as well; what is none is left out, and so is everything
 * in a text that is no YAML.
 */
export function readConfigMaps(text: string, file: string): readonly ConfigMap[] {
  const yaml = readYaml(text);
  if (!yaml.ok) return [];
  const lines = text.split('\n');
  return yaml.documents
    .flatMap((document) => objectsOf(document).map((path) => ({ document, path })))
    .slice(0, MAX_CONFIG_MAPS)
    .flatMap(({ document, path }) => configMapAt(document, path, file, lines) ?? []);
}

function objectsOf({ value }: YamlDocument): readonly YamlPath[] {
  const root = asMapping(value);
  const isList = root?.kind === 'List' || root?.kind === 'ConfigMapList';
  if (!isList) return [[]];
  // Of an export of everything the ConfigMaps may stand anywhere.
  return asList(root.items).flatMap((item, index): readonly YamlPath[] => {
    const kind = asMapping(item)?.kind;
    return kind === undefined || kind === 'ConfigMap' ? [['items', index]] : [];
  });
}

function configMapAt(
  document: YamlDocument,
  path: YamlPath,
  file: string,
  lines: readonly string[],
): ConfigMap | undefined {
  const object = asMapping(at(document.value, path));
  const metadata = asMapping(object?.metadata);
  const name = asText(metadata?.name);
  // In a ConfigMapList kubectl leaves the kind of the items out where it prints JSON of old API servers.
  if (object === undefined || name === undefined) return undefined;
  if (object.kind !== 'ConfigMap' && object.kind !== undefined) return undefined;
  const data = new Map<string, ConfigMapText>();
  for (const [key, value] of Object.entries(asMapping(object.data) ?? {})) {
    if (typeof value !== 'string') continue;
    const line = document.line([...path, 'data', key]) ?? 1;
    const isLiteral = /\|[-+0-9]*\s*(?:#.*)?$/.test((lines[line - 1] ?? '').slice(-200));
    data.set(key, { file: `${file}#${key}`, text: isLiteral ? '\n'.repeat(line) + value : value });
  }
  return { name, namespace: asText(metadata?.namespace), data };
}

function at(value: unknown, path: YamlPath): unknown {
  return path.reduce<unknown>(
    (found, step) => (typeof step === 'number' ? asList(found)[step] : asMapping(found)?.[step]),
    value,
  );
}
