/** Rows and models -> the report object that every format prints. */
import type { Certificate } from '../model/certificate.ts';
import type { NodeModel } from '../model/node.ts';
import type { PathId, Rotation } from '../model/path.ts';
import type { Report, ReportCertificate, ReportCheck, ReportPath, ReportProblem } from '../model/report.ts';
import { worstStatus } from '../model/status.ts';
import type { ReportWaiver } from '../model/waiver.ts';
import type { EvaluatedPath } from './evaluate.ts';
import { certificatesOf } from './node-certificates.ts';
import { reportNode } from './report-node.ts';
import { formatTime } from '../text/date.ts';
import { redact, redactAll } from '../text/redact.ts';
import { TOOL } from '../text/tool.ts';

/** A node as judged: its model under the newest version it may have, and its rows. */
export interface JudgedNode {
  readonly node: NodeModel;
  readonly paths: readonly EvaluatedPath[];
}

export interface ReportInput {
  readonly at: Date;
  readonly inputs: Report['inputs'];
  readonly nodes: readonly JudgedNode[];
  readonly problems: readonly ReportProblem[];
  readonly waivers: Report['waivers'];
}

/** Puts the report together; its status is that of its worst row, and no better than warn where a waiver is at fault. */
export function buildReport(input: ReportInput): Report {
  const paths = input.nodes.flatMap(({ node, paths: judged }) => judged.map(({ row }) => printable(row, node)));
  const count = (status: ReportPath['status']): number => paths.filter((row) => row.status === status).length;
  return {
    schemaVersion: 1,
    tool: TOOL,
    evaluatedAt: formatTime(input.at),
    status: worstStatus([
      ...paths.map(({ status }) => status),
      ...(input.waivers.some(isAtFault) ? ['warn' as const] : []),
    ]),
    inputs: input.inputs,
    nodes: input.nodes.map(({ node }) => reportNode(node)),
    paths,
    certificates: input.nodes.flatMap(reportCertificates),
    problems: input.problems.map(redactAll),
    waivers: input.waivers,
    summary: {
      pass: count('pass'),
      warn: count('warn'),
      fail: count('fail'),
      notAssessed: count('not-assessed'),
      notApplicable: count('not-applicable'),
    },
  };
}

function isAtFault({ state }: ReportWaiver): boolean {
  return state === 'expired' || state === 'unused';
}

/** Findings quote what the input says, which may hold a password: it goes no further than here. */
function withoutSecrets(check: ReportCheck): ReportCheck {
  return {
    ...check,
    message: redact(check.message),
    ...(check.headline === undefined ? {} : { headline: redact(check.headline) }),
    evidence: check.evidence.map((one) => ({ ...one, value: redactAll(one.value) })),
  };
}

/**
 * A row fit to print: without secrets, and with the node's own places in remediations, which speak of kubeadm's files.
 */
function printable(row: ReportPath, node: NodeModel): ReportPath {
  const places = [...node.components.values()].flatMap(({ name, sources }) => {
    const stock = name === 'kubelet' ? KUBELET_CONFIG : `/etc/kubernetes/manifests/${name}.yaml`;
    // Nobody writes into a process.
    const own = sources.find(({ kind }) => (name === 'kubelet' ? kind === 'config-file' : kind !== 'process'));
    return own === undefined || own.file === stock ? [] : [[stock, own.file] as const];
  });
  const checks = row.checks.map((check) => ({
    ...withoutSecrets(check),
    remediation: places.reduce((text, [stock, own]) => text.replaceAll(stock, own), redact(check.remediation)),
  }));
  const { reason, supply } = row;
  return { ...row, reason: redactAll(reason), supply: redactAll(supply), checks };
}

/** Where kubeadm puts it; kubernetes/cmd/kubeadm/app/constants. */
const KUBELET_CONFIG = '/var/lib/kubelet/config.yaml';

interface Use {
  role: string;
  rotation: Rotation;
  readonly paths: Set<PathId>;
}

/** Every certificate that was read: those that a path uses with their paths, the rest with none. */
function reportCertificates({ node, paths }: JudgedNode): readonly ReportCertificate[] {
  const uses = new Map<string, Use>();
  for (const { row, facts } of paths) {
    for (const { chain, role, rotation, trust } of facts?.presented ?? []) {
      chain.forEach((certificate, index) => {
        note(uses, certificate, index === 0 ? role : `intermediate of the ${role}`, rotation, row.id);
      });
      if (trust.kind !== 'bundle') continue;
      for (const root of trust.roots) note(uses, root, `CA that verifies the ${role}`, 'manual', row.id);
    }
  }
  return certificatesOf(node).map((certificate) => {
    const use = uses.get(keyOf(certificate));
    return {
      file: certificate.position.file,
      role: use?.role ?? 'not used by any path',
      subject: certificate.subject,
      issuer: certificate.issuer,
      serialNumber: certificate.serialNumber,
      notBefore: formatTime(certificate.notBefore),
      notAfter: formatTime(certificate.notAfter),
      sha256: certificate.sha256,
      paths: [...(use?.paths ?? [])],
      rotation: use?.rotation ?? 'manual',
      node: node.name,
    };
  });
}

function keyOf(certificate: Certificate): string {
  return `${certificate.position.file} ${certificate.sha256}`;
}

function note(uses: Map<string, Use>, certificate: Certificate, role: string, rotation: Rotation, path: PathId): void {
  const use = uses.get(keyOf(certificate));
  if (use === undefined) {
    uses.set(keyOf(certificate), { role, rotation, paths: new Set([path]) });
    return;
  }
  use.paths.add(path);
  if (rotation === 'kubelet') use.rotation = rotation;
}
