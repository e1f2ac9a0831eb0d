import type { ClusterModel } from '../src/model/cluster.ts';
import type { Check, PathDefinition, PathFacts } from '../src/model/path.ts';
import { EXPORT, few, objectEvidence, ofCluster } from './shared/cluster/objects.ts';
import { sourceOf } from './shared/cluster/references.ts';
import { UNKNOWN_FACTS } from './shared/facts.ts';
import { decidedInCluster } from './shared/elsewhere.ts';
import { kubernetesDocs } from './shared/references.ts';
import { fail, notAssessed, pass, warn } from './shared/result.ts';

/** The words of an option in every `kubernetes` block. */
function written({ settings: { coredns } }: ClusterModel, option: string): readonly (readonly string[])[] {
  const lines = (coredns?.options ?? []).flat().map((line) => line.split(/\s+/));
  return lines.filter(([name]) => name === option).map((words) => words.slice(1));
}

const corefile: Check = ofCluster({
  id: 'coredns-corefile',
  title: 'CoreDNS dials the API server as pods do, or by TLS that verifies it',
  severity: 'high',
  impact: 'security',
  versions: 'all; without `endpoint`, `tls` and `kubeconfig` CoreDNS uses the service account of its pod',
  remediation:
    'Take `endpoint`, `tls` and `kubeconfig` out of the kubernetes block of the Corefile (`kubectl -n kube-system edit configmap coredns`): CoreDNS then verifies the API server with the CA that every pod gets.',
  references: [
    sourceOf('coredns/coredns', 'plugin/kubernetes/README.md', 'master'),
    kubernetesDocs('tasks/administer-cluster/dns-custom-nameservers/'),
  ],
  judge: (cluster) => {
    const { coredns } = cluster.settings;
    if (coredns === undefined) {
      return notAssessed('The ConfigMap coredns is not in the input.', [], { remediation: EXPORT });
    }
    if (coredns.options.length === 0) {
      return pass('The Corefile has no kubernetes block: CoreDNS does not dial the API server by it.', [
        objectEvidence(coredns, null, 'Corefile'),
      ]);
    }
    const endpoints = written(cluster, 'endpoint').flat();
    const tls = written(cluster, 'tls').flat();
    const kubeconfigs = written(cluster, 'kubeconfig').flat();
    const shown = [objectEvidence(coredns, endpoints[0] ?? null, 'endpoint')];
    const plain = endpoints.filter((one) => !/^https:\/\//i.test(one));
    if (plain.length > 0) {
      return fail(
        `The Corefile has CoreDNS dial ${few(plain)} without TLS: whoever is on the way decides what names stand for.`,
        shown,
        { headline: 'CoreDNS dials without TLS' },
      );
    }
    if (kubeconfigs.length > 0) {
      return notAssessed(
        `CoreDNS dials the API server with ${few(kubeconfigs)} in its container, which no input shows.`,
        [objectEvidence(coredns, kubeconfigs[0] ?? null, 'kubeconfig')],
      );
    }
    if (endpoints.length > 0 && tls.length < 3) {
      return warn(`CoreDNS dials ${few(endpoints)} with the CAs of its image, since \`tls\` names no CA.`, shown, {
        severity: 'medium',
        headline: 'CoreDNS: no CA named',
      });
    }
    return pass(
      endpoints.length > 0
        ? `CoreDNS dials ${few(endpoints)} and verifies it with ${tls[2] ?? 'a CA of its own'}.`
        : 'CoreDNS dials the API server with the service account of its pod, as pods do.',
      shown,
    );
  },
});

function facts(cluster: ClusterModel): PathFacts {
  const { coredns } = cluster.settings;
  if (coredns === undefined || written(cluster, 'kubeconfig').length > 0) return UNKNOWN_FACTS;
  const endpoints = written(cluster, 'endpoint').flat();
  const isPlain = endpoints.some((one) => !/^https:\/\//i.test(one));
  return {
    ...UNKNOWN_FACTS,
    encrypted: isPlain ? 'no' : 'yes',
    serverVerified: isPlain ? 'no' : endpoints.length === 0 ? 'yes' : 'unknown',
  };
}

export const path: PathDefinition = decidedInCluster(
  {
    id: 'coredns-to-apiserver',
    title: 'CoreDNS to API server',
    client: 'CoreDNS',
    server: 'kube-apiserver',
    description:
      'CoreDNS and other add-ons dial the API server as pods do; see pod-to-apiserver. The Corefile can name other credentials.',
    checks: [corefile],
  },
  'the Corefile in the coredns ConfigMap; what pods share with it is on the row pod-to-apiserver',
  facts,
);
