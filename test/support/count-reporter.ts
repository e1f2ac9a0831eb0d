/** Ends the output of a test run with one line for scripts: `120 passed, 0 failed`, with `, 3 skipped` where there are. */
import type { Reporter, TestModule } from 'vitest/node';

export class CountReporter implements Reporter {
  readonly #write: (line: string) => void;

  /** @param write takes the line once everything else has been printed */
  constructor(write: (line: string) => void = writeAtExit) {
    this.#write = write;
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'pending') counts.failed++;
        else counts[state]++;
      }
      // A file or suite that breaks outside of a test has no failed test to show for it.
      counts.failed += module.errors().length;
      for (const suite of module.children.allSuites()) counts.failed += suite.errors().length;
    }
    const skipped = counts.skipped === 0 ? '' : `, ${counts.skipped} skipped`;
    this.#write(`${counts.passed} passed, ${counts.failed} failed${skipped}\n`);
  }
}

/** Other reporters print until the end of the run; only exit comes after them. */
function writeAtExit(line: string): void {
  process.once('exit', () => {
    process.stdout.write(line);
  });
}
