import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readEnvironmentFile, readUnitFile, splitWords } from '../../src/discover/systemd-syntax.ts';

const settings = (text: string): [string, string, number][] =>
  readUnitFile(text).map(({ key, value, line }) => [key, value.text, line]);

test('a unit file: comments, continuation, white space', () => {
  const text = [
    'Ignored=no section',
    '[Service]',
    '# comment',
    '; comment \\',
    'A = x y ',
    '  B=1 \\',
    '# inside',
    '   2 \\',
    '   3',
    'no assignment',
    'C=a\\\\',
    'D=',
    'E=k=v',
  ].join('\n');
  expect(settings(text)).toEqual([
    ['A', 'x y', 5],
    ['B', '1     2     3', 6],
    ['C', 'a\\\\', 11],
    ['D', '', 12],
    ['E', 'k=v', 13],
  ]);
});

test('a value knows the line of each of its parts, and sections are kept apart', () => {
  const [first, second] = readUnitFile('[Unit]\r\nX=1\r\n[Service]\nExecStart=/a \\\n  --b \\\n  --c\n');
  expect(first?.section).toBe('Unit');
  expect(second?.section).toBe('Service');
  const value = second?.value;
  expect(['/a', '--b', '--c'].map((word) => value?.lineAt(value.text.indexOf(word)))).toEqual([4, 5, 6]);
});

// Compared with systemd 252 (`systemd --test`) on some 1,400 generated lines when this was written.
test.each<[string, string[] | undefined]>([
  ['', []],
  ['a  b\tc', ['a', 'b', 'c']],
  [`'a b' "c d"`, ['a b', 'c d']],
  [`a"b c"d`, ['ab cd']],
  [`"a'b" 'c"d'`, [`a'b`, 'c"d']],
  ['"" \'\'', ['', '']],
  [String.raw`a\x20b\sc`, ['a b c']],
  [String.raw`\t\n\\ \"\'`, ['\t\n\\', `"'`]],
  [String.raw`\101\u00e9`, ['Aé']],
  [String.raw`\q \;`, ['\\q', '\\;']],
  [String.raw`'a\'b'`, ["a'b"]],
  ['$A ${B} $$', ['$A', '${B}', '$$']],
  ['"a', undefined],
  ["a 'b", undefined],
])('words of %j', (text, expected) => {
  const { words, fault } = splitWords(text, { escapes: 'lenient', relaxed: false });
  expect(fault === undefined ? words.map((word) => word.text) : undefined).toEqual(expected);
});

test('Environment= ends at an escape that is not known', () => {
  const { words, fault } = splitWords(String.raw`A=1 B=\q C=2`, { escapes: 'strict', relaxed: false });
  expect([words.map((word) => word.text), fault]).toEqual([['A=1'], 'unknown escape']);
});

test("a variable's value is split without escapes, and a quote may stay open", () => {
  const { words } = splitWords(String.raw`--a 'b c' d\ne "f g`, { escapes: 'literal', relaxed: true });
  expect(words.map((word) => word.text)).toEqual(['--a', 'b c', 'dne', 'f g']);
});

test.each<[string, [string, string, number][]]>([
  [
    'A=1\nB=2',
    [
      ['A', '1', 1],
      ['B', '2', 2],
    ],
  ],
  ['# c\n; c\n\n A = x y \n', [['A', 'x y', 4]]],
  [
    'A="x y" \nB=\'p  q\'',
    [
      ['A', 'x y', 1],
      ['B', 'p  q', 2],
    ],
  ],
  ['A="a"\'b\' c', [['A', 'abc', 1]]],
  ['A=b"c"', [['A', 'b"c"', 1]]],
  [
    'A=x\\\ny\nB=2',
    [
      ['A', 'xy', 1],
      ['B', '2', 3],
    ],
  ],
  [
    'A="--a \\\n  --b"\nB=2',
    [
      ['A', '--a   --b', 1],
      ['B', '2', 3],
    ],
  ],
  ['A="x\ny"', [['A', 'x\ny', 1]]],
  ['A="\\"\\$\\n"', [['A', '"$\\n', 1]]],
  ["A='\\n'", [['A', '\\n', 1]]],
  ['A=a\\ b', [['A', 'a b', 1]]],
  ['A=', [['A', '', 1]]],
  [
    'A=1\r\nB=2\r\n',
    [
      ['A', '1', 1],
      ['B', '2', 2],
    ],
  ],
  ['export A=1\n1A=2\nno', []],
  ['A=$B #x', [['A', '$B #x', 1]]],
  ['A="open', [['A', 'open', 1]]],
  ['# comment \\\nA=1', [['A', '1', 2]]],
])('environment file %j', (text, expected) => {
  expect(readEnvironmentFile(text).map(({ name, value, line }) => [name, value.text, line])).toEqual(expected);
});

test("each part of a variable's value knows its line", () => {
  const value = readEnvironmentFile('# x\nA="--a \\\n  --b \\\n  --c"')[0]?.value;
  expect(['--a', '--b', '--c'].map((word) => value?.lineAt(value.text.indexOf(word)))).toEqual([2, 3, 4]);
});

test('no text is thrown on, and none takes long', () => {
  const piece = fc.constantFrom('[Service]', '\n', '\\', '"', "'", '=', 'A', ' ', '#', '$', 'x20', '%', '\r', '\0');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const text = pieces.join('');
      readUnitFile(text);
      readEnvironmentFile(text);
      splitWords(text, { escapes: 'lenient', relaxed: false });
    }),
    { numRuns: 1000 },
  );
  const backslashes = `[Service]\nA=${'\\'.repeat(300_000)}x\n`.repeat(3);
  const started = performance.now();
  readUnitFile(backslashes);
  readEnvironmentFile(backslashes);
  expect(performance.now() - started).toBeLessThan(15_000);
});
