/** Findings gathered over rows: what is the same on several paths is said once. */
import type { ReportCheck, ReportPath } from '../model/report.ts';
import { byBadness, byKeys } from './order.ts';

/** Where something was found: a path, and on which nodes. */
export interface Place {
  readonly id: ReportPath['id'];
  readonly nodes: readonly string[];
}

export interface FindingGroup {
  readonly check: ReportCheck;
  readonly places: readonly Place[];
}

/** A sentence and the paths it is true of. */
export interface ReasonGroup {
  readonly text: string;
  readonly places: readonly Place[];
}

/**
 * The checks that `wanted` picks, worst first, those alike in verdict, message and evidence together.
 * Within one status and severity the order of the rows is kept.
 */
export function groupFindings(paths: readonly ReportPath[], wanted: (check: ReportCheck) => boolean): FindingGroup[] {
  const items = paths.flatMap((path) => path.checks.filter(wanted).map((check) => ({ path, value: check })));
  return gather(items, ({ id, status, severity, message, evidence }) =>
    JSON.stringify([id, status, severity, message, evidence]),
  )
    .map(({ value, places }) => ({ check: value, places }))
    .toSorted((a, b) => byBadness(a.check, b.check));
}

/**
 * Why rows, or checks on rows, have this status: the reason of the row, or where it has none the messages of its
 * checks. Rows that were judged otherwise give the messages of their checks with this status.
 */
export function groupReasons(
  paths: readonly ReportPath[],
  status: 'not-assessed' | 'not-applicable',
  fromChecks: boolean,
  verbose: boolean,
): ReasonGroup[] {
  const items = paths.flatMap((path) => {
    if (path.status === status && path.reason !== null) {
      const { reason, supply } = path;
      // What to supply is the same for many rows, so that they share a line.
      return [{ path, value: supply === null ? reason : verbose ? `${reason} ${supply}` : supply }];
    }
    if (!fromChecks) return path.status === status ? [{ path, value: '' }] : [];
    const messages = path.checks.filter((check) => check.status === status).map(({ message }) => message);
    if (messages.length === 0 && path.status === status) return [{ path, value: 'No reason was given.' }];
    return messages.map((message) => ({ path, value: message }));
  });
  const together = verbose ? new Map<string, string>() : filesTogether(new Set(items.map(({ value }) => value)));
  const told = items.map(({ path, value }) => ({ path, value: together.get(value) ?? value }));
  return gather(told, (text) => text).map(({ value, places }) => ({ text: value, places }));
}

/** From how many files on one sentence serves for all of which the same is said. */
const MANY_FILES = 3;

/** Texts that say the same of one file each -> the text that says it of all of them. */
function filesTogether(texts: ReadonlySet<string>): ReadonlyMap<string, string> {
  const bySaying = new Map<string, { readonly file: string; readonly text: string }[]>();
  for (const text of texts) {
    const [, file, saying] = /^(\/[^\s,:]{1,200}) (is .*)$/s.exec(text) ?? [];
    if (file === undefined || saying === undefined) continue;
    bySaying.set(saying, [...(bySaying.get(saying) ?? []), { file, text }]);
  }
  return new Map(
    [...bySaying].flatMap(([saying, same]) => {
      if (same.length < MANY_FILES) return [];
      const all = `${same.map(({ file }) => file).join(', ')}: each ${saying}`;
      return same.map(({ text }) => [text, all] as const);
    }),
  );
}

function gather<T>(
  items: readonly { readonly path: ReportPath; readonly value: T }[],
  key: (value: T) => string,
): { readonly value: T; readonly places: readonly Place[] }[] {
  const groups = new Map<string, { value: T; places: Map<ReportPath['id'], Set<string>> }>();
  for (const { path, value } of items) {
    const name = key(value);
    const group = groups.get(name) ?? { value, places: new Map<ReportPath['id'], Set<string>>() };
    groups.set(name, group);
    const nodes = group.places.get(path.id) ?? new Set<string>();
    group.places.set(path.id, nodes.add(path.node));
  }
  return [...groups.values()].map(({ value, places }) => ({
    value,
    places: [...places].map(([id, nodes]) => ({ id, nodes: [...nodes].toSorted(byKeys((name) => [name])) })),
  }));
}
