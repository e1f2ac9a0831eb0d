/** The nodes of a cluster, by what their kubelets reported. */
import type { Check, Finding } from '../../../src/model/path.ts';
import { atLeast, formatVersion, parseVersion } from '../../../src/model/version.ts';
import { component } from '../access.ts';
import { kubernetesReleases } from '../references.ts';
import { notAssessed, pass, warn } from '../result.ts';
import { few, objectEvidence, ofCluster, unknownKinds } from './objects.ts';

const without = ofCluster({
  id: 'node-versions',
  title: 'Every kubelet of the cluster is of a version that the API server supports',
  severity: 'medium',
  impact: 'availability',
  versions: 'all; a kubelet may be three minor versions older than the API server (two before 1.25) and never newer',
  remediation:
    'Upgrade the control plane first (`kubeadm upgrade apply`), then each node: `kubectl drain <name>`, `kubeadm upgrade node`, the package of the kubelet, `kubectl uncordon <name>`.',
  references: [kubernetesReleases('version-skew-policy')],
  judge: (cluster, { node }) => {
    const unknown = unknownKinds(cluster, 'Node');
    if (unknown !== undefined) return unknown;
    const server = component(node, 'kube-apiserver')?.version;
    const told = cluster.nodes.flatMap((one) => {
      const version = one.kubeletVersion === undefined ? undefined : parseVersion(one.kubeletVersion);
      return version === undefined ? [] : [{ one, version }];
    });
    const silent = cluster.nodes.filter(({ kubeletVersion }) => kubeletVersion === undefined);
    const quiet = `${few(silent.map(({ name }) => name))} ${silent.length === 1 ? 'has' : 'have'} reported no version: no kubelet has been running there.`;
    if (server === undefined) return [];
    const findings = told.flatMap(({ one, version }): readonly Finding[] => {
      const shown = [objectEvidence(one, one.kubeletVersion ?? null, 'kubeletVersion')];
      const behind = server.minor - version.minor;
      const both = `The kubelet of ${one.name} is ${formatVersion(version)} and the API server ${formatVersion(server)}`;
      if (behind < 0) {
        return [
          warn(`${both}: it may use what that API server does not have yet.`, shown, {
            headline: `${one.name}: kubelet newer than the API server`,
          }),
        ];
      }
      return behind > (atLeast(version, '1.25') ? 3 : 2)
        ? [
            warn(`${both}, ${behind} minor versions apart.`, shown, {
              headline: `${one.name}: kubelet ${behind} minors behind`,
            }),
          ]
        : [];
    });
    if (findings.length > 0) return findings;
    const versions = few(told.map(({ version }) => formatVersion(version)));
    if (told.length === 0)
      return notAssessed(
        quiet,
        silent.slice(0, 5).map((one) => objectEvidence(one, null, 'kubeletVersion')),
      );
    return pass(
      `${told.length === 1 ? 'The kubelet is' : `${told.length} kubelets are`} of ${versions}.${silent.length === 0 ? '' : ` ${quiet}`}`,
    );
  },
});

/** Without an API server's version there is nothing to compare with. */
export const nodeVersions: Check = {
  ...without,
  notApplicable: (context) => {
    const server = component(context.node, 'kube-apiserver');
    return context.node.cluster !== undefined && (server?.version === undefined || server.versionAssumed)
      ? 'The input does not tell the version of the API server.'
      : without.notApplicable?.(context);
  },
};
