/** An invocation under one version -> a component with its settings in force. */
import { gateFaults } from '../config/feature-gates.ts';
import type { WrittenGates } from '../config/feature-gates.ts';
import { resolveSettings } from '../config/settings.ts';
import type { ResolvedSettings } from '../config/settings.ts';
import type { Invocation, Unseen } from '../discover/types.ts';
import { linkOutOfContainer } from '../discover/container-link.ts';
import type { NodeView } from '../discover/view.ts';
import type { ChangedFile, Component, ComponentName, ComponentSource, Notice } from '../model/component.ts';
import type { Setting } from '../model/setting.ts';
import type { Version } from '../model/version.ts';
import { readConfigFiles } from './config-files.ts';
import { filesNamed, KUBECONFIG_SETTINGS, PEM_SETTINGS } from './files.ts';

export interface Settling {
  readonly version: Version;
  /** Whether the version is one of several that it may be. */
  readonly assumed: boolean;
  /** What discovery noticed about the component. */
  readonly notices: readonly Notice[];
}

/** Settles what is in force for an invocation. */
export function assembleComponent(view: NodeView, invocation: Invocation, settling: Settling): Component {
  const { version, assumed } = settling;
  const { component, argv, environment, unseen } = invocation;
  const { files, sources } = readConfigFiles(view, invocation, version);
  const resolved = resolveSettings({ component, version, arguments: argv, environment, configFiles: files });
  return {
    name: component,
    version,
    versionAssumed: assumed,
    sources: [...invocation.sources, ...sources],
    settings: unseen === undefined ? resolved.settings : withUnseen(unseen, invocation, resolved),
    notices: [...settling.notices, ...resolved.notices, ...gateNotices(invocation, version, resolved.settings)],
    usesConfigFile: resolved.usesConfigFile,
    configUnavailable: resolved.unreadable,
    commandLineSeen: invocation.commandLineSeen,
    ...(unseen === undefined ? {} : { unseen: unseen.reason }),
    startedAt: invocation.startedAt,
    changedSinceStart: changedSinceStart(view, sources, invocation.startedAt),
    environment: new Map(
      environment.flatMap(({ name, value, unknown }) => (unknown === undefined ? [[name, value]] : [])),
    ),
    ...(invocation.probes === undefined ? {} : { probes: invocation.probes }),
    ...(invocation.runAsUser === undefined ? {} : { runAsUser: invocation.runAsUser }),
    hostNetwork: invocation.hostNetwork,
    nodePath: invocation.nodePath,
    danglingLinks: danglingLinks(view, invocation, resolved.settings),
  };
}

/**
 * What a command line that is not known as a whole leaves open: everything, where another one may be in force; else what
 * it does not set. A config file decides the rest, as nearly nobody contradicts it by a flag.
 */
function withUnseen(
  { part, reason }: Unseen,
  { file }: Invocation,
  { settings, usesConfigFile }: ResolvedSettings,
): Component['settings'] {
  return new Map(
    [...settings].map(([name, setting]): [string, Setting] => {
      const isOpen = part === 'all' || (setting.origin === 'default' && !usesConfigFile);
      return [
        name,
        isOpen && setting.unknown === undefined ? { file, ...setting, value: null, unknown: reason } : setting,
      ];
    }),
  );
}

/** The component reads its config files when it starts; whoever changes one afterwards sees nothing of it. */
function changedSinceStart(
  view: NodeView,
  sources: readonly ComponentSource[],
  startedAt: Date | undefined,
): readonly ChangedFile[] {
  if (startedAt === undefined) return [];
  return sources.flatMap(({ file }) => {
    const stat = view.stat(file);
    const changedAt = stat.ok ? stat.metadata.modifiedAt : undefined;
    return changedAt !== undefined && changedAt > startedAt ? [{ file, changedAt }] : [];
  });
}

/** The files that settings name and that the container cannot open, because a link leads out of what it mounts. */
function danglingLinks(
  view: NodeView,
  { component, nodePath }: Invocation,
  settings: Component['settings'],
): ReadonlyMap<string, string> {
  return new Map(
    filesNamed(settings, [...PEM_SETTINGS[component], ...KUBECONFIG_SETTINGS]).flatMap((path) => {
      const target = linkOutOfContainer(view, nodePath, path);
      return target === undefined ? [] : [[path, target] as const];
    }),
  );
}

/** Components whose feature gates are those of kubernetes/pkg/features. */
const WITH_GATES: readonly ComponentName[] = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubelet'];

/** Feature gates with which the component does not start. */
function gateNotices(
  { component, argv }: Invocation,
  version: Version,
  settings: Component['settings'],
): readonly Notice[] {
  const setting = settings.get('feature-gates');
  const written = setting?.value;
  if (setting === undefined || typeof written !== 'object' || written === null || Array.isArray(written)) return [];
  // The gates are then those of the version that is emulated.
  const emulates = argv.some(({ text }) => /^--emulated[-_]version\b/.test(text));
  if (emulates || !WITH_GATES.includes(component)) return [];
  const { label, file, line } = setting;
  return gateFaults(written as WrittenGates, version).map((fault) => ({
    code: 'invalid-value',
    subject: label,
    message: `${label}: ${fault}`,
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
  }));
}
