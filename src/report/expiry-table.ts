/** When certificates end, for people: leaves, CAs, what is used by nobody, what was not seen; the verdict last. */
import type { ExpiryCertificate, ExpiryReport } from '../model/expiry-report.ts';
import { isBad } from '../model/status.ts';
import { displayWidth, fit, padColumns, wrap } from '../text/width.ts';
import { INDENT, joinBlocks, labelled } from './blocks.ts';
import { byText, copiesOf, leftText, renewalText } from './expiry-words.ts';
import type { ReportOptions } from './reporter.ts';
import { painter, STATUS_WORDS } from './style.ts';
import type { Painter } from './style.ts';
import { nodeTitle, oneLine } from './words.ts';

const MIN_WIDTH = 80;
const GAP = '  ';

/** A page too narrow for who renews it and for a role. */
const NARROW = 110;

type Copies = ReturnType<typeof copiesOf>[number];

interface Page {
  readonly report: ExpiryReport;
  readonly width: number;
  readonly paint: Painter;
}

/** Prints the report as text of `options.width` columns. */
export function renderExpiryTable(report: ExpiryReport, options: ReportOptions): string {
  const page: Page = { report, width: Math.max(options.width, MIN_WIDTH), paint: painter(options.colour) };
  const inputs = report.inputs.map(({ name, kind }) => (kind === 'host' ? 'this host' : oneLine(name))).join(', ');
  const blocks = [
    [fit(`kubetls ${oneLine(report.tool.version)}: ${inputs} at ${oneLine(report.evaluatedAt)}`, page.width)],
    ...report.nodes.flatMap((node) => nodeBlocks(page, node)),
    ...alarmBlocks(page),
    ...report.inMemory.map(({ status, message }) => labelled(page, page.paint.status(status), message)),
    unseenBlock(page),
    problemBlock(page),
    verdict(page),
  ];
  return joinBlocks(blocks);
}

function nodeBlocks(page: Page, node: ExpiryReport['nodes'][number]): string[][] {
  const { report, paint, width } = page;
  const own = report.certificates.filter((one) => one.node === node.name);
  const unused = report.unused.filter((one) => one.node === node.name);
  const leaves = copiesOf(own.filter(({ kind }) => kind === 'leaf'));
  const authorities = copiesOf(own.filter(({ kind }) => kind === 'authority'));
  const title = paint.bold(fit(nodeTitle(node.name, node), width));
  return [
    [title, ...useNote(page, own), ...(leaves.length === 0 ? [] : lines(page, leaves, 'CERTIFICATE'))],
    authorities.length === 0 ? [] : lines(page, authorities, 'CA'),
    unused.length === 0
      ? []
      : [
          paint.dim('Used by no path, so that nothing breaks when they end'),
          ...unused.map((one) =>
            fit(`  ${one.notAfter.slice(0, 10)}  ${oneLine(one.file)}  ${oneLine(one.subject)}`, width),
          ),
        ],
  ];
}

/** What the reader has to know of the whole list. */
function useNote({ width }: Page, own: readonly ExpiryCertificate[]): string[] {
  if (own.length === 0) return ['No certificate in use was seen.'];
  return own.some(({ paths }) => paths.length > 0)
    ? []
    : wrap(
        'No configuration of a component is in the input, so that nobody can tell what is used: every certificate found is judged.',
        width,
      );
}

/** A line each; what does not fit is cut, and the JSON report has it whole. */
function lines({ width, paint }: Page, all: readonly Copies[], heading: string): string[] {
  const head = ['STATUS', 'LEFT', 'ENDS', 'RENEWED BY', heading, heading === 'CA' ? 'SUBJECT' : 'ROLE'];
  const columns = width < NARROW ? [0, 1, 2, 4] : [0, 1, 2, 3, 4, 5];
  const rows = [head, ...all.map((copies) => cellsOf(copies))].map((row) => columns.map((column) => row[column] ?? ''));
  const widths = columns.map((_column, index) => Math.max(...rows.map((row) => displayWidth(row[index] ?? ''))));
  const left = width - widths.slice(0, -1).reduce((sum, one) => sum + one + GAP.length, 0);
  return rows.map((row, index) => {
    const cells = row.map((cell, column) =>
      column === row.length - 1 ? fit(cell, Math.max(left, 0)) : padColumns(cell, widths[column] ?? 0),
    );
    const status = all[index - 1]?.[0].status;
    const [first = '', ...rest] = cells;
    const line = [status === undefined ? first : paint.as(status, first), ...rest].join(GAP).trimEnd();
    return index === 0 ? paint.dim(line) : line;
  });
}

function cellsOf(copies: Copies): readonly string[] {
  const [one, ...more] = copies;
  const { status, daysLeft, endsAt, endsWith, renewal, kind, roles, subject } = one;
  return [
    STATUS_WORDS[status],
    daysLeft < 0 ? 'ended' : `${daysLeft}d`,
    `${endsAt.slice(0, 10)}${endsWith === null ? '' : ' (CA)'}`,
    byText(renewal),
    `${oneLine(one.file)}${more.length === 0 ? '' : ` (+${more.length})`}`,
    oneLine(kind === 'authority' ? subject : (roles[0] ?? subject)),
  ];
}

function alarmBlocks(page: Page): string[][] {
  const bad = page.report.certificates.filter(isBad);
  return copiesOf(bad).map((copies) => alarm(page, copies));
}

function alarm(page: Page, copies: Copies): string[] {
  const [one] = copies;
  const { width, paint } = page;
  const head = `${oneLine(one.file)} ${leftText(one)}`;
  const isUseKnown = copies.some(({ paths }) => paths.length > 0);
  const paths = [...new Set(copies.flatMap((copy) => copy.breaks))];
  const others = copies.slice(1).map(({ file }) => oneLine(file));
  return [
    `${paint.status(one.status)}  ${paint.bold(fit(head, width - INDENT))}`,
    ...labelled(page, 'is', one.kind === 'authority' ? `CA ${one.subject}` : one.roles.join(', ') || one.subject),
    ...(one.endsWith === null ? [] : labelled(page, 'with', `its CA ${one.endsWith.subject} (${one.endsWith.file})`)),
    ...(others.length === 0 ? [] : labelled(page, 'also', others.join(', '))),
    ...labelled(
      page,
      'on',
      paths.length > 0
        ? paths.join(', ')
        : isUseKnown
          ? 'no path whose other end verifies it'
          : 'no path that is known: no configuration of a component is in the input',
    ),
    ...[...new Set(copies.flatMap(({ messages }) => messages))].slice(0, 3).flatMap((text) => labelled(page, '', text)),
    ...labelled(page, 'fix', renewalText(one)),
  ];
}

function unseenBlock(page: Page): string[] {
  const { unseen } = page.report;
  if (unseen.length === 0) return [];
  return [
    'Not seen',
    ...unseen.flatMap(({ role, message }) =>
      wrap(oneLine(`${role}: ${message}`), page.width - 2).map((line) => `  ${line}`),
    ),
  ];
}

function problemBlock({ report, width }: Page): string[] {
  if (report.problems.length === 0) return [];
  return [
    'Problems of the input',
    ...report.problems.flatMap(({ subject, message }) =>
      wrap(`${oneLine(subject)}: ${oneLine(message)}`, width - 2).map((line) => `  ${line}`),
    ),
  ];
}

/** What ends first of that which nobody renews unasked, the verdict, and how many there are. */
function verdict({ report, paint, width }: Page): string[] {
  const all = [...report.certificates, ...report.inMemory];
  const count = (status: ExpiryCertificate['status']): number => all.filter((one) => one.status === status).length;
  const next = report.certificates.find(({ daysLeft, renewal }) => daysLeft >= 0 && renewal.by !== 'kubelet');
  const counts = `${count('fail')} fail, ${count('warn')} warn, ${count('pass')} pass, ${report.unseen.length} not seen`;
  return [
    ...(next === undefined ? [] : [fit(`Next: ${oneLine(next.file)} ${leftText(next)}`, width)]),
    `${paint.status(report.status)}  ${counts}`,
  ];
}
