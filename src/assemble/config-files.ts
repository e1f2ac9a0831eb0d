/** The config files that a component's command line names, read from the node. */
import { configReferences } from '../config/settings.ts';
import type { ConfigFiles, ConfigText } from '../config/settings.ts';
import { isAbsent, unlistable } from '../discover/reader.ts';
import type { Invocation } from '../discover/types.ts';
import type { NodeView } from '../discover/view.ts';
import type { ComponentSource } from '../model/component.ts';
import type { Version } from '../model/version.ts';

export interface ReadConfigFiles {
  readonly files: ConfigFiles;
  readonly sources: readonly ComponentSource[];
}

/** Folders below a drop-in directory; kubeadm and distributions write none. */
const MAX_DROP_IN_DEPTH = 4;

/** Reads what a component would read besides its command line; nothing when the command line names nothing. */
export function readConfigFiles(view: NodeView, invocation: Invocation, version: Version): ReadConfigFiles {
  const { component, argv, environment } = invocation;
  const { config, dropInDirectory } = configReferences({ component, version, arguments: argv, environment });
  const named = invocation.configFile ?? (config === undefined ? undefined : readText(view, invocation, config.path));
  const folder = dropInDirectory === undefined ? undefined : translate(invocation, dropInDirectory.path);
  const dropIns = folder === undefined ? [] : dropInsUnder(view, invocation, folder, 0);
  return {
    files: { ...(named === undefined ? {} : { config: named }), dropIns },
    sources: [...(named === undefined ? [] : [named]), ...dropIns]
      .filter(({ file }) => !invocation.sources.some((source) => source.file === file && source.kind === 'config-file'))
      .map(({ file }) => ({ file, kind: 'config-file' })),
  };
}

function translate(invocation: Invocation, path: string): string | undefined {
  const translated = invocation.nodePath(path);
  return 'notMounted' in translated ? undefined : translated.path;
}

function readText(view: NodeView, invocation: Invocation, path: string): ConfigText {
  const translated = translate(invocation, path);
  if (translated === undefined) {
    const unavailable = `${path} is not mounted from the node into the container`;
    return { file: path, unavailable, present: false };
  }
  const read = view.readText(translated);
  return read.ok
    ? { file: translated, text: read.text }
    : { file: translated, unavailable: read.message, present: !isAbsent(read.reason) };
}

/** `*.conf` below the folder; kubernetes/cmd/kubelet/app/server.go walks sub-directories too. */
function dropInsUnder(view: NodeView, invocation: Invocation, folder: string, depth: number): readonly ConfigText[] {
  const failure = unlistable(view, folder);
  // Any drop-in may be in it, so it stands for one that nobody could read.
  if (failure !== undefined) return [{ file: folder, unavailable: failure, present: true }];
  return view.list(folder).flatMap((name) => {
    const path = `${folder.replace(/\/+$/, '')}/${name}`;
    const stat = view.stat(path);
    if (stat.ok && stat.type === 'directory')
      return depth < MAX_DROP_IN_DEPTH ? dropInsUnder(view, invocation, path, depth + 1) : [];
    return name.endsWith('.conf') ? [readText(view, invocation, path)] : [];
  });
}
