/** What a component's TLS settings mean in a given version: the Go runtime decides much of it. */
import type { ComponentName } from '../model/component.ts';
import type { MinTLSVersion } from '../model/path.ts';
import type { SettingValue } from '../model/setting.ts';
import type { Version } from '../model/version.ts';
import { goAtLeast } from '../model/version.ts';
import { compilerOf, goLineOf } from './go.ts';
import { atOrAfter, inRange } from './history/ranges.ts';
import {
  classifySuite,
  defaultSuites,
  FIXED_TABLE,
  GO_117_NAMES,
  GO_122_NAMES,
  OLD_FIXED_TABLE,
  TLS13_SUITES,
} from './suites.ts';
import type { SuiteNames } from './suites.ts';

export { classifySuite } from './suites.ts';
export type { SuiteFacts, SuiteWeakness } from './suites.ts';
export { compilerOf, goLineOf, parseGodebug, verifierOf } from './go.ts';

/** component-base/cli/flag/ciphersuites_flag.go. */
const KUBERNETES_VERSIONS: ReadonlyMap<string, MinTLSVersion> = new Map([
  ['VersionTLS10', '1.0'],
  ['VersionTLS11', '1.1'],
  ['VersionTLS12', '1.2'],
  ['VersionTLS13', '1.3'],
]);

/** etcd client/pkg/tlsutil/versions.go. */
const ETCD_VERSIONS: ReadonlyMap<string, MinTLSVersion> = new Map([
  ['TLS1.2', '1.2'],
  ['TLS1.3', '1.3'],
]);

/** The spellings of `--tls-min-version` that a component takes. */
export function tlsVersionNames(component: ComponentName): readonly string[] {
  return [...(component === 'etcd' ? ETCD_VERSIONS : KUBERNETES_VERSIONS).keys()];
}

/**
 * The lowest TLS version that a component accepts. Unset is TLS 1.2 in every version: Kubernetes and etcd set it
 * themselves (DefaultTLSVersion; etcd client/pkg/transport/listener.go).
 * @param value of `tls-min-version`
 * @returns `invalid` for a spelling that keeps the component from starting, such as `TLS1.2` for Kubernetes
 */
export function minTLSVersion(component: ComponentName, value: SettingValue): MinTLSVersion | 'invalid' {
  if (value === null || value === '') return '1.2';
  if (typeof value !== 'string') return 'invalid';
  return (component === 'etcd' ? ETCD_VERSIONS : KUBERNETES_VERSIONS).get(value) ?? 'invalid';
}

/**
 * The highest TLS version that a component's servers speak.
 * @param value of etcd's `tls-max-version`; Kubernetes has no such flag
 */
export function maxTLSVersion(component: ComponentName, version: Version, value: SettingValue = null): '1.2' | '1.3' {
  // etcd 3.5.0 wrote MaxVersion TLS 1.2 into its listeners, 3.5.8 made it a flag (CHANGELOG-3.5).
  if (component === 'etcd' && inRange(version, { from: '3.5.0', to: '3.5.7' })) return '1.2';
  if (component === 'etcd' && value === 'TLS1.2') return '1.2';
  // Go 1.12 speaks TLS 1.3 only when GODEBUG asks for it.
  return goAtLeast(compilerOf(component, version), '1.13') ? '1.3' : '1.2';
}

/** The cipher suite names that a component of a version accepts; another name keeps it from starting. */
export function suiteNames(component: ComponentName, version: Version): SuiteNames {
  const go = goAtLeast(compilerOf(component, version), '1.22') ? GO_122_NAMES : GO_117_NAMES;
  if (component === 'etcd') return atOrAfter(version, '3.4.22') ? go : OLD_FIXED_TABLE;
  if (atOrAfter(version, '1.23')) return go;
  return atOrAfter(version, '1.19') ? FIXED_TABLE : OLD_FIXED_TABLE;
}

/** What besides the version bears on the suites. */
export interface SuiteOptions {
  /** Default 1.2; suites of TLS 1.2 do not count where 1.3 is the lowest. */
  readonly minVersion?: MinTLSVersion;
  readonly maxVersion?: '1.2' | '1.3';
  /** Settings of the process's GODEBUG, see {@link parseGodebug}. */
  readonly godebug?: ReadonlyMap<string, string>;
}

/**
 * The cipher suites that a component's server may negotiate, by Go's present names: those configured, or Go's
 * defaults, and those of TLS 1.3, which no flag governs.
 * @param names value of the suites flag; empty or undefined when unset
 */
export function cipherSuitesInForce(
  component: ComponentName,
  version: Version,
  names: readonly string[] | undefined,
  options: SuiteOptions = {},
): readonly string[] {
  const tls13 = (options.maxVersion ?? maxTLSVersion(component, version)) === '1.3' ? TLS13_SUITES : [];
  if (options.minVersion === '1.3') return tls13;
  const configured =
    names === undefined || names.length === 0
      ? defaultCipherSuites(component, version, options.godebug)
      : names.map((name) => classifySuite(name).canonical).filter((name) => !TLS13_SUITES.includes(name));
  return [...new Set([...configured, ...tls13])];
}

/** The suites of TLS 1.2 and lower that are on when the flag is unset. */
export function defaultCipherSuites(
  component: ComponentName,
  version: Version,
  godebug: ReadonlyMap<string, string> = new Map(),
): readonly string[] {
  const line = goLineOf(component, version);
  const compiler = compilerOf(component, version);
  // A GODEBUG setting counts from the compiler that knows it; without one the go line decides.
  const keeps = (setting: string, since: string): boolean => {
    if (!goAtLeast(compiler, since)) return true;
    const value = godebug.get(setting);
    return value === undefined ? !goAtLeast(line, since) : value === '1';
  };
  return defaultSuites({ staticRSA: keeps('tlsrsakex', '1.22'), tripleDES: keeps('tls3des', '1.23') });
}

/**
 * Whether Go serves HTTP/2 with a suite list: it must hold one of two suites (RFC 9113 9.2.2,
 * golang.org/x/net/http2 ConfigureServer), or the server does not start.
 */
export function satisfiesHTTP2(names: readonly string[]): boolean {
  return names.some((name) => /^TLS_ECDHE_(RSA|ECDSA)_WITH_AES_128_GCM_SHA256$/.test(name));
}

/** A key exchange group by Go's CurveID number, as `--tls-curve-preferences` takes it. */
export interface Group {
  readonly id: number;
  readonly name: string;
  /** Mixed with a post-quantum key encapsulation (ML-KEM, FIPS 203). */
  readonly hybrid: boolean;
}

/** crypto/tls CurveID constants, in the order of Go 1.26's defaults. */
export const GROUPS: readonly Group[] = [
  { id: 4588, name: 'X25519MLKEM768', hybrid: true },
  { id: 4587, name: 'SecP256r1MLKEM768', hybrid: true },
  { id: 4589, name: 'SecP384r1MLKEM1024', hybrid: true },
  { id: 29, name: 'X25519', hybrid: false },
  { id: 23, name: 'CurveP256', hybrid: false },
  { id: 24, name: 'CurveP384', hybrid: false },
  { id: 25, name: 'CurveP521', hybrid: false },
];

/**
 * The key exchange groups that a component offers when no flag selects any (crypto/tls/defaults.go): X25519MLKEM768
 * from Go 1.24 (`tlsmlkem`), the two with NIST curves from 1.26 (`tlssecpmlkem`).
 */
export function defaultGroups(
  component: ComponentName,
  version: Version,
  godebug: ReadonlyMap<string, string> = new Map(),
): readonly Group[] {
  const line = goLineOf(component, version);
  const on = (setting: string, since: string): boolean => {
    const value = godebug.get(setting);
    if (!goAtLeast(compilerOf(component, version), since)) return false;
    return value === undefined ? goAtLeast(line, since) : value !== '0';
  };
  const mlkem = on('tlsmlkem', '1.24');
  const secp = mlkem && on('tlssecpmlkem', '1.26');
  return GROUPS.filter(({ id, hybrid }) => !hybrid || (id === 4588 ? mlkem : secp));
}

/**
 * The key exchange groups that a component's server takes: the defaults, less those that a list of `--tls-curve-preferences`
 * leaves out. A list neither orders nor adds (crypto/tls/common.go, curvePreferences, from Go 1.25).
 * @param ids the list; undefined or empty where nobody wrote one
 */
export function groupsInForce(
  component: ComponentName,
  version: Version,
  ids: readonly number[] | undefined,
  godebug: ReadonlyMap<string, string> = new Map(),
): readonly Group[] {
  const groups = defaultGroups(component, version, godebug);
  return ids === undefined || ids.length === 0 ? groups : groups.filter(({ id }) => ids.includes(id));
}
