// Installs the dependencies when node_modules does not hold what package-lock.json names; silent when there is nothing
// to do. npm keeps its own account of what it installed in node_modules/.package-lock.json.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

if (!isInstalled()) {
  const npm = process.env.npm_execpath;
  const [program, args] = npm === undefined ? ['npm', ['ci']] : [process.execPath, [npm, 'ci']];
  const { status, error, stdout, stderr } = spawnSync(program, [...args, '--loglevel=error'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) {
    process.stderr.write(
      `${stdout ?? ''}${stderr ?? ''}npm ci failed${error === undefined ? '' : `: ${error.message}`}\n`,
    );
    process.exitCode = 1;
  }
}

function isInstalled() {
  const wanted = packages('package-lock.json');
  const installed = packages(join('node_modules', '.package-lock.json'));
  if (wanted === undefined || installed === undefined) return false;
  return Object.entries(wanted).every(([folder, { version, optional }]) => {
    // The entry '' is this package; an optional one may be for another platform.
    if (folder === '' || (optional === true && installed[folder] === undefined)) return true;
    return installed[folder]?.version === version;
  });
}

function packages(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), 'utf8')).packages;
  } catch {
    return undefined;
  }
}
