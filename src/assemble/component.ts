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
    configUnavailable: resolved.unreadable,
    commandLineSeen: invocation.commandLineSeen,
    startedAt: undefined,
    environment: new Map(environment.map(({ name, value }) => [name, value])),
    hostNetwork: invocation.hostNetwork,
    nodePath: invocation.nodePath,
  };
}
