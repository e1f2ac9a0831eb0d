/**
 * What a systemd service starts: ExecStart= with its variables, and the environment. systemd.service(5) "Command
 * lines", systemd.exec(5) "Environment", systemd.unit(5) "Specifiers".
 */
import type { Notice } from '../model/component.ts';
import type { Position } from '../model/setting.ts';
import type { TracedText } from '../text/traced-text.ts';
import { isAbsent, isCovered, readRendered } from './reader.ts';
import type { FileReader } from './reader.ts';
import { isEnvironmentName, readEnvironmentFile, splitWords } from './systemd-syntax.ts';
import type { SystemdWord } from './systemd-syntax.ts';
import type { PlacedSetting, Unit } from './systemd-unit.ts';
import type { Argument, DiscoveryProblem, EnvironmentVariable } from './types.ts';

/** Linux' usual limit of a command line's text (ARG_MAX); variables in variables could exceed it. */
const MAX_COMMAND_TEXT = 2 * 1024 * 1024;
const POINTER_SIZE = 8;
const MAX_ENVIRONMENT_FILES = 50;
/** Enough to see what is wrong with a unit. */
const MAX_REMARKS = 50;
const MAX_ENVIRONMENT_TEXT = 2 * 1024 * 1024;

export interface ServiceCommand {
  /** Program and arguments, variables expanded. */
  readonly words: readonly Argument[];
  /** Whether a variable stands for words of its own, as `$KUBELET_EXTRA_ARGS` does. */
  readonly takesWords: boolean;
}

export interface Service {
  /** In the order in which systemd runs them; one unless the type is oneshot. */
  readonly commands: readonly ServiceCommand[];
  readonly environment: readonly EnvironmentVariable[];
  /** Environment files that were read. */
  readonly environmentFiles: readonly string[];
  readonly workingDirectory: string;
  /** Why variables may be set that were not seen: an environment file was not read. A clause without a period. */
  readonly environmentUnseen: string | undefined;
  readonly problems: readonly DiscoveryProblem[];
  readonly notices: readonly Notice[];
}

/** What evaluating one unit adds up. */
interface Evaluation {
  readonly reader: FileReader;
  readonly unit: Unit;
  readonly problems: DiscoveryProblem[];
  readonly notices: Notice[];
  /** Text and words of all its commands so far. */
  commandText: number;
}

interface Variable {
  readonly value: TracedText;
  readonly file: string;
  readonly unknown?: string;
}

/** The variables that a unit sets, and why there may be others. */
interface Environment {
  readonly variables: ReadonlyMap<string, Variable>;
  readonly unseen: string | undefined;
}

/**
 * Evaluates a service unit's [Service] section.
 * @param unit as {@link loadUnit} gives it
 */
export function readService(reader: FileReader, unit: Unit): Service {
  const evaluation: Evaluation = { reader, unit, problems: [...unit.problems], notices: [], commandText: 0 };
  const lists = collect(unit.settings);
  const variables = new Map<string, Variable>();
  for (const setting of lists.environment) setVariables(evaluation, setting, variables);
  const { files, unseen } = readEnvironmentFiles(evaluation, lists.environmentFile, variables);
  for (const name of lists.unset) variables.delete(name);
  const commands = lists.execStart.flatMap((setting) => readExec(evaluation, setting, { variables, unseen }));
  if (commands.length > 1 && lists.type !== 'oneshot') {
    const position = { file: lists.execStart.at(-1)?.file ?? unit.name, line: lists.execStart.at(-1)?.line ?? 1 };
    addProblem(evaluation, {
      code: 'refused-unit',
      subject: unit.name,
      ...position,
      message: `${unit.name} has more than one ExecStart=, so systemd does not start it. A drop-in that replaces the command needs an empty "ExecStart=" line in front of its own.`,
    });
  }
  return {
    commands,
    environment: [...variables].map(([name, { value, file, unknown }]) => ({
      name,
      value: unknown === undefined ? value.text : '',
      position: { file, line: value.lineAt(0) },
      ...whyUnknown(unknown),
    })),
    environmentFiles: files,
    workingDirectory: lists.workingDirectory,
    environmentUnseen: unseen,
    problems: evaluation.problems,
    notices: evaluation.notices,
  };
}

function addProblem(evaluation: Evaluation, problem: DiscoveryProblem): void {
  if (evaluation.problems.length < MAX_REMARKS) evaluation.problems.push(problem);
}

interface ServiceLists {
  execStart: PlacedSetting[];
  environment: PlacedSetting[];
  environmentFile: PlacedSetting[];
  unset: string[];
  type: string;
  workingDirectory: string;
}

/** Gathers list settings; an empty assignment empties the list so far. */
function collect(settings: readonly PlacedSetting[]): ServiceLists {
  const lists: ServiceLists = {
    execStart: [],
    environment: [],
    environmentFile: [],
    unset: [],
    type: 'simple',
    workingDirectory: '/',
  };
  const add = (list: PlacedSetting[], setting: PlacedSetting): void => {
    if (setting.value.text === '') list.length = 0;
    else list.push(setting);
  };
  for (const setting of settings) {
    if (setting.section !== 'Service') continue;
    const value = setting.value.text;
    if (setting.key === 'ExecStart') add(lists.execStart, setting);
    else if (setting.key === 'Environment') add(lists.environment, setting);
    else if (setting.key === 'EnvironmentFile') add(lists.environmentFile, setting);
    else if (setting.key === 'Type') lists.type = value;
    else if (setting.key === 'WorkingDirectory') {
      const path = value.replace(/^-/, '');
      lists.workingDirectory = path.startsWith('/') ? path : path === '~' ? '/root' : '/';
    } else if (setting.key === 'UnsetEnvironment') {
      if (value === '') lists.unset.length = 0;
      else for (const name of value.split(/\s+/)) lists.unset.push(name);
    }
  }
  return lists;
}

/** Environment=: assignments separated by white space, each perhaps quoted as a whole. */
function setVariables(evaluation: Evaluation, setting: PlacedSetting, variables: Map<string, Variable>): void {
  const { words, fault } = splitWords(setting.value.text, { escapes: 'strict', relaxed: false });
  if (fault !== undefined) {
    addProblem(evaluation, refused(evaluation, setting, `has an ${fault}, so systemd ignores it from there on`));
  }
  for (const word of words) {
    const line = setting.value.lineAt(word.offset);
    const { text, unknown } = expandSpecifiers(evaluation, word.text, { file: setting.file, line });
    const equals = text.indexOf('=');
    const name = text.slice(0, Math.max(equals, 0));
    if (!isEnvironmentName(name)) continue;
    const value = { text: text.slice(equals + 1), lineAt: () => line };
    variables.set(name, { file: setting.file, value, ...whyUnknown(unknown) });
  }
}

function readEnvironmentFiles(
  evaluation: Evaluation,
  settings: readonly PlacedSetting[],
  variables: Map<string, Variable>,
): { readonly files: readonly string[]; readonly unseen: string | undefined } {
  const files: string[] = [];
  let unseen: string | undefined;
  let size = 0;
  const leaveOut = (setting: PlacedSetting, path: string, why: string): void => {
    const problem = environmentProblem(evaluation, setting, path, why);
    unseen ??= problem.message;
    addProblem(evaluation, problem);
  };
  for (const setting of settings.slice(0, MAX_ENVIRONMENT_FILES)) {
    const position = { file: setting.file, line: setting.line };
    const optional = setting.value.text.startsWith('-');
    const { text: path, unknown } = expandSpecifiers(evaluation, setting.value.text.slice(optional ? 1 : 0), position);
    if (unknown !== undefined) {
      leaveOut(setting, path, unknown);
      continue;
    }
    if (!path.startsWith('/')) {
      addProblem(evaluation, refused(evaluation, setting, 'is not an absolute path, so systemd ignores it'));
      continue;
    }
    if (/[*?[]/.test(path)) {
      leaveOut(setting, path, 'it is a pattern, which is not read');
      continue;
    }
    const result = readRendered(evaluation.reader, path, 'any');
    if (result.ok && (size += result.text.length) > MAX_ENVIRONMENT_TEXT) {
      leaveOut(setting, path, 'there is too much of it');
    } else if (result.ok) {
      files.push(path);
      for (const { name, value } of readEnvironmentFile(result.text)) variables.set(name, { value, file: path });
    } else if (!isAbsent(result.reason)) {
      leaveOut(setting, path, result.message);
    } else {
      // A file that a live node lacks, systemd lacks too; one that an input lacks may be on the node and hold flags.
      const missing = result.reason === 'missing';
      if (optional && (missing || isCovered(evaluation.reader, path))) continue;
      const why = 'it does not exist, and without a "-" in front systemd does not start the unit';
      if (missing) addProblem(evaluation, environmentProblem(evaluation, setting, path, why));
      else leaveOut(setting, path, result.message);
    }
  }
  return { files, unseen };
}

function environmentProblem({ unit }: Evaluation, setting: PlacedSetting, path: string, why: string): DiscoveryProblem {
  return {
    code: 'missing-environment-file',
    subject: unit.name,
    file: setting.file,
    line: setting.line,
    message: `${unit.name} takes variables from ${path}, which was not read, so flags set there are not known: ${why}`,
  };
}

function refused({ unit }: Evaluation, setting: PlacedSetting, what: string): DiscoveryProblem {
  return {
    code: 'refused-unit',
    subject: unit.name,
    file: setting.file,
    line: setting.line,
    message: `${setting.key}= in ${setting.file}:${setting.line} ${what}.`,
  };
}

/** ExecStart=: one or more commands, separated by a lone `;`. */
function readExec(evaluation: Evaluation, setting: PlacedSetting, environment: Environment): readonly ServiceCommand[] {
  const { words, fault } = splitWords(setting.value.text, { escapes: 'lenient', relaxed: false });
  if (fault !== undefined) {
    addProblem(evaluation, refused(evaluation, setting, `has an ${fault}, so systemd ignores it`));
    return [];
  }
  const commands: SystemdWord[][] = [[]];
  for (const word of words) {
    if (word.written === ';') commands.push([]);
    else commands.at(-1)?.push(word.written === '\\;' ? { ...word, text: ';' } : word);
  }
  return commands
    .filter((command) => command.length > 0)
    .map((command) => ({
      words: expandCommand(evaluation, setting, command, environment),
      takesWords: !executable(command).prefix.includes(':') && command.some(({ text }) => STANDS_FOR_WORDS.test(text)),
    }));
}

/** `$NAME` as a word of its own. */
const STANDS_FOR_WORDS = /^\$(?![{$])/;

/** A command's program, and the special characters in front of it. */
function executable([first]: readonly SystemdWord[]): { readonly prefix: string; readonly program: string } {
  const prefix = /^[-@:+!|]*/.exec(first?.text ?? '')?.[0] ?? '';
  return { prefix, program: first?.text.slice(prefix.length) ?? '' };
}

function whyUnknown(unknown: string | undefined): { readonly unknown?: string } {
  return unknown === undefined ? {} : { unknown };
}

function expandCommand(
  evaluation: Evaluation,
  setting: PlacedSetting,
  command: readonly SystemdWord[],
  environment: Environment,
): readonly Argument[] {
  const positionOf = (word: SystemdWord): Position => ({
    file: setting.file,
    line: setting.value.lineAt(word.offset),
  });
  const [first, ...rest] = command;
  if (first === undefined) return [];
  const { prefix, program } = executable(command);
  const result: Argument[] = [
    { text: expandSpecifiers(evaluation, program, positionOf(first)).text, position: positionOf(first) },
  ];
  // `@`: the second word is argv[0].
  const args = prefix.includes('@') ? rest.slice(1) : rest;
  if (evaluation.commandText > MAX_COMMAND_TEXT) return result;
  for (const word of args) {
    const position = positionOf(word);
    // Specifiers come first, when the unit is loaded; variables when it starts.
    const { text, unknown } = expandSpecifiers(evaluation, word.text, position);
    const { words, cost } = prefix.includes(':')
      ? { words: [{ text, position, ...whyUnknown(unknown) }], cost: text.length }
      : expandVariables({ text, position, ...whyUnknown(unknown) }, environment);
    // Each word costs its pointer too, as execve(2) counts it.
    evaluation.commandText += cost + POINTER_SIZE * (words.length + 1);
    if (evaluation.commandText > MAX_COMMAND_TEXT) {
      const message = `The command line of ${evaluation.unit.name} is longer than a process can have, so the rest of it was not read.`;
      addProblem(evaluation, { code: 'limit-reached', subject: evaluation.unit.name, ...position, message });
      return result;
    }
    for (const argument of words) result.push(argument);
  }
  return result;
}

/**
 * `$NAME` as a word of its own is split into words; `${NAME}` stays one, wherever it is. An unset one is empty.
 * @returns the words, and how much text was handled for them, which bounds the whole
 */
function expandVariables(
  argument: Argument,
  { variables, unseen }: Environment,
): { readonly words: readonly Argument[]; readonly cost: number } {
  const { text, position } = argument;
  if (STANDS_FOR_WORDS.test(text)) {
    const variable = variables.get(text.slice(1));
    if (variable === undefined) return { words: [], cost: 0 };
    const { value, file, unknown } = variable;
    const { words } = splitWords(value.text, { escapes: 'literal', relaxed: true });
    return {
      words: words.map((word) => ({
        text: word.text,
        position: { file, line: value.lineAt(word.offset) },
        ...whyUnknown(SPECIFIER.test(word.text) ? unknown : undefined),
      })),
      cost: value.text.length,
    };
  }
  let whole: Variable | undefined;
  let { unknown } = argument;
  let cost = text.length;
  const result = text.replace(/\$\$|\$\{([^}$]*)\}/g, (match: string, name: string | undefined) => {
    if (name === undefined) return '$';
    const variable = variables.get(name);
    if (match === text) whole = variable;
    unknown ??=
      variable === undefined && unseen !== undefined
        ? `${name} is set in no file that was read, and ${unseen}`
        : variable?.unknown;
    const value = variable?.value.text ?? '';
    cost += value.length;
    return cost > MAX_COMMAND_TEXT ? '' : value;
  });
  const origin = whole === undefined ? position : { file: whole.file, line: whole.value.lineAt(0) };
  return { words: [{ text: result, position: origin, ...whyUnknown(unknown) }], cost };
}

/** Specifiers whose value is the same on every machine, for the system's service manager. */
const FIXED_SPECIFIERS: ReadonlyMap<string, string> = new Map([
  ['%', '%'],
  ['t', '/run'],
  ['S', '/var/lib'],
  ['C', '/var/cache'],
  ['L', '/var/log'],
  ['E', '/etc'],
  ['T', '/tmp'],
  ['V', '/var/tmp'],
  ['u', 'root'],
  ['U', '0'],
  ['g', 'root'],
  ['G', '0'],
  ['h', '/root'],
]);

/** `%H` and `%l`, the host's name and its first part, as /etc/hostname says (hostname(5)). */
function hostNames(reader: FileReader): readonly (readonly [string, string])[] {
  const read = reader.readText('/etc/hostname');
  const name = read.ok
    ? read.text
        .split('\n')
        .map((line) => line.trim())
        .find((line) => line !== '' && !line.startsWith('#'))
    : undefined;
  if (name === undefined || !/^[A-Za-z0-9][-A-Za-z0-9.]{0,252}$/.test(name)) return [];
  return [
    ['H', name],
    ['l', name.split('.')[0] ?? name],
  ];
}

const SPECIFIER = /%[A-Za-z]/;

/** `%n` and the like. Those that depend on the running machine (`%m`, `%v`) stay as written, and their value is unknown. */
function expandSpecifiers(
  evaluation: Evaluation,
  text: string,
  position: Position,
): { readonly text: string; readonly unknown?: string } {
  if (!text.includes('%')) return { text };
  const { name } = evaluation.unit;
  const stem = name.slice(0, name.lastIndexOf('.'));
  const at = stem.indexOf('@');
  const named = new Map([
    ['n', name],
    ['N', stem],
    ['p', at === -1 ? stem : stem.slice(0, at)],
    ...hostNames(evaluation.reader),
    ['i', at === -1 ? '' : stem.slice(at + 1)],
    ['I', at === -1 ? '' : stem.slice(at + 1).replaceAll('-', '/')],
  ]);
  let unknown: string | undefined;
  const expanded = text.replace(/%([%A-Za-z])/g, (match: string, letter: string) => {
    const value = named.get(letter) ?? FIXED_SPECIFIERS.get(letter);
    if (value !== undefined) return value;
    unknown ??= `systemd fills ${match} on the machine${match === '%H' || match === '%l' ? ' from its host name, and /etc/hostname is not in the input' : ''}`;
    if (evaluation.notices.length >= MAX_REMARKS) return match;
    evaluation.notices.push({
      code: 'unexpanded-variable',
      subject: match,
      message: `${name} uses the specifier ${match}, whose value depends on the machine, so what it gives is not known.`,
      ...position,
    });
    return match;
  });
  return { text: expanded, ...whyUnknown(unknown) };
}
