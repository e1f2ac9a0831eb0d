/** The output formats of `kubetls timeline` by name; each is loaded when it is asked for. */
import type { TimelineReport } from '../model/timeline-report.ts';
import type { ReportOptions } from './reporter.ts';

export const TIMELINE_FORMATS = ['table', 'json', 'ics'] as const;

export type TimelineFormat = (typeof TIMELINE_FORMATS)[number];

/** The report in one format: the whole text, ending in a line break. */
export async function renderTimeline(
  format: TimelineFormat,
  report: TimelineReport,
  options: ReportOptions,
): Promise<string> {
  switch (format) {
    case 'table':
      return (await import('./timeline-table.ts')).renderTimelineTable(report, options);
    case 'json':
      return (await import('./timeline-json.ts')).renderTimelineJSON(report);
    case 'ics':
      return (await import('./timeline-ics.ts')).renderTimelineCalendar(report);
  }
}
