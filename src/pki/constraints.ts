/** Name constraints along a chain: Go's crypto/x509 checkChainConstraints (RFC 5280 section 4.2.1.10). */
import type { Certificate, GeneralName } from '../model/certificate.ts';
import { canonicalIP, ipText } from './ip.ts';
import { isDomain, mailbox } from './names.ts';
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
 * @returns the first name that a CA above its certificate does not allow; undefined when all are allowed. All names of a
 * certificate count, not only the one that is dialled. Names of a kind that has no permitted subtree are free.
 */
export function constraintViolation(chain: readonly Certificate[]): ConstraintViolation | undefined {
  for (const [index, certificate] of chain.entries()) {
    for (const authority of chain.slice(index + 1)) {
      if (authority.nameConstraints === undefined) continue;
      for (const name of certificate.subjectAlternativeNames ?? []) {
        const fault = nameFault(name, authority.nameConstraints);
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
): string | undefined {
  if (name.type === 'other') return undefined;
  const matcher = matcherOf(name);
  if (matcher === undefined) return 'cannot be compared with name constraints';
  const ofKind = (constraints: readonly GeneralName[]): readonly string[] =>
    constraints.filter(({ type }) => type === name.type).map(({ value }) => value);
  const allowed = ofKind(permitted);
  if (allowed.length > 0 && !allowed.some((constraint) => matcher(constraint, true)))
    return 'is not permitted by any constraint';
  const barred = ofKind(excluded).find((constraint) => matcher(constraint, false));
  return barred === undefined ? undefined : 'is excluded by a constraint';
}

type Matcher = (constraint: string, permitted: boolean) => boolean;

/** How a name is compared with a constraint of its kind; undefined when Go cannot compare it and refuses the chain. */
function matcherOf({ type, value }: GeneralName): Matcher | undefined {
  switch (type) {
    case 'ip':
      return (constraint) => inNetwork(value, constraint);
    case 'dns':
      return isDomain(value, false) ? (constraint, permitted) => inDomain(value, constraint, permitted) : undefined;
    case 'email': {
      const address = mailbox(value);
      return address !== undefined && isDomain(address.domain, false)
        ? (constraint, permitted) => inMailboxes(address, constraint, permitted)
        : undefined;
    }
    case 'uri': {
      const host = (uriHost(value) ?? '').toLowerCase().replace(/:\d*$/, '');
      // An address cannot be compared with a domain: Go refuses the chain.
      if (host === '' || host.startsWith('[') || /^\d+(\.\d+){3}$/.test(host) || !isDomain(host, false))
        return undefined;
      return (constraint, permitted) => inDomain(host, constraint, permitted);
    }
    case 'other':
      return undefined;
  }
}

/** Whether an address lies in a network of the same family; both as hex, the network with its mask behind it. */
function inNetwork(address: string, network: string): boolean {
  const base = canonicalIP(network.slice(0, network.length / 2));
  const mask = network.slice(network.length / 2).slice(-base.length);
  const bytes = canonicalIP(address);
  if (bytes.length !== base.length) return false;
  const masked = (digits: string): bigint => BigInt(`0x${digits}`) & BigInt(`0x${mask}`);
  return masked(bytes) === masked(base);
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
  return !permitted && domain.startsWith('*.') && withoutFirstLabel(limit) === domain.slice(1);
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
