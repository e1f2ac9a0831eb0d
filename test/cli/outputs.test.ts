import { expect, test } from 'vitest';
import { parseOutputs } from '../../src/cli/outputs.ts';
import { FORMATS } from '../../src/report/formats.ts';

test.each([
  [[], [{ format: 'table', file: undefined }]],
  [['json'], [{ format: 'json', file: undefined }]],
  [['json=-'], [{ format: 'json', file: undefined }]],
  [['json=a=b.json'], [{ format: 'json', file: 'a=b.json' }]],
  [
    ['table', 'json=r.json'],
    [
      { format: 'table', file: undefined },
      { format: 'json', file: 'r.json' },
    ],
  ],
])('%j', (values, outputs) => {
  expect(parseOutputs(values, FORMATS)).toEqual({ ok: true, outputs });
});

test.each([
  [['jsno'], "unknown output format 'jsno'. Did you mean json? Formats: table, wide, json, markdown"],
  [['yaml'], "unknown output format 'yaml'. Formats: table, wide, json, markdown"],
  [['json='], 'names no file'],
  [['json', 'table'], 'two reports on standard output'],
  [['json=r', 'table=r'], 'two reports in the file r'],
])('%j is refused: %s', (values, message) => {
  const result = parseOutputs(values, FORMATS);
  expect(!result.ok && result.message).toContain(message);
});
