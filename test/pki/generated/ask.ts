/** One question about a chain, put to Go and to us. */
import { createHash } from 'node:crypto';
import type { Certificate } from '../../../src/model/certificate.ts';
import { readCertificate } from '../../../src/pki/certificate.ts';
import { verifyChain } from '../../../src/pki/chain.ts';
import type { ChainResult } from '../../../src/pki/chain.ts';
import type { Judge } from '../../support/go.ts';
import type { ChainCase } from './chains.ts';

export interface ChainAnswer {
  /** What Go has against each certificate, by {@link sha256}. */
  readonly parse: Readonly<Record<string, string>>;
  /** What Go has against each chain, in the order of the cases. */
  readonly chains: readonly string[];
  /** In seconds: when the last of its chains ends. */
  readonly ends: readonly number[];
}

export const sha256 = (der: Uint8Array): string => createHash('sha256').update(der).digest('hex');

export function read(der: Uint8Array): Certificate | undefined {
  const result = readCertificate(der, { file: 'generated' }, 0);
  return result.ok ? result.certificate : undefined;
}

/** Puts the cases to the Go program. */
export function askChains(ask: Extract<Judge, { usable: true }>['ask'], cases: readonly ChainCase[]): ChainAnswer {
  const ders = new Map(
    cases.flatMap(({ leaf, intermediates, roots }) =>
      [leaf, ...intermediates, ...roots].map((der) => [sha256(der), Buffer.from(der).toString('base64')] as const),
    ),
  );
  return ask({
    certificates: Object.fromEntries(ders),
    chains: cases.map(({ leaf, intermediates, roots, at, usage }) => ({
      leaf: sha256(leaf),
      intermediates: intermediates.map(sha256),
      roots: roots.map(sha256),
      at,
      usage,
    })),
  }) as ChainAnswer;
}

/** Our verdict; where a certificate that is sent cannot be read there is no connection. */
export function judged(
  { leaf, intermediates, roots, at, usage }: ChainCase,
  goLine?: string,
): ChainResult | { readonly ok: false; readonly reason: 'unparsable'; readonly message: string } {
  const shown = [leaf, ...intermediates].map(read);
  const [first, ...others] = shown.filter((one) => one !== undefined);
  if (first === undefined || shown.includes(undefined)) {
    return { ok: false, reason: 'unparsable', message: 'no certificate' };
  }
  return verifyChain({
    leaf: first,
    intermediates: others,
    roots: roots.flatMap((root) => read(root) ?? []),
    at: new Date(at),
    usage,
    ...(goLine === undefined ? {} : { goLine }),
  });
}
