/** Flag values as pflag, component-base and etcd read them. */
import { ipVersion } from '../text/address.ts';
import type { SettingValue } from '../model/setting.ts';
import type { FlagType } from './history/types.ts';
import { splitHostPort } from './url.ts';

export type ValueResult =
  { readonly ok: true; readonly value: SettingValue } | { readonly ok: false; readonly message: string };

/** strconv.ParseBool takes these and no other (strconv/atob.go). */
const TRUE: readonly string[] = ['1', 't', 'T', 'true', 'TRUE', 'True'];
const FALSE: readonly string[] = ['0', 'f', 'F', 'false', 'FALSE', 'False'];

/** Reads a boolean as Go's strconv.ParseBool does; undefined for any other spelling, `yes` and `on` among them. */
export function parseBool(text: string): boolean | undefined {
  if (TRUE.includes(text)) return true;
  return FALSE.includes(text) ? false : undefined;
}

/** Reads an integer as strconv.ParseInt with base 0: decimal, 0x, 0o, 0b, and a leading 0 for octal. */
export function parseInteger(text: string): number | undefined {
  const match = /^([+-]?)(0[xX][0-9a-fA-F_]{1,16}|0[bB][01_]{1,64}|0[oO]?[0-7_]{1,22}|0|[1-9][0-9_]{0,19})$/.exec(text);
  if (match === null) return undefined;
  const [, sign, body = ''] = match;
  // Underscores may only stand between digits, or after the prefix.
  if (/__|_$/.test(body)) return undefined;
  const plain = body.replaceAll('_', '');
  const octal = /^0[0-7]+$/.test(plain);
  const exact = BigInt(octal ? `0o${plain.slice(1)}` : plain);
  if (exact >= 1n << 63n && !(sign === '-' && exact === 1n << 63n)) return undefined;
  const amount = Number(exact);
  return sign === '-' && amount !== 0 ? -amount : amount;
}

const UNIT_SECONDS: ReadonlyMap<string, number> = new Map([
  ['ns', 1e-9],
  ['us', 1e-6],
  ['µs', 1e-6],
  ['μs', 1e-6],
  ['ms', 1e-3],
  ['s', 1],
  ['m', 60],
  ['h', 3600],
]);

const MAX_DURATION_SECONDS = 2 ** 63 / 1e9;

/** Reads Go's time.ParseDuration (`1h30m`, `-2s`, `0`) into seconds; undefined where Go refuses it. */
export function goDurationSeconds(text: string): number | undefined {
  if (text.length > 64) return undefined;
  const unsigned = text.replace(/^[+-]/, '');
  if (unsigned === '0') return 0;
  if (unsigned === '') return undefined;
  const part = /(\d+(?:\.\d*)?|\.\d+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h)/y;
  let seconds = 0;
  while (part.lastIndex < unsigned.length) {
    const match = part.exec(unsigned);
    if (match === null) return undefined;
    seconds += Number(match[1]) * (UNIT_SECONDS.get(match[2] ?? '') ?? 0);
  }
  // A duration is an int64 of nanoseconds.
  if (seconds > MAX_DURATION_SECONDS) return undefined;
  return text.startsWith('-') ? -seconds : seconds;
}

/**
 * Splits one line of comma-separated values as Go's encoding/csv does, which pflag uses for stringSlice.
 * @returns undefined for a stray quote, which csv refuses
 */
export function splitCSV(written: string): readonly string[] | undefined {
  if (written === '') return [];
  // Empty lines in front are no record, and a carriage return at the end is none of its text.
  const text = written.replaceAll('\r\n', '\n').replace(/\r$/, '').replace(/^\n+/, '');
  if (text === '') return undefined;
  const fields: string[] = [];
  const plain = /[^,\n]*/y;
  let index = 0;
  for (;;) {
    if (text[index] === '"') {
      let field = '';
      index += 1;
      for (;;) {
        const quote = text.indexOf('"', index);
        if (quote === -1) return undefined;
        field += text.slice(index, quote);
        index = quote + 1;
        if (text[index] !== '"') break;
        field += '"';
        index += 1;
      }
      fields.push(field);
    } else {
      plain.lastIndex = index;
      const field = plain.exec(text)?.[0] ?? '';
      if (field.includes('"')) return undefined;
      fields.push(field);
      index += field.length;
    }
    // csv reads one record, so what follows a line break is dropped.
    if (index >= text.length || text[index] === '\n') return fields;
    if (text[index] !== ',') return undefined;
    index += 1;
  }
}

/**
 * Reads all occurrences of one flag, in order, into its value: the last counts for a scalar, lists of pflag add up,
 * etcd's are replaced (its list flags are plain flag.Values whose Set starts anew).
 * @param texts at least one
 * @returns the message says what was expected
 */
export function parseOccurrences(type: FlagType, texts: readonly string[], grammar: 'pflag' | 'go-flag'): ValueResult {
  const last = texts.at(-1) ?? '';
  switch (type) {
    case 'stringSlice': {
      if (grammar === 'go-flag') return ok(splitPlain(last));
      const lists = texts.map(splitCSV);
      const broken = texts.find((_text, index) => lists[index] === undefined);
      if (broken !== undefined) return bad(broken, 'a comma-separated list with balanced quotes');
      return ok(lists.flatMap((list) => list ?? []));
    }
    case 'urlSlice':
      return ok(splitPlain(last).map((url) => url.trim()));
    case 'stringArray':
    case 'namedCertKeys':
      return ok([...texts]);
    case 'intSlice': {
      const numbers: number[] = [];
      // Unlike stringSlice, an empty text is no empty list here.
      for (const item of texts.flatMap((text) => text.split(','))) {
        // pflag's intSlice reads with strconv.Atoi: decimal only.
        if (!/^[+-]?\d{1,15}$/.test(item)) return bad(item, 'whole numbers with commas between them');
        numbers.push(Number(item));
      }
      return ok(numbers);
    }
    case 'map':
      return parseMap(texts);
    case 'bool':
    case 'int':
    case 'float':
    case 'string':
    case 'duration':
    case 'ip':
    case 'ipport':
      return parseScalar(type, texts);
  }
}

type ScalarType = 'bool' | 'int' | 'float' | 'string' | 'duration' | 'ip' | 'ipport';

/** Every occurrence has to parse, since each is Set in turn; the last stays. */
function parseScalar(type: ScalarType, texts: readonly string[]): ValueResult {
  let result: ValueResult = ok('');
  for (const text of texts) {
    // pflag ip.go (Set): an empty address changes nothing.
    if (type === 'ip' && text.trim() === '') continue;
    result = scalar(type, text);
    if (!result.ok) return result;
  }
  return result;
}

function scalar(type: ScalarType, text: string): ValueResult {
  switch (type) {
    case 'string':
      return ok(text);
    case 'bool':
      return orBad(parseBool(text), text, 'true or false');
    case 'int':
      return orBad(parseInteger(text), text, 'a whole number');
    case 'float': {
      // strconv.ParseFloat takes these too; JSON has no such numbers.
      if (/^([+-]?inf(inity)?|nan)$/i.test(text)) return ok(text);
      const amount = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(text) ? Number(text) : undefined;
      return orBad(amount, text, 'a number');
    }
    case 'duration':
      return goDurationSeconds(text) === undefined ? bad(text, 'a duration such as 30s or 1h30m') : ok(text);
    case 'ip':
      // An empty address is left alone: the components take it for "any" or for unset.
      return ipVersion(text.trim()) !== 0 && !text.includes('%') ? ok(text.trim()) : bad(text, 'an IP address');
    case 'ipport': {
      const address = splitHostPort(text);
      return text === '' || (address !== undefined && ipVersion(address.host) !== 0)
        ? ok(text)
        : bad(text, 'an IP address with or without a port');
    }
  }
}

/** MapStringBool, MapStringString and featuregate's Set: `key=value` pairs with commas, added up over repeats. */
function parseMap(texts: readonly string[]): ValueResult {
  const pairs = new Map<string, string>();
  for (const pair of texts.flatMap((text) => text.split(','))) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    if (equals === -1) return bad(pair, 'key=value pairs with commas between them');
    pairs.set(pair.slice(0, equals).trim(), pair.slice(equals + 1).trim());
  }
  return ok(recordOf(pairs));
}

/** A plain record that no key of the input can turn into something else. */
export function recordOf(pairs: Iterable<readonly [string, string]>): Readonly<Record<string, string>> {
  const record = Object.create(null) as Record<string, string>;
  for (const [key, value] of pairs) record[key] = value;
  return record;
}

function splitPlain(text: string): readonly string[] {
  return text === '' ? [] : text.split(',');
}

function ok(value: SettingValue): ValueResult {
  return { ok: true, value };
}

function orBad(value: boolean | number | undefined, text: string, expected: string): ValueResult {
  return value === undefined ? bad(text, expected) : ok(value);
}

/** Values of flags are no secrets, but they may be long. */
function bad(text: string, expected: string): ValueResult {
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return { ok: false, message: `"${shown}" is not ${expected}` };
}

/** Whether two values are the same, lists and maps by content. */
export function sameValue(a: SettingValue, b: SettingValue): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  return JSON.stringify(a) === JSON.stringify(b);
}
