/** Who may change the certificates of a path, by the modes and owners of their files and directories. */
import type { FileMetadata, PresentFile } from '../../../src/model/file.ts';
import type { NodeModel } from '../../../src/model/node.ts';
import type { Check, CheckContext, Finding, Material } from '../../../src/model/path.ts';
import { componentUsers, etcdUser, folderOf, octal, reachOf, WRITE } from '../file-access.ts';
import { cis, kubernetesDocs, stig } from '../references.ts';
import { pass, warn } from '../result.ts';
import { presentedOn } from '../verdict.ts';
import { enumerate } from '../words.ts';
import { bundleMaterial, materialsOf } from './walk.ts';

interface OwnedFile {
  readonly file: PresentFile;
  readonly material: Material;
}

/** The files of some materials, each once. */
function filesOf(materials: readonly Material[]): readonly OwnedFile[] {
  const found = new Map<string, OwnedFile>();
  for (const material of materials) {
    const { nodeFile } = material;
    if (nodeFile?.state === 'present' && !found.has(nodeFile.realPath))
      found.set(nodeFile.realPath, { file: nodeFile, material });
  }
  return [...found.values()];
}

/** The files with certificates or public keys and no private key: those with one are what pki-private-key-mode looks at. */
function certificateFiles(context: CheckContext): readonly (OwnedFile & { readonly isBundle: boolean })[] {
  const shown = presentedOn(context);
  const keys = context.facts.publicKeys ?? [];
  const bundles = filesOf([...shown.flatMap(bundleMaterial), ...keys]);
  const isBundle = new Set(bundles.map(({ file }) => file.realPath));
  return filesOf([...shown.flatMap((one) => [one.certificate, ...bundleMaterial(one)]), ...keys])
    .filter(({ file }) => file.pem.privateKeys.length === 0)
    .map((one) => ({ ...one, isBundle: isBundle.has(one.file.realPath) }));
}

export const certificateMode: Check = {
  id: 'pki-cert-mode',
  title: 'Only root changes the certificates and CA files of the path',
  severity: 'low',
  impact: 'both',
  versions: 'all',
  remediation:
    '`chmod 0644` (or 0600) the file that the finding names and `chown root:root` it; where others could write a CA file, compare it with a copy that you trust: `openssl storeutl -noout -text -certs <file>` shows what it holds.',
  references: [cis('1.1.20'), cis('4.1.7'), stig('CNTR-K8-003330'), stig('CNTR-K8-003160')],
  notApplicable: (context) =>
    certificateFiles(context).some(({ file }) => file.mode !== undefined)
      ? undefined
      : 'The input does not keep the file modes of the node, or holds no certificate file of this path.',
  evaluate: (context) => {
    const findings = certificateFiles(context).flatMap(({ file, material, isBundle }): readonly Finding[] => {
      const { path, mode, gid } = file;
      const reach = reachOf(file, WRITE);
      if (mode === undefined || reach === undefined) return [];
      const who = {
        everybody: 'every user of the node can write it',
        group: `its group (gid ${gid ?? '?'}) can write it`,
        'unknown-group': "its group, which the input does not tell, can write it, unless it is root's",
      }[reach];
      const then = isBundle ? 'and so decides whom this path trusts' : 'and so can break the path';
      return [
        warn(`${path} has mode ${octal(mode)}: ${who}, ${then}.`, [material.evidence], {
          severity: !isBundle ? 'low' : reach === 'everybody' ? 'high' : 'medium',
          headline: `${path.split('/').at(-1) ?? path} has mode ${octal(mode)}`,
        }),
      ];
    });
    return findings.length > 0 ? findings : pass('Nobody but root changes the certificate files of this path.');
  },
};

/** Every file that the path depends on: certificates, keys of both halves, bundles. */
function pathFiles(context: CheckContext): readonly OwnedFile[] {
  const { privateKeys = [], publicKeys = [] } = context.facts;
  return filesOf([...presentedOn(context).flatMap(materialsOf), ...privateKeys, ...publicKeys]);
}

interface Folder {
  readonly folder: FileMetadata;
  readonly holds: OwnedFile;
}

/** Their directories, where the input shows more of them than a name. */
function foldersOf(files: readonly OwnedFile[], node: NodeModel): readonly Folder[] {
  const found = new Map<string, Folder>();
  for (const one of files) {
    const folder = node.files.get(folderOf(one.file.realPath));
    if (folder?.state !== 'present' || folder.mode === undefined || found.has(folder.path)) continue;
    found.set(folder.path, { folder, holds: one });
  }
  return [...found.values()];
}

/** Whether a user may own what a component reads: root, and whom the component runs as. */
export function mayOwn(node: NodeModel, { evidence }: Pick<Material, 'evidence'>): (uid: number) => boolean {
  const users = componentUsers(node);
  // What is etcd's belongs to etcd's user where nothing shows who that is, as Kubespray leaves it for the API server.
  const isEtcds = (evidence.component === 'etcd' || evidence.setting.includes('etcd')) && etcdUser(node) === undefined;
  return (uid) => uid === 0 || users.has(uid) || isEtcds;
}

export const directoryOwner: Check = {
  id: 'pki-dir-owner',
  title: "The files of the path and their directories are root's",
  severity: 'low',
  impact: 'security',
  versions: 'all',
  remediation:
    "`chown -R root:root /etc/kubernetes/pki` (what etcd reads may be its own user's) and `chmod 0755` the directory that the finding names; where another user could read a key, replace it: `kubeadm certs renew <name>`.",
  references: [
    cis('1.1.19'),
    cis('4.1.8'),
    stig('CNTR-K8-003180'),
    stig('CNTR-K8-003170'),
    kubernetesDocs('setup/best-practices/certificates/'),
  ],
  notApplicable: (context) => {
    const files = pathFiles(context);
    return files.some(({ file }) => file.uid !== undefined) || foldersOf(files, context.node).length > 0
      ? undefined
      : 'The input does not keep the owners of the node, or holds no file of this path.';
  },
  evaluate: (context) => {
    const { node } = context;
    const files = pathFiles(context);
    const findings = [...strangersFiles(files, node), ...openFolders(foldersOf(files, node), node)];
    return findings.length > 0 ? findings : pass("The files of this path and their directories are root's.");
  },
};

/** One finding for each user who owns files of others: a copy made as that user leaves many. */
function strangersFiles(files: readonly OwnedFile[], node: NodeModel): readonly Finding[] {
  const byUser = new Map<number, OwnedFile[]>();
  for (const one of files) {
    const { uid } = one.file;
    if (uid === undefined || mayOwn(node, one.material)(uid)) continue;
    byUser.set(uid, [...(byUser.get(uid) ?? []), one]);
  }
  return [...byUser].map(([uid, owned]) => {
    const names = enumerate(owned.map(({ file }) => file.path));
    return warn(
      `${names} ${owned.length === 1 ? 'belongs' : 'belong'} to user ${uid} and not to root: whoever is that user reads and changes ${owned.length === 1 ? 'it' : 'them'}.`,
      owned.map(({ material }) => material.evidence),
      { headline: `PKI files of user ${uid}` },
    );
  });
}

function openFolders(folders: readonly Folder[], node: NodeModel): readonly Finding[] {
  return folders.flatMap(({ folder, holds: { file, material } }): readonly Finding[] => {
    const { path, mode, uid } = folder;
    const then = `and so can put another file in place of ${file.path}`;
    if (uid !== undefined && !mayOwn(node, material)(uid)) {
      return [
        warn(
          `The directory ${path} belongs to user ${uid} and not to root: whoever is that user may write there, ${then}.`,
          [material.evidence],
          { headline: `${path} of user ${uid}` },
        ),
      ];
    }
    const reach = reachOf(folder, WRITE);
    // In a sticky directory nobody replaces what is another's; inode(7).
    if (mode === undefined || reach === undefined || (mode & 0o1000) !== 0) return [];
    const who = {
      everybody: 'every user of the node can write there',
      group: 'its group can write there',
      'unknown-group': "its group, which the input does not tell, can write there, unless it is root's",
    }[reach];
    return [
      warn(`The directory ${path} has mode ${octal(mode)}: ${who}, ${then}.`, [material.evidence], {
        severity: reach === 'everybody' ? 'high' : 'medium',
        headline: `${path} has mode ${octal(mode)}`,
      }),
    ];
  });
}
