/** What fixes of several components have in common. */
import type { ComponentName } from '../../src/model/component.ts';
import type { Fix, FixRule } from '../../src/model/fix.ts';

/** Sets flags to values that suit every node. */
export function setting(component: ComponentName, set: Fix['set'], more: Omit<Fix, 'component' | 'set'> = {}): FixRule {
  return () => ({ component, set, ...more });
}

/** Takes flags away, so that the defaults hold. */
export function removal(component: ComponentName, ...flags: readonly string[]): FixRule {
  return setting(component, Object.fromEntries(flags.map((flag) => [flag, null])));
}

/** The lowest TLS version and cipher suites as they are when nobody sets them: both are sound from 1.31 on. */
export const STRONG_SUITES: readonly string[] = [
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
  'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
];
