/** TLS cipher suites by the names that Go's crypto/tls and Kubernetes' flags use. */

/** A weakness of the record protection itself; static RSA key exchange is told by `keyExchange`. */
export type SuiteWeakness = 'NULL' | 'RC4' | '3DES' | 'CBC';

export interface SuiteFacts {
  /** Whether Go implements a suite of this name. */
  readonly known: boolean;
  /** Go's present name; differs for the two ChaCha20 names that lacked their hash. */
  readonly canonical: string;
  /** undefined: nothing is wrong with the cipher. */
  readonly insecure: SuiteWeakness | undefined;
  /** `RSA`: static, so without forward secrecy. `any`: TLS 1.3, where the suite does not say. */
  readonly keyExchange: 'RSA' | 'ECDHE' | 'any' | 'unknown';
  /** The key that the server's certificate must have. */
  readonly certificate: 'RSA' | 'ECDSA' | 'any' | 'unknown';
  readonly aead: boolean;
  readonly tls13: boolean;
}

/** In force whenever TLS 1.3 is, whatever a flag says (crypto/tls: "TLS 1.3 cipher suites are not configurable"). */
export const TLS13_SUITES: readonly string[] = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
];

/** Names without their hash that Kubernetes and etcd took before Go named the hash, and still take. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305', 'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256'],
  ['TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305', 'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256'],
]);

const ECDHE_MODERN: readonly string[] = [
  'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA',
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA',
  'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA',
  'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA',
  'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
];

const STATIC_RSA: readonly string[] = [
  'TLS_RSA_WITH_AES_128_CBC_SHA',
  'TLS_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_RSA_WITH_AES_256_CBC_SHA',
  'TLS_RSA_WITH_AES_256_GCM_SHA384',
];

const ECDHE_3DES = 'TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA';
const STATIC_RSA_3DES = 'TLS_RSA_WITH_3DES_EDE_CBC_SHA';

/** Implemented, never on by default. */
const NEVER_DEFAULT: readonly string[] = [
  'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256',
  'TLS_ECDHE_ECDSA_WITH_RC4_128_SHA',
  'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256',
  'TLS_ECDHE_RSA_WITH_RC4_128_SHA',
  'TLS_RSA_WITH_AES_128_CBC_SHA256',
  'TLS_RSA_WITH_RC4_128_SHA',
];

const ALL: ReadonlySet<string> = new Set([
  ...TLS13_SUITES,
  ...ECDHE_MODERN,
  ...STATIC_RSA,
  ECDHE_3DES,
  STATIC_RSA_3DES,
  ...NEVER_DEFAULT,
]);

/** What a suite's name says of it. A name that Go does not know is told by what it is made of, and `known: false`. */
export function classifySuite(name: string): SuiteFacts {
  const canonical = ALIASES.get(name) ?? name;
  const tls13 = TLS13_SUITES.includes(canonical);
  return {
    known: ALL.has(canonical),
    canonical,
    insecure: weaknessOf(canonical),
    keyExchange: tls13
      ? 'any'
      : canonical.startsWith('TLS_ECDHE_')
        ? 'ECDHE'
        : canonical.startsWith('TLS_RSA_')
          ? 'RSA'
          : 'unknown',
    certificate: tls13
      ? 'any'
      : /^TLS_(ECDHE_)?RSA_/.test(canonical)
        ? 'RSA'
        : canonical.startsWith('TLS_ECDHE_ECDSA_')
          ? 'ECDSA'
          : 'unknown',
    aead: /_(GCM|CCM|POLY1305)(_|$)/.test(canonical),
    tls13,
  };
}

function weaknessOf(name: string): SuiteWeakness | undefined {
  if (name.includes('_NULL_')) return 'NULL';
  if (name.includes('_RC4_')) return 'RC4';
  if (name.includes('3DES') || name.includes('_DES_')) return '3DES';
  return name.includes('_CBC_') ? 'CBC' : undefined;
}

export interface SuiteNames {
  /** Names that the component takes without a word. */
  readonly preferred: ReadonlySet<string>;
  /** Names that it takes with a warning in its log. */
  readonly insecure: ReadonlySet<string>;
}

/**
 * The fixed table of Kubernetes 1.19 to 1.22: 3DES and static RSA still count as preferred, and the long ChaCha20
 * names are not known (component-base/cli/flag/ciphersuites_flag.go).
 */
export const FIXED_TABLE: SuiteNames = {
  preferred: new Set([
    ...TLS13_SUITES,
    ...ECDHE_MODERN.map((name) => name.replace(/(POLY1305)_SHA256$/, '$1')),
    ...STATIC_RSA,
    ECDHE_3DES,
    STATIC_RSA_3DES,
  ]),
  insecure: new Set(NEVER_DEFAULT),
};

/** The fixed table before 1.19, and etcd's before 3.4.22: one list, no TLS 1.3 names, nothing marked. */
export const OLD_FIXED_TABLE: SuiteNames = {
  preferred: new Set([
    ...[...FIXED_TABLE.preferred].filter((name) => !TLS13_SUITES.includes(name)),
    ...FIXED_TABLE.insecure,
  ]),
  insecure: new Set(),
};

/** tls.CipherSuites and tls.InsecureCipherSuites of Go 1.17 to 1.21, and the two short ChaCha20 names. */
export const GO_117_NAMES: SuiteNames = {
  preferred: new Set([...TLS13_SUITES, ...ECDHE_MODERN, ...ALIASES.keys(), ...STATIC_RSA]),
  insecure: new Set([...NEVER_DEFAULT, ECDHE_3DES, STATIC_RSA_3DES]),
};

/** The same of Go 1.22 and later: static RSA counts as insecure. */
export const GO_122_NAMES: SuiteNames = {
  preferred: new Set([...TLS13_SUITES, ...ECDHE_MODERN, ...ALIASES.keys()]),
  insecure: new Set([...NEVER_DEFAULT, ...STATIC_RSA, ECDHE_3DES, STATIC_RSA_3DES]),
};

/**
 * The suites of TLS 1.2 and lower that are on when nothing is configured (crypto/tls/defaults.go). Static RSA left
 * with Go 1.22 (`tlsrsakex`), 3DES with Go 1.23 (`tls3des`); GODEBUG brings either back.
 */
export function defaultSuites(options: {
  readonly staticRSA: boolean;
  readonly tripleDES: boolean;
}): readonly string[] {
  return [
    ...ECDHE_MODERN,
    ...(options.staticRSA ? STATIC_RSA : []),
    ...(options.tripleDES ? [ECDHE_3DES] : []),
    ...(options.staticRSA && options.tripleDES ? [STATIC_RSA_3DES] : []),
  ].sort();
}
