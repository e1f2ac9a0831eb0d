/** What the documentation says of a check beside its object: `explain` and the pages read it, a run never does. */
import type { ComponentName } from './component.ts';

/** One text for one check id, on whichever path it is asked. Sentences end in periods; what is typed stands in backticks. */
export interface CheckGuide {
  /** What is read and what it is compared with. */
  readonly examined: string;
  /** What an attacker does with it where it does not hold, or what stops working, when, and how it shows. */
  readonly consequence: string;
  /** The fix, one action each, in the order in which they are safe. */
  readonly steps: readonly string[];
  /** How to see without this program that it is mended: a command and what it says then. */
  readonly verify: readonly string[];
  /** Settings that decide it, by component: their defaults are told version by version. */
  readonly defaults?: Partial<Readonly<Record<ComponentName, readonly string[]>>>;
}

/** Guides by check id. */
export type CheckGuides = Readonly<Record<string, CheckGuide>>;

/** What holds where a setting is not written. */
export interface SettingDefault {
  /** `kubelet authentication.anonymous.enabled (--anonymous-auth)`. */
  readonly setting: string;
  /** `8080 up to 1.19, 0 from 1.20 to 1.23, no such flag from 1.24`. */
  readonly unset: string;
}

/** A guide, with the defaults of the settings that it names. */
export type ExplainedGuide = Omit<CheckGuide, 'defaults'> & { readonly defaults: readonly SettingDefault[] };
