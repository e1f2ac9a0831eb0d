/**
 * The output of `iptables-save` and `ip6tables-save`.
 * Sources: netfilter iptables/iptables-save.c, iptables/xshared.c (how rules are printed), and the manual page
 * iptables-extensions(8) of each match. Hooks pass tables in the order raw, mangle, nat, filter, security
 * (include/uapi/linux/netfilter_ipv4.h, NF_IP_PRI_*).
 */
import type { AdmittedPorts, Probe, ReadFirewall } from '../model/firewall.ts';
import { arrivesOn, portIn, protocolIs, readRange, sentFrom, sentTo, stateIn, unknown } from './conditions.ts';
import type { PortRange } from './conditions.ts';
import { decide, NO, YES } from './evaluate.ts';
import type { Action, BaseChain, Condition, Rule } from './evaluate.ts';

const MAX_LINES = 200_000;
const MAX_LINE = 16_384;

interface Table {
  readonly name: string;
  readonly policies: Map<string, { readonly policy: 'accept' | 'drop'; readonly line: number }>;
  readonly chains: Map<string, Rule[]>;
}

interface Reading {
  readonly tables: Map<string, Table>;
  readonly admitted: AdmittedPorts[];
  table: Table | undefined;
  /** Set where a rule writes a mark that others may ask for. */
  marks: boolean;
  hasIPv6: boolean;
  hasIPv4: boolean;
  /** Rules say for which IP version they are. */
  isForBoth: boolean;
}

/** The chains that a connection to the node itself passes, in order. Addresses are rewritten in nat, nothing refused. */
const PASSED: readonly (readonly [table: string, chain: string])[] = [
  ['raw', 'PREROUTING'],
  ['mangle', 'PREROUTING'],
  ['mangle', 'INPUT'],
  ['filter', 'INPUT'],
  ['security', 'INPUT'],
];

/** Reads the whole of it; a line that is none of its grammar is a fault. */
export function readIptablesSave(text: string): ReadFirewall {
  const reading: Reading = {
    tables: new Map(),
    admitted: [],
    table: undefined,
    marks: false,
    hasIPv6: false,
    hasIPv4: false,
    isForBoth: false,
  };
  const lines = text.split('\n', MAX_LINES + 1);
  if (lines.length > MAX_LINES) return { ok: false, message: `more than ${MAX_LINES} lines` };
  for (const [index, raw] of lines.entries()) {
    const line = index + 1;
    const written = raw.trim();
    if (written === '' || written.startsWith('#')) continue;
    if (written.length > MAX_LINE) return { ok: false, message: 'the line is too long for a rule', line };
    const fault = readLine(reading, written, line);
    if (fault !== undefined) return { ok: false, message: fault, line };
  }
  if (reading.table !== undefined) {
    return { ok: false, message: `the table ${reading.table.name} has no COMMIT: the file is cut off` };
  }
  if (!reading.tables.has('filter')) {
    return { ok: false, message: 'it has no table filter: save all tables, as `iptables-save` without -t does' };
  }
  const { hasIPv4, hasIPv6, isForBoth } = reading;
  const families: readonly (4 | 6)[] = isForBoth ? [4, 6] : hasIPv6 && !hasIPv4 ? [6] : [4];
  const bases = basesOf(reading, families);
  return {
    ok: true,
    firewall: {
      format: 'iptables-save',
      decide: (probe: Probe) => decide(bases, probe),
      admitted: reading.admitted,
      families,
    },
  };
}

function basesOf({ tables }: Reading, families: readonly (4 | 6)[]): readonly BaseChain[] {
  return PASSED.flatMap(([name, chain]) => {
    const table = tables.get(name);
    const base = table?.policies.get(chain);
    return table === undefined || base === undefined
      ? []
      : [{ name: chain, policy: base.policy, line: base.line, chains: table.chains, families }];
  });
}

function readLine(reading: Reading, written: string, line: number): string | undefined {
  const start = /^\*([a-z]+)$/.exec(written);
  if (start !== null) {
    const name = start[1] ?? '';
    if (reading.table !== undefined) return 'a table begins before the last one has ended with COMMIT';
    if (reading.tables.has(name)) return `a second table ${name}: give the file of one machine and one IP version`;
    reading.table = { name, policies: new Map(), chains: new Map() };
    return undefined;
  }
  const { table } = reading;
  if (table === undefined) return 'expected *TABLE';
  if (written === 'COMMIT') {
    reading.tables.set(table.name, table);
    reading.table = undefined;
    return undefined;
  }
  const chain = /^:(\S{1,64}) (ACCEPT|DROP|QUEUE|-)(?: \[\d+:\d+\])?$/.exec(written);
  if (chain !== null) {
    const [, name = '', policy = ''] = chain;
    table.chains.set(name, []);
    if (policy !== '-') table.policies.set(name, { policy: policy === 'ACCEPT' ? 'accept' : 'drop', line });
    return undefined;
  }
  const words = wordsOf(written);
  if (words === undefined) return 'a quotation mark that does not end';
  if (/^\[\d+:\d+\]$/.test(words[0] ?? '')) words.shift();
  const [append, name = '', ...rest] = words;
  if (append !== '-A') return 'expected a chain (:NAME), a rule (-A CHAIN ...) or COMMIT';
  const rules = table.chains.get(name);
  if (rules === undefined) return `the chain ${name.slice(0, 64)} is not declared above`;
  rules.push(ruleOf(reading, table, rest, written, line));
  return undefined;
}

/** Words between spaces; in double quotes a backslash takes what follows literally (xtables_save_string). */
function wordsOf(text: string): string[] | undefined {
  const words: string[] = [];
  const pattern = /\s*(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))/y;
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (match === null) return undefined;
    const [, quoted, plain] = match;
    words.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll(/\\(.)/g, '$1'));
  }
  return words;
}

/** Targets that do something and let the packet go on: iptables-extensions(8). */
const PASSING: ReadonlySet<string> = new Set([
  ...['LOG', 'NFLOG', 'ULOG', 'MARK', 'CONNMARK', 'TRACE', 'CT', 'NOTRACK', 'TCPMSS', 'CHECKSUM', 'AUDIT', 'DSCP'],
  ...['TOS', 'SET', 'CLASSIFY', 'SECMARK', 'CONNSECMARK', 'TTL', 'HL', 'RATEEST', 'IDLETIMER', 'LED', 'TEE', 'ECN'],
]);

/**
 * Chains of kube-proxy that mark packets to Services, which a port of the node itself is not
 * (kubernetes pkg/proxy/iptables/proxier.go, pkg/kubelet/kubelet_network_linux.go).
 */
const SERVICE_MARKS = /^KUBE-(?:MARK-(?:DROP|MASQ)|POSTROUTING|SERVICES|SVC-.*|EXT-.*|NODEPORTS|XLB-.*)$/;

function ruleOf(reading: Reading, table: Table, words: readonly string[], text: string, line: number): Rule {
  const rule = new RuleReader(words);
  rule.read();
  const { conditions, ports } = rule;
  if (rule.target === 'MARK' || rule.target === 'CONNMARK') {
    const chain = /^(?:\[\d+:\d+\] )?-A (\S+)/.exec(text)?.[1] ?? '';
    if (!SERVICE_MARKS.test(chain)) reading.marks = true;
  }
  if (rule.asksMark) {
    // Nothing arrives with a mark; a rule of the file has to write one.
    conditions.push(() => (reading.marks ? { kind: 'unknown', what: 'it asks for a mark' } : rule.markHoldsForNone));
  }
  reading.hasIPv4 ||= rule.hasIPv4;
  reading.hasIPv6 ||= rule.hasIPv6;
  reading.isForBoth ||= rule.isForBoth;
  const isAdmission = rule.target === 'ACCEPT' || table.chains.has(rule.target);
  const isInput = table.name === 'filter' && !/^-A (?:FORWARD|OUTPUT)\b/.test(text);
  if (isAdmission && isInput && (rule.protocol === 'tcp' || rule.protocol === 'udp')) {
    for (const [port, lastPort] of ports) reading.admitted.push({ protocol: rule.protocol, port, lastPort, line });
  }
  return { line, text, conditions, action: actionOf(rule) };
}

function actionOf({ target, isGoto }: RuleReader): Action {
  switch (target) {
    case '':
      return { kind: 'continue' };
    case 'ACCEPT':
      return { kind: 'accept' };
    case 'DROP':
    case 'REJECT':
      return { kind: 'drop' };
    case 'RETURN':
      return { kind: 'return' };
    default:
      if (PASSING.has(target)) return { kind: 'continue' };
      if (TARGETS_UNKNOWN.has(target)) return { kind: 'unknown', what: `the target ${target} is not followed` };
      return { kind: isGoto ? 'goto' : 'jump', chain: target };
  }
}

/** Targets that decide by what no file shows. */
const TARGETS_UNKNOWN: ReadonlySet<string> = new Set(['QUEUE', 'NFQUEUE', 'SYNPROXY', 'TPROXY', 'CLUSTERIP']);

/** One rule's words, in order; an option whose meaning is not known makes the rule a doubt. */
class RuleReader {
  readonly conditions: Condition[] = [];
  readonly ports: PortRange[] = [];
  protocol = '';
  target = '';
  isGoto = false;
  asksMark = false;
  markHoldsForNone = NO;
  hasIPv4 = false;
  hasIPv6 = false;
  isForBoth = false;
  readonly #words: readonly string[];
  #at = 0;

  constructor(words: readonly string[]) {
    this.#words = words;
  }

  read(): void {
    while (this.#at < this.#words.length) {
      const negated = this.#words[this.#at] === '!';
      if (negated) this.#at += 1;
      const option = this.#next();
      this.#option(option, negated);
    }
  }

  #next(): string {
    const word = this.#words[this.#at] ?? '';
    this.#at += 1;
    return word;
  }

  #option(option: string, negated: boolean): void {
    switch (option) {
      case '-p':
      case '--protocol': {
        const name = this.#next();
        if (!negated) this.protocol = name;
        this.conditions.push(protocolIs([name], negated));
        return;
      }
      case '-s':
      case '--source':
        this.conditions.push(sentFrom(this.#networks(), negated));
        return;
      case '-d':
      case '--destination':
        this.conditions.push(sentTo(this.#networks(), negated));
        return;
      case '-i':
      case '--in-interface':
        this.conditions.push(arrivesOn([this.#next()], negated));
        return;
      case '-4':
      case '-6':
        // Of a file that iptables-restore and ip6tables-restore both load (iptables(8)).
        this.#onlyFamily(option === '-4' ? 4 : 6);
        return;
      case '-m':
      case '--match':
        this.#next();
        return;
      case '--dport':
      case '--dports':
      case '--destination-port':
        this.#ports(negated);
        return;
      case '--comment':
        this.#next();
        return;
      case '--state':
      case '--ctstate':
        this.conditions.push(stateIn(this.#next().split(','), negated));
        return;
      case '--syn':
        this.conditions.push(() => (negated ? NO : YES));
        return;
      case '--dst-type':
        this.#destinationType(negated);
        return;
      case '--icmp-type':
      case '--icmpv6-type':
        this.#next();
        this.conditions.push(() => NO);
        return;
      case '--mark':
        this.#mark(negated);
        return;
      case '-j':
      case '-g':
        this.isGoto = option === '-g';
        this.target = this.#next();
        // What follows are the target's own options.
        this.#at = this.#words.length;
        return;
      case '--match-set':
        this.conditions.push(unknown(`the file does not tell what is in the set ${this.#next().slice(0, 64)}`));
        this.#next();
        return;
      case '-f':
        this.conditions.push(() => (negated ? YES : NO));
        return;
      default:
        this.conditions.push(unknown(`${option.slice(0, 40)} is not understood`));
        while (this.#at < this.#words.length && !/^(?:-[jgmpsdi]|!)$/.test(this.#words[this.#at] ?? '')) this.#at += 1;
    }
  }

  #onlyFamily(wanted: 4 | 6): void {
    if (wanted === 4) this.hasIPv4 = true;
    else this.hasIPv6 = true;
    this.isForBoth = true;
    this.conditions.push(({ family }) => (family === wanted ? YES : NO));
  }

  #networks(): readonly string[] {
    const networks = this.#next().split(',');
    for (const network of networks) {
      if (network.includes(':')) this.hasIPv6 = true;
      else this.hasIPv4 = true;
    }
    return networks;
  }

  #ports(negated: boolean): void {
    const ranges = this.#next()
      .split(',')
      .map((one) => readRange(one, ':'));
    const read = ranges.filter((one) => one !== undefined);
    if (read.length < ranges.length) {
      this.conditions.push(unknown('a port that is no number'));
      return;
    }
    if (!negated) this.ports.push(...read);
    this.conditions.push(portIn(read, negated));
  }

  /** LOCAL: an address of the node, as what is asked about here has. */
  #destinationType(negated: boolean): void {
    const types = this.#next().split(',');
    if (types.some((type) => !/^(?:LOCAL|UNICAST|BROADCAST|MULTICAST|ANYCAST)$/.test(type))) {
      this.conditions.push(unknown('--dst-type'));
      return;
    }
    const holds = types.includes('LOCAL');
    this.conditions.push(() => (holds === negated ? NO : YES));
  }

  #mark(negated: boolean): void {
    const [value = '', mask] = this.#next().split('/');
    const wanted = Number(value);
    if (!Number.isInteger(wanted) || (mask !== undefined && !Number.isInteger(Number(mask)))) {
      this.conditions.push(unknown('--mark'));
      return;
    }
    this.asksMark = true;
    this.markHoldsForNone = (wanted === 0) === negated ? NO : YES;
  }
}
