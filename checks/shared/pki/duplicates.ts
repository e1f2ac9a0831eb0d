/** Certificates of different roles that share a private key. */
import type { Certificate } from '../../../src/model/certificate.ts';
import type { NodeModel } from '../../../src/model/node.ts';
import type { Check } from '../../../src/model/path.ts';
import { kubernetesDocs } from '../references.ts';
import { pass, warn } from '../result.ts';
import { certificateEvidence, enumerate, located } from '../words.ts';
import { ofEachPresented, unreadOf } from './walk.ts';

/** Every leaf that the node shows or keeps: the first certificate of a file, and of what a kubeconfig embeds. */
function leavesOf(node: NodeModel): readonly Certificate[] {
  const inFiles = [...node.files.values()].flatMap((file) =>
    file.state === 'present' ? file.pem.certificates.slice(0, 1) : [],
  );
  const embedded = [...node.kubeconfigs.values()].flatMap(({ user }) => user?.certificates.slice(0, 1) ?? []);
  return [...inFiles, ...embedded].filter(({ basicConstraints }) => basicConstraints?.ca !== true);
}

const leaves = new WeakMap<NodeModel['files'], ReadonlyMap<string, readonly Certificate[]>>();

/** The leaves of a node by their public key; the files of a node are the same under every version. */
function leavesByKey(node: NodeModel): ReadonlyMap<string, readonly Certificate[]> {
  const known = leaves.get(node.files);
  if (known !== undefined) return known;
  const found = new Map<string, Certificate[]>();
  for (const leaf of leavesOf(node)) {
    const key = leaf.publicKey.spkiSha256;
    found.set(key, [...(found.get(key) ?? []), leaf]);
  }
  leaves.set(node.files, found);
  return found;
}

/**
 * Whether two certificates are for different roles. Issued anew, a certificate keeps its common name, and mostly its
 * uses: kubeadm and the kubelet then make a new key, but `openssl req -key` and cert-manager may keep the old one.
 */
function differsInRole(one: Certificate, other: Certificate): boolean {
  if (one.sha256 === other.sha256) return false;
  if (one.commonName !== other.commonName) return true;
  const [uses, otherUses] = [one.extendedKeyUsage, other.extendedKeyUsage];
  return uses !== undefined && otherUses !== undefined && !uses.some((use) => otherUses.includes(use));
}

export const duplicateKey: Check = {
  id: 'pki-duplicate-key',
  title: 'No certificate of the path shares its private key with one of another role',
  severity: 'medium',
  impact: 'security',
  versions: 'all',
  remediation:
    'Give each certificate a key of its own: move one of the pairs away and make it anew, for one of kubeadm with `kubeadm init phase certs <name>`; where the key may be out, both have to be replaced.',
  references: [kubernetesDocs('setup/best-practices/certificates/')],
  ...ofEachPresented(
    () => true,
    (presented, { node }) => {
      const leaf = presented.chain[0];
      if (leaf === undefined) return unreadOf([presented.certificate]);
      const shown = [certificateEvidence(leaf, presented)];
      const others = (leavesByKey(node).get(leaf.publicKey.spkiSha256) ?? []).filter((one) => differsInRole(leaf, one));
      if (others.length === 0)
        return pass(`No certificate of another role in the input has the key of ${located(leaf)}.`, shown);
      const distinctOthers = [...new Map(others.map((one) => [located(one), one])).values()];
      return warn(
        `${located(leaf)} (${leaf.subject}) has the same private key as ${enumerate(distinctOthers.map((one) => `${located(one)} (${one.subject})`))}: who gets one of them has the other as well, and they have to be replaced together.`,
        [...shown, ...distinctOthers.map((one) => certificateEvidence(one))],
        { headline: 'private key of two certificates' },
      );
    },
  ),
};
