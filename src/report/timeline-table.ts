/** The timeline for people: the first outage, then what happens when, then what renewing would move. */
import type { TimelineEvent, TimelineReport } from '../model/timeline-report.ts';
import { fit, wrap } from '../text/width.ts';
import { joinBlocks, labelled } from './blocks.ts';
import type { ReportOptions } from './reporter.ts';
import { painter } from './style.ts';
import type { Painter } from './style.ts';
import { oneLine } from './words.ts';

const MIN_WIDTH = 80;

interface Page {
  readonly report: TimelineReport;
  readonly width: number;
  readonly indent: number;
  readonly gap: number;
  readonly paint: Painter;
  readonly severalNodes: boolean;
}

/** Prints the report as text of `options.width` columns. */
export function renderTimelineTable(report: TimelineReport, options: ReportOptions): string {
  const nodes = new Set([...report.events, ...report.poweredOff].map(({ node }) => node));
  const page: Page = {
    report,
    width: Math.max(options.width, MIN_WIDTH),
    indent: 5,
    gap: 1,
    paint: painter(options.colour),
    severalNodes: nodes.size > 1,
  };
  const inputs = report.inputs.map(({ name, kind }) => (kind === 'host' ? 'this host' : oneLine(name))).join(', ');
  const blocks = [
    [fit(`kubetls ${oneLine(report.tool.version)}: ${inputs} at ${oneLine(report.evaluatedAt)}`, page.width)],
    summary(page),
    ...byDay(report.events).map((events) => dayBlock(page, events)),
    renewals(page),
    plain(page, 'Not seen, so that something may end before', report.unseen),
    plain(
      page,
      'Problems of the input',
      report.problems.map(({ subject, message }) => `${subject}: ${message}`),
    ),
  ];
  return joinBlocks(blocks);
}

function summary({ report, paint, width }: Page): string[] {
  const { firstOutage, poweredOff } = report;
  const first =
    firstOutage === null
      ? 'No outage is known to come.'
      : `First outage: ${when(firstOutage.at, firstOutage.daysLeft)}, when ${oneLine(firstOutage.file)} on ${oneLine(firstOutage.node)} ends.`;
  const off = poweredOff.map(({ node, until, daysLeft, file }) =>
    daysLeft < 0
      ? `${oneLine(node)} does not come back by itself from being switched off: ${oneLine(file)} has ended.`
      : `${oneLine(node)} may stay switched off until ${when(until, daysLeft)}: then ${oneLine(file)} ends.`,
  );
  return [...wrap(first, width).map((line) => paint.bold(line)), ...off.flatMap((text) => wrap(text, width))];
}

function when(at: string, daysLeft: number): string {
  if (daysLeft < 0) return `${at.slice(0, 10)} (${daysLeft === -1 ? 'today' : `${-daysLeft - 1} days ago`})`;
  return `${at.slice(0, 10)} (${daysLeft === 0 ? 'within a day' : `in ${daysLeft} days`})`;
}

function byDay(events: readonly TimelineEvent[]): readonly (readonly TimelineEvent[])[] {
  const days = new Map<string, TimelineEvent[]>();
  for (const event of events) {
    const day = event.at.slice(0, 10);
    days.set(day, [...(days.get(day) ?? []), event]);
  }
  return [...days.values()];
}

function dayBlock(page: Page, events: readonly TimelineEvent[]): string[] {
  const [first] = events;
  if (first === undefined) return [];
  const { report, paint, severalNodes } = page;
  const effects = report.days
    .filter(({ day }) => day === first.at.slice(0, 10))
    .flatMap((one) => one.effects.map((text) => (severalNodes ? `${one.node}: ${text}` : text)));
  return [
    paint.bold(when(first.at, first.daysLeft)),
    ...events.flatMap((event) => labelled(page, '-', eventText(page, event))),
    ...effects.flatMap((text) => labelled(page, '=>', text)),
  ];
}

function eventText({ severalNodes }: Page, event: TimelineEvent): string {
  const [file = '', ...more] = event.files;
  const copies = more.length === 0 ? '' : ` and ${more.length} ${more.length === 1 ? 'copy' : 'copies'}`;
  const where = `${file}${copies}${severalNodes ? ` on ${event.node}` : ''}`;
  const along = event.takesAlong.length === 0 ? '' : `; takes along ${event.takesAlong.join(', ')}`;
  const breaks = event.breaks.length === 0 ? 'nobody who is known verifies it' : `breaks ${event.breaks.join(', ')}`;
  const then = event.then.length === 0 ? '' : `; with it ${event.then.join(', ')}`;
  return `${event.what} (${where}): ${event.manual ? `${breaks}${then}${along}` : 'the kubelet renews it before, while it runs'}`;
}

/** What a command would move by a day at least. */
function renewals(page: Page): string[] {
  const { report, severalNodes, width } = page;
  const moving = report.renewals.filter(({ from, to }) => to.slice(0, 10) > from.slice(0, 10));
  if (report.renewals.length === 0) return [];
  if (moving.length === 0)
    return ['Renewing now would move nothing: what kubeadm makes is fresh, or its CA ends first.'];
  return [
    'What renewing now would move',
    ...moving.flatMap(({ node, command, from, to, limitedBy, restart, firstOutage }) => {
      const on = severalNodes ? ` on ${node}` : '';
      const limit = limitedBy === null ? '' : ` (its CA ${limitedBy} ends then)`;
      const again = restart.length === 0 ? '' : `; then restart ${restart.join(', ')}`;
      const outage = firstOutage === null ? '' : `; first outage ${firstOutage.slice(0, 10)}`;
      const text = oneLine(`${command}${on}: ${from.slice(0, 10)} -> ${to.slice(0, 10)}${limit}${again}${outage}`);
      return wrap(text, width - 4).map((line, index) => `${index === 0 ? '  ' : '    '}${line}`);
    }),
  ];
}

function plain({ width }: Page, title: string, texts: readonly string[]): string[] {
  return texts.length === 0
    ? []
    : [title, ...texts.flatMap((text) => wrap(oneLine(text), width - 2).map((line) => `  ${line}`))];
}
