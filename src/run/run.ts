/** One run from inputs to report: the pipeline in one place. */
import { PATHS } from '../../checks/index.ts';
import { assembleNode } from '../assemble/node.ts';
import type { AssembledNode } from '../assemble/node.ts';
import { detectLayouts } from '../discover/layout.ts';
import { DEFAULT_MANIFESTS_PATH } from '../discover/manifests.ts';
import { evaluateNode } from '../engine/evaluate.ts';
import { buildReport } from '../engine/report.ts';
import type { JudgedNode } from '../engine/report.ts';
import type { PathId } from '../model/path.ts';
import type { Report, ReportProblem } from '../model/report.ts';
import { parseVersion } from '../model/version.ts';
import type { Source } from '../source/source.ts';
import { openInputs } from './inputs.ts';
import type { InputOptions, OpenedInputs } from './inputs.ts';
import { nodesOf, sourcesOf } from './nodes.ts';
import { nodeProblems, problem, sourceProblem, unique } from './problems.ts';

const DAY = 24 * 60 * 60 * 1000;

/**
 * Windows for CAs: replacing one takes weeks of planning, and kubeadm cannot renew any
 * (kubernetes.io/docs/tasks/tls/manual-rotation-of-ca-certificates/).
 */
const CA_WARN_BEFORE = 365 * DAY;
const CA_FAIL_BEFORE = 90 * DAY;

/** How to judge, whatever the inputs are. */
export interface JudgeOptions {
  /** The moment for which everything is judged. */
  readonly at: Date;
  /** Milliseconds. */
  readonly warnBefore: number;
  /** Milliseconds. */
  readonly failBefore: number;
  readonly kubernetesVersion?: string;
  /** Only these rows. */
  readonly paths?: readonly PathId[];
  /** Only these checks. */
  readonly checks?: readonly string[];
}

export type CheckOptions = JudgeOptions & InputOptions;

export type RunResult =
  | { readonly ok: true; readonly report: Report }
  | { readonly ok: false; readonly message: string; readonly problems: readonly ReportProblem[] };

/** Opens the inputs and judges every path. Faults of the input are results; only a bug throws. */
export async function runCheck(options: CheckOptions): Promise<RunResult> {
  const opened = await openInputs(options);
  const { sources, extra, flagFiles, problems } = opened;
  if (sources.length === 0 && sourcesOf(extra).length === 0 && flagFiles.length === 0) {
    const [only, ...more] = problems;
    return only !== undefined && more.length === 0
      ? { ok: false, message: only.message, problems: [] }
      : { ok: false, message: 'none of the inputs could be read', problems };
  }
  return judge(opened, options);
}

/** Judges sources that are open already. */
export async function checkSources(sources: readonly Source[], options: JudgeOptions): Promise<RunResult> {
  return judge({ sources, extra: {}, flagFiles: [], problems: [] }, options);
}

async function judge(
  { sources, extra, flagFiles, problems: earlier }: OpenedInputs,
  options: JudgeOptions,
): Promise<RunResult> {
  const problems = [...earlier];
  const found = sources.map((source) => ({ source, ...detectLayouts(source) }));
  for (const { source, layouts, lookedFor } of found) {
    if (layouts.length === 0) {
      problems.push(
        problem(
          'nothing-found',
          source.name,
          `nothing of Kubernetes was found; looked for ${lookedFor.join(', ')}`,
          true,
        ),
      );
    }
  }
  const version = options.kubernetesVersion === undefined ? undefined : parseVersion(options.kubernetesVersion);
  const judged: JudgedNode[] = [];
  const nodes = nodesOf(found, extra, flagFiles);
  if (nodes.length > 1 && (sourcesOf(extra).length > 0 || flagFiles.length > 0)) {
    const message = `--manifests, --pki, --kubelet-config and --flags speak of one node, and the inputs hold ${nodes.length}: judge them one by one`;
    return { ok: false, message, problems };
  }
  for (const node of nodes) {
    const assembled = await assembleNode({
      ...node,
      discovery: {
        flagFiles,
        ...(extra.manifests === undefined ? {} : { staticPodPath: DEFAULT_MANIFESTS_PATH }),
      },
      at: options.at,
      thresholds: {
        warnBefore: options.warnBefore,
        failBefore: options.failBefore,
        caWarnBefore: CA_WARN_BEFORE,
        caFailBefore: CA_FAIL_BEFORE,
      },
      kubernetesVersion: version,
    });
    problems.push(...nodeProblems(assembled));
    const model = assembled.variants.at(-1)?.node;
    if (model === undefined || isEmpty(assembled)) {
      problems.push(
        problem(
          'nothing-found',
          node.fallbackName,
          'no control-plane component, kubeconfig or certificate was found in it',
          true,
        ),
      );
      continue;
    }
    judged.push({
      node: model,
      paths: evaluateNode(assembled.variants, PATHS, {
        ...(options.paths === undefined ? {} : { paths: options.paths }),
        ...(options.checks === undefined ? {} : { checks: options.checks }),
      }),
    });
  }
  // A directory tells of what may not be read only once it has been asked.
  for (const source of [...sources, ...sourcesOf(extra)])
    problems.push(...source.problems.map((one) => sourceProblem(source, one)));
  if (judged.length === 0) {
    const messages = problems.filter(({ code }) => code === 'nothing-found');
    return {
      ok: false,
      message:
        messages.map(({ subject, message }) => `${subject}: ${message}`).join('; ') || 'nothing to check was found',
      problems: problems.filter(({ code }) => code !== 'nothing-found'),
    };
  }
  if (
    !judged.some(({ paths }) =>
      paths.some(({ row: { status } }) => status === 'pass' || status === 'warn' || status === 'fail'),
    )
  ) {
    problems.push(
      problem('nothing-assessed', 'input', 'no path could be judged from it; the report says what to supply', true),
    );
  }
  const report = buildReport({
    at: options.at,
    inputs: [
      ...[...sources, ...sourcesOf(extra)].map(({ name, kind }) => ({ name, kind })),
      ...flagFiles.map(({ file }) => ({ name: file, kind: 'file' })),
    ],
    nodes: judged,
    problems: unique(problems),
  });
  return { ok: true, report };
}

function isEmpty({ variants }: AssembledNode): boolean {
  const node = variants.at(-1)?.node;
  return (
    node === undefined ||
    (node.components.size === 0 &&
      node.kubeconfigs.size === 0 &&
      ![...node.files.values()].some((file) => file.state === 'present' && file.pem.certificates.length > 0))
  );
}
