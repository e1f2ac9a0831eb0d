/** The JSON report: the contract of docs/report.schema.json, byte for byte the same for the same report. */
import type { ReportBenchmark } from '../model/benchmark.ts';
import { COMPONENT_NAMES } from '../model/component.ts';
import { PATH_IDS } from '../model/path.ts';
import type { Evidence } from '../model/path.ts';
import type {
  Report,
  ReportCertificate,
  ReportCheck,
  ReportNode,
  ReportPath,
  ReportProblem,
  ReportSetting,
  ReportSettingSource,
} from '../model/report.ts';
import type { SettingValue } from '../model/setting.ts';
import type { Waiver } from '../model/waiver.ts';
import { SEVERITY_ORDER, STATUS_ORDER } from '../model/status.ts';
import { byKeys } from './order.ts';

/**
 * Prints the report: two spaces, keys in the order of the schema, a newline at the end. Lists are sorted: nodes by
 * name; components in the order of the control plane's names; settings by name; paths by node, then default order;
 * checks by id, then worst first; certificates by node, file and place in it; problems by subject, file and line. Inputs,
 * sources, evidence, references and overrides keep the order that carries their meaning.
 */
export function renderJSON(report: Report): string {
  return toJSON({
    schemaVersion: report.schemaVersion,
    tool: { name: report.tool.name, version: report.tool.version },
    evaluatedAt: report.evaluatedAt,
    status: report.status,
    inputs: report.inputs.map(({ name, kind }) => ({ name, kind })),
    nodes: report.nodes.toSorted(byKeys(({ name }) => [name])).map(nodeJSON),
    paths: report.paths.toSorted(byKeys((path) => [path.node, PATH_IDS.indexOf(path.id)])).map(pathJSON),
    certificates: report.certificates.toSorted(byKeys(({ node, file }) => [node, file])).map(certificateJSON),
    problems: problemsJSON(report.problems),
    waivers: report.waivers.map(waiverJSON),
    summary: {
      pass: report.summary.pass,
      warn: report.summary.warn,
      fail: report.summary.fail,
      notAssessed: report.summary.notAssessed,
      notApplicable: report.summary.notApplicable,
    },
    ...(report.profile === undefined ? {} : { profile: report.profile }),
    ...(report.benchmark === undefined ? {} : { benchmark: benchmarkJSON(report.benchmark) }),
  });
}

/**
 * What JSON.stringify leaves as it is and a terminal obeys: DEL, C1 (CSI is U+009B), format characters, separators.
 * RFC 8259, section 7, lets any character be written as an escape, so the value stays what it was.
 */
const ESCAPED = /[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * Any data as JSON text that every parser takes and any terminal shows: lone surrogates, which RFC 8259 (section 8.2)
 * calls unpredictable and strict parsers refuse, become U+FFFD.
 */
export function toJSON(value: unknown): string {
  const text = JSON.stringify(value, (_key, item: unknown) => (typeof item === 'string' ? wellFormed(item) : item), 2);
  return `${text.replaceAll(ESCAPED, escapeUnits)}\n`;
}

function wellFormed(text: string): string {
  return text.replaceAll(/\p{Cs}/gu, '\ufffd');
}

function escapeUnits(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}

/** In the order of the control plane's names. */
export const byComponent = byKeys<{ readonly name: string }>(({ name }) => {
  const index = (COMPONENT_NAMES as readonly string[]).indexOf(name);
  return [index < 0 ? COMPONENT_NAMES.length : index, name];
});

function nodeJSON(node: ReportNode): ReportNode {
  return {
    name: node.name,
    kubernetesVersion: node.kubernetesVersion,
    distribution: node.distribution,
    configuredIn: node.configuredIn,
    components: node.components.toSorted(byComponent).map((component) => ({
      name: component.name,
      version: component.version,
      sources: component.sources.map(({ file, kind }) => ({ file, kind })),
      settings: component.settings.toSorted(byKeys(({ name }) => [name])).map(settingJSON),
    })),
  };
}

function settingJSON(setting: ReportSetting): ReportSetting {
  return { name: setting.name, ...settingSourceJSON(setting), overrides: setting.overrides.map(settingSourceJSON) };
}

/** A value and where it comes from. */
export function settingSourceJSON({ value, origin, file, line }: ReportSettingSource): ReportSettingSource {
  return { value: valueJSON(value), origin, file, line };
}

function pathJSON(path: ReportPath): unknown {
  const { firstExpiry } = path;
  return {
    id: path.id,
    case: path.case,
    title: path.title,
    client: path.client,
    server: path.server,
    node: path.node,
    status: path.status,
    encrypted: path.encrypted,
    serverVerified: path.serverVerified,
    clientAuthenticated: path.clientAuthenticated,
    minTLSVersion: path.minTLSVersion,
    firstExpiry:
      firstExpiry === null
        ? null
        : { notAfter: firstExpiry.notAfter, file: firstExpiry.file, rotation: firstExpiry.rotation },
    reason: path.reason,
    supply: path.supply,
    checks: path.checks
      .toSorted(
        byKeys((one) => [
          one.id,
          STATUS_ORDER.indexOf(one.status),
          SEVERITY_ORDER.indexOf(one.severity),
          one.message,
          JSON.stringify(one.evidence),
        ]),
      )
      .map(checkJSON),
  };
}

function waiverJSON({
  check,
  control,
  path,
  node,
  file,
  reason,
  until,
  state,
  findings,
  position,
}: Report['waivers'][number]) {
  return {
    check,
    control,
    path,
    node,
    file,
    reason,
    until,
    state,
    findings,
    position: { file: position.file, line: position.line },
  };
}

function benchmarkJSON(benchmark: ReportBenchmark): ReportBenchmark {
  const { coverage } = benchmark;
  return {
    id: benchmark.id,
    title: benchmark.title,
    version: benchmark.version,
    note: benchmark.note,
    controls: benchmark.controls.map((control) => ({
      id: control.id,
      title: control.title,
      grade: control.grade,
      node: control.node,
      result: control.result,
      waived: control.waived,
      demands: control.demands,
      waiver: decisionJSON(control.waiver),
      checks: control.checks,
      paths: control.paths.toSorted(byKeys((id) => [PATH_IDS.indexOf(id)])),
      message: control.message,
    })),
    outOfScope: benchmark.outOfScope.map(({ ids, controls, why }) => ({ ids, controls, why })),
    coverage: {
      controls: coverage.controls,
      compliant: coverage.compliant,
      compliantByDefault: coverage.compliantByDefault,
      notCompliant: coverage.notCompliant,
      notAssessed: coverage.notAssessed,
      notApplicable: coverage.notApplicable,
      outOfScope: coverage.outOfScope,
    },
  };
}

function decisionJSON(waiver: Waiver | null): Waiver | null {
  return waiver === null ? null : { kind: waiver.kind, reason: waiver.reason, until: waiver.until };
}

/** Every key is always there: null where there is nothing to say, so that a reader can rely on the shape. */
function checkJSON(check: ReportCheck): Omit<ReportCheck, 'headline' | 'evidence'> & {
  headline: string | null;
  evidence: unknown[];
} {
  return {
    id: check.id,
    title: check.title,
    status: check.status,
    severity: check.severity,
    impact: check.impact,
    headline: check.headline ?? null,
    message: check.message,
    evidence: check.evidence.map(evidenceJSON),
    remediation: check.remediation,
    references: check.references.map(({ id, url }) => ({ id, url })),
    waiver: decisionJSON(check.waiver),
  };
}

function evidenceJSON(evidence: Evidence): unknown {
  return {
    component: evidence.component ?? null,
    setting: evidence.setting,
    value: valueJSON(evidence.value),
    origin: evidence.origin,
    file: evidence.file ?? null,
    line: evidence.line ?? null,
    ...(evidence.sha256 === undefined ? {} : { sha256: evidence.sha256 }),
  };
}

/** Maps get their keys sorted, and no prototype for a hostile key to reach; lone surrogates in keys are replaced. */
export function valueJSON(value: SettingValue): SettingValue {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  const sorted = Object.create(null) as Record<string, string>;
  for (const [key, text] of Object.entries(value as Readonly<Record<string, string>>).toSorted(
    byKeys(([key]) => [key]),
  )) {
    sorted[wellFormed(key)] = text;
  }
  return sorted;
}

function certificateJSON(certificate: ReportCertificate): ReportCertificate {
  return {
    file: certificate.file,
    role: certificate.role,
    subject: certificate.subject,
    issuer: certificate.issuer,
    serialNumber: certificate.serialNumber,
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    sha256: certificate.sha256,
    paths: certificate.paths.toSorted(byKeys((id) => [PATH_IDS.indexOf(id)])),
    rotation: certificate.rotation,
    node: certificate.node,
  };
}

/** Sorted by subject, file and line. */
export function problemsJSON(problems: readonly ReportProblem[]): readonly ReportProblem[] {
  return problems.toSorted(byKeys((p) => [p.subject, p.file ?? '', p.line ?? 0, p.code, p.message])).map(problemJSON);
}

function problemJSON({ code, subject, message, file, line, incomplete }: ReportProblem): ReportProblem {
  return { code, subject, message, file, line, incomplete };
}
