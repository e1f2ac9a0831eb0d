/** The facts of rows of which there is nothing to derive. */
import { NO_COLUMNS, UNKNOWN_COLUMNS } from '../../src/model/path.ts';
import type { PathFacts } from '../../src/model/path.ts';

/** Something is dialled, and no file shows how. */
export const UNKNOWN_FACTS: PathFacts = { ...UNKNOWN_COLUMNS, presented: [], kubeconfigs: [] };

/** No TLS is spoken: nothing is dialled, or nothing that leaves the machine. */
export const NO_FACTS: PathFacts = { ...NO_COLUMNS, presented: [], kubeconfigs: [] };
