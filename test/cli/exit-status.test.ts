import { expect, test } from 'vitest';
import { exitStatus } from '../../src/cli/exit-status.ts';

test.each([
  ['pass', 'warn', 0],
  ['not-applicable', 'warn', 0],
  ['not-assessed', 'warn', 0],
  ['warn', 'warn', 1],
  ['fail', 'warn', 2],
  ['warn', 'fail', 0],
  ['fail', 'fail', 2],
  ['warn', 'never', 0],
  ['fail', 'never', 0],
] as const)('%s with --fail-on %s: %i', (status, failOn, expected) => {
  expect(exitStatus(status, { opened: true, complete: true }, failOn)).toBe(expected);
});

test.each(['warn', 'fail', 'never'] as const)('an input that was not opened is 3, with --fail-on %s too', (failOn) => {
  expect(exitStatus('fail', { opened: false, complete: false }, failOn)).toBe(3);
  expect(exitStatus('pass', { opened: false, complete: false }, failOn)).toBe(3);
});

test('what could not be read inside an input never passes for well, and never hides a failure', () => {
  expect(exitStatus('pass', { opened: true, complete: false }, 'warn')).toBe(3);
  expect(exitStatus('warn', { opened: true, complete: false }, 'warn')).toBe(3);
  expect(exitStatus('fail', { opened: true, complete: false }, 'warn')).toBe(2);
});
