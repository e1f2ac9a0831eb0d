/** What is known of one flag or config field over the versions. */
import type { ComponentName } from '../../model/component.ts';
import type { SettingValue } from '../../model/setting.ts';

/**
 * How a flag's text is read. The names are pflag's; `map` is component-base's MapStringBool and its like,
 * `namedCertKeys` its NamedCertKeyArray, `ipport` kube-proxy's IPPortVar, `urlSlice` etcd's list of URLs.
 */
export type FlagType =
  | 'bool'
  | 'int'
  | 'float'
  | 'string'
  | 'duration'
  | 'ip'
  | 'ipport'
  | 'stringSlice'
  | 'stringArray'
  | 'intSlice'
  | 'urlSlice'
  | 'map'
  | 'namedCertKeys';

/**
 * The default that the Go release decides, not the component: cipher suites, curves, the highest TLS version.
 * `settings.ts` replaces it by what is in force.
 */
export const GO_DEFAULT = 'go-default';

/** A default over an inclusive range of versions; without `to` it still holds. */
export interface DefaultRange {
  readonly from: string;
  readonly to?: string;
  /** In force when the flag is unset and no config file is used. */
  readonly value: SettingValue;
  /** The text default, where it stands for another value: writing it is as good as writing nothing. */
  readonly literal?: SettingValue;
  /** In force when a config file is used and does not have the field, where that differs. */
  readonly configValue?: SettingValue;
  /** Unset, the value of this other flag counts. */
  readonly sameAs?: string;
}

/** Versions of a line that have the flag, for flags that arrived in patch releases. */
export interface AvailabilityRange {
  readonly from: string;
  readonly to?: string;
}

interface FlagDescription {
  readonly type: FlagType;
  /** Another type through a version. */
  readonly earlierType?: { readonly to: string; readonly type: FlagType };
  /** First version that has it; absent: older than the history. */
  readonly since?: string;
  /** First version with a deprecation marker; `<=1.16` when it was there at the start of the history. */
  readonly deprecated?: string;
  /** First version without it. */
  readonly removed?: string;
  readonly availability?: readonly AvailabilityRange[];
  /** Path of the field in the component's config file. */
  readonly config?: string;
  readonly configSince?: string;
  readonly configUntil?: string;
  /** The field holds `host:port`, of which the flag is one half. */
  readonly configPart?: 'host' | 'port';
  /** The config file's zero value counts as unset, because the field is no pointer and its default is not zero. */
  readonly zeroIsUnset?: true;
  readonly note?: string;
}

/** A flag as the tables write it: `default` for one default in all versions, else `defaults`. */
export type FlagFact = FlagDescription & { readonly flag?: string } & (
    | {
        readonly default: SettingValue;
        readonly literal?: SettingValue;
        readonly configDefault?: SettingValue;
        readonly sameAs?: string;
      }
    | { readonly defaults: readonly DefaultRange[] }
  );

/** Flags that one source file registers. */
export interface FlagGroup {
  /** Go package path and file, as of the newest version that has the flags. */
  readonly source: string;
  readonly flags: readonly FlagFact[];
}

/** A flag or config field of one component, ready for use. */
export interface FlagEntry extends FlagDescription {
  readonly component: ComponentName;
  /** The flag's name without dashes; for a field that has no flag, its path. */
  readonly name: string;
  /** False for a field that has no flag. */
  readonly isFlag: boolean;
  readonly defaults: readonly DefaultRange[];
  readonly source: string;
}
