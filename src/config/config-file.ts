/** Component config files: kubelet, kube-scheduler and kube-proxy configurations, and etcd's. */
import type { ComponentName, Notice } from '../model/component.ts';
import type { SettingValue } from '../model/setting.ts';
import type { Version } from '../model/version.ts';
import { templateMark } from '../text/template.ts';
import { asMapping, readYaml } from '../text/yaml.ts';
import type { YamlDocument, YamlResult } from '../text/yaml.ts';
import { flagHistory, hasConfigField, typeOf } from './history/history.ts';
import { inRange } from './history/ranges.ts';
import type { FlagEntry, FlagType } from './history/types.ts';
import { splitHostPort } from './url.ts';
import { goDurationSeconds, recordOf } from './values.ts';
import type { ValueResult } from './values.ts';

/** A config file that a component names: its text, or why there is none. */
export type ConfigText =
  | { readonly file: string; readonly text: string }
  /** Parsed already: a document of a larger file, or one that a tool completes before it writes it. */
  | { readonly file: string; readonly document: YamlDocument }
  /** `unavailable`: why, as a clause that names the file. `present`: it is there all the same. */
  | { readonly file: string; readonly unavailable: string; readonly present: boolean };

/** A field as found: `unset` when the file writes null, or a zero that the component takes for nothing. */
export interface FieldValue {
  readonly value: SettingValue;
  readonly unset: boolean;
  /** Why the file does not show it, as a clause; `value` is null then. */
  readonly unknown?: string;
  readonly line?: number;
}

export interface ReadConfig {
  readonly ok: true;
  readonly file: string;
  /** By setting name; only the fields that the file writes. */
  readonly fields: ReadonlyMap<string, FieldValue>;
  readonly notices: readonly Notice[];
}

export interface UnreadConfig {
  readonly ok: false;
  readonly file: string;
  /** A clause without a period that names the file, and the line where there is one. */
  readonly message: string;
  readonly line?: number;
  /** Whether the file is there, so that it has to be corrected rather than supplied. */
  readonly present: boolean;
}

interface Kind {
  readonly group: string;
  readonly kind: string;
  /** Versions of the group by the Kubernetes versions that serve them (pkg/scheduler/apis/config/scheme). */
  readonly served: readonly { readonly version: string; readonly from: string; readonly to?: string }[];
}

const KINDS: Readonly<Partial<Record<ComponentName, Kind>>> = {
  kubelet: {
    group: 'kubelet.config.k8s.io',
    kind: 'KubeletConfiguration',
    served: [{ version: 'v1beta1', from: '1.10' }],
  },
  'kube-proxy': {
    group: 'kubeproxy.config.k8s.io',
    kind: 'KubeProxyConfiguration',
    served: [{ version: 'v1alpha1', from: '1.9' }],
  },
  'kube-scheduler': {
    group: 'kubescheduler.config.k8s.io',
    kind: 'KubeSchedulerConfiguration',
    served: [
      { version: 'v1alpha1', from: '1.12', to: '1.18' },
      { version: 'v1alpha2', from: '1.18', to: '1.18' },
      { version: 'v1beta1', from: '1.19', to: '1.22' },
      { version: 'v1beta2', from: '1.22', to: '1.27' },
      { version: 'v1beta3', from: '1.23', to: '1.28' },
      { version: 'v1', from: '1.25' },
    ],
  },
};

/** Reads a config file of a component at a version, as far as it concerns the settings of the history. */
export function readConfig(component: ComponentName, version: Version, input: ConfigText): ReadConfig | UnreadConfig {
  const { file } = input;
  if ('unavailable' in input) return { ok: false, file, message: input.unavailable, present: input.present };
  const faulty = (what: string, line: number | undefined): UnreadConfig => ({
    ok: false,
    file,
    ...withLine(line),
    message: `${line === undefined ? file : `${file}:${line}`} ${what}`,
    present: true,
  });
  const yaml: YamlResult = 'document' in input ? { ok: true, documents: [input.document] } : readYaml(input.text);
  if (!yaml.ok) return faulty(`is not YAML or JSON: ${yaml.message}`, yaml.line);
  const document = yaml.documents[0];
  const kind = KINDS[component];
  if (document === undefined) {
    // etcd takes an empty file for "all defaults"; the Kubernetes loaders need a kind.
    return kind === undefined
      ? { ok: true, file, fields: new Map(), notices: [] }
      : faulty(`is empty, where kind: ${kind.kind} was expected`, undefined);
  }
  const root = asMapping(document.value);
  if (root === undefined) return faulty('is not a mapping of fields', document.line([]));
  const wrongKind = kind === undefined ? undefined : kindFault(kind, root, version, document);
  if (wrongKind !== undefined) return faulty(wrongKind.message, wrongKind.line);
  return readFields(component, version, file, document, root);
}

function kindFault(
  expected: Kind,
  root: Readonly<Record<string, unknown>>,
  version: Version,
  document: YamlDocument,
): { readonly message: string; readonly line?: number } | undefined {
  const { kind, apiVersion } = root;
  const served = expected.served.filter((candidate) => inRange(version, candidate));
  const wanted = served.map((candidate) => `${expected.group}/${candidate.version}`);
  if (kind !== expected.kind) {
    return {
      message: `cannot be used: kind is ${show(kind)}, expected ${expected.kind}`,
      ...withLine(document.line(['kind'])),
    };
  }
  if (typeof apiVersion !== 'string' || !wanted.includes(apiVersion)) {
    return {
      message: `cannot be used: apiVersion is ${show(apiVersion)}, which this version does not read; expected ${wanted.join(' or ')}`,
      ...withLine(document.line(['apiVersion'])),
    };
  }
  return undefined;
}

function readFields(
  component: ComponentName,
  version: Version,
  file: string,
  document: YamlDocument,
  root: Readonly<Record<string, unknown>>,
): ReadConfig {
  const fields = new Map<string, FieldValue>();
  const notices: Notice[] = document.duplicateKeys.map(({ key, line }) => ({
    code: 'duplicate-key',
    subject: key,
    message: `${show(key)} is written more than once; the last one counts`,
    file,
    line,
  }));
  for (const entry of flagHistory(component).values()) {
    if (entry.config === undefined || !hasConfigField(entry, version)) continue;
    const path = entry.config.split('.');
    const raw = lookUp(root, path);
    if (raw === undefined) continue;
    const line = document.line(path);
    if (raw === null) {
      fields.set(entry.name, { value: null, unset: true, ...withLine(line) });
      continue;
    }
    const template = typeof raw === 'string' ? templateMark(raw) : undefined;
    if (template !== undefined) {
      const unknown = `${file} is a template that was never rendered (${template.mark})`;
      fields.set(entry.name, { value: null, unset: false, unknown, ...withLine(line) });
      continue;
    }
    const read = fieldValue(entry, component, version, raw);
    if (!read.ok) {
      notices.push({
        code: 'invalid-value',
        subject: entry.config,
        ...scalarText(raw),
        message: `${entry.config}: ${read.message}`,
        file,
        ...withLine(line),
      });
      fields.set(entry.name, { value: null, unset: false, ...withLine(line) });
      continue;
    }
    fields.set(entry.name, { value: read.value, unset: countsAsUnset(entry, read.value), ...withLine(line) });
  }
  return { ok: true, file, fields, notices: [...notices, ...misspelt(component, version, file, document, root)] };
}

/** The value as written, where it is one word. */
function scalarText(raw: unknown): { readonly value?: string } {
  return typeof raw === 'string' || typeof raw === 'number' || typeof raw === 'boolean' ? { value: String(raw) } : {};
}

function lookUp(root: Readonly<Record<string, unknown>>, path: readonly string[]): unknown {
  let value: unknown = root;
  for (const step of path) {
    // A merge patch takes a whole part out with null, and what is left out has its default.
    if (value === null) return null;
    const mapping = asMapping(value);
    if (mapping === undefined || !Object.hasOwn(mapping, step)) return undefined;
    value = mapping[step];
  }
  return value;
}

/**
 * A zero that is as good as nothing: for fields whose Go type is no pointer the defaulting cannot tell them apart
 * (pkg/kubelet/apis/config/v1beta1/defaults.go: `if obj.StreamingConnectionIdleTimeout == zeroDuration`).
 */
function countsAsUnset(entry: FlagEntry, value: SettingValue): boolean {
  if (entry.zeroIsUnset !== true) return false;
  if (entry.type === 'duration') return typeof value === 'string' && goDurationSeconds(value) === 0;
  return value === '' || value === 0 || (Array.isArray(value) && value.length === 0);
}

function fieldValue(entry: FlagEntry, component: ComponentName, version: Version, raw: unknown): ValueResult {
  if (entry.configPart !== undefined) return partOfAddress(entry.configPart, raw);
  const type = typeOf(entry, version);
  switch (type) {
    case 'bool':
      return typeof raw === 'boolean' ? ok(raw) : bad(raw, 'true or false');
    case 'int':
      return typeof raw === 'number' && Number.isInteger(raw) ? ok(raw) : bad(raw, 'a whole number');
    case 'float':
      return typeof raw === 'number' ? ok(raw) : bad(raw, 'a number');
    case 'duration':
      return typeof raw === 'string' && goDurationSeconds(raw) !== undefined
        ? ok(raw)
        : bad(raw, 'a duration such as 30s or 1h30m');
    case 'string':
    case 'ip':
    case 'ipport':
      return typeof raw === 'string' ? ok(raw) : bad(raw, 'text');
    case 'map':
      return mapValue(component, raw);
    case 'intSlice':
      return Array.isArray(raw) && raw.every((item) => Number.isInteger(item))
        ? ok(raw as readonly number[])
        : bad(raw, 'a list of whole numbers');
    case 'stringSlice':
    case 'stringArray':
    case 'urlSlice':
    case 'namedCertKeys':
      return listValue(entry, type, component, raw);
  }
}

/** etcd writes URLs, cors and host-whitelist as one text with commas, all other lists as lists (embed/config.go). */
function listValue(entry: FlagEntry, type: FlagType, component: ComponentName, raw: unknown): ValueResult {
  if (component === 'etcd' && (type === 'urlSlice' || entry.name === 'host-whitelist')) {
    if (typeof raw !== 'string') return bad(raw, 'one text with commas between the items');
    return ok(raw === '' ? [] : raw.split(',').map((item) => item.trim()));
  }
  return Array.isArray(raw) && raw.every((item) => typeof item === 'string') ? ok(raw) : bad(raw, 'a list of texts');
}

function mapValue(component: ComponentName, raw: unknown): ValueResult {
  if (component === 'etcd') {
    if (typeof raw !== 'string') return bad(raw, 'text of the form Name=true,Other=false');
    const pairs = raw.split(',').filter((pair) => pair.includes('='));
    return ok(recordOf(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)])));
  }
  const mapping = asMapping(raw);
  if (mapping === undefined) return bad(raw, 'a mapping of names to true or false');
  const wrong = Object.entries(mapping).find(([, value]) => typeof value !== 'boolean');
  if (wrong !== undefined) return bad(wrong[1], `true or false (at ${show(wrong[0])})`);
  return ok(recordOf(Object.entries(mapping).map(([key, value]) => [key, String(value)])));
}

function partOfAddress(part: 'host' | 'port', raw: unknown): ValueResult {
  const address = typeof raw === 'string' ? splitHostPort(raw) : undefined;
  if (address === undefined) return bad(raw, 'host:port');
  // An empty address switches the listener off, as port 0 does.
  return ok(part === 'host' ? address.host : (address.port ?? 0));
}

/** Fields that differ from a real one in case only: the loaders of Kubernetes leave them out, with a line in a log. */
function misspelt(
  component: ComponentName,
  version: Version,
  file: string,
  document: YamlDocument,
  root: Readonly<Record<string, unknown>>,
): readonly Notice[] {
  if (component === 'etcd') return [];
  const notices: Notice[] = [];
  const seen = new Set<string>();
  for (const entry of flagHistory(component).values()) {
    if (entry.config === undefined || !hasConfigField(entry, version)) continue;
    const path = entry.config.split('.');
    for (let depth = 0; depth < path.length; depth++) {
      const parent = path.slice(0, depth);
      const expected = path[depth] ?? '';
      const mapping = asMapping(depth === 0 ? root : lookUp(root, parent));
      for (const key of Object.keys(mapping ?? {})) {
        const where = [...parent, key].join('.');
        if (key === expected || seen.has(where) || key.toLowerCase() !== expected.toLowerCase()) continue;
        seen.add(where);
        notices.push({
          code: 'ignored-setting',
          subject: where,
          message: `there is no field ${where}; ${[...parent, expected].join('.')} is meant, and stays as it is by default`,
          file,
          ...withLine(document.line([...parent, key])),
        });
      }
    }
  }
  return notices;
}

function withLine(line: number | undefined): { readonly line?: number } {
  return line === undefined ? {} : { line };
}

function ok(value: SettingValue): ValueResult {
  return { ok: true, value };
}

function bad(raw: unknown, expected: string): ValueResult {
  return { ok: false, message: `${show(raw)} is not ${expected}` };
}

/** A value for a message: short, and no structure. */
function show(raw: unknown): string {
  if (raw === undefined || raw === null) return 'missing';
  if (typeof raw === 'object') return Array.isArray(raw) ? 'a list' : 'a mapping';
  const text = JSON.stringify(raw);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
