/** The report as a comment of a pull request: GitHub flavoured Markdown, whatever a certificate is called. */
import { PATH_IDS } from '../model/path.ts';
import { isAlarm } from '../model/report.ts';
import type { Report, ReportPath } from '../model/report.ts';
import { isBad } from '../model/status.ts';
import type { Status } from '../model/status.ts';
import { groupFindings } from './findings.ts';
import type { FindingGroup } from './findings.ts';
import { byKeys } from './order.ts';
import type { ReportOptions } from './reporter.ts';
import { waiverFaultTexts } from './waivers.ts';
import { answerText, expiryText, nodeTitle, oneLine, positionText, settingText, tlsText } from './words.ts';

/** What a comment on GitHub may hold is 65,536 characters; the table comes first. */
const MAX_FINDINGS = 40;

const MARKS: Readonly<Record<Status, string>> = {
  fail: '❌ FAIL',
  warn: '⚠️ WARN',
  pass: '✅ PASS',
  'not-assessed': '❔ NOT ASSESSED',
  'not-applicable': '➖ NOT APPLICABLE',
};

/** A heading, a table of rows for each node, and each finding with its fix to open; quiet leaves out what passes. */
export function renderMarkdown(report: Report, { quiet }: Pick<ReportOptions, 'quiet'>): string {
  const waivers = waiverFaultTexts(report);
  if (quiet && waivers.length === 0 && !report.paths.some(isBad)) return '';
  const { summary } = report;
  const groups = groupFindings(report.paths, isAlarm);
  const left = groups.length - MAX_FINDINGS;
  const blocks = [
    `## kubetls: ${MARKS[report.status]}`,
    `${summary.fail} fail, ${summary.warn} warn, ${summary.pass} pass, ${summary.notAssessed} not assessed, ${summary.notApplicable} not applicable; judged for ${report.evaluatedAt}.`,
    ...report.nodes.toSorted(byKeys(({ name }) => [name])).flatMap((node) => {
      const rows = report.paths
        .filter((path) => path.node === node.name && (quiet ? isBad(path) : isBad(path) || path.status === 'pass'))
        .toSorted(byKeys(({ id }) => [PATH_IDS.indexOf(id)]));
      return rows.length === 0 ? [] : [`### ${plain(nodeTitle(node.name, node))}`, tableOf(rows, report.evaluatedAt)];
    }),
    ...(groups.length === 0 ? [] : ['### Findings', ...groups.slice(0, MAX_FINDINGS).map(findingOf)]),
    ...(left > 0 ? [`${left} more are in the other formats.`] : []),
    ...(waivers.length === 0 ? [] : ['### Waivers', ...waivers.map((text) => `${MARKS.warn} ${plain(text)}`)]),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function tableOf(rows: readonly ReportPath[], evaluatedAt: string): string {
  const head = ['Status', 'Path', 'Encrypted', 'Server verified', 'Client authenticated', 'TLS', 'First expiry'];
  return [
    `| ${head.join(' | ')} |`,
    `| ${head.map(() => '---').join(' | ')} |`,
    ...rows.map(
      (row) =>
        `| ${[
          MARKS[row.status],
          row.id,
          answerText(row.encrypted),
          answerText(row.serverVerified),
          answerText(row.clientAuthenticated),
          tlsText(row.minTLSVersion),
          expiryText(row.firstExpiry, evaluatedAt).full,
        ].join(' | ')} |`,
    ),
  ].join('\n');
}

function findingOf({ check, places }: FindingGroup): string {
  const nodes = [...new Set(places.flatMap((place) => place.nodes))];
  return [
    `<details><summary>${MARKS[check.status]} ${check.severity} <b>${html(check.id)}</b> on ${places.map(({ id }) => id).join(', ')} (${nodes.map((name) => mentionless(html(oneLine(name)))).join(', ')})</summary>`,
    '',
    plain(oneLine(check.message)),
    '',
    ...check.evidence.map(
      (one) => `- ${code([positionText(one), settingText(one)].filter((text) => text !== '').join(': '))}`,
    ),
    '',
    `**Fix:** ${fixText(check.remediation)}`,
    '',
    ...check.references.map(({ id, url }) => `- [${plain(id)}](${url})`),
    '',
    '</details>',
  ].join('\n');
}

/** Our own text has commands in backticks; what stands in them is kept, the rest is plain. */
function fixText(text: string): string {
  return oneLine(text)
    .split('`')
    .map((part, index) => (index % 2 === 1 ? code(part) : plain(part)))
    .join('');
}

/**
 * Text with no meaning to Markdown or HTML, that links to nothing (GFM 6.9 makes links of `://` and `www.`) and mentions
 * nobody: GitHub looks for mentions in what was rendered, so the name has to be apart from its sign.
 */
function plain(text: string): string {
  const escaped = html(text)
    .replaceAll(/[\\`*_{}[\]()#+!|~]/g, String.raw`\$&`)
    .replaceAll('://', '&#58;//')
    .replaceAll(/www\./gi, (word) => word.replace('.', '&#46;'));
  return mentionless(escaped);
}

function mentionless(text: string): string {
  return text.replaceAll('@', '@<b></b>');
}

function html(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A code span with as many backticks around it as its text needs (CommonMark 6.1). */
function code(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const space = longest > 0 ? ' ' : '';
  return `${fence}${space}${text}${space}${fence}`;
}
