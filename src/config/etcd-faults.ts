/** Settings of etcd that it refuses as they stand, and with which it does not start. */
import type { Notice } from '../model/component.ts';
import type { Setting } from '../model/setting.ts';
import { etcdURLNotices } from './etcd-urls.ts';

/** A notice for each of etcd's settings in force with which it does not start. */
export function etcdFaults(settings: ReadonlyMap<string, Setting>): readonly Notice[] {
  return [...etcdURLNotices(settings), ...exclusions(settings)];
}

/**
 * A peer is known by its common name or by a host name, not by both; asked wherever a peer certificate is set.
 * Source: go.etcd.io/etcd/client/pkg/v3/transport/listener.go (baseConfig); seen with etcd 3.4.23 and 3.7.3.
 */
function exclusions(settings: ReadonlyMap<string, Setting>): readonly Notice[] {
  const [byName, byHost, certificate] = ['peer-cert-allowed-cn', 'peer-cert-allowed-hostname', 'peer-cert-file'].map(
    (name) => settings.get(name),
  );
  if (byName === undefined || byHost === undefined || ![byName, byHost, certificate].every(isSet)) return [];
  const { label, file, line } = byHost;
  return [
    {
      code: 'invalid-value',
      subject: label,
      message: `${label} excludes ${byName.label}, which is set too`,
      ...(file === undefined ? {} : { file }),
      ...(line === undefined ? {} : { line }),
    },
  ];
}

function isSet(setting: Setting | undefined): boolean {
  const value = setting?.value;
  if (Array.isArray(value)) return value.some((item) => item !== '');
  return typeof value === 'string' && value !== '';
}
