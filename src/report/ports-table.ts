/** Ports for people: per node what listens and who has to reach it, then what the comparison found; the verdict last. */
import type { PortFinding, PortListener, PortsNode, PortsReport } from '../model/ports-report.ts';
import { NETWORK_PLUGINS } from '../model/ports-report.ts';
import { displayWidth, fit, padColumns, wrap } from '../text/width.ts';
import { INDENT, joinBlocks } from './blocks.ts';
import { grid } from './grid.ts';
import { byKeys } from './order.ts';
import {
  addressText,
  authenticationText,
  causeText,
  pluginWords,
  portText,
  reachText,
  tlsText,
} from './ports-words.ts';
import type { ReportOptions } from './reporter.ts';
import { painter } from './style.ts';
import type { Painter } from './style.ts';
import { nodeTitle, oneLine } from './words.ts';

const MIN_WIDTH = 80;

/** A page too narrow for what callers show. */
const NARROW = 110;

interface Page {
  readonly report: PortsReport;
  readonly width: number;
  readonly paint: Painter;
  readonly verbose: boolean;
}

/** Prints the report as text of `options.width` columns. */
export async function renderPortsTable(report: PortsReport, options: ReportOptions): Promise<string> {
  const page: Page = {
    report,
    width: Math.max(options.width, MIN_WIDTH),
    paint: painter(options.colour),
    verbose: options.verbose,
  };
  const nodes: string[][] = [];
  for (const node of report.nodes.toSorted(byKeys(({ name }) => [name]))) nodes.push(...(await nodeBlocks(page, node)));
  const blocks = [...nodes, ...comparisonBlocks(page)];
  return joinBlocks(blocks);
}

/** Columns between the last cell and those before it. */
const GAP = 2;
const MIN_COLUMN = 16;

const HEADINGS = ['PORT', 'ON', 'COMPONENT', 'TLS', 'CALLERS SHOW', 'REACHED BY'];

async function nodeBlocks(page: Page, node: PortsNode): Promise<string[][]> {
  const { width, paint } = page;
  const title = paint.bold(fit(nodeTitle(node.name, node), width));
  return [
    [title, ...(node.listeners.length === 0 ? ['Nothing that is known to listen.'] : await rows(page, node))],
    networkPluginLines(page, node),
    node.unknown.length === 0
      ? []
      : ['Not known', ...node.unknown.flatMap(({ message }) => indented(oneLine(message), width, 2))],
  ];
}

/** A line for each listener; who reaches it takes as many as it needs. */
async function rows({ width, paint, verbose }: Page, { listeners }: PortsNode): Promise<string[]> {
  const narrow = width < NARROW;
  const cells = [HEADINGS, ...listeners.map(cellsOf)].map((row) =>
    narrow ? row.filter((_cell, at) => at !== 4) : row,
  );
  const lines = await grid(cells.map((row) => [...row.slice(0, -1), '']));
  const start = Math.max(...lines.map(displayWidth)) + GAP;
  return lines.flatMap((line, index) => {
    const [first = '', ...more] = wrap(cells[index]?.at(-1) ?? '', Math.max(width - start, MIN_COLUMN));
    const whole = [fit(padColumns(line, start) + first, width), ...more.map((text) => ' '.repeat(start) + text)];
    const listener = listeners[index - 1];
    if (listener === undefined) return whole.map(paint.dim);
    return [...whole, ...(verbose ? reasons(width, listener).map(paint.dim) : [])];
  });
}

function cellsOf(one: PortListener): readonly string[] {
  return [portText(one), addressText(one), one.component, tlsText(one), authenticationText(one), reachText(one)];
}

/** What it is for, what opens it, who says so. */
function reasons(width: number, one: PortListener): string[] {
  const need =
    one.need.kind === 'depends'
      ? `depends on ${one.need.on}`
      : one.need.kind === 'required'
        ? `where it is closed, ${one.need.breaks}`
        : '';
  return [one.purpose, causeText(one), need, one.source]
    .filter((text) => text !== '')
    .flatMap((text) => indented(text, width, 4));
}

function networkPluginLines({ width }: Page, node: PortsNode): string[] {
  const { networkPlugins, networkPluginSettled } = node;
  if (networkPlugins.length > 0) {
    const names = networkPlugins.map(({ name }) => name).join(' and ');
    const because = networkPlugins[0]?.because ?? '';
    return wrap(
      `Network plugin ${names} (${oneLine(because)}), ${pluginWords(node)}${networkPlugins.some(({ settings }) => settings === 'objects') ? '' : ': its own settings are objects of the cluster, which an export beside the node tells'}.`,
      width,
    );
  }
  return networkPluginSettled
    ? []
    : wrap(
        `Nothing in the input shows the network plugin, so its ports are missing: say --cni ${NETWORK_PLUGINS.join(', ')} or none.`,
        width,
      );
}

/** What must not stay as it is comes first. */
const KINDS: readonly PortFinding['kind'][] = ['closed', 'open', 'unexpected', 'undecided', 'depends'];

function comparisonBlocks({ report, width, paint }: Page): string[][] {
  const { comparison } = report;
  if (comparison === null) return [];
  const { findings } = comparison;
  const sorted = findings.toSorted(
    byKeys((one) => [['fail', 'warn', 'not-assessed'].indexOf(one.status), KINDS.indexOf(one.kind)]),
  );
  const count = (...kinds: readonly PortFinding['kind'][]): number =>
    findings.filter(({ kind }) => kinds.includes(kind)).length;
  return [
    [
      paint.bold(fit(`Compared with ${oneLine(comparison.file)} (${comparison.format})`, width)),
      ...(comparison.format === 'ss'
        ? []
        : wrap('Where rules name senders, whether these are who must reach the port is for you to judge.', width)),
    ],
    ...sorted.map((one) => [
      `${paint.status(one.status)}  ${one.kind} ${portText(one)}${one.line === null ? '' : `, line ${one.line}`}`,
      ...indented(oneLine(one.message), width, INDENT),
    ]),
    [
      `${paint.status(report.status)}  ${count('closed')} closed, ${count('open')} open, ${count('unexpected')} unexpected, ${count('undecided', 'depends')} undecided`,
    ],
  ];
}

function indented(text: string, width: number, by: number): string[] {
  return wrap(text, width - by).map((line) => `${' '.repeat(by)}${line}`);
}
