/** `.kubetls.yaml`: what it may say, and how a fault of it is told. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { PATHS } from '../../checks/index.ts';
import { controlNames } from '../../checks/benchmarks/index.ts';
import { askedOn } from '../../src/run/config-decisions.ts';
import type { KnownNames } from '../../src/run/config-decisions.ts';
import { NO_DECISIONS } from '../../src/model/waiver.ts';
import { parseToolConfig as parseWith } from '../../src/run/tool-config.ts';
import type { ToolConfigResult } from '../../src/run/tool-config.ts';

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

const NAMES: KnownNames = { checks: askedOn(PATHS), controls: controlNames() };

const parseToolConfig = (text: string, file: string): Promise<ToolConfigResult> =>
  parseWith(text, file, () => Promise.resolve(NAMES));

test('windows of all, of CAs, of single files', async () => {
  expect(await parseToolConfig(WHOLE, '.kubetls.yaml')).toEqual({
    ok: true,
    config: {
      decisions: NO_DECISIONS,
      profile: 'default',
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

function waiver(changes: Readonly<Record<string, string | undefined>>): string {
  const entry: Readonly<Record<string, string | undefined>> = {
    check: 'etcd-crl',
    path: 'etcd-to-etcd',
    reason: 'a test',
    until: '2027-06-30',
    ...changes,
  };
  const lines = Object.entries(entry).flatMap(([key, value]) =>
    value === undefined ? [] : `${key}: ${JSON.stringify(value)}`,
  );
  return `waivers:\n- ${lines.join('\n  ')}\n`;
}

const ofControl = (changes: Readonly<Record<string, string | undefined>>): string =>
  waiver({ check: undefined, path: undefined, control: 'CIS-1.12 1.2.27', node: 'cp-1', ...changes });

test('waivers of controls', async () => {
  expect(await parseToolConfig(ofControl({}), 'c.yaml')).toMatchObject({
    ok: true,
    config: {
      decisions: {
        waivers: [],
        controls: [
          {
            control: 'CIS-1.12 1.2.27',
            node: 'cp-1',
            reason: 'a test',
            until: new Date('2027-06-30T23:59:59Z'),
            position: { file: 'c.yaml', line: 2 },
          },
        ],
      },
    },
  });
  expect(validate(parse(ofControl({})))).toBe(true);
  for (const wrong of [{ check: 'etcd-crl' }, { path: 'etcd-to-etcd' }, { node: undefined }]) {
    expect(validate(parse(ofControl(wrong)))).toBe(false);
  }
});

test('waivers and severities', async () => {
  const text = `${waiver({ node: 'cp-*', file: '/etc/kubernetes/pki/*' })}severities: { etcd-crl: low }\n`;
  expect(await parseToolConfig(text, 'c.yaml')).toMatchObject({
    ok: true,
    config: {
      decisions: {
        waivers: [
          {
            check: 'etcd-crl',
            path: 'etcd-to-etcd',
            node: 'cp-*',
            file: '/etc/kubernetes/pki/*',
            reason: 'a test',
            until: new Date('2027-06-30T23:59:59Z'),
            position: { file: 'c.yaml', line: 2 },
          },
        ],
        severities: new Map([['etcd-crl', 'low']]),
      },
    },
  });
  expect(validate(parse(text))).toBe(true);
  expect(validate(parse(waiver({ path: undefined })))).toBe(false);
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
  ['waivers: {}\n', 'c.yaml:1: waivers: a list was expected'],
  [waiver({ check: 'etcd-clr' }), 'c.yaml:2: unknown check etcd-clr. Did you mean etcd-crl?'],
  [waiver({ until: 'soon' }), 'until: not a date; write 2028-01-01 or 2028-01-01T12:00:00Z'],
  [waiver({ until: '+90d' }), 'until: a day was expected, as 2027-06-30'],
  [waiver({ until: undefined }), 'until: the day after which it counts again was expected'],
  [waiver({ reason: ' ' }), 'reason: why this is right as it is was expected'],
  [waiver({ path: undefined }), 'no scope: write path, node or file'],
  [waiver({ path: 'etcd-to-etdc' }), 'unknown path etcd-to-etdc. Did you mean etcd-to-etcd or'],
  [
    waiver({ path: 'apiserver-to-kubelet' }),
    'c.yaml:3: etcd-crl is not asked on apiserver-to-kubelet, but on apiserver-to-etcd,',
  ],
  [waiver({ file: 'ca.crt' }), 'file: a path on the node was expected'],
  [waiver({ node: '*a*b*c*d*e*f*g' }), 'node: more than 6 stars'],
  [waiver({ nodes: 'x' }), 'unknown key nodes in waivers.0. Did you mean node?'],
  [ofControl({ control: 'CIS-1.12 1.2.72' }), 'c.yaml:4: unknown control CIS-1.12 1.2.72. Did you mean CIS-1.12 1.2.'],
  [ofControl({ control: '1.2.27' }), 'c.yaml:4: unknown control 1.2.27.'],
  [ofControl({ check: 'etcd-crl' }), 'check beside control: an entry is for findings of a check or for a control'],
  [ofControl({ path: 'etcd-to-etcd' }), 'path: a control is waived on a node; write node'],
  [ofControl({ node: undefined }), 'node: the name of a node was expected'],
  [ofControl({ until: undefined }), 'until: the day after which it counts again was expected'],
  ['profile: stigs\n', 'c.yaml:1: profile: one of default, strict, cis, stig was expected. Did you mean stig?'],
  ['profile: [cis]\n', 'c.yaml:1: profile: one of'],
  ['severities: low\n', 'severities: a mapping of checks was expected'],
  ['severities: { etcd-crl: lo }\n', 'etcd-crl: one of critical, high, medium, low, info was expected'],
  ['severities: { etcd-clr: low }\n', 'unknown check etcd-clr. Did you mean etcd-crl?'],
])('%j', async (text, fault) => {
  const result = await parseToolConfig(text, 'c.yaml');
  expect(result.ok ? '' : result.faults.join('\n')).toContain(fault);
});

test.each(['', '# nothing\n', 'expiry:\n'])('%j says nothing', async (text) => {
  expect((await parseToolConfig(text, 'c.yaml')).ok).toBe(true);
});

test('whatever it holds, an answer comes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.jsonValue({ maxDepth: 4 }),
      fc.constantFrom('profile', 'expiry', 'waivers', 'severities'),
      async (value, key) => {
        const result = await parseToolConfig(JSON.stringify({ [key]: value }), 'c.yaml');
        expect(result.ok || result.faults.length > 0).toBe(true);
      },
    ),
  );
});

test('the examples of the README', async () => {
  const examples = [...readFileSync('README.md', 'utf8').matchAll(/```yaml\n((?:profile|expiry|waivers):[^`]*)```/g)];
  expect(examples.length).toBe(3);
  for (const [, text = ''] of examples) {
    const result = await parseWith(text, 'README.md', () => Promise.resolve(NAMES));
    expect(result).toMatchObject({ ok: true });
    expect(validate(parse(text))).toBe(true);
  }
});
