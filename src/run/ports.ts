/** One run from inputs to the report on ports. */
import { listenersOf } from '../../checks/listeners/index.ts';
import { pluginsInObjects } from '../../checks/listeners/plugin-objects.ts';
import { networkPluginsOf } from '../discover/network-plugin.ts';
import type { PluginFiles } from '../discover/network-plugin.ts';
import { buildPortsReport } from '../engine/ports.ts';
import type { PortsInput, PortsMachine } from '../engine/ports.ts';
import { readFirewall } from '../firewall/read.ts';
import type { NodeModel } from '../model/node.ts';
import type { NetworkPluginFact, NetworkPluginName, PortsReport } from '../model/ports-report.ts';
import { readNamedFile } from '../source/named-file.ts';
import type { NamedFileAdvice, Stdin } from '../source/named-file.ts';
import type { Source } from '../source/source.ts';
import { assembleInputs, openAndAssemble } from './assemble.ts';
import type { AssembledInputs, AssembledMachine, AssembleOptions, FailedAssembly } from './assemble.ts';
import type { InputOptions } from './inputs.ts';
import { unique } from './problems.ts';

export interface PortsOptions extends Pick<AssembleOptions, 'at' | 'kubernetesVersion'> {
  /** `--cni`: beats what the files show. */
  readonly networkPlugin?: NetworkPluginName | 'none';
  /** What was saved of the node's firewall or of its sockets, and the name of its file. */
  readonly against?: { readonly file: string; readonly text: string };
}

export type PortsResult = { readonly ok: true; readonly report: PortsReport } | FailedAssembly;

/** The file that `--against` names, as text. */
export type AgainstResult =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string };

const ADVICE: NamedFileAdvice = {
  directory: 'name a file with what iptables-save, nft list ruleset or ss -lntup printed',
  'too-large': 'the table nat decides nothing here: give what `iptables-save -t filter` prints',
  archive: 'unpack it and name the file',
};

/** Reads the file, or standard input for `-`. */
export async function readAgainst(file: string, stdin: Stdin): Promise<AgainstResult> {
  const read = await readNamedFile(file, stdin, ADVICE);
  if (!read.ok) return read;
  return { ok: true, text: new TextDecoder().decode(read.data) };
}

/** Opens the inputs and tells what listens. Faults of the input are results; only a bug throws. */
export async function runPorts(options: PortsOptions & InputOptions): Promise<PortsResult> {
  const assembled = await openAndAssemble(options);
  return assembled.ok ? judgePorts(assembled, options) : assembled;
}

/** The same of sources that are open already. */
export async function portsOf(sources: readonly Source[], options: PortsOptions): Promise<PortsResult> {
  const assembled = await assembleInputs({ sources, extra: {}, flagFiles: [], problems: [] }, options);
  return assembled.ok ? judgePorts(assembled, options) : assembled;
}

function judgePorts({ inputs, nodes, problems }: AssembledInputs, options: PortsOptions): PortsResult {
  const { at, against } = options;
  const fail = (message: string): FailedAssembly => ({ ok: false, message, problems });
  const compared = against === undefined ? undefined : comparedWith(against);
  if (compared?.ok === false) return fail(compared.message);
  // Objects of a cluster are no machine, beside one that they speak of.
  const real = nodes.filter(({ node }) => node.layout !== 'cluster');
  const machines = real.length > 0 ? real : nodes;
  if (compared !== undefined && machines.length > 1) {
    return fail(`--against speaks of one node, and the inputs hold ${machines.length}: compare them one by one`);
  }
  const input: PortsInput = {
    at,
    inputs,
    machines: machines.map((machine) => portsMachine(machine, options)),
    problems: unique(problems),
    ...(compared === undefined ? {} : { against: compared.against }),
  };
  return { ok: true, report: buildPortsReport(input) };
}

function portsMachine({ node, files }: AssembledMachine, { networkPlugin }: PortsOptions): PortsMachine {
  const { networkPlugins, disagreement } = pluginsOn(node, files, networkPlugin);
  // A machine without a kubelet runs no pods, and no plugin for them.
  const runsNoPods = (node.live || node.layout === 'root') && !node.components.has('kubelet');
  const networkPluginSettled = networkPlugin !== undefined || networkPlugins.length > 0 || runsNoPods;
  const found = listenersOf(node, networkPluginSettled ? networkPlugins : undefined);
  const unknown =
    disagreement === undefined ? [] : [{ component: 'network plugin', kind: 'value' as const, message: disagreement }];
  return { node, ...found, unknown: [...found.unknown, ...unknown], networkPlugins, networkPluginSettled };
}

interface Plugins {
  readonly networkPlugins: readonly NetworkPluginFact[];
  /** Where the files of the node and the objects of its cluster name different ones. */
  readonly disagreement?: string;
}

/** `--cni`, then the file that the node's runtime reads, then the agents that an export shows. */
function pluginsOn(node: NodeModel, files: PluginFiles, option: PortsOptions['networkPlugin']): Plugins {
  if (option === 'none') return { networkPlugins: [] };
  const shown = node.cluster === undefined ? [] : pluginsInObjects(node.cluster);
  const byObjects = (name: NetworkPluginName): NetworkPluginFact['settings'] =>
    shown.some((one) => one.name === name) ? 'objects' : 'defaults';
  if (option !== undefined) {
    return { networkPlugins: [{ name: option, because: `--cni ${option}`, settings: byObjects(option) }] };
  }
  const written = networkPluginsOf(files).map((one) => ({ ...one, settings: byObjects(one.name) }));
  if (written.length === 0) return { networkPlugins: shown };
  const [first] = shown;
  const isSame = first === undefined || written.some(({ settings }) => settings === 'objects');
  return isSame
    ? { networkPlugins: written }
    : {
        networkPlugins: written,
        disagreement: `The node is configured for ${written.map(({ name }) => name).join(' and ')} (${written[0]?.because ?? ''}), and the export runs ${first.name} (${first.because}): what is told is that of the node, by defaults.`,
      };
}

type Compared =
  | { readonly ok: true; readonly against: NonNullable<PortsInput['against']> }
  | { readonly ok: false; readonly message: string };

function comparedWith({ file, text }: NonNullable<PortsOptions['against']>): Compared {
  const read = readFirewall(text);
  if (read.ok) return { ok: true, against: { file, read: read.firewall } };
  const line = read.line === undefined ? '' : `:${read.line}`;
  return { ok: false, message: `${file}${line}: ${read.message}` };
}
