/** What a CA has to be. */
import type { Certificate } from '../../../src/model/certificate.ts';
import type { Check } from '../../../src/model/path.ts';
import type { ChainFailure } from '../../../src/pki/chain.ts';
import { goSource, rfc } from '../references.ts';
import { fail } from '../result.ts';
import { verdictOf } from '../verdict.ts';
import { certificateEvidence, located } from '../words.ts';
import { ofEachCertificate } from './walk.ts';

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

export const caConstraints: Check = {
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

export const caKeyUsage: Check = {
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
