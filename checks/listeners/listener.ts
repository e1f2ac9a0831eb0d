/** What the listeners of every component have in common. */
import type { Component } from '../../src/model/component.ts';
import type { MinTLSVersion } from '../../src/model/path.ts';
import type { ListenerCause, PortListener } from '../../src/model/ports-report.ts';
import { isLoopback, isUnspecified } from '../../src/config/url.ts';
import { evidence, knownOr } from '../shared/access.ts';

/** What differs between listeners; the rest is worked out. */
export type Described = Omit<PortListener, 'scope' | 'lastPort' | 'minTLSVersion' | 'protocol'> &
  Partial<Pick<PortListener, 'lastPort' | 'minTLSVersion' | 'protocol'>>;

/** A listener from its description: TCP on one port, unless it says otherwise. */
export function listener(one: Described): PortListener {
  const address = isUnspecified(one.address) ? '' : one.address;
  return {
    component: one.component,
    purpose: one.purpose,
    address,
    scope: scopeOf(address),
    protocol: one.protocol ?? 'tcp',
    port: one.port,
    lastPort: one.lastPort ?? one.port,
    tls: one.tls,
    minTLSVersion: one.minTLSVersion ?? (one.tls === 'yes' ? 'unknown' : 'n/a'),
    authentication: one.authentication,
    reach: one.reach,
    need: one.need,
    cause: one.cause,
    source: one.source,
  };
}

/** Whom an address lets in. */
export function scopeOf(address: string): PortListener['scope'] {
  if (isUnspecified(address)) return 'every';
  return isLoopback(address) ? 'loopback' : 'address';
}

/** The setting that opens a listener, as a report shows it. */
export function causeOf(component: Component, name: string): ListenerCause {
  const { setting, value, origin, file, line } = evidence(component, name);
  const text =
    value === null ? '' : typeof value !== 'object' ? String(value) : Array.isArray(value) ? value.join(',') : '';
  return { setting, value: text, origin, file: file ?? null, line: line ?? null };
}

/** The lowest TLS version, where it is asked of the setting of that name; see minTLSOf of the checks. */
export function tlsVersion(ask: () => MinTLSVersion): MinTLSVersion {
  return knownOr('unknown', ask);
}

/** Nothing breaks when nobody reaches it. */
export const OPTIONAL = { kind: 'optional' } as const;

/** A file of kubernetes/kubernetes. */
export function k8s(path: string): string {
  return `kubernetes/kubernetes ${path}`;
}
