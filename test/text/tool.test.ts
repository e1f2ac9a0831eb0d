import { expect, test } from 'vitest';
import { TOOL } from '../../src/text/tool.ts';

test('the version is bare semver', () => {
  expect(TOOL.version).toMatch(/^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/);
});
