/** Walking what a path shows: every certificate, every bundle, each asked once. */
import type { Certificate, PemProblem } from '../../../src/model/certificate.ts';
import type {
  Check,
  CheckContext,
  Finding,
  Material,
  PathFacts,
  PresentedCertificate,
} from '../../../src/model/path.ts';
import { unavailable } from '../material.ts';
import { notAssessed, pass } from '../result.ts';
import { isMissing } from '../unread.ts';
import { presentedOn } from '../verdict.ts';

/** Asks one question of every certificate that the path shows, and says so when there is none to ask it of. */
export function ofEachPresented(
  select: (presented: PresentedCertificate) => boolean,
  judge: (presented: PresentedCertificate, context: CheckContext) => Finding | readonly Finding[] | undefined,
): Pick<Check, 'notApplicable' | 'evaluate'> {
  return {
    notApplicable: (context) =>
      presentedOn(context).some(select) ? undefined : 'No certificate that this check concerns is used on this path.',
    evaluate: (context) =>
      distinct(
        presentedOn(context)
          .filter(select)
          .flatMap((presented) => judge(presented, context) ?? []),
      ),
  };
}

/** A certificate that is shown on both sides of a path, as etcd's peer certificate is, has each fault once. */
export function distinct(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ status, message }) => {
    const key = `${status} ${message}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

interface PlacedCertificate {
  readonly certificate: Certificate;
  readonly presented: PresentedCertificate;
  readonly isRoot: boolean;
}

const placed = new WeakMap<PathFacts, readonly PlacedCertificate[]>();

/**
 * Every certificate of the path, once for each end that judges by it: those shown, and the roots they are judged by.
 * A root may be past its end for one of them and beside the point for another.
 */
export function certificatesOnPath({ facts }: CheckContext): readonly PlacedCertificate[] {
  const known = placed.get(facts);
  if (known !== undefined) return known;
  const all = [...facts.presented, ...(facts.unseenClients ?? [])].flatMap((presented) => [
    ...presented.chain.map((certificate) => ({ certificate, presented, isRoot: false })),
    ...(presented.trust.kind === 'bundle'
      ? presented.trust.roots.map((certificate) => ({ certificate, presented, isRoot: true }))
      : []),
  ]);
  placed.set(facts, all);
  return all;
}

/**
 * What could not be read of what the path shows or judges by: nothing can be said to be right about it. A file that
 * the running machine does not have is the business of the checks on the chain and on the key.
 */
export function unreadOf(materials: readonly Material[]): readonly Finding[] {
  return distinct(
    materials.flatMap((material) => {
      const missing = isMissing(material) ? undefined : unavailable(material);
      return missing === undefined ? [] : notAssessed(`${missing}.`, [material.evidence]);
    }),
  );
}

export function bundleMaterial({ trust }: PresentedCertificate): readonly Material[] {
  return trust.kind === 'bundle' ? [trust.material] : [];
}

export function ofEachCertificate(
  judge: (
    certificate: Certificate,
    about: { presented: PresentedCertificate; isRoot: boolean },
    context: CheckContext,
  ) => Finding | undefined,
  passing: string,
): Pick<Check, 'notApplicable' | 'evaluate'> {
  return {
    notApplicable: (context) =>
      presentedOn(context).length > 0 || certificatesOnPath(context).length > 0
        ? undefined
        : 'No certificate is used on this path.',
    evaluate: (context) => {
      const findings = [
        ...certificatesOnPath(context).flatMap(
          ({ certificate, presented, isRoot }) => judge(certificate, { presented, isRoot }, context) ?? [],
        ),
        ...unreadOf(presentedOn(context).flatMap((one) => [one.certificate, ...bundleMaterial(one)])),
      ];
      return findings.length > 0 ? findings : pass(passing);
    },
  };
}

/** The files of a certificate and its key. */
export function shownMaterials({ certificate, key: own }: PresentedCertificate): readonly Material[] {
  return [certificate, ...(own === undefined ? [] : [own])];
}

/** The files that a connection needs: certificate, key, and the bundle that the other end judges by. */
export function materialsOf(presented: PresentedCertificate): readonly Material[] {
  return [...shownMaterials(presented), ...bundleMaterial(presented)];
}

/**
 * What Go does not read of a file, or of what a kubeconfig on the path embeds.
 * @param role a file that is shown may have headers, which crypto/tls reads over, and a bundle may not
 */
export function pemProblems(
  material: Material,
  { kubeconfigs }: PathFacts,
  role: 'shown' | 'bundle',
): readonly PemProblem[] {
  if (!material.embedded) {
    if (material.nodeFile?.state !== 'present') return [];
    const { privateKeys } = material.nodeFile.pem;
    const problems = material.nodeFile.pem.problems.filter(({ code }) => role === 'bundle' || code !== 'headers');
    // That nobody can enter a passphrase is said by the check on the key.
    return privateKeys[0]?.encrypted === true ? problems.filter(({ code }) => code !== 'unparsable-key') : problems;
  }
  return kubeconfigs.flatMap(({ file, kubeconfig }) => (file === material.file ? (kubeconfig?.pemProblems ?? []) : []));
}
