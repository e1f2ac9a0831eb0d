/** The layers of the program, as its imports show them. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

interface Import {
  readonly file: string;
  /** A file of the project, relative to its top, or the name of a package. */
  readonly target: string;
}

const files = ['src', 'checks']
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  )
  .filter((file) => file.endsWith('.ts'));

const sources = new Map(
  files.map((file) => [
    file,
    ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.ESNext, true),
  ]),
);

/** Every module that a file names: import and export declarations, and import() of a text. */
function importsOf(file: string): readonly Import[] {
  const found: Import[] = [];
  const take = (specifier: ts.Node | undefined): void => {
    if (specifier === undefined || !ts.isStringLiteral(specifier)) return;
    const { text } = specifier;
    found.push({
      file,
      target: text.startsWith('.') ? relative(ROOT, resolve(ROOT, dirname(file), text)) : text,
    });
  };
  const walk = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) take(node.moduleSpecifier);
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) take(node.argument.literal);
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) take(node.arguments[0]);
    ts.forEachChild(node, walk);
  };
  const source = sources.get(file);
  if (source !== undefined) walk(source);
  return found;
}

const imports = files.flatMap(importsOf);

const between = (from: RegExp, allowed: readonly RegExp[]): readonly string[] =>
  imports
    .filter(({ file, target }) => from.test(file) && !allowed.some((one) => one.test(target)))
    .map(({ file, target }) => `${file} imports ${target}`);

/** Nodes of the syntax tree that a predicate picks, as file:line. */
function places(from: RegExp, picked: (node: ts.Node) => boolean): readonly string[] {
  const found: string[] = [];
  for (const [file, source] of sources) {
    if (!from.test(file)) continue;
    const walk = (node: ts.Node): void => {
      if (picked(node)) found.push(`${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`);
      ts.forEachChild(node, walk);
    };
    walk(source);
  }
  return found;
}

const MODEL = /^src\/model\//;
const TEXT = /^src\/text\//;

test('the imports were found', () => {
  expect(files.length).toBeGreaterThan(100);
  expect(imports.length).toBeGreaterThan(500);
  expect(imports.some(({ target }) => target === '@peculiar/x509')).toBe(true);
});

describe('each layer knows only the ones below it', () => {
  test.each<[layer: string, from: RegExp, allowed: readonly RegExp[]]>([
    ['model', MODEL, [MODEL]],
    ['text', TEXT, [TEXT, /^node:/, /^yaml$/, /package\.json$/]],
    ['source', /^src\/source\//, [/^src\/source\//, MODEL, TEXT, /^node:/]],
    [
      'discover',
      /^src\/discover\//,
      [/^src\/discover\//, /^src\/source\/source\.ts$/, /^src\/config\//, MODEL, TEXT, /^node:path$/],
    ],
    ['config', /^src\/config\//, [/^src\/config\//, MODEL, TEXT, /^node:net$/]],
    [
      'pki',
      /^src\/pki\//,
      [/^src\/pki\//, MODEL, TEXT, /^node:(crypto|net|path)$/, /^(reflect-metadata|@peculiar\/x509|node-forge)$/],
    ],
    [
      'assemble',
      /^src\/assemble\//,
      [/^src\/assemble\//, /^src\/(discover|config|pki)\//, /^src\/source\/source\.ts$/, MODEL, TEXT, /^node:path$/],
    ],
    ['firewall', /^src\/firewall\//, [/^src\/firewall\//, MODEL, TEXT]],
    ['engine', /^src\/engine\//, [/^src\/engine\//, MODEL, TEXT]],
    [
      'fix',
      /^src\/fix\//,
      [/^src\/fix\//, /^src\/config\/history\/history\.ts$/, /^src\/engine\/evaluate\.ts$/, MODEL, TEXT],
    ],
    ['report', /^src\/report\//, [/^src\/report\//, MODEL, TEXT, /^table$/, /^diff$/, /^node:util$/]],
    [
      'checks',
      /^checks\//,
      [
        /^checks\//,
        MODEL,
        TEXT,
        /^src\/pki\/(chain|tokenKeys)\.ts$/,
        /^src\/config\/(feature-gates|named-cert-key|tls|url)\.ts$/,
      ],
    ],
  ])('%s', (_layer, from, allowed) => {
    expect(between(from, allowed)).toEqual([]);
  });
});

test('every folder of src is a layer', () => {
  const folders = new Set(files.filter((file) => file.startsWith('src/')).map((file) => file.split('/')[1]));
  expect([...folders].sort()).toEqual(
    [
      'assemble',
      'cli',
      'config',
      'discover',
      'engine',
      'firewall',
      'fix',
      'model',
      'pki',
      'report',
      'run',
      'source',
      'text',
    ].sort(),
  );
});

test('only src/source touches a file system, the network or another process', () => {
  const outside = /^(node:)?(fs|fs\/promises|net|http|https|http2|tls|dgram|dns|child_process|worker_threads|os)$/;
  const found = imports.filter(({ file, target }) => outside.test(target) && !file.startsWith('src/source/'));
  // node:net is taken for isIP alone.
  expect([...new Set(found.map(({ target }) => target))]).toEqual(['node:net']);
  const names = [...sources].flatMap(([file, source]) =>
    source.statements.flatMap((statement) =>
      ts.isImportDeclaration(statement) && statement.moduleSpecifier.getText() === "'node:net'"
        ? [`${file}: ${statement.importClause?.namedBindings?.getText() ?? ''}`]
        : [],
    ),
  );
  expect(names.filter((one) => !/\{ (isIP|isIPv4|isIPv6|, )+ \}$/.test(one))).toEqual([]);
});

test('libraries for certificates are known to the places that are their doors', () => {
  const doors = imports.filter(({ target }) => /^(@peculiar\/|reflect-metadata|node-forge)/.test(target));
  expect([...new Set(doors.map(({ file, target }) => `${file}: ${target.replace(/\/.*/, '')}`))].sort()).toEqual([
    'src/pki/peculiar.ts: @peculiar',
    'src/pki/peculiar.ts: reflect-metadata',
    'src/pki/pkcs12.ts: node-forge',
  ]);
});

const isGlobalCall = (node: ts.Node, owner: string, name: string): boolean =>
  ts.isPropertyAccessExpression(node) && node.expression.getText() === owner && node.name.text === name;

test('time is an argument', () => {
  const now = places(
    /./,
    (node) =>
      isGlobalCall(node, 'Date', 'now') ||
      isGlobalCall(node, 'performance', 'now') ||
      (ts.isNewExpression(node) && node.expression.getText() === 'Date' && (node.arguments ?? []).length === 0),
  );
  expect(now.filter((place) => !place.startsWith('src/cli/'))).toEqual([]);
});

test('nothing ends the process, and only src/cli and the door to the files know one', () => {
  expect(places(/./, (node) => isGlobalCall(node, 'process', 'exit'))).toEqual([]);
  expect(
    places(
      /^(src\/(?!cli\/|source\/)|checks\/)/,
      (node) => ts.isPropertyAccessExpression(node) && node.expression.getText() === 'process',
    ),
  ).toEqual([]);
});

test('chance decides nothing that is judged or printed', () => {
  expect(places(/./, (node) => isGlobalCall(node, 'Math', 'random'))).toEqual([]);
});
