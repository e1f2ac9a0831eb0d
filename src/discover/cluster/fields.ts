/** Fields that objects of the API share, out of values whose shape is not known. */
import type { ClusterObject, Labels, LabelSelector } from '../../model/cluster.ts';
import { asList, asMapping, asText } from '../../text/yaml.ts';
import type { YamlPath } from '../../text/yaml.ts';
import type { APIObject } from './objects.ts';

export type Mapping = Readonly<Record<string, unknown>>;

/** A member of a value that may be no mapping; an empty mapping where it has none. */
export function part(value: unknown, ...path: readonly string[]): Mapping {
  let found = asMapping(value);
  for (const step of path) found = found === undefined ? undefined : asMapping(own(found, step));
  return found ?? {};
}

/** Only what the input says: `constructor` is a label like any other. */
export function own(value: Mapping, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

/** Texts of a list. */
export function texts(value: unknown): readonly string[] {
  return asList(value).flatMap((one) => asText(one) ?? []);
}

/** Texts by key; what is none is left out. */
export function labels(value: unknown): Labels {
  return new Map(
    Object.entries(asMapping(value) ?? {}).flatMap(([key, text]) =>
      typeof text === 'string' ? [[key, text] as const] : [],
    ),
  );
}

/** A whole number, or undefined. */
export function whole(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
}

/** A boolean, or undefined where it is not written. */
export function flag(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

/** A LabelSelector; undefined where there is none, which is not the same as an empty one. */
export function selector(value: unknown): LabelSelector | undefined {
  const found = asMapping(value);
  if (found === undefined) return undefined;
  return {
    matchLabels: labels(found.matchLabels),
    matchExpressions: asList(found.matchExpressions).map((one) => {
      const expression = part(one);
      return {
        key: asText(expression.key) ?? '',
        operator: asText(expression.operator) ?? '',
        values: texts(expression.values),
      };
    }),
  };
}

/** Who the object is, and where. */
export function identity(object: APIObject, at: YamlPath = []): ClusterObject {
  const metadata = part(object.value, 'metadata');
  const line = object.line(at) ?? object.line(['metadata', 'name']);
  return {
    kind: object.kind.slice(object.kind.lastIndexOf('/') + 1),
    name: asText(metadata.name) ?? '',
    namespace: asText(metadata.namespace) ?? '',
    file: object.file,
    ...(line === undefined ? {} : { line }),
  };
}

/** Annotations of the object; not the one in which kubectl keeps a copy of the whole. */
export function annotations(object: APIObject | { readonly value: unknown }): Labels {
  const all = new Map(labels(part(object.value, 'metadata').annotations));
  all.delete('kubectl.kubernetes.io/last-applied-configuration');
  return all;
}
