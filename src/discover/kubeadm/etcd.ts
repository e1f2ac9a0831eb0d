/**
 * The static pod that kubeadm writes for etcd on the node.
 * Sources: kubernetes cmd/kubeadm/app/phases/etcd/local.go of every minor from 1.19 to 1.37, util/etcd/etcd.go.
 */
import { kubeadmEtcdVersion } from '../../config/kubeadm.ts';
import { atOrAfter } from '../../config/history/ranges.ts';
import { parseVersion } from '../../model/version.ts';
import type { Version } from '../../model/version.ts';
import type { Invocation } from '../types.ts';
import { toCommand } from './arguments.ts';
import type { KubeadmArg } from './arguments.ts';
import { bracketed, under } from './config.ts';
import type { ClusterConfig, Placed } from './config.ts';
import { loopbackOf, placed, pod } from './control-plane.ts';

/** etcd as kubeadm of a version runs it; undefined where the cluster uses one of its own. */
export function localEtcd(config: ClusterConfig, version: Version): Invocation | undefined {
  if (config.externalEtcd !== undefined) return undefined;
  const { position, certificatesDir, etcd, etcdDataDir, etcdImageTag, advertiseAddress, nodeName } = config;
  const etcdVersion = etcdImageTag === undefined ? kubeadmEtcdVersion(version) : parseVersion(etcdImageTag);
  const plain = (name: string, value: string): KubeadmArg => ({ name, value, position });
  const pki = (name: string, path: string): KubeadmArg => plain(name, under(certificatesDir, path));
  const url = (port: number): string => `https://${bracketed(advertiseAddress.value)}:${port}`;
  const ofAddress = (name: string, value: string): KubeadmArg => placed(name, { ...advertiseAddress, value });
  const loopback = loopbackOf(config);
  const base: KubeadmArg[] = [
    placed('name', nodeName),
    ofAddress('listen-client-urls', `https://${loopback}:2379,${url(2379)}`),
    ofAddress('advertise-client-urls', url(2379)),
    ofAddress('listen-peer-urls', url(2380)),
    ofAddress('initial-advertise-peer-urls', url(2380)),
    placed('data-dir', etcdDataDir),
    pki('cert-file', 'etcd/server.crt'),
    pki('key-file', 'etcd/server.key'),
    pki('trusted-ca-file', 'etcd/ca.crt'),
    plain('client-cert-auth', 'true'),
    pki('peer-cert-file', 'etcd/peer.crt'),
    pki('peer-key-file', 'etcd/peer.key'),
    pki('peer-trusted-ca-file', 'etcd/ca.crt'),
    plain('peer-client-cert-auth', 'true'),
    plain('snapshot-count', '10000'),
    plain('listen-metrics-urls', `http://${loopback}:2381`),
    ...corruptionCheck(version, etcdVersion).map(([name, value]) => plain(name, value)),
    // A member that joins gets all of them; which, etcd alone knows.
    placed('initial-cluster', {
      value: `${nodeName.value}=${url(2380)}`,
      position,
      ...unknownOf(nodeName, advertiseAddress),
    }),
  ];
  const invocation = pod('etcd', config, etcd, toCommand(version, base, etcd.extraArgs), [
    { name: 'etcd-data', hostPath: etcdDataDir.value, mountPath: etcdDataDir.value },
    { name: 'etcd-certs', hostPath: under(certificatesDir, 'etcd'), mountPath: under(certificatesDir, 'etcd') },
  ]);
  return etcdVersion === undefined ? invocation : { ...invocation, imageVersion: etcdVersion };
}

/** From 1.34 on the flags follow etcd's version, and from 1.36 on kubeadm knows etcd 3.6 and later only. */
function corruptionCheck(version: Version, etcd: Version | undefined): readonly (readonly [string, string])[] {
  const renamed =
    atOrAfter(version, '1.36') || (atOrAfter(version, '1.34') && etcd !== undefined && atOrAfter(etcd, '3.6'));
  if (renamed) {
    return [
      ['feature-gates', 'InitialCorruptCheck=true'],
      ['watch-progress-notify-interval', '5s'],
    ];
  }
  return [
    ...(atOrAfter(version, '1.24') ? [['experimental-initial-corrupt-check', 'true'] as const] : []),
    ...(atOrAfter(version, '1.25') ? [['experimental-watch-progress-notify-interval', '5s'] as const] : []),
  ];
}

function unknownOf(...values: readonly Placed[]): { readonly unknown?: string } {
  const unknown = values.find((one) => one.unknown !== undefined)?.unknown;
  return unknown === undefined ? {} : { unknown };
}
