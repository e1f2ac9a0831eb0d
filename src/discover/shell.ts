/**
 * The commands of a shell script, by the word rules of POSIX.1-2017 XCU chapter 2 (Shell Command Language): quoting,
 * parameter expansion, field splitting, redirections, lists and pipelines. It runs nothing: what a command
 * substitution or an unknown variable gives stays unknown, and is reported as such.
 */
import type { Argument } from './types.ts';

export interface ShellWord {
  readonly text: string;
  /** Offset in the script of the word that it came from. */
  readonly offset: number;
  /** The positional parameter (`"$@"`) that it is, when it is one. */
  readonly origin?: Argument;
  /** The first expansion in it whose value is unknown, as written; `text` has it so. */
  readonly unknown?: string;
}

export interface ShellVariable {
  readonly name: string;
  /** undefined: set to something that the script alone does not tell. */
  readonly value: string | undefined;
  readonly offset: number;
}

export interface UnknownExpansion {
  /** As written: `$NAME`, `${NAME:-x}`, `$(command)`. */
  readonly written: string;
  readonly offset: number;
  /** Whether whole words may be missing from the command, rather than a part of one. */
  readonly wholeWord: boolean;
}

export interface ShellCommand {
  /** `NAME=value` in front of the command. */
  readonly assignments: readonly ShellVariable[];
  readonly words: readonly ShellWord[];
  readonly unknown: readonly UnknownExpansion[];
  /** How many of the script's exports came before. */
  readonly exportsBefore: number;
  /** Whether another command of the script may run instead: it stands in `if`, `case`, a loop or a function, or after `||`. */
  readonly alternative: boolean;
  /** Whether it may not run at all: as above, or by what the command before it in its list gave. */
  readonly conditional: boolean;
}

export type ShellScript =
  | { readonly ok: true; readonly commands: readonly ShellCommand[]; readonly exports: readonly ShellVariable[] }
  | { readonly ok: false; readonly message: string; readonly offset: number };

/** More words than any start script has; and Linux' usual limit of a command line's text (ARG_MAX, 2 MiB). */
const MAX_WORDS = 20_000;
const MAX_TEXT = 2 * 1024 * 1024;
const MAX_EXPORTS = 1000;

const OPENING_WORDS: ReadonlySet<string> = new Set(['if', 'while', 'until', 'for', 'case', 'select']);
const CLOSING_WORDS: ReadonlySet<string> = new Set(['fi', 'done', 'esac']);
/** Reserved words after which a command follows (XCU 2.4). */
const LEADING_WORDS: ReadonlySet<string> = new Set([
  ...['if', 'then', 'elif', 'else', 'while', 'until', 'do', '{', '!', 'time'],
  ...['}', 'fi', 'done', 'esac'],
]);
/** Their words are a list, not a command. */
const LIST_WORDS: ReadonlySet<string> = new Set(['for', 'case', 'select', 'function']);

const BLANK = new Set([' ', '\t', '\r']);
const OPERATOR = new Set([';', '&', '|', '(', ')', '<', '>', '\n']);
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const ASSIGNMENT = /([A-Za-z_][A-Za-z0-9_]*)=/y;
const REDIRECTION = /\d*(?:<<<|<<-?|<&|<>|<|>>|>&|>\||>|&>>|&>)/y;
const LIST_OPERATOR = /;;&?|;&|;|&&|&|\|\||\|&|\||\(|\)/y;
const PARAMETER = /^([A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-])(?:(:?)([-=+?])([^]*))?$/;

/** A part of the script that cannot be read; never leaves this file. */
class ShellFault extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/**
 * Reads a script given to `sh -c`.
 * @param environment variables the script starts with; one that is not among them may still be set, for example by
 * the container's image, so its value is unknown rather than empty.
 * @param positional what `$1`, `$2`... and `$@` stand for.
 * @returns the simple commands in the order written, or what could not be read.
 */
export function readShell(
  script: string,
  environment: ReadonlyMap<string, string>,
  positional: readonly Argument[] = [],
): ShellScript {
  try {
    return new ScriptReader(script, environment, positional).read();
  } catch (error) {
    if (error instanceof ShellFault) return { ok: false, message: error.message, offset: error.offset };
    throw error;
  }
}

class ScriptReader {
  readonly #script: string;
  readonly #environment: ReadonlyMap<string, string>;
  readonly #variables = new Map<string, string | undefined>();
  readonly #commands: ShellCommand[] = [];
  readonly #exports: ShellVariable[] = [];
  readonly #hereDocuments: { readonly delimiter: string; readonly tabs: boolean }[] = [];
  /** undefined: the script has set them to something unknown. */
  #positional: readonly Parameter[] | undefined;
  #at = 0;
  #depth = 0;
  #conditional = false;
  #afterOr = false;
  /** Round brackets that are open outside of compound commands: commands in them end the subshell, not the script. */
  #subshells = 0;
  #braces = 0;
  /** Braces that are open around the function that is being defined. */
  #function: number | undefined;
  #functionNamed = false;
  #exportAll = false;
  #wordCount = 0;
  #textLength = 0;
  #assignments: ShellVariable[] = [];
  #words: ShellWord[] = [];
  #unknown: UnknownExpansion[] = [];

  constructor(script: string, environment: ReadonlyMap<string, string>, positional: readonly Argument[]) {
    this.#script = script;
    this.#environment = environment;
    this.#positional = positional.map((argument) => ({ text: argument.text, origin: argument }));
  }

  read(): ShellScript {
    while (this.#at < this.#script.length) this.#step();
    this.#endCommand();
    return { ok: true, commands: this.#commands, exports: this.#exports };
  }

  #step(): void {
    const char = this.#script[this.#at] ?? '';
    if (BLANK.has(char)) {
      this.#at++;
    } else if (char === '\\' && this.#script[this.#at + 1] === '\n') {
      this.#at += 2;
    } else if (char === '#') {
      const end = this.#script.indexOf('\n', this.#at);
      this.#at = end === -1 ? this.#script.length : end;
    } else if (char === '\n') {
      this.#at++;
      this.#endCommand();
      this.#conditional = false;
      this.#afterOr = false;
      this.#skipHereDocuments();
    } else if (!this.#redirection() && !this.#listOperator()) {
      this.#commandWord();
    }
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#script);
  }

  #redirection(): boolean {
    const match = this.#match(REDIRECTION);
    if (match === null) return false;
    const operator = match[0].replace(/^\d+/, '');
    this.#at += match[0].length;
    while (BLANK.has(this.#script[this.#at] ?? '')) this.#at++;
    const unknownBefore = this.#unknown.length;
    const target = this.#readWord(false);
    // Where output goes does not matter, so neither does what is unknown about it.
    this.#unknown.length = unknownBefore;
    if (operator === '<<' || operator === '<<-') {
      this.#hereDocuments.push({
        delimiter: target.fields.map((field) => field.text).join(' '),
        tabs: operator === '<<-',
      });
    }
    return true;
  }

  #listOperator(): boolean {
    const match = this.#match(LIST_OPERATOR);
    if (match === null) return false;
    const operator = match[0];
    const pipe = operator === '|' || operator === '|&';
    // Each command of a pipeline is in a subshell: what it assigns is lost.
    if (pipe) this.#conditional = true;
    this.#at += operator.length;
    // Only the definition of a function has a bracket behind its first word (XCU 2.9.5).
    if (operator === '(' && this.#depth === 0 && this.#words.length === 1) {
      this.#words = [];
      this.#functionNamed = true;
    }
    this.#endCommand();
    if (this.#depth === 0) {
      if (operator === '(') this.#subshells++;
      if (operator === ')') this.#subshells = Math.max(0, this.#subshells - 1);
    }
    this.#conditional = pipe || operator === '&&' || operator === '||';
    // `a || b && c`: what follows runs by what `a` gave, too.
    this.#afterOr = operator === '||' || (operator === '&&' && this.#afterOr);
    return true;
  }

  #skipHereDocuments(): void {
    for (const { delimiter, tabs } of this.#hereDocuments.splice(0)) {
      for (;;) {
        if (this.#at >= this.#script.length) return;
        const newline = this.#script.indexOf('\n', this.#at);
        const end = newline === -1 ? this.#script.length : newline;
        const line = this.#script.slice(this.#at, end);
        this.#at = end + 1;
        if ((tabs ? line.replace(/^\t+/, '') : line) === delimiter) break;
      }
    }
  }

  #commandWord(): void {
    if (this.#words.length === 0) {
      const match = this.#match(ASSIGNMENT);
      if (match !== null) {
        const offset = this.#at;
        this.#at += match[0].length;
        const unknownBefore = this.#unknown.length;
        const word = this.#readWord(false);
        const known = this.#unknown.length === unknownBefore;
        // An unknown value matters only to a command that uses it.
        this.#unknown.length = unknownBefore;
        const value = known ? word.fields.map((field) => field.text).join(' ') : undefined;
        this.#assignments.push({ name: match[1] ?? '', value, offset });
        return;
      }
    }
    const start = this.#at;
    const word = this.#readWord(true);
    if (this.#words.length === 0 && word.literal) {
      const text = word.fields[0]?.text ?? '';
      if (OPENING_WORDS.has(text)) this.#depth++;
      if (CLOSING_WORDS.has(text)) this.#depth = Math.max(0, this.#depth - 1);
      if (text === '{') this.#openBrace();
      if (text === '}') this.#closeBrace();
      if (LEADING_WORDS.has(text)) return;
    }
    if (word.literal && this.#words[0]?.text === 'function' && word.fields[0]?.text === '{') {
      this.#words = [];
      this.#functionNamed = true;
      this.#openBrace();
      return;
    }
    if (this.#at === start) throw new ShellFault(`unexpected ${JSON.stringify(this.#script[start])}`, start);
    for (const field of word.fields) this.#words.push(field);
  }

  #openBrace(): void {
    this.#braces++;
    if (this.#functionNamed) this.#function ??= this.#braces;
    this.#functionNamed = false;
  }

  #closeBrace(): void {
    if (this.#function === this.#braces) this.#function = undefined;
    this.#braces = Math.max(0, this.#braces - 1);
  }

  #endCommand(): void {
    const [words, assignments, unknown] = [this.#words, this.#assignments, this.#unknown];
    this.#words = [];
    this.#assignments = [];
    this.#unknown = [];
    const program = words[0]?.text;
    if (program === undefined) {
      for (const { name, value, offset } of assignments) this.#assign(name, value, offset, this.#exportAll);
      return;
    }
    if (LIST_WORDS.has(program)) {
      // A loop's variable takes several values.
      const name = words[1]?.text;
      if (name !== undefined) this.#variables.set(name, undefined);
      return;
    }
    if (this.#declaration(program, words, unknown.length > 0)) return;
    this.#commands.push({
      assignments,
      words,
      unknown,
      exportsBefore: this.#exports.length,
      alternative: this.#depth > 0 || this.#function !== undefined || this.#afterOr,
      conditional: this.#uncertain(),
    });
  }

  /** Built-ins that change variables (XCU 2.14). */
  #declaration(program: string, words: readonly ShellWord[], uncertain: boolean): boolean {
    const operands = words.slice(1);
    switch (program) {
      case 'export':
      case 'readonly':
      case 'local':
      case 'declare':
      case 'typeset': {
        const exports = program === 'export' || operands.some((word) => word.text === '-x');
        for (const { text, offset, unknown } of operands) {
          const equals = text.indexOf('=');
          const name = equals === -1 ? text : text.slice(0, equals);
          if (name.startsWith('-') || name === '') continue;
          const value = equals === -1 ? this.#lookup(name) : unknown !== undefined ? undefined : text.slice(equals + 1);
          this.#assign(name, value, offset, exports);
        }
        return true;
      }
      case 'unset':
        for (const { text, offset } of operands) this.#assign(text, '', offset, false);
        return true;
      case 'set': {
        const options = operands.map((word) => word.text);
        if (options.some((text) => /^-[a-z]*a/.test(text)) || options.includes('allexport')) this.#exportAll = true;
        const dashes = options.indexOf('--');
        if (dashes !== -1) {
          this.#positional = uncertain || this.#uncertain() ? undefined : operands.slice(dashes + 1);
        }
        return true;
      }
      case 'shift': {
        const count = Number(operands[0]?.text ?? '1');
        this.#positional = this.#uncertain() || !Number.isInteger(count) ? undefined : this.#positional?.slice(count);
        return true;
      }
      default:
        return false;
    }
  }

  #uncertain(): boolean {
    return this.#depth > 0 || this.#subshells > 0 || this.#function !== undefined || this.#conditional;
  }

  #assign(name: string, value: string | undefined, offset: number, exported: boolean): void {
    const certain = this.#uncertain() ? undefined : value;
    this.#variables.set(name, certain);
    if (!exported && !this.#environment.has(name)) return;
    if (this.#exports.push({ name, value: certain, offset }) > MAX_EXPORTS) {
      throw new ShellFault('more variables than a start script has', offset);
    }
  }

  /** A function has those that it is called with. */
  #parameters(): readonly Parameter[] | undefined {
    return this.#function === undefined ? this.#positional : undefined;
  }

  #lookup(name: string): string | undefined {
    if (/^\d+$/.test(name)) {
      const positional = this.#parameters();
      if (name === '0' || positional === undefined) return undefined;
      const parameter = positional[Number(name) - 1];
      return parameter?.origin?.unknown === undefined ? (parameter?.text ?? '') : undefined;
    }
    return this.#variables.has(name) ? this.#variables.get(name) : this.#environment.get(name);
  }

  /** Reads one word; without `split` it is one field whatever it expands to (an assignment, a redirection). */
  #readWord(split: boolean): { readonly fields: ShellWord[]; readonly literal: boolean } {
    const script = this.#script;
    const start = this.#at;
    const fields: ShellWord[] = [];
    let field: string | undefined;
    let origin: Argument | undefined;
    let literal = true;
    let unknownHere = false;
    let unknown: string | undefined;
    const flush = (): void => {
      if (field === undefined) return;
      this.#wordCount++;
      this.#spend(field.length);
      fields.push({
        text: field,
        offset: start,
        ...(origin === undefined ? {} : { origin }),
        ...(unknown === undefined ? {} : { unknown }),
      });
      field = undefined;
      origin = undefined;
      unknown = undefined;
    };
    const append = (text: string): void => {
      field = (field ?? '') + text;
      origin = undefined;
      if (field.length > MAX_TEXT) throw new ShellFault('longer than a command line can be', start);
    };
    // Field splitting (XCU 2.6.5) with the usual IFS.
    const appendSplit = (value: string): void => {
      this.#spend(value.length);
      value.split(/[ \t\n]+/).forEach((part, index) => {
        if (index > 0) flush();
        if (part !== '') append(part);
      });
    };
    const expand = (quoted: boolean): void => {
      literal = false;
      const expansion = this.#readExpansion(quoted);
      if (expansion.kind === 'text') append(expansion.text);
      else if (expansion.kind === 'unknown') {
        unknownHere = true;
        const { written } = expansion;
        const alone = !quoted && field === undefined && this.#wordEndsHere();
        this.#unknown.push({ written, offset: start, wholeWord: alone && split });
        // Nothing is known of such a word, not even that it is one.
        if (!(alone && split)) {
          append(written);
          unknown ??= written;
        }
      } else if (expansion.kind === 'positional') {
        expansion.words.forEach((word, index) => {
          if (index > 0) flush();
          const whole = field === undefined || field === '';
          if (quoted || !split) append(word.text);
          else appendSplit(word.text);
          if (whole && field === word.text) origin = word.origin;
          else if (word.origin?.unknown !== undefined) unknown ??= '$@';
        });
      } else if (quoted || !split) append(expansion.value);
      else appendSplit(expansion.value);
    };
    while (this.#at < script.length) {
      const char = script[this.#at] ?? '';
      if (BLANK.has(char) || OPERATOR.has(char)) break;
      if (char === "'") {
        const end = script.indexOf("'", this.#at + 1);
        if (end === -1) throw new ShellFault("a ' is not closed", this.#at);
        append(script.slice(this.#at + 1, end));
        this.#at = end + 1;
        literal = false;
      } else if (char === '"') {
        literal = false;
        this.#readDoubleQuoted(append, expand);
      } else if (char === '\\') {
        const next = script[this.#at + 1];
        this.#at += 2;
        if (next !== '\n') {
          append(next ?? '\\');
          literal = false;
        }
      } else if (char === '$' || char === '`') {
        expand(false);
      } else {
        let end = this.#at + 1;
        while (end < script.length && !this.#isSpecial(script[end] ?? '')) end++;
        append(script.slice(this.#at, end));
        this.#at = end;
      }
    }
    flush();
    return { fields, literal: literal && !unknownHere };
  }

  #isSpecial(char: string): boolean {
    return BLANK.has(char) || OPERATOR.has(char) || ["'", '"', '\\', '$', '`'].includes(char);
  }

  #wordEndsHere(): boolean {
    const next = this.#script[this.#at];
    return next === undefined || BLANK.has(next) || OPERATOR.has(next);
  }

  #spend(length: number): void {
    this.#textLength += length;
    if (this.#wordCount > MAX_WORDS || this.#textLength > MAX_TEXT) {
      throw new ShellFault('longer than a command line can be', this.#at);
    }
  }

  #readDoubleQuoted(append: (text: string) => void, expand: (quoted: boolean) => void): void {
    const script = this.#script;
    const start = this.#at;
    this.#at++;
    // "$@" with no parameter is no word at all, not an empty one.
    if (this.#parameters()?.length === 0 && script.startsWith('$@"', this.#at)) {
      this.#at += 3;
      return;
    }
    append('');
    for (;;) {
      const char = script[this.#at];
      if (char === undefined) throw new ShellFault('a " is not closed', start);
      if (char === '"') {
        this.#at++;
        return;
      }
      if (char === '\\') {
        const next = script[this.#at + 1] ?? '';
        this.#at += 2;
        if ('$`"\\'.includes(next) && next !== '') append(next);
        else if (next !== '\n') append(`\\${next}`);
      } else if (char === '$' || char === '`') {
        expand(true);
      } else {
        let end = this.#at + 1;
        while (end < script.length && !'"\\$`'.includes(script[end] ?? '')) end++;
        append(script.slice(this.#at, end));
        this.#at = end;
      }
    }
  }

  /** Reads what a `$` or a back quote begins. */
  #readExpansion(quoted: boolean): Expansion {
    const script = this.#script;
    const start = this.#at;
    if (script[start] === '`') {
      let end = start + 1;
      while (end < script.length && script[end] !== '`') end += script[end] === '\\' ? 2 : 1;
      if (end >= script.length) throw new ShellFault('a ` is not closed', start);
      this.#at = end + 1;
      return { kind: 'unknown', written: script.slice(start, this.#at) };
    }
    const next = script[start + 1] ?? '';
    if (next === '(') {
      this.#at = this.#closing(start + 1, '(', ')');
      return { kind: 'unknown', written: script.slice(start, this.#at) };
    }
    if (next === '{') {
      this.#at = this.#closing(start + 1, '{', '}');
      return this.#parameter(script.slice(start, this.#at), script.slice(start + 2, this.#at - 1), quoted);
    }
    this.#at = start + 1;
    const name = this.#match(NAME)?.[0] ?? (/[0-9@*#?$!-]/.test(next) ? next : '');
    this.#at += name.length;
    return name === '' ? { kind: 'text', text: '$' } : this.#parameter(`$${name}`, name, quoted);
  }

  #parameter(written: string, inside: string, quoted: boolean): Expansion {
    const [, name, colon, operator, word = ''] = PARAMETER.exec(inside) ?? [];
    if (name === undefined) return { kind: 'unknown', written };
    if (name === '@' || name === '*') {
      const words = this.#parameters();
      if (words === undefined) return { kind: 'unknown', written };
      if (name === '@' || !quoted) return { kind: 'positional', words };
      return { kind: 'value', value: words.map((parameter) => parameter.text).join(' ') };
    }
    const value = this.#lookup(name);
    if (value === undefined) return { kind: 'unknown', written };
    if (operator === undefined || operator === '?') return { kind: 'value', value };
    const present = colon === '' || value !== '';
    if (operator === '+' ? !present : present) return { kind: 'value', value: operator === '+' ? '' : value };
    // The word in braces is itself quoted and expanded; only a plain one is taken.
    return /^[^$`"'\\]*$/.test(word) ? { kind: 'value', value: word } : { kind: 'unknown', written };
  }

  /** Offset behind the bracket that closes the one at `start`; quotes inside hide brackets. */
  #closing(start: number, open: string, close: string): number {
    const script = this.#script;
    let depth = 0;
    for (let at = start; at < script.length; at++) {
      const char = script[at];
      if (char === '\\') at++;
      else if (char === "'") {
        const end = script.indexOf("'", at + 1);
        if (end === -1) break;
        at = end;
      } else if (char === open) depth++;
      else if (char === close && --depth === 0) return at + 1;
    }
    throw new ShellFault(`a $${open} is not closed`, start);
  }
}

/** A positional parameter, with the word that gave it when it came from outside of the script. */
interface Parameter {
  readonly text: string;
  readonly origin?: Argument;
}

type Expansion =
  /** Text that is not the result of an expansion, so it is not split. */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'positional'; readonly words: readonly Parameter[] }
  | { readonly kind: 'unknown'; readonly written: string };
