/** `kubetls certs`: from real files of nodes to what they are, what they fit, and where they are used. */
import { spawnSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import forge from 'node-forge';
import { describe, expect, test } from 'vitest';
import type { CertsCertificate, CertsObject, CertsReport } from '../src/model/certs-report.ts';
import { renderCerts } from '../src/report/certs-formats.ts';
import type { ReportOptions } from '../src/report/reporter.ts';
import { certsOf } from '../src/run/certs.ts';
import { expectGolden } from './report/golden.ts';
import { AT } from './support/cases.ts';
import { caOf, freshKey, issue } from './support/certificates.ts';
import type { Issued } from './support/certificates.ts';
import { temporaryDirectory } from './support/input.ts';
import { realNode } from './support/node.ts';
import type { EditableNode } from './support/node.ts';
import { kubetls } from './support/program.ts';

const PAGE: ReportOptions = { width: 120, colour: false, quiet: false, verbose: false };
const PKI = '/etc/kubernetes/pki';

type Files = Readonly<Record<string, string | Uint8Array>>;

interface Asked {
  readonly at?: string;
  readonly nodes?: readonly EditableNode[];
  readonly password?: string;
}

async function certs(files: Files, { at = AT, nodes = [], password }: Asked = {}): Promise<CertsReport> {
  const named = Object.entries(files).map(([name, data]) => ({
    name,
    data: typeof data === 'string' ? new TextEncoder().encode(data) : data,
  }));
  const result = await certsOf(named, nodes, { at: new Date(at), ...(password === undefined ? {} : { password }) });
  if (!result.ok) throw new Error(`${result.message} ${JSON.stringify(result.problems)}`);
  return result.report;
}

const stock = (): Promise<EditableNode> => realNode('kubeadm-v136-default');

/** A file of the real node by its name in the pki folder. */
async function pki(...names: readonly string[]): Promise<Files> {
  const node = await stock();
  return Object.fromEntries(names.map((name) => [name, node.text(`${PKI}/${name}`)]));
}

function objects(report: CertsReport): readonly CertsObject[] {
  return report.files.flatMap((file) => file.objects);
}

function certificate(report: CertsReport, subject = /./): CertsCertificate {
  const found = objects(report).find((one) => one.kind === 'certificate' && subject.test(one.subject));
  if (found?.kind !== 'certificate') throw new Error('no such certificate');
  return found;
}

/** What it says against or of everything: `warn: message`. */
function told(report: CertsReport): readonly string[] {
  return report.files.flatMap((file) =>
    [...file.findings, ...file.objects.flatMap((one) => one.findings)].map(
      ({ status, message }) => `${status}: ${message}`,
    ),
  );
}

const der = (pemText: string): Uint8Array => new Uint8Array(new X509Certificate(pemText).raw);

describe('what a certificate fits', () => {
  test('its key, its issuers, and what Go says of them', async () => {
    const report = await certs(await pki('apiserver.crt', 'apiserver.key', 'ca.crt'));
    expect(certificate(report)).toMatchObject({
      purpose: { what: 'serving certificate of the API server' },
      names: expect.arrayContaining(['DNS:kubernetes.default.svc', 'IP:10.96.0.1']) as string[],
      daysLeft: 364,
      keys: [{ file: 'apiserver.key' }],
      issuers: [{ subject: 'CN=kubernetes', place: { file: 'ca.crt', node: null } }],
      verdicts: [
        { use: 'server', result: 'accepted', message: '' },
        { use: 'client', result: 'not-applicable' },
      ],
      uses: [],
    });
    expect(report).toMatchObject({ status: 'pass', nodes: [], problems: [] });
    expect(objects(report)[1]).toMatchObject({ kind: 'private-key', certificates: [{ subject: 'CN=kube-apiserver' }] });
  });

  test('a CA that is not at hand leaves the question open', async () => {
    const report = await certs(await pki('apiserver.crt'));
    expect(certificate(report)).toMatchObject({
      status: 'pass',
      issuers: [],
      verdicts: [{ result: 'not-assessed', message: 'its issuer CN=kubernetes is not at hand' }, {}],
    });
  });

  test('the CA of another cluster has the same name', async () => {
    const other = await realNode('kubeadm-v128-default');
    const report = await certs({ ...(await pki('apiserver.crt')), 'ca.crt': other.text(`${PKI}/ca.crt`) });
    expect(report.status).toBe('warn');
    expect(told(report)).toEqual([
      "warn: Go refuses it as a server's: there is a CA of its issuer's name, CN=kubernetes, but with another key: the signature does not verify",
    ]);
    const both = await certs({
      ...(await pki('apiserver.crt', 'ca.crt')),
      'other.crt': other.text(`${PKI}/ca.crt`),
    });
    expect(certificate(both).issuers.map(({ place }) => place.file)).toEqual(['ca.crt']);
    expect(both.status).toBe('pass');
  });

  test('a key that is not its own is told by the names of the files', async () => {
    const files = await pki('apiserver.crt', 'front-proxy-client.key');
    const report = await certs({
      'a/x.crt': files['apiserver.crt'] ?? '',
      'a/x.key': files['front-proxy-client.key'] ?? '',
    });
    expect(told(report)).toEqual([
      'warn: a/x.key is not its key: Go refuses the pair',
      'warn: it is not the key of CN=kube-apiserver in a/x.crt: Go refuses the pair',
    ]);
    expect((await certs(files)).status).toBe('pass');
  });

  test('an intermediate that is given elsewhere, beside it, or alone', async () => {
    const root = await issue({ subject: 'CN=root', ca: true, notAfter: '2036-01-01T00:00:00Z' });
    const middle = await issue({ subject: 'CN=middle', ca: true, notAfter: '2036-01-01T00:00:00Z' }, root);
    const leaf = await issue({ subject: 'CN=x', use: 'client' }, middle);
    const client = async (files: Files) => certificate(await certs(files), /CN=x/).verdicts[1];
    const files = { 'x.crt': leaf.certificate, 'middle.crt': middle.certificate, 'root.crt': root.certificate };
    expect(await client(files)).toMatchObject({
      result: 'accepted',
      message: 'if CN=middle is shown with it, which is not in the same place',
    });
    expect(certificate(await certs(files), /CN=x/).issuers.map(({ subject }) => subject)).toEqual([
      'CN=middle',
      'CN=root',
    ]);
    const chain = leaf.certificate + middle.certificate;
    expect(await client({ 'x.crt': chain, 'root.crt': root.certificate })).toMatchObject({
      result: 'accepted',
      message: '',
    });
    expect(await client({ 'x.crt': leaf.certificate, 'm.crt': middle.certificate })).toMatchObject({
      result: 'accepted',
      message: 'where the CA above it is trusted itself: the root is not at hand',
    });
    const own = await certs({ 'x.crt': chain + root.certificate });
    expect(certificate(own, /CN=x/).verdicts[1]?.message).toContain('at hand only beside it');
    const reversed = await certs({ 'x.pem': middle.certificate + leaf.certificate + leaf.key });
    expect(told(reversed)[0]).toBe(
      'warn: the key belongs to certificate 2 here, and Go takes the first for the pair: put that one first',
    );
  });
});

describe('what Go would say', () => {
  test.each([
    ['2027-10-20T00:00:00Z', 'pass', []],
    ['2027-11-01T00:00:00Z', 'warn', ['warn: it ends in 20 days']],
    ['2027-11-21T03:47:08Z', 'warn', ['warn: it ends within a day']],
    ['2027-11-21T03:47:09Z', 'fail', ['fail: it has ended: whoever verifies it refuses it']],
    ['2026-01-01T00:00:00Z', 'warn', ['warn: it is not valid before 2026-11-21']],
  ])('at %s: %s', async (at, status, messages) => {
    const report = await certs(await pki('apiserver.crt', 'apiserver.key'), { at });
    expect({ status: report.status, told: told(report) }).toEqual({ status, told: messages });
  });

  test('a CA that has ended takes the leaf along', async () => {
    const ca = await issue({ subject: 'CN=ca', ca: true, notAfter: '2026-11-21T00:00:00Z' });
    const leaf = await issue({ subject: 'CN=x', use: 'client' }, ca);
    const report = await certs({ 'x.crt': leaf.certificate, 'ca.crt': ca.certificate });
    expect(told(report)).toEqual([
      "fail: Go refuses it as a client's: the CA CN=ca expired on 2026-11-21T00:00:00Z",
      'fail: it has ended, and with it all that it signed, however long that lasts itself',
    ]);
  });

  test('what the kubelet renews in time is no alarm', async () => {
    const node = await realNode('kubeadm-v136-hardened-ha');
    const file = '/var/lib/kubelet/pki/kubelet-server-2026-11-21-04-20-52.pem';
    const files = { 'server.pem': node.text(file) };
    expect(told(await certs(files))).toEqual(['warn: it ends in 29 days']);
    const compared = await certs(files, { nodes: [node] });
    expect(compared.status).toBe('pass');
    expect(told(compared)).toEqual(['pass: it ends in 29 days, and the kubelet of cp-1 renews it before']);
  });

  test.each<[name: string, wanted: Parameters<typeof issue>[0], message: string]>([
    ['no alternative name', { subject: 'CN=a.example', use: 'server' }, 'warn: it names no host'],
    ['a client with both uses', { subject: 'CN=x', use: 'both' }, 'pass: it names no host, so no server can use it'],
    [
      'SHA-1',
      { subject: 'CN=x', use: 'client', hash: 'SHA-1', key: freshKey({ bits: 2048 }).privateKey },
      'warn: Go refuses it: it is signed with SHA1-RSA',
    ],
    [
      'RSA of 1024 bits',
      { subject: 'CN=x', use: 'client', key: freshKey({ bits: 1024 }).privateKey },
      'pass: its RSA key has only 1024 bits',
    ],
  ])('%s', async (_name, wanted, message) => {
    const ca = await issue({ subject: 'CN=ca', ca: true, key: freshKey({ bits: 2048 }).privateKey });
    const leaf = await issue(wanted, ca);
    expect(told(await certs({ 'x.crt': leaf.certificate }))[0]).toContain(message);
  });

  test.each<[name: string, change: (text: string) => string | Uint8Array, message: string]>([
    ['DER', der, 'warn: it is in DER (binary), which Kubernetes does not read; convert it to PEM (openssl x509'],
    ['indented', (text) => text.replace(/^/gm, '  '), 'warn: BEGIN CERTIFICATE is indented'],
    [
      'TRUSTED CERTIFICATE',
      (text) => text.replaceAll(' CERTIFICATE', ' TRUSTED CERTIFICATE'),
      'warn: the block is of the type TRUSTED CERTIFICATE',
    ],
    ['headers', (text) => text.replace('-----\n', '-----\nA: b\n\n'), 'warn: the certificate has headers'],
    [
      'a request beside it',
      (text) => text + text.replaceAll('CERTIFICATE', 'CERTIFICATE REQUEST'),
      'pass: BEGIN CERTIFICATE REQUEST is a request',
    ],
  ])('%s', async (_name, change, message) => {
    const { 'ca.crt': text } = await pki('ca.crt');
    const report = await certs({ 'ca.crt': change(String(text)) });
    expect(told(report)[0]).toContain(message);
    expect(report.status).toBe(message.split(':')[0]);
  });

  test('a key in DER, a public key in DER', async () => {
    const { 'sa.key': key } = await pki('sa.key');
    const object = createPrivateKey(String(key));
    const report = await certs({
      'sa.der': new Uint8Array(object.export({ type: 'pkcs8', format: 'der' })),
      'ed.der': new Uint8Array(
        createPrivateKey(freshKey('ed25519').privateKey).export({ type: 'pkcs8', format: 'der' }),
      ),
      'sa.key': String(key),
    });
    expect(objects(report).map((one) => one.kind)).toEqual(['private-key', 'private-key', 'private-key']);
    expect(told(report)).toHaveLength(2);
  });
});

describe('a bundle', () => {
  test('which CAs, which of them ended, duplicates, what is no CA', async () => {
    const old = await issue({
      subject: 'CN=old',
      ca: true,
      notBefore: '2016-01-01T00:00:00Z',
      notAfter: '2026-01-01T00:00:00Z',
    });
    const { 'ca.crt': ca, 'apiserver.crt': leaf } = await pki('ca.crt', 'apiserver.crt');
    const report = await certs({ 'ca-bundle.crt': `${String(ca)}${old.certificate}${String(ca)}${String(leaf)}` });
    expect(
      objects(report).map((one) => (one.kind === 'certificate' ? `${one.subject} ${one.position} ${one.status}` : '')),
    ).toEqual([
      'CN=kubernetes in-bundle pass',
      'CN=old in-bundle fail',
      'CN=kubernetes in-bundle pass',
      'CN=kube-apiserver in-bundle pass',
    ]);
    expect(told(report)).toEqual([
      'pass: it is there 2 times, which changes nothing: keep one',
      'fail: it has ended, and with it all that it signed, however long that lasts itself',
      'pass: it is no CA: in a bundle of CAs it vouches for itself alone',
    ]);
    expect(await renderCerts('table', report, PAGE)).toContain('ca-bundle.crt: PEM, 1 certificate, 3 CAs (1 ended)');
  });
});

describe('where a node uses it', () => {
  test('the same certificate, its key, a CA, and by which settings', async () => {
    const node = await stock();
    const report = await certs(await pki('apiserver.crt', 'sa.key', 'etcd/ca.crt'), { nodes: [node] });
    expect(report.nodes).toEqual([{ name: 'cp-1', kubernetesVersion: '1.36.3' }]);
    const [serving, sa, etcd] = objects(report);
    expect(serving?.uses).toMatchObject([
      { kind: 'same', file: `${PKI}/apiserver.crt`, roles: ['serving certificate of kube-apiserver'] },
      { kind: 'key', file: `${PKI}/apiserver.key`, roles: ['kube-apiserver --tls-private-key-file'] },
    ]);
    expect(serving?.uses[0]?.paths).toContain('user-to-apiserver');
    expect(sa?.uses.map(({ kind, roles }) => `${kind} ${roles.join(', ')}`)).toEqual([
      'key kube-apiserver --service-account-signing-key-file, kube-controller-manager --service-account-private-key-file',
      'public-key kube-apiserver --service-account-key-file',
    ]);
    expect(etcd?.uses[0]).toMatchObject({
      kind: 'same',
      paths: ['apiserver-to-etcd', 'etcd-to-etcd', 'client-to-etcd'],
    });
  });

  test('the CA of the node signed it, though only the leaf was named', async () => {
    const report = await certs(await pki('apiserver.crt'), { nodes: [await stock()] });
    expect(certificate(report)).toMatchObject({
      issuers: [{ place: { node: 'cp-1', file: `${PKI}/ca.crt` } }],
      verdicts: [{ result: 'accepted' }, {}],
    });
  });

  test('what was renewed there, with another key and with the same', async () => {
    const node = await stock();
    const { certificate: old, key } = await issue(
      { subject: 'CN=kube-apiserver', use: 'server', dns: ['cp-1'], notAfter: '2026-12-31T00:00:00Z' },
      caOf(node),
    );
    const renewed = await certs({ 'old.crt': old }, { nodes: [node] });
    expect(certificate(renewed).uses).toMatchObject([
      { kind: 'replaced', file: `${PKI}/apiserver.crt`, notAfter: '2027-11-21T03:47:08Z' },
    ]);
    node.write(`${PKI}/apiserver.key`, key);
    node.write(
      `${PKI}/apiserver.crt`,
      (await issue({ subject: 'CN=kube-apiserver', use: 'server', dns: ['cp-1'], key }, caOf(node))).certificate,
    );
    const sameKey = await certs({ 'old.crt': old }, { nodes: [node] });
    expect(certificate(sameKey).uses.map(({ kind }) => kind)).toEqual(['same-key', 'key']);
  });

  test('a certificate that the node does not have', async () => {
    const alien = await issue({ subject: 'CN=alien', use: 'client' });
    const report = await certs({ 'alien.crt': alien.certificate }, { nodes: [await stock()] });
    expect(certificate(report).uses).toEqual([]);
    expect(await renderCerts('table', report, PAGE)).toContain('on  cp-1: in no file that was read there');
  });
});

describe('kubeconfigs', () => {
  test('whose certificate, whose key, whose CA', async () => {
    const node = await stock();
    const report = await certs({ 'admin.conf': node.text('/etc/kubernetes/admin.conf') });
    expect(objects(report).map(({ kind, place, status }) => `${kind} ${place.where} ${status}`)).toEqual([
      'certificate client-certificate-data of user kubernetes-admin pass',
      'private-key client-key-data of user kubernetes-admin pass',
      'certificate certificate-authority-data of cluster kubernetes pass',
    ]);
    expect(certificate(report)).toMatchObject({ user: 'kubernetes-admin', verdicts: [{}, { result: 'accepted' }] });
    expect(told(report)).toEqual([
      'pass: context kubernetes-admin@kubernetes (current): user kubernetes-admin at https://10.20.0.11:6443',
    ]);
  });

  test('every user, not only that of the current context; a key of another one', async () => {
    const node = await stock();
    const other = await issue({ subject: 'CN=jane, O=dev', use: 'client' }, caOf(node));
    const wrong = freshKey({ curve: 'P-256' }).privateKey;
    const base64 = (text: string): string => Buffer.from(text).toString('base64');
    const text = node
      .text('/etc/kubernetes/admin.conf')
      .replace(
        /^users:\n/m,
        `users:\n- name: jane\n  user:\n    client-certificate-data: ${base64(other.certificate)}\n    client-key-data: ${base64(wrong)}\n- name: bot\n  user: {token: geheim}\n`,
      );
    const report = await certs({ 'admin.conf': text });
    expect(certificate(report, /jane/)).toMatchObject({
      status: 'warn',
      purpose: { what: 'client of the API server, the user jane in the group dev' },
      verdicts: [{}, { result: 'accepted' }],
    });
    expect(told(report)).toContain('warn: client-key-data of user jane is not its key: Go refuses the pair');
    expect(told(report)).toContain('pass: user bot is known by a token');
    expect(JSON.stringify(report)).not.toContain('geheim');
  });

  test('a password in the address of the server is not printed', async () => {
    const text = (await stock())
      .text('/etc/kubernetes/admin.conf')
      .replace('https://10.20.0.11', 'https://admin:geheim@10.20.0.11');
    const report = await certs({ 'admin.conf': text });
    expect(told(report)[0]).toContain('https://***@10.20.0.11:6443');
    expect(JSON.stringify(report)).not.toContain('geheim');
  });

  test('files that it names are told, not read', async () => {
    const report = await certs({ 'kubelet.conf': (await stock()).text('/etc/kubernetes/kubelet.conf') });
    expect(told(report)[1]).toBe(
      'pass: client-certificate and client-key of user system:node:cp-1: the file /var/lib/kubelet/pki/kubelet-client-current.pem, which is read if you name it as well',
    );
  });
});

describe('Secrets and ConfigMaps', () => {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const secret = (name: string, { certificate: crt, key }: Issued, type = 'kubernetes.io/tls') => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: 'web' },
    type,
    data: { 'tls.crt': base64(crt), 'tls.key': base64(key) },
  });
  const pair = (): Promise<Issued> => issue({ subject: 'CN=x', use: 'server', dns: ['web.web.svc'] });

  test('a pair, as JSON, in a list, and beside something else', async () => {
    const one = await pair();
    const other = { ...(await pair()), key: one.key };
    const list = {
      apiVersion: 'v1',
      kind: 'List',
      items: [
        secret('good', one),
        secret('bad', other),
        { ...secret('token', one), data: { token: base64('geheim') } },
      ],
    };
    const report = await certs({ 'secrets.json': JSON.stringify(list) });
    expect(report.files[0]?.format).toBe('Kubernetes objects');
    expect(objects(report).map(({ place, status }) => `${place.where} ${status}`)).toEqual([
      'tls.crt of Secret web/good pass',
      'tls.key of Secret web/good pass',
      'tls.crt of Secret web/bad warn',
      'tls.key of Secret web/bad warn',
    ]);
    expect(told(report)).toEqual([
      'warn: Secret web/token is of the type kubernetes.io/tls and has no tls.crt and no tls.key, so the API server refuses it',
      'warn: tls.key of Secret web/bad is not its key: Go refuses the pair',
      'warn: it is not the key of CN=x in tls.crt of Secret web/bad: Go refuses the pair',
    ]);
    expect(certificate(report).purpose.what).toBe('serving certificate of the Service web/web');
    expect(JSON.stringify(report)).not.toContain('geheim');
  });

  test('stringData beats data, as in the API server', async () => {
    const one = await pair();
    const report = await certs({
      'secret.json': JSON.stringify({
        ...secret('x', await pair()),
        stringData: { 'tls.crt': one.certificate, 'tls.key': one.key },
      }),
    });
    expect(report.status).toBe('pass');
    expect(objects(report)).toHaveLength(2);
    expect(certificate(report).sha256).toBe(certificate(await certs({ 'x.crt': one.certificate })).sha256);
  });

  test('YAML of several documents: stringData, what is not base64, a kubeconfig inside', async () => {
    const one = await pair();
    const conf = (await stock()).text('/etc/kubernetes/admin.conf');
    const indent = (text: string): string => text.trimEnd().replace(/^/gm, '    ');
    const text = [
      `apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  client.pem: |\n${indent(one.certificate + one.key)}`,
      'apiVersion: v1\nkind: Secret\nmetadata: {name: b}\ntype: Opaque\ndata:\n  ca.crt: "???"\n',
      `apiVersion: v1\nkind: Secret\nmetadata: {name: c-kubeconfig}\ndata:\n  value: ${base64(conf)}\n`,
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kube-root-ca.crt}\ndata:\n  ca.crt: |\n${indent(String((await pki('ca.crt'))['ca.crt']))}`,
    ].join('\n---\n');
    const report = await certs({ 'all.yaml': text });
    expect(objects(report).map(({ kind, place }) => `${kind} ${place.where}`)).toEqual([
      'certificate client.pem of Secret a',
      'private-key client.pem of Secret a',
      'certificate client-certificate-data of user kubernetes-admin in value of Secret c-kubeconfig',
      'private-key client-key-data of user kubernetes-admin in value of Secret c-kubeconfig',
      'certificate certificate-authority-data of cluster kubernetes in value of Secret c-kubeconfig',
      'certificate ca.crt of ConfigMap kube-root-ca.crt',
    ]);
    expect(report.files[0]?.findings[0]).toEqual({
      status: 'warn',
      message: 'data.ca.crt of Secret b is not base64, so the API server refuses the object',
      line: expect.any(Number) as number,
    });
  });
});

describe('PKCS#12', () => {
  const PASSWORD = 'geheim€';

  async function container(
    password: string | null,
    change: (made: forge.asn1.Asn1) => void = () => undefined,
  ): Promise<Uint8Array> {
    const { 'apiserver.crt': crt, 'apiserver.key': key } = await pki('apiserver.crt', 'apiserver.key');
    const made = forge.pkcs12.toPkcs12Asn1(
      forge.pki.privateKeyFromPem(String(key)),
      [forge.pki.certificateFromPem(String(crt))],
      password,
      { algorithm: '3des' },
    );
    change(made);
    return new Uint8Array(Buffer.from(forge.asn1.toDer(made).getBytes(), 'latin1'));
  }

  /** An element by its place in the structure. */
  function at(node: forge.asn1.Asn1 | undefined, ...path: readonly number[]): forge.asn1.Asn1 {
    const found = path.reduce((one, index) => (Array.isArray(one?.value) ? one.value[index] : undefined), node);
    if (found === undefined) throw new Error('no such element');
    return found;
  }

  test.each([
    ['the empty password', '', undefined],
    ['the password that is given', PASSWORD, PASSWORD],
  ])('%s opens it', async (_name, password, given) => {
    const report = await certs(
      { 'a.p12': await container(password), ...(await pki('ca.crt')) },
      given === undefined ? {} : { password: given },
    );
    expect(report.files[0]).toMatchObject({ format: 'PKCS#12', status: 'warn' });
    expect(certificate(report)).toMatchObject({
      subject: 'CN=kube-apiserver',
      keys: [{ file: 'a.p12' }],
      verdicts: [{ result: 'accepted' }, {}],
    });
    expect(told(report)[0]).toContain('warn: it is PKCS#12, which no component of Kubernetes reads');
  });

  test.each([
    [undefined, 'the empty one does not open it: give it with --password-file FILE'],
    ['falsch', 'that of --password-file does not open it'],
  ])('with %s it stays shut, and the rest is told', async (password, message) => {
    const report = await certs(
      { 'a.p12': await container(PASSWORD), ...(await pki('ca.crt')) },
      password === undefined ? {} : { password },
    );
    expect(objects(report)).toHaveLength(1);
    expect(report.problems).toMatchObject([
      { subject: 'a.p12', incomplete: true, message: expect.stringContaining(message) as string },
    ]);
  });

  test('one that asks for hours of work is refused at once', async () => {
    // MacData's iterations (RFC 7292 section 4).
    const slow = await container('', (made) => {
      at(made, 2, 2).value = '\x7f\xff\xff\xff';
    });
    await expect(certs({ 'a.p12': slow })).rejects.toThrow('asks for more than 1000000 rounds');
  });

  test('damaged in any place it is a message', async () => {
    const whole = await container('');
    for (let length = 16; length < whole.length; length += 97) {
      await expect(certs({ 'a.p12': whole.slice(0, length) })).rejects.toThrow(/^a\.p12: /);
      const flipped = whole.slice();
      flipped[length] = (flipped[length] ?? 0) ^ 0xff;
      await certs({ 'a.p12': flipped, 'b.crt': String((await pki('ca.crt'))['ca.crt']) });
    }
  });

  const openssl = spawnSync('openssl', ['version']).status === 0;

  test.skipIf(!openssl)('what openssl writes, with a key that node-forge does not know (needs openssl)', async () => {
    const folder = temporaryDirectory();
    const node = await realNode('kubeadm-v136-hardened-ha');
    for (const name of ['apiserver.crt', 'apiserver.key', 'ca.crt'])
      writeFileSync(join(folder, name), node.text(`${PKI}/${name}`));
    const run = spawnSync(
      'openssl',
      [
        'pkcs12',
        '-export',
        '-in',
        'apiserver.crt',
        '-inkey',
        'apiserver.key',
        '-certfile',
        'ca.crt',
        '-passout',
        `pass:${PASSWORD}`,
        '-out',
        'a.p12',
      ],
      { cwd: folder },
    );
    expect(run.status).toBe(0);
    const report = await certs(
      { 'a.p12': new Uint8Array(readFileSync(join(folder, 'a.p12'))) },
      { password: PASSWORD },
    );
    expect(certificate(report)).toMatchObject({
      publicKey: { algorithm: 'ECDSA' },
      keys: [{ file: 'a.p12' }],
      issuers: [{ subject: 'CN=kubernetes' }],
    });
  });
});

describe('hostile files', () => {
  test('bytes of any kind are a report or a message', async () => {
    const node = await stock();
    const { 'ca.crt': ca = '', 'sa.key': key = '' } = await pki('ca.crt', 'sa.key');
    const whole = [
      String(ca),
      String(key),
      node.text('/etc/kubernetes/admin.conf'),
      'kind: Secret\ndata:\n  tls.crt: ',
      '{"kind":"List","items":[',
      '-----BEGIN CERTIFICATE-----\n',
    ].map((text) => Buffer.from(text));
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
      fc
        .tuple(fc.constantFrom(...whole, Buffer.from(der(String(ca)))), fc.nat(), fc.nat(9000))
        .map(([bytes, from, length]) => bytes.subarray(from % bytes.length, (from % bytes.length) + length)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 4 }), async (pieces) => {
        const result = await certsOf([{ name: 'x', data: new Uint8Array(Buffer.concat(pieces)) }], [], {
          at: new Date(AT),
        });
        expect(result.ok ? result.report.files.length : result.message).toBeTruthy();
      }),
      { numRuns: 300 },
    );
  });
});

describe('formats', () => {
  const schema = JSON.parse(readFileSync(new URL('../docs/certs.schema.json', import.meta.url), 'utf8')) as object;
  const validate = new Ajv2020({ allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true }).compile(
    schema,
  );

  test.each([120, 80])('certs-%i.txt', async (width) => {
    const node = await stock();
    const files = {
      ...(await pki('apiserver.crt', 'apiserver.key', 'ca.crt')),
      'admin.conf': node.text('/etc/kubernetes/admin.conf'),
      'kubelet.crt': node.text('/var/lib/kubelet/pki/kubelet.crt'),
      'other.crt': (await realNode('kubeadm-v128-default')).text(`${PKI}/apiserver.crt`),
    };
    const text = await renderCerts('table', await certs(files, { nodes: [node] }), { ...PAGE, width });
    expectGolden(`certs-${width}.txt`, text);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(width);
  });

  test('the sample of the README is true', async () => {
    const report = await certs(await pki('apiserver-etcd-client.crt'), { nodes: [await stock()] });
    const [, block = ''] = (await renderCerts('table', report, PAGE)).split('\n\n');
    expect(readFileSync('README.md', 'utf8')).toContain(`\`\`\`text\n${block}\n\`\`\`\n`);
  });

  test('JSON is what the schema promises', async () => {
    const node = await stock();
    const names = node.files().filter((file) => /\.(?:crt|key|pub|conf|pem)$/.test(file) && !file.includes('systemd'));
    const files = Object.fromEntries(
      names.filter((file) => node.entry(file)?.type === 'file').map((file) => [file, node.text(file)]),
    );
    for (const at of [AT, '2040-01-01T00:00:00Z']) {
      const text = await renderCerts('json', await certs(files, { at, nodes: [node] }), PAGE);
      validate(JSON.parse(text));
      expect(validate.errors).toBeNull();
      expect(validate({ ...(JSON.parse(text) as object), files: undefined })).toBe(false);
    }
  });

  test('no line of a private key is printed', async () => {
    const node = await stock();
    const names = ['apiserver.key', 'sa.key', 'ca.key'];
    const files = { ...(await pki(...names)), 'admin.conf': node.text('/etc/kubernetes/admin.conf') };
    const report = await certs(files, { nodes: [node] });
    const printed = (await renderCerts('table', report, PAGE)) + (await renderCerts('json', report, PAGE));
    const secret = names.flatMap((name) =>
      node
        .text(`${PKI}/${name}`)
        .split('\n')
        .filter((line) => line.length > 40),
    );
    expect(secret.length).toBeGreaterThan(50);
    expect(secret.filter((line) => printed.includes(line))).toEqual([]);
    expect(printed).not.toContain(/client-key-data: (\S{40})/.exec(node.text('/etc/kubernetes/admin.conf'))?.[1]);
  });

  test('names that move the cursor stay text', async () => {
    const evil = await issue({ subject: 'CN=\u001b[2Jx, O=\u202eevil', use: 'client' });
    const report = await certs({
      '\u001b[2J.pem': evil.certificate + evil.key,
      'x.conf': 'apiVersion: v1\nkind: Config\nclusters: []\nusers: [{name: "\\e[2J", user: {token: x}}]\n',
    });
    const text = await renderCerts('table', report, PAGE);
    expect(text).not.toMatch(/[\u001b\u202e]/);
    expect(text).toContain(String.raw`\x1b[2Jx`);
  });
});

describe('the program', () => {
  const NODE = ['--node', join(import.meta.dirname, '..', 'fixtures/clusters/kubeadm-v136-default.tar.gz')];

  async function folderOf(files: Files): Promise<string> {
    const folder = temporaryDirectory();
    for (const [name, data] of Object.entries(files)) writeFileSync(join(folder, name), data);
    return Promise.resolve(folder);
  }

  test.each([
    ['all is well', ['ca.crt', 'sa.key'], '2026-12-01', 0],
    ['it ends soon', ['apiserver.crt', 'sa.key'], '2027-11-01', 1],
    ['it has ended', ['apiserver.crt', 'sa.key'], '2028-01-01', 2],
    ['a file is not there', ['apiserver.crt', 'no-such.crt'], '2026-12-01', 3],
    ['a file is not there, and another has ended', ['apiserver.crt', 'no-such.crt'], '2028-01-01', 3],
    ['a file holds nothing', ['apiserver.crt', 'notes.txt'], '2026-12-01', 3],
    ['a file holds nothing, and another has ended', ['apiserver.crt', 'notes.txt'], '2028-01-01', 3],
    ['one is a folder', ['apiserver.crt', 'folder'], '2026-12-01', 3],
    ['nothing could be read', ['no-such.crt'], '2026-12-01', 3],
  ])('%s: %j at %s gives %i', async (_name, names, at, status) => {
    const cwd = await folderOf({ ...(await pki('ca.crt', 'sa.key', 'apiserver.crt')), 'notes.txt': 'hello\n' });
    mkdirSync(join(cwd, 'folder'));
    const run = await kubetls(['certs', '--at', at, ...NODE, ...names], { cwd });
    expect({ status: run.status, stderr: run.stderr }).toEqual({
      status,
      stderr:
        status === 3 ? (expect.stringMatching(/^kubetls: .*(?:no-such\.crt|notes\.txt|folder).*\n$/) as string) : '',
    });
    if (names.length > 1) expect(run.stdout).toContain(`${names[0] ?? ''}: PEM`);
  });

  test('standard input, JSON, a password file', async () => {
    const { 'apiserver.crt': crt } = await pki('apiserver.crt');
    const run = await kubetls(['certs', '-o', 'json', '--at', '2026-12-01', ...NODE, '-'], {
      stdin: new TextEncoder().encode(String(crt)),
    });
    expect(run).toMatchObject({ status: 0, stderr: '' });
    expect(JSON.parse(run.stdout)).toMatchObject({ files: [{ file: '-', format: 'PEM' }], nodes: [{ name: 'cp-1' }] });
    const cwd = await folderOf({ 'a.crt': String(crt) });
    expect(await kubetls(['certs', '--password-file', 'none', 'a.crt'], { cwd })).toMatchObject({
      status: 3,
      stderr: 'kubetls: the password file none does not exist.\n',
    });
    expect(await kubetls(['certs', '-', '--node', '-'], { cwd })).toMatchObject({ status: 3, stdout: '' });
  });

  test('what is no file is not waited for, and an archive is no file', async () => {
    const cwd = await folderOf({});
    const fifo = spawnSync('mkfifo', [join(cwd, 'fifo')]);
    for (const name of ['/dev/zero', ...(fifo.status === 0 ? ['fifo'] : [])]) {
      expect(await kubetls(['certs', name], { cwd })).toMatchObject({
        status: 3,
        stderr: `kubetls: ${name} is not a regular file.\n`,
      });
    }
    const archive = await kubetls(['certs', NODE[1] ?? '']);
    expect(archive).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('a node is given with --node') as string,
    });
  });

  test('a node that cannot be opened is 3', async () => {
    const cwd = await folderOf(await pki('ca.crt'));
    const run = await kubetls(['certs', 'ca.crt', '--node', 'no-such-node'], { cwd });
    expect(run).toMatchObject({ status: 3, stdout: '', stderr: expect.stringContaining('no-such-node') as string });
  });

  test('--help names it', async () => {
    expect((await kubetls(['--help'])).stdout).toMatch(/certs \[options\] <file\.\.\.>/);
  });
});
