/** One run as a plugin of Nagios, Icinga or Naemon: a line, performance data, and a line for each finding. */
import { brokenControls } from '../model/benchmark.ts';
import { isAlarm } from '../model/report.ts';
import type { Report } from '../model/report.ts';
import { daysUntil } from '../text/date.ts';
import { groupFindings } from './findings.ts';
import { waiverFaultTexts } from './waivers.ts';
import { oneLine } from './words.ts';

/** The exit statuses of kubetls are those of plugins (nagios-plugins.org, development guidelines 2.4). */
const WORDS = {
  fail: 'CRITICAL',
  warn: 'WARNING',
  pass: 'OK',
  'not-assessed': 'UNKNOWN',
  'not-applicable': 'OK',
} as const;

/** @returns the status in words, what is worst, counts and days to the first end that nobody averts unasked */
export function renderNagios(report: Report): string {
  const { summary } = report;
  const judged = summary.pass + summary.warn + summary.fail;
  // Rows that no file of a node decides are no state of the service, as long as others were judged.
  const word = report.status === 'not-assessed' && judged > 0 ? 'OK' : WORDS[report.status];
  const groups = groupFindings(report.paths, isAlarm);
  const worst = groups[0]?.check;
  const text = worst === undefined ? withoutFinding(report) : safe(worst.headline ?? worst.title);
  const days = daysToFirstEnd(report);
  const counts = `${summary.fail} fail, ${summary.warn} warn, ${summary.pass} pass, ${summary.notAssessed} not assessed`;
  const performance = [
    `fail=${summary.fail};;1;0`,
    `warn=${summary.warn};1;;0`,
    `pass=${summary.pass};;;0`,
    `not_assessed=${summary.notAssessed};;;0`,
    ...(days === undefined ? [] : [`days_to_first_expiry=${days}`]),
  ].join(' ');
  return [
    `KUBETLS ${word} - ${counts}: ${text} | ${performance}`,
    ...groups.map(
      ({ check, places }) =>
        `${check.status === 'fail' ? 'FAIL' : 'WARN'} ${check.severity} ${check.id} (${places.map(({ id }) => id).join(', ')}): ${safe(check.message)}`,
    ),
    ...waiverFaultTexts(report).map((text) => `WARN ${safe(text)}`),
    '',
  ].join('\n');
}

/** Why it is a warning all the same, where it is. */
function withoutFinding(report: Report): string {
  const { benchmark } = report;
  const broken = new Set((benchmark === undefined ? [] : brokenControls(benchmark)).map(({ id }) => id)).size;
  if (benchmark !== undefined && broken > 0) return `${broken} controls of the ${benchmark.title} not compliant`;
  const [fault] = waiverFaultTexts(report);
  return fault === undefined ? 'no finding' : safe(fault);
}

/** A bar begins performance data. */
function safe(text: string): string {
  return oneLine(text).replaceAll('|', '/');
}

function daysToFirstEnd({ certificates, evaluatedAt }: Report): number | undefined {
  const ends = certificates.filter(({ rotation }) => rotation === 'manual').map(({ notAfter }) => Date.parse(notAfter));
  return ends.length === 0 ? undefined : daysUntil(new Date(Math.min(...ends)), new Date(evaluatedAt));
}
