/** Modes and owners that a hardening guide names, held against the files of a node. */
import type { FileDemand } from '../model/benchmark.ts';
import type { PresentFile } from '../model/file.ts';
import type { NodeModel } from '../model/node.ts';

/** What of a file is not as the document names it, a sentence each; nothing where the input does not keep it. */
export function fileBreaches({ place, mode, isRoots }: FileDemand, node: NodeModel): readonly string[] {
  const file = fileOf(place, node);
  if (file === undefined) return [];
  const { path, mode: has, uid, gid } = file;
  const breaches: string[] = [];
  if (mode !== undefined && has !== undefined && (has & ~mode) !== 0) {
    breaches.push(`${path} has mode ${octal(has)}; the document asks for ${octal(mode)} or less.`);
  }
  if (isRoots === true && ((uid !== undefined && uid !== 0) || (gid !== undefined && gid !== 0))) {
    breaches.push(
      `${path} belongs to user ${uid ?? 'unknown'} and group ${gid ?? 'unknown'}; the document asks for root:root.`,
    );
  }
  return breaches;
}

function fileOf(place: FileDemand['place'], node: NodeModel): PresentFile | undefined {
  const path = 'path' in place ? place.path : pathOf(place, node);
  const file = path === undefined ? undefined : node.files.get(path);
  return file?.state === 'present' ? file : undefined;
}

function pathOf(
  { component, setting }: Exclude<FileDemand['place'], { path: string }>,
  node: NodeModel,
): string | undefined {
  if (setting === undefined) {
    // Of a component that runs, what is configured beside it is what a restart starts.
    const { sources } = node.configured.get(component) ?? node.components.get(component) ?? {};
    return sources?.find(({ kind }) => kind === 'static-pod')?.file;
  }
  const value = node.components.get(component)?.settings.get(setting)?.value;
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
