/** What keeps a change over `kubeadm upgrade`: the lines of the kubeadm configuration. */
import { flagHistory } from '../config/history/history.ts';
import type { ComponentName } from '../model/component.ts';
import type { Fix, PlanStep } from '../model/fix.ts';
import type { NodeModel } from '../model/node.ts';
import { atLeast } from '../model/version.ts';
import { toYAML } from '../text/yaml.ts';
import { flagText, startedBy } from './apply.ts';

/** Where the arguments of a component are in a ClusterConfiguration. */
const FIELDS: Readonly<Partial<Record<ComponentName, readonly string[]>>> = {
  'kube-apiserver': ['apiServer'],
  'kube-controller-manager': ['controllerManager'],
  'kube-scheduler': ['scheduler'],
  etcd: ['etcd', 'local'],
};

/** apiVersions whose extraArgs are a map. */
const OF_MAPS: ReadonlySet<string> = new Set(['v1beta1', 'v1beta2', 'v1beta3']);

/**
 * The lines, in the form of the apiVersion that kubeadm of the node's version writes: extraArgs are a list from v1beta4
 * (1.31) on, a map before (kubernetes/cmd/kubeadm/app/apis/kubeadm).
 * @returns null where kubeadm did not set the node up, or something else starts the component
 */
export function kubeadmLines(fix: Fix, node: NodeModel): PlanStep['kubeadm'] {
  const { distribution } = node;
  if (distribution !== undefined && distribution.id !== 'kubeadm') return null;
  const given = node.kubeadm?.at;
  if (fix.component === 'kubelet') {
    const fields: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(fix.set)) {
      const field = flagHistory('kubelet').get(name)?.config;
      if (field !== undefined) put(fields, field.split('.'), value);
    }
    return {
      where: given?.kubelet?.file ?? 'kubectl -n kube-system edit configmap kubelet-config',
      text: toYAML({ kind: 'KubeletConfiguration', ...fields }),
    };
  }
  const path = FIELDS[fix.component];
  if (path === undefined) return null;
  const component = node.components.get(fix.component);
  const kind = component === undefined ? undefined : startedBy(component)?.kind;
  if (kind !== undefined && kind !== 'static-pod' && kind !== 'kubeadm-config') return null;
  const set = Object.entries(fix.set).flatMap(([name, value]) =>
    value === null ? [] : [[name, flagText(value)] as const],
  );
  const gone = Object.entries(fix.set).flatMap(([name, value]) => (value === null ? [name] : []));
  const document: Record<string, unknown> = { kind: 'ClusterConfiguration' };
  put(
    document,
    [...path, 'extraArgs'],
    isList(node) ? set.map(([name, value]) => ({ name, value })) : Object.fromEntries(set),
  );
  return {
    where: given?.cluster?.file ?? 'kubectl -n kube-system edit configmap kubeadm-config',
    text: `${set.length === 0 ? '' : toYAML(document)}${gone.map((name) => `# and without ${name} in ${path.join('.')}.extraArgs\n`).join('')}`,
  };
}

/** As the file of the input has it, which kubeadm takes in an older form too; else as this version writes it. */
function isList({ kubeadm, components }: NodeModel): boolean {
  if (kubeadm?.at.cluster !== undefined) return !OF_MAPS.has(kubeadm.at.cluster.form);
  const version = components.get('kube-apiserver')?.version ?? components.get('kubelet')?.version;
  return version === undefined || atLeast(version, '1.31');
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
