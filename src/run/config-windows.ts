/** The part `expiry` of the configuration file: how long before an end somebody is told. */
import type { Span, Thresholds, Window, WindowOverride } from '../model/thresholds.ts';
import { parseSpan } from '../text/duration.ts';
import { MAX_STARS } from '../text/glob.ts';
import type { YamlPath } from '../text/yaml.ts';
import type { ConfigReader, Fields } from './config-reader.ts';
import { DEFAULT_THRESHOLDS } from './thresholds.ts';

/** Far more certificates than anybody sets windows for; they bound what matching costs. */
const MAX_OVERRIDES = 200;
const MAX_PATTERN = 512;

const WINDOW_KEYS = ['warnBefore', 'failBefore'] as const;

/** The windows; faults go to the reader. */
export function readWindows(reader: ConfigReader, value: unknown): Thresholds {
  const path = ['expiry'];
  const expiry = reader.mapping(value, path, [...WINDOW_KEYS, 'authorities', 'certificates']);
  const authorities = reader.mapping(expiry.authorities, [...path, 'authorities'], WINDOW_KEYS);
  const entries = reader.list(expiry.certificates, [...path, 'certificates'], MAX_OVERRIDES);
  const leaf = { ...DEFAULT_THRESHOLDS.leaf, ...readWindow(reader, expiry, path) };
  const authority = { ...DEFAULT_THRESHOLDS.authority, ...readWindow(reader, authorities, [...path, 'authorities']) };
  requireOrder(reader, leaf, path);
  requireOrder(reader, authority, [...path, 'authorities']);
  return {
    leaf,
    authority,
    overrides: entries.flatMap((entry, index) => readOverride(reader, entry, [...path, 'certificates', index])),
  };
}

function readOverride(reader: ConfigReader, entry: unknown, path: YamlPath): readonly WindowOverride[] {
  const fields = reader.mapping(entry, path, ['file', ...WINDOW_KEYS]);
  const file = readPattern(reader, fields.file, [...path, 'file']);
  if (file === undefined) return [];
  const window = readWindow(reader, fields, path);
  const { warnBefore, failBefore } = window;
  if (warnBefore === undefined && failBefore === undefined) {
    reader.fault(path, `${file}: neither warnBefore nor failBefore is set, so the entry does nothing`);
  }
  if (warnBefore !== undefined && failBefore !== undefined) requireOrder(reader, { warnBefore, failBefore }, path);
  return [{ file, ...window }];
}

/** The pattern of a file on the node; undefined, with a fault, for what is none. */
export function readPattern(reader: ConfigReader, value: unknown, path: YamlPath): string | undefined {
  if (typeof value !== 'string' || !/^(?:\/|\*)/.test(value)) {
    reader.fault(path, 'file: a path on the node was expected, as /etc/kubernetes/pki/etcd/*.crt');
    return undefined;
  }
  if (value.length > MAX_PATTERN || (value.match(/\*+/g) ?? []).length > MAX_STARS) {
    reader.fault(path, `file: longer than ${MAX_PATTERN} characters, or more than ${MAX_STARS} stars`);
    return undefined;
  }
  return value;
}

function readWindow(reader: ConfigReader, fields: Fields, path: YamlPath): Partial<Window> {
  const warnBefore = readSpan(reader, fields, path, 'warnBefore');
  const failBefore = readSpan(reader, fields, path, 'failBefore');
  return { ...(warnBefore === undefined ? {} : { warnBefore }), ...(failBefore === undefined ? {} : { failBefore }) };
}

function readSpan(reader: ConfigReader, fields: Fields, path: YamlPath, name: keyof Window): Span | undefined {
  const value = fields[name];
  if (value === undefined) return undefined;
  const result = parseSpan(typeof value === 'string' || typeof value === 'number' ? String(value) : '?');
  if (result.ok) return result.span;
  reader.fault([...path, name], `${name}: ${result.message}`);
  return undefined;
}

function requireOrder(reader: ConfigReader, window: Window, path: YamlPath): void {
  const fault = windowFault(window);
  if (fault !== undefined) reader.fault(path, fault);
}

/** What is wrong with a window in itself; two of different kinds cannot be compared. */
export function windowFault({ warnBefore, failBefore }: Window): string | undefined {
  const size = (span: Span): number => ('share' in span ? span.share : span.milliseconds);
  return 'share' in warnBefore === 'share' in failBefore && size(warnBefore) < size(failBefore)
    ? 'the warning window is shorter than the failure window, so nothing would ever warn'
    : undefined;
}
