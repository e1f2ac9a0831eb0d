/** Distinguished names as text, in the form of RFC 4514. */
import type { NameAttribute } from './peculiar.ts';

/** Name attributes whose short name RFC 4514 section 3 registers; others are written by their OID. */
const OID = /^\d+(\.\d+)+$/;

/** One line of text, most specific attribute first: `CN=kube-apiserver,O=example`. */
export function distinguishedName(rdns: readonly (readonly NameAttribute[])[]): string {
  return rdns
    .toReversed()
    .map((rdn) => rdn.map(({ type, value }) => `${OID.test(type) ? type : type.toUpperCase()}=${escape(value)}`).join('+'))
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
export function attributeValues(rdns: readonly (readonly NameAttribute[])[], type: string): readonly string[] {
  return rdns.flatMap((rdn) => rdn.filter((attribute) => attribute.type === type).map(({ value }) => value));
}
