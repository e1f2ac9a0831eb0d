import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { renderJSON, toJSON } from '../../src/report/json.ts';
import { expectGolden } from './golden.ts';
import { cleanReport, emptyReport, hostileReport } from './sample.ts';

const schema = JSON.parse(readFileSync(new URL('../../docs/report.schema.json', import.meta.url), 'utf8')) as object;
const validate = new Ajv2020({ allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true }).compile(
  schema,
);

test('report.json', () => {
  expectGolden('report.json', renderJSON(hostileReport));
});

test.each([
  ['hostile', hostileReport],
  ['clean', cleanReport],
  ['empty', emptyReport],
])('the %s report is what the schema promises', (_name, report) => {
  validate(JSON.parse(renderJSON(report)));
  expect(validate.errors).toBeNull();
});

test('the schema refuses what it does not promise', () => {
  const report = JSON.parse(renderJSON(hostileReport)) as Record<string, unknown>;
  expect(validate({ ...report, status: 'good' })).toBe(false);
  expect(validate({ ...report, evaluatedAt: '2026-11-21' })).toBe(false);
  expect(validate({ ...report, problems: undefined })).toBe(false);
});

test('the order in which the report was built does not matter', () => {
  const shuffled: Report = {
    summary: hostileReport.summary,
    waivers: hostileReport.waivers,
    problems: hostileReport.problems.toReversed(),
    certificates: hostileReport.certificates.toReversed(),
    paths: hostileReport.paths.toReversed().map((path) => ({ ...path, checks: path.checks.toReversed() })),
    nodes: hostileReport.nodes.toReversed().map((node) => ({
      ...node,
      components: node.components.toReversed().map((c) => ({ ...c, settings: c.settings.toReversed() })),
    })),
    inputs: hostileReport.inputs,
    status: hostileReport.status,
    evaluatedAt: hostileReport.evaluatedAt,
    tool: hostileReport.tool,
    schemaVersion: 1,
  };
  expect(renderJSON(shuffled)).toBe(renderJSON(hostileReport));
});

test('values stay true, and no terminal obeys them', () => {
  const value = 'a\u001b[31m\u007f\u009b2J\u202e\u200b\u2028\u{e0041}é東';
  const text = toJSON({ value });
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  expect(JSON.parse(text)).toEqual({ value });
});

test('lone surrogates, which strict parsers refuse, become U+FFFD in values and keys', () => {
  expect(toJSON('\ud800x\udc00')).toBe('"\ufffdx\ufffd"\n');
  const [path] = hostileReport.paths;
  const [check] = path?.checks ?? [];
  if (path === undefined || check === undefined) throw new Error('the sample has a path with a check');
  const evidence = [{ setting: 's', value: { '\ud800': 'x', __proto__: 'y' }, origin: 'flag' as const }];
  const text = renderJSON({ ...hostileReport, paths: [{ ...path, checks: [{ ...check, evidence }] }] });
  expect(text).toContain('"\ufffd": "x"');
  expect(text).not.toContain('\\ud800"');
});
