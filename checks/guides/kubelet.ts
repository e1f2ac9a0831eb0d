/** Guides to the checks of what the kubelet serves and whom it lets in. */
import type { CheckGuides } from '../../src/model/guide.ts';

export const KUBELET_GUIDES: CheckGuides = {
  'kubelet-anonymous-auth': {
    examined:
      'Whether the kubelet takes requests without a credential: `authentication.anonymous.enabled` of its configuration file, a drop-in or --anonymous-auth that overrides it, and the authorization mode, which decides what such a request may do.',
    consequence:
      'Whoever reaches port 10250 of the node is system:anonymous there. With authorization mode AlwaysAllow that is root on the node: /run and /exec execute commands in every container, privileged ones included. With Webhook it depends on the roles bound to system:anonymous and system:unauthenticated.',
    steps: [
      'Look for a flag or a drop-in that beats the file: `kubetls settings --component kubelet` names the place that each value comes from.',
      'Set `authentication.anonymous.enabled: false` in /var/lib/kubelet/config.yaml, and remove --anonymous-auth from /var/lib/kubelet/kubeadm-flags.env or the unit.',
      'Set the same in the ConfigMap, which kubeadm writes the file from at the next upgrade: `kubectl -n kube-system edit configmap kubelet-config`.',
      'Restart the kubelet, one node after the other: `systemctl restart kubelet`. Pods go on running.',
    ],
    verify: [
      '`curl -sk -o /dev/null -w "%{http_code}\\n" https://127.0.0.1:10250/pods` prints 401.',
      '`kubectl logs` of a pod on the node still works: the API server comes with a client certificate.',
    ],
    defaults: { kubelet: ['anonymous-auth', 'authorization-mode'] },
  },
};
