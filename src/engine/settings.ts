/** Models -> the report on effective settings. */
import { COMPONENT_NAMES } from '../model/component.ts';
import type { Component, ComponentName } from '../model/component.ts';
import type { NodeModel } from '../model/node.ts';
import type { Report, ReportProblem } from '../model/report.ts';
import type { Setting, SettingSource } from '../model/setting.ts';
import type {
  EffectiveComponent,
  EffectiveNode,
  EffectiveSetting,
  EffectiveSource,
  OtherVersions,
  SettingsReport,
} from '../model/settings-report.ts';
import { formatVersion } from '../model/version.ts';
import { formatTime } from '../text/date.ts';
import { redact, redactAll } from '../text/redact.ts';
import { TOOL } from '../text/tool.ts';
import { kubernetesVersionOf, reportSource, versionOf } from './report-node.ts';

/** A machine under every version it may have, the newest last. */
export interface SettledNode {
  readonly node: NodeModel;
  readonly variants: readonly { readonly node: NodeModel }[];
}

export interface SettingsInput {
  readonly at: Date;
  readonly inputs: Report['inputs'];
  readonly nodes: readonly SettledNode[];
  readonly problems: readonly ReportProblem[];
}

/** What to show of it. */
export interface SettingsSelection {
  /** Undefined: all. */
  readonly components: readonly ComponentName[] | undefined;
  /** Whether values that nobody wrote are shown too. */
  readonly defaults: boolean;
}

/** Puts the report on effective settings together; secrets go no further than here. */
export function buildSettingsReport(input: SettingsInput, selection: SettingsSelection): SettingsReport {
  return {
    schemaVersion: 1,
    tool: TOOL,
    evaluatedAt: formatTime(input.at),
    inputs: input.inputs,
    nodes: input.nodes.map((settled) => effectiveNode(settled, selection)),
    problems: input.problems.map(redactAll),
  };
}

function effectiveNode({ node, variants }: SettledNode, selection: SettingsSelection): EffectiveNode {
  const wanted = selection.components ?? COMPONENT_NAMES;
  return {
    name: node.name,
    kubernetesVersion: kubernetesVersionOf(node),
    distribution: node.distribution?.id ?? null,
    configuredIn: node.distribution?.configuredIn ?? null,
    components: COMPONENT_NAMES.filter((name) => wanted.includes(name)).flatMap((name) => {
      const component = node.components.get(name);
      if (component === undefined) return [];
      const others = variants.slice(0, -1).flatMap((variant) => variant.node.components.get(name) ?? []);
      return [effectiveComponent(component, component.versionAssumed ? others : [], selection)];
    }),
  };
}

function effectiveComponent(
  component: Component,
  others: readonly Component[],
  { defaults }: SettingsSelection,
): EffectiveComponent {
  const { name, version, versionAssumed, sources, settings } = component;
  return {
    name,
    version: versionOf(component),
    assumedVersion: version !== undefined && versionAssumed ? formatVersion(version) : null,
    sources: sources.map(({ file, kind }) => ({ file, kind })),
    settings: [...settings.values()]
      .filter((setting) => defaults || isWritten(setting))
      .map((setting) => ({
        ...effectiveSetting(setting),
        otherVersions: otherVersions(setting, others),
      })),
  };
}

/** Whether somebody wrote it, or the input does not show whether somebody did. */
function isWritten({ origin, unknown, overrides }: Setting): boolean {
  return origin !== 'default' || unknown !== undefined || overrides.some((one) => one.origin !== 'default');
}

function effectiveSetting(setting: Setting): Omit<EffectiveSetting, 'otherVersions'> {
  return {
    name: setting.name,
    label: setting.label,
    ...effectiveSource(setting),
    overrides: setting.overrides.map(effectiveSource),
  };
}

function effectiveSource(source: SettingSource): EffectiveSource {
  return { ...reportSource(source), unknown: source.unknown === undefined ? null : redact(source.unknown) };
}

/** Versions in a row with the same value that is another than the one shown. */
function otherVersions(shown: Setting, others: readonly Component[]): readonly OtherVersions[] {
  const text = JSON.stringify(shown.value);
  const runs: { first: string; last: string; text: string; value: Setting['value'] }[] = [];
  const seen = new Set<string>();
  for (const { version, settings } of others) {
    const name = version === undefined ? '' : formatVersion(version);
    if (seen.has(name)) continue;
    seen.add(name);
    const value = settings.get(shown.name)?.value ?? null;
    const own = JSON.stringify(value);
    const run = runs.at(-1);
    if (run?.text === own) run.last = name;
    else runs.push({ first: name, last: name, text: own, value });
  }
  return runs
    .filter((run) => run.text !== text)
    .map(({ first, last, value }) => ({
      versions: first === last ? first : `${first} to ${last}`,
      value: redactAll(value),
    }));
}
