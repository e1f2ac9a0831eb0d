/**
 * The static pods that kubeadm writes for the API server, the controller manager and the scheduler.
 * Sources: kubernetes cmd/kubeadm/app/phases/controlplane/{manifests,volumes}.go of every minor from 1.19 to 1.37,
 * cmd/kubeadm/app/util/staticpod/utils.go.
 */
import { posix } from 'node:path';
import { atOrAfter } from '../../config/history/ranges.ts';
import type { HTTPProbe } from '../../model/component.ts';
import type { Version } from '../../model/version.ts';
import { nodePathThroughMounts } from '../node-path.ts';
import type { Argument, Invocation } from '../types.ts';
import { lastOf, toCommand } from './arguments.ts';
import type { KubeadmArg } from './arguments.ts';
import { mountOf, under, usesIPv6 } from './config.ts';
import type { PatchTarget } from './patches.ts';
import type { ClusterConfig, ComponentConfig, HostPathMount, Placed } from './config.ts';

/** The three, as kubeadm of a version writes them. */
export function controlPlane(config: ClusterConfig, version: Version): readonly Invocation[] {
  const { apiserver, controllerManager, scheduler } = config;
  return [
    pod(
      'kube-apiserver',
      config,
      apiserver,
      apiserverCommand(config, version),
      [...CERTIFICATES(config), ...externalEtcdMounts(config)],
      apiserverProbes(config),
    ),
    pod('kube-controller-manager', config, controllerManager, controllerManagerCommand(config, version), [
      ...CERTIFICATES(config),
      file('/etc/kubernetes/controller-manager.conf'),
    ]),
    pod('kube-scheduler', config, scheduler, schedulerCommand(config, version), [
      file('/etc/kubernetes/scheduler.conf'),
    ]),
  ];
}

/** A component as kubeadm would run it. */
export function pod(
  component: Exclude<PatchTarget, 'kubeletconfiguration'>,
  config: ClusterConfig,
  own: ComponentConfig,
  argv: readonly Argument[],
  mounts: readonly HostPathMount[],
  probes: readonly HTTPProbe[] = [],
): Invocation {
  // A volume of the same name stands in for kubeadm's own (addComponentVolume).
  const all = [...new Map([...mounts, ...own.extraVolumes].map((mount) => [mount.name, mount])).values()];
  const { file: written } = config.position;
  const patched = config.patches(component);
  return {
    component,
    argv,
    environment: own.environment,
    file: written,
    kind: 'kubeadm-config',
    sources: [{ file: written, kind: 'kubeadm-config' }],
    commandLineSeen: patched === undefined,
    ...(patched === undefined ? {} : { unseen: { part: 'some', reason: patched } }),
    probes,
    hostNetwork: true,
    nodePath: nodePathThroughMounts(
      all.map(({ name, mountPath }) => mountOf(name, mountPath)),
      new Map(all.map(({ name, hostPath }) => [name, hostPath])),
    ),
  };
}

/** Mounted where the host has them, since /etc/ssl/certs may be made of links to them. */
const EXTRA_CA_FOLDERS = [
  '/etc/pki/ca-trust',
  '/etc/pki/tls/certs',
  '/etc/ca-certificates',
  '/usr/share/ca-certificates',
  '/usr/local/share/ca-certificates',
];

function CERTIFICATES({ certificatesDir }: ClusterConfig): readonly HostPathMount[] {
  return [
    { name: 'k8s-certs', hostPath: certificatesDir, mountPath: certificatesDir },
    ...['/etc/ssl/certs', ...EXTRA_CA_FOLDERS].map(file),
  ];
}

function file(path: string): HostPathMount {
  return { name: path, hostPath: path, mountPath: path };
}

function externalEtcdMounts({ externalEtcd }: ClusterConfig): readonly HostPathMount[] {
  if (externalEtcd === undefined) return [];
  const { caFile, certFile, keyFile } = externalEtcd;
  return [caFile, certFile, keyFile]
    .filter(({ value }) => value !== '')
    .map(({ value }) => file(posix.dirname(value)))
    .filter(({ hostPath }) => hostPath !== '.' && hostPath !== '/');
}

const MODES = ['Node', 'RBAC', 'Webhook', 'ABAC', 'AlwaysAllow', 'AlwaysDeny'];

/** The user's modes as far as kubeadm knows them; its own where none is left. */
function authorizationModes(written: string): string {
  const known = written.split(',').filter((mode) => MODES.includes(mode));
  return known.length === 0 ? 'Node,RBAC' : known.join(',');
}

function apiserverCommand(config: ClusterConfig, version: Version): readonly Argument[] {
  const { position, certificatesDir, advertiseAddress, bindPort, serviceSubnet, dnsDomain, apiserver } = config;
  const plain = (name: string, value: string): KubeadmArg => ({ name, value, position });
  const pki = (name: string, path: string): KubeadmArg => plain(name, under(certificatesDir, path));
  const written = lastOf(apiserver.extraArgs, 'authorization-mode');
  const modes = authorizationModes(written?.value ?? '');
  const structured = lastOf(apiserver.extraArgs, 'authorization-config') !== undefined;
  const base: KubeadmArg[] = [
    placed('advertise-address', advertiseAddress),
    ...(atOrAfter(version, '1.22') ? [] : [plain('insecure-port', '0')]),
    plain('enable-admission-plugins', 'NodeRestriction'),
    placed('service-cluster-ip-range', serviceSubnet),
    pki('service-account-key-file', 'sa.pub'),
    ...(atOrAfter(version, '1.20')
      ? [
          pki('service-account-signing-key-file', 'sa.key'),
          {
            ...placed('service-account-issuer', dnsDomain),
            value: `https://kubernetes.default.svc.${dnsDomain.value}`,
          },
        ]
      : []),
    pki('client-ca-file', 'ca.crt'),
    pki('tls-cert-file', 'apiserver.crt'),
    pki('tls-private-key-file', 'apiserver.key'),
    pki('kubelet-client-certificate', 'apiserver-kubelet-client.crt'),
    pki('kubelet-client-key', 'apiserver-kubelet-client.key'),
    plain('enable-bootstrap-token-auth', 'true'),
    placed('secure-port', bindPort),
    plain('allow-privileged', 'true'),
    plain('kubelet-preferred-address-types', 'InternalIP,ExternalIP,Hostname'),
    plain('requestheader-username-headers', 'X-Remote-User'),
    plain('requestheader-group-headers', 'X-Remote-Group'),
    plain('requestheader-extra-headers-prefix', 'X-Remote-Extra-'),
    pki('requestheader-client-ca-file', 'front-proxy-ca.crt'),
    plain('requestheader-allowed-names', 'front-proxy-client'),
    pki('proxy-client-cert-file', 'front-proxy-client.crt'),
    pki('proxy-client-key-file', 'front-proxy-client.key'),
    ...etcdArguments(config),
    ...dualStack(config, version),
    ...(structured && atOrAfter(version, '1.30') ? [] : [plain('authorization-mode', modes)]),
  ];
  // Up to 1.29 what kubeadm made of the modes took the place of what the user wrote.
  const overrides = atOrAfter(version, '1.30')
    ? apiserver.extraArgs
    : [
        ...apiserver.extraArgs.filter(({ name }) => name !== 'authorization-mode'),
        ...(written === undefined ? [] : [{ ...written, value: modes }]),
      ];
  return toCommand(version, base, overrides);
}

function etcdArguments(config: ClusterConfig): readonly KubeadmArg[] {
  const { position, certificatesDir, externalEtcd, etcd } = config;
  if (externalEtcd !== undefined) {
    const { endpoints, caFile, certFile, keyFile } = externalEtcd;
    const pair = certFile.value !== '' && keyFile.value !== '';
    return [
      placed('etcd-servers', endpoints),
      ...(caFile.value === '' ? [] : [placed('etcd-cafile', caFile)]),
      ...(pair ? [placed('etcd-certfile', certFile), placed('etcd-keyfile', keyFile)] : []),
    ];
  }
  const pki = (name: string, path: string): KubeadmArg => ({ name, value: under(certificatesDir, path), position });
  const own: KubeadmArg = {
    name: 'etcd-servers',
    value: `https://${loopbackOf(config)}:2379`,
    position,
  };
  const advertised = lastOf(etcd.extraArgs, 'advertise-client-urls');
  return [
    advertised === undefined ? own : { ...advertised, name: 'etcd-servers' },
    pki('etcd-cafile', 'etcd/ca.crt'),
    pki('etcd-certfile', 'apiserver-etcd-client.crt'),
    pki('etcd-keyfile', 'apiserver-etcd-client.key'),
  ];
}

/** Loopback of the family of the node's address, as a URL has it. */
export function loopbackOf(config: ClusterConfig): string {
  return usesIPv6(config) ? '[::1]' : '127.0.0.1';
}

/** The gate was passed on to the components up to 1.22. */
function dualStack({ featureGates, position }: ClusterConfig, version: Version): readonly KubeadmArg[] {
  const gate = featureGates.get('IPv6DualStack');
  return gate === undefined || atOrAfter(version, '1.23')
    ? []
    : [{ name: 'feature-gates', value: `IPv6DualStack=${gate}`, position }];
}

function delegating(config: ClusterConfig, version: Version, kubeconfig: string): readonly KubeadmArg[] {
  const plain = (name: string, value: string): KubeadmArg => ({ name, value, position: config.position });
  return [
    plain('bind-address', '127.0.0.1'),
    plain('leader-elect', 'true'),
    plain('kubeconfig', kubeconfig),
    plain('authentication-kubeconfig', kubeconfig),
    plain('authorization-kubeconfig', kubeconfig),
    ...(atOrAfter(version, '1.23') ? [] : [plain('port', '0')]),
    ...dualStack(config, version),
  ];
}

/** An external CA, whose key is not on the node, leaves both signing files empty; no configuration tells of it. */
function controllerManagerCommand(config: ClusterConfig, version: Version): readonly Argument[] {
  const { position, certificatesDir, podSubnet, serviceSubnet, clusterName, controllerManager } = config;
  const plain = (name: string, value: string): KubeadmArg => ({ name, value, position });
  const pki = (name: string, path: string): KubeadmArg => plain(name, under(certificatesDir, path));
  const base: KubeadmArg[] = [
    ...delegating(config, version, '/etc/kubernetes/controller-manager.conf'),
    pki('client-ca-file', 'ca.crt'),
    pki('requestheader-client-ca-file', 'front-proxy-ca.crt'),
    pki('root-ca-file', 'ca.crt'),
    pki('service-account-private-key-file', 'sa.key'),
    pki('cluster-signing-cert-file', 'ca.crt'),
    pki('cluster-signing-key-file', 'ca.key'),
    plain('use-service-account-credentials', 'true'),
    plain('controllers', '*,bootstrapsigner,tokencleaner'),
    ...(podSubnet.value === ''
      ? []
      : [
          plain('allocate-node-cidrs', 'true'),
          placed('cluster-cidr', podSubnet),
          placed('service-cluster-ip-range', serviceSubnet),
        ]),
    placed('cluster-name', clusterName),
  ];
  return toCommand(version, base, controllerManager.extraArgs);
}

function schedulerCommand(config: ClusterConfig, version: Version): readonly Argument[] {
  const base = delegating(config, version, '/etc/kubernetes/scheduler.conf');
  return toCommand(version, base, config.scheduler.extraArgs);
}

function apiserverProbes({ bindPort, position }: ClusterConfig): readonly HTTPProbe[] {
  const port = bindPort.unknown === undefined ? Number(bindPort.value) : undefined;
  const probe = (kind: HTTPProbe['kind'], path: string): HTTPProbe => ({
    kind,
    scheme: 'HTTPS',
    port,
    path,
    authorized: false,
    ...position,
  });
  return [probe('startup', '/livez'), probe('liveness', '/livez'), probe('readiness', '/readyz')];
}

/** A flag that takes a value of the configuration. */
export function placed(name: string, { value, position, unknown }: Placed): KubeadmArg {
  return { name, value, position, ...(unknown === undefined ? {} : { unknown }) };
}
