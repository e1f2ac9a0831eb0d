/** The control plane of one node, drawn: components as boxes, paths as arrows. The rows below say the same in words. */
import type { ReportNode, ReportPath } from '../../model/report.ts';
import { STATUS_ORDER } from '../../model/status.ts';
import type { Status } from '../../model/status.ts';
import { fit } from '../../text/width.ts';
import { byKeys } from '../order.ts';
import { STATUS_WORDS } from '../style.ts';
import { oneLine } from '../words.ts';
import { BADGE, BOXES, CAPTIONS, HEIGHT, NODE_FRAME, ROUTES, WIDTH } from './layout.ts';
import type { Box, Point } from './layout.ts';
import { markup, NOTHING } from './markup.ts';
import type { Markup } from './markup.ts';
import { numberOf, rowAnchor, SIGNS } from './status.ts';

/** Longest version that fits into the narrowest box. */
const MAX_VERSION = 22;

/** In a box taller than this small words get lost. */
const TALL = 200;

/** @param index of the node, as in the anchors of its rows */
export function pictureOf(rows: readonly ReportPath[], node: ReportNode | undefined, index: number): Markup {
  // What is worst is drawn last, and so on top.
  const drawn = rows.toSorted(byKeys(({ status, id }) => [-STATUS_ORDER.indexOf(status), numberOf(id)]));
  const used = new Set(
    rows
      .filter(({ status }) => status !== 'not-applicable')
      .flatMap(({ id }) => [ROUTES[id].from, ROUTES[id].to].filter((end) => end !== undefined)),
  );
  const boxes = Object.entries(BOXES).map(([name, box]) => boxOf(box, used.has(name as keyof typeof BOXES), node));
  // For who does not see it there is the table, which has every word and link of it; and Tab should not stop 32 times.
  return markup`<div class="scroll" role="group" tabindex="0" aria-label="Picture of the control plane. The rows below say the same in words.">
<svg class="picture" viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true">
<rect class="frame" x="${NODE_FRAME.x}" y="${NODE_FRAME.y}" width="${NODE_FRAME.width}" height="${NODE_FRAME.height}" rx="10"/>
<text class="caption" x="${NODE_FRAME.x + 12}" y="${NODE_FRAME.y + 19}">${NODE_FRAME.label}</text>
${CAPTIONS.map(([x, y, text]) => markup`<text class="caption" x="${x}" y="${y}">${text}</text>`)}
${boxes}${drawn.map((row) => arrowOf(row, index))}
</svg>
</div>
${legend()}`;
}

function boxOf({ x, y, width, height, label, component }: Box, used: boolean, node: ReportNode | undefined): Markup {
  const version =
    component === undefined ? null : (node?.components.find(({ name }) => name === component)?.version ?? null);
  const middle = x + width / 2;
  const line = y + height / 2 + (version === null ? 4 : -4);
  return markup`<g class="${used ? 'box' : 'box unused'}"><rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/><text${height > TALL ? markup` class="big"` : NOTHING} x="${middle}" y="${line}">${label}</text>${
    version === null
      ? NOTHING
      : markup`<text class="version" x="${middle}" y="${line + 16}">${fit(oneLine(version), MAX_VERSION)}</text>`
  }</g>
`;
}

/** Length of an arrow's head, at which its line ends. */
const HEAD = 9;

function arrowOf({ id, title, status }: ReportPath, index: number): Markup {
  const { points, badge, mutual } = ROUTES[id];
  const start = mutual ? shortened(points[1], points[0]) : points[0];
  const line = [start, ...points.slice(1, -1), shortened(points.at(-2), points.at(-1))];
  const [x, y] = badge;
  const { width, height } = BADGE;
  return markup`<a class="arrow ${status}" href="#${rowAnchor(index, id)}" tabindex="-1"><title>${numberOf(id)} ${title}: ${STATUS_WORDS[status]}</title><polyline points="${line.map((point) => point?.join(',') ?? '').join(' ')}"/>${head(points.at(-2), points.at(-1))}${mutual ? head(points[1], points[0]) : NOTHING}<rect x="${x - width / 2}" y="${y - height / 2}" width="${width}" height="${height}" rx="${height / 2}"/><text x="${x}" y="${y + 4}">${SIGNS[status]} ${numberOf(id)}</text></a>
`;
}

/** The point before the end, by the length of a head. */
function shortened(from: Point | undefined, to: Point | undefined): Point | undefined {
  if (from === undefined || to === undefined) return to;
  return [to[0] - Math.sign(to[0] - from[0]) * HEAD, to[1] - Math.sign(to[1] - from[1]) * HEAD];
}

function head(from: Point | undefined, to: Point | undefined): Markup {
  if (from === undefined || to === undefined) return NOTHING;
  const [x, y] = to;
  const along = [Math.sign(x - from[0]) * HEAD, Math.sign(y - from[1]) * HEAD] as const;
  const aside = [along[1] / 2, along[0] / 2] as const;
  const corners = [
    to,
    [x - along[0] + aside[0], y - along[1] + aside[1]],
    [x - along[0] - aside[0], y - along[1] - aside[1]],
  ];
  return markup`<polygon points="${corners.map((corner) => corner.join(',')).join(' ')}"/>`;
}

function legend(): Markup {
  return markup`<ul class="legend" aria-label="Legend">
${STATUS_ORDER.map(sample)}
</ul>`;
}

function sample(status: Status): Markup {
  return markup`<li>
<svg class="sample" viewBox="0 0 64 20" aria-hidden="true">
<g class="arrow ${status}">
<polyline points="0,10 55,10"/>
<polygon points="64,10 55,14.5 55,5.5"/>
<rect x="17" y="0" width="24" height="20" rx="10"/>
<text x="29" y="14">${SIGNS[status]}</text>
</g>
</svg>
${STATUS_WORDS[status]}
</li>`;
}
