/** Comparing versions with the bounds that the tables are written in: `1.24` is a whole line, `3.5.14` one release. */
import { compareVersions, parseVersion } from '../../model/version.ts';
import type { Version } from '../../model/version.ts';

const parsed = new Map<string, Version>();

/**
 * The version that a table's bound names.
 * @throws RangeError when it is none: a fault in the table.
 */
export function bound(text: string): Version {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const version = parseVersion(text);
  if (version === undefined) throw new RangeError(`not a version: ${text}`);
  parsed.set(text, version);
  return version;
}

/** Whether `version` is at or after a lower bound; a bound without a patch is the first release of its line. */
export function atOrAfter(version: Version, from: string): boolean {
  return compareVersions(version, bound(from)) >= 0;
}

/** Whether `version` is at or before an upper bound; a bound without a patch is the whole line. */
export function atOrBefore(version: Version, to: string): boolean {
  const end = bound(to);
  const line = { major: version.major, minor: version.minor };
  return compareVersions(end.patch === undefined ? line : version, end) <= 0;
}

/** Whether an inclusive range holds a version. */
export function inRange(version: Version, range: { readonly from: string; readonly to?: string }): boolean {
  return atOrAfter(version, range.from) && (range.to === undefined || atOrBefore(version, range.to));
}
