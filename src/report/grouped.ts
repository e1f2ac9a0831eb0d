/** The report for people by something else than paths: by the controls of a hardening guide, or by component. */
import { brokenControls, CONTROL_RESULTS } from '../model/benchmark.ts';
import type { ControlResult, Coverage, ReportBenchmark, ReportControl } from '../model/benchmark.ts';
import { COMPONENT_NAMES } from '../model/component.ts';
import type { ComponentName } from '../model/component.ts';
import { isAlarm } from '../model/report.ts';
import type { Report, ReportCheck, ReportPath } from '../model/report.ts';
import { worstStatus } from '../model/status.ts';
import type { Status } from '../model/status.ts';
import type { Waiver } from '../model/waiver.ts';
import { fit, wrap } from '../text/width.ts';
import { joinBlocks } from './blocks.ts';
import { groupFindings } from './findings.ts';
import type { ReportOptions } from './reporter.ts';
import { painter } from './style.ts';
import type { Painter } from './style.ts';
import { waiverFaults } from './waivers.ts';
import { nodeTitle, oneLine } from './words.ts';

/** Narrower than this an id and a result leave no room for what they are about. */
const MIN_WIDTH = 80;

const RESULT_WORDS: Readonly<Record<ControlResult, string>> = {
  'not-compliant': 'NOT COMPLIANT',
  'not-assessed': 'not assessed',
  'compliant-by-default': 'compliant by default, not written down',
  compliant: 'compliant',
  'not-applicable': 'not applicable',
  'out-of-scope': 'out of scope',
};

const RESULT_STATUS: Readonly<Record<ControlResult, Status>> = {
  'not-compliant': 'warn',
  'not-assessed': 'not-assessed',
  'compliant-by-default': 'pass',
  compliant: 'pass',
  'not-applicable': 'not-applicable',
  'out-of-scope': 'not-applicable',
};

/** Results of which the reader wants to know why. */
const EXPLAINED: readonly ControlResult[] = ['not-compliant', 'compliant-by-default', 'not-assessed', 'out-of-scope'];

/**
 * Prints the controls of the guide that the report was made by, worst first, and how far they were covered. With
 * `quiet`: those that do not comply; nothing where there are none.
 */
export function renderByBenchmark(report: Report, options: ReportOptions): string {
  const { benchmark } = report;
  if (benchmark === undefined) return '';
  const width = Math.max(options.width, MIN_WIDTH);
  const paint = painter(options.colour);
  const several = new Set(benchmark.controls.map(({ node }) => node)).size > 1;
  const groups = CONTROL_RESULTS.map((result) => ({
    result,
    controls: benchmark.controls.filter((one) => one.result === result),
  })).filter(({ controls }) => controls.length > 0);
  const shown = options.quiet ? brokenGroup(benchmark) : groups;
  const blocks = [
    ...(options.quiet ? [] : [documentLines(report, benchmark, width, paint)]),
    ...shown.map(({ result, controls }) => [
      paint.as(RESULT_STATUS[result], `${capital(RESULT_WORDS[result])}: ${controls.length}`),
      ...controls.flatMap((control) => controlLines(control, several, options.verbose, width, paint)),
    ]),
    waiverFaults(report, width, paint),
    ...(options.quiet ? [] : [elsewhereLines(benchmark, width, paint), coverageLines(benchmark, width)]),
    ...(options.quiet ? [] : [[`${paint.status(report.status)}  ${rowCounts(report)}`]]),
  ];
  return joinBlocks(blocks);
}

/** What does not comply and nobody has decided to live with; no group where there is nothing. */
function brokenGroup(benchmark: ReportBenchmark): { result: ControlResult; controls: readonly ReportControl[] }[] {
  const controls = brokenControls(benchmark);
  return controls.length === 0 ? [] : [{ result: 'not-compliant', controls }];
}

function documentLines(report: Report, benchmark: ReportBenchmark, width: number, paint: Painter): string[] {
  const inputs = report.inputs.map(({ name, kind }) => (kind === 'host' ? 'this host' : oneLine(name))).join(', ');
  return [
    fit(`kubetls ${oneLine(report.tool.version)}: ${inputs} at ${oneLine(report.evaluatedAt)}`, width),
    '',
    paint.bold(`${benchmark.title} ${versionWords(benchmark)}`),
    ...(benchmark.note === null ? [] : wrap(oneLine(benchmark.note), width)),
  ];
}

function versionWords({ version }: ReportBenchmark): string {
  return /^\d/.test(version) ? `v${version}` : version;
}

const INDENT = 8;

function controlLines(
  control: ReportControl,
  several: boolean,
  verbose: boolean,
  width: number,
  paint: Painter,
): string[] {
  const where = several ? ` (${oneLine(control.node)})` : '';
  const waived = control.waived ? ', waived' : '';
  const { waiver } = control;
  const head = `  ${paint.bold(control.id)}  ${fit(`${control.title}${where}${waived}`, width - control.id.length - 4)}`;
  if (!verbose && !EXPLAINED.includes(control.result)) return [head];
  return [
    head,
    ...indented(oneLine(control.message), width),
    ...(waiver === null ? [] : indented(waiverWords(waiver), width)),
    ...(control.checks.length === 0 || !verbose
      ? []
      : indented(
          `${control.grade}; decided by ${control.checks.join(', ')} on ${control.paths.join(', ') || 'no row'}`,
          width,
        )),
  ];
}

function waiverWords({ kind, reason, until }: Waiver): string {
  return kind === 'baseline'
    ? `Not new: ${oneLine(reason)}.`
    : `Waived until ${(until ?? '').slice(0, 10)}: ${oneLine(reason)}`;
}

function elsewhereLines({ outOfScope }: ReportBenchmark, width: number, paint: Painter): string[] {
  if (outOfScope.length === 0) return [];
  return [
    paint.bold('Not judged by kubetls'),
    ...outOfScope.flatMap(({ ids, controls, why }) => [
      ...wrap(`${ids} (${controls})`, width - 2).map((line) => `  ${line}`),
      ...indented(why, width),
    ]),
  ];
}

/** How much of the document the results are about: the line that keeps a good result from passing for the whole. */
function coverageLines({ title, coverage, ...rest }: ReportBenchmark, width: number): string[] {
  const judged = coverage.controls - coverage.outOfScope;
  return wrap(
    `Coverage: kubetls judges ${judged} of the ${coverage.controls} controls of the ${title} ${versionWords({ title, coverage, ...rest })}: ${countWords(coverage)}. ${coverage.outOfScope} are out of scope.`,
    width,
  );
}

function countWords(coverage: Coverage): string {
  return [
    `${coverage.compliant} compliant`,
    `${coverage.compliantByDefault} compliant by default and not written down`,
    `${coverage.notCompliant} not compliant`,
    `${coverage.notAssessed} not assessed`,
    `${coverage.notApplicable} not applicable`,
  ].join(', ');
}

/** For a report by paths: what does not comply, in short; nothing without a guide. With `onlyBroken` all else is left out. */
export function benchmarkSummary(
  { benchmark }: Report,
  { width, onlyBroken, paint }: { readonly width: number; readonly onlyBroken: boolean; readonly paint: Painter },
): string[] {
  if (benchmark === undefined) return [];
  const broken = new Set(brokenControls(benchmark).map(({ id }) => id));
  const waived = new Set(benchmark.controls.filter((one) => one.waived && !broken.has(one.id)).map(({ id }) => id));
  if (onlyBroken && broken.size === 0) return [];
  return [
    paint.bold(`${benchmark.title} ${versionWords(benchmark)}`),
    ...idLines('Not compliant', broken, width),
    ...(onlyBroken ? [] : idLines('Not compliant, and waived', waived, width)),
    ...(onlyBroken ? [] : coverageLines(benchmark, width - 2).map((line) => `  ${line}`)),
    ...wrap('Each control: --group-by benchmark', width - 2).map((line) => `  ${line}`),
  ];
}

function idLines(words: string, ids: ReadonlySet<string>, width: number): string[] {
  return ids.size === 0 ? [] : wrap(`${words}: ${[...ids].join(', ')}`, width - 2).map((line) => `  ${line}`);
}

type Owner = ComponentName | 'files';

const OWNERS: readonly Owner[] = [...COMPONENT_NAMES, 'files'];

/**
 * Prints what was found by the component whose setting or certificate it is about. With `quiet`: components at warn or
 * worse; nothing where there are none.
 */
export function renderByComponent(report: Report, options: ReportOptions): string {
  const width = Math.max(options.width, MIN_WIDTH);
  const paint = painter(options.colour);
  const names = [...new Set([...report.nodes.map(({ name }) => name), ...report.paths.map(({ node }) => node)])];
  const blocks = names.flatMap((name) => {
    const rows = report.paths.filter(({ node }) => node === name);
    const owners = OWNERS.map((owner) => componentLines(owner, rows, options, width, paint)).filter(
      (lines) => lines.length > 0,
    );
    const title = nodeTitle(
      name,
      report.nodes.find((node) => node.name === name),
    );
    return owners.length === 0 ? [] : [[paint.bold(fit(title, width))], ...owners];
  });
  const open = [
    ...new Set(
      report.paths.filter(({ checks, status }) => status === 'not-assessed' && checks.length === 0).map(({ id }) => id),
    ),
  ];
  return joinBlocks([
    ...blocks,
    waiverFaults(report, width, paint),
    ...(options.quiet
      ? []
      : [
          open.length === 0 ? [] : wrap(`Not assessed as a whole: ${open.join(', ')}`, width),
          [`${paint.status(report.status)}  ${rowCounts(report)}`],
        ]),
  ]);
}

function componentLines(
  owner: Owner,
  rows: readonly ReportPath[],
  { quiet, verbose }: ReportOptions,
  width: number,
  paint: Painter,
): string[] {
  const own = (check: ReportCheck): boolean => ownerOf(check) === owner;
  const groups = groupFindings(rows, own);
  if (groups.length === 0) return [];
  const alarms = groups.filter(({ check }) => isAlarm(check));
  if (quiet && alarms.length === 0) return [];
  const status = worstStatus(groups.filter(({ check }) => check.waiver === null).map(({ check }) => check.status));
  const count = (wanted: Status): number =>
    groups.filter(({ check }) => check.status === wanted && check.waiver === null).length;
  const counts = `${count('fail')} fail, ${count('warn')} warn, ${count('pass')} pass, ${count('not-assessed')} not assessed`;
  const shown = quiet || !verbose ? alarms : groups;
  return [
    `${paint.status(status)}  ${paint.bold(owner === 'files' ? 'certificates, keys and kubeconfigs' : owner)}  ${counts}`,
    ...shown.flatMap(({ check, places }) => [
      ...wrap(
        `${check.status.toUpperCase()} ${check.severity} ${oneLine(check.id)} on ${places.map(({ id }) => id).join(', ')}`,
        width - 2,
      ).map((line) => `  ${line}`),
      ...indented(oneLine(check.message), width),
    ]),
  ];
}

/** What a finding is about: the component of its evidence. Certificates that several show are nobody's. */
function ownerOf({ evidence }: ReportCheck): Owner {
  return evidence.find(({ component }) => component !== undefined)?.component ?? 'files';
}

function rowCounts({ summary }: Report): string {
  const { fail, warn, pass, notAssessed, notApplicable } = summary;
  return `${fail} fail, ${warn} warn, ${pass} pass, ${notAssessed} not assessed, ${notApplicable} not applicable`;
}

function indented(text: string, width: number): string[] {
  return wrap(text, width - INDENT)
    .filter((line) => line !== '')
    .map((line) => `${' '.repeat(INDENT)}${line}`);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
