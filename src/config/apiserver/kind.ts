/** Configuration files that API server flags name: one document of a kind, decoded. */
import type { ConfigFile } from '../../model/node.ts';
import { formatVersion } from '../../model/version.ts';
import type { Version } from '../../model/version.ts';
import { asMapping, asText, readYaml } from '../../text/yaml.ts';
import type { YamlDocument } from '../../text/yaml.ts';
import { atOrAfter } from '../history/ranges.ts';
import { decode, foldKeys } from '../strict-decode.ts';
import type { DecodeFault, Shape } from '../strict-decode.ts';

/** The group of nearly all of them; k8s.io/apiserver pkg/apis/apiserver/v1/register.go. */
export const CONFIG_GROUP = 'apiserver.config.k8s.io';

/** A kind, its versions, and the flag whose value names the file. */
export interface FileKind {
  readonly kind: string;
  readonly flag: string;
  /** `apiVersion` and since when it is registered; k8s.io/apiserver pkg/apis/apiserver/v*\/register.go. */
  readonly served: readonly (readonly [apiVersion: string, since: string])[];
  /** The gate that the flag needs while it can be off. */
  readonly gate?: string;
  /** Since when it is refused for what its type does not have; left out where it always was. */
  readonly strictSince?: string;
  /** It is read as JSON of one Go type before it is strict: any `apiVersion`, keys in any case. */
  readonly plainBefore?: true;
}

/** What of the API server decides whether it takes a file; nothing of it is judged where it is left out. */
export interface ConfigReader {
  readonly version?: Version;
  /** Whether a feature gate is on; undefined where that is not known. */
  readonly gate?: (name: string) => boolean | undefined;
}

export type Unreadable = Extract<ConfigFile<never>, { readonly state: 'unreadable' }>;

export interface KindDocument {
  readonly root: Readonly<Record<string, unknown>>;
  readonly document: YamlDocument;
  /** What it says and this version passes over. */
  readonly ignored: readonly DecodeFault[];
}

/** Text that is not empty: what is unset and what is empty are one to Go. */
export function nonEmptyText(value: unknown): string | undefined {
  const text = asText(value);
  return text === '' ? undefined : text;
}

/** A file that the API server takes. */
export function taken<T>({ ignored }: KindDocument, config: T): ConfigFile<T> {
  return { state: 'read', config, ...(ignored.length === 0 ? {} : { ignored }) };
}

/** Reads the one document of a file as the API server does; what it would not start with is `refused`. */
export function readKind(
  text: string,
  file: string,
  { kind, flag, served: all, gate, strictSince, plainBefore }: FileKind,
  reader: ConfigReader,
  shape: Shape,
): KindDocument | Unreadable {
  if (gate !== undefined && reader.gate?.(gate) === false) {
    return refused(file, `is named by ${flag}, which needs the feature gate ${gate}, and that is off`, undefined);
  }
  const yaml = readYaml(text);
  if (!yaml.ok) return unreadable(file, `is not YAML or JSON: ${yaml.message}`, yaml.line);
  const document = yaml.documents[0];
  const { version } = reader;
  const isStrict = strictSince === undefined || version === undefined || atOrAfter(version, strictSince);
  const isPlain = !isStrict && plainBefore === true;
  const value = isPlain ? foldKeys(document?.value, shape) : document?.value;
  const root = asMapping(value);
  const served = all
    .filter(([, since]) => version === undefined || atOrAfter(version, since))
    .map(([version]) => version);
  const wanted = `${kind} of ${served.join(', ')}`;
  if (document === undefined || root === undefined) {
    return refused(file, `is empty, where ${wanted} was expected`, undefined);
  }
  if (asText(root.kind) !== kind) {
    return refused(file, `is refused: the kind is not ${wanted}`, document.line(['kind']));
  }
  if (!isPlain && !served.includes(asText(root.apiVersion) ?? '')) {
    const by = version === undefined ? '' : ` that Kubernetes ${formatVersion(version)} knows`;
    const message = `is refused: the apiVersion is none${by} (${served.join(', ') || 'none'})`;
    return refused(file, message, document.line(['apiVersion']));
  }
  const { refused: fault, ignored } = decode(document, value, shape, isStrict);
  return fault === undefined ? { root, document, ignored } : refused(file, `is refused: ${fault.message}`, fault.line);
}

/** A file that nobody could read; the API server may read it all the same. */
export function unreadable(file: string, what: string, line: number | undefined): Unreadable {
  const message = `${line === undefined ? file : `${file}:${line}`} ${what}`;
  return { state: 'unreadable', file, message, present: true, ...(line === undefined ? {} : { line }) };
}

/** A file with which the API server does not start. */
export function refused(file: string, what: string, line: number | undefined): Unreadable {
  return { ...unreadable(file, what, line), refused: true };
}

/** An API server without the flag stops at the flag, whatever the file says. */
export function knowing(reader: ConfigReader, since: string): ConfigReader {
  return reader.version === undefined || atOrAfter(reader.version, since) ? reader : {};
}
