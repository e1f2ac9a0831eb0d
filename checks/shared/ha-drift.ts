/** What has to be the same on every control-plane node of a cluster, and what must not: asked where a run has several. */
import type { ComponentName } from '../../src/model/component.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type { Check, Evidence, Finding, Material } from '../../src/model/path.ts';
import { component, evidence, knownOr, list } from './access.ts';
import { materialOf, refusedHere } from './ha-shown.ts';
import type { Machine, Setting, Shown } from './ha-shown.ts';
import { certificatesOf, unavailable } from './material.ts';
import { kubernetesDocs } from './references.ts';
import { fail, notAssessed, pass, warn } from './result.ts';
import { kinshipOf } from './same-cluster.ts';
import type { Kinship } from './same-cluster.ts';
import { tokenKeys } from './service-account.ts';
import { certificateEvidence, enumerate, located } from './words.ts';

const ISSUER = 'service-account-issuer';

/** What a row compares. */
export interface Compared {
  /** CA bundles that have to have a CA in common, and what follows where they have none, as the end of a sentence. */
  readonly authorities?: Setting & { readonly consequence: string; readonly status: 'fail' | 'warn' };
  /** Whether the keys of service account tokens are compared. */
  readonly tokens?: true;
  /** The certificates of which each node has its own. */
  readonly leaves?: readonly Setting[];
  /** The certificate that every node has to accept of every other. */
  readonly shown?: Shown;
}

/** A difference between two nodes, for a row of the first. */
type Difference = (machine: Machine) => readonly Finding[];

function compare({ authorities, tokens, shown }: Compared): readonly Difference[] {
  return [
    ...(authorities === undefined ? [] : [(machine: Machine) => differentAuthorities(machine, authorities)]),
    ...(tokens === undefined ? [] : [refusedTokens, refusedIssuer]),
    ...(shown === undefined ? [] : [(machine: Machine) => refusedHere(machine, shown)]),
  ];
}

/** Other nodes of the run on which there is something to compare with. */
function related(node: NodeModel, owners: readonly ComponentName[]): readonly (Machine & { readonly kin: Kinship })[] {
  return (node.others ?? [])
    .filter((other) =>
      owners.some((name) => component(node, name) !== undefined && component(other, name) !== undefined),
    )
    .map((other) => ({ node, other, kin: kinshipOf(node, other) }))
    .filter(({ kin }) => kin !== 'different');
}

export function haDrift(compared: Compared): Check {
  const owners: readonly ComponentName[] = [
    ...new Set([
      ...(compared.tokens === undefined ? [] : (['kube-apiserver'] as const)),
      ...(compared.authorities === undefined ? [] : [compared.authorities.owner]),
      ...(compared.leaves ?? []).map(({ owner }) => owner),
      ...(compared.shown === undefined ? [] : [compared.shown.leaf.owner]),
    ]),
  ];
  const differences = compare(compared);
  return {
    id: 'pki-ha-drift',
    title: 'The control-plane nodes of the cluster have the same CAs and token keys, and certificates of their own',
    severity: 'high',
    impact: 'availability',
    versions: 'all',
    remediation:
      'Find out which of the two is the one that most nodes and clients have (`openssl x509 -noout -fingerprint -in <file>`, for sa.pub `sha256sum`), copy ca.{crt,key}, sa.{key,pub}, front-proxy-ca.{crt,key} and etcd/ca.{crt,key} of /etc/kubernetes/pki from such a node to the other (`kubeadm join --control-plane --certificate-key` does it when a node joins), make its certificates anew with `kubeadm init phase certs <name>`, and restart its control plane.',
    references: [
      kubernetesDocs('setup/production-environment/tools/kubeadm/high-availability/'),
      kubernetesDocs('setup/best-practices/certificates/'),
    ],
    notApplicable: ({ node }) =>
      related(node, owners).length > 0
        ? undefined
        : 'The input shows no other control-plane node of this cluster: give several at once to compare them.',
    evaluate: ({ node }) => {
      const machines = related(node, owners);
      const different = machines.flatMap(({ kin, ...machine }) => {
        const found = differences.flatMap((ask) => ask(machine));
        return kin === 'same' ? found : found.slice(0, 1).map((one) => unsure(machine, one));
      });
      const ofCluster = machines.flatMap(({ kin, other }) => (kin === 'same' ? [other] : []));
      const findings = [...different, ...(compared.leaves ?? []).flatMap((one) => sameLeaf(node, ofCluster, one))];
      if (findings.length > 0) return findings;
      const names = enumerate(machines.map(({ other }) => other.name));
      return pass(`Nothing differs between ${node.name} and ${names} that has to be the same.`);
    },
  };
}

/** A difference between machines that may be of two clusters. */
function unsure({ node, other }: Machine, { message, evidence: shown }: Finding): Finding {
  return notAssessed(
    `Whether ${node.name} and ${other.name} are of one cluster is not known: what they have in common is not enough. If they are: ${message}`,
    shown,
  );
}

/** A setting of another node: without a place, which the report would take for one on this node. */
function elsewhere({ other }: Machine, { component: owner, setting, origin }: Evidence, { file }: Material): Evidence {
  return { ...(owner === undefined ? {} : { component: owner }), setting, value: `${file} of ${other.name}`, origin };
}

/** Why one of two files cannot be compared. */
function unread(machine: Machine, mine: Material, theirs: Material): readonly Finding[] {
  return (
    [
      [machine.node, mine],
      [machine.other, theirs],
    ] as const
  ).flatMap(([{ name }, material]) => {
    const why = unavailable(material);
    return why === undefined ? [] : [notAssessed(`Of ${name}: ${why}, so it was not compared.`, [mine.evidence])];
  });
}

function differentAuthorities(
  machine: Machine,
  { consequence, status, ...setting }: NonNullable<Compared['authorities']>,
): readonly Finding[] {
  const { node, other } = machine;
  const [mine, theirs] = [materialOf(node, setting), materialOf(other, setting)];
  if (mine === undefined || theirs === undefined) return [];
  const missing = unread(machine, mine, theirs);
  if (missing.length > 0) return missing;
  const keys = new Set(certificatesOf(theirs).map(({ publicKey }) => publicKey.spkiSha256));
  const own = certificatesOf(mine);
  // While a CA is replaced the bundles differ, and have the old one or the new one in common.
  if (own.length === 0 || keys.size === 0 || own.some(({ publicKey }) => keys.has(publicKey.spkiSha256))) return [];
  const say = status === 'fail' ? fail : warn;
  return [
    say(
      `${mine.file} of ${node.name} and ${theirs.file} of ${other.name} have no CA in common: ${consequence}.`,
      [mine.evidence, elsewhere(machine, theirs.evidence, theirs)],
      {
        severity: status === 'fail' ? 'high' : 'medium',
        headline: `${mine.file.split('/').slice(-2).join('/')} differs from ${other.name}`,
      },
    ),
  ];
}

/** The tokens that the other node signs, at this node; at the other, its own row tells of the other way. */
function refusedTokens(machine: Machine): readonly Finding[] {
  const { node, other } = machine;
  const [mine, theirs] = [tokenKeys(node), tokenKeys(other)];
  const signing = theirs?.signingFile;
  const [verifying] = mine?.verifyingFiles ?? [];
  if (mine === undefined || signing === undefined || verifying === undefined) return [];
  const missing = [...mine.verifyingFiles.map((one) => [node, one] as const), [other, signing] as const].flatMap(
    ([{ name }, material]) => {
      const why = unavailable(material);
      return why === undefined
        ? []
        : [notAssessed(`Of ${name}: ${why}, so it was not compared.`, [verifying.evidence])];
    },
  );
  if (missing.length > 0) return missing;
  if (theirs?.signing === undefined || mine.verifying.has(theirs.signing)) return [];
  const names = enumerate(mine.verifyingFiles.map(({ file }) => file));
  return [
    fail(
      `${names} of ${node.name} ${mine.verifyingFiles.length === 1 ? 'does' : 'do'} not hold the public half of ${signing.file} of ${other.name}: a token that the API server of ${other.name} signed is refused by that of ${node.name} (401), so pods and controllers fail now and then.`,
      [verifying.evidence, elsewhere(machine, signing.evidence, signing)],
      { impact: 'both', headline: `token keys differ from ${other.name}` },
    ),
  ];
}

/**
 * Tokens name the first issuer of the API server that signs them, and each takes those of its own issuers only.
 * Source: kubernetes pkg/kubeapiserver/options/authentication.go, pkg/serviceaccount/jwt.go (hasCorrectIssuer).
 */
function refusedIssuer({ node, other }: Machine): readonly Finding[] {
  const [here, there] = [component(node, 'kube-apiserver'), component(other, 'kube-apiserver')];
  if (here === undefined || there === undefined) return [];
  return knownOr([], () => {
    const taken = list(here, ISSUER).filter((issuer) => issuer !== '');
    const [signed] = list(there, ISSUER).filter((issuer) => issuer !== '');
    if (signed === undefined || taken.length === 0 || taken.includes(signed)) return [];
    return [
      fail(
        `The API server of ${other.name} issues tokens in the name of ${signed}, which is not among the --${ISSUER} of ${node.name} (${enumerate(taken)}): there they are refused (401), so pods and controllers fail now and then.`,
        [evidence(here, ISSUER)],
        {
          impact: 'both',
          headline: `token issuer differs from ${other.name}`,
          remediation: `Give every API server all the issuers: the flag --${ISSUER} may come several times, the first signs. Add the other one as a second flag on each node first (kubeadm: apiServer.extraArgs of the ClusterConfiguration, a list from v1beta4 on), then make the first flag the same everywhere.`,
        },
      ),
    ];
  });
}

/** One finding for all that have it: what is copied once is copied everywhere. */
function sameLeaf(node: NodeModel, others: readonly NodeModel[], setting: Setting): readonly Finding[] {
  const [mine] = certificatesOf(materialOf(node, setting));
  if (mine === undefined) return [];
  const twins = others.flatMap((other) => {
    const [theirs] = certificatesOf(materialOf(other, setting));
    return theirs?.publicKey.spkiSha256 === mine.publicKey.spkiSha256 ? [`${located(theirs)} of ${other.name}`] : [];
  });
  if (twins.length === 0) return [];
  const owner = component(node, setting.owner);
  return [
    warn(
      `${located(mine)} of ${node.name} has the same private key as ${enumerate(twins)}: who takes over one of the nodes can be the other, and a renewal on one leaves the other as it was.`,
      [...(owner === undefined ? [] : [evidence(owner, setting.setting)]), certificateEvidence(mine)],
      {
        severity: 'low',
        impact: 'security',
        headline: 'certificate of another node',
        remediation: `On all nodes but one move ${mine.position.file} and its key away and make them anew, for those of kubeadm with \`kubeadm init phase certs <name>\`; then start again what uses them.`,
      },
    ),
  ];
}
