/** An invocation under one version -> a component with its settings in force. */
import { resolveSettings } from '../config/settings.ts';
import type { Invocation } from '../discover/types.ts';
import type { NodeView } from '../discover/view.ts';
import type { Component } from '../model/component.ts';
import type { Version } from '../model/version.ts';
import { readConfigFiles } from './config-files.ts';

/** @param assumed whether the version is one of several that it may be */
export function assembleComponent(
  view: NodeView,
  invocation: Invocation,
  version: Version,
  assumed: boolean,
): Component {
  const { component, argv, environment } = invocation;
  const { files, sources } = readConfigFiles(view, invocation, version);
  const resolved = resolveSettings({ component, version, arguments: argv, environment, configFiles: files });
  return {
    name: component,
    version,
    versionAssumed: assumed,
    sources: [...invocation.sources, ...sources],
    settings: resolved.settings,
    notices: resolved.notices,
    usesConfigFile: resolved.usesConfigFile,
    configUnavailable: resolved.unreadable,
    commandLineSeen: invocation.commandLineSeen,
    startedAt: undefined,
    environment: new Map(environment.map(({ name, value }) => [name, value])),
    hostNetwork: invocation.hostNetwork,
    nodePath: invocation.nodePath,
  };
}
