/** One effective value of a component, and where it came from. */

export type Origin = 'flag' | 'environment' | 'config-file' | 'drop-in' | 'default' | 'kubeconfig' | 'certificate';

/** A value as the flag would be written: lists as arrays, booleans and numbers as such, null where there is none. */
export type SettingValue =
  string | number | boolean | null | readonly string[] | readonly number[] | Readonly<Record<string, string>>;

/** Where in the input something is written: path as on the node, line counted from 1. */
export interface Position {
  readonly file: string;
  readonly line?: number;
}

export interface SettingSource extends Partial<Position> {
  readonly value: SettingValue;
  readonly origin: Origin;
  /** Why the input does not show the value, as a clause without a period; `value` is null then. */
  readonly unknown?: string;
}

export interface Setting extends SettingSource {
  /** The flag's name without dashes; a field that has no flag: its path in the config file. */
  readonly name: string;
  /** What lost against the value in force, strongest first. */
  readonly overrides: readonly SettingSource[];
  /** The flag as the operator writes it (`--name`), or the config field; used in messages. */
  readonly label: string;
}
