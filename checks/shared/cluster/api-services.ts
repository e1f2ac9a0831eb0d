/** APIServices: objects by which the API server passes requests on to other API servers. */
import type { ClusterModel } from '../../../src/model/cluster.ts';
import type { NodeModel } from '../../../src/model/node.ts';
import type { Check, Finding } from '../../../src/model/path.ts';
import type { Answer } from '../../../src/model/status.ts';
import { aggregationDocs } from '../front-proxy.ts';
import { kubernetesDocs, kubernetesSource } from '../references.ts';
import { pass, warn } from '../result.ts';
import { combine } from '../verdict.ts';
import { bundleVerifies, judgeCABundle, missingService } from './called-servers.ts';
import { called, objectEvidence, ofCluster, unknownKinds } from './objects.ts';
import { servedCertificate } from './served-certificates.ts';

const API = kubernetesDocs('reference/kubernetes-api/cluster-resources/api-service-v1/');
const AVAILABILITY = kubernetesSource(
  'staging/src/k8s.io/kube-aggregator/pkg/controllers/status/remote/remote_available_controller.go',
);

function aggregated(cluster: ClusterModel): ClusterModel['apiServices'] {
  return cluster.apiServices.filter(({ service }) => service !== undefined);
}

/** What the columns of the row say of them. */
export function aggregatedAnswers(cluster: ClusterModel, node: NodeModel): { readonly verified: Answer } {
  if (!cluster.known.has('APIService')) return { verified: 'unknown' };
  return {
    verified: combine(
      aggregated(cluster).map(({ insecureSkipTLSVerify, caBundle }) =>
        insecureSkipTLSVerify ? 'no' : bundleVerifies(cluster, node, caBundle),
      ),
    ),
  };
}

/** How each aggregated API server is verified; the part of `apiservice-tls` for which an export is needed. */
export function judgeAPIServices(cluster: ClusterModel): Finding | readonly Finding[] {
  const unknown = unknownKinds(cluster, 'APIService');
  if (unknown !== undefined) return unknown;
  const findings = aggregated(cluster).map((one): Finding => {
    const shown = [objectEvidence(one, `${one.service?.namespace ?? ''}/${one.service?.name ?? ''}`, 'service')];
    if (one.insecureSkipTLSVerify) {
      return warn(
        `${called(one)} sets insecureSkipTLSVerify, so the API server passes its requests on to whoever answers on that Service's address, with the name and groups of the user who asks.`,
        [...shown, objectEvidence(one, true, 'insecureSkipTLSVerify')],
        { headline: `${one.name} is not verified` },
      );
    }
    if (one.caBundle !== undefined) return pass(`${called(one)} is verified with its caBundle.`, shown);
    return warn(
      `${called(one)} has no caBundle, so the CAs of the API server's host decide, and no public one signs a certificate for a Service: unless a private one is among them, every request for it fails.`,
      shown,
      { impact: 'both', headline: `${one.name} has no caBundle` },
    );
  });
  return findings.length === 0 ? pass('No API is aggregated: the API server answers all of them itself.') : findings;
}

const caBundle: Check = ofCluster({
  id: 'apiservice-cabundle',
  title: 'The caBundle of every APIService is readable and lasts',
  judgesEnd: 'certificate',
  severity: 'high',
  impact: 'availability',
  versions: 'all',
  remediation:
    'Put the new CA into `spec.caBundle` (`kubectl edit apiservice <name>`), for a while beside the old one, or let cert-manager keep it with the annotation cert-manager.io/inject-ca-from.',
  references: [API, aggregationDocs],
  judge: (cluster, { node }) => {
    const unknown = unknownKinds(cluster, 'APIService');
    if (unknown !== undefined) return unknown;
    const findings = aggregated(cluster).flatMap((one): readonly Finding[] =>
      one.caBundle === undefined || one.insecureSkipTLSVerify
        ? []
        : [
            judgeCABundle(cluster, node, one.caBundle, {
              who: called(one),
              consequence:
                'requests for that API fail, and with them whatever lists all APIs, like deleting a namespace',
              shown: objectEvidence(one, one.name, 'caBundle'),
            }),
          ],
    );
    return findings.length === 0 ? pass('No APIService has a caBundle that could end.') : findings;
  },
});

const available: Check = ofCluster({
  id: 'apiservice-available',
  title: 'Every aggregated API server can be reached',
  severity: 'medium',
  impact: 'availability',
  versions: 'all',
  remediation:
    'Look at `kubectl get apiservice <name> -o yaml`: deploy the Service that it names, or delete the APIService of an API server that is gone (`kubectl delete apiservice <name>`): namespaces cannot be deleted while one is away.',
  references: [API, AVAILABILITY],
  judge: (cluster) => {
    const unknown = unknownKinds(cluster, 'APIService');
    if (unknown !== undefined) return unknown;
    const findings = aggregated(cluster).flatMap((one): readonly Finding[] => {
      const { service } = one;
      const missing = service === undefined ? undefined : missingService(cluster, service);
      const why = missing ?? one.unavailable;
      return why === undefined
        ? []
        : [
            warn(`${called(one)} is not available: ${why}.`, [objectEvidence(one, one.unavailable ?? null, 'status')], {
              headline: `${one.name} is not available`,
            }),
          ];
    });
    return findings.length === 0 ? pass('Every APIService is available as far as the export tells.') : findings;
  },
});

const served = servedCertificate((cluster) =>
  aggregated(cluster).flatMap((one) => {
    const { service, caBundle: bundle, insecureSkipTLSVerify } = one;
    const isVerified = service !== undefined && bundle !== undefined && !insecureSkipTLSVerify;
    return isVerified ? [{ ...service, who: called(one), caBundle: bundle }] : [];
  }),
);

export const API_SERVICE_CHECKS: readonly Check[] = [caBundle, available, served];
