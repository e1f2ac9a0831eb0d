/** What the etcd cases change again and again. */
import { caOf, issue } from './certificates.ts';
import type { Issued, Wanted } from './certificates.ts';
import { realNode } from './node.ts';
import type { ClusterName, EditableNode } from './node.ts';

export const APISERVER = '/etc/kubernetes/manifests/kube-apiserver.yaml';
export const ETCD = '/etc/kubernetes/manifests/etcd.yaml';
export const PKI = '/etc/kubernetes/pki';

const stock = await realNode('kubeadm-v136-default');

/** The CAs of the stock node. */
export const ETCD_CA = caOf(stock, `${PKI}/etcd/ca`);
export const CLUSTER_CA = caOf(stock);
/** A CA that nobody knows, with the name of etcd's. */
export const OTHER_CA = await issue({ subject: 'CN=etcd-ca', ca: true });

/** A certificate for etcd on the stock node; good for any use unless one is given. */
export async function forEtcd(wanted: Partial<Wanted> = {}, issuer: Issued = ETCD_CA): Promise<Issued> {
  return issue({ subject: 'CN=cp-1', dns: ['localhost', 'cp-1'], ips: ['127.0.0.1', '10.20.0.11'], ...wanted }, issuer);
}

/** Puts a pair in place of the one at `base`.crt and `base`.key. */
export function put(node: EditableNode, base: string, pair: Issued): EditableNode {
  return node.write(`${base}.crt`, pair.certificate).write(`${base}.key`, pair.key);
}

/** The API server dials other machines, as with an external etcd, and everything else stays as it is. */
export function dial(node: EditableNode, urls: string): EditableNode {
  return node.setFlag('kube-apiserver', 'etcd-servers', urls);
}

export const ALL_CLUSTERS: readonly ClusterName[] = [
  'kubeadm-v136-default',
  'kubeadm-v128-default',
  'kubeadm-v136-hardened-ha',
  'kubeadm-v136-live',
];
