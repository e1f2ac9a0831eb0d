/** Paths and checks explained: the words of the catalogue, laid out for a terminal. */
import type { ExplainedGuide } from '../model/guide.ts';
import type { Check, PathDefinition, Reference } from '../model/path.ts';
import { wrap } from '../text/width.ts';
import { severityWords, verifiedByItself } from './catalogue.ts';
import type { BenchmarkIds, CatalogueCheck } from './catalogue.ts';
import type { Painter } from './style.ts';

export interface ExplainStyle {
  readonly width: number;
  readonly paint: Painter;
}

/** Prose is read, not scanned: longer lines lose the eye. */
const MAX_PROSE = 100;

const INDENT = '  ';

/** What the program looks at, in general, and every path. */
export function explainOverview(paths: readonly PathDefinition[], style: ExplainStyle): string {
  const width = Math.max(0, ...paths.map(({ id }) => id.length)) + 2;
  return text([
    heading('kubetls', style),
    prose(
      'A control plane is as safe as its connections. kubetls reports one row per communication path: is it encrypted, ' +
        'does the client verify the server, does the server authenticate the client, what is the lowest TLS version, ' +
        'which certificate ends first, and who renews it.',
      style,
    ),
    [
      ...prose('A row is as bad as its worst finding:', style),
      `${INDENT}FAIL            plaintext beyond loopback, one end not verified, or a credential that breaks the path`,
      `${INDENT}WARN            encrypted and authenticated, but weakened, or inside a warning window`,
      `${INDENT}NOT ASSESSED    an input is missing; the report says what to supply`,
      `${INDENT}PASS            everything that decides the row was read and is right`,
      `${INDENT}NOT APPLICABLE  known to be off or absent`,
    ],
    section(
      'Paths',
      paths.map(({ id, title }) => `${INDENT}${id.padEnd(width)}${title}`),
      style,
    ),
    ['More: kubetls explain PATH, kubetls explain CHECK, kubetls list checks'],
  ]);
}

/** One path: what goes over it, what is examined, how to fix what is found, and the sources. */
export function explainPath(path: PathDefinition, style: ExplainStyle): string {
  const width = Math.max(0, ...path.checks.map(({ id }) => id.length)) + 2;
  return text([
    heading(`${path.id}: ${path.title}`, style),
    [`Client: ${path.client}`, `Server: ${path.server}`],
    prose(path.description, style),
    section(
      'What is examined',
      path.checks.flatMap((check) => [
        `${INDENT}${check.id.padEnd(width)}${check.severity}`,
        ...prose(check.title, style, `${INDENT}${INDENT}`),
      ]),
      style,
    ),
    section(
      'How to fix',
      path.checks.flatMap((check) => [
        `${INDENT}${check.id}`,
        ...prose(check.remediation, style, `${INDENT}${INDENT}`),
      ]),
      style,
    ),
    section('References', references(path.checks.flatMap((check) => check.references)), style),
  ]);
}

/** One check: what it asks and why, what unset means, how to mend it and how to see that it is mended. */
export function explainCheck(
  { check, paths, benchmarks }: CatalogueCheck,
  guide: ExplainedGuide,
  style: ExplainStyle,
): string {
  return text([
    heading(check.id, style),
    prose(check.title, style),
    [
      `Severity: ${severityWords(check)}`,
      `Impact: ${check.impact === 'both' ? 'security and availability' : check.impact}`,
      `Versions: ${check.versions}`,
      ...prose(`Paths: ${paths.join(', ')}`, style),
    ],
    ...guideSections(guide, check, style),
    section('Benchmarks', benchmarks === undefined ? [] : benchmarkLines(benchmarks, style), style),
    section('References', references(check.references), style),
  ]);
}

function guideSections(guide: ExplainedGuide, check: Check, style: ExplainStyle): string[][] {
  return [
    section('What is examined', prose(guide.examined, style, INDENT), style),
    section('Why it matters', prose(guide.consequence, style, INDENT), style),
    section(
      'What unset means',
      guide.defaults.flatMap(({ setting, unset }) => [
        `${INDENT}${setting}`,
        ...prose(unset, style, `${INDENT}${INDENT}`),
      ]),
      style,
    ),
    section(
      'How to fix',
      guide.steps.flatMap((step, index) => item(`${index + 1}. `, step, style)),
      style,
    ),
    section(
      'How to verify',
      [...guide.verify, verifiedByItself(check)].flatMap((one) => item('- ', one, style)),
      style,
    ),
  ];
}

/** Prose after a mark; what follows stands under the first word. */
function item(mark: string, words: string, style: ExplainStyle): string[] {
  const indent = `${INDENT}${' '.repeat(mark.length)}`;
  const [first = '', ...rest] = prose(words, style, indent);
  return [`${INDENT}${mark}${first.slice(indent.length)}`, ...rest];
}

/** A line for each document and id, with the versions that have it. */
function benchmarkLines({ cis, stig }: BenchmarkIds, style: ExplainStyle): string[] {
  const byIds = new Map<string, string[]>();
  for (const [version, ids] of Object.entries(cis)) {
    byIds.set(ids.join(', '), [...(byIds.get(ids.join(', ')) ?? []), `v${version}`]);
  }
  return [
    ...[...byIds].map(([ids, versions]) => `CIS Kubernetes Benchmark ${ids} (${versions.join(', ')})`),
    ...Object.values(stig).map((ids) => `DISA Kubernetes STIG ${ids.join(', ')}`),
  ].flatMap((line) => prose(line, style, INDENT));
}

function heading(title: string, { paint }: ExplainStyle): string[] {
  return [paint.bold(title)];
}

function section(title: string, lines: readonly string[], { paint }: ExplainStyle): string[] {
  return lines.length === 0 ? [] : [paint.bold(title), ...lines];
}

function prose(words: string, { width }: ExplainStyle, indent = ''): string[] {
  const limit = Math.min(width, MAX_PROSE) - indent.length;
  return words.split('\n').flatMap((line) => wrap(line, limit).map((part) => `${indent}${part}`));
}

/** Each once, by id; a long address is not broken, so that it can be copied. */
function references(all: readonly Reference[]): string[] {
  const byId = new Map(all.map((reference) => [`${reference.id} ${reference.url}`, reference]));
  return [...byId.values()].map(({ id, url }) => `${INDENT}${id}  ${url}`);
}

function text(blocks: readonly (readonly string[])[]): string {
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}
