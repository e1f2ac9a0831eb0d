/** The processes that run, where the input shows /proc (proc(5)): what is in force, whatever the files say by now. */
import type { ComponentName, Notice } from '../model/component.ts';
import { COMPONENT_NAMES } from '../model/component.ts';
import type { EnvironmentVariable } from '../config/command-line.ts';
import { DROP_IN_VARIABLE } from '../config/drop-in.ts';
import { componentOfProgram, findComponent } from './command.ts';
import { nodePathOfProcess } from './node-path.ts';
import { isAbsent } from './reader.ts';
import type { FileReader } from './reader.ts';
import type { Argument, Invocation, Unseen } from './types.ts';

/** A running process of a component. */
interface Process {
  readonly pid: number;
  readonly component: ComponentName;
  /** `/proc/<pid>/cmdline`. */
  readonly file: string;
  readonly argv: readonly Argument[];
  /** Why its environment could not be read; undefined where it was. */
  readonly environmentUnread: string | undefined;
  readonly environment: readonly EnvironmentVariable[];
  readonly startedAt: Date | undefined;
  readonly inContainer: boolean;
}

export interface RunningComponents {
  /** What runs, by component; components without a process are as they were. */
  readonly invocations: ReadonlyMap<ComponentName, Invocation>;
  readonly notices: readonly Notice[];
}

/** Hyperkube is many programs, and its first word says which it is here. */
const MULTIPLEXERS: ReadonlySet<string> = new Set(['hyperkube']);

/** Units of start times in /proc/<pid>/stat: sysconf(_SC_CLK_TCK), 100 on every architecture that Kubernetes runs on. */
const TICKS_PER_SECOND = 100;

/** Fields of proc_pid_stat(5) after the name, which ends at the last bracket: `state` is the third, `starttime` 22nd. */
const FIRST_FIELD = 3;
const START_TIME_FIELD = 22;

/**
 * Puts what runs in the place of what is configured. Files that a process opens are found as its manifest mounts them.
 * Threads, kernel threads, wrappers and programs that only have a component's name among their words are none.
 * @param configured what manifests and units say
 */
export function runningComponents(
  reader: FileReader,
  configured: ReadonlyMap<ComponentName, Invocation>,
): RunningComponents {
  const processes = readProcesses(reader);
  const invocations = new Map(configured);
  const notices: Notice[] = [];
  for (const component of COMPONENT_NAMES) {
    const base = configured.get(component);
    const own = processes.filter((one) => one.component === component && isOfNode(one, base));
    const [chosen, ...others] =
      base === undefined ? own : own.toSorted((a, b) => likeness(b, base) - likeness(a, base));
    if (chosen === undefined) continue;
    invocations.set(component, running(chosen, base));
    if (others.length > 0) notices.push(severalProcesses(chosen, others, base));
  }
  return { invocations, notices };
}

/**
 * Whether a process can be what the node's files start. One in a container that no manifest starts is of a pod that the
 * API has (kube-proxy's DaemonSet) or of a cluster that runs in containers: the files it names are not the node's.
 */
function isOfNode({ inContainer }: Process, base: Invocation | undefined): boolean {
  return !inContainer || (base !== undefined && base.kind !== 'systemd-unit' && base.component !== 'kubelet');
}

/** What of a process decides what it runs with. */
export type RunningProcess = Pick<
  Process,
  'component' | 'file' | 'argv' | 'environment' | 'environmentUnread' | 'startedAt'
>;

/** A process in the place of what its manifest or unit says; the files that it opens are found as that one mounts them. */
export function running(process: RunningProcess, configured: Invocation | undefined): Invocation {
  const { component, file, argv, environment, environmentUnread, startedAt } = process;
  const base = configured ?? { component, sources: [], hostNetwork: true, nodePath: nodePathOfProcess() };
  // Only etcd takes settings from its environment.
  const unseen: Unseen | undefined =
    environmentUnread === undefined || component !== 'etcd' ? undefined : { part: 'some', reason: environmentUnread };
  return {
    component,
    hostNetwork: base.hostNetwork,
    nodePath: base.nodePath,
    ...(configured?.image === undefined ? {} : { image: configured.image }),
    ...(configured?.imageVersion === undefined ? {} : { imageVersion: configured.imageVersion }),
    // The kubelet probes the pod that it started: with other words than the manifest's by now, its probes are others too.
    ...(configured?.probes === undefined || !sameWords(argv, configured.argv) ? {} : { probes: configured.probes }),
    ...(configured?.configFile === undefined ? {} : { configFile: configured.configFile }),
    argv,
    environment: [
      ...(environmentUnread === undefined ? environment : (configured?.environment ?? [])),
      ...impliedVariables(process),
    ],
    file,
    kind: 'process',
    sources: [{ file, kind: 'process' }, ...base.sources],
    commandLineSeen: unseen === undefined,
    ...(unseen === undefined ? {} : { unseen }),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(configured?.commandLineSeen === true ? { configured } : {}),
  };
}

/** A kubelet of 1.28 or 1.29 that runs with --config-dir was given what it demands for it, shown or not. */
function impliedVariables({ component, argv }: RunningProcess): readonly EnvironmentVariable[] {
  return component === 'kubelet' && argv.some(({ text }) => /^--config[-_]dir(=|$)/.test(text))
    ? [{ name: DROP_IN_VARIABLE, value: '' }]
    : [];
}

function sameWords(running: readonly Argument[], configured: readonly Argument[]): boolean {
  return running.length === configured.length && running.every(({ text }, index) => text === configured[index]?.text);
}

/** How many words of a process are those that its manifest or unit gives. */
function likeness({ argv }: Process, { argv: wanted }: Invocation): number {
  const words = new Set(wanted.map(({ text }) => text));
  return argv.filter(({ text }) => words.has(text)).length;
}

function severalProcesses(chosen: Process, others: readonly Process[], base: Invocation | undefined): Notice {
  const pids = others.map(({ pid }) => String(pid)).join(', ');
  const why = base === undefined ? 'the first is judged' : `the one most like ${base.file} is judged`;
  return {
    code: 'duplicate-manifest',
    subject: chosen.component,
    message: `${chosen.component} runs as process ${chosen.pid} and also as ${pids}; ${why}, process ${chosen.pid}.`,
    file: chosen.file,
  };
}

function readProcesses(reader: FileReader): readonly Process[] {
  const pids = reader
    .list('/proc')
    .filter((name) => /^[1-9]\d{0,9}$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
  const found = pids.flatMap((pid) => {
    const program = programOf(reader, pid);
    return program === undefined ? [] : [{ pid, ...program }];
  });
  if (found.length === 0) return [];
  const bootedAt = bootTime(reader);
  return found.map(({ pid, component, argv }): Process => {
    const file = commandLineOf(pid);
    const environ = reader.readText(`/proc/${pid}/environ`);
    return {
      pid,
      component,
      file,
      argv,
      environmentUnread:
        environ.ok || isAbsent(environ.reason)
          ? undefined
          : `the environment of process ${pid} may not be read: run as root`,
      environment: environ.ok ? variables(environ.text, `/proc/${pid}/environ`) : [],
      startedAt: startTime(reader, pid, bootedAt),
      inContainer: isInContainer(reader, pid),
    };
  });
}

function commandLineOf(pid: number): string {
  return `/proc/${pid}/cmdline`;
}

/** The component that a process is, by the name of its program, and its words; undefined for every other process. */
function programOf(
  reader: FileReader,
  pid: number,
): { readonly component: ComponentName; readonly argv: readonly Argument[] } | undefined {
  const file = commandLineOf(pid);
  const read = reader.readText(file);
  if (!read.ok) return undefined;
  const words = read.text.split('\0');
  // Every word ends in NUL, the last one too.
  if (words.at(-1) === '') words.pop();
  const [program = '', ...rest] = words;
  const name = program.slice(program.lastIndexOf('/') + 1);
  if (componentOfProgram(name) === undefined && !MULTIPLEXERS.has(name)) return undefined;
  const search = findComponent(
    [name, ...rest].map((text) => ({ text, position: { file } })),
    [],
  );
  if (search.kind !== 'found' || isQuestion(search.argv)) return undefined;
  return { component: search.component, argv: search.argv };
}

/** Somebody asks a program for its version or its help, and it ends. */
function isQuestion(argv: readonly Argument[]): boolean {
  return argv.length === 1 && /^--?(?:version|help|h)\b/.test(argv[0]?.text ?? '');
}

/** Control groups of containers as their runtimes name them; cgroups(7), /proc/<pid>/cgroup. */
const CONTAINER_GROUP = /kubepods|\/docker\/|(?:docker|cri-containerd|crio|libpod|nerdctl)-[0-9a-f]{12}|\/lxc[./]/;

function isInContainer(reader: FileReader, pid: number): boolean {
  const groups = reader.readText(`/proc/${pid}/cgroup`);
  return groups.ok && CONTAINER_GROUP.test(groups.text);
}

function variables(text: string, file: string): readonly EnvironmentVariable[] {
  return text.split('\0').flatMap((word) => {
    const equals = word.indexOf('=');
    return equals <= 0 ? [] : [{ name: word.slice(0, equals), value: word.slice(equals + 1), position: { file } }];
  });
}

/** When the machine booted: `btime` of proc_stat(5), seconds since 1970. */
function bootTime(reader: FileReader): number | undefined {
  const stat = reader.readText('/proc/stat');
  const seconds = stat.ok ? /^btime (\d{1,12})$/m.exec(stat.text)?.[1] : undefined;
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

function startTime(reader: FileReader, pid: number, bootedAt: number | undefined): Date | undefined {
  const stat = reader.readText(`/proc/${pid}/stat`);
  if (!stat.ok || bootedAt === undefined) return undefined;
  // The name may hold spaces and brackets.
  const fields = stat.text.slice(stat.text.lastIndexOf(')') + 2).split(' ');
  const ticks = fields[START_TIME_FIELD - FIRST_FIELD] ?? '';
  return /^\d{1,15}$/.test(ticks) ? new Date(bootedAt + (Number(ticks) / TICKS_PER_SECOND) * 1000) : undefined;
}
