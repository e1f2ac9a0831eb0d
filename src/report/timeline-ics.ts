/** The timeline as a calendar to subscribe to: iCalendar, RFC 5545. */
import type { TimelineEvent, TimelineReport } from '../model/timeline-report.ts';
import { sanitise } from '../text/sanitise.ts';

/** RFC 5545 3.1: lines of at most so many octets, the line break not counted. */
const MAX_OCTETS = 75;

/** Prints an event for each end of a certificate, with reminders before it. */
export function renderTimelineCalendar(report: TimelineReport): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    `PRODID:-//kubetls//kubetls ${text(report.tool.version)}//EN`,
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    ...report.events.flatMap((event) => eventLines(event, report)),
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join('');
}

function eventLines(event: TimelineEvent, report: TimelineReport): readonly string[] {
  const [file = ''] = event.files;
  const details = [
    `Files: ${event.files.join(', ')}`,
    ...(event.breaks.length === 0 ? [] : [`Breaks: ${event.breaks.join(', ')}`]),
    ...(event.then.length === 0 ? [] : [`Then: ${event.then.join(', ')}`]),
    ...(event.takesAlong.length === 0 ? [] : [`Takes along: ${event.takesAlong.join(', ')}`]),
    ...(report.days.find(({ day, node }) => event.manual && day === event.at.slice(0, 10) && node === event.node)
      ?.effects ?? []),
    event.renewal,
  ];
  const summary = `${event.node}: ${event.what} ends (${file})`;
  return [
    'BEGIN:VEVENT',
    // The same certificate in the same place is the same event, whenever the calendar is made.
    `UID:${event.sha256.slice(0, 32)}-${hash(`${event.node} ${file}`)}@kubetls`,
    `DTSTAMP:${time(report.evaluatedAt)}`,
    `DTSTART:${time(event.at)}`,
    `SUMMARY:${text(summary)}`,
    `DESCRIPTION:${details.map(text).join('\\n')}`,
    `CATEGORIES:${event.manual ? 'manual' : 'kubelet'}`,
    'TRANSP:TRANSPARENT',
    ...(event.manual ? [...alarm(event.kind === 'authority' ? 365 : 30, summary), ...alarm(7, summary)] : []),
    'END:VEVENT',
  ];
}

function alarm(days: number, summary: string): readonly string[] {
  return ['BEGIN:VALARM', 'ACTION:DISPLAY', `DESCRIPTION:${text(summary)}`, `TRIGGER:-P${days}D`, 'END:VALARM'];
}

/** `20271121T034708Z`. */
function time(rfc3339: string): string {
  return rfc3339.replace(/\.\d+/, '').replace(/[-:]/g, '');
}

/** RFC 5545 3.3.11; what comes from a file holds no line break and no control. */
function text(value: string): string {
  return sanitise(value).replace(/[\\;,]/g, (character) => `\\${character}`);
}

/** Enough to tell files of one certificate apart: FNV-1a, 32 bits. */
function hash(value: string): string {
  let state = 0x811c9dc5;
  for (const byte of Buffer.from(value)) state = Math.imul(state ^ byte, 0x01000193) >>> 0;
  return state.toString(16).padStart(8, '0');
}

/** RFC 5545 3.1: a long line goes on in the next one, which begins with a space; no character is cut in two. */
function folded(line: string): string {
  const parts: string[] = [];
  let part = '';
  let octets = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (octets + size > MAX_OCTETS) {
      parts.push(part);
      part = '';
      // The space in front counts.
      octets = 1;
    }
    part += character;
    octets += size;
  }
  return [...parts, part].join('\r\n ');
}
