/** The timeline as JSON: the contract of docs/timeline.schema.json. */
import type { TimelineReport } from '../model/timeline-report.ts';
import { problemsJSON, toJSON } from './json.ts';

/** Prints the report: events in their order. */
export function renderTimelineJSON(report: TimelineReport): string {
  const { firstOutage } = report;
  return toJSON({
    schemaVersion: report.schemaVersion,
    tool: { name: report.tool.name, version: report.tool.version },
    evaluatedAt: report.evaluatedAt,
    inputs: report.inputs.map(({ name, kind }) => ({ name, kind })),
    firstOutage:
      firstOutage === null
        ? null
        : { at: firstOutage.at, daysLeft: firstOutage.daysLeft, node: firstOutage.node, file: firstOutage.file },
    poweredOff: report.poweredOff.map(({ node, until, daysLeft, file }) => ({ node, until, daysLeft, file })),
    events: report.events.map((event) => ({
      at: event.at,
      daysLeft: event.daysLeft,
      node: event.node,
      what: event.what,
      files: [...event.files],
      sha256: event.sha256,
      kind: event.kind,
      takesAlong: [...event.takesAlong],
      breaks: [...event.breaks],
      then: [...event.then],
      manual: event.manual,
      renewal: event.renewal,
    })),
    days: report.days.map(({ day, node, effects }) => ({ day, node, effects: [...effects] })),
    renewals: report.renewals.map((step) => ({
      node: step.node,
      command: step.command,
      files: [...step.files],
      from: step.from,
      to: step.to,
      limitedBy: step.limitedBy,
      restart: [...step.restart],
      firstOutage: step.firstOutage,
    })),
    unseen: [...report.unseen],
    problems: problemsJSON(report.problems),
  });
}
