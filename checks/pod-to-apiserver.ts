import type { Component } from '../src/model/component.ts';
import type { NodeModel } from '../src/model/node.ts';
import type { Check, ExpectedName, Finding, PathDefinition, PresentedCertificate } from '../src/model/path.ts';
import { addressInNetwork } from '../src/text/cidr.ts';
import { verifyHostname } from '../src/pki/chain.ts';
import { notInInput } from './shared/absence.ts';
import { component, evidence, knownOr, list, requireComponent, text } from './shared/access.ts';
import { haDrift } from './shared/ha-drift.ts';
import {
  APISERVER_SERVING_CHECKS,
  apiserverServing,
  apiserverServingEach,
  authorizerGrants,
} from './shared/apiserver.ts';
import { apiserverListensForPods, reachOfAdvertised } from './shared/apiserver-reach.ts';
import { noApiserver } from './shared/elsewhere.ts';
import { publishedCA, whyUnpublished } from './shared/published-ca.ts';
import { minTLSOf } from './shared/listener.ts';
import { namesCheck, PKI_CHECKS } from './shared/pki.ts';
import { kubernetesDocs, kubernetesSource } from './shared/references.ts';
import { fail, notAssessed, pass, warn } from './shared/result.ts';
import {
  ROOT_CA_REFERENCES,
  SERVICE_ACCOUNT_CHECKS,
  signingKeyFiles,
  tokenKeys,
  tokensAccepted,
} from './shared/service-account.ts';
import { TOKEN_CHECKS } from './shared/service-account-tokens.ts';
import { unreadFinding } from './shared/unread.ts';
import { accepted, combine, expectedName, presentedOn, verdictOf } from './shared/verdict.ts';
import { certificateEvidence, enumerate, located } from './shared/words.ts';
import { SERVICE_ACCOUNT_OBJECT_CHECKS } from './shared/cluster/service-accounts.ts';
import { withCluster } from './shared/cluster/with-cluster.ts';

/**
 * Domain of the cluster's Services: what the kubelet gives pods to search (k8s.io/kubelet config/v1beta1 types.go,
 * clusterDomain), else the issuer, which kubeadm derives of it and which stays as it is when the domain changes.
 */
function clusterDomain(node: NodeModel, apiserver: Component): string | undefined {
  const kubelet = component(node, 'kubelet');
  const fromKubelet = kubelet === undefined ? '' : knownOr('', () => text(kubelet, 'cluster-domain'));
  if (fromKubelet !== '') return fromKubelet;
  const [issuer = ''] = list(apiserver, 'service-account-issuer');
  return /^https:\/\/kubernetes\.default\.svc\.([a-z0-9.-]+)\/?$/i.exec(issuer)?.[1];
}

/** What pods dial: the address of the Service in KUBERNETES_SERVICE_HOST, or its full name. */
function dialledNames(apiserver: Component): readonly ExpectedName[] {
  const shown = evidence(apiserver, 'service-cluster-ip-range');
  const service = (): ExpectedName | undefined => {
    // Of several networks only the first gives the Service its address (pkg/controlplane/apiserver/options).
    const [network = ''] = list(apiserver, 'service-cluster-ip-range').flatMap((value) => value.split(','));
    const address = addressInNetwork(network, 1);
    return address === undefined
      ? undefined
      : { name: address, because: 'first address of --service-cluster-ip-range', evidence: shown };
  };
  return [{ name: 'kubernetes.default.svc', because: 'the Service that pods dial' }, ...expectedName(service)];
}

/** Short and long forms of the same name, which kubeadm adds and few programs dial. */
function furtherNames(node: NodeModel, apiserver: Component): readonly string[] {
  const domain = clusterDomain(node, apiserver);
  return ['kubernetes', 'kubernetes.default', ...(domain === undefined ? [] : [`kubernetes.default.svc.${domain}`])];
}

const dialled = namesCheck({
  id: 'apiserver-serving-san-service',
  title: 'The API server certificate names the Service that pods dial',
  remediation:
    "Move /etc/kubernetes/pki/apiserver.{crt,key} away, run `kubeadm init phase certs apiserver --config <file>` with the cluster's own serviceSubnet and dnsDomain in the ClusterConfiguration (further names go into apiServer.certSANs), and restart the API server.",
  references: [
    kubernetesSource('cmd/kubeadm/app/util/pkiutil/pki_helpers.go'),
    kubernetesDocs('tasks/run-application/access-api-from-pod/'),
  ],
});

const serviceNames: Check = {
  ...dialled,
  evaluate: (context) => {
    const findings = [dialled.evaluate(context)].flat();
    const served = presentedOn(context, 'server')[0];
    const leaf = served?.chain[0];
    if (served === undefined || leaf === undefined || findings.some(({ status }) => status !== 'pass')) return findings;
    const lacking = furtherNames(context.node, requireComponent(context.node, 'kube-apiserver')).filter((name) => {
      // Another name may get another certificate.
      const [own] = apiserverServing(context.node, {
        trust: served.trust,
        names: [{ name, because: 'the Service that pods dial' }],
      }).chain;
      return own !== undefined && !verifyHostname(own, name);
    });
    return lacking.length === 0
      ? findings
      : warn(
          `${located(leaf)} does not name ${enumerate(lacking)}, so programs in pods that dial the API server by that name refuse the connection; most dial its address.`,
          [certificateEvidence(leaf, served)],
          { severity: 'medium', headline: `certificate lacks ${lacking.at(-1) ?? 'a name'}` },
        );
  },
};

const rootCA: Check = {
  id: 'controller-manager-root-ca-file',
  title: 'Pods get a CA that verifies the API server',
  severity: 'high',
  impact: 'both',
  versions: "all; unset means the CA embedded in the controller manager's kubeconfig",
  remediation:
    'Set --root-ca-file in /etc/kubernetes/manifests/kube-controller-manager.yaml to the CA that signed the serving certificate of the API server (kubeadm: /etc/kubernetes/pki/ca.crt); while a CA is rotated the file holds the old and the new one, and most programs in pods read it only when they start.',
  references: ROOT_CA_REFERENCES,
  evaluate: (context) => presentedOn(context, 'server').map((served) => judgeRootCA(served, context.node)),
};

/** Whether pods verify one of the certificates that the API server serves them. */
function judgeRootCA(served: PresentedCertificate, node: NodeModel): Finding {
  const publisher = component(node, 'kube-controller-manager');
  if (publisher === undefined) {
    return notAssessed(`${notInInput('kube-controller-manager', node)}; its --root-ca-file says which CA pods get.`);
  }
  const shown = [evidence(publisher, 'root-ca-file')];
  const unpublished = whyUnpublished(publisher);
  if (unpublished !== undefined) {
    return warn(`${unpublished}.`, [evidence(publisher, 'controllers')], {
      impact: 'availability',
      headline: 'root-ca-cert-publisher is off',
      remediation:
        'Write --controllers in /etc/kubernetes/manifests/kube-controller-manager.yaml as kubeadm does, `*,bootstrapsigner,tokencleaner`; `kubectl get configmap -A --field-selector metadata.name=kube-root-ca.crt` shows which namespaces lack it.',
    });
  }
  const { trust } = served;
  if (trust.kind === 'none') {
    return fail(
      '--root-ca-file is not set and the kubeconfig of the controller manager embeds no CA, so pods get an empty ca.crt and cannot verify the API server.',
      shown,
      { headline: 'pods get no CA' },
    );
  }
  if (trust.kind !== 'bundle') {
    return notAssessed(`${trust.kind === 'unknown' ? trust.message : 'Which CA pods get is not known'}.`, shown);
  }
  const unread = unreadFinding(trust.material, shown, 'the controller manager publishes no CA for pods');
  if (unread !== undefined) return unread;
  if (trust.roots.length === 0) {
    return fail(
      `${trust.material.file} holds no certificate that Kubernetes can read, so pods cannot verify the API server.`,
      shown,
      {
        headline: 'CA file for pods is empty',
      },
    );
  }
  const verdict = verdictOf(served, node);
  if (verdict.kind !== 'judged') {
    return notAssessed(
      `${verdict.kind === 'unknown' ? verdict.message : 'The certificate of the API server is not known'}.`,
      shown,
    );
  }
  const { result, leaf } = verdict;
  const evident = [...shown, certificateEvidence(leaf, served)];
  // Dates have checks of their own.
  return result.ok || result.reason === 'expired' || result.reason === 'not-yet-valid'
    ? pass(`Pods verify the API server with ${trust.material.file}.`, evident)
    : fail(
        `The CA that pods get (${trust.material.file}) does not verify ${located(leaf)}: ${result.message}.`,
        evident,
        {
          headline: 'pods cannot verify the API server',
        },
      );
}

const ofNode: PathDefinition = {
  id: 'pod-to-apiserver',
  case: '7',
  title: 'Pods to API server',
  client: 'pod',
  server: 'kube-apiserver',
  description:
    'Operators, ingress controllers, CoreDNS and other programs in pods dial the Service `kubernetes` over HTTPS. They verify it with the CA in kube-root-ca.crt, which the controller manager publishes, and authenticate with a service account token, which the API server signs with one key and verifies with others. Control planes with different keys answer 401 at random.',
  applicability: (node) => (component(node, 'kube-apiserver') === undefined ? noApiserver(node) : { kind: 'applies' }),
  facts: (node) => {
    const apiserver = requireComponent(node, 'kube-apiserver');
    const served = apiserverServingEach(node, {
      trust: publishedCA(node),
      names: dialledNames(apiserver),
      askedBy: { chain: rootCA.id, names: serviceNames.id },
    });
    const reached = knownOr(true, () => reachOfAdvertised(node)?.reach.kind !== 'silent') ? 'yes' : 'unknown';
    return {
      encrypted: 'yes',
      serverVerified: combine([reached, ...served.map((one) => accepted(one, node))]),
      clientAuthenticated: combine([reached, knownOr('unknown', () => tokensAccepted(node))]),
      minTLSVersion: minTLSOf(apiserver),
      presented: served,
      kubeconfigs: [],
      privateKeys: knownOr([], () => signingKeyFiles(node)),
      publicKeys: knownOr([], () => tokenKeys(node)?.verifyingFiles ?? []),
    };
  },
  checks: [
    rootCA,
    serviceNames,
    apiserverListensForPods,
    haDrift({
      tokens: true,
      shown: {
        leaf: { owner: 'kube-apiserver', setting: 'tls-cert-file' },
        by: { owner: 'kube-controller-manager', setting: 'root-ca-file' },
        usage: 'serverAuth',
        consequence:
          'while the controller manager of this node leads, pods get a CA that does not verify the API server of the other, to which the Service leads them as well',
      },
    }),
    ...SERVICE_ACCOUNT_CHECKS,
    ...TOKEN_CHECKS,
    ...APISERVER_SERVING_CHECKS,
    authorizerGrants,
    ...PKI_CHECKS,
  ],
};

export const path: PathDefinition = withCluster(ofNode, [...SERVICE_ACCOUNT_OBJECT_CHECKS]);
