/**
 * What kubeadm writes, by version: so that a check can tell what a cluster was made with, and what is usual.
 * Sources: cmd/kubeadm/app/constants/constants.go, phases/certs/certlist.go, phases/kubeconfig/kubeconfig.go,
 * phases/controlplane/manifests.go of kubernetes/kubernetes.
 */
import type { Version } from '../model/version.ts';
import { parseVersion } from '../model/version.ts';
import { atOrAfter, bound, inRange } from './history/ranges.ts';

/** etcd image tag that kubeadm's `.0` release of a minor writes. Patch releases may write a newer one; those read are here. */
const ETCD_IMAGES: readonly (readonly [kubernetes: string, tag: string])[] = [
  ['1.16', '3.3.15-0'],
  ['1.17', '3.4.3-0'],
  ['1.19', '3.4.9-1'],
  ['1.20', '3.4.13-0'],
  ['1.22', '3.5.0-0'],
  ['1.23', '3.5.1-0'],
  ['1.24', '3.5.3-0'],
  ['1.25', '3.5.4-0'],
  ['1.26', '3.5.6-0'],
  ['1.27', '3.5.7-0'],
  ['1.28', '3.5.9-0'],
  ['1.28.15', '3.5.15-0'],
  ['1.29', '3.5.10-0'],
  ['1.30', '3.5.12-0'],
  ['1.31', '3.5.15-0'],
  ['1.32', '3.5.16-0'],
  ['1.33', '3.5.21-0'],
  ['1.34', '3.6.4-0'],
  ['1.35', '3.6.6-0'],
  ['1.36', '3.6.8-0'],
  ['1.37', '3.7.0-0'],
];

/** The etcd that kubeadm of a version writes by default. */
export function kubeadmEtcdVersion(version: Version): Version | undefined {
  const tag = (ETCD_IMAGES.findLast(([from]) => atOrAfter(version, from)) ?? ETCD_IMAGES[0])?.[1];
  return tag === undefined ? undefined : parseVersion(tag);
}

export interface KubeadmCertificate {
  /** Under /etc/kubernetes, without it. */
  readonly file: string;
  readonly key: string;
  /** The signing CA's file; undefined for a CA, which signs itself. */
  readonly issuer: string | undefined;
  /** undefined: the node's name. */
  readonly commonName: string | undefined;
  readonly extendedKeyUsage: readonly ('serverAuth' | 'clientAuth')[];
  readonly organizations: readonly OrganizationRange[];
}

interface OrganizationRange {
  readonly from: string;
  readonly to?: string;
  readonly names: readonly string[];
  /** Patch releases of older lines, and their later ones, that have this too. */
  readonly patches?: readonly string[];
}

const NONE: readonly OrganizationRange[] = [{ from: '1.16', names: [] }];

/** Certificates of etcd's clients were members of system:masters, which nothing asked of them, through 1.28. */
const MASTERS_THROUGH_1_28: readonly OrganizationRange[] = [
  { from: '1.16', to: '1.28', names: ['system:masters'] },
  { from: '1.29', names: [] },
];

/** Every certificate that kubeadm makes under /etc/kubernetes/pki. */
export const KUBEADM_CERTIFICATES: readonly KubeadmCertificate[] = [
  ca('ca', 'kubernetes'),
  leaf('apiserver', 'ca', 'kube-apiserver', ['serverAuth'], NONE),
  leaf(
    'apiserver-kubelet-client',
    'ca',
    'kube-apiserver-kubelet-client',
    ['clientAuth'],
    [
      { from: '1.16', to: '1.28', names: ['system:masters'] },
      { from: '1.29', to: '1.36', names: ['kubeadm:cluster-admins'] },
      // Without an organization the binding kubeadm:apiserver-kubelet-client gives system:kubelet-api-admin.
      { from: '1.37', names: [], patches: ['1.33.12', '1.34.8', '1.35.5', '1.36.1'] },
    ],
  ),
  ca('front-proxy-ca', 'front-proxy-ca'),
  leaf('front-proxy-client', 'front-proxy-ca', 'front-proxy-client', ['clientAuth'], NONE),
  ca('etcd/ca', 'etcd-ca'),
  leaf('etcd/server', 'etcd/ca', undefined, ['serverAuth', 'clientAuth'], NONE),
  leaf('etcd/peer', 'etcd/ca', undefined, ['serverAuth', 'clientAuth'], NONE),
  leaf('etcd/healthcheck-client', 'etcd/ca', 'kube-etcd-healthcheck-client', ['clientAuth'], MASTERS_THROUGH_1_28),
  leaf('apiserver-etcd-client', 'etcd/ca', 'kube-apiserver-etcd-client', ['clientAuth'], MASTERS_THROUGH_1_28),
];

function ca(name: string, commonName: string): KubeadmCertificate {
  return {
    file: `pki/${name}.crt`,
    key: `pki/${name}.key`,
    issuer: undefined,
    commonName,
    extendedKeyUsage: [],
    organizations: NONE,
  };
}

function leaf(
  name: string,
  issuer: string,
  commonName: string | undefined,
  extendedKeyUsage: readonly ('serverAuth' | 'clientAuth')[],
  organizations: readonly OrganizationRange[],
): KubeadmCertificate {
  return {
    file: `pki/${name}.crt`,
    key: `pki/${name}.key`,
    issuer: `pki/${issuer}.crt`,
    commonName,
    extendedKeyUsage,
    organizations,
  };
}

export interface KubeadmKubeconfig {
  /** Under /etc/kubernetes. */
  readonly file: string;
  /** First version that writes it. */
  readonly since: string;
  /** undefined: system:node: and the node's name. */
  readonly commonName: string | undefined;
  readonly organizations: readonly OrganizationRange[];
  /**
   * Whose address it has: the control-plane endpoint, or this node's own API server from the version named
   * (cmd/kubeadm/app/phases/kubeconfig/kubeconfig.go).
   */
  readonly localEndpointSince?: string;
}

/** The kubeconfigs that kubeadm writes. super-admin.conf is said to exist only where `kubeadm init` ran. */
export const KUBEADM_KUBECONFIGS: readonly KubeadmKubeconfig[] = [
  {
    file: 'admin.conf',
    since: '1.16',
    commonName: 'kubernetes-admin',
    organizations: [
      { from: '1.16', to: '1.28', names: ['system:masters'] },
      { from: '1.29', names: ['kubeadm:cluster-admins'] },
    ],
  },
  {
    file: 'super-admin.conf',
    since: '1.29',
    commonName: 'kubernetes-super-admin',
    organizations: [{ from: '1.29', names: ['system:masters'] }],
  },
  {
    file: 'kubelet.conf',
    since: '1.16',
    commonName: undefined,
    organizations: [{ from: '1.16', names: ['system:nodes'] }],
  },
  {
    file: 'controller-manager.conf',
    since: '1.16',
    commonName: 'system:kube-controller-manager',
    organizations: NONE,
    localEndpointSince: '1.20',
  },
  {
    file: 'scheduler.conf',
    since: '1.16',
    commonName: 'system:kube-scheduler',
    organizations: NONE,
    localEndpointSince: '1.20',
  },
];

/** The organizations (O) that kubeadm of a version puts into a certificate. */
export function kubeadmOrganizations(
  { organizations }: { readonly organizations: readonly OrganizationRange[] },
  version: Version,
): readonly string[] {
  const patched = organizations.find(({ patches }) =>
    patches?.some((patch) => bound(patch).minor === version.minor && atOrAfter(version, patch)),
  );
  return (patched ?? organizations.find((range) => inRange(version, range)) ?? organizations[0])?.names ?? [];
}

const HOUR = 3_600_000;

/** Lifetimes in milliseconds, unless ClusterConfiguration (v1beta4, 1.31 and later) says otherwise. */
export const KUBEADM_VALIDITY = { leaf: 8_760 * HOUR, ca: 87_600 * HOUR } as const;

/**
 * Through 1.30 a leaf has its CA's notBefore, so that its age says nothing about when it was made
 * (cmd/kubeadm/app/util/pkiutil/pki_helpers.go).
 */
export function leafInheritsNotBefore(version: Version): boolean {
  return !atOrAfter(version, '1.31');
}

/**
 * Lifetime in milliseconds of the API server's loopback certificate, made in memory at each start: one year, three
 * from 1.33 (apiserver/pkg/server/options/serving_with_loopback.go). From 1.36 liveness fails once it has expired.
 */
export function loopbackCertificateValidity(version: Version): number {
  return (atOrAfter(version, '1.33') ? 26_304 : 8_760) * HOUR;
}
