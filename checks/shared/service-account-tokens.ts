/** How long service account tokens count, who signs them, and where others find the keys. */
import type { Check } from '../../src/model/path.ts';
import { atLeast } from '../../src/model/version.ts';
import {
  bool,
  component,
  evidence,
  evidences,
  gateInForce,
  isSet,
  isWritten,
  requireComponent,
  text,
} from './access.ts';
import { cis, kubernetesDocs, kubernetesSource } from './references.ts';
import { fail, notAssessed, pass, warn } from './result.ts';

const EXTEND = 'service-account-extend-token-expiration';
const JWKS_URI = 'service-account-jwks-uri';
const ENDPOINT = 'service-account-signing-endpoint';
const GATE = 'ExternalServiceAccountTokenSigner';

const PLACE = 'in /etc/kubernetes/manifests/kube-apiserver.yaml';
const flagDocs = kubernetesDocs('reference/command-line-tools-reference/kube-apiserver/');

/** Source: kubernetes/pkg/kubeapiserver/options/authentication.go (Validate), pkg/serviceaccount/openidmetadata.go. */
const jwksURI: Check = {
  id: 'sa-jwks-uri',
  title: 'The address of the keys that verify service account tokens is an https URL',
  severity: 'low',
  impact: 'availability',
  versions:
    'all; unset means the external address of the API server; it does not start with another scheme from 1.20 on',
  remediation: `Write --${JWKS_URI} as an https URL at which others reach what the API server serves at /openid/v1/jwks, or remove it, ${PLACE}.`,
  references: [
    kubernetesDocs('tasks/configure-pod-container/configure-service-account/'),
    kubernetesSource('pkg/kubeapiserver/options/authentication.go'),
  ],
  evaluate: ({ node }) => {
    const apiserver = requireComponent(node, 'kube-apiserver');
    const shown = [evidence(apiserver, JWKS_URI)];
    const uri = text(apiserver, JWKS_URI);
    if (uri === '') return pass('Others are told to fetch the keys from the API server itself.', shown);
    return /^https:/i.test(uri)
      ? pass(`Others are told to fetch the keys from ${uri}.`, shown)
      : fail(`--${JWKS_URI}=${uri} is no https URL: the API server does not start.`, shown, {
          severity: 'high',
          headline: `--${JWKS_URI} is not https: does not start`,
        });
  },
};

/**
 * A pod's own token, asked for by the kubelet for an hour, is signed for a year while this is on, for clients that never
 * read the file again. Source: kubernetes/pkg/registry/core/serviceaccount/storage/token.go (Create).
 */
const extendExpiration: Check = {
  id: 'sa-extend-expiration',
  title: 'Nobody asked for tokens of pods that count a year',
  severity: 'low',
  impact: 'security',
  hygiene: true,
  versions: 'from 1.20 unset means true; false in 1.19',
  remediation: `Look first for pods that never read their token again: the audit annotation authentication.k8s.io/stale-token and the metric serviceaccount_stale_tokens_total have to stay silent; then set --${EXTEND}=false ${PLACE}, and in apiServer.extraArgs of the kubeadm ClusterConfiguration so that an upgrade keeps it.`,
  references: [
    cis('1.2.30'),
    kubernetesDocs('reference/access-authn-authz/service-accounts-admin/'),
    kubernetesSource('pkg/registry/core/serviceaccount/storage/token.go'),
  ],
  notApplicable: ({ node }) =>
    requireComponent(node, 'kube-apiserver').settings.has(EXTEND) ? undefined : 'The flag came with Kubernetes 1.19.',
  evaluate: ({ node }) => {
    const apiserver = requireComponent(node, 'kube-apiserver');
    const shown = [evidence(apiserver, EXTEND)];
    if (bool(apiserver, EXTEND) === false) return pass('The tokens of pods count as long as was asked for.', shown);
    return isWritten(apiserver, EXTEND)
      ? warn(
          `--${EXTEND} is true: a token that is stolen from a pod counts for a year, or until the pod is gone.`,
          shown,
          {
            headline: 'tokens of pods count a year',
          },
        )
      : pass(
          `The tokens of pods count for a year, or until the pod is gone, which is the default; hardening guides ask for --${EXTEND}=false.`,
          shown,
          { weakDefault: 'tokens of pods count a year by default' },
        );
  },
};

/** Source: kubernetes/pkg/controlplane/apiserver/options/validation.go (validateServiceAccountTokenSigningConfig). */
const signingEndpoint: Check = {
  id: 'sa-signing-endpoint',
  title: 'An external signer of service account tokens is one that the API server can ask',
  severity: 'info',
  impact: 'availability',
  versions: `1.32+ with the gate ${GATE}, which is on from 1.34; unset means that keys in files sign`,
  remediation: `Set --${ENDPOINT} to the path of a unix socket that is mounted into the pod (or to @name of an abstract one), with --feature-gates=${GATE}=true up to 1.33, ${PLACE}.`,
  references: [
    kubernetesSource('pkg/controlplane/apiserver/options/validation.go'),
    kubernetesDocs('reference/access-authn-authz/service-accounts-admin/'),
    flagDocs,
  ],
  notApplicable: ({ node }) => {
    const apiserver = requireComponent(node, 'kube-apiserver');
    if (!isSet(apiserver, ENDPOINT)) return `--${ENDPOINT} is not set: keys in files sign.`;
    return apiserver.version !== undefined && !atLeast(apiserver.version, '1.32')
      ? 'The flag came with Kubernetes 1.32; see apiserver-removed-flags.'
      : undefined;
  },
  evaluate: ({ node }) => {
    const apiserver = requireComponent(node, 'kube-apiserver');
    const shown = evidences(apiserver, ENDPOINT, 'feature-gates');
    const endpoint = text(apiserver, ENDPOINT);
    if (apiserver.version === undefined) return notAssessed('The version of the API server is not known.', shown);
    const stops = (why: string, headline: string) =>
      fail(`${why}: the API server does not start.`, shown, { severity: 'high', headline });
    if (gateInForce(apiserver, GATE) === false) {
      return stops(`--${ENDPOINT} is set while the gate ${GATE} is off`, `${GATE} is off: does not start`);
    }
    if (endpoint.startsWith('@') && !/^@([\w-]+\.)*[\w-]+$/.test(endpoint)) {
      return stops(`--${ENDPOINT}=${endpoint} is no name of an abstract socket`, `--${ENDPOINT}: does not start`);
    }
    const legacy = component(node, 'kube-controller-manager');
    const alsoSigns = legacy !== undefined && isSet(legacy, 'service-account-private-key-file');
    return pass(
      `The program behind ${endpoint} signs tokens and names the keys that verify them: whoever can take its place on that socket makes tokens for anybody${alsoSigns ? '. What the controller manager signs with a key of its own counts only where that program names it' : ''}.`,
      shown,
    );
  },
};

export const TOKEN_CHECKS: readonly Check[] = [jwksURI, extendExpiration, signingEndpoint];
