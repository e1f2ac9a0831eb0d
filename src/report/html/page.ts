/**
 * The report as one HTML file that needs nothing else: it loads nothing, and its policy (CSP Level 3) lets only its own
 * style and script be used.
 */
import type { Report } from '../../model/report.ts';
import { isBad, STATUS_ORDER } from '../../model/status.ts';
import type { Status } from '../../model/status.ts';
import { sha256Base64 } from '../../text/fingerprint.ts';
import type { ReportOptions } from '../reporter.ts';
import { STATUS_WORDS } from '../style.ts';
import { waiverFault } from '../waivers.ts';
import { nodeTitle } from '../words.ts';
import { certificatesOf } from './certificates.ts';
import { markup, Markup, NOTHING } from './markup.ts';
import { firstThings, problemsOf, waiversOf } from './notes.ts';
import { pictureOf } from './picture.ts';
import { newBudget, rowsOf } from './rows.ts';
import type { Budget } from './rows.ts';
import { SCRIPT } from './script.ts';
import { sectionsOf } from './sections.ts';
import type { Section } from './sections.ts';
import { SIGNS, statusChip } from './status.ts';
import { STYLE } from './style.ts';
import { timelineOf } from './timeline.ts';
import { treeOf } from './tree.ts';

/** The whole page; quiet leaves out rows that are fine, and gives nothing when all are. */
export function renderHTML(report: Report, { quiet }: Pick<ReportOptions, 'quiet'>): string {
  const sections = sectionsOf(report).map((section) =>
    quiet ? { ...section, rows: section.rows.filter(isBad) } : section,
  );
  const isFaulty = report.waivers.some((waiver) => waiverFault(waiver) !== undefined);
  if (quiet && sections.every(({ rows }) => rows.length === 0) && !isFaulty) return '';
  return `${pageOf(report, sections).value.trimEnd()}\n`;
}

/** A source expression of CSP for exactly this text. */
function sourceOf(text: string): string {
  return `'sha256-${sha256Base64(text)}'`;
}

function pageOf(report: Report, sections: readonly Section[]): Markup {
  const policy = `default-src 'none'; style-src ${sourceOf(STYLE)}; script-src ${sourceOf(SCRIPT)}; base-uri 'none'; form-action 'none'`;
  const budget = newBudget();
  const certificates = certificatesOf(report);
  // The policy holds quotes, which a quoted attribute may hold too; nothing in it is from the input.
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="color-scheme" content="light dark"/>
<meta name="referrer" content="no-referrer"/>
<title>kubetls: ${STATUS_WORDS[report.status]}, ${report.inputs.map(({ name, kind }) => (kind === 'host' ? 'this host' : name)).join(', ')}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<a class="skip" href="#rows">Skip to the rows</a>
${headerOf(report)}
<main>
<section>
<h2 id="first">What to look at</h2>
${firstThings(report, sections)}
</section>
<div id="rows">
${filterBar()}${sections.map((section, index) => sectionOf(section, report.evaluatedAt, index, budget))}${sections.length === 0 ? markup`<p>No row was judged.</p>` : NOTHING}
</div>
<section>
<h2 id="timeline">When certificates end</h2>
${timelineOf(certificates, report.evaluatedAt)}
</section>
<section>
<h2 id="certificates">Who signed whom</h2>
<p class="quiet">By the names of subject and issuer. Whether signatures hold is judged in the rows.</p>
${treeOf(certificates)}
</section>
${waiversOf(report)}${problemsOf(report)}
</main>
<footer><p>kubetls ${report.tool.version}. This file loads nothing and sends nothing.</p></footer>
<script>${new Markup(SCRIPT)}</script>
</body>
</html>`;
}

function headerOf({ status, inputs, evaluatedAt, summary, paths }: Report): Markup {
  const counts: Readonly<Record<Status, number>> = {
    fail: summary.fail,
    warn: summary.warn,
    pass: summary.pass,
    'not-assessed': summary.notAssessed,
    'not-applicable': summary.notApplicable,
  };
  const waived = paths.reduce((sum, { checks }) => sum + checks.filter(({ waiver }) => waiver !== null).length, 0);
  return markup`<header>
<h1>TLS of the control plane ${statusChip(status)}</h1>
<p>
${inputs.map(({ name, kind }, index) => markup`${index === 0 ? '' : ', '}<b>${kind === 'host' ? 'this host' : name}</b>`)} at ${evaluatedAt}
</p>
<ul class="counts">
${STATUS_ORDER.map((one) => markup`<li class="${one}"><b>${counts[one]}</b> <span aria-hidden="true">${SIGNS[one]}</span> ${STATUS_WORDS[one].toLowerCase()}</li>`)}${waived === 0 ? NOTHING : markup`<li><b>${waived}</b> findings waived</li>`}
</ul>
<nav aria-label="Sections">
<a href="#first">What to look at</a> <a href="#rows">Rows</a> <a href="#timeline">When certificates end</a>
<a href="#certificates">Who signed whom</a>
</nav>
</header>`;
}

/** Hidden until the script is there to make it work. */
function filterBar(): Markup {
  return markup`<div id="filter" role="search" aria-label="Filter rows" hidden>
${STATUS_ORDER.map(
  (status) =>
    markup`<label><input type="checkbox" value="${status}" checked/> ${STATUS_WORDS[status].toLowerCase()}</label>`,
)}<label>containing <input type="search" autocomplete="off" spellcheck="false"/></label><button type="button" value="open">Open all</button><button type="button" value="close">Close all</button><span role="status"></span>
</div>`;
}

function sectionOf({ label, node, rows }: Section, evaluatedAt: string, index: number, budget: Budget): Markup {
  const configuredIn = node?.configuredIn ?? null;
  return markup`<section>
<h2>${nodeTitle(label, node)}</h2>
${configuredIn === null ? NOTHING : markup`<p>${configuredIn}</p>`}${
    rows.length === 0
      ? markup`<p>No row to show.</p>`
      : markup`${pictureOf(rows, node, index)}${rowsOf(rows, evaluatedAt, index, budget)}`
  }
</section>
`;
}
