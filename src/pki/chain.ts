/**
 * Certificate chains as Go builds them: crypto/x509 Certificate.Verify, over facts. Pure; node:crypto checks the
 * signatures. Two CAs of one name are common after a cluster was rebuilt, so the name alone decides nothing.
 */
import { formatTime } from '../text/date.ts';
import type { Certificate } from '../model/certificate.ts';
import { constraintViolation } from './constraints.ts';
import { goAtLeast } from '../model/version.ts';
import { policyViolation } from './policies.ts';
import { signatureFault } from './signature.ts';
import type { SignatureFault } from './signature.ts';

export { verifyHostname } from './hostname.ts';

export interface ChainQuestion {
  readonly leaf: Certificate;
  /** What is shown beside the leaf. */
  readonly intermediates: readonly Certificate[];
  /** What the verifying end trusts. */
  readonly roots: readonly Certificate[];
  /** The moment; both bounds of a validity are inside it. */
  readonly at: Date;
  /** What the leaf is used for; `any` asks nothing. */
  readonly usage: 'serverAuth' | 'clientAuth' | 'any';
  /** Minor version of the Go that judges, `1.24`; without it the newest. */
  readonly goLine?: string;
}

export type ChainFailureReason =
  | SignatureFault
  /** Go's parser refuses a certificate that is shown. */
  | 'unparsable'
  | 'no-roots'
  | 'unknown-authority'
  | 'expired'
  | 'not-yet-valid'
  | 'wrong-usage'
  | 'not-a-ca'
  | 'ca-key-usage'
  | 'path-length'
  | 'name-constraints'
  | 'policies'
  | 'unhandled-critical'
  | 'too-many-signatures';

export interface ChainFailure {
  readonly ok: false;
  /** `expired` and `not-yet-valid` only when nothing but dates is wrong. */
  readonly reason: ChainFailureReason;
  /** A clause without a period. */
  readonly message: string;
  /** The certificate that is at fault, where it is one. */
  readonly certificate?: Certificate;
}

export type ChainResult =
  | {
      readonly ok: true;
      /** Leaf first, root last. */
      readonly chains: readonly (readonly Certificate[])[];
      /** When the last of the chains ends: the latest of their earliest notAfter. */
      readonly expiresAt: Date;
    }
  | ChainFailure;

/** crypto/x509 maxChainSignatureChecks. */
const MAX_SIGNATURE_CHECKS = 100;

/**
 * Says whether the verifying end accepts a certificate, and if not, the most telling reason. Names are asked of
 * {@link verifyHostname}. When dates are the only fault the reason is a date; when something else is wrong as well it is
 * that, so that renewing alone is never the advice.
 */
export function verifyChain(question: ChainQuestion): ChainResult {
  const strict = judge(question, true);
  if (strict.ok || (strict.reason !== 'expired' && strict.reason !== 'not-yet-valid')) return strict;
  const timeless = judge(question, false);
  return timeless.ok ? strict : timeless;
}

/** Whether two certificates, or a certificate and a key, hold the same public key. */
export function sameKey(
  a: { readonly spkiSha256: string } | undefined,
  b: { readonly spkiSha256: string } | undefined,
): boolean {
  return a !== undefined && a.spkiSha256 === b?.spkiSha256;
}

/** Whether Go lets a certificate sign others: one of version 1 or 2 has no place to say that it is a CA. */
export function isCA({ basicConstraints, version }: Certificate): boolean {
  return basicConstraints === undefined ? version !== 3 : basicConstraints.ca;
}

/** Whether Go's parser refuses a certificate, and why. */
export function parseFault(certificate: Certificate, goLine: string | undefined): string | undefined {
  return certificate.goParseErrors.find(({ sinceGo }) => sinceGo === undefined || goAtLeast(goLine, sinceGo))?.message;
}

function judge(question: ChainQuestion, dates: boolean): ChainResult {
  const { leaf, intermediates, goLine, usage } = question;
  for (const certificate of [leaf, ...intermediates]) {
    const fault = parseFault(certificate, goLine);
    if (fault !== undefined) return { ok: false, reason: 'unparsable', message: fault, certificate };
  }
  // AppendCertsFromPEM leaves out what it cannot parse.
  const roots = unique(question.roots.filter((root) => parseFault(root, goLine) === undefined));
  const search = new Search({ ...question, roots, intermediates: unique(intermediates) }, dates);
  const leafFault = search.validityFault(leaf, [], 'leaf');
  if (leafFault !== undefined) return leafFault;
  if (roots.length === 0) {
    return { ok: false, reason: 'no-roots', message: 'the CA bundle holds no certificate that Go reads' };
  }
  const isRoot = roots.some((root) => root.sha256 === leaf.sha256);
  const candidates = isRoot ? [[leaf]] : search.chainsFrom([leaf]);
  if (candidates.length === 0) return search.failure();

  const refusals: ChainFailure[] = [];
  const chains = candidates.filter((chain) => {
    const refusal = policyFault(chain, goLine) ?? usageFault(chain, usage) ?? constraintFault(chain, goLine);
    if (refusal !== undefined) refusals.push(refusal);
    return refusal === undefined;
  });
  const [first] = refusals;
  if (chains.length === 0 && first !== undefined) {
    return refusals.find(({ reason }) => reason === 'name-constraints') ?? first;
  }
  const ends = chains.map((chain) => Math.min(...chain.map(({ notAfter }) => notAfter.getTime())));
  return { ok: true, chains, expiresAt: new Date(Math.max(...ends)) };
}

function unique(certificates: readonly Certificate[]): readonly Certificate[] {
  return [...new Map(certificates.map((certificate) => [certificate.sha256, certificate])).values()];
}

type Role = 'leaf' | 'intermediate' | 'root';

/** One run of buildChains with what it learnt on the way. */
class Search {
  readonly #question: ChainQuestion;
  readonly #dates: boolean;
  readonly #failures: ChainFailure[] = [];
  /** The end of the longest chain that lacked an issuer. */
  #orphan: { readonly certificate: Certificate; readonly depth: number };
  #signatureChecks = 0;

  constructor(question: ChainQuestion, dates: boolean) {
    this.#question = question;
    this.#dates = dates;
    this.#orphan = { certificate: question.leaf, depth: 0 };
  }

  /** crypto/x509 buildChains: every chain that leads from the last certificate of this one to a root. */
  chainsFrom(chain: readonly Certificate[]): readonly (readonly Certificate[])[] {
    const child = chain.at(-1);
    if (child === undefined) return [];
    const found: (readonly Certificate[])[] = [];
    let named = 0;
    for (const [role, pool] of [
      ['root', this.#question.roots],
      ['intermediate', this.#question.intermediates],
    ] as const) {
      for (const parent of candidateParents(child, pool)) {
        named++;
        if (++this.#signatureChecks > MAX_SIGNATURE_CHECKS) {
          this.#failures.push({
            ok: false,
            reason: 'too-many-signatures',
            message: `more than ${MAX_SIGNATURE_CHECKS} signatures would have to be checked, and Go gives up there`,
          });
          return found;
        }
        if (isInChain(parent, chain)) continue;
        const fault = this.#parentFault(child, parent) ?? this.validityFault(parent, chain, role);
        if (fault !== undefined) {
          this.#failures.push(fault);
        } else if (role === 'root') {
          found.push([...chain, parent]);
        } else {
          found.push(...this.chainsFrom([...chain, parent]));
        }
      }
    }
    if (named === 0 && chain.length > this.#orphan.depth) this.#orphan = { certificate: child, depth: chain.length };
    return found;
  }

  /** The most telling of the reasons why no candidate would do. */
  failure(): ChainFailure {
    const telling = TELLING.map((reason) => this.#failures.find((failure) => failure.reason === reason)).find(Boolean);
    if (telling !== undefined) return telling;
    const { certificate } = this.#orphan;
    const who = certificate === this.#question.leaf ? 'it' : `its issuer ${certificate.subject}`;
    return {
      ok: false,
      reason: 'unknown-authority',
      message:
        certificate.issuerDer === certificate.subjectDer
          ? `${who} is self-signed and not in the CA bundle`
          : `${who} was issued by ${certificate.issuer}, and no CA of that name is in the bundle or sent along`,
      certificate,
    };
  }

  /** crypto/x509 Certificate.isValid, for a certificate that is to follow a chain. */
  validityFault(certificate: Certificate, chain: readonly Certificate[], role: Role): ChainFailure | undefined {
    const [extension] = [
      ...certificate.unhandledCriticalExtensions,
      ...(goAtLeast(this.#question.goLine, '1.24') ? [] : (certificate.policies?.critical ?? [])),
    ];
    const who = role === 'leaf' ? 'it' : `the CA ${certificate.subject}`;
    const fault = (reason: ChainFailureReason, message: string): ChainFailure => ({
      ok: false,
      reason,
      message,
      certificate,
    });
    if (extension !== undefined) {
      return fault('unhandled-critical', `${who} has the critical extension ${extension}, which Go does not handle`);
    }
    if (this.#dates) {
      const at = this.#question.at.getTime();
      if (at < certificate.notBefore.getTime()) {
        return fault('not-yet-valid', `${who} is not valid before ${formatTime(certificate.notBefore)}`);
      }
      if (at > certificate.notAfter.getTime())
        return fault('expired', `${who} expired on ${formatTime(certificate.notAfter)}`);
    }
    if (role === 'intermediate' && certificate.basicConstraints?.ca !== true) {
      return fault('not-a-ca', `${who} is not marked as a CA`);
    }
    const limit = certificate.basicConstraints?.pathLength;
    if (limit !== undefined && chain.length - 1 > limit) {
      return fault(
        'path-length',
        `${who} allows ${limit} CAs below it (path length constraint), and the chain has ${chain.length - 1}`,
      );
    }
    return undefined;
  }

  /** crypto/x509 CheckSignatureFrom. */
  #parentFault(child: Certificate, parent: Certificate): ChainFailure | undefined {
    const fault = (reason: ChainFailureReason, message: string, certificate = parent): ChainFailure => ({
      ok: false,
      reason,
      message,
      certificate,
    });
    if (!isCA(parent)) {
      return fault(
        'not-a-ca',
        `its issuer ${parent.subject} is not marked as a CA (basicConstraints ${parent.basicConstraints === undefined ? 'absent' : 'CA:FALSE'})`,
      );
    }
    if (parent.keyUsage !== undefined && parent.keyUsage.length > 0 && !parent.keyUsage.includes('keyCertSign')) {
      return fault('ca-key-usage', `its issuer ${parent.subject} has key usages without keyCertSign`);
    }
    const { goLine } = this.#question;
    switch (signatureFault(child, parent, goLine)) {
      case undefined:
        return undefined;
      case 'insecure-signature':
        return fault(
          'insecure-signature',
          `${child.subject} is signed with ${child.signatureAlgorithm}, which Go refuses`,
          child,
        );
      case 'weak-key':
        return fault(
          'weak-key',
          `the CA ${parent.subject} has an RSA key of ${parent.publicKey.bits ?? 0} bits, and Go refuses less than 1024`,
        );
      case 'unusable-key':
        return fault(
          'unusable-key',
          `the CA ${parent.subject} has an RSA key whose public exponent Go refuses (it takes odd numbers from 3 to 2147483647)`,
        );
      case 'unsupported-algorithm':
        return fault(
          'unsupported-algorithm',
          `${child.subject} is signed with ${child.signatureAlgorithm}, and the CA ${parent.subject} has a key of the kind ${parent.publicKey.algorithm}: Go does not verify that`,
          child,
        );
      case 'signature':
        return fault(
          'signature',
          `there is a CA of its issuer's name, ${parent.subject}, but with another key: the signature does not verify`,
        );
    }
  }
}

/** Reasons by what they tell: a CA of the same name with another key may stand beside the right one, whose fault counts. */
const TELLING: readonly ChainFailureReason[] = [
  'expired',
  'not-yet-valid',
  'path-length',
  'unhandled-critical',
  'insecure-signature',
  'weak-key',
  'unusable-key',
  'ca-key-usage',
  'not-a-ca',
  'unsupported-algorithm',
  'signature',
  'too-many-signatures',
];

/** crypto/x509 findPotentialParents: by raw name; key identifiers only decide who is tried first. */
function candidateParents(child: Certificate, pool: readonly Certificate[]): readonly Certificate[] {
  const rank = (parent: Certificate): number => {
    const [own = '', asked = ''] = [parent.subjectKeyId, child.authorityKeyId];
    if (own === asked) return 0;
    return own === '' || asked === '' ? 1 : 2;
  };
  return pool.filter(({ subjectDer }) => subjectDer === child.issuerDer).toSorted((a, b) => rank(a) - rank(b));
}

/**
 * crypto/x509 alreadyInChain: the same subject, key and alternative names, which ends loops of cross-signed CAs. Where of
 * two that share the first two only one has names, Go looks no further, and a CA with names may follow itself until the
 * signatures run out.
 */
function isInChain(candidate: Certificate, chain: readonly Certificate[]): boolean {
  const names = JSON.stringify(candidate.subjectAlternativeNames);
  for (const certificate of chain) {
    if (certificate.subjectDer !== candidate.subjectDer || !sameKey(certificate.publicKey, candidate.publicKey))
      continue;
    const others = JSON.stringify(certificate.subjectAlternativeNames);
    if (names === others) return true;
    if (certificate.subjectAlternativeNames === undefined || candidate.subjectAlternativeNames === undefined)
      return false;
  }
  return false;
}

/** crypto/x509 checkChainForKeyUsage: every certificate of the chain, CAs too, has to allow the use or say nothing. */
function usageFault(chain: readonly Certificate[], usage: ChainQuestion['usage']): ChainFailure | undefined {
  if (usage === 'any') return undefined;
  const certificate = chain.findLast(({ extendedKeyUsage }) => {
    if (extendedKeyUsage === undefined || extendedKeyUsage.length === 0) return false;
    return !extendedKeyUsage.includes('any') && !extendedKeyUsage.includes(usage);
  });
  if (certificate === undefined) return undefined;
  const who = certificate === chain[0] ? 'it' : `the CA ${certificate.subject}`;
  return {
    ok: false,
    reason: 'wrong-usage',
    message: `${who} is not for ${usage} (extended key usage: ${certificate.extendedKeyUsage?.join(', ') ?? ''})`,
    certificate,
  };
}

function policyFault(chain: readonly Certificate[], goLine: string | undefined): ChainFailure | undefined {
  const certificate = goAtLeast(goLine, '1.24') ? policyViolation(chain) : undefined;
  return certificate === undefined
    ? undefined
    : {
        ok: false,
        reason: 'policies',
        message: `${certificate === chain[0] ? 'it' : `the CA ${certificate.subject}`} demands certificate policies (requireExplicitPolicy), or maps them, so that none is valid along the chain`,
        certificate,
      };
}

function constraintFault(chain: readonly Certificate[], goLine: string | undefined): ChainFailure | undefined {
  const violation = constraintViolation(chain, goLine);
  return violation === undefined
    ? undefined
    : {
        ok: false,
        reason: 'name-constraints',
        message: `the CA ${violation.authority.subject} may not sign for it: ${violation.message}`,
        certificate: violation.authority,
      };
}
