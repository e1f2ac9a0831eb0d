/** kube-proxy, which most clusters run as a DaemonSet that no file of a node shows. */
import type { NodeModel } from '../../src/model/node.ts';
import type { Applicability } from '../../src/model/path.ts';
import { absent } from './absence.ts';
import { component } from './access.ts';

/** Whether a path of kube-proxy exists, and what shows it where the input does not. */
export function kubeProxyApplicability(node: NodeModel): Applicability {
  if (component(node, 'kube-proxy') !== undefined) return { kind: 'applies' };
  return absent(node, ['kube-proxy'], {
    kind: 'not-assessed',
    reason:
      'No kube-proxy is configured in the input. What decides it where it runs as a DaemonSet, as with kubeadm: the kube-proxy ConfigMap in kube-system.',
    supply:
      'Give `kubectl -n kube-system get configmap kube-proxy -o yaml > kube-proxy.yaml` as a further input. Where another program stands in for kube-proxy (Cilium, kube-router, OVN-Kubernetes) there is no such path.',
  });
}
