/**
 * Command lines as people copy them: `ps` output, a command with its flags on one line or many, a saved
 * /proc/PID/cmdline, a line of a log (`Running kube-apiserver --...`), flags alone.
 */
import { flagHistory } from '../../config/history/history.ts';
import { otherFlags } from '../../config/history/other-flags.ts';
import { removedFlags } from '../../config/history/removed-flags.ts';
import { COMPONENT_NAMES } from '../../model/component.ts';
import type { ComponentName } from '../../model/component.ts';
import { componentOfProgram, findComponent } from '../command.ts';
import type { CommandWord } from '../command.ts';
import { splitWords } from '../systemd-syntax.ts';
import type { Argument } from '../types.ts';

/** A command line of a component as a text has it. */
export interface WrittenCommand {
  readonly component: ComponentName;
  readonly argv: readonly Argument[];
  /** Why words may be missing; a clause without a period. */
  readonly cut: string | undefined;
}

export type CommandLines =
  | { readonly ok: true; readonly commands: readonly WrittenCommand[] }
  /** Flags without a program that may be several components'. */
  | { readonly ok: false; readonly message: string };

/** Programs of which a command line may be. */
const PROGRAM =
  /^(?:.*\/)?(?:kube-apiserver|kubelet|kube-scheduler|kube-controller-manager|kube-proxy|etcd|hyperkube|[a-z-]{0,40}cloud-controller-manager)$/;

/** Larger than any list of processes of a node. */
const MAX_LINES = 5000;

/** Terminals are this wide unless somebody makes them wider, and ps cuts lines there. */
const COMMON_WIDTHS = new Set([80, 132]);

/** A cheap look: whether some line may be a command line of a component, or every line is a flag. */
export function holdsCommandLines(text: string): boolean {
  const lines = text.slice(0, 256 * 1024).split('\n', MAX_LINES);
  if (/^(?:\S*\/)?(?:kube-[a-z-]+|kubelet|etcd)\0/.test(text)) return true;
  if (lines.some((line, index) => wordsWithProgram(line, { file: '' }, lines[index + 1]) !== undefined)) return true;
  return isFlagsOnly(lines);
}

function isFlagsOnly(lines: readonly string[]): boolean {
  const written = lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
  return written.length > 0 && written.every((line) => /^--?[a-z][a-z0-9_-]*(?:[= ]|$)/i.test(line));
}

/** Reads every command line of a component in a text; the first of a component counts. */
export function readCommandLines(text: string, file: string): CommandLines {
  if (text.includes('\0')) return { ok: true, commands: found(nulWords(text, file), undefined) };
  const lines = text.split(/\r?\n/, MAX_LINES);
  if (isFlagsOnly(lines)) return flagsAlone(lines, file);
  const width = cutWidth(lines);
  const commands: WrittenCommand[] = [];
  let words: CommandWord[] | undefined;
  let cut: string | undefined;
  const close = (): void => {
    if (words !== undefined) commands.push(...found(words, cut));
    words = undefined;
    cut = undefined;
  };
  let continues = false;
  lines.forEach((line, index) => {
    const position = { file, line: index + 1 };
    const content = line.replace(/\\\s*$/, '');
    const goesOn = content !== line;
    const begun = wordsWithProgram(content, position, lines[index + 1]);
    if (begun !== undefined) {
      close();
      words = [...begun];
      if (width !== undefined && line.length >= width) {
        cut = `the line looks cut at ${width} columns (use \`ps -ww\`), so flags may be missing`;
      }
    } else if (words !== undefined && (continues || content.trimStart().startsWith('-'))) {
      words.push(...shellWords(content, position));
    } else if (content.trim() !== '' && !content.trimStart().startsWith('#')) {
      close();
    }
    continues = goesOn;
  });
  close();
  const first = new Map<ComponentName, WrittenCommand>();
  for (const command of commands) if (!first.has(command.component)) first.set(command.component, command);
  return { ok: true, commands: [...first.values()] };
}

/** The words from the program on; undefined where the line runs none. A name alone is one where flags follow. */
function wordsWithProgram(
  line: string,
  position: Argument['position'],
  following: string | undefined,
): readonly CommandWord[] | undefined {
  if (line.length > 128 * 1024 || line.trimStart().startsWith('#')) return undefined;
  const plain = line.trim().split(/\s+/);
  const at = plain.findIndex((word) => PROGRAM.test(word.replace(/^["']/, '')));
  if (at === -1 || plain.slice(0, at).some((word) => /(?:^|\/)[a-z]*grep$/.test(word))) return undefined;
  const next = plain[at + 1];
  const isListed = at > 0 && plain.slice(0, at).some((word) => /^\d+$/.test(word));
  if (
    next === undefined
      ? !isListed && (plain.length > 1 || following?.trimStart().startsWith('-') !== true)
      : !/^-|^\\$|^(?:kube-)?(?:apiserver|scheduler|proxy|controller-manager)$|^kubelet$/.test(next)
  ) {
    return undefined;
  }
  // What ps and logs print has no quotes that mean anything.
  const words =
    isListed || at > 0 ? plain.slice(at).map((word) => ({ text: word, position })) : shellWords(line, position);
  const last = words.at(-1);
  const isQuoted = at > 0 && last !== undefined && last.text.endsWith('"') && !last.text.includes('="');
  return isQuoted ? [...words.slice(0, -1), { ...last, text: last.text.slice(0, -1) }] : words;
}

function shellWords(line: string, position: Argument['position']): readonly CommandWord[] {
  return splitWords(line, { escapes: 'literal', relaxed: true }).words.map(({ text }) => ({ text, position }));
}

function nulWords(text: string, file: string): readonly CommandWord[] {
  return text
    .replace(/\0$/, '')
    .split('\0')
    .map((word) => ({ text: word, position: { file, line: 1 } }));
}

function found(words: readonly CommandWord[], cut: string | undefined): readonly WrittenCommand[] {
  const [program, ...rest] = words;
  if (program === undefined) return [];
  const named = { ...program, text: program.text.replace(/^["']/, '') };
  const search = findComponent([named, ...rest], []);
  if (search.kind !== 'found') return [];
  const { component, argv } = search;
  return [{ component, argv, cut: cut ?? cutFlag(component, argv) }];
}

/** A last word that only begins a flag: neither pflag nor Go's flag package takes a shortened name. */
function cutFlag(component: ComponentName, argv: readonly Argument[]): string | undefined {
  const last = argv.at(-1)?.text ?? '';
  const name = /^--?([A-Za-z][A-Za-z0-9_-]*)$/.exec(last)?.[1]?.replaceAll('_', '-');
  if (name === undefined) return undefined;
  const known = tablesOf(component).flatMap((table) => [...table.keys()]);
  if (known.includes(name) || !known.some((flag) => flag.startsWith(name))) return undefined;
  return `the line ends within a flag (${last}), so it was cut (use \`ps -ww\`) and flags may be missing`;
}

function tablesOf(component: ComponentName) {
  return [flagHistory(component), otherFlags(component), removedFlags(component)];
}

/** The width at which lines were cut: two of one length, longer than all others, or one of a terminal's. */
function cutWidth(lines: readonly string[]): number | undefined {
  const lengths = lines.map((line) => line.length);
  const longest = Math.max(0, ...lengths);
  const times = lengths.filter((length) => length === longest).length;
  return COMMON_WIDTHS.has(longest) || (longest >= 79 && times > 1) ? longest : undefined;
}

function flagsAlone(lines: readonly string[], file: string): CommandLines {
  const argv = lines.flatMap((line, index) =>
    line.trimStart().startsWith('#')
      ? []
      : shellWords(line.replace(/\\\s*$/, ''), { file, line: index + 1 }).map((word): Argument => word),
  );
  const names = argv.flatMap(({ text }) => /^--?([A-Za-z][A-Za-z0-9_-]*)/.exec(text)?.[1]?.replaceAll('_', '-') ?? []);
  const owners = COMPONENT_NAMES.filter((component) => {
    const tables = tablesOf(component);
    return names.every((name) => tables.some((table) => table.has(name)));
  });
  const [only, ...others] = owners;
  if (only !== undefined && others.length === 0) {
    return { ok: true, commands: [{ component: only, argv, cut: undefined }] };
  }
  const whose = owners.length === 0 ? 'flags that no one component has' : `flags that ${owners.join(', ')} have`;
  return {
    ok: false,
    message: `${file} holds ${whose}: say whose they are with --flags COMPONENT=FILE, or put the program's name in front`,
  };
}

/** The program among words that something else starts (`/opt/rke-tools/entrypoint.sh kube-apiserver --...`). */
export function commandAmong(words: readonly CommandWord[]): readonly CommandWord[] {
  const at = words.findIndex(({ text }) => componentOfProgram(text) !== undefined || /(?:^|\/)hyperkube$/.test(text));
  return at === -1 ? [] : words.slice(at);
}
