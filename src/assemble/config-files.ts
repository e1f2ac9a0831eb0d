/** The config files that a component's command line names, read from the node. */
import { configReferences } from '../config/settings.ts';
import type { ConfigFiles, ConfigText } from '../config/settings.ts';
import { kubeletDropIns } from '../discover/drop-ins.ts';
import { isAbsent } from '../discover/reader.ts';
import type { Invocation } from '../discover/types.ts';
import type { NodeView } from '../discover/view.ts';
import type { ComponentSource } from '../model/component.ts';
import type { Version } from '../model/version.ts';

export interface ReadConfigFiles {
  readonly files: ConfigFiles;
  readonly sources: readonly ComponentSource[];
}

/** Reads what a component would read besides its command line; nothing when the command line names nothing. */
export function readConfigFiles(view: NodeView, invocation: Invocation, version: Version): ReadConfigFiles {
  const { component, argv, environment } = invocation;
  const { config, dropInDirectory } = configReferences({ component, version, arguments: argv, environment });
  const named = invocation.configFile ?? (config === undefined ? undefined : readText(view, invocation, config.path));
  const dropIns = dropInDirectory === undefined ? [] : readDropIns(view, invocation, dropInDirectory.path);
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
  return readFile(view, translated);
}

function readFile(view: NodeView, file: string): ConfigText {
  const read = view.readText(file);
  return read.ok ? { file, text: read.text } : { file, unavailable: read.message, present: !isAbsent(read.reason) };
}

function readDropIns(view: NodeView, invocation: Invocation, directory: string): readonly ConfigText[] {
  const folder = translate(invocation, directory);
  if (folder === undefined) return [];
  const written = directory.endsWith('/') ? `${folder}/` : folder;
  return kubeletDropIns(view, written).map((entry) =>
    'file' in entry
      ? readFile(view, entry.file)
      : // Any drop-in may be in it, so it stands for one that nobody could read.
        { file: entry.folder, unavailable: entry.unseen, present: entry.present },
  );
}
