/** One run from inputs to report: the pipeline in one place. */
import { benchmarkOf } from '../../checks/benchmarks/index.ts';
import { PATHS } from '../../checks/index.ts';
import { checksIn, chooseVersion, judgeBenchmark, withBenchmark } from '../engine/benchmark.ts';
import { evaluateNode } from '../engine/evaluate.ts';
import type { Hardened } from '../engine/evaluate.ts';
import { buildReport } from '../engine/report.ts';
import { controlWaivers, waiverOfControl } from '../engine/waive-controls.ts';
import { waive } from '../engine/waive.ts';
import type { JudgedNode } from '../engine/report.ts';
import type { Benchmark, ChosenVersion, Profile } from '../model/benchmark.ts';
import type { NodeModel } from '../model/node.ts';
import type { PathId } from '../model/path.ts';
import type { Report } from '../model/report.ts';
import { NO_DECISIONS } from '../model/waiver.ts';
import type { Decisions } from '../model/waiver.ts';
import type { Source } from '../source/source.ts';
import { assembleInputs, openAndAssemble } from './assemble.ts';
import type { AssembledInputs, AssembleOptions, FailedAssembly } from './assemble.ts';
import type { InputOptions } from './inputs.ts';
import { problem, unique } from './problems.ts';
import { pathsOf } from './rows.ts';

/** How to judge, whatever the inputs are. */
export interface JudgeOptions extends AssembleOptions {
  /** Only these rows. */
  readonly paths?: readonly PathId[];
  /** Only these checks. */
  readonly checks?: readonly string[];
  readonly decisions?: Decisions;
  /** Left out: `default`. */
  readonly profile?: Profile;
}

export type CheckOptions = JudgeOptions & InputOptions;

export type RunResult = { readonly ok: true; readonly report: Report } | FailedAssembly;

/** Opens the inputs and judges every path. Faults of the input are results; only a bug throws. */
export async function runCheck(options: CheckOptions): Promise<RunResult> {
  const assembled = await openAndAssemble(options);
  return assembled.ok ? judge(assembled, options) : assembled;
}

/** Judges sources that are open already. */
export async function checkSources(sources: readonly Source[], options: JudgeOptions): Promise<RunResult> {
  const assembled = await assembleInputs({ sources, extra: {}, flagFiles: [], problems: [] }, options);
  return assembled.ok ? judge(assembled, options) : assembled;
}

function judge({ inputs, nodes, problems }: AssembledInputs, options: JudgeOptions): RunResult {
  const { profile = 'default' } = options;
  const asked = askedBy(
    profile,
    nodes.map(({ node }) => node),
  );
  const judged = nodes.map(({ node, variants }): JudgedNode => ({
    node,
    paths: evaluateNode(variants, pathsOf(node, nodes), {
      ...(options.paths === undefined ? {} : { paths: options.paths }),
      ...(options.checks === undefined ? {} : { checks: options.checks }),
      ...(asked.hardened === undefined ? {} : { hardened: asked.hardened }),
    }),
  }));
  const isJudged = judged.some(({ paths }) =>
    paths.some(({ row: { status } }) => status === 'pass' || status === 'warn' || status === 'fail'),
  );
  const nothing = problem(
    'nothing-assessed',
    'input',
    'no path could be judged from it; the report says what to supply',
    true,
  );
  const whole = options.paths === undefined && options.checks === undefined;
  const { decisions = NO_DECISIONS } = options;
  const waived = waive(judged, decisions, options.at, whole);
  const { document } = asked;
  const benchmark =
    document === undefined
      ? undefined
      : judgeBenchmark(
          document.benchmark,
          document.chosen,
          waived.nodes.map(({ paths }, index) => ({
            variants: nodes[index]?.variants.map((variant) => variant.node) ?? [],
            rows: paths.map(({ row }) => row),
          })),
          PATHS,
          waiverOfControl(decisions, options.at),
        );
  const report = {
    ...buildReport({
      at: options.at,
      inputs,
      nodes: waived.nodes,
      waivers: [...waived.waivers, ...controlWaivers(decisions, benchmark, options.at, whole)],
      problems: unique(isJudged ? problems : [...problems, nothing]),
    }),
    ...(profile === 'default' ? {} : { profile }),
  };
  return { ok: true, report: benchmark === undefined ? report : withBenchmark(report, benchmark) };
}

/** What a profile asks beyond what is asked of everybody. */
interface AskedByProfile {
  readonly hardened?: Hardened;
  readonly document?: { readonly benchmark: Benchmark; readonly chosen: ChosenVersion };
}

/** The document of a profile, in the version for the nodes, and what it wants hardened. */
export function askedBy(profile: Profile, nodes: readonly NodeModel[]): AskedByProfile {
  if (profile === 'strict') return { hardened: 'all' };
  const benchmark = benchmarkOf(profile);
  if (benchmark === undefined) return {};
  const chosen = chooseVersion(benchmark, nodes);
  return { hardened: checksIn(benchmark, chosen.version), document: { benchmark, chosen } };
}
