/** What keeps a change over `kubeadm upgrade`: the lines of the kubeadm configuration. */
import { flagHistory } from '../config/history/history.ts';
import type { ComponentName } from '../model/component.ts';
import type { Fix, PlanStep } from '../model/fix.ts';
import type { NodeModel } from '../model/node.ts';
import { atLeast } from '../model/version.ts';
import { toYAML } from '../text/yaml.ts';
import { flagText } from './apply.ts';

/** Where the arguments of a component are in a ClusterConfiguration. */
const FIELDS: Readonly<Partial<Record<ComponentName, readonly string[]>>> = {
  'kube-apiserver': ['apiServer'],
  'kube-controller-manager': ['controllerManager'],
  'kube-scheduler': ['scheduler'],
  etcd: ['etcd', 'local'],
};

/**
 * The lines, in the form of the apiVersion that kubeadm of the node's version writes: extraArgs are a list from v1beta4
 * (1.31) on, a map before (kubernetes/cmd/kubeadm/app/apis/kubeadm).
 * @returns null where kubeadm did not set the node up
 */
export function kubeadmLines(fix: Fix, node: NodeModel): PlanStep['kubeadm'] {
  const { distribution } = node;
  if (distribution !== undefined && distribution.id !== 'kubeadm') return null;
  const given = node.kubeadm?.files[0];
  if (fix.component === 'kubelet') {
    const fields: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(fix.set)) {
      const field = flagHistory('kubelet').get(name)?.config;
      if (field !== undefined) put(fields, field.split('.'), value);
    }
    return {
      where: given ?? 'kubectl -n kube-system edit configmap kubelet-config',
      text: toYAML({ kind: 'KubeletConfiguration', ...fields }),
    };
  }
  const path = FIELDS[fix.component];
  if (path === undefined) return null;
  const version = node.components.get('kube-apiserver')?.version ?? node.components.get('kubelet')?.version;
  const isList = version === undefined || atLeast(version, '1.31');
  const set = Object.entries(fix.set).flatMap(([name, value]) =>
    value === null ? [] : [[name, flagText(value)] as const],
  );
  const gone = Object.entries(fix.set).flatMap(([name, value]) => (value === null ? [name] : []));
  const document: Record<string, unknown> = { kind: 'ClusterConfiguration' };
  put(
    document,
    [...path, 'extraArgs'],
    isList ? set.map(([name, value]) => ({ name, value })) : Object.fromEntries(set),
  );
  return {
    where: given ?? 'kubectl -n kube-system edit configmap kubeadm-config',
    text: `${set.length === 0 ? '' : toYAML(document)}${gone.map((name) => `# and without ${name} in ${path.join('.')}.extraArgs\n`).join('')}`,
  };
}

function put(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key, ...rest] = path;
  if (key === undefined) return;
  if (rest.length === 0) {
    target[key] = value;
    return;
  }
  const below = (target[key] ?? {}) as Record<string, unknown>;
  target[key] = below;
  put(below, rest, value);
}
