import { expect, test, vi } from 'vitest';
import { withProgress } from '../../src/cli/progress.ts';
import type { IO } from '../../src/cli/io.ts';

function terminal(isTTY: boolean, env: IO['env'] = {}): { readonly io: IO; readonly said: string[] } {
  const said: string[] = [];
  const io = { stderr: { write: (text: string) => said.push(text), isTTY, columns: 30 }, env } as unknown as IO;
  return { io, said };
}

async function during(io: IO, milliseconds: number): Promise<void> {
  vi.useFakeTimers();
  try {
    const work = new Promise<string>((resolve) => setTimeout(resolve, milliseconds, 'done'));
    const waited = withProgress(['a-long-name-of-a-backup.tar.gz\u001b[31m'], io, work);
    await vi.advanceTimersByTimeAsync(milliseconds);
    expect(await waited).toBe('done');
  } finally {
    vi.useRealTimers();
  }
}

test('long work at a terminal: one line, cut to its width, and gone again', async () => {
  const { io, said } = terminal(true);
  await during(io, 5000);
  expect(said).toEqual(['kubetls: reading a-long-name-', '\r\u001b[K']);
});

test.each([
  ['short work', true, {}, 100],
  ['no terminal', false, {}, 5000],
  ['a dumb terminal', true, { TERM: 'dumb' }, 5000],
])('%s: nothing', async (_name, isTTY, env, milliseconds) => {
  const { io, said } = terminal(isTTY, env);
  await during(io, milliseconds);
  expect(said).toEqual([]);
});

test('work that fails takes the line away too', async () => {
  const { io, said } = terminal(true);
  vi.useFakeTimers();
  try {
    const work = new Promise<never>((_resolve, reject) =>
      setTimeout(() => {
        reject(new Error('x'));
      }, 1000),
    );
    const waited = expect(withProgress([], io, work)).rejects.toThrow('x');
    await vi.advanceTimersByTimeAsync(1000);
    await waited;
  } finally {
    vi.useRealTimers();
  }
  expect(said.at(-1)).toBe('\r\u001b[K');
});
