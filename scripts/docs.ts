// Writes the generated documentation; with --check compares it with what is on disk and fails where they differ.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { generatedFiles, PAGES_FOLDER } from './docs/files.ts';

// The sample names its input as a reader at the top of a clone would.
process.chdir(join(import.meta.dirname, '..'));

const wanted = await generatedFiles(readFileSync('README.md', 'utf8'));
const changed = [...wanted].filter(([file, content]) => !existsSync(file) || readFileSync(file, 'utf8') !== content);
const pages = existsSync(PAGES_FOLDER) ? readdirSync(PAGES_FOLDER).map((name) => `${PAGES_FOLDER}/${name}`) : [];
const stale = pages.filter((file) => !wanted.has(file));

if (process.argv.includes('--check')) {
  for (const [file] of changed) console.error(`${file} is not what npm run docs writes`);
  for (const file of stale) console.error(`${file} belongs to no path`);
  if (changed.length + stale.length > 0) {
    console.error('The documentation is out of date: run npm run docs');
    process.exitCode = 1;
  }
} else {
  for (const [file, content] of changed) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    console.log(`wrote ${file}`);
  }
  for (const file of stale) {
    rmSync(file);
    console.log(`removed ${file}`);
  }
}
