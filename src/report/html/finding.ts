/** One finding: what is, where it is written, how to mend it. */
import type { Evidence } from '../../model/path.ts';
import { isAlarm } from '../../model/report.ts';
import type { ReportCheck } from '../../model/report.ts';
import { oneLine, paragraphs, positionText, settingText } from '../words.ts';
import { markup, NOTHING, withCode } from './markup.ts';
import type { Markup } from './markup.ts';
import { statusChip } from './status.ts';

/** Evidence beyond this is a list that somebody made long. */
const MAX_EVIDENCE = 20;

/** Enough of a message to know which it is. */
export const MAX_LINE = 500;

/** A finding in full. What is waived tells until when, and why. */
export function findingOf(check: ReportCheck): Markup {
  const { id, status, severity, impact, message, evidence, waiver } = check;
  const bad = isAlarm(check) || waiver !== null;
  return markup`<li class="finding ${waiver === null ? status : 'waived'}">
<h3>
${statusChip(status)}${
    waiver === null
      ? NOTHING
      : markup` <span class="chip waived">${waiver.kind === 'waiver' ? 'WAIVED' : 'KNOWN'}</span>`
  } <code>${id}</code>
<span class="quiet">${bad ? `${severity}, ${impact === 'both' ? 'security and availability' : impact}` : ''}</span>
</h3>
${waiver === null ? NOTHING : markup`<p class="quiet">${waiverText(waiver)}</p>`}
<p>${withCode(message)}</p>
${evidenceList(evidence)}${bad ? fixOf(check) : NOTHING}
</li>
`;
}

/** A finding of which there are too many to show each in full. */
export function findingLine({ id, status, message }: ReportCheck): Markup {
  return markup`<li class="finding ${status}">
${statusChip(status)} <code>${id}</code> ${withCode(oneLine(message, MAX_LINE))}
</li>
`;
}

function waiverText({ kind, reason, until }: NonNullable<ReportCheck['waiver']>): string {
  return kind === 'waiver' ? `Waived until ${(until ?? '').slice(0, 10)}: ${reason}` : `Does not count: ${reason}`;
}

function evidenceList(evidence: readonly Evidence[]): Markup {
  if (evidence.length === 0) return NOTHING;
  const left = evidence.length - MAX_EVIDENCE;
  return markup`<ul class="evidence">
${evidence.slice(0, MAX_EVIDENCE).map((one) => {
  const position = positionText(one);
  return markup`<li>${position === '' ? NOTHING : markup`<code>${position}</code> `}${settingText(one)}</li>`;
})}${left > 0 ? markup`<li>and ${left} more</li>` : NOTHING}
</ul>
`;
}

function fixOf({ remediation, references }: ReportCheck): Markup {
  return markup`<div class="fix">
${paragraphs(remediation).map(
  (text, index) => markup`<p>${index === 0 ? markup`<b>Fix</b> ` : NOTHING}${withCode(text)}</p>`,
)}
</div>
${references.length === 0 ? NOTHING : markup`<p class="quiet">${references.map(referenceOf)}</p>`}`;
}

function referenceOf({ id, url }: ReportCheck['references'][number], index: number): Markup {
  const link = url.startsWith('https://') ? markup`<a href="${url}" rel="noreferrer">${id}</a>` : markup`${id}`;
  return markup`${index === 0 ? 'See ' : ', '}${link}`;
}
