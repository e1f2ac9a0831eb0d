import type { NodeModel } from '../src/model/node.ts';
import type { Applicability, Check, PathDefinition } from '../src/model/path.ts';
import { absent } from './shared/absence.ts';
import { component, evidence, isSet, requireComponent } from './shared/access.ts';
import { APISERVER_CLIENT_CA_CHECKS, APISERVER_SERVING_CHECKS, authorizerGrants } from './shared/apiserver.ts';
import { CLOUD_CONTROLLER_MANAGER as OWN } from './shared/control-plane.ts';
import { kubeconfigsOf } from './shared/control-plane-client.ts';
import { controlPlaneListenerChecks, presentedServing } from './shared/control-plane-listener.ts';
import { UNKNOWN_FACTS } from './shared/facts.ts';
import { factsOfKubeconfigs } from './shared/kubeconfig-path.ts';
import { KUBECONFIG_CHECKS } from './shared/kubeconfig.ts';
import { PKI_CHECKS } from './shared/pki.ts';
import { kubernetesDocs, kubernetesSource } from './shared/references.ts';
import { notAssessed, pass } from './shared/result.ts';
import { versionSkew } from './shared/version-skew.ts';

/** Source: k8s.io/cloud-provider options/options.go (ApplyTo: clientcmd.BuildConfigFromFlags). */
const namesKubeconfig: Check = {
  id: 'cloud-controller-manager-kubeconfig',
  title: 'The cloud controller manager dials the API server with a kubeconfig',
  severity: 'medium',
  impact: 'both',
  versions: 'all; unset means the service account of its pod',
  remediation: 'Set --kubeconfig in the manifest or unit that runs cloud-controller-manager, and restart it.',
  references: [
    kubernetesSource('staging/src/k8s.io/cloud-provider/options/options.go'),
    kubernetesDocs('tasks/administer-cluster/running-cloud-controller/'),
  ],
  evaluate: ({ node }) => {
    const own = requireComponent(node, OWN.name);
    const shown = [evidence(own, 'kubeconfig')];
    return isSet(own, 'kubeconfig') || isSet(own, 'master')
      ? pass('The cloud controller manager is told which API server to dial.', shown)
      : notAssessed(
          'cloud-controller-manager has no --kubeconfig, so it dials the API server with the service account of its pod, which no file of the node shows: look at the pod and its service account by hand.',
          shown,
        );
  },
};

function applicability(node: NodeModel): Applicability {
  if (component(node, OWN.name) !== undefined) return { kind: 'applies' };
  const controllerManager = component(node, 'kube-controller-manager');
  const decided: Applicability =
    controllerManager === undefined
      ? {
          kind: 'not-assessed',
          reason: 'No control-plane manifest is in the input, so whether a cloud-controller-manager runs is not known.',
          supply: 'Supply the manifests of the control plane (/etc/kubernetes/manifests).',
        }
      : isExternal(node)
        ? {
            kind: 'not-assessed',
            reason:
              '--cloud-provider=external says that a cloud-controller-manager runs in this cluster; it is not configured in the input, as it is where a DaemonSet or Deployment runs it.',
            supply:
              'Give its flags, as `kubectl -n kube-system get daemonsets,deployments -o yaml` shows them: --flags cloud-controller-manager=FILE.',
          }
        : { kind: 'not-applicable', reason: 'No cloud-controller-manager is configured on this node.' };
  return absent(node, [OWN.name], decided);
}

/** Who says so, the kubelet too, waits for one: nodes keep the taint uninitialized until it has seen them. */
function isExternal(node: NodeModel): boolean {
  return (['kubelet', 'kube-controller-manager', 'kube-apiserver'] as const).some(
    (name) => component(node, name)?.settings.get('cloud-provider')?.value === 'external',
  );
}

export const path: PathDefinition = {
  id: 'cloud-controller-manager-to-apiserver',
  title: 'Cloud controller manager to API server',
  client: OWN.name,
  server: 'kube-apiserver',
  description:
    'The cloud controller manager watches nodes and Services and makes load balancers and routes for them. It dials the API server with the kubeconfig of --kubeconfig or with the service account of its pod, and serves health and metrics over HTTPS on 10258, which this row judges as well.',
  applicability,
  facts: (node) => {
    const own = requireComponent(node, OWN.name);
    const uses = kubeconfigsOf(node, own, OWN.prefix);
    const facts = uses.length === 0 ? UNKNOWN_FACTS : factsOfKubeconfigs(node, uses, OWN.name);
    const served = presentedServing(node, own, OWN);
    return served === undefined ? facts : { ...facts, presented: [...facts.presented, served] };
  },
  checks: [
    namesKubeconfig,
    ...KUBECONFIG_CHECKS,
    versionSkew('cloud-controller-manager'),
    ...controlPlaneListenerChecks(OWN, { bindAddress: [], minVersion: [] }),
    ...APISERVER_SERVING_CHECKS,
    authorizerGrants,
    ...APISERVER_CLIENT_CA_CHECKS,
    ...PKI_CHECKS,
  ],
};
