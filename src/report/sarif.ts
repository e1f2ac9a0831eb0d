/**
 * SARIF 2.1.0 (OASIS), within the limits of GitHub code scanning: a result per finding at warn or worse, placed in the
 * file of the node that decides it.
 */
import type { Evidence } from '../model/path.ts';
import type { Report, ReportCheck } from '../model/report.ts';
import { isBad } from '../model/status.ts';
import type { Severity, Status } from '../model/status.ts';
import { fingerprint } from '../text/fingerprint.ts';
import { groupFindings } from './findings.ts';
import type { FindingGroup } from './findings.ts';
import { toJSON } from './json.ts';
import type { ReportOptions } from './reporter.ts';
import { waiverFaultTexts } from './waivers.ts';
import { oneLine, settingText } from './words.ts';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** What code scanning takes in one run (docs.github.com, SARIF support for code scanning). */
const MAX_RESULTS = 25_000;

/** Node roots of several machines hold the same names, so each is a base of its own. */
const BASE = 'NODE';

/** @returns one run; with `verbose` what passed, was not assessed or does not apply too */
export function renderSARIF(report: Report, { verbose }: Pick<ReportOptions, 'verbose'>): string {
  const wanted = (check: ReportCheck): boolean => verbose || isBad(check);
  const groups = groupFindings(report.paths, wanted).slice(0, MAX_RESULTS);
  const rules = [...new Map(groups.map(({ check }) => [check.id, check])).values()];
  const indexes = new Map(rules.map(({ id }, index) => [id, index]));
  const incomplete = report.problems.filter((problem) => problem.incomplete);
  return toJSON({
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: report.tool.name,
            semanticVersion: report.tool.version,
            rules: rules.map(ruleOf),
          },
        },
        originalUriBaseIds: { [BASE]: { description: { text: 'The root of the file system of the node.' } } },
        invocations: [
          {
            executionSuccessful: incomplete.length === 0,
            endTimeUtc: report.evaluatedAt,
            toolExecutionNotifications: [
              ...report.problems.map(({ code, subject, message, file, line, incomplete: lost }) => ({
                descriptor: { id: code },
                level: lost ? 'error' : 'note',
                message: { text: oneLine(`${subject}: ${message}`) },
                ...locationsOf(file === null ? [] : [{ file, ...(line === null ? {} : { line }) }]),
              })),
              ...waiverFaultTexts(report).map((text) => ({
                descriptor: { id: 'waiver' },
                level: 'warning',
                message: { text },
              })),
            ],
          },
        ],
        columnKind: 'utf16CodeUnits',
        results: groups.map((group) => resultOf(group, indexes.get(group.check.id) ?? 0)),
      },
    ],
  });
}

/** Code scanning reads severity as a number of CVSS: critical from 9, high from 7, medium from 4. */
const SCORES: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '3.0',
  info: '0.0',
};

function ruleOf(check: ReportCheck) {
  const links = check.references.map(({ id, url }) => `- [${id}](${url})`).join('\n');
  const help = oneLine(check.remediation);
  // A page about the very thing tells more than the home of a benchmark.
  const helpUri = (check.references.find(({ id }) => !/^(?:CIS|STIG)/.test(id)) ?? check.references[0])?.url;
  return {
    id: check.id,
    name: check.id,
    shortDescription: { text: oneLine(check.title) },
    fullDescription: { text: oneLine(check.title) },
    ...(helpUri === undefined ? {} : { helpUri }),
    help: { text: help, markdown: links === '' ? help : `${help}\n\n${links}` },
    properties: {
      'security-severity': SCORES[check.severity],
      tags: [check.impact === 'both' ? 'security' : check.impact, 'kubernetes', 'tls'],
    },
  };
}

const LEVELS: Readonly<Record<Status, 'error' | 'warning' | 'none'>> = {
  fail: 'error',
  warn: 'warning',
  'not-assessed': 'none',
  pass: 'none',
  'not-applicable': 'none',
};

const KINDS: Readonly<Record<Status, 'fail' | 'open' | 'pass' | 'notApplicable'>> = {
  fail: 'fail',
  warn: 'fail',
  'not-assessed': 'open',
  pass: 'pass',
  'not-applicable': 'notApplicable',
};

function resultOf({ check, places }: FindingGroup, ruleIndex: number) {
  const paths = places.map(({ id }) => id);
  const nodes = [...new Set(places.flatMap((place) => place.nodes))].sort();
  const evidence = check.evidence.map((one) => settingText(one));
  return {
    ruleId: check.id,
    ruleIndex,
    kind: KINDS[check.status],
    level: LEVELS[check.status],
    message: {
      text: `${oneLine(check.message)} Paths: ${paths.join(', ')}. Nodes: ${nodes.map((name) => oneLine(name)).join(', ')}.`,
    },
    ...locationsOf(check.evidence),
    // What stays the same while the finding is the same: neither its wording nor its line.
    partialFingerprints: { 'kubetlsFinding/v1': fingerprint([check.id, ...nodes, ...check.evidence.map(placeOf)]) },
    ...(check.waiver === null
      ? {}
      : { suppressions: [{ kind: 'external', status: 'accepted', justification: oneLine(check.waiver.reason) }] }),
    properties: { severity: check.severity, impact: check.impact, paths, nodes, evidence },
  };
}

function placeOf({ component, setting, file }: Evidence): string {
  return [component ?? '', setting, file ?? ''].join('\n');
}

/** The file that decides; a default is written in none, so its component's file stands for it. */
function locationsOf(places: readonly { readonly file?: string; readonly line?: number }[]) {
  const place = places.find(({ line }) => line !== undefined) ?? places.find(({ file }) => file !== undefined);
  if (place?.file === undefined) return {};
  return {
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(place.file), uriBaseId: BASE },
          region: { startLine: Math.max(place.line ?? 1, 1) },
        },
      },
    ],
  };
}

/** Relative to the root of the node, each segment percent-encoded (RFC 3986). */
function uriOf(file: string): string {
  return file
    .replace(/^\/+/, '')
    .split('/')
    .map((segment) => encodeURIComponent(segment.replaceAll(/\p{Cs}/gu, '\ufffd')))
    .join('/');
}
