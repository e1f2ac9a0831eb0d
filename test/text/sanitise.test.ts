import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sanitise } from '../../src/text/sanitise.ts';

test.each([
  ['plain', 'CN=kube-apiserver, O=system:masters', 'CN=kube-apiserver, O=system:masters'],
  ['escape sequence', '\u001b[31mred', String.raw`\x1b[31mred`],
  ['OSC 8 link', '\u001b]8;;https://e.example\u0007x', String.raw`\x1b]8;;https://e.example\x07x`],
  ['named controls', 'a\tb\nc\rd', String.raw`a\tb\nc\rd`],
  ['NUL and DEL', '\u0000\u007f', String.raw`\x00\x7f`],
  ['C1: CSI in one character', '\u009b2J', String.raw`\x9b2J`],
  ['bidirectional override and isolate', 'a\u202eb\u2066c', String.raw`a\u202eb\u2066c`],
  ['zero-width characters and BOM', 'a\u200bb\u200dc\ufeffd', String.raw`a\u200bb\u200dc\ufeffd`],
  ['line and paragraph separator', 'a\u2028b\u2029c', String.raw`a\u2028b\u2029c`],
  ['lone surrogates', '\ud800a\udc00', String.raw`\ud800a\udc00`],
  ['tag character', 'a\u{e0041}', String.raw`a\u{e0041}`],
  ['interlinear annotation', 'a\ufff9b', String.raw`a\ufff9b`],
  ['Hangul filler, drawn as nothing', 'a\u3164b', String.raw`a\u3164b`],
  ['other scripts', 'Zürich 東京 नमस्ते 😀', 'Zürich 東京 नमस्ते 😀'],
  ['stacked marks', `e${'\u0301'.repeat(5)}`, `e\u0301\u0301\u0301${String.raw`\u0301\u0301`}`],
])('%s', (_name, text, expected) => {
  expect(sanitise(text)).toBe(expected);
});

test.each([
  ['abcdef', 6, 'abcdef'],
  ['abcdef', 5, 'abcd…'],
  ['ab\u001b', 5, 'ab…'],
  ['ab\u001b', 6, String.raw`ab\x1b`],
  ['😀😀😀', 4, '😀…'],
  ['abc', 1, '…'],
])('%j bounded to %i', (text, bound, expected) => {
  expect(sanitise(text, bound)).toBe(expected);
});

test('nothing that moves a cursor comes through, whatever goes in', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 40 }), (text, bound) => {
      const safe = sanitise(text);
      expect(safe).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      expect(sanitise(safe)).toBe(safe);
      expect(sanitise(text, bound).length).toBeLessThanOrEqual(bound);
    }),
  );
});

test('a hostile megabyte takes no more than a moment', () => {
  const started = performance.now();
  sanitise('e\u0301'.repeat(500_000));
  sanitise('\u001b'.repeat(1_000_000), 100);
  expect(performance.now() - started).toBeLessThan(20_000);
});
