/** Fixes by flags of kube-scheduler and kube-controller-manager. */
import type { FixRule } from '../../src/model/fix.ts';
import { removal, setting, STRONG_SUITES } from './shared.ts';

const COMPONENTS = [
  ['scheduler', 'kube-scheduler'],
  ['controller-manager', 'kube-controller-manager'],
] as const;

export const CONTROL_PLANE_FIXES: Readonly<Record<string, FixRule>> = {
  ...Object.fromEntries(
    COMPONENTS.flatMap(([prefix, name]): readonly (readonly [string, FixRule])[] => [
      [
        `${prefix}-bind-address`,
        setting(
          name,
          { 'bind-address': '127.0.0.1' },
          { before: ['Nothing on another machine scrapes its metrics, or it has a proxy on this node to ask.'] },
        ),
      ],
      [`${prefix}-secure-port`, removal(name, 'secure-port')],
      [`${prefix}-insecure-port`, setting(name, { port: 0 })],
      [`${prefix}-always-allow-paths`, removal(name, 'authorization-always-allow-paths')],
      [`${prefix}-tls-min-version`, setting(name, { 'tls-min-version': 'VersionTLS12' })],
      [`${prefix}-cipher-suites`, setting(name, { 'tls-cipher-suites': STRONG_SUITES })],
      [`${prefix}-cipher-http2-required`, setting(name, { 'tls-cipher-suites': STRONG_SUITES })],
    ]),
  ),
  'controller-manager-use-sa-credentials': setting('kube-controller-manager', {
    'use-service-account-credentials': true,
  }),
};
