/** Whether a control-plane node accepts what another shows: where it goes wrong while a CA is replaced node by node. */
import type { ComponentName } from '../../src/model/component.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type { Finding, Material } from '../../src/model/path.ts';
import { verifyChain } from '../../src/pki/chain.ts';
import type { ChainQuestion } from '../../src/pki/chain.ts';
import { component, evidence, knownOr } from './access.ts';
import { certificatesOf, settingMaterial } from './material.ts';
import { fail } from './result.ts';
import { goLine } from './verdict.ts';
import { located } from './words.ts';

/** A file that a setting names, on whichever node. */
export interface Setting {
  readonly owner: ComponentName;
  readonly setting: string;
}

/** A certificate that each node shows to all, and the bundle by which each judges those of all. */
export interface Shown {
  readonly leaf: Setting;
  readonly by: Setting;
  readonly usage: ChainQuestion['usage'];
  /** What follows, as a clause. */
  readonly consequence: string;
}

/** Two nodes of one cluster; findings are for a row of the first. */
export interface Machine {
  readonly node: NodeModel;
  readonly other: NodeModel;
}

/** The file that a setting names; undefined where the component is not there or the value is not known. */
export function materialOf(node: NodeModel, { owner: name, setting }: Setting): Material | undefined {
  const owner = component(node, name);
  return owner === undefined ? undefined : knownOr(undefined, () => settingMaterial(node, owner, setting));
}

/**
 * What the other node shows and its own bundle verifies, while the bundle here does not. Where the two bundles have
 * nothing in common, or a file is not in the input, another finding says so.
 */
export function refusedHere({ node, other }: Machine, { leaf, by, usage, consequence }: Shown): readonly Finding[] {
  const [mine, theirs, shown] = [materialOf(node, by), materialOf(other, by), materialOf(other, leaf)];
  const judge = component(node, by.owner);
  const [certificate, ...intermediates] = certificatesOf(shown);
  if (mine === undefined || theirs === undefined || certificate === undefined || judge === undefined) return [];
  const [roots, own] = [certificatesOf(mine), certificatesOf(theirs)];
  if (!roots.some(({ publicKey }) => own.some((one) => one.publicKey.spkiSha256 === publicKey.spkiSha256))) return [];
  const line = goLine(node);
  const verifies = (bundle: ChainQuestion['roots']): boolean =>
    verifyChain({
      leaf: certificate,
      intermediates,
      roots: bundle,
      at: node.at,
      usage,
      ...(line === undefined ? {} : { goLine: line }),
    }).ok;
  if (!verifies(own) || verifies(roots)) return [];
  return [
    fail(
      `${mine.file} of ${node.name} lacks the CA of ${located(certificate)} of ${other.name}, which ${theirs.file} there has: ${consequence}.`,
      [evidence(judge, by.setting)],
      {
        headline: `${mine.file.split('/').slice(-2).join('/')} lacks the CA of ${other.name}`,
        remediation: `A CA is being replaced, and ${other.name} has a certificate of the new one before every node trusts it. Append the new CA to ${mine.file} on ${node.name}, behind what is in it, and restart what reads it; go on with certificates once every node has both CAs: kubernetes.io/docs/tasks/tls/manual-rotation-of-ca-certificates/.`,
      },
    ),
  ];
}
