import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDuration } from '../../src/text/duration.ts';

const HOUR = 3_600_000;

test.each([
  ['30d', 30 * 24 * HOUR],
  ['12h', 12 * HOUR],
  ['1h30m', 1.5 * HOUR],
  ['2w', 14 * 24 * HOUR],
  ['1.5h', 1.5 * HOUR],
  ['.5h', HOUR / 2],
  ['5.h', 5 * HOUR],
  ['1d12h', 36 * HOUR],
  ['1500ms', 1500],
  ['1m1s1ms', 61_001],
  ['3µs', 0.003],
  ['0', 0],
  ['0s', 0],
])('%s', (text, milliseconds) => {
  expect(parseDuration(text)).toEqual({ ok: true, milliseconds });
});

test.each([
  ['', 'a duration is missing'],
  ['30', 'the unit after 30 is missing'],
  ['1h30', 'the unit after 30 is missing'],
  ['30days', 'unknown unit days'],
  ['1y', 'unknown unit y'],
  ['-30d', 'no sign'],
  ['+30d', 'no sign'],
  ['d', 'not a duration'],
  ['30 d', 'the unit after 30 is missing'],
  ['1e3s', 'unknown unit e'],
  ['30D', 'the unit after 30 is missing'],
  ['300w 1', 'not a duration'],
  ['99999999w', 'longer than 290 years'],
  ['.h', 'not a duration'],
])('%j is refused: %s', (text, why) => {
  const result = parseDuration(text);
  expect(result).toMatchObject({ ok: false });
  expect(!result.ok && result.message).toContain(why);
  expect(!result.ok && result.message).toContain('write 30d');
});

test('any text gives a finite duration or a message', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9.hmsdw]{0,40}$/)), (text) => {
      const result = parseDuration(text);
      expect(result.ok ? Number.isFinite(result.milliseconds) && result.milliseconds >= 0 : result.message !== '').toBe(
        true,
      );
    }),
  );
});
