/** The kinds that are read, and what the API calls their lists: the names of the files of an export. */

/** By the name that `kindOf` gives: the plural, as in `kubectl get`. */
export const KINDS: ReadonlyMap<string, string> = new Map([
  ['Namespace', 'namespaces'],
  ['Node', 'nodes'],
  ['Pod', 'pods'],
  ['Service', 'services'],
  ['ConfigMap', 'configmaps'],
  ['Secret', 'secrets'],
  ['Deployment', 'deployments'],
  ['DaemonSet', 'daemonsets'],
  ['StatefulSet', 'statefulsets'],
  ['NetworkPolicy', 'networkpolicies'],
  ['ValidatingWebhookConfiguration', 'validatingwebhookconfigurations'],
  ['MutatingWebhookConfiguration', 'mutatingwebhookconfigurations'],
  ['APIService', 'apiservices'],
  ['CustomResourceDefinition', 'customresourcedefinitions'],
  ['CertificateSigningRequest', 'certificatesigningrequests'],
  ['Role', 'roles'],
  ['RoleBinding', 'rolebindings'],
  ['ClusterRole', 'clusterroles'],
  ['ClusterRoleBinding', 'clusterrolebindings'],
  ['projectcalico.org/NetworkPolicy', 'networkpolicies'],
  ['projectcalico.org/GlobalNetworkPolicy', 'globalnetworkpolicies'],
  ['projectcalico.org/StagedNetworkPolicy', 'stagednetworkpolicies'],
  ['projectcalico.org/StagedGlobalNetworkPolicy', 'stagedglobalnetworkpolicies'],
  ['projectcalico.org/FelixConfiguration', 'felixconfigurations'],
  ['projectcalico.org/BGPPeer', 'bgppeers'],
  ['projectcalico.org/BGPConfiguration', 'bgpconfigurations'],
  ['projectcalico.org/IPPool', 'ippools'],
  ['projectcalico.org/HostEndpoint', 'hostendpoints'],
  ['cilium.io/CiliumNetworkPolicy', 'ciliumnetworkpolicies'],
  ['cilium.io/CiliumClusterwideNetworkPolicy', 'ciliumclusterwidenetworkpolicies'],
  ['security.istio.io/PeerAuthentication', 'peerauthentications'],
  ['networking.istio.io/DestinationRule', 'destinationrules'],
  ['policy.linkerd.io/Server', 'servers'],
  ['policy.linkerd.io/ServerAuthorization', 'serverauthorizations'],
  ['policy.linkerd.io/AuthorizationPolicy', 'authorizationpolicies'],
  ['policy.networking.k8s.io/AdminNetworkPolicy', 'adminnetworkpolicies'],
  ['policy.networking.k8s.io/BaselineAdminNetworkPolicy', 'baselineadminnetworkpolicies'],
  ['policy.networking.k8s.io/ClusterNetworkPolicy', 'clusternetworkpolicies'],
  ['crd.antrea.io/NetworkPolicy', 'networkpolicies'],
  ['crd.antrea.io/ClusterNetworkPolicy', 'clusternetworkpolicies'],
]);

/** Kinds that an input may have without being an export: lists of them have meanings of their own. */
export const OF_NODES: ReadonlySet<string> = new Set(['Node', 'Pod', 'ConfigMap']);

/** Policies that are named where they are and not judged. */
export const OTHER_POLICIES: ReadonlySet<string> = new Set([
  'policy.networking.k8s.io/AdminNetworkPolicy',
  'policy.networking.k8s.io/BaselineAdminNetworkPolicy',
  'policy.networking.k8s.io/ClusterNetworkPolicy',
  'crd.antrea.io/NetworkPolicy',
  'crd.antrea.io/ClusterNetworkPolicy',
]);

/** Groups of the API of which a name without a group may be meant: `networkpolicies.json` is Kubernetes' own. */
export function kindsNamed(plural: string): readonly string[] {
  const [name = '', ...group] = plural.split('.');
  const own = group.join('.').replace(/^crd\.projectcalico\.org$/, 'projectcalico.org');
  return [...KINDS].flatMap(([kind, listed]) => {
    const slash = kind.lastIndexOf('/');
    const ofKind = slash === -1 ? '' : kind.slice(0, slash);
    const isOwn = ofKind === '' && (own === '' || own.endsWith('.k8s.io') || own === 'apps');
    const isUnique = [...KINDS.values()].filter((other) => other === listed).length === 1;
    return listed === name && (isOwn || ofKind === own || (own === '' && isUnique)) ? [kind] : [];
  });
}
