/**
 * Flags as kubeadm puts them together: its own, and the `extraArgs` of the user over them.
 * Sources: kubernetes cmd/kubeadm/app/util/arguments.go (ArgumentsToCommand, BuildArgumentListFromMap up to 1.28),
 * cmd/kubeadm/app/apis/kubeadm/argument.go, apis/kubeadm/v1beta3/conversion.go.
 */
import { atOrAfter } from '../../config/history/ranges.ts';
import type { Argument } from '../../config/flags.ts';
import type { Position } from '../../model/setting.ts';
import type { Version } from '../../model/version.ts';
import { compareText } from '../../text/order.ts';
import { asMapping } from '../../text/yaml.ts';
import type { YamlPath } from '../../text/yaml.ts';
import { positionIn } from './documents.ts';
import type { KubeadmDocument } from './documents.ts';

/** One flag with its value, and where it is written or decided. */
export interface KubeadmArg {
  readonly name: string;
  readonly value: string;
  readonly position: Position;
  /** Why the value is not known before kubeadm runs on the node; a clause without a period. */
  readonly unknown?: string;
  /** How it goes together with kubeadm's own flag (kubeadm.k8s.io/v1). */
  readonly merge?: 'append' | 'prepend';
}

/**
 * Reads `extraArgs`: a map through v1beta3, a list of names and values from v1beta4 on. Either is read whatever the
 * version is, since which one was meant is plain; that kubeadm refuses it is said elsewhere.
 */
export function extraArgs(owner: KubeadmDocument | undefined, path: YamlPath): readonly KubeadmArg[] {
  if (owner === undefined) return [];
  const written = path.reduce<unknown>((value, step) => asMapping(value)?.[String(step)], owner.root);
  if (Array.isArray(written)) {
    return written.flatMap((item: unknown, index): KubeadmArg[] => {
      const arg = asMapping(item);
      const value = scalar(arg?.value) ?? '';
      const name = scalar(arg?.name);
      if (name === undefined) return [];
      const merge = arg?.mergeMethod;
      const position = positionIn(owner, [...path, index, arg?.value === undefined ? 'name' : 'value']);
      return [{ name, value, position, ...(merge === 'append' || merge === 'prepend' ? { merge } : {}) }];
    });
  }
  // The conversion sorts the names of a map.
  return Object.entries(asMapping(written) ?? {})
    .sort(([a], [b]) => compareText(a, b))
    .map(([name, value]) => ({ name, value: scalar(value) ?? '', position: positionIn(owner, [...path, name]) }));
}

/** The value of the last one of a name; undefined where there is none. */
export function lastOf(args: readonly KubeadmArg[], name: string): KubeadmArg | undefined {
  return args.findLast((arg) => arg.name === name);
}

/**
 * The words after the program's name, in kubeadm's order: all sorted by name up to 1.35, then kubeadm's own sorted and
 * the user's behind them as written.
 */
export function toCommand(
  version: Version,
  base: readonly KubeadmArg[],
  overrides: readonly KubeadmArg[],
): readonly Argument[] {
  const byName = new Map(overrides.map((arg) => [arg.name, arg]));
  const kept = [...base].sort(compareArgs).flatMap((arg): KubeadmArg[] => {
    const over = byName.get(arg.name);
    if (over === undefined) return [arg];
    if (over.merge === undefined) return [];
    const value = over.merge === 'append' ? arg.value + over.value : over.value + arg.value;
    return [{ ...arg, value, position: over.position }];
  });
  const added = overrides.filter(({ merge }) => merge === undefined);
  const all = atOrAfter(version, '1.36') ? [...kept, ...added] : [...kept, ...added].sort(compareArgs);
  return all.map(({ name, value, position, unknown }) => ({
    text: `--${name}=${value}`,
    position,
    ...(unknown === undefined ? {} : { unknown }),
  }));
}

function compareArgs(a: KubeadmArg, b: KubeadmArg): number {
  return compareText(a.name, b.name) || compareText(a.value, b.value);
}

function scalar(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}
