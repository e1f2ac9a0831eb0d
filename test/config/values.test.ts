import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { goDurationSeconds, parseBool, parseInteger, parseOccurrences, splitCSV } from '../../src/config/values.ts';

describe('parseBool', () => {
  test.each(['1', 't', 'T', 'true', 'TRUE', 'True'])('%s is true', (text) => {
    expect(parseBool(text)).toBe(true);
  });
  test.each(['0', 'f', 'F', 'false', 'FALSE', 'False'])('%s is false', (text) => {
    expect(parseBool(text)).toBe(false);
  });
  test.each(['', 'yes', 'on', 'tRUE', ' true', '2', '"true"'])('%j is neither', (text) => {
    expect(parseBool(text)).toBeUndefined();
  });
});

describe('parseInteger, as strconv.ParseInt with base 0', () => {
  test.each([
    ['0', 0],
    ['10250', 10250],
    ['-1', -1],
    ['+7', 7],
    ['0x10', 16],
    ['010', 8],
    ['0o17', 15],
    ['0b101', 5],
    ['12_000', 12000],
  ])('%s', (text, expected) => {
    expect(parseInteger(text)).toBe(expected);
  });
  test.each(['', 'x', '1.5', '08', '1__0', '1_', ' 1', '99999999999999999999'])('%j is none', (text) => {
    expect(parseInteger(text)).toBeUndefined();
  });
});

describe('goDurationSeconds', () => {
  test.each([
    ['0', 0],
    ['0s', 0],
    ['4h0m0s', 14400],
    ['1.5h', 5400],
    ['-2s', -2],
    ['500ms', 0.5],
  ])('%s', (text, expected) => {
    expect(goDurationSeconds(text)).toBeCloseTo(expected);
  });
  test.each(['', '5', '1d', 's', '1h ', '-'])('%j is none', (text) => {
    expect(goDurationSeconds(text)).toBeUndefined();
  });
});

describe('splitCSV, as encoding/csv', () => {
  test.each([
    ['', []],
    ['a,b', ['a', 'b']],
    ['a,', ['a', '']],
    ['"a,b",c', ['a,b', 'c']],
    ['"say ""hi""",b', ['say "hi"', 'b']],
    ['a b, c', ['a b', ' c']],
    ['a\nb', ['a']],
  ])('%j', (text, expected) => {
    expect(splitCSV(text)).toEqual(expected);
  });
  test.each(['a"b', '"a', '"a"b'])('%j has a stray quote', (text) => {
    expect(splitCSV(text)).toBeUndefined();
  });
  test('reads back what is written with quotes, quickly', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), (items) => {
        const text = items.map((item) => `"${item.replaceAll('"', '""')}"`).join(',');
        expect(splitCSV(text)).toEqual(items);
      }),
    );
    expect(splitCSV(','.repeat(200_000))).toHaveLength(200_001);
  });
});

describe('parseOccurrences', () => {
  test.each([
    ['stringSlice', ['a,b', 'c'], 'pflag', ['a', 'b', 'c']],
    ['stringSlice', ['a,b', 'c'], 'go-flag', ['c']],
    ['urlSlice', ['https://a:1, https://b:2'], 'go-flag', ['https://a:1', 'https://b:2']],
    ['stringArray', ['a,b', 'c'], 'pflag', ['a,b', 'c']],
    ['namedCertKeys', ['a.crt,a.key', 'b.crt,b.key:x,y'], 'pflag', ['a.crt,a.key', 'b.crt,b.key:x,y']],
    ['intSlice', ['29,23', '4588'], 'pflag', [29, 23, 4588]],
    ['string', ['a', 'b'], 'pflag', 'b'],
    ['bool', ['true', 'false'], 'pflag', false],
    ['int', ['0'], 'pflag', 0],
    ['float', ['0.5'], 'pflag', 0.5],
    ['ip', ['::1'], 'pflag', '::1'],
    ['ipport', ['127.0.0.1:10249'], 'pflag', '127.0.0.1:10249'],
    ['duration', ['30s'], 'pflag', '30s'],
  ] as const)('%s %j (%s)', (type, texts, grammar, expected) => {
    expect(parseOccurrences(type, texts, grammar)).toEqual({ ok: true, value: expected });
  });

  test('maps add up, the last one winning for a key, and no key is special', () => {
    const result = parseOccurrences('map', ['A=true,B=true', 'B=false,__proto__=x'], 'pflag');
    expect(result.ok && Object.entries(result.value as object)).toEqual([
      ['A', 'true'],
      ['B', 'false'],
      ['__proto__', 'x'],
    ]);
  });

  test.each([
    ['bool', 'yes'],
    ['int', 'many'],
    ['float', 'x'],
    ['duration', '5'],
    ['ip', 'localhost'],
    ['ipport', 'localhost:1'],
    ['intSlice', '0x1d'],
    ['intSlice', ''],
    ['stringSlice', 'a"b'],
    ['map', 'A'],
  ] as const)('%s does not take %j', (type, text) => {
    const result = parseOccurrences(type, [text], 'pflag');
    expect(result.ok).toBe(false);
    expect(!result.ok && result.message).toContain(`"${text}" is not `);
  });

  test('an earlier occurrence that does not parse counts, since each is set in turn', () => {
    expect(parseOccurrences('bool', ['nope', 'true'], 'pflag').ok).toBe(false);
  });
});
