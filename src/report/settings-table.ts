/** Effective settings for people: per component, what is in force, from where, and what lost against it. */
import type {
  EffectiveComponent,
  EffectiveNode,
  EffectiveSetting,
  EffectiveSource,
  SettingsReport,
} from '../model/settings-report.ts';
import { displayWidth, padColumns, wrap } from '../text/width.ts';
import { byComponent } from './json.ts';
import { byKeys } from './order.ts';
import type { ReportOptions } from './reporter.ts';
import { painter } from './style.ts';
import type { Painter } from './style.ts';
import { nodeTitle, oneLine, positionText, valueText } from './words.ts';

const MIN_WIDTH = 80;
const GAP = '  ';

/** Shares of the width: a long label or file breaks rather than leave no room for values. */
const LABEL_SHARE = 0.33;
const WHERE_SHARE = 0.3;
const WHERE_SHARE_WHEN_NARROW = 0.2;
const NARROW = 110;

const HEADINGS: Line = ['SETTING', 'VALUE', 'ORIGIN', 'WHERE'];

/** Setting, value, origin, where. */
type Line = readonly [string, string, string, string];

/** Prints the report as text of `options.width` columns; values are whole, on as many lines as they take. */
export function renderSettingsTable(report: SettingsReport, options: ReportOptions): string {
  const width = Math.max(options.width, MIN_WIDTH);
  const paint = painter(options.colour);
  const blocks = report.nodes.toSorted(byKeys(({ name }) => [name])).flatMap((node) => nodeBlocks(node, width, paint));
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function nodeBlocks(node: EffectiveNode, width: number, paint: Painter): string[][] {
  const title = paint.bold(nodeTitle(node.name, node));
  if (node.components.length === 0) return [[title], ['No component to show is in the input.']];
  return [
    [title],
    ...node.components.toSorted(byComponent).map((component) => componentBlock(component, width, paint)),
  ];
}

function componentBlock(component: EffectiveComponent, width: number, paint: Painter): string[] {
  const { name, version, assumedVersion, sources, settings } = component;
  const shown =
    version ?? (assumedVersion === null ? 'version unknown' : `version unknown, shown as ${assumedVersion}`);
  const from = [...new Set(sources.map(({ file }) => oneLine(file)))].join(', ');
  const head = wrap(`${oneLine(name)} ${oneLine(shown)}${from === '' ? '' : `: ${from}`}`, width);
  if (settings.length === 0) return [...head.map(paint.bold), 'Nobody wrote any setting.'];
  const place = placeNames(component);
  const lines = settings
    .toSorted(byKeys(({ label }) => [label.replace(/^-+/, '')]))
    .flatMap((setting) => settingLines(setting, version ?? assumedVersion, place));
  const widths = columnWidths([HEADINGS, ...lines], width);
  return [
    ...head.map(paint.bold),
    ...layOut(HEADINGS, widths).map(paint.dim),
    ...lines.flatMap((line) => layOut(line, widths)),
  ];
}

function settingLines(
  setting: EffectiveSetting,
  version: string | null,
  place: (source: EffectiveSource) => string,
): readonly Line[] {
  const of = (label: string, source: EffectiveSource): Line => [
    label,
    source.unknown === null
      ? valueText(source.value, Number.POSITIVE_INFINITY)
      : `not known: ${oneLine(source.unknown)}`,
    source.origin === 'default' && version !== null ? `default ${version}` : source.origin,
    place(source),
  ];
  return [
    of(oneLine(setting.label), setting),
    ...setting.overrides.map((lost) => of('  overrides', lost)),
    ...setting.otherVersions.map(({ versions, value }): Line => [
      `  under ${versions}`,
      valueText(value, Number.POSITIVE_INFINITY),
      '',
      '',
    ]),
  ];
}

/** Files by their last name where that tells them apart; the heading has the whole. */
function placeNames({ sources }: EffectiveComponent): (source: EffectiveSource) => string {
  const files = [...new Set(sources.map(({ file }) => file))];
  const last = (file: string): string => file.slice(file.lastIndexOf('/') + 1);
  const isUnique = (file: string): boolean =>
    files.includes(file) && files.filter((other) => last(other) === last(file)).length === 1;
  return ({ origin, file, line }) =>
    origin === 'default' && line === null
      ? ''
      : positionText({ file: file !== null && isUnique(file) ? last(file) : file, line });
}

function columnWidths(lines: readonly Line[], width: number): readonly number[] {
  const longest = (column: 0 | 2 | 3): number => Math.max(...lines.map((line) => line[column].length));
  const label = Math.min(longest(0), Math.floor(width * LABEL_SHARE));
  const origin = longest(2);
  const share = width < NARROW ? WHERE_SHARE_WHEN_NARROW : WHERE_SHARE;
  const where = Math.min(longest(3), Math.floor(width * share));
  const value = Math.max(width - label - origin - where - 3 * GAP.length, 16);
  return [label, Math.min(value, Math.max(...lines.map((line) => line[1].length))), origin, where];
}

/** One line of cells on as many lines of text as its longest cell takes. */
function layOut(line: Line, widths: readonly number[]): string[] {
  const cells = line.map((text, column) => indented(text, widths[column] ?? 0));
  const height = Math.max(...cells.map((cell) => cell.length));
  return Array.from({ length: height }, (_unused, row) =>
    cells
      .map((cell, column) => padColumns(cell[row] ?? '', widths[column] ?? 0))
      .join(GAP)
      .trimEnd(),
  );
}

/** Wrapped; what begins with spaces keeps them. */
function indented(text: string, width: number): string[] {
  const [indent = ''] = /^ */.exec(text) ?? [];
  return breakable(text, width)
    .flatMap((part) => wrap(part, width - indent.length))
    .map((part) => indent + part);
}

/** A list too long for its column, parted after commas. */
function breakable(text: string, width: number): string[] {
  if (displayWidth(text) <= width || text.includes(' ')) return [text];
  const lines: string[] = [];
  for (const item of text.split(/(?<=,)/)) {
    const line = lines.at(-1);
    if (line !== undefined && displayWidth(line + item) <= width) lines[lines.length - 1] = line + item;
    else lines.push(item);
  }
  return lines;
}
