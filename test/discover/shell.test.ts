import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readShell } from '../../src/discover/shell.ts';
import type { Argument } from '../../src/discover/types.ts';

const ENVIRONMENT = new Map([
  ['A', 'one'],
  ['B', 'two words'],
  // One blank between: dash leaves an empty field for two of them behind "$@", other shells do not.
  ['PADDED', ' x y '],
  ['EMPTY', ''],
  ['QUOTED', '"not quotes"'],
]);
const POSITIONAL: Argument[] = ['--p1', '--p 2'].map((text) => ({ text, position: { file: '/m.yaml', line: 7 } }));

const commandsOf = (script: string, positional: readonly Argument[] = []): string[][] => {
  const read = readShell(script, ENVIRONMENT, positional);
  if (!read.ok) throw new Error(read.message);
  return read.commands.map((command) => command.words.map((word) => word.text));
};

test.each<[string, string[][]]>([
  ['a b  c', [['a', 'b', 'c']]],
  ['', []],
  ['a;b', [['a'], ['b']]],
  ['a && b || c & d | e', [['a'], ['b'], ['c'], ['d'], ['e']]],
  ['a\nb', [['a'], ['b']]],
  ['a \\\n  b', [['a', 'b']]],
  ['a\\\nb', [['ab']]],
  ['a \'b c\' "d e" f\\ g', [['a', 'b c', 'd e', 'f g']]],
  ["a 'it'\\''s'", [['a', "it's"]]],
  ['a "x\\"y" "\\$A" "\\n" "a\\\nb"', [['a', 'x"y', '$A', '\\n', 'ab']]],
  ['a "" \'\'', [['a', '', '']]],
  ['a # comment ; b\nc', [['a'], ['c']]],
  ['a b#c', [['a', 'b#c']]],
  ['a $A "$A" ${A}x', [['a', 'one', 'one', 'onex']]],
  ["a '$A'", [['a', '$A']]],
  ['a $B "$B" x$B', [['a', 'two', 'words', 'two words', 'xtwo', 'words']]],
  ['a $PADDED. [$PADDED]', [['a', 'x', 'y', '.', '[', 'x', 'y', ']']]],
  ['a $EMPTY "$EMPTY" [$EMPTY]', [['a', '', '[]']]],
  ['a $QUOTED', [['a', '"not', 'quotes"']]],
  ['a ${A:-x} ${EMPTY:-x} ${EMPTY-x} ${A:+y} ${EMPTY:+y}', [['a', 'one', 'x', 'y']]],
  ['a --x=$UNKNOWN', [['a', '--x=$UNKNOWN']]],
  ['a $UNKNOWN b', [['a', 'b']]],
  ['a "$UNKNOWN" b', [['a', '$UNKNOWN', 'b']]],
  ['a --ip=$(hostname -i) `date`', [['a', '--ip=$(hostname -i)']]],
  ['a 1>>/var/log/x 2>&1', [['a']]],
  ['a >x b 2> y c &>z', [['a', 'b', 'c']]],
  ['a 2>&1 | tee -a /var/log/x', [['a'], ['tee', '-a', '/var/log/x']]],
  ['a b2>x', [['a', 'b2']]],
  ['a <<EOF\nkubelet\nEOF\nb', [['a'], ['b']]],
  ['X=1 Y="2 3" a', [['a']]],
  ['X=new; a $X "${X}"', [['a', 'new', 'new']]],
  ['X="p q"; a $X', [['a', 'p', 'q']]],
  ['a X=1', [['a', 'X=1']]],
  ['if true; then a; else b; fi', [['true'], ['a'], ['b']]],
  ['for i in 1 2; do a "$i"; done', [['a', '$i']]],
  ['X=1; if t; then X=2; fi; a "$X"', [['t'], ['a', '$X']]],
  ['t && X=2; a "$X"', [['t'], ['a', '$X']]],
  ['echo | X=2; a "$X"', [['echo'], ['a', '$X']]],
  ['{ a; }; ( b )', [['a'], ['b']]],
  ['f() { a; }', [['a']]],
  ['set -- x "y z"; a "$@" $#', [['a', 'x', 'y z']]],
  ['a --controllers=*,-x ~', [['a', '--controllers=*,-x', '~']]],
  ['a $ "$" $%', [['a', '$', '$', '$%']]],
])('%j', (script, expected) => {
  expect(commandsOf(script)).toEqual(expected);
});

test.each<[string, string[][]]>([
  ['a "$@"', [['a', '--p1', '--p 2']]],
  ['a $@', [['a', '--p1', '--p', '2']]],
  ['a "x$@y"', [['a', 'x--p1', '--p 2y']]],
  ['a "$*" $1 "$2" "$3"', [['a', '--p1 --p 2', '--p1', '--p 2', '']]],
  ['shift; a "$@"', [['a', '--p 2']]],
])('positional parameters: %j', (script, expected) => {
  expect(commandsOf(script, POSITIONAL)).toEqual(expected);
});

test('a positional parameter keeps where it came from', () => {
  const read = readShell('exec a "$@"', new Map(), POSITIONAL);
  expect(read.ok && read.commands[0]?.words[2]?.origin).toEqual(POSITIONAL[0]);
});

test('an unknown word is told apart from an unknown part of a word', () => {
  const read = readShell('a $X --y=$Z "$V"', new Map());
  expect(read.ok && read.commands[0]?.unknown.map(({ written, wholeWord }) => [written, wholeWord])).toEqual([
    ['$X', true],
    ['$Z', false],
    ['$V', false],
  ]);
});

test('exports and prefix assignments reach the command, other variables do not', () => {
  const read = readShell('X=1; export Y=2; A=changed; Z=3 a', ENVIRONMENT);
  if (!read.ok) throw new Error(read.message);
  const [command] = read.commands;
  expect(read.exports.slice(0, command?.exportsBefore).map(({ name, value }) => [name, value])).toEqual([
    ['Y', '2'],
    ['A', 'changed'],
  ]);
  expect(command?.assignments.map(({ name, value }) => [name, value])).toEqual([['Z', '3']]);
});

test.each(["a 'b", 'a "b', 'a $(b', 'a ${b', 'a `b', 'a "$(b"'])('%j cannot be read', (script) => {
  expect(readShell(script, new Map()).ok).toBe(false);
});

test('values that multiply end at the limit of a command line', () => {
  const doubling = `X=${'x'.repeat(1000)}\n${'X="$X$X"\n'.repeat(40)}a $X`;
  expect(readShell(doubling, new Map())).toMatchObject({ ok: false });
  const blanks = new Map([['X', ' '.repeat(100_000)]]);
  expect(readShell(`a ${'$X'.repeat(100_000)}`, blanks)).toMatchObject({ ok: false });
});

test('any text is read or refused, never thrown on', () => {
  const piece = fc.constantFrom(
    ...Array.from('\'"\\$`(){}<>|&;#=!*@ \n\tabX1-'),
    '$(',
    '${',
    '$@',
    '<<',
    '&&',
    'if ',
    ' fi',
    'set --',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      expect(typeof readShell(pieces.join(''), ENVIRONMENT, POSITIONAL).ok).toBe('boolean');
    }),
    { numRuns: 2000 },
  );
});

const single = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
const double = (word: string): string => `"${word.replace(/[$`"\\]/g, '\\$&')}"`;

test('quoted words come back as they were', () => {
  const quoted = fc.tuple(fc.string({ unit: 'grapheme' }), fc.constantFrom(single, double));
  fc.assert(
    fc.property(fc.array(quoted, { minLength: 1 }), (words) => {
      const script = `cmd ${words.map(([word, quote]) => quote(word)).join(' ')}`;
      expect(commandsOf(script)).toEqual([['cmd', ...words.map(([word]) => word)]]);
    }),
  );
});

const SHELL = spawnSync('/bin/sh', ['-c', 'exit 0']).status === 0;

test.skipIf(!SHELL)('words are those of /bin/sh (skipped only where there is none)', () => {
  const piece = fc.constantFrom(
    ...['.', ':', '-', '=', ' ', '\\ ', "'x  y'", '"p  q"', '$A', '"$A"', '${B}', '"$B"', '$B', '$EMPTY', '"$EMPTY"'],
    ...[
      '$PADDED',
      '"$PADDED"',
      '\\$',
      '\\\n',
      '\\\\',
      '"\\""',
      "'\\'",
      '"\\x"',
      '#',
      '${A:-z}',
      '${EMPTY:-z}',
      "''",
      '$@',
      '"$@"',
    ],
  );
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 8 }), (pieces) => {
      const words = pieces.join('');
      // `set -f`: what a word expands to must not become file names.
      const run = spawnSync(
        '/bin/sh',
        ['-fc', `printf '%s\\0' ${words}\n`, 'sh', ...POSITIONAL.map(({ text }) => text)],
        {
          env: Object.fromEntries(ENVIRONMENT),
          encoding: 'utf8',
        },
      );
      const expected = run.stdout.split('\0').slice(0, -1);
      const actual = commandsOf(`printf fmt ${words}\n`, POSITIONAL)[0]?.slice(2) ?? [];
      // printf without words still prints one empty one.
      expect(actual.length === 0 ? [''] : actual).toEqual(expected);
    }),
    { numRuns: 150 },
  );
});
