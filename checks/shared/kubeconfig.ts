/** The checks on a kubeconfig, attached to every path whose client uses one. */
import type { Certificate } from '../../src/model/certificate.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type { Check, CheckContext, Finding, KubeconfigUse } from '../../src/model/path.ts';
import { isLoopback } from '../../src/config/url.ts';
import { component } from './access.ts';
import { apiserverListens } from './apiserver-reach.ts';
import { chainCheck, expiryCheck, keyCheck, namesCheck } from './pki.ts';
import { clientCertificatesOf, kubeconfigEvidence, unavailable } from './material.ts';
import { mayOwn } from './pki/owners.ts';
import { usesPodToken } from './published-ca.ts';
import { fail, notAssessed, pass, warn } from './result.ts';
import { tokensAccepted } from './service-account.ts';
import { cis, github, kubernetesDocs, kubernetesSource } from './references.ts';
import { isMissing } from './unread.ts';
import { certificateEvidence, enumerate } from './words.ts';

const RENEW_KUBECONFIG =
  '`kubeadm certs renew admin.conf|super-admin.conf|scheduler.conf|controller-manager.conf`, then restart the component that uses the file: an embedded certificate is read once, at start.';

/** Asks one question of every kubeconfig on the path that could be read. */
function ofEachKubeconfig(
  judge: (use: KubeconfigUse, context: CheckContext) => Finding | readonly Finding[] | undefined,
): Pick<Check, 'notApplicable' | 'evaluate'> {
  return {
    notApplicable: ({ facts }) => (facts.kubeconfigs.length > 0 ? undefined : 'No kubeconfig is used on this path.'),
    evaluate: (context) => context.facts.kubeconfigs.flatMap((use) => judge(use, context) ?? []),
  };
}

export const kubeconfigReadable: Check = {
  id: 'kubeconfig-readable',
  title: 'The kubeconfig can be read and names a cluster and a user',
  severity: 'high',
  impact: 'availability',
  versions: 'all',
  remediation:
    'Correct the file at the line named; `kubectl --kubeconfig <file> config view --minify` shows what a client makes of it.',
  references: [kubernetesDocs('concepts/configuration/organize-cluster-access-kubeconfig/')],
  ...ofEachKubeconfig((use) => {
    const { kubeconfig } = use;
    if (kubeconfig === undefined) return notAssessed(`${use.unavailable ?? use.file}.`, [use.evidence]);
    const faults = kubeconfig.problems.map((problem) =>
      fail(
        `${problem.file ?? use.file}${problem.line === undefined ? '' : `:${problem.line}`}: ${problem.message}.`,
        [use.evidence],
        {
          headline: 'kubeconfig is faulty',
        },
      ),
    );
    return faults.length > 0 ? faults : pass(`${use.file} names a cluster and a user.`, [use.evidence]);
  }),
};

/** What dials with the file is the API server itself where the other end is a webhook. */
function otherEnd({ role }: KubeconfigUse): string {
  return role === 'webhook' ? 'the webhook' : 'the API server';
}

export const serverHTTPS: Check = {
  id: 'kubeconfig-server-https',
  title: 'The kubeconfig dials its server over https',
  severity: 'critical',
  impact: 'security',
  versions: 'all',
  remediation:
    'Write the server with its scheme, `server: https://<host>:<port>` (6443 for an API server), in the cluster of the current context.',
  references: [kubernetesSource('staging/src/k8s.io/client-go/rest/url_utils.go')],
  ...ofEachKubeconfig((use) => {
    const cluster = use.kubeconfig?.cluster;
    if (cluster?.scheme === undefined) return undefined;
    const shown = [kubeconfigEvidence(use, 'server', cluster.server ?? null, cluster.serverLine)];
    if (cluster.scheme === 'https') return pass(`${use.file} dials ${cluster.server ?? ''}.`, shown);
    const withoutScheme = cluster.server !== undefined && !cluster.server.includes('://');
    // clientcmd takes a credential along over TLS only (client-go tools/clientcmd/client_config.go, ClientConfig).
    const message = `${use.file} dials ${cluster.server ?? 'an empty server'} in plain text${withoutScheme ? ' (client-go takes http where the scheme is missing)' : ''}: whoever is on the way reads and changes what passes, ${use.role === 'webhook' ? 'the tokens of users and the answers about them' : 'and the client sends no credential at all'}.`;
    return isLoopback(cluster.host ?? '')
      ? warn(message, shown, { severity: 'medium', headline: 'plain http on loopback' })
      : fail(message, shown, { headline: 'server is plain http' });
  }),
};

export const insecureSkip: Check = {
  id: 'kubeconfig-insecure-skip',
  title: 'The kubeconfig verifies its server',
  severity: 'high',
  impact: 'security',
  versions: 'all',
  remediation:
    'Remove `insecure-skip-tls-verify` and put the CA of the server (of the cluster, for an API server) into `certificate-authority-data`.',
  references: [kubernetesDocs('reference/config-api/kubeconfig.v1/')],
  ...ofEachKubeconfig((use) => {
    const cluster = use.kubeconfig?.cluster;
    if (cluster === undefined || cluster.scheme === 'http') return undefined;
    const shown = [
      kubeconfigEvidence(use, 'insecure-skip-tls-verify', cluster.insecureSkipTLSVerify, cluster.insecureLine),
    ];
    if (!cluster.insecureSkipTLSVerify) return pass(`${use.file} verifies ${otherEnd(use)}.`, shown);
    const both = cluster.certificateAuthority !== undefined;
    return fail(
      both
        ? `${use.file} sets insecure-skip-tls-verify beside a CA, which client-go refuses: the client does not start.`
        : `${use.file} does not verify ${otherEnd(use)}: whoever answers on that address gets ${use.role === 'webhook' ? 'the tokens of users and decides what they may do' : 'its credential'}.`,
      shown,
      { headline: 'server not verified (insecure-skip-tls-verify)', impact: both ? 'availability' : 'security' },
    );
  }),
};

const PROXY_SCHEMES: readonly string[] = ['http', 'https', 'socks5'];

/** What a proxy's URL says without the credential that may stand in it. */
function proxyOf(written: string): { readonly scheme: string; readonly shown: string } {
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)/i.exec(written) ?? [];
  const host = rest.slice(rest.lastIndexOf('@') + 1);
  return {
    scheme: scheme.toLowerCase(),
    shown: scheme === '' ? 'what is written' : `${scheme.toLowerCase()}://${host}`,
  };
}

/**
 * A client of TLS goes through a proxy with CONNECT, end to end. Source: client-go tools/clientcmd/helpers.go
 * (parseProxyURL), tools/clientcmd/client_config.go.
 */
const proxyURL: Check = {
  id: 'kubeconfig-proxy-url',
  title: 'The proxy that the kubeconfig names is one that a client takes',
  severity: 'low',
  impact: 'availability',
  versions: '1.19+; unset means HTTPS_PROXY and NO_PROXY in the environment of the client',
  remediation:
    'Write `proxy-url` of the cluster with its scheme, `http://`, `https://` or `socks5://` (no `socks5h://`), or remove it.',
  references: [
    kubernetesDocs('concepts/configuration/organize-cluster-access-kubeconfig/'),
    kubernetesSource('staging/src/k8s.io/client-go/tools/clientcmd/helpers.go'),
  ],
  ...ofEachKubeconfig((use) => {
    const cluster = use.kubeconfig?.cluster;
    if (cluster === undefined) return undefined;
    if (cluster.proxyURL === undefined) {
      return pass(`${use.file} names no proxy.`, [kubeconfigEvidence(use, 'proxy-url', null)]);
    }
    const { scheme, shown } = proxyOf(cluster.proxyURL);
    const evident = [kubeconfigEvidence(use, 'proxy-url', shown)];
    if (!PROXY_SCHEMES.includes(scheme)) {
      return fail(
        `The proxy-url of ${use.file} has ${scheme === '' ? 'no scheme' : `the scheme ${scheme}`}, which client-go refuses: the client does not start.`,
        evident,
        { severity: 'high', headline: 'proxy-url is refused' },
      );
    }
    return cluster.scheme === 'http'
      ? warn(`${use.file} dials ${otherEnd(use)} in plain text through ${shown}, which reads all of it.`, evident, {
          impact: 'security',
          headline: 'proxy reads plain http',
        })
      : pass(
          `${use.file} dials ${otherEnd(use)} through ${shown}, which sees names and sizes, but nothing inside TLS.`,
          evident,
        );
  }),
};

const caPresent: Check = {
  id: 'kubeconfig-ca-present',
  title: 'The kubeconfig carries the CA it verifies with',
  severity: 'medium',
  impact: 'both',
  versions: 'all',
  remediation: 'Put the cluster CA into `certificate-authority-data` of the cluster.',
  references: [kubernetesDocs('reference/config-api/kubeconfig.v1/')],
  ...ofEachKubeconfig((use) => {
    const cluster = use.kubeconfig?.cluster;
    if (cluster?.scheme !== 'https' || cluster.insecureSkipTLSVerify) return undefined;
    const { certificateAuthority } = cluster;
    if (certificateAuthority === undefined) {
      return warn(
        `${use.file} names no CA, so the host's public CAs decide whom it takes for the API server.`,
        [kubeconfigEvidence(use, 'certificate-authority', null)],
        { headline: 'no CA in the kubeconfig' },
      );
    }
    const shown = [
      kubeconfigEvidence(
        use,
        certificateAuthority.field,
        certificateAuthority.kind === 'file' ? certificateAuthority.path : 'embedded',
        certificateAuthority.line,
      ),
    ];
    const isEmpty = certificateAuthority.kind === 'embedded' && cluster.certificateAuthorities.length === 0;
    // What Go does not read of the data is said by pki-parse-strictness.
    if (isEmpty && use.kubeconfig?.pemProblems.length !== 0) return undefined;
    return isEmpty
      ? fail(`The CA data in ${use.file} holds no certificate that Kubernetes can read.`, shown, {
          severity: 'high',
          headline: 'CA data unreadable',
        })
      : pass(`${use.file} carries a CA.`, shown);
  }),
};

/**
 * Asks something of the client certificate of every kubeconfig, wherever it is. One that the running machine does not
 * have is reported by the checks on its chain and key.
 */
function ofEachClientCertificate(
  concerns: (use: KubeconfigUse, context: CheckContext) => boolean,
  judge: (leaf: Certificate, use: KubeconfigUse) => Finding | readonly Finding[] | undefined,
): Pick<Check, 'notApplicable' | 'evaluate'> {
  return ofEachKubeconfig((use, context) => {
    if (!concerns(use, context)) return undefined;
    const shown = clientCertificatesOf(context.node, use);
    if (shown.kind === 'unread') {
      const why = isMissing(shown.material) ? undefined : unavailable(shown.material);
      return why === undefined ? undefined : notAssessed(`${why}.`, [shown.material.evidence]);
    }
    const [leaf] = shown.certificates;
    return leaf === undefined ? undefined : judge(leaf, use);
  });
}

/** Identity that kubeadm gives each kubeconfig; hand-made clusters may bind other names. */
const IDENTITIES: Partial<Record<KubeconfigUse['role'], string>> = {
  scheduler: 'system:kube-scheduler',
  'controller-manager': 'system:kube-controller-manager',
  'kube-proxy': 'system:kube-proxy',
};

/** Bound to cluster-admin by kubeadm from 1.29 on; cmd/kubeadm/app/constants (ClusterAdminsGroupAndClusterRoleBinding). */
const KUBEADM_ADMINS = 'kubeadm:cluster-admins';

const identity: Check = {
  id: 'kubeconfig-identity',
  title: 'The client certificate carries the identity of its component',
  severity: 'medium',
  impact: 'both',
  versions: 'all',
  remediation:
    'Make the file again with the identity of the component: move /etc/kubernetes/scheduler.conf or controller-manager.conf away, run `kubeadm init phase kubeconfig scheduler` or `controller-manager` and restart the component (`kubeadm certs renew` keeps the name and the groups of the old certificate).',
  references: [kubernetesDocs('setup/best-practices/certificates/')],
  ...ofEachClientCertificate(
    ({ role }) => IDENTITIES[role] !== undefined || role === 'delegated',
    (leaf, use) => {
      const wanted = IDENTITIES[use.role];
      const shown = [certificateEvidence(leaf)];
      const isNamed = wanted === undefined || leaf.commonName === wanted;
      const findings = [
        ...(isNamed
          ? []
          : [
              warn(
                `${use.file} authenticates as ${leaf.commonName ?? 'nobody'}, not as ${wanted}: without a binding of its own that user may do nothing.`,
                shown,
                { headline: `identity is ${leaf.commonName ?? 'empty'}` },
              ),
            ]),
        ...(leaf.organizations.includes(KUBEADM_ADMINS)
          ? [
              warn(
                `${use.file} is in the group ${KUBEADM_ADMINS}, which kubeadm makes administrators of the cluster: whoever takes over this component takes over everything.`,
                shown,
                { severity: 'high', impact: 'security', headline: 'component has administrator rights' },
              ),
            ]
          : []),
      ];
      if (findings.length > 0) return findings;
      return wanted === undefined ? undefined : pass(`${use.file} authenticates as ${wanted}.`, shown);
    },
  ),
};

const systemMasters: Check = {
  id: 'kubeconfig-system-masters',
  title: 'No credential of the path is in the group system:masters',
  severity: 'high',
  impact: 'security',
  versions: 'all; kubeadm 1.29 moved admin.conf out of the group',
  remediation:
    'From kubeadm 1.29: `kubeadm certs renew admin.conf` keeps the old group, so move admin.conf away and run `kubeadm init phase kubeconfig admin` (after `kubeadm upgrade` has bound kubeadm:cluster-admins); keep super-admin.conf off the node, for emergencies.',
  references: [cis('5.1.7'), github('kubernetes/kubeadm#2414'), kubernetesDocs('reference/access-authn-authz/rbac/')],
  ...ofEachClientCertificate(
    // Of the kubelet's own path kubelet-client-identity says it.
    ({ role }, { path }) => role !== 'kubelet' || path !== 'kubelet-to-apiserver',
    (leaf, use) => {
      const shown = [certificateEvidence(leaf)];
      if (!leaf.organizations.includes('system:masters')) return pass(`${use.file} is not in system:masters.`, shown);
      if (use.role === 'super-admin') return undefined;
      const message = `${use.file} is in the group system:masters, which no RBAC rule limits, and the API server cannot revoke a certificate.`;
      return use.role === 'admin' || use.role === 'user'
        ? warn(message, shown, {
            headline: `${use.file.split('/').at(-1) ?? ''} is in system:masters`,
            // Only kubeadm's own file can be made again in the way that the catalogue names.
            ...(use.role === 'admin' && use.file.startsWith('/etc/kubernetes/')
              ? {}
              : {
                  remediation: `Keep ${use.file} for emergencies and off the machines of people; give each of them a credential of their own in a group that RBAC limits (a certificate by \`kubectl certificate approve\`, or OIDC).`,
                }),
          })
        : fail(message, shown, { severity: 'critical', headline: 'component in system:masters' });
    },
  ),
};

/** Judged by the keys that the API server signs and verifies tokens with, since the token itself is in no file. */
function podToken(use: KubeconfigUse, node: NodeModel): Finding {
  const shown = [kubeconfigEvidence(use, 'tokenFile', use.kubeconfig?.user?.tokenFile ?? null)];
  const what = `${use.file} authenticates with the service account token of its pod, which the kubelet renews`;
  const accepted = component(node, 'kube-apiserver') === undefined ? 'unknown' : tokensAccepted(node);
  if (accepted === 'yes') return pass(`${what} and the API server accepts.`, shown);
  return accepted === 'no'
    ? fail(`${what}; the API server does not accept the tokens that it signs itself (see pod-to-apiserver).`, shown, {
        severity: 'high',
        impact: 'availability',
        headline: 'service account tokens are refused',
      })
    : notAssessed(
        `${what}; whether the API server accepts it depends on --service-account-signing-key-file and --service-account-key-file of kube-apiserver, which are not all in the input.`,
        shown,
      );
}

const credentialKind: Check = {
  id: 'kubeconfig-credential-kind',
  title: 'The kubeconfig authenticates with a certificate, a token file or an exec plugin',
  severity: 'medium',
  impact: 'security',
  versions: 'all; basic authentication is gone from API server 1.19 on',
  remediation:
    'Replace the inline token or password by a client certificate, `tokenFile` or an exec credential plugin.',
  references: [cis('3.1.2'), kubernetesDocs('reference/access-authn-authz/authentication/')],
  ...ofEachKubeconfig((use, { node }) => {
    const user = use.kubeconfig?.user;
    if (user === undefined || use.role === 'bootstrap') return undefined;
    const shown = (field: string, value: string) => [kubeconfigEvidence(use, field, value)];
    if (user.hasBasicAuth) {
      return fail(
        `${use.file} holds a password; no API server since 1.19 takes one, and it lies there in plain text.`,
        shown('username/password', 'set'),
        {
          severity: 'high',
          headline: 'password in the kubeconfig',
        },
      );
    }
    if (user.hasToken && user.tokenFile === undefined) {
      return warn(`${use.file} holds a bearer token in plain text.`, shown('token', 'set'), {
        headline: 'token in the kubeconfig',
      });
    }
    if (user.clientCertificate !== undefined) return pass(`${use.file} authenticates with a client certificate.`);
    if (usesPodToken(use.kubeconfig)) return podToken(use, node);
    const kinds = [
      user.tokenFile === undefined ? [] : ['a token file'],
      user.hasExec ? ['an exec plugin'] : [],
      user.hasAuthProvider ? ['an auth provider'] : [],
    ].flat();
    return kinds.length > 0
      ? notAssessed(
          `${use.file} authenticates with ${enumerate(kinds)}, and whether the API server takes that credential no file shows: try \`kubectl --kubeconfig ${use.file} auth whoami\`.`,
        )
      : fail(
          `The user of ${use.file} has no credential, so the API server takes it for anonymous.`,
          shown('user', user.name),
          {
            severity: 'high',
            impact: 'availability',
            headline: 'no credential',
          },
        );
  }),
};

const fileMode: Check = {
  id: 'kubeconfig-file-mode',
  title: 'Only root reads the kubeconfig',
  severity: 'medium',
  impact: 'security',
  versions: 'all',
  remediation: '`chmod 0600` and `chown root:root` the kubeconfig.',
  references: [cis('1.1.13'), cis('1.1.15'), cis('1.1.17'), cis('4.1.5')],
  notApplicable: ({ facts, node }) =>
    facts.kubeconfigs.some(({ file }) => modeOf(node.files.get(file)) !== undefined)
      ? undefined
      : 'No kubeconfig is used on this path, or the input does not keep the file modes of the node.',
  evaluate: ({ facts, node }) =>
    facts.kubeconfigs.flatMap((use) => {
      const file = node.files.get(use.file);
      const mode = modeOf(file);
      if (mode === undefined) return [];
      const octal = mode.toString(8).padStart(4, '0');
      const stranger = strangerOf(node, use, file);
      if ((mode & 0o077) === 0 && stranger === undefined) return pass(`${use.file} has mode ${octal}.`, [use.evidence]);
      return [
        ...(stranger === undefined
          ? []
          : [
              warn(
                `${use.file} belongs to user ${stranger} and not to root: whoever is that user has the credential in it.`,
                [use.evidence],
                { severity: 'medium', headline: `kubeconfig of user ${stranger}` },
              ),
            ]),
        ...((mode & 0o077) === 0
          ? []
          : [
              warn(
                `${use.file} has mode ${octal}: others than root can ${(mode & 0o044) !== 0 ? 'read' : 'change'} the credential in it.`,
                [use.evidence],
                {
                  severity: (mode & 0o007) !== 0 ? 'high' : 'medium',
                  headline: `kubeconfig mode ${octal}`,
                },
              ),
            ]),
      ];
    }),
};

/** The owner who should not be one; people own their kubeconfigs, and components without root theirs. */
function strangerOf(
  node: NodeModel,
  use: KubeconfigUse,
  file: ReturnType<NodeModel['files']['get']>,
): number | undefined {
  if (use.role === 'user' || file?.state !== 'present' || file.uid === undefined) return undefined;
  return mayOwn(node, use)(file.uid) ? undefined : file.uid;
}

function modeOf(file: ReturnType<CheckContext['node']['files']['get']>): number | undefined {
  return file?.state === 'present' ? file.mode : undefined;
}

const caMatches = chainCheck({
  id: 'kubeconfig-ca-matches',
  title: 'The CA in the kubeconfig verifies the certificate that the API server serves',
  remediation:
    'Put the CA that signed the serving certificate into the kubeconfig (`kubeadm init phase kubeconfig <name>` writes it anew), or reissue the serving certificate from the cluster CA.',
  references: [github('kubernetes/kubeadm#2027'), kubernetesDocs('setup/best-practices/certificates/')],
});

const serverSAN = namesCheck({
  id: 'kubeconfig-server-san',
  title: 'The API server certificate names the host that the kubeconfig dials',
  remediation:
    'Add the name to `apiServer.certSANs` of the kubeadm ClusterConfiguration, move /etc/kubernetes/pki/apiserver.{crt,key} away, run `kubeadm init phase certs apiserver --config <file>` and restart the API server; or dial a name that the certificate has.',
  references: [kubernetesSource('cmd/kubeadm/app/util/pkiutil/pki_helpers.go'), github('kubernetes/kubeadm#1447')],
});

const clientChain = chainCheck({
  id: 'kubeconfig-client-chain',
  title: 'The API server trusts the client certificate of the kubeconfig',
  remediation: `Reissue it from the CA in --client-ca-file: ${RENEW_KUBECONFIG}`,
  references: [kubernetesDocs('reference/access-authn-authz/authentication/')],
});

const keyMatch = keyCheck({
  id: 'kubeconfig-key-match',
  title: 'The private key of the kubeconfig is the one of its certificate',
  remediation: `Write the file anew: ${RENEW_KUBECONFIG}`,
  references: [kubernetesDocs('reference/config-api/kubeconfig.v1/')],
});

const expiry = expiryCheck({
  id: 'kubeconfig-expiry',
  title: 'The certificate in the kubeconfig is not about to end',
  remediation: RENEW_KUBECONFIG,
  references: [kubernetesDocs('tasks/administer-cluster/kubeadm/kubeadm-certs/')],
});

/** What every path with a kubeconfig carries. */
export const KUBECONFIG_CHECKS: readonly Check[] = [
  kubeconfigReadable,
  serverHTTPS,
  apiserverListens,
  insecureSkip,
  caPresent,
  caMatches,
  serverSAN,
  clientChain,
  keyMatch,
  expiry,
  identity,
  systemMasters,
  credentialKind,
  fileMode,
  proxyURL,
];
