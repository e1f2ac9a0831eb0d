import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatTime, parseAt } from '../../src/text/date.ts';

const NOW = new Date('2026-11-21T12:00:00Z');

test.each([
  ['2028-01-01', '2028-01-01T00:00:00.000Z'],
  ['2028-02-29', '2028-02-29T00:00:00.000Z'],
  ['2026-11-21T12:34:56Z', '2026-11-21T12:34:56.000Z'],
  ['2026-11-21t12:34:56z', '2026-11-21T12:34:56.000Z'],
  ['2026-11-21T12:34:56.789123Z', '2026-11-21T12:34:56.789Z'],
  ['2026-11-21T12:00:00+02:00', '2026-11-21T10:00:00.000Z'],
  ['2026-11-21T23:00:00-05:30', '2026-11-22T04:30:00.000Z'],
  ['+90d', '2027-02-19T12:00:00.000Z'],
  ['-12h', '2026-11-21T00:00:00.000Z'],
  ['+0', '2026-11-21T12:00:00.000Z'],
])('%s', (text, expected) => {
  expect(parseAt(text, NOW)).toEqual({ ok: true, date: new Date(expected) });
});

test.each([
  ['', 'not a date'],
  ['tomorrow', 'not a date'],
  ['90d', 'not a date'],
  ['+90', 'the unit after 90 is missing'],
  ['2026-02-30', 'no such day'],
  ['2027-02-29', 'no such day'],
  ['2026-13-01', 'no such day'],
  ['2026-11-21T24:00:00Z', 'no such day or time'],
  ['2026-11-21T12:60:00Z', 'no such day or time'],
  ['2026-11-21T12:00:00', 'the time zone is missing'],
  ['2026-11-21 12:00', 'the time zone is missing'],
  ['2026-11-21T12:00:00+24:00', 'no such time zone'],
  ['0000-01-01', 'outside the years'],
  ['+290000d', 'longer than 290 years'],
  ['20280101', 'not a date'],
])('%j is refused: %s', (text, why) => {
  const result = parseAt(text, NOW);
  expect(!result.ok && result.message).toContain(why);
});

test('what formatTime prints, parseAt reads', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }), (date) => {
      date.setUTCMilliseconds(0);
      expect(parseAt(formatTime(date), NOW)).toEqual({ ok: true, date });
    }),
  );
});
