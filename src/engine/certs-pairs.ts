/** Whether certificates and keys that belong together by their place are a pair: crypto/tls X509KeyPair. */
import type { Certificate, PrivateKey } from '../model/certificate.ts';
import type { CertsFinding } from '../model/certs-report.ts';
import type { Slot } from '../model/named-file.ts';
import { isAuthority } from './certs-purpose.ts';

export interface PairFindings {
  readonly certificates: ReadonlyMap<Certificate, readonly CertsFinding[]>;
  readonly keys: ReadonlyMap<PrivateKey, readonly CertsFinding[]>;
}

interface PlacedSlot {
  readonly file: string;
  readonly slot: Slot;
}

/** What is wrong with the pairs of each group, by the object that it is told of. */
export function pairFindings(slots: readonly PlacedSlot[]): PairFindings {
  const certificates = new Map<Certificate, readonly CertsFinding[]>();
  const keys = new Map<PrivateKey, readonly CertsFinding[]>();
  const groups = new Map<string, PlacedSlot[]>();
  for (const one of slots) groups.set(one.slot.group, [...(groups.get(one.slot.group) ?? []), one]);
  for (const group of groups.values()) {
    const holder = certificateSlot(group);
    const keyHolder = group.find(({ slot }) => slot.content.privateKeys.length > 0);
    const leaf = holder?.slot.content.certificates[0];
    const key = keyHolder?.slot.content.privateKeys[0];
    const spki = key?.publicKey?.spkiSha256;
    if (holder === undefined || keyHolder === undefined || leaf === undefined || key === undefined) continue;
    if (spki === undefined || spki === leaf.publicKey.spkiSha256) continue;
    const later = holder.slot.content.certificates.findIndex((one) => one.publicKey.spkiSha256 === spki);
    if (later > 0) {
      certificates.set(leaf, [
        {
          status: 'warn',
          message: `the key belongs to certificate ${later + 1} here, and Go takes the first for the pair: put that one first`,
        },
      ]);
      continue;
    }
    // A bundle of CAs that somebody keeps beside a key is no pair with it.
    if (isBundle(holder.slot)) continue;
    const isOneFile = holder.file === keyHolder.file;
    const keyName = keyHolder.slot.where || (isOneFile ? 'the key in the same file' : keyHolder.file);
    const holderName = holder.slot.where || (isOneFile ? 'the same file' : holder.file);
    certificates.set(leaf, [mismatch(`${keyName} is not its key`)]);
    keys.set(key, [mismatch(`it is not the key of ${leaf.subject} in ${holderName}`)]);
  }
  return { certificates, keys };
}

function certificateSlot(group: readonly PlacedSlot[]): PlacedSlot | undefined {
  const withCertificates = group.filter(({ slot }) => slot.content.certificates.length > 0);
  return withCertificates.find(({ slot }) => slot.part === 'certificate') ?? withCertificates[0];
}

function isBundle({ content: { certificates } }: Slot): boolean {
  return certificates.length > 1 && certificates.every((one) => isAuthority(one));
}

function mismatch(message: string): CertsFinding {
  return { status: 'warn', message: `${message}: Go refuses the pair` };
}
