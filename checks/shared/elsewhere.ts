/** Paths that a node's files do not decide: what to say of them, truthfully. */
import type { NodeModel } from '../../src/model/node.ts';
import type { Applicability, PathDefinition, PathFacts } from '../../src/model/path.ts';
import { absent } from './absence.ts';
import { component, isSet, list } from './access.ts';

/**
 * A path that objects in the cluster decide.
 * @param decidedBy what decides it, as the end of "What decides it: ..."
 */
export function inCluster(decidedBy: string): Applicability {
  return {
    kind: 'not-assessed',
    reason: `What decides it: ${decidedBy}.`,
    supply:
      'Decided by objects of the cluster (policies, Services, ConfigMaps, webhooks) that no file of a node shows; this version reads the files of nodes. --verbose says which object decides.',
  };
}

/**
 * A path that the API server opens only when one of some flags is set.
 * @param what what the flags switch on, as the subject of a sentence
 */
export function onlyWithFlags(node: NodeModel, flags: readonly string[], what: string): Applicability {
  const apiserver = component(node, 'kube-apiserver');
  if (apiserver === undefined) return noApiserver(node);
  const set = flags.filter((flag) => isSet(apiserver, flag));
  if (set.length === 0) {
    return {
      kind: 'not-applicable',
      reason: `${what} is off: ${flags.map((flag) => `--${flag}`).join(', ')} not set.`,
    };
  }
  return {
    kind: 'not-assessed',
    reason: `${what} is set up in ${set.flatMap((flag) => list(apiserver, flag)).join(', ')} (${set.map((flag) => `--${flag}`).join(', ')}).`,
    supply:
      'This version does not judge that file yet: look at its server (https), its CA and its client certificate by hand.',
  };
}

/** The API server's manifest is what decides, and it is not there. */
export function noApiserver(node: NodeModel): Applicability {
  return absent(node, ['kube-apiserver'], {
    kind: 'not-assessed',
    reason: 'No kube-apiserver is configured in the input.',
    supply: "Supply kube-apiserver's static pod manifest (/etc/kubernetes/manifests/kube-apiserver.yaml).",
  });
}

/** A path of which only its existence is decided. */
export function undecided(definition: Omit<PathDefinition, 'facts' | 'checks'>): PathDefinition {
  return { ...definition, facts: () => UNKNOWN, checks: [] };
}

const UNKNOWN: PathFacts = {
  encrypted: 'unknown',
  serverVerified: 'unknown',
  clientAuthenticated: 'unknown',
  minTLSVersion: 'unknown',
  presented: [],
  kubeconfigs: [],
};
