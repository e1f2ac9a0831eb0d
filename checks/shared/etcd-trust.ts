/** Which CA the clients of this machine's etcd verify it with, as far as the input tells. */
import type { Component } from '../../src/model/component.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type { Trust } from '../../src/model/path.ts';
import { verifyChain } from '../../src/pki/chain.ts';
import { component, isSet, knownOr } from './access.ts';
import { CLIENT_SIDE, isOwnHost, urlsOf } from './etcd.ts';
import { bundleOf, certificatesOf, settingMaterial } from './material.ts';
import { endpointGroups } from './etcd-endpoints.ts';

/**
 * Clients bring their own CA. The API server's --etcd-cafile shows it where that API server uses this etcd; elsewhere
 * etcd's own client CA is taken when it is the one that signed the serving certificate, as kubeadm does it.
 */
export function issuerOfServing(node: NodeModel, etcd: Component): Trust {
  const apiserver = component(node, 'kube-apiserver');
  if (apiserver !== undefined && isSet(apiserver, 'etcd-cafile') && usesThisEtcd(node, apiserver, etcd)) {
    return bundleOf(node, apiserver, 'etcd-cafile', 'none');
  }
  const [leaf, ...intermediates] = certificatesOf(settingMaterial(node, etcd, CLIENT_SIDE.certificate));
  const own = bundleOf(node, etcd, CLIENT_SIDE.trustedCA, 'none');
  if (own.kind === 'bundle' && leaf !== undefined) {
    const { roots } = own;
    const result = verifyChain({ leaf, intermediates, roots, at: node.at, usage: 'any' });
    if (result.ok || result.reason !== 'unknown-authority') return own;
  }
  return {
    kind: 'unknown',
    message: 'The CA that clients verify etcd with is not in the input: supply the files of a control-plane node',
  };
}

function usesThisEtcd(node: NodeModel, apiserver: Component, etcd: Component): boolean {
  return (
    knownOr(true, () => urlsOf(etcd, ...CLIENT_SIDE.listeners).length > 0) &&
    knownOr(false, () =>
      endpointGroups(apiserver).some(({ endpoints }) =>
        endpoints.some(({ socket, host }) => socket || isOwnHost(node, etcd, host)),
      ),
    )
  );
}
