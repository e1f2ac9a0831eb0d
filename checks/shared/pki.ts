/** The checks that every path with certificates carries; they look at what its two ends show each other. */
import type { Check } from '../../src/model/path.ts';
import { caConstraints, caKeyUsage } from './pki/authorities.ts';
import {
  usageServer,
  usageClient,
  subjectAlternativeNames,
  keyStrength,
  signatureAlgorithm,
} from './pki/certificates.ts';
import { expired, notYetValid, caExpiry, leafOutlivesCA, validityLong } from './pki/dates.ts';
import { duplicateKey } from './pki/duplicates.ts';
import { parseStrictness, privateKeyMode } from './pki/files.ts';
import { certificateMode, directoryOwner } from './pki/owners.ts';
import { expiryTier, chain, key } from './pki/questions.ts';

export { chainCheck, keyCheck, namesCheck, expiryCheck, askedElsewhere } from './pki/questions.ts';
export type { QuestionWords } from './pki/questions.ts';

/** What every path with certificates carries. */
export const PKI_CHECKS: readonly Check[] = [
  expired,
  notYetValid,
  expiryTier,
  caExpiry,
  leafOutlivesCA,
  validityLong,
  chain,
  key,
  usageServer,
  usageClient,
  subjectAlternativeNames,
  keyStrength,
  signatureAlgorithm,
  duplicateKey,
  caConstraints,
  caKeyUsage,
  parseStrictness,
  privateKeyMode,
  certificateMode,
  directoryOwner,
];
