// Writes the files of a new check: `npm run new:check -- <id> <path-id>`. They hold what every check needs, in the order
// in which it is asked for; the tests refuse what is left as it was written here.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [id, path] = process.argv.slice(2);

function refuse(message) {
  console.error(`new-check: ${message}`);
  process.exit(3);
}

if (id === undefined || path === undefined) refuse('usage: npm run new:check -- <check-id> <path-id>');
if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)+$/.test(id)) refuse(`'${id}' is no id: lower-case words with dashes between them`);
const pathFile = join(root, 'checks', `${path}.ts`);
if (!existsSync(pathFile)) refuse(`there is no path '${path}': checks/${path}.ts does not exist`);
const casesFile = join(root, 'test/checks', `${path}.cases.ts`);
const checkFile = join(root, 'checks/shared', `${id}.ts`);
if (existsSync(checkFile)) refuse(`checks/shared/${id}.ts exists`);
if (readFileSync(join(root, 'docs/checks.md'), 'utf8').includes(`\`${id}\``)) refuse(`the check ${id} exists`);

const name = id.replace(/-(.)/g, (_match, letter) => letter.toUpperCase());

writeFileSync(
  checkFile,
  `/** TODO: the question in one line. */
import type { Check } from '../../src/model/path.ts';
import { component, evidence, text } from './access.ts';
import { kubernetesDocs } from './references.ts';
import { notAssessed, pass, warn } from './result.ts';

export const ${name}: Check = {
  id: '${id}',
  title: 'TODO: what is true when it passes',
  severity: 'medium',
  impact: 'security',
  versions: 'TODO: in which versions, and what unset means in each',
  remediation: 'TODO: the flag, the file and the command that mend it.',
  references: [kubernetesDocs('TODO')],
  evaluate: ({ node }) => {
    const apiserver = component(node, 'kube-apiserver');
    if (apiserver === undefined) return notAssessed('The API server is not in the input.');
    const shown = [evidence(apiserver, 'TODO')];
    return text(apiserver, 'TODO') === '' ? warn('TODO: what is, and what follows.', shown) : pass('TODO', shown);
  },
};
`,
);

const guides = `${id.toUpperCase().replaceAll('-', '_')}_GUIDES`;
writeFileSync(
  join(root, 'checks/guides', `${id}.ts`),
  `/** TODO: what the guide is to, in one line. */
import type { CheckGuides } from '../../src/model/guide.ts';

export const ${guides}: CheckGuides = {
  '${id}': {
    examined: 'TODO: which settings and files are read, and what they are compared with.',
    consequence: 'TODO: what an attacker does with it, or what stops working, when, and how it shows.',
    steps: ['TODO: the first action, with flag, file and command.', 'TODO: the next one, and what restarts.'],
    verify: ['\`TODO\` prints what it prints when it is right.'],
    defaults: { 'kube-apiserver': ['TODO'] },
  },
};
`,
);

/** Puts a line before the first place that a pattern finds in a file. */
function insert(file, before, line) {
  const text = readFileSync(file, 'utf8');
  const at = text.search(before);
  if (at < 0) refuse(`${file} is not as it was: add by hand: ${line}`);
  writeFileSync(file, `${text.slice(0, at)}${line}\n${text.slice(at)}`);
}

const guideIndex = join(root, 'checks/guides/index.ts');
insert(guideIndex, /\nexport const GUIDES/, `import { ${guides} } from './${id}.ts';`);
insert(guideIndex, /\};\n/, `  ...${guides},`);

if (!existsSync(casesFile)) {
  writeFileSync(
    casesFile,
    `import type { CheckCase } from '../support/cases.ts';\n\nexport const cases: readonly CheckCase[] = [\n];\n`,
  );
}
insert(
  casesFile,
  /\];\s*$/,
  `  { name: 'TODO: stock kubeadm', check: '${id}', expect: 'pass' },
  {
    name: 'TODO: what is changed',
    check: '${id}',
    expect: 'warn',
    change: (node) => node.setFlag('kube-apiserver', 'TODO', 'TODO'),
    message: /TODO/,
  },
  {
    name: 'TODO: what is missing',
    check: '${id}',
    expect: 'not-assessed',
    change: (node) => node.remove('/etc/kubernetes/manifests'),
  },`,
);

console.log(`wrote checks/shared/${id}.ts and checks/guides/${id}.ts, and added to checks/guides/index.ts and
test/checks/${path}.cases.ts

1. Fill in the check, with the source of the rule in its comment.
2. Add ${name} to the checks of checks/${path}.ts.
3. Fill in the guide; one that belongs to a topic of checks/guides/ moves there.
4. Fill in the cases, and see each fail once.
5. npm run docs, then npm test. Where a flag mends it: a rule in checks/fixes/.`);
