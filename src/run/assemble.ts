/** From inputs to the models of their nodes: what every command that reads inputs begins with. */
import { assembleCluster, clusterNode } from '../assemble/cluster.ts';
import { assembleNode } from '../assemble/node.ts';
import type { AssembledNode, NodeInput } from '../assemble/node.ts';
import { discoverCluster } from '../discover/cluster/index.ts';
import { detectLayouts } from '../discover/layout.ts';
import { DEFAULT_MANIFESTS_PATH } from '../discover/manifests.ts';
import { withoutProcesses, withTexts } from '../discover/texts.ts';
import type { NodeModel } from '../model/node.ts';
import type { Report, ReportProblem } from '../model/report.ts';
import type { Thresholds } from '../model/thresholds.ts';
import { parseVersion } from '../model/version.ts';
import { openInputs } from './inputs.ts';
import type { InputOptions, OpenedInputs } from './inputs.ts';
import { byMachine, nodesOf, sourcesOf } from './nodes.ts';
import { discoveryProblem, nodeProblems, problem, sourceProblem } from './problems.ts';
import { DEFAULT_THRESHOLDS } from './thresholds.ts';

export interface AssembleOptions {
  /** The moment for which everything is judged. */
  readonly at: Date;
  /** Left out: {@link DEFAULT_THRESHOLDS}. */
  readonly thresholds?: Thresholds;
  readonly kubernetesVersion?: string;
}

/** One machine: its model under the newest version that it may have, and under all of them. */
export interface AssembledMachine {
  readonly node: NodeModel;
  readonly variants: AssembledNode['variants'];
  readonly files: MachineFiles;
}

/** The machine's files, for trying what a change of them would come to. */
export interface MachineFiles {
  /** The text of a file; undefined where there is none to be read. */
  readonly read: (path: string) => string | undefined;
  /** Sorted names in a directory; empty where there is none. */
  readonly list: (path: string) => readonly string[];
  /** The machine with other texts in some of its files, and without what runs on it now. */
  readonly with: (texts: ReadonlyMap<string, string>) => Promise<AssembledNode['variants']>;
}

export interface AssembledInputs {
  readonly ok: true;
  readonly inputs: Report['inputs'];
  /** Never empty. */
  readonly nodes: readonly AssembledMachine[];
  readonly problems: readonly ReportProblem[];
}

/** A run that came to nothing, and why. */
export interface FailedAssembly {
  readonly ok: false;
  readonly message: string;
  readonly problems: readonly ReportProblem[];
}

export type AssembleResult = AssembledInputs | FailedAssembly;

/** Opens the inputs and reads what they hold. Faults of the input are results; only a bug throws. */
export async function openAndAssemble(options: AssembleOptions & InputOptions): Promise<AssembleResult> {
  const opened = await openInputs(options);
  const { sources, extra, flagFiles, problems } = opened;
  if (sources.length === 0 && sourcesOf(extra).length === 0 && flagFiles.length === 0) {
    const [only, ...more] = problems;
    return only !== undefined && more.length === 0
      ? { ok: false, message: only.message, problems: [] }
      : { ok: false, message: 'none of the inputs could be read', problems };
  }
  return assembleInputs(opened, options);
}

/** Reads what sources hold that are open already. */
export async function assembleInputs(
  { sources, extra, flagFiles, problems: earlier }: OpenedInputs,
  options: AssembleOptions,
): Promise<AssembleResult> {
  const problems = [...earlier];
  const found = sources.map((source) => ({ source, ...detectLayouts(source) }));
  const { found: discovered, inputs: exports, problems: ofExports } = discoverCluster(found);
  const cluster = discovered === undefined ? undefined : await assembleCluster(discovered);
  problems.push(...ofExports.map(discoveryProblem));
  for (const { source, layouts, lookedFor } of found) {
    if (layouts.length > 0 || exports.has(source.name)) continue;
    const message = `nothing of Kubernetes was found; looked for ${lookedFor.join(', ')}`;
    problems.push(problem('nothing-found', source.name, message, true));
  }
  const version = options.kubernetesVersion === undefined ? undefined : parseVersion(options.kubernetesVersion);
  const parts = nodesOf(found, extra, flagFiles, exports).flatMap((part) => byMachine(part, cluster));
  if (parts.length > 1 && (sourcesOf(extra).length > 0 || flagFiles.length > 0)) {
    const message = `--manifests, --pki, --kubelet-config and --flags speak of one node, and the inputs hold ${parts.length}: judge them one by one`;
    return { ok: false, message, problems };
  }
  const nodes: AssembledMachine[] = [];
  const thresholds = options.thresholds ?? DEFAULT_THRESHOLDS;
  for (const { podsOfNode, ...part } of parts) {
    const input = {
      ...part,
      discovery: {
        flagFiles,
        ...(podsOfNode === undefined ? {} : { podsOfNode }),
        ...(extra.manifests === undefined ? {} : { staticPodPath: DEFAULT_MANIFESTS_PATH }),
      },
      at: options.at,
      thresholds,
      kubernetesVersion: version,
      ...(cluster === undefined ? {} : { cluster }),
    };
    const assembled = await assembleNode(input);
    const node = assembled.variants.at(-1)?.node;
    if ((node === undefined || isEmpty(node)) && part.inputs.every((name) => exports.has(name))) continue;
    problems.push(...nodeProblems(assembled));
    if (node === undefined || isEmpty(node)) {
      const message = 'no control-plane component, kubeconfig or certificate was found in it';
      problems.push(problem('nothing-found', part.fallbackName, message, true));
    } else {
      nodes.push({ node, variants: assembled.variants, files: filesOf(input) });
    }
  }
  const machines = [...besideOneAnother(nodes)];
  if (cluster !== undefined) {
    // Beside machines the bundles of objects are among their files, which use them.
    const own = nodes.length > 0 ? { ...cluster, files: new Map() } : cluster;
    const node = clusterNode(own, { at: options.at, thresholds });
    const variants = [{ node, assumption: '' }];
    machines.push({
      node,
      variants,
      files: { read: () => undefined, list: () => [], with: () => Promise.resolve(variants) },
    });
  }
  // A directory tells of what may not be read only once it has been asked.
  for (const source of [...sources, ...sourcesOf(extra)])
    problems.push(...source.problems.map((one) => sourceProblem(source, one)));
  if (machines.length === 0) {
    const messages = problems.filter(({ code }) => code === 'nothing-found');
    return {
      ok: false,
      message:
        messages.map(({ subject, message }) => `${subject}: ${message}`).join('; ') || 'nothing to check was found',
      problems: problems.filter(({ code }) => code !== 'nothing-found'),
    };
  }
  const inputs = [
    ...[...sources, ...sourcesOf(extra)].map(({ name, kind }) => ({ name, kind })),
    ...flagFiles.map(({ file }) => ({ name: file, kind: 'file' })),
  ];
  return { ok: true, inputs, nodes: machines, problems };
}

/** Each machine with the others beside it, so that what has to be the same on several can be compared. */
function besideOneAnother(machines: readonly AssembledMachine[]): readonly AssembledMachine[] {
  if (machines.length < 2) return machines;
  return machines.map((machine) => {
    const others = machines.filter((one) => one !== machine).map(({ node }) => node);
    return {
      ...machine,
      node: { ...machine.node, others },
      variants: machine.variants.map((variant) => ({ ...variant, node: { ...variant.node, others } })),
    };
  });
}

function filesOf(input: NodeInput): MachineFiles {
  return {
    read: (path) => {
      const result = input.view.readText(path);
      return result.ok ? result.text : undefined;
    },
    list: (path) => input.view.list(path),
    with: async (texts) =>
      (await assembleNode({ ...input, view: withTexts(withoutProcesses(input.view), texts) })).variants,
  };
}

/** What the cluster's objects hold is none of the machine's. */
function isEmpty({ components, kubeconfigs, files, cluster }: NodeModel): boolean {
  return (
    components.size === 0 &&
    kubeconfigs.size === 0 &&
    ![...files.values()].some(
      (file) => file.state === 'present' && file.pem.certificates.length > 0 && cluster?.files.has(file.path) !== true,
    )
  );
}
