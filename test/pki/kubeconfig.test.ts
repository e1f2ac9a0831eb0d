import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Kubeconfig } from '../../src/model/kubeconfig.ts';
import { readKubeconfig } from '../../src/pki/kubeconfig.ts';
import { serverAddress } from '../../src/pki/server.ts';
import { clusterFiles } from './cluster.ts';
import { FIXTURES, certificateOf } from './fixtures.ts';

const FILE = '/etc/kubernetes/admin.conf';
const data = (file: string): string => readFileSync(join(FIXTURES, file)).toString('base64');

async function read(text: string, file = FILE): Promise<Kubeconfig> {
  const result = await readKubeconfig(text, file);
  if (!result.ok) throw new Error(result.message);
  return result.kubeconfig;
}

interface Parts {
  readonly cluster?: string;
  readonly user?: string;
  readonly contexts?: string;
  readonly current?: string;
}

const kubeconfig = ({
  cluster = '{server: "https://10.0.0.1:6443"}',
  user = '{token: abc}',
  contexts = '[{name: a, context: {cluster: c, user: u}}]',
  current = 'a',
}: Parts = {}): string =>
  [
    'apiVersion: v1',
    'kind: Config',
    `current-context: ${current}`,
    `contexts: ${contexts}`,
    'clusters:',
    `- {name: c, cluster: ${cluster}}`,
    'users:',
    `- {name: u, user: ${user}}`,
    '',
  ].join('\n');

describe('readKubeconfig', () => {
  test('resolves the current context with embedded material', async () => {
    const text = kubeconfig({
      cluster: `{server: "https://[fd00::1]:6443", certificate-authority-data: ${data('certificates/root.pem')}, tls-server-name: kubernetes, proxy-url: "socks5://p"}`,
      user: `{client-certificate-data: ${data('certificates/leaf.pem')}, client-key-data: ${data('keys/ec-sec1.key')}}`,
    });
    const { cluster, user, problems, pemProblems } = await read(text);
    expect(problems).toEqual([]);
    expect(pemProblems).toEqual([]);
    expect(cluster).toMatchObject({
      name: 'c',
      scheme: 'https',
      host: 'fd00::1',
      port: 6443,
      serverLine: 6,
      tlsServerName: 'kubernetes',
      proxyURL: 'socks5://p',
      insecureSkipTLSVerify: false,
      certificateAuthority: { kind: 'embedded', field: 'certificate-authority-data', line: 6 },
    });
    expect(cluster?.certificateAuthorities[0]).toMatchObject({
      subject: 'CN=kubernetes',
      position: { file: FILE, line: 6 },
    });
    expect(user).toMatchObject({ name: 'u', hasToken: false, hasExec: false });
    expect(user?.certificates[0]?.sha256).toBe((await certificateOf('leaf')).sha256);
    expect(user?.privateKey?.publicKey?.spkiSha256).toBe(user?.certificates[0]?.publicKey.spkiSha256);
  });

  test('resolves relative paths against its own folder', async () => {
    const text = kubeconfig({
      cluster: '{server: "https://a", certificate-authority: pki/ca.crt}',
      user: '{client-certificate: /var/lib/kubelet/pki/c.pem, client-key: ../k.pem, tokenFile: t}',
    });
    const { cluster, user } = await read(text);
    expect(cluster?.certificateAuthority).toEqual({
      kind: 'file',
      path: '/etc/kubernetes/pki/ca.crt',
      field: 'certificate-authority',
      line: 6,
    });
    expect(user?.clientCertificate).toMatchObject({ path: '/var/lib/kubelet/pki/c.pem' });
    expect(user?.clientKey).toMatchObject({ path: '/etc/k.pem' });
    expect(user?.tokenFile).toBe('/etc/kubernetes/t');
  });

  test('keeps no token and no password', async () => {
    const result = await read(kubeconfig({ user: '{token: s3cret, username: me, password: hunter2}' }));
    expect(result.user).toMatchObject({ hasToken: true, hasBasicAuth: true });
    expect(JSON.stringify(result)).not.toMatch(/s3cret|hunter2/);
  });

  test('notices exec and auth-provider', async () => {
    const { user } = await read(kubeconfig({ user: '{exec: {command: aws}, auth-provider: {name: gcp}}' }));
    expect(user).toMatchObject({ hasExec: true, hasAuthProvider: true, hasToken: false });
  });

  test('takes the context that is current', async () => {
    const contexts = '[{name: a, context: {cluster: x, user: x}}, {name: b, context: {cluster: c, user: u}}]';
    const { cluster, currentContext } = await read(kubeconfig({ contexts, current: 'b' }));
    expect([cluster?.name, currentContext]).toEqual(['c', 'b']);
  });

  test('reads JSON, and a byte order mark', async () => {
    const yaml = JSON.stringify({
      'current-context': 'a',
      contexts: [{ name: 'a', context: { cluster: 'c', user: 'u' } }],
      clusters: [{ name: 'c', cluster: { server: 'https://a' } }],
      users: [{ name: 'u', user: {} }],
    });
    expect((await read(yaml)).cluster?.host).toBe('a');
    expect((await read(`\ufeff${yaml}`)).cluster?.port).toBe(443);
  });

  test('takes the last of two equal keys and says so', async () => {
    const { cluster, problems } = await read(kubeconfig({ cluster: '{server: "https://a", server: "https://b"}' }));
    expect(cluster?.host).toBe('b');
    expect(problems[0]).toMatchObject({
      line: 6,
      message: expect.stringContaining('server occurs more than once') as string,
    });
  });

  test.each<[string, Parts, number | undefined, string]>([
    ['no current context', { current: '""' }, undefined, 'names no current-context'],
    ['an unknown current context', { current: 'zz' }, 3, 'no context has that name'],
    ['a context without a cluster', { contexts: '[{name: a, context: {user: u}}]' }, 4, 'names no cluster'],
    [
      'an unknown cluster',
      { contexts: '[{name: a, context: {cluster: zz, user: u}}]' },
      4,
      '"zz", which is not in the file',
    ],
    ['an unknown user', { contexts: '[{name: a, context: {cluster: c, user: zz}}]' }, 4, 'the client is anonymous'],
    ['no server', { cluster: '{proxy-url: "http://p"}' }, 6, 'has no server'],
    ['a server that is none', { cluster: '{server: "a/b/c"}' }, 6, 'neither a URL nor HOST:PORT'],
    [
      'bad base64',
      { cluster: '{server: "https://a", certificate-authority-data: "@@"}' },
      6,
      'certificate-authority-data is not base64',
    ],
    [
      'spaces in base64',
      { cluster: '{server: "https://a", certificate-authority-data: "aGVs bG8="}' },
      6,
      'is not base64',
    ],
    [
      'data and path',
      { cluster: '{server: "https://a", certificate-authority-data: aGVsbG8=, certificate-authority: x}' },
      6,
      'client-go refuses',
    ],
    ['a certificate without a key', { user: '{client-certificate: x}' }, 8, 'no client-key'],
    [
      'a boolean in quotes',
      { cluster: '{server: "https://a", insecure-skip-tls-verify: "true"}' },
      6,
      'true or false without quotes',
    ],
    ['a number for a token', { user: '{token: 12}' }, 8, 'token has to be text'],
  ])('%s', async (_what, parts, line, message) => {
    const { problems } = await read(kubeconfig(parts));
    expect(problems.map((problem) => problem.line)).toEqual([line]);
    expect(problems[0]?.message).toContain(message);
  });

  test('two clusters of one name are refused by client-go', async () => {
    const { problems } = await read(
      kubeconfig().replace('users:', '- {name: c, cluster: {server: "https://b"}}\nusers:'),
    );
    expect(problems[0]).toMatchObject({
      line: 7,
      message: expect.stringContaining('does not read the file') as string,
    });
  });

  test('what is wrong with embedded PEM is told with its field', async () => {
    const { pemProblems } = await read(
      kubeconfig({ cluster: '{server: "https://a", certificate-authority-data: aGVsbG8=}' }),
    );
    expect(pemProblems).toEqual([
      {
        file: FILE,
        line: 6,
        code: 'text-only',
        message: 'certificate-authority-data: the data has no PEM block, so Kubernetes reads nothing from it',
      },
    ]);
  });

  test.each([
    ['', 'empty'],
    ['a: [', 'Flow'],
    ['kind: Pod', 'no kubeconfig'],
    ['- 1', 'no kubeconfig'],
  ])('refuses %j', async (text, message) => {
    const result = await readKubeconfig(text, FILE);
    expect(result).toMatchObject({ ok: false });
    expect(result.ok ? '' : result.message).toContain(message);
  });

  test('any fields give a result', async () => {
    const value = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(fc.string()),
      fc.dictionary(fc.string(), fc.string()),
    );
    const names = [
      'server',
      'certificate-authority-data',
      'certificate-authority',
      'insecure-skip-tls-verify',
      'token',
      'client-certificate-data',
      '__proto__',
      'exec',
    ];
    const fields = fc.dictionary(fc.constantFrom(...names), value);
    await fc.assert(
      fc.asyncProperty(fields, fields, async (cluster, user) => {
        const text = kubeconfig({ cluster: JSON.stringify(cluster), user: JSON.stringify(user) });
        expect((await read(text)).file).toBe(FILE);
      }),
      { numRuns: 200 },
    );
  });

  test.each([
    ['v136-default', 'admin.conf', 'CN=kubernetes-admin,O=kubeadm:cluster-admins'],
    ['v136-default', 'super-admin.conf', 'CN=kubernetes-super-admin,O=system:masters'],
    ['v136-hardened-ha', 'scheduler.conf', 'CN=system:kube-scheduler'],
    ['v128-default', 'admin.conf', 'CN=kubernetes-admin,O=system:masters'],
  ])('of a node: %s %s', async (cluster, name, subject) => {
    const file = `/etc/kubernetes/${name}`;
    const result = await read(Buffer.from(clusterFiles(cluster).get(file) ?? '').toString(), file);
    expect(result.problems).toEqual([]);
    expect(result.pemProblems).toEqual([]);
    expect(result.user?.certificates[0]?.subject).toBe(subject);
    expect(result.user?.privateKey?.publicKey?.spkiSha256).toBe(result.user?.certificates[0]?.publicKey.spkiSha256);
    expect(result.cluster).toMatchObject({
      scheme: 'https',
      port: 6443,
      certificateAuthorities: [{ subject: 'CN=kubernetes' }],
    });
  });
});

/** As k8s.io/client-go v0.36.0 gave with clientcmd.BuildConfigFromFlags and rest.DefaultServerUrlFor. */
describe('serverAddress', () => {
  test.each([
    ['https://10.0.0.1:6443', { scheme: 'https', host: '10.0.0.1', port: 6443 }],
    ['https://cp.example', { scheme: 'https', host: 'cp.example', port: 443 }],
    ['HTTPS://cp.example/prefix', { scheme: 'https', host: 'cp.example', port: 443 }],
    ['http://localhost:8080', { scheme: 'http', host: 'localhost', port: 8080 }],
    ['10.0.0.1:6443', { scheme: 'http', host: '10.0.0.1', port: 6443 }],
    ['cp.example', { scheme: 'http', host: 'cp.example', port: 80 }],
    ['cp.example/', { scheme: 'http', host: 'cp.example', port: 80 }],
    ['https://[fd00::1]', { scheme: 'https', host: 'fd00::1', port: 443 }],
    ['cp.example/path', undefined],
    ['tcp://cp.example', undefined],
    ['https://', undefined],
    ['', undefined],
    ['https://a:b:c', undefined],
  ])('%s', (server, expected) => {
    expect(serverAddress(server)).toEqual(expected);
  });
});
