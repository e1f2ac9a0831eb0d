import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { deterministicFiles, encryptedFiles, presentFiles } from '../../fixtures/pki/generate.ts';
import { FIXTURES } from './fixtures.ts';

describe('fixtures/pki', () => {
  const listed = deterministicFiles();

  test('has the files that the generator lists and no other', () => {
    expect([...presentFiles()].sort()).toEqual([...listed.keys(), ...encryptedFiles().keys()].sort());
  });

  test('has the bytes that the generator writes (npm run fixtures:pki writes them again)', () => {
    const differing = [...listed].filter(
      ([file, content]) => !readFileSync(join(FIXTURES, file)).equals(Buffer.from(content as string)),
    );
    expect(differing.map(([file]) => file)).toEqual([]);
  });
}, 120_000);
