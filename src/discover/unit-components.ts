/** The components among a node's systemd units, and the kubelet, which is nearly always one of them. */
import type { ComponentName, ComponentSource, Notice } from '../model/component.ts';
import { parseVersion } from '../model/version.ts';
import { asMapping, asText, readYaml } from '../text/yaml.ts';
import { componentOfProgram, findComponent } from './command.ts';
import type { FoundCommand } from './command.ts';
import { kubeletDropIns } from './drop-ins.ts';
import { nodePathOfProcess } from './node-path.ts';
import { isAbsent, unlistable } from './reader.ts';
import type { FileReader } from './reader.ts';
import { readService } from './systemd-service.ts';
import type { Service } from './systemd-service.ts';
import { readEnvironmentFile, splitWords } from './systemd-syntax.ts';
import { loadUnit, UNIT_DIRECTORIES } from './systemd-unit.ts';
import type { Unit } from './systemd-unit.ts';
import type { Argument, DiscoveryProblem, Invocation } from './types.ts';

/** kubeadm's paths for the kubelet (k8s.io/kubernetes cmd/kubeadm/app/constants). */
const KUBELET_UNIT = 'kubelet.service';
const KUBELET_CONFIG = '/var/lib/kubelet/config.yaml';
const KUBEADM_FLAGS = '/var/lib/kubelet/kubeadm-flags.env';
const KUBEADM_FLAGS_VARIABLE = 'KUBELET_KUBEADM_ARGS';

/** Far more than a node has; bounds what a hostile input costs. */
const MAX_UNITS = 50;

export interface UnitComponents {
  /** By unit name. */
  readonly invocations: ReadonlyMap<string, Invocation>;
  readonly problems: readonly DiscoveryProblem[];
  readonly notices: readonly Notice[];
  /** Units that are a component's by their name, and whose command was not recognised. */
  readonly unrecognised: readonly { readonly component: ComponentName; readonly problem: DiscoveryProblem }[];
  /** Why the kubelet's unit is not known as a whole; undefined when it was read, and when the input has none. */
  readonly kubeletUnseen: string | undefined;
}

/** Reads the units whose names are those of Kubernetes' programs (`kubelet.service`, `etcd.service`, ...). */
export function componentsOfUnits(reader: FileReader): UnitComponents {
  const invocations = new Map<string, Invocation>();
  const problems: DiscoveryProblem[] = [];
  const notices: Notice[] = [];
  const unrecognised: { component: ComponentName; problem: DiscoveryProblem }[] = [];
  let kubeletUnseen: string | undefined;
  for (const directory of UNIT_DIRECTORIES) {
    const failure = unlistable(reader, directory);
    if (failure === undefined) continue;
    kubeletUnseen ??= failure;
    const message = `${directory} cannot be listed, so the units in it are not known: ${failure}`;
    problems.push({ code: 'unreadable-file', subject: directory, file: directory, message });
  }
  const names = unitNames(reader);
  if (names.length > MAX_UNITS) {
    const message = `There are more than ${MAX_UNITS} units of Kubernetes' names; the rest were not read.`;
    problems.push({ code: 'limit-reached', subject: 'systemd', message });
  }
  for (const name of names.slice(0, MAX_UNITS)) {
    const unit = loadUnit(reader, name);
    if (unit === undefined || unit.masked || isAlias(unit)) continue;
    if (name === KUBELET_UNIT) kubeletUnseen = unit.unseen;
    const result = readUnit(reader, unit);
    const isComponents = componentOfProgram(name.replace(/\.service$/, '')) !== undefined;
    // A broken unit of some other program is not this tool's business.
    if (result.invocation !== undefined || isComponents) {
      problems.push(...result.problems);
      notices.push(...result.notices);
    }
    if (result.invocation !== undefined) invocations.set(name, result.invocation);
    const { missing } = result;
    if (missing !== undefined) unrecognised.push(missing);
  }
  return { invocations: withKubeletByFiles(reader, invocations), problems, notices, unrecognised, kubeletUnseen };
}

/**
 * Where another command than the one that was read may be in force, what kubeadm's files tell of the kubelet says more:
 * the unit by itself starts it without a single flag.
 */
function withKubeletByFiles(
  reader: FileReader,
  invocations: ReadonlyMap<string, Invocation>,
): ReadonlyMap<string, Invocation> {
  const byUnit = invocations.get(KUBELET_UNIT);
  const byFiles = byUnit?.unseen?.part === 'all' ? kubeletFromConfigFile(reader, byUnit.unseen.reason) : undefined;
  return byFiles === undefined ? invocations : new Map([...invocations, [KUBELET_UNIT, byFiles]]);
}

function unitNames(reader: FileReader): readonly string[] {
  const names = new Set<string>();
  for (const directory of UNIT_DIRECTORIES) {
    for (const entry of reader.list(directory)) {
      // A folder of drop-ins tells of a unit whose own file may be elsewhere.
      const name = entry.replace(/\.d$/, '');
      if (!name.endsWith('.service') || name.endsWith('@.service')) continue;
      if (/kube|etcd|cloud-controller-manager/.test(name)) names.add(name);
    }
  }
  // Those whose names are exact go first, so that a limit cannot push them out.
  const isExact = (name: string): boolean => componentOfProgram(name.replace(/\.service$/, '')) !== undefined;
  return [...names].sort((a, b) => Number(isExact(b)) - Number(isExact(a)) || (a < b ? -1 : 1));
}

/** A unit's file that is a link to a unit of another name: the same unit, read under that name. */
function isAlias({ name, realPath }: Unit): boolean {
  if (realPath === undefined) return false;
  const target = realPath.slice(realPath.lastIndexOf('/') + 1);
  return target !== name && UNIT_DIRECTORIES.some((directory) => realPath === `${directory}/${target}`);
}

interface UnitResult {
  readonly invocation: Invocation | undefined;
  readonly problems: readonly DiscoveryProblem[];
  readonly notices: readonly Notice[];
  readonly missing: { readonly component: ComponentName; readonly problem: DiscoveryProblem } | undefined;
}

function readUnit(reader: FileReader, unit: Unit): UnitResult {
  const service = readService(reader, unit);
  const notices: Notice[] = [...service.notices];
  const file = unit.file ?? unit.dropIns[0] ?? unit.name;
  let invocation: Invocation | undefined;
  let unclear: string | undefined;
  for (const { words, takesWords } of service.commands) {
    const search = findComponent(words, service.environment);
    if (search.kind === 'unclear') unclear = search.message;
    if (search.kind !== 'found') continue;
    notices.push(...search.notices);
    invocation = {
      component: search.component,
      argv: search.argv,
      environment: search.environment,
      file,
      kind: 'systemd-unit',
      sources: sourcesOf(unit, service.environmentFiles, file),
      ...seenOf(unit, service, search, takesWords),
      ...versionOfProgram(search.component, words),
      hostNetwork: true,
      nodePath: nodePathOfProcess(service.workingDirectory),
    };
  }
  const component = componentOfProgram(unit.name.replace(/\.service$/, ''));
  const problem: DiscoveryProblem = {
    code: 'unrecognised-command',
    subject: unit.name,
    ...(service.commands[0]?.words[0]?.position ?? { file }),
    message: `What ${unit.name} runs was not recognised${unclear === undefined ? '' : `: ${unclear}`}. Give the flags with --flags ${component ?? 'COMPONENT'}=FILE.`,
  };
  return {
    invocation,
    problems: service.problems,
    notices,
    missing: invocation === undefined && component !== undefined ? { component, problem } : undefined,
  };
}

/** The version in a program's path, as minikube and others install it: /var/lib/minikube/binaries/v1.34.2/kubelet. */
function versionOfProgram(component: ComponentName, words: readonly Argument[]): Pick<Invocation, 'imageVersion'> {
  const program = words.find(({ text }) => componentOfProgram(text) === component)?.text ?? '';
  const segment = program.split('/').find((one) => /^v?1\.\d{1,2}\.\d{1,2}(?:[-+].{0,40})?$/.test(one));
  const version = segment === undefined || component === 'etcd' ? undefined : parseVersion(segment);
  return version === undefined ? {} : { imageVersion: version };
}

/** Whether the command line is known as a whole. */
function seenOf(
  unit: Unit,
  service: Service,
  search: FoundCommand,
  takesWords: boolean,
): Pick<Invocation, 'commandLineSeen' | 'unseen'> {
  if (unit.unseen !== undefined) return { commandLineSeen: false, unseen: { part: 'all', reason: unit.unseen } };
  // etcd takes settings from its environment, the others only what their command line quotes of it.
  const hidden = takesWords || search.component === 'etcd' ? service.environmentUnseen : undefined;
  const unseen =
    search.unseen ?? (hidden === undefined ? flagless(unit, search) : { part: 'some' as const, reason: hidden });
  return unseen === undefined ? { commandLineSeen: true } : { commandLineSeen: false, unseen };
}

/**
 * A kubelet without a kubeconfig joins no cluster, and packages ship such a unit (`ExecStart=/usr/bin/kubelet`) for a
 * drop-in to complete: on a control-plane node the rest of its command is not in the input.
 */
function flagless(unit: Unit, { component, argv }: FoundCommand): Invocation['unseen'] {
  if (component !== 'kubelet') return undefined;
  const isGiven = argv.some(({ text, unknown }) => unknown !== undefined || /^--?(?:kube)?config(?:=|$)/.test(text));
  if (isGiven) return undefined;
  return {
    part: 'all',
    reason: `${unit.name} gives the kubelet neither --config nor --kubeconfig, so a drop-in or a file of variables that adds them is missing`,
  };
}

function sourcesOf(unit: Unit, environmentFiles: readonly string[], first: string): readonly ComponentSource[] {
  const unitFiles = [...(unit.file === undefined ? [] : [unit.file]), ...unit.dropIns];
  const sources: ComponentSource[] = [{ file: first, kind: 'systemd-unit' }];
  for (const file of unitFiles) if (file !== first) sources.push({ file, kind: 'systemd-unit' });
  for (const file of new Set(environmentFiles)) sources.push({ file, kind: 'environment-file' });
  return sources;
}

/**
 * The kubelet of a node whose units are not in the input: what kubeadm's files tell of it. Flags of the unit that
 * would beat the config file are unknown.
 * @param unseen why its unit is not known; undefined: the input has none
 * @returns undefined without kubeadm's config file: nothing is known then
 */
export function kubeletFromConfigFile(reader: FileReader, unseen?: string): Invocation | undefined {
  const config = reader.readText(KUBELET_CONFIG);
  if (!config.ok && isAbsent(config.reason)) return undefined;
  const argv: Argument[] = [{ text: `--config=${KUBELET_CONFIG}`, position: { file: KUBELET_CONFIG }, implied: true }];
  const sources: ComponentSource[] = [{ file: KUBELET_CONFIG, kind: 'config-file' }];
  const flags = reader.readText(KUBEADM_FLAGS);
  if (flags.ok) {
    sources.push({ file: KUBEADM_FLAGS, kind: 'environment-file' });
    const assignment = readEnvironmentFile(flags.text).findLast(({ name }) => name === KUBEADM_FLAGS_VARIABLE);
    const value = assignment?.value;
    for (const { text, offset } of splitWords(value?.text ?? '', { escapes: 'literal', relaxed: true }).words) {
      argv.push({ text, position: { file: KUBEADM_FLAGS, line: value?.lineAt(offset) ?? 1 } });
    }
  }
  return {
    component: 'kubelet',
    argv,
    environment: [],
    file: KUBELET_CONFIG,
    kind: 'config-file',
    sources,
    commandLineSeen: false,
    ...(unseen === undefined ? {} : { unseen: { part: 'some', reason: unseen } }),
    hostNetwork: true,
    nodePath: nodePathOfProcess(),
  };
}

/**
 * Where the kubelet looks for static pods, as its flag or its config file (with drop-ins) says; undefined when
 * neither does.
 */
export function staticPodPathOf(reader: FileReader, kubelet: Invocation): string | undefined {
  const flag = (name: string): string | undefined => {
    let value: string | undefined;
    kubelet.argv.forEach(({ text, unknown }, index) => {
      if (unknown !== undefined) return;
      const equals = text.indexOf('=');
      const written = (equals === -1 ? text : text.slice(0, equals)).replaceAll('_', '-');
      if (written === `--${name}`) value = equals === -1 ? kubelet.argv[index + 1]?.text : text.slice(equals + 1);
    });
    return value === '' ? undefined : value;
  };
  const nodePath = (path: string): string => {
    const result = kubelet.nodePath(path);
    return 'path' in result ? result.path : path;
  };
  const direct = flag('pod-manifest-path');
  if (direct !== undefined) return nodePath(direct);
  const config = flag('config');
  const directory = flag('config-dir');
  const files = config === undefined ? [] : [nodePath(config)];
  if (directory !== undefined && directory !== '') {
    const folder = `${nodePath(directory)}${directory.endsWith('/') ? '/' : ''}`;
    for (const entry of kubeletDropIns(reader, folder)) if ('file' in entry) files.push(entry.file);
  }
  let path: string | undefined;
  for (const file of files) {
    const read = reader.readText(file);
    const yaml = read.ok ? readYaml(read.text) : undefined;
    const root = yaml?.ok === true ? asMapping(yaml.documents[0]?.value) : undefined;
    const value = asText(root?.staticPodPath);
    if (value !== undefined && value !== '') path = nodePath(value);
  }
  return path;
}
