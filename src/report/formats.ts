/** The output formats by name; each is loaded when it is asked for. */
import type { Reporter } from './reporter.ts';

export const FORMATS = ['table', 'json'] as const;

export type Format = (typeof FORMATS)[number];

const REPORTERS = {
  table: async (report, options) => (await import('./table.ts')).renderTable(report, options),
  json: async (report) => (await import('./json.ts')).renderJSON(report),
} satisfies Record<Format, Reporter>;

/** The reporter of a format. */
export function reporterFor(format: Format): Reporter {
  return REPORTERS[format];
}
