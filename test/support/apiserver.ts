/** What the cases of the API server's paths change again and again. */
import { caOf, issue } from './certificates.ts';
import type { Issued, Wanted } from './certificates.ts';
import { realNode } from './node.ts';
import type { EditableNode } from './node.ts';

export const MANIFEST = '/etc/kubernetes/manifests/kube-apiserver.yaml';
export const PKI = '/etc/kubernetes/pki';
/** The serving pair, without its endings. */
export const SERVING = `${PKI}/apiserver`;
export const ADMIN = '/etc/kubernetes/admin.conf';
export const SUPER_ADMIN = '/etc/kubernetes/super-admin.conf';

const stock = await realNode('kubeadm-v136-default');

/** The cluster CA of the stock node. */
export const CLUSTER_CA = caOf(stock);
/** A CA of the same name that nobody trusts, as a rebuilt cluster has it. */
export const REBUILT_CA = await issue({ subject: 'CN=kubernetes', ca: true, notAfter: '2036-01-01T00:00:00Z' });

/** The CA that takes the place of the stock node's, of the same name. */
export const NEXT_CA = await issue({
  subject: 'CN=kubernetes',
  ca: true,
  notBefore: '2026-11-21T11:00:00Z',
  notAfter: '2036-11-18T11:00:00Z',
});

const KUBEADM_NAMES = {
  dns: [
    'cp-1',
    'kubernetes',
    'kubernetes.default',
    'kubernetes.default.svc',
    'kubernetes.default.svc.cluster.local',
    'localhost',
  ],
  ips: ['10.96.0.1', '10.20.0.11'],
};

/** A serving certificate like kubeadm's for the stock node, except as wanted. */
export async function forApiserver(wanted: Partial<Wanted> = {}, issuer: Issued = CLUSTER_CA): Promise<Issued> {
  return issue({ subject: 'CN=kube-apiserver', use: 'server', ...KUBEADM_NAMES, ...wanted }, issuer);
}

/** A client certificate like admin.conf's, except as wanted. */
export async function forAdmin(wanted: Partial<Wanted> = {}, issuer: Issued = CLUSTER_CA): Promise<Issued> {
  return issue({ subject: 'CN=kubernetes-admin, O=kubeadm:cluster-admins', use: 'client', ...wanted }, issuer);
}

/** Makes the API server serve this pair. */
export function serve(node: EditableNode, { certificate, key }: Issued): EditableNode {
  return node.write(`${SERVING}.crt`, certificate).write(`${SERVING}.key`, key);
}

/** Replaces a `*-data` field of a kubeconfig. */
export function embed(node: EditableNode, file: string, field: string, text: string): EditableNode {
  return node.replace(file, new RegExp(`${field}: .*`), `${field}: ${Buffer.from(text).toString('base64')}`);
}

/** Puts a client certificate and its key into a kubeconfig. */
export function authenticate(node: EditableNode, file: string, { certificate, key }: Issued): EditableNode {
  return embed(embed(node, file, 'client-certificate-data', certificate), file, 'client-key-data', key);
}

/** A file of the node that the API server's container sees at the same path. */
export function mounted(node: EditableNode, file: string, text: string): EditableNode {
  return node
    .write(file, text)
    .replace(MANIFEST, '    volumeMounts:\n', `    volumeMounts:\n    - mountPath: ${file}\n      name: one-file\n`)
    .replace(MANIFEST, '  volumes:\n', `  volumes:\n  - hostPath:\n      path: ${file}\n    name: one-file\n`);
}

/** The image tag decides the version. */
export function atVersion(node: EditableNode, version: string): EditableNode {
  return node.replace(MANIFEST, ':v1.36.3', `:v${version}`);
}

/** An image named by digest alone: no version. */
export function withoutVersion(node: EditableNode): EditableNode {
  return node.replace(MANIFEST, ':v1.36.3', `@sha256:${'ab'.repeat(32)}`);
}

/** Gives the API server's container an environment variable. */
export function withVariable(node: EditableNode, name: string, value: string): EditableNode {
  return node.replace(
    MANIFEST,
    '    image: ',
    `    env:\n    - name: ${name}\n      value: ${JSON.stringify(value)}\n    image: `,
  );
}

/** Gives the API server a flag whose value comes from a Secret when the pod starts, so that no file shows it. */
export function withUnshown(node: EditableNode, flag: string): EditableNode {
  return node
    .addFlag('kube-apiserver', `--${flag}=$(UNSHOWN)`)
    .replace(
      MANIFEST,
      '    image: ',
      '    env:\n    - name: UNSHOWN\n      valueFrom:\n        secretKeyRef: {name: a, key: b}\n    image: ',
    );
}
