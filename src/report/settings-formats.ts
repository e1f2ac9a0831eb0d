/** The output formats of `kubetls settings` by name; each is loaded when it is asked for. */
import type { SettingsReport } from '../model/settings-report.ts';
import type { ReportOptions } from './reporter.ts';

export const SETTINGS_FORMATS = ['table', 'json'] as const;

export type SettingsFormat = (typeof SETTINGS_FORMATS)[number];

/** The report in one format: the whole text, ending in a newline. */
export async function renderSettings(
  format: SettingsFormat,
  report: SettingsReport,
  options: ReportOptions,
): Promise<string> {
  switch (format) {
    case 'table':
      return (await import('./settings-table.ts')).renderSettingsTable(report, options);
    case 'json':
      return (await import('./settings-json.ts')).renderSettingsJSON(report);
  }
}
