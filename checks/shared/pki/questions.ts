/** The questions of one certificate (chain, key, names, days left) as makers of checks: each path asks them under its own id. */
import type { Certificate } from '../../../src/model/certificate.ts';
import type { NodeModel } from '../../../src/model/node.ts';
import type { Check, Finding, PathFacts, PresentedCertificate } from '../../../src/model/path.ts';
import type { ChainFailure } from '../../../src/pki/chain.ts';
import { verifyChain } from '../../../src/pki/chain.ts';
import { daysUntil } from '../../../src/text/date.ts';
import { shownCertificates, unavailable } from '../material.ts';
import { goSource, kubernetesDocs } from '../references.ts';
import { fail, notAssessed, pass, warn } from '../result.ts';
import { unreadFinding } from '../unread.ts';
import { goLine, uncoveredNames, verdictOf } from '../verdict.ts';
import { certificateEvidence, day, enumerate, located, relative } from '../words.ts';
import { RENEW } from './renewal.ts';
import { ofEachPresented, pemProblems, unreadOf } from './walk.ts';
import { endingOf } from './window.ts';

export interface QuestionWords {
  readonly id: string;
  readonly title: string;
  readonly remediation: string;
  readonly references: Check['references'];
}

/** Does the other end accept the chain? Dates are asked by the check pki-expired, so a fault is reported once. */
export function chainCheck(words: QuestionWords): Check {
  return {
    ...words,
    severity: 'high',
    impact: 'both',
    versions: 'all',
    ...ofEachPresented(
      (presented) => presented.askedBy.chain === words.id,
      (presented, { node, facts }) => {
        const verdict = verdictOf(presented, node);
        if (verdict.kind === 'unverified' || verdict.kind === 'system-roots') return undefined;
        const trust = presented.trust.kind === 'bundle' ? presented.trust.material : undefined;
        if (verdict.kind === 'unknown') {
          const unread =
            trust === undefined
              ? undefined
              : unreadFinding(trust, [trust.evidence], 'the process that verifies with it does not start');
          return unread ?? notAssessed(`${verdict.message}.`, [presented.certificate.evidence]);
        }
        const { result, leaf } = verdict;
        const shown = [
          presented.certificate.evidence,
          certificateEvidence(leaf, presented),
          ...(trust === undefined ? [] : [trust.evidence]),
        ];
        const judgedBy = trust === undefined ? '' : ` against ${trust.file}`;
        if (result.ok) return pass(`The ${presented.role} (${presented.certificate.file}) verifies${judgedBy}.`, shown);
        const asker = askedElsewhere(result, presented, facts);
        if (asker !== undefined) {
          return pass(
            `The ${presented.role} (${presented.certificate.file}) comes from a CA that is trusted; what else is wrong with it is in ${asker}.`,
            shown,
          );
        }
        const lacking = lackingIntermediates(result, presented, node);
        if (lacking.length > 0) return intermediateMissing(presented, lacking, judgedBy, shown);
        return fail(
          `The ${presented.role} (${presented.certificate.file}) does not verify${judgedBy}: ${result.message}.`,
          shown,
          { headline: `${presented.side} certificate is not trusted` },
        );
      },
    ),
  };
}

/** The CAs that the input holds elsewhere and that would lead to a root of the bundle, were they sent along; from the leaf up. */
function lackingIntermediates(
  { reason }: ChainFailure,
  { chain, trust, side }: PresentedCertificate,
  node: NodeModel,
): readonly Certificate[] {
  const [leaf, ...sent] = chain;
  if (reason !== 'unknown-authority' || leaf === undefined || trust.kind !== 'bundle') return [];
  const line = goLine(node);
  const result = verifyChain({
    leaf,
    intermediates: [
      ...sent,
      ...shownCertificates(node).filter(({ basicConstraints }) => basicConstraints?.ca === true),
    ],
    roots: trust.roots,
    at: node.at,
    usage: side === 'server' ? 'serverAuth' : 'clientAuth',
    ...(line === undefined ? {} : { goLine: line }),
  });
  const known = new Set([...chain, ...trust.roots].map(({ sha256 }) => sha256));
  return result.ok ? (result.chains[0] ?? []).filter(({ sha256 }) => !known.has(sha256)) : [];
}

function intermediateMissing(
  { side, role, certificate }: PresentedCertificate,
  lacking: readonly Certificate[],
  judgedBy: string,
  shown: Finding['evidence'],
): Finding {
  const names = enumerate(lacking.map((one) => `${one.subject} (${located(one)})`));
  const where = certificate.embedded ? `client-certificate-data of ${certificate.file}` : certificate.file;
  const [is, it] = lacking.length === 1 ? ['is', 'it'] : ['are', 'them'];
  return fail(
    `The ${role} (${certificate.file}) does not verify${judgedBy}: between it and a CA of the bundle ${is} ${names}, and ${where} does not send ${it} along.`,
    [...shown, ...lacking.map((one) => certificateEvidence(one))],
    {
      headline: `${side} certificate lacks its intermediate`,
      remediation: `Append the certificate of ${names} to ${where}, behind the leaf, and leave the bundle as it is; then start again what read it at its start.`,
    },
  );
}

/**
 * The check that reports this very fault, so that the chain does not report it a second time; undefined where the chain
 * itself is the one to say it.
 */
export function askedElsewhere(
  { reason, certificate }: ChainFailure,
  presented: PresentedCertificate,
  facts: PathFacts,
): string | undefined {
  const { side, chain: shown, trust } = presented;
  const isAtFault = (one: Certificate): boolean => one.sha256 === certificate?.sha256;
  const rootAtFault = trust.kind === 'bundle' && trust.roots.some(isAtFault);
  switch (reason) {
    case 'expired':
      return 'pki-expired';
    case 'not-yet-valid':
      return 'pki-not-yet-valid';
    case 'insecure-signature':
      return 'pki-signature-algorithm';
    case 'weak-key':
      return 'pki-key-strength';
    case 'unparsable':
      return 'pki-parse-strictness';
    case 'no-roots':
      if (trust.kind !== 'bundle') return undefined;
      if (pemProblems(trust.material, facts, 'bundle').length > 0) return 'pki-parse-strictness';
      return trust.material.embedded ? 'kubeconfig-ca-present' : undefined;
    // What is said of roots is said of no other CA.
    case 'not-a-ca':
      return rootAtFault ? 'pki-ca-basic-constraints' : undefined;
    case 'ca-key-usage':
      return rootAtFault ? 'pki-ca-keyusage' : undefined;
    // A CA that is not for the use is nobody else's business.
    case 'wrong-usage':
      return shown.slice(0, 1).some(isAtFault) ? `pki-eku-${side}` : undefined;
    case 'unknown-authority':
    case 'signature':
    case 'unsupported-algorithm':
    case 'path-length':
    case 'name-constraints':
    case 'policies':
    case 'unusable-key':
    case 'unhandled-critical':
    case 'too-many-signatures':
      return undefined;
  }
}

/** Is the private key the certificate's own? */
export function keyCheck(words: QuestionWords): Check {
  return {
    ...words,
    severity: 'high',
    impact: 'availability',
    versions: 'all',
    ...ofEachPresented(
      (presented) => presented.askedBy.key === words.id,
      (presented, { facts }) => {
        const { key, certificate } = presented;
        const leaf = presented.chain[0];
        const shown = [certificate.evidence, ...(key === undefined ? [] : [key.evidence])];
        if (key === undefined) {
          return fail(
            `The ${presented.role} (${certificate.file}) is set without a private key, so the process does not start.`,
            shown,
            {
              headline: 'private key not set',
            },
          );
        }
        const unread = [certificate, key].flatMap(
          (material) =>
            unreadFinding(material, shown, 'the process that uses it does not start or cannot authenticate') ?? [],
        );
        const [first] = unread;
        if (first !== undefined) return unread.find(({ status }) => status === 'fail') ?? first;
        const inKey = key.nodeFile?.state === 'present' ? key.nodeFile.pem.privateKeys[0] : undefined;
        if (inKey?.encrypted === true) {
          return fail(
            `${key.file} is protected by a passphrase, and no Kubernetes component or etcd can ask for one.`,
            shown,
            {
              headline: 'private key is encrypted',
            },
          );
        }
        if (presented.keySpki === undefined || leaf === undefined) {
          // What Go does not read of it is said by pki-parse-strictness.
          if (pemProblems(leaf === undefined ? certificate : key, facts, 'shown').length > 0) return undefined;
          const which =
            leaf === undefined
              ? `${certificate.file} holds no readable certificate`
              : `${key.file} holds no readable private key`;
          return fail(`${which}, so the process that uses it does not start or cannot authenticate.`, shown, {
            headline: leaf === undefined ? 'certificate unreadable' : 'private key unreadable',
          });
        }
        const pair =
          key.file === certificate.file
            ? `The key and the certificate in ${key.file}`
            : `${key.file} and ${certificate.file}`;
        return presented.keySpki === leaf.publicKey.spkiSha256
          ? pass(`${pair} belong together.`, shown)
          : fail(`${pair} do not belong together: their public keys differ.`, shown, {
              headline: 'key does not match certificate',
            });
      },
    ),
  };
}

/** Does the server's certificate name what the client dials? */
export function namesCheck(words: QuestionWords): Check {
  return {
    ...words,
    severity: 'high',
    impact: 'availability',
    versions: 'all',
    ...ofEachPresented(
      (presented) =>
        presented.side === 'server' &&
        presented.askedBy.names === words.id &&
        presented.trust.kind !== 'none' &&
        presented.expectedNames.length > 0,
      (presented) => {
        const leaf = presented.chain[0];
        const missing = unavailable(presented.certificate);
        if (missing !== undefined) return notAssessed(`${missing}.`, [presented.certificate.evidence]);
        // A certificate without any name is the business of pki-san-present.
        if (leaf === undefined || !hasNames(leaf)) return undefined;
        const uncovered = uncoveredNames(presented);
        const shown = [
          certificateEvidence(leaf, presented),
          ...(uncovered.length > 0 ? uncovered : presented.expectedNames).flatMap(({ evidence }) => evidence ?? []),
        ];
        if (uncovered.length === 0) {
          return pass(`${located(leaf)} names ${enumerate(presented.expectedNames.map(({ name }) => name))}.`, shown);
        }
        const wanted = uncovered.map(({ name, because }) => `${name} (${because})`);
        const unsure = uncovered.map((one) => one.unsure);
        if (unsure[0] !== undefined && !unsure.includes(undefined)) {
          return warn(
            `${located(leaf)} does not name ${enumerate(wanted)} among its subject alternative names, and ${unsure[0]}: if what answers there shows a certificate with the same names, clients refuse the connection.`,
            shown,
            { severity: 'medium', headline: `certificate lacks ${uncovered[0]?.name ?? 'a name'}` },
          );
        }
        return fail(
          `${located(leaf)} does not name ${enumerate(wanted)} among its subject alternative names, so clients that dial it refuse the connection.`,
          shown,
          {
            headline: `certificate lacks ${uncovered[0]?.name ?? 'a name'}`,
          },
        );
      },
    ),
  };
}

/** Whether it names any host at all: the common name is not looked at. */
export function hasNames(leaf: Certificate): boolean {
  return leaf.subjectAlternativeNames?.some(({ type }) => type === 'dns' || type === 'ip') === true;
}

/**
 * Judges the days left of a leaf. A certificate that the kubelet rotates is judged by overdue rotation instead.
 * notAfter alone is used: kubeadm up to 1.30 copies the CA's notBefore into each leaf (kubernetes/kubernetes#113618).
 */
export function expiryCheck(words: QuestionWords): Check {
  return {
    ...words,
    judgesEnd: 'certificate',
    severity: 'medium',
    impact: 'availability',
    versions: 'all',
    ...ofEachPresented(
      (presented) => presented.askedBy.expiry === words.id && presented.rotation !== 'kubelet',
      (presented, { node }) => [
        ...presented.chain.map((certificate) => judgeDaysLeft(certificate, presented, node)),
        ...unreadOf([presented.certificate]),
      ],
    ),
  };
}

function judgeDaysLeft(certificate: Certificate, presented: PresentedCertificate, node: NodeModel): Finding {
  const { at } = node;
  const issuers = presented.trust.kind === 'bundle' ? [...presented.chain, ...presented.trust.roots] : presented.chain;
  const { nearness } = endingOf(certificate, { kind: 'leaf', issuers }, node);
  const shown = [certificateEvidence(certificate, presented)];
  const ends = `${located(certificate)} ends on ${day(certificate.notAfter)} (${relative(certificate.notAfter, at)})`;
  if (nearness === 'ended') return pass(`${ends}; see pki-expired.`, shown);
  const headline = `${certificate.position.file.split('/').at(-1) ?? ''} ends ${relative(certificate.notAfter, at)}`;
  if (nearness === 'fail') return fail(`${ends}.`, shown, { severity: 'critical', headline });
  if (nearness === 'warn') {
    return warn(`${ends}.`, shown, {
      severity: daysUntil(certificate.notAfter, at) < 14 ? 'high' : 'medium',
      headline,
    });
  }
  return pass(`${ends}.`, shown);
}

export const chain = chainCheck({
  id: 'pki-chain',
  title: 'The other end of the path trusts the certificate',
  remediation:
    "Reissue the certificate from the CA that the other end trusts, or add the CA that signed it to that end's bundle; `openssl verify -CAfile <bundle> <certificate>` shows the difference.",
  references: [goSource('crypto/x509/verify.go'), kubernetesDocs('setup/best-practices/certificates/')],
});

export const key = keyCheck({
  id: 'pki-key-matches-cert',
  title: 'The private key is the one of the certificate',
  remediation:
    'Put the key and the certificate of one issue together again, from the backup or by `kubeadm certs renew <name>`; compare with `openssl x509 -noout -pubkey -in <crt>` and `openssl pkey -pubout -in <key>`.',
  references: [goSource('crypto/tls/tls.go')],
});

export const expiryTier = expiryCheck({
  id: 'pki-expiry-tier',
  title: 'No certificate of the path is about to end',
  remediation: RENEW,
  references: [kubernetesDocs('tasks/administer-cluster/kubeadm/kubeadm-certs/')],
});
