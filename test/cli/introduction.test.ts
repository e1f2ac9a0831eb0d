import { expect, test } from 'vitest';
import { giveUp } from '../../src/cli/deliver.ts';
import { COMMAND_NAMES } from '../../src/cli/flags.ts';
import type { IO } from '../../src/cli/io.ts';

const io = { stderr: { write: () => undefined } } as unknown as IO;

function said(inputs: readonly string[]): string {
  try {
    giveUp({ message: 'host: nothing of Kubernetes was found; looked for x', problems: [] }, inputs, io);
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
}

test('the name alone, on a machine that is no node: why nothing came of it, and what to do, in ten lines', () => {
  const [why, ...lines] = said([]).split('\n');
  expect(why).toMatch(/^kubetls: host: nothing of Kubernetes was found; looked for x\.$/);
  expect(lines.length).toBeLessThanOrEqual(10);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
  const commands = lines.flatMap((line) => /^ {2}kubetls ([a-z]+)(?= |$)/.exec(line)?.[1] ?? []);
  expect(commands.length).toBeGreaterThan(2);
  for (const command of commands) expect(COMMAND_NAMES).toContain(command);
});

test('with an input there is no need', () => {
  expect(said(['backup.tar.gz']).split('\n')).toHaveLength(1);
});
