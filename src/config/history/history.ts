/** The flag history of every component: what exists in which version, and what holds when nothing is written. */
import type { ComponentName } from '../../model/component.ts';
import type { SettingValue } from '../../model/setting.ts';
import { formatVersion } from '../../model/version.ts';
import type { Version } from '../../model/version.ts';
import { CLOUD_CONTROLLER_MANAGER } from './cloud-controller-manager.ts';
import { ETCD } from './etcd.ts';
import { KUBE_APISERVER } from './kube-apiserver.ts';
import { KUBE_CONTROLLER_MANAGER } from './kube-controller-manager.ts';
import { KUBE_PROXY } from './kube-proxy.ts';
import { KUBE_SCHEDULER } from './kube-scheduler.ts';
import { KUBELET } from './kubelet.ts';
import { atOrAfter, atOrBefore, inRange } from './ranges.ts';
import type { DefaultRange, FlagEntry, FlagFact, FlagGroup, FlagType } from './types.ts';

/** Where the history starts; older versions are judged as this one. */
export const HISTORY_START = { kubernetes: '1.16', etcd: '3.3' } as const;

const GROUPS: Readonly<Record<ComponentName, readonly FlagGroup[]>> = {
  'kube-apiserver': KUBE_APISERVER,
  kubelet: KUBELET,
  'kube-scheduler': KUBE_SCHEDULER,
  'kube-controller-manager': KUBE_CONTROLLER_MANAGER,
  etcd: ETCD,
  'kube-proxy': KUBE_PROXY,
  'cloud-controller-manager': CLOUD_CONTROLLER_MANAGER,
};

const built = new Map<ComponentName, ReadonlyMap<string, FlagEntry>>();

/** Every flag and field of a component, in all versions, by its setting name. */
export function flagHistory(component: ComponentName): ReadonlyMap<string, FlagEntry> {
  const known = built.get(component);
  if (known !== undefined) return known;
  const entries = new Map<string, FlagEntry>();
  for (const { source, flags } of GROUPS[component]) {
    for (const fact of flags) {
      const entry = entryOf(component, source, fact);
      entries.set(entry.name, entry);
    }
  }
  built.set(component, entries);
  return entries;
}

function entryOf(component: ComponentName, source: string, fact: FlagFact): FlagEntry {
  const start = component === 'etcd' ? HISTORY_START.etcd : HISTORY_START.kubernetes;
  const defaults: readonly DefaultRange[] =
    'defaults' in fact
      ? fact.defaults
      : [
          {
            from: fact.since ?? start,
            value: fact.default,
            ...(fact.literal === undefined ? {} : { literal: fact.literal }),
            ...(fact.configDefault === undefined ? {} : { configValue: fact.configDefault }),
            ...(fact.sameAs === undefined ? {} : { sameAs: fact.sameAs }),
          },
        ];
  return {
    ...fact,
    component,
    name: fact.flag ?? fact.config ?? '',
    isFlag: fact.flag !== undefined,
    defaults,
    source,
  };
}

/** Whether a version has the flag; etcd by patch release. */
export function availability(entry: FlagEntry, version: Version): 'available' | 'removed' | 'not-yet' {
  if (entry.removed !== undefined && atOrAfter(version, entry.removed)) return 'removed';
  if (entry.availability !== undefined) {
    return entry.availability.some((range) => inRange(version, range)) ? 'available' : 'not-yet';
  }
  return entry.since === undefined || atOrAfter(version, entry.since) ? 'available' : 'not-yet';
}

/** Where a version can have it, for messages: `1.29 and later`, `3.4.25 to 3.4, 3.5.8 and later`. */
export function availableIn(entry: FlagEntry): string {
  if (entry.availability !== undefined) {
    return entry.availability
      .map(({ from, to }) => (to === undefined ? `${from} and later` : `${from} and later of ${to}`))
      .join(', ');
  }
  return entry.since === undefined ? 'every version' : `${entry.since} and later`;
}

/** The range of defaults that holds in a version; versions before the history are judged by its first range. */
export function defaultRange(entry: FlagEntry, version: Version): DefaultRange {
  const range = entry.defaults.find((candidate) => inRange(version, candidate)) ?? entry.defaults[0];
  if (range === undefined) throw new RangeError(`${entry.component} ${entry.name} has no default`);
  // A version after the removal has no range of its own: the last one is what it last was.
  const last = entry.defaults.at(-1);
  return last?.to !== undefined && !atOrBefore(version, last.to) ? last : range;
}

/**
 * The default in force when a version's setting is unset. {@link GO_DEFAULT} and `sameAs` are left to the caller.
 * @param usesConfigFile whether the component reads a config file, which has defaults of its own
 */
export function defaultOf(entry: FlagEntry, version: Version, usesConfigFile: boolean): SettingValue {
  const { value, configValue } = defaultRange(entry, version);
  return usesConfigFile && configValue !== undefined ? configValue : value;
}

/** How the flag's text is read in a version. */
export function typeOf(entry: FlagEntry, version: Version): FlagType {
  const earlier = entry.earlierType;
  return earlier !== undefined && atOrBefore(version, earlier.to) ? earlier.type : entry.type;
}

/** Whether the config file of a version has the field. */
export function hasConfigField(entry: FlagEntry, version: Version): boolean {
  return (
    entry.config !== undefined &&
    (entry.configSince === undefined || atOrAfter(version, entry.configSince)) &&
    (entry.configUntil === undefined || atOrBefore(version, entry.configUntil))
  );
}

/** The minors that the tool answers for, oldest first; a component of unknown version is judged under each. */
export const SUPPORTED_KUBERNETES_MINORS: readonly Version[] = Array.from({ length: 37 - 19 + 1 }, (_, index) => ({
  major: 1,
  minor: 19 + index,
}));

/**
 * One etcd version for every stretch in which TLS-relevant defaults and flags are the same, from 3.4, the oldest that
 * a supported Kubernetes is used with.
 */
export const SUPPORTED_ETCD: readonly Version[] = [
  [4, 0],
  [4, 10],
  [4, 25],
  [4, 34],
  [5, 0],
  [5, 8],
  [5, 14],
  [5, 15],
  [5, 16],
  [5, 19],
  [6, 0],
  [7, 0],
].map(([minor = 0, patch = 0]) => ({ major: 3, minor, patch }));

/** The versions under which a component of unknown version has to be judged. */
export function supportedVersions(component: ComponentName): readonly Version[] {
  return component === 'etcd' ? SUPPORTED_ETCD : SUPPORTED_KUBERNETES_MINORS;
}

/** `kube-apiserver 1.36.3`, for messages. */
export function describe(component: ComponentName, version: Version): string {
  return `${component} ${formatVersion(version)}`;
}
