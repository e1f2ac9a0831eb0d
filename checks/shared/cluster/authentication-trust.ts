/** What API servers tell others about whom to believe, against what their flags say. */
import type { AuthenticationTrust, ClusterModel } from '../../../src/model/cluster.ts';
import type { Component } from '../../../src/model/component.ts';
import type { NodeModel } from '../../../src/model/node.ts';
import type { Check, Finding } from '../../../src/model/path.ts';
import { component, evidence, list } from '../access.ts';
import { ALLOWED_NAMES, aggregationDocs, REQUEST_HEADER_CA } from '../front-proxy.ts';
import { certificatesOf, settingMaterial, unavailable } from '../material.ts';
import { kubernetesSource } from '../references.ts';
import { notAssessed, pass, warn } from '../result.ts';
import { enumerate } from '../words.ts';
import { bundleFile, called, objectEvidence, ofCluster } from './objects.ts';

const CONFIG_MAP = 'extension-apiserver-authentication';

/** What is in the ConfigMap and no flag has: the API server adds, and takes nothing away but what has ended. */
export const authenticationTrust: Check = withTrust({
  id: 'extension-auth-configmap',
  title: 'Aggregated API servers are told to believe whom the API server believes',
  severity: 'low',
  impact: 'both',
  versions: 'all; API servers add their CAs and names to what is there, and take out only CAs that have ended',
  remediation: `Once no API server has the CA or the name in its flags any more, delete the ConfigMap: \`kubectl -n kube-system delete configmap ${CONFIG_MAP}\`. The API servers write it anew at once, from their flags alone. Aggregated API servers, scheduler and controller manager read it again by themselves.`,
  references: [
    kubernetesSource(
      'pkg/controlplane/controller/clusterauthenticationtrust/cluster_authentication_trust_controller.go',
    ),
    aggregationDocs,
  ],
});

function withTrust(check: Omit<Check, 'evaluate' | 'notApplicable'>): Check {
  const whole = ofCluster({
    ...check,
    judge: (cluster, { node }) => {
      const { authenticationTrust: trust } = cluster;
      const apiserver = component(node, 'kube-apiserver');
      return trust === undefined || apiserver === undefined ? [] : judge(cluster, trust, node, apiserver);
    },
  });
  return {
    ...whole,
    notApplicable: (context) => {
      const { node } = context;
      if (node.cluster !== undefined && node.cluster.authenticationTrust === undefined) {
        return `The export has no ConfigMap kube-system/${CONFIG_MAP}.`;
      }
      if (component(node, 'kube-apiserver') === undefined) return 'No API server is in the input to compare it with.';
      return whole.notApplicable?.(context);
    },
  };
}

function judge(
  cluster: ClusterModel,
  trust: AuthenticationTrust,
  node: NodeModel,
  apiserver: Component,
): readonly Finding[] {
  const bundles = [
    { flag: 'client-ca-file', told: trust.clientCAs, whom: 'its client certificates' },
    { flag: REQUEST_HEADER_CA, told: trust.frontProxyCAs, whom: 'front proxies with a certificate of it' },
  ];
  const findings = [
    ...bundles.flatMap(({ flag, told, whom }) => authorities(cluster, trust, node, apiserver, flag, told, whom)),
    ...names(trust, apiserver),
  ];
  const worse = findings.filter(({ status }) => status !== 'pass');
  return worse.length > 0 ? worse : findings.slice(0, 1);
}

/** CAs by their keys: one that was renewed with its key is the same. */
function authorities(
  cluster: ClusterModel,
  trust: AuthenticationTrust,
  node: NodeModel,
  apiserver: Component,
  flag: string,
  told: string | undefined,
  whom: string,
): readonly Finding[] {
  const material = settingMaterial(node, apiserver, flag);
  if (material === undefined) return [];
  const shown = [objectEvidence(trust, told === undefined ? null : 'embedded', flag), material.evidence];
  const unread = unavailable(material);
  if (unread !== undefined)
    return [notAssessed(`${unread}, so ${called(trust)} has nothing to be compared with.`, shown)];
  const own = certificatesOf(material);
  const file = bundleFile(cluster, told);
  const published = file?.state === 'present' ? file.pem.certificates : [];
  const keys = new Set(own.map(({ publicKey }) => publicKey.spkiSha256));
  const others = published.filter(({ publicKey, notAfter }) => !keys.has(publicKey.spkiSha256) && notAfter >= node.at);
  const tellsOwn = published.some(({ publicKey }) => keys.has(publicKey.spkiSha256));
  if (published.length > 0 && !tellsOwn) {
    return [
      warn(
        `${called(trust)} has none of the CAs in --${flag}: aggregated API servers refuse what this API server passes on, unless the export is of another cluster.`,
        shown,
        {
          impact: 'availability',
          severity: 'medium',
          headline: `${flag} of another cluster`,
          remediation:
            'Give an export of the cluster that the node belongs to. If it is that one, look for cluster_authentication_trust_controller in the log of the API server (`crictl logs`), which writes the ConfigMap.',
        },
      ),
    ];
  }
  if (others.length === 0) return [pass(`${called(trust)} has the CAs in --${flag} and no other.`, shown)];
  return [
    warn(
      `${called(trust)} still has ${enumerate(others.map(({ subject }) => subject))}, which --${flag} does not name: aggregated API servers believe ${whom}, unless another API server of the cluster has it.`,
      shown,
      { impact: 'security', headline: `a CA that --${flag} does not have` },
    ),
  ];
}

function names({ allowedNames, ...trust }: AuthenticationTrust, apiserver: Component): readonly Finding[] {
  const own = list(apiserver, ALLOWED_NAMES);
  const beyond = own.length === 0 ? [] : allowedNames.filter((name) => !own.includes(name));
  const shown = [objectEvidence(trust, allowedNames, ALLOWED_NAMES), evidence(apiserver, ALLOWED_NAMES)];
  return beyond.length === 0
    ? []
    : [
        warn(
          `${called(trust)} still lets ${enumerate(beyond)} be a front proxy, which --${ALLOWED_NAMES} does not, unless another API server of the cluster does.`,
          shown,
          { impact: 'security', headline: `a name that --${ALLOWED_NAMES} does not have` },
        ),
      ];
}
