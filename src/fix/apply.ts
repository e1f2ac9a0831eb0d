/** A fix and the files of a node -> what changes in which file, or why that is left to people. */
import { flagHistory } from '../config/history/history.ts';
import type { Component, ComponentSource } from '../model/component.ts';
import type { FileChange, Fix } from '../model/fix.ts';
import type { NodeModel } from '../model/node.ts';
import type { Setting, SettingSource, SettingValue } from '../model/setting.ts';
import { editField } from './edit-yaml.ts';
import { editManifest } from './edit-manifest.ts';

export type Applied =
  | { readonly ok: true; readonly changes: readonly FileChange[] }
  /** Where to write it, as a sentence. */
  | { readonly ok: false; readonly byHand: string };

/**
 * Works out the change. Nothing is written.
 * @param read the text of a file of the node
 */
export function applyFix(fix: Fix, node: NodeModel, read: (path: string) => string | undefined): Applied {
  const component = node.components.get(fix.component);
  if (component === undefined) return { ok: false, byHand: `${fix.component} is not in the input.` };
  return component.name === 'kubelet' ? inKubeletConfig(fix, component, read) : inManifest(fix, component, read);
}

/** What starts the component with its flags; undefined where the input does not show it. */
export function startedBy({ sources }: Component): ComponentSource | undefined {
  return sources.find(({ kind }) => kind !== 'process' && kind !== 'config-file');
}

function inManifest(fix: Fix, component: Component, read: (path: string) => string | undefined): Applied {
  const source = startedBy(component);
  const file = source?.file;
  const text = file === undefined ? undefined : read(file);
  if (source?.kind !== 'static-pod' || file === undefined || text === undefined) {
    return {
      ok: false,
      byHand: `Write it where ${component.name} gets its flags${file === undefined ? '' : `: ${file}`}.`,
    };
  }
  const written = (setting: Setting | undefined): readonly number[] =>
    [setting, ...(setting?.overrides ?? [])].flatMap((one) => lineIn(file, one) ?? []);
  const anchors = [...component.settings.values()].flatMap(written);
  if (anchors.length === 0) return { ok: false, byHand: `No flag of ${component.name} was found in ${file}.` };
  const edits = Object.entries(fix.set).flatMap(([name, value]) => {
    const lines = written(component.settings.get(name));
    return value === null && lines.length === 0
      ? []
      : [{ name, value: value === null ? null : flagText(value), lines }];
  });
  const result = editManifest(text, edits, anchors);
  return result.ok
    ? { ok: true, changes: [{ file, before: text, after: result.text }] }
    : { ok: false, byHand: `Write it in ${file} by hand: ${result.message}.` };
}

function lineIn(file: string, source: SettingSource | undefined): number | undefined {
  return source?.origin === 'flag' && source.file === file ? source.line : undefined;
}

/** A list with commas between, as pflag reads it. */
export function flagText(value: Exclude<SettingValue, null>): string {
  if (typeof value !== 'object') return String(value);
  return Array.isArray(value)
    ? value.join(',')
    : Object.entries(value)
        .map(([key, text]) => `${key}=${text}`)
        .join(',');
}

function inKubeletConfig(fix: Fix, kubelet: Component, read: (path: string) => string | undefined): Applied {
  const file = kubelet.sources.find(({ kind }) => kind === 'config-file')?.file;
  const before = file === undefined ? undefined : read(file);
  if (file === undefined || before === undefined) {
    return {
      ok: false,
      byHand: 'The kubelet has no configuration file in the input: write it in the one of --config.',
    };
  }
  let text = before;
  for (const [name, value] of Object.entries(fix.set)) {
    const setting = kubelet.settings.get(name);
    // What stands elsewhere beats the file, or is another file's business.
    const elsewhere =
      setting === undefined || setting.origin === 'default' || setting.file === file ? undefined : setting;
    if (elsewhere !== undefined) {
      const where = `${elsewhere.file ?? 'its command line'}${elsewhere.line === undefined ? '' : `:${elsewhere.line}`}`;
      return { ok: false, byHand: `${elsewhere.label} is set in ${where}, which beats ${file}: change it there.` };
    }
    const field = flagHistory('kubelet').get(name)?.config;
    if (field === undefined) return { ok: false, byHand: `--${name} has no field in the KubeletConfiguration.` };
    const result = editField(text, field.split('.'), value);
    if (!result.ok) return { ok: false, byHand: `Write it in ${file} by hand: ${result.message}.` };
    text = result.text;
  }
  return { ok: true, changes: [{ file, before, after: text }] };
}
