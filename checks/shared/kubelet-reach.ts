/** Whether the kubelet listens where the API server dials it. */
import type { Component } from '../../src/model/component.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type { Check } from '../../src/model/path.ts';
import { isLoopback, isUnspecified, mayBeSameLoopback, sameHost } from '../../src/config/url.ts';
import { bool, component, evidence, evidences, isSet, knownOr, number, text } from './access.ts';
import { dialledByApiserver, ofKubelet } from './kubelet.ts';
import { kubernetesDocs, kubernetesSource } from './references.ts';
import { fail, notAssessed, pass } from './result.ts';

/** Whether the kubelet is told to serve nothing on port 10250. */
export function servesNothing(node: NodeModel): boolean {
  const kubelet = component(node, 'kubelet');
  return kubelet !== undefined && knownOr(false, () => bool(kubelet, 'enable-server') === false);
}

/** What the API server dials; undefined where nothing tells. */
function dialledAt(
  node: NodeModel,
  apiserver: Component | undefined,
): { readonly name: string; readonly guessed: boolean } | undefined {
  if (apiserver === undefined) return undefined;
  const dialled = dialledByApiserver(node, apiserver);
  return dialled.kind === 'known' ? { name: dialled.expected.name, guessed: dialled.guessed } : undefined;
}

/** Through a konnectivity or SSH egress the connection comes from wherever its other end is. */
function dialsThroughProxy(apiserver: Component | undefined): boolean {
  return apiserver !== undefined && isSet(apiserver, 'egress-selector-config-file');
}

/** An IPv4 or IPv6 address, as against a name. */
const ADDRESS = /^[\d.]+$|:/;

const LOST = '`kubectl logs`, `exec` and `port-forward` fail on this node and metrics-server gets nothing from it';

export const kubeletListens: Check = {
  id: 'kubelet-listens-for-apiserver',
  title: 'The kubelet listens where the API server dials it',
  severity: 'high',
  impact: 'availability',
  versions: 'all; unset means every address and port 10250, with a server also where no config file is used',
  remediation:
    'Remove `address`, `enableServer` and `port` from /var/lib/kubelet/config.yaml and from the kubelet-config ConfigMap of kube-system, and --address, --enable-server and --port from the unit and /var/lib/kubelet/kubeadm-flags.env (the defaults are right), and `systemctl restart kubelet`; what keeps strangers out is `authentication` and `authorization` in that file, not the address.',
  references: [
    kubernetesDocs('reference/config-api/kubelet-config.v1beta1/'),
    kubernetesDocs('concepts/architecture/control-plane-node-communication/'),
    kubernetesSource('pkg/kubelet/apis/config/validation/validation.go'),
  ],
  ...ofKubelet(['enable-server', 'address', 'port'], (kubelet, { node }) => {
    if (bool(kubelet, 'enable-server') === false) {
      return fail(
        `enableServer is false, so the kubelet serves nothing: ${LOST}.`,
        [evidence(kubelet, 'enable-server')],
        {
          headline: 'enableServer is false',
        },
      );
    }
    if (number(kubelet, 'port') === 0) {
      return fail('--port is 0, which the kubelet rejects: it does not start.', [evidence(kubelet, 'port')], {
        headline: '--port is 0',
      });
    }
    const shown = evidences(kubelet, 'address', 'port');
    const address = text(kubelet, 'address');
    if (isUnspecified(address)) {
      return pass(`The kubelet listens on every address, port ${text(kubelet, 'port')}.`, shown);
    }
    const apiserver = component(node, 'kube-apiserver');
    const found = dialledAt(node, apiserver);
    const dialled = found?.name;
    const local = isLoopback(address);
    if (dialled !== undefined && (sameHost(dialled, address) || mayBeSameLoopback(dialled, address))) {
      return pass(`The kubelet listens on ${address}, which the API server dials.`, shown);
    }
    if (dialsThroughProxy(apiserver)) {
      return notAssessed(
        `The kubelet listens on ${address} only, and the API server dials through the proxy in --egress-selector-config-file; whether that proxy reaches ${address}, no file of the node shows: try \`kubectl get --raw /api/v1/nodes/<node>/proxy/healthz\`.`,
        shown,
      );
    }
    if (dialled !== undefined && !ADDRESS.test(dialled)) {
      return notAssessed(
        `The kubelet listens on ${address} only, and what the name ${dialled}, which the API server dials, stands for is not in the input: compare \`getent ahosts ${dialled}\`.`,
        shown,
      );
    }
    if (!local && found === undefined) return pass(`The kubelet listens on ${address}.`, shown);
    // A node with several interfaces reports the address that the kubelet picks; loopback is none of them.
    return !local && found?.guessed === true
      ? notAssessed(
          `The kubelet listens on ${address} only, and whether that is the INTERNAL-IP of the node, which the API server dials, is not in the input: compare \`kubectl get nodes -o wide\`.`,
          shown,
        )
      : fail(
          `The kubelet listens on ${address} only, and the API server dials ${dialled ?? "the node's own address"}: ${LOST}.`,
          shown,
          { headline: `kubelet listens on ${address} only` },
        );
  }),
};
