/** Whether a component gives out profiles of its process, which hardening guides want off. */
import type { ComponentName } from '../../src/model/component.ts';
import type { Check, Finding, Reference } from '../../src/model/path.ts';
import type { Component } from '../../src/model/component.ts';
import { bool, evidence, isWritten, setting } from './access.ts';
import type { ControlPlaneComponent } from './control-plane.ts';
import { setFlag } from './control-plane.ts';
import { ofListener } from './control-plane-secure.ts';
import { cis, kubernetesDocs, kubernetesSource, stig } from './references.ts';
import { pass, warn } from './result.ts';

/** The words of the check for one component. */
export function profilingWords(
  prefix: string,
  name: ComponentName,
  where: string,
  references: readonly Reference[],
): Omit<Check, 'evaluate' | 'notApplicable'> {
  return {
    id: `${prefix}-profiling`,
    title: `Nobody switched profiles of ${name} on`,
    severity: 'low',
    impact: 'security',
    hygiene: true,
    versions: 'all; unset means true',
    remediation: `Set ${where}, and restart ${name}.`,
    references: [...references, kubernetesDocs(`reference/command-line-tools-reference/${name}/`)],
  };
}

/** /debug/pprof is behind authentication and authorization, as all but the health paths are. */
export function judgeProfiling(owner: Component): Finding {
  const shown = [evidence(owner, 'profiling')];
  const { label } = setting(owner, 'profiling');
  if (bool(owner, 'profiling') === false) return pass(`${owner.name} gives out no profiles.`, shown);
  return isWritten(owner, 'profiling')
    ? warn(
        `${label} is true: whoever may read /debug/pprof learns what ${owner.name} works on, and can slow it down.`,
        shown,
        { headline: `${label} is on` },
      )
    : pass(
        `${owner.name} gives out profiles at /debug/pprof to those who may read that path, which is the default; hardening guides ask for ${label.startsWith('--') ? `${label}=false` : `${label}: false`}.`,
        shown,
        { weakDefault: `${label} is on by default` },
      );
}

const CONTROLS: Readonly<Record<ControlPlaneComponent['name'], readonly Reference[]>> = {
  'kube-scheduler': [cis('1.4.1'), kubernetesSource('cmd/kube-scheduler/app/server.go')],
  'kube-controller-manager': [
    cis('1.3.2'),
    stig('CNTR-K8-000910'),
    kubernetesSource('staging/src/k8s.io/controller-manager/options/debugging.go'),
  ],
  'cloud-controller-manager': [kubernetesSource('staging/src/k8s.io/controller-manager/options/debugging.go')],
};

/** `<prefix>-profiling` of the scheduler and the controller managers. */
export function controlPlaneProfiling(own: ControlPlaneComponent): Check {
  const field =
    own.name === 'kube-scheduler' ? ' (`enableProfiling: false` in the file of --config, where it has one)' : '';
  return {
    ...profilingWords(own.prefix, own.name, `--profiling=false ${setFlag(own)}${field}`, CONTROLS[own.name]),
    ...ofListener(own, judgeProfiling),
  };
}
