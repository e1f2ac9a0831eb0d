/** Reads a mapping out of the configuration file, and tells each fault with its line. */
import { didYouMean } from '../text/suggest.ts';
import { asMapping } from '../text/yaml.ts';
import type { YamlDocument, YamlPath } from '../text/yaml.ts';

export type Fields = Readonly<Record<string, unknown>>;

export class ConfigReader {
  readonly faults: string[] = [];
  readonly #document: YamlDocument;
  readonly #file: string;

  constructor(document: YamlDocument, file: string) {
    this.#document = document;
    this.#file = file;
  }

  /** The line of a place, or of the nearest one around it that has a line. */
  line(path: YamlPath): number {
    let place = path;
    while (place.length > 0 && this.#document.line(place) === undefined) place = place.slice(0, -1);
    return this.#document.line(place) ?? 1;
  }

  position(path: YamlPath): { readonly file: string; readonly line: number } {
    return { file: this.#file, line: this.line(path) };
  }

  fault(path: YamlPath, message: string): void {
    this.faults.push(`${this.#file}:${this.line(path)}: ${message}`);
  }

  /** The fields of a mapping; nothing where it is left out. A key that is not known is a fault. */
  mapping(value: unknown, path: YamlPath, known: readonly string[]): Fields {
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

  /** The entries of a list; nothing where it is left out. */
  list(value: unknown, path: YamlPath, most: number): readonly unknown[] {
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) {
      this.fault(path, `${String(path.at(-1))}: a list was expected`);
      return [];
    }
    if (value.length > most) this.fault(path, `more than ${most} entries`);
    return (value as unknown[]).slice(0, most);
  }
}
