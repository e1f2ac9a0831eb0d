import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { allChecks } from '../../checks/index.ts';
import { PATH_IDS } from '../../src/model/path.ts';
import type { PathId } from '../../src/model/path.ts';
import type { Status } from '../../src/model/status.ts';
import { runCase } from '../support/cases.ts';
import type { CheckCase } from '../support/cases.ts';

const tables = await Promise.all(
  readdirSync(new URL('.', import.meta.url))
    .filter((file) => file.endsWith('.cases.ts'))
    .map(async (file) => {
      const { cases } = (await import(`./${file}`)) as { readonly cases: readonly CheckCase[] };
      return { path: file.slice(0, -'.cases.ts'.length) as PathId, cases };
    }),
);

test('every table of cases is named after a path', () => {
  expect(tables.map(({ path }) => path).filter((path) => !PATH_IDS.includes(path))).toEqual([]);
  expect(tables.length).toBeGreaterThan(0);
});

describe.each(tables)('$path', ({ path, cases }) => {
  test.each(cases.map((one) => ({ title: `${one.check}: ${one.name} -> ${one.expect}`, one })))(
    '$title',
    async ({ one }) => {
      await runCase(path, one);
    },
  );
});

/** What no case of a whole node can bring about, and why. */
const IMPOSSIBLE: ReadonlyMap<string, readonly [reason: string, ...statuses: readonly string[]]> = new Map([
  ['kube-proxy-healthz-bind', ['load balancers have to reach it, so open is right and closed is too', 'fail or warn']],
  [
    'kube-proxy-kubeconfig',
    ['the service account that stands in for a kubeconfig is right too, and no file shows it', 'fail or warn'],
  ],
  [
    'cloud-controller-manager-kubeconfig',
    ['the service account that stands in for a kubeconfig is right too, and no file shows it', 'fail or warn'],
  ],
  ['etcd-version-tls-advisories', ['a release number does not show what its builder put in', 'fail or warn']],
  ['kubelet-hostname-override', ['any name will do; whether the certificate fits is another check', 'fail or warn']],
  ['apiserver-pqc-key-exchange', ['it tells what is so, and nothing is wrong as yet', 'fail or warn']],
  ['version-skew', ['a version that is not told is no question of how far apart two are', 'not-assessed']],
  ['webhook-objects', ['objects of the cluster decide, which no file of a node shows', 'pass', 'fail or warn']],
  ['apiservice-tls', ['objects of the cluster decide, which no file of a node shows', 'pass', 'fail or warn']],
]);

describe('every check has a passing, a failing and a not-assessed case', () => {
  const seen = new Map<string, Set<Status>>();
  for (const { cases } of tables) {
    for (const one of cases) seen.set(one.check, (seen.get(one.check) ?? new Set()).add(one.expect));
  }
  test.each([...allChecks().keys()])('%s', (id) => {
    const statuses = seen.get(id) ?? new Set();
    const lacking = [
      statuses.has('pass') ? [] : ['pass'],
      statuses.has('fail') || statuses.has('warn') ? [] : ['fail or warn'],
      statuses.has('not-assessed') ? [] : ['not-assessed'],
    ].flat();
    const [, ...excused] = IMPOSSIBLE.get(id) ?? [''];
    expect(lacking, 'cases missing in test/checks/*.cases.ts').toEqual(excused);
  });
});
