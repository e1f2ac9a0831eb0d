/** Whether a bundle that lets clients in holds CAs that have no business there. */
import type { Certificate } from '../../src/model/certificate.ts';
import type { ComponentName } from '../../src/model/component.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type { Check, Finding } from '../../src/model/path.ts';
import { isCA, sameKey, verifyChain } from '../../src/pki/chain.ts';
import { component, isSet } from './access.ts';
import { keysOfBundle } from './ca-keys.ts';
import { certificatesOf, clientCertificatesOf, kubeconfigAt, settingMaterial, shownCertificates } from './material.ts';
import { cis, kubernetesDocs } from './references.ts';
import { notAssessed, pass, warn } from './result.ts';
import { isMissing, notInInput } from './unread.ts';
import { certificateEvidence, enumerate, located } from './words.ts';

/** A bundle, and what whoever has the key of a CA in it can do. */
export interface TrustScope {
  readonly owner: ComponentName;
  readonly setting: string;
  /** End of a sentence: `is whom they please to the API server`. */
  readonly consequence: string;
  /** Whose clients the bundle is for. */
  readonly clients: ClientFamily;
  /** Of which other clients another check says that their CA is in the bundle. */
  readonly foreignReported: readonly ClientFamily[];
  /** Whether another check names what is in the bundle and no CA. */
  readonly leavesReported?: true;
  /** Why the bundle lets nobody in; undefined where it does. */
  readonly unused?: (node: NodeModel) => string | undefined;
}

/** Clients that have a CA of their own. */
export type ClientFamily = 'cluster' | 'etcd' | 'front-proxy';

/** What a bundle is for: whose clients, which component reads it, the setting that names it. */
type Purpose = readonly [ClientFamily, ComponentName, string];

const PURPOSES: readonly Purpose[] = [
  ['cluster', 'kube-apiserver', 'client-ca-file'],
  ['etcd', 'etcd', 'trusted-ca-file'],
  ['etcd', 'etcd', 'peer-trusted-ca-file'],
  ['etcd', 'kube-apiserver', 'etcd-cafile'],
  ['front-proxy', 'kube-apiserver', 'requestheader-client-ca-file'],
];

const CA_OF: Readonly<Record<ClientFamily, string>> = {
  cluster: 'the CA of the cluster',
  etcd: 'the CA of etcd',
  'front-proxy': 'the CA of the front proxy',
};

/** The certificates by which the cluster's own clients log in. */
function clientCertificates(node: NodeModel): readonly Certificate[] {
  const apiserver = component(node, 'kube-apiserver');
  const ofApiserver =
    apiserver === undefined ? [] : certificatesOf(settingMaterial(node, apiserver, 'kubelet-client-certificate'));
  const ofKubeconfigs = [...node.kubeconfigs.keys()].flatMap((file) => {
    const shown = clientCertificatesOf(node, kubeconfigAt(node, file, 'user'));
    return shown.kind === 'read' ? shown.certificates : [];
  });
  return [...ofApiserver, ...ofKubeconfigs];
}

/** Whether a CA signed a certificate, whatever the dates say. */
function signed(root: Certificate, leaf: Certificate): boolean {
  if (leaf.issuerDer !== root.subjectDer || leaf.sha256 === root.sha256) return false;
  const result = verifyChain({ leaf, intermediates: [], roots: [root], at: leaf.notAfter, usage: 'any' });
  return result.ok || result.reason === 'expired' || result.reason === 'not-yet-valid';
}

/** The CAs of a bundle that signed something that the input shows, or a CA of the bundle that did. */
function usedRoots(roots: readonly Certificate[], shown: readonly Certificate[]): ReadonlySet<Certificate> {
  const inBundle = new Set(roots.map(({ sha256 }) => sha256));
  const others = shown.filter(({ sha256 }) => !inBundle.has(sha256));
  const used = new Set(roots.filter((root) => others.some((one) => signed(root, one))));
  for (let before = -1; before < used.size;) {
    before = used.size;
    for (const root of roots) if ([...used].some((one) => signed(root, one))) used.add(root);
  }
  return used;
}

/**
 * Whether a CA in a bundle of the cluster is etcd's alone: it signed certificates of etcd and none of those that the
 * bundle is for, which come from another CA of the bundle, and the controller manager signs with another.
 */
export function isForEtcdAlone(node: NodeModel, root: Certificate, bundle: readonly Certificate[]): boolean {
  const read = (name: ComponentName, ...settings: readonly string[]): readonly Certificate[] => {
    const owner = component(node, name);
    return owner === undefined
      ? []
      : settings.flatMap((setting) => certificatesOf(settingMaterial(node, owner, setting)));
  };
  const signs = (one: Certificate, leaves: readonly Certificate[]): boolean => leaves.some((leaf) => signed(one, leaf));
  const isSame = (one: Certificate): boolean => sameKey(one.publicKey, root.publicKey);
  const clients = [...clientCertificates(node), ...read('kube-apiserver', 'proxy-client-cert-file')];
  const signers = bundle.filter((one) => signs(one, clients));
  // A file with several the controller manager refuses (pkg/controller/certificates/signer/ca_provider.go).
  const signing = ['cluster-signing-cert-file', 'cluster-signing-kube-apiserver-client-cert-file']
    .map((setting) => read('kube-controller-manager', setting))
    .filter(({ length }) => length === 1);
  return (
    signers.length > 0 &&
    !signers.some(isSame) &&
    !signing.flat().some(isSame) &&
    signs(root, [...read('etcd', 'cert-file', 'peer-cert-file'), ...read('kube-apiserver', 'etcd-certfile')])
  );
}

/** Whose CA a CA of the bundle is besides; one CA for both is the cluster's own all the same. */
function foreignFamily(node: NodeModel, scope: TrustScope, root: Certificate): ClientFamily | undefined {
  if (scope.clients !== 'etcd' && clientCertificates(node).some((one) => signed(root, one))) return undefined;
  return PURPOSES.find(([family, name, setting]) => {
    const owner = component(node, name);
    return (
      family !== scope.clients &&
      owner !== undefined &&
      certificatesOf(settingMaterial(node, owner, setting)).some(({ publicKey }) => sameKey(publicKey, root.publicKey))
    );
  })?.[0];
}

/** What keeps a CA that signed nothing from being a stranger's. */
function isOwn(
  node: NodeModel,
  { owner, setting }: TrustScope,
  root: Certificate,
  used: readonly Certificate[],
): boolean {
  // A CA keeps its name when it is renewed or replaced: `kubeadm init phase certs ca` writes the same, and openssl the
  // same in another encoding.
  if (used.some(({ subject, publicKey }) => subject === root.subject || sameKey(publicKey, root.publicKey))) {
    return true;
  }
  // Clients that are given the CA already, as kubernetes.io/docs/tasks/tls/manual-rotation-of-ca-certificates has it.
  const given = [...node.kubeconfigs.values()].flatMap(({ cluster }) => cluster?.certificateAuthorities ?? []);
  if (given.some(({ sha256 }) => sha256 === root.sha256)) return true;
  return keysOfBundle(node, component(node, owner), setting).some(
    ({ nodeFile }) =>
      nodeFile?.state === 'present' &&
      nodeFile.pem.privateKeys.some(({ publicKey }) => sameKey(publicKey, root.publicKey)),
  );
}

/**
 * Whether a CA is one that the cluster has replaced: it has the name of one that signed what is shown, is older, and has
 * another key, which whoever took it before it was replaced still has. The next CA is newer than the one in use.
 */
function isReplaced(root: Certificate, used: readonly Certificate[]): boolean {
  return (
    used.some(({ subject, notBefore }) => subject === root.subject && notBefore > root.notBefore) &&
    !used.some(({ publicKey }) => sameKey(publicKey, root.publicKey))
  );
}

/**
 * Certificates beside the CAs of a bundle that are no CA, signed by none of them and not this node's own: Go lets in
 * whoever has the key of one. A bundle of nothing else is a list of clients, and meant so.
 */
function strangers(
  certificates: readonly Certificate[],
  roots: readonly Certificate[],
  shown: readonly Certificate[],
): readonly Certificate[] {
  if (roots.length === 0) return [];
  const own = shown.filter(
    ({ index, position }) => index === 0 && certificates.every((one) => one.position.file !== position.file),
  );
  return certificates.filter(
    (one) => !isCA(one) && !roots.some((root) => signed(root, one)) && !own.some(({ sha256 }) => sha256 === one.sha256),
  );
}

/** Asks of one bundle whether it lets in more than the cluster's own clients. */
export function trustBundleScope(scope: TrustScope): Check {
  const { owner: ownerName, setting } = scope;
  return {
    id: 'pki-trust-bundle-scope',
    title: 'The bundle that lets clients in holds no CA that the cluster does not use',
    severity: 'medium',
    impact: 'security',
    versions: 'all',
    remediation:
      'Find out whose the CA is (`openssl storeutl -noout -text -certs <file>` shows what the file holds); unless its holder is meant to make users of the cluster, remove its block from the file that --client-ca-file (kubelet: authentication.x509.clientCAFile; front proxies: --requestheader-client-ca-file; etcd: --trusted-ca-file, --peer-trusted-ca-file) names and restart etcd, which alone reads it only at start.',
    references: [
      cis('2.7'),
      kubernetesDocs('setup/best-practices/certificates/'),
      kubernetesDocs('reference/access-authn-authz/authentication/'),
    ],
    notApplicable: ({ node }) => {
      const owner = component(node, ownerName);
      if (owner === undefined || isSet(owner, setting)) return scope.unused?.(node);
      return 'No bundle is set by which clients are judged.';
    },
    evaluate: ({ node }) => {
      const owner = component(node, ownerName);
      const material = owner === undefined ? undefined : settingMaterial(node, owner, setting);
      if (material === undefined) return notAssessed(`${notInInput(ownerName, node)}.`);
      if (material.nodeFile?.state === 'unavailable') {
        // What is not there at all is reported by the check on the bundle itself.
        return isMissing(material) ? [] : notAssessed(`${material.nodeFile.message}.`, [material.evidence]);
      }
      const current = certificatesOf(material).filter(({ notAfter }) => notAfter >= node.at);
      const roots = current.filter(isCA);
      const all = shownCertificates(node);
      const leaves = (scope.leavesReported === true ? [] : strangers(current, roots, all)).map((leaf) =>
        warn(
          `${located(leaf)} (${leaf.subject}) is no CA, and no CA of the bundle signed it: whoever holds its key is let in under that name.`,
          [material.evidence, certificateEvidence(leaf)],
          { headline: `leaf in ${material.file.split('/').at(-1) ?? material.file}` },
        ),
      );
      if (leaves.length > 0) return leaves;
      if (roots.length < 2) return pass(`${material.file} holds no second CA that counts.`, [material.evidence]);
      const used = usedRoots(roots, all);
      const findings = roots.flatMap((root): readonly Finding[] => {
        const shown = [material.evidence, certificateEvidence(root)];
        const family = foreignFamily(node, scope, root);
        if (family !== undefined) {
          if (scope.foreignReported.includes(family)) return [];
          const purpose = CA_OF[family];
          return [
            warn(`${located(root)} is ${purpose}: whoever has a certificate from it ${scope.consequence}.`, shown, {
              headline: `${purpose.replace('the ', '')} lets clients in`,
            }),
          ];
        }
        if (used.size === 0 || used.has(root)) return [];
        if (isReplaced(root, [...used])) {
          return [
            warn(
              `${located(root)} has the name of the CA that is in use and is older: a CA that was replaced, and still whoever holds its key ${scope.consequence}. Nothing that the input shows comes from it.`,
              shown,
              {
                severity: 'low',
                headline: `replaced CA in ${material.file.split('/').at(-1) ?? material.file}`,
                remediation:
                  'When no node has a certificate from the old CA any more (`openssl x509 -noout -enddate -issuer -in <file>` on every node, kubelets included), remove its block from the file, which ends the rotation; etcd reads the file only at start.',
              },
            ),
          ];
        }
        if (isOwn(node, scope, root, [...used])) return [];
        return [
          warn(
            `${located(root)} (${root.subject}) signed nothing that the input shows, while another CA of the bundle did: whoever holds the key of that CA ${scope.consequence}.`,
            shown,
            { headline: `unknown CA in ${material.file.split('/').at(-1) ?? material.file}` },
          ),
        ];
      });
      if (findings.length > 0) return findings;
      return used.size === 0
        ? notAssessed(
            `No certificate in the input comes from one of the ${roots.length} CAs in ${material.file}, so which of them the cluster uses is not known: supply the kubeconfigs and the certificates of a control-plane node.`,
            [material.evidence],
          )
        : pass(
            `The CAs in ${material.file} are the cluster's own: ${enumerate([...new Set(roots.map(({ subject }) => subject))])}.`,
            [material.evidence],
          );
    },
  };
}
