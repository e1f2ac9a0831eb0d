/** The parts `profile`, `waivers` and `severities` of the configuration file. */
import { PROFILES } from '../model/benchmark.ts';
import type { Profile } from '../model/benchmark.ts';
import { PATH_IDS } from '../model/path.ts';
import type { PathDefinition, PathId } from '../model/path.ts';
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

/** The checks that there are, and the paths on which each is asked. */
export type AskedChecks = ReadonlyMap<string, ReadonlySet<PathId>>;

/** The same, from the definitions of the paths. */
export function askedOn(paths: readonly PathDefinition[]): AskedChecks {
  const asked = new Map<string, Set<PathId>>();
  for (const { id, checks } of paths) {
    for (const check of checks) asked.set(check.id, (asked.get(check.id) ?? new Set()).add(id));
  }
  return asked;
}

const MAX_WAIVERS = 500;
const MAX_TEXT = 500;

const WAIVER_KEYS = ['check', 'path', 'node', 'file', 'reason', 'until'] as const;

/**
 * The waivers. Each needs a check, what it is limited to, a reason and a day: what is waived everywhere and for ever is
 * a check that nobody runs.
 */
export function readWaivers(reader: ConfigReader, value: unknown, checks: AskedChecks): readonly WaiverRule[] {
  return reader
    .list(value, ['waivers'], MAX_WAIVERS)
    .flatMap((entry, index) => readWaiver(reader, entry, ['waivers', index], checks) ?? []);
}

function readWaiver(reader: ConfigReader, entry: unknown, path: YamlPath, checks: AskedChecks): WaiverRule | undefined {
  const fields = reader.mapping(entry, path, WAIVER_KEYS);
  const text = (name: (typeof WAIVER_KEYS)[number], expected: string): string | undefined => {
    const value = fields[name];
    if (typeof value === 'string' && value.trim() !== '' && value.length <= MAX_TEXT) return value.trim();
    reader.fault([...path, name], `${name}: ${expected}`);
    return undefined;
  };
  const check = text('check', 'the id of a check was expected (kubetls list checks)');
  if (check !== undefined && !checks.has(check)) {
    reader.fault([...path, 'check'], `unknown check ${check}.${didYouMean(check, checks.keys())}`);
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
  const asked = check === undefined ? undefined : checks.get(check);
  if (check !== undefined && asked !== undefined && onPath !== undefined && !asked.has(onPath)) {
    reader.fault([...path, 'path'], `${check} is not asked on ${onPath}, but on ${[...asked].join(', ')}`);
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
  checks: AskedChecks,
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
    if (!checks.has(check))
      reader.fault([...path, check], `unknown check ${check}.${didYouMean(check, checks.keys())}`);
    else if (severity === undefined) {
      reader.fault([...path, check], `${check}: one of ${SEVERITY_ORDER.join(', ')} was expected`);
    } else found.set(check, severity);
  }
  return found;
}
