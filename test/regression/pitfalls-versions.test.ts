/** What a release decides, and what a reader who knows one release only gets wrong. */
import { describe } from 'vitest';
import { atVersion, CLUSTER_CA, mounted, PKI } from '../support/apiserver.ts';
import { issue } from '../support/certificates.ts';
import type { Issued } from '../support/certificates.ts';
import type { EditableNode } from '../support/node.ts';
import { facts } from './facts.ts';
import type { Fact } from './facts.ts';

const KUBELET_CLIENT = `${PKI}/apiserver-kubelet-client`;
const AUTHORIZATION = '/etc/kubernetes/authorization.yaml';

const flag = (version: string, word: string) => (node: EditableNode) =>
  atVersion(node, version).addFlag('kube-apiserver', word);

const forKubelets = (groups: string): Promise<Issued> =>
  issue({ subject: `CN=kube-apiserver-kubelet-client${groups}`, use: 'client' }, CLUSTER_CA);
const groupless = await forKubelets('');
const administrators = await forKubelets(', O=kubeadm:cluster-admins');
const masters = await forKubelets(', O=system:masters');

/** Authorizers in a file of a version of its own, in place of the flag. */
const authorizers = (version: string, api: string) => (node: EditableNode) =>
  mounted(
    atVersion(node, version)
      .removeFlag('kube-apiserver', 'authorization-mode')
      .addFlag('kube-apiserver', `--authorization-config=${AUTHORIZATION}`),
    AUTHORIZATION,
    `apiVersion: apiserver.config.k8s.io/${api}\nkind: AuthorizationConfiguration\nauthorizers:\n- {type: Node, name: node}\n- {type: RBAC, name: rbac}\n`,
  );

describe('the group of the client certificate for kubelets', () => {
  const shown =
    (version: string, { certificate, key }: Issued) =>
    (node: EditableNode) =>
      atVersion(node, version).write(`${KUBELET_CLIENT}.crt`, certificate).write(`${KUBELET_CLIENT}.key`, key);
  const common = { path: 'apiserver-to-kubelet', check: 'apiserver-kubelet-client-identity' } as const;
  facts([
    ...['1.33.12', '1.34.8', '1.35.5', '1.36.1', '1.37.0'].map((version): Fact => ({
      ...common,
      name: `none is what kubeadm ${version} writes, and a binding has to stand for it`,
      expect: 'pass',
      change: shown(version, groupless),
      message: /without a group, as kubeadm of this version writes it; .*kubeadm:apiserver-kubelet-client/,
    })),
    ...['1.33.11', '1.34.7', '1.35.4', '1.36.0'].flatMap((version): readonly Fact[] => [
      {
        ...common,
        name: `none is not what ${version} writes, and right where the binding is there`,
        expect: 'pass',
        change: shown(version, groupless),
        message: /without a group; .*kubeadm:apiserver-kubelet-client/,
      },
      {
        ...common,
        name: `kubeadm:cluster-admins is what ${version} writes`,
        expect: 'pass',
        change: shown(version, administrators),
        message: /as kubeadm writes it from 1\.29/,
      },
    ]),
    {
      ...common,
      name: 'kubeadm:cluster-admins stays right in 1.37, since renewing keeps it',
      expect: 'pass',
      change: shown('1.37.0', administrators),
    },
    {
      ...common,
      name: 'system:masters is what 1.28 writes',
      expect: 'pass',
      change: shown('1.28.15', masters),
    },
    {
      ...common,
      name: 'system:masters is left over in 1.29',
      expect: 'warn',
      change: shown('1.29.0', masters),
      message: /has not written that since 1\.29, and renewing keeps it/,
    },
  ]);
});

describe('flags and files of the API server', () => {
  const mode = { path: 'user-to-apiserver', check: 'apiserver-authorization-mode' } as const;
  facts([
    {
      ...mode,
      name: 'a file of authorizers is behind a gate in 1.29',
      expect: 'fail',
      change: authorizers('1.29.4', 'v1alpha1'),
      message: /StructuredAuthorizationConfiguration, and that is off/,
    },
    {
      ...mode,
      name: 'and behind none in 1.30',
      expect: 'pass',
      change: authorizers('1.30.4', 'v1beta1'),
    },
    {
      ...mode,
      name: 'which does not know its v1 yet',
      expect: 'fail',
      change: authorizers('1.30.4', 'v1'),
      message: /apiVersion is none that Kubernetes 1\.30\.4 knows/,
    },
    {
      path: 'user-to-apiserver',
      check: 'apiserver-removed-flags',
      name: '1.28 does not start with such a file',
      expect: 'fail',
      change: authorizers('1.28.4', 'v1alpha1'),
      message: /--authorization-config exists in 1\.29 and later/,
    },
    {
      path: 'anonymous-to-apiserver',
      check: 'apiserver-removed-flags',
      name: '--insecure-port=0 is right in 1.23',
      expect: 'pass',
      change: flag('1.23.17', '--insecure-port=0'),
    },
    {
      path: 'apiserver-to-apiserver',
      check: 'apiserver-peer-gate',
      name: 'a CA for peers stops 1.35, whose gate is off by default',
      expect: 'fail',
      change: flag('1.35.0', `--peer-ca-file=${PKI}/ca.crt`),
    },
    {
      path: 'apiserver-to-apiserver',
      check: 'apiserver-peer-gate',
      name: 'and 1.36 takes it',
      expect: 'pass',
      change: flag('1.36.0', `--peer-ca-file=${PKI}/ca.crt`),
    },
  ]);
});

describe('the loopback certificate that an API server makes at its start', () => {
  const common = {
    path: 'user-to-apiserver',
    check: 'apiserver-loopback-cert-age',
    node: 'kubeadm-v136-live',
    at: '2027-11-23T00:00:00Z',
  } as const;
  facts([
    {
      ...common,
      name: 'ends after a year in 1.32',
      expect: 'fail',
      change: (node) => atVersion(node, '1.32.9'),
      message: /ends on 2027-11-21, and only a restart renews it/,
    },
    {
      ...common,
      name: 'lasts for three in 1.33',
      expect: 'pass',
      change: (node) => atVersion(node, '1.33.0'),
      message: /ends on 2029-11-2/,
    },
  ]);
});
