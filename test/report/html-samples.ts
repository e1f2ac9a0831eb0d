/** Reports that are hard on a page of HTML: markup in every name, decisions on findings, chains that go in circles. */
import type { Report, ReportCertificate } from '../../src/model/report.ts';
import { HOSTILE, hostileReport } from './sample.ts';

/** Leaves an element, an attribute, a comment, a style and a script; markup of SVG; an entity; a command in backticks. */
export const MARKUP = `</title></style></script><script>alert(1)</script><img src=x onerror=alert(2)>"'><svg onload=alert(3)>--><a href="javascript:alert(4)">&lt;&amp;\`x\`]]>`;

/** Every text of the report that was hostile to a terminal is so to a browser. */
export const markupReport = JSON.parse(JSON.stringify(hostileReport), (_key, value: unknown) =>
  typeof value === 'string' ? value.replaceAll(HOSTILE, MARKUP) : value,
) as Report;

function certificate(subject: string, issuer: string, given: Partial<ReportCertificate> = {}): ReportCertificate {
  return {
    file: `/etc/kubernetes/pki/${subject}.crt`,
    role: 'CA',
    subject,
    issuer,
    serialNumber: '1',
    notBefore: '2026-01-01T00:00:00Z',
    notAfter: '2030-01-01T00:00:00Z',
    sha256: Buffer.from(subject + issuer)
      .toString('hex')
      .padEnd(64, '0'),
    paths: [],
    rotation: 'manual',
    node: 'cp-1',
    ...given,
  };
}

/** Two roots, an intermediate, one whose issuer is missing, a circle, copies, one that has ended, and a deep chain. */
export const forestReport: Report = {
  ...hostileReport,
  certificates: [
    certificate('CN=root', 'CN=root'),
    certificate('CN=root', 'CN=root', { file: '/etc/kubernetes/admin.conf' }),
    certificate('CN=root', 'CN=root', { node: 'cp-2' }),
    certificate('CN=between', 'CN=root'),
    certificate('CN=leaf', 'CN=between', { notAfter: '2026-11-01T00:00:00Z' }),
    certificate('CN=orphan', 'CN=elsewhere'),
    certificate('CN=hen', 'CN=egg'),
    certificate('CN=egg', 'CN=hen'),
    certificate('CN=none', 'CN=none', { notAfter: 'never' }),
    ...Array.from({ length: 40 }, (_, index) => certificate(`CN=deep-${index + 1}`, `CN=deep-${index}`)),
  ],
};

/** The finding of the first row is waived, that of another was in the baseline, and two waivers are at fault. */
export const waivedReport: Report = {
  ...hostileReport,
  paths: hostileReport.paths.map((path) => ({
    ...path,
    checks: path.checks.map((check) =>
      check.id === 'apiserver-kubelet-ca-set'
        ? { ...check, waiver: { kind: 'waiver', reason: 'in March', until: '2027-03-31T23:59:59Z' } as const }
        : check.id === 'certificates-in-date'
          ? { ...check, waiver: { kind: 'baseline', reason: 'as in old.json', until: null } as const }
          : check,
    ),
  })),
  waivers: (['used', 'expired', 'unused', 'not-judged'] as const).map((state, index) => ({
    check: `waived-${state}`,
    control: null,
    path: index === 0 ? 'apiserver-to-kubelet' : null,
    node: null,
    file: null,
    reason: 'in March',
    until: '2027-03-31T23:59:59Z',
    state,
    findings: index,
    position: { file: '.kubetls.yaml', line: index + 2 },
  })),
};

/** Two backups of one machine: their nodes have one name, and differ in a finding. */
export const twinReport: Report = {
  ...hostileReport,
  nodes: hostileReport.nodes.map((node) => ({ ...node, name: 'cp-1' })),
  paths: [
    ...hostileReport.paths.filter(({ node }) => node === 'cp-1'),
    ...hostileReport.paths
      .filter(({ node }) => node === 'cp-1')
      .map((path) => ({
        ...path,
        status: 'pass' as const,
        checks: path.checks.filter(({ status }) => status === 'pass'),
      })),
  ],
};
