/** Under which versions a node is judged: the known ones, or every supported one where the input does not tell. */
import { SUPPORTED_ETCD, SUPPORTED_KUBERNETES_MINORS } from '../config/history/history.ts';
import type { OldestVersions } from '../discover/distributions/types.ts';
import type { Invocation } from '../discover/types.ts';
import type { ComponentName } from '../model/component.ts';
import { compareVersions, formatVersion } from '../model/version.ts';
import type { Version } from '../model/version.ts';

/** A version for each component, and the words for what was assumed. */
export interface Assumption {
  readonly versions: ReadonlyMap<ComponentName, Version>;
  /** Components whose version is assumed rather than known. */
  readonly assumed: ReadonlySet<ComponentName>;
  /** `Kubernetes 1.30, etcd 3.5.0`; empty when everything is known. */
  readonly words: string;
}

/** What the policy holds to the same distance from the API server. */
const ON_EVERY_NODE: readonly ComponentName[] = ['kubelet', 'kube-proxy'];

/** How many minor versions a kubelet may be behind the API server; kubernetes.io/releases/version-skew-policy. */
function kubeletSkew(apiserver: Version): number {
  return apiserver.minor >= 28 ? 3 : 2;
}

/**
 * The assumptions to judge a node under, the newest last. A kubelet carries its version in no file, nor does the
 * ConfigMap of kube-proxy; the version skew policy bounds both by the API server's.
 * @param given `--kubernetes-version`: the version of every Kubernetes component, whatever the input says: what an
 * upgrade would change can be seen before it is made
 * @param oldest the oldest versions that the files may be of, where they tell
 */
export function assumptions(
  invocations: readonly Invocation[],
  given: Version | undefined,
  oldest: OldestVersions = {},
): readonly Assumption[] {
  const supported = SUPPORTED_KUBERNETES_MINORS.filter(
    (minor) => oldest.kubernetes === undefined || compareVersions(minor, oldest.kubernetes) >= 0,
  );
  const known = new Map<ComponentName, Version>();
  for (const { component, imageVersion } of invocations) {
    const version = judgedVersion({ component, imageVersion }, given);
    if (version !== undefined) known.set(component, version);
  }
  const unknown = invocations.map(({ component }) => component).filter((component) => !known.has(component));
  const kubernetes = unknown.filter((component) => component !== 'etcd' && !ON_EVERY_NODE.includes(component));
  const apiserver = known.get('kube-apiserver') ?? newest(known);
  const minors = kubernetes.length > 0 ? supported : [];
  const kubelets = unknown.some((component) => ON_EVERY_NODE.includes(component))
    ? kubeletVersions(apiserver, minors.length > 0, supported)
    : [];
  const etcds = unknown.includes('etcd')
    ? SUPPORTED_ETCD.filter((one) => oldest.etcd === undefined || compareVersions(one, oldest.etcd) >= 0)
    : [];
  // Each dimension is walked whole; their product would add only combinations that no check looks at together.
  const count = Math.max(1, minors.length, kubelets.length, etcds.length);
  return Array.from({ length: count }, (_unused, index) => {
    const versions = new Map(known);
    const words: string[] = [];
    const minor = pick(minors, index, count);
    if (minor !== undefined) {
      for (const component of kubernetes) versions.set(component, minor);
      words.push(`Kubernetes ${formatVersion(minor)}`);
    }
    const kubelet = pick(kubelets, index, count);
    if (kubelet !== undefined) {
      for (const component of unknown) if (ON_EVERY_NODE.includes(component)) versions.set(component, kubelet);
      if (minor === undefined) words.push(`kubelet ${formatVersion(kubelet)}`);
    }
    const etcd = pick(etcds, index, count);
    if (etcd !== undefined) {
      versions.set('etcd', etcd);
      words.push(`etcd ${formatVersion(etcd)}`);
    }
    return { versions, assumed: new Set(unknown), words: words.join(', ') };
  });
}

/** A minor without a patch release says nothing against a release of that minor. */
function judgedVersion(
  { component, imageVersion }: { readonly component: ComponentName; readonly imageVersion: Version | undefined },
  given: Version | undefined,
): Version | undefined {
  if (component === 'etcd' || given === undefined) return imageVersion;
  const isSame =
    imageVersion !== undefined &&
    (compareVersions(imageVersion, given) === 0 ||
      (given.patch === undefined && imageVersion.major === given.major && imageVersion.minor === given.minor));
  return isSame ? imageVersion : given;
}

/** The Kubernetes components that are judged as another version than the input says, and that version. */
export function overridden(
  invocations: readonly Invocation[],
  given: Version | undefined,
): ReadonlyMap<ComponentName, Version> {
  if (given === undefined) return new Map();
  return new Map(
    invocations.flatMap(({ component, imageVersion }) =>
      imageVersion === undefined || judgedVersion({ component, imageVersion }, given) === imageVersion
        ? []
        : [[component, imageVersion] as const],
    ),
  );
}

/** Walks a shorter list at the pace of the longest, ending on its last. */
function pick<T>(from: readonly T[], index: number, count: number): T | undefined {
  return from.length === 0 ? undefined : from[Math.min(from.length - 1, Math.floor((index * from.length) / count))];
}

function newest(known: ReadonlyMap<ComponentName, Version>): Version | undefined {
  return [...known]
    .filter(([component]) => component !== 'etcd')
    .map(([, version]) => version)
    .sort(compareVersions)
    .at(-1);
}

function kubeletVersions(
  apiserver: Version | undefined,
  togetherWithMinors: boolean,
  supported: readonly Version[],
): readonly Version[] {
  if (apiserver === undefined || togetherWithMinors) return supported;
  const skew = kubeletSkew(apiserver);
  // The two ends are enough: what changes inside so few releases changes once, and shows between them.
  const oldest = supported.find(({ minor }) => minor >= apiserver.minor - skew);
  return oldest === undefined || oldest.minor >= apiserver.minor ? [apiserver] : [oldest, apiserver];
}
