/** The program's own configuration file, `.kubetls.yaml`; its schema is docs/config.schema.json. */
import type { Span, Thresholds, Window, WindowOverride } from '../model/thresholds.ts';
import { parseSpan } from '../text/duration.ts';
import { didYouMean } from '../text/suggest.ts';
import { asMapping, readYaml } from '../text/yaml.ts';
import type { YamlDocument, YamlPath } from '../text/yaml.ts';
import { DEFAULT_THRESHOLDS } from './thresholds.ts';

/** What is read when no file is named, from the working directory. */
export const CONFIG_FILE = '.kubetls.yaml';

export const MAX_CONFIG_BYTES = 256 * 1024;

/** Far more certificates than anybody sets windows for; they bound what matching costs. */
const MAX_OVERRIDES = 200;
const MAX_PATTERN = 512;
const MAX_STARS = 6;

export interface ToolConfig {
  readonly thresholds: Thresholds;
}

export const NO_CONFIG: ToolConfig = { thresholds: DEFAULT_THRESHOLDS };

export type ToolConfigResult =
  | { readonly ok: true; readonly config: ToolConfig }
  /** Each names the file and the line, says what is wrong and what was expected. */
  | { readonly ok: false; readonly faults: readonly string[] };

/**
 * Reads the text of a configuration file. A key that is not known is a fault: a window that nobody reads is an alarm
 * that never comes.
 * @param file its name, for messages
 */
export function parseToolConfig(text: string, file: string): ToolConfigResult {
  const yaml = readYaml(text);
  const broken = yaml.ok ? yaml.broken : yaml;
  if (!yaml.ok || broken !== undefined) {
    const at = broken?.line === undefined ? file : `${file}:${broken.line}`;
    return { ok: false, faults: [`${at}: not YAML: ${broken?.message ?? 'unknown'}`] };
  }
  const document = yaml.documents[0];
  if (document === undefined) return { ok: true, config: NO_CONFIG };
  const reader = new ConfigReader(document, file);
  if (yaml.documents.length > 1) reader.fault([], 'several documents, where one was expected');
  for (const { key, line } of document.duplicateKeys) reader.faults.push(`${file}:${line}: ${key} is written twice`);
  const config = { thresholds: reader.thresholds() };
  return reader.faults.length > 0 ? { ok: false, faults: reader.faults } : { ok: true, config };
}

class ConfigReader {
  readonly faults: string[] = [];
  readonly #document: YamlDocument;
  readonly #file: string;

  constructor(document: YamlDocument, file: string) {
    this.#document = document;
    this.#file = file;
  }

  fault(path: YamlPath, message: string): void {
    let place = path;
    while (place.length > 0 && this.#document.line(place) === undefined) place = place.slice(0, -1);
    this.faults.push(`${this.#file}:${this.#document.line(place) ?? 1}: ${message}`);
  }

  thresholds(): Thresholds {
    const root = this.#mapping(this.#document.value, [], ['expiry']);
    const expiry = this.#mapping(root.expiry, ['expiry'], [...WINDOW_KEYS, 'authorities', 'certificates']);
    const authorities = this.#mapping(expiry.authorities, ['expiry', 'authorities'], WINDOW_KEYS);
    const certificates = expiry.certificates ?? [];
    if (!Array.isArray(certificates)) this.fault(['expiry', 'certificates'], 'certificates: a list was expected');
    const entries: readonly unknown[] = Array.isArray(certificates) ? certificates : [];
    if (entries.length > MAX_OVERRIDES) this.fault(['expiry', 'certificates'], `more than ${MAX_OVERRIDES} entries`);
    const leaf = { ...DEFAULT_THRESHOLDS.leaf, ...this.#window(expiry, ['expiry']) };
    const authority = { ...DEFAULT_THRESHOLDS.authority, ...this.#window(authorities, ['expiry', 'authorities']) };
    this.#ordered(leaf, ['expiry']);
    this.#ordered(authority, ['expiry', 'authorities']);
    return {
      leaf,
      authority,
      overrides: entries.slice(0, MAX_OVERRIDES).flatMap((entry, index) => this.#override(entry, index)),
    };
  }

  #override(entry: unknown, index: number): readonly WindowOverride[] {
    const path = ['expiry', 'certificates', index];
    const fields = this.#mapping(entry, path, ['file', ...WINDOW_KEYS]);
    const { file } = fields;
    if (typeof file !== 'string' || !/^(?:\/|\*)/.test(file)) {
      this.fault([...path, 'file'], 'file: a path on the node was expected, as /etc/kubernetes/pki/etcd/*.crt');
      return [];
    }
    if (file.length > MAX_PATTERN || (file.match(/\*+/g) ?? []).length > MAX_STARS) {
      this.fault([...path, 'file'], `file: longer than ${MAX_PATTERN} characters, or more than ${MAX_STARS} stars`);
      return [];
    }
    const window = this.#window(fields, path);
    if (window.warnBefore === undefined && window.failBefore === undefined) {
      this.fault(path, `${file}: neither warnBefore nor failBefore is set, so the entry does nothing`);
    }
    const { warnBefore, failBefore } = window;
    if (warnBefore !== undefined && failBefore !== undefined) this.#ordered({ warnBefore, failBefore }, path);
    return [{ file, ...window }];
  }

  #window(fields: Readonly<Record<string, unknown>>, path: YamlPath): Partial<Window> {
    const warnBefore = this.#span(fields, path, 'warnBefore');
    const failBefore = this.#span(fields, path, 'failBefore');
    return { ...(warnBefore === undefined ? {} : { warnBefore }), ...(failBefore === undefined ? {} : { failBefore }) };
  }

  #span(fields: Readonly<Record<string, unknown>>, path: YamlPath, name: keyof Window): Span | undefined {
    const value = fields[name];
    if (value === undefined) return undefined;
    const result = parseSpan(typeof value === 'string' || typeof value === 'number' ? String(value) : '?');
    if (result.ok) return result.span;
    this.fault([...path, name], `${name}: ${result.message}`);
    return undefined;
  }

  /** As {@link windowFault} says it. */
  #ordered(window: Window, path: YamlPath): void {
    const fault = windowFault(window);
    if (fault !== undefined) this.fault(path, fault);
  }

  /** The fields of a mapping; nothing where it is left out. */
  #mapping(value: unknown, path: YamlPath, known: readonly string[]): Readonly<Record<string, unknown>> {
    if (value === undefined || value === null) return {};
    const mapping = asMapping(value);
    if (mapping === undefined) {
      this.fault(path, `${path.length === 0 ? 'the file' : String(path.at(-1))}: a mapping was expected`);
      return {};
    }
    for (const key of Object.keys(mapping)) {
      if (known.includes(key)) continue;
      const where = path.length === 0 ? '' : ` in ${path.join('.')}`;
      this.fault([...path, key], `unknown key ${key}${where}.${didYouMean(key, known)} Known: ${known.join(', ')}`);
    }
    return mapping;
  }
}

const WINDOW_KEYS = ['warnBefore', 'failBefore'] as const;

/** What is wrong with a window in itself; two of different kinds cannot be compared. */
export function windowFault({ warnBefore, failBefore }: Window): string | undefined {
  const size = (span: Span): number => ('share' in span ? span.share : span.milliseconds);
  return 'share' in warnBefore === 'share' in failBefore && size(warnBefore) < size(failBefore)
    ? 'the warning window is shorter than the failure window, so nothing would ever warn'
    : undefined;
}
