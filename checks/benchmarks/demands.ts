/** What hardening guides want to see written, in few words. */
import type { Control, ControlCheck, Demand, Wanted } from '../../src/model/benchmark.ts';
import type { ComponentName } from '../../src/model/component.ts';
import type { PathId } from '../../src/model/path.ts';

type Extra = Pick<Demand, 'otherwise' | 'moot' | 'versions'>;

function demand(component: ComponentName, setting: string, wanted: Wanted, asks: string, extra: Extra = {}): Demand {
  return { component, setting, wanted, asks, ...extra };
}

/** The flags are written, with whatever value. */
export function set(component: ComponentName, settings: readonly string[], extra: Extra = {}): readonly Demand[] {
  return settings.map((setting) => demand(component, setting, { kind: 'set' }, `--${setting}`, extra));
}

/** The flag is not written. */
export function notSet(component: ComponentName, setting: string): readonly Demand[] {
  return [demand(component, setting, { kind: 'not-set' }, `no --${setting}`)];
}

/** The flag has one of some values; the first is what the document names. */
export function oneOf(
  component: ComponentName,
  setting: string,
  values: readonly string[],
  extra: Extra = {},
): readonly Demand[] {
  return [demand(component, setting, { kind: 'one-of', values }, `--${setting}=${values[0] ?? ''}`, extra)];
}

/** The flag is written with another value than these. */
export function noneOf(component: ComponentName, setting: string, values: readonly string[]): readonly Demand[] {
  return [demand(component, setting, { kind: 'none-of', values }, `--${setting} other than ${values[0] ?? ''}`)];
}

/** The list of the flag has a value. */
export function includes(
  component: ComponentName,
  setting: string,
  value: string,
  extra: Extra = {},
): readonly Demand[] {
  return [demand(component, setting, { kind: 'includes', value }, `--${setting} with ${value}`, extra)];
}

/**
 * The list of the flag has nothing but these.
 * @param words what they are, in a few words: nobody reads a list of ten suites
 */
export function within(
  component: ComponentName,
  setting: string,
  values: readonly string[],
  words: string,
  extra: Extra = {},
): readonly Demand[] {
  return [demand(component, setting, { kind: 'within', values }, `--${setting} with nothing but ${words}`, extra)];
}

/** The flag may be left out, and is not this. */
export function otherThan(component: ComponentName, setting: string, value: string): readonly Demand[] {
  return [demand(component, setting, { kind: 'other-than', value }, `--${setting} other than ${value}`)];
}

/** Nobody switched the gate off, which is a beta one in all versions (pkg/features/kube_features.go). */
export function gateNotOff(component: ComponentName, gate: string): readonly Demand[] {
  return [
    demand(
      component,
      'feature-gates',
      { kind: 'gate-not-off', gate, group: 'AllBeta' },
      `--feature-gates=${gate}=true`,
    ),
  ];
}

/** Checks that decide wherever they are asked. */
export function decidedBy(...ids: readonly string[]): readonly ControlCheck[] {
  return ids.map((id) => ({ id }));
}

/** A check that is about the control on some rows only. */
export function on(id: string, ...paths: readonly PathId[]): ControlCheck {
  return { id, paths };
}

/** What a control is beside its ids; no demands where the document takes a default as well. */
export type ControlBody = Pick<Control, 'title' | 'checks'> &
  Partial<Pick<Control, 'demands' | 'files' | 'partial' | 'stricter' | 'outOfScope'>>;

/**
 * Suites by the names of crypto/tls; those with CHACHA20 have an older name each, which Kubernetes takes as well
 * (component-base cli/flag/ciphersuites_flag.go).
 */
export const ECDHE_GCM_CHACHA: readonly string[] = [
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305',
  'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305',
  'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
];

/** {@link ECDHE_GCM_CHACHA} in words. */
export const ECDHE_GCM_CHACHA_WORDS = 'suites of ECDHE with AES-GCM or ChaCha20';

/** With TLS 1.3 alone a list of suites has no effect: crypto/tls lets nobody choose those of TLS 1.3. */
export const ONLY_TLS13: NonNullable<Demand['moot']> = { setting: 'tls-min-version', values: ['VersionTLS13'] };
