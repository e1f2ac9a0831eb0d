/** docs/paths/<path-id>.md: one communication path. */
import { guideOf } from '../../checks/guides/index.ts';
import type { Check, PathDefinition } from '../../src/model/path.ts';
import type { Impact } from '../../src/model/status.ts';
import { severityWords, verifiedByItself } from '../../src/report/catalogue.ts';
import { explainGuide } from '../../src/config/history/words.ts';
import { code, generatedFrom, page, prose, referenceList, table } from './markdown.ts';
import { absences } from './probe.ts';

/** Where the page of a path is, from docs/. */
export function pathPageName(path: Pick<PathDefinition, 'id'>): string {
  return `paths/${path.id}.md`;
}

/** What it means when a check fails, by its impact. */
export const IMPACT_MEANING: Readonly<Record<Impact, string>> = {
  security: 'somebody can read, change or impersonate what goes over the path',
  availability: 'the path breaks, or breaks at the next restart, renewal or upgrade',
  both: 'somebody can read, change or impersonate what goes over the path, and the path can break',
};

/** The words for an impact. */
export function impactWords(impact: Impact): string {
  return impact === 'both' ? 'security and availability' : impact;
}

export function pathPage(path: PathDefinition): string {
  return page([
    generatedFrom(`checks/${path.id}.ts`),
    `# ${prose(path.title)}`,
    table(
      ['Row', 'Client', 'Server'],
      [[code(path.id), prose(path.client), prose(path.server)]],
    ),
    prose(path.description),
    '## How the row is judged',
    path.checks.length === 0
      ? 'This version has no checks on this row. It says whether the connection exists, as far as the files of a node tell, and what decides it.'
      : verdicts(path.checks),
    outside(path),
    ...(path.checks.length === 0 ? [] : ['## Checks', checkTable(path.checks), ...path.checks.flatMap(checkSection)]),
    `[All checks](../checks.md) · [README](../../README.md)`,
  ]);
}

function verdicts(checks: readonly Check[]): string {
  const critical = checks.filter(({ severity }) => severity === 'critical').map(({ id }) => code(id));
  return table(
    ['Verdict', 'When'],
    [
      [
        'FAIL',
        `A check below fails: something can be read or impersonated, or the path is broken or about to be.${critical.length === 0 ? '' : ` Critical: ${critical.join(', ')}.`}`,
      ],
      ['WARN', 'A check warns: the path holds but is weakened, or a certificate or CA is inside its warning window.'],
      [
        'NOT ASSESSED',
        'Nothing worse was found, and a file, a value or a version that a check needs is not in the input or cannot be read. The report says which, and what to supply.',
      ],
      ['PASS', 'Every check that applies has its answer, and none of them warns or fails.'],
    ],
  );
}

/** What the row says when there is nothing to run the checks on. */
function outside(path: PathDefinition): string {
  const found = absences(path);
  if (found.length === 0) return '';
  return [
    path.checks.length === 0 ? 'What the row says:' : 'Without the components of the path there is nothing to ask the checks of. Then the row says:',
    table(
      ['Input', 'Verdict', 'Reason'],
      found.map(({ situation, outcome }) =>
        outcome.kind === 'not-applicable'
          ? [situation, 'NOT APPLICABLE', prose(outcome.reason)]
          : [situation, 'NOT ASSESSED', prose(`${outcome.reason} ${outcome.supply}`)],
      ),
    ),
  ].join('\n\n');
}

function checkTable(checks: readonly Check[]): string {
  return table(
    ['Check', 'Statement', 'Severity', 'Impact', 'Versions'],
    checks.map((check) => [
      `[${code(check.id)}](#${check.id})`,
      prose(check.title),
      check.severity,
      impactWords(check.impact),
      prose(check.versions),
    ]),
  );
}

function checkSection(check: Check): readonly string[] {
  const guide = explainGuide(guideOf(check.id));
  return [
    `### ${check.id}`,
    `${prose(check.title)}.`,
    [
      `- Severity: ${severityWords(check)}`,
      `- Impact: ${impactWords(check.impact)}. When it does not hold, ${IMPACT_MEANING[check.impact]}.`,
      `- Versions, and what unset means: ${prose(check.versions)}`,
      ...guide.defaults.map(({ setting, unset }) => `- Unset, ${code(setting)}: ${prose(unset)}`),
    ].join('\n'),
    `**What is examined.** ${prose(guide.examined)}`,
    `**Why it matters.** ${prose(guide.consequence)}`,
    '**How to fix.**',
    guide.steps.map((step, index) => `${index + 1}. ${prose(step)}`).join('\n'),
    '**How to verify.**',
    [...guide.verify, verifiedByItself(check)].map((one) => `- ${prose(one)}`).join('\n'),
    '**Sources.**',
    referenceList(check.references),
  ];
}
