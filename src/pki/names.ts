/** General names and name constraints (RFC 5280 sections 4.2.1.6 and 4.2.1.10) as Go's parser takes them. */
import { ipVersion } from '../text/address.ts';
import type { GeneralName } from '../model/certificate.ts';
import { DerError, DerReader, TAG, context, contextConstructed, hex } from './der.ts';
import type { DerElement } from './der.ts';
import { uriHost } from '../text/uri.ts';
import { ipText } from './ip.ts';

const LABELS: Readonly<Record<GeneralName['type'], string>> = {
  dns: 'DNS',
  ip: 'IP',
  email: 'email',
  uri: 'URI',
  other: 'other',
};

/** A name as a person reads it, with its kind: `DNS:cp-1`, `IP:10.0.0.1`. */
export function generalNameText({ type, value }: GeneralName): string {
  return `${LABELS[type]}:${type === 'ip' ? ipText(value) : value}`;
}

const NAME_TYPES: ReadonlyMap<number, GeneralName['type']> = new Map([
  [context(1), 'email'],
  [context(2), 'dns'],
  [context(6), 'uri'],
  [context(7), 'ip'],
]);

function generalName({ tag, content }: DerElement): GeneralName {
  const type = NAME_TYPES.get(tag) ?? 'other';
  return { type, value: type === 'ip' || type === 'other' ? hex(content) : Buffer.from(content).toString('latin1') };
}

/**
 * The names of a SubjectAlternativeName extension, in order.
 * @throws DerError where Go's parser refuses the extension
 */
export function alternativeNames(value: Uint8Array): readonly GeneralName[] {
  const reader = new DerReader(value).within(TAG.sequence, 'list of subject alternative names');
  const names: GeneralName[] = [];
  while (!reader.empty) {
    const name = generalName(reader.any());
    const fault = alternativeNameFault(name);
    if (fault !== undefined) throw new DerError(fault);
    names.push(name);
  }
  return names;
}

function alternativeNameFault({ type, value }: GeneralName): string | undefined {
  switch (type) {
    case 'ip':
      return value.length === 8 || value.length === 32
        ? undefined
        : `it has an IP address of ${value.length / 2} bytes among its subject alternative names`;
    case 'uri': {
      if (!isASCII(value)) return 'it has a URI with characters outside ASCII';
      const host = uriHost(value);
      return host === undefined || !isDomain(host, false)
        ? 'it has a malformed URI among its subject alternative names'
        : undefined;
    }
    case 'dns':
    case 'email':
      return isASCII(value) ? undefined : `it has a ${type} name with characters outside ASCII`;
    case 'other':
      return undefined;
  }
}

export interface Constraints {
  readonly permitted: readonly GeneralName[];
  readonly excluded: readonly GeneralName[];
}

/**
 * The subtrees of a NameConstraints extension.
 * @throws DerError where Go's parser refuses the extension
 */
export function nameConstraints(value: Uint8Array): Constraints {
  const outer = new DerReader(value);
  const reader = outer.within(TAG.sequence, 'name constraints');
  const permitted = reader.optional(contextConstructed(0)) ?? new Uint8Array();
  const excluded = reader.optional(contextConstructed(1)) ?? new Uint8Array();
  if (!outer.empty || !reader.empty) throw new DerError('it has malformed name constraints');
  if (permitted.length === 0 && excluded.length === 0) throw new DerError('it has empty name constraints');
  return { permitted: subtrees(permitted), excluded: subtrees(excluded) };
}

function subtrees(content: Uint8Array): readonly GeneralName[] {
  const reader = new DerReader(content);
  const names: GeneralName[] = [];
  while (!reader.empty) {
    const name = generalName(reader.within(TAG.sequence, 'name constraint').any());
    if (!isConstraint(name))
      throw new DerError(`it has a malformed name constraint (${name.type} ${JSON.stringify(name.value)})`);
    names.push(name);
  }
  return names;
}

function isConstraint({ type, value }: GeneralName): boolean {
  switch (type) {
    case 'ip':
      return (value.length === 16 || value.length === 64) && isMask(value.slice(value.length / 2));
    case 'dns':
      return isASCII(value) && isDomain(value, true);
    case 'uri':
      return isASCII(value) && ipVersion(value) === 0 && isDomain(value, true);
    case 'email':
      return isASCII(value) && (value.includes('@') ? mailbox(value) !== undefined : isDomain(value, true));
    case 'other':
      return true;
  }
}

/** Ones, then zeros. */
function isMask(digits: string): boolean {
  return /^f*[8ce]?0*$/.test(digits);
}

function isASCII(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text);
}

/** crypto/x509 domainNameValid. The empty name is valid there: a constraint of everything. */
export function isDomain(text: string, constraint: boolean): boolean {
  if (text === '') return true;
  const labels = (constraint && text.startsWith('.') ? text.slice(1) : text).split('.');
  return labels.every((label) => /^[!-~]+$/.test(label));
}

export interface Mailbox {
  readonly local: string;
  /** Lower case. */
  readonly domain: string;
}

/** crypto/x509 parseRFC2821Mailbox: RFC 2821 section 4.1.2 with the errata that RFC 3696 gives; undefined when it is none. */
export function mailbox(text: string): Mailbox | undefined {
  let local = '';
  let at = 0;
  if (text.startsWith('"')) {
    for (at = 1; ; at++) {
      const character = text[at];
      if (character === undefined) return undefined;
      if (character === '"') break;
      const quoted = character === '\\';
      const taken = quoted ? text[++at] : character;

      if (
        taken === undefined ||
        !(quoted ? /[\x01-\x09\x0b\x0c\x0e-\x7f]/ : /[\x01-\x08\x0b\x0c\x0e-\x21\x23-\x5b\x5d-\x7f]/).test(taken)
      ) {
        return undefined;
      }
      local += taken;
    }
    at++;
  } else {
    for (; at < text.length; at++) {
      const quoted = text[at] === '\\';
      const taken = quoted ? text[++at] : text[at];
      if (taken === undefined) return undefined;
      if (!quoted && !/[0-9A-Za-z!#$%&'*+\-/=?^_`{|}~.]/.test(taken)) break;
      local += taken;
    }
    if (local === '' || local.startsWith('.') || local.endsWith('.') || local.includes('..')) return undefined;
  }
  if (text[at] !== '@') return undefined;
  const domain = text.slice(at + 1);
  const labels = domain === '' ? [] : domain.split('.');
  return labels.every((label) => /^[!-~]+$/.test(label)) ? { local, domain: domain.toLowerCase() } : undefined;
}
