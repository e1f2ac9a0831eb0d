import { expect, test } from 'vitest';
import { outputWidth, wantsColour } from '../../src/cli/colour.ts';

const TTY = { write: () => true, isTTY: true, columns: 93 };
const PIPE = { write: () => true };

test.each([
  ['a terminal', 'auto', {}, TTY, true],
  ['a pipe', 'auto', {}, PIPE, false],
  ['a file', 'auto', { FORCE_COLOR: '1' }, undefined, false],
  ['a file when asked', 'always', {}, undefined, true],
  ['NO_COLOR', 'auto', { NO_COLOR: '1' }, TTY, false],
  ['an empty NO_COLOR counts as unset', 'auto', { NO_COLOR: '' }, TTY, true],
  ['FORCE_COLOR beats NO_COLOR', 'auto', { NO_COLOR: '1', FORCE_COLOR: '1' }, PIPE, true],
  ['FORCE_COLOR=0', 'auto', { FORCE_COLOR: '0' }, TTY, false],
  ['the option beats FORCE_COLOR', 'never', { FORCE_COLOR: '1' }, TTY, false],
  ['the option beats NO_COLOR', 'always', { NO_COLOR: '1' }, PIPE, true],
  ['a dumb terminal', 'auto', { TERM: 'dumb' }, TTY, false],
] as const)('%s', (_name, choice, env, stream, expected) => {
  expect(wantsColour(choice, env, stream)).toBe(expected);
});

test.each([
  ['nothing known', undefined, {}, PIPE, 120],
  ['a terminal', undefined, {}, TTY, 93],
  ['COLUMNS', undefined, { COLUMNS: '100' }, TTY, 100],
  ['COLUMNS that is no number', undefined, { COLUMNS: 'wide' }, TTY, 93],
  ['COLUMNS=0', undefined, { COLUMNS: '0' }, PIPE, 120],
  ['an absurd COLUMNS', undefined, { COLUMNS: '999999' }, PIPE, 1000],
  ['the option', 80, { COLUMNS: '100' }, TTY, 80],
  ['a file', undefined, {}, undefined, 120],
] as const)('width with %s', (_name, option, env, stream, expected) => {
  expect(outputWidth(option, env, stream)).toBe(expected);
});
