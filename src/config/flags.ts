/** Command lines as the components parse them: pflag for Kubernetes, Go's flag package for etcd. */
import type { Notice } from '../model/component.ts';
import type { Position } from '../model/setting.ts';
import { templateMark } from '../text/template.ts';
import type { FlagEntry } from './history/types.ts';

/** One word of a command line, and where it is written. */
export interface Argument {
  readonly text: string;
  readonly position: Position;
  /**
   * Why the word, or a part of it, is not what the process gets, as a clause without a period: something fills it that
   * the files do not show. `text` has that part as written.
   */
  readonly unknown?: string;
  /** Set on a flag that nobody wrote, because the file that it names is there. */
  readonly implied?: true;
}

/**
 * The words, told to be unknown where they are of a template that was not rendered. One with spaces in it may have been
 * split into several words.
 */
export function unrendered<T extends Argument>(words: readonly T[]): readonly T[] {
  let open: string | undefined;
  return words.map((word) => {
    const { text } = word;
    const starts = open === undefined && /\{[{%]/.test(text);
    if (starts) open = templateMark(text)?.mark ?? text.slice(0, 60);
    if (open === undefined) return word;
    const unknown = word.unknown ?? `the file is a template that was never rendered (${open})`;
    if (/[%}]\}/.test(text.slice(starts ? text.search(/\{[{%]/) + 2 : 0))) open = undefined;
    return { ...word, unknown };
  });
}

export interface FlagOccurrence {
  /** Without dashes, words separated by `-`. */
  readonly name: string;
  /** Name with dashes, as written. */
  readonly written: string;
  /** `true` for a bare boolean. */
  readonly value: string;
  /** Why the value is not what the process gets. */
  readonly unknown?: string;
  readonly implied?: true;
  /** The line of the flag's name. */
  readonly position: Position;
}

export interface ParsedFlags {
  readonly occurrences: readonly FlagOccurrence[];
  /** Words that are no flags. kube components and etcd refuse to start with any. */
  readonly positionals: readonly Argument[];
  readonly notices: readonly Notice[];
}

/** Whether a flag that the history does not hold takes a value. */
export type OtherFlags = ReadonlyMap<string, 'switch' | 'valued'>;

/** How a flag stands to its value: `unknown` for a name that no table has. */
type Arity = 'switch' | 'valued' | 'unknown';

/**
 * Parses as spf13/pflag does, with component-base's WordSepNormalizeFunc (`_` is `-`).
 * A boolean takes a value only after `=`; any other flag takes the next word, whatever it looks like. For a flag of
 * unknown kind the next word is its value unless it starts with a dash.
 * @param args without the program's name
 */
export function parsePflags(
  args: readonly Argument[],
  entries: ReadonlyMap<string, FlagEntry>,
  others: OtherFlags = new Map(),
): ParsedFlags {
  const occurrences: FlagOccurrence[] = [];
  const positionals: Argument[] = [];
  const notices: Notice[] = [];
  let index = 0;
  while (index < args.length) {
    const argument = args[index];
    index += 1;
    if (argument === undefined) break;
    const { text, position } = argument;
    if (hidesItsFlag(argument)) continue;
    if (!text.startsWith('-') || text === '-') {
      // cobra lets flags follow words, so parsing goes on.
      positionals.push(argument);
      notices.push(...positional(argument, args[index - 2], entries, others));
      continue;
    }
    if (text === '--') {
      for (const rest of args.slice(index)) {
        positionals.push(rest);
        notices.push(...positional(rest, undefined, entries, others));
      }
      break;
    }
    const parsed = text.startsWith('--') ? longFlag(text) : shorthand(text);
    if (parsed === undefined) {
      notices.push({
        code: 'invalid-value',
        subject: text,
        message: text.startsWith('--')
          ? `${clip(text)} is not a flag: a name has to follow the two dashes`
          : `${clip(text)} starts with one dash, so it is read as single letters; flags of this component take two`,
        ...position,
      });
      continue;
    }
    const name = parsed.name.replaceAll('_', '-');
    const value = valueOf(parsed, argument, args[index], arityOf(name, entries, others));
    if (value === undefined) {
      notices.push(missingValue(parsed.written, position));
      continue;
    }
    if (value.takesNext) index += 1;
    occurrences.push({ name, written: parsed.written, position, ...value.given });
  }
  return { occurrences, positionals, notices };
}

/**
 * Parses as Go's flag package does, which etcd uses: one dash or two, `=` or the next word, a boolean alone or with
 * `=`. Go ends at the first word that is no flag, and etcd then refuses to start (etcdmain/config.go: `is not a valid
 * flag`). Here reading goes on after that word: it is one fault, and what follows is what the operator wants.
 * @param args without the program's name
 */
export function parseGoFlags(
  args: readonly Argument[],
  entries: ReadonlyMap<string, FlagEntry>,
  others: OtherFlags = new Map(),
): ParsedFlags {
  const occurrences: FlagOccurrence[] = [];
  const positionals: Argument[] = [];
  const notices: Notice[] = [];
  let index = 0;
  while (index < args.length) {
    const argument = args[index];
    index += 1;
    if (argument === undefined) break;
    const { text, position } = argument;
    if (hidesItsFlag(argument)) continue;
    if (text === '--') {
      positionals.push(...args.slice(index));
      const first = args[index];
      if (first !== undefined) notices.push(...positional(first, undefined, entries, others));
      break;
    }
    if (!text.startsWith('-') || text === '-') {
      positionals.push(argument);
      notices.push(...positional(argument, args[index - 2], entries, others));
      continue;
    }
    const parsed = goFlag(text);
    if (parsed === undefined) {
      notices.push({ code: 'invalid-value', subject: text, message: `${clip(text)} is not a flag`, ...position });
      continue;
    }
    const value = valueOf(parsed, argument, args[index], arityOf(parsed.name, entries, others));
    if (value === undefined) {
      notices.push(missingValue(parsed.written, position));
      continue;
    }
    if (value.takesNext) index += 1;
    occurrences.push({ name: parsed.name, written: parsed.written, position, ...value.given });
  }
  return { occurrences, positionals, notices };
}

/** A word that may be any flag, or none; who found the command line says that it is not known as a whole. */
function hidesItsFlag({ text, unknown }: Argument): boolean {
  return unknown !== undefined && !/^--?[A-Za-z0-9][\w.-]*=/.test(text);
}

/**
 * The value of a flag, and whether it is the next word.
 * @returns undefined where the next word is needed and there is none
 */
function valueOf(
  parsed: ParsedFlag,
  { unknown, implied }: Argument,
  next: Argument | undefined,
  arity: Arity,
): { readonly given: Pick<FlagOccurrence, 'value' | 'unknown' | 'implied'>; readonly takesNext: boolean } | undefined {
  const given = (value: string, why: string | undefined): Pick<FlagOccurrence, 'value' | 'unknown' | 'implied'> => ({
    value,
    ...(why === undefined ? {} : { unknown: why }),
    ...(implied === undefined ? {} : { implied }),
  });
  if (parsed.value !== undefined) return { given: given(parsed.value, unknown), takesNext: false };
  const takesNext = arity === 'valued' || (arity === 'unknown' && next !== undefined && !next.text.startsWith('-'));
  if (!takesNext) return { given: given('true', unknown), takesNext };
  return next === undefined ? undefined : { given: given(next.text, next.unknown), takesNext };
}

interface ParsedFlag {
  readonly name: string;
  readonly written: string;
  readonly value: string | undefined;
}

function longFlag(text: string): ParsedFlag | undefined {
  const body = text.slice(2);
  // pflag: "bad flag syntax".
  if (body === '' || body.startsWith('-') || body.startsWith('=')) return undefined;
  return split(body, '--');
}

function goFlag(text: string): ParsedFlag | undefined {
  const dashes = text.startsWith('--') ? '--' : '-';
  const body = text.slice(dashes.length);
  if (body === '' || body.startsWith('-') || body.startsWith('=')) return undefined;
  return split(body, dashes);
}

/** The single letters that every component has: klog's `-v` and cobra's `-h`. */
function shorthand(text: string): ParsedFlag | undefined {
  const letter = text[1];
  if (letter === 'h' && text.length === 2) return { name: 'help', written: '-h', value: 'true' };
  if (letter !== 'v') return undefined;
  const rest = text.slice(2).replace(/^=/, '');
  // -v3 and -v=3; -verbose would be a slip.
  if (rest !== '' && !/^[-+]?\d/.test(rest)) return undefined;
  return { name: 'v', written: '-v', value: rest === '' ? undefined : rest };
}

function split(body: string, dashes: string): ParsedFlag {
  const equals = body.indexOf('=');
  const name = equals === -1 ? body : body.slice(0, equals);
  return { name, written: `${dashes}${name}`, value: equals === -1 ? undefined : body.slice(equals + 1) };
}

function arityOf(name: string, entries: ReadonlyMap<string, FlagEntry>, others: OtherFlags): Arity {
  const entry = entries.get(name);
  if (entry?.isFlag === true) return entry.type === 'bool' ? 'switch' : 'valued';
  return others.get(name) ?? 'unknown';
}

function missingValue(written: string, position: Position): Notice {
  return {
    code: 'invalid-value',
    subject: written,
    message: `${clip(written)} is the last word and needs a value`,
    ...position,
  };
}

/** A word that belongs to no flag, unless the word before it may be a flag that takes it. */
function positional(
  { text, position }: Argument,
  before: Argument | undefined,
  entries: ReadonlyMap<string, FlagEntry>,
  others: OtherFlags,
): readonly Notice[] {
  if (before !== undefined && hidesItsFlag(before)) return [];
  const name = before?.text.replace(/^--?/, '').replaceAll('_', '-');
  const bare =
    before !== undefined && name !== undefined && arityOf(name, entries, others) === 'switch' ? before.text : undefined;
  return [
    {
      code: 'positional-argument',
      subject: text,
      value: text,
      message:
        bare === undefined
          ? `"${clip(text)}" is no flag and belongs to none${dashHint(text)}`
          : `"${clip(text)}" does not belong to ${bare}, since a boolean takes its value after "=" only (${bare} is true)`,
      ...position,
    },
  ];
}

/** What a word that looks like a flag has in place of its two dashes: word processors put other dashes there. */
function dashHint(text: string): string {
  if (/^\s+-/.test(text)) return ': it begins with a space';
  return /^[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]/.test(text) ? ': it begins with another dash than "-"' : '';
}

/** For messages: a hostile word may be a megabyte long. */
function clip(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
