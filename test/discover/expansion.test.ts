import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expandReferences, MAX_WORD_LENGTH } from '../../src/discover/expansion.ts';

const VALUES = new Map([
  ['VAR_A', 'A'],
  ['VAR_B', 'B'],
  ['VAR_REF', '$(VAR_A)'],
  ['VAR_EMPTY', ''],
]);
const expand = (text: string): string | undefined => expandReferences(text, (name) => VALUES.get(name));

// The cases of the kubelet's own rules: third_party/forked/golang/expansion/expand_test.go names the situations.
test.each([
  ['nothing', 'nothing'],
  ['$(VAR_A)', 'A'],
  ['___$(VAR_B)___', '___B___'],
  ['$(VAR_A)_$(VAR_B)', 'A_B'],
  ['$$(VAR_A)', '$(VAR_A)'],
  ['$$$(VAR_A)', '$A'],
  ['$$$$(VAR_A)', '$$(VAR_A)'],
  ['$$', '$'],
  ['$', '$'],
  ['a$', 'a$'],
  ['$VAR_A', '$VAR_A'],
  ['$X$(VAR_A)', '$XA'],
  ['$(VAR_REF)', '$(VAR_A)'],
  ['[$(VAR_EMPTY)]', '[]'],
  ['$(UNKNOWN)', '$(UNKNOWN)'],
  ['$(VAR_A', '$(VAR_A'],
  ['$(VAR_A$(VAR_B)', '$(VAR_A$(VAR_B)'],
  ['$(VAR_A)$(VAR_B', 'A$(VAR_B'],
  ['$()', '$()'],
  ['--x=$(VAR_A),$(UNKNOWN)', '--x=A,$(UNKNOWN)'],
])('%s is %s', (text, expected) => {
  expect(expand(text)).toBe(expected);
});

test('a result longer than a word can be is refused', () => {
  expect(expandReferences('$(X)$(X)', () => 'x'.repeat(MAX_WORD_LENGTH))).toBeUndefined();
});

test('many unclosed references take no time', () => {
  const text = '$('.repeat(50_000);
  expect(expand(text)).toBe(text);
});

test('text without a dollar is itself, and escaping dollars keeps any text', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(expand(text.replaceAll('$', '$$$$'))).toBe(text);
    }),
  );
});
