/**
 * ClusterReports of OpenReports, which policy dashboards show: YAML to be applied by whoever wants it.
 * API: openreports.io/v1alpha1 (github.com/openreports/reports-api).
 */
import { PATH_IDS } from '../model/path.ts';
import type { Report, ReportCheck, ReportPath } from '../model/report.ts';
import type { Status } from '../model/status.ts';
import { fingerprint } from '../text/fingerprint.ts';
import { toYAML } from '../text/yaml.ts';
import { byKeys } from './order.ts';
import { oneLine, positionText, settingText } from './words.ts';

/** What etcd takes of one object is 1.5 MiB. */
const MAX_RESULTS = 1000;

const RESULTS: Readonly<Record<Status, 'pass' | 'warn' | 'fail' | 'error' | 'skip'>> = {
  pass: 'pass',
  warn: 'warn',
  fail: 'fail',
  'not-assessed': 'error',
  'not-applicable': 'skip',
};

/** One object per node, scoped to it. */
export function renderOpenReports(report: Report): string {
  return report.nodes
    .toSorted(byKeys(({ name }) => [name]))
    .map(({ name }) => {
      const rows = report.paths
        .filter(({ node }) => node === name)
        .toSorted(byKeys(({ id }) => [PATH_IDS.indexOf(id)]));
      return `---\n${toYAML(objectOf(name, rows, report.evaluatedAt))}`;
    })
    .join('');
}

function objectOf(node: string, rows: readonly ReportPath[], evaluatedAt: string) {
  const checks = rows.flatMap(({ id, checks: own }) => own.map((check) => ({ path: id, check })));
  const results = checks.slice(0, MAX_RESULTS);
  const count = (status: Status): number =>
    checks.filter(({ check }) => check.status === status && check.waiver === null).length;
  return {
    apiVersion: 'openreports.io/v1alpha1',
    kind: 'ClusterReport',
    metadata: {
      name: objectName(node),
      labels: { 'app.kubernetes.io/managed-by': 'kubetls' },
      annotations: { 'kubetls/evaluated-at': evaluatedAt },
    },
    source: 'kubetls',
    scope: { apiVersion: 'v1', kind: 'Node', name: oneLine(node, 253) },
    summary: {
      pass: count('pass'),
      fail: count('fail'),
      warn: count('warn'),
      error: count('not-assessed'),
      skip: count('not-applicable') + checks.filter(({ check }) => check.waiver !== null).length,
    },
    results: results.map(({ path, check }) => resultOf(path, check, evaluatedAt)),
  };
}

function resultOf(path: string, check: ReportCheck, evaluatedAt: string) {
  return {
    source: 'kubetls',
    policy: path,
    rule: check.id,
    category: check.impact,
    severity: check.severity,
    result: check.waiver === null ? RESULTS[check.status] : 'skip',
    description: oneLine(check.message),
    timestamp: { seconds: Math.floor(Date.parse(evaluatedAt) / 1000), nanos: 0 },
    properties: {
      remediation: oneLine(check.remediation),
      ...(check.waiver === null ? {} : { waived: oneLine(check.waiver.reason) }),
      ...Object.fromEntries(
        check.evidence.map((one, index) => [
          `evidence-${index + 1}`,
          [positionText(one), settingText(one)].filter((text) => text !== '').join(': '),
        ]),
      ),
    },
  };
}

/** A name that the API server takes (RFC 1123 subdomain), and another one for each node. */
function objectName(node: string): string {
  const readable = node
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 200);
  const same = readable === node ? '' : `-${fingerprint([node]).slice(0, 8)}`;
  return `kubetls-${readable}${same}`.replaceAll(/-{2,}/g, '-');
}
