/** When certificates end, as JSON: the contract of docs/expiry.schema.json. */
import type { ExpiryReport } from '../model/expiry-report.ts';
import { problemsJSON, toJSON } from './json.ts';
import { byKeys } from './order.ts';

/** Prints the report: certificates by the day on which they end, then node and file. */
export function renderExpiryJSON(report: ExpiryReport): string {
  return toJSON({
    schemaVersion: report.schemaVersion,
    tool: { name: report.tool.name, version: report.tool.version },
    evaluatedAt: report.evaluatedAt,
    status: report.status,
    inputs: report.inputs.map(({ name, kind }) => ({ name, kind })),
    nodes: report.nodes
      .toSorted(byKeys(({ name }) => [name]))
      .map(({ name, kubernetesVersion, distribution }) => ({ name, kubernetesVersion, distribution })),
    certificates: report.certificates.map((one) => ({
      node: one.node,
      file: one.file,
      kind: one.kind,
      side: one.side,
      roles: [...one.roles],
      ...identity(one),
      endsAt: one.endsAt,
      endsWith: one.endsWith === null ? null : { file: one.endsWith.file, subject: one.endsWith.subject },
      daysLeft: one.daysLeft,
      renewal: { by: one.renewal.by, how: one.renewal.how, restart: one.renewal.restart },
      paths: [...one.paths],
      breaks: [...one.breaks],
      status: one.status,
      messages: [...one.messages],
      remediation: one.remediation,
    })),
    inMemory: report.inMemory.map(({ node, title, status, message, remediation, paths }) => ({
      node,
      title,
      status,
      message,
      remediation,
      paths: [...paths],
    })),
    unused: report.unused.map((one) => ({
      node: one.node,
      file: one.file,
      ...identity(one),
      daysLeft: one.daysLeft,
    })),
    unseen: report.unseen.map(({ node, file, role, paths, message, notInInput }) => ({
      node,
      file,
      role,
      paths: [...paths],
      message,
      notInInput,
    })),
    problems: problemsJSON(report.problems),
  });
}

function identity(one: ExpiryReport['unused'][number]) {
  const { subject, issuer, serialNumber, sha256, notBefore, notAfter } = one;
  return { subject, issuer, serialNumber, sha256, notBefore, notAfter };
}
