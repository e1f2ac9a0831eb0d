/** The output formats of `kubetls ports` by name; each is loaded when it is asked for. */
import type { PortsReport } from '../model/ports-report.ts';
import type { ReportOptions } from './reporter.ts';

export const PORTS_FORMATS = ['table', 'json'] as const;

export type PortsFormat = (typeof PORTS_FORMATS)[number];

export const FIREWALLS = ['nftables', 'iptables', 'calico', 'markdown'] as const;

/** What rules are written for. */
export type Firewall = (typeof FIREWALLS)[number];

/** The report, or the rules, in one format: the whole text, ending in a newline. */
export async function renderPorts(
  format: PortsFormat | Firewall,
  report: PortsReport,
  options: ReportOptions,
): Promise<string> {
  switch (format) {
    case 'table':
      return (await import('./ports-table.ts')).renderPortsTable(report, options);
    case 'json':
      return (await import('./ports-json.ts')).renderPortsJSON(report);
    case 'nftables':
      return (await import('./ports-nftables.ts')).renderNftables(report);
    case 'iptables':
      return (await import('./ports-iptables.ts')).renderIptables(report);
    case 'calico':
      return (await import('./ports-calico.ts')).renderCalico(report);
    case 'markdown':
      return (await import('./ports-markdown.ts')).renderPortsMarkdown(report);
  }
}
