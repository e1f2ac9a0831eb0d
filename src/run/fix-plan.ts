/** One run from inputs to a plan of what flags and fields mend. */
import { FIXES } from '../../checks/fixes/index.ts';
import { evaluateNode } from '../engine/evaluate.ts';
import type { Variant } from '../engine/evaluate.ts';
import { waive } from '../engine/waive.ts';
import { inOrder, planFixes } from '../fix/plan.ts';
import type { Judged } from '../fix/plan.ts';
import type { FixPlan } from '../model/fix.ts';
import { NO_DECISIONS } from '../model/waiver.ts';
import type { Source } from '../source/source.ts';
import { redactAll } from '../text/redact.ts';
import { assembleInputs, openAndAssemble } from './assemble.ts';
import type { AssembledInputs, FailedAssembly } from './assemble.ts';
import { askedBy } from './run.ts';
import { pathsOf } from './rows.ts';
import type { CheckOptions, JudgeOptions } from './run.ts';

export type FixPlanResult =
  { readonly ok: true; readonly plan: FixPlan; readonly problems: AssembledInputs['problems'] } | FailedAssembly;

/** Opens the inputs and plans. Faults of the input are results; only a bug throws. */
export async function runFixPlan(options: CheckOptions): Promise<FixPlanResult> {
  const assembled = await openAndAssemble(options);
  return assembled.ok ? await plan(assembled, options) : assembled;
}

/** The same of sources that are open already. */
export async function fixPlanOf(sources: readonly Source[], options: JudgeOptions): Promise<FixPlanResult> {
  const assembled = await assembleInputs({ sources, extra: {}, flagFiles: [], problems: [] }, options);
  return assembled.ok ? await plan(assembled, options) : assembled;
}

async function plan({ nodes, problems }: AssembledInputs, options: JudgeOptions): Promise<FixPlanResult> {
  const plans: FixPlan[] = [];
  for (const { files } of nodes) {
    plans.push(
      await planFixes({
        read: files.read,
        fixes: FIXES,
        judge: async (texts) => judge(await files.with(texts), nodes, options),
      }),
    );
  }
  const sum = (when: 'before' | 'after', status: 'fail' | 'warn' | 'pass'): number =>
    plans.reduce((total, { rows }) => total + rows[when][status], 0);
  const counts = (when: 'before' | 'after') => ({
    fail: sum(when, 'fail'),
    warn: sum(when, 'warn'),
    pass: sum(when, 'pass'),
  });
  return {
    ok: true,
    plan: {
      steps: inOrder(plans.flatMap(({ steps }) => steps)).map(redactAll),
      others: plans.flatMap(({ others }) => others).map(redactAll),
      rows: { before: counts('before'), after: counts('after') },
    },
    problems,
  };
}

function judge(variants: readonly Variant[], machines: AssembledInputs['nodes'], options: JudgeOptions): Judged {
  const node = variants.at(-1)?.node;
  if (node === undefined) throw new Error('a node without any version');
  const { hardened } = askedBy(options.profile ?? 'default', [node]);
  const paths = evaluateNode(variants, pathsOf(node, machines), {
    ...(hardened === undefined ? {} : { hardened }),
    ...(options.paths === undefined ? {} : { paths: options.paths }),
    ...(options.checks === undefined ? {} : { checks: options.checks }),
  });
  const { nodes } = waive([{ node, paths }], options.decisions ?? NO_DECISIONS, options.at, false);
  return { node, paths: nodes[0]?.paths ?? paths };
}
