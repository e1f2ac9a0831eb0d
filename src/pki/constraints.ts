/**
 * Name constraints along a chain: Go's crypto/x509 checkChainConstraints (RFC 5280 section 4.2.1.10). Go 1.26 wrote them
 * anew (constraints.go); before, they were in verify.go (checkNameConstraints), which differs for addresses and URIs.
 */
import type { Certificate, GeneralName } from '../model/certificate.ts';
import { goAtLeast } from '../model/version.ts';
import { ipVersion } from '../text/address.ts';
import { ipText } from './ip.ts';
import { isDomain, mailbox } from './names.ts';
import { inSomeNetwork, isInNetworks } from './networks.ts';
import type { Mailbox } from './names.ts';
import { uriHost } from '../text/uri.ts';

export interface ConstraintViolation {
  /** The certificate whose name is not allowed. */
  readonly certificate: Certificate;
  /** The CA that does not allow it. */
  readonly authority: Certificate;
  readonly message: string;
}

/**
 * @param chain leaf first, root last
 * @param goLine minor version of the Go that judges, `1.24`; without it the newest
 * @returns the first name that a CA above its certificate does not allow; undefined when all are allowed. All names of a
 * certificate count, not only the one that is dialled. Names of a kind that has no permitted subtree are free.
 */
export function constraintViolation(
  chain: readonly Certificate[],
  goLine: string | undefined,
): ConstraintViolation | undefined {
  const isNew = goAtLeast(goLine, '1.26');
  for (const [index, certificate] of chain.entries()) {
    for (const authority of chain.slice(index + 1)) {
      if (authority.nameConstraints === undefined) continue;
      for (const name of certificate.subjectAlternativeNames ?? []) {
        const fault = nameFault(name, authority.nameConstraints, isNew);
        if (fault !== undefined) return { certificate, authority, message: `${nameText(name)} ${fault}` };
      }
    }
  }
  return undefined;
}

/** A name for people: `DNS name x`, `IP address 10.0.0.1`. */
function nameText({ type, value }: GeneralName): string {
  switch (type) {
    case 'ip':
      return `IP address ${ipText(value)}`;
    case 'dns':
      return `DNS name ${value}`;
    case 'uri':
      return `URI ${value}`;
    case 'email':
      return `email address ${value}`;
    case 'other':
      return 'another kind of name';
  }
}

function nameFault(
  name: GeneralName,
  { permitted, excluded }: { readonly permitted: readonly GeneralName[]; readonly excluded: readonly GeneralName[] },
  isNew: boolean,
): string | undefined {
  if (name.type === 'other') return undefined;
  const ofKind = (constraints: readonly GeneralName[]): readonly string[] =>
    constraints.filter(({ type }) => type === name.type).map(({ value }) => value);
  const allowed = ofKind(permitted);
  const barred = ofKind(excluded);
  // Up to Go 1.25 a URI was only looked at when there was a constraint of URIs.
  if (!isNew && name.type === 'uri' && allowed.length + barred.length === 0) return undefined;
  const covers = coverageOf(name, isNew);
  if (covers === undefined) return 'cannot be compared with name constraints';
  if (allowed.length > 0 && !covers(allowed, true)) return 'is not permitted by any constraint';
  return covers(barred, false) ? 'is excluded by a constraint' : undefined;
}

/** Whether one of the constraints, which are of the name's kind, covers the name. */
type Coverage = (constraints: readonly string[], permitted: boolean) => boolean;

/** How a name is compared with constraints of its kind; undefined when Go cannot compare it and refuses the chain. */
function coverageOf({ type, value }: GeneralName, isNew: boolean): Coverage | undefined {
  switch (type) {
    case 'ip':
      return (networks) => (isNew ? isInNetworks(value, networks) : inSomeNetwork(value, networks));
    case 'dns':
      return isDomain(value, false) ? someDomain(value) : undefined;
    case 'email': {
      const address = mailbox(value);
      return address !== undefined && isDomain(address.domain, false)
        ? (constraints, permitted) => constraints.some((constraint) => inMailboxes(address, constraint, permitted))
        : undefined;
    }
    case 'uri': {
      const domain = uriDomain(value);
      return domain !== undefined && isDomain(domain, false) ? someDomain(domain) : undefined;
    }
    case 'other':
      return undefined;
  }
}

function someDomain(domain: string): Coverage {
  return (constraints, permitted) => constraints.some((constraint) => inDomain(domain, constraint, permitted));
}

/** The domain of a URI (parseURIs, with net SplitHostPort); undefined when it has no host, or an address for one. */
function uriDomain(uri: string): string | undefined {
  const authority = uriHost(uri) ?? '';
  const colon = authority.lastIndexOf(':');
  const host = colon < 0 ? authority : authority.slice(0, colon);
  return host === '' || /[:[\]]/.test(host) || ipVersion(host) !== 0 ? undefined : host;
}

/** `example.com` covers itself and what is below it, `.example.com` only what is below it, the empty one everything. */
function inDomain(name: string, constraint: string, permitted: boolean): boolean {
  if (constraint === '') return true;
  const domain = name.toLowerCase();
  const limit = constraint.toLowerCase();
  if (
    limit.startsWith('.')
      ? domain.endsWith(limit) && domain !== limit
      : domain === limit || domain.endsWith(`.${limit}`)
  )
    return true;
  // A wildcard could stand for the excluded name (CVE-2025-61727).
  const parent = withoutFirstLabel(limit);
  return !permitted && domain.startsWith('*') && parent !== '' && parent === withoutFirstLabel(domain);
}

function withoutFirstLabel(domain: string): string {
  const dot = domain.indexOf('.');
  return dot < 0 ? '' : domain.slice(dot);
}

/** A constraint with `@` is one mailbox; without it is the domain. The local part is compared exactly. */
function inMailboxes(address: Mailbox, constraint: string, permitted: boolean): boolean {
  if (!constraint.includes('@')) return inDomain(address.domain, constraint, permitted);
  const only = mailbox(constraint);
  return only?.local === address.local && only.domain === address.domain;
}
