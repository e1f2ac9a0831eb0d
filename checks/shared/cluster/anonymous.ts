/** What requests without a credential may do by the cluster's role bindings. */
import type { ClusterModel, ClusterRole, RoleBinding } from '../../../src/model/cluster.ts';
import type { NodeModel } from '../../../src/model/node.ts';
import type { Check, Finding } from '../../../src/model/path.ts';
import type { Severity } from '../../../src/model/status.ts';
import { component, knownOr } from '../access.ts';
import { anonymousRequests } from '../apiserver.ts';
import { cis, kubernetesDocs, kubernetesSource } from '../references.ts';
import { fail, notAssessed, pass, warn } from '../result.ts';
import { called, few, objectEvidence, ofCluster, unknownKinds } from './objects.ts';

const POLICY = kubernetesSource('plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go');

/** Whether a binding gives its role to requests without a credential. */
function isAnonymous({ subjects }: RoleBinding): boolean {
  return subjects.some(
    ({ kind, name }) =>
      (kind === 'User' && name === 'system:anonymous') || (kind === 'Group' && name === 'system:unauthenticated'),
  );
}

/**
 * What the API server, kubeadm and the discovery of service account issuers bind: versions and health, the address and CA
 * of the cluster, public keys. Sources: bootstrappolicy/policy.go; cmd/kubeadm/app/phases/bootstraptoken/clusterinfo.
 */
function isHarmless(cluster: ClusterModel, binding: RoleBinding): boolean {
  const { role, namespace, kind } = binding;
  const found = roleOf(cluster, binding);
  if (role.kind === 'ClusterRole') {
    const isStock =
      role.name === 'system:public-info-viewer' || role.name === 'system:service-account-issuer-discovery';
    return isStock && (found === undefined || found.rules.length === 0 || isHealthOnly(found));
  }
  return (
    kind === 'RoleBinding' &&
    namespace === 'kube-public' &&
    role.name === 'kubeadm:bootstrap-signer-clusterinfo' &&
    (found === undefined || isClusterInfoOnly(found))
  );
}

/** Roles that everybody had up to 1.13, and that a cluster of that age keeps. */
const OF_OLD_CLUSTERS: ReadonlySet<string> = new Set(['system:discovery', 'system:basic-user']);

const ADMINISTRATIVE: ReadonlySet<string> = new Set(['cluster-admin', 'admin', 'edit', 'system:masters']);

const HEALTH =
  /^\/(?:livez|readyz|healthz|version|\.well-known\/openid-configuration|openid\/v1\/jwks)(?:\/?\*|\/.*)?$/;

function roleOf({ roles }: ClusterModel, { role, namespace }: RoleBinding): ClusterRole | undefined {
  return roles.find(
    (one) =>
      one.kind === role.kind && one.name === role.name && (role.kind === 'ClusterRole' || one.namespace === namespace),
  );
}

/** The ConfigMap cluster-info alone; the API server adds what a stock role lacks, and never takes away what was added. */
function isClusterInfoOnly({ rules }: ClusterRole): boolean {
  return rules.every(
    ({ resources, resourceNames, nonResourceURLs, verbs }) =>
      resources.every((one) => one === 'configmaps') &&
      resourceNames.length > 0 &&
      resourceNames.every((one) => one === 'cluster-info') &&
      nonResourceURLs.length === 0 &&
      verbs.every((verb) => verb === 'get'),
  );
}

/** Whether a role gives nothing but what health checks read, and the public keys of service account tokens. */
function isHealthOnly({ rules }: ClusterRole): boolean {
  return (
    rules.length > 0 &&
    rules.every(
      ({ resources, nonResourceURLs, verbs }) =>
        resources.length === 0 &&
        nonResourceURLs.every((url) => HEALTH.test(url)) &&
        verbs.every((verb) => verb === 'get'),
    )
  );
}

function isWriting({ rules }: ClusterRole): boolean {
  return rules.some(({ verbs }) => verbs.some((verb) => !['get', 'list', 'watch'].includes(verb)));
}

/** Whether the API server of the node lets such requests in at all; undefined where the input does not tell. */
function refusesAll(node: NodeModel): boolean | undefined {
  const apiserver = component(node, 'kube-apiserver');
  if (apiserver === undefined) return undefined;
  return knownOr(undefined, () => {
    const { kind } = anonymousRequests(node, apiserver);
    return kind === 'unknown' || kind === 'refused' ? undefined : kind === 'off' || kind === 'limited';
  });
}

function judge(cluster: ClusterModel, binding: RoleBinding, refused: boolean | undefined): Finding {
  const title = called(binding);
  const who = few(
    binding.subjects.filter(({ name }) => name.startsWith('system:')).map(({ kind, name }) => `${kind} ${name}`),
  );
  const shown = [objectEvidence(binding, `${binding.role.kind} ${binding.role.name}`, 'roleRef')];
  const where = binding.kind === 'RoleBinding' ? ` in namespace ${binding.namespace}` : '';
  const role = roleOf(cluster, binding);
  if (OF_OLD_CLUSTERS.has(binding.role.name)) {
    return warn(
      `${title} gives ${binding.role.name} to ${who}, as clusters made before 1.14 do: anybody may list the APIs.`,
      shown,
      {
        severity: 'low',
        headline: `${binding.name} from before 1.14`,
      },
    );
  }
  if (role !== undefined && isHealthOnly(role)) {
    return pass(`${title} lets ${who} read health and version only.`, shown);
  }
  const what = `${title} gives ${binding.role.kind} ${binding.role.name}${where} to ${who}`;
  if (refused === true) {
    return warn(
      `${what}. The API server of this node refuses anonymous requests, so nobody can use it by now.`,
      shown,
      {
        severity: 'medium',
        headline: `${binding.role.name} for anonymous requests, which are refused`,
      },
    );
  }
  const severity: Severity =
    ADMINISTRATIVE.has(binding.role.name) || (role !== undefined && isWriting(role)) ? 'critical' : 'high';
  return fail(`${what}: whoever reaches the API server has it, without any credential.`, shown, {
    severity,
    headline: `${binding.role.name} for everybody`,
  });
}

export const anonymousBindings: Check = ofCluster({
  id: 'rbac-anonymous-bindings',
  title: 'No role but the stock ones is bound to requests without a credential',
  severity: 'high',
  impact: 'security',
  versions:
    'all; from 1.14 only system:public-info-viewer is, and with kubeadm the ConfigMap cluster-info in kube-public',
  remediation:
    'Look who uses it (audit log, user system:anonymous), give them a credential, and `kubectl delete clusterrolebinding <name>`; the API server makes its own bindings again when it starts.',
  references: [cis('5.1.1'), kubernetesDocs('reference/access-authn-authz/rbac/'), POLICY],
  judge: (cluster, { node }) => {
    const refused = refusesAll(node);
    const bindings = cluster.roleBindings.filter((one) => isAnonymous(one) && !isHarmless(cluster, one));
    const findings = bindings.map((one) => judge(cluster, one, refused));
    if (!cluster.known.has('ClusterRoleBinding')) {
      return findings.length > 0 ? findings : (unknownKinds(cluster, 'ClusterRoleBinding') ?? []);
    }
    if (!cluster.known.has('RoleBinding')) {
      findings.push(
        notAssessed(
          'ClusterRoleBindings are in the input and RoleBindings are not: those of single namespaces are not known.',
          [],
          {
            headline: 'RoleBindings not in the export',
          },
        ),
      );
    }
    return findings.length > 0 ? findings : pass('Requests without a credential have the stock roles only.');
  },
});
