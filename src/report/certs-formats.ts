/** The output formats of `kubetls certs` by name; each is loaded when it is asked for. */
import type { CertsReport } from '../model/certs-report.ts';
import type { ReportOptions } from './reporter.ts';

export const CERTS_FORMATS = ['table', 'json'] as const;

export type CertsFormat = (typeof CERTS_FORMATS)[number];

/** The report in one format: the whole text, ending in a newline. */
export async function renderCerts(format: CertsFormat, report: CertsReport, options: ReportOptions): Promise<string> {
  switch (format) {
    case 'table':
      return (await import('./certs-table.ts')).renderCertsTable(report, options);
    case 'json':
      return (await import('./certs-json.ts')).renderCertsJSON(report);
  }
}
