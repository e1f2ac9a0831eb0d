/** The output formats of `kubetls expiry` by name; each is loaded when it is asked for. */
import type { ExpiryReport } from '../model/expiry-report.ts';
import type { ReportOptions } from './reporter.ts';

export const EXPIRY_FORMATS = ['table', 'json'] as const;

export type ExpiryFormat = (typeof EXPIRY_FORMATS)[number];

/** The report in one format: the whole text, ending in a newline, or empty where there is nothing to say. */
export async function renderExpiry(
  format: ExpiryFormat,
  report: ExpiryReport,
  options: ReportOptions,
): Promise<string> {
  switch (format) {
    case 'table':
      return options.quiet
        ? (await import('./expiry-lines.ts')).renderExpiryLines(report)
        : (await import('./expiry-table.ts')).renderExpiryTable(report, options);
    case 'json':
      return (await import('./expiry-json.ts')).renderExpiryJSON(report);
  }
}
