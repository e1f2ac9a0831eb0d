import type { Check, KubeconfigUse, PathDefinition } from '../src/model/path.ts';
import type { NodeModel } from '../src/model/node.ts';
import { atLeast } from '../src/model/version.ts';
import { noApiserver } from './shared/elsewhere.ts';
import {
  advertisedAddress,
  APISERVER_CLIENT_CA_CHECKS,
  APISERVER_SERVING_CHECKS,
  apiserverServing,
  apiserverServingOthers,
  AUTHORIZATION_CHECKS,
  loopbackCertificate,
  ofApiserver,
} from './shared/apiserver.ts';
import { component, evidence, isSet, knownOr, text } from './shared/access.ts';
import { haDrift } from './shared/ha-drift.ts';
import { caKeyPlace } from './shared/ca-key-place.ts';
import { keysOfBundle } from './shared/ca-keys.ts';
import { caReuse } from './shared/ca-reuse.ts';
import { certificateSettings, configAccepted, servingNamesDrift } from './shared/kubeadm-certificates.ts';
import { KUBECONFIG_CHECKS } from './shared/kubeconfig.ts';
import { postQuantumKeyExchange } from './shared/key-exchange.ts';
import { factsOfKubeconfigs } from './shared/kubeconfig-path.ts';
import { clientCertificatesOf, kubeconfigAt, unavailable } from './shared/material.ts';
import { manifestMode } from './shared/manifest-mode.ts';
import { PKI_CHECKS } from './shared/pki.ts';
import { judgeProfiling, profilingWords } from './shared/profiling.ts';
import { fail, notAssessed, pass, warn } from './shared/result.ts';
import { trustBundleScope } from './shared/trust-scope.ts';
import { expectedName } from './shared/verdict.ts';
import { cis, github, kubernetesDocs, kubernetesSource, stig } from './shared/references.ts';

const ADMIN = '/etc/kubernetes/admin.conf';

/** What kubeadm calls the kubeconfigs of its components; cmd/kubeadm/app/constants. */
const COMPONENT_FILES = /\/(kubelet|bootstrap-kubelet|controller-manager|scheduler)\.conf$/;

const KUBECONFIG_SETTINGS = [
  'kubeconfig',
  'bootstrap-kubeconfig',
  'authentication-kubeconfig',
  'authorization-kubeconfig',
  'authentication-token-webhook-config-file',
  'authorization-webhook-config-file',
];

/** The kubeconfigs in the input that belong to people: all that no component uses. */
function userKubeconfigs(node: NodeModel): readonly KubeconfigUse[] {
  const ofComponents = new Set(
    [...node.components.values()].flatMap((owner) =>
      KUBECONFIG_SETTINGS.flatMap((name) => {
        const path = knownOr('', () => text(owner, name));
        const translated = owner.nodePath(path);
        return 'notMounted' in translated ? [path] : [path, translated.path];
      }),
    ),
  );
  const config = node.authorizationConfig;
  if (config.state === 'read') {
    for (const { kubeconfig } of config.config.authorizers) if (kubeconfig !== undefined) ofComponents.add(kubeconfig);
  }
  return [...node.kubeconfigs.keys()]
    .filter((file) => !COMPONENT_FILES.test(file) && !ofComponents.has(file))
    .map((file) => kubeconfigAt(node, file, roleOf(file)));
}

function roleOf(file: string): KubeconfigUse['role'] {
  if (file.endsWith('/super-admin.conf')) return 'super-admin';
  return file.endsWith('/admin.conf') ? 'admin' : 'user';
}

const clientBundle = trustBundleScope({
  owner: 'kube-apiserver',
  setting: 'client-ca-file',
  consequence: 'can make a user of any name and group, system:masters included',
  clients: 'cluster',
  // Said by apiserver-client-ca-contents, and by front-proxy-ca-distinct on its own row.
  foreignReported: ['etcd', 'front-proxy'],
  leavesReported: true,
});

const manifest = manifestMode('kube-apiserver', { mode: '1.1.1', owner: '1.1.2' });

const tokenAuthFile: Check = {
  id: 'apiserver-token-auth-file',
  title: 'The API server takes no static tokens',
  severity: 'high',
  impact: 'security',
  versions: 'all; unset means off',
  remediation:
    'Remove --token-auth-file from the manifest and delete the file, after its users have certificates, OIDC or service account tokens: static tokens never end and change only with a restart.',
  references: [cis('1.2.2'), stig('CNTR-K8-002630'), kubernetesDocs('reference/access-authn-authz/authentication/')],
  ...ofApiserver((apiserver) => {
    const shown = [evidence(apiserver, 'token-auth-file')];
    return isSet(apiserver, 'token-auth-file')
      ? fail(
          '--token-auth-file is set: tokens in plain text on disk, valid for ever, changed only by a restart.',
          shown,
          {
            headline: 'static token file',
          },
        )
      : pass('No static token file is set.', shown);
  }),
};

const basicAuthFile: Check = {
  id: 'apiserver-basic-auth-file',
  title: 'The API server takes no static passwords',
  severity: 'high',
  impact: 'security',
  versions: 'up to 1.18; from 1.19 the flag is gone and stops the process',
  remediation: 'Remove --basic-auth-file from the manifest and delete the file.',
  references: [stig('CNTR-K8-002620'), kubernetesDocs('reference/access-authn-authz/authentication/')],
  notApplicable: ({ node }) => {
    const version = component(node, 'kube-apiserver')?.version;
    return version !== undefined && atLeast(version, '1.19')
      ? 'The flag does not exist from Kubernetes 1.19 on; see apiserver-removed-flags.'
      : undefined;
  },
  ...ofApiserver((apiserver) => {
    const shown = [evidence(apiserver, 'basic-auth-file')];
    return isSet(apiserver, 'basic-auth-file')
      ? fail('--basic-auth-file is set: passwords in plain text on disk, valid until a restart without them.', shown, {
          headline: 'static password file',
        })
      : pass('No static password file is set.', shown);
  }),
};

const profiling: Check = {
  ...profilingWords(
    'apiserver',
    'kube-apiserver',
    '--profiling=false in /etc/kubernetes/manifests/kube-apiserver.yaml, and in apiServer.extraArgs of the kubeadm ClusterConfiguration so that an upgrade keeps it',
    [cis('1.2.15'), kubernetesSource('staging/src/k8s.io/apiserver/pkg/server/options/feature.go')],
  ),
  ...ofApiserver(judgeProfiling),
};

const superAdmin: Check = {
  id: 'kubeconfig-super-admin-on-node',
  title: 'super-admin.conf is not kept on the node',
  severity: 'medium',
  impact: 'security',
  versions: '1.29+',
  remediation:
    'Copy /etc/kubernetes/super-admin.conf to a safe place off the node and delete it there; kubeadm does not need it after `kubeadm init`, and `kubeadm init phase kubeconfig super-admin` makes it again.',
  references: [
    kubernetesDocs('reference/setup-tools/kubeadm/implementation-details/'),
    github('kubernetes/kubeadm#2414'),
  ],
  notApplicable: ({ facts }) =>
    facts.kubeconfigs.some(({ role }) => role === 'super-admin')
      ? undefined
      : 'There is no super-admin.conf in the input.',
  evaluate: ({ facts, node }) => {
    const use = facts.kubeconfigs.find(({ role }) => role === 'super-admin');
    const shown = use === undefined ? [] : [use.evidence];
    const held = use === undefined ? undefined : clientCertificatesOf(node, use);
    if (held?.kind === 'unread') return notAssessed(`${unavailable(held.material) ?? held.material.file}.`, shown);
    const masters = held?.certificates[0]?.organizations.includes('system:masters') === true;
    return masters
      ? warn(
          'super-admin.conf lies on the node: its certificate is in system:masters, which no RBAC rule limits and nothing revokes.',
          shown,
          {
            headline: 'super-admin.conf on the node',
          },
        )
      : pass('super-admin.conf is not in system:masters.', shown);
  },
};

export const path: PathDefinition = {
  id: 'user-to-apiserver',
  case: '3',
  title: 'Users to API server',
  client: 'user (kubectl)',
  server: 'kube-apiserver',
  description:
    'People and tools dial the API server with a kubeconfig: the CA in it has to verify the certificate that is served, for the very name that is dialled, and the credential in it has to be one that the API server accepts, limits and can take back.',
  applicability: (node) =>
    component(node, 'kube-apiserver') === undefined && userKubeconfigs(node).length === 0
      ? noApiserver(node)
      : { kind: 'applies' },
  facts: (node) => {
    const known = userKubeconfigs(node);
    const uses = known.length > 0 ? known : [kubeconfigAt(node, ADMIN, 'admin')];
    const facts = {
      ...factsOfKubeconfigs(node, uses, 'user'),
      privateKeys: keysOfBundle(node, component(node, 'kube-apiserver'), 'client-ca-file'),
    };
    if (facts.encrypted !== 'yes') return facts;
    const names = expectedName(() => advertisedAddress(node));
    const unknownTrust = { kind: 'unknown' as const, message: 'No kubeconfig tells which CA users trust' };
    const presented = [
      ...facts.presented,
      ...names.map((name) =>
        apiserverServing(node, {
          trust: facts.presented[0]?.trust ?? unknownTrust,
          names: [name],
          // The same certificate as users see; only this name is still to be asked for.
          askedBy: { chain: '', key: '', expiry: '', names: 'apiserver-serving-san-endpoint' },
        }),
      ),
    ];
    return { ...facts, presented: [...presented, ...apiserverServingOthers(node, presented)] };
  },
  checks: [
    ...KUBECONFIG_CHECKS,
    ...APISERVER_SERVING_CHECKS,
    ...APISERVER_CLIENT_CA_CHECKS,
    clientBundle,
    ...AUTHORIZATION_CHECKS,
    tokenAuthFile,
    basicAuthFile,
    superAdmin,
    caKeyPlace(
      'client-ca-file',
      'the controller manager signs the certificates of kubelets with it, and kubeadm renews with it; what signs elsewhere needs it nowhere (external CA)',
    ),
    caReuse('cluster'),
    haDrift({
      authorities: {
        owner: 'kube-apiserver',
        setting: 'client-ca-file',
        consequence:
          'the API server of the one refuses users and kubelets of the other, as clients balance between them',
        status: 'fail',
      },
      leaves: [{ owner: 'kube-apiserver', setting: 'tls-cert-file' }],
    }),
    manifest,
    loopbackCertificate,
    postQuantumKeyExchange,
    profiling,
    configAccepted(['ClusterConfiguration', 'InitConfiguration']),
    servingNamesDrift,
    certificateSettings,
    ...PKI_CHECKS,
  ],
};
