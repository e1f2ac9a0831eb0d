/** Builds the program once for all tests that start it. */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { BUILT } from './program.ts';

export default function buildOnce(): void {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/build.mjs'], { encoding: 'utf8' });
  if (status === 0) return;
  // Without the file, the tests that start it fail and say so; the others still tell what they have to tell.
  rmSync(BUILT, { force: true });
  process.stderr.write(`${stderr}\nThe build failed, so every test of the built program will fail.\n`);
}
