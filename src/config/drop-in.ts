/** How the kubelet merges the files of --config-dir. Source: kubernetes cmd/kubelet/app/server.go, by release. */
import type { SettingValue } from '../model/setting.ts';
import type { Version } from '../model/version.ts';
import type { FieldValue, ReadConfig } from './config-file.ts';
import { defaultOf, defaultRange, flagHistory, hasConfigField } from './history/history.ts';
import { atOrAfter } from './history/ranges.ts';

/** What has to be in the environment of the kubelet of 1.28 and 1.29 for it to take --config-dir. */
export const DROP_IN_VARIABLE = 'KUBELET_CONFIG_DROPIN_DIR_ALPHA';

/** The order of Go's filepath.WalkDir: by name within each directory, a directory in its place among the files. */
export function walkOrder(a: string, b: string): number {
  const left = a.split('/');
  const right = b.split('/');
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const x = left[index] ?? '';
    const y = right[index] ?? '';
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
}

/**
 * What a drop-in puts over the weaker files. From 1.29 it is a merge patch: what it writes. 1.28 completes each drop-in
 * with the defaults first and then takes every value of it that is not Go's zero (mergo, WithOverride): `false` and 0
 * change nothing, and a default that is not written does.
 */
export function asMerged(dropIn: ReadConfig, version: Version): ReadConfig {
  if (atOrAfter(version, '1.29')) return dropIn;
  const fields = new Map<string, FieldValue>();
  for (const entry of flagHistory('kubelet').values()) {
    if (!hasConfigField(entry, version)) continue;
    const written = dropIn.fields.get(entry.name);
    const isWritten = written !== undefined && !written.unset;
    // A default that stands for something else is not what the field holds.
    const unwritten = defaultRange(entry, version).literal ?? defaultOf(entry, version, true);
    const value = isWritten ? written.value : unwritten;
    if (isWritten && written.unknown !== undefined) fields.set(entry.name, written);
    else if (!isZero(value)) fields.set(entry.name, { ...(isWritten ? written : { unset: false }), value });
  }
  return { ...dropIn, fields };
}

/** Zero in Go, with the words that stand for it where a duration or a quantity is written as text. */
function isZero(value: SettingValue): boolean {
  if (value === null || value === false || value === 0 || value === '' || value === '0' || value === '0s') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
