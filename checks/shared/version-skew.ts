/** How far apart components may be; kubernetes.io/releases/version-skew-policy. */
import type { ComponentName } from '../../src/model/component.ts';
import type { Check, Evidence } from '../../src/model/path.ts';
import { atLeast, formatVersion } from '../../src/model/version.ts';
import type { Version } from '../../src/model/version.ts';
import { component } from './access.ts';
import { kubernetesReleases } from './references.ts';
import { pass, warn } from './result.ts';

/** How many minors a component may be behind the API server. */
function allowedLag(name: ComponentName, version: Version): number {
  if (name !== 'kubelet' && name !== 'kube-proxy') return 1;
  return atLeast(version, '1.25') ? 3 : 2;
}

/** Asks it of one component that dials the API server; nothing where a version is not told. */
export function versionSkew(name: ComponentName): Check {
  return {
    id: 'version-skew',
    title: 'The component is of a version that the API server supports',
    severity: 'medium',
    impact: 'availability',
    versions:
      'all; nothing may be newer than the API server; kubelet and kube-proxy may be three minor versions older (two before 1.25), the others one',
    remediation:
      'Bring the component to the version of the API server, one minor version at a time: `kubeadm upgrade apply` for the control plane first, then `kubeadm upgrade node` and the package of the kubelet on each node.',
    references: [kubernetesReleases('version-skew-policy')],
    notApplicable: ({ node }) => {
      const own = component(node, name);
      const server = component(node, 'kube-apiserver');
      const untold = [own, server].find((one) => one?.version === undefined || one.versionAssumed);
      return own === undefined || server === undefined || untold !== undefined
        ? 'The input does not tell the version of both.'
        : undefined;
    },
    evaluate: ({ node }) => {
      const own = component(node, name)?.version;
      const server = component(node, 'kube-apiserver')?.version;
      if (own === undefined || server === undefined) return [];
      const behind = server.minor - own.minor;
      const shown = [versionEvidence(name, own), versionEvidence('kube-apiserver', server)];
      const both = `${name} is ${formatVersion(own)} and the API server ${formatVersion(server)}`;
      if (behind < 0) {
        return warn(`${both}: it may use what that API server does not have yet.`, shown, {
          headline: `${name} is newer than the API server`,
        });
      }
      const lag = allowedLag(name, own);
      return behind > lag
        ? warn(
            `${both}, ${behind} minor versions apart, where ${lag === 1 ? 'one is' : `${lag} are`} supported.`,
            shown,
            {
              headline: `${name} is ${behind} minors behind`,
            },
          )
        : pass(`${both}.`, shown);
    },
  };
}

function versionEvidence(name: ComponentName, version: Version): Evidence {
  return { component: name, setting: 'version', value: formatVersion(version), origin: 'default' };
}
