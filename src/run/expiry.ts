/** One run from inputs to the report on when certificates end. */
import { PATHS } from '../../checks/index.ts';
import { renewalOf } from '../../checks/shared/pki/renewal.ts';
import { statusOf } from '../../checks/shared/pki/window.ts';
import { endOf } from '../../checks/shared/verdict.ts';
import { evaluateNode } from '../engine/evaluate.ts';
import { buildExpiryReport } from '../engine/expiry.ts';
import { waive } from '../engine/waive.ts';
import type { ExpiryReport } from '../model/expiry-report.ts';
import { NO_DECISIONS } from '../model/waiver.ts';
import type { Decisions } from '../model/waiver.ts';
import type { Source } from '../source/source.ts';
import { assembleInputs, openAndAssemble } from './assemble.ts';
import type { AssembledInputs, AssembleOptions, FailedAssembly } from './assemble.ts';
import type { InputOptions } from './inputs.ts';
import { unique } from './problems.ts';
import { pathsOf } from './rows.ts';

export interface ExpiryOptions extends AssembleOptions {
  readonly decisions?: Decisions;
}

export type ExpiryResult = { readonly ok: true; readonly report: ExpiryReport } | FailedAssembly;

/** Opens the inputs and tells when what ends. Faults of the input are results; only a bug throws. */
export async function runExpiry(options: ExpiryOptions & InputOptions): Promise<ExpiryResult> {
  const assembled = await openAndAssemble(options);
  return assembled.ok ? { ok: true, report: judgeExpiry(assembled, options) } : assembled;
}

/** The same of sources that are open already. */
export async function expiryOf(sources: readonly Source[], options: ExpiryOptions): Promise<ExpiryResult> {
  const assembled = await assembleInputs({ sources, extra: {}, flagFiles: [], problems: [] }, options);
  return assembled.ok ? { ok: true, report: judgeExpiry(assembled, options) } : assembled;
}

/** The report on what was read. */
export function judgeExpiry(
  { inputs, nodes: all, problems }: AssembledInputs,
  { at, decisions = NO_DECISIONS }: ExpiryOptions,
): ExpiryReport {
  const judging = (kind: 'certificate' | 'in-memory'): ReadonlySet<string> =>
    new Set(PATHS.flatMap(({ checks }) => checks.filter(({ judgesEnd }) => judgesEnd === kind).map(({ id }) => id)));
  const judges = { certificate: judging('certificate'), inMemory: judging('in-memory') };
  const checks = [...judges.certificate, ...judges.inMemory];
  // What objects hold is judged on the rows of the machines that use it, where there are any.
  const machines = all.filter(({ node }) => node.layout !== 'cluster');
  const nodes = machines.length > 0 ? machines : all;
  const judged = nodes.map(({ node, variants }) => ({
    node,
    paths: evaluateNode(variants, pathsOf(node, nodes), { checks }),
  }));
  const { nodes: waived } = waive(judged, decisions, at, false);
  return buildExpiryReport(
    { at, inputs, nodes: waived, problems: unique(problems) },
    { judges, endOf, renewalOf, statusOf },
  );
}
