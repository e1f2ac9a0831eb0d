import type { CheckCase } from '../support/cases.ts';
import { ETCD } from '../support/etcd.ts';

export const cases: readonly CheckCase[] = [
  {
    name: 'stock kubeadm: plain http on loopback',
    check: 'etcd-metrics-urls',
    expect: 'pass',
    row: { status: 'pass', encrypted: 'no', clientAuthenticated: 'no', minTLSVersion: 'n/a' },
  },
  {
    name: 'plain http on every address',
    check: 'etcd-metrics-urls',
    expect: 'fail',
    change: (node) => node.setFlag('etcd', 'listen-metrics-urls', 'http://0.0.0.0:2381'),
    message: /http:\/\/0\.0\.0\.0:2381/,
    row: { status: 'fail', encrypted: 'no' },
  },
  {
    name: 'https on every address',
    check: 'etcd-metrics-urls',
    expect: 'pass',
    change: (node) => node.setFlag('etcd', 'listen-metrics-urls', 'https://0.0.0.0:2381'),
    row: { status: 'pass', encrypted: 'yes', serverVerified: 'yes', clientAuthenticated: 'yes', minTLSVersion: '1.2' },
  },
  {
    name: 'unset: on the client port',
    check: 'etcd-metrics-urls',
    expect: 'not-applicable',
    change: (node) => node.removeFlag('etcd', 'listen-metrics-urls'),
    message: /client port/,
  },
  { name: 'no etcd', check: 'etcd-metrics-urls', expect: 'not-assessed', change: (node) => node.remove(ETCD) },
  {
    name: 'etcd does not start',
    check: 'etcd-removed-flags',
    expect: 'fail',
    change: (node) => node.addFlag('etcd', 'junk'),
    row: { status: 'fail' },
    alarms: ['fail etcd-removed-flags'],
  },
  {
    name: 'a listener by name',
    check: 'etcd-removed-flags',
    expect: 'fail',
    change: (node) => node.setFlag('etcd', 'listen-metrics-urls', 'https://cp-1:2381'),
    message: /--listen-metrics-urls has "https:\/\/cp-1:2381"/,
  },
];
