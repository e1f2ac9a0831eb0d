/** The private keys of the CAs by which a path is judged, where the node keeps them. */
import type { Component } from '../../src/model/component.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type { Material } from '../../src/model/path.ts';
import { certificatesOf, settingMaterial } from './material.ts';

/**
 * The files with the private key of a CA in the bundle that a setting names, wherever they are: whoever reads such a
 * key is anybody on the paths that the CA vouches for. The certificate tells which key is its own, not the file's name.
 */
export function keysOfBundle(node: NodeModel, owner: Component | undefined, setting: string): readonly Material[] {
  if (owner === undefined) return [];
  const keys = new Set(
    certificatesOf(settingMaterial(node, owner, setting))
      .filter(({ basicConstraints }) => basicConstraints?.ca === true)
      .map(({ publicKey }) => publicKey.spkiSha256),
  );
  return [...node.files.values()].flatMap((file): readonly Material[] => {
    if (
      file.state !== 'present' ||
      !file.pem.privateKeys.some(({ publicKey }) => keys.has(publicKey?.spkiSha256 ?? ''))
    )
      return [];
    return [
      {
        file: file.path,
        evidence: { setting: 'private key of a CA', value: file.path, origin: 'certificate', file: file.path },
        nodeFile: file,
        embedded: false,
      },
    ];
  });
}
