import { describe, expect, test } from 'vitest';
import { COMPONENT_NAMES } from '../../../src/model/component.ts';
import { parseVersion } from '../../../src/model/version.ts';
import type { Version } from '../../../src/model/version.ts';
import { FEATURE_GATES } from '../../../src/config/feature-gates.ts';
import {
  availability,
  defaultOf,
  flagHistory,
  HISTORY_START,
  SUPPORTED_ETCD,
  SUPPORTED_KUBERNETES_MINORS,
  supportedVersions,
  typeOf,
} from '../../../src/config/history/history.ts';
import { otherFlags } from '../../../src/config/history/other-flags.ts';
import { bound, inRange } from '../../../src/config/history/ranges.ts';
import { GO_DEFAULT } from '../../../src/config/history/types.ts';
import type { FlagEntry, FlagType } from '../../../src/config/history/types.ts';
import type { SettingValue } from '../../../src/model/setting.ts';

const VERSION = /^\d+\.\d+(\.\d+)?$/;

const entries: readonly FlagEntry[] = COMPONENT_NAMES.flatMap((name) => [...flagHistory(name).values()]);

function v(text: string): Version {
  const version = parseVersion(text);
  if (version === undefined) throw new Error(text);
  return version;
}

function fits(type: FlagType, value: SettingValue): boolean {
  switch (type) {
    case 'bool':
      return typeof value === 'boolean';
    case 'int':
    case 'float':
      return typeof value === 'number';
    case 'string':
    case 'duration':
    case 'ip':
    case 'ipport':
      return typeof value === 'string';
    case 'stringSlice':
    case 'stringArray':
    case 'urlSlice':
    case 'namedCertKeys':
      return Array.isArray(value) && value.every((item) => typeof item === 'string');
    case 'intSlice':
      return Array.isArray(value) && value.every((item) => typeof item === 'number');
    case 'map':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
  }
}

/** Whether `next` starts where `to` ends. */
function follows(to: string, next: string): boolean {
  const end = bound(to);
  const start = bound(next);
  if (end.patch === undefined) return start.minor === end.minor + 1 && (start.patch ?? 0) === 0;
  return start.minor === end.minor && start.patch === end.patch + 1;
}

describe('every entry', () => {
  test('there are as many as were collected', () => {
    const counts = Object.fromEntries(COMPONENT_NAMES.map((name) => [name, flagHistory(name).size]));
    expect(counts).toEqual({
      'kube-apiserver': 123,
      kubelet: 54,
      'kube-scheduler': 40,
      'kube-controller-manager': 55,
      etcd: 58,
      'kube-proxy': 18,
      'cloud-controller-manager': 46,
    });
  });

  test.each(entries.map((entry) => [`${entry.component} ${entry.name}`, entry] as const))('%s', (_title, entry) => {
    expect(entry.name).toMatch(entry.isFlag ? /^[a-z][a-z0-9-]*$/ : /^[a-z][A-Za-z]*$/);
    expect(entry.source).toMatch(/^(k8s\.io|go\.etcd\.io)\//);
    for (const text of [entry.since, entry.removed, entry.configSince, entry.configUntil, entry.earlierType?.to]) {
      if (text !== undefined) expect(text).toMatch(VERSION);
    }
    if (entry.deprecated !== undefined) expect(entry.deprecated.replace('<=', '')).toMatch(VERSION);
    for (const { from, to } of entry.availability ?? []) {
      expect(from).toMatch(VERSION);
      if (to !== undefined) expect(to).toMatch(VERSION);
    }
    if (entry.availability !== undefined) expect(entry.availability[0]?.from).toBe(entry.since);
    const start = entry.component === 'etcd' ? HISTORY_START.etcd : HISTORY_START.kubernetes;
    expect(entry.defaults[0]?.from).toBe(entry.since ?? start);
    for (const [index, range] of entry.defaults.entries()) {
      expect(range.from).toMatch(VERSION);
      const next = entry.defaults[index + 1];
      if (next === undefined) {
        // The last range is open, or ends right before the removal.
        if (range.to !== undefined) expect(follows(range.to, entry.removed ?? '')).toBe(true);
      } else {
        expect(follows(range.to ?? '', next.from)).toBe(true);
      }
      const type = typeOf(entry, bound(range.from));
      for (const value of [range.value, range.configValue]) {
        if (value === undefined || value === GO_DEFAULT) continue;
        expect(fits(type, value), `${JSON.stringify(value)} as ${type}`).toBe(true);
      }
      if (range.sameAs !== undefined) expect(flagHistory(entry.component).has(range.sameAs)).toBe(true);
    }
  });

  test('a default exists in every supported version that has the flag', () => {
    for (const entry of entries) {
      for (const version of supportedVersions(entry.component)) {
        if (availability(entry, version) !== 'available') continue;
        expect(
          entry.defaults.filter((range) => inRange(version, range)),
          `${entry.component} ${entry.name}`,
        ).toHaveLength(1);
      }
    }
  });

  test('no flag is in both lists', () => {
    for (const name of COMPONENT_NAMES) {
      const others = otherFlags(name);
      expect(others.size).toBeGreaterThan(20);
      expect([...flagHistory(name).keys()].filter((flag) => others.has(flag))).toEqual([]);
    }
  });
});

test('the etcd versions to judge by cover every change of a default or of availability from 3.4 on', () => {
  const missed = new Set<string>();
  const same = (a: Version, b: Version): boolean =>
    [...flagHistory('etcd').values()].every(
      (entry) =>
        availability(entry, a) === availability(entry, b) &&
        (availability(entry, a) !== 'available' ||
          JSON.stringify(defaultOf(entry, a, false)) === JSON.stringify(defaultOf(entry, b, false))),
    );
  for (const [minor, last] of [
    [4, 50],
    [5, 40],
    [6, 20],
    [7, 5],
  ] as const) {
    for (let patch = 0; patch <= last; patch++) {
      const version = { major: 3, minor, patch };
      if (!SUPPORTED_ETCD.some((candidate) => same(candidate, version))) missed.add(`3.${minor}.${patch}`);
    }
  }
  expect([...missed]).toEqual([]);
});

test('the supported minors run from 1.19 to 1.37', () => {
  expect(SUPPORTED_KUBERNETES_MINORS.at(0)).toEqual({ major: 1, minor: 19 });
  expect(SUPPORTED_KUBERNETES_MINORS.at(-1)).toEqual({ major: 1, minor: 37 });
});

describe('availability', () => {
  test.each([
    ['kube-apiserver', 'insecure-port', '1.23.17', 'available'],
    ['kube-apiserver', 'insecure-port', '1.24.0', 'removed'],
    ['kube-apiserver', 'authentication-config', '1.28.9', 'not-yet'],
    ['kube-apiserver', 'authentication-config', '1.29.0', 'available'],
    ['kube-apiserver', 'tls-cert-file', '1.12.0', 'available'],
    ['kube-apiserver', 'tls-cert-file', '1.40.0', 'available'],
    ['etcd', 'tls-min-version', '3.4.23', 'not-yet'],
    ['etcd', 'tls-min-version', '3.4.25', 'available'],
    ['etcd', 'tls-min-version', '3.4.60', 'available'],
    ['etcd', 'tls-min-version', '3.5.0', 'not-yet'],
    ['etcd', 'tls-min-version', '3.5.7', 'not-yet'],
    ['etcd', 'tls-min-version', '3.5.8', 'available'],
    ['etcd', 'tls-min-version', '3.6.0', 'available'],
    ['etcd', 'ca-file', '3.3.27', 'available'],
    ['etcd', 'ca-file', '3.4.0', 'removed'],
    ['etcd', 'experimental-peer-skip-client-san-verification', '3.6.8', 'available'],
    ['etcd', 'experimental-peer-skip-client-san-verification', '3.7.0', 'removed'],
    ['etcd', 'auth-token-ttl', '3.4.9', 'not-yet'],
  ] as const)('%s --%s in %s: %s', (component, flag, version, expected) => {
    const entry = flagHistory(component).get(flag);
    expect(entry && availability(entry, v(version))).toBe(expected);
  });
});

describe('defaults that changed', () => {
  // CHANGELOG-1.17 to CHANGELOG-1.37 of kubernetes/kubernetes, CHANGELOG-3.4 to 3.6 of etcd-io/etcd.
  test.each([
    ['kube-scheduler', 'profiling', '1.16.0', false, '1.17.0', true],
    ['kube-controller-manager', 'profiling', '1.17.0', false, '1.18.0', true],
    ['cloud-controller-manager', 'profiling', '1.17.0', false, '1.18.0', true],
    ['kube-controller-manager', 'cluster-signing-cert-file', '1.18.0', '/etc/kubernetes/ca/ca.pem', '1.19.0', ''],
    ['kube-apiserver', 'insecure-port', '1.19.16', 8080, '1.20.0', 0],
    ['kube-apiserver', 'service-account-extend-token-expiration', '1.19.0', false, '1.20.0', true],
    [
      'kube-scheduler',
      'authorization-always-allow-paths',
      '1.20.15',
      ['/healthz'],
      '1.21.0',
      ['/healthz', '/readyz', '/livez'],
    ],
    ['kube-controller-manager', 'port', '1.21.14', 10252, '1.22.0', 0],
    ['kube-scheduler', 'port', '1.22.17', 10251, '1.23.0', 0],
    ['kubelet', 'event-qps', '1.26.0', 5, '1.27.0', 50],
    ['kubelet', 'kube-api-qps', '1.26.0', 5, '1.27.0', 50],
    ['kubelet', 'kube-api-burst', '1.26.0', 10, '1.27.0', 100],
    ['kube-apiserver', 'http2-max-streams-per-connection', '1.28.0', 250, '1.29.0', 100],
    ['kube-apiserver', 'enable-logs-handler', '1.30.0', true, '1.31.0', false],
    ['kubelet', 'fail-cgroupv1', '1.34.0', false, '1.35.0', true],
    ['kube-apiserver', 'audit-log-maxage', '1.35.0', 0, '1.36.0', 366],
    ['kube-apiserver', 'audit-log-maxbackup', '1.35.0', 0, '1.36.0', 100],
    ['etcd', 'enable-v2', '3.3.27', true, '3.4.0', false],
    ['etcd', 'cors', '3.3.27', [], '3.4.0', ['*']],
    ['etcd', 'peer-cert-allowed-cn', '3.5.14', '', '3.5.15', []],
  ] as const)('%s --%s: %s %j, %s %j', (component, flag, before, old, after, changed) => {
    const entry = flagHistory(component).get(flag);
    expect(entry && defaultOf(entry, v(before), false)).toEqual(old);
    expect(entry && defaultOf(entry, v(after), false)).toEqual(changed);
  });

  test.each([
    ['anonymous-auth', true, false],
    ['authentication-token-webhook', false, true],
    ['authorization-mode', 'AlwaysAllow', 'Webhook'],
    ['read-only-port', 10255, 0],
    ['rotate-certificates', false, false],
  ] as const)('kubelet --%s: %j without a config file, %j with one, in every version', (flag, without, within) => {
    const entry = flagHistory('kubelet').get(flag);
    for (const version of SUPPORTED_KUBERNETES_MINORS) {
      expect(entry && defaultOf(entry, version, false)).toBe(without);
      expect(entry && defaultOf(entry, version, true)).toBe(within);
    }
  });
});

test('feature gates are in order and end where they are removed', () => {
  expect(FEATURE_GATES.length).toBe(57);
  for (const gate of FEATURE_GATES) {
    const starts = gate.stages.map(({ from }) => bound(from).minor);
    expect([...starts].sort((a, b) => a - b)).toEqual(starts);
    if (gate.removed !== undefined) expect(bound(gate.removed).minor).toBeGreaterThan(starts.at(-1) ?? 0);
  }
});
