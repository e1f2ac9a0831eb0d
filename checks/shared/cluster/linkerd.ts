/** Linkerd: who may dial a pod of its mesh, and what its proxies leave alone. */
import type { ClusterModel, ClusterPod } from '../../../src/model/cluster.ts';
import type { Check, Finding } from '../../../src/model/path.ts';
import { notAssessed, pass, warn } from '../result.ts';
import { isAuthenticated, isOpenServer, linkerdPolicy, meshOf, skippedPorts } from './mesh.ts';
import { called, EXPORT, few, objectEvidence, ofCluster } from './objects.ts';
import { linkerdDocs, sourceOf } from './references.ts';
import { ownersOf, subjectsOf } from './subjects.ts';

const POLICY_DOCS = linkerdDocs('reference/authorization-policy/');

function inMesh(cluster: ClusterModel): readonly (readonly [namespace: string, pods: readonly ClusterPod[]])[] {
  return [...subjectsOf(cluster)].flatMap(([namespace, pods]) => {
    const own = pods.filter((pod) => meshOf(cluster, pod) === 'Linkerd');
    return own.length === 0 ? [] : [[namespace, own] as const];
  });
}

function hasLinkerd(cluster: ClusterModel): boolean {
  const { settings, linkerdServers, linkerdAuthorizations } = cluster;
  return (
    settings.linkerd !== undefined ||
    linkerdServers.length > 0 ||
    linkerdAuthorizations.length > 0 ||
    inMesh(cluster).length > 0
  );
}

function ofLinkerd(check: Parameters<typeof ofCluster>[0]): Check {
  const made = ofCluster(check);
  return {
    ...made,
    notApplicable: (context) => {
      const { cluster } = context.node;
      return cluster !== undefined && !hasLinkerd(cluster)
        ? 'Nothing of Linkerd is in the export.'
        : made.notApplicable?.(context);
    },
  };
}

const inbound: Check = ofLinkerd({
  id: 'linkerd-inbound-policy',
  title: 'Linkerd lets in only who shows an identity of the mesh',
  severity: 'medium',
  impact: 'security',
  versions: 'all; unset means all-unauthenticated, which takes plaintext from anybody',
  remediation:
    'Once all clients are in the mesh: `linkerd upgrade --set proxy.defaultInboundPolicy=all-authenticated | kubectl apply -f -`, or the annotation `config.linkerd.io/default-inbound-policy: all-authenticated` on namespaces, and restart the pods; in an AuthorizationPolicy require a MeshTLSAuthentication or a ServiceAccount.',
  references: [POLICY_DOCS, linkerdDocs('features/automatic-mtls/')],
  judge: (cluster) => {
    const meshed = inMesh(cluster);
    if (meshed.length === 0 && cluster.settings.linkerd?.defaultInboundPolicy === undefined) {
      return notAssessed(
        'No pod with a proxy of Linkerd is in the input, and the values it was installed with (ConfigMap linkerd-config) are not either.',
        [],
        { remediation: EXPORT },
      );
    }
    const findings = meshed.flatMap(([namespace, pods]): readonly Finding[] => {
      const open = pods.filter((pod) => !isAuthenticated(linkerdPolicy(cluster, pod)));
      const [first] = open;
      return first === undefined
        ? []
        : [
            warn(
              `In namespace ${namespace} ${few(ownersOf(open), 4)} let in whoever dials them, in plaintext too (${few(open.map((pod) => linkerdPolicy(cluster, pod)))}).`,
              [objectEvidence(first, linkerdPolicy(cluster, first), 'default-inbound-policy')],
              { headline: `${namespace}: ${linkerdPolicy(cluster, first)}` },
            ),
          ];
    });
    const authorizations = cluster.linkerdAuthorizations
      .filter(({ allowsUnauthenticated }) => allowsUnauthenticated)
      .map((one) =>
        warn(
          `${called(one)} lets in who shows no identity of the mesh (${one.target}).`,
          [objectEvidence(one, true, 'unauthenticated')],
          {
            headline: `${one.name} lets anybody in`,
          },
        ),
      );
    const servers = cluster.linkerdServers
      .filter(({ accessPolicy }) => isOpenServer(accessPolicy))
      .map((one) =>
        warn(
          `${called(one)} lets in who shows no identity of the mesh, on port ${one.port}.`,
          [objectEvidence(one, one.accessPolicy, 'accessPolicy')],
          {
            headline: `${one.name}: ${one.accessPolicy}`,
          },
        ),
      );
    const all = [...findings, ...authorizations, ...servers];
    if (all.length > 0) return all;
    const policy = cluster.settings.linkerd?.defaultInboundPolicy;
    if (meshed.length === 0 && policy !== undefined && !isAuthenticated(policy)) {
      return warn(`Linkerd was installed with the default policy ${policy}.`, [], { headline: `Linkerd: ${policy}` });
    }
    return pass('Every pod in the mesh lets in only who shows an identity of it.');
  },
});

const skipped: Check = ofLinkerd({
  id: 'linkerd-skip-ports',
  title: 'Proxies of Linkerd leave no port alone',
  severity: 'low',
  impact: 'security',
  versions: 'all; unset means the ports that Linkerd was installed with, none for most',
  remediation:
    'Remove the annotations config.linkerd.io/skip-inbound-ports and config.linkerd.io/skip-outbound-ports, and use `config.linkerd.io/opaque-ports` for protocols that the proxy cannot read: those stay encrypted.',
  references: [linkerdDocs('features/protocol-detection/'), sourceOf('linkerd/linkerd2', 'pkg/k8s/labels.go')],
  judge: (cluster) => {
    const meshed = inMesh(cluster);
    if (meshed.length === 0) {
      return notAssessed('No pod with a proxy of Linkerd is in the input.', [], { remediation: EXPORT });
    }
    const findings = meshed.flatMap(([namespace, pods]) =>
      (['inbound', 'outbound'] as const).flatMap((side): readonly Finding[] => {
        const found = pods.filter((pod) => skippedPorts(cluster, pod, side) !== undefined);
        const [first] = found;
        if (first === undefined) return [];
        const ports = found.flatMap((pod) => skippedPorts(cluster, pod, side) ?? []);
        return [
          warn(
            `In namespace ${namespace} the proxies of ${few(ownersOf(found), 4)} leave ${side} traffic of ${few(ports)} as it is, without mutual TLS.`,
            [objectEvidence(first, ports[0] ?? null, `config.linkerd.io/skip-${side}-ports`)],
            { headline: `${namespace}: ports past the proxy` },
          ),
        ];
      }),
    );
    return findings.length > 0 ? findings : pass('No port is kept from the proxies.');
  },
});

export const LINKERD_CHECKS: readonly Check[] = [inbound, skipped];
