import { expect, test } from 'vitest';
import type { ExplainedGuide } from '../../src/model/guide.ts';
import type { Check, PathDefinition } from '../../src/model/path.ts';
import { catalogueChecks, listJSON, listTable } from '../../src/report/catalogue.ts';
import { explainCheck, explainOverview, explainPath } from '../../src/report/explain.ts';
import { painter } from '../../src/report/style.ts';

function check(id: string): Check {
  return {
    id,
    title: `What ${id} asks`,
    severity: 'high',
    impact: 'both',
    versions: '1.20+',
    remediation: `Do first ${'this and that '.repeat(20)}for ${id}.\nThen the rest.`,
    references: [{ id: 'RFC 5280 4.2', url: 'https://www.rfc-editor.org/rfc/rfc5280' }],
    evaluate: () => [],
  };
}

function path(id: PathDefinition['id'], checks: readonly Check[]): PathDefinition {
  return {
    id,
    title: `Title of ${id}`,
    client: 'kube-apiserver',
    server: 'etcd',
    description: 'Everything the cluster knows goes over it.',
    applicability: () => ({ kind: 'applies' }),
    facts: () => {
      throw new Error('not for a catalogue');
    },
    checks,
  };
}

const shared = check('shared-check');
const PATHS = [path('apiserver-to-etcd', [shared, check('own-check')]), path('etcd-to-etcd', [shared])];
const GUIDE: ExplainedGuide = {
  examined: 'What is compared with what.',
  consequence: 'Somebody else reads it.',
  steps: [`Set ${'one thing after another '.repeat(6)}first.`, 'Then restart it.'],
  verify: ['`openssl version` prints something.'],
  defaults: [{ setting: 'etcd --flag', unset: 'false up to 3.4; true from 3.5 on' }],
};
const STYLE = { width: 80, paint: painter(false) };

test('a check on several paths is listed once, with all of them', () => {
  expect(catalogueChecks(PATHS).map((entry) => [entry.check.id, entry.paths])).toEqual([
    ['shared-check', ['apiserver-to-etcd', 'etcd-to-etcd']],
    ['own-check', ['apiserver-to-etcd']],
  ]);
});

test('lists for machines', () => {
  expect(JSON.parse(listJSON({ kind: 'paths', paths: PATHS }))).toEqual([
    expect.objectContaining({ id: 'apiserver-to-etcd', case: null, checks: ['shared-check', 'own-check'] }),
    expect.objectContaining({ id: 'etcd-to-etcd', checks: ['shared-check'] }),
  ]);
  expect(JSON.parse(listJSON({ kind: 'checks', checks: catalogueChecks(PATHS) }))).toHaveLength(2);
});

test('lists for people have a line each', async () => {
  expect((await listTable({ kind: 'paths', paths: PATHS })).split('\n')).toEqual([
    'PATH               TITLE',
    'apiserver-to-etcd  Title of apiserver-to-etcd',
    'etcd-to-etcd       Title of etcd-to-etcd',
    '',
  ]);
});

test.each([
  ['overview', explainOverview(PATHS, STYLE), ['apiserver-to-etcd', 'etcd-to-etcd', 'NOT ASSESSED']],
  [
    'path',
    explainPath(path('apiserver-to-etcd', [shared]), STYLE),
    ['Everything the cluster knows', 'shared-check', 'What shared-check asks', 'Then the rest.', 'rfc5280'],
  ],
  [
    'check',
    explainCheck({ check: shared, paths: ['apiserver-to-etcd', 'etcd-to-etcd'] }, GUIDE, STYLE),
    [
      'Severity: high',
      'security and availability',
      '1.20+',
      'apiserver-to-etcd, etcd-to-etcd',
      'What is examined\n  What is compared with what.\n',
      'Why it matters\n  Somebody else reads it.\n',
      'What unset means\n  etcd --flag\n    false up to 3.4; true from 3.5 on\n',
      'How to fix\n  1. Set one thing',
      '\n     first.\n  2. Then restart it.\n',
      'How to verify\n  - `openssl version` prints something.\n  - `kubetls check --check shared-check`',
      'rfc5280',
    ],
  ],
])('explain: %s', (_name, text, parts) => {
  for (const part of parts) expect(text).toContain(part);
});

test('a path without checks has no empty sections', () => {
  expect(explainPath(path('pod-to-pod', []), STYLE)).not.toContain('How to fix');
});
