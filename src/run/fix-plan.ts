/** One run from inputs to a plan of what flags and fields mend. */
import { FIXES } from '../../checks/fixes/index.ts';
import { evaluateNode } from '../engine/evaluate.ts';
import type { Variant } from '../engine/evaluate.ts';
import { waive } from '../engine/waive.ts';
import { countsOf, inOrder, planFixes } from '../fix/plan.ts';
import type { Judged, NodePlan } from '../fix/plan.ts';
import type { FixPlan, RowCounts } from '../model/fix.ts';
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
  const plans: NodePlan[] = [];
  const running: Judged[] = [];
  for (const { files, node, variants } of nodes) {
    running.push(judge(variants, nodes, options));
    const { others } = node;
    plans.push(
      await planFixes({
        read: files.read,
        fixes: FIXES,
        judge: async (texts) => {
          const changed = await files.with(texts);
          return judge(
            others === undefined ? changed : changed.map((one) => ({ ...one, node: { ...one.node, others } })),
            nodes,
            options,
          );
        },
      }),
    );
  }
  const counts = (when: 'before' | 'after'): RowCounts => totalOf(plans.map(({ rows }) => rows[when]));
  return {
    ok: true,
    plan: {
      steps: inOrder(plans.flatMap(({ steps }) => steps)).map(redactAll),
      others: plans.flatMap(({ others }) => others).map(redactAll),
      rows: { running: totalOf(running.map(countsOf)), before: counts('before'), after: counts('after') },
    },
    problems,
  };
}

function totalOf(counts: readonly RowCounts[]): RowCounts {
  const sum = (status: keyof RowCounts): number => counts.reduce((total, one) => total + one[status], 0);
  return { fail: sum('fail'), warn: sum('warn'), pass: sum('pass') };
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
