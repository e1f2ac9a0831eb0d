/** What a hardening guide wants to see written, held against what a node has. */
import type { Demand, Wanted } from '../model/benchmark.ts';
import type { NodeModel } from '../model/node.ts';
import type { Setting, SettingValue } from '../model/setting.ts';
import { redact, redactAll } from '../text/redact.ts';

export type Outcome =
  /** Written as it is wanted. */
  | 'written'
  /** Nobody wrote it, and the default is what is wanted. */
  | 'default'
  /** Nobody wrote it, and the default is not what is wanted, or there is none. */
  | 'unwritten'
  /** Written, and not as it is wanted. */
  | 'other'
  /** Not what the document forbids, whether somebody wrote it or not: the checks decide. */
  | 'allowed'
  /** The version has no such setting. */
  | 'no-setting'
  /** The input has no such component. */
  | 'no-component'
  | 'unknown';

export interface MetDemand {
  readonly demand: Demand;
  readonly outcome: Outcome;
  /** Another setting keeps this one from having any effect. */
  readonly moot: boolean;
  /** What is, as a sentence. */
  readonly message: string;
}

/**
 * Judges a demand under every version that the node may have.
 * @param variants the node under each version, the newest last
 */
export function meet(demand: Demand, variants: readonly NodeModel[]): MetDemand {
  const all = variants.map((node) => meetOn(demand, node));
  const newest = all.at(-1);
  if (newest === undefined) throw new Error('a node was judged under no version at all');
  return all.every(({ outcome, moot }) => outcome === newest.outcome && moot === newest.moot)
    ? newest
    : {
        ...newest,
        outcome: 'unknown',
        message: `Whether ${demand.asks} has to be written depends on the version of ${demand.component}, which the input does not tell.`,
      };
}

function meetOn(demand: Demand, { components }: NodeModel): MetDemand {
  const { component: name, setting: flag, wanted, asks } = demand;
  const component = components.get(name);
  const met = (outcome: Outcome, message: string, moot = false): MetDemand => ({ demand, outcome, moot, message });
  if (component === undefined) return met('no-component', `No ${name} is configured in the input.`);
  const setting = component.settings.get(flag);
  if (setting === undefined) return met('no-setting', `This version of ${name} has no --${flag}.`);
  if (setting.unknown !== undefined) {
    return met('unknown', `The value of ${setting.label} of ${name} is not known: ${redact(setting.unknown)}.`);
  }
  const { moot } = demand;
  const without = moot === undefined ? undefined : component.settings.get(moot.setting);
  const isMoot = without !== undefined && moot?.values.includes(textOf(without.value)) === true;
  const isWritten =
    wanted.kind === 'gate-not-off' ? gateWord(setting.value, wanted) !== undefined : setting.origin !== 'default';
  const what = `${setting.label} of ${name}`;
  const isMet = isWanted(setting, wanted, isWritten);
  if (isMet && wanted.kind === 'other-than') return met('allowed', `${what} is ${shown(setting, wanted)}.`);
  if (isMet) {
    return isWritten || wanted.kind === 'not-set'
      ? met('written', `${what} is ${shown(setting, wanted)}.`)
      : met('default', `${asks} is not written; the default is ${shown(setting, wanted)}.`, isMoot);
  }
  if (isEmpty(setting.value)) return met('unwritten', `${what} is not set; the document asks for ${asks}.`, isMoot);
  return isWritten
    ? met('other', `${what} is ${shown(setting, wanted)}; the document asks for ${asks}.`, isMoot)
    : met('unwritten', `${what} is ${shown(setting, wanted)} by default; the document asks for ${asks}.`, isMoot);
}

function isWanted({ value }: Setting, wanted: Wanted, isWritten: boolean): boolean {
  switch (wanted.kind) {
    case 'set':
      return isWritten && !isEmpty(value);
    case 'not-set':
      return !isWritten || isEmpty(value);
    case 'one-of':
      return wanted.values.includes(textOf(value));
    case 'none-of':
      return !isEmpty(value) && !wanted.values.includes(textOf(value));
    case 'other-than':
      return textOf(value) !== wanted.value;
    case 'includes':
      return listOf(value).includes(wanted.value);
    case 'within':
      return !isEmpty(value) && listOf(value).every((one) => wanted.values.includes(one));
    case 'gate-not-off':
      return !isOff(gateWord(value, wanted)?.value);
  }
}

const isOff = (value: string | undefined): boolean => value !== undefined && /^(0|f|false)$/i.test(value);

/** What decides a gate: its own word, else that of its group where this switches it off. */
function gateWord(
  value: SettingValue,
  { gate, group }: Extract<Wanted, { readonly kind: 'gate-not-off' }>,
): { readonly name: string; readonly value: string } | undefined {
  const own = gateOf(value, gate);
  if (own !== undefined) return { name: gate, value: own };
  const whole = gateOf(value, group);
  return whole !== undefined && isOff(whole) ? { name: group, value: whole } : undefined;
}

function gateOf(value: SettingValue, gate: string): string | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
  return (value as Readonly<Record<string, string>>)[gate];
}

function isEmpty(value: SettingValue): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function listOf(value: SettingValue): readonly string[] {
  if (Array.isArray(value)) return value.map(String);
  return value === null || value === '' || typeof value === 'object' ? [] : [String(value)];
}

function textOf(value: SettingValue): string {
  return listOf(value).join(',');
}

/** A long list helps nobody. */
const MAX_SHOWN = 160;

/** The value, without secrets; of a list that may have nothing but some values, what is beyond these. */
function shown({ value }: Setting, wanted: Wanted): string {
  if (wanted.kind === 'gate-not-off') {
    const { name, value: word } = gateWord(value, wanted) ?? { name: wanted.gate, value: 'true' };
    return `${name}=${word}`;
  }
  if (isEmpty(value)) return 'not set';
  const list = listOf(redactAll(value));
  const beyond = wanted.kind === 'within' ? list.filter((one) => !wanted.values.includes(one)) : [];
  const text = (beyond.length > 0 ? beyond : list).join(',');
  const cut = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}...` : text;
  if (beyond.length > 0) return `a list with ${cut}`;
  return wanted.kind === 'within' ? 'such a list' : cut;
}
