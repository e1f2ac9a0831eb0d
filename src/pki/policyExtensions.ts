/** The extensions about certificate policies as Go's parser takes them (crypto/x509/parser.go processExtensions). */
import type { CertificatePolicies } from '../model/certificate.ts';
import { DerError, DerReader, TAG, context, hex, wholeNumber } from './der.ts';

/** Which of the extensions this one is decides what it adds to what the others said. */
interface PolicyExtension {
  readonly oid: string;
  readonly critical: boolean;
  readonly value: Uint8Array;
}

/** @throws DerError where Go's parser refuses the certificate */
export function policiesWith(
  before: CertificatePolicies | undefined,
  { oid, critical, value }: PolicyExtension,
): CertificatePolicies {
  const known = before ?? { named: [], mappings: [], critical: [] };
  const reader = new DerReader(value);
  if (oid === '2.5.29.32') return { ...known, named: namedPolicies(reader) };
  const policies = critical ? { ...known, critical: [...known.critical, oid] } : known;
  switch (oid) {
    case '2.5.29.33':
      return { ...policies, mappings: mappings(reader) };
    case '2.5.29.36': {
      const fields = reader.within(TAG.sequence, 'policy constraints');
      const requireExplicit = fields.optional(context(0));
      const inhibitMapping = fields.optional(context(1));
      return {
        ...policies,
        ...(requireExplicit === undefined ? {} : { requireExplicit: wholeNumber(requireExplicit) }),
        ...(inhibitMapping === undefined ? {} : { inhibitMapping: wholeNumber(inhibitMapping) }),
      };
    }
    default:
      return { ...policies, inhibitAny: wholeNumber(reader.read(TAG.integer, 'inhibitAnyPolicy')) };
  }
}

function namedPolicies(reader: DerReader): readonly string[] {
  const policies = reader.within(TAG.sequence, 'certificate policies');
  const named = new Set<string>();
  while (!policies.empty) {
    const identifier = policies.within(TAG.sequence, 'certificate policy').read(TAG.oid, 'certificate policy');
    const policy = hex(identifier);
    if (!isIdentifier(identifier)) throw new DerError('it has a malformed certificate policy');
    if (named.has(policy)) throw new DerError('it has a certificate policy twice');
    named.add(policy);
  }
  return [...named];
}

function mappings(reader: DerReader): readonly (readonly [string, string])[] {
  const list = reader.within(TAG.sequence, 'policy mappings');
  const pairs: (readonly [string, string])[] = [];
  while (!list.empty) {
    const pair = list.within(TAG.sequence, 'policy mapping');
    pairs.push([hex(pair.read(TAG.oid, 'policy')), hex(pair.read(TAG.oid, 'policy'))]);
  }
  return pairs;
}

/** crypto/x509/oid.go newOIDFromDER: components of any size, none of them padded, the last one whole. */
function isIdentifier(content: Uint8Array): boolean {
  const last = content.at(-1);
  if (last === undefined || last >= 0x80) return false;
  return content.every((byte, index) => byte !== 0x80 || (index > 0 && (content[index - 1] ?? 0) >= 0x80));
}
