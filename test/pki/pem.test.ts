import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_BLOCKS, splitPem } from '../../src/pki/pem.ts';
import { bytesOf } from './fixtures.ts';

const split = (text: string) => splitPem(Buffer.from(text));
const BLOCK = '-----BEGIN CERTIFICATE-----\nZm9v\n-----END CERTIFICATE-----\n';

describe('splitPem', () => {
  test.each([
    ['certificates/leaf.pem', ['CERTIFICATE 14'], []],
    ['pem/bundle.pem', ['CERTIFICATE 2', 'CERTIFICATE 15'], []],
    ['pem/byte-order-mark.pem', ['CERTIFICATE 12'], ['byte-order-mark 1']],
    ['pem/indented.pem', [], ['indented 1']],
    ['pem/indented-second.pem', ['CERTIFICATE 1'], ['indented 12']],
    ['pem/trusted.pem', ['TRUSTED CERTIFICATE 1'], []],
    ['pem/key-first.pem', ['EC PRIVATE KEY 1', 'CERTIFICATE 6', 'CERTIFICATE 19'], []],
    ['pem/trailing-text.pem', ['CERTIFICATE 1'], []],
    ['pem/crlf.pem', ['CERTIFICATE 1', 'CERTIFICATE 14'], []],
    ['pem/trailing-space.pem', ['CERTIFICATE 1'], []],
    ['pem/one-line.pem', ['CERTIFICATE 1'], []],
    ['pem/no-newline-between.pem', [], ['malformed-block 1']],
    ['pem/wrong-end.pem', [], ['malformed-block 1']],
    ['pem/cut-off.pem', ['CERTIFICATE 12'], ['malformed-block 1']],
    ['pem/bad-base64.pem', ['CERTIFICATE 14'], ['malformed-block 1']],
    ['pem/no-end.pem', [], ['malformed-block 1']],
    ['pem/text-only.pem', [], []],
  ])('%s', (file, blocks, problems) => {
    const read = splitPem(bytesOf(file));
    expect({
      blocks: read.blocks.map(({ type, line }) => `${type} ${line}`),
      problems: read.problems.map(({ code, line }) => `${code} ${line ?? ''}`),
    }).toEqual({ blocks, problems });
  });

  test('keeps headers', () => {
    const [block] = splitPem(bytesOf('pem/header.pem')).blocks;
    expect([...(block?.headers ?? [])]).toEqual([['friendlyName', 'leaf']]);
  });

  test('bounds the number of blocks and says so', () => {
    const { blocks, problems } = split(BLOCK.repeat(MAX_BLOCKS + 5));
    expect(blocks).toHaveLength(MAX_BLOCKS);
    expect(problems[0]).toMatchObject({ code: 'too-many-blocks', line: MAX_BLOCKS * 3 + 1 });
  });

  test.each([
    ['BEGIN lines', '-----BEGIN A-----\n'],
    ['END lines', '-----END A-----\n'],
    ['empty pairs', '-----BEGIN A-----\n-----END B-----\n'],
    ['headers', '-----BEGIN A:-----\n-----END A:-----\n'],
    ['headers without an end', '-----BEGIN A-----\na: b\n'],
    ['white space', ' \t \t \t \t \t'],
    ['dashes', '-----'],
  ])(
    'takes linear time for 4 MiB of %s',
    (_what, piece) => {
      const text = piece.repeat(Math.floor((4 * 1024 * 1024) / piece.length));
      const start = performance.now();
      split(text);
      // A quadratic reader takes minutes.
      expect(performance.now() - start).toBeLessThan(20_000);
    },
    20_000,
  );

  test('finds every block that is written, among any text', () => {
    const noise = fc.stringMatching(/^[a-z \n#]*$/);
    const content = fc.uint8Array({ minLength: 1, maxLength: 100 });
    fc.assert(
      fc.property(fc.array(fc.tuple(noise, content), { maxLength: 5 }), (parts) => {
        const text = parts
          .map(
            ([before, der]) =>
              `${before}\n-----BEGIN X-----\n${Buffer.from(der).toString('base64')}\n-----END X-----\n`,
          )
          .join('');
        expect(split(text).blocks.map(({ bytes }) => Buffer.from(bytes))).toEqual(
          parts.map(([, der]) => Buffer.from(der)),
        );
      }),
    );
  });
});
