/**
 * Chains of a packet filter, and what becomes of a new connection in them. What a rule asks that the file does not
 * answer is a doubt: it makes the answer undecided wherever it could change it.
 */
import type { FirewallVerdict, Probe } from '../model/firewall.ts';

/**
 * Whether a condition holds for a new connection to a port. `some`: for some connections, which are `few` (named
 * senders), `most` (all but named senders) or `unclear` (by where they arrive, or by the address of the node). `unknown`:
 * the file does not say.
 */
export type Holds =
  | { readonly kind: 'yes' | 'no' }
  | { readonly kind: 'some'; readonly share: 'few' | 'most' | 'unclear'; readonly what: string }
  | { readonly kind: 'unknown'; readonly what: string };

export const YES: Holds = { kind: 'yes' };
export const NO: Holds = { kind: 'no' };

export type Condition = (probe: Probe) => Holds;

export type Action =
  | { readonly kind: 'accept' | 'drop' | 'return' | 'continue' }
  | { readonly kind: 'jump' | 'goto'; readonly chain: string }
  | { readonly kind: 'unknown'; readonly what: string }
  /** By a key of the packet: the first entry that holds decides. */
  | { readonly kind: 'map'; readonly entries: readonly { readonly holds: Condition; readonly action: Action }[] };

export interface Rule {
  readonly line: number;
  /** As written, for messages. */
  readonly text: string;
  readonly conditions: readonly Condition[];
  readonly action: Action;
}

export interface BaseChain {
  readonly name: string;
  readonly policy: 'accept' | 'drop';
  readonly line: number;
  readonly chains: ReadonlyMap<string, readonly Rule[]>;
  /** IP versions that pass it. */
  readonly families: readonly (4 | 6)[];
}

/** nf_tables follows 16 jumps (Linux include/net/netfilter/nf_tables.h, NFT_JUMP_STACK_SIZE). */
const MAX_DEPTH = 16;
/** More than any rule set of a node takes for one packet. */
const MAX_STEPS = 50_000;

type Outcome = 'accept' | 'drop' | 'through';

interface Doubt {
  readonly what: string;
  readonly line: number;
}

/** What is known of one connection on its way through one base chain. */
interface Walk {
  readonly probe: Probe;
  readonly base: BaseChain;
  steps: number;
  /** Rules that may admit, or refuse, and nobody can tell. */
  readonly mayAccept: Doubt[];
  readonly mayDrop: Doubt[];
  /** Rules that admit some, and whether these are most. */
  readonly accepts: (Doubt & { readonly most: boolean })[];
  /** Rules that refuse all but some. */
  readonly drops: Doubt[];
  decidedBy: Doubt | undefined;
}

/** What becomes of a new connection that passes several base chains, one after another: the strictest decides. */
export function decide(bases: readonly BaseChain[], probe: Probe): FirewallVerdict {
  let result: FirewallVerdict | undefined;
  for (const base of bases) {
    if (!base.families.includes(probe.family)) continue;
    const verdict = verdictOf(base, probe);
    if (result === undefined || STRICTER.indexOf(verdict.kind) > STRICTER.indexOf(result.kind)) result = verdict;
  }
  return result ?? { kind: 'open', why: 'no chain of the file sees it' };
}

const STRICTER: readonly FirewallVerdict['kind'][] = ['open', 'limited', 'undecided', 'closed'];

function verdictOf(base: BaseChain, probe: Probe): FirewallVerdict {
  const walk: Walk = {
    probe,
    base,
    steps: 0,
    mayAccept: [],
    mayDrop: [],
    accepts: [],
    drops: [],
    decidedBy: undefined,
  };
  const through = follow(walk, base.name, 0, YES);
  const outcome = through === 'through' ? base.policy : through;
  const by = walk.decidedBy ?? { what: `the policy of ${base.name} is ${base.policy}`, line: base.line };
  const [mayAccept] = walk.mayAccept;
  const [mayDrop] = walk.mayDrop;
  if (outcome === 'accept') {
    const [others] = walk.drops;
    if (mayDrop !== undefined) return said('undecided', mayDrop);
    return others === undefined ? said('open', by) : said('limited', others);
  }
  if (mayAccept !== undefined) return said('undecided', mayAccept);
  const some = walk.accepts.find(({ most }) => most) ?? walk.accepts[0];
  if (some === undefined) return said('closed', by);
  if (mayDrop !== undefined) return said('undecided', mayDrop);
  return said(some.most ? 'open' : 'limited', some);
}

function said(kind: FirewallVerdict['kind'], { what, line }: Doubt): FirewallVerdict {
  return { kind, why: what, ...(line === 0 ? {} : { line }) };
}

/** @param entered whether the chain is sure to be entered */
function follow(walk: Walk, name: string, depth: number, entered: Holds): Outcome {
  const rules = walk.base.chains.get(name);
  if (rules === undefined) return doubtful(walk, { what: `the chain ${name} is not in the file`, line: 0 });
  if (depth > MAX_DEPTH) return doubtful(walk, { what: `jumps to ${name} are nested too deeply`, line: 0 });
  for (const rule of rules) {
    walk.steps += 1;
    if (walk.steps > MAX_STEPS) return doubtful(walk, { what: 'the rules are too many to follow', line: rule.line });
    const holds = allOf(rule.conditions, walk.probe);
    if (holds.kind === 'no') continue;
    const outcome = act(walk, rule, rule.action, { holds, depth, entered });
    if (outcome === 'return') return 'through';
    if (outcome !== 'continue') return outcome;
  }
  return 'through';
}

interface Place {
  readonly holds: Holds;
  readonly depth: number;
  readonly entered: Holds;
}

function act(walk: Walk, rule: Rule, action: Action, place: Place): Outcome | 'return' | 'continue' {
  const { holds, depth, entered } = place;
  const isCertain = holds.kind === 'yes';
  const here: Doubt = { what: 'what' in holds ? `${holds.what}: ${rule.text}` : rule.text, line: rule.line };
  switch (action.kind) {
    case 'continue':
      return 'continue';
    case 'unknown':
      doubtful(walk, { what: `${action.what}: ${rule.text}`, line: rule.line });
      return 'continue';
    case 'map': {
      for (const entry of action.entries) {
        const applies = both(holds, entry.holds(walk.probe));
        if (applies.kind === 'no') continue;
        const outcome = act(walk, rule, entry.action, { ...place, holds: applies });
        if (outcome !== 'continue' || applies.kind === 'yes') return outcome;
      }
      return 'continue';
    }
    case 'return':
      if (isCertain) return 'return';
      doubtful(walk, here);
      return 'continue';
    case 'accept':
    case 'drop': {
      const whole = both(entered, holds);
      if (whole.kind === 'yes') walk.decidedBy = here;
      else note(walk, action.kind, here, whole);
      return isCertain ? action.kind : 'continue';
    }
    case 'jump':
    case 'goto': {
      const outcome = follow(walk, action.chain, depth + 1, both(entered, holds));
      if (!isCertain) return 'continue';
      if (outcome !== 'through') return outcome;
      return action.kind === 'goto' ? 'return' : 'continue';
    }
  }
}

/** Keeps what a rule does to some connections only, or to nobody knows which. */
function note(walk: Walk, kind: 'accept' | 'drop', here: Doubt, holds: Holds): void {
  if (holds.kind === 'unknown') (kind === 'accept' ? walk.mayAccept : walk.mayDrop).push(here);
  if (holds.kind !== 'some') return;
  if (kind === 'accept') walk.accepts.push({ ...here, most: holds.share === 'most' });
  else if (holds.share === 'most') walk.drops.push(here);
  // A few senders that are refused say nothing of the others.
  else if (holds.share === 'unclear') walk.mayDrop.push(here);
}

function doubtful(walk: Walk, doubt: Doubt): 'through' {
  walk.mayAccept.push(doubt);
  walk.mayDrop.push(doubt);
  return 'through';
}

/** Whether all conditions of a rule hold. */
export function allOf(conditions: readonly Condition[], probe: Probe): Holds {
  let result = YES;
  for (const condition of conditions) {
    result = both(result, condition(probe));
    if (result.kind === 'no') return NO;
  }
  return result;
}

function both(a: Holds, b: Holds): Holds {
  if (a.kind === 'no' || b.kind === 'no') return NO;
  if (a.kind === 'unknown') return a;
  if (b.kind === 'unknown') return b;
  if (a.kind !== 'some') return b;
  if (b.kind !== 'some') return a;
  return a.share === 'few' || b.share === 'most' ? a : b;
}

/** The opposite of a condition. */
export function not(holds: Holds): Holds {
  switch (holds.kind) {
    case 'yes':
      return NO;
    case 'no':
      return YES;
    case 'unknown':
      return holds;
    case 'some':
      return { ...holds, share: OPPOSITE[holds.share], what: `not ${holds.what}` };
  }
}

const OPPOSITE = { few: 'most', most: 'few', unclear: 'unclear' } as const;

/** Whether any of several alternatives holds. */
export function anyOf(all: readonly Holds[]): Holds {
  if (all.some(({ kind }) => kind === 'yes')) return YES;
  return all.find(({ kind }) => kind === 'unknown') ?? all.find(({ kind }) => kind === 'some') ?? NO;
}
