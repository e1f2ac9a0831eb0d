import { expect, test } from 'vitest';
import { readService } from '../../src/discover/systemd-service.ts';
import type { Service } from '../../src/discover/systemd-service.ts';
import { isEnabled, loadUnit } from '../../src/discover/systemd-unit.ts';
import { treeReader } from '../support/tar-reader.ts';
import type { Tree, TreeReaderOptions } from '../support/tar-reader.ts';

const ETC = '/etc/systemd/system';
const USR = '/usr/lib/systemd/system';

const service = (tree: Tree, options?: TreeReaderOptions, name = 'x.service'): Service => {
  const reader = treeReader(tree, options);
  const unit = loadUnit(reader, name);
  if (unit === undefined) throw new Error('no unit');
  return readService(reader, unit);
};
const command = (lines: string, tree: Tree = {}): string[] =>
  service({ ...tree, [`${USR}/x.service`]: `[Service]\n${lines}\n` }).commands[0]?.words.map(({ text }) => text) ?? [];

test.each([
  ['ExecStart=/bin/a $A', ['/bin/a', '--x', 'y z']],
  ['ExecStart=/bin/a ${A}', ['/bin/a', "--x 'y z'"]],
  ['ExecStart=/bin/a p${E}q', ['/bin/a', 'peq']],
  ['ExecStart=/bin/a p$E', ['/bin/a', 'p$E']],
  ['ExecStart=/bin/a $$E $${E}', ['/bin/a', '$E', '${E}']],
  ['ExecStart=/bin/a $NONE ${NONE} x${NONE}', ['/bin/a', '', 'x']],
  ["ExecStart=/bin/a '$A'", ['/bin/a', '--x', 'y z']],
  ['ExecStart=:/bin/a $A ${A}', ['/bin/a', '$A', '${A}']],
  ['ExecStart=-/bin/a b', ['/bin/a', 'b']],
  ['ExecStart=@/bin/a argv0 b', ['/bin/a', 'b']],
  ['ExecStart=+!!/bin/a b', ['/bin/a', 'b']],
  ['ExecStart=/bin/a %n %N %p [%i] 100%% %S', ['/bin/a', 'x.service', 'x', 'x', '[]', '100%', '/var/lib']],
  ['ExecStart=/bin/a \\; b', ['/bin/a', ';', 'b']],
  ['ExecStart=/bin/a "$E"x', ['/bin/a']],
])('%s', (line, expected) => {
  expect(command(`Environment=E=e "A=--x 'y z'"\n${line}`)).toEqual(expected);
});

test('an empty assignment empties the list, and later variables win', () => {
  const lines = [
    'Environment=A=1 B=1',
    'Environment=A=2 "C=x y" not-an-assignment 1D=3',
    'UnsetEnvironment=B',
    'ExecStart=/bin/old',
    'ExecStart=',
    'ExecStart=/bin/new ${A} ${B} ${C}',
  ];
  expect(command(lines.join('\n'))).toEqual(['/bin/new', '2', '', 'x y']);
  expect(command('Environment=A=1\nEnvironment=\nExecStart=/bin/a ${A}')).toEqual(['/bin/a', '']);
});

test('environment files beat Environment=, in their order', () => {
  const files = { '/etc/a.env': 'A=a\nB=a', '/etc/b.env': 'B=b' };
  const lines =
    'EnvironmentFile=/etc/a.env\nEnvironmentFile=-/etc/b.env\nEnvironment=A=0 B=0 C=0\nExecStart=/x ${A}${B}${C}';
  expect(command(lines, files)).toEqual(['/x', 'ab0']);
});

test('words carry the place they are written at', () => {
  const { commands, environment } = service({
    [`${USR}/x.service`]:
      '[Service]\nEnvironment="A=--a --b"\nEnvironmentFile=/etc/x.env\nExecStart=/x --own \\\n  $A $B ${C}\n',
    '/etc/x.env': '# flags\nB="--c \\\n  --d"\nC=e\n',
  });
  expect(commands[0]?.words.map(({ text, position }) => [text, position.file, position.line])).toEqual([
    ['/x', `${USR}/x.service`, 4],
    ['--own', `${USR}/x.service`, 4],
    ['--a', `${USR}/x.service`, 2],
    ['--b', `${USR}/x.service`, 2],
    ['--c', '/etc/x.env', 2],
    ['--d', '/etc/x.env', 3],
    ['e', '/etc/x.env', 4],
  ]);
  expect(environment.map(({ name, position }) => [name, position?.file, position?.line])).toEqual([
    ['A', `${USR}/x.service`, 2],
    ['B', '/etc/x.env', 2],
    ['C', '/etc/x.env', 4],
  ]);
});

test('drop-ins apply by file name, and a nearer folder hides the same name', () => {
  const { commands } = service({
    [`${USR}/x.service`]: '[Service]\nEnvironment=A=unit\nExecStart=/x ${A} ${B} ${C}\n',
    [`${USR}/x.service.d/50-b.conf`]: '[Service]\nEnvironment=A=50 B=50\n',
    [`${ETC}/x.service.d/10-a.conf`]: '[Service]\nEnvironment=A=10 B=10\n',
    [`${USR}/x.service.d/20-c.conf`]: '[Service]\nEnvironment=C=usr\n',
    [`${ETC}/x.service.d/20-c.conf`]: '[Service]\nEnvironment=C=etc\n',
    [`${ETC}/x.service.d/99-no.txt`]: '[Service]\nEnvironment=A=no\n',
    [`/run/systemd/system/service.d/90-all.conf`]: '[Service]\nEnvironment=B=90\n',
  });
  expect(commands[0]?.words.map(({ text }) => text)).toEqual(['/x', '50', '90', 'etc']);
});

test('the nearest unit file counts, and drop-ins for a dashed prefix apply', () => {
  const tree = {
    [`${ETC}/a-b.service`]: '[Service]\nExecStart=/etc-one\n',
    '/lib/systemd/system/a-b.service': '[Service]\nExecStart=/lib-one\n',
    [`${ETC}/a-.service.d/x.conf`]: '[Service]\nExecStart=\nExecStart=/from-prefix\n',
  };
  expect(service(tree, {}, 'a-b.service').commands.map(({ words }) => words[0]?.text)).toEqual(['/from-prefix']);
});

test('a second ExecStart= is refused by systemd, except for oneshot', () => {
  const unit = (type: string): Tree => ({ [`${USR}/x.service`]: `[Service]\n${type}\nExecStart=/a\nExecStart=/b\n` });
  expect(service(unit('')).problems).toMatchObject([{ code: 'refused-unit', file: `${USR}/x.service`, line: 4 }]);
  expect(service(unit('Type=oneshot')).problems).toEqual([]);
  expect(service(unit('Type=oneshot')).commands).toHaveLength(2);
});

test.each<[string, string, TreeReaderOptions, Tree, boolean, number]>([
  ['optional and absent on a live node', '-/etc/default/x', { absent: 'missing' }, {}, true, 0],
  ['needed and absent on a live node', '/etc/default/x', { absent: 'missing' }, {}, true, 1],
  ['optional, in a part of the tree that the input has', '-/etc/default/x', {}, {}, true, 0],
  ['optional, in a part of the tree that the input lacks', '-/var/lib/x/x.env', {}, {}, false, 1],
  ['needed, not in the input', '/etc/default/x', {}, {}, false, 1],
  ['unreadable', '-/etc/x', { denied: ['/etc/x'] }, { '/etc/x': 'A=1' }, false, 1],
  ['a pattern', '-/etc/*.env', {}, {}, false, 1],
  ['relative', 'x.env', {}, {}, true, 1],
])('environment file: %s', (_name, value, options, tree, seen, problems) => {
  const unit = { [`${ETC}/x.service`]: `[Service]\nEnvironmentFile=${value}\nExecStart=/x\n` };
  const result = service({ ...tree, ...unit }, options);
  expect([result.environmentUnseen === undefined, result.problems.length]).toEqual([seen, problems]);
});

test('an open quote makes systemd ignore the line, and is said with its place', () => {
  const result = service({ [`${ETC}/x.service`]: '[Service]\nEnvironment="A=1\nExecStart=/x "y\n' });
  expect(result.commands).toEqual([]);
  expect(result.problems).toMatchObject([
    { code: 'refused-unit', file: `${ETC}/x.service`, line: 2 },
    { code: 'refused-unit', file: `${ETC}/x.service`, line: 3 },
  ]);
});

test('a specifier of the machine stays as written, with a notice', () => {
  const result = service({ [`${ETC}/x.service`]: '[Service]\nExecStart=/x --name=%H\n' });
  expect(result.commands[0]?.words[1]?.text).toBe('--name=%H');
  expect(result.notices).toMatchObject([{ code: 'unexpanded-variable', subject: '%H', line: 2 }]);
});

test('a masked unit, a unit that cannot be read, none at all', () => {
  const masked = loadUnit(treeReader({ [`${ETC}/x.service`]: { linkTo: '/dev/null' } }), 'x.service');
  expect(masked?.masked).toBe(true);
  const denied = treeReader({ [`${ETC}/x.service`]: '' }, { denied: [`${ETC}/x.service`] });
  expect(loadUnit(denied, 'x.service')?.problems).toMatchObject([{ code: 'unreadable-file' }]);
  expect(loadUnit(treeReader({}), 'x.service')).toBeUndefined();
});

test('variables that multiply end at the limit of a command line', () => {
  const big = `A=${'x'.repeat(100_000)}`;
  const tree = {
    [`${ETC}/x.service`]: `[Service]\nEnvironmentFile=/etc/x.env\nExecStart=/x ${'${A}'.repeat(50_000)} ${'$A '.repeat(50_000)}\n`,
    '/etc/x.env': big,
  };
  const result = service(tree);
  expect(result.problems).toMatchObject([{ code: 'limit-reached' }]);
});

test('enabled units have a link of systemctl enable', () => {
  const reader = treeReader({ [`${ETC}/multi-user.target.wants/etcd.service`]: { linkTo: `${USR}/etcd.service` } });
  expect([isEnabled(reader, 'etcd.service'), isEnabled(reader, 'kubelet.service')]).toEqual([true, false]);
});

test('a specifier of the machine makes its word unknown, in a variable too', () => {
  const lines = 'Environment=A=%H "B=--x --y=%m"\nExecStart=/bin/a --n=%H --a=${A} $B --z 100%% %n';
  const [first] = service({ [`${USR}/x.service`]: `[Service]\n${lines}\n` }).commands;
  expect(first?.words.map(({ text, unknown }) => [text, unknown?.slice(0, 16)])).toEqual([
    ['/bin/a', undefined],
    ['--n=%H', 'systemd fills %H'],
    ['--a=%H', 'systemd fills %H'],
    ['--x', undefined],
    ['--y=%m', 'systemd fills %m'],
    ['--z', undefined],
    ['100%', undefined],
    ['x.service', undefined],
  ]);
  const named = service({ [`${USR}/x.service`]: `[Service]\n${lines}\n`, '/etc/hostname': 'cp-1\n' }).commands[0];
  expect(named?.words[1]).toMatchObject({ text: '--n=cp-1' });
  expect(named?.words[1]?.unknown).toBeUndefined();
});

test('a variable that no file sets is empty, unless a file that may set it was not read', () => {
  const unit = (file: string): Tree => ({
    [`${USR}/x.service`]: `[Service]\n${file}\nEnvironment=B=b\nExecStart=/bin/a --a=\${A} --b=\${B}\n`,
  });
  const wordsOf = (file: string): unknown =>
    service(unit(file)).commands[0]?.words.map(({ text, unknown }) => [text, unknown === undefined]);
  expect(wordsOf('')).toEqual([
    ['/bin/a', true],
    ['--a=', true],
    ['--b=b', true],
  ]);
  expect(wordsOf('EnvironmentFile=/srv/x')).toEqual([
    ['/bin/a', true],
    ['--a=', false],
    ['--b=b', true],
  ]);
});

test.each([`${USR}/x.service.d`, `${ETC}/x.service.d`, ETC, `${USR}/x.service.d/a.conf`])(
  'with %s unreadable another command may be in force',
  (denied) => {
    const tree = {
      [`${USR}/x.service`]: '[Service]\nExecStart=/x\n',
      [`${USR}/x.service.d/a.conf`]: '',
      [`${ETC}/x.service.d/b.conf`]: '',
    };
    expect(loadUnit(treeReader(tree), 'x.service')?.unseen).toBeUndefined();
    expect(loadUnit(treeReader(tree, { denied: [denied] }), 'x.service')?.unseen).toContain(denied);
  },
);
