import { atVersion, withUnshown } from '../support/apiserver.ts';
import type { CheckCase } from '../support/cases.ts';
import type { EditableNode } from '../support/node.ts';

const CA = '/etc/kubernetes/pki/ca.crt';

const peers = (node: EditableNode, file = CA): EditableNode => node.addFlag('kube-apiserver', `--peer-ca-file=${file}`);

export const cases: readonly CheckCase[] = [
  {
    name: 'off',
    check: 'apiserver-peer-ca',
    expect: 'not-applicable',
    message: /The peer proxy is off/,
    row: { status: 'not-applicable' },
  },
  {
    name: 'the cluster CA',
    check: 'apiserver-peer-ca',
    expect: 'pass',
    change: (node) => peers(node),
    row: { status: 'pass', encrypted: 'yes', serverVerified: 'yes', clientAuthenticated: 'yes', minTLSVersion: '1.2' },
    alarms: [],
  },
  {
    name: 'another CA',
    check: 'apiserver-peer-ca',
    expect: 'fail',
    change: (node) => peers(node, '/etc/kubernetes/pki/etcd/ca.crt'),
    row: { status: 'fail', serverVerified: 'no' },
    alarms: ['fail apiserver-peer-ca'],
  },
  {
    name: 'the CA is not in the input',
    check: 'apiserver-peer-ca',
    expect: 'not-assessed',
    change: (node) => peers(node, '/etc/kubernetes/pki/peers.crt'),
  },
  { name: 'the name is there', check: 'apiserver-peer-name', expect: 'pass', change: (node) => peers(node) },
  {
    name: 'a certificate without the name',
    check: 'apiserver-peer-name',
    expect: 'fail',
    change: (node) => peers(node).setFlag('kube-apiserver', 'tls-cert-file', '/etc/kubernetes/pki/etcd/server.crt'),
  },
  {
    name: 'the certificate is not in the input',
    check: 'apiserver-peer-name',
    expect: 'not-assessed',
    change: (node) => peers(node).remove('/etc/kubernetes/pki/apiserver.crt'),
  },
  { name: 'the gate is on in 1.36', check: 'apiserver-peer-gate', expect: 'pass', change: (node) => peers(node) },
  {
    name: 'the gate is off in 1.28',
    node: 'kubeadm-v128-default',
    check: 'apiserver-peer-gate',
    expect: 'fail',
    change: (node) => peers(node),
    message: /the gate UnknownVersionInteroperabilityProxy is off/,
  },
  ...['peer-advertise-ip=10.0.0.7', 'peer-advertise-port=6443'].map((flag): CheckCase => ({
    name: `--${flag} alone in 1.35, where the gate is off`,
    check: 'apiserver-peer-gate',
    expect: 'fail',
    change: (node) => atVersion(node.addFlag('kube-apiserver', `--${flag}`), '1.35.0'),
    message: new RegExp(`--${flag.split('=')[0] ?? ''} is set, and the gate .* is off: the API server does not start`),
    row: { status: 'fail', encrypted: 'n/a' },
    alarms: ['fail apiserver-peer-gate'],
  })),
  {
    name: 'an address alone where the gate is on: nothing is passed on',
    check: 'apiserver-peer-gate',
    expect: 'not-applicable',
    change: (node) => node.addFlag('kube-apiserver', '--peer-advertise-ip=10.0.0.7'),
    row: { status: 'not-applicable' },
  },
  {
    name: 'the gate alone in 1.28, without the one that it needs',
    node: 'kubeadm-v128-default',
    check: 'apiserver-peer-gate',
    expect: 'fail',
    change: (node) => peers(node).addFlag('kube-apiserver', '--feature-gates=UnknownVersionInteroperabilityProxy=true'),
    message: /StorageVersionAPI, which it needs, is off/,
  },
  {
    name: 'both gates in 1.28',
    node: 'kubeadm-v128-default',
    check: 'apiserver-peer-gate',
    expect: 'pass',
    change: (node) =>
      peers(node).addFlag(
        'kube-apiserver',
        '--feature-gates=UnknownVersionInteroperabilityProxy=true,StorageVersionAPI=true',
      ),
  },
  {
    name: 'gates that nothing shows',
    check: 'apiserver-peer-gate',
    expect: 'not-assessed',
    change: (node) => withUnshown(peers(node), 'feature-gates'),
  },
];
