/** The rows of the table: one line per path that was judged, in as many columns as the width allows. */
import { isAlarm } from '../model/report.ts';
import type { ReportPath } from '../model/report.ts';
import type { Status } from '../model/status.ts';
import { displayWidth, fit } from '../text/width.ts';
import { byBadness } from './order.ts';
import type { Painter } from './style.ts';
import { STATUS_WORDS } from './style.ts';
import { answerText, expiryText, headlineText, oneLine, tlsText } from './words.ts';

interface Row {
  readonly status: Status;
  readonly cells: Readonly<Record<Column, string>>;
  /** The worst finding in a few words. */
  readonly finding: string;
  /** How many more there are: ` (+2)`, or nothing. */
  readonly more: string;
}

type Column = 'status' | 'path' | 'encrypted' | 'server' | 'client' | 'tls' | 'expiry' | 'left';

interface Layout {
  readonly columns: readonly (readonly [Column, string])[];
  /** Columns that the last column, the worst finding, must have to be worth showing; undefined: it is left out. */
  readonly finding: number | undefined;
}

const GAP = 2;

/**
 * Widest first; the last fits in the narrowest page. What goes first is what the findings below the table say again; a
 * path id is never cut.
 */
const LAYOUTS: readonly Layout[] = [
  {
    columns: [
      ['status', 'STATUS'],
      ['path', 'PATH'],
      ['encrypted', 'ENC'],
      ['server', 'SERVER'],
      ['client', 'CLIENT'],
      ['tls', 'TLS'],
      ['expiry', 'FIRST EXPIRY'],
    ],
    finding: 18,
  },
  {
    columns: [
      ['status', 'STATUS'],
      ['path', 'PATH'],
      ['encrypted', 'ENC'],
      ['server', 'SRV'],
      ['client', 'CLI'],
      ['tls', 'TLS'],
      ['left', 'EXPIRY'],
    ],
    finding: 10,
  },
  {
    columns: [
      ['status', 'STATUS'],
      ['path', 'PATH'],
      ['encrypted', 'ENC'],
      ['server', 'SRV'],
      ['client', 'CLI'],
      ['tls', 'TLS'],
      ['left', 'EXPIRY'],
    ],
    finding: undefined,
  },
];

/**
 * The table of some rows, heading first; no lines for no rows.
 * @param columnsOf every row whose columns should line up with these (rows of other nodes), for one layout throughout
 */
export function rowLines(
  paths: readonly ReportPath[],
  columnsOf: readonly ReportPath[],
  evaluatedAt: string,
  width: number,
  paint: Painter,
): string[] {
  if (paths.length === 0) return [];
  const all = columnsOf.map((path) => toRow(path, evaluatedAt));
  const { layout, findingWidth } = chooseLayout(all, width);
  const widths = layout.columns.map(([column, heading]) => columnWidth(all, column, heading));
  const pad = (text: string, index: number): string => text.padEnd(widths[index] ?? 0);
  const heading = layout.columns.map(([, text], index) => pad(text, index));
  if (layout.finding !== undefined) heading.push(findingHeading(all, findingWidth));
  const body = paths.map((path) => {
    const row = toRow(path, evaluatedAt);
    const cells = layout.columns.map(([column], index) => {
      const text = pad(row.cells[column], index);
      return column === 'status' ? paint.as(row.status, text) : text;
    });
    return layout.finding === undefined ? cells : [...cells, paint.as(row.status, findingText(row, findingWidth))];
  });
  // The widths are known here, and `table` would measure and cut every cell again: a tenth of a whole run.
  return [heading.map((text) => paint.dim(text)), ...body].map((cells) => cells.join(' '.repeat(GAP)).trimEnd());
}

/** Short enough for the narrowest column of findings. */
const FINDING = 'FINDING';

function findingHeading(rows: readonly Row[], width: number): string {
  if (rows.every(({ finding }) => finding === '')) return '';
  return width < `WORST ${FINDING}`.length ? FINDING : `WORST ${FINDING}`;
}

function chooseLayout(rows: readonly Row[], width: number): { layout: Layout; findingWidth: number } {
  let last: Layout | undefined;
  for (const layout of LAYOUTS) {
    last = layout;
    const used = layout.columns.reduce(
      (sum, [column, heading]) => sum + columnWidth(rows, column, heading) + GAP,
      -GAP,
    );
    const left = width - used - GAP;
    if (layout.finding === undefined ? used <= width : left >= Math.min(layout.finding, findingNeeds(rows))) {
      return { layout, findingWidth: left };
    }
  }
  return { layout: last ?? { columns: [], finding: undefined }, findingWidth: 0 };
}

function columnWidth(rows: readonly Row[], column: Column, heading: string): number {
  return Math.max(heading.length, ...rows.map(({ cells }) => cells[column].length));
}

function findingNeeds(rows: readonly Row[]): number {
  const longest = Math.max(0, ...rows.map(({ finding, more }) => displayWidth(finding + more)));
  return longest === 0 ? 0 : Math.max(longest, FINDING.length);
}

function toRow(path: ReportPath, evaluatedAt: string): Row {
  const expiry = expiryText(path.firstExpiry, evaluatedAt);
  return {
    status: path.status,
    cells: {
      status: STATUS_WORDS[path.status],
      path: path.id,
      encrypted: answerText(path.encrypted),
      server: answerText(path.serverVerified),
      client: answerText(path.clientAuthenticated),
      tls: tlsText(path.minTLSVersion),
      expiry: oneLine(expiry.full),
      left: oneLine(expiry.short),
    },
    ...worstFinding(path),
  };
}

function worstFinding(path: ReportPath): Pick<Row, 'finding' | 'more'> {
  const findings = path.checks.filter(isAlarm).toSorted(byBadness);
  const worst = findings[0];
  if (worst === undefined) return { finding: '', more: '' };
  return {
    finding: headlineText(worst),
    more: findings.length === 1 ? '' : ` (+${findings.length - 1})`,
  };
}

function findingText({ finding, more }: Row, width: number): string {
  return fit(finding, Math.max(width - more.length, 1)) + more;
}
