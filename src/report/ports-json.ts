/** Ports as JSON: the contract of docs/ports.schema.json. */
import type { Need, PortListener, PortsReport } from '../model/ports-report.ts';
import { problemsJSON, toJSON } from './json.ts';
import { byKeys } from './order.ts';

/** Prints the report: nodes by name, listeners in the order of components, findings in the order of listeners. */
export function renderPortsJSON(report: PortsReport): string {
  const { comparison } = report;
  return toJSON({
    schemaVersion: report.schemaVersion,
    tool: { name: report.tool.name, version: report.tool.version },
    evaluatedAt: report.evaluatedAt,
    status: report.status,
    inputs: report.inputs.map(({ name, kind }) => ({ name, kind })),
    nodes: report.nodes.toSorted(byKeys(({ name }) => [name])).map((node) => ({
      name: node.name,
      kubernetesVersion: node.kubernetesVersion,
      distribution: node.distribution,
      networkPlugins: node.networkPlugins.map(({ name, because, settings }) => ({ name, because, settings })),
      networkPluginSettled: node.networkPluginSettled,
      listeners: node.listeners.map(listenerJSON),
      podPorts: node.podPorts.map(({ pod, protocol, port }) => ({ pod, protocol, port })),
      unknown: node.unknown.map(({ component, kind, message }) => ({ component, kind, message })),
      peers: { controlPlane: [...node.peers.controlPlane], nodes: [...node.peers.nodes] },
    })),
    comparison:
      comparison === null
        ? null
        : {
            file: comparison.file,
            format: comparison.format,
            node: comparison.node,
            findings: comparison.findings.map((one) => ({
              kind: one.kind,
              status: one.status,
              component: one.component,
              protocol: one.protocol,
              port: one.port,
              lastPort: one.lastPort,
              message: one.message,
              line: one.line,
            })),
          },
    problems: problemsJSON(report.problems),
  });
}

function listenerJSON(one: PortListener) {
  return {
    component: one.component,
    purpose: one.purpose,
    address: one.address,
    scope: one.scope,
    protocol: one.protocol,
    port: one.port,
    lastPort: one.lastPort,
    tls: one.tls,
    minTLSVersion: one.minTLSVersion,
    authentication: [...one.authentication],
    reach: [...one.reach],
    need: { kind: one.need.kind, why: whyOf(one.need) },
    cause: {
      setting: one.cause.setting,
      value: one.cause.value,
      origin: one.cause.origin,
      file: one.cause.file,
      line: one.cause.line,
    },
    source: one.source,
  };
}

/** What breaks when it is closed, or what decides whether it is needed. */
function whyOf(need: Need): string | null {
  switch (need.kind) {
    case 'required':
      return need.breaks;
    case 'depends':
      return need.on;
    case 'optional':
      return null;
  }
}
