/** Whether one CA serves two purposes, so that who has a certificate for the one has it for the other. */
import type { Certificate } from '../../src/model/certificate.ts';
import type { Component, ComponentName } from '../../src/model/component.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type { Check, Finding, Material } from '../../src/model/path.ts';
import { sameKey, verifyChain } from '../../src/pki/chain.ts';
import { component, isSet } from './access.ts';
import { certificatesOf, settingMaterial } from './material.ts';
import { cis, kubernetesDocs } from './references.ts';
import { notApplicable, notAssessed, pass, warn } from './result.ts';
import { isMissing, notInInput } from './unread.ts';
import { certificateEvidence, located } from './words.ts';

/** What a CA is for. */
export type Purpose = 'cluster' | 'etcd' | 'front-proxy' | 'kubelet-serving';

interface Place {
  readonly what: string;
  /** Where it is set; the first that the node has. */
  readonly settings: readonly (readonly [ComponentName, string])[];
  /** What the certificates of that CA are, for a sentence. */
  readonly certificates: string;
}

const PLACES: Readonly<Record<Purpose, Place>> = {
  cluster: {
    what: 'the client CA of the API server',
    settings: [['kube-apiserver', 'client-ca-file']],
    certificates: 'users and kubelets',
  },
  etcd: {
    what: 'the CA of etcd',
    settings: [
      ['etcd', 'trusted-ca-file'],
      ['kube-apiserver', 'etcd-cafile'],
    ],
    certificates: 'clients of etcd, who read and change every object',
  },
  'front-proxy': {
    what: 'the front-proxy CA',
    settings: [['kube-apiserver', 'requestheader-client-ca-file']],
    certificates: 'front proxies, who say in a header who they are',
  },
  'kubelet-serving': {
    what: 'the CA by which the API server verifies kubelets',
    settings: [['kube-apiserver', 'kubelet-certificate-authority']],
    certificates: 'kubelets as servers',
  },
};

/**
 * Who tells of a pair. The cluster's CA signs the serving certificates of kubelets besides: the controller manager has
 * no other for its signer kubernetes.io/kubelet-serving, unless flags give it one.
 */
function told(one: Purpose, other: Purpose): string | undefined {
  const pair = new Set([one, other]);
  if (pair.has('kubelet-serving')) return pair.has('cluster') ? 'meant' : undefined;
  return pair.has('etcd') ? 'etcd-unique-ca' : 'front-proxy-ca-distinct';
}

interface Bundle {
  readonly owner: Component;
  readonly material: Material;
}

/** The bundle of a purpose; undefined where none is set. */
function bundleFor(node: NodeModel, settings: Place['settings']): Bundle | undefined {
  for (const [name, setting] of settings) {
    const owner = component(node, name);
    if (owner === undefined || !isSet(owner, setting)) continue;
    const material = settingMaterial(node, owner, setting);
    if (material !== undefined) return { owner, material };
  }
  return undefined;
}

/** A CA of one bundle that another bundle vouches for: by its key, whatever it is called, or as its issuer. */
function shared(
  roots: readonly Certificate[],
  others: readonly Certificate[],
  at: Date,
): { readonly one: Certificate; readonly other: Certificate } | undefined {
  for (const one of roots) {
    const twin = others.find(({ publicKey }) => sameKey(publicKey, one.publicKey));
    if (twin !== undefined) return { one, other: twin };
    const chain = verifyChain({ leaf: one, intermediates: [], roots: others, at, usage: 'any' });
    const issuer = chain.ok ? chain.chains[0]?.at(-1) : undefined;
    if (issuer !== undefined) return { one, other: issuer };
  }
  return undefined;
}

/**
 * Asks it of the CA that a path is judged by.
 * @param settings where that CA is set, if not where the purpose has it mostly
 */
export function caReuse(purpose: Purpose, settings: Place['settings'] = PLACES[purpose].settings): Check {
  const { what } = PLACES[purpose];
  const others = (Object.keys(PLACES) as readonly Purpose[]).filter((one) => one !== purpose);
  return {
    id: 'pki-ca-reuse',
    title: 'The CA of the path signs for no other purpose',
    severity: 'high',
    impact: 'security',
    versions: 'all',
    remediation:
      'Give each purpose a CA of its own (cluster, etcd, front proxy: `kubeadm init phase certs etcd-ca`, `front-proxy-ca`); name in --kubelet-certificate-authority the CA that signs the serving certificates of kubelets and nothing but those, or the CA of the cluster, and restart the API server.',
    references: [cis('2.7'), kubernetesDocs('setup/best-practices/certificates/')],
    notApplicable: ({ node }) => {
      const isSeen = settings.some(([name]) => component(node, name) !== undefined);
      if (isSeen) return bundleFor(node, settings) === undefined ? `No file is set for ${what}.` : undefined;
      return others.every((other) => told(purpose, other) !== undefined)
        ? 'The input shows no API server, on whose node the CAs are compared.'
        : undefined;
    },
    evaluate: ({ node }) => {
      const own = bundleFor(node, settings);
      if (own === undefined) return notAssessed(`${notInInput('kube-apiserver', node)}.`);
      if (own.material.nodeFile?.state === 'unavailable') {
        // What is not there at all is reported by the check on the bundle itself.
        return isMissing(own.material) ? [] : notAssessed(`${own.material.nodeFile.message}.`, [own.material.evidence]);
      }
      const roots = certificatesOf(own.material);
      const findings = others.flatMap((other) => judgePair(purpose, other, roots, own.material, node));
      return findings.length > 0
        ? findings
        : pass(`No CA in ${own.material.file} serves another purpose that this check looks for.`, [
            own.material.evidence,
          ]);
    },
  };
}

function judgePair(
  purpose: Purpose,
  other: Purpose,
  roots: readonly Certificate[],
  material: Material,
  node: NodeModel,
): readonly Finding[] {
  const by = told(purpose, other);
  const bundle = bundleFor(node, PLACES[other].settings);
  if (by === 'meant' || bundle === undefined) return [];
  const shown = [material.evidence, bundle.material.evidence];
  if (bundle.material.nodeFile?.state === 'unavailable') {
    return by === undefined && !isMissing(bundle.material)
      ? [notAssessed(`${bundle.material.nodeFile.message}, so it was not compared with ${material.file}.`, shown)]
      : [];
  }
  const found = shared(roots, certificatesOf(bundle.material), node.at);
  if (found === undefined) return [];
  const [mine, theirs] = [PLACES[purpose], PLACES[other]];
  if (by !== undefined) {
    return [notApplicable(`${located(found.one)} serves as ${theirs.what} as well: what follows is in ${by}.`)];
  }
  // That the cluster's CA is etcd's or the front proxy's is told where these are compared.
  const cluster = bundleFor(node, PLACES.cluster.settings);
  if (cluster !== undefined && shared([found.one], certificatesOf(cluster.material), node.at) !== undefined) return [];
  const isSame = sameKey(found.one.publicKey, found.other.publicKey);
  return [
    warn(
      isSame
        ? `${located(found.one)} and ${located(found.other)} have one key, as ${mine.what} and as ${theirs.what}: who gets a certificate from it for ${mine.certificates}, may get one for ${theirs.certificates}.`
        : `${located(found.other)}, ${theirs.what}, signed ${located(found.one)}, ${mine.what}, and so vouches for what that signs: a certificate for ${mine.certificates} counts among ${theirs.certificates}.`,
      [...shown, certificateEvidence(found.one)],
      { severity: 'medium', headline: `one CA for ${purpose} and ${other}` },
    ),
  ];
}
