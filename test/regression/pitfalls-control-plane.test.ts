/** Where a reader of the scheduler's and the controller manager's settings is misled, and what is true. */
import { describe, expect, test } from 'vitest';
import { check, findingsOf, rowOf } from '../support/cases.ts';
import { issue } from '../support/certificates.ts';
import { realNode } from '../support/node.ts';
import type { EditableNode } from '../support/node.ts';
import { facts } from './facts.ts';
import type { Fact } from './facts.ts';

const SCHEDULER = '/etc/kubernetes/manifests/kube-scheduler.yaml';
const CONTROLLER_MANAGER = '/etc/kubernetes/manifests/kube-controller-manager.yaml';
const PKI = '/etc/kubernetes/pki';
const CONFIG = '/etc/kubernetes/scheduler.conf.yaml';

/** A scheduler with a configuration file, which its container sees. */
function configured(node: EditableNode, fields: string): EditableNode {
  return node
    .write(
      CONFIG,
      `apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\nclientConnection: {kubeconfig: /etc/kubernetes/scheduler.conf}\n${fields}`,
    )
    .replace(SCHEDULER, '    volumeMounts:\n', `    volumeMounts:\n    - mountPath: ${CONFIG}\n      name: config\n`)
    .replace(SCHEDULER, '  volumes:\n', `  volumes:\n  - hostPath:\n      path: ${CONFIG}\n    name: config\n`)
    .addFlag('kube-scheduler', `--config=${CONFIG}`);
}

const release = (node: EditableNode, version: string): EditableNode =>
  node.replace(CONTROLLER_MANAGER, 'v1.36.3', `v${version}`).replace(SCHEDULER, 'v1.36.3', `v${version}`);

describe('a listener beyond the host', () => {
  test('is a lesser finding, and never a failure, where a certificate and the API server guard it', async () => {
    const node = (await realNode('kubeadm-v136-default'))
      .setFlag('kube-controller-manager', 'bind-address', '0.0.0.0')
      .addFlag('kube-controller-manager', `--tls-cert-file=${PKI}/apiserver.crt`)
      .addFlag('kube-controller-manager', `--tls-private-key-file=${PKI}/apiserver.key`);
    const row = rowOf(await check(node, { paths: ['client-to-controller-manager'] }), 'client-to-controller-manager');
    const [found] = findingsOf(row, 'controller-manager-bind-address');
    expect(found).toMatchObject({ status: 'warn', severity: 'low' });
    expect(found?.message).toMatch(/with a certificate and delegated authentication in front of them/);
  });

  facts([
    {
      name: '10259 is the port of the scheduler',
      path: 'client-to-scheduler',
      check: 'scheduler-secure-port',
      expect: 'pass',
      message: /port 10259/,
    },
    {
      name: '10257 is the port of the controller manager',
      path: 'client-to-controller-manager',
      check: 'controller-manager-secure-port',
      expect: 'pass',
      message: /port 10257/,
    },
    ...(
      [
        ['kube-controller-manager', 'client-to-controller-manager', '1.21.14', '1.22.17'],
        ['kube-scheduler', 'client-to-scheduler', '1.22.17', '1.23.17'],
      ] as const
    ).flatMap(([component, path, open, inert]): readonly Fact[] => {
      const id = `${component.replace('kube-', '')}-insecure-port`;
      return [
        {
          name: `${component} ${open} without --port serves plain HTTP`,
          path,
          check: id,
          expect: 'fail',
          change: (node) => release(node, open),
        },
        {
          name: `${component} ${inert} does not, even where --port asks for it`,
          path,
          check: id,
          expect: 'pass',
          change: (node) => release(node, inert).addFlag(component, '--port=10251'),
        },
      ];
    }),
  ]);
});

describe('a certificate that a process made when it started', () => {
  const started = '2026-11-21';
  facts(
    (['kube-scheduler', 'kube-controller-manager'] as const).flatMap((component): readonly Fact[] => {
      const prefix = component.replace('kube-', '');
      const common = {
        path: `client-to-${prefix}` as Fact['path'],
        check: `${prefix}-serving-cert`,
        node: 'kubeadm-v136-live' as const,
      };
      return [
        {
          ...common,
          name: `${component} on loopback that runs for less than a year`,
          expect: 'pass',
          at: '2027-11-20T00:00:00Z',
          message: /that of the process that runs ends on 2027-11-21/,
        },
        {
          ...common,
          name: `${component} on loopback that runs for longer: its certificate has ended, and nobody looks`,
          expect: 'pass',
          at: '2027-11-22T00:00:00Z',
          message: new RegExp(
            `runs since ${started} ended on 2027-11-21, which clients that do not verify it do not notice`,
          ),
        },
      ];
    }),
  );

  test('where nothing shows when it was started, no day is named', async () => {
    const row = rowOf(
      await check(await realNode('kubeadm-v136-default'), { paths: ['client-to-scheduler'] }),
      'client-to-scheduler',
    );
    expect(findingsOf(row, 'scheduler-serving-cert')[0]?.message).not.toMatch(/process that runs/);
  });
});

describe('what is asked of callers', () => {
  facts([
    {
      name: 'a scheduler whose lookup of CAs fails runs on, where nobody wrote anything',
      path: 'client-to-scheduler',
      check: 'scheduler-skip-lookup',
      expect: 'pass',
      message: /kube-scheduler runs on/,
    },
    {
      name: 'a controller manager whose lookup of CAs fails does not start, where nobody wrote anything',
      path: 'client-to-controller-manager',
      check: 'controller-manager-skip-lookup',
      expect: 'pass',
      change: (node) => node.removeFlag('kube-controller-manager', 'client-ca-file'),
      message: /kube-controller-manager does not start/,
    },
    {
      name: 'up to 1.20 strangers reach /healthz only, so that probes of the newer paths fail',
      path: 'client-to-scheduler',
      check: 'scheduler-probes',
      expect: 'fail',
      change: (node) => release(node, '1.20.15').addFlag('kube-scheduler', '--port=0'),
      message: /the answer is 403/,
    },
    {
      name: 'from 1.21 on they reach the newer paths too',
      path: 'client-to-scheduler',
      check: 'scheduler-always-allow-paths',
      expect: 'pass',
      change: (node) => release(node, '1.21.14').addFlag('kube-scheduler', '--port=0'),
    },
    {
      name: '--profiling of a scheduler with a configuration file counts for nothing',
      path: 'client-to-scheduler',
      check: 'scheduler-profiling',
      expect: 'pass',
      change: (node) => configured(node, '').addFlag('kube-scheduler', '--profiling=false'),
      message: /gives out profiles/,
    },
    {
      name: 'and what the file says does',
      path: 'client-to-scheduler',
      check: 'scheduler-profiling',
      expect: 'pass',
      change: (node) => configured(node, 'enableProfiling: false\n').addFlag('kube-scheduler', '--profiling=true'),
      message: /gives out no profiles/,
    },
    {
      name: '0 is as false as false for --use-service-account-credentials',
      path: 'controller-manager-to-apiserver',
      check: 'controller-manager-use-sa-credentials',
      expect: 'warn',
      change: (node) => node.setFlag('kube-controller-manager', 'use-service-account-credentials', '0'),
    },
  ]);
});

describe('how long certificates of kubelets last', () => {
  const duration = 'controller-manager-cluster-signing-duration';
  facts([
    {
      name: 'no longer than the CA that signs them, whatever the flag says',
      path: 'kubelet-bootstrap',
      check: duration,
      expect: 'pass',
      change: async (node) => {
        const { certificate, key } = await issue({
          subject: 'CN=kubernetes',
          ca: true,
          notAfter: '2027-05-01T00:00:00Z',
        });
        node
          .write(`${PKI}/ca.crt`, certificate)
          .write(`${PKI}/ca.key`, key)
          .addFlag('kube-controller-manager', '--cluster-signing-duration=87600h');
      },
      message: /no certificate outlasts its CA, which ends on 2027-05-01/,
    },
    {
      name: 'as long as the flag says where the CA lasts',
      path: 'kubelet-bootstrap',
      check: duration,
      expect: 'warn',
      change: (node) => node.addFlag('kube-controller-manager', '--cluster-signing-duration=87600h'),
    },
    {
      name: 'up to 1.24 by the old name of the flag too',
      path: 'kubelet-bootstrap',
      check: duration,
      expect: 'warn',
      change: (node) =>
        release(node, '1.24.17').addFlag('kube-controller-manager', '--experimental-cluster-signing-duration=87600h'),
    },
    {
      name: 'the old name stops 1.25',
      path: 'kubelet-bootstrap',
      check: 'controller-manager-removed-flags',
      expect: 'fail',
      change: (node) =>
        release(node, '1.25.16').addFlag('kube-controller-manager', '--experimental-cluster-signing-duration=87600h'),
      message: /experimental-cluster-signing-duration/,
    },
    {
      name: 'a year where nobody wrote anything',
      path: 'kubelet-bootstrap',
      check: duration,
      expect: 'pass',
      message: /8760h/,
    },
  ]);
});
