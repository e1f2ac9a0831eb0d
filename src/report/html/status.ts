/** A verdict as it looks in the page: sign and word, the colour only helps. */
import { PATH_IDS } from '../../model/path.ts';
import type { PathId } from '../../model/path.ts';
import type { Status } from '../../model/status.ts';
import { STATUS_WORDS } from '../style.ts';
import { markup } from './markup.ts';
import type { Markup } from './markup.ts';

export const SIGNS: Readonly<Record<Status, string>> = {
  pass: '✓',
  warn: '!',
  fail: '×',
  'not-assessed': '?',
  'not-applicable': '–',
};

/** Sign and word. */
export function statusChip(status: Status): Markup {
  return markup`<span class="chip ${status}"><span aria-hidden="true">${SIGNS[status]}</span> ${STATUS_WORDS[status]}</span>`;
}

/** The number of a path, by which picture and rows refer to each other. */
export function numberOf(id: PathId): number {
  return PATH_IDS.indexOf(id) + 1;
}

/** The anchor of a row; nodes are counted, since their names are anything. */
export function rowAnchor(node: number, id: PathId): string {
  return `n${node}-${id}`;
}
