/** docs/checks.md: every check by id, with the paths that carry it. */
import type { Check, PathDefinition, PathId } from '../../src/model/path.ts';
import { code, generatedFrom, page, prose, table } from './markdown.ts';
import { impactWords, pathPageName } from './path-page.ts';

/** A check in one wording, and where it is asked. */
interface Entry {
  readonly check: Check;
  readonly paths: PathId[];
}

export function checksPage(paths: readonly PathDefinition[]): string {
  const entries = entriesOf(paths);
  const ids = new Set(entries.map(({ check }) => check.id));
  return page([
    generatedFrom('checks/'),
    '# Checks',
    `${ids.size} checks on ${paths.filter(({ checks }) => checks.length > 0).length} communication paths. A check has one id for ever, and may be asked on several paths; the link of a path leads to what the check says there. In the terminal: ${code('kubetls explain CHECK')}.`,
    '- Severity: how bad it is when the check does not hold: critical, high, medium, low, info. A finding can carry another one than its check, where the circumstances make it better or worse.\n- Impact: security (somebody can read, change or impersonate), availability (something breaks), or both.',
    table(
      ['Check', 'Statement', 'Severity', 'Impact', 'Paths'],
      entries.map(({ check, paths: on }) => [
        code(check.id),
        prose(check.title),
        check.severity,
        impactWords(check.impact),
        on.map((id) => `[${id}](${pathPageName({ id })}#${check.id})`).join(', '),
      ]),
    ),
    '## Paths',
    table(
      ['Path', 'Client', 'Server', 'Checks'],
      paths.map((path) => [
        `[${path.id}](${pathPageName(path)})`,
        prose(path.client),
        prose(path.server),
        String(path.checks.length),
      ]),
    ),
  ]);
}

/** By id; a check that speaks of two paths in different words has a line for each wording. */
function entriesOf(paths: readonly PathDefinition[]): readonly Entry[] {
  const entries = new Map<string, Entry>();
  for (const path of paths) {
    for (const check of path.checks) {
      const key = [check.id, check.title, check.severity, check.impact].join('\n');
      const entry = entries.get(key) ?? { check, paths: [] };
      entry.paths.push(path.id);
      entries.set(key, entry);
    }
  }
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
}
