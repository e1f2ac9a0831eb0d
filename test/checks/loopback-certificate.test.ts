import { expect, test } from 'vitest';
import { loopbackCertificate } from '../../checks/shared/apiserver.ts';
import type { Component } from '../../src/model/component.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type { PathFacts } from '../../src/model/path.ts';
import { parseVersion } from '../../src/model/version.ts';

const DAY = 24 * 60 * 60 * 1000;

const facts: PathFacts = {
  encrypted: 'yes',
  serverVerified: 'yes',
  clientAuthenticated: 'yes',
  minTLSVersion: '1.2',
  presented: [],
  kubeconfigs: [],
};

function contextOf(started: string | undefined, version: string | undefined) {
  const apiserver: Component = {
    name: 'kube-apiserver',
    version: version === undefined ? undefined : parseVersion(version),
    versionAssumed: false,
    sources: [],
    settings: new Map(),
    notices: [],
    usesConfigFile: false,
    configUnavailable: undefined,
    commandLineSeen: true,
    startedAt: started === undefined ? undefined : new Date(started),
    environment: new Map(),
    hostNetwork: true,
    nodePath: (path) => ({ path }),
  };
  const node: NodeModel = {
    name: 'cp-1',
    layout: 'root',
    live: true,
    inputs: ['host'],
    components: new Map([['kube-apiserver', apiserver]]),
    kubeconfigs: new Map(),
    files: new Map(),
    authenticationConfig: { state: 'unset' },
    authorizationConfig: { state: 'unset' },
    notices: [],
    at: new Date('2026-11-21T12:00:00Z'),
    thresholds: { warnBefore: 30 * DAY, failBefore: 7 * DAY, caWarnBefore: 365 * DAY, caFailBefore: 90 * DAY },
  };
  return { node, path: 'user-to-apiserver' as const, facts };
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
