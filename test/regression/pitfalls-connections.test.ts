/** Where a reader of what the API server dials, and of what speaks to it, is misled, and what is true. */
import { describe } from 'vitest';
import { atVersion, PKI } from '../support/apiserver.ts';
import type { EditableNode } from '../support/node.ts';
import { proxyUnit } from '../checks/shared/kube-proxy.ts';
import { facts } from './facts.ts';
import type { Fact } from './facts.ts';

/** A file in a folder that the container sees, which a flag of the API server names. */
const named = (node: EditableNode, flag: string, text: string): EditableNode =>
  node.addFlag('kube-apiserver', `--${flag}=${PKI}/${flag}.yaml`).write(`${PKI}/${flag}.yaml`, text);

describe('a KMS plugin', () => {
  const encryption = (provider: string) => (node: EditableNode) =>
    named(
      node,
      'encryption-provider-config',
      `apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n- resources: [secrets]\n  providers:\n  - ${provider}\n`,
    );
  const kms = (fields: string, endpoint = 'unix:///run/kms.sock'): string =>
    `kms: {${fields}name: vault, endpoint: "${endpoint}"}`;
  facts([
    {
      name: 'an abstract socket is a socket',
      path: 'apiserver-to-kms',
      check: 'encryption-config-valid',
      expect: 'pass',
      change: encryption(kms('apiVersion: v2, ', 'unix:///@vault.sock')),
    },
    {
      name: 'nothing else is',
      path: 'apiserver-to-kms',
      check: 'encryption-config-valid',
      expect: 'fail',
      change: encryption(kms('apiVersion: v2, ', 'tcp://127.0.0.1:7000')),
      message: /no unix socket/,
    },
    ...(
      [
        ['v1, which nobody wrote,', '', '1.27.16', 'warn'],
        ['v1, which nobody wrote,', '', '1.28.15', 'warn'],
        ['v1, which nobody wrote,', '', '1.29.0', 'fail'],
        ['v2', 'apiVersion: v2, ', '1.26.15', 'fail'],
        ['v2', 'apiVersion: v2, ', '1.27.0', 'pass'],
      ] as const
    ).map(([what, fields, version, expect]): Fact => ({
      name: `${what} in ${version}`,
      path: 'apiserver-to-kms',
      check: 'kms-api-version',
      expect,
      change: (node) => atVersion(encryption(kms(fields))(node), version),
    })),
    {
      name: 'without any configuration there is no such connection, and Secrets are plain in etcd',
      path: 'apiserver-to-kms',
      check: 'encryption-secrets',
      expect: 'not-applicable',
      message: /Encryption at rest is off/,
      row: { status: 'not-applicable' },
    },
  ]);
});

describe('a proxy to the nodes', () => {
  const egress = (transport: string) => (node: EditableNode) =>
    named(
      node,
      'egress-selector-config-file',
      `apiVersion: apiserver.k8s.io/v1beta1\nkind: EgressSelectorConfiguration\negressSelections:\n- name: cluster\n  connection: {proxyProtocol: HTTPConnect, transport: {tcp: {${transport}}}}\n`,
    );
  facts([
    {
      name: 'certificates beside a url of http do not make it TLS: the file is refused',
      path: 'apiserver-to-konnectivity',
      check: 'egress-config-valid',
      expect: 'fail',
      change: egress(`url: "http://10.0.0.7:8131", tlsConfig: {caBundle: ${PKI}/ca.crt}`),
      message: /has a tlsConfig, though its url is http/,
    },
  ]);
});

describe('issuers and webhooks', () => {
  const authentication = (node: EditableNode): EditableNode =>
    named(
      node,
      'authentication-config',
      'apiVersion: apiserver.config.k8s.io/v1alpha1\nkind: AuthenticationConfiguration\njwt:\n- issuer: {url: "https://issuer.example.com", audiences: [kubernetes]}\n  claimMappings: {username: {claim: sub, prefix: "oidc:"}}\n',
    );
  const webhook = (cluster: string) => (node: EditableNode) =>
    named(
      node,
      'authentication-token-webhook-config-file',
      `apiVersion: v1\nkind: Config\nclusters:\n- {name: w, cluster: {${cluster}}}\nusers:\n- {name: a, user: {token: not-a-secret}}\ncontexts:\n- {name: w, context: {cluster: w, user: a}}\ncurrent-context: w\n`,
    );
  facts([
    {
      name: 'a file of issuers keeps 1.29 from starting, where its gate is off by default',
      path: 'apiserver-to-oidc',
      check: 'authentication-config-valid',
      expect: 'fail',
      change: (node) => atVersion(authentication(node), '1.29.15'),
      message: /StructuredAuthenticationConfiguration/,
    },
    {
      name: '1.30 takes the same file',
      path: 'apiserver-to-oidc',
      check: 'authentication-config-valid',
      expect: 'pass',
      change: (node) => atVersion(authentication(node), '1.30.14'),
    },
    {
      name: 'a webhook at an address without a scheme is dialled in plain text',
      path: 'apiserver-to-webhook',
      check: 'kubeconfig-server-https',
      expect: 'fail',
      change: webhook('server: "10.0.0.9:8443"'),
      row: { encrypted: 'no' },
    },
    {
      name: 'without a CA of its own it is verified by the public ones',
      path: 'apiserver-to-webhook',
      check: 'webhook-kubeconfig-ca',
      expect: 'warn',
      change: webhook('server: "https://10.0.0.9/authenticate"'),
      message: /public CAs decide/,
      row: { serverVerified: 'unknown' },
    },
    {
      name: 'the user of its kubeconfig is the API server, whose credential the webhook may ask for',
      path: 'apiserver-to-webhook',
      check: 'webhook-client-auth',
      expect: 'pass',
      change: webhook(`server: "https://10.0.0.9/authenticate", certificate-authority: ${PKI}/ca.crt`),
    },
  ]);
});

describe('keys of service account tokens', () => {
  facts(
    ['1.20.15', '1.30.14', '1.31.14'].map((version): Fact => ({
      name: `no key to verify with: ${version} falls back to no other, and does not start`,
      path: 'pod-to-apiserver',
      check: 'sa-key-file-explicit',
      expect: 'fail',
      change: (node) => atVersion(node.removeFlag('kube-apiserver', 'service-account-key-file'), version),
      message: /does not start/,
    })),
  );
});

describe('kube-proxy', () => {
  facts([
    {
      name: 'primary addresses of a node stop 1.30',
      path: 'client-to-kube-proxy',
      check: 'kube-proxy-nodeport-addresses',
      expect: 'fail',
      kubernetesVersion: '1.30.0',
      change: (node) => proxyUnit(node, ['nodePortAddresses: [primary]']),
      message: /came with 1\.31/,
    },
    {
      name: 'and are taken by 1.31',
      path: 'client-to-kube-proxy',
      check: 'kube-proxy-nodeport-addresses',
      expect: 'pass',
      kubernetesVersion: '1.31.0',
      change: (node) => proxyUnit(node, ['nodePortAddresses: [primary]']),
    },
  ]);
});
