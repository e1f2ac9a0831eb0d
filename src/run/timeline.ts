/** One run from inputs to the order of events. */
import { buildTimeline, machineOf } from '../engine/timeline.ts';
import type { TimelineReport } from '../model/timeline-report.ts';
import type { Source } from '../source/source.ts';
import { assembleInputs, openAndAssemble } from './assemble.ts';
import type { AssembledInputs, AssembleOptions, FailedAssembly } from './assemble.ts';
import { judgeExpiry } from './expiry.ts';
import type { InputOptions } from './inputs.ts';

export type TimelineResult = { readonly ok: true; readonly report: TimelineReport } | FailedAssembly;

/** Opens the inputs and puts what ends in order. Faults of the input are results; only a bug throws. */
export async function runTimeline(options: AssembleOptions & InputOptions): Promise<TimelineResult> {
  const assembled = await openAndAssemble(options);
  return assembled.ok ? order(assembled, options) : assembled;
}

/** The same of sources that are open already. */
export async function timelineOf(sources: readonly Source[], options: AssembleOptions): Promise<TimelineResult> {
  const assembled = await assembleInputs({ sources, extra: {}, flagFiles: [], problems: [] }, options);
  return assembled.ok ? order(assembled, options) : assembled;
}

function order(assembled: AssembledInputs, options: AssembleOptions): TimelineResult {
  const machines = new Map(assembled.nodes.map(({ node }) => [node.name, machineOf(node)] as const));
  return { ok: true, report: buildTimeline(judgeExpiry(assembled, options), machines) };
}
