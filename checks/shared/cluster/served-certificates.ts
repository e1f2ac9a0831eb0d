/** What Services that the API server dials would show it, where an export has their Secrets. */
import type { ClusterModel, ClusterSecret } from '../../../src/model/cluster.ts';
import type { NodeModel } from '../../../src/model/node.ts';
import type { Check, Finding } from '../../../src/model/path.ts';
import { verifyChain, verifyHostname } from '../../../src/pki/chain.ts';
import { kubernetesSource } from '../references.ts';
import { notAssessed, pass, warn } from '../result.ts';
import { goLine } from '../verdict.ts';
import { bundleFile, called, objectEvidence, ofCluster } from './objects.ts';
import { selects } from './selectors.ts';

/** A Service that some object has the API server dial, and the CA by which it is verified. */
export interface DialledService {
  /** `guard.example.com of ValidatingWebhookConfiguration guard`. */
  readonly who: string;
  readonly namespace: string;
  readonly name: string;
  readonly caBundle: string;
}

/**
 * No export shows what a server sends: the one pair for TLS that its pods mount is what they have to send, if it is for
 * the name or from the caBundle. One that is neither may be for another purpose.
 */
export function servedCertificate(dialled: (cluster: ClusterModel) => readonly DialledService[]): Check {
  const check = ofCluster({
    id: 'service-serving-cert',
    title: 'What Services show the API server is for their name, and from their caBundle',
    severity: 'medium',
    impact: 'availability',
    versions: 'all; the name is <service>.<namespace>.svc',
    remediation:
      'Issue the certificate again for <service>.<namespace>.svc from the CA in the caBundle (`kubectl -n <namespace> get secret <name> -o jsonpath="{.data.tls\\.crt}" | base64 -d | openssl x509 -noout -ext subjectAltName` prints its names), or put the CA that signed it into the caBundle; with cert-manager both come from one Certificate with dnsNames and the annotation cert-manager.io/inject-ca-from.',
    references: [
      kubernetesSource('staging/src/k8s.io/apiserver/pkg/util/webhook/client.go'),
      kubernetesSource('staging/src/k8s.io/kube-aggregator/pkg/apiserver/handler_proxy.go'),
    ],
    judge: (cluster, { node }) => dialled(cluster).flatMap((one) => judge(cluster, one, node)),
  });
  return {
    ...check,
    notApplicable: (context) => {
      const { cluster } = context.node;
      if (cluster === undefined) return check.notApplicable?.(context);
      return dialled(cluster).some((one) => secretsServed(cluster, one).length > 0)
        ? undefined
        : 'The export has no certificate that a Service with a caBundle shows: Secrets are not asked for.';
    },
  };
}

/** The pairs for TLS that the pods of a Service mount. */
function secretsServed(cluster: ClusterModel, { namespace, name }: DialledService): readonly ClusterSecret[] {
  const service = cluster.services.find((one) => one.namespace === namespace && one.name === name);
  const { selector } = service ?? {};
  if (selector === undefined || selector.size === 0) return [];
  const pods = [...cluster.pods, ...cluster.workloads].filter(
    (pod) =>
      pod.namespace === namespace &&
      !pod.isDone &&
      selects({ matchLabels: selector, matchExpressions: [] }, pod.labels),
  );
  const mounted = new Set(pods.flatMap(({ secrets }) => secrets));
  return cluster.secrets.filter(
    (secret) => secret.namespace === namespace && secret.certificate !== undefined && mounted.has(secret.name),
  );
}

function judge(cluster: ClusterModel, one: DialledService, node: NodeModel): readonly Finding[] {
  const secrets = secretsServed(cluster, one);
  const [secret] = secrets;
  if (secret === undefined) return [];
  const name = `${one.namespace}/${one.name}`;
  if (secrets.length > 1) {
    return [
      notAssessed(
        `The pods of Service ${name} mount ${secrets.length} pairs for TLS, and nothing in the export tells which they show for ${one.who}.`,
        secrets.map((each) => objectEvidence(each, 'embedded', 'tls.crt')),
        { headline: 'several certificates of one Service' },
      ),
    ];
  }
  const shown = [objectEvidence(secret, 'embedded', 'tls.crt')];
  const file = bundleFile(cluster, secret.certificate);
  const [leaf, ...intermediates] = file?.state === 'present' ? file.pem.chain : [];
  const bundle = bundleFile(cluster, one.caBundle);
  const roots = bundle?.state === 'present' ? bundle.pem.certificates : [];
  if (leaf === undefined || roots.length === 0) {
    const what = leaf === undefined ? `The certificate in ${called(secret)}` : `The caBundle of ${one.who}`;
    return [notAssessed(`${what} cannot be read, so what Service ${name} shows is not known.`, shown)];
  }
  const dnsName = `${one.name}.${one.namespace}.svc`;
  const line = goLine(node);
  const question = { leaf, intermediates, roots, at: node.at, usage: 'serverAuth' as const };
  const result = verifyChain({ ...question, ...(line === undefined ? {} : { goLine: line }) });
  const about = `The certificate in ${called(secret)}, which the pods of Service ${name} mount`;
  const isNamed = verifyHostname(leaf, dnsName);
  if (!isNamed && !result.ok) {
    return [
      notAssessed(
        `${about}, is neither for ${dnsName} nor from the caBundle of ${one.who}, so that it is for something else or both are wrong.`,
        shown,
        { headline: 'what the Service shows is not known' },
      ),
    ];
  }
  if (!isNamed) {
    return [
      warn(`${about}, is not for ${dnsName}: the API server refuses it when it dials ${one.who}.`, shown, {
        headline: `certificate is not for ${dnsName}`,
      }),
    ];
  }
  return result.ok
    ? [pass(`${about}, is for ${dnsName}, and the caBundle of ${one.who} verifies it.`, shown)]
    : [
        warn(`${about}, does not verify with the caBundle of ${one.who}: the API server refuses it.`, shown, {
          headline: 'certificate is not from its caBundle',
        }),
      ];
}
