/** A second control-plane node of the cluster of kubeadm-v136-hardened-ha, as `kubeadm join --control-plane` sets one up. */
import { caOf, issue } from './certificates.ts';
import type { Issued, Wanted } from './certificates.ts';
import { realNode } from './node.ts';
import type { EditableNode } from './node.ts';

const PKI = '/etc/kubernetes/pki';
const MANIFESTS = '/etc/kubernetes/manifests';

const first = await realNode('kubeadm-v136-hardened-ha');

type Pair = readonly [file: string, ca: Issued, wanted: Wanted];

/** The certificates of its own. */
const own = await Promise.all(
  (
    [
      ['apiserver', caOf(first), { subject: 'CN=kube-apiserver', use: 'server', dns: ['cp-2'], ips: ['10.20.0.12'] }],
      [
        'apiserver-etcd-client',
        caOf(first, `${PKI}/etcd/ca`),
        { subject: 'CN=kube-apiserver-etcd-client', use: 'client' },
      ],
      ['front-proxy-client', caOf(first, `${PKI}/front-proxy-ca`), { subject: 'CN=front-proxy-client', use: 'client' }],
      ['etcd/server', caOf(first, `${PKI}/etcd/ca`), { subject: 'CN=cp-2', dns: ['cp-2'], ips: ['10.20.0.12'] }],
      ['etcd/peer', caOf(first, `${PKI}/etcd/ca`), { subject: 'CN=cp-2', dns: ['cp-2'], ips: ['10.20.0.12'] }],
    ] satisfies readonly Pair[]
  ).map(async ([file, ca, wanted]) => [file, await issue(wanted, ca)] as const),
);

/** Its certificates name what a test needs that compares two nodes, and not all that kubeadm writes. */
export async function secondNode(): Promise<EditableNode> {
  const node = await realNode('kubeadm-v136-hardened-ha');
  const texts = node.files().filter((file) => /\.(?:yaml|conf|env)$/.test(file));
  for (const file of texts) {
    node.write(file, node.text(file).replaceAll('cp-1', 'cp-2').replaceAll('10.20.0.11', '10.20.0.12'));
  }
  // It learns of the members before it when it joins.
  node.replace(`${MANIFESTS}/etcd.yaml`, '--initial-cluster=', '--initial-cluster=cp-1=https://10.20.0.11:2380,');
  for (const [file, { certificate, key }] of own) {
    node.write(`${PKI}/${file}.crt`, certificate).write(`${PKI}/${file}.key`, key);
  }
  return node;
}

/** As one that knows of the first by no member of etcd. */
export async function withoutMembers(): Promise<EditableNode> {
  return (await secondNode()).replace(`${MANIFESTS}/etcd.yaml`, 'cp-1=https://10.20.0.11:2380,', '');
}

/** Other CAs and keys than the first has, in place of all or some of them. */
export async function rebuilt(
  node: EditableNode,
  ...files: readonly ('ca' | 'front-proxy-ca' | 'etcd/ca' | 'sa')[]
): Promise<EditableNode> {
  for (const file of files) {
    const { certificate, key } = await issue({ subject: 'CN=kubernetes', ca: true, notAfter: '2036-01-01T00:00:00Z' });
    node.write(`${PKI}/${file}.key`, key);
    if (file === 'sa') node.write(`${PKI}/sa.pub`, certificate);
    else node.write(`${PKI}/${file}.crt`, certificate);
  }
  return node;
}

/** As a cluster of its own, by its endpoint. */
export function ofOtherEndpoint(node: EditableNode): EditableNode {
  return node.replace('/etc/kubernetes/admin.conf', 'api.prod.example.com', 'api.test.example.com');
}

/** Ahead of the first node in the replacement of a CA: it trusts the old one and the new one, and shows one of the new. */
export async function ahead(
  node: EditableNode,
  ca: 'ca' | 'etcd/ca',
  leaf: string,
  wanted: Wanted,
): Promise<EditableNode> {
  const subject = ca === 'ca' ? 'CN=kubernetes' : 'CN=etcd-ca';
  const fresh = await issue({ subject, ca: true, notAfter: '2036-01-01T00:00:00Z' });
  const { certificate, key } = await issue(wanted, fresh);
  return node
    .write(`${PKI}/${ca}.crt`, node.text(`${PKI}/${ca}.crt`) + fresh.certificate)
    .write(`${PKI}/${leaf}.crt`, certificate)
    .write(`${PKI}/${leaf}.key`, key);
}
