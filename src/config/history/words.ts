/** The flag history in words: what holds in which versions where a setting is not written. */
import { COMPONENT_NAMES } from '../../model/component.ts';
import type { ComponentName } from '../../model/component.ts';
import type { CheckGuide, ExplainedGuide, SettingDefault } from '../../model/guide.ts';
import type { SettingValue } from '../../model/setting.ts';
import { flagHistory } from './history.ts';
import { GO_DEFAULT } from './types.ts';
import type { DefaultRange, FlagEntry } from './types.ts';

/**
 * A guide with what unset means for each of its settings.
 * @throws RangeError when it names a setting that no version has
 */
export function explainGuide(guide: CheckGuide): ExplainedGuide {
  return {
    ...guide,
    defaults: COMPONENT_NAMES.flatMap((component) =>
      (guide.defaults?.[component] ?? []).map((name) => settingDefault(component, name)),
    ),
  };
}

/**
 * A setting and its defaults, version by version.
 * @param name the setting's name: its flag without dashes, or the path of a field that has no flag
 * @throws RangeError when the history does not have it: a fault in the text that names it
 */
export function settingDefault(component: ComponentName, name: string): SettingDefault {
  const entry = flagHistory(component).get(name);
  if (entry === undefined) throw new RangeError(`${component} has no setting ${name}`);
  return { setting: `${component} ${settingWords(entry)}`, unset: defaultWords(entry) };
}

function settingWords({ name, isFlag, config }: FlagEntry): string {
  if (!isFlag) return name;
  return config === undefined ? `--${name}` : `--${name} (${config} in the file)`;
}

function defaultWords({ availability, since, removed, defaults }: FlagEntry): string {
  const ranges = joined(defaults);
  const values = ranges.map(({ from, to, words }, index) =>
    ranges.length === 1 ? words : `${words} ${index === 0 ? `up to ${to ?? ''}` : span(from, to)}`,
  );
  const there =
    availability !== undefined
      ? [`there ${availability.map(({ from, to }) => span(from, to)).join(' and ')}`]
      : since !== undefined
        ? [`not there before ${since}`]
        : [];
  return [...values, ...there, ...(removed === undefined ? [] : [`no such setting from ${removed} on`])].join('; ');
}

interface Stretch {
  readonly from: string;
  readonly to?: string | undefined;
  readonly words: string;
}

/** Neighbours that say the same, as one: what differs between them is no default. */
function joined(ranges: readonly DefaultRange[]): readonly Stretch[] {
  const found: Stretch[] = [];
  for (const range of ranges) {
    const words = valueWords(range);
    const last = found.at(-1);
    if (last?.words === words) found[found.length - 1] = { ...last, to: range.to };
    else found.push({ from: range.from, to: range.to, words });
  }
  return found;
}

/** `from 1.20 to 1.23`, `in 1.23`, `from 1.24 on`. */
function span(from: string, to: string | undefined): string {
  if (to === undefined) return `from ${from} on`;
  return from === to ? `in ${from}` : `from ${from} to ${to}`;
}

function valueWords({ value, configValue, sameAs }: DefaultRange): string {
  if (sameAs !== undefined) return `that of --${sameAs}`;
  return configValue === undefined
    ? plain(value)
    : `${plain(configValue)} with a configuration file, ${plain(value)} without`;
}

function plain(value: SettingValue): string {
  if (value === GO_DEFAULT) return 'what the Go release of the version decides';
  if (value === null || value === '') return 'not set';
  if (typeof value !== 'object') return String(value);
  const parts = Array.isArray(value) ? value : Object.entries(value).map(([key, one]) => `${key}=${String(one)}`);
  return parts.length === 0 ? 'not set' : parts.join(',');
}
