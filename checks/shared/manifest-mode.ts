/** Whether somebody else than root decides what a static pod runs. */
import type { ComponentName } from '../../src/model/component.ts';
import type { PresentFile } from '../../src/model/file.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type { Check, Evidence, Finding } from '../../src/model/path.ts';
import { octal, READ, reachOf, WRITE } from './file-access.ts';
import { cis, stig } from './references.ts';
import { notAssessed, pass, warn } from './result.ts';
import { notInInput } from './unread.ts';

/** The manifest that starts a component; undefined where it is no static pod. */
function manifestOf(node: NodeModel, name: ComponentName): string | undefined {
  // Of a component that runs, what is configured beside it is what a restart starts.
  const { sources } = node.configured.get(name) ?? node.components.get(name) ?? {};
  return sources?.find(({ kind }) => kind === 'static-pod')?.file;
}

function manifestFile(node: NodeModel, name: ComponentName): PresentFile | undefined {
  const path = manifestOf(node, name);
  const file = path === undefined ? undefined : node.files.get(path);
  return file?.state === 'present' && (file.mode !== undefined || file.uid !== undefined) ? file : undefined;
}

/**
 * Asks it of the manifest of one component.
 * @param control the numbers of CIS for its mode and its owner
 */
export function manifestMode(name: ComponentName, control: { readonly mode: string; readonly owner: string }): Check {
  return {
    id: 'pki-manifest-mode',
    title: 'Only root reads and changes the manifest of the static pod',
    severity: 'low',
    impact: 'security',
    versions: 'all; kubeadm writes 0600',
    remediation: `\`chmod 0600\` and \`chown root:root\` the manifest (kubeadm: /etc/kubernetes/manifests/${name}.yaml); the kubelet runs what it says as root, so where others could write it, read it first.`,
    references: [cis(control.mode), cis(control.owner), stig('CNTR-K8-000860'), stig('CNTR-K8-000900')],
    notApplicable: ({ node }) => {
      if (!node.components.has(name)) return undefined;
      if (manifestOf(node, name) === undefined) return `${name} is no static pod.`;
      return manifestFile(node, name) === undefined
        ? 'The input does not keep the file modes and owners of the node.'
        : undefined;
    },
    evaluate: ({ node }) => {
      const file = manifestFile(node, name);
      if (file === undefined) return notAssessed(`${notInInput(name, node)}.`);
      const shown: readonly Evidence[] = [
        { component: name, setting: 'manifest', value: file.path, origin: 'default', file: file.path },
      ];
      const findings = [...judgeOwner(file, shown), ...judgeMode(file, shown)];
      return findings.length > 0
        ? findings
        : pass(`${file.path} is root's, and nobody else reads or changes it.`, shown);
    },
  };
}

function judgeOwner({ path, uid }: PresentFile, shown: readonly Evidence[]): readonly Finding[] {
  if (uid === undefined || uid === 0) return [];
  return [
    warn(
      `${path} belongs to user ${uid} and not to root: whoever is that user has the kubelet run what they please as root.`,
      shown,
      {
        severity: 'medium',
        headline: `manifest of user ${uid}`,
      },
    ),
  ];
}

function judgeMode(file: PresentFile, shown: readonly Evidence[]): readonly Finding[] {
  const { path, mode, gid } = file;
  const writers = reachOf(file, WRITE);
  if (mode === undefined) return [];
  const headline = `manifest mode ${octal(mode)}`;
  const has = `${path} has mode ${octal(mode)}`;
  if (writers !== undefined) {
    const who = {
      everybody: 'every user of the node can have',
      group: `its group (gid ${gid ?? '?'}) can have`,
      'unknown-group': "its group, which the input does not tell, unless it is root's, can have",
    }[writers];
    return [
      warn(`${has}: ${who} the kubelet run what they please as root.`, shown, {
        severity: writers === 'everybody' ? 'high' : 'medium',
        headline,
      }),
    ];
  }
  return reachOf(file, READ) === 'everybody'
    ? [warn(`${has}: every user of the node reads how the component is set up.`, shown, { headline })]
    : [];
}
