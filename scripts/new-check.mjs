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

console.log(`wrote checks/shared/${id}.ts

1. Fill it in, with the source of the rule in its comment.
2. Add ${name} to the checks of checks/${path}.ts.
3. Add to ${existsSync(casesFile) ? '' : 'a new file '}test/checks/${path}.cases.ts a case that passes, one that fails or warns, and one that is not assessed:

  { name: 'stock kubeadm', check: '${id}', expect: 'pass' },
  { name: '...', check: '${id}', expect: 'warn', change: (node) => node.setFlag('kube-apiserver', '...', '...') },
  { name: '...', check: '${id}', expect: 'not-assessed', change: (node) => node.remove('/etc/kubernetes/manifests') },

4. npm run docs, then npm test. Where a flag mends it: a rule in checks/fixes/.`);
