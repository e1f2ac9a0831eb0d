/** The parts `profile`, `waivers` and `severities` of the configuration file. */
import { PROFILES } from '../model/benchmark.ts';
import type { Profile } from '../model/benchmark.ts';
import { PATH_IDS } from '../model/path.ts';
import type { PathDefinition, PathId } from '../model/path.ts';
import { SEVERITY_ORDER } from '../model/status.ts';
import type { Severity } from '../model/status.ts';
import type { ControlWaiverRule, Decisions, WaiverRule } from '../model/waiver.ts';
import { parseDay } from '../text/date.ts';
import { MAX_STARS } from '../text/glob.ts';
import { didYouMean } from '../text/suggest.ts';
import { asMapping } from '../text/yaml.ts';
import type { YamlPath } from '../text/yaml.ts';
import type { ConfigReader, Fields } from './config-reader.ts';
import { readPattern } from './config-windows.ts';

/** The checks that there are, and the paths on which each is asked. */
export type AskedChecks = ReadonlyMap<string, ReadonlySet<PathId>>;

/** Names that an entry may have: everything else is a slip. */
export interface KnownNames {
  readonly checks: AskedChecks;
  /** {@link controlName} of every control in every version of its document. */
  readonly controls: ReadonlySet<string>;
}

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

const WAIVER_KEYS = ['check', 'control', 'path', 'node', 'file', 'reason', 'until'] as const;

/** The waivers of a file, of findings and of controls. */
export type WrittenWaivers = Pick<Decisions, 'waivers' | 'controls'>;

/**
 * The waivers. Each needs a check or a control, what it is limited to, a reason and a day: what is waived everywhere and
 * for ever is a check that nobody runs.
 */
export function readWaivers(reader: ConfigReader, value: unknown, known: KnownNames): WrittenWaivers {
  const entries = reader.list(value, ['waivers'], MAX_WAIVERS).map((entry, index) => {
    const path = ['waivers', index];
    return new EntryReader(reader, reader.mapping(entry, path, WAIVER_KEYS), path);
  });
  const [ofControls, ofChecks] = [true, false].map((is) => entries.filter((one) => one.has('control') === is));
  return {
    waivers: (ofChecks ?? []).flatMap((entry) => readWaiver(entry, known.checks) ?? []),
    controls: (ofControls ?? []).flatMap((entry) => readControlWaiver(entry, known.controls) ?? []),
  };
}

type WaiverKey = (typeof WAIVER_KEYS)[number];

/** One entry: its texts, and its faults with their place. */
class EntryReader {
  readonly #reader: ConfigReader;
  readonly #fields: Fields;
  readonly #path: YamlPath;

  constructor(reader: ConfigReader, fields: Fields, path: YamlPath) {
    this.#reader = reader;
    this.#fields = fields;
    this.#path = path;
  }

  has(key: WaiverKey): boolean {
    return this.#fields[key] !== undefined;
  }

  fault(key: WaiverKey | undefined, message: string): void {
    this.#reader.fault(key === undefined ? this.#path : [...this.#path, key], message);
  }

  text(key: WaiverKey, expected: string): string | undefined {
    const value = this.#fields[key];
    if (typeof value === 'string' && value.trim() !== '' && value.length <= MAX_TEXT) return value.trim();
    this.fault(key, `${key}: ${expected}`);
    return undefined;
  }

  /** One of the names that there are. */
  name(key: WaiverKey, known: ReadonlySet<string> | AskedChecks, where: string): string | undefined {
    const text = this.text(key, `the id of a ${key} was expected (${where})`);
    if (text !== undefined && !known.has(text)) {
      this.fault(key, `unknown ${key} ${text}.${didYouMean(text, known.keys())}`);
    }
    return text;
  }

  node(): string | undefined {
    const node = this.text('node', 'the name of a node was expected');
    if (node === undefined || (node.match(/\*+/g) ?? []).length <= MAX_STARS) return node;
    this.fault('node', `node: more than ${MAX_STARS} stars`);
    return undefined;
  }

  file(): string | undefined {
    return readPattern(this.#reader, this.#fields.file, [...this.#path, 'file']);
  }

  /** Reason, day and place; undefined where one is at fault. */
  terms(): Pick<WaiverRule, 'reason' | 'until' | 'position'> | undefined {
    const reason = this.text('reason', 'why this is right as it is was expected, in a few words');
    const written = this.text('until', 'the day after which it counts again was expected, as 2027-06-30');
    const until = written === undefined ? undefined : parseDay(written);
    if (until?.ok === false) this.fault('until', `until: ${until.message}`);
    return reason === undefined || until?.ok !== true
      ? undefined
      : { reason, until: until.date, position: this.#reader.position(this.#path) };
  }
}

function readWaiver(entry: EntryReader, checks: AskedChecks): WaiverRule | undefined {
  const check = entry.name('check', checks, 'kubetls list checks');
  const terms = entry.terms();
  const named = entry.has('path') ? entry.text('path', 'the id of a path was expected') : undefined;
  const onPath = PATH_IDS.find((id) => id === named);
  if (named !== undefined && onPath === undefined) {
    entry.fault('path', `unknown path ${named}.${didYouMean(named, PATH_IDS)}`);
  }
  const asked = check === undefined ? undefined : checks.get(check);
  if (check !== undefined && asked !== undefined && onPath !== undefined && !asked.has(onPath)) {
    entry.fault('path', `${check} is not asked on ${onPath}, but on ${[...asked].join(', ')}`);
  }
  const node = entry.has('node') ? entry.node() : undefined;
  const file = entry.has('file') ? entry.file() : undefined;
  if (!entry.has('path') && !entry.has('node') && !entry.has('file')) {
    entry.fault(undefined, 'no scope: write path, node or file, so that it waives no more than was looked at');
  }
  if (check === undefined || terms === undefined) return undefined;
  return {
    check,
    ...(onPath === undefined ? {} : { path: onPath }),
    ...(node === undefined ? {} : { node }),
    ...(file === undefined ? {} : { file }),
    ...terms,
  };
}

/** A control is judged on a node as a whole: no row or file of it can be waived apart. */
function readControlWaiver(entry: EntryReader, controls: ReadonlySet<string>): ControlWaiverRule | undefined {
  const control = entry.name('control', controls, 'as CIS-1.12 1.2.15 or STIG CNTR-K8-000370');
  const terms = entry.terms();
  if (entry.has('check')) {
    entry.fault('check', 'check beside control: an entry is for findings of a check or for a control, so write two');
  }
  for (const key of ['path', 'file'] as const) {
    if (entry.has(key)) entry.fault(key, `${key}: a control is waived on a node; write node`);
  }
  const node = entry.node();
  return control === undefined || terms === undefined || node === undefined ? undefined : { control, node, ...terms };
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
