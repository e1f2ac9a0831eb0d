/** Every example of the README and of --help is run as it stands there, beside files with the names that it uses. */
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import forge from 'node-forge';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AT } from './support/cases.ts';
import { extract } from './support/extract.ts';
import { realNode } from './support/node.ts';
import { kubetls } from './support/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'kubetls-examples-'));

/** Commands that take this machine where no input is named; a test takes a backup there. */
const OF_NODES = new Set(['check', 'settings', 'expiry', 'timeline', 'ports']);

beforeAll(async () => {
  const stock = 'fixtures/clusters/kubeadm-v136-default.tar.gz';
  for (const name of ['backup', 'cp-1']) copyFileSync(stock, join(folder, `${name}.tar.gz`));
  copyFileSync('fixtures/clusters/kubeadm-v136-hardened-ha.tar.gz', join(folder, 'cp-2.tar.gz'));
  for (const name of ['kubeadm', 'kubeadm-config']) {
    copyFileSync('fixtures/kubeadm/v136-default.yaml', join(folder, `${name}.yaml`));
  }
  const node = await realNode('kubeadm-v136-default');
  for (const name of ['mnt/cp-1', 'backup']) {
    mkdirSync(join(folder, name), { recursive: true });
    extract(node, join(folder, name));
  }
  const kubernetes = join(folder, 'backup/etc/kubernetes');
  for (const name of ['manifests', 'pki']) cpSync(join(kubernetes, name), join(folder, name), { recursive: true });
  for (const [from, to] of [
    ['manifests/kube-apiserver.yaml', 'kube-apiserver.yaml'],
    ['pki/apiserver.crt', 'tls.crt'],
    ['pki/apiserver.key', 'tls.key'],
    ['pki/ca.crt', 'ca.crt'],
    ['admin.conf', 'admin.conf'],
  ] as const) {
    copyFileSync(join(kubernetes, from), join(folder, to));
  }
  const manifest = readFileSync(join(folder, 'kube-apiserver.yaml'), 'utf8').replaceAll(/^/gm, '  ').trimEnd();
  writeFileSync(join(folder, 'pods.yaml'), `apiVersion: v1\nkind: List\nitems:\n- ${manifest.trimStart()}\n`);
  writeFileSync(
    join(folder, 'ps.txt'),
    'USER PID %CPU %MEM VSZ RSS TTY STAT START TIME COMMAND\nroot 42 0.0 0.0 1 1 ? Ssl 10:00 0:00 kube-scheduler --bind-address=127.0.0.1\n',
  );
  mkdirSync(join(folder, 'cluster'));
  copyFileSync('fixtures/exports/cluster-v136-mixed.yaml', join(folder, 'cluster/all.yaml'));
  const old = await kubetls(['cp-1.tar.gz', '-o', 'json=old.json'], { cwd: folder });
  if (old.status === 3) throw new Error(old.stderr);
  writeFileSync(join(folder, 'password'), 'secret\n');
  const { asn1, pkcs12, pki } = forge;
  const store = pkcs12.toPkcs12Asn1(
    pki.privateKeyFromPem(readFileSync(join(folder, 'tls.key'), 'utf8')),
    [pki.certificateFromPem(readFileSync(join(folder, 'tls.crt'), 'utf8'))],
    'secret',
    { algorithm: '3des' },
  );
  writeFileSync(join(folder, 'store.p12'), Buffer.from(asn1.toDer(store).getBytes(), 'binary'));
}, 60_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Lines that run kubetls itself; what other machines and programs do is left out. */
function examplesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/\s+#.*$/, '').trim())
    .filter((line) => /^(?:\S+ \| )?kubetls(?: |$)/.test(line) && !line.startsWith('ssh '));
}

const readme = [...readFileSync('README.md', 'utf8').matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block);

async function runs(line: string): Promise<void> {
  const [, words = ''] = /kubetls ?(.*?)(?: > \S+)?$/.exec(line) ?? [];
  const args = words
    .replaceAll('/mnt/', 'mnt/')
    .split(' ')
    .filter((word) => word !== '');
  const command = args[0] !== undefined && /^[a-z]+$/.test(args[0]) && args[0] !== 'cluster' ? args[0] : 'check';
  const namesInput = args.some((word) => /^(?:mnt|backup)|\.(?:gz|yaml)$|^cluster$|^manifests$/.test(word));
  if (OF_NODES.has(command) && !namesInput) args.push('cp-1.tar.gz');
  if (!args.includes('--at') && OF_NODES.has(command) && command !== 'settings' && command !== 'ports') {
    args.push('--at', AT);
  }
  const { status, stdout, stderr } = await kubetls(args, {
    cwd: folder,
    stdin: Buffer.from('*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n'),
  });
  expect(stderr).toBe('');
  expect([0, 1, 2]).toContain(status);
  if (!/--quiet|=report|=kubetls/.test(line)) expect(stdout).not.toBe('');
}

describe('the README', () => {
  const examples = readme.flatMap(examplesOf);
  test('has examples', () => {
    expect(examples.length).toBeGreaterThan(30);
  });
  test.each(examples)('%s', async (line) => {
    await runs(line);
  });
});

test('--help', async () => {
  const { stdout } = await kubetls(['--help']);
  const lines = /Examples:\n((?: {2}kubetls.*\n)+)/.exec(stdout)?.[1]?.split('\n') ?? [];
  const examples = lines.map((line) => line.trim().split(/ {3,}/)[0] ?? '').filter((line) => line !== '');
  expect(examples.length).toBeGreaterThan(8);
  for (const line of examples) await runs(line);
}, 60_000);
