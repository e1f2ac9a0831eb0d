/** Rows and what nodes have written -> the controls of a hardening guide. */
import { brokenControls, controlName, CONTROL_RESULTS } from '../model/benchmark.ts';
import type {
  Benchmark,
  ChosenVersion,
  Control,
  ControlCheck,
  ControlResult,
  Coverage,
  InVersions,
  ReportBenchmark,
  ReportControl,
} from '../model/benchmark.ts';
import type { NodeModel } from '../model/node.ts';
import type { PathDefinition, PathId } from '../model/path.ts';
import type { Report, ReportCheck, ReportPath } from '../model/report.ts';
import { isBad, worstStatus } from '../model/status.ts';
import type { Status } from '../model/status.ts';
import { compareVersions, parseVersion } from '../model/version.ts';
import { redact } from '../text/redact.ts';
import { meet } from './demands.ts';
import type { MetDemand } from './demands.ts';
import { kubernetesVersionOf } from './report-node.ts';
import { fileBreaches } from './file-demands.ts';
import type { WaiverOfControl } from './waive-controls.ts';

/** One machine as judged. */
export interface BenchmarkNode {
  /** Under every version that it may have, the newest last. */
  readonly variants: readonly NodeModel[];
  readonly rows: readonly ReportPath[];
}

/** The version of a document for the newest API server among the nodes: one cluster is held against one document. */
export function chooseVersion({ versionFor }: Benchmark, nodes: readonly NodeModel[]): ChosenVersion {
  const known = nodes.flatMap((node) => {
    const text = kubernetesVersionOf(node);
    const version = text === null ? undefined : parseVersion(text);
    return text === null || version === undefined ? [] : [{ text, version }];
  });
  return versionFor(known.toSorted((a, b) => compareVersions(a.version, b.version)).at(-1)?.text ?? null);
}

/** The ids of the checks that decide controls of a version. */
export function checksIn({ controls }: Benchmark, version: string): ReadonlySet<string> {
  return new Set(
    controls.filter(({ ids }) => ids[version] !== undefined).flatMap(({ checks }) => checks.map(({ id }) => id)),
  );
}

/**
 * Judges every control of a version on every node.
 * @param definitions every path, to know where a check would be asked
 * @param waiverOf why what a control wants written does not count on a node
 */
export function judgeBenchmark(
  benchmark: Benchmark,
  { version, note }: ChosenVersion,
  nodes: readonly BenchmarkNode[],
  definitions: readonly PathDefinition[],
  waiverOf: WaiverOfControl = () => null,
): ReportBenchmark {
  const controls = benchmark.controls
    .flatMap((control) => {
      const id = control.ids[version];
      return id === undefined ? [] : [{ id, control }];
    })
    .toSorted((a, b) => compareIds(a.id, b.id))
    .flatMap(({ id, control }) =>
      nodes.map((node): ReportControl => {
        const asked = control.checks.map((check) => ask(check, node.rows, definitions));
        const { result, message, waived, demands = [] } = decide(control, version, asked, node.variants);
        const name = node.variants.at(-1)?.name ?? '';
        const unwritten = demands.map((one) => redact(one));
        const waiver =
          unwritten.length === 0 ? null : waiverOf(controlName(benchmark.id, version, id), name, unwritten);
        return {
          id,
          title: control.title,
          grade: control.grades[version] ?? '',
          node: name,
          result,
          waived: waived === true && (unwritten.length === 0 || waiver !== null),
          demands: unwritten,
          waiver,
          checks: control.checks.map((check) => check.id),
          paths: [...new Set(asked.flatMap(({ paths }) => paths))],
          message: redact(message),
        };
      }),
    );
  const outOfScope = benchmark.outOfScope(version);
  return {
    id: benchmark.id,
    title: benchmark.title,
    version,
    note: note ?? null,
    controls,
    outOfScope,
    coverage: coverageOf(
      controls,
      outOfScope.reduce((sum, one) => sum + one.controls, 0),
    ),
  };
}

/** A report that says how the cluster stands with a document: what does not comply is a warning at least. */
export function withBenchmark(report: Report, benchmark: ReportBenchmark): Report {
  const isBroken = brokenControls(benchmark).length > 0;
  return { ...report, status: worstStatus([report.status, ...(isBroken ? ['warn' as const] : [])]), benchmark };
}

/** What a check said on the rows that it was asked on. */
interface Asked {
  readonly status: Status;
  readonly findings: readonly ReportCheck[];
  readonly paths: readonly PathId[];
  /** Why there are no findings. */
  readonly reason: string;
}

/** How checks say that they do not apply, as the input keeps nothing that they could look at. */
const NOT_SHOWN = /\bthe input does not (?:keep|show)\b/i;

function ask(
  { id, paths: only }: ControlCheck,
  rows: readonly ReportPath[],
  definitions: readonly PathDefinition[],
): Asked {
  const where = definitions.filter(
    (path) => (only === undefined || only.includes(path.id)) && path.checks.some((check) => check.id === id),
  );
  const concerned = rows.filter((row) => where.some((path) => path.id === row.id));
  const found = concerned.filter(({ checks }) => checks.some((check) => check.id === id));
  const findings = found.flatMap(({ checks }) => checks.filter((check) => check.id === id));
  const undecided = concerned.filter(({ checks }) => checks.length === 0);
  const status = worstStatus(findings.map((one) => one.status));
  // A row is no worse for a mode that the archive did not keep; a control that asks for the mode is open.
  const unseen = status === 'not-applicable' ? findings.find(({ message }) => NOT_SHOWN.test(message)) : undefined;
  if (unseen !== undefined) {
    return { status: 'not-assessed', findings: [], paths: found.map((row) => row.id), reason: unseen.message };
  }
  // What does not apply on one row may on another, which nobody could judge.
  const open = undecided.find((row) => row.status === 'not-assessed');
  if (findings.length > 0 && (status !== 'not-applicable' || open === undefined)) {
    return { status, findings, paths: found.map((row) => row.id), reason: '' };
  }
  const [first] = undecided;
  // A row that was judged has a finding for each of its checks: these were left out.
  if (first === undefined) {
    return { status: 'not-assessed', findings: [], paths: [], reason: `${id} was not asked in this run.` };
  }
  const { reason, supply } = open ?? first;
  return {
    status: worstStatus(undecided.map((row) => row.status)),
    findings: [],
    paths: undecided.map((row) => row.id),
    reason: reason ?? supply ?? '',
  };
}

interface Decision {
  readonly result: ControlResult;
  readonly message: string;
  /** Every finding against it is waived. */
  readonly waived?: boolean;
  /** What is not written as the document wants it. */
  readonly demands?: readonly string[];
}

function decide(control: Control, version: string, asked: readonly Asked[], variants: readonly NodeModel[]): Decision {
  if (control.outOfScope !== undefined) return { result: 'out-of-scope', message: control.outOfScope };
  // Who asks for some rows or checks alone does not hear of the others.
  if (asked[0] !== undefined && asked.every(({ paths }) => paths.length === 0)) {
    return { result: 'not-assessed', message: asked[0].reason };
  }
  const demands = control.demands
    .filter(({ versions }) => versions === undefined || versions.includes(version))
    .map((demand) => meet(demand, variants));
  const newest = variants.at(-1);
  const files = (control.files ?? [])
    .filter(({ versions }) => versions === undefined || versions.includes(version))
    .flatMap((demand) => (newest === undefined ? [] : fileBreaches(demand, newest)));
  const breach = breachOf(control, version, asked, demands, files);
  if (breach !== undefined) return breach;
  const open = [
    ...asked.filter(({ status }) => status === 'not-assessed').map(messageOf),
    ...openDemands(demands, asked),
  ];
  if (open[0] !== undefined) return { result: 'not-assessed', message: open[0] };
  const proven = asked.some(({ status }) => status === 'pass');
  const unwritten = demands.filter(({ outcome }) => outcome === 'default' || outcome === 'unwritten');
  const said = asked.filter(({ status }) => status === 'pass').map(messageOf);
  if (unwritten[0] !== undefined) {
    return { result: 'compliant-by-default', message: [unwritten[0].message, ...said.slice(0, 1)].join(' ') };
  }
  const written = demands.filter(({ outcome }) => outcome === 'written');
  if (!proven && written.length === 0) {
    return {
      result: 'not-applicable',
      message: asked[0] === undefined ? (demands[0]?.message ?? '') : messageOf(asked[0]),
    };
  }
  const why = inVersion(control.partial, version);
  if (why !== undefined) return { result: 'not-assessed', message: why };
  return { result: 'compliant', message: said[0] ?? written[0]?.message ?? '' };
}

/** What is against the control, and what of it is waived. */
function breachOf(
  control: Control,
  version: string,
  asked: readonly Asked[],
  demands: readonly MetDemand[],
  files: readonly string[],
): Decision | undefined {
  const bad = asked.flatMap(({ findings }) => findings.filter(isBad));
  const literal = demands.filter(
    ({ outcome, demand, moot }) =>
      (outcome === 'other' && !moot) || (outcome === 'unwritten' && demand.otherwise !== true && !moot),
  );
  // What a check found says why the setting is wanted: that nobody wrote it is no news then.
  const told = [
    ...(bad.length > 0 ? literal.filter(({ outcome }) => outcome === 'other') : literal).map(({ message }) => message),
    // What a check says of the mode or the owner says it better.
    ...(bad.length > 0 ? [] : files),
  ];
  const messages = [...new Set([...bad.map(({ message }) => message), ...told])];
  if (messages.length === 0) return undefined;
  const why = inVersion(control.stricter, version);
  if (why !== undefined && literal.length === 0 && files.length === 0) {
    return { result: 'not-assessed', message: `${messages.join(' ')} ${why}` };
  }
  return {
    result: 'not-compliant',
    message: messages.join(' '),
    waived: bad.every(({ waiver }) => waiver !== null),
    demands: told,
  };
}

/** Demands of which the node does not show whether they are met. */
function openDemands(demands: readonly MetDemand[], asked: readonly Asked[]): readonly string[] {
  const proven = asked.some(({ status }) => status === 'pass');
  const absent = asked.length > 0 && asked.every(({ status }) => status === 'not-applicable');
  return demands
    .filter(
      ({ outcome }) =>
        outcome === 'unknown' ||
        (outcome === 'no-component' && !absent) ||
        // By other means, but nothing shows them.
        (outcome === 'unwritten' && !proven),
    )
    .map(({ message }) => message);
}

function messageOf({ findings, status, reason }: Asked): string {
  return findings.find((one) => one.status === status)?.message ?? reason;
}

function inVersion(what: InVersions | undefined, version: string): string | undefined {
  return what === undefined || what.versions?.includes(version) === false ? undefined : what.why;
}

function coverageOf(controls: readonly ReportControl[], elsewhere: number): Coverage {
  const worst = new Map<string, ControlResult>();
  for (const { id, result } of controls) {
    const before = worst.get(id);
    if (before === undefined || CONTROL_RESULTS.indexOf(result) < CONTROL_RESULTS.indexOf(before))
      worst.set(id, result);
  }
  const count = (result: ControlResult): number => [...worst.values()].filter((one) => one === result).length;
  return {
    controls: worst.size + elsewhere,
    compliant: count('compliant'),
    compliantByDefault: count('compliant-by-default'),
    notCompliant: count('not-compliant'),
    notAssessed: count('not-assessed'),
    notApplicable: count('not-applicable'),
    outOfScope: count('out-of-scope') + elsewhere,
  };
}

/** `1.2.9` before `1.2.10`. */
function compareIds(a: string, b: string): number {
  const left = a.split(/[.-]/);
  const right = b.split(/[.-]/);
  for (const [index, part] of left.entries()) {
    const other = right[index] ?? '';
    const difference = Number(part) - Number(other);
    if (!Number.isNaN(difference) && difference !== 0) return difference;
  }
  return left.length - right.length;
}
