/** Listeners of nodes -> the report on ports. */
import type { ReadFirewall } from '../model/firewall.ts';
import type { NodeModel } from '../model/node.ts';
import type {
  KnownPeers,
  NetworkPluginFact,
  PodPort,
  PortListener,
  PortsComparison,
  PortsNode,
  PortsReport,
  UnknownListener,
} from '../model/ports-report.ts';
import type { Report, ReportProblem } from '../model/report.ts';
import { worstStatus } from '../model/status.ts';
import { formatTime } from '../text/date.ts';
import { redact, redactAll } from '../text/redact.ts';
import { TOOL } from '../text/tool.ts';
import { compareRules } from './ports-rules.ts';
import { compareSockets } from './ports-sockets.ts';
import { kubernetesVersionOf } from './report-node.ts';

export interface PortsMachine {
  readonly node: NodeModel;
  readonly listeners: readonly PortListener[];
  readonly podPorts: readonly PodPort[];
  readonly unknown: readonly UnknownListener[];
  readonly peers: KnownPeers;
  readonly networkPlugins: readonly NetworkPluginFact[];
  readonly networkPluginSettled: boolean;
  /** What may listen as well, and the input does not show whether the node has it. */
  readonly elsewhere: readonly PortListener[];
}

export interface PortsInput {
  readonly at: Date;
  readonly inputs: Report['inputs'];
  readonly machines: readonly PortsMachine[];
  readonly problems: readonly ReportProblem[];
  /** What the first machine is compared with. */
  readonly against?: { readonly file: string; readonly read: Extract<ReadFirewall, { ok: true }>['firewall'] };
}

/** Puts the report together; secrets go no further than here. */
export function buildPortsReport(input: PortsInput): PortsReport {
  const nodes = input.machines.map(portsNode);
  const comparison = comparisonOf(nodes, input);
  return {
    schemaVersion: 1,
    tool: TOOL,
    evaluatedAt: formatTime(input.at),
    status:
      comparison === null ? 'not-applicable' : worstStatus(['pass', ...comparison.findings.map((one) => one.status)]),
    inputs: input.inputs,
    nodes,
    comparison,
    problems: input.problems.map(redactAll),
  };
}

function portsNode({ node, ...rest }: PortsMachine): PortsNode {
  return {
    name: node.name,
    kubernetesVersion: kubernetesVersionOf(node),
    distribution: node.distribution?.id ?? null,
    networkPlugins: rest.networkPlugins,
    networkPluginSettled: rest.networkPluginSettled,
    listeners: rest.listeners.map((one) => ({ ...one, cause: { ...one.cause, value: redact(one.cause.value) } })),
    podPorts: rest.podPorts,
    unknown: rest.unknown.map((one) => ({ ...one, message: redact(one.message) })),
    peers: rest.peers,
  };
}

function comparisonOf(nodes: readonly PortsNode[], { against, machines }: PortsInput): PortsComparison | null {
  const [node] = nodes;
  if (against === undefined || node === undefined) return null;
  const { file, read } = against;
  const others = machines[0]?.elsewhere ?? [];
  const findings = read.format === 'ss' ? compareSockets(node, read, others) : compareRules(node, read, others);
  return {
    file,
    format: read.format,
    node: node.name,
    findings: findings.map((one) => ({ ...one, message: redact(one.message) })),
  };
}
