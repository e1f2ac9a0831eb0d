import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sanitise } from '../../src/text/sanitise.ts';
import { displayWidth, fit, wrap } from '../../src/text/width.ts';

test.each([
  ['', 0],
  ['abc', 3],
  ['Zürich', 6],
  ['東京', 4],
  ['ｆｕｌｌ', 8],
  ['한글', 4],
  ['😀', 2],
  ['…', 1],
])('%j takes %i columns', (text, width) => {
  expect(displayWidth(text)).toBe(width);
});

test.each([
  ['abc', 3, 'abc'],
  ['abcd', 3, 'ab…'],
  ['ab cd', 4, 'ab…'],
  ['東京都', 5, '東京…'],
  ['東京都', 4, '東…'],
  ['abc', 0, ''],
])('%j fitted into %i columns', (text, width, expected) => {
  expect(fit(text, width)).toBe(expected);
});

test.each([
  ['', 10, []],
  ['one two three', 7, ['one two', 'three']],
  ['one  two', 20, ['one two']],
  ['abcdefgh', 3, ['abc', 'def', 'gh']],
  ['a bcdefgh i', 4, ['a', 'bcde', 'fgh', 'i']],
  ['東京都庁', 5, ['東京', '都庁']],
])('%j wrapped at %i', (text, width, expected) => {
  expect(wrap(text, width)).toEqual(expected);
});

test('wrapping keeps every character and the width', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }).map((text) => sanitise(text)),
      fc.integer({ min: 2, max: 30 }),
      (text, width) => {
        const lines = wrap(text, width);
        for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
        expect(displayWidth(fit(text, width))).toBeLessThanOrEqual(width);
      },
    ),
  );
});
