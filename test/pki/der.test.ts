import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  DerError,
  DerReader,
  TAG,
  bitString,
  boolean,
  hex,
  integerBytes,
  objectIdentifier,
  smallInteger,
  time,
} from '../../src/pki/der.ts';

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const date = (tag: number, text: string): Date => time({ tag, content: Buffer.from(text), element: Buffer.from(text) });

describe('DerReader', () => {
  test('reads elements one after the other', () => {
    const reader = new DerReader(bytes('30 03 02 01 05  04 01 ff'));
    expect(smallInteger(reader.within(TAG.sequence, 'list').read(TAG.integer, 'number'))).toBe(5);
    expect(reader.optional(TAG.null)).toBeUndefined();
    expect(hex(reader.any().element)).toBe('0401ff');
    expect(reader.empty).toBe(true);
  });

  test.each([
    ['nothing', ''],
    ['an identifier alone', '30'],
    ['less than its length', '30 02 00'],
    ['an indefinite length', '30 80 00 00'],
    ['a long length that would fit the short form', '30 81 01 00'],
    ['a length with a leading zero', `30 82 00 80 ${'00'.repeat(128)}`],
    ['a length of five octets', '30 85 01 00 00 00 00'],
    ['a tag of the long form', '1f 81 01 00'],
  ])('refuses %s', (_what, text) => {
    expect(() => new DerReader(bytes(text)).any()).toThrow(DerError);
  });

  test('throws nothing but DerError, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (data) => {
        try {
          for (let reader = new DerReader(data); !reader.empty;) reader = new DerReader(reader.any().content);
        } catch (error) {
          expect(error).toBeInstanceOf(DerError);
        }
      }),
    );
  });
});

describe('values', () => {
  test.each([
    ['2a 86 48 86 f7 0d 01 01 0b', '1.2.840.113549.1.1.11'],
    ['55 1d 0f', '2.5.29.15'],
    ['88 37', '2.999'],
    ['00', '0.0'],
  ])('object identifier %s', (text, dotted) => {
    expect(objectIdentifier(bytes(text))).toBe(dotted);
  });

  test.each([[''], ['80 01'], ['2a 86'], ['2a 88 80 80 80 00']])('refuses the object identifier %s', (text) => {
    expect(() => objectIdentifier(bytes(text))).toThrow(DerError);
  });

  test.each([['00 7f'], ['ff 80'], ['']])('refuses the integer %s', (text) => {
    expect(() => integerBytes(bytes(text))).toThrow(DerError);
  });

  test.each([['01'], [''], ['ff ff']])('refuses the boolean %s', (text) => {
    expect(() => boolean(bytes(text))).toThrow(DerError);
  });

  test('bit strings have zero unused bits and are aligned to the right for keys', () => {
    expect(hex(bitString(bytes('04 f0 f0')).aligned)).toBe('0f0f');
    expect(hex(bitString(bytes('04 f0 f0')).bits)).toBe('f0f0');
    expect(() => bitString(bytes('04 ff'))).toThrow(DerError);
    expect(() => bitString(bytes('08 00'))).toThrow(DerError);
    expect(() => bitString(bytes('01'))).toThrow(DerError);
  });

  test.each([
    [TAG.utcTime, '261121040410Z', '2026-11-21T04:04:10.000Z'],
    [TAG.utcTime, '491231235959Z', '2049-12-31T23:59:59.000Z'],
    [TAG.utcTime, '500101000000Z', '1950-01-01T00:00:00.000Z'],
    [TAG.utcTime, '2611210404Z', '2026-11-21T04:04:00.000Z'],
    [TAG.utcTime, '261121040410+0130', '2026-11-21T02:34:10.000Z'],
    [TAG.generalizedTime, '20991231235959Z', '2099-12-31T23:59:59.000Z'],
    [TAG.generalizedTime, '99991231235959Z', '9999-12-31T23:59:59.000Z'],
  ])('time %i %s', (tag, text, expected) => {
    expect(date(tag, text).toISOString()).toBe(expected);
  });

  test.each([
    [TAG.utcTime, '260230000000Z'],
    [TAG.utcTime, '261121246060Z'],
    [TAG.utcTime, '261121040410'],
    [TAG.utcTime, '261121040410+0000'],
    [TAG.generalizedTime, '20261121040410.5Z'],
    [TAG.integer, '261121040410Z'],
  ])('refuses the time %i %s', (tag, text) => {
    expect(() => date(tag, text)).toThrow(DerError);
  });
});
