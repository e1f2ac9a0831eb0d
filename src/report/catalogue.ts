/** The paths and checks that the program knows, as lists. */
import type { BenchmarkId } from '../model/benchmark.ts';
import type { Check, PathDefinition, PathId } from '../model/path.ts';
import { grid } from './grid.ts';
import { toJSON } from './json.ts';

/** A check and the paths that it is asked on. */
export interface CatalogueCheck {
  readonly check: Check;
  readonly paths: readonly PathId[];
  /** Controls of hardening guides that it takes part in deciding; left out: not asked. */
  readonly benchmarks?: BenchmarkIds;
}

/** Ids of controls by document and version, the oldest version first. */
export type BenchmarkIds = Readonly<Record<BenchmarkId, Readonly<Record<string, readonly string[]>>>>;

/** Every check once, in the order of the paths; several paths may share one. */
export function catalogueChecks(
  paths: readonly PathDefinition[],
  benchmarksOf?: (check: string) => BenchmarkIds,
): CatalogueCheck[] {
  const found = new Map<string, { check: Check; paths: PathId[] }>();
  for (const path of paths) {
    for (const check of path.checks) {
      const entry = found.get(check.id) ?? { check, paths: [] };
      if (!entry.paths.includes(path.id)) entry.paths.push(path.id);
      found.set(check.id, entry);
    }
  }
  return [...found.values()].map((entry) =>
    benchmarksOf === undefined ? entry : { ...entry, benchmarks: benchmarksOf(entry.check.id) },
  );
}

/** How bad it is when a check does not hold, in words. */
export function severityWords({ severity, hygiene }: Pick<Check, 'severity' | 'hygiene'>): string {
  return hygiene === true
    ? `${severity}; hygiene: hardening guides ask for it, and nothing breaks or opens by it alone`
    : severity;
}

/** The last line of how to verify, the same for every check: what the program itself says once it is mended. */
export function verifiedByItself({ id, hygiene }: Pick<Check, 'id' | 'hygiene'>): string {
  return `\`kubetls check --check ${id}${hygiene === true ? ' --profile strict' : ''}\` on the node ends with exit status 0.`;
}

/** What `kubetls list` prints. */
export type Listing =
  | { readonly kind: 'paths'; readonly paths: readonly PathDefinition[] }
  | { readonly kind: 'checks'; readonly checks: readonly CatalogueCheck[] };

/** For machines: an array of plain objects, keys in a fixed order. */
export function listJSON(listing: Listing): string {
  if (listing.kind === 'paths') {
    return toJSON(
      listing.paths.map((path) => ({
        id: path.id,
        case: path.case ?? null,
        title: path.title,
        client: path.client,
        server: path.server,
        checks: path.checks.map(({ id }) => id),
      })),
    );
  }
  return toJSON(
    listing.checks.map(({ check, paths, benchmarks }) => ({
      id: check.id,
      title: check.title,
      severity: check.severity,
      impact: check.impact,
      versions: check.versions,
      hygiene: check.hygiene === true,
      paths,
      ...(benchmarks === undefined ? {} : { benchmarks: { cis: benchmarks.cis, stig: benchmarks.stig } }),
    })),
  );
}

/** For people: one line each. */
export async function listTable(listing: Listing): Promise<string> {
  const rows =
    listing.kind === 'paths'
      ? [['PATH', 'TITLE'], ...listing.paths.map(({ id, title }) => [id, title])]
      : [
          ['CHECK', 'SEVERITY', 'IMPACT', 'TITLE'],
          ...listing.checks.map(({ check }) => [check.id, check.severity, check.impact, check.title]),
        ];
  return `${(await grid(rows)).join('\n')}\n`;
}
