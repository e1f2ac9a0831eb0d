/** The effective settings of one component at one version: what holds, where it came from, and what lost. */
import type { ComponentName, Notice, UnavailableConfig } from '../model/component.ts';
import type { Origin, Position, Setting, SettingSource, SettingValue } from '../model/setting.ts';
import type { Version } from '../model/version.ts';
import { inForce, readCommandLine } from './command-line.ts';
import type { CommandLine, EnvironmentVariable, Written } from './command-line.ts';
import { readConfig } from './config-file.ts';
import type { ConfigText, ReadConfig, UnreadConfig } from './config-file.ts';
import { deriveSettings } from './derived.ts';
import { asMerged, DROP_IN_VARIABLE, walkOrder } from './drop-in.ts';
import type { Argument } from './flags.ts';
import { availability, defaultOf, flagHistory, hasConfigField, typeOf } from './history/history.ts';
import { atOrAfter } from './history/ranges.ts';
import { GO_DEFAULT } from './history/types.ts';
import type { FlagEntry } from './history/types.ts';
import { configFlag, flagCountsBesideConfig } from './precedence.ts';
import { defaultCipherSuites, defaultGroups, maxTLSVersion, parseGodebug } from './tls.ts';
import { recordOf } from './values.ts';

export type { EnvironmentVariable } from './command-line.ts';
export type { ConfigText } from './config-file.ts';

export interface ConfigFiles {
  /** What the flag that {@link configReferences} finds names; left out when the input does not hold it. */
  readonly config?: ConfigText;
  /** The kubelet's drop-ins: every `*.conf` under `--config-dir`, sub-directories included, in any order. */
  readonly dropIns?: readonly ConfigText[];
}

export interface SettingsInput {
  readonly component: ComponentName;
  /** Where it is not known, the caller asks for each of `supportedVersions`. */
  readonly version: Version;
  /** Without the program's name. */
  readonly arguments: readonly Argument[];
  readonly environment: readonly EnvironmentVariable[];
  readonly configFiles: ConfigFiles;
}

export interface ResolvedSettings {
  /** Every flag and field that the version has, and those that are written although it has them not. */
  readonly settings: ReadonlyMap<string, Setting>;
  readonly notices: readonly Notice[];
  readonly usesConfigFile: boolean;
  /**
   * A config file that decides settings and could not be read. Those that it may decide are unknown, with the origin
   * `config-file` (or `drop-in`) and this file.
   */
  readonly unreadable: UnavailableConfig | undefined;
}

/** A path as the component sees it, and where it is written. */
export interface PathReference extends Partial<Position> {
  readonly path: string;
}

export interface ConfigReferences {
  readonly config: PathReference | undefined;
  /** The kubelet's `--config-dir`. */
  readonly dropInDirectory: PathReference | undefined;
}

/** The config files that a command line names, so that the caller can fetch them. */
export function configReferences(input: Omit<SettingsInput, 'configFiles'>): ConfigReferences {
  const { config, directory } = writtenReferences(
    input,
    readCommandLine(input.component, input.version, input.arguments, input.environment),
  );
  return { config: pathReference(config), dropInDirectory: pathReference(directory) };
}

/** What is written for the flags that name config files. */
interface WrittenReferences {
  readonly config: SettingSource | undefined;
  readonly directory: SettingSource | undefined;
}

function writtenReferences({ component }: Pick<SettingsInput, 'component'>, line: CommandLine): WrittenReferences {
  const flag = configFlag(component);
  const config = flag === undefined ? undefined : (line.flags.get(flag) ?? line.environment.get(flag));
  return {
    config: config?.source,
    directory: component === 'kubelet' ? line.flags.get('config-dir')?.source : undefined,
  };
}

/** A config file whose very name is not known. */
function namelessConfig({ unknown, ...source }: SettingSource, flag: string): UnreadConfig | undefined {
  if (unknown === undefined) return undefined;
  const message = `which file --${flag} names is not known: ${unknown}`;
  return { ok: false, file: source.file ?? `--${flag}`, ...placeOf(source), message, present: false };
}

function pathReference(source: SettingSource | undefined): PathReference | undefined {
  return typeof source?.value === 'string' && source.value !== ''
    ? { path: source.value, ...placeOf(source) }
    : undefined;
}

/** Resolves the settings of a component. Nothing is thrown for what the input says; see `notices`. */
export function resolveSettings(input: SettingsInput): ResolvedSettings {
  const { component, version } = input;
  const line = readCommandLine(component, version, input.arguments, input.environment);
  const notices: Notice[] = [...line.notices];
  const layers = configLayers(input, writtenReferences(input, line), notices);
  const usesConfigFile = layers.some(({ origin }) => origin === 'config-file');
  const godebug = input.environment.findLast(({ name }) => name === 'GODEBUG');
  const settings = new Map<string, Setting>();
  for (const entry of flagHistory(component).values()) {
    const setting = settle({ input, entry, line, layers, usesConfigFile, notices, godebug });
    if (setting !== undefined) settings.set(entry.name, setting);
  }
  notices.push(...deriveSettings(component, version, settings, usesConfigFile));
  const unread = layers.find((layer) => !layer.config.ok);
  return {
    settings,
    notices,
    usesConfigFile,
    unreadable: unread === undefined ? undefined : unreadableOf(unread.config),
  };
}

/** A config file in its place; strongest first in a list. */
interface Layer {
  readonly origin: Origin;
  readonly config: ReadConfig | UnreadConfig;
}

function unreadableOf(config: ReadConfig | UnreadConfig): UnavailableConfig | undefined {
  if (config.ok) return undefined;
  const { file, message, line, present } = config;
  return { file, message, present, ...(line === undefined ? {} : { line }) };
}

function configLayers(input: SettingsInput, written: WrittenReferences, notices: Notice[]): readonly Layer[] {
  const { component, version, configFiles } = input;
  const layers: Layer[] = [];
  const config = pathReference(written.config);
  const nameless =
    written.config === undefined ? undefined : namelessConfig(written.config, configFlag(component) ?? '');
  if (config !== undefined) {
    const file = config.path;
    const text = configFiles.config ?? { file, unavailable: `${file} is not in the input`, present: false };
    layers.push({ origin: 'config-file', config: readConfig(component, version, text) });
  } else if (nameless !== undefined) {
    layers.push({ origin: 'config-file', config: nameless });
  }
  const directory = written.directory;
  const namelessDirectory = directory === undefined ? undefined : namelessConfig(directory, 'config-dir');
  if (directory !== undefined && (isNamed(directory) || namelessDirectory !== undefined)) {
    if (!dropInsCount(input, directory, notices)) return noticed(layers, notices);
    for (const text of [...(configFiles.dropIns ?? [])].sort((a, b) => walkOrder(a.file, b.file))) {
      const config = readConfig(component, version, text);
      layers.unshift({ origin: 'drop-in', config: config.ok ? asMerged(config, version) : config });
    }
    if (namelessDirectory !== undefined) layers.unshift({ origin: 'drop-in', config: namelessDirectory });
  }
  return noticed(layers, notices);
}

function isNamed(source: SettingSource): boolean {
  return pathReference(source) !== undefined;
}

/** Adds what the config files made one notice. */
function noticed(layers: readonly Layer[], notices: Notice[]): readonly Layer[] {
  for (const { config } of layers) {
    if (config.ok) {
      notices.push(...config.notices);
    } else {
      notices.push({
        code: 'unread-config',
        subject: config.file,
        message: config.message,
        file: config.file,
        ...(config.line === undefined ? {} : { line: config.line }),
      });
    }
  }
  return layers;
}

/** The kubelet of 1.28 and 1.29 refuses --config-dir unless a variable allows it (cmd/kubelet/app/server.go). */
function dropInsCount(input: SettingsInput, directory: SettingSource, notices: Notice[]): boolean {
  const allowed = atOrAfter(input.version, '1.30') || input.environment.some(({ name }) => name === DROP_IN_VARIABLE);
  if (allowed) return true;
  // An older one does not know the flag at all.
  if (!atOrAfter(input.version, '1.28')) return false;
  notices.push({
    code: 'invalid-value',
    subject: '--config-dir',
    message: `before 1.30 --config-dir needs the variable ${DROP_IN_VARIABLE} in the environment, with any value`,
    ...placeOf(directory),
  });
  return false;
}

interface Case {
  readonly input: SettingsInput;
  readonly entry: FlagEntry;
  readonly line: CommandLine;
  readonly layers: readonly Layer[];
  readonly usesConfigFile: boolean;
  readonly notices: Notice[];
  readonly godebug: EnvironmentVariable | undefined;
}

/** Something written for a setting. `reset`: it puts the setting back to its default. */
interface Candidate {
  readonly source: SettingSource;
  readonly reset: boolean;
}

function settle(one: Case): Setting | undefined {
  const { input, entry, line, layers, usesConfigFile } = one;
  const heard: Candidate[] = [];
  const silenced: SettingSource[] = [];
  const flagCounts = !usesConfigFile || flagCountsBesideConfig(input.component, entry.name);
  for (const written of [line.flags.get(entry.name), line.environment.get(entry.name)]) {
    if (written === undefined) continue;
    const counts = flagCounts || entry.name === configFlag(input.component);
    if (counts) {
      heard.push({ source: written.source, reset: false });
      heard.push(...written.earlier.map((source) => ({ source, reset: false })));
    } else {
      silenced.push(written.source, ...written.earlier);
      one.notices.push(silencedNotice(one, written));
    }
  }
  const isWritten = heard.length + silenced.length > 0;
  const exists = availability(entry, input.version) === 'available';
  const unread = exists && heard.length === 0 ? unreadLayer(one) : undefined;
  if (unread !== undefined) {
    const { file, message } = unread.config;
    const source: SettingSource = {
      value: null,
      origin: unread.origin,
      ...placeOf(unread.config),
      file,
      unknown: message,
    };
    return { name: entry.name, label: labelOf(one, unread.origin), ...source, overrides: silenced };
  }
  for (const layer of layers) {
    const field = layer.config.ok ? layer.config.fields.get(entry.name) : undefined;
    if (field === undefined) continue;
    const source: SettingSource = {
      value: field.value,
      origin: layer.origin,
      file: layer.config.file,
      ...(field.line === undefined ? {} : { line: field.line }),
      ...(field.unknown === undefined ? {} : { unknown: field.unknown }),
    };
    heard.push({ source, reset: field.unset });
  }
  if (!exists && !isWritten && heard.length === 0) return undefined;
  const chosen = choose(one, heard, silenced);
  return { name: entry.name, label: labelOf(one, chosen.origin), ...chosen };
}

/** As the operator writes it: the field where a config file decides or would, else the flag. */
function labelOf({ input, entry, usesConfigFile }: Case, origin: Origin): string {
  const inFile = origin === 'config-file' || origin === 'drop-in' || (origin === 'default' && usesConfigFile);
  if (inFile && entry.config !== undefined && hasConfigField(entry, input.version)) return entry.config;
  return entry.isFlag ? `--${entry.name}` : entry.name;
}

/** The strongest config file that could not be read, unless a stronger one settles the matter. */
function unreadLayer({ input, entry, layers }: Case): UnreadLayer | undefined {
  if (!hasConfigField(entry, input.version)) return undefined;
  const isMap = typeOf(entry, input.version) === 'map';
  const decides = layers.find(({ config }) => !config.ok || (!isMap && config.fields.has(entry.name)));
  return decides !== undefined && isUnread(decides) ? decides : undefined;
}

type UnreadLayer = Layer & { readonly config: UnreadConfig };

function isUnread(layer: Layer): layer is UnreadLayer {
  return !layer.config.ok;
}

function choose(
  one: Case,
  heard: readonly Candidate[],
  silenced: readonly SettingSource[],
): SettingSource & { readonly overrides: readonly SettingSource[] } {
  const strongest = heard[0];
  const rest = [...heard.slice(1).map(({ source }) => source), ...silenced];
  if (strongest === undefined) return { ...standard(one), origin: 'default', overrides: rest };
  if (strongest.reset) {
    const lost = strongest.source.value === null ? rest : [strongest.source, ...rest];
    return { ...standard(one), origin: 'default', overrides: lost };
  }
  const { entry, input } = one;
  const isMap = typeOf(entry, input.version) === 'map';
  const hidden = isMap ? heard.find(({ source }) => source.unknown !== undefined) : strongest;
  if (hidden?.source.unknown !== undefined) return { ...hidden.source, value: null, overrides: rest };
  const settled = isMap
    ? { value: merged(heard) }
    : concrete(one, inForce(entry, input.version, strongest.source.value));
  return { ...strongest.source, ...settled, overrides: rest };
}

/** Gates and their like add up over all sources, the stronger one winning for each key. */
function merged(heard: readonly Candidate[]): SettingValue {
  const pairs = new Map<string, string>();
  for (const { source, reset } of heard.toReversed()) {
    if (reset) pairs.clear();
    const { value } = source;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) continue;
    for (const [key, text] of Object.entries(value as Readonly<Record<string, string>>)) pairs.set(key, text);
  }
  return recordOf(pairs);
}

function standard(one: Case): Pick<SettingSource, 'value' | 'unknown'> {
  return concrete(one, defaultOf(one.entry, one.input.version, one.usesConfigFile));
}

/** What Go's own default is in this version, in place of the word for it. */
function concrete(one: Case, value: SettingValue): Pick<SettingSource, 'value' | 'unknown'> {
  if (value !== GO_DEFAULT) return { value };
  const { component, version } = one.input;
  if (one.entry.name === 'tls-max-version') return { value: `TLS${maxTLSVersion(component, version)}` };
  if (one.godebug?.unknown !== undefined) return { value: null, unknown: one.godebug.unknown };
  const godebug = parseGodebug(one.godebug?.value);
  if (one.entry.name.includes('cipher-suites')) return { value: defaultCipherSuites(component, version, godebug) };
  return { value: defaultGroups(component, version, godebug).map(({ id }) => id) };
}

function silencedNotice({ input, entry }: Case, written: Written): Notice {
  return {
    code: 'ignored-setting',
    subject: written.label,
    message: `${written.label} has no effect, because ${input.component} is given --${configFlag(input.component) ?? 'config'}${
      entry.config === undefined ? '' : `; set ${entry.config} in that file`
    }`,
    ...placeOf(written.source),
  };
}

function placeOf({ file, line }: Partial<Position>): { readonly file?: string; readonly line?: number } {
  return { ...(file === undefined ? {} : { file }), ...(line === undefined ? {} : { line }) };
}
