/** A node's model -> its part of a report: what is in force, and where it comes from. */
import { COMPONENT_NAMES } from '../model/component.ts';
import type { Component } from '../model/component.ts';
import type { NodeModel } from '../model/node.ts';
import type { ReportComponent, ReportNode, ReportSetting, ReportSettingSource } from '../model/report.ts';
import type { SettingSource } from '../model/setting.ts';
import { formatVersion } from '../model/version.ts';
import { redactAll } from '../text/redact.ts';

/** A node's components with the settings in force, secrets taken out. */
export function reportNode(node: NodeModel): ReportNode {
  return {
    name: node.name,
    kubernetesVersion: kubernetesVersionOf(node),
    distribution: node.distribution?.id ?? null,
    configuredIn: node.distribution?.configuredIn ?? null,
    components: COMPONENT_NAMES.flatMap((name) => {
      const component = node.components.get(name);
      return component === undefined ? [] : [reportComponent(component)];
    }),
  };
}

/** The cluster's version as its API server tells it; null where the input does not. */
export function kubernetesVersionOf({ components }: NodeModel): string | null {
  const apiserver = components.get('kube-apiserver');
  return apiserver === undefined ? null : versionOf(apiserver);
}

/** The version that the input tells, not one that was assumed. */
export function versionOf(component: Component): string | null {
  return component.version === undefined || component.versionAssumed ? null : formatVersion(component.version);
}

function reportComponent(component: Component): ReportComponent {
  return {
    name: component.name,
    version: versionOf(component),
    sources: component.sources.map(({ file, kind }) => ({ file, kind })),
    settings: [...component.settings.values()].map((setting): ReportSetting => ({
      name: setting.name,
      ...reportSource(setting),
      overrides: setting.overrides.map(reportSource),
    })),
  };
}

/** A value and its origin, without secrets. */
export function reportSource({ value, origin, file, line }: SettingSource): ReportSettingSource {
  return { value: redactAll(value), origin, file: file ?? null, line: line ?? null };
}
