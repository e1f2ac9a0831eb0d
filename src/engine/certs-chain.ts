/** Who signed a certificate, and what Go says of the chain, over everything that is at hand. */
import type { Certificate } from '../model/certificate.ts';
import type { CertsPlace, CertsVerdict } from '../model/certs-report.ts';
import { isAuthority, usesOf } from './certs-purpose.ts';

/** What the layer below knows of signatures. */
export interface ChainKnowledge {
  /** Whether the parent's key made the child's signature, whatever Go thinks of the algorithm. */
  readonly isSignedBy: (child: Certificate, parent: Certificate) => boolean;
  readonly verify: (question: {
    readonly leaf: Certificate;
    readonly intermediates: readonly Certificate[];
    readonly roots: readonly Certificate[];
    readonly usage: 'serverAuth' | 'clientAuth' | 'any';
  }) =>
    | { readonly ok: true }
    | {
        readonly ok: false;
        readonly reason: string;
        readonly message: string;
        readonly certificate?: Certificate;
      };
}

/** A certificate that may have signed another, and where it is. */
export interface Candidate {
  readonly certificate: Certificate;
  readonly place: CertsPlace;
  /** Certificates of one slot are shown together; those of nodes have none. */
  readonly slot: object | undefined;
  /** Of a node: whether a path trusts it as a CA. */
  readonly trusted?: boolean;
}

export interface Judged extends CertsVerdict {
  /** The certificate at fault is past its end, and it is not the one that was asked about. */
  readonly expiredIssuer?: true;
}

/** Longer than any chain that Go would build in the cluster's own PKI; ends loops of hostile names. */
const MAX_DEPTH = 10;

/** More CAs of one name than any rotation leaves; each costs a signature. */
const MAX_ANCESTORS = 20;

export class Chains {
  readonly #bySubject = new Map<string, Candidate[]>();
  readonly #knowledge: ChainKnowledge;

  constructor(candidates: readonly Candidate[], knowledge: ChainKnowledge) {
    this.#knowledge = knowledge;
    for (const candidate of candidates) {
      const { subjectDer } = candidate.certificate;
      const known = this.#bySubject.get(subjectDer);
      if (known === undefined) this.#bySubject.set(subjectDer, [candidate]);
      else known.push(candidate);
    }
  }

  isSelfSigned(certificate: Certificate): boolean {
    return certificate.subjectDer === certificate.issuerDer && this.#knowledge.isSignedBy(certificate, certificate);
  }

  /** Nearest first, to a root or to where the next one is not at hand; what lies nearest to it is taken first. */
  issuers(certificate: Certificate, slot: object, file: string): readonly Candidate[] {
    const found: Candidate[] = [];
    let child = certificate;
    while (found.length < MAX_DEPTH && child.subjectDer !== child.issuerDer) {
      const named = this.#bySubject.get(child.issuerDer) ?? [];
      const signer = named
        .toSorted((a, b) => keyRank(child, a) - keyRank(child, b) || distance(a, slot, file) - distance(b, slot, file))
        .slice(0, MAX_ANCESTORS)
        .find((one) => this.#knowledge.isSignedBy(child, one.certificate));
      if (signer === undefined) break;
      found.push(signer);
      child = signer.certificate;
    }
    return found;
  }

  /** What Go says of it for each use; of a CA once. */
  verdicts(certificate: Certificate, slot: object): readonly Judged[] {
    if (isAuthority(certificate)) return [this.#verdict(certificate, slot, 'any')];
    const uses = usesOf(certificate);
    return (['server', 'client'] as const).map((use) =>
      uses[use]
        ? this.#verdict(certificate, slot, use)
        : {
            use,
            result: 'not-applicable',
            message: `its extended key usage is ${certificate.extendedKeyUsage?.join(', ') ?? ''}`,
          },
    );
  }

  #verdict(leaf: Certificate, slot: object, use: CertsVerdict['use']): Judged {
    const usage = use === 'any' ? 'any' : use === 'server' ? 'serverAuth' : 'clientAuth';
    const isOwn = leaf.subjectDer === leaf.issuerDer;
    if (isOwn && !isAuthority(leaf)) {
      return {
        use,
        result: 'not-assessed',
        message: 'it signed itself: only who is given this very certificate accepts it',
      };
    }
    const ancestors = this.#ancestors(leaf);
    const certificatesOf = (which: readonly Candidate[]): readonly Certificate[] => which.map((one) => one.certificate);
    const roots = [
      ...(isOwn ? [leaf] : []),
      ...certificatesOf(ancestors.filter(({ certificate }) => certificate.subjectDer === certificate.issuerDer)),
    ];
    const between = ancestors.filter(({ certificate }) => certificate.subjectDer !== certificate.issuerDer);
    const shown = certificatesOf(between.filter((one) => one.slot === slot));
    const all = certificatesOf(ancestors);
    const first = this.#knowledge.verify({ leaf, intermediates: shown, roots, usage });
    if (first.ok) {
      const given = ancestors.filter(
        (one) => one.certificate.subjectDer === one.certificate.issuerDer && this.#isGiven(one.certificate, slot),
      );
      const isKnown =
        isOwn || this.#knowledge.verify({ leaf, intermediates: shown, roots: certificatesOf(given), usage }).ok;
      return {
        use,
        result: 'accepted',
        message: isKnown ? '' : 'where that CA is trusted: it is at hand only beside it',
      };
    }
    if (ancestors.length === 0 && isUnknown(first)) {
      return { use, result: 'not-assessed', message: `its issuer ${leaf.issuer} is not at hand` };
    }
    const second = this.#knowledge.verify({ leaf, intermediates: certificatesOf(between), roots, usage });
    if (second.ok) {
      const missing = between.filter((one) => one.slot !== slot).map(({ certificate }) => certificate.subject);
      return {
        use,
        result: 'accepted',
        message: `if ${missing.join(', ')} is shown with it, which is not in the same place`,
      };
    }
    const third = this.#knowledge.verify({ leaf, intermediates: shown, roots: all, usage });
    if (third.ok) {
      return { use, result: 'accepted', message: 'where the CA above it is trusted itself: the root is not at hand' };
    }
    return refused(use, leaf, [first, second, third].find((one) => !isUnknown(one)) ?? third);
  }

  /** Whether a CA is at hand elsewhere than beside what it signed. */
  #isGiven({ sha256, subjectDer }: Certificate, slot: object): boolean {
    return (this.#bySubject.get(subjectDer) ?? []).some(
      (one) => one.certificate.sha256 === sha256 && one.slot !== slot && one.trusted !== false,
    );
  }

  /** By name, whoever signed: a CA of the right name with another key has to be told. */
  #ancestors(certificate: Certificate): readonly Candidate[] {
    const found = new Map<string, Candidate>();
    let names = [certificate.issuerDer];
    for (let depth = 0; depth < MAX_DEPTH && names.length > 0 && found.size < MAX_ANCESTORS; depth++) {
      const next = names
        .flatMap((name) => this.#bySubject.get(name) ?? [])
        .toSorted((a, b) => keyRank(certificate, a) - keyRank(certificate, b));
      const fresh = next.filter(({ certificate: { sha256 } }) => !found.has(sha256) && sha256 !== certificate.sha256);
      for (const one of fresh) found.set(one.certificate.sha256, one);
      names = [...new Set(fresh.map((one) => one.certificate.issuerDer))];
    }
    return [...found.values()].slice(0, MAX_ANCESTORS);
  }
}

function isUnknown({ reason }: { readonly reason: string }): boolean {
  return reason === 'unknown-authority' || reason === 'no-roots';
}

function refused(
  use: CertsVerdict['use'],
  leaf: Certificate,
  {
    reason,
    message,
    certificate,
  }: { readonly reason: string; readonly message: string; readonly certificate?: Certificate },
): Judged {
  return {
    use,
    result: 'refused',
    message,
    ...(reason === 'expired' && certificate !== undefined && certificate.sha256 !== leaf.sha256
      ? { expiredIssuer: true }
      : {}),
  };
}

/** The key identifiers say who signed (RFC 5280 section 4.2.1.1); they only decide who is tried first, as for Go. */
function keyRank({ authorityKeyId }: Certificate, { certificate: { subjectKeyId } }: Candidate): number {
  return authorityKeyId !== undefined && authorityKeyId === subjectKeyId ? 0 : 1;
}

/** A file of its own is where one looks for a CA; what stands in another kubeconfig is a copy. */
function distance({ slot, place }: Candidate, from: object, file: string): number {
  if (slot === from) return 0;
  if (place.node !== null) return 4;
  if (place.file === file) return 1;
  return place.where === '' ? 2 : 3;
}
