/** A systemd unit as its file and drop-ins make it: systemd.unit(5), "Unit File Load Path" and the text on drop-ins. */
import { compareText } from '../text/order.ts';
import { readRendered, unlistable } from './reader.ts';
import type { FileReader } from './reader.ts';
import { readUnitFile } from './systemd-syntax.ts';
import type { UnitSetting } from './systemd-syntax.ts';
import type { DiscoveryProblem } from './types.ts';

/** Where units of the system manager are looked for, first match wins. */
export const UNIT_DIRECTORIES = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
] as const;

/** No unit has this many drop-ins; bounds what a hostile input costs. */
const MAX_DROP_INS = 200;
const MAX_DROP_IN_TEXT = 4 * 1024 * 1024;

export interface PlacedSetting extends UnitSetting {
  readonly file: string;
}

export interface Unit {
  readonly name: string;
  /** The unit's own file; undefined when only drop-ins were found. */
  readonly file: string | undefined;
  /** After links, to tell an alias from a unit of its own. */
  readonly realPath: string | undefined;
  /** Drop-ins in the order in which they apply. */
  readonly dropIns: readonly string[];
  /** All assignments in the order in which they apply. */
  readonly settings: readonly PlacedSetting[];
  /** True for a unit that is linked to /dev/null: it cannot be started. */
  readonly masked: boolean;
  /**
   * Why another command may be in force than the one that was read, as a clause without a period: a file or folder that
   * may replace it was not read. Undefined when everything was.
   */
  readonly unseen: string | undefined;
  readonly problems: readonly DiscoveryProblem[];
}

/**
 * Loads a unit with its drop-ins.
 * @returns undefined when the input has neither.
 */
export function loadUnit(reader: FileReader, name: string): Unit | undefined {
  const problems: DiscoveryProblem[] = [];
  const settings: PlacedSetting[] = [];
  let file: string | undefined;
  let realPath: string | undefined;
  let masked = false;
  const directory = UNIT_DIRECTORIES.find((candidate) => reader.list(candidate).includes(name));
  if (directory !== undefined) {
    file = `${directory}/${name}`;
    const result = readRendered(reader, file, 'not-of-commands');
    realPath = result.ok ? result.realPath : undefined;
    masked = realPath === '/dev/null' || (!result.ok && result.linkTarget === '/dev/null');
    if (result.ok) place(file, result.text, settings);
    else if (!masked) problems.push(unreadable(file, result.message));
  }
  const dropIns: string[] = [];
  let size = 0;
  for (const path of dropInPaths(reader, name, problems)) {
    const result = readRendered(reader, path, 'not-of-commands');
    if (result.ok && (size += result.text.length) > MAX_DROP_IN_TEXT) {
      problems.push(unreadable(path, 'there is too much of it'));
    } else if (result.ok) {
      dropIns.push(path);
      place(path, result.text, settings);
    } else if (result.linkTarget !== '/dev/null') {
      problems.push(unreadable(path, result.message));
    }
  }
  if (file === undefined && dropIns.length === 0 && problems.length === 0) return undefined;
  // A folder that goes before the unit's own, or holds drop-ins for it; it is reported once, not for every unit.
  const stronger =
    directory === undefined ? UNIT_DIRECTORIES : UNIT_DIRECTORIES.slice(0, UNIT_DIRECTORIES.indexOf(directory));
  const hidden = stronger.map((candidate) => unlistable(reader, candidate)).find((failure) => failure !== undefined);
  return { name, file, realPath, dropIns, settings, masked, unseen: problems[0]?.message ?? hidden, problems };
}

function place(file: string, text: string, settings: PlacedSetting[]): void {
  for (const setting of readUnitFile(text)) settings.push({ ...setting, file });
}

function unreadable(file: string, message: string): DiscoveryProblem {
  return {
    code: 'unreadable-file',
    subject: file,
    file,
    message: `${file} decides a component's command line and was not read: ${message}`,
  };
}

/** The folders of drop-ins for a unit, most specific first: its own, those of its dashed prefixes, that of its type. */
function dropInFolders(name: string): readonly string[] {
  const dot = name.lastIndexOf('.');
  const [stem, type] = [name.slice(0, dot), name.slice(dot + 1)];
  const folders = [`${name}.d`];
  const at = stem.indexOf('@');
  const template = at === -1 ? stem : stem.slice(0, at + 1);
  if (at !== -1 && template !== stem) folders.push(`${template}.${type}.d`);
  for (let dash = template.lastIndexOf('-'); dash > 0; dash = template.lastIndexOf('-', dash - 1)) {
    folders.push(`${template.slice(0, dash + 1)}.${type}.d`);
  }
  folders.push(`${type}.d`);
  return folders;
}

/** Drop-ins apply in the order of their file names; one name counts once, from the first folder that has it. */
function dropInPaths(reader: FileReader, unit: string, problems: DiscoveryProblem[]): readonly string[] {
  const byName = new Map<string, string>();
  for (const folder of dropInFolders(unit)) {
    for (const directory of UNIT_DIRECTORIES) {
      const failure =
        unlistable(reader, directory) === undefined ? unlistable(reader, `${directory}/${folder}`) : undefined;
      if (failure !== undefined) problems.push(unreadable(`${directory}/${folder}`, failure));
      for (const name of reader.list(`${directory}/${folder}`)) {
        if (!name.endsWith('.conf') || name.startsWith('.') || byName.has(name)) continue;
        if (byName.size >= MAX_DROP_INS) {
          const message = `${unit} has more than ${MAX_DROP_INS} drop-ins, so the rest were not read.`;
          problems.push({ code: 'limit-reached', subject: unit, message });
          return sorted(byName);
        }
        byName.set(name, `${directory}/${folder}/${name}`);
      }
    }
  }
  return sorted(byName);
}

function sorted(byName: ReadonlyMap<string, string>): readonly string[] {
  return [...byName].sort(([a], [b]) => compareText(a, b)).map(([, path]) => path);
}

/** Folders of links that `systemctl enable` makes. */
const ENABLED_FOLDERS = [
  '/etc/systemd/system/multi-user.target.wants',
  '/etc/systemd/system/default.target.wants',
  '/etc/systemd/system/kubernetes.target.wants',
] as const;

/** Whether a unit is started at boot, as far as the links of `systemctl enable` show it. */
export function isEnabled(reader: FileReader, unit: string): boolean {
  return ENABLED_FOLDERS.some((folder) => reader.list(folder).includes(unit));
}
