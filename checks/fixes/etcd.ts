/** Fixes by flags of etcd. */
import type { FixRule } from '../../src/model/fix.ts';
import { component, isSet } from '../shared/access.ts';
import { removal, setting, STRONG_SUITES } from './shared.ts';

/** The flag alone would judge by the public CAs of the machine, so it needs the CA beside it. */
function authentication(flag: string, ca: string): FixRule {
  return ({ node }) => {
    const etcd = component(node, 'etcd');
    return etcd === undefined || !isSet(etcd, ca) ? undefined : { component: 'etcd', set: { [flag]: true } };
  };
}

export const ETCD_FIXES: Readonly<Record<string, FixRule>> = {
  'etcd-client-cert-auth': authentication('client-cert-auth', 'trusted-ca-file'),
  'etcd-peer-client-auth': authentication('peer-client-cert-auth', 'peer-trusted-ca-file'),
  'etcd-metrics-urls': setting(
    'etcd',
    { 'listen-metrics-urls': 'http://127.0.0.1:2381' },
    { before: ['Nothing on another machine scrapes its metrics, or it has a proxy on this node to ask.'] },
  ),
  'etcd-tls-min-version': setting('etcd', { 'tls-min-version': 'TLS1.2' }),
  'etcd-cipher-suites': setting('etcd', { 'cipher-suites': STRONG_SUITES }),
  'etcd-peer-skip-san': removal(
    'etcd',
    'peer-skip-client-san-verification',
    'experimental-peer-skip-client-san-verification',
  ),
};
