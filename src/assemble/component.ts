/** An invocation under one version -> a component with its settings in force. */
import { resolveSettings } from '../config/settings.ts';
import type { Invocation } from '../discover/types.ts';
import type { NodeView } from '../discover/view.ts';
import type { Component, Notice } from '../model/component.ts';
import type { Version } from '../model/version.ts';
import { readConfigFiles } from './config-files.ts';

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
  const { component, argv, environment } = invocation;
  const { files, sources } = readConfigFiles(view, invocation, version);
  const resolved = resolveSettings({ component, version, arguments: argv, environment, configFiles: files });
  return {
    name: component,
    version,
    versionAssumed: assumed,
    sources: [...invocation.sources, ...sources],
    settings: resolved.settings,
    notices: [...settling.notices, ...resolved.notices],
    usesConfigFile: resolved.usesConfigFile,
    configUnavailable: resolved.unreadable ?? hiddenSetting(invocation, resolved.settings),
    commandLineSeen: invocation.commandLineSeen,
    startedAt: undefined,
    environment: new Map(environment.map(({ name, value }) => [name, value])),
    hostNetwork: invocation.hostNetwork,
    nodePath: invocation.nodePath,
  };
}

/** etcd reads a setting from a variable that the manifest fills from a Secret or a field of the pod: nobody sees it. */
function hiddenSetting(invocation: Invocation, settings: Component['settings']): Component['configUnavailable'] {
  if (invocation.component !== 'etcd') return undefined;
  const hidden = invocation.unknownEnvironment.find(({ name }) => {
    const flag = /^ETCD_(.+)$/.exec(name)?.[1]?.toLowerCase().replaceAll('_', '-');
    return flag !== undefined && settings.get(flag)?.origin === 'default';
  });
  if (hidden === undefined) return undefined;
  const { name, position } = hidden;
  return {
    file: position?.file ?? invocation.file,
    message: `${name} is set from something that the file does not show`,
  };
}
