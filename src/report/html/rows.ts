/** The rows of a node as a table, each with its findings to open. */
import { isAlarm } from '../../model/report.ts';
import type { ReportCheck, ReportPath } from '../../model/report.ts';
import { byBadness } from '../order.ts';
import { expiryText, headlineText, oneLine } from '../words.ts';
import { findingLine, findingOf, MAX_LINE } from './finding.ts';
import { markup, NOTHING, withCode } from './markup.ts';
import type { Markup } from './markup.ts';
import { numberOf, rowAnchor, statusChip } from './status.ts';

/** How many findings a page may still show in full, and how many in a line. */
export interface Budget {
  full: number;
  short: number;
}

/** More than these nobody reads, and a browser takes long to draw; one node has about 700 checks. */
export function newBudget(): Budget {
  return { full: 500, short: 10_000 };
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
  if (told.length === 0) {
    return markup`${why}
<details class="row-body">
<summary>${summaryOf(row)}</summary>
${shortList(rest, budget)}
</details>`;
  }
  return markup`${why}
<details class="row-body told">
<summary>${summaryOf(row)}</summary>
${findingList(told, budget)}
${
  rest.length === 0
    ? NOTHING
    : markup`<details>
<summary>${countsText(rest, REST)}</summary>
${shortList(rest, budget)}
</details>`
}
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
  const [worst] = checks.filter(isAlarm).toSorted(byBadness);
  const counts = countsText(checks, [ALARMS, WAIVED, ...REST]);
  return markup`${worst === undefined ? NOTHING : markup`<b>${headlineText(worst)}</b> · `}<span class="quiet">${counts}</span>`;
}

interface Kind {
  readonly one: string;
  readonly many: string;
  readonly of: (check: ReportCheck) => boolean;
}

const ALARMS: Kind = { one: 'finding', many: 'findings', of: isAlarm };
const WAIVED: Kind = { one: 'waived', many: 'waived', of: ({ waiver }) => waiver !== null };
const REST: readonly Kind[] = [
  { one: 'not assessed', many: 'not assessed', of: ({ status }) => status === 'not-assessed' },
  { one: 'passes', many: 'pass', of: ({ status }) => status === 'pass' },
  { one: 'not applicable', many: 'not applicable', of: ({ status }) => status === 'not-applicable' },
];

/** `1 finding, 29 pass`: of which kinds there are how many. */
function countsText(checks: readonly ReportCheck[], kinds: readonly Kind[]): string {
  return kinds
    .map(({ one, many, of }) => [checks.filter(of).length, one, many] as const)
    .filter(([count]) => count > 0)
    .map(([count, one, many]) => `${count} ${count === 1 ? one : many}`)
    .join(', ');
}

/** Findings in full, those beyond the budget in a line, and beyond that their number. */
function findingList(checks: readonly ReportCheck[], budget: Budget): Markup {
  const full = take(checks, budget, 'full');
  const short = take(checks.slice(full.length), budget, 'short');
  return markup`<ul class="findings">
${full.map(findingOf)}${short.map(findingLine)}${moreItem(checks.length - full.length - short.length)}
</ul>`;
}

/** What passes, and what does not arise: a line each. */
function shortList(checks: readonly ReportCheck[], budget: Budget): Markup {
  const shown = take(checks.toSorted(byBadness), budget, 'short');
  return markup`<ul class="short">
${shown.map(
  ({ id, status, title, message }) =>
    markup`<li>${statusChip(status)} <code>${id}</code> ${withCode(oneLine(status === 'pass' ? title : message, MAX_LINE))}</li>
`,
)}${moreItem(checks.length - shown.length)}
</ul>`;
}

function take(checks: readonly ReportCheck[], budget: Budget, from: keyof Budget): readonly ReportCheck[] {
  const taken = checks.slice(0, budget[from]);
  budget[from] -= taken.length;
  return taken;
}

function moreItem(left: number): Markup {
  return left === 0 ? NOTHING : markup`<li>and ${left} more, in the JSON report</li>`;
}
