/** Everything a node's files say is run: static pods, systemd units, and the kubelet where only its files are there. */
import { COMPONENT_NAMES } from '../model/component.ts';
import type { ComponentName, Notice } from '../model/component.ts';
import type { Version } from '../model/version.ts';
import { findDistribution } from './distributions/index.ts';
import { readFlagFile } from './flag-file.ts';
import { DEFAULT_MANIFESTS_PATH, readManifests } from './manifests.ts';
import { nodePathOfProcess } from './node-path.ts';
import { fileStem } from './file-name.ts';
import { componentsOfPod } from './pod-components.ts';
import type { FileReader } from './reader.ts';
import { isEnabled } from './systemd-unit.ts';
import { looseComponents, loosePods, withLooseUnits, withReportedVersion } from './loose/index.ts';
import { planKubeadm } from './kubeadm/plan.ts';
import { runningComponents } from './processes.ts';
import type { PlacedFile } from './layout.ts';
import type { Discovery, DiscoveryProblem, Invocation } from './types.ts';
import { componentsOfUnits, kubeletFromConfigFile, staticPodPathOf } from './unit-components.ts';

/** Flags of a component that the user gives, instead of those that its manifest or unit has. */
export interface FlagFile {
  readonly component: ComponentName;
  readonly file: string;
  readonly text: string;
}

export interface DiscoveryOptions {
  /** Where static pods are; undefined: where the kubelet's configuration says, else kubeadm's path. */
  readonly staticPodPath?: string;
  readonly flagFiles?: readonly FlagFile[];
  /** Files that the input holds by themselves: a kubeadm configuration is one. */
  readonly placed?: readonly PlacedFile[];
  /** Of lists of pods only those of this node count; undefined: all do. */
  readonly podsOfNode?: string;
  /** The version to take where a kubeadm configuration names none. */
  readonly kubernetesVersion?: Version;
}

/**
 * Finds the components of a node. Nothing is thrown for what a file holds: files that cannot be used are in
 * `problems`, doubtful configurations in `notices`.
 */
export function discoverComponents(files: FileReader, options: DiscoveryOptions = {}): Discovery {
  const placed = options.placed ?? [];
  const reader = withLooseUnits(files, placed);
  const units = componentsOfUnits(reader);
  const unitKubelet = [...units.invocations.values()].find(({ component }) => component === 'kubelet');
  const distribution = findDistribution(reader, placed);
  const started = distribution?.invocations ?? [];
  const kubelet =
    unitKubelet ??
    started.find(({ component }) => component === 'kubelet') ??
    kubeletFromConfigFile(reader, units.kubeletUnseen);
  const manifests = readStaticPods(reader, options.staticPodPath, kubelet);
  const refine = distribution?.refine ?? ((invocation: Invocation) => invocation);
  const listed = loosePods(reader, placed, options.podsOfNode);
  const pods = [...manifests.pods, ...listed.flatMap((one) => (one.ok ? [one.pod] : []))].map((pod) => {
    const found = componentsOfPod(pod);
    return { ...found, invocations: found.invocations.map(refine) };
  });

  const chosen = new Map<ComponentName, Invocation>();
  const notices: Notice[] = [
    ...units.notices,
    ...manifests.notices,
    ...pods.flatMap((pod) => pod.notices),
    ...(distribution?.notices ?? []),
  ];
  for (const component of COMPONENT_NAMES) {
    const ofComponent = (invocation: Invocation): boolean => invocation.component === component;
    const fromPods = pods.flatMap((pod) => pod.invocations.filter(ofComponent));
    const fromUnits = [...units.invocations].filter(([, invocation]) => ofComponent(invocation));
    const rivals = fromUnits.filter(([unit, { file }]) => isStarted(reader, unit, file, fromPods.length > 0));
    const candidates = [
      ...fromPods.sort((a, b) => rank(a) - rank(b)),
      ...rivals.map(([, invocation]) => invocation).sort((a, b) => rank(a) - rank(b)),
    ];
    const first = candidates[0] ?? (component === 'kubelet' ? kubelet : started.find(ofComponent));
    if (first === undefined) continue;
    chosen.set(component, first);
    if (candidates.length > 1) notices.push(duplicateNotice(first, candidates.slice(1)));
  }
  const kubeadm = planKubeadm(reader, placed, options.kubernetesVersion);
  const isPlan = kubeadm?.plan !== undefined && isBeforeKubeadm(reader, [...chosen.keys()]);
  if (isPlan) chosen.clear();
  const further = isPlan ? kubeadm.invocations : (kubeadm?.running ?? []);
  for (const invocation of further) {
    if (!chosen.has(invocation.component)) chosen.set(invocation.component, invocation);
  }
  const loose = looseComponents(reader, placed, isPlan ? new Map() : chosen);
  if (!isPlan) {
    const running = runningComponents(reader, chosen);
    for (const [component, invocation] of running.invocations) chosen.set(component, invocation);
    notices.push(...running.notices);
  }
  for (const [component, invocation] of loose.invocations) chosen.set(component, invocation);
  for (const flagFile of options.flagFiles ?? []) {
    chosen.set(flagFile.component, withFlagFile(flagFile, chosen.get(flagFile.component)));
  }
  const unrecognised = [...units.unrecognised, ...pods.flatMap((pod) => pod.unrecognised ?? [])];
  const problems: DiscoveryProblem[] = [
    ...units.problems,
    ...manifests.problems,
    ...unrecognised
      .filter(({ component }) => !chosen.has(component) || chosen.get(component)?.kind === 'config-file')
      .map(({ problem }) => problem),
    ...(kubeadm?.problems ?? []),
    ...(distribution?.problems ?? []),
    ...listed.flatMap((one) => (one.ok ? [] : [one.problem])),
    ...loose.problems,
  ];
  return {
    invocations: withReportedVersion(reader, placed, [...chosen.values()]),
    problems,
    notices,
    ...(distribution === undefined ? {} : { distribution }),
    ...(kubeadm === undefined && distribution === undefined
      ? {}
      : { texts: new Map([...(distribution?.texts ?? []), ...(kubeadm?.texts ?? [])]) }),
    ...(kubeadm?.plan === undefined ? {} : { kubeadm: kubeadm.plan }),
    ...(isPlan ? { isPlan } : {}),
  };
}

/** No component is configured, except for a kubelet that is installed and has not been given its configuration. */
function isBeforeKubeadm(reader: FileReader, found: readonly ComponentName[]): boolean {
  return found.length === 0 || (found.join() === 'kubelet' && !reader.readText('/var/lib/kubelet/config.yaml').ok);
}

/**
 * Whether a unit counts. A package may bring one that nobody starts (Debian's etcd-server does), so a packaged unit
 * counts when it is enabled, and beside a static pod any unit only then. The kubelet's always counts: without it there
 * is no node. Where no folder of the administrator's units is in the input, nothing speaks against it.
 */
function isStarted(reader: FileReader, unit: string, file: string, besidePod: boolean): boolean {
  if (unit === 'kubelet.service' || isEnabled(reader, unit)) return true;
  if (besidePod) return false;
  return file.startsWith('/etc/systemd/') || reader.list('/etc/systemd/system').length === 0;
}

function readStaticPods(
  reader: FileReader,
  given: string | undefined,
  kubelet: Invocation | undefined,
): ReturnType<typeof readManifests> {
  const configured = given ?? (kubelet === undefined ? undefined : staticPodPathOf(reader, kubelet));
  if (configured === undefined || configured === DEFAULT_MANIFESTS_PATH) {
    return readManifests(reader, DEFAULT_MANIFESTS_PATH);
  }
  const found = readManifests(reader, configured);
  if (given !== undefined || found.pods.length > 0 || reader.list(DEFAULT_MANIFESTS_PATH).length === 0) return found;
  const message = `The kubelet takes static pods from ${configured}, which holds none in this input; those in ${DEFAULT_MANIFESTS_PATH} are judged instead.`;
  const fallback = readManifests(reader, DEFAULT_MANIFESTS_PATH);
  return {
    ...fallback,
    problems: [
      { code: 'unreadable-file', subject: configured, file: configured, message },
      ...found.problems,
      ...fallback.problems,
    ],
  };
}

/** Files with the component's own name first: `kube-apiserver.yaml` before `kube-apiserver.yaml.bak`. */
function rank(invocation: Invocation): number {
  const { component, file } = invocation;
  const name = file.slice(file.lastIndexOf('/') + 1);
  const canonical = ['yaml', 'yml', 'json', 'manifest', 'service'].map((suffix) => `${component}.${suffix}`);
  const at = canonical.indexOf(name);
  if (at !== -1) return at;
  return canonical.length + (fileStem(file) === component ? 0 : 1);
}

function duplicateNotice(first: Invocation, others: readonly Invocation[]): Notice {
  const { component } = first;
  const files = [...new Set(others.map(({ file }) => file))];
  const listed = files.length > 5 ? `${files.slice(0, 5).join(', ')} and ${files.length - 5} more` : files.join(', ');
  const hint =
    first.kind === 'static-pod'
      ? ' The kubelet runs every file in its static pod directory whose name does not begin with a dot, whatever its suffix, so keep copies elsewhere.'
      : '';
  return {
    code: 'duplicate-manifest',
    subject: component,
    message: `${component} is run by ${first.file} and also by ${listed}. Which of them is in force is not known; ${first.file} is judged.${hint}`,
    file: files[0] ?? first.file,
  };
}

function withFlagFile({ component, file, text }: FlagFile, found: Invocation | undefined): Invocation {
  const base = found ?? {
    component,
    environment: [],
    sources: [],
    hostNetwork: true,
    nodePath: nodePathOfProcess(),
  };
  return {
    ...base,
    argv: readFlagFile(component, text, file),
    file,
    kind: 'flags',
    sources: [{ file, kind: 'flags' }, ...base.sources],
    commandLineSeen: true,
  };
}
