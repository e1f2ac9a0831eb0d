/** What a flag or a field mends on a node, in an order that keeps the cluster up, each step tried before it is told. */
import type { EvaluatedPath } from '../engine/evaluate.ts';
import type { ComponentName } from '../model/component.ts';
import type { Fix, FindingName, FixPlan, FixRule, PlanStep, RowCounts } from '../model/fix.ts';
import type { NodeModel } from '../model/node.ts';
import { isAlarm } from '../model/report.ts';
import type { ReportCheck, ReportPath } from '../model/report.ts';
import { STATUS_ORDER } from '../model/status.ts';
import { applyFix, startedBy } from './apply.ts';
import { kubeadmLines } from './kubeadm.ts';

/** A node under some texts of its files: its newest model, and its rows with what is waived marked. */
export interface Judged {
  readonly node: NodeModel;
  readonly paths: readonly EvaluatedPath[];
}

export interface PlanInput {
  /** Judges the node with other texts in these files, and without what runs on it now. */
  readonly judge: (texts: ReadonlyMap<string, string>) => Promise<Judged>;
  readonly read: (path: string) => string | undefined;
  readonly fixes: ReadonlyMap<string, FixRule>;
}

/** The plan of one node, whose rows are those of its files. */
export type NodePlan = Pick<FixPlan, 'steps' | 'others'> & { readonly rows: Omit<FixPlan['rows'], 'running'> };

/** Servers before the clients that come to depend on them; the API server last, since all the rest needs it. */
const ORDER: readonly ComponentName[] = [
  'kubelet',
  'etcd',
  'kube-controller-manager',
  'cloud-controller-manager',
  'kube-scheduler',
  'kube-apiserver',
  'kube-proxy',
];

interface Candidate {
  readonly fix: Fix;
  readonly findings: FindingName[];
}

/** Plans for one node. */
export async function planFixes({ judge, read, fixes }: PlanInput): Promise<NodePlan> {
  const start = await judge(new Map());
  const { candidates, others } = candidatesOf(start, fixes);
  const texts = new Map<string, string>();
  let current = start;
  const steps: PlanStep[] = [];
  for (const { fix, findings } of candidates) {
    const step: PlanStep = {
      node: start.node.name,
      component: fix.component,
      startedBy: sourceOf(fix.component, start.node),
      findings,
      set: fix.set,
      before: fix.before ?? [],
      after: fix.after ?? [],
      changes: [],
      byHand: null,
      kubeadm: kubeadmLines(fix, start.node),
      breaks: [],
      breaksAlone: [],
      brings: [],
    };
    const applied = applyFix(fix, current.node, (path) => texts.get(path) ?? read(path));
    if (!applied.ok) {
      steps.push({ ...step, byHand: applied.byHand });
      continue;
    }
    const changed = new Map([...texts, ...applied.changes.map(({ file, after }) => [file, after] as const)]);
    const result = await judge(changed);
    const left = findings.filter((finding) => isThere(finding, result));
    if (left.length === findings.length) {
      // The setting is not what makes the finding on this node.
      others.push(...findings.map((finding) => ({ ...finding, ...remediationOf(finding, start) })));
      continue;
    }
    const worse = newAlarms(current, result);
    const brings = worse.filter(({ check }) => fix.expected?.includes(check) === true);
    const breaks = worse.filter(({ check }) => fix.expected?.includes(check) !== true);
    const breaksAlone = breaks.length === 0 && texts.size > 0 ? await alone(fix, start, { judge, read, fixes }) : [];
    steps.push({ ...step, changes: applied.changes, brings, breaks, breaksAlone });
    if (breaks.length > 0) continue;
    for (const [file, text] of changed) texts.set(file, text);
    current = result;
  }
  // The steps may mend what no flag mends by itself.
  const remaining = alarmsOf(current);
  const left = others.filter(({ check, path }) => remaining.some((one) => one.check === check && one.path === path));
  return { steps, others: left, rows: { before: countsOf(start), after: countsOf(current) } };
}

function sourceOf(name: ComponentName, { components }: NodeModel): PlanStep['startedBy'] {
  const component = components.get(name);
  return (component === undefined ? undefined : startedBy(component)) ?? null;
}

/** The steps of several nodes: an API server comes to depend on the kubelets of them all. */
export function inOrder(steps: readonly PlanStep[]): readonly PlanStep[] {
  return steps.toSorted((a, b) => ORDER.indexOf(a.component) - ORDER.indexOf(b.component));
}

/** What the change would break as the node is now. */
async function alone(fix: Fix, start: Judged, { judge, read }: PlanInput): Promise<readonly FindingName[]> {
  const applied = applyFix(fix, start.node, read);
  if (!applied.ok) return [];
  const result = await judge(new Map(applied.changes.map(({ file, after }) => [file, after] as const)));
  return newAlarms(start, result).filter(({ check }) => fix.expected?.includes(check) !== true);
}

function candidatesOf(
  { node, paths }: Judged,
  fixes: ReadonlyMap<string, FixRule>,
): { readonly candidates: readonly Candidate[]; readonly others: FixPlan['others'][number][] } {
  const found = new Map<string, Candidate>();
  const others: FixPlan['others'][number][] = [];
  for (const { row, facts } of paths) {
    for (const check of row.checks.filter(isAlarm)) {
      const name = nameOf(check, row);
      const fix = facts === undefined ? undefined : fixes.get(check.id)?.({ node, path: row.id, facts }, check);
      if (fix === undefined) {
        others.push({ ...name, node: node.name, remediation: check.remediation });
        continue;
      }
      const key = JSON.stringify([fix.component, fix.set]);
      const known = found.get(key);
      if (known === undefined) found.set(key, { fix, findings: [name] });
      else known.findings.push(name);
    }
  }
  const candidates = [...found.values()].sort(
    (a, b) => ORDER.indexOf(a.fix.component) - ORDER.indexOf(b.fix.component),
  );
  return { candidates, others };
}

function nameOf({ id, status, message }: ReportCheck, row: ReportPath): FindingName {
  return { check: id, path: row.id, status, message };
}

function alarmsOf({ paths }: Judged): readonly FindingName[] {
  return paths.flatMap(({ row }) => row.checks.filter(isAlarm).map((check) => nameOf(check, row)));
}

function isThere({ check, path, message }: FindingName, judged: Judged): boolean {
  return alarmsOf(judged).some((one) => one.check === check && one.path === path && one.message === message);
}

/** What was no alarm before, or a lesser one. */
function newAlarms(before: Judged, after: Judged): readonly FindingName[] {
  const known = alarmsOf(before);
  return alarmsOf(after).filter(
    ({ check, path, status }) =>
      !known.some(
        (one) =>
          one.check === check && one.path === path && STATUS_ORDER.indexOf(one.status) <= STATUS_ORDER.indexOf(status),
      ),
  );
}

function remediationOf(
  finding: FindingName,
  { node, paths }: Judged,
): { readonly node: string; readonly remediation: string } {
  const row = paths.find((one) => one.row.id === finding.path)?.row;
  const check = row?.checks.find(({ id, message }) => id === finding.check && message === finding.message);
  return { node: node.name, remediation: check?.remediation ?? '' };
}

/** How many rows have which status. */
export function countsOf({ paths }: Judged): RowCounts {
  const count = (status: ReportPath['status']): number => paths.filter(({ row }) => row.status === status).length;
  return { fail: count('fail'), warn: count('warn'), pass: count('pass') };
}
