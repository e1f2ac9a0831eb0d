/** Names that tokens of an issuer give: whether somebody there can be somebody here. */
import type { Component } from '../../src/model/component.ts';
import type { JWTIssuer, NameMapping, NodeModel } from '../../src/model/node.ts';
import type { Check, Evidence, Finding } from '../../src/model/path.ts';
import { component, evidences, isSet, text } from './access.ts';
import { fieldEvidence } from './apiserver-files.ts';
import { kubernetesDocs, kubernetesSource } from './references.ts';
import { fail, notAssessed, pass, warn } from './result.ts';

/** One kind of names that an issuer gives. */
interface Names {
  readonly url: string;
  readonly kind: 'username' | 'groups';
  readonly mapping: NameMapping;
  /** Expressions that every user has to satisfy. */
  readonly guards: readonly string[];
  readonly shown: readonly Evidence[];
}

export const issuerNames: Check = {
  id: 'authn-config-prefixes',
  title: 'Nobody whom an issuer names can be a system user of the cluster',
  severity: 'medium',
  impact: 'security',
  versions:
    'all; without --oidc-username-prefix names get the issuer in front, those from the claim email and groups nothing; in an AuthenticationConfiguration (1.29+) prefixes are always written',
  remediation:
    "Give names a prefix of their own: --oidc-username-prefix and --oidc-groups-prefix (`oidc:`), or `claimMappings.username.prefix` and `claimMappings.groups.prefix` of the AuthenticationConfiguration. Role bindings name users and groups with the prefix, so write the new bindings first (`kubectl get clusterrolebindings,rolebindings -A -o wide` shows the old ones). Where names have to stay, refuse those of the cluster with `userValidationRules`: `!user.username.startsWith('system:')` and `user.groups.all(group, !group.startsWith('system:'))`.",
  references: [
    kubernetesDocs('reference/access-authn-authz/authentication/'),
    kubernetesSource('pkg/kubeapiserver/options/authentication.go'),
    kubernetesSource('staging/src/k8s.io/apiserver/pkg/apis/apiserver/v1/types.go'),
  ],
  notApplicable: ({ node }) => (namesOf(node).length > 0 ? undefined : 'No issuer could be read.'),
  evaluate: ({ node }) => namesOf(node).map(judge),
};

function namesOf(node: NodeModel): readonly Names[] {
  const apiserver = component(node, 'kube-apiserver');
  if (apiserver === undefined) return [];
  const { authenticationConfig: config } = node;
  return [
    ...(isSet(apiserver, 'oidc-issuer-url') ? byFlags(apiserver) : []),
    ...(config.state === 'read' ? config.config.issuers.flatMap((issuer) => byFile(issuer, config.config.file)) : []),
  ];
}

/** What the flags mean as mappings: pkg/kubeapiserver/options/authentication.go (ToAuthenticationConfig). */
function byFlags(apiserver: Component): readonly Names[] {
  const url = text(apiserver, 'oidc-issuer-url');
  const claim = text(apiserver, 'oidc-username-claim');
  const written = text(apiserver, 'oidc-username-prefix');
  const unwritten = claim === 'email' ? '' : `${url}#`;
  const username: Names = {
    url,
    kind: 'username',
    mapping: { claim, prefix: written === '-' ? '' : written === '' ? unwritten : written },
    guards: [],
    shown: evidences(apiserver, 'oidc-username-claim', 'oidc-username-prefix'),
  };
  if (!isSet(apiserver, 'oidc-groups-claim')) return [username];
  const groups: Names = {
    url,
    kind: 'groups',
    mapping: { claim: text(apiserver, 'oidc-groups-claim'), prefix: text(apiserver, 'oidc-groups-prefix') },
    guards: [],
    shown: evidences(apiserver, 'oidc-groups-claim', 'oidc-groups-prefix'),
  };
  return [username, groups];
}

function byFile({ url, line, username, groups, userValidation }: JWTIssuer, file: string): readonly Names[] {
  const position = { file, ...(line === undefined ? {} : { line }) };
  const of = (kind: Names['kind'], mapping: NameMapping): Names => ({
    url,
    kind,
    mapping,
    guards: userValidation,
    shown: [
      'expression' in mapping
        ? fieldEvidence(`claimMappings.${kind}.expression`, mapping.expression, position)
        : fieldEvidence(`claimMappings.${kind}.prefix`, mapping.prefix, position),
    ],
  });
  return [of('username', username), ...(groups === undefined ? [] : [of('groups', groups)])];
}

const RESERVED = 'system:';

/** The rules that the reference of the API gives for this, and `.exists` with the same meaning; blanks do not count. */
const REFUSALS: Readonly<Record<Names['kind'], readonly RegExp[]>> = {
  username: [/^!user\.username\.startsWith\((['"])system:\1\)$/],
  groups: [
    /^user\.groups\.all\((\w+),!\1\.startsWith\((['"])system:\2\)\)$/,
    /^!user\.groups\.exists\((\w+),\1\.startsWith\((['"])system:\2\)\)$/,
  ],
};

function judge(names: Names): Finding {
  const { url, kind, mapping, guards, shown } = names;
  const what = kind === 'username' ? 'User names' : 'Groups';
  const prefix = prefixOf(mapping);
  if (prefix?.startsWith(RESERVED) === true) {
    return fail(
      `${what} of ${url} begin with ${prefix}, as those of the cluster do: whoever the issuer calls by the rest is that user here.`,
      shown,
      { severity: 'high', headline: `${kind} of the issuer begin with ${RESERVED}` },
    );
  }
  if (prefix !== undefined && prefix !== '') return pass(`${what} of ${url} begin with ${prefix}.`, shown);
  if (guards.some((guard) => REFUSALS[kind].some((one) => one.test(guard.replaceAll(/\s+/g, ''))))) {
    return pass(`${what} of ${url} that begin with ${RESERVED} are refused by userValidationRules.`, shown);
  }
  const open = guards.some((guard) => guard.includes(`user.${kind}`))
    ? `userValidationRules of ${url} look at ${kind}, in CEL that is not evaluated here`
    : prefix === undefined
      ? `${what} of ${url} come out of an expression in CEL, which is not evaluated here`
      : undefined;
  if (open !== undefined) {
    return notAssessed(`${open}, so whether a name can begin with ${RESERVED} is not known.`, shown, {
      remediation:
        'Try it with a token of the issuer: `kubectl auth whoami --token <token>` prints user name and groups.',
    });
  }
  // An address of mail has an @, and no user of the cluster does.
  if (kind === 'username' && 'claim' in mapping && mapping.claim === 'email') {
    return pass(`User names of ${url} are addresses of mail, which no user of the cluster is.`, shown);
  }
  return warn(
    kind === 'groups'
      ? `Groups of ${url} are taken as they are: whoever the issuer puts into a group called system:masters may do anything here, past RBAC.`
      : `User names of ${url} are taken as they are: whoever the issuer calls system:kube-controller-manager is that here, with its rights.`,
    shown,
    { headline: `${kind} of the issuer have no prefix` },
  );
}

/** What every name begins with; undefined where an expression says so in a way that is not seen here. */
function prefixOf(mapping: NameMapping): string | undefined {
  if ('prefix' in mapping) return mapping.prefix;
  const [, , literal] = /^\s*(['"])([^'"\\]+)\1\s*\+/.exec(mapping.expression) ?? [];
  return literal;
}
