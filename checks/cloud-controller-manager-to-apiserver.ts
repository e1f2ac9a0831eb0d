import type { Applicability, PathDefinition } from '../src/model/path.ts';
import { absent } from './shared/absence.ts';
import { component } from './shared/access.ts';
import { undecided } from './shared/elsewhere.ts';

export const path: PathDefinition = undecided({
  id: 'cloud-controller-manager-to-apiserver',
  title: 'Cloud controller manager to API server',
  client: 'cloud-controller-manager',
  server: 'kube-apiserver',
  description:
    'The cloud controller manager dials the API server with a kubeconfig or a service account, and serves metrics on 10258.',
  applicability: (node) => {
    if (component(node, 'cloud-controller-manager') !== undefined) {
      return {
        kind: 'not-assessed',
        reason: 'A cloud-controller-manager is configured on this node.',
        supply:
          'This version does not judge a cloud-controller-manager yet: look at its --kubeconfig, --bind-address and --tls-cert-file by hand.',
      };
    }
    const decided: Applicability =
      component(node, 'kube-controller-manager') === undefined
        ? {
            kind: 'not-assessed',
            reason:
              'No control-plane manifest is in the input, so whether a cloud-controller-manager runs is not known.',
            supply: 'Supply the manifests of the control plane (/etc/kubernetes/manifests).',
          }
        : { kind: 'not-applicable', reason: 'No cloud-controller-manager is configured on this node.' };
    return absent(node, ['cloud-controller-manager'], decided);
  },
});
