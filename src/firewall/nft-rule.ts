/** One rule of nftables: its matches as conditions, and what it does. Source: nftables src/parser_bison.y, nft(8). */
import type { AdmittedPorts } from '../model/firewall.ts';
import { arrivesOn, portIn, protocolIs, readRange, sentFrom, sentTo, stateIn, unknown } from './conditions.ts';
import type { PortRange } from './conditions.ts';
import { NO, YES } from './evaluate.ts';
import type { Action, Condition, Rule } from './evaluate.ts';
import type { Word } from './nft-words.ts';

/** A set or a map of a table. */
export interface NamedSet {
  /** The words of each element, a map's with its colon and verdict. */
  readonly elements: readonly (readonly Word[])[];
  /** Rules or time change it, so that what is printed is of one moment. */
  readonly isChanging: boolean;
}

export interface ReadRule {
  readonly rule: Rule;
  readonly admitted: readonly AdmittedPorts[];
}

/** Reads a rule; a match that is not known makes it a doubt. */
export function readRule(words: readonly Word[], sets: ReadonlyMap<string, NamedSet>): ReadRule {
  const reader = new RuleReader(words, sets);
  reader.read();
  const { conditions, action, ports, protocols } = reader;
  const line = words[0]?.line ?? 0;
  const admits = action.kind === 'accept' || action.kind === 'jump' || action.kind === 'goto';
  return {
    rule: { line, text: textOf(words), conditions, action },
    admitted: admits
      ? protocols.flatMap((protocol) => ports.map(([port, lastPort]) => ({ protocol, port, lastPort, line })))
      : [],
  };
}

function textOf(words: readonly Word[]): string {
  return words
    .map(({ kind, text }) => (kind === 'string' ? `"${text}"` : text))
    .join(' ')
    .replaceAll(' ,', ',');
}

/** What stands to the right of a match. */
type Values =
  | { readonly kind: 'values'; readonly values: readonly string[]; readonly negated: boolean }
  | { readonly kind: 'unknown'; readonly what: string }
  | { readonly kind: 'map'; readonly elements: readonly (readonly Word[])[] };

type Test = (values: readonly string[], negated: boolean) => Condition;

const VERDICTS = /^(?:accept|drop|reject|return|continue|queue|jump|goto)$/;

/** Statements that do something and let the packet go on. */
const SILENT = /^(?:counter|log|comment|notrack|nftrace)$/;

/** Headers that neither TCP nor UDP, IP in IP or ESP has where it is asked for. */
const OTHER_HEADERS = /^(?:icmp|icmpv6|igmp|arp|sctp|dccp|udplite|ah|comp|gre)$/;

class RuleReader {
  readonly conditions: Condition[] = [];
  readonly ports: PortRange[] = [];
  protocols: readonly ('tcp' | 'udp')[] = [];
  action: Action = { kind: 'continue' };
  readonly #words: readonly Word[];
  readonly #sets: ReadonlyMap<string, NamedSet>;
  #at = 0;

  constructor(words: readonly Word[], sets: ReadonlyMap<string, NamedSet>) {
    this.#words = words;
    this.#sets = sets;
  }

  read(): void {
    while (this.#at < this.#words.length) this.#expression();
  }

  #expression(): void {
    const word = this.#next();
    if (VERDICTS.test(word)) {
      this.action = this.#verdict(word);
      this.#at = this.#words.length;
      return;
    }
    const isSetting = (word === 'meta' || word === 'ct') && this.#words[this.#at + 1]?.text === 'set';
    if (SILENT.test(word) || isSetting) {
      this.#skipStatement();
      return;
    }
    if (OTHER_HEADERS.test(word)) {
      this.conditions.push(() => NO);
      this.#skipToVerdict();
      return;
    }
    const test = this.#testOf(word);
    if (test === undefined) {
      this.conditions.push(unknown(`'${word.slice(0, 40)}' is not understood`));
      this.#skipToVerdict();
      return;
    }
    this.#apply(test);
  }

  /** The test that a match is, with its selector read; undefined for one that is not known. */
  #testOf(word: string): Test | undefined {
    const field = this.#peek();
    switch (word) {
      case 'tcp':
      case 'udp':
      case 'th':
        if (field !== 'dport') return undefined;
        this.#at += 1;
        this.protocols = word === 'th' ? this.protocols : [word];
        if (word !== 'th') this.conditions.push(protocolIs([word]));
        return (values, negated) => this.#portTest(values, negated);
      case 'iif':
      case 'iifname':
        return arrivesOn;
      case 'ip':
      case 'ip6':
        return this.#addressTest(word);
      case 'ct':
        if (field !== 'state') return undefined;
        this.#at += 1;
        return stateIn;
      case 'meta':
        return this.#metaTest();
      case 'fib':
        return this.#fibTest();
      default:
        return undefined;
    }
  }

  #addressTest(word: 'ip' | 'ip6'): Test | undefined {
    const field = this.#next();
    const family = word === 'ip' ? 4 : 6;
    this.conditions.push((probe) => (probe.family === family ? YES : NO));
    if (field === 'saddr') return sentFrom;
    if (field === 'daddr') return sentTo;
    return field === 'protocol' || field === 'nexthdr'
      ? (values, negated) => this.#protocolTest(values, negated)
      : undefined;
  }

  #metaTest(): Test | undefined {
    const field = this.#next();
    switch (field) {
      case 'l4proto':
        return (values, negated) => this.#protocolTest(values, negated);
      case 'iif':
      case 'iifname':
        return arrivesOn;
      case 'nfproto':
      case 'protocol':
        return (values, negated) => {
          const families = values.map((value) =>
            /^(?:ipv4|ip)$/.test(value) ? 4 : /^(?:ipv6|ip6)$/.test(value) ? 6 : 0,
          );
          return ({ family }) => (families.includes(family) === negated ? NO : YES);
        };
      case 'pkttype':
        return (values, negated) => () => (/^(?:host|unicast)$/.test(values[0] ?? '') === negated ? NO : YES);
      default:
        return undefined;
    }
  }

  /** `fib daddr type local`: an address of the node, as what is asked about here has. */
  #fibTest(): Test | undefined {
    const isDestination = this.#next() === 'daddr' && this.#next() === 'type';
    return isDestination ? (values, negated) => () => (values.includes('local') === negated ? NO : YES) : undefined;
  }

  #protocolTest(values: readonly string[], negated: boolean): Condition {
    if (!negated) this.protocols = (['tcp', 'udp'] as const).filter((one) => values.includes(one));
    return protocolIs(values, negated);
  }

  #portTest(values: readonly string[], negated: boolean): Condition {
    const ranges = values.map((value) => readRange(value, '-'));
    const read = ranges.filter((one) => one !== undefined);
    if (read.length < ranges.length) return unknown('a port that is no number');
    if (!negated) this.ports.push(...read);
    return portIn(read, negated);
  }

  #apply(test: Test): void {
    const values = this.#values();
    switch (values.kind) {
      case 'values':
        this.conditions.push(test(values.values, values.negated));
        return;
      case 'unknown':
        this.conditions.push(unknown(values.what));
        this.#skipToVerdict();
        return;
      case 'map':
        this.action = {
          kind: 'map',
          entries: values.elements.map((words) => entryOf(words, test)),
        };
    }
  }

  /** `[==|!=] VALUE`, `{ ... }`, `@set`, `vmap { ... }`, `vmap @map`. */
  #values(): Values {
    const isMap = this.#peek() === 'vmap';
    const operator = isMap || /^(?:==|!=)$/.test(this.#peek() ?? '') ? this.#next() : '==';
    const first = this.#peek();
    if (first === undefined) return { kind: 'unknown', what: 'a match without a value' };
    // `ip saddr . tcp dport`: what follows are fields and values of several matches at once.
    if (first === '.') return { kind: 'unknown', what: 'several fields at once are not understood' };
    if (first.startsWith('@')) {
      this.#at += 1;
      const set = this.#sets.get(first.slice(1));
      if (set === undefined || set.isChanging)
        return { kind: 'unknown', what: `the file does not tell what is in ${first}` };
      return this.#elements(set.elements, operator);
    }
    if (first === '{') return this.#elements(this.#braces(), operator);
    if (isMap || /^[<>&|^!(~]/.test(first)) return { kind: 'unknown', what: `'${first}' is not understood` };
    const values = [this.#next()];
    while (this.#peek() === ',') {
      this.#at += 1;
      values.push(this.#next());
    }
    return { kind: 'values', values, negated: operator === '!=' };
  }

  #elements(elements: readonly (readonly Word[])[], operator: string): Values {
    if (operator === 'vmap') return { kind: 'map', elements };
    const values = elements.map((words) => words[0]?.text ?? '');
    return elements.some((words) => words.some(({ text }) => text === '.'))
      ? { kind: 'unknown', what: 'a set of several fields' }
      : { kind: 'values', values, negated: operator === '!=' };
  }

  #braces(): readonly (readonly Word[])[] {
    const elements: Word[][] = [[]];
    this.#at += 1;
    while (this.#at < this.#words.length) {
      const word = this.#words[this.#at];
      this.#at += 1;
      if (word === undefined || (word.kind === 'mark' && word.text === '}')) break;
      if (word.kind === 'mark' && word.text === ',') elements.push([]);
      else elements.at(-1)?.push(word);
    }
    return elements.filter((one) => one.length > 0);
  }

  #verdict(word: string): Action {
    return verdictOf(word, this.#peek());
  }

  /** A statement's own words: what is a verdict or begins a match ends it. */
  #skipStatement(): void {
    while (this.#at < this.#words.length && !VERDICTS.test(this.#bare() ?? '') && !BEGINS.test(this.#bare() ?? '')) {
      this.#at += 1;
    }
  }

  /** A map has verdicts of its own, of which any may be meant. */
  #skipToVerdict(): void {
    while (this.#at < this.#words.length && !VERDICTS.test(this.#bare() ?? '')) {
      if (this.#bare() === 'vmap') {
        this.action = { kind: 'unknown', what: 'a map that is not understood' };
        this.#at = this.#words.length;
        return;
      }
      this.#at += 1;
    }
  }

  /** A word that is no text in quotation marks. */
  #bare(): string | undefined {
    const word = this.#words[this.#at];
    return word?.kind === 'word' ? word.text : undefined;
  }

  #peek(): string | undefined {
    return this.#words[this.#at]?.text;
  }

  #next(): string {
    const word = this.#words[this.#at]?.text ?? '';
    this.#at += 1;
    return word;
  }
}

/** Words that begin a match or a statement after a counter or a log. */
const BEGINS =
  /^(?:tcp|udp|th|iif|iifname|oif|oifname|ip|ip6|ct|meta|fib|limit|quota|xt|socket|icmp|icmpv6|counter|log|comment|masquerade|redirect|dnat|snat|set|add|update|tproxy|notrack|mark)$/;

function verdictOf(word: string, chain: string | undefined): Action {
  switch (word) {
    case 'accept':
      return { kind: 'accept' };
    case 'drop':
    case 'reject':
      return { kind: 'drop' };
    case 'return':
      return { kind: 'return' };
    case 'continue':
      return { kind: 'continue' };
    case 'jump':
    case 'goto':
      return { kind: word, chain: chain ?? '' };
    default:
      return { kind: 'unknown', what: `${word} is not followed` };
  }
}

/** `22 : accept` of a verdict map. */
function entryOf(words: readonly Word[], test: Test): { readonly holds: Condition; readonly action: Action } {
  const colon = words.findIndex(({ text }) => text === ':');
  const [key] = words;
  const verdict = words[colon + 1];
  if (colon !== 1 || key === undefined || verdict === undefined) {
    return { holds: unknown('an entry of several fields'), action: { kind: 'unknown', what: 'its verdict' } };
  }
  return { holds: test([key.text], false), action: verdictOf(verdict.text, words[colon + 2]?.text) };
}
