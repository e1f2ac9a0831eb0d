/** API server to a peer of another version, which serves what this one cannot. */
import type { NodeModel } from '../src/model/node.ts';
import type { Check, ExpectedName, PathDefinition } from '../src/model/path.ts';
import { atLeast } from '../src/model/version.ts';
import { component, evidence, featureGate, isSet, requireComponent } from './shared/access.ts';
import { apiserverServing } from './shared/apiserver.ts';
import { noApiserver } from './shared/elsewhere.ts';
import { frontProxyClient } from './shared/front-proxy.ts';
import { minTLSOf } from './shared/listener.ts';
import { bundleOf } from './shared/material.ts';
import { chainCheck, namesCheck, PKI_CHECKS } from './shared/pki.ts';
import { kubernetesDocs, kubernetesSource } from './shared/references.ts';
import { fail, pass } from './shared/result.ts';
import { sideAccepted } from './shared/verdict.ts';

const PEER_CA = 'peer-ca-file';
const GATE = 'UnknownVersionInteroperabilityProxy';
const DOCS = kubernetesDocs('concepts/architecture/mixed-version-proxy/');
const SOURCE = kubernetesSource('pkg/controlplane/apiserver/peer.go');

/** The name that a peer is verified by, whatever address is dialled: pkg/controlplane/apiserver/peer.go. */
const SERVER_NAME = 'kubernetes.default.svc';

const chain = chainCheck({
  id: 'apiserver-peer-ca',
  title: 'The CA for peers has signed the serving certificate of API servers',
  remediation: `Set --${PEER_CA} to the CA that signs the serving certificates of all API servers (kubeadm: /etc/kubernetes/pki/ca.crt).`,
  references: [SOURCE, DOCS],
});

const names = namesCheck({
  id: 'apiserver-peer-name',
  title: `The serving certificate of API servers has the name ${SERVER_NAME}`,
  remediation: `Reissue the serving certificate with the name ${SERVER_NAME} (kubeadm writes it: move apiserver.{crt,key} away, \`kubeadm init phase certs apiserver\`) and restart the API server.`,
  references: [SOURCE, DOCS],
});

const gate: Check = {
  id: 'apiserver-peer-gate',
  title: 'The gate of the peer proxy is on where its CA is set',
  severity: 'high',
  impact: 'availability',
  versions: `1.28+; the gate ${GATE} is on by default from 1.36 on; without --${PEER_CA} nothing is passed on`,
  remediation: `Remove --${PEER_CA}, or set --feature-gates=${GATE}=true on every API server.`,
  references: [kubernetesSource('pkg/controlplane/apiserver/options/validation.go'), DOCS],
  evaluate: ({ node }) => {
    const apiserver = requireComponent(node, 'kube-apiserver');
    const shown = [evidence(apiserver, PEER_CA), evidence(apiserver, 'feature-gates')];
    const { version } = apiserver;
    const byDefault = version === undefined || atLeast(version, '1.36');
    return !(featureGate(apiserver, GATE) ?? byDefault)
      ? fail(`--${PEER_CA} is set and its gate ${GATE} is off: the API server does not start.`, shown, {
          headline: 'peer CA without its gate: does not start',
        })
      : pass(`--${PEER_CA} is set and its gate is on.`, shown);
  },
};

function peer(node: NodeModel) {
  const apiserver = requireComponent(node, 'kube-apiserver');
  const name: ExpectedName = {
    name: SERVER_NAME,
    because: 'the name that API servers verify their peers by',
    evidence: evidence(apiserver, PEER_CA),
  };
  return apiserverServing(node, {
    trust: bundleOf(node, apiserver, PEER_CA, 'none'),
    names: [name],
    askedBy: { chain: chain.id, names: names.id },
  });
}

export const path: PathDefinition = {
  id: 'apiserver-to-apiserver',
  title: 'API server to API server',
  client: 'kube-apiserver',
  server: 'kube-apiserver',
  description:
    'During an upgrade an API server can pass requests that it cannot serve to a peer, with the front-proxy certificate, if --peer-ca-file says how to verify the peer. The peers are taken to serve and to trust what this one does.',
  applicability: (node) => {
    const apiserver = component(node, 'kube-apiserver');
    if (apiserver === undefined) return noApiserver(node);
    return isSet(apiserver, PEER_CA)
      ? { kind: 'applies' }
      : { kind: 'not-applicable', reason: `The peer proxy is off: --${PEER_CA} not set.` };
  },
  facts: (node) => {
    const apiserver = requireComponent(node, 'kube-apiserver');
    const server = peer(node);
    const client = frontProxyClient(node, apiserver);
    return {
      encrypted: 'yes',
      serverVerified: sideAccepted([server], 'server', node),
      clientAuthenticated: client === undefined ? 'no' : sideAccepted([client], 'client', node),
      minTLSVersion: minTLSOf(apiserver),
      presented: [server, ...(client === undefined ? [] : [client])],
      kubeconfigs: [],
    };
  },
  checks: [gate, chain, names, ...PKI_CHECKS],
};
