/** `kubetls timeline`: the order of events, the first outage, and what renewing would move. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import ICAL from 'ical.js';
import { describe, expect, test } from 'vitest';
import type { TimelineReport } from '../src/model/timeline-report.ts';
import { renderTimeline } from '../src/report/timeline-formats.ts';
import type { ReportOptions } from '../src/report/reporter.ts';
import { timelineOf } from '../src/run/timeline.ts';
import type { Source } from '../src/source/source.ts';
import { expectGolden } from './report/golden.ts';
import { authenticate, forAdmin, forApiserver, serve } from './support/apiserver.ts';
import { AT } from './support/cases.ts';
import { issue } from './support/certificates.ts';
import { forEtcd, put } from './support/etcd.ts';
import { fileSource, realNode } from './support/node.ts';
import type { EditableNode } from './support/node.ts';
import { kubetls } from './support/program.ts';

const PAGE: ReportOptions = { width: 120, colour: false, quiet: false, verbose: false };
const PEER = '/etc/kubernetes/pki/etcd/peer';

async function timeline(sources: Source | readonly Source[], at = AT): Promise<TimelineReport> {
  const result = await timelineOf(Array.isArray(sources) ? (sources as readonly Source[]) : [sources as Source], {
    at: new Date(at),
  });
  if (!result.ok) throw new Error(result.message);
  return result.report;
}

const stock = (): Promise<EditableNode> => realNode('kubeadm-v136-default');

/** A real node whose etcd believes to be one of three. */
async function member(): Promise<EditableNode> {
  return (await stock()).replace(
    '/etc/kubernetes/manifests/etcd.yaml',
    /--initial-cluster=.*/,
    '--initial-cluster=cp-1=https://10.20.0.11:2380,cp-2=https://10.20.0.12:2380,cp-3=https://10.20.0.13:2380',
  );
}

test('what ends first is the first outage, and takes the API along', async () => {
  const pair = await forEtcd({ notAfter: '2027-02-01T00:00:00Z', dns: ['cp-1'], ips: ['10.20.0.11', '127.0.0.1'] });
  const report = await timeline(put(await member(), PEER, pair));
  expect(report.firstOutage).toEqual({ at: '2027-02-01T00:00:00Z', daysLeft: 71, node: 'cp-1', file: `${PEER}.crt` });
  expect(report.events[0]).toMatchObject({ what: 'peer certificate of etcd', breaks: ['etcd-to-etcd'], manual: true });
  expect(report.events[0]?.then).toContain('apiserver-to-etcd');
  expect(report.events[0]?.then).toContain('user-to-apiserver');
  expect(report.days[0]?.effects[0]).toContain('The API is gone');
});

test('a lone member of etcd has no peer that could miss it', async () => {
  const pair = await forEtcd({ notAfter: '2027-02-01T00:00:00Z', dns: ['cp-1'], ips: ['10.20.0.11', '127.0.0.1'] });
  const report = await timeline(put(await stock(), PEER, pair));
  expect(report.events[0]).toMatchObject({ then: [] });
  expect(report.days[0]?.effects).toEqual(['etcd has one member, so no peer notices until another joins.']);
});

test('what the kubelet renews is no outage, and still bounds how long the machine may be off', async () => {
  const report = await timeline(await realNode('kubeadm-v136-hardened-ha'));
  const [first] = report.events;
  // Its serving certificate ends after 30 days and is asked for anew when the machine comes back.
  expect(first).toMatchObject({ at: '2026-12-21T04:20:52Z', manual: false });
  expect(report.firstOutage?.at.slice(0, 10)).toBe('2027-11-21');
  expect(report.poweredOff).toMatchObject([{ node: 'cp-1', until: expect.stringContaining('2027-11-21') as string }]);
  const current = '/var/lib/kubelet/pki/kubelet-client-current.pem';
  const soon = await forAdmin({ subject: 'O=system:nodes, CN=system:node:cp-1', notAfter: '2026-12-01T00:00:00Z' });
  const node = (await stock()).write(
    '/var/lib/kubelet/pki/kubelet-client-2026-11-21-04-04-10.pem',
    soon.certificate + soon.key,
  );
  const changed = await timeline(node);
  expect(changed.poweredOff).toEqual([{ node: 'cp-1', until: '2026-12-01T00:00:00Z', daysLeft: 9, file: current }]);
  expect(changed.firstOutage?.at.slice(0, 10)).toBe('2027-11-21');
});

test('what the kubelet should have renewed long ago is an outage', async () => {
  const late = await forAdmin({
    subject: 'O=system:nodes, CN=system:node:cp-1',
    notBefore: '2026-01-01T00:00:00Z',
    notAfter: '2026-12-01T00:00:00Z',
  });
  const node = (await stock()).write(
    '/var/lib/kubelet/pki/kubelet-client-2026-11-21-04-04-10.pem',
    late.certificate + late.key,
  );
  const report = await timeline(node);
  const file = '/var/lib/kubelet/pki/kubelet-client-current.pem';
  expect(report.firstOutage).toMatchObject({ at: '2026-12-01T00:00:00Z', file });
  expect(report.events[0]).toMatchObject({ files: [file], manual: true });
  expect(report.events[0]?.renewal).toMatch(/kubectl get csr/);
  expect(await renderTimeline('table', report, { ...PAGE, width: 300 })).not.toContain(
    `${file}): the kubelet renews it before`,
  );
});

test('a certificate that nobody verifies breaks nothing', async () => {
  const report = await timeline(await stock());
  const own = report.events.find(({ files }) => files[0] === '/var/lib/kubelet/pki/kubelet.crt');
  expect(own).toMatchObject({ breaks: [], then: [] });
});

test('a CA is one event with all its copies, and takes its leaves along', async () => {
  const ca = await issue({ subject: 'CN=kubernetes', ca: true, notAfter: '2027-01-01T00:00:00Z' });
  const node = (await stock()).write('/etc/kubernetes/pki/ca.crt', ca.certificate);
  const report = await timeline(serve(node, await forApiserver({}, ca)));
  const [first] = report.events;
  expect(first).toMatchObject({ kind: 'authority', files: ['/etc/kubernetes/pki/ca.crt'] });
  expect(first?.takesAlong).toContain('/etc/kubernetes/pki/apiserver.crt');
  expect(report.events.map(({ files }) => files[0])).not.toContain('/etc/kubernetes/pki/apiserver.crt');
  const step = report.renewals.find(({ command }) => command === 'kubeadm certs renew apiserver');
  expect(step).toMatchObject({ to: '2027-01-01T00:00:00Z', limitedBy: '/etc/kubernetes/pki/ca.crt' });
});

test('renewing one moves one; renewing all moves the first outage', async () => {
  const soon = await forAdmin({ subject: 'CN=system:kube-scheduler', notAfter: '2027-03-01T00:00:00Z' });
  const node = authenticate(await stock(), '/etc/kubernetes/scheduler.conf', soon);
  const report = await timeline(node, '2027-02-01T00:00:00Z');
  expect(report.firstOutage?.file).toBe('/etc/kubernetes/scheduler.conf');
  const of = (command: string) => report.renewals.find((step) => step.command === `kubeadm certs renew ${command}`);
  expect(of('all')).toMatchObject({
    from: '2027-03-01T00:00:00Z',
    to: '2028-02-01T00:00:00Z',
    restart: ['kube-controller-manager', 'kube-scheduler'],
    firstOutage: '2028-02-01T00:00:00Z',
  });
  expect(of('scheduler.conf')).toMatchObject({ to: '2028-02-01T00:00:00Z', firstOutage: '2027-11-21T03:47:08Z' });
  expect(of('apiserver')).toMatchObject({ firstOutage: '2027-03-01T00:00:00Z' });
});

test('kubeadm issues for as long as its configuration says', async () => {
  const config = fileSource(
    'kubeadm.yaml',
    'apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: v1.36.3\ncertificateValidityPeriod: 17520h\n',
  );
  const report = await timeline([await stock(), config]);
  expect(report.renewals[0]).toMatchObject({ command: 'kubeadm certs renew all', to: '2028-11-20T12:00:00Z' });
});

test('the kubeconfig of a person ends without an outage', async () => {
  const admin = await forAdmin({ notAfter: '2027-03-01T00:00:00Z' });
  const report = await timeline(authenticate(await stock(), '/etc/kubernetes/admin.conf', admin));
  expect(report.events[0]).toMatchObject({ files: ['/etc/kubernetes/admin.conf'], breaks: ['user-to-apiserver'] });
  expect(report.firstOutage?.at.slice(0, 10)).toBe('2027-11-21');
  expect(report.poweredOff[0]?.until.slice(0, 10)).toBe('2027-11-21');
});

test('what was not seen is told', async () => {
  const report = await timeline((await stock()).remove(`${PEER}.crt`));
  expect(report.unseen).toEqual([
    expect.stringContaining('peer certificate of etcd: /etc/kubernetes/pki/etcd/peer.crt is not'),
  ]);
});

describe('formats', () => {
  const schema = JSON.parse(readFileSync(new URL('../docs/timeline.schema.json', import.meta.url), 'utf8')) as object;
  const validate = new Ajv2020({ allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true }).compile(
    schema,
  );

  test.each([
    ['timeline-120.txt', 120],
    ['timeline-80.txt', 80],
  ])('%s', async (name, width) => {
    const admin = await forAdmin({ notAfter: '2027-03-01T00:00:00Z' });
    const report = await timeline(
      authenticate(await stock(), '/etc/kubernetes/admin.conf', admin),
      '2027-03-05T00:00:00Z',
    );
    const text = await renderTimeline('table', report, { ...PAGE, width });
    expectGolden(name, text);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(width);
  });

  test.each(['2026-11-21T12:00:00Z', '2040-01-01T00:00:00Z'])('JSON at %s is what the schema promises', async (at) => {
    const text = await renderTimeline('json', await timeline(await realNode('kubeadm-v136-live'), at), PAGE);
    validate(JSON.parse(text));
    expect(validate.errors).toBeNull();
    expect(validate({ ...(JSON.parse(text) as object), events: undefined })).toBe(false);
  });

  const calendar = async (node: EditableNode, at = AT): Promise<string> =>
    renderTimeline('ics', await timeline(node, at), PAGE);

  test('the calendar is one to another parser: an event for each end, with reminders', async () => {
    const text = await calendar(await stock());
    expect(text).toMatch(/^BEGIN:VCALENDAR\r\nVERSION:2\.0\r\n/);
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(Math.max(...text.split('\r\n').map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(75);
    const parsed = new ICAL.Component(ICAL.parse(text) as unknown[]);
    const events = parsed.getAllSubcomponents('vevent').map((one) => new ICAL.Event(one));
    const report = await timeline(await stock());
    expect(events.map(({ startDate }) => startDate.toJSDate().toISOString().replace('.000Z', 'Z'))).toEqual(
      report.events.map(({ at }) => at),
    );
    expect(new Set(events.map(({ uid }) => uid)).size).toBe(events.length);
    expect(events[0]?.summary).toBe(
      'cp-1: client certificate of the API server for etcd ends (/etc/kubernetes/pki/apiserver-etcd-client.crt)',
    );
    expect(events[0]?.description).toContain('Run `kubeadm certs renew apiserver-etcd-client`');
    expect(parsed.getAllSubcomponents('vevent')[0]?.getAllSubcomponents('valarm')).toHaveLength(2);
  });

  test('the same certificate is the same event in the calendar of another day', async () => {
    const uids = (text: string) => [...text.matchAll(/^UID:(.*)\r$/gm)].map((match) => match[1]);
    expect(uids(await calendar(await stock(), '2027-01-01T00:00:00Z'))).toEqual(uids(await calendar(await stock())));
  });

  test('hostile names stay text', async () => {
    const evil = await forAdmin({ subject: 'CN=a\\;b\\,c é東\u001b[2J', notAfter: '2026-11-24T00:00:00Z' });
    const node = authenticate(await stock(), '/etc/kubernetes/admin.conf', evil);
    const text = await calendar(node);
    expect(text).not.toContain('\u001b');
    expect(new ICAL.Component(ICAL.parse(text) as unknown[]).getAllSubcomponents('vevent').length).toBeGreaterThan(10);
    expect(await renderTimeline('table', await timeline(node), PAGE)).not.toContain('\u001b');
  });
});

test('the program: relative dates, three formats', async () => {
  const node = 'fixtures/clusters/kubeadm-v136-default.tar.gz';
  const table = await kubetls(['timeline', '--at', '2027-03-01', node]);
  expect(table).toMatchObject({ status: 0, stderr: '' });
  expect(table.stdout).toContain('First outage: 2027-11-21 (in 265 days)');
  expect(JSON.parse((await kubetls(['timeline', '-o', 'json', '--at', '2027-03-01', node])).stdout)).toMatchObject({
    schemaVersion: 1,
  });
  expect((await kubetls(['timeline', '-o', 'ics', node])).stdout).toContain('END:VCALENDAR\r\n');
  expect(await kubetls(['timeline', '-o', 'ical', node])).toMatchObject({
    status: 3,
    stderr: expect.stringContaining('ics') as string,
  });
});

test('the objects of a cluster are no machine that somebody switches off', async () => {
  const text = readFileSync('fixtures/exports/cluster-v136-mixed.yaml', 'utf8');
  const report = await timeline(fileSource('cluster.yaml', text));
  expect(report.events.length).toBeGreaterThan(0);
  expect(report.poweredOff).toEqual([]);
});
