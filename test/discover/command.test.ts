import fc from 'fast-check';
import { expect, test } from 'vitest';
import { componentOfProgram, findComponent } from '../../src/discover/command.ts';
import type { CommandWord, FoundCommand } from '../../src/discover/command.ts';

const FILE = '/etc/kubernetes/manifests/x.yaml';
const words = (texts: readonly string[]): CommandWord[] =>
  texts.map((text, index) => ({ text, position: { file: FILE, line: 10 + index } }));
const ENVIRONMENT = [
  { name: 'HOST_IP', value: '10.0.0.1' },
  { name: 'OPTS', value: '--a --b=1' },
];
const find = (texts: readonly string[]): FoundCommand => {
  const search = findComponent(words(texts), ENVIRONMENT);
  if (search.kind !== 'found') throw new Error(search.kind);
  return search;
};

test.each<[string[], string, string[]]>([
  [['kube-apiserver', '--a=1', '--b'], 'kube-apiserver', ['--a=1', '--b']],
  [['/usr/local/bin/etcd', '-x'], 'etcd', ['-x']],
  [['aws-cloud-controller-manager', '--v=2'], 'cloud-controller-manager', ['--v=2']],
  [['/hyperkube', 'apiserver', '--a'], 'kube-apiserver', ['--a']],
  [['hyperkube', 'kube-controller-manager', '--a'], 'kube-controller-manager', ['--a']],
  [['hyperkube', 'controller-manager', '--a'], 'kube-controller-manager', ['--a']],
  [['/bin/sh', '-c', "exec kube-apiserver --a --b 'c d' 1>>/var/log/x 2>&1"], 'kube-apiserver', ['--a', '--b', 'c d']],
  [['sh', '-ec', 'kube-scheduler --a | tee -a /var/log/kube-scheduler.log'], 'kube-scheduler', ['--a']],
  [['bash', '-euo', 'pipefail', '-c', 'exec etcd --a'], 'etcd', ['--a']],
  [['bash', '-o', 'pipefail', '-c', 'exec etcd --a'], 'etcd', ['--a']],
  [['sh', '-c', 'exec etcd "$@"', 'sh', '--a', '--b c'], 'etcd', ['--a', '--b c']],
  [['sh', '-c', 'exec etcd --ip=$HOST_IP $OPTS'], 'etcd', ['--ip=10.0.0.1', '--a', '--b=1']],
  [['sh', '-c', 'mkdir -p /x && X=1 etcd --a'], 'etcd', ['--a']],
  [['sh', '-c', 'etcd --version; exec etcd --a; etcd --late'], 'etcd', ['--a']],
  [['sh', '-c', 'etcd --version\netcd --a'], 'etcd', ['--a']],
  [['sh', '-c', 'while ! etcdctl get x; do sleep 1; done; kube-apiserver --a'], 'kube-apiserver', ['--a']],
  [['sh', '-c', 'sh -c "exec etcd --a"'], 'etcd', ['--a']],
  [['/usr/bin/env', '-i', 'A=b', 'etcd', '--a'], 'etcd', ['--a']],
  [['env', '-u', 'X', '--', 'A=b', 'etcd'], 'etcd', []],
  [['kube-log-runner', '--also-stdout', '--log-file=/x', 'kube-apiserver', '--a'], 'kube-apiserver', ['--a']],
  [['/go-runner', '-log-file', '/x', '-redirect-stderr', '/usr/local/bin/kube-proxy', '-a'], 'kube-proxy', ['-a']],
  [
    ['/usr/bin/flock', '--exclusive', '--timeout=30', '/var/lock/x.lock', 'hyperkube', 'apiserver', '-a'],
    'kube-apiserver',
    ['-a'],
  ],
  [['flock', '-w', '30', '/x.lock', '-c', 'etcd --a'], 'etcd', ['--a']],
  [['tini', '-s', '--', 'etcd', '--a'], 'etcd', ['--a']],
  [['/tini', '-e', '143', 'etcd', '--a'], 'etcd', ['--a']],
  [['dumb-init', '--rewrite', '15:2', '--', 'kubelet'], 'kubelet', []],
  [['nice', '-n', '-19', 'ionice', '-c2', '-n0', 'etcd', '--a'], 'etcd', ['--a']],
  [['nice', '-n5', 'etcd'], 'etcd', []],
  [['nohup', 'timeout', '-k', '5', '1h', 'etcd'], 'etcd', []],
  [['busybox', 'sh', '-c', 'etcd'], 'etcd', []],
  [
    ['bash', '-c', 'exec watch-termination --log=/x --grace=135s -- hyperkube kube-apiserver --a'],
    'kube-apiserver',
    ['--a'],
  ],
])('%j runs %s', (command, component, argv) => {
  const search = find(command);
  expect(search.component).toBe(component);
  expect(search.argv.map(({ text }) => text)).toEqual(argv);
  expect(search.unseen).toBeUndefined();
  expect(search.notices).toEqual([]);
});

test.each([
  [['tail', '-f', '/var/log/kube-apiserver.log']],
  [['etcdctl', 'snapshot', 'save', '/x']],
  [['/etcd-manager', '--etcd-insecure']],
  [['sh', '-c', 'while true; do etcdctl endpoint health; done']],
  [['sh', '-c', 'echo kube-apiserver; cat /etc/etcd']],
  [['sh', '/opt/start-kube-apiserver.sh']],
  [['sh', 'kube-apiserver']],
  [['kube-apiserver-check-endpoints']],
  [['mycloud-controller-manager']],
  [['hyperkube', 'kubectl']],
  [['cp', '/usr/bin/etcd', '/x']],
  [['pgrep', 'kubelet']],
  [[]],
  [['env']],
  [['flock', '/x']],
])('%j runs no component', (command) => {
  expect(findComponent(words(command), [])).toEqual({ kind: 'other' });
});

test.each([
  ['if [ -f /x ]; then exec etcd --a; else exec etcd --b; fi', 'etcd'],
  ['if [ -f /x ]; then exec etcd --a; fi; exec etcd --b', 'etcd'],
  ['if [ -f /x ]; then etcd --a; else etcd --b; fi', 'etcd'],
  ['case $MODE in a) exec etcd --a ;; *) exec etcd --b ;; esac', 'etcd'],
  ['etcd --a || etcd --b', 'etcd'],
  ['test -f /x && exec etcd --a || exec etcd --b', 'etcd'],
  ['if [ -f /x ]; then exec etcd --a; fi; etcd --b', 'etcd'],
  ['test -f /x && exec etcd --a\netcd --b', 'etcd'],
  ['etcd --a || exec etcd --b', 'etcd'],
  ['if [ -f /x ]; then etcd --a; exit; fi\netcd --b', 'etcd'],
  ['a() { exec etcd --a; }; b() { exec etcd --b; }; "$MODE"', 'etcd'],
  ['function a { exec etcd --a; }\nfunction b { exec etcd --b; }\n$MODE', 'etcd'],
])('%s: which command runs is not known', (script, component) => {
  const search = find(['sh', '-c', script]);
  expect(search.component).toBe(component);
  expect(search.unseen).toEqual({
    part: 'all',
    reason: 'the start script decides between 2 commands that run etcd, and no file shows which it takes',
  });
});

test.each([
  ['if [ -f /x ]; then exec etcd --a; else exec etcd --a; fi', ['--a']],
  ['if [ -f /x ]; then exec etcd --a; fi', ['--a']],
  ['while true; do etcd --a; sleep 1; done', ['--a']],
  ['test -f /x || exit 1; exec etcd --a', ['--a']],
  ['test -f /x || mkdir /x && exec etcd --a', ['--a']],
  ['if [ -f /x ]; then mkdir /y; fi\nexec etcd --a\nexec etcd --b', ['--a']],
  ['if [ -f /x ]; then etcd --version; fi; etcd --a', ['--a']],
  ['etcd --version; test -f /x && exec etcd --a', ['--a']],
  ['etcd --a; exit 0; etcd --b', ['--a']],
  ['(cd /x; exit 1); etcd --a', ['--a']],
  ['a() { exec etcd --a; }; a', ['--a']],
  ['function a() { exec etcd --a; }; a', ['--a']],
  ['a() { exit 1; }\nexec etcd --a', ['--a']],
])('%s: it is known which command stays', (script, argv) => {
  const search = find(['sh', '-c', script]);
  expect(search.argv.map(({ text }) => text)).toEqual(argv);
  expect(search.unseen).toBeUndefined();
});

test('a function has the parameters that it is called with, not those of the script', () => {
  const search = find(['sh', '-c', 'run() { exec etcd "$@"; }; run --a', 'sh', '--b']);
  expect(search.argv.map(({ text }) => text)).toEqual(['$@']);
  expect(search.argv[0]?.unknown).toBe('the start script uses $@, whose value is not in the input');
});

test('a script that names a component and cannot be read is said to be unclear', () => {
  expect(findComponent(words(['sh', '-c', 'exec kube-apiserver "--a']), [])).toMatchObject({ kind: 'unclear' });
});

test('a variable that is not known gives a notice at its line, and no word when it may be several', () => {
  const search = find(['sh', '-c', 'exec etcd --ip=$POD_IP $EXTRA --b']);
  expect(search.argv.map(({ text }) => text)).toEqual(['--ip=$POD_IP', '--b']);
  expect(search.unseen).toEqual({
    part: 'some',
    reason: 'the start script uses $EXTRA, whose value is not in the input',
  });
  expect(search.argv[0]?.unknown).toBe('the start script uses $POD_IP, whose value is not in the input');
  expect(search.argv[1]?.unknown).toBeUndefined();
  expect(search.notices).toMatchObject([
    { code: 'unexpanded-variable', subject: '$POD_IP', file: FILE, line: 12 },
    { code: 'unexpanded-variable', subject: '$EXTRA', file: FILE, line: 12 },
  ]);
});

test('a default value or a command is not repeated in a notice, since it may hold a secret', () => {
  const search = find(['sh', '-c', 'exec etcd --a="${X:-hunter2}" --b="$(echo hunter2)"']);
  expect(JSON.stringify(search.notices)).not.toContain('hunter2');
  expect(search.notices).toHaveLength(2);
});

test('words of a literal block have their own lines', () => {
  const script = 'set -e\nexec etcd \\\n  --a \\\n  --b\n';
  const search = findComponent(
    [...words(['sh', '-c']), { text: script, position: { file: FILE, line: 20 }, firstLine: 21 }],
    [],
  );
  expect(search.kind === 'found' && search.argv).toEqual([
    { text: '--a', position: { file: FILE, line: 23 } },
    { text: '--b', position: { file: FILE, line: 24 } },
  ]);
});

test('the environment is what wrappers and the script make of it', () => {
  const names = (command: string[]): [string, string][] =>
    find(command)
      .environment.map(({ name, value }): [string, string] => [name, value])
      .filter(([name]) => name !== 'OPTS');
  expect(names(['etcd'])).toEqual([['HOST_IP', '10.0.0.1']]);
  expect(names(['env', 'A=1', 'HOST_IP=x', 'etcd'])).toEqual([
    ['HOST_IP', 'x'],
    ['A', '1'],
  ]);
  expect(names(['env', '-i', 'A=1', 'etcd'])).toEqual([['A', '1']]);
  expect(names(['env', '-u', 'HOST_IP', 'etcd'])).toEqual([]);
  expect(names(['sh', '-c', 'export A=1; B=2; C=3 exec etcd'])).toEqual([
    ['HOST_IP', '10.0.0.1'],
    ['A', '1'],
    ['C', '3'],
  ]);
});

test('a script that starts itself ends', () => {
  const self = 'sh -c "$S"; sh -c "$S"; sh -c "$S"';
  expect(findComponent(words(['sh', '-c', self]), [{ name: 'S', value: self }])).toEqual({ kind: 'other' });
});

test('no command line is thrown on', () => {
  const word = fc.constantFrom(
    'sh',
    '-c',
    'env',
    'A=1',
    'exec etcd "$@"',
    'etcd',
    '--',
    '-n',
    'flock',
    'nice',
    '-',
    '',
    '--x',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(word, fc.string()), { maxLength: 12 }), (command) => {
      expect(['found', 'other', 'unclear']).toContain(findComponent(words(command), ENVIRONMENT).kind);
    }),
    { numRuns: 1000 },
  );
});

test('a program is a component by its whole name', () => {
  expect(componentOfProgram('/usr/bin/kubelet')).toBe('kubelet');
  expect(componentOfProgram('kubelet-wrapper')).toBeUndefined();
  expect(componentOfProgram('')).toBeUndefined();
});

const SECRET = { name: 'POD_IP', value: '', unknown: 'POD_IP is filled by the kubelet from status.podIP' };

test.each<[name: string, command: readonly string[], expected: readonly (readonly [string, string | undefined])[]]>([
  [
    'a variable of the pod',
    ['sh', '-c', 'exec etcd --ip=$POD_IP --b'],
    [
      ['--ip=$POD_IP', SECRET.unknown],
      ['--b', undefined],
    ],
  ],
  ['in quotes', ['sh', '-c', 'exec etcd "--ip=$POD_IP"'], [['--ip=$POD_IP', SECRET.unknown]]],
  [
    'through another one',
    ['sh', '-c', 'IP=$POD_IP; exec etcd --ip=$IP'],
    [['--ip=$IP', 'the start script uses $IP, whose value is not in the input']],
  ],
  [
    'a command',
    ['sh', '-c', 'exec etcd --ip=$(hostname -i)'],
    [['--ip=$(hostname -i)', 'the start script uses a command substitution, whose value is not in the input']],
  ],
  ['a default in case', ['sh', '-c', 'exec etcd --ip=${POD_IP:-x}'], [['--ip=${POD_IP:-x}', SECRET.unknown]]],
])('%s makes its word unknown, and no other', (_name, command, expected) => {
  const search = findComponent(words(command), [SECRET]);
  expect(search.kind === 'found' && search.argv.map(({ text, unknown }) => [text, unknown])).toEqual(expected);
  expect(search.kind === 'found' && search.unseen).toBeUndefined();
});

test('what a script exports without telling the value is unknown to the program', () => {
  const search = findComponent(words(['sh', '-c', 'export ETCD_NAME=$(hostname) A=b; exec etcd']), []);
  expect(search.kind === 'found' && search.environment).toMatchObject([
    { name: 'ETCD_NAME', value: '', unknown: 'the start script gives ETCD_NAME a value that no file shows' },
    { name: 'A', value: 'b' },
  ]);
});

test("an unknown parameter of a script stays unknown, and so does one in the script's own text", () => {
  const reason = 'A is filled by the kubelet from a Secret';
  const [sh, c] = words(['sh', '-c']);
  if (sh === undefined || c === undefined) throw new Error('no words');
  const position = { file: FILE };
  const parameter = { text: '--a=$(A)', position, unknown: reason };
  const unknownOf = (command: readonly CommandWord[]): unknown => {
    const search = findComponent(command, []);
    return search.kind === 'found' ? search.argv.map(({ unknown }) => unknown) : search.kind;
  };
  const script = (text: string, unknown?: string): CommandWord => ({
    text,
    position,
    ...(unknown === undefined ? {} : { unknown }),
  });
  expect(unknownOf([sh, c, script('exec etcd "$@"'), script('sh'), parameter])).toEqual([reason]);
  expect(unknownOf([sh, c, script('exec etcd --b=$1'), script('sh'), parameter])).toEqual([expect.any(String)]);
  expect(unknownOf([sh, c, script("exec etcd --a=$(A) '--b=$(A)' --c", reason)])).toEqual([reason, reason, undefined]);
});

test('a flag whose very name is unknown leaves the command line open', () => {
  const reason = 'A is filled by the kubelet from a Secret';
  const unknown = (text: string): CommandWord => ({ text, position: { file: FILE }, unknown: reason });
  const [etcd, name] = words(['etcd', '--name']);
  if (etcd === undefined || name === undefined) throw new Error('no words');
  const unseen = (...command: readonly CommandWord[]): unknown => {
    const search = findComponent(command, []);
    return search.kind === 'found' ? search.unseen?.reason : search.kind;
  };
  expect(unseen(etcd, unknown('$(A)'))).toBe(reason);
  expect(unseen(etcd, unknown('--$(A)=x'))).toBe(reason);
  expect(unseen(etcd, name, unknown('$(A)'))).toBeUndefined();
  expect(unseen(etcd, unknown('--name=$(A)'))).toBeUndefined();
});
