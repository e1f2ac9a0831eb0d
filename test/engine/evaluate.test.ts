import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluateNode } from '../../src/engine/evaluate.ts';
import type { Variant } from '../../src/engine/evaluate.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type { Check, Finding, PathDefinition, PathId } from '../../src/model/path.ts';
import type { ReportPath } from '../../src/model/report.ts';
import { UnknownValue } from '../../src/model/unknown.ts';
import { SEVERITY_ORDER } from '../../src/model/status.ts';
import type { Status } from '../../src/model/status.ts';
import { parseVersion } from '../../src/model/version.ts';
import { certificateModel, componentModel, nodeModel, pathFacts, presentedModel } from '../support/model.ts';

function checkOf(id: string, details: Partial<Check> & { readonly says?: Status } = {}): Check {
  const { says = 'pass', ...rest } = details;
  return {
    id,
    title: id,
    severity: 'medium',
    impact: 'security',
    versions: 'all',
    remediation: 'Correct it.',
    references: [],
    evaluate: () => ({ status: says, message: `${id} says ${says}`, evidence: [] }),
    ...rest,
  };
}

function pathOf(checks: readonly Check[], details: Partial<PathDefinition> = {}): PathDefinition {
  return {
    id: 'user-to-apiserver',
    title: 'Users',
    client: 'user',
    server: 'kube-apiserver',
    description: '',
    applicability: () => ({ kind: 'applies' }),
    facts: () => pathFacts(),
    checks,
    ...details,
  };
}

const known: readonly Variant[] = [{ node: nodeModel([componentModel()]), assumption: '' }];

/** One variant for each version, as for an image that is named by its digest. */
const under = (...versions: readonly string[]): readonly Variant[] =>
  versions.map((version) => ({
    node: nodeModel([componentModel({ version: parseVersion(version), versionAssumed: true })]),
    assumption: `Kubernetes ${version}`,
  }));

function rowOf(definition: PathDefinition, variants: readonly Variant[] = known): ReportPath {
  const [evaluated] = evaluateNode(variants, [definition]);
  if (evaluated === undefined) throw new Error('no row');
  return evaluated.row;
}

const minorOf = (node: NodeModel): number => node.components.get('kube-apiserver')?.version?.minor ?? 0;

const crash = (): never => {
  throw new Error('boom');
};

describe('the status of a row', () => {
  test.each<[readonly Status[], Status]>([
    [['pass', 'fail', 'warn'], 'fail'],
    [['pass', 'warn', 'not-assessed'], 'warn'],
    [['pass', 'not-assessed'], 'not-assessed'],
    [['pass', 'not-applicable'], 'pass'],
    [['not-applicable'], 'not-applicable'],
    [[], 'not-applicable'],
  ])('%j is %s', (statuses, expected) => {
    const checks = statuses.map((says, index) => checkOf(`check-${index}`, { says }));
    expect(rowOf(pathOf(checks)).status).toBe(expected);
  });

  test('a path that does not apply says why and has no columns', () => {
    const row = rowOf(pathOf([checkOf('a')], { applicability: () => ({ kind: 'not-applicable', reason: 'off' }) }));
    expect(row).toMatchObject({ status: 'not-applicable', reason: 'off', supply: null, encrypted: 'n/a', checks: [] });
  });

  test('a path that cannot be judged says what to supply', () => {
    const row = rowOf(
      pathOf([checkOf('a')], {
        applicability: () => ({ kind: 'not-assessed', reason: 'no file', supply: 'the file' }),
      }),
    );
    expect(row).toMatchObject({ status: 'not-assessed', reason: 'no file', supply: 'the file', encrypted: 'unknown' });
  });
});

describe('a value that the input does not show', () => {
  const evidence = [{ component: 'etcd' as const, setting: '--name', value: null, origin: 'flag' as const }];
  const ask = (): never => {
    throw new UnknownValue('The value of --name is not known.', evidence, 'Give it.');
  };

  test.each<[string, Partial<Check>]>([
    ['evaluate', { evaluate: ask }],
    ['notApplicable', { notApplicable: ask }],
  ])('%s: the check is not assessed, with the reason and the place', (_name, details) => {
    const row = rowOf(pathOf([checkOf('bad', details), checkOf('good')]));
    expect(row.status).toBe('not-assessed');
    expect(row.checks[0]).toMatchObject({
      id: 'bad',
      status: 'not-assessed',
      message: 'The value of --name is not known.',
      evidence,
      remediation: 'Give it.',
    });
    expect(row.checks[1]).toMatchObject({ id: 'good', status: 'pass' });
  });

  test.each<[string, Partial<PathDefinition>]>([
    ['facts', { facts: ask }],
    ['applicability', { applicability: ask }],
  ])('%s: the row is not assessed, with what to supply', (_name, details) => {
    expect(rowOf(pathOf([checkOf('a')], details))).toMatchObject({
      status: 'not-assessed',
      reason: 'The value of --name is not known.',
      supply: 'Give it.',
      checks: [],
      encrypted: 'unknown',
    });
  });
});

describe('what crashes', () => {
  test.each<[string, Partial<Check>]>([
    ['evaluate', { evaluate: crash }],
    ['notApplicable', { notApplicable: crash }],
    [
      'a throw of something that is no Error',
      {
        evaluate: () => {
          // eslint-disable-next-line @typescript-eslint/only-throw-error -- what a check must not do
          throw 'boom';
        },
      },
    ],
  ])('%s: the check is not assessed, visibly, and the row does not pass', (_name, details) => {
    const row = rowOf(pathOf([checkOf('good'), checkOf('bad', details)]));
    expect(row.status).toBe('not-assessed');
    expect(row.checks[0]).toMatchObject({ id: 'bad', status: 'not-assessed', headline: 'check crashed' });
    expect(row.checks[0]?.message).toMatch(/bad failed to run \(boom\).*fault of kubetls/);
    expect(row.checks[1]).toMatchObject({ id: 'good', status: 'pass' });
  });

  test('a crash hides no failure of another check', () => {
    expect(rowOf(pathOf([checkOf('bad', { evaluate: crash }), checkOf('worse', { says: 'fail' })])).status).toBe(
      'fail',
    );
  });

  test.each<[string, Partial<PathDefinition>]>([
    ['facts', { facts: crash }],
    ['applicability', { applicability: crash }],
  ])('%s: the row is not assessed and says so', (_name, details) => {
    const row = rowOf(pathOf([checkOf('good')], details));
    expect(row).toMatchObject({ status: 'not-assessed', encrypted: 'unknown', checks: [] });
    expect(row.reason).toMatch(/user-to-apiserver failed to run \(boom\)/);
  });
});

describe('selection', () => {
  const definitions = (['user-to-apiserver', 'pod-to-pod', 'etcd-to-etcd'] as const).map((id) =>
    pathOf([checkOf('a', { says: 'fail' }), checkOf('b')], { id }),
  );
  const ids = (rows: ReturnType<typeof evaluateNode>): readonly PathId[] => rows.map(({ row }) => row.id);

  test('of paths keeps the order of the definitions', () => {
    const rows = evaluateNode(known, definitions, { paths: ['etcd-to-etcd', 'user-to-apiserver'] });
    expect(ids(rows)).toEqual(['user-to-apiserver', 'etcd-to-etcd']);
  });

  test('of checks leaves the rows, judged by those alone', () => {
    const rows = evaluateNode(known, definitions, { checks: ['b'] });
    expect(rows.map(({ row }) => [row.status, row.checks.map(({ id }) => id)])).toEqual(
      definitions.map(() => ['pass', ['b']]),
    );
  });

  test('of a check leaves out the rows that do not ask it', () => {
    const other = pathOf([checkOf('c')], { id: 'node-to-node' });
    expect(ids(evaluateNode(known, [...definitions, other], { checks: ['c'] }))).toEqual(['node-to-node']);
  });

  test('of nothing gives nothing', () => {
    expect(evaluateNode(known, definitions, { paths: [] })).toEqual([]);
  });
});

describe('findings', () => {
  test('worst first, whatever the order of the checks', () => {
    const statuses: readonly Status[] = ['fail', 'warn', 'not-assessed', 'pass'];
    const checks = statuses.flatMap((says) =>
      SEVERITY_ORDER.map((severity) => checkOf(`${says}-${severity}`, { says, severity })),
    );
    fc.assert(
      fc.property(fc.shuffledSubarray(checks, { minLength: checks.length }), (shuffled) => {
        expect(rowOf(pathOf(shuffled)).checks.map(({ id }) => id)).toEqual(checks.map(({ id }) => id));
      }),
    );
  });

  test('of one check by their message', () => {
    const messages = ['b', 'A', 'a'];
    const evaluate = (): readonly Finding[] => messages.map((message) => ({ status: 'warn', message, evidence: [] }));
    expect(rowOf(pathOf([checkOf('x', { evaluate })])).checks.map(({ message }) => message)).toEqual(['A', 'a', 'b']);
  });

  test('the same sentence is said once, with all evidence', () => {
    const finding = (value: string): Finding => ({
      status: 'fail',
      message: 'same',
      evidence: [{ setting: '--x', value, origin: 'flag' }],
    });
    const evaluate = (): readonly Finding[] => [finding('1'), finding('2'), finding('1')];
    const { checks } = rowOf(pathOf([checkOf('x', { evaluate })]));
    expect(checks.map(({ evidence }) => evidence.map(({ value }) => value))).toEqual([['1', '2']]);
  });

  test('take severity, impact and remediation of their own, or those of the check', () => {
    const evaluate = (): readonly Finding[] => [
      { status: 'fail', message: 'own', evidence: [], severity: 'low', impact: 'both', remediation: 'Other.' },
      { status: 'fail', message: 'plain', evidence: [] },
    ];
    expect(rowOf(pathOf([checkOf('x', { evaluate })])).checks).toMatchObject([
      { message: 'plain', severity: 'medium', impact: 'security', remediation: 'Correct it.' },
      { message: 'own', severity: 'low', impact: 'both', remediation: 'Other.' },
    ]);
  });

  test('a check with nothing to say does not apply', () => {
    expect(rowOf(pathOf([checkOf('x', { evaluate: () => [] })])).checks[0]?.status).toBe('not-applicable');
  });
});

describe('the first expiry', () => {
  const row = (...presented: readonly ReturnType<typeof presentedModel>[]): ReportPath =>
    rowOf(pathOf([], { facts: () => pathFacts({ presented }) }));
  const leaf = certificateModel('/leaf.crt', '2027-11-20T00:00:00Z');
  const ca = certificateModel('/ca.crt', '2036-11-20T00:00:00Z');

  test('is null where no certificate was read', () => {
    expect(row().firstExpiry).toBeNull();
  });

  test('is that of the leaf', () => {
    expect(row(presentedModel([leaf], [ca], { rotation: 'kubelet' })).firstExpiry).toEqual({
      notAfter: '2027-11-20T00:00:00Z',
      file: '/leaf.crt',
      rotation: 'kubelet',
    });
  });

  test('is that of an intermediate which ends earlier', () => {
    const middle = certificateModel('/middle.crt', '2027-01-01T00:00:00Z');
    expect(row(presentedModel([leaf, middle], [ca])).firstExpiry?.file).toBe('/middle.crt');
  });

  test('is that of the CA, which nothing rotates, where it ends earlier', () => {
    const short = certificateModel('/ca.crt', '2027-01-01T00:00:00Z');
    expect(row(presentedModel([leaf], [short], { rotation: 'kubelet' })).firstExpiry).toMatchObject({
      file: '/ca.crt',
      rotation: 'manual',
    });
  });

  test('does not count a CA in the bundle that another one outlasts', () => {
    const old = certificateModel('/old.crt', '2026-12-01T00:00:00Z');
    expect(row(presentedModel([leaf], [old, ca])).firstExpiry?.file).toBe('/leaf.crt');
  });

  test('is the earliest of both ends', () => {
    const client = certificateModel('/client.crt', '2027-11-19T00:00:00Z');
    expect(row(presentedModel([leaf], [ca]), presentedModel([client], [ca])).firstExpiry?.file).toBe('/client.crt');
  });
});

describe('a version that the input does not tell', () => {
  const versions = ['1.34', '1.35', '1.36'] as const;
  const decidedBy = (verdict: (minor: number) => Status): Check =>
    checkOf('x', {
      evaluate: ({ node }) => ({ status: verdict(minorOf(node)), message: `under ${minorOf(node)}`, evidence: [] }),
    });

  test('what all versions agree on stands, in the words of the newest', () => {
    const row = rowOf(pathOf([decidedBy(() => 'fail')]), under(...versions));
    expect(row.checks).toMatchObject([{ status: 'fail', message: 'under 36' }]);
  });

  test('what they do not agree on is not assessed and names them', () => {
    const row = rowOf(pathOf([decidedBy((minor) => (minor < 36 ? 'fail' : 'pass'))]), under(...versions));
    expect(row.status).toBe('not-assessed');
    expect(row.checks[0]?.message).toBe(
      'The version decides, and the input does not tell it: fail under Kubernetes 1.34 to Kubernetes 1.35, pass under Kubernetes 1.36. Supply it with --kubernetes-version.',
    );
  });

  test('where it is fine in some and no question in others, it is fine', () => {
    const row = rowOf(pathOf([decidedBy((minor) => (minor < 36 ? 'pass' : 'not-applicable'))]), under(...versions));
    expect(row.checks[0]?.status).toBe('not-applicable');
    expect(row.status).toBe('not-applicable');
  });

  test('a column that they do not agree on is unknown', () => {
    const facts = (node: NodeModel) => pathFacts({ encrypted: minorOf(node) < 36 ? 'no' : 'yes' });
    expect(rowOf(pathOf([checkOf('a')], { facts }), under(...versions))).toMatchObject({
      encrypted: 'unknown',
      serverVerified: 'yes',
      minTLSVersion: '1.2',
    });
  });

  test('a row that only some versions have is not assessed and names them', () => {
    const applicability: PathDefinition['applicability'] = (node) =>
      minorOf(node) < 36
        ? { kind: 'not-assessed', reason: 'no file', supply: 'it' }
        : { kind: 'not-applicable', reason: 'gone' };
    const row = rowOf(pathOf([], { applicability }), under(...versions));
    expect(row.status).toBe('not-assessed');
    expect(row.reason).toMatch(
      /not-assessed under Kubernetes 1\.34 to Kubernetes 1\.35, not-applicable under Kubernetes 1\.36/,
    );
  });

  test('a crash under one version is no pass', () => {
    const check = checkOf('x', {
      evaluate: ({ node }) => (minorOf(node) === 35 ? crash() : { status: 'pass', message: 'fine', evidence: [] }),
    });
    expect(rowOf(pathOf([check]), under(...versions)).status).toBe('not-assessed');
  });

  test('a path that looks at no component of that version is judged once', () => {
    let asked = 0;
    const check = checkOf('x', {
      evaluate: () => {
        asked++;
        return { status: 'pass', message: 'fine', evidence: [] };
      },
    });
    rowOf(pathOf([check]), under(...versions));
    expect(asked).toBe(1);
  });

  test.each<[string, (node: NodeModel) => unknown]>([
    ['get', (node) => node.components.get('kube-apiserver')],
    ['values', (node) => [...node.components.values()]],
    ['entries', (node) => [...node.components.entries()]],
    ['iteration', (node) => [...node.components]],
    [
      'forEach',
      (node) => {
        node.components.forEach(() => undefined);
      },
    ],
  ])('looking at a component by %s is noticed', (_name, look) => {
    let asked = 0;
    const check = checkOf('x', {
      evaluate: ({ node }) => {
        asked++;
        look(node);
        return { status: 'pass', message: 'fine', evidence: [] };
      },
    });
    rowOf(pathOf([check]), under(...versions));
    expect(asked).toBe(3);
  });

  test('no version at all is a fault of the caller', () => {
    expect(() => evaluateNode([], [pathOf([])])).toThrow(/no version at all/);
  });
});
