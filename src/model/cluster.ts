/** What objects of a cluster say, as an export of its API shows them: one for a run, shared by all its nodes. */
import type { NodeFile } from './file.ts';
import type { Position } from './setting.ts';

/** An object of the API, and where in the input it is. */
export interface ClusterObject extends Position {
  /** As the API spells it: `NetworkPolicy`. */
  readonly kind: string;
  readonly name: string;
  /** Empty where the kind has none. */
  readonly namespace: string;
}

export type Labels = ReadonlyMap<string, string>;

/** A LabelSelector of meta/v1. */
export interface LabelSelector {
  readonly matchLabels: Labels;
  readonly matchExpressions: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values: readonly string[];
  }[];
}

export interface ClusterNamespace extends ClusterObject {
  readonly labels: Labels;
  readonly annotations: Labels;
}

export interface HostPort {
  readonly port: number;
  readonly protocol: string;
  /** Empty: every address of the node. */
  readonly hostIP: string;
}

/** A pod, or the template of one in a Deployment, a DaemonSet or a StatefulSet. */
export interface ClusterPod extends ClusterObject {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly hostNetwork: boolean;
  readonly hostPorts: readonly HostPort[];
  readonly containers: readonly {
    readonly name: string;
    readonly image: string;
    /** Command and arguments together. */
    readonly args: readonly string[];
    readonly environment: Labels;
  }[];
  readonly nodeName: string;
  readonly serviceAccount: string;
  /** Names of the Secrets that it mounts. */
  readonly secrets: readonly string[];
  /** `DaemonSet shop/node-agent`; undefined for a pod that nothing made. */
  readonly owner: string | undefined;
  /** The API's image of a static pod. */
  readonly isMirror: boolean;
  /** Succeeded or failed: it sends and takes nothing any more. */
  readonly isDone: boolean;
}

export interface ServicePort {
  readonly port: number;
  readonly protocol: string;
  readonly nodePort: number | undefined;
}

export interface ClusterService extends ClusterObject {
  readonly type: string;
  /** Undefined: its endpoints are written by hand. */
  readonly selector: Labels | undefined;
  readonly ports: readonly ServicePort[];
  readonly externalIPs: readonly string[];
  readonly healthCheckNodePort: number | undefined;
  readonly sourceRanges: readonly string[];
}

export interface ClusterNode extends ClusterObject {
  /** As the kubelet reported it; undefined where it has not. */
  readonly kubeletVersion: string | undefined;
}

/** One side of a rule of a NetworkPolicy; undefined where the rule names none, so that all match. */
export interface PolicyPeer {
  readonly namespaceSelector: LabelSelector | undefined;
  readonly podSelector: LabelSelector | undefined;
  readonly cidr: string | undefined;
  readonly except: readonly string[];
}

export interface PolicyPort {
  readonly protocol: string;
  /** A number, a name, or undefined for all. */
  readonly port: number | string | undefined;
  readonly endPort: number | undefined;
}

export interface PolicyRule {
  readonly peers: readonly PolicyPeer[];
  readonly ports: readonly PolicyPort[];
}

export type Direction = 'Ingress' | 'Egress';

/** networking.k8s.io NetworkPolicy. */
export interface NetworkPolicy extends ClusterObject {
  readonly podSelector: LabelSelector;
  /** In force: where the field is empty, what the API server takes it for. */
  readonly policyTypes: readonly Direction[];
  readonly ingress: readonly PolicyRule[];
  readonly egress: readonly PolicyRule[];
}

/** A policy of Calico, of one namespace or of the whole cluster. */
export interface CalicoPolicy extends ClusterObject {
  readonly isGlobal: boolean;
  /** Calico only reports what it would do. */
  readonly isStaged: boolean;
  readonly selector: string;
  readonly namespaceSelector: string;
  readonly types: readonly Direction[];
  readonly ingress: readonly CalicoRule[];
  readonly egress: readonly CalicoRule[];
  /** Takes hold of hosts alone: before connections are tracked, or before addresses are translated. */
  readonly isOfHosts: boolean;
  /** Chooses service accounts, or is in a tier of its own, which may hand on what it does not decide: neither is read. */
  readonly isUndecided: boolean;
}

export interface CalicoRule {
  readonly action: string;
  readonly protocol: string | undefined;
  readonly destinationPorts: readonly string[];
  /** Whether anything but protocol and ports of the destination limits it; what matches everything does not. */
  readonly isLimited: boolean;
}

/** A policy of a kind that is named and not judged. */
export interface OtherPolicy extends ClusterObject {
  /** Directions in which it lets everything through before any NetworkPolicy is asked. */
  readonly opens: readonly Direction[];
}

/** A policy of Cilium. */
export interface CiliumPolicy extends ClusterObject {
  readonly isGlobal: boolean;
  readonly rules: readonly {
    /** Undefined where the rule selects nodes. */
    readonly endpointSelector: LabelSelector | undefined;
    /** Directions in which a pod that it selects takes only what some rule allows. */
    readonly isolates: readonly Direction[];
    /** Directions in which it lets everything through. */
    readonly opens: readonly Direction[];
    readonly authentication: string | undefined;
  }[];
}

/** How the API server dials a webhook: exactly one of `service` and `url` in an object that the API took. */
export interface ClientConfig {
  readonly service: { readonly namespace: string; readonly name: string; readonly port: number } | undefined;
  readonly url: string | undefined;
  /** What the bundle is called among the files; undefined: the public CAs decide. */
  readonly caBundle: string | undefined;
}

export interface ClusterWebhook extends ClusterObject {
  /** The name in the list of the object; for a conversion `conversion`. */
  readonly webhook: string;
  readonly clientConfig: ClientConfig;
  /** `Fail` or `Ignore`; a conversion that fails fails its request. */
  readonly failurePolicy: 'Fail' | 'Ignore';
}

export interface ClusterAPIService extends ClusterObject {
  readonly service: { readonly namespace: string; readonly name: string; readonly port: number } | undefined;
  readonly insecureSkipTLSVerify: boolean;
  readonly caBundle: string | undefined;
  /** What the aggregator says of it; undefined where it says nothing. */
  readonly unavailable: string | undefined;
}

export interface CertificateRequest extends ClusterObject {
  readonly signerName: string;
  readonly username: string;
  readonly state: 'pending' | 'approved' | 'issued' | 'denied' | 'failed';
  /** Of the decision, where somebody wrote one. */
  readonly message: string;
  readonly createdAt: Date | undefined;
}

export interface RoleBinding extends ClusterObject {
  readonly role: { readonly kind: string; readonly name: string };
  readonly subjects: readonly { readonly kind: string; readonly name: string; readonly namespace: string }[];
}

export interface ClusterRole extends ClusterObject {
  readonly rules: readonly {
    readonly verbs: readonly string[];
    readonly resources: readonly string[];
    readonly resourceNames: readonly string[];
    readonly nonResourceURLs: readonly string[];
  }[];
}

/** Of a Secret nothing but what it is, and certificates that are public. */
export interface ClusterSecret extends ClusterObject {
  readonly type: string;
  readonly serviceAccount: string | undefined;
  /** What its public certificate is called among the files; undefined: it is no pair for TLS, or has none. */
  readonly certificate: string | undefined;
}

/** The ConfigMap from which pods of a namespace take the CA of the API server. */
export interface PublishedCA extends ClusterObject {
  /** What the bundle is called among the files; undefined: there is none in it. */
  readonly bundle: string | undefined;
}

/**
 * The ConfigMap extension-apiserver-authentication of kube-system, from which aggregated API servers, scheduler and
 * controller manager take whom to believe.
 */
export interface AuthenticationTrust extends ClusterObject {
  /** What the bundles are called among the files; undefined: there is none in it. */
  readonly clientCAs: string | undefined;
  readonly frontProxyCAs: string | undefined;
  /** Common names that a front proxy may have. */
  readonly allowedNames: readonly string[];
}

/** What ConfigMaps of add-ons set; each is left out where the input does not have it. */
export interface ClusterSettings {
  readonly kubeProxy?: ClusterObject & { readonly nodePortAddresses: readonly string[] };
  /** cilium-config, as it is. */
  readonly cilium?: ClusterObject & { readonly values: Labels };
  readonly flannel?: ClusterObject & {
    readonly backend: string;
    /** Where it is written. */
    readonly port: number | undefined;
  };
  readonly antrea?: ClusterObject & { readonly trafficEncryptionMode: string };
  /** The mesh configuration of each revision. */
  readonly istio: readonly (ClusterObject & {
    readonly rootNamespace: string;
    readonly minProtocolVersion: string | undefined;
  })[];
  readonly linkerd?: ClusterObject & { readonly defaultInboundPolicy: string | undefined };
  readonly coredns?: ClusterObject & {
    /** The lines of every `kubernetes` block of the Corefile. */
    readonly options: readonly (readonly string[])[];
  };
}

export type MTLSMode = 'UNSET' | 'DISABLE' | 'PERMISSIVE' | 'STRICT' | (string & {});

/** security.istio.io PeerAuthentication. */
export interface PeerAuthentication extends ClusterObject {
  /** Undefined or empty: all workloads of its namespace. */
  readonly selector: Labels | undefined;
  readonly mode: MTLSMode;
  readonly ports: ReadonlyMap<string, MTLSMode>;
  readonly createdAt: string;
}

/** networking.istio.io DestinationRule, by what its client side sends. */
export interface DestinationRule extends ClusterObject {
  readonly host: string;
  /** Every place of the object that sets a mode of TLS. */
  readonly tls: readonly { readonly where: string; readonly mode: string; readonly skipsVerification: boolean }[];
}

/** policy.linkerd.io Server. */
export interface LinkerdServer extends ClusterObject {
  readonly podSelector: LabelSelector | undefined;
  readonly port: string;
  /** `deny` where it is not written. */
  readonly accessPolicy: string;
}

/** policy.linkerd.io AuthorizationPolicy, ServerAuthorization: whether it lets in who shows no identity. */
export interface LinkerdAuthorization extends ClusterObject {
  readonly target: string;
  readonly allowsUnauthenticated: boolean;
}

/** crd.projectcalico.org FelixConfiguration. */
export interface FelixConfiguration extends ClusterObject {
  readonly wireguardEnabled: boolean | undefined;
  readonly wireguardEnabledV6: boolean | undefined;
  readonly wireguardHostEncryptionEnabled: boolean | undefined;
  readonly prometheusMetricsEnabled: boolean | undefined;
  /** Undefined: Calico's own. */
  readonly ports: {
    readonly vxlan: number | undefined;
    readonly wireguard: number | undefined;
    readonly wireguardV6: number | undefined;
  };
  /** Undefined: Calico's own list. */
  readonly failsafeInbound: readonly { readonly protocol: string; readonly port: number }[] | undefined;
}

export interface BGPPeer extends ClusterObject {
  readonly peer: string;
  readonly hasPassword: boolean;
}

export interface BGPConfiguration extends ClusterObject {
  /** Whether every node peers with every other; on where it is not written. */
  readonly mesh: boolean;
  readonly hasMeshPassword: boolean;
}

export interface IPPool extends ClusterObject {
  readonly cidr: string;
  /** `Always`, `CrossSubnet` or `Never`; empty where it is not written. */
  readonly ipipMode: string;
  readonly vxlanMode: string;
  readonly isDisabled: boolean;
}

export interface HostEndpoint extends ClusterObject {
  readonly labels: Labels;
}

export interface ClusterModel {
  /** Names of the inputs and files that it was read from. */
  readonly inputs: readonly string[];
  /**
   * Kinds of which the input shows all there are, as far as it can: `NetworkPolicy`, `projectcalico.org/NetworkPolicy`.
   * A kind of which nothing is there counts only where an empty answer of the API is in the input.
   */
  readonly known: ReadonlySet<string>;
  readonly namespaces: readonly ClusterNamespace[];
  readonly pods: readonly ClusterPod[];
  readonly workloads: readonly ClusterPod[];
  readonly services: readonly ClusterService[];
  readonly nodes: readonly ClusterNode[];
  readonly networkPolicies: readonly NetworkPolicy[];
  readonly calicoPolicies: readonly CalicoPolicy[];
  readonly ciliumPolicies: readonly CiliumPolicy[];
  /** Policies of kinds that are named and not judged. */
  readonly otherPolicies: readonly OtherPolicy[];
  readonly webhooks: readonly ClusterWebhook[];
  readonly apiServices: readonly ClusterAPIService[];
  readonly requests: readonly CertificateRequest[];
  readonly roleBindings: readonly RoleBinding[];
  readonly roles: readonly ClusterRole[];
  readonly secrets: readonly ClusterSecret[];
  readonly publishedCAs: readonly PublishedCA[];
  readonly authenticationTrust?: AuthenticationTrust;
  readonly settings: ClusterSettings;
  readonly peerAuthentications: readonly PeerAuthentication[];
  readonly destinationRules: readonly DestinationRule[];
  readonly linkerdServers: readonly LinkerdServer[];
  readonly linkerdAuthorizations: readonly LinkerdAuthorization[];
  readonly felixConfigurations: readonly FelixConfiguration[];
  readonly bgpPeers: readonly BGPPeer[];
  readonly bgpConfigurations: readonly BGPConfiguration[];
  readonly ipPools: readonly IPPool[];
  readonly hostEndpoints: readonly HostEndpoint[];
  /** Certificates inside objects (bundles of CAs, Secrets of type kubernetes.io/tls), by what they are called. */
  readonly files: ReadonlyMap<string, NodeFile>;
}
