/** Which machines the inputs stand for. */
import type { NodeInput } from '../assemble/node.ts';
import type { FlagFile } from '../discover/components.ts';
import { extraMounts } from '../discover/layout.ts';
import type { DetectedLayout, ExtraSources } from '../discover/layout.ts';
import { createView } from '../discover/view.ts';
import type { Mount } from '../discover/view.ts';
import type { ClusterModel } from '../model/cluster.ts';
import type { LayoutKind } from '../model/node.ts';
import type { Source } from '../source/source.ts';

/** What the inputs decide of a node. */
export type NodeParts = Pick<NodeInput, 'view' | 'layout' | 'placed' | 'inputs' | 'fallbackName'> & {
  /** Set where lists of pods speak of several machines. */
  readonly podsOfNode?: string;
};

/** A source and what was recognised in it. */
export interface FoundLayouts {
  readonly source: Source;
  readonly layouts: readonly DetectedLayout[];
}

/**
 * Each folder that stands for a machine is a node; single files belong together, or to the one node there is. What the
 * API of a cluster says belongs to every node, and stands for machines only where nothing else does.
 * @param exports names of the inputs that are exports of a cluster
 */
export function nodesOf(
  found: readonly FoundLayouts[],
  extra: ExtraSources,
  flagFiles: readonly FlagFile[],
  exports: ReadonlySet<string>,
): readonly NodeParts[] {
  const all = found.flatMap(({ source, layouts }) =>
    layouts.filter((layout) => !exports.has(source.name) || !isOfVelero(layout)).map((layout) => ({ source, layout })),
  );
  const isSingle = ({ source, layout }: (typeof all)[number]): boolean =>
    layout.layout === 'files' || (exports.has(source.name) && layout.layout === 'loose' && isOfCluster(layout));
  const folders = all.filter((one) => !isSingle(one));
  const single = all.filter(isSingle);
  const named = extraMounts(extra);
  const extras = [...sourcesOf(extra).map(({ name }) => name), ...flagFiles.map(({ file }) => file)];
  const singleMounts = single.flatMap(({ source, layout }) =>
    exports.has(source.name) ? fileMounts(layout) : layout.mounts,
  );
  const singleFiles = single.flatMap(({ source, layout }) =>
    exports.has(source.name) ? exportedFiles(layout.files, folders.length > 0) : layout.files,
  );
  const singleNames = [...new Set(single.map(({ source }) => source.name))];
  // A kubeadm configuration speaks of every node of its cluster, and so does a list of them.
  const ofCluster = singleFiles.every((file) => file.class === 'kubeadm-config' || file.class === 'node-list');
  const together = folders.length === 1 || (folders.length > 1 && single.length > 0 && ofCluster);
  const nodes = folders.map(({ source, layout }) =>
    part(layout.layout, source.kind === 'host', [...layout.mounts, ...(together ? singleMounts : []), ...named], {
      placed: [...layout.files, ...(together ? singleFiles : [])],
      inputs: [source.name, ...(together ? singleNames : []), ...extras],
      fallbackName: fallbackName(source, layout.prefix),
    }),
  );
  if (!together && (single.length > 0 || (folders.length === 0 && extras.length > 0))) {
    nodes.push(
      part(named.length > 0 ? 'loose' : 'files', false, [...singleMounts, ...(folders.length === 0 ? named : [])], {
        placed: singleFiles,
        inputs: [...singleNames, ...extras],
        fallbackName: [...singleNames, ...extras][0] ?? 'files',
      }),
    );
  }
  return nodes;
}

/** What files of a node hold by the API's word. */
const OF_API: ReadonlySet<string> = new Set(['kubeadm-config', 'node-list', 'pod-list']);

/** Pods of a backup are files by themselves, as manifests of a kubelet are. */
function isOfVelero({ prefix }: DetectedLayout): boolean {
  return /(?:^|\/)resources\/pods\//.test(`${prefix}/`);
}

function isOfCluster(layout: DetectedLayout): boolean {
  return fileMounts(layout).length === layout.files.length && layout.files.every((file) => OF_API.has(file.class));
}

/** The files of an export's folder one by one: as a whole it is no root of a machine. */
function fileMounts({ mounts }: DetectedLayout): readonly Mount[] {
  return mounts.filter(({ nodePath }) => nodePath !== '/');
}

/** One file of an export may hold nodes and pods and ConfigMaps. Beside a machine's own files its pods say nothing new. */
function exportedFiles(files: DetectedLayout['files'], besideFolder: boolean): DetectedLayout['files'] {
  return files.flatMap((file): DetectedLayout['files'] => {
    if (!OF_API.has(file.class)) return [file];
    const classes = new Set([file.class, 'node-list' as const, ...(besideFolder ? [] : ['pod-list' as const])]);
    if (besideFolder) classes.delete('pod-list');
    return [...classes].map((one) => ({ path: file.path, class: one }));
  });
}

/** More control-plane nodes than etcd has members anywhere. */
const MAX_LISTED_NODES = 50;

/** A part once for each machine that the API's pods stand for; the part itself where that is one, or none. */
export function byMachine(one: NodeParts, cluster: ClusterModel | undefined): readonly NodeParts[] {
  if (one.layout !== 'files' || !one.placed.some((file) => file.class === 'pod-list')) return [one];
  const names = [
    ...new Set((cluster?.pods ?? []).filter(({ isMirror }) => isMirror).map(({ nodeName }) => nodeName)),
  ].sort();
  if (names.length < 2) return [one];
  return names.slice(0, MAX_LISTED_NODES).map((name) => ({ ...one, podsOfNode: name, fallbackName: name }));
}

function part(
  layout: LayoutKind,
  live: boolean,
  mounts: readonly Mount[],
  rest: Pick<NodeParts, 'placed' | 'inputs' | 'fallbackName'>,
): NodeParts {
  return { view: createView(mounts, { live }), layout, ...rest };
}

/** `cp-1` for `backup/cp-1.tar.gz`, or the folder inside it. */
function fallbackName(source: Source, prefix: string): string {
  if (prefix !== '') return prefix.split('/').at(-1) ?? prefix;
  const base = source.name.replace(/\/+$/, '').split('/').at(-1) ?? source.name;
  return base.replace(/\.(tar|tgz|tar\.gz)$/i, '') || source.name;
}

/** The sources that options named, in the order of the options. */
export function sourcesOf({ manifests, pki, kubeletConfig }: ExtraSources): readonly Source[] {
  return [manifests, pki, kubeletConfig].filter((source) => source !== undefined);
}
