/** API server to the issuers whose tokens it takes. */
import { issuerURLFault } from '../src/config/url.ts';
import type { Component } from '../src/model/component.ts';
import type { NodeModel } from '../src/model/node.ts';
import type { Check, Evidence, Finding, PathDefinition, Trust } from '../src/model/path.ts';
import type { Answer } from '../src/model/status.ts';
import { atLeast } from '../src/model/version.ts';
import {
  component,
  evidence,
  evidences,
  isSet,
  isWritten,
  knownOr,
  list,
  requireComponent,
  text,
} from './shared/access.ts';
import { configFileCheck, fieldEvidence } from './shared/apiserver-files.ts';
import { noApiserver } from './shared/elsewhere.ts';
import { issuerNames } from './shared/issuer-names.ts';
import { bundleOf, certificatesOf } from './shared/material.ts';
import { judgeBundle, verifiesServer } from './shared/outbound.ts';
import { kubernetesDocs, kubernetesSource } from './shared/references.ts';
import { OIDC_FLAGS } from './shared/oidc-flags.ts';
import { fail, pass } from './shared/result.ts';
import { settles } from './shared/unread.ts';
import { combine } from './shared/verdict.ts';
import { enumerate } from './shared/words.ts';

const ISSUER_URL = 'oidc-issuer-url';
const CLIENT_ID = 'oidc-client-id';
const CONFIG = 'authentication-config';
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
  versions:
    'all; the API server does not start with another scheme, and from 1.29 on not with a user, a query or a fragment',
  remediation: `Write the issuer as an https URL, exactly as it stands in the \`iss\` of its tokens: --${ISSUER_URL}, or \`jwt[].issuer.url\` of the AuthenticationConfiguration.`,
  references: [
    DOCS,
    kubernetesSource('staging/src/k8s.io/apiserver/pkg/apis/apiserver/validation/validation.go'),
    kubernetesSource('staging/src/k8s.io/apiserver/plugin/pkg/authenticator/token/oidc/oidc.go'),
  ],
  notApplicable: ({ node }) => (issuersOf(node).length > 0 ? undefined : 'No issuer could be read.'),
  evaluate: ({ node }) => {
    const apiserver = requireComponent(node, 'kube-apiserver');
    return issuersOf(node).map(({ url, asks, shown }): Finding => {
      const fault = urlFault(apiserver, url) ?? urlFault(apiserver, asks);
      return fault === undefined
        ? pass(`The keys of ${url} are fetched over https.`, shown)
        : fail(`The URL ${url} ${fault}, so the API server does not start.`, shown, {
            headline: `issuer URL ${fault}: does not start`,
          });
    });
  },
};

/** Up to 1.28 only the scheme was asked for: plugin/pkg/authenticator/token/oidc/oidc.go. */
function urlFault({ version }: Component, url: string): string | undefined {
  if (version === undefined || atLeast(version, '1.29')) return issuerURLFault(url);
  return /^https:/i.test(url) ? undefined : 'is not https';
}

/** Where the flags name no whole issuer, as a clause; undefined where they do, and where a file is named instead. */
function flagsFault(apiserver: Component): string | undefined {
  if (isSet(apiserver, CONFIG)) return undefined;
  const { version } = apiserver;
  const [url, client] = [isSet(apiserver, ISSUER_URL), isSet(apiserver, CLIENT_ID)];
  if (url && client) return undefined;
  if (url || client) return `--${url ? ISSUER_URL : CLIENT_ID} is set without --${url ? CLIENT_ID : ISSUER_URL}`;
  // Up to 1.28 flags without an issuer were without effect.
  const isAsked = version === undefined || atLeast(version, '1.29');
  const [first] = isAsked ? writtenFlags(apiserver) : [];
  return first === undefined ? undefined : `--${first} is set without --${ISSUER_URL} and --${CLIENT_ID}`;
}

function writtenFlags(apiserver: Component): readonly string[] {
  return OIDC_FLAGS.filter((flag) => isWritten(apiserver, flag));
}

const complete: Check = {
  id: 'oidc-flags-complete',
  title: 'The flags that name an issuer name its client too',
  severity: 'high',
  impact: 'availability',
  versions: `all; from 1.29 on no --oidc-* flag may be set without --${ISSUER_URL} and --${CLIENT_ID}`,
  remediation: `Set --${ISSUER_URL} and --${CLIENT_ID} together (the client id is the \`aud\` of the tokens), or remove every --oidc-* flag.`,
  references: [kubernetesSource('pkg/kubeapiserver/options/authentication.go'), DOCS],
  notApplicable: ({ node }) => {
    const apiserver = requireComponent(node, 'kube-apiserver');
    if (isSet(apiserver, CONFIG)) return 'A file names the issuers.';
    return writtenFlags(apiserver).length > 0 ? undefined : 'No --oidc-* flag is set.';
  },
  evaluate: ({ node }) => {
    const apiserver = requireComponent(node, 'kube-apiserver');
    const fault = flagsFault(apiserver);
    const shown = evidences(apiserver, ISSUER_URL, CLIENT_ID);
    return fault === undefined
      ? pass(`--${ISSUER_URL} and --${CLIENT_ID} stand together.`, shown)
      : fail(`${fault}: the API server does not start.`, shown, { headline: 'half an issuer: does not start' });
  },
};

const distinct: Check = {
  id: 'oidc-issuer-distinct',
  title: 'No issuer is the issuer of service account tokens',
  severity: 'high',
  impact: 'availability',
  versions: '1.30+; the API server does not start where one issuer is both',
  remediation: `Name another issuer in --${ISSUER_URL} or \`jwt[].issuer.url\`, or remove it where service accounts are meant: their tokens are verified without OpenID Connect. If both have one URL, set a new --service-account-issuer before the old one (1.22+), and name the issuer only when the old one is gone.`,
  references: [
    kubernetesSource('pkg/kubeapiserver/options/authentication.go'),
    kubernetesSource('staging/src/k8s.io/apiserver/pkg/apis/apiserver/validation/validation.go'),
  ],
  notApplicable: ({ node }) => {
    const { version } = requireComponent(node, 'kube-apiserver');
    if (version !== undefined && !atLeast(version, '1.30')) return 'Versions up to 1.29 do not ask.';
    return issuersOf(node).length > 0 ? undefined : 'No issuer could be read.';
  },
  evaluate: ({ node }) => {
    const apiserver = requireComponent(node, 'kube-apiserver');
    const own = list(apiserver, 'service-account-issuer');
    return issuersOf(node).map(({ url, shown }): Finding => {
      const evidenceOf = [...shown, evidence(apiserver, 'service-account-issuer')];
      return own.includes(url)
        ? fail(`${url} is a --service-account-issuer too, so the API server does not start.`, evidenceOf, {
            headline: 'issuer of service accounts: does not start',
          })
        : pass(`${url} signs no service account tokens.`, evidenceOf);
    });
  },
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
  { flag: CONFIG, config: ({ authenticationConfig }) => authenticationConfig },
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
    // A flag with its default written out excludes the file too.
    const beside = writtenFlags(apiserver);
    const shown = evidences(apiserver, CONFIG, ...(beside.length > 0 ? beside : [ISSUER_URL]));
    return beside.length > 0
      ? fail(
          `--${CONFIG} and ${enumerate(beside.map((flag) => `--${flag}`))} exclude each other: the API server does not start.`,
          shown,
          { headline: 'two sources of issuers: does not start' },
        )
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
    // What it does not start with is told, though nobody is asked.
    const isRefused = config.state === 'unreadable' && config.refused === true;
    const isHalf = knownOr(undefined, () => flagsFault(apiserver)) !== undefined;
    if (isRefused || isHalf || (config.state !== 'unset' && writtenFlags(apiserver).length > 0))
      return { kind: 'applies' };
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
      encrypted: issuers.length === 0 ? 'unknown' : 'yes',
      serverVerified:
        issuers.length === 0 ? 'unknown' : combine(issuers.map(({ trust }): Answer => verifiesServer(trust, node))),
      clientAuthenticated: 'n/a',
      minTLSVersion: 'unknown',
      presented: [],
      kubeconfigs: [],
    };
  },
  checks: [issuerHTTPS, issuerCA, issuerNames, complete, distinct, file, exclusive],
};
