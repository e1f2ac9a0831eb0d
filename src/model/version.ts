/** Component versions: what an image tag or an option says, compared numerically. */

export interface Version {
  readonly major: number;
  readonly minor: number;
  /** Undefined when only a minor is known (`--kubernetes-version 1.30`). */
  readonly patch?: number;
}

/** Prints `1.36.3` or `1.36`. */
export function formatVersion(version: Version): string {
  const minor = `${version.major}.${version.minor}`;
  return version.patch === undefined ? minor : `${minor}.${version.patch}`;
}

/**
 * Reads `v1.36.3`, `1.36`, and vendor forms (`v1.29.1-eks-508b6b3`, `v1.30.2+k3s1`, `3.6.8-0`): the leading
 * numbers count, what follows is a build of them.
 * @returns undefined where the text does not start with a version.
 */
export function parseVersion(text: string): Version | undefined {
  const match = /^v?(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?(?:[-+_.].*)?$/.exec(text);
  if (match === null) return undefined;
  const [, major, minor, patch] = match;
  return {
    major: Number(major),
    minor: Number(minor),
    ...(patch === undefined ? {} : { patch: Number(patch) }),
  };
}

/**
 * Orders versions; a missing patch counts as 0, so `1.30` is the first release of its line.
 * @returns negative, zero or positive, as for Array.sort.
 */
export function compareVersions(a: Version, b: Version): number {
  return a.major - b.major || a.minor - b.minor || (a.patch ?? 0) - (b.patch ?? 0);
}

/**
 * Whether `version` is at or above `minimum` (`'1.20'`, `'3.4.25'`).
 * @throws RangeError when `minimum` is not a version: a fault in the calling table.
 */
export function atLeast(version: Version, minimum: string): boolean {
  const parsed = parseVersion(minimum);
  if (parsed === undefined) throw new RangeError(`not a version: ${minimum}`);
  return compareVersions(version, parsed) >= 0;
}

/**
 * Whether a release line of Go (`1.24`) is at or after another.
 * @param line undefined stands for the newest, since the tool then judges by today's rules
 */
export function goAtLeast(line: string | undefined, minimum: string): boolean {
  return line === undefined || minorOf(line) >= minorOf(minimum);
}

function minorOf(line: string): number {
  return Number(line.split('.')[1] ?? 0);
}
