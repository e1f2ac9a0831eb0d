import { expect, test } from 'vitest';
import { loopbackCertificate } from '../../checks/shared/apiserver.ts';
import type { CheckContext } from '../../src/model/path.ts';
import { parseVersion } from '../../src/model/version.ts';
import { componentModel, nodeModel, pathFacts } from '../support/model.ts';

function contextOf(started: string | undefined, version: string | undefined): CheckContext {
  const apiserver = componentModel({
    version: version === undefined ? undefined : parseVersion(version),
    startedAt: started === undefined ? undefined : new Date(started),
  });
  return { node: nodeModel([apiserver]), path: 'user-to-apiserver', facts: pathFacts() };
}

// kubernetes/kubernetes#86552 and #130047: a year up to 1.32, 26304 hours from 1.33.
test.each([
  ['1.32.5', '2026-01-01T00:00:00Z', 'pass'],
  ['1.32.5', '2025-12-01T00:00:00Z', 'warn'],
  ['1.32.5', '2025-11-21T12:00:00Z', 'warn'],
  ['1.32.5', '2025-11-21T11:59:59Z', 'fail'],
  ['1.33.0', '2025-11-01T00:00:00Z', 'pass'],
  ['1.33.0', '2023-12-01T00:00:00Z', 'warn'],
  ['1.33.0', '2023-11-01T00:00:00Z', 'fail'],
  [undefined, '2023-11-01T00:00:00Z', 'not-assessed'],
] as const)('an API server of version %s that runs since %s: %s', (version, started, status) => {
  const finding = [loopbackCertificate.evaluate(contextOf(started, version))].flat()[0];
  expect(finding?.status).toBe(status);
});

test('where nothing shows when it was started the question does not arise', () => {
  expect(loopbackCertificate.notApplicable?.(contextOf(undefined, '1.36.3'))).toMatch(/no running API server/);
});
