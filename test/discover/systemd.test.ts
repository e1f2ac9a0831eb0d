/** systemd itself reads the same units (`systemd --test` loads them and starts nothing): words, and variables. */
import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { readService } from '../../src/discover/systemd-service.ts';
import { readUnitFile, splitWords } from '../../src/discover/systemd-syntax.ts';

const SYSTEMD = '/lib/systemd/systemd';
/** Older ones print their units in another way. */
const OLDEST = 252;

// Null where there is no such program, whatever its type says.
const shown = spawnSync(SYSTEMD, ['--version'], { encoding: 'utf8' }).stdout as string | null;
const version = /systemd (\d+)/.exec(shown ?? '')?.[1];
const usable = version !== undefined && Number(version) >= OLDEST;
const reason = `skipped, needs systemd ${OLDEST} or newer, ${version ?? 'none'} here`;

const pieces = (...some: readonly string[]): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...some), { maxLength: 9 }).map((parts) => parts.join(''));

const EXEC = pieces('a', 'b', '--x=', '1', ' ', ' ', '"', '"', "'", "'", '\\\n', '\\x41', '\\101', '\\u00e9', '\\n', '\\s', '\\q', '\\', '\t', '#', ';', '$', '${X}', '%%', '\n# c\n', '\\\n# c\n', '\\\n; c\n', 'é', '='); // prettier-ignore
const ENVIRONMENT = pieces('A=', 'A=', 'B=', 'B=', 'A', '=', 'C=1', '1', ' ', ' ', '"', '"', "'", "'", '\\\n', '\\x41', '\\n', '\\s', '\\q', '\\', '\t', '$', '%%', '\n# c\n', '\\\n# c\n', '\nEnvironment=', '\nEnvironment=\n'); // prettier-ignore

const execs = fc.sample(EXEC, { seed: 20261126, numRuns: 500 });
const environments = fc.sample(ENVIRONMENT, { seed: 20261127, numRuns: 600 });
const units = [
  ...execs.map((text) => `[Service]\nType=oneshot\nExecStart=/bin/echo ${text}\n`),
  ...environments.map((text) => `[Service]\nExecStart=/bin/echo\nEnvironment=${text}\n`),
];

interface Loaded {
  readonly commands: string[];
  readonly environment: string[];
}

/** What systemd makes of the units, by number; one that it refuses has no command. */
function load(directory: string): readonly Loaded[] {
  units.forEach((text, index) => {
    writeFileSync(join(directory, `t${index}.service`), text);
  });
  writeFileSync(
    join(directory, 'all.target'),
    `[Unit]\n${units.map((_, index) => `Wants=t${index}.service\n`).join('')}`,
  );
  mkdirSync(join(directory, 'run/systemd'), { recursive: true });
  // The manager of a user loads units without a running system, and not as root.
  const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  if (nobody.uid !== undefined) {
    for (const name of ['.', ...readdirSync(directory, { recursive: true, encoding: 'utf8' })]) {
      chownSync(join(directory, name), nobody.uid, nobody.gid);
    }
  }
  const run = spawnSync(SYSTEMD, ['--test', '--user', '--unit=all.target', '--no-pager'], {
    ...nobody,
    env: {
      PATH: process.env.PATH,
      HOME: directory,
      XDG_RUNTIME_DIR: join(directory, 'run'),
      SYSTEMD_UNIT_PATH: `${directory}:`,
    },
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  const loaded = units.map((): Loaded => ({ commands: [], environment: [] }));
  let current: Loaded | undefined;
  for (const line of run.stdout.split('\n')) {
    const unit = /-> Unit (?:t(\d+)\.service|.*):$/.exec(line);
    if (unit !== null) current = loaded[Number(unit[1] ?? -1)];
    const command = /^\t+Command Line: (.*)$/.exec(line)?.[1];
    if (command !== undefined) current?.commands.push(command);
    const variable = /^\t+Environment: (.*)$/.exec(line)?.[1];
    if (variable !== undefined) current?.environment.push(variable);
  }
  return loaded;
}

describe.skipIf(!usable)(usable ? 'as systemd reads it' : `as systemd reads it: ${reason}`, () => {
  const directory = mkdtempSync(join(tmpdir(), 'kubetls-systemd-'));
  const loaded = usable ? load(directory) : [];

  afterAll(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  /** The printed words, which are quoted for a shell: there a backslash also hides `$` and back quotes. */
  const printed = (line: string): readonly string[] =>
    splitWords(line.replace(/\\([$`])/g, '$1'), { escapes: 'lenient', relaxed: true }).words.map(({ text }) => text);

  test('words of ExecStart=', () => {
    const differing = execs.flatMap((text, index) => {
      const setting = readUnitFile(units[index] ?? '').find(({ key }) => key === 'ExecStart');
      const { words, fault } = splitWords(setting?.value.text ?? '', { escapes: 'lenient', relaxed: false });
      const ours = fault ?? words.map((word) => (word.written === '\\;' ? ';' : word.text).replaceAll('%%', '%'));
      // A lone semicolon separates commands; that is not what is compared here.
      if (words.some(({ written }) => written === ';')) return [];
      const [command] = loaded[index]?.commands ?? [];
      const same =
        command === undefined ? fault !== undefined : JSON.stringify(ours) === JSON.stringify(printed(command));
      return same ? [] : [{ text, ours, systemd: command }];
    });
    expect(differing).toEqual([]);
    expect(loaded.slice(0, execs.length).filter(({ commands }) => commands.length > 0).length).toBeGreaterThan(150);
  });

  test('variables of Environment=', () => {
    const differing = environments.flatMap((text, index) => {
      const unit = units[execs.length + index] ?? '';
      const reader = { readText: () => ({ ok: false, reason: 'missing', message: '' }) as const, list: () => [] };
      const service = readService(reader, {
        name: 't.service', file: '/t.service', realPath: '/t.service', dropIns: [], masked: false, unseen: undefined, problems: [],
        settings: readUnitFile(unit).map((setting) => ({ ...setting, file: '/t.service' })),
      }); // prettier-ignore
      const ours = service.environment.map(({ name, value }) => `${name}=${value}`).sort();
      const theirs = [...(loaded[execs.length + index]?.environment ?? [])].sort();
      // A value with a line break is printed as it is, on several lines.
      return ours.some((each) => each.includes('\n')) || JSON.stringify(ours) === JSON.stringify(theirs)
        ? []
        : [{ text, ours, theirs }];
    });
    expect(differing).toEqual([]);
    expect(loaded.slice(execs.length).filter(({ environment }) => environment.length > 0).length).toBeGreaterThan(50);
  });
});
