/** Whether the kubelet's probes of etcd are answered. */
import type { Component } from '../../src/model/component.ts';
import type { Check } from '../../src/model/path.ts';
import { evidences, setting } from './access.ts';
import { clientAuthentication, CLIENT_SIDE, etcdOf, urlsOf } from './etcd.ts';
import { ETCD_FLAG_PLACE, ofEtcd } from './etcd-checks.ts';
import { failingProbes, probeEvidence, unreachableProbes } from './probes.ts';
import type { ProbedListener } from './probes.ts';
import { etcdSource, kubernetesSource } from './references.ts';
import { notAssessed, pass } from './result.ts';

const METRICS = 'listen-metrics-urls';

/** kubeadm's port for metrics and health, and etcd's own for clients. */
const OWN_PORTS: readonly number[] = [2381, 2379];

/**
 * A metrics listener with https asks for a client certificate as the client listeners do.
 * Source: etcd server/embed/etcd.go (serveMetrics), server/etcdserver/api/etcdhttp (health).
 */
function listenersOf(etcd: Component): readonly ProbedListener[] {
  const demandsCertificate = clientAuthentication(etcd, CLIENT_SIDE) !== 'none';
  return urlsOf(etcd, ...CLIENT_SIDE.listeners, METRICS).flatMap(({ host, port, secure, socket }) =>
    socket || port === undefined ? [] : [{ host, port, secure, demandsCertificate: secure && demandsCertificate }],
  );
}

export const etcdProbes: Check = {
  id: 'etcd-probes',
  title: "The kubelet's probes of etcd are answered",
  severity: 'high',
  impact: 'availability',
  versions: 'all',
  remediation: `Keep a listener that the probes can use, as kubeadm does: \`--${METRICS}=http://127.0.0.1:2381\` ${ETCD_FLAG_PLACE}, and in the manifest httpGet probes with host 127.0.0.1, port 2381, scheme HTTP.`,
  references: [kubernetesSource('cmd/kubeadm/app/util/staticpod/utils.go'), etcdSource('server/embed/etcd.go')],
  notApplicable: ({ node }) => {
    const found = etcdOf(node);
    return !found.seen || (found.etcd.probes ?? []).length > 0
      ? undefined
      : 'The kubelet sends no HTTP probe to etcd, or the input does not show the pod.';
  },
  ...ofEtcd((etcd) => {
    const shown = evidences(
      etcd,
      ...CLIENT_SIDE.listeners.filter((name) => setting(etcd, name).value !== null),
      METRICS,
    );
    const listeners = listenersOf(etcd);
    const lost = unreachableProbes(etcd, listeners, OWN_PORTS);
    if (lost.length > 0) return lost.map((fault) => failingProbes(etcd, { ...fault, evidence: shown }));
    const probes = etcd.probes ?? [];
    const known = new Set(listeners.map(({ port }) => port));
    const others = probes.filter(({ port }) => port === undefined || !known.has(port));
    return others.length === 0
      ? pass(
          'The probes go to what etcd listens on, in the protocol that it speaks there.',
          probes.map((probe) => probeEvidence(etcd, probe)),
        )
      : notAssessed(
          'The probes go to a port that is none of etcd: another container may answer them.',
          others.map((probe) => probeEvidence(etcd, probe)),
        );
  }),
};
