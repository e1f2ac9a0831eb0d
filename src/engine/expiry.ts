/** Rows and models -> the report on when certificates end. */
import type { Certificate } from '../model/certificate.ts';
import type { ExpiryCertificate, ExpiryInMemory, ExpiryReport, ExpiryUnseen, Renewal } from '../model/expiry-report.ts';
import type { NodeModel } from '../model/node.ts';
import type { Material, PathId, PresentedCertificate } from '../model/path.ts';
import { isAlarm } from '../model/report.ts';
import type { ReportCheck, ReportProblem } from '../model/report.ts';
import { worstStatus } from '../model/status.ts';
import type { Status } from '../model/status.ts';
import { daysUntil, formatTime } from '../text/date.ts';
import { compareText } from '../text/order.ts';
import { redact, redactAll } from '../text/redact.ts';
import { TOOL } from '../text/tool.ts';
import { certificatesOf } from './node-certificates.ts';
import type { JudgedNode, ReportInput } from './report.ts';
import { reportNode } from './report-node.ts';

/** What the checks know of a certificate beyond their findings. */
export interface ExpiryKnowledge {
  /** Ids of the checks that tell of ends. */
  readonly judges: { readonly certificate: ReadonlySet<string>; readonly inMemory: ReadonlySet<string> };
  /** The certificate with whose end what is shown is no longer accepted. */
  readonly endOf: (presented: PresentedCertificate, node: NodeModel) => Certificate | undefined;
  /** `presented` is left out for a CA that a path judges by. */
  readonly renewalOf: (
    certificate: Certificate,
    presented: PresentedCertificate | undefined,
    node: NodeModel,
  ) => Renewal;
  /** How near the end of a certificate is that no check looks at. */
  readonly statusOf: (certificate: Certificate, kind: ExpiryCertificate['kind'], node: NodeModel) => Status;
}

/**
 * Puts the report together. A certificate alarms exactly where `check` does: its status is that of the findings that
 * show it. Where no component's configuration is in the input, nobody can tell what is used: all that was found counts.
 */
export function buildExpiryReport(input: Omit<ReportInput, 'waivers'>, knowledge: ExpiryKnowledge): ExpiryReport {
  const nodes = input.nodes.map((judged) => new NodeExpiry(judged, knowledge));
  const certificates = nodes.flatMap((one) => one.certificates()).sort(byEnd);
  const inMemory = nodes.flatMap((one) => one.inMemory());
  return {
    schemaVersion: 1,
    tool: TOOL,
    evaluatedAt: formatTime(input.at),
    status: worstStatus([...certificates, ...inMemory].map(({ status }) => status)),
    inputs: input.inputs,
    nodes: input.nodes.map(({ node }) => {
      const { name, kubernetesVersion, distribution } = reportNode(node);
      return { name, kubernetesVersion, distribution };
    }),
    certificates,
    inMemory,
    unused: nodes.flatMap((one) => one.unused()).sort(byFile),
    unseen: nodes.flatMap((one) => one.unseen()),
    problems: input.problems.map((one: ReportProblem) => redactAll(one)),
  };
}

interface Use {
  readonly certificate: Certificate;
  /** Undefined for a CA. */
  presented: PresentedCertificate | undefined;
  /** Whose end counts. */
  end: Certificate;
  readonly roles: Set<string>;
  readonly paths: Set<PathId>;
  readonly breaks: Set<PathId>;
  readonly findings: ReportCheck[];
}

class NodeExpiry {
  readonly #node: NodeModel;
  readonly #knowledge: ExpiryKnowledge;
  readonly #rows: JudgedNode['paths'];
  readonly #uses = new Map<string, Use>();
  /** What a process made along with its own certificate. */
  readonly #made = new Set<string>();

  constructor({ node, paths }: JudgedNode, knowledge: ExpiryKnowledge) {
    this.#node = node;
    this.#knowledge = knowledge;
    this.#rows = paths;
    for (const { row, facts } of paths) {
      for (const presented of [...(facts?.presented ?? []), ...(facts?.unseenClients ?? [])]) {
        this.#take(presented, row.id);
      }
    }
    for (const { row } of paths) for (const finding of row.checks) this.#told(finding, row.id, row.title);
    if (node.components.size === 0) for (const one of certificatesOf(node)) this.#use(one);
  }

  #take(presented: PresentedCertificate, path: PathId): void {
    const [leaf, ...intermediates] = presented.chain;
    if (leaf !== undefined) {
      const use = this.#use(leaf, path, presented.role);
      use.presented ??= presented;
      if (presented.trust.kind !== 'none') use.breaks.add(path);
      const end = this.#knowledge.endOf(presented, this.#node) ?? leaf;
      // Of several ends that judge it the first that refuses it counts.
      if (end.notAfter < use.end.notAfter) use.end = end;
    }
    const roots = presented.trust.kind === 'bundle' ? presented.trust.roots : [];
    for (const one of intermediates) {
      // The kubelet signs its certificate with a CA that it forgets (k8s.io/client-go util/cert/cert.go): no CA of anybody's.
      if (presented.selfSigned === true) this.#made.add(keyOf(one.position.file, one.sha256));
      else this.#use(one, path, `intermediate of the ${presented.role}`).breaks.add(path);
    }
    for (const one of roots) this.#use(one, path, `CA that verifies the ${presented.role}`).breaks.add(path);
  }

  #use(certificate: Certificate, path?: PathId, role?: string): Use {
    const key = keyOf(certificate.position.file, certificate.sha256);
    const use = this.#uses.get(key) ?? {
      certificate,
      presented: undefined,
      end: certificate,
      roles: new Set<string>(),
      paths: new Set<PathId>(),
      breaks: new Set<PathId>(),
      findings: [],
    };
    this.#uses.set(key, use);
    if (role !== undefined) use.roles.add(role);
    if (path !== undefined) use.paths.add(path);
    return use;
  }

  /** What a check says of a certificate; one that only a check looks at is in use as well. */
  #told(finding: ReportCheck, path: PathId, title: string): void {
    if (!this.#knowledge.judges.certificate.has(finding.id)) return;
    for (const { file, sha256 } of finding.evidence) {
      if (file === undefined || sha256 === undefined) continue;
      const known = this.#uses.get(keyOf(file, sha256));
      const found =
        known?.certificate ??
        certificatesOf(this.#node).find((one) => keyOf(one.position.file, one.sha256) === keyOf(file, sha256));
      if (found === undefined) continue;
      const use = known ?? this.#use(found, path, `certificate for ${title}`);
      if (known === undefined) use.breaks.add(path);
      if (isAlarm(finding)) use.findings.push(finding);
    }
  }

  /** An old CA beside its successor: past its end, and no check minds. */
  #isLeftover({ certificate, findings, presented, paths }: Use): boolean {
    return presented === undefined && paths.size > 0 && findings.length === 0 && certificate.notAfter < this.#node.at;
  }

  certificates(): readonly ExpiryCertificate[] {
    return [...this.#uses.values()].filter((use) => !this.#isLeftover(use)).map((use) => this.#entry(use));
  }

  #entry(use: Use): ExpiryCertificate {
    const { certificate, presented, end, findings } = use;
    const kind = presented === undefined && certificate.basicConstraints?.ca !== false ? 'authority' : 'leaf';
    const status: Status =
      use.paths.size === 0
        ? this.#knowledge.statusOf(certificate, kind, this.#node)
        : findings.length === 0
          ? 'pass'
          : worstStatus(findings.map((one) => one.status));
    const worst = findings.filter((one) => one.status === status);
    return {
      ...this.#facts(certificate),
      kind,
      side: presented?.side ?? null,
      roles: [...use.roles],
      endsAt: formatTime(end.notAfter),
      endsWith: end === certificate ? null : { file: end.position.file, subject: end.subject },
      daysLeft: daysUntil(end.notAfter, this.#node.at),
      renewal: this.#knowledge.renewalOf(certificate, presented, this.#node),
      paths: [...use.paths],
      breaks: [...use.breaks],
      status,
      messages: [...new Set(findings.map(({ message }) => redact(message)))],
      remediation: redact(worst[0]?.remediation ?? ''),
    };
  }

  #facts(certificate: Certificate) {
    const { position, subject, issuer, serialNumber, sha256, notBefore, notAfter } = certificate;
    return {
      node: this.#node.name,
      file: position.file,
      subject,
      issuer,
      serialNumber,
      sha256,
      notBefore: formatTime(notBefore),
      notAfter: formatTime(notAfter),
    };
  }

  inMemory(): readonly ExpiryInMemory[] {
    return this.#rows.flatMap(({ row }) =>
      row.checks
        .filter(({ id, status }) => this.#knowledge.judges.inMemory.has(id) && /^(?:pass|warn|fail)$/.test(status))
        .map((check) => ({ ...check, status: isAlarm(check) ? check.status : ('pass' as const) }))
        .map(({ title, status, message, remediation }) => ({
          node: this.#node.name,
          title,
          status,
          message: redact(message),
          remediation,
          paths: [row.id],
        })),
    );
  }

  unused(): ExpiryReport['unused'] {
    const seen = new Set<string>();
    return certificatesOf(this.#node).flatMap((certificate) => {
      const key = keyOf(certificate.position.file, certificate.sha256);
      const use = this.#uses.get(key);
      if (seen.has(key) || this.#made.has(key) || (use !== undefined && !this.#isLeftover(use))) return [];
      seen.add(key);
      return [{ ...this.#facts(certificate), daysLeft: daysUntil(certificate.notAfter, this.#node.at) }];
    });
  }

  unseen(): readonly ExpiryUnseen[] {
    const found = new Map<string, ExpiryUnseen>();
    const miss = (material: Material, role: string, path: PathId): void => {
      const { file, nodeFile } = material;
      const key = `${file} ${role}`;
      const known = found.get(key);
      const isAbsent = nodeFile?.state === 'unavailable';
      found.set(key, {
        node: this.#node.name,
        file,
        role,
        paths: [...new Set([...(known?.paths ?? []), path])],
        message: isAbsent ? redact(nodeFile.message) : `${file} holds no certificate that Kubernetes can read`,
        notInInput: isAbsent && nodeFile.reason === 'not-in-input',
      });
    };
    for (const { row, facts } of this.#rows) {
      for (const { chain, certificate, role, trust } of facts?.presented ?? []) {
        if (chain.length === 0) miss(certificate, role, row.id);
        if (trust.kind === 'bundle' && trust.roots.length === 0)
          miss(trust.material, `CA that verifies the ${role}`, row.id);
      }
    }
    return [...found.values()];
  }
}

function keyOf(file: string, sha256: string): string {
  return `${file} ${sha256}`;
}

function byEnd(a: ExpiryCertificate, b: ExpiryCertificate): number {
  return compareText(a.endsAt, b.endsAt) || byFile(a, b);
}

function byFile(
  a: { readonly node: string; readonly file: string },
  b: { readonly node: string; readonly file: string },
): number {
  return compareText(a.node, b.node) || compareText(a.file, b.file);
}
