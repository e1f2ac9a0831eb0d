/** The checks that every path with certificates carries; they look at what its two ends show each other. */
import type { Certificate, PemProblem } from '../../src/model/certificate.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type { Check, CheckContext, Finding, Material, PathFacts, PresentedCertificate } from '../../src/model/path.ts';
import { fail, notAssessed, pass, warn } from './result.ts';
import { goSource, kubernetesDocs, rfc } from './references.ts';
import { parseFault } from '../../src/pki/chain.ts';
import type { ChainFailure } from '../../src/pki/chain.ts';
import { goLine, presentedOn, uncoveredNames, verdictOf } from './verdict.ts';
import { unavailable } from './material.ts';
import { isMissing, unreadFinding } from './unread.ts';
import { certificateEvidence, day, daysUntil, enumerate, located, relative } from './words.ts';

/** Seconds of clock difference that are not worth a word (RFC 5280 leaves skew to the verifier; kubeadm backdates by 5 minutes). */
const CLOCK_SKEW_MS = 5 * 60 * 1000;

const RENEW =
  'Renew it: `kubeadm certs renew <name>` for what kubeadm made, then restart the component that uses it (move its manifest out of /etc/kubernetes/manifests and back); `kubeadm certs check-expiration` lists the names.';

/** Asks one question of every certificate that the path shows, and says so when there is none to ask it of. */
function ofEachPresented(
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
function distinct(findings: readonly Finding[]): readonly Finding[] {
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
function certificatesOnPath({ facts }: CheckContext): readonly PlacedCertificate[] {
  const known = placed.get(facts);
  if (known !== undefined) return known;
  const all = facts.presented.flatMap((presented) => [
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
function unreadOf(materials: readonly Material[]): readonly Finding[] {
  return distinct(
    materials.flatMap((material) => {
      const missing = isMissing(material) ? undefined : unavailable(material);
      return missing === undefined ? [] : notAssessed(`${missing}.`, [material.evidence]);
    }),
  );
}

function bundleMaterial({ trust }: PresentedCertificate): readonly Material[] {
  return trust.kind === 'bundle' ? [trust.material] : [];
}

function ofEachCertificate(
  judge: (
    certificate: Certificate,
    about: { presented: PresentedCertificate; isRoot: boolean },
    context: CheckContext,
  ) => Finding | undefined,
  passing: string,
): Pick<Check, 'notApplicable' | 'evaluate'> {
  return {
    notApplicable: (context) => (presentedOn(context).length > 0 ? undefined : 'No certificate is used on this path.'),
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

export interface QuestionWords {
  readonly id: string;
  readonly title: string;
  readonly remediation: string;
  readonly references: Check['references'];
}

/** Does the other end accept the chain? Dates are asked by {@link expired}, so a fault is reported once. */
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
        return fail(
          `The ${presented.role} (${presented.certificate.file}) does not verify${judgedBy}: ${result.message}.`,
          shown,
          { headline: `${presented.side} certificate is not trusted` },
        );
      },
    ),
  };
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
      if (pemProblems(trust.material, facts).length > 0) return 'pki-parse-strictness';
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
    case 'unhandled-critical':
    case 'too-many-signatures':
      return undefined;
  }
}

/** What Go does not read of a file, or of what a kubeconfig on the path embeds. */
function pemProblems(material: Material, { kubeconfigs }: PathFacts): readonly PemProblem[] {
  if (!material.embedded) {
    if (material.nodeFile?.state !== 'present') return [];
    const { problems, privateKeys } = material.nodeFile.pem;
    // That nobody can enter a passphrase is said by the check on the key.
    return privateKeys[0]?.encrypted === true ? problems.filter(({ code }) => code !== 'unparsable-key') : problems;
  }
  return kubeconfigs.flatMap(({ file, kubeconfig }) => (file === material.file ? (kubeconfig?.pemProblems ?? []) : []));
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
          if (pemProblems(leaf === undefined ? certificate : key, facts).length > 0) return undefined;
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
function hasNames(leaf: Certificate): boolean {
  return leaf.subjectAlternativeNames?.some(({ type }) => type === 'dns' || type === 'ip') === true;
}

/**
 * Judges the days left of a leaf. A certificate that the kubelet rotates is judged by overdue rotation instead.
 * notAfter alone is used: kubeadm up to 1.30 copies the CA's notBefore into each leaf (kubernetes/kubernetes#113618).
 */
export function expiryCheck(words: QuestionWords): Check {
  return {
    ...words,
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
  const { at, thresholds } = node;
  const left = certificate.notAfter.getTime() - at.getTime();
  const shown = [certificateEvidence(certificate, presented)];
  const ends = `${located(certificate)} ends on ${day(certificate.notAfter)} (${relative(certificate.notAfter, at)})`;
  if (left < 0) return pass(`${ends}; see pki-expired.`, shown);
  const headline = `${certificate.position.file.split('/').at(-1) ?? ''} ends ${relative(certificate.notAfter, at)}`;
  if (left < thresholds.failBefore) return fail(`${ends}.`, shown, { severity: 'critical', headline });
  if (left < thresholds.warnBefore) {
    return warn(`${ends}.`, shown, {
      severity: daysUntil(certificate.notAfter, at) < 14 ? 'high' : 'medium',
      headline,
    });
  }
  return pass(`${ends}.`, shown);
}

const chain = chainCheck({
  id: 'pki-chain',
  title: 'The other end of the path trusts the certificate',
  remediation:
    "Reissue the certificate from the CA that the other end trusts, or add the CA that signed it to that end's bundle; `openssl verify -CAfile <bundle> <certificate>` shows the difference.",
  references: [goSource('crypto/x509/verify.go'), kubernetesDocs('setup/best-practices/certificates/')],
});

const key = keyCheck({
  id: 'pki-key-matches-cert',
  title: 'The private key is the one of the certificate',
  remediation:
    'Put the key and the certificate of one issue together again, from the backup or by `kubeadm certs renew <name>`; compare with `openssl x509 -noout -pubkey -in <crt>` and `openssl pkey -pubout -in <key>`.',
  references: [goSource('crypto/tls/tls.go')],
});

const expiryTier = expiryCheck({
  id: 'pki-expiry-tier',
  title: 'No certificate of the path is about to end',
  remediation: RENEW,
  references: [kubernetesDocs('tasks/administer-cluster/kubeadm/kubeadm-certs/')],
});

const expired: Check = {
  id: 'pki-expired',
  title: 'No certificate of the path has ended',
  severity: 'critical',
  impact: 'availability',
  versions: 'all',
  remediation: RENEW,
  references: [rfc(5280, '4.1.2.5'), kubernetesDocs('tasks/administer-cluster/kubeadm/kubeadm-certs/')],
  ...ofEachCertificate((certificate, { presented, isRoot }, { node }) => {
    if (certificate.notAfter.getTime() >= node.at.getTime()) return undefined;
    // What a process made for itself is verified by nobody, so its end does not break the path; its owner's check says so.
    if (!isRoot && presented.selfSigned === true) return undefined;
    // A bundle may keep an old CA beside its successor; it matters only when nothing else signs what is shown.
    if (isRoot) {
      const verdict = verdictOf(presented, node);
      if (verdict.kind !== 'judged' || verdict.result.ok) return undefined;
    }
    const remediation = isRoot
      ? 'A CA has ended: kubeadm cannot renew it. Make a new one and rotate by hand: kubernetes.io/docs/tasks/tls/manual-rotation-of-ca-certificates/.'
      : presented.rotation === 'kubelet' && presented.side === 'server'
        ? "Rotation did not happen: `kubectl get csr` shows the kubelet's pending request; approve it with `kubectl certificate approve <name>` and install an approver for kubernetes.io/kubelet-serving; where there is none, `systemctl restart kubelet`."
        : presented.rotation === 'kubelet'
          ? "Rotation did not happen: look at `kubectl get csr` and the kubelet's log; to recover, `kubeadm kubeconfig user --org system:nodes --client-name system:node:<node>` makes a new kubelet.conf, then restart the kubelet."
          : RENEW;
    return fail(
      `${located(certificate)} ended on ${day(certificate.notAfter)} (${relative(certificate.notAfter, node.at)}), so this path is broken.`,
      [certificateEvidence(certificate, presented)],
      {
        headline: `${certificate.position.file.split('/').at(-1) ?? ''} expired ${day(certificate.notAfter)}`,
        remediation,
      },
    );
  }, 'No certificate of this path has ended.'),
};

const notYetValid: Check = {
  id: 'pki-not-yet-valid',
  title: 'Every certificate of the path is already valid',
  severity: 'high',
  impact: 'availability',
  versions: 'all',
  remediation:
    'Correct the clock (`chronyc tracking`, `timedatectl`) of the machine that issued the certificate or of this one; judge a backup at its own date with --at.',
  references: [rfc(5280, '4.1.2.5')],
  ...ofEachCertificate((certificate, { presented, isRoot }, { node }) => {
    if (
      certificate.notBefore.getTime() <= node.at.getTime() + CLOCK_SKEW_MS ||
      (!isRoot && presented.selfSigned === true)
    )
      return undefined;
    if (isRoot) {
      const verdict = verdictOf(presented, node);
      if (verdict.kind !== 'judged' || verdict.result.ok) return undefined;
    }
    return fail(
      `${located(certificate)} is valid only from ${certificate.notBefore.toISOString()}.`,
      [certificateEvidence(certificate, presented)],
      {
        headline: 'certificate is not yet valid',
      },
    );
  }, 'Every certificate of this path is already valid.'),
};

function lastOf(certificates: readonly Certificate[]): Certificate | undefined {
  return certificates.reduce<Certificate | undefined>(
    (last, one) => (last === undefined || one.notAfter > last.notAfter ? one : last),
    undefined,
  );
}

const caExpiry: Check = {
  id: 'pki-ca-expiry',
  title: 'No CA of the path is about to end',
  severity: 'high',
  impact: 'availability',
  versions: 'all',
  remediation:
    'Plan the rotation of the CA now (`kubeadm certs check-expiration` shows when each CA ends): kubeadm cannot renew a CA, and every leaf under it ends with it; follow kubernetes.io/docs/tasks/tls/manual-rotation-of-ca-certificates/.',
  references: [kubernetesDocs('tasks/tls/manual-rotation-of-ca-certificates/')],
  ...ofEachCertificate((certificate, { presented, isRoot }, { node }) => {
    const left = certificate.notAfter.getTime() - node.at.getTime();
    if (!isRoot || left < 0 || left >= node.thresholds.caWarnBefore) return undefined;
    // Of a bundle the CA counts that carries what is shown the furthest; the others are leftovers of a rotation.
    const verdict = verdictOf(presented, node);
    if (verdict.kind === 'judged' && verdict.result.ok) {
      const carrying = lastOf(verdict.result.chains.flatMap((one) => one.slice(-1)));
      if (carrying?.sha256 !== certificate.sha256) return undefined;
    }
    const days = daysUntil(certificate.notAfter, node.at);
    const shown = [certificateEvidence(certificate, presented)];
    const message = `The CA in ${located(certificate)} ends on ${day(certificate.notAfter)} (${relative(certificate.notAfter, node.at)}), and everything it signed ends with it.`;
    const headline = `CA ends ${relative(certificate.notAfter, node.at)}`;
    return left < node.thresholds.caFailBefore
      ? fail(message, shown, { severity: 'critical', headline })
      : warn(message, shown, { severity: days < 180 ? 'high' : 'medium', headline });
  }, 'Every CA of this path lasts beyond its warning window.'),
};

const leafOutlivesCA: Check = {
  id: 'pki-leaf-outlives-ca',
  title: 'No certificate lasts longer than the CA that signed it',
  severity: 'medium',
  impact: 'availability',
  versions: 'all',
  remediation:
    "Count with the CA's date, not the certificate's (`kubeadm certs check-expiration` shows both), and rotate the CA before it: kubernetes.io/docs/tasks/tls/manual-rotation-of-ca-certificates/.",
  references: [goSource('crypto/x509/verify.go')],
  ...ofEachPresented(
    (presented) => presented.trust.kind === 'bundle',
    (presented, { node }) => {
      const verdict = verdictOf(presented, node);
      if (verdict.kind !== 'judged' || !verdict.result.ok) {
        return unreadOf([presented.certificate, ...bundleMaterial(presented)]);
      }
      const { leaf, result } = verdict;
      return result.expiresAt.getTime() < leaf.notAfter.getTime()
        ? warn(
            `${located(leaf)} is dated to ${day(leaf.notAfter)}, but a CA above it ends on ${day(result.expiresAt)}: the path breaks then.`,
            [certificateEvidence(leaf, presented)],
            { headline: `CA ends before ${leaf.position.file.split('/').at(-1) ?? 'the leaf'}` },
          )
        : pass(`${located(leaf)} ends before its CA.`, [certificateEvidence(leaf, presented)]);
    },
  ),
};

function usageCheck(side: PresentedCertificate['side']): Pick<Check, 'notApplicable' | 'evaluate'> {
  const wanted = side === 'server' ? 'serverAuth' : 'clientAuth';
  return ofEachPresented(
    (presented) => presented.side === side,
    (presented) => {
      const leaf = presented.chain[0];
      if (leaf === undefined) return unreadOf([presented.certificate]);
      const shown = [certificateEvidence(leaf, presented)];
      const uses = leaf.extendedKeyUsage;
      if (uses === undefined || uses.includes('any') || uses.includes(wanted)) {
        return pass(`${located(leaf)} may be used for ${wanted}.`, shown);
      }
      return fail(
        `${located(leaf)} may be used for ${uses.length === 0 ? 'nothing' : enumerate(uses)} only, but is the ${presented.role}: the other end demands ${wanted}.`,
        shown,
        { headline: `certificate lacks ${wanted}` },
      );
    },
  );
}

const usageReferences = [rfc(5280, '4.2.1.12'), goSource('crypto/x509/verify.go')];

const usageServer: Check = {
  id: 'pki-eku-server',
  title: 'The server certificate may be used for serverAuth',
  severity: 'high',
  impact: 'availability',
  versions: 'all',
  remediation:
    'Reissue the certificate with extendedKeyUsage serverAuth (etcd server and peer certificates need clientAuth as well): for one of kubeadm, move the old files away and run `kubeadm init phase certs <name>` (`kubeadm certs renew` keeps what is in the old one); `openssl x509 -noout -ext extendedKeyUsage -in <file>` shows the uses.',
  references: usageReferences,
  ...usageCheck('server'),
};

const usageClient: Check = {
  id: 'pki-eku-client',
  title: 'The client certificate may be used for clientAuth',
  severity: 'high',
  impact: 'availability',
  versions: 'all',
  remediation:
    'Reissue the certificate with extendedKeyUsage clientAuth: for one of kubeadm, move the old files away and run `kubeadm init phase certs <name>` (`kubeadm certs renew` keeps what is in the old one); `openssl x509 -noout -ext extendedKeyUsage -in <file>` shows the uses.',
  references: usageReferences,
  ...usageCheck('client'),
};

const subjectAlternativeNames: Check = {
  id: 'pki-san-present',
  title: 'The server certificate has subject alternative names',
  severity: 'high',
  impact: 'availability',
  versions: 'all; a CN alone is never matched from Kubernetes 1.23 on (Go 1.17)',
  remediation:
    'Reissue the certificate with its host names and addresses as subject alternative names, since the common name is not looked at: for one of kubeadm, move the old files away and run `kubeadm init phase certs <name>` (`kubeadm certs renew` keeps what is in the old one); `openssl x509 -noout -ext subjectAltName -in <file>` shows the names.',
  references: [rfc(9525, '6.3'), goSource('crypto/x509/verify.go')],
  ...ofEachPresented(
    (presented) => presented.side === 'server' && presented.trust.kind !== 'none',
    (presented) => {
      const leaf = presented.chain[0];
      if (leaf === undefined) return unreadOf([presented.certificate]);
      const shown = [certificateEvidence(leaf, presented)];
      return hasNames(leaf)
        ? pass(`${located(leaf)} has subject alternative names.`, shown)
        : fail(
            `${located(leaf)} has no DNS name or IP address among its subject alternative names, so no Go client accepts it.`,
            shown,
            {
              headline: 'no subject alternative name',
            },
          );
    },
  ),
};

const keyStrength: Check = {
  id: 'pki-key-strength',
  title: 'Every key of the path is strong enough',
  severity: 'medium',
  impact: 'both',
  versions: 'all; RSA under 1024 bits is refused from Kubernetes 1.33 (Go 1.24)',
  remediation:
    'Reissue with RSA 2048 bits or more, ECDSA P-256/P-384/P-521 or Ed25519 (`encryptionAlgorithm` in the kubeadm ClusterConfiguration v1beta4).',
  references: [goSource('crypto/rsa/rsa.go'), kubernetesDocs('reference/config-api/kubeadm-config.v1beta4/')],
  ...ofEachCertificate((certificate, { presented }, { node }) => {
    // A key that Go does not even parse is said by pki-parse-strictness.
    if (parseFault(certificate, goLine(node)) !== undefined) return undefined;
    const { algorithm, bits, curve } = certificate.publicKey;
    const shown = [certificateEvidence(certificate, presented)];
    const what = `${located(certificate)} has ${algorithm === 'RSA' ? `an RSA key of ${bits ?? '?'} bits` : `a key of type ${algorithm}${curve === undefined ? '' : ` on ${curve}`}`}`;
    if (algorithm === 'RSA' && bits !== undefined && bits < 2048) {
      return bits < 1024
        ? fail(`${what}: Go 1.24 and later (Kubernetes 1.33) refuse it, and it can be broken.`, shown, {
            severity: 'high',
            headline: `RSA ${bits} bits`,
          })
        : warn(`${what}, less than the 2048 bits that are taken for safe.`, shown, { headline: `RSA ${bits} bits` });
    }
    if (algorithm === 'DSA' || algorithm === 'Ed448' || algorithm === 'RSA-PSS' || algorithm === 'unknown') {
      return fail(`${what}, which Go's TLS does not support.`, shown, {
        severity: 'high',
        headline: `key type ${algorithm}`,
      });
    }
    if (algorithm === 'ECDSA' && curve !== undefined && !['prime256v1', 'secp384r1', 'secp521r1'].includes(curve)) {
      return fail(`${what}, which Go's TLS does not support.`, shown, { severity: 'high', headline: `curve ${curve}` });
    }
    return undefined;
  }, 'Every key of this path is strong enough.'),
};

const signatureAlgorithm: Check = {
  id: 'pki-signature-algorithm',
  title: 'No certificate of the path is signed with SHA-1 or MD5',
  severity: 'high',
  impact: 'both',
  versions: 'all; refused from Kubernetes 1.24 (Go 1.18)',
  remediation:
    'Reissue the certificate with a SHA-256 signature or better (`openssl x509 -req -sha256`; for one of kubeadm `kubeadm certs renew <name>`).',
  references: [goSource('crypto/x509/x509.go')],
  // The signature of a root on itself is never checked, so it proves and harms nothing.
  ...ofEachCertificate((certificate, { presented, isRoot }, { node }) => {
    const { signatureAlgorithm: signed } = certificate;
    if (isRoot || !/sha1|md5|md2/i.test(signed)) return undefined;
    const shown = [certificateEvidence(certificate, presented)];
    const line = goLine(node);
    // Go 1.18 release notes, crypto/x509; MD5 was refused long before.
    return /sha1/i.test(signed) && line !== undefined && compareGo(line, '1.18') < 0
      ? warn(
          `${located(certificate)} is signed with ${signed}, which can be forged; Go 1.18 and later (Kubernetes 1.24) refuse it.`,
          shown,
          { headline: `signed with ${signed}` },
        )
      : fail(
          `${located(certificate)} is signed with ${signed}: Go 1.18 and later (Kubernetes 1.24) refuse it.`,
          shown,
          {
            headline: `signed with ${signed}`,
          },
        );
  }, 'No certificate of this path is signed with SHA-1 or MD5.'),
};

/**
 * Asks something of the CAs by which the path is judged. One of several that is unfit harms nothing while another
 * signs what is shown; where the chain was not judged it does when no other is left.
 */
function ofEachUnfitRoot(
  reason: ChainFailure['reason'],
  isUnfit: (root: Certificate) => boolean,
  words: (root: Certificate) => { readonly message: string; readonly headline: string },
  passing: string,
): Pick<Check, 'notApplicable' | 'evaluate'> {
  return ofEachCertificate((certificate, { presented, isRoot }, { node }) => {
    if (!isRoot || !isUnfit(certificate) || presented.trust.kind !== 'bundle') return undefined;
    const verdict = verdictOf(presented, node);
    const harms =
      verdict.kind === 'judged'
        ? !verdict.result.ok &&
          verdict.result.reason === reason &&
          verdict.result.certificate?.sha256 === certificate.sha256
        : presented.trust.roots.every(isUnfit);
    if (!harms) return undefined;
    const { message, headline } = words(certificate);
    return fail(message, [certificateEvidence(certificate, presented)], { headline });
  }, passing);
}

const caConstraints: Check = {
  id: 'pki-ca-basic-constraints',
  title: 'Every CA of the path is marked as a CA',
  severity: 'high',
  impact: 'availability',
  versions: 'all',
  remediation:
    'Put the CA certificate into the bundle (basicConstraints CA:TRUE), not a leaf; `openssl x509 -noout -ext basicConstraints -in <file>` shows it.',
  references: [rfc(5280, '4.2.1.9'), goSource('crypto/x509/verify.go')],
  ...ofEachUnfitRoot(
    'not-a-ca',
    ({ basicConstraints }) => basicConstraints?.ca !== true,
    (root) => ({
      message: `${located(root)} is in a CA bundle but is no CA (basicConstraints ${root.basicConstraints === undefined ? 'absent' : 'CA:FALSE'}), so nothing it signed is accepted.`,
      headline: 'a CA is not marked as CA',
    }),
    'Every CA of this path is marked as one.',
  ),
};

const caKeyUsage: Check = {
  id: 'pki-ca-keyusage',
  title: 'Every CA of the path may sign certificates',
  severity: 'high',
  impact: 'availability',
  versions: 'all',
  remediation:
    'Make the CA again with keyCertSign among its key usages, and reissue what it signed; `openssl x509 -noout -ext keyUsage -in <file>` shows them.',
  references: [rfc(5280, '4.2.1.3'), goSource('crypto/x509/verify.go')],
  ...ofEachUnfitRoot(
    'ca-key-usage',
    ({ basicConstraints, keyUsage }) =>
      basicConstraints?.ca === true && keyUsage !== undefined && !keyUsage.includes('keyCertSign'),
    (root) => ({
      message: `The CA in ${located(root)} has key usages without keyCertSign, so nothing it signed is accepted.`,
      headline: 'CA may not sign certificates',
    }),
    'Every CA of this path may sign certificates.',
  ),
};

const parseStrictness: Check = {
  id: 'pki-parse-strictness',
  title: 'Go reads every certificate and key file of the path',
  severity: 'high',
  impact: 'availability',
  versions: 'all; negative serial numbers are refused from Kubernetes 1.32 (Go 1.23)',
  remediation:
    'Write the file again as plain PEM (`openssl x509 -in <file> -out <new file>`, certificate by certificate): no byte order mark, no indentation, no headers inside the block, type CERTIFICATE; reissue a certificate that Go refuses.',
  references: [goSource('encoding/pem/pem.go'), goSource('crypto/x509/parser.go')],
  notApplicable: (context) => (presentedOn(context).length > 0 ? undefined : 'No certificate is used on this path.'),
  evaluate: (context) => {
    const { node, facts } = context;
    const line = goLine(node);
    const unread = facts.presented
      .flatMap(materialsOf)
      .flatMap((material) =>
        pemProblems(material, facts).map((problem) =>
          fail(
            `${problem.file ?? material.file}${problem.line === undefined ? '' : `:${problem.line}`}: ${problem.message}.`,
            [material.evidence],
            { headline: 'PEM that Go does not read' },
          ),
        ),
      );
    const refused = certificatesOnPath(context).flatMap(({ certificate, presented }) => {
      const fault = parseFault(certificate, line);
      return fault === undefined
        ? []
        : fail(`${located(certificate)}: ${fault}.`, [certificateEvidence(certificate, presented)], {
            headline: 'certificate that Go refuses',
          });
    });
    const findings = distinct([...unread, ...refused, ...unreadOf(facts.presented.flatMap(materialsOf))]);
    return findings.length > 0 ? findings : pass('Go reads every certificate and key file of this path.');
  },
};

/** The files that a connection needs: certificate, key, and the bundle that the other end judges by. */
function materialsOf(presented: PresentedCertificate): readonly Material[] {
  const { certificate, key: own } = presented;
  return [certificate, ...(own === undefined ? [] : [own]), ...bundleMaterial(presented)];
}

/** Orders Go lines (`1.9` < `1.23`). */
function compareGo(a: string, b: string): number {
  const [, minorA = '0'] = a.split('.');
  const [, minorB = '0'] = b.split('.');
  return Number(minorA) - Number(minorB);
}

const privateKeyMode: Check = {
  id: 'pki-private-key-mode',
  title: 'Only root reads the private keys of the path',
  severity: 'high',
  impact: 'security',
  versions: 'all',
  remediation: "`chmod 0600` the key file and `chown root:root` it (etcd's own user where etcd does not run as root).",
  references: [
    { id: 'CIS-1.12 1.1.21', url: 'https://www.cisecurity.org/benchmark/kubernetes' },
    { id: 'STIG CNTR-K8-003340', url: 'https://public.cyber.mil/stigs/' },
  ],
  notApplicable: (context) =>
    keyFiles(context).some(({ mode }) => mode !== undefined)
      ? undefined
      : 'The input does not keep the file modes of the node, or holds no private key of this path.',
  evaluate: (context) => {
    const findings = keyFiles(context).flatMap(({ mode, file, evidence }) =>
      mode !== undefined && (mode & 0o077) !== 0
        ? fail(
            `The private key ${file} has mode ${octal(mode)}: ${(mode & 0o007) !== 0 ? 'every user of the node' : 'its group'} can ${(mode & 0o044) !== 0 ? 'read' : 'change'} it.`,
            [evidence],
            {
              headline: `private key mode ${octal(mode)}`,
            },
          )
        : [],
    );
    return findings.length > 0 ? findings : pass('Nobody but their owner reads the private keys of this path.');
  },
};

/** `0600`. */
function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

function keyFiles(context: CheckContext) {
  const seen = new Set<string>();
  const presented = presentedOn(context).flatMap(({ key: material }) => material ?? []);
  return [...presented, ...(context.facts.privateKeys ?? [])].flatMap((material) => {
    const file = material.nodeFile;
    if (file?.state !== 'present' || seen.has(file.realPath)) return [];
    seen.add(file.realPath);
    return [{ mode: file.mode, file: file.path, evidence: material.evidence }];
  });
}

/** What every path with certificates carries. */
export const PKI_CHECKS: readonly Check[] = [
  expired,
  notYetValid,
  expiryTier,
  caExpiry,
  leafOutlivesCA,
  chain,
  key,
  usageServer,
  usageClient,
  subjectAlternativeNames,
  keyStrength,
  signatureAlgorithm,
  caConstraints,
  caKeyUsage,
  parseStrictness,
  privateKeyMode,
];
