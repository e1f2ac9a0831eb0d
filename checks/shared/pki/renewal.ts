/** How a certificate is renewed, for every remediation that says so. */
import type { Certificate } from '../../../src/model/certificate.ts';
import type { DistributionId } from '../../../src/model/distribution.ts';
import type { Renewal } from '../../../src/model/expiry-report.ts';
import type { NodeModel } from '../../../src/model/node.ts';
import type { PresentedCertificate } from '../../../src/model/path.ts';
import { atLeast } from '../../../src/model/version.ts';

export const RENEW =
  'Renew it: `kubeadm certs renew <name>` for what kubeadm made, then restart the component that uses it (move its manifest out of /etc/kubernetes/manifests and back); `kubeadm certs check-expiration` lists the names.';

const KUBERNETES = '/etc/kubernetes';

/** Names of `kubeadm certs renew` by file (cmd/kubeadm/app/phases/certs/certlist.go, renewal/manager.go). */
const IN_PKI: ReadonlyMap<string, string> = new Map([
  ['apiserver.crt', 'apiserver'],
  ['apiserver-kubelet-client.crt', 'apiserver-kubelet-client'],
  ['apiserver-etcd-client.crt', 'apiserver-etcd-client'],
  ['front-proxy-client.crt', 'front-proxy-client'],
  ['etcd/server.crt', 'etcd-server'],
  ['etcd/peer.crt', 'etcd-peer'],
  ['etcd/healthcheck-client.crt', 'etcd-healthcheck-client'],
]);
const KUBECONFIGS: ReadonlySet<string> = new Set([
  'admin.conf',
  'super-admin.conf',
  'controller-manager.conf',
  'scheduler.conf',
]);

/** Distributions whose certificates kubeadm made. */
const BY_KUBEADM: ReadonlySet<DistributionId> = new Set(['kubeadm', 'kind', 'minikube', 'kubespray']);

/**
 * The other ones' own ways: docs.k3s.io/cli/certificate, docs.rke2.io/security/certificates,
 * rke.docs.rancher.com/cert-mgmt, microk8s.io/docs/command-reference.
 */
const BY_DISTRIBUTION: Readonly<Partial<Record<DistributionId, string>>> = {
  k3s: 'Stop K3s, run `k3s certificate rotate`, start it again: `systemctl restart k3s` alone renews what ends within 120 days.',
  rke2: 'Stop RKE2, run `rke2 certificate rotate`, start it again: `systemctl restart rke2-server` alone renews what ends within 120 days.',
  rke1: 'Run `rke cert rotate` with the cluster.yml of the cluster.',
  microk8s: 'Run `microk8s refresh-certs`.',
};

/**
 * Who renews a certificate, how, and what has to be restarted then.
 * @param presented how a path shows it; undefined: a CA that a path judges by, or what uses it is not known
 */
export function renewalOf(
  certificate: Certificate,
  presented: PresentedCertificate | undefined,
  node: NodeModel,
): Renewal {
  if (presented === undefined) {
    return certificate.basicConstraints?.ca === false ? ofUnknownUse(certificate, node) : ofAuthority(node);
  }
  if (presented.rotation === 'kubelet') return { by: 'kubelet', how: '', restart: null };
  if (presented.selfSigned === true) {
    const { file } = presented.certificate;
    return {
      by: 'hand',
      how: `Delete ${file} and its key: ${presented.owner} makes a new pair when it starts.`,
      restart: presented.owner,
    };
  }
  const distribution = node.distribution?.id;
  const own = distribution === undefined ? undefined : BY_DISTRIBUTION[distribution];
  if (own !== undefined) return { by: 'distribution', how: own, restart: null };
  const name = distribution === undefined || BY_KUBEADM.has(distribution) ? kubeadmName(certificate, node) : undefined;
  const restart = restartFor(presented, node);
  if (name === undefined) {
    const { file } = certificate.position;
    return { by: 'hand', how: `Have ${file} issued anew by the CA that signed it, for the same names.`, restart };
  }
  if (isCAElsewhere(certificate, node)) {
    return {
      by: 'hand',
      how: `Sign it anew where the key of the CA is (\`kubeadm certs generate-csr\` makes the request): it is not on this node, and kubeadm cannot renew without it.`,
      restart,
    };
  }
  const how = `Run \`kubeadm certs renew ${name}\``;
  const { owner, certificate: shown } = presented;
  if (owner === 'user') {
    const copy = shown.embedded ? `, and copy ${certificate.position.file} anew to where it is used` : '';
    return { by: 'kubeadm', how: `${how}${copy}.`, restart: null };
  }
  return {
    by: 'kubeadm',
    how: restart === null ? `${how}; ${owner} reads the new file by itself.` : `${how}.`,
    restart,
  };
}

function ofUnknownUse(certificate: Certificate, node: NodeModel): Renewal {
  const name = kubeadmName(certificate, node);
  const { file } = certificate.position;
  return name === undefined
    ? { by: 'hand', how: `Have ${file} issued anew by the CA that signed it, for the same names.`, restart: null }
    : { by: 'kubeadm', how: `Run \`kubeadm certs renew ${name}\`.`, restart: null };
}

function ofAuthority(node: NodeModel): Renewal {
  const { distribution } = node;
  const how =
    distribution === undefined || BY_KUBEADM.has(distribution.id)
      ? 'Nothing renews a CA: make a new one and rotate by hand, kubernetes.io/docs/tasks/tls/manual-rotation-of-ca-certificates/.'
      : 'Replace the CA as the documentation of the distribution says, with both in every bundle for a while.';
  return { by: 'hand', how, restart: null };
}

function kubeadmName({ position: { file } }: Certificate, node: NodeModel): string | undefined {
  const directory = node.kubeadm?.certificatesDir ?? `${KUBERNETES}/pki`;
  if (file.startsWith(`${directory}/`)) return IN_PKI.get(file.slice(directory.length + 1));
  const name = file.startsWith(`${KUBERNETES}/`) ? file.slice(KUBERNETES.length + 1) : '';
  return KUBECONFIGS.has(name) ? name : undefined;
}

/** kubeadm's external CA: the certificate is there and the key is known not to be. */
function isCAElsewhere({ issuerDer }: Certificate, node: NodeModel): boolean {
  for (const [path, file] of node.files) {
    if (file.state !== 'present' || !/\/(?:front-proxy-)?ca\.crt$/.test(path)) continue;
    const key = node.files.get(path.replace(/\.crt$/, '.key'));
    const isIssuer = file.pem.certificates.some(({ subjectDer }) => subjectDer === issuerDer);
    if (isIssuer && key?.state === 'unavailable' && key.reason === 'missing') return true;
  }
  return false;
}

/**
 * What has to be started again before the new certificate is shown. API server, scheduler, controller manager and etcd
 * read certificate files again by themselves (k8s.io/apiserver pkg/server/dynamiccertificates, k8s.io/client-go
 * transport/cert_rotation.go, etcd client/pkg/transport/listener.go), the kubelet its tlsCertFile for every client from
 * 1.36 on (pkg/kubelet/server/server.go); nobody what stands inside a kubeconfig.
 */
function restartFor({ owner, side, certificate }: PresentedCertificate, node: NodeModel): string | null {
  if (owner === 'user') return null;
  if (certificate.embedded) return owner;
  const version = node.components.get('kubelet')?.version;
  const rereads = owner !== 'kubelet' || side === 'client' || (version !== undefined && atLeast(version, '1.36'));
  return rereads ? null : owner;
}
