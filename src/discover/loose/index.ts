/** Files that somebody made by copying what a machine shows, rather than its files. */
import type { ComponentName } from '../../model/component.ts';
import type { PlacedFile } from '../layout.ts';
import { running } from '../processes.ts';
import type { FileReader } from '../reader.ts';
import type { StaticPodResult } from '../static-pod.ts';
import type { DiscoveryProblem, Invocation } from '../types.ts';
import { imageVersion } from '../version.ts';
import { readCommandLines } from './command-lines.ts';
import { readInspection } from './inspect.ts';
import { readNodes, reportedVersion } from './nodes.ts';
import { readPodList } from './pods.ts';
import { withListedUnits } from './systemctl-cat.ts';

/** The text of every placed file of a class. */
function textsOf(
  reader: FileReader,
  placed: readonly PlacedFile[],
  fileClass: PlacedFile['class'],
): readonly { readonly path: string; readonly text: string }[] {
  return placed.flatMap((file) => {
    const read = file.class === fileClass ? reader.readText(file.path) : undefined;
    return read?.ok === true ? [{ path: file.path, text: read.text }] : [];
  });
}

/** The reader, in which the units of `systemctl cat` listings are files. */
export function withLooseUnits(reader: FileReader, placed: readonly PlacedFile[]): FileReader {
  return withListedUnits(
    reader,
    textsOf(reader, placed, 'unit-listing').map(({ text }) => text),
  );
}

/**
 * The pods of lists that the API printed.
 * @param nodeName only those of this node; undefined: of all
 */
export function loosePods(
  reader: FileReader,
  placed: readonly PlacedFile[],
  nodeName: string | undefined,
): readonly StaticPodResult[] {
  return textsOf(reader, placed, 'pod-list').flatMap(({ path, text }) => readPodList(text, path, nodeName));
}

/** The kubelet with the version that it reported to its cluster, where nothing of the machine tells it. */
export function withReportedVersion(
  reader: FileReader,
  placed: readonly PlacedFile[],
  invocations: readonly Invocation[],
): readonly Invocation[] {
  // A list of several kinds is read for its pods and for its nodes.
  const lists = [...textsOf(reader, placed, 'node-list'), ...textsOf(reader, placed, 'pod-list')];
  const nodes = lists.flatMap(({ text }) => readNodes(text));
  const version = nodes.length === 0 ? undefined : reportedVersion(reader, invocations, nodes);
  return version === undefined
    ? invocations
    : invocations.map((one) =>
        one.component === 'kubelet' && one.imageVersion === undefined ? { ...one, imageVersion: version } : one,
      );
}

export interface LooseComponents {
  readonly invocations: ReadonlyMap<ComponentName, Invocation>;
  readonly problems: readonly DiscoveryProblem[];
}

/**
 * Puts what was seen running (`ps`, `inspect`) in the place of what is configured, as /proc does; without any
 * configuration it stands by itself.
 */
export function looseComponents(
  reader: FileReader,
  placed: readonly PlacedFile[],
  configured: ReadonlyMap<ComponentName, Invocation>,
): LooseComponents {
  const invocations = new Map<ComponentName, Invocation>();
  const problems: DiscoveryProblem[] = [];
  for (const { path, text } of textsOf(reader, placed, 'command-lines')) {
    const read = readCommandLines(text, path);
    if (!read.ok) {
      problems.push({ code: 'unrecognised-command', subject: path, file: path, message: `${read.message}.` });
      continue;
    }
    for (const { component, argv, cut } of read.commands) {
      const base = configured.get(component);
      const seen = { component, file: path, argv, environment: base?.environment ?? [], startedAt: undefined };
      const invocation = running({ ...seen, environmentUnread: undefined }, base);
      invocations.set(
        component,
        cut === undefined
          ? invocation
          : { ...invocation, commandLineSeen: false, unseen: { part: 'some', reason: cut } },
      );
    }
  }
  for (const { path, text } of textsOf(reader, placed, 'container-inspection')) {
    for (const { component, argv, environment, image, hostNetwork, nodePath } of readInspection(text, path)) {
      const base = configured.get(component);
      const seen = { component, file: path, argv, environment, startedAt: undefined };
      const version = image === undefined ? undefined : imageVersion(component, image);
      invocations.set(component, {
        ...running({ ...seen, environmentUnread: undefined }, base),
        ...(image === undefined ? {} : { image }),
        ...(version === undefined ? {} : { imageVersion: version }),
        hostNetwork,
        nodePath,
      });
    }
  }
  return { invocations, problems };
}
