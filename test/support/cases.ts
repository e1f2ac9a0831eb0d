/**
 * Tables of cases over real nodes: each changes one thing and says what one check, and the row, then say.
 * The cases of a path are in test/checks/<path-id>.cases.ts, as `export const cases: readonly CheckCase[]`, where
 * test/checks/cases.test.ts finds and runs them; what is no such case is a test of its own in <path-id>.test.ts.
 */
import { expect } from 'vitest';
import type { PathId } from '../../src/model/path.ts';
import type { Report, ReportCheck, ReportPath } from '../../src/model/report.ts';
import type { Status } from '../../src/model/status.ts';
import type { Thresholds } from '../../src/model/thresholds.ts';
import { checkSources } from '../../src/run/run.ts';
import { fileSource, realNode } from './node.ts';
import type { ClusterName, EditableNode } from './node.ts';

/** The day after the fixtures were made. */
export const AT = '2026-11-21T12:00:00Z';

export interface CheckCase {
  readonly name: string;
  /** Id of the check that is looked at. */
  readonly check: string;
  readonly expect: Status;
  /** Default: kubeadm-v136-default. */
  readonly node?: ClusterName;
  readonly change?: (node: EditableNode) => unknown;
  /** Files given as further inputs, by name. */
  readonly beside?: Readonly<Record<string, string>>;
  /** A second machine of the run; its own rows are not looked at. */
  readonly second?: () => EditableNode | Promise<EditableNode>;
  readonly at?: string;
  readonly kubernetesVersion?: string;
  /** Has to match the message of a finding with the expected status. */
  readonly message?: RegExp;
  /** Fields of the row. */
  readonly row?: Partial<
    Pick<ReportPath, 'status' | 'encrypted' | 'serverVerified' | 'clientAuthenticated' | 'minTLSVersion'>
  >;
  /** Every finding of the row at warn or worse, as `fail pki-expired`: that one fault is reported once. */
  readonly alarms?: readonly string[];
}

export interface NodeOptions {
  readonly at?: string;
  readonly kubernetesVersion?: string;
  readonly thresholds?: Thresholds;
  /** Only these rows, where the others would only cost time. */
  readonly paths?: readonly PathId[];
  /** Files given as further inputs, by name. */
  readonly beside?: Readonly<Record<string, string>>;
  /** Other machines of the run. */
  readonly machines?: readonly EditableNode[];
}

/** Runs the whole pipeline on one node in memory. */
export async function check(node: EditableNode, options: NodeOptions = {}): Promise<Report> {
  const beside = Object.entries(options.beside ?? {}).map(([name, text]) => fileSource(name, text));
  const result = await checkSources([node, ...(options.machines ?? []), ...beside], {
    at: new Date(options.at ?? AT),
    ...(options.kubernetesVersion === undefined ? {} : { kubernetesVersion: options.kubernetesVersion }),
    ...(options.paths === undefined ? {} : { paths: options.paths }),
    ...(options.thresholds === undefined ? {} : { thresholds: options.thresholds }),
  });
  if (!result.ok) throw new Error(result.message);
  return result.report;
}

/** The row of a path; throws when the report has none, or several nodes. */
export function rowOf(report: Report, id: PathId): ReportPath {
  const rows = report.paths.filter((row) => row.id === id);
  const [row] = rows;
  if (row === undefined || rows.length > 1) throw new Error(`${rows.length} rows ${id}`);
  return row;
}

/** The row of a path of the first machine of several. */
function firstRowOf(report: Report, id: PathId): ReportPath {
  expect(report.nodes.length).toBeGreaterThan(1);
  const row = report.paths.find((one) => one.id === id && one.node === report.nodes[0]?.name);
  if (row === undefined) throw new Error(`no row ${id} of ${report.nodes[0]?.name ?? 'a node'}`);
  return row;
}

/** The findings of one check on a row, worst first. */
export function findingsOf(row: ReportPath, id: string): readonly ReportCheck[] {
  return row.checks.filter((one) => one.id === id);
}

/** Findings at warn or worse, as `status check-id`. */
export function alarms(row: ReportPath): readonly string[] {
  return row.checks
    .filter(({ status }) => status === 'fail' || status === 'warn')
    .map(({ status, id }) => `${status} ${id}`);
}

/** Runs one case; throws as a failed test does. */
export async function runCase(path: PathId, one: CheckCase): Promise<void> {
  const node = await realNode(one.node ?? 'kubeadm-v136-default');
  await one.change?.(node);
  const report = await check(node, {
    paths: [path],
    ...(one.beside === undefined ? {} : { beside: one.beside }),
    ...(one.second === undefined ? {} : { machines: [await one.second()] }),
    ...(one.at === undefined ? {} : { at: one.at }),
    ...(one.kubernetesVersion === undefined ? {} : { kubernetesVersion: one.kubernetesVersion }),
  });
  const row = one.second === undefined ? rowOf(report, path) : firstRowOf(report, path);
  const findings = findingsOf(row, one.check);
  // A row that is not assessed as a whole says so for every check that it would have had.
  if (findings.length === 0 && row.checks.length === 0 && row.status === one.expect) {
    if (one.message !== undefined) expect(row.reason).toMatch(one.message);
    return;
  }
  if (findings.length === 0) {
    throw new Error(
      `no finding of ${one.check} on ${path} (${row.status}, ${row.reason ?? 'assessed'}); the row has ${row.checks.map(({ id }) => id).join(', ')}`,
    );
  }
  expect(findings[0]?.status, findings.map(({ status, message }) => `${status}: ${message}`).join('\n')).toBe(
    one.expect,
  );
  if (one.message !== undefined) {
    const messages = findings.filter(({ status }) => status === one.expect).map(({ message }) => message);
    expect(messages.join('\n')).toMatch(one.message);
  }
  if (one.row !== undefined) expect(row).toMatchObject(one.row);
  if (one.alarms !== undefined) expect(alarms(row)).toEqual(one.alarms);
}
