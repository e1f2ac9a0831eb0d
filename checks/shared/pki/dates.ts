/** Dates: what has ended, what has not begun, and which CA takes its leaves along. */
import type { Certificate } from '../../../src/model/certificate.ts';
import type { Check, PresentedCertificate } from '../../../src/model/path.ts';
import { isCA } from '../../../src/pki/chain.ts';
import { daysUntil, formatTime } from '../../../src/text/date.ts';
import { lastToEnd } from '../by-end.ts';
import { goSource, kubernetesDocs, rfc } from '../references.ts';
import { fail, pass, warn } from '../result.ts';
import { verdictOf } from '../verdict.ts';
import { certificateEvidence, day, located, relative } from '../words.ts';
import { RENEW } from './renewal.ts';
import { endingOf } from './window.ts';
import { bundleMaterial, ofEachCertificate, ofEachPresented, unreadOf } from './walk.ts';

/** Seconds of clock difference that are not worth a word (RFC 5280 leaves skew to the verifier; kubeadm backdates by 5 minutes). */
export const CLOCK_SKEW_MS = 5 * 60 * 1000;

export const expired: Check = {
  id: 'pki-expired',
  judgesEnd: 'certificate',
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
      if (verdict.kind === 'judged' ? verdict.result.ok : !everyRootEnded(presented, node.at)) return undefined;
    }
    const remediation = isRoot
      ? 'A CA has ended: kubeadm cannot renew it. Make a new one and rotate by hand: kubernetes.io/docs/tasks/tls/manual-rotation-of-ca-certificates/.'
      : presented.rotation === 'kubelet' && presented.side === 'server'
        ? "Rotation did not happen: `kubectl get csr` shows the kubelet's pending request; approve it with `kubectl certificate approve <name>` and install an approver for kubernetes.io/kubelet-serving; where there is none, `systemctl restart kubelet`."
        : presented.rotation === 'kubelet'
          ? "Rotation did not happen: look at `kubectl get csr` and the kubelet's log; to recover, `kubeadm kubeconfig user --org system:nodes --client-name system:node:<node>` makes a new kubelet.conf, then restart the kubelet."
          : RENEW;
    return fail(
      `${located(certificate)} ended on ${day(certificate.notAfter)} (${relative(certificate.notAfter, node.at)}), ${consequenceOf(presented)}.`,
      [certificateEvidence(certificate, presented)],
      {
        headline: `${certificate.position.file.split('/').at(-1) ?? ''} expired ${day(certificate.notAfter)}`,
        remediation,
      },
    );
  }, 'No certificate of this path has ended.'),
};

/** Where the other end verifies nothing, or nobody is known to dial the name that it is for, the path goes on. */
function consequenceOf({ side, trust }: PresentedCertificate): string {
  if (trust.kind === 'bundle' || trust.kind === 'system-roots') return 'so this path is broken';
  return side === 'server'
    ? 'so clients that verify it refuse the connection'
    : 'so servers that verify it refuse the client';
}

/** Whether nothing that could be shown is accepted any more, whatever it is. */
function everyRootEnded({ trust }: PresentedCertificate, at: Date): boolean {
  return trust.kind === 'bundle' && trust.roots.every(({ notAfter }) => notAfter < at);
}

export const notYetValid: Check = {
  id: 'pki-not-yet-valid',
  judgesEnd: 'certificate',
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

/** Whether a certificate of a bundle is no CA, beside others that are: nothing ends with it. */
function isBesideCA(certificate: Certificate, { trust }: PresentedCertificate): boolean {
  return !isCA(certificate) && trust.kind === 'bundle' && trust.roots.some(isCA);
}

export const caExpiry: Check = {
  id: 'pki-ca-expiry',
  judgesEnd: 'certificate',
  title: 'No CA of the path is about to end',
  severity: 'high',
  impact: 'availability',
  versions: 'all',
  remediation:
    'Plan the rotation of the CA now (`kubeadm certs check-expiration` shows when each CA ends): kubeadm cannot renew a CA, and every leaf under it ends with it; follow kubernetes.io/docs/tasks/tls/manual-rotation-of-ca-certificates/.',
  references: [kubernetesDocs('tasks/tls/manual-rotation-of-ca-certificates/')],
  ...ofEachCertificate((certificate, { presented, isRoot }, { node }) => {
    if (!isRoot || isBesideCA(certificate, presented)) return undefined;
    const { nearness } = endingOf(certificate, { kind: 'authority' }, node);
    if (nearness === 'ended' || nearness === 'far') return undefined;
    // Of a bundle the CA counts that carries what is shown the furthest; the others are leftovers of a rotation.
    const verdict = verdictOf(presented, node);
    if (verdict.kind === 'judged' && verdict.result.ok) {
      const carrying = lastToEnd(verdict.result.chains.flatMap((one) => one.slice(-1)));
      if (carrying?.sha256 !== certificate.sha256) return undefined;
    }
    const days = daysUntil(certificate.notAfter, node.at);
    const shown = [certificateEvidence(certificate, presented)];
    const message = `The CA in ${located(certificate)} ends on ${day(certificate.notAfter)} (${relative(certificate.notAfter, node.at)}), and everything it signed ends with it.`;
    const headline = `CA ends ${relative(certificate.notAfter, node.at)}`;
    return nearness === 'fail'
      ? fail(message, shown, { severity: 'critical', headline })
      : warn(message, shown, { severity: days < 180 ? 'high' : 'medium', headline });
  }, 'Every CA of this path lasts beyond its warning window.'),
};

/** As far off as the end of kubeadm's own CAs (cmd/kubeadm/app/constants, CACertificateValidityPeriod): longer than any leaf needs. */
const LONG_YEARS = 10;

/**
 * Counted from the moment of judging: notBefore is no time of issue, since kubeadm up to 1.30 gives each leaf that of its
 * CA, renewed ones too (kubernetes/kubernetes#113618).
 */
export const validityLong: Check = {
  id: 'pki-validity-long',
  title: `No certificate of the path is good for another ${LONG_YEARS} years`,
  severity: 'low',
  impact: 'security',
  versions: 'all',
  remediation:
    'Issue it anew for a year (`kubeadm certs renew <name>`; `certificateValidityPeriod` of the ClusterConfiguration from v1beta4 on, where it is longer there) and renew in time: neither API server nor kubelet knows revocation, so what is stolen stays good until it ends or its CA is replaced.',
  references: [
    kubernetesDocs('tasks/administer-cluster/kubeadm/kubeadm-certs/'),
    kubernetesDocs('reference/config-api/kubeadm-config.v1beta4/'),
  ],
  ...ofEachCertificate((certificate, { presented, isRoot }, { node }) => {
    if (isRoot || certificate.basicConstraints?.ca === true || presented.selfSigned === true) return undefined;
    const limit = new Date(node.at);
    limit.setUTCFullYear(limit.getUTCFullYear() + LONG_YEARS);
    if (certificate.notAfter <= limit) return undefined;
    return warn(
      `${located(certificate)} is dated to ${day(certificate.notAfter)}, more than ${LONG_YEARS} years ahead: whoever copies its key can use it as long, and nothing revokes it.`,
      [certificateEvidence(certificate, presented)],
      {
        headline: `${certificate.position.file.split('/').at(-1) ?? ''} good until ${day(certificate.notAfter).slice(0, 4)}`,
      },
    );
  }, `No certificate of this path is good for another ${LONG_YEARS} years.`),
};

export const leafOutlivesCA: Check = {
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
      const sameDay = day(leaf.notAfter) === day(result.expiresAt);
      const when = sameDay ? formatTime : day;
      return result.expiresAt.getTime() < leaf.notAfter.getTime()
        ? warn(
            `${located(leaf)} is dated to ${when(leaf.notAfter)}, but a CA above it ends ${sameDay ? 'at' : 'on'} ${when(result.expiresAt)}: the path breaks then.`,
            [certificateEvidence(leaf, presented)],
            { headline: `CA ends before ${leaf.position.file.split('/').at(-1) ?? 'the leaf'}` },
          )
        : pass(`${located(leaf)} ends before its CA.`, [certificateEvidence(leaf, presented)]);
    },
  ),
};
