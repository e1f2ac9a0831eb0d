/** What kube-scheduler, kube-controller-manager and cloud-controller-manager have in common. */
import type { ComponentName } from '../../src/model/component.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type { Applicability } from '../../src/model/path.ts';
import { absent } from './absence.ts';

const CONTROL_PLANE: readonly ComponentName[] = ['kube-apiserver', 'kube-scheduler', 'kube-controller-manager', 'etcd'];

/** What kubeadm leaves on control-plane nodes only, beside the manifests. */
const CONTROL_PLANE_KUBECONFIGS: readonly string[] = ['admin.conf', 'scheduler.conf', 'controller-manager.conf'].map(
  (name) => `/etc/kubernetes/${name}`,
);

/**
 * What to say of a component's path when the component is not configured: known of the machine itself, and of a
 * whole root that is a worker's; a control-plane input that lacks a manifest may just be incomplete.
 */
export function notConfigured(node: NodeModel, name: ComponentName): Applicability {
  const worker =
    node.layout === 'root' &&
    node.components.has('kubelet') &&
    !CONTROL_PLANE.some((one) => node.components.has(one)) &&
    !CONTROL_PLANE_KUBECONFIGS.some((file) => node.kubeconfigs.has(file));
  return absent(
    node,
    [name],
    node.live || worker
      ? {
          kind: 'not-applicable',
          reason: `No ${name} is configured on this node: no static pod manifest, no systemd unit.`,
        }
      : {
          kind: 'not-assessed',
          reason: `No ${name} is configured in the input.`,
          supply: `Supply the static pod manifest of ${name} (/etc/kubernetes/manifests/${name}.yaml).`,
        },
  );
}

/** The components that have a kubeconfig and a listener each, and how operators configure them. */
export interface ControlPlaneComponent {
  readonly name: 'kube-scheduler' | 'kube-controller-manager' | 'cloud-controller-manager';
  /** How check ids begin. */
  readonly prefix: 'scheduler' | 'controller-manager' | 'cloud-controller-manager';
  /** Field of the kubeadm ClusterConfiguration that holds its `extraArgs`; undefined: kubeadm does not run it. */
  readonly kubeadmField?: 'scheduler' | 'controllerManager';
  /** Port of HTTPS by default. */
  readonly securePort: number;
  /** Port of plain HTTP, and the first minor that no longer serves it. */
  readonly insecurePort: { readonly number: number; readonly inertFrom: string; readonly offByDefault?: true };
}

export const SCHEDULER: ControlPlaneComponent = {
  name: 'kube-scheduler',
  prefix: 'scheduler',
  kubeadmField: 'scheduler',
  securePort: 10259,
  insecurePort: { number: 10251, inertFrom: '1.23' },
};

export const CONTROLLER_MANAGER: ControlPlaneComponent = {
  name: 'kube-controller-manager',
  prefix: 'controller-manager',
  kubeadmField: 'controllerManager',
  securePort: 10257,
  insecurePort: { number: 10252, inertFrom: '1.22' },
};

/** Its webhook port is another listener, which only some providers open (k8s.io/cloud-provider app/webhooks.go). */
export const CLOUD_CONTROLLER_MANAGER: ControlPlaneComponent = {
  name: 'cloud-controller-manager',
  prefix: 'cloud-controller-manager',
  securePort: 10258,
  insecurePort: { number: 10253, inertFrom: '1.24', offByDefault: true },
};

/** How to change a flag for good on a kubeadm node. */
export function setFlag({ name, kubeadmField }: ControlPlaneComponent): string {
  if (kubeadmField === undefined) return `in the manifest or unit that runs ${name}`;
  return `in /etc/kubernetes/manifests/${name}.yaml, and in ${kubeadmField}.extraArgs of the kubeadm ClusterConfiguration so that an upgrade keeps it`;
}
