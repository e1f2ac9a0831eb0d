/** What concerns no single row: what to look at first, waivers, problems of the input. */
import { isAlarm } from '../../model/report.ts';
import type { Report, ReportCheck } from '../../model/report.ts';
import { groupFindings } from '../findings.ts';
import type { Place } from '../findings.ts';
import { byKeys } from '../order.ts';
import { waiverFault } from '../waivers.ts';
import { headlineText, positionText, problemText } from '../words.ts';
import { markup, NOTHING } from './markup.ts';
import type { Markup } from './markup.ts';
import type { Section } from './sections.ts';
import { numberOf, rowAnchor, statusChip } from './status.ts';

/** More than this is no longer a list of what to do first. */
const MAX_FIRST = 40;

const MAX_PROBLEMS = 500;

/**
 * Findings that count, worst first, the same ones on several rows once, with links to the rows.
 * @param sections in the order of the page
 */
export function firstThings({ waivers }: Report, sections: readonly Section[]): Markup {
  const groups = groupFindings(
    sections.flatMap(({ rows }) => rows),
    isAlarm,
  );
  const faults = waivers.map(waiverFault).filter((text) => text !== undefined);
  if (groups.length + faults.length === 0) return markup`<p>Nothing needs you.</p>`;
  const left = groups.length - MAX_FIRST;
  return markup`<ul class="first">
${groups.slice(0, MAX_FIRST).map(
  ({ check, places }) =>
    markup`<li>
${statusChip(check.status)}
<span><b>${headlineText(check)}</b> <code>${check.id}</code>
<span class="quiet">${check.severity}, in
${linksTo(check, places, sections)}</span></span>
</li>
`,
)}${left > 0 ? markup`<li>and ${left} more, in the rows</li>` : NOTHING}${faults.map(
    (text) => markup`<li>${statusChip('warn')} <span>${text}</span></li>`,
  )}
</ul>
`;
}

/** Links to the rows that have this finding, which the groups know by the names of their nodes alone. */
function linksTo(check: ReportCheck, places: readonly Place[], sections: readonly Section[]): readonly Markup[] {
  const evidence = JSON.stringify(check.evidence);
  const isSame = (one: ReportCheck): boolean =>
    one.id === check.id && one.message === check.message && JSON.stringify(one.evidence) === evidence;
  const has = ({ name, rows }: Section, { id, nodes }: Place): boolean =>
    nodes.includes(name) && rows.some((row) => row.id === id && row.checks.some(isSame));
  const links = places.flatMap((place) =>
    sections.flatMap((section, index) => (has(section, place) ? [{ id: place.id, label: section.label, index }] : [])),
  );
  return links
    .slice(0, MAX_FIRST)
    .map(
      ({ id, label, index }, position) =>
        markup`${position === 0 ? '' : ', '}<a href="#${rowAnchor(index, id)}">${numberOf(id)} ${id}${sections.length > 1 ? ` (${label})` : ''}</a>`,
    );
}

/** Every waiver of the configuration file and what became of it; nothing where there is none. */
export function waiversOf({ waivers }: Report): Markup {
  if (waivers.length === 0) return NOTHING;
  return markup`<section>
<h2 id="waivers">Waivers</h2>
<ul class="notes">
${waivers.map((waiver) => {
  const { check, control, path, node, file, reason, until, state, findings, position } = waiver;
  const scope = [path, node, file].filter((part) => part !== null).join(', ');
  const isAtFault = waiverFault(waiver) !== undefined;
  return markup`<li>
<span class="chip ${isAtFault ? 'warn' : 'waived'}">${STATES[state]}</span>
<code>${check ?? control ?? ''}</code>${scope === '' ? '' : ` (${scope})`} until ${until.slice(0, 10)}, ${findings}
${control === null ? (findings === 1 ? 'finding' : 'findings') : findings === 1 ? 'node' : 'nodes'}: ${reason} <code>${positionText(position)}</code>
</li>
`;
})}
</ul>
</section>
`;
}

const STATES: Readonly<Record<Report['waivers'][number]['state'], string>> = {
  used: 'IN USE',
  expired: 'ENDED',
  unused: 'MEETS NOTHING',
  'not-judged': 'NOT JUDGED',
};

/** What of the input was left out or could not be read; nothing where all was. */
export function problemsOf({ problems }: Report): Markup {
  if (problems.length === 0) return NOTHING;
  const sorted = problems.toSorted(byKeys((p) => [p.subject, p.file ?? '', p.line ?? 0, p.code, p.message]));
  const left = sorted.length - MAX_PROBLEMS;
  return markup`<section>
<h2 id="problems">Input problems</h2>
<ul class="notes">
${sorted.slice(0, MAX_PROBLEMS).map(
  (problem) => markup`<li>${problemText(problem)}</li>
`,
)}${left > 0 ? markup`<li>and ${left} more, in the JSON report</li>` : NOTHING}
</ul>
</section>
`;
}
