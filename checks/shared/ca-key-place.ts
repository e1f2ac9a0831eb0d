/** Where the private keys of CAs lie: whoever has one is anybody to all that trust the CA. */
import type { ComponentName } from '../../src/model/component.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type { Check, Evidence } from '../../src/model/path.ts';
import { whyHidden } from './absence.ts';
import { component, isSet } from './access.ts';
import { keysOfBundle } from './ca-keys.ts';
import { isWholeMachine } from './etcd.ts';
import { settingMaterial } from './material.ts';
import { kubernetesDocs } from './references.ts';
import { fail, notApplicable, notAssessed, pass } from './result.ts';
import { isMissing, notInInput } from './unread.ts';
import { enumerate } from './words.ts';

const WORDS: Omit<Check, 'evaluate'> = {
  id: 'pki-ca-key-on-node',
  title: 'Private keys of CAs lie on control-plane nodes at most',
  severity: 'medium',
  impact: 'security',
  versions: 'all',
  remediation:
    'Delete the key from the node (`shred -u <file>`) after a copy of it is in a safe place: a worker needs ca.crt alone. Who could read it there may have it, so then make a new CA: kubernetes.io/docs/tasks/tls/manual-rotation-of-ca-certificates/.',
  references: [
    kubernetesDocs('tasks/administer-cluster/kubeadm/kubeadm-certs/'),
    kubernetesDocs('setup/best-practices/certificates/'),
  ],
};

/**
 * Asks it of the CA in one bundle of the API server: on a control-plane node its key may be, and the answer says what
 * for.
 * @param purpose a clause about who needs the key there
 */
export function caKeyPlace(setting: string, purpose: string): Check {
  return {
    ...WORDS,
    notApplicable: ({ node }) => {
      const apiserver = component(node, 'kube-apiserver');
      return apiserver === undefined || isSet(apiserver, setting) ? undefined : `--${setting} is not set.`;
    },
    evaluate: ({ node }) => {
      const apiserver = component(node, 'kube-apiserver');
      if (apiserver === undefined) return notAssessed(`${notInInput('kube-apiserver', node)}.`);
      const bundle = settingMaterial(node, apiserver, setting);
      const shown = bundle === undefined ? [] : [bundle.evidence];
      if (bundle?.nodeFile?.state === 'unavailable') {
        // What is not there at all is reported by the check on the bundle itself.
        return isMissing(bundle)
          ? []
          : notAssessed(`${bundle.nodeFile.message}, so which key is its is not known.`, shown);
      }
      const keys = keysOfBundle(node, apiserver, setting);
      return keys.length === 0
        ? pass(`The input holds no private key of the CAs that --${setting} names.`, shown)
        : pass(`${enumerate(keys.map(({ file }) => file))} lies on this control-plane node: ${purpose}.`, [
            ...shown,
            ...keys.map(({ evidence }) => evidence),
          ]);
    },
  };
}

/** Of a CA with which no process signs. */
export const IDLE_KEY =
  'nothing that runs reads it, and kubeadm only when it renews certificates or a control-plane node joins, so it can be kept elsewhere until then';

const CONTROL_PLANE: readonly ComponentName[] = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'etcd'];

/** The names of kubeadm for the keys of its CAs (cmd/kubeadm/app/constants). */
const CA_KEY = /\/(?:ca|front-proxy-ca)\.key$/;

/** A file that only a control-plane node has, where its manifests are not in the input: moved away, or left out of the copy. */
function controlPlaneTrace(node: NodeModel): string | undefined {
  const file = [...node.kubeconfigs.keys()].find((path) => /\/(?:controller-manager|scheduler)\.conf$/.test(path));
  return file === undefined ? undefined : `${file} is a control plane's, and its manifests are not in the input`;
}

/** The files with a key of a CA that the input shows, or that is called like one. */
function keysOfCAs(node: NodeModel): readonly string[] {
  const files = [...node.files.values()].flatMap((file) => (file.state === 'present' ? [file] : []));
  const authorities = [
    ...files.flatMap(({ pem }) => pem.certificates),
    ...[...node.kubeconfigs.values()].flatMap(({ cluster }) => cluster?.certificateAuthorities ?? []),
  ].filter(({ basicConstraints }) => basicConstraints?.ca === true);
  const keys = new Set(authorities.map(({ publicKey }) => publicKey.spkiSha256));
  return files.flatMap(({ path, pem: { privateKeys } }) =>
    privateKeys.some(({ publicKey }) => keys.has(publicKey?.spkiSha256 ?? '')) ||
    (privateKeys.length > 0 && CA_KEY.test(path))
      ? [path]
      : [],
  );
}

/** Asks it of a node as a whole: the one kind of node that has none of them is a worker. */
export const workerHoldsCAKey: Check = {
  ...WORDS,
  evaluate: ({ node }) => {
    const keys = keysOfCAs(node);
    const shown = keys.map((file): Evidence => ({
      setting: 'private key of a CA',
      value: file,
      origin: 'certificate',
      file,
    }));
    const files = enumerate(keys);
    if (CONTROL_PLANE.some((name) => component(node, name) !== undefined)) {
      return pass(
        keys.length === 0
          ? 'The input holds no private key of a CA.'
          : `${files} ${keys.length === 1 ? 'lies' : 'lie'} on a node of the control plane, where the controller manager signs with that of the cluster and kubeadm with all of them.`,
        shown,
      );
    }
    if (keys.length === 0) {
      return isWholeMachine(node)
        ? pass('No private key of a CA lies on this node.')
        : notApplicable('The input shows no private key of a CA, and not the whole node.');
    }
    const hidden = whyHidden(node, ...CONTROL_PLANE) ?? controlPlaneTrace(node);
    if (hidden !== undefined || !isWholeMachine(node)) {
      return notAssessed(
        `${files} holds the private key of a CA; whether this is a control-plane node is not known: ${hidden ?? 'supply its /etc/kubernetes/manifests, or the whole node'}.`,
        shown,
      );
    }
    return fail(
      `${files} ${keys.length === 1 ? 'holds the private key of a CA' : 'hold private keys of CAs'} on a node without a control plane: whoever takes over this worker makes certificates for anybody, and so takes over the cluster.`,
      shown,
      { severity: 'high', headline: 'CA key on a worker' },
    );
  },
};
