/** Secrets and ConfigMaps as `kubectl get -o yaml` or `-o json` prints them: which of their values hold what. */
import type { FileRemark } from '../model/named-file.ts';
import { asList, asMapping, asText } from '../text/yaml.ts';
import type { YamlDocument, YamlPath } from '../text/yaml.ts';
import { base64 } from './pem.ts';

/** One value of an object. */
export interface ObjectValue {
  /** `Secret default/web`. */
  readonly object: string;
  readonly key: string;
  readonly line: number | undefined;
  readonly data: Uint8Array;
}

export interface ObjectValues {
  /** How many Secrets and ConfigMaps were found. */
  readonly objects: number;
  readonly values: readonly ObjectValue[];
  readonly remarks: readonly FileRemark[];
}

/** More than any list that somebody asks about; the values are bounded by the size of the file. */
const MAX_OBJECTS = 5000;

/** Looks through documents for Secrets, ConfigMaps and lists of them. */
export function objectValues(documents: readonly YamlDocument[]): ObjectValues {
  const reader = new ObjectReader();
  for (const document of documents) reader.take(document, asMapping(document.value), []);
  return reader;
}

class ObjectReader implements ObjectValues {
  objects = 0;
  readonly values: ObjectValue[] = [];
  readonly remarks: FileRemark[] = [];

  take(document: YamlDocument, object: Mapping | undefined, path: YamlPath): void {
    const kind = asText(object?.kind);
    // A list of Secrets may leave out the kind of its items (meta/v1 List of a typed client).
    if (kind === 'List' || kind === 'SecretList' || kind === 'ConfigMapList') {
      for (const [index, item] of asList(object?.items).entries())
        this.take(document, withKind(asMapping(item), kind), [...path, 'items', index]);
    } else if (object !== undefined && (kind === 'Secret' || kind === 'ConfigMap')) {
      if (++this.objects <= MAX_OBJECTS) this.#object(document, kind, object, path);
      else if (this.objects === MAX_OBJECTS + 1)
        this.remarks.push({
          kind: 'fault',
          message: `more than ${MAX_OBJECTS} objects; the rest was not read, so split the file`,
        });
    }
  }

  #object(document: YamlDocument, kind: 'Secret' | 'ConfigMap', object: Mapping, path: YamlPath): void {
    const metadata = asMapping(object.metadata);
    const namespace = asText(metadata?.namespace);
    const name = `${kind} ${namespace === undefined ? '' : `${namespace}/`}${asText(metadata?.name) ?? 'without a name'}`;
    const line = (field: string, key: string): number | undefined => document.line([...path, field, key]);
    const found = new Set<string>();
    const add = (field: string, key: string, data: Uint8Array): void => {
      found.add(key);
      this.values.push({ object: name, key, line: line(field, key), data });
    };
    const plain = kind === 'Secret' ? 'stringData' : 'data';
    for (const [key, value] of Object.entries(asMapping(object[plain]) ?? {})) {
      const text = asText(value);
      if (text !== undefined) add(plain, key, Buffer.from(text));
    }
    const encoded = kind === 'Secret' ? 'data' : 'binaryData';
    for (const [key, value] of Object.entries(asMapping(object[encoded]) ?? {})) {
      // What is in stringData beats data (core/v1 Secret).
      if (found.has(key) || value === null) continue;
      const text = asText(value);
      const data = text === undefined ? undefined : base64(text);
      if (data !== undefined) add(encoded, key, data);
      else
        this.#fault(
          `${encoded}.${key} of ${name} is not base64, so the API server refuses the object`,
          line(encoded, key),
        );
    }
    this.#required(kind, object, name, found, document.line(path));
  }

  /** kubernetes/pkg/apis/core/validation ValidateSecret: of this type both keys have to be there. */
  #required(kind: string, object: Mapping, name: string, found: ReadonlySet<string>, line: number | undefined): void {
    if (kind !== 'Secret' || object.type !== 'kubernetes.io/tls') return;
    const missing = ['tls.crt', 'tls.key'].filter((key) => !found.has(key));
    if (missing.length === 0) return;
    this.#fault(
      `${name} is of the type kubernetes.io/tls and has no ${missing.join(' and no ')}, so the API server refuses it`,
      line,
    );
  }

  #fault(message: string, line: number | undefined): void {
    this.remarks.push({ kind: 'fault', message, ...(line === undefined ? {} : { line }) });
  }
}

type Mapping = Readonly<Record<string, unknown>>;

function withKind(item: Mapping | undefined, list: string): Mapping | undefined {
  if (item === undefined || item.kind !== undefined || list === 'List') return item;
  return { ...item, kind: list.replace(/List$/, '') };
}
