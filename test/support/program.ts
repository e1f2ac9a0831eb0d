/** Starts the built program, as a user's shell would: another process, its output through pipes. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

export const BUILT = join(ROOT, 'dist', 'kubetls.cjs');

export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: Uint8Array;
}

/** Runs `kubetls ARGS` to its end. The environment holds PATH and what is given, nothing of the tester's. */
export async function kubetls(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  if (!existsSync(BUILT)) throw new Error(`${BUILT} is missing: the build failed, see the top of this run`);
  return await new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [BUILT, ...args], {
      cwd: options.cwd ?? ROOT,
      env: { PATH: process.env.PATH, ...options.env },
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', reject);
    child.on('close', (status) => {
      resolve({ status, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() });
    });
    // A program that does not read its input closes it first.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.stdin);
  });
}
