/** What the tables of cases cannot say of the etcd rows: that one fault is one finding, and what a whole row says. */
import { describe, expect, test } from 'vitest';
import type { PathId } from '../../src/model/path.ts';
import { alarms, check, rowOf } from '../support/cases.ts';
import { realNode } from '../support/node.ts';
import type { EditableNode } from '../support/node.ts';
import { ALL_CLUSTERS, APISERVER, CLUSTER_CA, dial, ETCD, forEtcd, OTHER_CA, PKI, put } from '../support/etcd.ts';

const ROWS = ['apiserver-to-etcd', 'etcd-to-etcd', 'client-to-etcd', 'metrics-to-etcd'] as const;

test.each(ALL_CLUSTERS)('%s, as its files say, has no finding on its etcd rows', async (name) => {
  const node = await realNode(name);
  const report = await check(node.entry('/proc') === undefined ? node : node.remove('/proc'));
  expect(ROWS.map((id) => [id, rowOf(report, id).status, alarms(rowOf(report, id))])).toEqual(
    ROWS.map((id) => [id, 'pass', []]),
  );
});

test('no etcd dials an API server, whatever the input', async () => {
  const row = rowOf(await check(await realNode('kubeadm-v136-weak-external-etcd')), 'etcd-to-apiserver');
  expect(row).toMatchObject({ status: 'not-applicable', encrypted: 'n/a', checks: [] });
  expect(row.reason).toMatch(/never dials/);
});

const fromOther = await forEtcd({}, OTHER_CA);
const ended = await forEtcd({ notBefore: '2025-11-20T00:00:00Z', notAfter: '2026-11-20T00:00:00Z' });
const clientOnly = await forEtcd({ use: 'client' });

describe('one fault is one finding on each row that it is on', () => {
  test.each<{ fault: string; row: PathId; change: (node: EditableNode) => unknown; found: readonly string[] }>([
    {
      fault: 'peer certificate from another CA, shown as server and as client',
      row: 'etcd-to-etcd',
      change: (node) => put(node, `${PKI}/etcd/peer`, fromOther),
      found: ['fail pki-chain'],
    },
    {
      fault: 'peer certificate has ended',
      row: 'etcd-to-etcd',
      change: (node) => put(node, `${PKI}/etcd/peer`, ended),
      found: ['fail pki-expired'],
    },
    {
      fault: 'server certificate has ended',
      row: 'apiserver-to-etcd',
      change: (node) => put(node, `${PKI}/etcd/server`, ended),
      found: ['fail pki-expired'],
    },
    {
      fault: 'server certificate is not for servers',
      row: 'apiserver-to-etcd',
      change: (node) => put(node, `${PKI}/etcd/server`, clientOnly),
      found: ['fail pki-eku-server'],
    },
    {
      fault: 'server certificate from another CA',
      row: 'client-to-etcd',
      change: (node) => put(node, `${PKI}/etcd/server`, fromOther),
      found: ['fail pki-chain'],
    },
    {
      fault: 'auto TLS',
      row: 'client-to-etcd',
      change: (node) =>
        node.addFlag('etcd', '--auto-tls').removeFlag('etcd', 'cert-file').removeFlag('etcd', 'key-file'),
      found: ['fail etcd-auto-tls'],
    },
    {
      fault: 'no client authentication',
      row: 'client-to-etcd',
      change: (node) => node.removeFlag('etcd', 'trusted-ca-file').removeFlag('etcd', 'client-cert-auth'),
      found: ['fail etcd-client-cert-auth'],
    },
    {
      fault: 'everything in plain text',
      row: 'client-to-etcd',
      change: (node) =>
        node
          .setFlag('etcd', 'listen-client-urls', 'http://0.0.0.0:2379')
          .setFlag('etcd', 'advertise-client-urls', 'http://10.20.0.11:2379'),
      found: ['fail etcd-client-url-https'],
    },
    {
      fault: 'one CA for etcd and the cluster, in a bundle',
      row: 'apiserver-to-etcd',
      change: (node) => node.write(`${PKI}/etcd/ca.crt`, node.text(`${PKI}/etcd/ca.crt`) + CLUSTER_CA.certificate),
      found: ['fail etcd-unique-ca'],
    },
    {
      fault: 'the key of etcd is gone from the machine itself',
      row: 'apiserver-to-etcd',
      change: (node) => node.asHost().remove(`${PKI}/etcd/server.key`),
      found: ['fail etcd-server-cert'],
    },
    {
      fault: 'an http endpoint beyond the node',
      row: 'apiserver-to-etcd',
      change: (node) => dial(node, 'http://10.0.0.9:2379'),
      found: ['fail apiserver-etcd-https'],
    },
  ])('$row: $fault', async ({ row, change, found }) => {
    const node = await realNode('kubeadm-v136-default');
    change(node);
    expect(alarms(rowOf(await check(node), row))).toEqual(found);
  });
});

describe('machines that have only a part', () => {
  test('a worker has no etcd rows', async () => {
    const node = await realNode('kubeadm-v136-default');
    node.remove('/etc/kubernetes/manifests').remove(PKI);
    const report = await check(node);
    expect(ROWS.map((id) => rowOf(report, id).status)).toEqual(ROWS.map(() => 'not-applicable'));
  });

  test('an etcd node without an API server is judged as far as it goes', async () => {
    const node = await realNode('kubeadm-v136-default');
    for (const name of ['kube-apiserver', 'kube-scheduler', 'kube-controller-manager']) {
      node.remove(`/etc/kubernetes/manifests/${name}.yaml`);
    }
    const report = await check(node);
    expect(ROWS.map((id) => rowOf(report, id).status)).toEqual(['not-assessed', 'pass', 'pass', 'pass']);
  });

  test('an etcd whose configuration file is missing is not judged by its defaults', async () => {
    const node = await realNode('kubeadm-v136-default');
    node.addFlag('etcd', '--config-file=/etc/etcd/etcd.conf.yml');
    const report = await check(node);
    expect(rowOf(report, 'client-to-etcd')).toMatchObject({ status: 'not-assessed', encrypted: 'unknown' });
    expect(rowOf(report, 'apiserver-to-etcd')).toMatchObject({ status: 'not-assessed', encrypted: 'yes' });
  });

  test('without the API server only its own row is open', async () => {
    const node = await realNode('kubeadm-v136-default');
    node.remove(APISERVER);
    const report = await check(node);
    expect(rowOf(report, 'apiserver-to-etcd').status).toBe('not-assessed');
    expect(rowOf(report, 'client-to-etcd').status).toBe('pass');
  });

  test('without etcd the supply is named', async () => {
    const node = await realNode('kubeadm-v136-default');
    node.remove(ETCD);
    const row = rowOf(await check(node), 'client-to-etcd');
    expect(row).toMatchObject({ status: 'not-assessed' });
    expect(JSON.stringify(row)).toMatch(/etcd node's files/);
  });
});
