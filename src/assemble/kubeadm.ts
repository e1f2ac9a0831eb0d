/** A kubeadm configuration of the input as the model has it. */
import type { Discovery, Invocation, KubeadmPlan } from '../discover/types.ts';
import type { NodeView } from '../discover/view.ts';
import type { Component, ComponentName } from '../model/component.ts';
import type { KubeadmModel } from '../model/kubeadm.ts';
import type { Version } from '../model/version.ts';
import { assembleComponent } from './component.ts';
import { assumptions } from './versions.ts';
import type { Assumption } from './versions.ts';

/** The assumptions to judge a node under; a kubeadm configuration without a version tells which kubeadm reads it. */
export function assumptionsOf(
  { invocations, isPlan, kubeadm, distribution }: Discovery,
  given: Version | undefined,
): readonly Assumption[] {
  const all = assumptions(invocations, given, distribution?.oldest);
  if (isPlan !== true || kubeadm === undefined) return all;
  const possible = all.filter(({ versions }) => {
    const version = versions.get('kube-apiserver') ?? versions.get('kubelet');
    return version === undefined || kubeadm.mayBeFor(version);
  });
  return (possible.length > 0 ? possible : all).map((assumption) => withEtcd(assumption, kubeadm));
}

/** The etcd of an assumption is the one that kubeadm of its version runs. */
function withEtcd(assumption: Assumption, kubeadm: KubeadmPlan): Assumption {
  const version = assumption.versions.get('kube-apiserver');
  const planned = version === undefined ? [] : kubeadm.at(version);
  const etcd = planned.find(({ component }) => component === 'etcd')?.imageVersion;
  return etcd === undefined
    ? assumption
    : { ...assumption, versions: new Map([...assumption.versions, ['etcd', etcd]]) };
}

/** What runs under an assumption: kubeadm's flags follow the version, where the configuration does not name it. */
export function plannedFor(
  { invocations, isPlan, kubeadm }: Discovery,
  versions: ReadonlyMap<ComponentName, Version>,
): readonly Invocation[] {
  const version = versions.get('kube-apiserver');
  if (isPlan !== true || kubeadm === undefined || version === undefined) return invocations;
  const names = new Set(invocations.map(({ component }) => component));
  const planned = kubeadm.at(version).filter(({ component }) => names.has(component));
  // A component whose flags the user gives is not kubeadm's any more.
  const given = invocations.filter(({ kind }) => kind === 'flags');
  return [...planned.filter(({ component }) => !given.some((one) => one.component === component)), ...given];
}

/** The model of the configuration; undefined where the input has none. */
export function kubeadmOf(
  view: NodeView,
  { kubeadm, isPlan }: Discovery,
  components: ReadonlyMap<ComponentName, Component>,
): KubeadmModel | undefined {
  if (kubeadm === undefined) return undefined;
  if (isPlan === true) return { ...kubeadm.facts, planned: new Map() };
  const version = kubeadmVersion(kubeadm.version, components);
  const { cluster, kubelet } = kubeadm.facts.has;
  // What the input does not have, kubeadm takes from the cluster, and not from its defaults.
  const planned = (version === undefined ? [] : kubeadm.at(version)).filter(({ component }) =>
    component === 'kubelet' ? kubelet : component !== 'kube-proxy' && cluster,
  );
  return {
    ...kubeadm.facts,
    planned: new Map(
      planned.flatMap((invocation) => {
        // Under the version that runs, so that what differs is what was written, and no default.
        const own = components.get(invocation.component)?.version;
        return own === undefined
          ? []
          : [
              [
                invocation.component,
                assembleComponent(view, invocation, { version: own, assumed: false, notices: [] }),
              ],
            ];
      }),
    ),
  };
}

function kubeadmVersion(
  named: Version | undefined,
  components: ReadonlyMap<ComponentName, Component>,
): Version | undefined {
  for (const name of ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubelet'] as const) {
    const version = components.get(name)?.version;
    if (version !== undefined) return version;
  }
  return named;
}
