import { defineConfig } from 'vitest/config';
import { CountReporter } from './test/support/count-reporter.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/build-once.ts'],
    reporters: ['default', new CountReporter()],
    // Tests that start the built program share two cores with everything else.
    testTimeout: 30_000,
    maxWorkers: 2,
  },
});
