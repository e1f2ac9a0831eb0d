import { configMap, folder, STOCK } from '../../fixtures/exports/objects.ts';
import type { CheckCase } from '../support/cases.ts';

const corefile = (...options: readonly string[]): Readonly<Record<string, string>> =>
  folder([
    ...STOCK,
    configMap('kube-system/coredns', {
      Corefile: `.:53 {\n    errors\n    kubernetes cluster.local in-addr.arpa ip6.arpa {\n${options.map((one) => `        ${one}\n`).join('')}    }\n    forward . /etc/resolv.conf\n}\n`,
    }),
  ]);

const CHECK = 'coredns-corefile';

export const cases: readonly CheckCase[] = [
  {
    name: 'as kubeadm writes it',
    check: CHECK,
    expect: 'pass',
    row: { status: 'pass', encrypted: 'yes', serverVerified: 'yes' },
    beside: corefile('pods insecure', 'ttl 30'),
  },
  {
    name: 'an endpoint that it verifies',
    check: CHECK,
    expect: 'pass',
    message: /ca\.pem/,
    beside: corefile('endpoint https://10.0.0.1:6443', 'tls cert.pem key.pem ca.pem'),
  },
  {
    name: 'an endpoint without TLS',
    check: CHECK,
    expect: 'fail',
    row: { status: 'fail', encrypted: 'no' },
    beside: corefile('endpoint http://10.0.0.1:8080'),
  },
  {
    name: 'an endpoint without a CA',
    check: CHECK,
    expect: 'warn',
    beside: corefile('endpoint https://10.0.0.1:6443'),
  },
  {
    name: 'a kubeconfig inside its container',
    check: CHECK,
    expect: 'not-assessed',
    beside: corefile('kubeconfig /etc/coredns/kubeconfig'),
  },
  { name: 'its ConfigMap was not exported', check: CHECK, expect: 'not-assessed', beside: folder(STOCK) },
];
