/** The output formats by name; each is loaded when it is asked for. */
import type { Reporter } from './reporter.ts';

const REPORTERS = {
  table: async (report, options) => {
    if (options.groupBy === 'benchmark') return (await import('./grouped.ts')).renderByBenchmark(report, options);
    if (options.groupBy === 'component') return (await import('./grouped.ts')).renderByComponent(report, options);
    return (await import('./table.ts')).renderTable(report, options);
  },
  wide: async (report, options) => (await import('./table.ts')).renderTable(report, { ...options, wide: true }),
  json: async (report) => (await import('./json.ts')).renderJSON(report),
  markdown: async (report, options) => (await import('./markdown.ts')).renderMarkdown(report, options),
  html: async (report, options) => (await import('./html/page.ts')).renderHTML(report, options),
  sarif: async (report, options) => (await import('./sarif.ts')).renderSARIF(report, options),
  junit: async (report) => (await import('./junit.ts')).renderJUnit(report),
  nagios: async (report) => (await import('./nagios.ts')).renderNagios(report),
  prometheus: async (report) => (await import('./prometheus.ts')).renderPrometheus(report),
  'prometheus-x509': async (report) => (await import('./prometheus.ts')).renderX509Prometheus(report),
  openreports: async (report) => (await import('./openreports.ts')).renderOpenReports(report),
  csv: async (report) => (await import('./csv.ts')).renderCSV(report),
} satisfies Readonly<Record<string, Reporter>>;

export type Format = keyof typeof REPORTERS;

export const FORMATS = Object.keys(REPORTERS) as readonly Format[];

/** The reporter of a format. */
export function reporterFor(format: Format): Reporter {
  return REPORTERS[format];
}
