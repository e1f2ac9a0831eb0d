import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PATH_IDS } from '../../src/model/path.ts';
import type { Report } from '../../src/model/report.ts';
import { reporterFor } from '../../src/report/formats.ts';
import { byKeys } from '../../src/report/order.ts';
import { renderTable } from '../../src/report/table.ts';
import { displayWidth } from '../../src/text/width.ts';
import { expectGolden } from './golden.ts';
import { cleanReport, emptyReport, hostileReport } from './sample.ts';

const PLAIN = { width: 120, colour: false, quiet: false, verbose: false } as const;

describe.each([120, 100, 80])('%i columns', (width) => {
  test('no line is wider, and no path id is cut', () => {
    const text = renderTable(hostileReport, { ...PLAIN, width, verbose: true });
    const lines = text.split('\n');
    for (const line of lines) expect(displayWidth(line), line).toBeLessThanOrEqual(width);
    for (const { id } of hostileReport.paths) expect(text).toContain(id);
  });

  test('colour changes nothing but colour', () => {
    const plain = renderTable(hostileReport, { ...PLAIN, width });
    const coloured = renderTable(hostileReport, { ...PLAIN, width, colour: true });
    expect(coloured).not.toBe(plain);
    expect(stripVTControlCharacters(coloured).replaceAll(/ +$/gm, '')).toBe(plain);
  });
});

test.each([
  ['table-120.txt', PLAIN],
  ['table-80.txt', { ...PLAIN, width: 80 }],
  ['table-verbose.txt', { ...PLAIN, verbose: true }],
  ['table-quiet.txt', { ...PLAIN, quiet: true }],
])('%s', (name, options) => {
  expectGolden(name, renderTable(hostileReport, options));
});

test('nothing of the input reaches the terminal as a control', () => {
  const text = renderTable(hostileReport, { ...PLAIN, verbose: true });
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
});

test('a finding that is the same on several paths is printed once', () => {
  const text = renderTable(hostileReport, PLAIN);
  expect(text.match(/ {2}certificates-in-date$/gm)).toHaveLength(1);
  expect(text).toMatch(/ {2}on {2}user-to-apiserver \(cp-1\), apiserver-to-etcd \(cp-1\)$/m);
  expect(text.match(/ {2}apiserver-kubelet-ca-set$/gm)).toHaveLength(1);
});

test('findings come worst first, in whatever order they were made, and the verdict last', () => {
  const paths = hostileReport.paths.toReversed().map((path) => ({ ...path, checks: path.checks.toReversed() }));
  const text = renderTable(
    { ...hostileReport, paths: paths.toSorted(byKeys(({ status }) => [status === 'fail' ? 1 : 0])) },
    PLAIN,
  );
  const heads = [...text.matchAll(/^(?:FAIL|WARN) {2}(?:critical|high|medium|low|info) {2}\S+$/gm)].map(
    ([head]) => head,
  );
  expect(heads).toEqual([
    'FAIL  high  apiserver-kubelet-ca-set',
    'WARN  medium  certificates-in-date',
    'WARN  low  certificate-names',
  ]);
  expect(text.trimEnd().split('\n').at(-1)).toBe('FAIL  2 fail, 2 warn, 2 pass, 1 not assessed, 3 not applicable');
});

test('quiet: silent when nothing is at warn or worse, and without passing rows otherwise', () => {
  expect(renderTable(cleanReport, { ...PLAIN, quiet: true })).toBe('');
  const text = renderTable(hostileReport, { ...PLAIN, quiet: true });
  expect(text).not.toMatch(/^PASS/m);
  expect(text).not.toContain('Not assessed');
});

test('no rows at all still give a verdict', () => {
  const text = renderTable(emptyReport, PLAIN);
  expect(text).toContain('NOT APPLICABLE  0 fail');
  expect(renderTable(emptyReport, { ...PLAIN, quiet: true })).toBe('');
});

test('every path id there is fits beside its answers in 80 columns', () => {
  const [row] = hostileReport.paths;
  const paths = PATH_IDS.flatMap((id) => (row === undefined ? [] : [{ ...row, id }]));
  const text = renderTable({ ...hostileReport, paths }, { ...PLAIN, width: 80 });
  for (const id of PATH_IDS) expect(text).toMatch(new RegExp(`^FAIL +${id} +yes`, 'm'));
});

test('hostile text of any kind neither throws nor widens a line', () => {
  const hostile = fc.string({ unit: 'binary', maxLength: 60 });
  fc.assert(
    fc.property(hostile, hostile, fc.integer({ min: 80, max: 140 }), (name, words, width) => {
      const report = {
        ...hostileReport,
        nodes: [{ name, kubernetesVersion: words, distribution: null, configuredIn: words, components: [] }],
        paths: hostileReport.paths.map((path) => ({
          ...path,
          node: name,
          reason: path.reason === null ? null : words,
          checks: path.checks.map((check) => ({ ...check, headline: words, message: words, remediation: words })),
        })),
      };
      const text = renderTable(report, { ...PLAIN, width, verbose: true });
      for (const line of text.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(width);
    }),
    { numRuns: 40 },
  );
});

test('a narrow column of short findings has a heading that fits', () => {
  const paths = hostileReport.paths
    .filter(({ id }) => id === 'apiserver-to-kubelet' || id === 'cloud-controller-manager-to-apiserver')
    .map((path) => ({ ...path, checks: path.checks.map((check) => ({ ...check, headline: 'short' })) }));
  const text = renderTable({ ...hostileReport, paths }, { ...PLAIN, width: 86 });
  expect(text).toMatch(/ EXPIRY {2}FINDING$/m);
});

test('wide: no finding is cut, and what is below the rows keeps the width', async () => {
  const long = 'a headline that no page of eighty columns has room for beside all the other columns of a row';
  const report: Report = {
    ...hostileReport,
    paths: hostileReport.paths.map((path) => ({
      ...path,
      checks: path.checks.map((one) => ({ ...one, headline: long })),
    })),
  };
  const page = { width: 80, colour: false, quiet: false, verbose: false };
  expect(await reporterFor('table')(report, page)).not.toContain(long);
  const text = await reporterFor('wide')(report, page);
  expect(text).toMatch(new RegExp(`^FAIL +apiserver-to-kubelet .* ${long}$`, 'm'));
  const findings = text.slice(text.indexOf('FAIL  high'));
  expect(Math.max(...findings.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
});
