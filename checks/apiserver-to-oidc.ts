/** API server to the issuers whose tokens it takes. */
import type { NodeModel } from '../src/model/node.ts';
import type { Check, Evidence, Finding, PathDefinition, Trust } from '../src/model/path.ts';
import type { Answer } from '../src/model/status.ts';
import { component, evidence, isSet, requireComponent, text } from './shared/access.ts';
import { configFileCheck, fieldEvidence } from './shared/apiserver-files.ts';
import { noApiserver } from './shared/elsewhere.ts';
import { bundleOf, certificatesOf } from './shared/material.ts';
import { judgeBundle, verifiesServer } from './shared/outbound.ts';
import { kubernetesDocs, kubernetesSource } from './shared/references.ts';
import { fail, pass } from './shared/result.ts';
import { settles } from './shared/unread.ts';
import { combine } from './shared/verdict.ts';

const ISSUER_URL = 'oidc-issuer-url';
const DOCS = kubernetesDocs('reference/access-authn-authz/authentication/');

/** An issuer, where the API server asks for its keys, and what it verifies it with. */
interface Issuer {
  readonly url: string;
  readonly asks: string;
  readonly trust: Trust;
  readonly shown: readonly Evidence[];
}

function issuersOf(node: NodeModel): readonly Issuer[] {
  const apiserver = component(node, 'kube-apiserver');
  if (apiserver === undefined) return [];
  const { authenticationConfig: config } = node;
  const byFlag = isSet(apiserver, ISSUER_URL)
    ? [
        {
          url: text(apiserver, ISSUER_URL),
          asks: text(apiserver, ISSUER_URL),
          trust: bundleOf(node, apiserver, 'oidc-ca-file', 'system-roots'),
          shown: [evidence(apiserver, ISSUER_URL)],
        },
      ]
    : [];
  const byFile =
    config.state !== 'read'
      ? []
      : config.config.issuers.map(({ url, discoveryURL, line, certificateAuthority }): Issuer => {
          const position = { file: config.config.file, ...(line === undefined ? {} : { line }) };
          const shown = fieldEvidence('url', url, position);
          const own = fieldEvidence(
            'certificateAuthority',
            certificateAuthority === undefined ? null : 'embedded',
            position,
          );
          const nodeFile = certificateAuthority === undefined ? undefined : node.files.get(certificateAuthority.key);
          const material = { file: position.file, evidence: own, nodeFile, embedded: false };
          return {
            url,
            asks: discoveryURL ?? url,
            shown: [shown],
            trust:
              certificateAuthority === undefined
                ? { kind: 'system-roots', evidence: own }
                : { kind: 'bundle', material, roots: certificatesOf(material) },
          };
        });
  return [...byFlag, ...byFile];
}

const issuerHTTPS: Check = {
  id: 'oidc-issuer-https',
  title: 'The keys of every issuer are fetched over https',
  severity: 'high',
  impact: 'both',
  versions: 'all; the API server does not start with another scheme',
  remediation: `Write the issuer as an https URL, exactly as it stands in the \`iss\` of its tokens: --${ISSUER_URL}, or \`jwt[].issuer.url\` of the AuthenticationConfiguration.`,
  references: [
    DOCS,
    kubernetesSource('staging/src/k8s.io/apiserver/pkg/apis/apiserver/validation/validation.go'),
    kubernetesSource('staging/src/k8s.io/apiserver/plugin/pkg/authenticator/token/oidc/oidc.go'),
  ],
  notApplicable: ({ node }) => (issuersOf(node).length > 0 ? undefined : 'No issuer could be read.'),
  evaluate: ({ node }) =>
    issuersOf(node).map(({ url, asks, shown }): Finding =>
      [url, asks].every((one) => /^https:\/\//i.test(one))
        ? pass(`The keys of ${url} are fetched over https.`, shown)
        : fail(`${url} is no https URL, so the API server does not start.`, shown, {
            headline: 'issuer is not https: does not start',
          }),
    ),
};

const issuerCA: Check = {
  id: 'oidc-ca',
  judgesEnd: 'certificate',
  title: 'The CA with which the API server verifies an issuer lasts',
  severity: 'medium',
  impact: 'both',
  versions: 'all; unset means the public CAs of the image, which is right for a public issuer',
  remediation:
    "Put the CA that signs the issuer's certificate into --oidc-ca-file or `certificateAuthority` of the issuer, for a while beside the old one; the API server reads the flag's file when it starts, the AuthenticationConfiguration whenever it changes.",
  references: [DOCS],
  notApplicable: ({ node }) => (issuersOf(node).length > 0 ? undefined : 'No issuer could be read.'),
  evaluate: ({ node }) =>
    issuersOf(node).map(({ asks, trust, shown }): Finding =>
      // Most issuers are public services, so nothing is wrong with the public CAs.
      trust.kind === 'system-roots'
        ? pass(
            `${asks} is verified with the public CAs of the API server's image; a private CA would be refused.`,
            shown,
          )
        : judgeBundle(trust, node, asks, shown),
    ),
};

const file = configFileCheck(
  {
    id: 'authentication-config-valid',
    title: 'The API server takes its authentication configuration',
    versions: '1.29+',
    references: [kubernetesSource('pkg/kubeapiserver/options/authentication.go'), DOCS],
  },
  { flag: 'authentication-config', config: ({ authenticationConfig }) => authenticationConfig },
);

const exclusive: Check = {
  id: 'authentication-config-exclusive',
  title: 'Issuers are named by flags or by a file, not by both',
  severity: 'high',
  impact: 'availability',
  versions: '1.29+; the API server does not start with both',
  remediation: 'Move what the --oidc-* flags say into `jwt` of the AuthenticationConfiguration and remove the flags.',
  references: [kubernetesSource('pkg/kubeapiserver/options/authentication.go'), DOCS],
  notApplicable: ({ node }) =>
    node.authenticationConfig.state === 'unset' ? '--authentication-config is not set.' : undefined,
  evaluate: ({ node }) => {
    const apiserver = requireComponent(node, 'kube-apiserver');
    const shown = [evidence(apiserver, 'authentication-config'), evidence(apiserver, ISSUER_URL)];
    return isSet(apiserver, ISSUER_URL)
      ? fail(`--authentication-config and --${ISSUER_URL} exclude each other: the API server does not start.`, shown, {
          headline: 'two sources of issuers: does not start',
        })
      : pass('Only the file names issuers.', shown);
  },
};

export const path: PathDefinition = {
  id: 'apiserver-to-oidc',
  title: 'API server to OpenID Connect issuer',
  client: 'kube-apiserver',
  server: 'OpenID Connect issuer',
  description:
    "The API server fetches the issuer's keys to verify tokens; whoever can answer in its place can sign tokens for anybody. The binary insists on https; the CA is --oidc-ca-file, certificateAuthority in the AuthenticationConfiguration, or the host's public CAs. It asks without a credential, since the keys are public. What the issuer shows is in no file of the node.",
  applicability: (node) => {
    const apiserver = component(node, 'kube-apiserver');
    if (apiserver === undefined) return noApiserver(node);
    const config = node.authenticationConfig;
    if (issuersOf(node).length > 0) return { kind: 'applies' };
    if (config.state === 'unreadable') {
      return { kind: 'not-assessed', reason: `${config.message}.`, supply: settles(config) };
    }
    return {
      kind: 'not-applicable',
      reason: `OpenID Connect is off: --${ISSUER_URL} is not set${config.state === 'read' ? `, and ${config.config.file} names no issuer` : ''}.`,
    };
  },
  facts: (node) => {
    const issuers = issuersOf(node);
    return {
      encrypted: 'yes',
      serverVerified: combine(issuers.map(({ trust }): Answer => verifiesServer(trust, node))),
      clientAuthenticated: 'n/a',
      minTLSVersion: 'unknown',
      presented: [],
      kubeconfigs: [],
    };
  },
  checks: [issuerHTTPS, issuerCA, file, exclusive],
};
