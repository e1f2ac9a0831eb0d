/** The settings as JSON: the contract of docs/settings.schema.json. */
import type { EffectiveSource, SettingsReport } from '../model/settings-report.ts';
import { byComponent, problemsJSON, settingSourceJSON, toJSON, valueJSON } from './json.ts';
import { byKeys } from './order.ts';

/** Prints the report: sorted and stable as the report of `check` is, whose `nodes` it has with what is not known added. */
export function renderSettingsJSON(report: SettingsReport): string {
  return toJSON({
    schemaVersion: report.schemaVersion,
    tool: { name: report.tool.name, version: report.tool.version },
    evaluatedAt: report.evaluatedAt,
    inputs: report.inputs.map(({ name, kind }) => ({ name, kind })),
    nodes: report.nodes.toSorted(byKeys(({ name }) => [name])).map((node) => ({
      name: node.name,
      kubernetesVersion: node.kubernetesVersion,
      distribution: node.distribution,
      configuredIn: node.configuredIn,
      components: node.components.toSorted(byComponent).map((component) => ({
        name: component.name,
        version: component.version,
        assumedVersion: component.assumedVersion,
        sources: component.sources.map(({ file, kind }) => ({ file, kind })),
        settings: component.settings.toSorted(byKeys(({ name }) => [name])).map((setting) => ({
          name: setting.name,
          ...sourceJSON(setting),
          overrides: setting.overrides.map(sourceJSON),
          otherVersions: setting.otherVersions.map(({ versions, value }) => ({ versions, value: valueJSON(value) })),
        })),
      })),
    })),
    problems: problemsJSON(report.problems),
  });
}

function sourceJSON(source: EffectiveSource) {
  return { ...settingSourceJSON(source), unknown: source.unknown };
}
