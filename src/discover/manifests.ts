/** The static pod directory as the kubelet lists it: k8s.io/kubernetes pkg/kubelet/config/file.go (extractFromDir). */
import { posix } from 'node:path';
import type { Notice } from '../model/component.ts';
import { unlistable } from './reader.ts';
import type { FileReader, ReadTextResult } from './reader.ts';
import { readStaticPod } from './static-pod.ts';
import type { StaticPod } from './static-pod.ts';
import type { DiscoveryProblem } from './types.ts';

/** Where kubeadm has the kubelet look for static pods (k8s.io/kubernetes cmd/kubeadm/app/constants). */
export const DEFAULT_MANIFESTS_PATH = '/etc/kubernetes/manifests';

/** Far more than a control plane has; bounds what a hostile input costs. */
const MAX_MANIFESTS = 200;
const MAX_MANIFEST_TEXT = 4 * 1024 * 1024;

export interface Manifests {
  readonly pods: readonly StaticPod[];
  readonly problems: readonly DiscoveryProblem[];
  readonly notices: readonly Notice[];
}

/**
 * Reads every manifest of a static pod directory. Names that begin with a dot and sub-directories are left out; every
 * other file counts, whatever its suffix.
 * @param path a directory, or the one manifest that the kubelet's staticPodPath may also name
 */
export function readManifests(reader: FileReader, path: string): Manifests {
  const pods: StaticPod[] = [];
  const problems: DiscoveryProblem[] = [];
  const notices: Notice[] = [];
  const directory = reader.list(path);
  const names = directory.filter((name) => !name.startsWith('.'));
  const files = directory.length === 0 ? [path] : names.map((name) => posix.join(path, name));
  const failure = unlistable(reader, path);
  if (failure !== undefined) {
    const message = `The static pod directory ${path} cannot be listed, so what it runs is not known: ${failure}`;
    return { pods, problems: [{ code: 'unreadable-file', subject: path, file: path, message }], notices };
  }
  let size = 0;
  for (const [index, file] of files.entries()) {
    const read = reader.readText(file);
    if (!read.ok) {
      // Without a listing the path itself is only tried; a listed name that is a folder is not recursed into.
      if (directory.length > 0 && !(read.reason === 'not-a-file' && isFolder(reader, file))) {
        problems.push(unreadable(file, read));
      }
      continue;
    }
    size += read.text.length;
    if (index >= MAX_MANIFESTS || size > MAX_MANIFEST_TEXT) {
      const message = `${path} holds more than ${MAX_MANIFESTS} manifests or ${MAX_MANIFEST_TEXT / 1024 / 1024} MiB of them; those from ${file} on were not read.`;
      problems.push({ code: 'limit-reached', subject: path, message });
      break;
    }
    const result = readStaticPod(read.text, file);
    if (result.ok) {
      pods.push(result.pod);
      notices.push(...result.notices);
    } else {
      problems.push(result.problem);
    }
  }
  return { pods, problems, notices };
}

function isFolder(reader: FileReader, path: string): boolean {
  return reader.listing?.(path).ok ?? true;
}

function unreadable(file: string, read: ReadTextResult & { readonly ok: false }): DiscoveryProblem {
  const message = `${file} may run a component and cannot be read: ${read.message}`;
  return { code: 'unreadable-file', subject: file, file, message };
}
