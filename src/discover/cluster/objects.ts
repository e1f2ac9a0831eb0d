/**
 * Objects of the API in a text: one, several documents, or lists as kubectl prints them, YAML or JSON. A list of kubectl
 * is cut into its items before any is parsed: most of an export is of kinds that nobody here reads.
 */
import { asList, asMapping, asText, readYaml } from '../../text/yaml.ts';
import type { YamlPath } from '../../text/yaml.ts';

export interface APIObject {
  /** `NetworkPolicy` of a group of Kubernetes itself, `projectcalico.org/NetworkPolicy` of another. */
  readonly kind: string;
  readonly group: string;
  readonly value: Readonly<Record<string, unknown>>;
  readonly file: string;
  /** Line of the value at a path, where the text has lines. */
  readonly line: (path: YamlPath) => number | undefined;
  /** It stood in a list that the API answered with. */
  readonly inList: boolean;
}

export interface ReadObjects {
  readonly objects: readonly APIObject[];
  /** The text is a list, and nothing is in it. */
  readonly isEmptyList: boolean;
  readonly faults: readonly ReadFault[];
}

export interface ReadFault {
  readonly message: string;
  readonly line?: number;
  /** By how it begins the text is what kubectl printed, so that it was to be an export whatever else there is. */
  readonly isList?: true;
}

/** Groups that Kubernetes itself serves and that are read here; their kinds have no prefix. */
const OWN_GROUPS: ReadonlySet<string> = new Set([
  '',
  'apps',
  'networking.k8s.io',
  'admissionregistration.k8s.io',
  'apiregistration.k8s.io',
  'apiextensions.k8s.io',
  'certificates.k8s.io',
  'rbac.authorization.k8s.io',
]);

/** Calico serves one kind under two groups: as custom resources, and by its own API server. */
const SAME_GROUP: ReadonlyMap<string, string> = new Map([['crd.projectcalico.org', 'projectcalico.org']]);

/** Larger clusters than Kubernetes supports have fewer objects of the kinds that are read. */
const MAX_OBJECTS = 50_000;

/** Of a file with more something else is wrong than its items. */
const MAX_FAULTS = 20;

/** What a kind is called here. */
export function kindOf(apiVersion: string, kind: string): { readonly kind: string; readonly group: string } {
  const written = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  const group = SAME_GROUP.get(written) ?? written;
  return { kind: OWN_GROUPS.has(group) ? kind : `${group}/${kind}`, group };
}

/**
 * Reads the objects of the wanted kinds.
 * @param wanted by the name that {@link kindOf} gives
 */
export function readObjects(text: string, file: string, wanted: (kind: string) => boolean): ReadObjects {
  const reader = new ObjectReader(file, wanted);
  const start = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  if (/^\s*[{[]/.test(start)) {
    const values = jsonValues(start);
    if (values !== undefined) {
      for (const value of values) reader.json(value);
      return reader.result();
    }
    if (/^\s*\{\s*"apiVersion"\s*:\s*"v1"\s*,\s*(?:"kind"\s*:\s*"List"\s*,\s*)?"items"\s*:/.test(start)) {
      reader.fault('a list in JSON that is cut off, or is none');
      return reader.result();
    }
  }
  let line = 1;
  for (const document of start.split(/^---(?=\s|$)/m)) {
    reader.document(document, line - 1);
    line += newlines(document);
  }
  return reader.result();
}

interface Head {
  readonly kind?: string;
  readonly apiVersion?: string;
}

class ObjectReader {
  readonly #file: string;
  readonly #wanted: (kind: string) => boolean;
  readonly #objects: APIObject[] = [];
  readonly #faults: ReadFault[] = [];
  #lists = 0;
  #items = 0;

  constructor(file: string, wanted: (kind: string) => boolean) {
    this.#file = file;
    this.#wanted = wanted;
  }

  result(): ReadObjects {
    return {
      objects: this.#objects,
      isEmptyList: this.#lists > 0 && this.#items === 0 && this.#objects.length === 0,
      faults: this.#faults,
    };
  }

  json(value: unknown): void {
    this.#take(value, () => undefined);
  }

  /** Something that was to be a list of kubectl. */
  fault(message: string, line?: number): void {
    if (this.#faults.length >= MAX_FAULTS) return;
    this.#faults.push({ message, ...(line === undefined ? {} : { line }), isList: true });
  }

  /** @param before lines of the text in front of it */
  document(text: string, before: number): void {
    const items = itemsOf(text);
    if (items === undefined) {
      const { kind, apiVersion } = headOf(text, '');
      // kubectl prints the kind behind the items.
      if (kind === undefined && apiVersion === 'v1' && /^items:[ \t]*\n-[ \t]/m.test(text)) {
        this.fault('a list without its end: it is cut off', before + newlines(text) + 1);
        return;
      }
      // One object by itself tells at its edge what it is; anything else has to be parsed first.
      const isOther = kind !== undefined && apiVersion !== undefined && !kind.endsWith('List');
      if (isOther && !this.#wanted(kindOf(apiVersion, kind).kind)) return;
      if (/["']?kind["']?\s{0,9}:/.test(text)) this.#yaml(text, before, false);
      return;
    }
    this.#lists++;
    const list = headOf(text, '');
    for (const { text: item, line } of items) {
      this.#items++;
      const { kind, apiVersion } = headOf(item, '  ');
      if (kind !== undefined && apiVersion !== undefined && !this.#wanted(kindOf(apiVersion, kind).kind)) continue;
      this.#yaml(item, before + line, true, list);
    }
  }

  #yaml(text: string, before: number, inList: boolean, list: Head = {}): void {
    const yaml = readYaml(text);
    const broken = yaml.ok ? yaml.broken : yaml;
    if (broken !== undefined && this.#faults.length < MAX_FAULTS) {
      this.#faults.push({ message: broken.message, line: before + (broken.line ?? 1) });
    }
    for (const document of yaml.ok ? yaml.documents : []) {
      this.#take(
        inList ? namedBy(list, document.value) : document.value,
        (path) => {
          const line = document.line(path);
          return line === undefined ? undefined : before + line;
        },
        inList,
      );
    }
  }

  /** An object, or a list of some. */
  #take(value: unknown, line: APIObject['line'], inList = false): void {
    const object = asMapping(value);
    const kind = asText(object?.kind);
    const apiVersion = asText(object?.apiVersion);
    if (object === undefined || kind === undefined || apiVersion === undefined) return;
    if (Array.isArray(object.items) && kind.endsWith('List')) {
      this.#lists++;
      const items = asList(object.items);
      this.#items += items.length;
      items.slice(0, MAX_OBJECTS).forEach((item, index) => {
        const own = asMapping(item);
        if (own === undefined) return;
        this.#add(namedBy({ kind, apiVersion }, own), (path) => line(['items', index, ...path]), true);
      });
      return;
    }
    this.#add(object, line, inList);
  }

  #add(value: Readonly<Record<string, unknown>>, line: APIObject['line'], inList: boolean): void {
    const name = kindOf(asText(value.apiVersion) ?? '', asText(value.kind) ?? '');
    if (!this.#wanted(name.kind) || this.#objects.length >= MAX_OBJECTS) return;
    this.#objects.push({ ...name, value, file: this.#file, line, inList });
  }
}

/** What the API answers to a program, rather than to kubectl, leaves out what the items are. */
function namedBy<T>({ kind, apiVersion }: Head, item: T): T {
  const own = asMapping(item);
  const isSaid = kind === undefined || apiVersion === undefined || kind === 'List';
  return own === undefined || isSaid ? item : { apiVersion, kind: kind.slice(0, -'List'.length), ...item };
}

/** JSON values one after the other, as `kubectl get -o json` appends them to a file; undefined where one is none. */
function jsonValues(text: string): readonly unknown[] | undefined {
  const values: unknown[] = [];
  try {
    // The items alone, as `jq .items` leaves them.
    if (/^\s*\[/.test(text)) return asList(JSON.parse(text));
    let start = 0;
    for (let end = endOfValue(text, 0); end !== undefined; end = endOfValue(text, start)) {
      values.push(JSON.parse(text.slice(start, end)));
      start = end;
    }
    return text.slice(start).trim() === '' ? values : undefined;
  } catch {
    return undefined;
  }
}

/** Where a value in braces ends; what stands in quotation marks has no braces. */
function endOfValue(text: string, start: number): number | undefined {
  const mark = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}]/gs;
  mark.lastIndex = start;
  let depth = 0;
  for (let match = mark.exec(text); match !== null; match = mark.exec(text)) {
    if (match[0] === '{') depth++;
    else if (match[0] === '}') depth--;
    if (depth === 0 && match[0] === '}') return mark.lastIndex;
    if (depth === 0) return undefined;
  }
  return undefined;
}

/** The items of a list in the block style of kubectl, with the lines in front of each; undefined for anything else. */
function itemsOf(text: string): readonly { readonly text: string; readonly line: number }[] | undefined {
  const head = /^items:[ \t]*(\[[ \t]*\])?[ \t]*\n?/m.exec(text);
  if (head === null || !/^kind:[ \t]*["']?\w*List["']?[ \t]*$/m.test(text)) return undefined;
  if (head[1] !== undefined) return [];
  const from = head.index + head[0].length;
  if (text[from] !== '-') return undefined;
  // Up to the next key at the edge; what is inside of an item is indented.
  const after = /^[^-\s#]/m.exec(text.slice(from));
  const body = text.slice(from, after === null ? undefined : from + after.index);
  const items: { text: string; line: number }[] = [];
  let line = newlines(text.slice(0, from));
  for (const part of body.split(/^-(?=[ \t])/m).slice(1)) {
    items.push({ text: ` ${part}`, line });
    line += newlines(part);
  }
  return items;
}

/** What an object in block style says of itself at its own level, which kubectl indents by two in a list. */
function headOf(item: string, indent: '' | '  '): Head {
  const { kind: ofKind, apiVersion: ofVersion } = HEADS[indent];
  const kind = ofKind.exec(item)?.[1];
  const apiVersion = ofVersion.exec(item)?.[1];
  return { ...(kind === undefined ? {} : { kind }), ...(apiVersion === undefined ? {} : { apiVersion }) };
}

const HEADS = {
  '': {
    kind: /^kind:[ \t]*["']?(\w{1,64})["']?[ \t]*\r?$/m,
    apiVersion: /^apiVersion:[ \t]*["']?([\w./-]{1,128})["']?[ \t]*\r?$/m,
  },
  '  ': {
    kind: /^ {2}kind:[ \t]*["']?(\w{1,64})["']?[ \t]*\r?$/m,
    apiVersion: /^ {2}apiVersion:[ \t]*["']?([\w./-]{1,128})["']?[ \t]*\r?$/m,
  },
};

function newlines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
