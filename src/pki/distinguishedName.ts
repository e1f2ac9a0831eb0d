/** Distinguished names: read as Go's crypto/x509 parseName reads them, written in the form of RFC 4514. */
import { DerError, DerReader, TAG, hex, objectIdentifier } from './der.ts';
import type { DerElement } from './der.ts';

/** One attribute: its short name or dotted OID, and its text. */
export interface NameAttribute {
  readonly type: string;
  readonly value: string;
}

export interface DistinguishedName {
  /** Relative names as encoded, most general first. */
  readonly rdns: readonly (readonly NameAttribute[])[];
  /** Why Go refuses a certificate with it; its text is shown all the same. */
  readonly fault: string | undefined;
}

/** RFC 4514 section 3, then what Go's crypto/x509/pkix adds; anything else is written by its OID. */
const SHORT_NAMES: ReadonlyMap<string, string> = new Map([
  ['2.5.4.3', 'CN'],
  ['2.5.4.7', 'L'],
  ['2.5.4.8', 'ST'],
  ['2.5.4.10', 'O'],
  ['2.5.4.11', 'OU'],
  ['2.5.4.6', 'C'],
  ['2.5.4.9', 'STREET'],
  ['0.9.2342.19200300.100.1.25', 'DC'],
  ['0.9.2342.19200300.100.1.1', 'UID'],
  ['2.5.4.5', 'SERIALNUMBER'],
  ['2.5.4.17', 'POSTALCODE'],
]);

/**
 * Reads a DER Name.
 * @throws DerError when its structure is broken
 */
export function readName(der: Uint8Array): DistinguishedName {
  const name = new DerReader(der).within(TAG.sequence, 'name');
  const rdns: NameAttribute[][] = [];
  let fault: string | undefined;
  while (!name.empty) {
    const set = name.within(TAG.set, 'relative distinguished name');
    const rdn: NameAttribute[] = [];
    while (!set.empty) {
      const attribute = set.within(TAG.sequence, 'attribute of a name');
      const oid = objectIdentifier(attribute.read(TAG.oid, 'attribute type'));
      const element = attribute.any();
      const text = directoryString(element);
      if (text === undefined) {
        fault ??= `a name in it has text that its string type does not allow (${JSON.stringify(latin1(element.content).slice(0, 64))})`;
      }
      rdn.push({ type: SHORT_NAMES.get(oid) ?? oid, value: text ?? latin1(element.content) });
    }
    rdns.push(rdn);
  }
  return { rdns, fault };
}

/** crypto/x509 parseASN1String; undefined where it refuses the value. */
function directoryString({ tag, content }: DerElement): string | undefined {
  const text = latin1(content);
  switch (tag) {
    case TAG.t61String:
      return text;
    case TAG.printableString:
      // `*` and `&` are not in the ASN.1 type; Go allows them.
      return /^[a-zA-Z0-9'()+,\-./ :=?*&]*$/.test(text) ? text : undefined;
    case TAG.utf8String:
      return utf8(content);
    case TAG.ia5String:
      return content.every((byte) => byte < 0x80) ? text : undefined;
    case TAG.numericString:
      return /^[0-9 ]*$/.test(text) ? text : undefined;
    case TAG.bmpString:
      return bmp(content);
    default:
      return undefined;
  }
}

const latin1 = (content: Uint8Array): string => Buffer.from(content).toString('latin1');

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function utf8(content: Uint8Array): string | undefined {
  try {
    return UTF8.decode(content);
  } catch {
    return undefined;
  }
}

/** UCS-2: neither surrogates nor noncharacters; a terminator may follow. */
function bmp(content: Uint8Array): string | undefined {
  if (content.length % 2 !== 0) return undefined;
  const terminated = content.length >= 2 && content.at(-1) === 0 && content.at(-2) === 0;
  let text = '';
  for (let index = 0; index < content.length - (terminated ? 2 : 0); index += 2) {
    const point = (content[index] ?? 0) * 256 + (content[index + 1] ?? 0);
    if (point >= 0xfffe || (point >= 0xfdd0 && point <= 0xfdef) || (point >= 0xd800 && point <= 0xdfff))
      return undefined;
    text += String.fromCharCode(point);
  }
  return text;
}

/** One line of text, most specific attribute first: `CN=kube-apiserver,O=example`. */
export function nameText({ rdns }: DistinguishedName): string {
  return rdns
    .toReversed()
    .map((rdn) => rdn.map(({ type, value }) => `${type}=${escape(value)}`).join('+'))
    .join(',');
}

/** RFC 4514 section 2.4. */
function escape(value: string): string {
  return value
    .replace(/[\\",+;<>]/g, String.raw`\$&`)
    .replaceAll('\0', String.raw`\00`)
    .replace(/^[ #]/, String.raw`\$&`)
    .replace(/ $/, String.raw`\ `);
}

/** Values of an attribute by its short name, in the order of the encoding. */
export function attributeValues({ rdns }: DistinguishedName, type: string): readonly string[] {
  return rdns.flatMap((rdn) => rdn.filter((attribute) => attribute.type === type).map(({ value }) => value));
}

/** A name whose structure is broken: shown as the hex of its DER. */
export function unreadableName(der: Uint8Array, error: unknown): DistinguishedName {
  if (!(error instanceof DerError)) throw error;
  return { rdns: [[{ type: 'name', value: hex(der) }]], fault: error.message };
}
