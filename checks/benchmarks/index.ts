/** The hardening guides, and which of their controls each check is for. */
import { controlName } from '../../src/model/benchmark.ts';
import type { Benchmark, BenchmarkId, Profile } from '../../src/model/benchmark.ts';
import { CIS } from './cis.ts';
import { STIG } from './stig.ts';

export const BENCHMARKS: readonly Benchmark[] = [CIS, STIG];

/** The document that a profile follows; undefined for a profile that follows none. */
export function benchmarkOf(profile: Profile): Benchmark | undefined {
  return BENCHMARKS.find(({ id }) => id === profile);
}

/** Every control in every version of its document, as an entry of the configuration file names it. */
export function controlNames(): ReadonlySet<string> {
  return new Set(
    BENCHMARKS.flatMap(({ id, controls }) =>
      controls.flatMap(({ ids }) => Object.entries(ids).map(([version, own]) => controlName(id, version, own))),
    ),
  );
}

/** Ids of controls by document and version. */
export type ControlIds = Readonly<Record<BenchmarkId, Readonly<Record<string, readonly string[]>>>>;

/** The controls that a check takes part in deciding, by document and version; versions without one are left out. */
export function controlsOf(check: string): ControlIds {
  const found: Record<BenchmarkId, Record<string, string[]>> = { cis: {}, stig: {} };
  for (const { id: benchmark, versions, controls } of BENCHMARKS) {
    for (const version of versions) {
      const ids = controls
        .filter(({ checks }) => checks.some(({ id }) => id === check))
        .flatMap(({ ids }) => ids[version] ?? []);
      if (ids.length > 0) found[benchmark][version] = ids;
    }
  }
  return found;
}
