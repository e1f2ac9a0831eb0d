/** What a node is called, by the files that have to agree on it. */
import type { Component, ComponentName } from '../model/component.ts';
import type { Kubeconfig } from '../model/kubeconfig.ts';

const NODE_USER = /^(?:default-auth-)?system:node:([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?)$/;

/**
 * The node's name: the kubelet's --hostname-override, the user of its kubeconfig (`system:node:<name>`; kubeadm
 * writes it, kubernetes.io/docs/reference/access-authn-authz/node/), then etcd's --name.
 * @returns undefined when no file says one
 */
export function nameOf(
  components: ReadonlyMap<ComponentName, Component>,
  kubeconfigs: ReadonlyMap<string, Kubeconfig>,
): string | undefined {
  const kubelet = components.get('kubelet');
  const overridden = kubelet?.settings.get('hostname-override')?.value;
  if (typeof overridden === 'string' && overridden !== '') return overridden;
  const named = kubelet?.settings.get('kubeconfig')?.value;
  const file = typeof named === 'string' && named !== '' ? named : '/etc/kubernetes/kubelet.conf';
  const user = kubeconfigs.get(file)?.user;
  const fromUser =
    NODE_USER.exec(user?.name ?? '')?.[1] ?? NODE_USER.exec(user?.certificates[0]?.commonName ?? '')?.[1];
  if (fromUser !== undefined) return fromUser;
  const etcd = components.get('etcd')?.settings.get('name')?.value;
  return typeof etcd === 'string' && etcd !== '' && etcd !== 'default' ? etcd : undefined;
}
