/** Reading settings out of the model: one place that knows what an absent setting means. */
import { gateEnabled } from '../../src/config/feature-gates.ts';
import type { WrittenGates } from '../../src/config/feature-gates.ts';
import type { Component, ComponentName } from '../../src/model/component.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type { Evidence } from '../../src/model/path.ts';
import type { Setting } from '../../src/model/setting.ts';
import { UnknownValue } from '../../src/model/unknown.ts';
import { settles } from './unread.ts';

/**
 * A setting that its version does not have counts as unset.
 * @throws UnknownValue where the input does not show what is in force
 */
export function setting(component: Component, name: string): Setting {
  const found = resolved(component, name);
  if (found.unknown !== undefined) throw unknownSetting(component, found, found.unknown);
  return found;
}

/** The setting with its place, whether its value is known or not. */
function resolved(component: Component, name: string): Setting {
  return component.settings.get(name) ?? { name, label: `--${name}`, value: null, origin: 'default', overrides: [] };
}

function unknownSetting(component: Component, found: Setting, reason: string): UnknownValue {
  const inFile = found.origin === 'config-file' || found.origin === 'drop-in';
  const { configUnavailable } = component;
  if (inFile && configUnavailable !== undefined) {
    return new UnknownValue(
      `The configuration of ${component.name} is not known: ${configUnavailable.message.replace(/\.$/, '')}.`,
      [evidence(component, found.name)],
      settles(configUnavailable),
    );
  }
  const place = found.file === undefined ? '' : ` (${found.file}${found.line === undefined ? '' : `:${found.line}`})`;
  return new UnknownValue(
    `The value of ${found.label} of ${component.name}${place} is not known: ${reason.replace(/\.$/, '')}.`,
    [evidence(component, found.name)],
    `To settle ${found.label}, give the flags that ${component.name} runs with, from /proc/PID/cmdline: --flags ${component.name}=FILE.`,
  );
}

/** What is asked, or the unknown value that it depends on; for whoever can say something without it. */
export function known<T>(ask: () => T): T | UnknownValue {
  try {
    return ask();
  } catch (error) {
    if (error instanceof UnknownValue) return error;
    throw error;
  }
}

/** What is asked, or what stands in its place where it depends on an unknown value. */
export function knownOr<T>(otherwise: T, ask: () => T): T {
  const answer = known(ask);
  return answer instanceof UnknownValue ? otherwise : answer;
}

/** The value as text; empty when unset, as the components themselves take an empty string for unset. */
export function text(component: Component, name: string): string {
  const { value } = setting(component, name);
  if (value === null || typeof value === 'object') return '';
  return String(value);
}

/** The value as a list; a scalar counts as a list of one. */
export function list(component: Component, name: string): readonly string[] {
  const { value } = setting(component, name);
  if (value === null || value === '') return [];
  if (Array.isArray(value)) return value.map(String);
  return typeof value === 'object' ? [] : [String(value)];
}

/** The value as a boolean; undefined when it is none. */
export function bool(component: Component, name: string): boolean | undefined {
  const { value } = setting(component, name);
  return typeof value === 'boolean' ? value : undefined;
}

/** The value as a number; undefined when it is none. */
export function number(component: Component, name: string): number | undefined {
  const { value } = setting(component, name);
  return typeof value === 'number' ? value : undefined;
}

/** A feature gate set by the operator; undefined when the version's default decides. */
export function featureGate(component: Component, gate: string): boolean | undefined {
  const { value } = setting(component, 'feature-gates');
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
  const written = (value as Readonly<Record<string, string>>)[gate];
  return written === undefined ? undefined : /^(1|t|true)$/i.test(written);
}

/**
 * Whether a gate is on, its default in this version included.
 * @returns undefined where the version does not have the gate or is not known, or what is written is no boolean
 */
export function gateInForce(component: Component, gate: string): boolean | undefined {
  const { value } = setting(component, 'feature-gates');
  const written = value === null || typeof value !== 'object' || Array.isArray(value) ? {} : (value as WrittenGates);
  return component.version === undefined ? undefined : gateEnabled(gate, component.version, written);
}

/** Whether the value in force is anything but empty. */
export function isSet(component: Component, name: string): boolean {
  return list(component, name).some((value) => value !== '');
}

/** Whether the operator wrote it, rather than the default being in force. */
export function isWritten(component: Component, name: string): boolean {
  return setting(component, name).origin !== 'default';
}

/**
 * What the report shows for a setting. A default has no place of its own, so it points at the file where the
 * component is configured, which is where the flag would go.
 */
export function evidence(component: Component, name: string): Evidence {
  const found = resolved(component, name);
  const file = found.file ?? homeOf(component, found);
  return {
    component: component.name,
    setting: found.label,
    value: found.value === '' ? null : found.value,
    origin: found.origin,
    ...(file === undefined ? {} : { file }),
    ...(found.line === undefined ? {} : { line: found.line }),
  };
}

/** The file in which a setting would be written: its config file for a field, the command line for a flag. */
function homeOf(component: Component, unwritten: Setting): string | undefined {
  const wanted = unwritten.label.startsWith('--') ? undefined : 'config-file';
  return (component.sources.find(({ kind }) => kind === wanted) ?? component.sources[0])?.file;
}

/** Evidence for several settings of one component. */
export function evidences(component: Component, ...names: readonly string[]): readonly Evidence[] {
  return names.map((name) => evidence(component, name));
}

export function component(node: NodeModel, name: ComponentName): Component | undefined {
  return node.components.get(name);
}

/**
 * The component, where the caller's path only applies when there is one.
 * @throws Error otherwise: a fault of the path's `applicability`.
 */
export function requireComponent(node: NodeModel, name: ComponentName): Component {
  const found = node.components.get(name);
  if (found === undefined) throw new Error(`${name} is not configured on this node`);
  return found;
}
