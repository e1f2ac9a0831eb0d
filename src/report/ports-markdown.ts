/** Ports as tables for whoever runs the firewall in front of the nodes. */
import type { PortListener, PortsNode, PortsReport } from '../model/ports-report.ts';
import { GROUP_WORDS, headOf, membersOf, nodesOf } from './ports-rules.ts';
import { addressText, authenticationText, portText, reachText, tlsText } from './ports-words.ts';
import { oneLine } from './words.ts';

/** A section for each node. */
export function renderPortsMarkdown(report: PortsReport): string {
  return `${nodesOf(report)
    .map((node) => section(report, node))
    .join('\n\n')}\n`;
}

function section(report: PortsReport, node: PortsNode): string {
  const [, ...notes] = headOf(report, node).slice(0, -1);
  const beyond = node.listeners.filter(({ scope, reach }) => scope !== 'loopback' && !reach.includes('nobody'));
  const closed = node.listeners.filter(({ scope, reach }) => scope !== 'loopback' && reach.includes('nobody'));
  const local = node.listeners.filter(({ scope }) => scope === 'loopback');
  const known = membersOf(node).filter(({ v4, v6 }) => v4.length + v6.length > 0);
  return [
    `## ${cell(node.name)}`,
    ...notes.map(cell),
    table(
      ['Port', 'Admit from', 'Component', 'For', 'TLS', 'Callers show', 'Needed'],
      beyond.map((one) => [
        portText(one),
        reachText(one),
        one.component,
        one.purpose,
        tlsText(one),
        authenticationText(one),
        needText(one),
      ]),
    ),
    ...(known.length === 0
      ? []
      : [
          `Addresses that the input knows:\n\n${known.map(({ group, v4, v6 }) => `- ${GROUP_WORDS[group]}: ${[...v4, ...v6].join(', ')}`).join('\n')}`,
        ]),
    ...(closed.length === 0
      ? []
      : [
          `Admit nobody to:\n\n${closed.map((one) => `- ${portText(one)}: ${one.component}, ${cell(one.purpose)}`).join('\n')}`,
        ]),
    ...(local.length === 0
      ? []
      : [
          `On loopback only: ${local.map((one) => `${portText(one)} (${one.component}, ${addressText(one)})`).join(', ')}.`,
        ]),
  ].join('\n\n');
}

function needText({ need }: PortListener): string {
  switch (need.kind) {
    case 'required':
      return `yes: without it, ${need.breaks}`;
    case 'depends':
      return `depends on ${need.on}`;
    case 'optional':
      return 'by who uses it';
  }
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');
}

/** What stands in a cell stays in it. */
function cell(text: string): string {
  return oneLine(text).replaceAll(/[|\\<>[\]]/g, '\\$&');
}
