import type { Check, PathDefinition } from '../src/model/path.ts';
import { evidence, isSet, requireComponent } from './shared/access.ts';
import { APISERVER_SERVING_CHECKS, authorizerGrants } from './shared/apiserver.ts';
import { mainKubeconfig } from './shared/control-plane-client.ts';
import { kubeProxyApplicability } from './shared/kube-proxy.ts';
import { UNKNOWN_FACTS } from './shared/facts.ts';
import { factsOfKubeconfigs } from './shared/kubeconfig-path.ts';
import { KUBECONFIG_CHECKS } from './shared/kubeconfig.ts';
import { flagChecks } from './shared/listener.ts';
import { PKI_CHECKS } from './shared/pki.ts';
import { kubernetesDocs, kubernetesSource } from './shared/references.ts';
import { notAssessed, pass } from './shared/result.ts';
import { versionSkew } from './shared/version-skew.ts';

/** Source: kubernetes/cmd/kube-proxy/app/server.go (createClient) falls back to the service account of its pod. */
const namesKubeconfig: Check = {
  id: 'kube-proxy-kubeconfig',
  title: 'kube-proxy dials the API server with a kubeconfig',
  severity: 'medium',
  impact: 'both',
  versions: 'all; unset means the service account of its pod',
  remediation:
    'Name a kubeconfig in clientConnection.kubeconfig of the KubeProxyConfiguration (without a configuration file: --kubeconfig) and restart kube-proxy.',
  references: [
    kubernetesSource('cmd/kube-proxy/app/server.go'),
    kubernetesDocs('reference/config-api/kube-proxy-config.v1alpha1/'),
  ],
  evaluate: ({ node }) => {
    const own = requireComponent(node, 'kube-proxy');
    const shown = [evidence(own, 'kubeconfig')];
    return isSet(own, 'kubeconfig') || isSet(own, 'master')
      ? pass('kube-proxy is told which API server to dial.', shown)
      : notAssessed(
          'kube-proxy has no kubeconfig, so it dials the API server with the service account of its pod, which no file of the node shows: look at the pod and its service account by hand.',
          shown,
        );
  },
};

export const path: PathDefinition = {
  id: 'kube-proxy-to-apiserver',
  title: 'kube-proxy to API server',
  client: 'kube-proxy',
  server: 'kube-apiserver',
  description:
    'kube-proxy watches Services and EndpointSlices and turns them into the rules that every connection to a Service goes through: whoever answers in place of the API server sends that traffic where he likes. Its kubeconfig is named by clientConnection.kubeconfig; with kubeadm it is in the kube-proxy ConfigMap and uses the service account token and the CA of the pod.',
  applicability: kubeProxyApplicability,
  facts: (node) => {
    const own = requireComponent(node, 'kube-proxy');
    const use = mainKubeconfig(node, own, 'kube-proxy');
    return use === undefined ? UNKNOWN_FACTS : factsOfKubeconfigs(node, [use], 'kube-proxy');
  },
  checks: [
    namesKubeconfig,
    ...KUBECONFIG_CHECKS,
    ...flagChecks('kube-proxy'),
    versionSkew('kube-proxy'),
    ...APISERVER_SERVING_CHECKS,
    authorizerGrants,
    ...PKI_CHECKS,
  ],
};
