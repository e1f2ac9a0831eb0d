/** Which machines the inputs stand for. */
import type { NodeInput } from '../assemble/node.ts';
import type { FlagFile } from '../discover/components.ts';
import { extraMounts } from '../discover/layout.ts';
import type { DetectedLayout, ExtraSources } from '../discover/layout.ts';
import { createView } from '../discover/view.ts';
import type { Mount } from '../discover/view.ts';
import type { LayoutKind } from '../model/node.ts';
import type { Source } from '../source/source.ts';

/** What the inputs decide of a node. */
export type NodeParts = Pick<NodeInput, 'view' | 'layout' | 'placed' | 'inputs' | 'fallbackName'>;

/** A source and what was recognised in it. */
export interface FoundLayouts {
  readonly source: Source;
  readonly layouts: readonly DetectedLayout[];
}

/** Each folder that stands for a machine is a node; single files belong together, or to the one node there is. */
export function nodesOf(
  found: readonly FoundLayouts[],
  extra: ExtraSources,
  flagFiles: readonly FlagFile[],
): readonly NodeParts[] {
  const folders = found.flatMap(({ source, layouts }) =>
    layouts.filter(({ layout }) => layout !== 'files').map((layout) => ({ source, layout })),
  );
  const single = found.flatMap(({ source, layouts }) =>
    layouts.filter(({ layout }) => layout === 'files').map((layout) => ({ source, layout })),
  );
  const named = extraMounts(extra);
  const extras = [...sourcesOf(extra).map(({ name }) => name), ...flagFiles.map(({ file }) => file)];
  const singleMounts = single.flatMap(({ layout }) => layout.mounts);
  const singleFiles = single.flatMap(({ layout }) => layout.files);
  const singleNames = single.map(({ source }) => source.name);
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
