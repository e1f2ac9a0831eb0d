import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { guideOf, GUIDES } from '../checks/guides/index.ts';
import { allChecks, PATHS } from '../checks/index.ts';
import { PAGES_FOLDER } from '../scripts/docs/files.ts';
import { prose, table } from '../scripts/docs/markdown.ts';
import { withSample } from '../scripts/docs/sample.ts';
import { run } from '../scripts/docs/terminal.ts';
import { flagHistory, SUPPORTED_ETCD, SUPPORTED_KUBERNETES_MINORS } from '../src/config/history/history.ts';
import { COMMAND_NAMES } from '../src/cli/flags.ts';
import type { ComponentName } from '../src/model/component.ts';
import type { CheckGuide } from '../src/model/guide.ts';
import { PATH_IDS } from '../src/model/path.ts';
import type { Check } from '../src/model/path.ts';

/** Every check once in each of its wordings. */
const checks = [
  ...new Map(PATHS.flatMap(({ checks: own }) => own.map((check) => [`${check.id}: ${check.title}`, check] as const))),
];

const LEFTOVER = /\b(TODO|FIXME|TBD|XXX|lorem|undefined|null|NaN)\b|\$\{|\[object |function \(|=>/i;

/** Something to type or to open: a flag, a file, a command in backticks. */
const CONCRETE = /--[a-z]|\/etc\/|\/var\/|\.yaml|\.conf|`[^`]+`/;

function pageOf(path: string): string {
  return readFileSync(join(PAGES_FOLDER, `${path}.md`), 'utf8');
}

test('there are paths and checks to look at', () => {
  expect(checks.length).toBeGreaterThan(100);
});

test('paths are those of the contract, in its order', () => {
  expect(PATHS.map(({ id }) => id)).toEqual([...PATH_IDS]);
});

test('every path has a page, and every page a path', () => {
  expect(readdirSync(PAGES_FOLDER).sort()).toEqual(PATHS.map(({ id }) => `${id}.md`).sort());
});

test.each(PATHS.map((path) => [path.id, path] as const))(
  'the page of %s, and the index, have every check of it',
  (id, path) => {
    const page = pageOf(id);
    const index = readFileSync('docs/checks.md', 'utf8');
    const missing = path.checks.filter(
      (check) => !page.includes(`\n### ${check.id}\n`) || !index.includes(`(paths/${id}.md#${check.id})`),
    );
    expect(page).toContain(`\n# ${path.title}\n`);
    expect(missing.map((check) => check.id)).toEqual([]);
  },
);

test.each(checks)('%s', (_title, check) => {
  expect(faultsOf(check)).toEqual([]);
});

/** What a check lacks, in words. */
function faultsOf({ id, title, versions, remediation, references }: Check): readonly string[] {
  return [
    /^[a-z0-9]+(-[a-z0-9]+)*$/.test(id) ? [] : ['its id is not kebab-case'],
    title.length > 10 && !title.endsWith('.') ? [] : ['its title is no statement without a period'],
    versions === '' ? ['versions are missing'] : [],
    remediation.endsWith('.') ? [] : ['its remediation does not end in a period'],
    CONCRETE.test(remediation) ? [] : [`its remediation names no flag, file or command: ${remediation}`],
    references.length > 0 ? [] : ['it has no reference'],
    references
      .filter(({ url }) => !/^https:\/\/[a-z0-9.-]+\.[a-z]+\/\S*$/.test(url))
      .map(({ url }) => `bad link ${url}`),
    references.filter((one) => one.id.trim() === '').map(({ url }) => `link without words ${url}`),
    [title, versions, remediation].filter((text) => LEFTOVER.test(text)).map((text) => `template leftover: ${text}`),
  ].flat();
}

test.each([
  ['a missing period', { remediation: 'Set --x' }],
  ['nothing concrete', { remediation: 'Fix it.' }],
  ['no reference', { references: [] }],
  ['a link without https', { references: [{ id: 'x', url: 'http://example.com/' }] }],
  ['a leftover', { title: 'The value of undefined is set' }],
])('%s is found', (_name, change) => {
  const good = allChecks().get('apiserver-etcd-https');
  if (good === undefined) throw new Error('apiserver-etcd-https is gone');
  expect(faultsOf(good)).toEqual([]);
  expect(faultsOf({ ...good, ...change })).toHaveLength(1);
});

test('every check has a guide, and every guide a check', () => {
  expect(Object.keys(GUIDES).sort()).toEqual([...allChecks().keys()].sort());
});

/** The first word of what is typed on a node. */
const COMMAND =
  /`(?:[A-Z_]+=\S+ )*(?:cat|crictl|curl|diff|etcdctl|find|getent|grep|ip|istioctl|jq|journalctl|kubeadm|kubectl|kubetls|linkerd|calicoctl|cilium|namei|nft|openssl|ps|readlink|ss|stat|systemctl|timedatectl|tr|wg) [^`]+`/;

test.each(Object.entries(GUIDES))('the guide to %s', (_id, guide) => {
  expect(guideFaults(guide)).toEqual([]);
});

/** What a guide lacks, in words. */
function guideFaults({ examined, consequence, steps, verify, defaults = {} }: CheckGuide): readonly string[] {
  const sentences = [examined, consequence, ...steps, ...verify];
  return [
    sentences.filter((one) => !/^[^a-z\s].*\.$/s.test(one)).map((one) => `no sentence: ${one}`),
    sentences.filter((one) => LEFTOVER.test(one.replaceAll('/dev/null', ''))).map((one) => `template leftover: ${one}`),
    sentences.filter((one) => one.split('`').length % 2 === 0).map((one) => `a backtick is missing: ${one}`),
    [examined, consequence].filter((one) => one.length < 60).map((one) => `too short to say anything: ${one}`),
    steps.some((step) => CONCRETE.test(step)) ? [] : ['no step names a flag, file or command'],
    verify.some((one) => COMMAND.test(one)) ? [] : ['nothing to type that shows that it is mended'],
    Object.entries(defaults).flatMap(([component, names]) =>
      names
        .filter((name) => !flagHistory(component as ComponentName).has(name))
        .map((name) => `${component} has no ${name}`),
    ),
  ].flat();
}

test.each<[string, Partial<CheckGuide>]>([
  ['no sentence', { consequence: 'Somebody reads what goes over the path, without anybody seeing it, and' }],
  ['a few words', { examined: 'The flag.' }],
  ['nothing concrete', { steps: ['Mend it.'] }],
  ['nothing to type', { verify: ['It works again.'] }],
  ['a flag that does not exist', { defaults: { kubelet: ['anonymous'] } }],
])('a guide with %s is found', (_name, change) => {
  const good = guideOf('kubelet-anonymous-auth');
  expect(guideFaults({ ...good, ...change })).toHaveLength(1);
});

test('what guides tell to type exists: options and commands of kubetls', async () => {
  const typed = Object.values(GUIDES)
    .flatMap(({ examined, consequence, steps, verify }) => [examined, consequence, ...steps, ...verify])
    .flatMap((one) => [...one.matchAll(/`kubetls ([^`]+)`/g)].map(([, line = '']) => line));
  const help = new Map<string, string>();
  for (const name of COMMAND_NAMES) if (name !== 'help') help.set(name, (await run([name, '--help'])).stdout);
  const wrong = typed.filter((line) => {
    const [name = ''] = line.split(' ');
    const known = help.get(name);
    const options = line.match(/(?<= )--?[a-z][a-z-]*/g) ?? [];
    return known === undefined || options.some((option) => !new RegExp(`(^|[ ,])${option}[ ,]`, 'm').test(known));
  });
  expect(typed.length).toBeGreaterThan(20);
  expect(wrong).toEqual([]);
});

const WRITTEN = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'fixtures/README.md', 'docs/facts.md'];
const documents = [...WRITTEN, 'docs/checks.md', 'docs/cli.md', ...PATHS.map(({ id }) => `${PAGES_FOLDER}/${id}.md`)];

test.each(documents)('links in %s lead somewhere', (file) => {
  const text = readFileSync(file, 'utf8');
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  const dead = targets
    .filter((target) => !target.startsWith('https://'))
    .filter((target) => {
      const [name = '', anchor] = target.split('#');
      const linked = name === '' ? file : join(dirname(file), name);
      if (!existsSync(linked)) return true;
      return anchor !== undefined && !anchorsOf(readFileSync(linked, 'utf8')).has(anchor);
    });
  expect(dead).toEqual([]);
});

/** Anchors that GitHub gives to headings. */
function anchorsOf(text: string): ReadonlySet<string> {
  return new Set(
    [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

test('options and scripts in the README and in CONTRIBUTING exist', async () => {
  const help = (await Promise.all(COMMAND_NAMES.filter((name) => name !== 'help').map((name) => run([name, '--help']))))
    .map(({ stdout }) => stdout)
    .join('\n');
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  const lines = ['README.md', 'CONTRIBUTING.md'].flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/```sh\n([^`]*)```/g)].flatMap(([, block = '']) => block.split('\n')),
  );
  const commands = lines.map((line) => line.replace(/#.*/, '').trim()).filter((line) => line !== '');
  const options = commands
    .filter((command) => /^kubetls\b/.test(command))
    .flatMap((command) => command.match(/(?<= )--?[a-z][a-z-]*/g) ?? []);
  expect(options.length).toBeGreaterThan(5);
  expect(options.filter((option) => !new RegExp(`(^|[ ,])${option}[ ,]`, 'm').test(help))).toEqual([]);
  const names = commands.flatMap((command) => /^npm run (?:--silent )?([\w:]+)/.exec(command)?.[1] ?? []);
  expect(names.length).toBeGreaterThan(3);
  expect(names.filter((name) => !(name in scripts))).toEqual([]);
});

test('the README names the versions that are judged when none is told', () => {
  const range = (versions: readonly { readonly major: number; readonly minor: number }[]): string =>
    [versions[0], versions.at(-1)].map((one) => `${one?.major ?? ''}.${one?.minor ?? ''}`).join(' to ');
  expect(readFileSync('README.md', 'utf8')).toContain(
    `Kubernetes ${range(SUPPORTED_KUBERNETES_MINORS)}, etcd ${range(SUPPORTED_ETCD)}`,
  );
});

test('the sample replaces what stands between its markers, and nothing else', async () => {
  const readme = await withSample('before\n<!-- sample:begin -->\nold\n<!-- sample:end -->\nafter\n');
  expect(readme).toMatch(/^before\n<!-- sample:begin -->\n\n```text\nkubetls /);
  expect(readme).toMatch(/```\n\n<!-- sample:end -->\nafter\n$/);
  expect(readme).not.toContain('old');
  expect(await withSample(readme)).toBe(readme);
  await expect(withSample('no markers')).rejects.toThrow('sample:begin');
});

test.each([
  ['TLS_RSA_* and <file>', 'TLS_RSA_\\* and \\<file\\>'],
  ['`TLS_RSA_* <file>` [x]', '`TLS_RSA_* <file>` \\[x\\]'],
])('prose %j', (text, markdown) => {
  expect(prose(text)).toBe(markdown);
});

test('a table keeps a cell on its line and in its column', () => {
  expect(table(['A'], [['x | y\nz']])).toBe('| A |\n| --- |\n| x \\| y z |');
});
