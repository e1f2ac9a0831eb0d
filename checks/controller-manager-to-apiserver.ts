import type { Check } from '../src/model/path.ts';
import { bool, evidence, requireComponent } from './shared/access.ts';
import { CONTROLLER_MANAGER, setFlag } from './shared/control-plane.ts';
import { controlPlaneClientPath } from './shared/control-plane-client.ts';
import { manifestMode } from './shared/manifest-mode.ts';
import { cis, kubernetesDocs, stig } from './shared/references.ts';
import { pass, warn } from './shared/result.ts';

const useServiceAccountCredentials: Check = {
  id: 'controller-manager-use-sa-credentials',
  title: 'Every controller uses a service account of its own',
  severity: 'medium',
  impact: 'security',
  versions: 'all; unset means false, kubeadm writes true',
  remediation: `Set --use-service-account-credentials=true ${setFlag(CONTROLLER_MANAGER)}; RBAC has to be on, since the roles system:controller:* carry the permissions.`,
  references: [cis('1.3.3'), stig('CNTR-K8-000220'), kubernetesDocs('reference/access-authn-authz/rbac/')],
  evaluate: ({ node }) => {
    const own = requireComponent(node, 'kube-controller-manager');
    const shown = [evidence(own, 'use-service-account-credentials')];
    return bool(own, 'use-service-account-credentials') === true
      ? pass('Each controller authenticates with a service account of its own.', shown)
      : warn(
          '--use-service-account-credentials is not true: all controllers share the credential of the controller manager, which then needs the permissions of all of them.',
          shown,
          { headline: 'controllers share one credential' },
        );
  },
};

export const path = controlPlaneClientPath({
  id: 'controller-manager-to-apiserver',
  case: '8',
  title: 'Controller manager to API server',
  description:
    'The controller manager runs the control loops: it creates pods, signs certificates and hands out service account tokens. It dials the API server with its kubeconfig and authenticates with the client certificate in it, which is next to cluster-admin; without it nothing in the cluster heals. Its port 10257 is another path: it serves health and metrics.',
  component: CONTROLLER_MANAGER,
  checks: [useServiceAccountCredentials, manifestMode('kube-controller-manager', { mode: '1.1.3', owner: '1.1.4' })],
});
