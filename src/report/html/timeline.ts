/** When each certificate ends, on one scale from the moment of the report. */
import { DAY } from '../../text/date.ts';
import { expiryText } from '../words.ts';
import { filesText, leftOut } from './certificates.ts';
import type { Certificates, Copies } from './certificates.ts';
import { markup, NOTHING } from './markup.ts';
import type { Markup } from './markup.ts';

/** A leaf lasts a year and a CA ten, and the days next to come matter most: the scale is logarithmic. */
const TICKS = [
  [0, 'now'],
  [7, '7 d'],
  [30, '30 d'],
  [90, '90 d'],
  [365, '1 y'],
  [1825, '5 y'],
] as const;

const LAST_DAY = 4000;

/** Left end of the scale is this share of it: what has ended is drawn there. */
const PAST = 4;

export function timelineOf(certificates: Certificates, evaluatedAt: string): Markup {
  if (certificates.shown.length === 0) return markup`<p>No certificate was read.</p>`;
  return markup`<p class="quiet">From ${evaluatedAt}; the scale is logarithmic.</p>
<div class="axis" aria-hidden="true">
<svg width="100%" height="18">
${TICKS.map(([days, label]) => markup`<text x="${place(days)}%" y="13">${label}</text>`)}
</svg>
</div>
<ol class="timeline">
${certificates.shown.map((one) => eventOf(one, evaluatedAt))}
</ol>
${leftOut(certificates)}`;
}

function eventOf({ certificate, files, paths }: Copies, evaluatedAt: string): Markup {
  const { notAfter, subject, rotation, role } = certificate;
  const days = (Date.parse(notAfter) - Date.parse(evaluatedAt)) / DAY;
  const ended = days < 0;
  const used = paths.size === 0 ? 'no row uses it' : `${paths.size} ${paths.size === 1 ? 'row' : 'rows'}`;
  return markup`<li${ended ? markup` class="ended"` : NOTHING}><span class="when">${expiryText(certificate, evaluatedAt).full}</span>
<span class="what"><b>${subject}</b> <span class="quiet">${role}, ${used}${rotation === 'manual' ? '' : `, renewed by ${rotation === 'kubelet' ? 'the kubelet' : 'its process'}`}<br><code>${filesText(files)}</code></span></span>
${barOf(days)}</li>
`;
}

function barOf(days: number): Markup {
  const from = place(0);
  const to = place(Number.isFinite(days) ? days : 0);
  return markup`<svg class="bar" width="100%" height="16" aria-hidden="true">
${TICKS.map(([day]) => markup`<line x1="${place(day)}%" x2="${place(day)}%" y1="0" y2="16"/>`)}${
    days < 0
      ? markup`<text x="0" y="13">×</text>`
      : markup`<rect x="${from}%" y="5" width="${round(to - from)}%" height="6" rx="3"/><circle cx="${to}%" cy="8" r="5"/>`
  }
</svg>`;
}

/** Days from now as a percentage of the width. */
function place(days: number): number {
  const share = Math.log1p(Math.min(Math.max(days, 0), LAST_DAY)) / Math.log1p(LAST_DAY);
  return round(PAST + share * (96 - PAST));
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}
