/** What is told of a distribution once its layout is recognised. */
import type { Distribution, DistributionId } from '../../model/distribution.ts';
import type { Notice } from '../../model/component.ts';
import type { Version } from '../../model/version.ts';
import type { PlacedFile } from '../layout.ts';
import type { FileReader } from '../reader.ts';
import type { DiscoveryProblem, Invocation } from '../types.ts';

export interface OldestVersions {
  readonly kubernetes?: Version;
  readonly etcd?: Version;
}

export interface FoundDistribution extends Distribution {
  /** Components that the distribution starts by itself, in no manifest and no unit of their own. */
  readonly invocations: readonly Invocation[];
  readonly problems: readonly DiscoveryProblem[];
  readonly notices: readonly Notice[];
  /** What only the distribution's builds of a component read, written out as flags. */
  readonly refine?: (invocation: Invocation) => Invocation;
  /** Kubeconfigs and PEM files that no setting names. */
  readonly kubeconfigs: readonly string[];
  readonly pemFiles: readonly string[];
  /** The oldest versions that the layout may be of; undefined: any. */
  readonly oldest?: OldestVersions;
  /** Files that the distribution makes at run time from its configuration, by path. */
  readonly texts: ReadonlyMap<string, string>;
}

export interface DistributionDefinition {
  readonly id: DistributionId;
  /** Files and folders below a node's root of which any makes a folder of the input a root; without a leading slash. */
  readonly markers: readonly string[];
  /** Recognises the distribution and reads what only it has; undefined for any other node. Throws nothing. */
  readonly find: (reader: FileReader, placed: readonly PlacedFile[]) => FoundDistribution | undefined;
}

/** A distribution whose components are all in manifests and units, so that only its name has to be told. */
export function named(id: DistributionId, file: string, more: Partial<FoundDistribution> = {}): FoundDistribution {
  return {
    id,
    file,
    absences: new Map(),
    decides: new Map(),
    apiserverPorts: [],
    invocations: [],
    problems: [],
    notices: [],
    kubeconfigs: [],
    pemFiles: [],
    texts: new Map(),
    ...more,
  };
}

/** Whether a path is a file that can be read, or a folder that holds something. */
export function isThere(reader: FileReader, path: string): boolean {
  return reader.list(path).length > 0 || reader.readText(path).ok;
}
