/** A strict reader of DER, as narrow as the one that Go reads certificates with (golang.org/x/crypto/cryptobyte/asn1.go). */

/** Identifier octets of the types that occur in a certificate (X.690 section 8.1.2). */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  numericString: 0x12,
  printableString: 0x13,
  t61String: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Identifier octet of a primitive context-specific tag. */
export const context = (number: number): number => 0x80 | number;

/** Identifier octet of a constructed context-specific tag. */
export const contextConstructed = (number: number): number => 0xa0 | number;

/** What is not DER, or not what was expected there. Never leaves src/pki. */
export class DerError extends Error {}

export interface DerElement {
  readonly tag: number;
  /** The value without identifier and length. */
  readonly content: Uint8Array;
  /** All of it. */
  readonly element: Uint8Array;
}

/** Reads elements one after the other; every method throws {@link DerError} on what it does not expect. */
export class DerReader {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get empty(): boolean {
    return this.#offset >= this.#bytes.length;
  }

  /** The identifier octet of the next element; undefined at the end. */
  get next(): number | undefined {
    return this.#bytes[this.#offset];
  }

  /** The next element, whatever it is. Lengths have to be minimal and definite, tag numbers below 31. */
  any(): DerElement {
    const start = this.#offset;
    const tag = this.#bytes[start];
    const first = this.#bytes[start + 1];
    if (tag === undefined || first === undefined) throw new DerError('it ends early');
    if ((tag & 0x1f) === 0x1f) throw new DerError('it has a tag of the long form');
    let header = 2;
    let length = first;
    if (first >= 0x80) {
      const octets = first & 0x7f;
      if (octets === 0 || octets > 4) throw new DerError('it has a length that is indefinite or too long');
      header += octets;
      if (start + header > this.#bytes.length) throw new DerError('it ends early');
      length = 0;
      for (let index = start + 2; index < start + header; index++) length = length * 256 + (this.#bytes[index] ?? 0);
      if (length < 128 || length < 256 ** (octets - 1)) throw new DerError('it has a length that is not minimal');
    }
    const end = start + header + length;
    if (end > this.#bytes.length) throw new DerError('it ends early');
    this.#offset = end;
    return {
      tag,
      content: this.#bytes.subarray(start + header, end),
      element: this.#bytes.subarray(start, end),
    };
  }

  /** The content of the next element, which has to have this tag. */
  read(tag: number, what: string): Uint8Array {
    return this.element(tag, what).content;
  }

  /** The next element, which has to have this tag. */
  element(tag: number, what: string): DerElement {
    if (this.next !== tag) throw new DerError(`it has no ${what} where one belongs`);
    return this.any();
  }

  /** A reader of the content of the next element, which has to have this tag. */
  within(tag: number, what: string): DerReader {
    return new DerReader(this.read(tag, what));
  }

  /** The content of the next element when it has this tag. */
  optional(tag: number): Uint8Array | undefined {
    return this.next === tag ? this.any().content : undefined;
  }
}

/** The bytes of an INTEGER, checked to be minimal (X.690 section 8.3.2). */
export function integerBytes(content: Uint8Array): Uint8Array {
  const [first, second] = content;
  if (first === undefined) throw new DerError('it has an integer without a value');
  if (second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))) {
    throw new DerError('it has an integer that is not minimal');
  }
  return content;
}

/** An INTEGER of 64 bits, as Go's int; beyond 2^53 the number is near, which nobody here can tell from right. */
export function wholeNumber(content: Uint8Array): number {
  const bytes = integerBytes(content);
  if (bytes.length > 8) throw new DerError('it has an integer out of range');
  return Number(BigInt.asIntN(8 * bytes.length, BigInt(`0x${hex(bytes)}`)));
}

/** A non-negative INTEGER of 64 bits. */
export function smallInteger(content: Uint8Array): number {
  const value = wholeNumber(content);
  if (value < 0) throw new DerError('it has an integer out of range');
  return value;
}

/** A BOOLEAN, which in DER is 00 or FF. */
export function boolean(content: Uint8Array): boolean {
  if (content.length !== 1 || (content[0] !== 0 && content[0] !== 0xff)) {
    throw new DerError('it has a boolean that is neither true nor false');
  }
  return content[0] === 0xff;
}

/**
 * The bytes of a BIT STRING, with its unused bits checked to be zero (X.690 section 11.2.1).
 * @returns `bits` as they stand, first bit highest; `aligned` shifted right so that the last bit is lowest, which is what
 * Go takes for a key or signature (encoding/asn1 BitString.RightAlign)
 */
export function bitString(content: Uint8Array): { readonly bits: Uint8Array; readonly aligned: Uint8Array } {
  const unused = content[0];
  const bits = content.subarray(1);
  const last = bits.at(-1);
  if (unused === undefined || unused > 7) throw new DerError('it has a malformed bit string');
  if (last === undefined ? unused !== 0 : (last & ((1 << unused) - 1)) !== 0) {
    throw new DerError('it has a malformed bit string');
  }
  const shifted = (byte: number, index: number): number =>
    (byte >> unused) | (((bits[index - 1] ?? 0) << (8 - unused)) & 0xff);
  return { bits, aligned: unused === 0 ? bits : bits.map(shifted) };
}

/** An OBJECT IDENTIFIER in dotted form; components are bounded to 31 bits, as Go bounds them. */
export function objectIdentifier(content: Uint8Array): string {
  const components: number[] = [];
  let value = 0;
  let started = false;
  for (const byte of content) {
    if ((!started && byte === 0x80) || value >= 2 ** 24) throw new DerError('it has a malformed object identifier');
    started = true;
    value = value * 128 + (byte & 0x7f);
    if (byte >= 0x80) continue;
    if (components.length === 0)
      components.push(...(value < 80 ? [Math.floor(value / 40), value % 40] : [2, value - 80]));
    else components.push(value);
    value = 0;
    started = false;
  }
  if (started || components.length === 0) throw new DerError('it has a malformed object identifier');
  return components.join('.');
}

/**
 * UTCTime or GeneralizedTime as Go takes them: seconds may be left out of a UTCTime, and an offset may stand for `Z`
 * (RFC 5280 section 4.1.2.5 allows neither). Years 50 to 99 of a UTCTime are of the twentieth century.
 */
export function time({ tag, content }: DerElement): Date {
  const text = Buffer.from(content).toString('latin1');
  const pattern =
    tag === TAG.utcTime
      ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(Z|[+-]\d{4})$/
      : tag === TAG.generalizedTime
        ? /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(Z|[+-]\d{4})$/
        : undefined;
  if (pattern === undefined) throw new DerError('it has a date of an unknown type');
  const match = pattern.exec(text);
  if (match === null) throw new DerError('it has a malformed date');
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => Number(part || 0));
  const fullYear = tag === TAG.utcTime ? year + (year >= 50 ? 1900 : 2000) : year;
  const date = new Date(0);
  date.setUTCFullYear(fullYear, month - 1, day);
  date.setUTCHours(hour, minute, second);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || hour > 23 || minute > 59 || second > 59) {
    throw new DerError('it has a date that does not exist');
  }
  const zone = match[7] ?? 'Z';
  if (zone === 'Z') return date;
  // Go writes the date again and compares, so an offset of nothing has to be written as Z.
  const offset = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3));
  if (offset === 0 || Number(zone.slice(1, 3)) > 24 || Number(zone.slice(3)) > 59)
    throw new DerError('it has a malformed date');
  return new Date(date.getTime() - (zone.startsWith('-') ? -offset : offset) * 60_000);
}

/** Lower-case hex. */
export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
