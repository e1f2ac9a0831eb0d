/** The parts `profile`, `waivers` and `severities` of the configuration file. */
import { PROFILES } from '../model/benchmark.ts';
import type { Profile } from '../model/benchmark.ts';
import { PATH_IDS } from '../model/path.ts';
import { SEVERITY_ORDER } from '../model/status.ts';
import type { Severity } from '../model/status.ts';
import type { WaiverRule } from '../model/waiver.ts';
import { parseDay } from '../text/date.ts';
import { MAX_STARS } from '../text/glob.ts';
import { didYouMean } from '../text/suggest.ts';
import { asMapping } from '../text/yaml.ts';
import type { YamlPath } from '../text/yaml.ts';
import type { ConfigReader } from './config-reader.ts';
import { readPattern } from './config-windows.ts';

const MAX_WAIVERS = 500;
const MAX_TEXT = 500;

const WAIVER_KEYS = ['check', 'path', 'node', 'file', 'reason', 'until'] as const;

/**
 * The waivers. Each needs a check, what it is limited to, a reason and a day: what is waived everywhere and for ever is
 * a check that nobody runs.
 * @param checks ids of the checks that there are
 */
export function readWaivers(reader: ConfigReader, value: unknown, checks: ReadonlySet<string>): readonly WaiverRule[] {
  return reader
    .list(value, ['waivers'], MAX_WAIVERS)
    .flatMap((entry, index) => readWaiver(reader, entry, ['waivers', index], checks) ?? []);
}

function readWaiver(
  reader: ConfigReader,
  entry: unknown,
  path: YamlPath,
  checks: ReadonlySet<string>,
): WaiverRule | undefined {
  const fields = reader.mapping(entry, path, WAIVER_KEYS);
  const text = (name: (typeof WAIVER_KEYS)[number], expected: string): string | undefined => {
    const value = fields[name];
    if (typeof value === 'string' && value.trim() !== '' && value.length <= MAX_TEXT) return value.trim();
    reader.fault([...path, name], `${name}: ${expected}`);
    return undefined;
  };
  const check = text('check', 'the id of a check was expected (kubetls list checks)');
  if (check !== undefined && !checks.has(check)) {
    reader.fault([...path, 'check'], `unknown check ${check}.${didYouMean(check, checks)}`);
  }
  const reason = text('reason', 'why this is right as it is was expected, in a few words');
  const written = text('until', 'the day after which it counts again was expected, as 2027-06-30');
  const until = written === undefined ? undefined : parseDay(written);
  if (until?.ok === false) reader.fault([...path, 'until'], `until: ${until.message}`);
  const named = fields.path === undefined ? undefined : text('path', 'the id of a path was expected');
  const onPath = PATH_IDS.find((id) => id === named);
  if (named !== undefined && onPath === undefined) {
    reader.fault([...path, 'path'], `unknown path ${named}.${didYouMean(named, PATH_IDS)}`);
  }
  const node = fields.node === undefined ? undefined : text('node', 'the name of a node was expected');
  if (node !== undefined && (node.match(/\*+/g) ?? []).length > MAX_STARS) {
    reader.fault([...path, 'node'], `node: more than ${MAX_STARS} stars`);
    return undefined;
  }
  const file = fields.file === undefined ? undefined : readPattern(reader, fields.file, [...path, 'file']);
  if (fields.path === undefined && fields.node === undefined && fields.file === undefined) {
    reader.fault(path, 'no scope: write path, node or file, so that it waives no more than was looked at');
  }
  if (check === undefined || reason === undefined || until?.ok !== true) return undefined;
  return {
    check,
    ...(onPath === undefined ? {} : { path: onPath }),
    ...(node === undefined ? {} : { node }),
    ...(file === undefined ? {} : { file }),
    reason,
    until: until.date,
    position: reader.position(path),
  };
}

/** What is asked; a name that is none is a fault, with the nearest one that is. */
export function readProfile(reader: ConfigReader, value: unknown): Profile {
  if (value === undefined || value === null) return 'default';
  const profile = PROFILES.find((name) => name === value);
  if (profile !== undefined) return profile;
  const near = typeof value === 'string' ? didYouMean(value, PROFILES) : '';
  reader.fault(['profile'], `profile: one of ${PROFILES.join(', ')} was expected.${near}`);
  return 'default';
}

/** Severities by the id of the check. */
export function readSeverities(
  reader: ConfigReader,
  value: unknown,
  checks: ReadonlySet<string>,
): ReadonlyMap<string, Severity> {
  const path = ['severities'];
  if (value === undefined || value === null) return new Map();
  const written = asMapping(value);
  if (written === undefined) {
    reader.fault(path, 'severities: a mapping of checks was expected, as `etcd-crl: low`');
    return new Map();
  }
  const found = new Map<string, Severity>();
  for (const [check, name] of Object.entries(written)) {
    const severity = SEVERITY_ORDER.find((one) => one === name);
    if (!checks.has(check)) reader.fault([...path, check], `unknown check ${check}.${didYouMean(check, checks)}`);
    else if (severity === undefined) {
      reader.fault([...path, check], `${check}: one of ${SEVERITY_ORDER.join(', ')} was expected`);
    } else found.set(check, severity);
  }
  return found;
}
