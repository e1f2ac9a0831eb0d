/** What a certificate has to be: its uses, names, key and signature. */
import type { Check, PresentedCertificate } from '../../../src/model/path.ts';
import { goAtLeast } from '../../../src/model/version.ts';
import { parseFault } from '../../../src/pki/chain.ts';
import { goSource, kubernetesDocs, rfc } from '../references.ts';
import { fail, pass, warn } from '../result.ts';
import { goLine } from '../verdict.ts';
import { certificateEvidence, enumerate, located } from '../words.ts';
import { hasNames } from './questions.ts';
import { ofEachCertificate, ofEachPresented, unreadOf } from './walk.ts';

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

export const usageServer: Check = {
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

export const usageClient: Check = {
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

export const subjectAlternativeNames: Check = {
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

/** crypto/tls defaultMaxRSAKeySize. */
const MAX_RSA_BITS = 8192;

export const keyStrength: Check = {
  id: 'pki-key-strength',
  title: 'Every key of the path is strong enough',
  severity: 'medium',
  impact: 'both',
  versions: 'all; RSA under 1024 bits is refused from Kubernetes 1.33 (Go 1.24), over 8192 bits from 1.28 (Go 1.20.7)',
  remediation:
    'Reissue with RSA 2048 bits or more (4096 are plenty), ECDSA P-256/P-384/P-521 or Ed25519 (`encryptionAlgorithm` in the kubeadm ClusterConfiguration v1beta4).',
  references: [
    goSource('crypto/rsa/rsa.go'),
    goSource('crypto/tls/handshake_client.go'),
    kubernetesDocs('reference/config-api/kubeadm-config.v1beta4/'),
  ],
  ...ofEachCertificate((certificate, { presented, isRoot }, { node }) => {
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
    // What is sent is judged, not what it is judged by: checkKeySize, in both directions.
    if (algorithm === 'RSA' && bits !== undefined && bits > MAX_RSA_BITS && !isRoot) {
      return fail(`${what}, and Go's TLS refuses a peer that sends more than ${MAX_RSA_BITS} bits.`, shown, {
        severity: 'high',
        headline: `RSA ${bits} bits`,
      });
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

export const signatureAlgorithm: Check = {
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
    return /sha1/i.test(signed) && !goAtLeast(line, '1.18')
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
