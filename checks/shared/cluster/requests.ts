/** Requests of kubelets for certificates that nobody has answered, or somebody has refused. */
import type { CertificateRequest } from '../../../src/model/cluster.ts';
import type { Check, Finding } from '../../../src/model/path.ts';
import { formatTime } from '../../../src/text/date.ts';
import { kubernetesDocs, kubernetesSource } from '../references.ts';
import { pass, warn } from '../result.ts';
import { few, objectEvidence, ofCluster, unknownKinds } from './objects.ts';

const SIGNERS: ReadonlyMap<string, string> = new Map([
  ['kubernetes.io/kubelet-serving', 'a certificate to serve with'],
  ['kubernetes.io/kube-apiserver-client-kubelet', 'a certificate to dial the API server with'],
]);

/** The controller that cleans up drops pending requests after 24 hours (pkg/controller/certificates/cleaner). */
export const kubeletRequests: Check = ofCluster({
  id: 'kubelet-csr-state',
  title: 'No request of a kubelet for a certificate waits, or was refused',
  severity: 'medium',
  impact: 'availability',
  versions: 'all; client certificates are approved by themselves, serving certificates never',
  remediation:
    'Compare names and addresses with the node (`kubectl get csr <name> -o yaml`), then `kubectl certificate approve <name>`, or install an approver for kubernetes.io/kubelet-serving; what was denied comes again as a new request.',
  references: [
    kubernetesDocs('reference/access-authn-authz/kubelet-tls-bootstrapping/'),
    kubernetesDocs('reference/access-authn-authz/certificate-signing-requests/'),
    kubernetesSource('pkg/controller/certificates/cleaner/cleaner.go'),
  ],
  judge: (cluster) => {
    const unknown = unknownKinds(cluster, 'CertificateSigningRequest');
    if (unknown !== undefined) return unknown;
    const own = cluster.requests.filter(({ signerName }) => SIGNERS.has(signerName));
    const findings = own.flatMap((one): readonly Finding[] => {
      const shown = [objectEvidence(one, one.state, 'status')];
      const title = `${one.name} of ${one.username}, for ${SIGNERS.get(one.signerName) ?? ''} (${one.signerName}),`;
      switch (one.state) {
        case 'pending':
          return [
            warn(`${title} waits${since(one)}: nobody has approved it.${stranger(one)}`, shown, {
              headline: `CSR ${one.name} pending`,
            }),
          ];
        case 'approved':
          return [
            warn(`${title} is approved and not signed${since(one)}: the controller manager does not sign.`, shown, {
              headline: `CSR ${one.name} not signed`,
            }),
          ];
        case 'denied':
        case 'failed':
          return [
            warn(
              `${title} was ${one.state === 'denied' ? 'denied' : 'approved and not signed (Failed)'}${one.message === '' ? '' : `: ${one.message}`}.`,
              shown,
              { headline: `CSR ${one.name} ${one.state}` },
            ),
          ];
        case 'issued':
          return [];
      }
    });
    if (findings.length > 0) return findings;
    return pass(
      own.length === 0
        ? 'No request of a kubelet is there.'
        : `Every request of a kubelet is answered: ${few(
            own.map(({ name }) => name),
            3,
          )}.`,
    );
  },
});

function since({ createdAt }: CertificateRequest): string {
  return createdAt === undefined ? '' : ` since ${formatTime(createdAt)}`;
}

/** Only a node may ask for its own (pkg/apis/certificates/helpers.go, ValidateKubeletServingCSR). */
function stranger({ signerName, username }: CertificateRequest): string {
  return signerName === 'kubernetes.io/kubelet-serving' && !username.startsWith('system:node:')
    ? ` It was not a kubelet that asked: this signer takes requests of system:node:<name> alone, so look who ${username} is before anything else.`
    : '';
}
