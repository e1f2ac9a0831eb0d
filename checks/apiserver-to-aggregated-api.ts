import type { Check, Finding, PathDefinition } from '../src/model/path.ts';
import { component, evidence, evidences, isSet, list, requireComponent } from './shared/access.ts';
import { caReuse } from './shared/ca-reuse.ts';
import { aggregatedAnswers, API_SERVICE_CHECKS, judgeAPIServices } from './shared/cluster/api-services.ts';
import { authenticationTrust } from './shared/cluster/authentication-trust.ts';
import { withCluster } from './shared/cluster/with-cluster.ts';
import { noApiserver } from './shared/elsewhere.ts';
import {
  aggregationDocs,
  ALLOWED_NAMES,
  frontProxyClient,
  headerNames,
  PROXY_CERTIFICATE,
  REQUEST_HEADER_CA,
  requestHeaderCA,
} from './shared/front-proxy.ts';
import { flagChecks } from './shared/listener.ts';
import { chainCheck, PKI_CHECKS } from './shared/pki.ts';
import { kubernetesDocs, kubernetesSource } from './shared/references.ts';
import { fail, notAssessed, pass, warn } from './shared/result.ts';
import { sideAccepted } from './shared/verdict.ts';
import { certificateEvidence, located } from './shared/words.ts';

const chain = chainCheck({
  id: 'front-proxy-client-cert',
  title: 'Aggregated API servers accept the API server as front proxy',
  remediation:
    'Renew the pair from the front-proxy CA, `kubeadm certs renew front-proxy-client`, set --proxy-client-cert-file and --proxy-client-key-file to it, and have its common name in --requestheader-allowed-names (kubeadm: front-proxy-client).',
  references: [aggregationDocs, kubernetesSource('staging/src/k8s.io/kube-aggregator/pkg/apiserver/handler_proxy.go')],
});

const clientCertificate: Check = {
  ...chain,
  severity: 'medium',
  versions: 'all; unset means that aggregated API servers take the API server for anonymous',
  notApplicable: () => undefined,
  evaluate: (context): Finding | readonly Finding[] => {
    const apiserver = requireComponent(context.node, 'kube-apiserver');
    const [client] = context.facts.presented;
    if (client === undefined) {
      return warn(
        `--${PROXY_CERTIFICATE} is not set, so aggregated API servers (metrics-server and the like) take the API server for anonymous and refuse what it passes on.`,
        evidences(apiserver, PROXY_CERTIFICATE, 'proxy-client-key-file'),
        { impact: 'availability', headline: `--${PROXY_CERTIFICATE} not set` },
      );
    }
    const findings = [chain.evaluate(context)].flat();
    const leaf = client.chain[0];
    if (leaf === undefined || findings.some(({ status }) => status !== 'pass')) return findings;
    const allowed = list(apiserver, ALLOWED_NAMES).filter((name) => name.trim() !== '');
    const shown = [client.certificate.evidence, certificateEvidence(leaf, client), evidence(apiserver, ALLOWED_NAMES)];
    if (allowed.length > 0 && !allowed.includes(leaf.commonName ?? '')) {
      return fail(
        `${located(leaf)} is for ${leaf.commonName ?? 'no name'}, which is not in --${ALLOWED_NAMES} (${allowed.join(', ')}): aggregated API servers do not believe what it passes on.`,
        shown,
        {
          severity: 'high',
          impact: 'availability',
          headline: `${leaf.commonName ?? 'its name'} is not an allowed name`,
        },
      );
    }
    // Without a CA nothing verifies the certificate; front-proxy-requestheader-ca reports that.
    return findings.length > 0 ? findings : pass(`${located(leaf)} is set as client certificate.`, shown);
  },
};

/** The objects are in the cluster's API: without an export of them the row never passes. */
const serviceTLS: Check = {
  id: 'apiservice-tls',
  title: 'Every APIService is verified with a CA',
  severity: 'medium',
  impact: 'security',
  versions: 'all',
  remediation:
    'Give every APIService a `caBundle` (cert-manager keeps it up to date with the annotation cert-manager.io/inject-ca-from) and remove `insecureSkipTLSVerify: true`; metrics-server then needs --tls-cert-file of that CA.',
  references: [kubernetesDocs('reference/kubernetes-api/cluster-resources/api-service-v1/'), aggregationDocs],
  evaluate: ({ node }) =>
    node.cluster !== undefined
      ? judgeAPIServices(node.cluster)
      : notAssessed(
          'How the API server verifies each aggregated API server is in the APIService objects of the cluster, which no file of a node shows: look at `kubectl get apiservices -o custom-columns=NAME:.metadata.name,SERVICE:.spec.service.name,SKIP:.spec.insecureSkipTLSVerify`.',
          [],
          { headline: 'APIService objects not in the input' },
        ),
};

const ofNode: PathDefinition = {
  id: 'apiserver-to-aggregated-api',
  title: 'API server to aggregated API servers',
  client: 'kube-apiserver',
  server: 'aggregated API server',
  description:
    'The API server passes requests for further APIs (metrics.k8s.io of metrics-server and the like) on to the Services that APIService objects name, always over HTTPS. It shows the front-proxy client certificate and says in headers for whom it asks; the other end verifies it with the front-proxy CA. Whether the API server verifies the other end is said in each APIService.',
  applicability: (node) => {
    const apiserver = component(node, 'kube-apiserver');
    if (apiserver === undefined) return noApiserver(node);
    return isSet(apiserver, PROXY_CERTIFICATE) || isSet(apiserver, REQUEST_HEADER_CA)
      ? { kind: 'applies' }
      : {
          kind: 'not-applicable',
          reason: `The aggregation layer is not set up: neither --${PROXY_CERTIFICATE} nor --${REQUEST_HEADER_CA} is set, so no aggregated API server can tell who asks.`,
        };
  },
  facts: (node) => {
    const client = frontProxyClient(node, requireComponent(node, 'kube-apiserver'), chain.id);
    const presented = client === undefined ? [] : [client];
    return {
      encrypted: 'yes',
      serverVerified: node.cluster === undefined ? 'unknown' : aggregatedAnswers(node.cluster, node).verified,
      clientAuthenticated: sideAccepted(presented, 'client', node),
      minTLSVersion: 'unknown',
      presented,
      kubeconfigs: [],
    };
  },
  checks: [
    clientCertificate,
    requestHeaderCA,
    headerNames,
    caReuse('front-proxy'),
    ...flagChecks('kube-apiserver'),
    ...PKI_CHECKS,
  ],
};

export const path: PathDefinition = withCluster(ofNode, [serviceTLS, ...API_SERVICE_CHECKS, authenticationTrust]);
