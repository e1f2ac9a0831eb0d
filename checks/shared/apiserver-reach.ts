/** Whether this machine's API server answers where its clients dial it: one half of every path that leads to it. */
import type { NodeModel } from '../../src/model/node.ts';
import type { Check, CheckContext, Evidence, Finding, KubeconfigUse } from '../../src/model/path.ts';
import { formatHostPort, isLoopback, isUnspecified, mayBeSameLoopback, sameHost } from '../../src/config/url.ts';
import { component, evidence, number, text } from './access.ts';
import { advertisedAddress } from './apiserver.ts';
import { kubeconfigEvidence } from './material.ts';
import { kubernetesDocs, kubernetesSource } from './references.ts';
import { fail, notAssessed, pass } from './result.ts';

const HTTPS_PORT = 443;

/**
 * What becomes of a connection to a host and port. `answers`: this machine's API server listens there. `elsewhere`: the
 * address of another machine or of a load balancer, which listens on ports of its own. `silent`: this machine's own
 * address, and its API server does not listen there. `other`: as silent, but on loopback, where a load balancer of the
 * machine may listen: kubespray, for one, runs such a proxy.
 */
export type Reach =
  | { readonly kind: 'answers' | 'elsewhere' }
  | { readonly kind: 'silent' | 'other'; readonly because: string; readonly evidence: readonly Evidence[] };

/**
 * Joins what is dialled with --secure-port, --bind-address and the network of the API server's pod.
 * @throws UnknownValue where the input does not show one of them
 */
export function reachOfApiserver(node: NodeModel, host: string, port: number): Reach {
  const apiserver = component(node, 'kube-apiserver');
  if (apiserver === undefined) return { kind: 'elsewhere' };
  const local = isLoopback(host);
  const advertised = advertisedAddress(node);
  if (!local && (advertised === undefined || !sameHost(advertised.name, host))) return { kind: 'elsewhere' };
  const securePort = number(apiserver, 'secure-port');
  // Port 0 is what apiserver-secure-port reports.
  if (securePort === undefined || securePort === 0) return { kind: 'answers' };
  const bind = text(apiserver, 'bind-address');
  const kind = local ? 'other' : 'silent';
  if (node.distribution?.apiserverPorts.includes(port) === true) return { kind: 'answers' };
  if (port !== securePort) {
    return {
      kind,
      because: `it listens on port ${securePort} (--secure-port)`,
      evidence: [evidence(apiserver, 'secure-port')],
    };
  }
  if (!apiserver.hostNetwork) {
    return {
      kind,
      because:
        "its pod has a network of its own (hostNetwork is not true), so it does not listen on the node's addresses",
      evidence: [evidence(apiserver, 'secure-port')],
    };
  }
  if (isUnspecified(bind) || sameHost(bind, host) || mayBeSameLoopback(bind, host)) return { kind: 'answers' };
  // An advertised address that is not the one it listens on may be a load balancer's; nobody reaches loopback, though.
  return local || isLoopback(bind)
    ? { kind, because: `it listens on ${bind} only (--bind-address)`, evidence: [evidence(apiserver, 'bind-address')] }
    : { kind: 'elsewhere' };
}

/** Where a kubeconfig dials, as far as this machine's API server is concerned; undefined where it goes elsewhere. */
export function reachOfKubeconfig(
  node: NodeModel,
  use: KubeconfigUse,
): { readonly dialled: string; readonly reach: Reach } | undefined {
  const cluster = use.kubeconfig?.cluster;
  // Plain HTTP is a fault of its own, and a proxy dials from another place.
  if (cluster?.scheme !== 'https' || cluster.host === undefined || cluster.proxyURL !== undefined) return undefined;
  // Kubeconfigs of people dial loopback through tunnels.
  if (use.role === 'user' && isLoopback(cluster.host)) return undefined;
  const port = cluster.port ?? HTTPS_PORT;
  const reach = reachOfApiserver(node, cluster.host, port);
  return reach.kind === 'elsewhere' ? undefined : { dialled: formatHostPort(cluster.host, port), reach };
}

type Words = Omit<Check, 'notApplicable' | 'evaluate'>;

const WORDS: Words = {
  id: 'apiserver-listens-where-dialled',
  title: "This node's API server listens where its clients on the node dial it",
  severity: 'high',
  impact: 'availability',
  versions: 'all; --secure-port is 6443 and --bind-address every address when unset',
  remediation:
    'Make both ends agree: --secure-port, --bind-address and `hostNetwork: true` in /etc/kubernetes/manifests/kube-apiserver.yaml on one side, `server` in the kubeconfigs on the other (kubeadm: localAPIEndpoint and apiServer.extraArgs in the --config of `kubeadm init phase kubeconfig all` and `kubeadm init phase control-plane apiserver`).',
  references: [
    kubernetesSource('staging/src/k8s.io/apiserver/pkg/server/options/serving.go'),
    kubernetesDocs('reference/command-line-tools-reference/kube-apiserver/'),
    kubernetesDocs('reference/networking/ports-and-protocols/'),
  ],
};

function judge(dialled: string, by: string, reach: Reach, shown: readonly Evidence[]): Finding {
  switch (reach.kind) {
    case 'silent':
      return fail(
        `${by} dials ${dialled}, which is this node, and its API server does not answer there: ${reach.because}.`,
        [...shown, ...reach.evidence],
        { headline: `nothing answers on ${dialled}` },
      );
    case 'other':
      return notAssessed(
        `${by} dials ${dialled}, and this node's API server does not answer there: ${reach.because}. Whether a load balancer of the node does, and to which API server it leads, no file shows: try \`curl -k https://${dialled}/livez\`.`,
        [...shown, ...reach.evidence],
        { headline: `who answers on ${dialled}?` },
      );
    case 'answers':
    case 'elsewhere':
      return pass(`The API server of this node listens on ${dialled}.`, shown);
  }
}

/** For a path whose client uses kubeconfigs. */
export const apiserverListens: Check = {
  ...WORDS,
  notApplicable: ({ node, facts }) =>
    facts.kubeconfigs.some((use) => reachOfKubeconfig(node, use) !== undefined)
      ? undefined
      : "No kubeconfig of this path is known to dial this node's API server.",
  evaluate: ({ node, facts }) =>
    facts.kubeconfigs.flatMap((use) => {
      const found = reachOfKubeconfig(node, use);
      const cluster = use.kubeconfig?.cluster;
      if (found === undefined) return [];
      const shown = [kubeconfigEvidence(use, 'server', cluster?.server ?? null, cluster?.serverLine)];
      return judge(found.dialled, use.file, found.reach, shown);
    }),
};

/** What becomes of a connection to the address that the API server writes into the endpoints of its Service. */
export function reachOfAdvertised(
  node: NodeModel,
): { readonly dialled: string; readonly reach: Reach; readonly evidence: readonly Evidence[] } | undefined {
  const apiserver = component(node, 'kube-apiserver');
  const advertised = advertisedAddress(node);
  const port = apiserver === undefined ? undefined : number(apiserver, 'secure-port');
  if (advertised === undefined || port === undefined || port === 0) return undefined;
  const reach = reachOfApiserver(node, advertised.name, port);
  const shown = advertised.evidence === undefined ? [] : [advertised.evidence];
  return reach.kind === 'elsewhere'
    ? undefined
    : { dialled: formatHostPort(advertised.name, port), reach, evidence: shown };
}

/** For pods, whose Service leads to the advertised address. */
export const apiserverListensForPods: Check = {
  ...WORDS,
  notApplicable: ({ node }: CheckContext) =>
    reachOfAdvertised(node) === undefined
      ? 'The address that the API server advertises is picked at start, or is not known to be its own.'
      : undefined,
  evaluate: ({ node }) => {
    const found = reachOfAdvertised(node);
    if (found === undefined) return [];
    return judge(found.dialled, 'The Service `kubernetes`', found.reach, found.evidence);
  },
};
