/**
 * JUnit XML in the subset that Jenkins (xunit plugin, junit-10.xsd), GitLab and GitHub actions read alike: a suite per
 * row, a case per check.
 */
import { PATH_IDS } from '../model/path.ts';
import type { Report, ReportCheck, ReportPath } from '../model/report.ts';
import { byKeys } from './order.ts';
import { oneLine, positionText, settingText } from './words.ts';

interface Counts {
  readonly tests: number;
  readonly failures: number;
  readonly skipped: number;
}

/**
 * Fail is a failure; what does not apply, or was not assessed, is skipped and says which of the two it is, so that a job
 * is red where the exit status is 2 or more and nowhere else; a warning passes and says what it found in its output.
 */
export function renderJUnit(report: Report): string {
  const rows = report.paths.toSorted(byKeys((path) => [path.node, PATH_IDS.indexOf(path.id)]));
  const suites = rows.map((row) => ({ row, cases: casesOf(row) }));
  const all = countsOf(suites.flatMap(({ cases }) => cases));
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${attributes({ name: 'kubetls', tests: `${all.tests}`, failures: `${all.failures}`, errors: '0', time: '0' })}>`,
    ...suites.map(({ row, cases }) => suiteOf(row, cases, report.evaluatedAt)),
    '</testsuites>',
    '',
  ].join('\n');
}

/** A row that was judged as a whole is one case. */
function casesOf(row: ReportPath): readonly ReportCheck[] {
  if (row.checks.length > 0) return row.checks.toSorted(byKeys(({ id, message }) => [id, message]));
  return [
    {
      id: row.id,
      title: row.title,
      status: row.status,
      severity: 'info',
      impact: 'both',
      message: [row.reason, row.supply].filter((text) => text !== null).join(' '),
      evidence: [],
      remediation: '',
      references: [],
      waiver: null,
    },
  ];
}

function suiteOf(row: ReportPath, cases: readonly ReportCheck[], timestamp: string): string {
  const counts = countsOf(cases);
  return [
    `  <testsuite ${attributes({
      name: `${oneLine(row.node)}: ${row.id}`,
      ...counted(counts),
      time: '0',
      timestamp: timestamp.replace(/Z$/, ''),
      hostname: oneLine(row.node),
    })}>`,
    ...cases.map((one) => caseOf(row, one)),
    '  </testsuite>',
  ].join('\n');
}

function caseOf(row: ReportPath, check: ReportCheck): string {
  const open = `    <testcase ${attributes({ name: check.id, classname: `${oneLine(row.node)}.${row.id}`, time: '0' })}`;
  const message = oneLine(check.message);
  const body = [
    message,
    ...check.evidence.map(
      (one) => `at ${[positionText(one), settingText(one)].filter((text) => text !== '').join(': ')}`,
    ),
    ...(check.remediation === '' ? [] : [`fix: ${oneLine(check.remediation)}`]),
  ].join('\n');
  if (check.waiver !== null) {
    const why = `Waived (${oneLine(check.waiver.reason)}): ${message}`;
    return `${open}>\n      <skipped ${attributes({ message: why })}/>\n    </testcase>`;
  }
  switch (check.status) {
    case 'fail':
      return `${open}>\n      <failure ${attributes({ message, type: check.severity })}>${text(body)}</failure>\n    </testcase>`;
    case 'not-assessed':
    case 'not-applicable': {
      const why = `${check.status === 'not-assessed' ? 'Not assessed' : 'Not applicable'}: ${message}`;
      return `${open}>\n      <skipped ${attributes({ message: why })}/>\n    </testcase>`;
    }
    case 'warn':
      return `${open}>\n      <system-out>${text(`WARN ${check.severity}: ${body}`)}</system-out>\n    </testcase>`;
    case 'pass':
      return `${open}/>`;
  }
}

function countsOf(cases: readonly ReportCheck[]): Counts {
  const isWaived = (one: ReportCheck): boolean => one.waiver !== null;
  const count = (status: ReportCheck['status']): number =>
    cases.filter((one) => one.status === status && !isWaived(one)).length;
  return {
    tests: cases.length,
    failures: count('fail'),
    skipped: count('not-applicable') + count('not-assessed') + cases.filter(isWaived).length,
  };
}

function counted({ tests, failures, skipped }: Counts): Record<string, string> {
  return { tests: `${tests}`, failures: `${failures}`, errors: '0', skipped: `${skipped}` };
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}="${text(value).replaceAll('"', '&quot;').replaceAll('\n', '&#10;')}"`)
    .join(' ');
}

/** What XML 1.0 forbids (section 2.2) has been made visible before; a newline is all that is left of the controls. */
function text(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
