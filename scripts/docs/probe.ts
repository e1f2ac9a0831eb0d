/** What a path says of inputs that hold nothing of it: asked of the path itself, so that its page cannot differ. */
import { COMPONENT_NAMES } from '../../src/model/component.ts';
import type { Component, ComponentName } from '../../src/model/component.ts';
import { NO_APISERVER_FILES } from '../../src/model/node.ts';
import type { LayoutKind, NodeModel } from '../../src/model/node.ts';
import type { Applicability, PathDefinition } from '../../src/model/path.ts';
import { DEFAULT_THRESHOLDS } from '../../src/run/thresholds.ts';

export interface Absence {
  readonly situation: string;
  readonly outcome: Exclude<Applicability, { readonly kind: 'applies' }>;
}

function component(name: ComponentName): Component {
  return {
    name,
    version: { major: 1, minor: 36 },
    versionAssumed: false,
    sources: [],
    settings: new Map(),
    notices: [],
    usesConfigFile: true,
    configUnavailable: undefined,
    commandLineSeen: true,
    startedAt: undefined,
    environment: new Map(),
    hostNetwork: true,
    nodePath: (path) => ({ path }),
  };
}

function node(layout: LayoutKind, live: boolean, components: readonly ComponentName[]): NodeModel {
  return {
    name: 'node',
    layout,
    live,
    inputs: ['input'],
    components: new Map(components.map((name) => [name, component(name)])),
    configured: new Map(),
    kubeconfigs: new Map(),
    files: new Map(),
    ...NO_APISERVER_FILES,
    notices: [],
    unread: [],
    at: new Date(0),
    thresholds: DEFAULT_THRESHOLDS,
  };
}

const SITUATIONS: readonly (readonly [situation: string, node: NodeModel])[] = [
  ['Single files that do not concern this path', node('files', false, [])],
  ['A whole machine without the components of this path', node('root', true, [])],
  ['Every component is there, with no flag set', node('root', true, COMPONENT_NAMES)],
];

/** The situations in which the path does not apply or cannot be assessed, each outcome once. */
export function absences(path: PathDefinition): readonly Absence[] {
  const found = new Map<string, Absence[]>();
  for (const [situation, model] of SITUATIONS) {
    const outcome = path.applicability(model);
    if (outcome.kind === 'applies') continue;
    const key = JSON.stringify(outcome);
    found.set(key, [...(found.get(key) ?? []), { situation, outcome }]);
  }
  return [...found.values()].flatMap(([first, ...same]) => {
    if (first === undefined) return [];
    return same.length + 1 === SITUATIONS.length ? { ...first, situation: 'Any' } : first;
  });
}
