// Bundles src/cli/kubetls.ts and everything it uses into dist/kubetls.cjs, one file for any Node 20, and writes the
// licence texts of the packages inside it. Both appear whole or not at all: other programs may be using the old ones.
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');

let bundle;
try {
  bundle = await bundleProgram();
} catch {
  // esbuild has printed what it could not build and where.
  process.exit(1);
}
mkdirSync(dist, { recursive: true });
put('kubetls.cjs', bundle.outputFiles[0].contents, 0o755);
put('THIRD-PARTY-LICENSES.txt', licences(Object.keys(bundle.metafile.inputs)), 0o644);

function bundleProgram() {
  return build({
    absWorkingDir: root,
    entryPoints: ['src/cli/kubetls.ts'],
    outfile: 'dist/kubetls.cjs',
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    banner: { js: '#!/usr/bin/env node' },
    // Identifiers stay: error names and stack traces are for people, and the file hardly gets smaller.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
}

function put(name, contents, mode) {
  const temporary = join(dist, `.${name}.${process.pid}.tmp`);
  writeFileSync(temporary, contents, { mode });
  renameSync(temporary, join(dist, name));
}

/** The text of every licence that came in with the bundled files. */
function licences(inputs) {
  const folders = new Set(
    inputs.flatMap((input) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []),
  );
  const parts = [...folders].sort().map((folder) => {
    const directory = join(root, folder);
    const { name, version, license, licenses, author } = JSON.parse(
      readFileSync(join(directory, 'package.json'), 'utf8'),
    );
    const terms = license ?? licenses?.map(({ type }) => type).join(' or ');
    if (terms === undefined) throw new Error(`${name}@${version} says nothing about its licence`);
    const texts = readdirSync(directory)
      .filter((file) => /^(licen[cs]e|copying|notice)/i.test(file))
      .sort()
      .map((file) => readFileSync(join(directory, file), 'utf8').trim());
    const holder = typeof author === 'string' ? author : author?.name;
    const body =
      texts.length > 0
        ? texts.join('\n\n')
        : `No licence text is part of the package.\nCopyright: ${holder ?? 'its authors'}`;
    return `${name} ${version}\nLicence: ${terms}\n\n${body}\n`;
  });
  const line = `\n${'-'.repeat(80)}\n\n`;
  return `kubetls contains these packages, each under its own licence.\n${line}${parts.join(line)}`;
}
