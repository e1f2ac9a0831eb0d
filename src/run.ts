/** One run from inputs to report: the pipeline in one place. */
import { Readable } from 'node:stream';
import { PATHS } from '../checks/index.ts';
import { assembleNode } from './assemble/node.ts';
import type { AssembledNode, NodeInput } from './assemble/node.ts';
import { detectLayouts, extraMounts } from './discover/layout.ts';
import type { DetectedLayout, ExtraSources } from './discover/layout.ts';
import { createView } from './discover/view.ts';
import type { Mount } from './discover/view.ts';
import { evaluateNode } from './engine/evaluate.ts';
import { buildReport } from './engine/report.ts';
import type { JudgedNode } from './engine/report.ts';
import { DEFAULT_MANIFESTS_PATH } from './discover/manifests.ts';
import type { FlagFile } from './discover/components.ts';
import type { ComponentName } from './model/component.ts';
import type { LayoutKind } from './model/node.ts';
import type { PathId } from './model/path.ts';
import type { Report, ReportProblem } from './model/report.ts';
import { parseVersion } from './model/version.ts';
import { openSource } from './source/open.ts';
import type { Source } from './source/source.ts';

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

export interface CheckOptions extends JudgeOptions {
  /** As the user named them; empty for this host. */
  readonly inputs: readonly string[];
  readonly manifests?: string;
  readonly pki?: string;
  readonly kubeletConfig?: string;
  /** Files with the flags of a component, which then count instead of those that the input has. */
  readonly flags?: readonly { readonly component: ComponentName; readonly file: string }[];
  readonly stdin: AsyncIterable<Uint8Array>;
}

export type RunResult =
  | { readonly ok: true; readonly report: Report }
  | { readonly ok: false; readonly message: string; readonly problems: readonly ReportProblem[] };

/** Opens the inputs and judges every path. Faults of the input are results; only a bug throws. */
export async function runCheck(options: CheckOptions): Promise<RunResult> {
  const problems: ReportProblem[] = [];
  const open = async (name: string | undefined): Promise<Source | undefined> => {
    const opened = await openSource(name, name === '-' ? { stdin: Readable.from(options.stdin) } : {});
    if (opened.ok) return opened.source;
    problems.push(problem('unreadable-input', name ?? 'host', opened.message, true));
    return undefined;
  };
  const extra: { manifests?: Source; pki?: Source; kubeletConfig?: Source } = {};
  for (const option of ['manifests', 'pki', 'kubeletConfig'] as const) {
    const source = options[option] === undefined ? undefined : await open(options[option]);
    if (source !== undefined) extra[option] = source;
  }
  const flagFiles: FlagFile[] = [];
  for (const { component, file } of options.flags ?? []) {
    const text = textOf(await open(file));
    if (text !== undefined) flagFiles.push({ component, file, text });
  }
  // An option that names a part of a node says what is meant; this machine is only read when nothing was named.
  const named =
    flagFiles.length > 0 || [options.manifests, options.pki, options.kubeletConfig].some((one) => one !== undefined);
  const names: readonly (string | undefined)[] = options.inputs.length > 0 ? options.inputs : named ? [] : [undefined];
  const sources: Source[] = [];
  for (const name of names) {
    const source = await open(name);
    if (source !== undefined) sources.push(source);
  }
  if (sources.length === 0 && Object.keys(extra).length === 0 && flagFiles.length === 0) {
    const [only, ...more] = problems;
    return only !== undefined && more.length === 0
      ? { ok: false, message: only.message, problems: [] }
      : { ok: false, message: 'none of the inputs could be read', problems };
  }
  return checkSources(sources, options, { extra, flagFiles, problems });
}

/** What a source of a single file holds; undefined for anything else. */
function textOf(source: Source | undefined): string | undefined {
  const name = source?.list('/')[0];
  const read = source === undefined || name === undefined ? undefined : source.read(`/${name}`);
  return read?.ok === true ? new TextDecoder().decode(read.data) : undefined;
}

/** What the user named besides the inputs. */
export interface Named {
  readonly extra: ExtraSources;
  readonly flagFiles: readonly FlagFile[];
  /** What went wrong before. */
  readonly problems: readonly ReportProblem[];
}

const NOTHING_NAMED: Named = { extra: {}, flagFiles: [], problems: [] };

/** Judges what was opened. */
export async function checkSources(
  sources: readonly Source[],
  options: JudgeOptions,
  { extra, flagFiles, problems: earlier }: Named = NOTHING_NAMED,
): Promise<RunResult> {
  const problems = [...earlier];
  const found = sources.map((source) => ({ source, ...detectLayouts(source) }));
  for (const { source, layouts, lookedFor } of found) {
    problems.push(...source.problems.map((one) => sourceProblem(source, one)));
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
  if (nodes.length > 1 && (Object.keys(extra).length > 0 || flagFiles.length > 0)) {
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
    problems.push(
      ...assembled.problems.map((one) => problem(one.code, one.subject, one.message, ended(one.code), one)),
    );
    problems.push(...forbidden(assembled));
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
      ...[...sources, ...Object.values(extra)].map(({ name, kind }) => ({ name, kind })),
      ...flagFiles.map(({ file }) => ({ name: file, kind: 'file' })),
    ],
    nodes: judged,
    problems: unique(problems),
  });
  return { ok: true, report };
}

function problem(
  code: string,
  subject: string,
  message: string,
  incomplete: boolean,
  at: { readonly file?: string; readonly line?: number } = {},
): ReportProblem {
  return { code, subject, message, file: at.file ?? null, line: at.line ?? null, incomplete };
}

function sourceProblem(source: Source, one: Source['problems'][number]): ReportProblem {
  const lost = one.code === 'truncated-archive' || one.code === 'permission-denied' || one.code === 'read-error';
  return problem(one.code, one.subject || source.name, one.message, lost);
}

/** Whether a problem of discovery means that something which is there was not judged. */
function ended(code: AssembledNode['problems'][number]['code']): boolean {
  return code === 'unreadable-file' || code === 'unparsable-manifest' || code === 'limit-reached';
}

/** Files that are there and may not be read: without them half of the rows say nothing. */
function forbidden({ variants }: AssembledNode): readonly ReportProblem[] {
  const files = [...(variants.at(-1)?.node.files.values() ?? [])];
  return files.flatMap((file) =>
    file.state === 'unavailable' && file.reason === 'permission-denied'
      ? [problem('permission-denied', file.path, `${file.message}; run as root to read it`, true, { file: file.path })]
      : [],
  );
}

function unique(problems: readonly ReportProblem[]): readonly ReportProblem[] {
  return [...new Map(problems.map((one) => [JSON.stringify(one), one])).values()];
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

type NodeParts = Pick<NodeInput, 'view' | 'layout' | 'placed' | 'inputs' | 'fallbackName'>;

interface FoundLayouts {
  readonly source: Source;
  readonly layouts: readonly DetectedLayout[];
}

/** Each folder that stands for a machine is a node; single files belong together, or to the one node there is. */
function nodesOf(
  found: readonly FoundLayouts[],
  extra: ExtraSources,
  flagFiles: readonly FlagFile[],
): readonly NodeParts[] {
  const folders = found.flatMap(({ source, layouts }) =>
    layouts.filter(({ layout }) => layout !== 'files').map((layout) => ({ source, layout })),
  );
  const single = found.flatMap(({ source, layouts }) =>
    layouts.filter(({ layout }) => layout === 'files').map((layout) => ({ source, layout })),
  );
  const named = extraMounts(extra);
  const extras = [...Object.values(extra).map((source: Source) => source.name), ...flagFiles.map(({ file }) => file)];
  const singleMounts = single.flatMap(({ layout }) => layout.mounts);
  const singleFiles = single.flatMap(({ layout }) => layout.files);
  const singleNames = single.map(({ source }) => source.name);
  const alone = folders.length === 1;
  const nodes = folders.map(({ source, layout }) =>
    part(layout.layout, source.kind === 'host', [...layout.mounts, ...(alone ? singleMounts : []), ...named], {
      placed: [...layout.files, ...(alone ? singleFiles : [])],
      inputs: [source.name, ...(alone ? singleNames : []), ...extras],
      fallbackName: fallbackName(source, layout.prefix),
    }),
  );
  if (!alone && (single.length > 0 || (folders.length === 0 && extras.length > 0))) {
    nodes.push(
      part(named.length > 0 ? 'loose' : 'files', false, [...singleMounts, ...(folders.length === 0 ? named : [])], {
        placed: singleFiles,
        inputs: [...singleNames, ...extras],
        fallbackName: [...singleNames, ...extras][0] ?? 'files',
      }),
    );
  }
  return nodes;
}

function part(
  layout: LayoutKind,
  live: boolean,
  mounts: readonly Mount[],
  rest: Pick<NodeParts, 'placed' | 'inputs' | 'fallbackName'>,
): NodeParts {
  return { view: createView(mounts, { live }), layout, ...rest };
}

/** `cp-1` for `backup/cp-1.tar.gz`, or the folder inside it. */
function fallbackName(source: Source, prefix: string): string {
  if (prefix !== '') return prefix.split('/').at(-1) ?? prefix;
  const base = source.name.replace(/\/+$/, '').split('/').at(-1) ?? source.name;
  return base.replace(/\.(tar|tgz|tar\.gz)$/i, '') || source.name;
}
