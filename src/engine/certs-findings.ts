/** What Kubernetes has against a certificate by itself, and what is worth knowing of it. */
import type { Certificate } from '../model/certificate.ts';
import type { CertsFinding } from '../model/certs-report.ts';
import { goAtLeast } from '../model/version.ts';
import { daysUntil } from '../text/date.ts';
import type { Judged } from './certs-chain.ts';
import { isAuthority, usesOf } from './certs-purpose.ts';

/** As long before the end as the other commands warn of a leaf. */
const SOON = 30;

export interface FindingInput {
  readonly certificate: Certificate;
  readonly at: Date;
  readonly verdicts: readonly Judged[];
  readonly selfSigned: boolean;
  /** Why Go's parser refuses it. */
  readonly parseFault: string | undefined;
  /** Minor version of the Go that judges; undefined: the newest. */
  readonly goLine: string | undefined;
  /** The node whose kubelet renews it before it ends. */
  readonly renewedBy: string | undefined;
}

/** Worst first within each question; empty where nothing is to be said. */
export function findingsOf(input: FindingInput): readonly CertsFinding[] {
  return [...dates(input), ...parsing(input), ...chain(input), ...names(input), ...strength(input)];
}

function warn(message: string): CertsFinding {
  return { status: 'warn', message };
}

function dates({ certificate, at, renewedBy }: FindingInput): readonly CertsFinding[] {
  const { notBefore, notAfter } = certificate;
  const left = daysUntil(notAfter, at);
  if (at > notAfter) {
    const effect = isAuthority(certificate)
      ? 'it has ended, and with it all that it signed, however long that lasts itself'
      : 'it has ended: whoever verifies it refuses it';
    return [{ status: 'fail', message: effect }];
  }
  if (at < notBefore) return [warn(`it is not valid before ${notBefore.toISOString().slice(0, 10)}`)];
  const when = left === 0 ? 'within a day' : `in ${left} ${left === 1 ? 'day' : 'days'}`;
  if (left >= SOON) return [];
  return renewedBy === undefined
    ? [warn(`it ends ${when}`)]
    : [{ status: 'pass', message: `it ends ${when}, and the kubelet of ${renewedBy} renews it before` }];
}

function parsing({ certificate, parseFault }: FindingInput): readonly CertsFinding[] {
  if (parseFault !== undefined) return [warn(parseFault)];
  const [extension] = certificate.unhandledCriticalExtensions;
  return extension === undefined
    ? []
    : [warn(`Go refuses it: it has the critical extension ${extension}, which Go does not handle`)];
}

function chain({ certificate, at, verdicts, parseFault, goLine, selfSigned }: FindingInput): readonly CertsFinding[] {
  if (parseFault !== undefined || certificate.unhandledCriticalExtensions.length > 0) return [];
  const isInTime = at >= certificate.notBefore && at <= certificate.notAfter;
  const refused = verdicts.filter(
    ({ result, expiredIssuer, message }) =>
      result === 'refused' &&
      (isInTime || expiredIssuer === true || !/^it (?:expired|is not valid before)/.test(message)),
  );
  const messages = [...new Set(refused.map(({ message }) => message))];
  const found = messages.map((message): CertsFinding => {
    const of = refused.filter((one) => one.message === message);
    const [first] = of;
    const as = of.length === 1 && verdicts.length > 1 ? ` as a ${first?.use ?? ''}'s` : '';
    return { status: first?.expiredIssuer === true ? 'fail' : 'warn', message: `Go refuses it${as}: ${message}` };
  });
  if (found.length > 0 || selfSigned) return found;
  // Go 1.18 release notes, crypto/x509.
  const isOld = /^MD[25]-/.test(certificate.signatureAlgorithm);
  const isSHA1 = /(?:^|-)SHA1(?:-|$)/.test(certificate.signatureAlgorithm) && goAtLeast(goLine, '1.18');
  return isOld || isSHA1 ? [warn(`Go refuses it: it is signed with ${certificate.signatureAlgorithm}`)] : [];
}

/** Go looks at no common name (crypto/x509, since 1.15; for good since 1.17). */
function names({ certificate }: FindingInput): readonly CertsFinding[] {
  const { extendedKeyUsage, subjectAlternativeNames = [] } = certificate;
  const isServer = extendedKeyUsage?.includes('serverAuth') === true && !isAuthority(certificate);
  if (!isServer || subjectAlternativeNames.some(({ type }) => type === 'dns' || type === 'ip')) return [];
  // Installers give clients both uses (cfssl's profile of Kubernetes the Hard Way): those are no servers.
  return extendedKeyUsage.includes('clientAuth')
    ? [{ status: 'pass', message: 'it names no host, so no server can use it: Go looks at no common name' }]
    : [warn('it names no host: Go looks at subject alternative names alone, not at the common name')];
}

/** crypto/tls maxRSAKeySize. */
const MAX_RSA = 8192;

function strength({ certificate, goLine }: FindingInput): readonly CertsFinding[] {
  const { algorithm, bits = 0 } = certificate.publicKey;
  switch (algorithm) {
    case 'RSA':
      // Go 1.24 release notes, crypto/rsa.
      if (bits < 1024 && goAtLeast(goLine, '1.24'))
        return [warn(`its RSA key has ${bits} bits, and Go refuses less than 1024`)];
      if (bits > MAX_RSA && !isAuthority(certificate))
        return [warn(`its RSA key has ${bits} bits, and Go's TLS refuses more than ${MAX_RSA}`)];
      return bits < 2048 ? [{ status: 'pass', message: `its RSA key has only ${bits} bits: issue it with 2048` }] : [];
    case 'ECDSA':
    case 'Ed25519':
      return [];
    case 'RSA-PSS':
    case 'Ed448':
    case 'DSA':
    case 'unknown': {
      const uses = usesOf(certificate);
      return uses.server || uses.client
        ? [
            warn(
              `its key is of a kind (${algorithm === 'unknown' ? 'not known' : algorithm}) that Go's TLS does not use`,
            ),
          ]
        : [];
    }
  }
}
