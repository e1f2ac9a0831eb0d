/** kubeadm's configuration beside real nodes: what agrees with their files, and what does not. */
import { readFileSync } from 'node:fs';
import type { CheckCase } from '../../support/cases.ts';

/** The file that made a fixture node. */
export function madeBy(config: string): string {
  return readFileSync(new URL(`../../../fixtures/kubeadm/${config}.yaml`, import.meta.url), 'utf8');
}

/** What `kubectl -n kube-system get configmap kubeadm-config -o yaml` prints for kubeadm-v136-default. */
export function kubeadmConfigMap(fields = ''): string {
  return `apiVersion: v1
data:
  ClusterConfiguration: |
    apiServer: {}
    apiVersion: kubeadm.k8s.io/v1beta4
    caCertificateValidityPeriod: 87600h0m0s
    certificateValidityPeriod: 8760h0m0s
    certificatesDir: /etc/kubernetes/pki
    clusterName: kubernetes
    controllerManager: {}
    dns: {}
    encryptionAlgorithm: RSA-2048
    etcd:
      local:
        dataDir: /var/lib/etcd
    imageRepository: registry.k8s.io
    kind: ClusterConfiguration
    kubernetesVersion: v1.36.3
    networking:
      dnsDomain: cluster.local
      podSubnet: 10.244.0.0/16
      serviceSubnet: 10.96.0.0/12
    proxy: {}
    scheduler: {}
${fields}kind: ConfigMap
metadata:
  creationTimestamp: "2026-11-21T04:04:12Z"
  name: kubeadm-config
  namespace: kube-system
  resourceVersion: "210"
`;
}

/** The ConfigMap with a flag for one of its components. */
export function withFlag(
  component: 'apiServer' | 'controllerManager' | 'scheduler',
  name: string,
  value: string,
): string {
  return kubeadmConfigMap().replace(
    `    ${component}: {}\n`,
    `    ${component}:
      extraArgs:
      - name: ${name}
        value: ${JSON.stringify(value)}
`,
  );
}

/** Names of a certificate of etcd that the ConfigMap has: those that the certificate has, and others. */
export function etcdNames(field: 'serverCertSANs' | 'peerCertSANs', pair: string): readonly CheckCase[] {
  const check = 'pki-kubeadm-config-drift';
  const beside = (...names: readonly string[]): NonNullable<CheckCase['beside']> => ({
    'kubeadm-config.yaml': kubeadmConfigMap().replace(
      '        dataDir: /var/lib/etcd\n',
      `        dataDir: /var/lib/etcd\n        ${field}:\n${names.map((name) => `        - ${name}\n`).join('')}`,
    ),
  });
  return [
    { name: 'no configuration of kubeadm', check, expect: 'not-applicable' },
    {
      name: 'no names in the configuration',
      check,
      expect: 'not-applicable',
      beside: { 'kubeadm-config.yaml': kubeadmConfigMap() },
      message: new RegExp(`names no etcd\\.local\\.${field}`),
    },
    { name: 'names that the certificate has', check, expect: 'pass', beside: beside('cp-1', '10.20.0.11') },
    {
      name: 'a name that was added to the configuration alone, which no renewal adds',
      check,
      expect: 'warn',
      beside: beside('cp-1', 'etcd.example.com'),
      message: new RegExp(`does not have etcd\\.example\\.com \\(etcd\\.local\\.${field}\\)`),
      alarms: [`warn ${check}`],
    },
    {
      name: 'the certificate is not in the input',
      check,
      expect: 'not-assessed',
      change: (node) => node.remove(`${pair}.crt`),
      beside: beside('etcd.example.com'),
    },
  ];
}

/** The cases of the drift that a row of its own has. */
export function drift(expectations: {
  /** A flag of the ConfigMap that the node's files do not have. */
  readonly component: 'apiServer' | 'controllerManager' | 'scheduler';
  readonly flag: string;
  readonly value: string;
  readonly message: RegExp;
}): readonly CheckCase[] {
  const { component, flag, value, message } = expectations;
  return [
    {
      name: 'the ConfigMap of the cluster agrees',
      check: 'kubeadm-config-drift',
      expect: 'pass',
      beside: { 'kubeadm-config.yaml': kubeadmConfigMap() },
    },
    {
      name: 'the next upgrade would change the row',
      check: 'kubeadm-config-drift',
      expect: 'warn',
      beside: { 'kubeadm-config.yaml': withFlag(component, flag, value) },
      message,
    },
    {
      name: 'the configuration is broken',
      check: 'kubeadm-config-drift',
      expect: 'not-assessed',
      beside: { 'kubeadm-config.yaml': `${withFlag(component, flag, value)}\n  - [` },
    },
  ];
}
