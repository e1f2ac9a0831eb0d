/** The report for people: rows, then findings worst first, then what could not be judged, and the verdict last. */
import { isAlarm } from '../model/report.ts';
import type { Report, ReportCheck, ReportPath } from '../model/report.ts';
import { isBad } from '../model/status.ts';
import { fit, wrap } from '../text/width.ts';
import { INDENT, joinBlocks, labelled, labelledPrintable } from './blocks.ts';
import { groupFindings, groupReasons } from './findings.ts';
import type { FindingGroup, Place, ReasonGroup } from './findings.ts';
import { benchmarkSummary } from './grouped.ts';
import { byKeys } from './order.ts';
import type { ReportOptions } from './reporter.ts';
import { rowLines } from './rows.ts';
import { painter } from './style.ts';
import type { Painter } from './style.ts';
import { waiverBlock, waiverFaults } from './waivers.ts';
import { nodeTitle, oneLine, paragraphs, positionText, problemText, settingText } from './words.ts';

/** Narrower than this a path id, which is never cut, does not fit beside its answers, nor the counts on one line. */
const MIN_WIDTH = 80;

/** No finding is cut at this. */
const WIDE = 1000;

interface Page {
  readonly report: Report;
  readonly options: ReportOptions;
  readonly width: number;
  readonly paint: Painter;
  /** Whether paths must say on which node they are. */
  readonly severalNodes: boolean;
}

/** Prints the report as text of `options.width` columns. With `quiet` and nothing at warn or worse: nothing. */
export function renderTable(report: Report, options: ReportOptions): string {
  const page: Page = {
    report,
    options,
    width: Math.max(options.width, MIN_WIDTH),
    paint: painter(options.colour),
    severalNodes:
      new Set([...report.nodes, ...report.paths.map(({ node }) => ({ name: node }))].map((n) => n.name)).size > 1,
  };
  const rows = report.paths.filter(options.quiet ? isBad : isJudged);
  const bodies = nodeBlocks(page, rows);
  const blocks = options.quiet
    ? [
        ...bodies,
        ...findingBlocks(page, rows, isAlarm),
        waiverFaults(report, page.width, page.paint),
        benchmarkBlock(page),
      ]
    : [
        [heading(page)],
        ...bodies,
        ...findingBlocks(page, report.paths, isAlarm),
        waiverBlock(report, page.width, page.paint),
        ...(options.verbose ? [passingBlock(page)] : []),
        notAssessedBlock(page),
        notApplicableBlock(page),
        problemBlock(page),
        benchmarkBlock(page),
        [verdict(page)],
      ];
  return joinBlocks(blocks);
}

function isJudged({ status }: ReportPath): boolean {
  return isBad({ status }) || status === 'pass';
}

function heading({ report, width }: Page): string {
  const inputs = report.inputs.map(({ name, kind }) => (kind === 'host' ? 'this host' : oneLine(name))).join(', ');
  return fit(`kubetls ${oneLine(report.tool.version)}: ${inputs} at ${oneLine(report.evaluatedAt)}`, width);
}

/** One block per node, its name above its rows. */
function nodeBlocks(page: Page, rows: readonly ReportPath[]): string[][] {
  const { report, options, width, paint } = page;
  const names = new Set([...report.nodes.map(({ name }) => name), ...report.paths.map(({ node }) => node)]);
  const blocks: string[][] = [];
  for (const name of names) {
    const own = rows.filter(({ node }) => node === name);
    if (own.length === 0) continue;
    const node = report.nodes.find((one) => one.name === name);
    blocks.push([
      paint.bold(fit(nodeTitle(name, node), width)),
      ...wrap(oneLine(node?.configuredIn ?? ''), width).filter((line) => line !== ''),
      ...rowLines(own, rows, report.evaluatedAt, options.wide === true ? WIDE : width, paint),
    ]);
  }
  return blocks;
}

function findingBlocks(page: Page, paths: readonly ReportPath[], wanted: (check: ReportCheck) => boolean): string[][] {
  return groupFindings(paths, wanted).map((group) => findingBlock(page, group));
}

function findingBlock(page: Page, { check, places }: FindingGroup): string[] {
  const { options, width, paint } = page;
  const head = `${check.severity}  ${oneLine(check.id)}`;
  const impact = check.impact === 'both' ? 'security and availability' : check.impact;
  return [
    `${paint.status(check.status)}  ${paint.bold(fit(head, width - INDENT))}`,
    ...labelledPrintable(page, 'on', placesText(page, places)),
    ...labelled(page, '', check.message),
    ...check.evidence.flatMap((item) => {
      const position = positionText(item);
      return labelledPrintable(page, 'at', position === '' ? settingText(item) : `${position}: ${settingText(item)}`);
    }),
    ...paragraphs(check.remediation).flatMap((line, index) => labelledPrintable(page, index === 0 ? 'fix' : '', line)),
    ...(options.verbose
      ? [
          ...labelledPrintable(page, 'is', `${impact}: ${oneLine(check.title)}`),
          ...check.references.flatMap(({ id, url }) =>
            labelledPrintable(page, 'see', `${oneLine(id)} ${oneLine(url)}`),
          ),
        ]
      : []),
  ];
}

/** Text beside a short label, every line indented alike. */
function placesText({ severalNodes }: Page, places: readonly Place[]): string {
  return places
    .map(({ id, nodes }) => (severalNodes ? `${id} (${nodes.map((name) => oneLine(name)).join(', ')})` : id))
    .join(', ');
}

function passingBlock(page: Page): string[] {
  const groups = groupFindings(page.report.paths, ({ status }) => status === 'pass');
  const lines = groups.flatMap(({ check, places }) => [
    `${page.paint.status('pass')}  ${fit(`${oneLine(check.id)}: ${oneLine(check.title)}`, page.width - INDENT)}`,
    ...labelledPrintable(page, 'on', placesText(page, places)),
  ]);
  return lines.length === 0 ? [] : [page.paint.bold('Passing checks'), ...lines];
}

function notAssessedBlock(page: Page): string[] {
  const groups = groupReasons(page.report.paths, 'not-assessed', true, page.options.verbose);
  if (groups.length === 0) return [];
  return [page.paint.as('not-assessed', 'Not assessed'), ...reasonLines(page, groups)];
}

function reasonLines(page: Page, groups: readonly ReasonGroup[]): string[] {
  return groups.flatMap(({ text, places }) => [
    ...wrap(placesText(page, places), page.width - 2).map((line) => `  ${line}`),
    ...labelled(page, '', text),
  ]);
}

function notApplicableBlock(page: Page): string[] {
  const groups = groupReasons(page.report.paths, 'not-applicable', false, page.options.verbose);
  if (groups.length === 0) return [];
  if (page.options.verbose) return [page.paint.bold('Not applicable'), ...reasonLines(page, groups)];
  const ids = new Set(groups.flatMap(({ places }) => places.map(({ id }) => id)));
  // A row that is off on one node and on at another was shown there.
  const shown = new Set(page.report.paths.filter((path) => path.status !== 'not-applicable').map(({ id }) => id));
  return wrap(
    `Not applicable: ${[...ids].filter((id) => !shown.has(id)).join(', ') || 'on some nodes only'}`,
    page.width,
  );
}

function problemBlock({ report, width, paint }: Page): string[] {
  if (report.problems.length === 0) return [];
  const sorted = report.problems.toSorted(byKeys((p) => [p.subject, p.file ?? '', p.line ?? 0, p.code, p.message]));
  return [
    paint.as('warn', 'Input problems'),
    ...sorted.flatMap((problem) =>
      wrap(problemText(problem), width - INDENT).map(
        (line, index) => `${index === 0 ? '  ' : ' '.repeat(INDENT)}${line}`,
      ),
    ),
  ];
}

function benchmarkBlock({ report, options, width, paint }: Page): string[] {
  return benchmarkSummary(report, { width, paint, onlyBroken: options.quiet });
}

/** The last line; counts rows. */
function verdict({ report, paint }: Page): string {
  const { fail, warn, pass, notAssessed, notApplicable } = report.summary;
  const counts = `${fail} fail, ${warn} warn, ${pass} pass, ${notAssessed} not assessed, ${notApplicable} not applicable`;
  return `${paint.status(report.status)}  ${counts}`;
}
