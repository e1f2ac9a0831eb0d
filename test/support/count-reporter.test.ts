import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const VITEST = join(import.meta.dirname, '..', '..', 'node_modules', 'vitest', 'vitest.mjs');

/** Runs vitest over one file of tests; @returns the last line it printed. */
function lastLine(source: string): string | undefined {
  const folder = mkdtempSync(join(import.meta.dirname, 'run-'));
  try {
    writeFileSync(join(folder, 'sample.test.js'), `import { test, expect } from 'vitest';\n${source}`);
    const reporter = JSON.stringify(join(import.meta.dirname, 'count-reporter.ts'));
    writeFileSync(
      join(folder, 'vitest.config.ts'),
      `import { CountReporter } from ${reporter};\nexport default { test: { reporters: ['default', new CountReporter()] } };`,
    );
    const { stdout } = spawnSync(process.execPath, [VITEST, 'run', '--root', folder], { encoding: 'utf8' });
    return stdout.trimEnd().split('\n').at(-1);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.each([
  ['test("a", () => {}); test("b", () => {});', '2 passed, 0 failed'],
  ['test("a", () => {}); test("b", () => { expect(1).toBe(2); });', '1 passed, 1 failed'],
  ['test("a", () => {}); test.skip("b", () => {});', '1 passed, 0 failed, 1 skipped'],
  ['throw new Error("broken file");', '0 passed, 1 failed'],
])('%s', (source, line) => {
  expect(lastLine(source)).toBe(line);
});
