/** A component's flags and environment as written, before anything is weighed against anything. */
import type { ComponentName, Notice } from '../model/component.ts';
import type { Origin, Position, SettingSource, SettingValue } from '../model/setting.ts';
import { atLeast } from '../model/version.ts';
import type { Version } from '../model/version.ts';
import { parseGoFlags, parsePflags, unrendered } from './flags.ts';
import type { Argument, FlagOccurrence } from './flags.ts';
import { availability, availableIn, defaultRange, describe, flagHistory, typeOf } from './history/history.ts';
import { otherFlags } from './history/other-flags.ts';
import type { FlagEntry } from './history/types.ts';
import { unlistedFlag } from './unknown-flags.ts';
import { parseOccurrences, sameValue } from './values.ts';

/** A variable of the process, and where it is written. */
export interface EnvironmentVariable {
  readonly name: string;
  /** Empty where it is unknown. */
  readonly value: string;
  readonly position?: Position;
  /** Why the files do not show the value (a Secret, a field of the running pod), as a clause without a period. */
  readonly unknown?: string;
}

/** What was written for one setting in one kind of place. */
export interface Written {
  readonly source: SettingSource;
  /** `--name` or the variable, for messages. */
  readonly label: string;
  /** What the same place said before and lost, strongest first. */
  readonly earlier: readonly SettingSource[];
}

export interface CommandLine {
  readonly flags: ReadonlyMap<string, Written>;
  readonly environment: ReadonlyMap<string, Written>;
  readonly notices: readonly Notice[];
}

/** A command line has at most this many flags that the history does not hold; any more go without a notice. */
const MAX_UNLISTED = 200;

/** `$(NAME)` as the kubelet leaves it when the container has no such variable. */
const UNEXPANDED = /\$\([A-Za-z_][A-Za-z0-9_.-]{0,255}\)/;

/** Reads the flags and, for etcd, the ETCD_* variables of a component at a version. */
export function readCommandLine(
  component: ComponentName,
  version: Version,
  args: readonly Argument[],
  environment: readonly EnvironmentVariable[],
): CommandLine {
  const entries = flagHistory(component);
  const parse = component === 'etcd' ? parseGoFlags : parsePflags;
  const parsed = parse(unrendered(args), entries, otherFlags(component));
  const notices: Notice[] = parsed.notices.filter((notice) => !isTolerated(component, notice));
  const byName = new Map<string, FlagOccurrence[]>();
  const unlisted = new Set<string>();
  for (const occurrence of parsed.occurrences) {
    if (occurrence.unknown === undefined && UNEXPANDED.test(occurrence.value)) notices.push(unexpanded(occurrence));
    if (entries.get(occurrence.name)?.isFlag !== true) {
      if (unlisted.has(occurrence.name)) continue;
      unlisted.add(occurrence.name);
      const notice = unlisted.size > MAX_UNLISTED ? undefined : unlistedFlag(component, version, occurrence);
      if (notice !== undefined) notices.push(notice);
      continue;
    }
    const list = byName.get(occurrence.name) ?? [];
    list.push(occurrence);
    byName.set(occurrence.name, list);
  }
  const flags = new Map<string, Written>();
  for (const [name, occurrences] of byName) {
    const entry = entries.get(name);
    if (entry === undefined) continue;
    const presence = presenceNotice(version, entry, occurrences[0]);
    if (presence !== undefined) notices.push(presence);
    const written = flagValue(component, version, entry, occurrences, notices);
    if (written !== undefined) flags.set(name, written);
  }
  if (component !== 'etcd') return { flags, environment: new Map<string, Written>(), notices };
  const faults: Notice[] = [];
  const variables = etcdVariables(version, environment, faults);
  faults.push(...shadowedVariables(version, environment, parsed.occurrences));
  const readsThem = ![flags, variables].some((written) => mayName(written.get('config-file')));
  notices.push(...faults.filter(({ code }) => readsThem || code !== 'invalid-value'));
  return { flags, environment: variables, notices };
}

/**
 * An empty word is no fault of the components whose cobra command looks at the length of what is left over
 * (cmd/<component>/app/server.go, Args); the kubelet and etcd refuse it as any other word.
 */
function isTolerated(component: ComponentName, { code, subject }: Notice): boolean {
  return code === 'positional-argument' && subject === '' && component !== 'kubelet' && component !== 'etcd';
}

function flagValue(
  component: ComponentName,
  version: Version,
  entry: FlagEntry,
  occurrences: readonly FlagOccurrence[],
  notices: Notice[],
): Written | undefined {
  const grammar = component === 'etcd' ? 'go-flag' : 'pflag';
  const type = typeOf(entry, version);
  const last = occurrences.at(-1);
  if (last === undefined) return undefined;
  const known = occurrences.filter(({ unknown }) => unknown === undefined);
  const result = parseOccurrences(
    type,
    known.map(({ value }) => value),
    grammar,
  );
  if (known.length > 0 && !result.ok) {
    // Each occurrence is Set in turn, so the first that does not parse is where the component stops.
    const faulty = known.find(({ value }) => !parseOccurrences(type, [value], grammar).ok) ?? last;
    notices.push({
      code: 'invalid-value',
      subject: faulty.written,
      value: faulty.value,
      message: `${faulty.written}: ${result.message}`,
      ...faulty.position,
    });
    return { source: { value: null, origin: 'flag', ...last.position }, label: last.written, earlier: [] };
  }
  const accumulates =
    grammar === 'pflag' ? /^(stringSlice|stringArray|intSlice|map|namedCertKeys)$/.test(type) : type === 'map';
  const hidden = accumulates ? occurrences.find(({ unknown }) => unknown !== undefined) : last;
  const unknown = hidden?.unknown;
  const earlier = accumulates
    ? []
    : occurrences.slice(0, -1).map((occurrence): SettingSource => {
        const single = parseOccurrences(type, [occurrence.value], grammar);
        const value = single.ok && occurrence.unknown === undefined ? single.value : null;
        return { value, origin: 'flag', ...occurrence.position, ...whyUnknown(occurrence.unknown) };
      });
  const origin = last.implied === true ? 'config-file' : 'flag';
  return {
    source:
      unknown === undefined && result.ok
        ? { value: result.value, origin, ...last.position }
        : { value: null, origin, ...(hidden ?? last).position, ...whyUnknown(unknown) },
    label: last.written,
    earlier: earlier.reverse(),
  };
}

function whyUnknown(unknown: string | undefined): { readonly unknown?: string } {
  return unknown === undefined ? {} : { unknown };
}

/** A value that stands for another, such as the empty `--tls-min-version=`, as what it stands for. */
export function inForce(entry: FlagEntry, version: Version, value: SettingValue): SettingValue {
  const { literal, value: meant, sameAs } = defaultRange(entry, version);
  if (literal === undefined || sameAs !== undefined) return value;
  return sameValue(value, literal) || (isEmpty(value) && isEmpty(literal)) ? meant : value;
}

function isEmpty(value: SettingValue): boolean {
  return value === '' || (Array.isArray(value) && value.length === 0);
}

function presenceNotice(
  version: Version,
  entry: FlagEntry,
  occurrence: FlagOccurrence | undefined,
): Notice | undefined {
  if (occurrence === undefined) return undefined;
  const { written, position } = occurrence;
  switch (availability(entry, version)) {
    case 'available':
      return undefined;
    case 'removed':
      return {
        code: 'removed-flag',
        subject: written,
        message: `${written} was removed in ${entry.removed ?? 'an earlier version'}`,
        ...position,
      };
    case 'not-yet':
      return {
        code: 'future-flag',
        subject: written,
        message: `${written} exists in ${availableIn(entry)}`,
        ...position,
      };
  }
}

/** etcd pkg/flags/flag.go: ETCD_ and the flag's name in capitals; an empty variable counts as none. */
function etcdVariables(
  version: Version,
  environment: readonly EnvironmentVariable[],
  notices: Notice[],
): Map<string, Written> {
  const last = new Map(environment.map((variable) => [variable.name, variable]));
  const variables = new Map<string, Written>();
  for (const entry of flagHistory('etcd').values()) {
    const name = etcdVariable(entry.name);
    const variable = last.get(name);
    if (variable === undefined || !entry.isFlag) continue;
    const place = variable.position ?? {};
    if (variable.value === '' && variable.unknown === undefined) continue;
    if (availability(entry, version) !== 'available') {
      notices.push({
        code: 'ignored-setting',
        subject: name,
        message: `${describe('etcd', version)} does not know ${name} (it exists in ${availableIn(entry)}) and leaves it out`,
        ...place,
      });
      continue;
    }
    const origin: Origin = 'environment';
    if (variable.unknown !== undefined) {
      const { unknown } = variable;
      variables.set(entry.name, { source: { value: null, origin, ...place, unknown }, label: name, earlier: [] });
      continue;
    }
    if (UNEXPANDED.test(variable.value))
      notices.push(unexpanded({ written: name, value: variable.value, position: place }));
    const result = parseOccurrences(typeOf(entry, version), [variable.value], 'go-flag');
    if (!result.ok) {
      notices.push({
        code: 'invalid-value',
        subject: name,
        message: `${name}: ${result.message}`,
        ...place,
      });
    }
    const value = result.ok ? result.value : null;
    variables.set(entry.name, { source: { value, origin, ...place }, label: name, earlier: [] });
  }
  return variables;
}

/**
 * With a config file etcd looks at none of its variables, so no fault in them stops it.
 * Source: etcd server/etcdmain/config.go (parse, configFromCmdLine); seen with etcd 3.4.23.
 */
function mayName(written: Written | undefined): boolean {
  const { value, unknown } = written?.source ?? {};
  return unknown !== undefined || (typeof value === 'string' && value !== '');
}

/**
 * Variables beside the flags that they stand for, empty ones too: etcd ends on the first it meets. One that is filled
 * from elsewhere may not be there.
 * Source: go.etcd.io/etcd/pkg/v3/flags/flag.go (verifyEnv), since 3.4; seen with etcd 3.4.23.
 */
function shadowedVariables(
  version: Version,
  environment: readonly EnvironmentVariable[],
  occurrences: readonly FlagOccurrence[],
): readonly Notice[] {
  if (!atLeast(version, '3.4')) return [];
  const flags = new Map(occurrences.map(({ name, written }) => [etcdVariable(name), written]));
  return [...new Map(environment.map((variable) => [variable.name, variable])).values()].flatMap(
    ({ name, unknown, position }): readonly Notice[] => {
      const flag = flags.get(name);
      if (flag === undefined) return [];
      const both = `${name} is set beside ${flag}`;
      return unknown === undefined
        ? [{ code: 'invalid-value', subject: name, message: both, ...position }]
        : [
            {
              code: 'ignored-setting',
              subject: name,
              message: `${both}, with which etcd refuses to start`,
              ...position,
            },
          ];
    },
  );
}

/** The variable that stands for a flag of etcd. */
export function etcdVariable(flag: string): string {
  return `ETCD_${flag.toUpperCase().replaceAll('-', '_')}`;
}

function unexpanded(occurrence: {
  readonly written: string;
  readonly value: string;
  readonly position: Partial<Position>;
}): Notice {
  const reference = UNEXPANDED.exec(occurrence.value)?.[0] ?? '';
  return {
    code: 'unexpanded-variable',
    subject: occurrence.written,
    message: `${occurrence.written} holds ${reference}, and no such variable is set: the process gets these very letters`,
    ...occurrence.position,
  };
}
