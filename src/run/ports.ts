/** One run from inputs to the report on ports. */
import { listenersOf } from '../../checks/listeners/index.ts';
import { networkPluginsOf } from '../discover/network-plugin.ts';
import { buildPortsReport } from '../engine/ports.ts';
import type { PortsInput, PortsMachine } from '../engine/ports.ts';
import { readFirewall } from '../firewall/read.ts';
import type { NetworkPluginName, PortsReport } from '../model/ports-report.ts';
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
  if (compared !== undefined && nodes.length > 1) {
    return fail(`--against speaks of one node, and the inputs hold ${nodes.length}: compare them one by one`);
  }
  const input: PortsInput = {
    at,
    inputs,
    machines: nodes.map((machine) => portsMachine(machine, options)),
    problems: unique(problems),
    ...(compared === undefined ? {} : { against: compared.against }),
  };
  return { ok: true, report: buildPortsReport(input) };
}

function portsMachine({ node, files }: AssembledMachine, { networkPlugin }: PortsOptions): PortsMachine {
  const networkPlugins =
    networkPlugin === undefined
      ? networkPluginsOf(files)
      : networkPlugin === 'none'
        ? []
        : [{ name: networkPlugin, because: `--cni ${networkPlugin}` }];
  // A machine without a kubelet runs no pods, and no plugin for them.
  const runsNoPods = (node.live || node.layout === 'root') && !node.components.has('kubelet');
  const networkPluginSettled = networkPlugin !== undefined || networkPlugins.length > 0 || runsNoPods;
  return {
    node,
    ...listenersOf(node, networkPluginSettled ? networkPlugins : undefined),
    networkPlugins,
    networkPluginSettled,
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
