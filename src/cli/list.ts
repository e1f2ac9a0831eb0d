/** `kubetls list`: the ids that options and `explain` take. */
import { controlsOf } from '../../checks/benchmarks/index.ts';
import { PATHS } from '../../checks/index.ts';
import { catalogueChecks, listJSON, listTable } from '../report/catalogue.ts';
import { didYouMean } from '../text/suggest.ts';
import { UsageError } from './command-error.ts';
import type { IO } from './io.ts';
import type { ListFlags } from './flags.ts';

const KINDS = ['paths', 'checks'] as const;

/**
 * Prints the list.
 * @throws UsageError for a kind that is neither paths nor checks
 */
export async function list(what: string, flags: ListFlags, io: IO): Promise<void> {
  const kind = KINDS.find((known) => known === what);
  if (kind === undefined) throw new UsageError(`list '${what}': write paths or checks.${didYouMean(what, KINDS)}`);
  const entries = kind === 'paths' ? { kind, paths: PATHS } : { kind, checks: catalogueChecks(PATHS, controlsOf) };
  io.stdout.write(flags.output === 'json' ? listJSON(entries) : await listTable(entries));
}
