/**
 * The output of `nft list ruleset`, and a file of such tables for `nft -f`.
 * Sources: nftables src/parser_bison.y (the grammar), src/rule.c (how it is printed), nft(8); hooks and priorities as in
 * nft(8), "Standard priority names". Of a table only what a connection to the node passes is followed.
 */
import type { AdmittedPorts, Probe, ReadFirewall } from '../model/firewall.ts';
import { arrivesOn } from './conditions.ts';
import { decide } from './evaluate.ts';
import type { BaseChain, Rule } from './evaluate.ts';
import { readRule } from './nft-rule.ts';
import type { NamedSet } from './nft-rule.ts';
import { wordsOf } from './nft-words.ts';
import type { Word } from './nft-words.ts';

interface Hook {
  readonly priority: number;
  readonly policy: 'accept' | 'drop';
  readonly line: number;
  /** Of a chain at the hook ingress, which sees what arrives on these alone. */
  readonly devices?: readonly string[];
}

interface Table {
  readonly family: string;
  readonly name: string;
  readonly sets: Map<string, NamedSet>;
  /** As words, until all sets of the table are known. */
  readonly chains: Map<string, readonly (readonly Word[])[]>;
  readonly hooks: Map<string, Hook>;
  isDormant: boolean;
}

const FAMILIES: Readonly<Record<string, readonly (4 | 6)[]>> = { ip: [4], ip6: [6], inet: [4, 6], netdev: [4, 6] };

const PRIORITIES: Readonly<Record<string, number>> = {
  raw: -300,
  mangle: -150,
  dstnat: -100,
  filter: 0,
  security: 50,
  srcnat: 100,
};

/** Hooks that what is sent to the node passes, in order; priorities count within each. */
const STAGES: Readonly<Record<string, number>> = { ingress: -2_000_000, prerouting: -1_000_000, input: 0 };

/** A fault of the text, thrown inside of this file only. */
class Fault extends Error {
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

/** Reads the whole of it; what is none of the grammar's outline is a fault, a match that is not known a doubt. */
export function readNftables(text: string): ReadFirewall {
  const cut = wordsOf(text);
  if (!cut.ok) return cut;
  try {
    return assemble(new Outline(cut.words).tables());
  } catch (error) {
    if (error instanceof Fault) return { ok: false, message: error.message, line: error.line };
    throw error;
  }
}

function assemble(tables: readonly Table[]): ReadFirewall {
  const admitted: AdmittedPorts[] = [];
  const bases: (BaseChain & { readonly priority: number })[] = [];
  for (const table of tables) {
    const families = FAMILIES[table.family];
    if (families === undefined || table.hooks.size === 0 || table.isDormant) continue;
    const chains = new Map<string, readonly Rule[]>();
    for (const [name, statements] of table.chains) {
      const read = statements.map((words) => readRule(words, table.sets));
      chains.set(
        name,
        read.map(({ rule }) => rule),
      );
      admitted.push(...read.flatMap((one) => one.admitted));
    }
    for (const [name, hook] of table.hooks) {
      const title = `${table.name} ${name}`;
      const { line, priority, devices } = hook;
      const rules = chains.get(name) ?? [];
      // The walk begins at a chain of that name, which no chain of a file can have.
      const begin = devices === undefined ? [[title, rules] as const] : atIngress(title, rules, hook, devices);
      const policy = devices === undefined ? hook.policy : 'accept';
      bases.push({ name: title, policy, line, chains: new Map([...chains, ...begin]), families, priority });
    }
  }
  const isFilter = ({ hooks, isDormant }: Table): boolean =>
    !isDormant && [...hooks.values()].some(({ devices }) => devices === undefined);
  if (!tables.some(isFilter)) {
    return { ok: false, message: 'no table has a chain that filters what comes in (type filter hook input)' };
  }
  const sorted = bases.toSorted((a, b) => a.priority - b.priority);
  return {
    ok: true,
    firewall: {
      format: 'nftables',
      decide: (probe: Probe) => decide(sorted, probe),
      admitted,
      families: [...new Set(sorted.flatMap(({ families }) => families))].sort((a, b) => a - b),
    },
  };
}

/** Through the chain, and to its policy at its end, goes what arrives on its devices, and nothing else. */
function atIngress(
  title: string,
  rules: readonly Rule[],
  { policy, line }: Hook,
  devices: readonly string[],
): readonly (readonly [string, readonly Rule[]])[] {
  const inner = `${title} at ingress`;
  const last: Rule = { line, text: `the policy of ${title} is ${policy}`, conditions: [], action: { kind: policy } };
  const jump: Rule = { ...last, text: inner, conditions: [arrivesOn(devices)], action: { kind: 'jump', chain: inner } };
  return [
    [title, [jump]],
    [inner, [...rules, last]],
  ];
}

/** Tables, sets and chains, and the words of each rule. */
class Outline {
  readonly #words: readonly Word[];
  #at = 0;

  constructor(words: readonly Word[]) {
    this.#words = words;
  }

  /** What is in force at the end: a file for `nft -f` takes away what was there before. */
  tables(): readonly Table[] {
    let tables: Table[] = [];
    for (;;) {
      this.#skipEnds();
      const first = this.#peek()?.text;
      if (first === undefined) return tables;
      if (first === 'table') {
        const table = this.#table();
        if (table !== undefined) tables.push(table);
      } else if (first === 'flush' || first === 'delete' || first === 'destroy') {
        const [, what, family, name] = this.#statement().map(({ text }) => text);
        if (what === 'ruleset') tables = [];
        else if (what === 'table') tables = tables.filter((one) => one.family !== family || one.name !== name);
        else this.#fail(`'${first} ${(what ?? '').slice(0, 40)}' is not followed`);
      } else this.#fail(`expected 'table', as \`nft list ruleset\` prints it`);
    }
  }

  /** Undefined for a table that is only named, so that it can be deleted. */
  #table(): Table | undefined {
    this.#expect('table');
    const family = this.#take();
    const name = this.#take();
    if (/^[\n;]$/.test(this.#peek()?.text ?? '\n')) return undefined;
    this.#expect('{');
    const table: Table = {
      family,
      name,
      sets: new Map(),
      chains: new Map(),
      hooks: new Map(),
      isDormant: false,
    };
    for (;;) {
      this.#skipEnds();
      const kind = this.#take();
      if (kind === '}') return table;
      if (kind === 'chain') this.#chain(table);
      else if (kind === 'set' || kind === 'map') this.#set(table);
      else if (kind === 'comment' || kind === 'flags') {
        table.isDormant ||= this.#statement().some(({ text }) => text === 'dormant');
      } else if (OBJECTS.has(kind)) this.#object();
      else this.#fail(`'${kind.slice(0, 40)}' is no part of a table`);
    }
  }

  #chain(table: Table): void {
    const name = this.#take();
    const statements: (readonly Word[])[] = [];
    this.#expect('{');
    for (;;) {
      this.#skipEnds();
      if (this.#peek()?.text === '}') break;
      const words = this.#statement();
      const [first] = words;
      if (first === undefined) continue;
      if (first.text === 'type') this.#hook(table, name, words);
      else if (first.text === 'policy') this.#policy(table, name, words);
      else if (first.text !== 'comment' || words.length !== 2) statements.push(words);
    }
    this.#expect('}');
    table.chains.set(name, statements);
  }

  /** Whether a base chain sees what is sent to the node, and when. */
  #hook(table: Table, name: string, words: readonly Word[]): void {
    const texts = words.map(({ text }) => text);
    const [, type, , hook] = texts;
    const place = texts.indexOf('priority');
    const [base = '', sign, offset] = texts.slice(place + 1);
    const start = PRIORITIES[base] ?? Number(base);
    const shift = sign === undefined ? 0 : Number(`${sign}${offset ?? ''}`);
    if (place < 0 || !Number.isInteger(start) || !Number.isInteger(shift)) this.#fail('a priority that is no number');
    // Before routing everything passes, what is sent to the node too; nat rewrites and refuses nothing.
    const stage = hook === undefined ? undefined : STAGES[hook];
    if (type !== 'filter' || stage === undefined) return;
    const devices = texts.slice(texts.findIndex((one) => /^devices?$/.test(one)) + 1, place);
    table.hooks.set(name, {
      priority: stage + start + shift,
      policy: 'accept',
      line: words[0]?.line ?? 0,
      ...(hook === 'ingress' ? { devices: devices.filter((one) => !/^[={},]$/.test(one)) } : {}),
    });
  }

  #policy(table: Table, name: string, words: readonly Word[]): void {
    const hook = table.hooks.get(name);
    const policy = words[1]?.text;
    if (policy !== 'accept' && policy !== 'drop') this.#fail('a policy that is neither accept nor drop');
    if (hook !== undefined) table.hooks.set(name, { ...hook, policy });
  }

  #set(table: Table): void {
    const name = this.#take();
    this.#expect('{');
    let elements: readonly (readonly Word[])[] = [];
    let isChanging = false;
    for (;;) {
      this.#skipEnds();
      if (this.#peek()?.text === '}') break;
      const words = this.#statement();
      if (words[0]?.text === 'elements') elements = elementsOf(words.slice(2));
      // What rules add and time takes away is another list a moment later.
      if (words[0]?.text === 'flags') isChanging = words.some(({ text }) => text === 'dynamic' || text === 'timeout');
    }
    this.#expect('}');
    table.sets.set(name, { elements, isChanging });
  }

  /** Something that rules refer to and that decides nothing: counters, quotas, helpers. */
  #object(): void {
    while (this.#peek() !== undefined && this.#peek()?.text !== '{') this.#at += 1;
    this.#braces();
  }

  #braces(): void {
    let depth = 0;
    do {
      const { kind, text } = this.#next();
      if (kind !== 'mark') continue;
      if (text === '{') depth += 1;
      if (text === '}') depth -= 1;
    } while (depth > 0);
  }

  /** Words up to the end of the line or a semicolon; what stands in braces belongs to it. */
  #statement(): readonly Word[] {
    const words: Word[] = [];
    let depth = 0;
    for (;;) {
      const next = this.#peek();
      if (next === undefined) this.#fail('it ends in the middle of a table: the file is cut off');
      if (next.kind === 'mark') {
        if (depth === 0 && (next.text === '\n' || next.text === ';' || next.text === '}')) break;
        if (next.text === '{') depth += 1;
        if (next.text === '}') depth -= 1;
        if (next.text === '\n') {
          this.#at += 1;
          continue;
        }
      }
      words.push(next);
      this.#at += 1;
    }
    return words;
  }

  #skipEnds(): void {
    while (this.#peek()?.kind === 'mark' && /^[\n;]$/.test(this.#peek()?.text ?? '')) this.#at += 1;
  }

  #peek(): Word | undefined {
    return this.#words[this.#at];
  }

  #next(): Word {
    const word = this.#peek();
    if (word === undefined) this.#fail('it ends in the middle of a table: the file is cut off');
    this.#at += 1;
    return word;
  }

  #take(): string {
    return this.#next().text;
  }

  #expect(text: string): void {
    const found = this.#peek();
    if (found?.text !== text) this.#fail(`expected '${text}'`);
    this.#at += 1;
  }

  #fail(message: string): never {
    throw new Fault(message, (this.#peek() ?? this.#words.at(-1))?.line ?? 1);
  }
}

const OBJECTS: ReadonlySet<string> = new Set([
  ...['flowtable', 'counter', 'quota', 'limit', 'ct', 'secmark', 'synproxy', 'tunnel'],
]);

/** The elements between the braces of `elements = { ... }`. */
function elementsOf(words: readonly Word[]): readonly (readonly Word[])[] {
  const inner = words.slice(1, -1);
  const elements: Word[][] = [[]];
  for (const word of inner) {
    if (word.kind === 'mark' && word.text === ',') elements.push([]);
    else elements.at(-1)?.push(word);
  }
  return elements.filter((one) => one.length > 0);
}
