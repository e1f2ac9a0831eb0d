/** The facts of a path whose client dials the API server with a kubeconfig. */
import type { ComponentName } from '../../src/model/component.ts';
import type { KubeconfigCluster } from '../../src/model/kubeconfig.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type { ExpectedName, KubeconfigUse, PathFacts, PresentedCertificate } from '../../src/model/path.ts';
import type { Answer } from '../../src/model/status.ts';
import { component, knownOr } from './access.ts';
import { apiserverServing, clientTrust } from './apiserver.ts';
import { reachOfKubeconfig } from './apiserver-reach.ts';
import { minTLSOfNamed } from './listener.ts';
import { nameDialledBy, presentedByKubeconfig, trustOfKubeconfig } from './material.ts';
import { publishedCA, usesPodCA, usesPodToken } from './published-ca.ts';
import { tokensAccepted } from './service-account.ts';
import { accepted, combine } from './verdict.ts';

/** Columns and certificates for a client that uses these kubeconfigs; every one of them has to work. */
export function factsOfKubeconfigs(
  node: NodeModel,
  uses: readonly KubeconfigUse[],
  owner: ComponentName | 'user',
): PathFacts {
  const connections = uses.map((use) => connectionOf(node, use, owner));
  return {
    encrypted: combine(connections.map(({ encrypted }) => encrypted)),
    serverVerified: combine(connections.map(({ serverVerified }) => serverVerified)),
    clientAuthenticated: combine(connections.map(({ clientAuthenticated }) => clientAuthenticated)),
    minTLSVersion: minTLSOfNamed({ node }, 'kube-apiserver'),
    presented: connections.flatMap(({ presented }) => presented),
    kubeconfigs: uses,
  };
}

interface Connection {
  readonly encrypted: Answer;
  readonly serverVerified: Answer;
  readonly clientAuthenticated: Answer;
  readonly presented: readonly PresentedCertificate[];
}

function connectionOf(node: NodeModel, use: KubeconfigUse, owner: ComponentName | 'user'): Connection {
  const dialled = nameDialledBy(use);
  const server = apiserverServing(node, {
    trust: usesPodCA(use.kubeconfig) ? publishedCA(node) : trustOfKubeconfig(node, use),
    names: dialled === undefined ? [] : [unlessBalanced(node, use, dialled)],
    askedBy: { chain: 'kubeconfig-ca-matches', names: 'kubeconfig-server-san' },
  });
  const client = presentedByKubeconfig(node, use, owner, clientTrust(node));
  const encrypted = encryptedBy(use.kubeconfig?.cluster);
  // Over plain HTTP neither certificate is shown at all.
  if (encrypted === 'no') return { encrypted, serverVerified: 'no', clientAuthenticated: 'no', presented: [] };
  const reached = reachedBy(node, use);
  const credential = client === undefined ? withoutCertificate(node, use) : accepted(client, node);
  return {
    encrypted,
    serverVerified: combine([reached, accepted(server, node)]),
    clientAuthenticated: combine([reached, credential]),
    presented: client === undefined ? [server] : [server, client],
  };
}

/** A proxy on loopback may lead to API servers with other certificates, though kubeadm gives all of them one list of names. */
function unlessBalanced(node: NodeModel, use: KubeconfigUse, dialled: ExpectedName): ExpectedName {
  const found = knownOr(undefined, () => reachOfKubeconfig(node, use));
  return found?.reach.kind === 'other'
    ? { ...dialled, unsure: `which API server answers on ${found.dialled} no file shows` }
    : dialled;
}

/** Whatever answers where this node's API server does not, its certificate is not in the input. */
function reachedBy(node: NodeModel, use: KubeconfigUse): Answer {
  const kind = knownOr('other', () => reachOfKubeconfig(node, use)?.reach.kind ?? 'elsewhere');
  return kind === 'answers' || kind === 'elsewhere' ? 'yes' : 'unknown';
}

function encryptedBy(cluster: KubeconfigCluster | undefined): Answer {
  if (cluster?.scheme === undefined) return 'unknown';
  return cluster.scheme === 'https' ? 'yes' : 'no';
}

/** A token or a plugin is a credential whose validity no file shows, unless it is the token of a pod. */
function withoutCertificate(node: NodeModel, use: KubeconfigUse): Answer {
  const user = use.kubeconfig?.user;
  if (user === undefined) return 'unknown';
  if (usesPodToken(use.kubeconfig) && component(node, 'kube-apiserver') !== undefined) {
    return knownOr('unknown', () => tokensAccepted(node));
  }
  const credential = user.hasToken || user.tokenFile !== undefined || user.hasExec || user.hasAuthProvider;
  return credential ? 'unknown' : 'no';
}
