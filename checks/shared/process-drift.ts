/** What runs, against what its manifest or unit says by now: for every row that it concerns. */
import type { Component, ComponentName } from '../../src/model/component.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type { Check, Finding, PathId } from '../../src/model/path.ts';
import { formatTime } from '../../src/text/date.ts';
import { component, evidence } from './access.ts';
import { CONCERNED, placeOf, print, same } from './drift.ts';
import type { Concerned } from './drift.ts';
import { github, kubernetesDocs } from './references.ts';
import { notAssessed, pass, warn } from './result.ts';

/** What a process has of its own: a kubeadm configuration leaves it to the node. */
const OF_THE_NODE: Readonly<Partial<Record<PathId, Concerned>>> = {
  'kubelet-to-apiserver': { kubelet: ['kubeconfig', 'bootstrap-kubeconfig'] },
  'pod-to-apiserver': { 'kube-apiserver': ['advertise-address'] },
  // A member whose peers reach it no more has no row for them.
  'client-to-etcd': { etcd: ['advertise-client-urls', 'listen-peer-urls', 'initial-advertise-peer-urls'] },
  'etcd-to-etcd': { etcd: ['initial-advertise-peer-urls'] },
};

/** The drift of a row; undefined for rows that no process of a node decides. */
export function processDrift(path: PathId): Check | undefined {
  const concerned = [CONCERNED[path], OF_THE_NODE[path]].filter((one) => one !== undefined);
  return concerned.length === 0 ? undefined : driftCheck(concerned);
}

function driftCheck(concerned: readonly Concerned[]): Check {
  return {
    id: 'running-config-drift',
    title: 'What runs is what its manifest or unit says',
    severity: 'medium',
    impact: 'both',
    versions: 'all',
    remediation:
      'Decide which of the two is meant and write it into the manifest or unit. Then restart the component: `systemctl restart kubelet` for the kubelet; for a static pod move its manifest out of /etc/kubernetes/manifests, wait until `crictl ps` no longer shows the container, and move it back (deleting the mirror pod restarts nothing).',
    references: [github('kubernetes/kubernetes#103575'), kubernetesDocs('tasks/configure-pod-container/static-pod/')],
    notApplicable: ({ node }) =>
      pairs(node, concerned).length > 0 || staleFiles(node, concerned).length > 0
        ? undefined
        : 'The input shows no running process beside a manifest or unit that would start it.',
    evaluate: ({ node }) => {
      const findings = [
        ...pairs(node, concerned).flatMap(({ running, configured, settings }) =>
          settings.flatMap((name) => difference(running, configured, name) ?? []),
        ),
        ...staleFiles(node, concerned),
      ];
      return findings.length > 0 ? findings : pass('What runs is what the files say.');
    },
  };
}

interface Pair {
  readonly running: Component;
  readonly configured: Component;
  readonly settings: readonly string[];
}

function pairs(node: NodeModel, concerned: readonly Concerned[]): readonly Pair[] {
  return concerned.flatMap(Object.entries<readonly string[]>).flatMap(([name, settings]): Pair[] => {
    const running = component(node, name as ComponentName);
    const configured = node.configured.get(name as ComponentName);
    return running === undefined || configured === undefined ? [] : [{ running, configured, settings }];
  });
}

/** Config files that a process of the row has not read as they are. */
function staleFiles(node: NodeModel, concerned: readonly Concerned[]): readonly Finding[] {
  const names = new Set(concerned.flatMap((one) => Object.keys(one)));
  return [...names].flatMap((name) => {
    const running = component(node, name as ComponentName);
    return (running?.changedSinceStart ?? []).map(({ file, changedAt }) =>
      warn(
        `${file} changed at ${formatTime(changedAt)}, after the running ${name} started (${running?.startedAt === undefined ? '' : formatTime(running.startedAt)}): until it is restarted, it runs with what the file said before, while the row is judged by what it says now.`,
        [
          {
            component: name as ComponentName,
            setting: 'modified',
            value: formatTime(changedAt),
            origin: 'config-file',
            file,
          },
        ],
        { headline: `${file.split('/').at(-1) ?? file} changed since ${name} started` },
      ),
    );
  });
}

function difference(running: Component, configured: Component, name: string): Finding | undefined {
  const now = running.settings.get(name);
  const written = configured.settings.get(name);
  if (now === undefined || written === undefined) return undefined;
  if (now.unknown !== undefined) {
    return notAssessed(
      `Whether ${now.label} of the running ${running.name} is what its file says is not known: ${now.unknown}.`,
    );
  }
  // What the file leaves to the kubelet is not in force here, so nothing depends on it.
  if (written.unknown !== undefined || same(name, now.value, written.value)) return undefined;
  const unset = written.origin === 'default' ? ' (not set)' : '';
  return warn(
    `${now.label} of the running ${running.name} is ${print(now.value)}, and ${placeOf(written, configured)} says ${print(written.value)}${unset}: it was not restarted after a change, or was started otherwise; the row is judged by what runs, and the next restart puts the file in force.`,
    [evidence(running, name), evidence(configured, name)],
    { headline: `runs with another ${now.label}` },
  );
}
