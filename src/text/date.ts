/** Moments as people write them on a command line. */
import { parseDuration } from './duration.ts';

export type DateResult = { readonly ok: true; readonly date: Date } | { readonly ok: false; readonly message: string };

const RFC_3339 =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:[Zz]|([-+])(\d{2}):(\d{2})))?$/;

const EXPECTED = 'write 2028-01-01, 2028-01-01T12:00:00Z or +90d';

/**
 * Reads the value of `--at`: RFC 3339 with a zone, a date (midnight UTC), or a distance from now (`+90d`, `-12h`).
 * @param now what a distance counts from
 */
export function parseAt(text: string, now: Date): DateResult {
  const fault = (why: string): DateResult => ({ ok: false, message: `${why}; ${EXPECTED}` });
  const sign = text[0];
  if (sign === '+' || sign === '-') {
    const duration = parseDuration(text.slice(1));
    if (!duration.ok) return { ok: false, message: duration.message };
    const moment = now.getTime() + (sign === '+' ? 1 : -1) * duration.milliseconds;
    return within(new Date(Math.round(moment))) ?? fault('outside the years 0001 to 9999');
  }
  const match = RFC_3339.exec(text);
  if (match === null) {
    return /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(?::\d{2})?$/.test(text)
      ? fault('the time zone is missing')
      : fault('not a date');
  }
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '0', zone, zoneHour, zoneMinute] =
    match;
  const local = new Date(`${year ?? ''}-${month ?? ''}-${day ?? ''}T${hour}:${minute}:${second}Z`);
  // Date takes 2026-02-30 as the second of March: what it gives back has to be what was written.
  if (Number.isNaN(local.getTime()) || local.toISOString().slice(0, 10) !== text.slice(0, 10) || hour === '24') {
    return fault('no such day or time');
  }
  if (Number(zoneHour ?? 0) > 23 || Number(zoneMinute ?? 0) > 59) return fault('no such time zone');
  const offset = (zone === '-' ? -1 : 1) * (Number(zoneHour ?? 0) * 60 + Number(zoneMinute ?? 0)) * 60_000;
  const milliseconds = Math.floor(Number(`0.${fraction}`) * 1000);
  return within(new Date(local.getTime() - offset + milliseconds)) ?? fault('outside the years 0001 to 9999');
}

/** Reads a day or a moment up to which something holds; a day holds to its end in UTC. */
export function parseDay(text: string): DateResult {
  if (/^[-+]/.test(text)) return { ok: false, message: 'a day was expected, as 2027-06-30' };
  const result = parseAt(text, new Date(0));
  if (!result.ok)
    return { ok: false, message: result.message.replace(' or +90d', '').replace('2028-01-01, ', '2028-01-01 or ') };
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  return isDay ? { ok: true, date: new Date(result.date.getTime() + DAY - 1000) } : result;
}

/** The years that RFC 3339 can print back. */
function within(date: Date): DateResult | undefined {
  const year = date.getUTCFullYear();
  return year >= 1 && year <= 9999 ? { ok: true, date } : undefined;
}

/** Milliseconds. */
export const DAY = 24 * 60 * 60 * 1000;

/** Whole days from `at` to `date`, rounded down; negative once it has passed. */
export function daysUntil(date: Date, at: Date): number {
  return Math.floor((date.getTime() - at.getTime()) / DAY);
}

/** RFC 3339 in UTC, to the second: how the report writes every moment. */
export function formatTime(date: Date): string {
  return date.toISOString().replace(/\.\d{3}Z$/, 'Z');
}
