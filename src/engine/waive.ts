/** Rows and what the operator decided -> rows in which the decided findings are marked and no longer count. */
import type { Evidence } from '../model/path.ts';
import type { ReportCheck, ReportPath } from '../model/report.ts';
import { isBad, SEVERITY_ORDER, STATUS_ORDER, worstStatus } from '../model/status.ts';
import type { Baseline, Decisions, ReportWaiver, Waiver, WaiverRule } from '../model/waiver.ts';
import { formatTime } from '../text/date.ts';
import { matchesPath } from '../text/glob.ts';
import { redactAll } from '../text/redact.ts';
import type { JudgedNode } from './report.ts';

export interface Waived {
  readonly nodes: readonly JudgedNode[];
  readonly waivers: readonly ReportWaiver[];
}

/** What a rule came across. */
interface Tally {
  used: number;
  expired: number;
}

/**
 * Marks what is waived and what the baseline had. The status of a row is that of its other findings.
 * @param whole every row and check was judged, so that a waiver that met nothing is one for nothing
 */
export function waive(nodes: readonly JudgedNode[], decisions: Decisions, at: Date, whole: boolean): Waived {
  const { waivers, severities, baseline } = decisions;
  if (waivers.length === 0 && severities.size === 0 && baseline === undefined) return { nodes, waivers: [] };
  const tallies = new Map<WaiverRule, Tally>(waivers.map((rule) => [rule, { used: 0, expired: 0 }]));
  const remaining = copyOf(baseline);
  const decide = (check: ReportCheck, row: ReportPath): ReportCheck => {
    const severity = severities.get(check.id);
    const judged = severity === undefined ? check : { ...check, severity };
    if (!isBad(judged)) return judged;
    const rules = waivers.filter((rule) => concerns(rule, judged, row));
    const holding = rules.filter(({ until }) => until >= at);
    const [live] = holding;
    for (const rule of live === undefined ? rules : holding) {
      const tally = tallies.get(rule);
      if (tally !== undefined) tally[live === undefined ? 'expired' : 'used']++;
    }
    const waiver: Waiver | undefined =
      live === undefined
        ? knownFrom(baseline, remaining, judged, row)
        : { kind: 'waiver', reason: live.reason, until: formatTime(live.until) };
    return waiver === undefined ? judged : { ...judged, waiver };
  };
  const marked = nodes.map((judged): JudgedNode => ({
    ...judged,
    paths: judged.paths.map((path) => ({ ...path, row: rowOf(path.row, decide) })),
  }));
  return { nodes: marked, waivers: waivers.map((rule) => outcome(rule, tallies.get(rule), nodes, whole)) };
}

function rowOf(row: ReportPath, decide: (check: ReportCheck, row: ReportPath) => ReportCheck): ReportPath {
  if (row.checks.length === 0) return row;
  const checks = row.checks.map((check) => decide(check, row));
  if (checks.every((check) => check.waiver === null)) return { ...row, checks };
  const counted = checks.filter(({ waiver }) => waiver === null);
  // A row of which all was waived is not proven by that, and yet nothing is left to say against it.
  const status = counted.length === 0 ? 'pass' : worstStatus(counted.map((one) => one.status));
  return { ...row, status, checks };
}

function concerns({ check, path, node, file }: WaiverRule, finding: ReportCheck, row: ReportPath): boolean {
  return (
    check === finding.id &&
    (path === undefined || path === row.id) &&
    (node === undefined || matchesName(node, row.node)) &&
    (file === undefined || finding.evidence.some((one) => filesOf(one).some((name) => matchesPath(file, name))))
  );
}

/** A node without a name has that of its input, which may be a path. */
function matchesName(pattern: string, name: string): boolean {
  return matchesPath(pattern.replace(/\*+/g, '**'), name);
}

/** Where it is written, and the files that the setting names: a key's mode is shown by the flag that names the key. */
function filesOf({ file, value }: Evidence): readonly string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  const named = values.filter((one): one is string => typeof one === 'string' && one.startsWith('/'));
  return file === undefined ? named : [file, ...named];
}

function outcome(
  rule: WaiverRule,
  tally: Tally | undefined,
  nodes: readonly JudgedNode[],
  whole: boolean,
): ReportWaiver {
  const { used = 0, expired = 0 } = tally ?? {};
  const { check, path, node, file, reason, until, position } = rule;
  const state = used > 0 ? 'used' : expired > 0 ? 'expired' : whole && wasAsked(rule, nodes) ? 'unused' : 'not-judged';
  return {
    check,
    control: null,
    path: path ?? null,
    node: node ?? null,
    file: file ?? null,
    reason,
    until: formatTime(until),
    state,
    findings: used + expired,
    position,
  };
}

/** Whether the check gave an answer where the rule looks: what nobody could judge may well be there. */
function wasAsked({ check, path, node }: WaiverRule, nodes: readonly JudgedNode[]): boolean {
  const rows = nodes
    .flatMap(({ paths }) => paths.map(({ row }) => row))
    .filter((row) => (path === undefined || path === row.id) && (node === undefined || matchesName(node, row.node)));
  const answers = rows.flatMap(({ checks }) => checks.filter(({ id }) => id === check));
  return answers.length > 0 && answers.every(({ status }) => status !== 'not-assessed');
}

/**
 * What makes a finding the same in two reports: check, row, node, and what it is about, with the values that somebody
 * wrote: another weak value is another finding. Neither its words, which count days, nor lines, which move, nor what a
 * version brings or a certificate says.
 */
export function identityOf(
  check: {
    readonly id: string;
    readonly evidence: readonly Pick<Evidence, 'component' | 'setting' | 'file' | 'value' | 'origin'>[];
  },
  row: { readonly id: string; readonly node: string },
): string {
  const places = check.evidence.map(({ component, setting, file, value, origin }) => [
    component ?? null,
    setting,
    file ?? null,
    origin === 'default' || origin === 'certificate' ? null : redactAll(value),
  ]);
  return JSON.stringify([row.node, row.id, check.id, places]);
}

type Remaining = Map<string, { readonly status: 'warn' | 'fail'; readonly severity: ReportCheck['severity'] }[]>;

function copyOf(baseline: Baseline | undefined): Remaining {
  return new Map([...(baseline?.known ?? [])].map(([key, known]) => [key, [...known]]));
}

/** Whether the baseline had the finding, as bad or worse; each of its findings answers for one. */
function knownFrom(
  baseline: Baseline | undefined,
  remaining: Remaining,
  check: ReportCheck,
  row: ReportPath,
): Waiver | undefined {
  if (baseline === undefined) return undefined;
  const known = remaining.get(identityOf(check, row)) ?? [];
  const index = known.findIndex(
    ({ status, severity }) =>
      STATUS_ORDER.indexOf(status) < STATUS_ORDER.indexOf(check.status) ||
      (status === check.status && SEVERITY_ORDER.indexOf(severity) <= SEVERITY_ORDER.indexOf(check.severity)),
  );
  if (index < 0) return undefined;
  known.splice(index, 1);
  return { kind: 'baseline', reason: `as in ${baseline.name}`, until: null };
}
