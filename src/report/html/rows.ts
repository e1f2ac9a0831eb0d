/** The rows of a node as a table, each with its findings to open. */
import { isAlarm } from '../../model/report.ts';
import type { ReportCheck, ReportPath } from '../../model/report.ts';
import { byBadness } from '../order.ts';
import { expiryText, headlineText } from '../words.ts';
import { findingLine, findingOf } from './finding.ts';
import { markup, NOTHING, withCode } from './markup.ts';
import type { Markup } from './markup.ts';
import { numberOf, rowAnchor, statusChip } from './status.ts';

/** How many findings a page may still show in full, and how many of what passes. */
export interface Budget {
  full: number;
  short: number;
}

/** Some hundred findings in full are what a browser, and a reader, can take. */
export function newBudget(): Budget {
  return { full: 1000, short: 10_000 };
}

const COLUMNS = [
  ['#', 'Number in the picture'],
  ['Status', ''],
  ['Path', ''],
  ['Encrypted', ''],
  ['Server verified', 'The client verifies the server'],
  ['Client authenticated', 'The server authenticates the client'],
  ['TLS', 'Lowest version that the server accepts'],
  ['First expiry', 'The certificate on the path that ends first'],
] as const;

/** @param index of the node, as in the links of its picture */
export function rowsOf(rows: readonly ReportPath[], evaluatedAt: string, index: number, budget: Budget): Markup {
  // On a phone each row is a card, and what is no longer drawn as a table is none to a screen reader without roles.
  return markup`<table class="rows" role="table">
<caption class="away">Communication paths</caption>
<thead role="rowgroup">
<tr role="row">
${COLUMNS.map(
  ([name, meaning]) =>
    markup`<th role="columnheader" scope="col"${meaning === '' ? NOTHING : markup` title="${meaning}"`}>${name}</th>`,
)}
</tr>
</thead>
${rows.map((row) => rowOf(row, evaluatedAt, index, budget))}
</table>
`;
}

function rowOf(row: ReportPath, evaluatedAt: string, index: number, budget: Budget): Markup {
  const { id, status, title, encrypted, serverVerified, clientAuthenticated, minTLSVersion, firstExpiry } = row;
  const facts = [encrypted, serverVerified, clientAuthenticated, minTLSVersion];
  return markup`<tbody class="row ${status}" role="rowgroup" id="${rowAnchor(index, id)}" data-status="${status}">
<tr role="row">
<td role="cell" class="number">${numberOf(id)}</td>
<td role="cell">${statusChip(status)}</td>
<th role="rowheader" scope="row">${title} <code>${id}</code></th>
${facts.map((fact, column) =>
  cell(column + 3, fact),
)}${cell(COLUMNS.length - 1, expiryText(firstExpiry, evaluatedAt).full)}
</tr>
<tr role="row">
<td role="cell" colspan="${COLUMNS.length}">${bodyOf(row, budget)}</td>
</tr>
</tbody>
`;
}

function cell(column: number, text: string): Markup {
  const unknown = text === 'unknown' || text === 'n/a' || text === '-';
  return markup`<td role="cell" data-label="${COLUMNS[column]?.[0] ?? ''}"${unknown ? markup` class="quiet"` : NOTHING}>${text === '-' ? '–' : text}</td>`;
}

function bodyOf(row: ReportPath, budget: Budget): Markup {
  const why = reasonOf(row);
  if (row.checks.length === 0) return why;
  const told = row.checks.filter(isTold).toSorted(byBadness);
  const rest = row.checks.filter((check) => !isTold(check));
  return markup`${why}
<details class="open-row">
<summary>${summaryOf(row)}</summary>
${
  told.length === 0
    ? NOTHING
    : markup`<ul class="findings">
${told.map((check) => (budget.full-- > 0 ? findingOf(check) : findingLine(check)))}
</ul>`
}
${restOf(rest, budget)}
</details>`;
}

function reasonOf({ reason, supply }: ReportPath): Markup {
  if (reason === null) return NOTHING;
  return markup`<p class="reason">${withCode(supply === null ? reason : `${reason} ${supply}`)}</p>`;
}

/** What a reader has to know of in full: all that is bad, waived or not, and all that could not be judged. */
function isTold({ status }: ReportCheck): boolean {
  return status !== 'pass' && status !== 'not-applicable';
}

function summaryOf({ checks }: ReportPath): Markup {
  const alarms = checks.filter(isAlarm).toSorted(byBadness);
  const count = (wanted: (check: ReportCheck) => boolean): number => checks.filter(wanted).length;
  const waived = count(({ waiver }) => waiver !== null);
  const parts = [
    [alarms.length, alarms.length === 1 ? 'finding' : 'findings'],
    [waived, 'waived'],
    [count(({ status }) => status === 'not-assessed'), 'not assessed'],
    [count(({ status }) => status === 'pass'), 'pass'],
    [count(({ status }) => status === 'not-applicable'), 'not applicable'],
  ] as const;
  const [worst] = alarms;
  return markup`${worst === undefined ? NOTHING : markup`<b>${headlineText(worst)}</b> · `}<span class="quiet">${parts
    .filter(([number]) => number > 0)
    .map(([number, word]) => `${number} ${word}`)
    .join(', ')}</span>`;
}

/** What passes, and what does not arise: a line each. */
function restOf(checks: readonly ReportCheck[], budget: Budget): Markup {
  if (checks.length === 0) return NOTHING;
  const shown = checks.slice(0, Math.max(0, budget.short));
  budget.short -= shown.length;
  const left = checks.length - shown.length;
  const words = [
    ['pass', 'pass'],
    ['not-applicable', 'not applicable'],
  ] as const;
  const counts = words.map(
    ([status, word]) => [checks.filter((check) => check.status === status).length, word] as const,
  );
  return markup`<details class="rest">
<summary>
${counts
  .filter(([number]) => number > 0)
  .map(([number, word]) => `${number} ${word}`)
  .join(', ')}
</summary>
<ul class="short">
${shown.toSorted(byBadness).map(
  ({ id, status, title, message }) =>
    markup`<li>${statusChip(status)} <code>${id}</code> ${withCode(status === 'pass' ? title : message)}</li>
`,
)}${left > 0 ? markup`<li>and ${left} more, in the JSON report</li>` : NOTHING}
</ul>
</details>`;
}
