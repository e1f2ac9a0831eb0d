/** What `systemctl cat UNIT` prints: every file of the unit behind a comment with its path (systemctl(1)). */
import type { FileReader } from '../reader.ts';
import { UNIT_DIRECTORIES } from '../systemd-unit.ts';

const HEADING = /^# (\/\S{1,4096}\.(?:service|conf))[ \t\r]*$/;

/** Whether a text is such a listing: it begins with a heading, so that a unit with a path in a comment is none. */
export function isUnitListing(text: string): boolean {
  const first = text.split('\n').find((line) => line.trim() !== '');
  return first !== undefined && HEADING.test(first) && /^\[[A-Z][a-z]+\]/m.test(text);
}

/**
 * The files of a listing by their paths. Lines keep their numbers in the listing, since that is what its reader can
 * look up: what stands before a file is left blank.
 */
export function splitUnitListing(text: string): ReadonlyMap<string, string> {
  const lines = text.split('\n');
  const files = new Map<string, string>();
  let path: string | undefined;
  let begin = 0;
  const close = (end: number): void => {
    if (path !== undefined) files.set(path, '\n'.repeat(begin) + lines.slice(begin, end).join('\n'));
  };
  lines.forEach((line, index) => {
    const heading = HEADING.exec(line)?.[1];
    if (heading === undefined) return;
    close(index);
    path = heading;
    begin = index + 1;
  });
  close(lines.length);
  return files;
}

/** The reader, in which the files of listings lie where their headings say. */
export function withListedUnits(reader: FileReader, listings: readonly string[]): FileReader {
  const files = new Map(listings.flatMap((text) => [...splitUnitListing(text)]));
  if (files.size === 0) return reader;
  const children = new Map<string, Set<string>>();
  for (const path of files.keys()) {
    const folder = path.slice(0, path.lastIndexOf('/'));
    put(children, folder, path.slice(folder.length + 1));
    // The folder of drop-ins stands in the folder of units.
    const above = folder.slice(0, folder.lastIndexOf('/'));
    if ((UNIT_DIRECTORIES as readonly string[]).includes(above)) put(children, above, folder.slice(above.length + 1));
  }
  const list = (path: string): readonly string[] =>
    [...new Set([...reader.list(path), ...(children.get(path) ?? [])])].sort();
  return {
    readText: (path) => {
      const text = files.get(path);
      return text === undefined ? reader.readText(path) : { ok: true, text, realPath: path };
    },
    list,
    listing: (path) => {
      const names = list(path);
      return names.length > 0 ? { ok: true, names } : (reader.listing?.(path) ?? { ok: true, names });
    },
  };
}

function put(children: Map<string, Set<string>>, folder: string, name: string): void {
  children.set(folder, (children.get(folder) ?? new Set()).add(name));
}
