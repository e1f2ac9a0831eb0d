/** A configuration that is one YAML document, with the lines of its fields. */
import type { Position } from '../../model/setting.ts';
import { asMapping, readYaml } from '../../text/yaml.ts';
import type { YamlPath } from '../../text/yaml.ts';
import type { FileReader } from '../reader.ts';
import type { DiscoveryProblem } from '../types.ts';
import type { ProgramFlag } from './arguments.ts';

export type ConfigDocumentResult =
  | { readonly ok: true; readonly document: ConfigDocument }
  /** `problem` is undefined where the file is simply not there. */
  | { readonly ok: false; readonly problem: DiscoveryProblem | undefined };

/**
 * Reads the first document that `isWanted` takes.
 * @param isWanted told by its top-level fields; a file without such a document counts as absent
 */
export function readConfigDocument(
  reader: FileReader,
  file: string,
  isWanted: (root: Readonly<Record<string, unknown>>) => boolean,
): ConfigDocumentResult {
  const read = reader.readText(file);
  if (!read.ok) return { ok: false, problem: undefined };
  const yaml = readYaml(read.text);
  if (!yaml.ok) {
    const { line, message } = yaml;
    return {
      ok: false,
      problem: {
        code: 'unparsable-manifest',
        subject: file,
        file,
        ...(line === undefined ? {} : { line }),
        message: `${file} was not read: ${message}.`,
      },
    };
  }
  for (const document of yaml.documents) {
    const root = asMapping(document.value);
    if (root !== undefined && isWanted(root)) {
      return { ok: true, document: new ConfigDocument(file, root, (path) => document.line(path)) };
    }
  }
  return { ok: false, problem: undefined };
}

export class ConfigDocument {
  readonly file: string;
  readonly root: Readonly<Record<string, unknown>>;
  readonly #line: (path: YamlPath) => number | undefined;

  constructor(file: string, root: Readonly<Record<string, unknown>>, line: (path: YamlPath) => number | undefined) {
    this.file = file;
    this.root = root;
    this.#line = line;
  }

  position(...path: YamlPath): Position {
    const line = this.#line(path);
    return { file: this.file, ...(line === undefined ? {} : { line }) };
  }

  /** Whatever is at a path; undefined where nothing is. */
  at(...path: YamlPath): unknown {
    return path.reduce<unknown>(
      (value, step) => (Array.isArray(value) ? (value as unknown[])[Number(step)] : asMapping(value)?.[String(step)]),
      this.root,
    );
  }

  /** A scalar as text; undefined where there is none or it is empty. */
  text(...path: YamlPath): string | undefined {
    const value = scalar(this.at(...path));
    return value === '' ? undefined : value;
  }

  texts(...path: YamlPath): readonly string[] {
    const value = this.at(...path);
    return (Array.isArray(value) ? value : [value]).flatMap((one: unknown) => scalar(one) ?? []);
  }

  /** Flags of a mapping from names to values; a value may be a list, of which each is a flag. */
  flags(...path: YamlPath): readonly ProgramFlag[] {
    return Object.entries(asMapping(this.at(...path)) ?? {}).flatMap(([name, value]) => {
      const values: readonly unknown[] = Array.isArray(value) ? value : [value];
      return values.map((one, index): ProgramFlag => {
        const place = Array.isArray(value) ? [...path, name, index] : [...path, name];
        return { name: name.replace(/^-+/, ''), value: scalar(one) ?? '', position: this.position(...place) };
      });
    });
  }
}

function scalar(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}
