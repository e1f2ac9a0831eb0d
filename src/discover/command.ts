/** Which component a command line runs, and with which words: behind shells, loggers, locks and other wrappers. */
import { unrendered } from '../config/flags.ts';
import type { ComponentName, Notice } from '../model/component.ts';
import { TracedTextBuilder } from '../text/traced-text.ts';
import { readShell } from './shell.ts';
import type { ShellCommand, ShellScript } from './shell.ts';
import type { Argument, EnvironmentVariable, Unseen } from './types.ts';

/** A word that may be a script of several lines. */
export interface CommandWord extends Argument {
  /** Line of the text's first line, where the text's line breaks are those of the file. */
  readonly firstLine?: number;
}

export interface FoundCommand {
  readonly kind: 'found';
  readonly component: ComponentName;
  /** The words after the program's name. */
  readonly argv: readonly Argument[];
  /** The environment given, with what wrappers and the script changed. */
  readonly environment: readonly EnvironmentVariable[];
  /** What of the command line is not known; undefined when it is known whole. */
  readonly unseen: Unseen | undefined;
  readonly notices: readonly Notice[];
}

export type CommandSearch =
  | FoundCommand
  /** Some other program. */
  | { readonly kind: 'other' }
  /** A script that names a component and that cannot be read. */
  | { readonly kind: 'unclear'; readonly message: string };

const OTHER: CommandSearch = { kind: 'other' };

/** Wrappers in wrappers deeper than this are no real command line. */
const MAX_WRAPPERS = 16;

/** A variable may hold a script that starts itself twice; no real command line holds this many scripts. */
const MAX_SCRIPTS = 32;

/** Enough to see what a start script leaves open. */
const MAX_NOTICES = 50;

const PROGRAMS: ReadonlyMap<string, ComponentName> = new Map([
  ['kube-apiserver', 'kube-apiserver'],
  ['kubelet', 'kubelet'],
  ['kube-scheduler', 'kube-scheduler'],
  ['kube-controller-manager', 'kube-controller-manager'],
  ['etcd', 'etcd'],
  ['kube-proxy', 'kube-proxy'],
]);

/** Commands of hyperkube, under both of their names (k8s.io/kubernetes v1.18 cmd/hyperkube). */
const HYPERKUBE_COMMANDS: ReadonlyMap<string, ComponentName> = new Map([
  ...PROGRAMS,
  ['apiserver', 'kube-apiserver'],
  ['controller-manager', 'kube-controller-manager'],
  ['scheduler', 'kube-scheduler'],
  ['proxy', 'kube-proxy'],
]);

const SHELLS: ReadonlySet<string> = new Set(['sh', 'bash', 'dash', 'ash', 'ksh', 'zsh']);

interface Wrapper {
  /** Options, without dashes, whose value is the next word when it is not attached. */
  readonly withValue: readonly string[];
  /** Words between the options and the command. */
  readonly operands: number;
}

/** How each program that runs another finds the other in its words; from their manual pages. */
const WRAPPERS: ReadonlyMap<string, Wrapper> = new Map<string, Wrapper>([
  ['exec', { withValue: ['a'], operands: 0 }],
  ['command', { withValue: [], operands: 0 }],
  ['time', { withValue: ['f', 'o'], operands: 0 }],
  ['nohup', { withValue: [], operands: 0 }],
  ['setsid', { withValue: [], operands: 0 }],
  ['nice', { withValue: ['n', 'adjustment'], operands: 0 }],
  ['ionice', { withValue: ['c', 'n', 'class', 'classdata'], operands: 0 }],
  ['chrt', { withValue: ['T', 'P', 'D'], operands: 1 }],
  ['taskset', { withValue: [], operands: 1 }],
  ['stdbuf', { withValue: ['i', 'o', 'e', 'input', 'output', 'error'], operands: 0 }],
  ['timeout', { withValue: ['s', 'k', 'signal', 'kill-after'], operands: 1 }],
  ['systemd-cat', { withValue: ['t', 'p', 'identifier', 'priority', 'stderr-priority'], operands: 0 }],
  ['tini', { withValue: ['p', 'e'], operands: 0 }],
  ['tini-static', { withValue: ['p', 'e'], operands: 0 }],
  ['catatonit', { withValue: [], operands: 0 }],
  // openshift/machine-config-operator templates: sets GODEBUG and CPU affinity, then runs its operands.
  ['kubenswrapper', { withValue: [], operands: 0 }],
  ['dumb-init', { withValue: ['r', 'rewrite'], operands: 0 }],
  ['gosu', { withValue: [], operands: 1 }],
  ['su-exec', { withValue: [], operands: 1 }],
  ['flock', { withValue: ['w', 'E', 'wait', 'timeout', 'conflict-exit-code'], operands: 1 }],
]);

/**
 * Wrappers with Go's flag syntax, and their boolean flags (which take no following word):
 * k8s.io/kubernetes staging/src/k8s.io/component-base/logs/kube-log-runner, known as go-runner in its images, and
 * openshift/cluster-kube-apiserver-operator's watch-termination.
 */
const GO_WRAPPERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['kube-log-runner', ['also-stdout', 'redirect-stderr']],
  ['go-runner', ['also-stdout', 'redirect-stderr']],
  ['watch-termination', []],
]);

/** Last segment of a program's path. */
function baseName(program: string): string {
  return program.slice(program.lastIndexOf('/') + 1);
}

/**
 * The component that a program of this name is, or undefined: `/usr/local/bin/kube-apiserver`, `etcd`,
 * `aws-cloud-controller-manager`.
 */
export function componentOfProgram(program: string): ComponentName | undefined {
  const name = baseName(program);
  if (/(?:^|-)cloud-controller-manager$/.test(name)) return 'cloud-controller-manager';
  return PROGRAMS.get(name);
}

/**
 * Finds the component that a command line runs.
 * @param words program and arguments, `$(VAR)` expanded
 * @param environment what the process starts with; a variable that is not here has an unknown value in a script
 */
export function findComponent(
  words: readonly CommandWord[],
  environment: readonly EnvironmentVariable[],
): CommandSearch {
  return search(words, new Map(environment.map((variable) => [variable.name, variable])), { depth: 0, scripts: [] });
}

/** What bounds one search: how deep this step is, and the scripts that the whole search has read. */
interface Effort {
  readonly depth: number;
  readonly scripts: string[];
}

function deeper(effort: Effort): Effort {
  return { depth: effort.depth + 1, scripts: effort.scripts };
}

type Environment = ReadonlyMap<string, EnvironmentVariable>;

function search(words: readonly CommandWord[], environment: Environment, effort: Effort): CommandSearch {
  const [program, ...rest] = words;
  if (program === undefined || effort.depth > MAX_WRAPPERS) return OTHER;
  const name = baseName(program.text);
  const component = componentOfProgram(name);
  if (component !== undefined) return found(component, rest, environment);
  if (name === 'hyperkube') {
    const command = HYPERKUBE_COMMANDS.get(rest[0]?.text ?? '') ?? componentOfProgram(rest[0]?.text ?? '');
    return command === undefined ? OTHER : found(command, rest.slice(1), environment);
  }
  if (name === 'busybox') return search(rest, environment, deeper(effort));
  if (SHELLS.has(name)) return searchShell(rest, environment, effort);
  if (name === 'env') return searchEnv(rest, environment, effort);
  const booleans = GO_WRAPPERS.get(name);
  if (booleans !== undefined) return search(afterGoFlags(rest, booleans), environment, deeper(effort));
  const wrapper = WRAPPERS.get(name);
  if (wrapper === undefined) return OTHER;
  const command = afterOptions(rest, wrapper.withValue).slice(wrapper.operands);
  // flock(1) also takes `FILE -c COMMAND`.
  const viaShell = name === 'flock' && (command[0]?.text === '-c' || command[0]?.text === '--command');
  return viaShell ? searchShell(command, environment, effort) : search(command, environment, deeper(effort));
}

function found(component: ComponentName, words: readonly CommandWord[], environment: Environment): FoundCommand {
  const argv = unrendered(words);
  return {
    kind: 'found',
    component,
    argv: argv.map(({ text, position, unknown }) => ({ text, position, ...whyUnknown(unknown) })),
    environment: [...environment.values()],
    unseen: someWords(hiddenFlag(argv)),
    notices: [],
  };
}

function someWords(reason: string | undefined): Unseen | undefined {
  return reason === undefined ? undefined : { part: 'some', reason };
}

function whyUnknown(unknown: string | undefined): { readonly unknown?: string } {
  return unknown === undefined ? {} : { unknown };
}

/** Why some flag may be given whose very name is not known: a word that is neither `--name=...` nor follows `--name`. */
function hiddenFlag(argv: readonly Argument[]): string | undefined {
  return argv.find(
    ({ text, unknown }, index) =>
      unknown !== undefined &&
      !/^--?[A-Za-z0-9][\w.-]*=/.test(text) &&
      !/^--?[A-Za-z0-9][\w.-]*$/.test(argv[index - 1]?.text ?? ''),
  )?.unknown;
}

/** Skips options as getopt(3) with `+` does: up to `--` or the first word that is none. */
function afterOptions(words: readonly CommandWord[], withValue: readonly string[]): readonly CommandWord[] {
  let at = 0;
  for (; at < words.length; at++) {
    const text = words[at]?.text ?? '';
    if (text === '--') return words.slice(at + 1);
    if (!text.startsWith('-') || text === '-') break;
    if (text.startsWith('--')) {
      if (!text.includes('=') && withValue.includes(text.slice(2))) at++;
    } else {
      const first = findLetter(text, withValue);
      // `-n 5` takes the next word, `-n5` has its value attached.
      if (first === text.length - 1) at++;
    }
  }
  return words.slice(at);
}

/** Offset in a cluster of short options of the first that takes a value; undefined when none does. */
function findLetter(cluster: string, withValue: readonly string[]): number | undefined {
  for (let at = 1; at < cluster.length; at++) if (withValue.includes(cluster.charAt(at))) return at;
  return undefined;
}

/** Skips flags as Go's flag package does. */
function afterGoFlags(words: readonly CommandWord[], booleans: readonly string[]): readonly CommandWord[] {
  let at = 0;
  for (; at < words.length; at++) {
    const text = words[at]?.text ?? '';
    if (text === '--') return words.slice(at + 1);
    if (!text.startsWith('-') || text === '-') break;
    const flag = text.replace(/^--?/, '');
    if (!flag.includes('=') && !booleans.includes(flag)) at++;
  }
  return words.slice(at);
}

/** env(1): options, assignments, command. */
function searchEnv(words: readonly CommandWord[], environment: Environment, effort: Effort): CommandSearch {
  const changed = new Map(environment);
  let at = 0;
  for (; at < words.length; at++) {
    const { text, position, unknown } = words[at] ?? { text: '', position: undefined, unknown: undefined };
    const equals = text.indexOf('=');
    if (text === '--') continue;
    if (text === '-' || text === '-i' || text === '--ignore-environment') changed.clear();
    else if (text === '-u' || text === '--unset') changed.delete(words[++at]?.text ?? '');
    else if (text.startsWith('--unset=')) changed.delete(text.slice('--unset='.length));
    else if (text === '-C' || text === '--chdir') at++;
    else if (text.startsWith('-')) continue;
    else if (equals > 0) {
      const name = text.slice(0, equals);
      changed.set(name, {
        name,
        value: unknown === undefined ? text.slice(equals + 1) : '',
        ...(position === undefined ? {} : { position }),
        ...whyUnknown(unknown),
      });
    } else break;
  }
  return search(words.slice(at), changed, deeper(effort));
}

/** sh(1): options, then with `-c` the script, its name and its parameters. */
function searchShell(words: readonly CommandWord[], environment: Environment, effort: Effort): CommandSearch {
  let at = 0;
  let isScript = false;
  for (; at < words.length; at++) {
    const text = words[at]?.text ?? '';
    if (text === '--') {
      at++;
      break;
    }
    if (!/^[-+]./.test(text)) break;
    if (text.startsWith('--')) {
      if (text === '--command') isScript = true;
      continue;
    }
    if (text.startsWith('-') && text.includes('c')) isScript = true;
    // `-o pipefail`, also at the end of a cluster: `-euo pipefail`.
    if (text.endsWith('o')) at++;
  }
  const script = words[at];
  if (script === undefined || !isScript || effort.scripts.push(script.text) > MAX_SCRIPTS) return OTHER;
  const values = new Map(
    [...environment.values()].flatMap(({ name, value, unknown }) => (unknown === undefined ? [[name, value]] : [])),
  );
  const read = readShell(script.text, values, words.slice(at + 2));
  if (!read.ok) {
    return namesComponent(script.text)
      ? { kind: 'unclear', message: `the shell script cannot be read: ${read.message}` }
      : OTHER;
  }
  return searchScript(script, read, environment, effort);
}

/** Whether a component's name occurs at all: then a script that cannot be read may matter. */
function namesComponent(text: string): boolean {
  return [...PROGRAMS.keys(), 'cloud-controller-manager', 'hyperkube'].some((name) => text.includes(name));
}

function searchScript(
  script: CommandWord,
  read: ShellScript & { readonly ok: true },
  environment: Environment,
  effort: Effort,
): CommandSearch {
  const positionAt = positionsIn(script);
  const candidates: Candidate[] = [];
  let unclear: CommandSearch | undefined;
  let mayHaveEnded = false;
  for (const [index, command] of read.commands.entries()) {
    if (command.words[0]?.text === 'exit') {
      if (!command.conditional) break;
      mayHaveEnded ||= candidates.at(-1)?.index === index - 1;
      continue;
    }
    const words = command.words.map(
      ({ text, offset, origin, unknown }) =>
        origin ?? { text, position: positionAt(offset), ...whyUnknown(reasonFor(script, text, unknown, environment)) },
    );
    const changed = environmentOf(command, read, environment, positionAt);
    const result = search(words, changed, deeper(effort));
    if (result.kind === 'unclear') unclear = result;
    if (result.kind !== 'found') continue;
    candidates.push({
      index,
      search: withUnknown(result, command, environment, positionAt),
      replaces: command.words[0]?.text === 'exec',
      alternative: command.alternative || mayHaveEnded,
      conditional: command.conditional,
    });
  }
  return choose(candidates) ?? unclear ?? OTHER;
}

/** Flags with which a component prints something and ends. */
const PRINTS_AND_ENDS: ReadonlySet<string> = new Set(['--version', '-version', '--help', '-help', '-h']);

/** A command of a script that runs a component. */
interface Candidate {
  /** Its place among the script's commands. */
  readonly index: number;
  readonly search: FoundCommand;
  /** Whether it is the process that stays (`exec`). */
  readonly replaces: boolean;
  readonly alternative: boolean;
  readonly conditional: boolean;
}

/**
 * The command that stays. `exec` says which of several it is, and nothing runs after one that is met in any case; else
 * it is the last, after preparations. Where the script decides between several that are not the same, none is known.
 */
function choose(all: readonly Candidate[]): FoundCommand | undefined {
  const staying = all.filter(({ search }) => !search.argv.some(({ text }) => PRINTS_AND_ENDS.has(text)));
  const candidates = staying.length > 0 ? staying : all;
  const end = candidates.findIndex(({ replaces, conditional }) => replaces && !conditional);
  const begin = candidates.findLastIndex(({ alternative }) => !alternative);
  const rivals = candidates.filter(({ replaces }, index) =>
    end === -1 ? replaces || index >= begin : replaces && index <= end,
  );
  const chosen = rivals.at(-1)?.search;
  if (chosen === undefined || rivals.every(({ search }) => sameCommand(search, chosen))) return chosen;
  const [first, ...others] = [...new Set(rivals.map(({ search }) => search.component))];
  const what =
    others.length === 0 ? `${rivals.length} commands that run ${first ?? ''}` : `commands that run different programs`;
  return {
    ...chosen,
    unseen: { part: 'all', reason: `the start script decides between ${what}, and no file shows which it takes` },
  };
}

function sameCommand(a: FoundCommand, b: FoundCommand): boolean {
  const words = ({ component, argv }: FoundCommand): string =>
    JSON.stringify([component, argv.map(({ text }) => text)]);
  return words(a) === words(b);
}

function positionsIn(script: CommandWord): (offset: number) => Argument['position'] {
  const { firstLine, position, text } = script;
  if (firstLine === undefined) return () => position;
  const builder = new TracedTextBuilder();
  text.split('\n').forEach((line, index) => {
    builder.push(`${line}\n`, firstLine + index);
  });
  const traced = builder.build();
  return (offset) => ({ file: position.file, line: traced.lineAt(offset) });
}

function environmentOf(
  command: ShellCommand,
  read: ShellScript & { readonly ok: true },
  environment: Environment,
  positionAt: (offset: number) => Argument['position'],
): Environment {
  if (command.exportsBefore === 0 && command.assignments.length === 0) return environment;
  const changed = new Map(environment);
  for (const { name, value, offset } of [...read.exports.slice(0, command.exportsBefore), ...command.assignments]) {
    const unknown = value === undefined ? `the start script gives ${name} a value that no file shows` : undefined;
    changed.set(name, { name, value: value ?? '', position: positionAt(offset), ...whyUnknown(unknown) });
  }
  return changed;
}

/** `$NAME`, or the kind of expansion: a default (`${NAME:-default}`) and a command may hold a secret. */
function subjectOf(written: string): string {
  const name = /^\$\{?([A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-])/.exec(written)?.[1];
  return name === undefined ? 'a command substitution' : `$${name}`;
}

/** Why an expansion's value is not known: the variable's own reason where it has one. */
function reasonOf(written: string, environment: Environment): string {
  const subject = subjectOf(written);
  return (
    environment.get(subject.slice(1))?.unknown ?? `the start script uses ${subject}, whose value is not in the input`
  );
}

/** Why a word of a script is not what the process gets; what was unknown in the script's own text stands in it as written. */
function reasonFor(
  script: CommandWord,
  text: string,
  unknown: string | undefined,
  environment: Environment,
): string | undefined {
  if (script.unknown !== undefined && (unknown?.startsWith('$(') === true || /\$\(|%[A-Za-z]/.test(text))) {
    return script.unknown;
  }
  return unknown === undefined ? undefined : reasonOf(unknown, environment);
}

function withUnknown(
  result: FoundCommand,
  command: ShellCommand,
  environment: Environment,
  positionAt: (offset: number) => Argument['position'],
): FoundCommand {
  if (command.unknown.length === 0) return result;
  const whole = command.unknown.find(({ wholeWord }) => wholeWord);
  const notices = command.unknown.slice(0, MAX_NOTICES).map(({ written, offset }): Notice => {
    const subject = subjectOf(written);
    return {
      code: 'unexpanded-variable',
      subject,
      message: `The start script uses ${subject}, whose value is not in the input, so what it gives is not known.`,
      ...positionAt(offset),
    };
  });
  return {
    ...result,
    unseen: result.unseen ?? someWords(whole === undefined ? undefined : reasonOf(whole.written, environment)),
    notices: [...result.notices, ...notices],
  };
}
