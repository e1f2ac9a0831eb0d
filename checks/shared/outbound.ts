/** Connections of the API server to servers outside the control plane, of which its own half is on the node. */
import type { NodeModel } from '../../src/model/node.ts';
import type { Check, Evidence, Finding, KubeconfigUse, PathFacts, Trust } from '../../src/model/path.ts';
import type { Answer } from '../../src/model/status.ts';
import { lastToEnd } from './by-end.ts';
import { presentedByKubeconfig, trustOfKubeconfig, unavailable } from './material.ts';
import { endingOf } from './pki/window.ts';
import { kubernetesDocs } from './references.ts';
import { fail, notAssessed, pass, warn } from './result.ts';
import { combine } from './verdict.ts';
import { certificateEvidence, day, located, relative } from './words.ts';

/**
 * Whether a client verifies its server. Which certificate that server shows is in no file of the node, so this is the
 * client's half alone.
 */
export function verifiesServer(trust: Trust, node: NodeModel): Answer {
  switch (trust.kind) {
    case 'none':
      return 'no';
    case 'unknown':
    case 'system-roots':
      return 'unknown';
    case 'bundle':
      if (unavailable(trust.material) !== undefined) return 'unknown';
      return trust.roots.some(({ notAfter }) => notAfter >= node.at) ? 'yes' : 'no';
  }
}

/** The columns of a path whose client is configured by kubeconfigs. */
export function factsOfKubeconfigs(node: NodeModel, uses: readonly KubeconfigUse[]): PathFacts {
  const answers = (ask: (use: KubeconfigUse) => Answer): Answer =>
    uses.length === 0 ? 'unknown' : combine(uses.map(ask));
  return {
    encrypted: answers(({ kubeconfig }) => {
      const scheme = kubeconfig?.cluster?.scheme;
      return scheme === undefined ? 'unknown' : scheme === 'https' ? 'yes' : 'no';
    }),
    serverVerified: answers((use) =>
      use.kubeconfig?.cluster?.scheme === 'http' ? 'no' : verifiesServer(trustOfKubeconfig(node, use), node),
    ),
    clientAuthenticated: answers(({ kubeconfig }) => {
      if (kubeconfig === undefined) return 'unknown';
      return kubeconfig.cluster?.scheme === 'http' || !hasCredential(kubeconfig.user) ? 'no' : 'yes';
    }),
    // The other end decides it.
    minTLSVersion: 'unknown',
    presented: uses.flatMap(
      (use) =>
        presentedByKubeconfig(node, use, 'kube-apiserver', {
          kind: 'unknown',
          message: `Which CA the server that ${use.file} names trusts is not in the input`,
        }) ?? [],
    ),
    kubeconfigs: uses,
  };
}

/** Whether a user of a kubeconfig has anything to authenticate with. */
export function hasCredential(user: NonNullable<KubeconfigUse['kubeconfig']>['user']): boolean {
  return (
    user !== undefined &&
    (user.clientCertificate !== undefined ||
      user.hasToken ||
      user.tokenFile !== undefined ||
      user.hasBasicAuth ||
      user.hasExec ||
      user.hasAuthProvider)
  );
}

/**
 * What is to be said of a bundle of CAs that a client verifies a foreign server with.
 * @param who names the server, as the object of a sentence
 */
export function judgeBundle(trust: Trust, node: NodeModel, who: string, shown: readonly Evidence[]): Finding {
  if (trust.kind === 'unknown') return notAssessed(`${trust.message}.`, shown);
  if (trust.kind === 'system-roots') {
    return warn(
      `No CA is set for ${who}, so the host's public CAs decide: any of them can make a certificate for that name, and one from a private CA is refused.`,
      shown,
      { severity: 'low', headline: 'verified with the public CAs' },
    );
  }
  if (trust.kind === 'none') return pass(`${who} is not verified; another check says so.`, shown);
  const why = unavailable(trust.material);
  if (why !== undefined) return notAssessed(`${why}.`, [...shown, trust.material.evidence]);
  const last = lastToEnd(trust.roots);
  if (last === undefined) {
    return fail(
      `${trust.material.file} holds no certificate that Kubernetes can read, so nothing verifies ${who}.`,
      [...shown, trust.material.evidence],
      { headline: 'CA unreadable' },
    );
  }
  // A foreign CA may be renewed by whoever runs it, so its days are those of any other certificate.
  const { nearness } = endingOf(last, { kind: 'leaf' }, node);
  const hasEnded = nearness === 'ended';
  const evidence = [...shown, certificateEvidence(last)];
  const ends = `${located(last)}, the CA for ${who}, ${hasEnded ? 'ended' : 'ends'} on ${day(last.notAfter)} (${relative(last.notAfter, node.at)})`;
  if (hasEnded)
    return fail(`${ends}: whatever it signed is refused.`, evidence, { headline: `CA ended ${day(last.notAfter)}` });
  const headline = `CA ends ${relative(last.notAfter, node.at)}`;
  if (nearness === 'fail') return fail(`${ends}.`, evidence, { headline });
  return nearness === 'warn' ? warn(`${ends}.`, evidence, { headline }) : pass(`${ends}.`, evidence);
}

/** Whether the CA in a webhook's kubeconfig still verifies anything. */
export const webhookCA: Check = {
  id: 'webhook-kubeconfig-ca',
  judgesEnd: 'certificate',
  title: 'The CA with which the API server verifies a webhook lasts',
  severity: 'high',
  impact: 'availability',
  versions: 'all; a kubeconfig without a CA means the public CAs of the image',
  remediation:
    'Put the CA that signs the server into `certificate-authority-data` of the kubeconfig, for a while beside the old one, and restart the API server: it reads the file when it starts.',
  references: [
    kubernetesDocs('reference/access-authn-authz/webhook/'),
    kubernetesDocs('tasks/debug/debug-cluster/audit/'),
  ],
  notApplicable: ({ facts }) => (facts.kubeconfigs.length > 0 ? undefined : 'No kubeconfig is used on this path.'),
  evaluate: ({ node, facts }) =>
    facts.kubeconfigs.flatMap((use): readonly Finding[] => {
      const cluster = use.kubeconfig?.cluster;
      if (cluster?.scheme !== 'https' || cluster.insecureSkipTLSVerify) return [];
      return [judgeBundle(trustOfKubeconfig(node, use), node, cluster.server ?? use.file, [use.evidence])];
    }),
};
