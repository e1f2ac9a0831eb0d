/** Command lines that a distribution's program puts together: its own flags, and its operator's over them. */
import type { Argument } from '../../config/flags.ts';
import type { ComponentName } from '../../model/component.ts';
import type { Position } from '../../model/setting.ts';
import { nodePathOfProcess } from '../node-path.ts';
import type { Invocation, Unseen } from '../types.ts';

/** A flag without its dashes, and where it is written or decided. */
export interface ProgramFlag {
  readonly name: string;
  readonly value: string;
  readonly position: Position;
  readonly unknown?: string;
}

/** A distribution's own flags by name; those that are `undefined` are left out. */
export type OwnFlags = Readonly<Record<string, string | undefined>>;

/** The distribution's own flags, each decided at `position`. */
export function ownFlags(flags: OwnFlags, position: Position): readonly ProgramFlag[] {
  return Object.entries(flags).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value, position }]));
}

/** Words of a command line, as `--name=value`. */
export function toArguments(flags: readonly ProgramFlag[]): readonly Argument[] {
  return flags.map(({ name, value, position, unknown }) => ({
    text: `--${name}=${value}`,
    position,
    ...(unknown === undefined ? {} : { unknown }),
  }));
}

/** The operator's flags in place of the distribution's of the same name. */
export function replacing(own: readonly ProgramFlag[], given: readonly ProgramFlag[]): readonly ProgramFlag[] {
  const names = new Set(given.map(({ name }) => name));
  return [...own.filter(({ name }) => !names.has(name)), ...given];
}

/** A component that a program of the node itself starts. */
export function startedBy(
  component: ComponentName,
  argv: readonly Argument[],
  file: string,
  more: { readonly unseen?: Unseen | undefined; readonly workingDirectory?: string } = {},
): Invocation {
  const { unseen } = more;
  return {
    component,
    argv,
    environment: [],
    file,
    kind: 'distribution',
    sources: [{ file, kind: 'distribution' }],
    commandLineSeen: unseen === undefined,
    ...(unseen === undefined ? {} : { unseen }),
    hostNetwork: true,
    nodePath: nodePathOfProcess(more.workingDirectory),
  };
}
