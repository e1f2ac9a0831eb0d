/**
 * What a certificate is for, told by its names, its uses and who signed it. Sources: what kubeadm makes,
 * kubernetes/cmd/kubeadm/app/phases/{certs/certlist.go,kubeconfig/kubeconfig.go}; the names of
 * kubernetes.io/docs/setup/best-practices/certificates; who a client is to the API server,
 * k8s.io/apiserver/pkg/authentication/request/x509/x509.go (CommonNameUserConversion).
 */
import type { Certificate } from '../model/certificate.ts';
import type { CertsPurpose } from '../model/certs-report.ts';

/** The parts of a certificate that tell. */
export type Told = Pick<
  Certificate,
  | 'commonName'
  | 'organizations'
  | 'issuer'
  | 'subject'
  | 'basicConstraints'
  | 'extendedKeyUsage'
  | 'subjectAlternativeNames'
  | 'version'
>;

/** What a certificate is for. */
export function purposeOf(certificate: Told): CertsPurpose {
  if (isAuthority(certificate)) return authority(certificate);
  const uses = usesOf(certificate);
  return (
    selfMade(certificate) ??
    ofKubelet(certificate, uses) ??
    ofEtcd(certificate, uses) ??
    ofFrontProxy(certificate, uses) ??
    ofAPIServer(certificate, uses) ??
    generic(certificate, uses)
  );
}

/** Whether it may sign others: what crypto/x509 takes for a CA, a certificate of version 1 by its name alone. */
export function isAuthority({ basicConstraints, version, subject, issuer }: Told): boolean {
  return basicConstraints === undefined ? version !== 3 && subject === issuer : basicConstraints.ca;
}

/** What the extended key usage allows; a certificate without one may be used for anything. */
export function usesOf({ extendedKeyUsage }: Pick<Certificate, 'extendedKeyUsage'>): {
  readonly server: boolean;
  readonly client: boolean;
} {
  const allows = (use: string): boolean =>
    extendedKeyUsage === undefined ||
    extendedKeyUsage.length === 0 ||
    extendedKeyUsage.includes(use) ||
    extendedKeyUsage.includes('any');
  return { server: allows('serverAuth'), client: allows('clientAuth') };
}

type Uses = ReturnType<typeof usesOf>;

const EVERY_RIGHT = 'the group system:masters has every right, and RBAC does not limit it';

/** The common name of a name in the form of RFC 4514. */
function commonNameIn(name: string): string {
  return /(?:^|,)CN=((?:[^,\\]|\\.)*)/.exec(name)?.[1] ?? '';
}

/** client-go util/cert/cert.go GenerateSelfSignedCertKey: `host@seconds`, signed by `host-ca@seconds`. */
const OWN_CA = /^(.+)-ca@\d{9,11}$/;

/** k3s pkg/daemons/control/deps/deps.go; RKE2 is built on it. */
const RANCHER_CA = /^(?:(?:k3s|rke2)-(server|client|request-header)|etcd-(server|peer))-ca@\d{9,11}$/;

const RANCHER_WORDS: Readonly<Record<string, string>> = {
  server: 'CA of the serving certificates',
  client: 'CA of the clients of the API server',
  'request-header': 'CA of the front proxy',
};

function authority({ commonName = '' }: Told): CertsPurpose {
  const rancher = RANCHER_CA.exec(commonName);
  if (rancher !== null) {
    const [, role, etcd] = rancher;
    return role === undefined
      ? { what: `CA of etcd's ${etcd === 'peer' ? 'peers' : 'server and clients'} (K3s, RKE2)`, more: '' }
      : { what: `${RANCHER_WORDS[role] ?? 'CA'} (K3s, RKE2)`, more: role === 'client' ? SIGNS_ANYBODY : '' };
  }
  const host = OWN_CA.exec(commonName)?.[1];
  if (host !== undefined) {
    return {
      what: `CA that a program made for itself (${host})`,
      more: 'as the kubelet does for its serving certificate: it forgets the key, and nobody is given the CA to trust',
    };
  }
  switch (commonName) {
    case 'kubernetes':
    case 'kubernetes-ca':
      return { what: 'CA of the cluster', more: SIGNS_ANYBODY };
    case 'etcd-ca':
      return {
        what: 'CA of etcd',
        more: 'etcd lets in every client that it signed, and holds all data of the cluster',
      };
    case 'front-proxy-ca':
    case 'kubernetes-front-proxy-ca':
      return {
        what: 'CA of the front proxy',
        more: 'the API server believes the clients that it signed which user a request is of',
      };
    default:
      return { what: 'CA', more: 'its name is none that Kubernetes uses' };
  }
}

const SIGNS_ANYBODY = 'who has its key can be any user of the API server, system:masters included';

function selfMade({ commonName = '', issuer }: Told): CertsPurpose | undefined {
  if (/^apiserver-loopback-client@\d+$/.test(commonName))
    return { what: 'certificate of the API server for connections to itself', more: 'it lives in memory only' };
  const [, host] = OWN_CA.exec(commonNameIn(issuer)) ?? [];
  if (host === undefined || !commonName.startsWith(`${host}@`)) return undefined;
  return {
    what: `serving certificate that a process on ${host} made itself`,
    more: 'the kubelet does so where it is given none, and nobody can verify it',
  };
}

/** kubernetes/pkg/auth/nodeidentifier/default.go: name and group together make a node. */
function ofKubelet({ commonName = '', organizations }: Told, { server, client }: Uses): CertsPurpose | undefined {
  const node = /^system:node:(.+)$/.exec(commonName)?.[1];
  if (node === undefined) return undefined;
  if (!organizations.includes('system:nodes')) {
    return {
      what: `certificate under the name of the kubelet of node ${node}, without the group system:nodes`,
      more: 'the Node authorizer takes nobody for a kubelet who is not in it',
    };
  }
  const both = server && client ? 'client and serving' : server ? 'serving' : 'client';
  return {
    what: `${both} certificate of the kubelet of node ${node}`,
    more: client
      ? 'to the API server it is that node, with the rights of the Node authorizer'
      : 'it is shown to who asks the kubelet, as the API server does for `kubectl logs` and `exec`',
  };
}

function ofEtcd(certificate: Told, { server, client }: Uses): CertsPurpose | undefined {
  const { commonName = '', issuer } = certificate;
  switch (commonName) {
    case 'kube-apiserver-etcd-client':
      return { what: 'client certificate of the API server for etcd', more: ETCD_DATA };
    case 'kube-etcd-healthcheck-client':
      return { what: 'client certificate of etcd health checks, which backups use too', more: ETCD_DATA };
    case 'kube-etcd':
      return { what: 'serving certificate of etcd', more: '' };
    case 'kube-etcd-peer':
      return { what: 'peer certificate of etcd', more: 'members show it to each other' };
  }
  const signer = /^etcd-(?:(server|peer)-ca@\d+|ca)$/.exec(commonNameIn(issuer));
  if (signer === null) return undefined;
  const [, role] = signer;
  if (server && client) {
    return role === undefined
      ? {
          what: `serving or peer certificate of the etcd member ${commonName}`,
          more: 'both have the same names and uses, so only the file tells which it is',
        }
      : { what: `${role === 'peer' ? 'peer' : 'serving'} certificate of etcd`, more: '' };
  }
  return server
    ? { what: `serving certificate of the etcd member ${commonName}`, more: '' }
    : { what: `client certificate for etcd, ${commonName}`, more: ETCD_DATA };
}

const ETCD_DATA = 'etcd gives a client all data of the cluster, unless etcd has users of its own';

function ofFrontProxy({ commonName = '', issuer }: Told, { client }: Uses): CertsPurpose | undefined {
  const isProxy =
    commonName === 'front-proxy-client' ||
    /^(?:kubernetes-)?front-proxy-ca$|^(?:k3s|rke2)-request-header-ca@\d+$/.test(commonNameIn(issuer));
  if (!client || !isProxy) return undefined;
  return {
    what: 'client certificate of the front proxy',
    more: 'the API server shows it to aggregated API servers (metrics-server and the like), which take its word for who asks',
  };
}

function ofAPIServer(certificate: Told, { server, client }: Uses): CertsPurpose | undefined {
  const { commonName = '', subjectAlternativeNames = [] } = certificate;
  const isNamed = subjectAlternativeNames.some(
    ({ type, value }) => type === 'dns' && /^kubernetes\.default(?:\.svc|$)/.test(value),
  );
  if (server && (isNamed || commonName === 'kube-apiserver')) {
    return {
      what: 'serving certificate of the API server',
      more: client
        ? `as a client of the API server it is ${identityOf(certificate)}`
        : 'clients dial it by these names',
    };
  }
  if (!client) return undefined;
  const { organizations } = certificate;
  const rights = rightsOf(organizations);
  switch (commonName) {
    case 'kube-apiserver-kubelet-client':
      return {
        what: 'client certificate of the API server for kubelets',
        more: `kubelets ask the API server what ${identityOf(certificate)} may do${rights === '' ? '' : `: ${rights}`}`,
      };
    case 'kubernetes-super-admin':
      return { what: 'administrator for emergencies (super-admin.conf of kubeadm)', more: rights };
    case 'kubernetes-admin':
      return {
        what: 'administrator (admin.conf of kubeadm)',
        more: rights === '' ? `user kubernetes-admin, with the rights that RBAC gives` : rights,
      };
    default: {
      const component = COMPONENTS.get(commonName);
      return component === undefined
        ? undefined
        : {
            what: `client certificate of the ${component}`,
            more: rights === '' ? `to the API server it is the user ${commonName}` : rights,
          };
    }
  }
}

/** Users that Kubernetes binds to roles by itself (plugin/pkg/auth/authorizer/rbac/bootstrappolicy), and installers'. */
const COMPONENTS: ReadonlyMap<string, string> = new Map([
  ['system:kube-scheduler', 'scheduler'],
  ['system:kube-controller-manager', 'controller manager'],
  ['system:kube-proxy', 'kube-proxy'],
  ['system:cloud-controller-manager', 'cloud controller manager'],
]);

/** What the groups give whatever the user; empty where only RBAC tells. */
function rightsOf(organizations: readonly string[]): string {
  if (organizations.includes('system:masters')) return EVERY_RIGHT;
  return organizations.includes('kubeadm:cluster-admins')
    ? 'the group kubeadm:cluster-admins has every right by a ClusterRoleBinding, which can be taken away'
    : '';
}

/** Who a client is to the API server. */
function identityOf({ commonName, organizations }: Told): string {
  if (commonName === undefined || commonName === '') return 'nobody, since it has no common name';
  const groups =
    organizations.length === 0
      ? ''
      : ` in ${organizations.length === 1 ? 'the group' : 'the groups'} ${organizations.join(', ')}`;
  return `the user ${commonName}${groups}`;
}

function generic(certificate: Told, { server, client }: Uses): CertsPurpose {
  if (server && !client) return ofServer(certificate);
  if (client && !server) return ofClient(certificate);
  if (!server && !client) {
    return {
      what: `certificate for ${certificate.extendedKeyUsage?.join(', ') ?? 'nothing'}`,
      more: 'no component of Kubernetes uses such a one for TLS',
    };
  }
  return {
    what: `certificate of a server and of a client${namesOf(certificate)}`,
    more: `as a client of the API server it is ${identityOf(certificate)}`,
  };
}

function ofServer(certificate: Told): CertsPurpose {
  // Webhooks and aggregated API servers are dialled as <service>.<namespace>.svc (apiserver/pkg/util/webhook/serviceresolver.go).
  for (const { type, value } of certificate.subjectAlternativeNames ?? []) {
    const [, service, namespace] = type === 'dns' ? (/^([a-z0-9-]+)\.([a-z0-9-]+)\.svc(?:\.|$)/.exec(value) ?? []) : [];
    if (service === undefined || namespace === undefined) continue;
    return { what: `serving certificate of the Service ${namespace}/${service}`, more: '' };
  }
  return { what: `serving certificate${namesOf(certificate)}`, more: '' };
}

function ofClient(certificate: Told): CertsPurpose {
  const { commonName = '', organizations } = certificate;
  const [, namespace, account] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(commonName) ?? [];
  const rights = rightsOf(organizations);
  if (namespace !== undefined && account !== undefined) {
    return {
      what: `client of the API server under the name of the service account ${namespace}/${account}`,
      more: rights === '' ? 'it lasts until it ends, also where the account is deleted' : rights,
    };
  }
  return {
    what: `client of the API server, ${identityOf(certificate)}`,
    more: rights === '' ? 'what it may do RBAC tells' : rights,
  };
}

function namesOf({ subjectAlternativeNames, commonName }: Told): string {
  const names = subjectAlternativeNames?.flatMap(({ type, value }) => (type === 'dns' ? [value] : [])) ?? [];
  // Every machine is called so.
  const name = names.find((one) => one !== 'localhost') ?? commonName ?? names[0];
  return name === undefined ? '' : ` of ${name}`;
}
