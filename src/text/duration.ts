/** Durations as people and Go write them. */

export type DurationResult =
  { readonly ok: true; readonly milliseconds: number } | { readonly ok: false; readonly message: string };

const HOUR = 3_600_000;

/** Go's units (time.ParseDuration), and days and weeks, which Go leaves out. */
const UNITS: ReadonlyMap<string, number> = new Map([
  ['ns', 1e-6],
  ['us', 1e-3],
  ['µs', 1e-3],
  ['μs', 1e-3],
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', HOUR],
  ['d', 24 * HOUR],
  ['w', 7 * 24 * HOUR],
]);

const PART = /(\d{1,15}(?:\.\d{0,9})?|\.\d{1,9})([a-z\u00b5\u03bc]{0,12})/y;

/** Go's time.Duration ends a little above this; nothing longer is meant in earnest. */
const MAX_MILLISECONDS = 290 * 365 * 24 * HOUR;

const EXAMPLES = 'write 30d, 12h or 1h30m';

/**
 * Reads `30d`, `12h`, `1h30m`, `2w`, `1.5h`, `0`: Go's time.ParseDuration without a sign, plus `d` (24 hours) and `w`.
 */
export function parseDuration(text: string): DurationResult {
  const fault = (why: string): DurationResult => ({ ok: false, message: `${why}; ${EXAMPLES}` });
  if (text === '') return fault('a duration is missing');
  if (text === '0') return { ok: true, milliseconds: 0 };
  if (/^[-+]/.test(text)) return fault('a duration has no sign here');
  let milliseconds = 0;
  PART.lastIndex = 0;
  while (PART.lastIndex < text.length) {
    const match = PART.exec(text);
    if (match === null) return fault('not a duration');
    const [, amount = '', unit = ''] = match;
    if (unit === '') return fault(`the unit after ${amount} is missing`);
    const factor = UNITS.get(unit);
    if (factor === undefined) return fault(`unknown unit ${unit} (known: ${[...UNITS.keys()].join(' ')})`);
    milliseconds += Number(amount) * factor;
  }
  if (milliseconds > MAX_MILLISECONDS) return fault('longer than 290 years');
  return { ok: true, milliseconds };
}

export type SpanResult =
  | { readonly ok: true; readonly span: { readonly milliseconds: number } | { readonly share: number } }
  | { readonly ok: false; readonly message: string };

/** Reads a duration, or a share of a lifetime: `20%`. */
export function parseSpan(text: string): SpanResult {
  const percent = /^(\d{1,3}(?:\.\d{1,3})?)%$/.exec(text)?.[1];
  if (percent !== undefined) {
    const share = Number(percent) / 100;
    return share > 1
      ? { ok: false, message: 'more than the whole lifetime; write 20%' }
      : { ok: true, span: { share } };
  }
  const result = parseDuration(text);
  return result.ok ? { ok: true, span: { milliseconds: result.milliseconds } } : result;
}
