/** API server to a peer of another version, which serves what this one cannot. */
import type { Component } from '../src/model/component.ts';
import type { NodeModel } from '../src/model/node.ts';
import type { Check, ExpectedName, PathDefinition } from '../src/model/path.ts';
import { atLeast } from '../src/model/version.ts';
import { component, evidence, evidences, featureGate, isSet, knownOr, requireComponent } from './shared/access.ts';
import { apiserverServing } from './shared/apiserver.ts';
import { noApiserver } from './shared/elsewhere.ts';
import { NO_FACTS } from './shared/facts.ts';
import { frontProxyClient } from './shared/front-proxy.ts';
import { minTLSOf } from './shared/listener.ts';
import { bundleOf } from './shared/material.ts';
import { chainCheck, namesCheck, PKI_CHECKS } from './shared/pki.ts';
import { kubernetesDocs, kubernetesSource } from './shared/references.ts';
import { fail, pass } from './shared/result.ts';
import { sideAccepted } from './shared/verdict.ts';
import { enumerate } from './shared/words.ts';

const PEER_CA = 'peer-ca-file';
const PEER_FLAGS = [PEER_CA, 'peer-advertise-ip', 'peer-advertise-port'];
const GATE = 'UnknownVersionInteroperabilityProxy';
/** Which the other one needed up to 1.32. */
const STORAGE_GATE = 'StorageVersionAPI';
const STORAGE_UNTIL = '1.33';
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
  title: 'The gate of the peer proxy is on where its flags are set',
  severity: 'high',
  impact: 'availability',
  versions: `1.28+; the gate ${GATE} is on by default from 1.36 on, and up to 1.32 needs the gate ${STORAGE_GATE}; without --${PEER_CA} nothing is passed on`,
  remediation: `Remove ${enumerate(PEER_FLAGS.map((flag) => `--${flag}`))}, or set --feature-gates=${GATE}=true on every API server.`,
  references: [kubernetesSource('pkg/controlplane/apiserver/options/validation.go'), DOCS],
  evaluate: ({ node }) => {
    const apiserver = requireComponent(node, 'kube-apiserver');
    const written = PEER_FLAGS.filter((flag) => isSet(apiserver, flag));
    const shown = evidences(apiserver, ...written, 'feature-gates');
    const subject = `${enumerate(written.map((flag) => `--${flag}`))} ${written.length === 1 ? 'is' : 'are'} set`;
    if (!isGateOn(apiserver)) {
      return fail(`${subject}, and the gate ${GATE} is off: the API server does not start.`, shown, {
        headline: 'peer flags without their gate: does not start',
      });
    }
    const { version } = apiserver;
    const needsStorage = version !== undefined && !atLeast(version, STORAGE_UNTIL);
    return needsStorage && featureGate(apiserver, STORAGE_GATE) !== true
      ? fail(
          `The gate ${GATE} is on and ${STORAGE_GATE}, which it needs, is off: the API server does not start.`,
          shown,
          {
            headline: `${STORAGE_GATE} is off: does not start`,
            remediation: `Set --feature-gates=${GATE}=true,${STORAGE_GATE}=true on every API server, or neither.`,
          },
        )
      : pass(`${subject}, and the gate is on.`, shown);
  },
};

function isGateOn(apiserver: Component): boolean {
  const { version } = apiserver;
  return featureGate(apiserver, GATE) ?? (version === undefined || atLeast(version, '1.36'));
}

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
    // Without the CA nothing is dialled, but the other flags keep it from starting too.
    const isRefused = PEER_FLAGS.some((flag) => isSet(apiserver, flag)) && knownOr(false, () => !isGateOn(apiserver));
    return isSet(apiserver, PEER_CA) || isRefused
      ? { kind: 'applies' }
      : { kind: 'not-applicable', reason: `The peer proxy is off: --${PEER_CA} not set.` };
  },
  facts: (node) => {
    const apiserver = requireComponent(node, 'kube-apiserver');
    if (!isSet(apiserver, PEER_CA)) return NO_FACTS;
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
