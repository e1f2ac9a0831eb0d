/** `.kubetls.yaml`: what it may say, and how a fault of it is told. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseToolConfig } from '../../src/run/tool-config.ts';

const DAY = 24 * 60 * 60 * 1000;

const schema = JSON.parse(readFileSync(new URL('../../docs/config.schema.json', import.meta.url), 'utf8')) as object;
const validate = new Ajv2020({ allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true }).compile(
  schema,
);

const WHOLE = `expiry:
  warnBefore: 45d
  authorities: {warnBefore: 50%, failBefore: 10%}
  certificates:
  - file: /etc/kubernetes/pki/etcd/*.crt
    warnBefore: 60d
    failBefore: 2w
  - {file: '**/admin.conf', failBefore: 0}
`;

test('windows of all, of CAs, of single files', () => {
  expect(parseToolConfig(WHOLE, '.kubetls.yaml')).toEqual({
    ok: true,
    config: {
      thresholds: {
        leaf: { warnBefore: { milliseconds: 45 * DAY }, failBefore: { milliseconds: 7 * DAY } },
        authority: { warnBefore: { share: 0.5 }, failBefore: { share: 0.1 } },
        overrides: [
          {
            file: '/etc/kubernetes/pki/etcd/*.crt',
            warnBefore: { milliseconds: 60 * DAY },
            failBefore: { milliseconds: 14 * DAY },
          },
          { file: '**/admin.conf', failBefore: { milliseconds: 0 } },
        ],
      },
    },
  });
  expect(validate(parse(WHOLE))).toBe(true);
});

test.each([
  ['expiri: {}\n', 'c.yaml:1: unknown key expiri. Did you mean expiry? Known: expiry'],
  ['expiry:\n  warnbefore: 3d\n', 'c.yaml:2: unknown key warnbefore in expiry. Did you mean warnBefore'],
  ['expiry:\n  warnBefore: 3d\n', 'c.yaml:1: the warning window is shorter than the failure window'],
  ['expiry:\n  warnBefore: soon\n', 'c.yaml:2: warnBefore: not a duration'],
  ['expiry:\n  failBefore: 7\n', 'c.yaml:2: failBefore: the unit after 7 is missing'],
  ['expiry:\n  failBefore: [7d]\n', 'c.yaml:2: failBefore: not a duration'],
  ['expiry:\n  certificates:\n  - file: admin.conf\n    failBefore: 1d\n', 'c.yaml:3: file: a path on the node'],
  ['expiry:\n  certificates:\n  - file: /a\n', 'c.yaml:3: /a: neither warnBefore nor failBefore'],
  ['expiry:\n  certificates: {}\n', 'c.yaml:2: certificates: a list was expected'],
  ['expiry: 30d\n', 'c.yaml:1: expiry: a mapping was expected'],
  ['- a\n', 'c.yaml:1: the file: a mapping was expected'],
  ['expiry: {}\nexpiry: {}\n', 'c.yaml:2: expiry is written twice'],
  ['a: [\n', 'not YAML'],
  ['expiry: {}\n---\nexpiry: {}\n', 'several documents'],
])('%j', (text, fault) => {
  const result = parseToolConfig(text, 'c.yaml');
  expect(result.ok ? '' : result.faults.join('\n')).toContain(fault);
});

test.each(['', '# nothing\n', 'expiry:\n'])('%j says nothing', (text) => {
  expect(parseToolConfig(text, 'c.yaml').ok).toBe(true);
});

test('whatever it holds, an answer comes', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      const result = parseToolConfig(JSON.stringify({ expiry: value }), 'c.yaml');
      expect(result.ok || result.faults.length > 0).toBe(true);
    }),
  );
});

test('the example of the README', () => {
  const example = /```yaml\n(expiry:[^`]*)```/.exec(readFileSync('README.md', 'utf8'))?.[1];
  expect(parseToolConfig(example ?? '', 'README.md')).toMatchObject({ ok: true });
});
