/** What the next `kubeadm upgrade` would write, against what the node's files say: for every row that it concerns. */
import type { Component, ComponentName } from '../../src/model/component.ts';
import type { KubeadmModel } from '../../src/model/kubeadm.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type { Check, Finding, PathId } from '../../src/model/path.ts';
import type { Setting, SettingValue } from '../../src/model/setting.ts';
import { component, evidence } from './access.ts';
import { CONCERNED, placeOf, print, same } from './drift.ts';
import type { Concerned } from './drift.ts';
import { kubernetesDocs, kubernetesSource } from './references.ts';
import { notAssessed, pass, warn } from './result.ts';

/** The drift of a row; undefined for rows that kubeadm does not decide. */
export function kubeadmDrift(path: PathId): Check | undefined {
  const concerned = CONCERNED[path];
  return concerned === undefined ? undefined : driftCheck(concerned);
}

function driftCheck(concerned: Concerned): Check {
  return {
    id: 'kubeadm-config-drift',
    title: "kubeadm's configuration would write what the node's files say",
    severity: 'medium',
    impact: 'both',
    versions: 'all',
    remediation:
      "Decide which of the two is meant. To keep the node's value, write it into the kubeadm configuration (`kubectl -n kube-system edit configmap kubeadm-config`, kubelet-config for the kubelet) or into a patch that `kubeadm upgrade --patches` is given. To take kubeadm's, run `kubeadm init phase control-plane <component> --config <file>` (`etcd local` for etcd, `kubelet-start` for the kubelet) on one node after the other.",
    references: [
      kubernetesDocs('tasks/administer-cluster/kubeadm/kubeadm-reconfigure/'),
      kubernetesSource('cmd/kubeadm/app/phases/controlplane/manifests.go'),
    ],
    notApplicable: ({ node }) => {
      const { kubeadm } = node;
      if (kubeadm === undefined) return 'No kubeadm configuration is in the input.';
      return kubeadm.unread.length > 0 || pairs(node, kubeadm, concerned).length > 0
        ? undefined
        : 'The kubeadm configuration of the input is not beside files that it would change.';
    },
    evaluate: ({ node }) => judge(node, concerned),
  };
}

interface Pair {
  readonly own: Component;
  readonly planned: Component;
  readonly settings: readonly string[];
}

function pairs(node: NodeModel, { planned }: KubeadmModel, concerned: Concerned): readonly Pair[] {
  return Object.entries(concerned).flatMap(([name, settings]): Pair[] => {
    // kubeadm writes files, whatever runs by now.
    const own = node.configured.get(name as ComponentName) ?? component(node, name as ComponentName);
    const wanted = planned.get(name as ComponentName);
    return own === undefined || wanted === undefined ? [] : [{ own, planned: wanted, settings }];
  });
}

function judge(node: NodeModel, concerned: Concerned): Finding | readonly Finding[] {
  const { kubeadm } = node;
  if (kubeadm === undefined) return [];
  const compared = pairs(node, kubeadm, concerned);
  const unread = kubeadm.unread.map((message) => notAssessed(message));
  const findings = compared.flatMap(({ own, planned, settings }) =>
    settings.flatMap((name) => difference(own, planned, name) ?? []),
  );
  if (findings.length > 0 || unread.length > 0) return [...findings, ...unread];
  return pass('What kubeadm would write is what the files of the node say.');
}

function difference(own: Component, planned: Component, name: string): Finding | undefined {
  const here = own.settings.get(name);
  const there = planned.settings.get(name);
  if (here === undefined || there === undefined) return undefined;
  if (here.unknown !== undefined || there.unknown !== undefined) return undefined;
  // kubeadm writes the kubelet's file; what its flags and drop-ins say, it leaves alone.
  if (own.name === 'kubelet' && !isOfFile(here)) return undefined;
  if (same(name, here.value, there.value) || isExternalCA(own, name, here.value)) return undefined;
  const command = own.name === 'kubelet' ? '`kubeadm upgrade node`' : '`kubeadm upgrade`';
  const written =
    there.origin === 'default' ? `does not set it, which means ${print(there.value)}` : `says ${print(there.value)}`;
  return warn(
    `${here.label} of ${own.name} is ${print(here.value)}${here.origin === 'default' ? ' (not set)' : ''} on this node, and the kubeadm configuration (${placeOf(there, planned)}) ${written}: the next ${command} writes that, unless a patch changes it.`,
    [evidence(own, name), evidence(planned, name)],
    { headline: `kubeadm would change ${here.label}` },
  );
}

function isOfFile({ origin }: Setting): boolean {
  return origin === 'config-file' || origin === 'default';
}

/** kubeadm leaves the signing files empty where the CA's key is not on the node, which no configuration tells. */
function isExternalCA({ name }: Component, setting: string, value: SettingValue): boolean {
  return (
    name === 'kube-controller-manager' &&
    (setting === 'cluster-signing-cert-file' || setting === 'cluster-signing-key-file') &&
    value === ''
  );
}
