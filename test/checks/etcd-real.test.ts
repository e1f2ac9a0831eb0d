/**
 * etcd itself as the judge: for each set of flags the row's verdict has to be what a client of a running etcd meets.
 * Needs `etcd` (3.4 or later) on the PATH and listens on loopback only.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { check, rowOf } from '../support/cases.ts';
import { issue } from '../support/certificates.ts';
import type { Issued } from '../support/certificates.ts';
import { ETCD_CA, forEtcd, OTHER_CA, PKI } from '../support/etcd.ts';
import { temporaryDirectory } from '../support/input.ts';
import { realNode } from '../support/node.ts';

const missing = spawnSync('etcd', ['--version']).error === undefined ? '' : ' [skipped: no etcd on the PATH]';

const server = await forEtcd();
const member = await issue({ subject: 'CN=client', use: 'client' }, ETCD_CA);
const stranger = await issue({ subject: 'CN=client', use: 'client' }, OTHER_CA);

/** Flags that the stock manifest loses, and what it gets instead; FILE stands for the folder of the certificates. */
interface Setup {
  readonly name: string;
  readonly without: readonly string[];
  readonly flags: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Whom etcd answers: undefined where it does not start. */
  readonly answers: { readonly nobody: boolean; readonly member: boolean; readonly stranger: boolean } | undefined;
}

const PAIR = ['--cert-file=FILE/server.crt', '--key-file=FILE/server.key'];
const ALL = ['cert-file', 'key-file', 'trusted-ca-file', 'client-cert-auth'];

const setups: readonly Setup[] = [
  {
    name: 'certificate, CA and the switch',
    without: ALL,
    flags: [...PAIR, '--trusted-ca-file=FILE/ca.crt', '--client-cert-auth'],
    answers: { nobody: false, member: true, stranger: false },
  },
  {
    name: 'certificate and CA',
    without: ALL,
    flags: [...PAIR, '--trusted-ca-file=FILE/ca.crt'],
    answers: { nobody: false, member: true, stranger: false },
  },
  {
    name: 'certificate alone',
    without: ALL,
    flags: PAIR,
    answers: { nobody: true, member: true, stranger: true },
  },
  {
    name: 'certificate and the switch without a CA',
    without: ALL,
    flags: [...PAIR, '--client-cert-auth=true'],
    answers: { nobody: false, member: false, stranger: false },
  },
  {
    name: 'auto TLS',
    without: ALL,
    flags: ['--auto-tls'],
    answers: { nobody: true, member: true, stranger: true },
  },
  { name: 'https without a certificate', without: ALL, flags: [], answers: undefined },
  {
    name: 'a variable beside the flag that it stands for',
    without: ALL,
    flags: [...PAIR, '--trusted-ca-file=FILE/ca.crt'],
    environment: { ETCD_TRUSTED_CA_FILE: 'FILE/ca.crt' },
    answers: undefined,
  },
  {
    name: 'an empty variable beside its flag, one that no check looks at',
    without: ALL,
    flags: [...PAIR, '--trusted-ca-file=FILE/ca.crt', '--quota-backend-bytes=0'],
    environment: { ETCD_QUOTA_BACKEND_BYTES: '' },
    answers: undefined,
  },
  {
    name: 'certificate and CA, the CA by variable',
    without: ALL,
    flags: PAIR,
    environment: { ETCD_TRUSTED_CA_FILE: 'FILE/ca.crt' },
    answers: { nobody: false, member: true, stranger: false },
  },
  {
    name: 'certificate without its key',
    without: ALL,
    flags: ['--cert-file=FILE/server.crt'],
    answers: undefined,
  },
];

describe.skipIf(missing !== '')(`client authentication as etcd does it${missing}`, () => {
  test.each(setups)('$name', { timeout: 30_000 }, async ({ without, flags, environment = {}, answers }) => {
    const node = await realNode('kubeadm-v136-default');
    node.write(`${PKI}/etcd/server.crt`, server.certificate).write(`${PKI}/etcd/server.key`, server.key);
    for (const flag of without) node.removeFlag('etcd', flag);
    for (const flag of flags) node.addFlag('etcd', flag.replace('FILE', `${PKI}/etcd`));
    for (const [name, value] of Object.entries(environment)) {
      node.replace(
        '/etc/kubernetes/manifests/etcd.yaml',
        '    image:',
        `    env: [{name: ${name}, value: "${value.replace('FILE', `${PKI}/etcd`)}"}]\n    image:`,
      );
    }
    const row = rowOf(await check(node), 'client-to-etcd');

    const real = await runEtcd(flags, environment);
    expect(real).toEqual(answers);
    if (real === undefined) {
      expect(
        row.checks
          .filter(({ status }) => status === 'fail')
          .map(({ message }) => message)
          .join('\n'),
      ).toMatch(/does not start/);
    } else {
      // Public roots let in whoever bought a certificate, so that refusal of all three is not enough for a yes.
      const locked = !real.nobody && !real.stranger && real.member;
      expect(row.clientAuthenticated).toBe(locked ? 'yes' : 'no');
      expect(row.status).toBe(locked ? 'pass' : 'fail');
    }
  });
});

async function runEtcd(
  flags: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Setup['answers']> {
  const directory = temporaryDirectory();
  const files = join(directory, 'pki');
  mkdirSync(files);
  writeFileSync(join(files, 'ca.crt'), ETCD_CA.certificate);
  writeFileSync(join(files, 'server.crt'), server.certificate);
  writeFileSync(join(files, 'server.key'), server.key, { mode: 0o600 });
  const [port, peerPort] = [await freePort(), await freePort()];
  const client = `https://127.0.0.1:${port}`;
  const peer = `http://127.0.0.1:${peerPort}`;
  const child = spawn(
    'etcd',
    [
      '--name=one',
      `--data-dir=${join(directory, 'data')}`,
      `--listen-client-urls=${client}`,
      `--advertise-client-urls=${client}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=one=${peer}`,
      ...flags.map((flag) => flag.replace('FILE', files)),
    ],
    {
      stdio: 'ignore',
      env: {
        ...process.env,
        ...Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, value.replace('FILE', files)])),
      },
    },
  );
  const exited = new Promise<'exited'>((resolve) =>
    child.once('exit', () => {
      resolve('exited');
    }),
  );
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  if ((await Promise.race([exited, listening(port)])) === 'exited') return undefined;
  const met = {
    nobody: await answers(port, undefined),
    member: await answers(port, member),
    stranger: await answers(port, stranger),
  };
  if (met.nobody || met.member || met.stranger) return met;
  // A fault of the pair is found only once the ports are open; then etcd ends.
  const ended = await Promise.race([exited, new Promise((resolve) => setTimeout(resolve, 3000, 'running'))]);
  return ended === 'exited' ? undefined : met;
}

async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => {
        resolve(port);
      });
    });
  });
}

/** Settles once a TLS handshake gets any reaction at all: etcd answers, or refuses. */
async function listening(port: number): Promise<'listening'> {
  for (;;) {
    if ((await ask(port, undefined)) !== 'ECONNREFUSED') return 'listening';
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function answers(port: number, pair: Issued | undefined): Promise<boolean> {
  return (await ask(port, pair)) === 'answered';
}

/** `answered`, or the code of the error. */
async function ask(port: number, pair: Issued | undefined): Promise<string> {
  return new Promise((resolve) => {
    const asked = request(
      {
        host: '127.0.0.1',
        port,
        path: '/version',
        // What is looked at is whether etcd takes the client, not the other way round.
        rejectUnauthorized: false,
        agent: false,
        timeout: 5000,
        ...(pair === undefined ? {} : { cert: pair.certificate, key: pair.key }),
      },
      (response) => {
        response.resume();
        response.on('end', () => {
          resolve('answered');
        });
      },
    );
    asked.on('timeout', () => {
      asked.destroy(new Error('timeout'));
    });
    asked.on('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code ?? error.message);
    });
    asked.end();
  });
}
