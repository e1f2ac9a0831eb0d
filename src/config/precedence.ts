/** Which source wins, where a component reads both flags and a config file. */
import type { ComponentName } from '../model/component.ts';

/** Flags of kube-scheduler that a config file silences (cmd/kube-scheduler/app/options: ApplyDeprecated). */
const SCHEDULER_SILENCED: ReadonlySet<string> = new Set([
  'kubeconfig',
  'profiling',
  'contention-profiling',
  'kube-api-qps',
  'kube-api-burst',
  'port',
  'address',
]);

/** Flags of kube-proxy that count beside a config file (cmd/kube-proxy/app/options.go: Complete); all others do not. */
const PROXY_HEARD: ReadonlySet<string> = new Set(['config', 'hostname-override', 'master']);

/**
 * Whether a flag counts although a config file is used. The kubelet parses its flags again over the file
 * (kubeletConfigFlagPrecedence); etcd reads either the file or the flags and variables (etcdmain/config.go).
 */
export function flagCountsBesideConfig(component: ComponentName, name: string): boolean {
  switch (component) {
    case 'etcd':
      return name === 'config-file';
    case 'kube-scheduler':
      return !SCHEDULER_SILENCED.has(name);
    case 'kube-proxy':
      return PROXY_HEARD.has(name);
    case 'kube-apiserver':
    case 'kubelet':
    case 'kube-controller-manager':
    case 'cloud-controller-manager':
      return true;
  }
}

/** The flag that names a component's config file; undefined for components that have none. */
export function configFlag(component: ComponentName): string | undefined {
  switch (component) {
    case 'etcd':
      return 'config-file';
    case 'kubelet':
    case 'kube-scheduler':
    case 'kube-proxy':
      return 'config';
    case 'kube-apiserver':
    case 'kube-controller-manager':
    case 'cloud-controller-manager':
      return undefined;
  }
}
