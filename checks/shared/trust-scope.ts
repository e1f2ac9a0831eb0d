/** Whether a bundle that lets clients in holds CAs that have no business there. */
import type { Certificate } from '../../src/model/certificate.ts';
import type { ComponentName } from '../../src/model/component.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type { Check, Finding } from '../../src/model/path.ts';
import { sameKey, verifyChain } from '../../src/pki/chain.ts';
import { component, isSet } from './access.ts';
import { keysOfBundle } from './ca-keys.ts';
import { certificatesOf, clientCertificatesOf, kubeconfigAt, settingMaterial } from './material.ts';
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
  /** Another check of the row says that a CA of etcd or of the front proxy is among the others. */
  readonly foreignReported: boolean;
  /** Why the bundle lets nobody in; undefined where it does. */
  readonly unused?: (node: NodeModel) => string | undefined;
}

/** A bundle of another purpose: whose, named by which setting, and what its CAs are called. */
type Purpose = readonly [ComponentName, string, string];

const FRONT_PROXY: Purpose = ['kube-apiserver', 'requestheader-client-ca-file', 'the CA of the front proxy'];
const OTHER_THAN_CLUSTER: readonly Purpose[] = [
  ['etcd', 'trusted-ca-file', 'the CA of etcd'],
  ['etcd', 'peer-trusted-ca-file', 'the CA of etcd'],
  ['kube-apiserver', 'etcd-cafile', 'the CA of etcd'],
  FRONT_PROXY,
];
const OTHER_THAN_ETCD: readonly Purpose[] = [
  ['kube-apiserver', 'client-ca-file', 'the CA of the cluster'],
  FRONT_PROXY,
];

/** Every certificate that the input shows, wherever it is. */
function shownCertificates(node: NodeModel): readonly Certificate[] {
  return [
    ...[...node.files.values()].flatMap((file) => (file.state === 'present' ? file.pem.certificates : [])),
    ...[...node.kubeconfigs.values()].flatMap(({ user }) => user?.certificates ?? []),
  ];
}

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

/** Which other purpose a CA of the bundle serves; one CA for both is the cluster's own all the same. */
function foreignPurpose(node: NodeModel, scope: TrustScope, root: Certificate): string | undefined {
  const ofEtcd = scope.owner === 'etcd';
  if (!ofEtcd && clientCertificates(node).some((one) => signed(root, one))) return undefined;
  return (ofEtcd ? OTHER_THAN_ETCD : OTHER_THAN_CLUSTER).find(([name, setting]) => {
    const owner = component(node, name);
    return (
      owner !== undefined &&
      certificatesOf(settingMaterial(node, owner, setting)).some(({ publicKey }) => sameKey(publicKey, root.publicKey))
    );
  })?.[2];
}

/** What keeps a CA that signed nothing from being a stranger's. */
function isOwn(
  node: NodeModel,
  { owner, setting }: TrustScope,
  root: Certificate,
  used: readonly Certificate[],
): boolean {
  // A CA keeps its name when it is renewed or replaced: `kubeadm init phase certs ca` writes the same.
  if (used.some(({ subjectDer, publicKey }) => subjectDer === root.subjectDer || sameKey(publicKey, root.publicKey))) {
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
      'Find out whose the CA is (`openssl storeutl -noout -text -certs <file>` shows what the file holds); unless its holder is meant to make users of the cluster, remove its block from the file that --client-ca-file (kubelet: authentication.x509.clientCAFile; etcd: --trusted-ca-file, --peer-trusted-ca-file) names and restart etcd, which alone reads it only at start.',
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
      const roots = certificatesOf(material).filter(
        ({ basicConstraints, notAfter }) => basicConstraints?.ca === true && notAfter >= node.at,
      );
      if (roots.length < 2) return pass(`${material.file} holds no second CA that counts.`, [material.evidence]);
      const used = usedRoots(roots, shownCertificates(node));
      const findings = roots.flatMap((root): readonly Finding[] => {
        const shown = [material.evidence, certificateEvidence(root)];
        const purpose = foreignPurpose(node, scope, root);
        if (purpose !== undefined) {
          if (scope.foreignReported) return [];
          return [
            warn(`${located(root)} is ${purpose}: whoever has a certificate from it ${scope.consequence}.`, shown, {
              headline: `${purpose.replace('the ', '')} lets clients in`,
            }),
          ];
        }
        if (used.size === 0 || used.has(root) || isOwn(node, scope, root, [...used])) return [];
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
