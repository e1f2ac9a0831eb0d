/** Programs in Go that judge the same input as ours: where the verdicts differ, ours is wrong. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The rules compared are those of Go 1.25.2 (pem), 1.24 (key sizes) and 1.26 (the modules' go line) and later. */
const OLDEST = 26;

export type Judge =
  | {
      readonly usable: true;
      /** Gives the question to the program as JSON, and its answer back. */
      readonly ask: (question: unknown) => unknown;
      /** Removes the program. */
      readonly dispose: () => void;
    }
  | {
      readonly usable: false;
      /** Why it cannot be asked here, for the name of what is skipped. */
      readonly reason: string;
    };

/**
 * Builds the program in a folder. Modules that it needs come from Go's cache or from the module proxy, at the versions
 * of its go.sum.
 * @throws when the program itself does not build: that is a fault of this repository
 */
export function goJudge(folder: string): Judge {
  // Null where there is no such program, whatever its type says.
  const version = spawnSync('go', ['version'], { encoding: 'utf8' }).stdout as string | null;
  const line = /go1\.(\d+)/.exec(version ?? '')?.[1];
  if (line === undefined) return { usable: false, reason: `needs Go 1.${OLDEST} or newer, no Go here` };
  if (Number(line) < OLDEST) return { usable: false, reason: `needs Go 1.${OLDEST} or newer, Go 1.${line} here` };
  const env = { ...process.env, GOFLAGS: '-mod=readonly', GOTOOLCHAIN: 'local', GOWORK: 'off' };
  const fetched = spawnSync('go', ['list', '-deps', '.'], { cwd: folder, env, encoding: 'utf8', timeout: 120_000 });
  if (fetched.status !== 0) {
    const fault = fetched.stderr.trim().split('\n').at(-1) ?? '';
    return { usable: false, reason: `its Go modules cannot be fetched (${fault.slice(0, 120)})` };
  }
  const home = mkdtempSync(join(tmpdir(), 'kubetls-judge-'));
  const program = join(home, 'judge');
  const built = spawnSync('go', ['build', '-o', program, '.'], { cwd: folder, env, encoding: 'utf8' });
  if (built.status !== 0) throw new Error(`${folder} does not build:\n${built.stderr}`);
  return {
    usable: true,
    ask: (question) => {
      const run = spawnSync(program, [], {
        input: JSON.stringify(question),
        encoding: 'utf8',
        maxBuffer: 256 * 1024 * 1024,
      });
      if (run.status !== 0) throw new Error(`${folder} ended with ${run.status ?? run.signal}:\n${run.stderr}`);
      return JSON.parse(run.stdout) as unknown;
    },
    dispose: () => {
      rmSync(home, { recursive: true, force: true });
    },
  };
}
