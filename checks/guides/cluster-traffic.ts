/** Guides to the checks of objects of the cluster: what passes between pods and nodes, and from outside. */
import type { CheckGuides } from '../../src/model/guide.ts';

const ON_THE_WIRE =
  '`tcpdump -ni <interface of the node> -c 20 udp port 51820 or udp port 51871 or esp` on a node shows packets while two pods on different nodes talk.';

export const CLUSTER_TRAFFIC_GUIDES: CheckGuides = {
  'pod-traffic-encrypted': {
    examined:
      'Whether something encrypts what pods send each other, and for which namespaces: WireGuard or IPsec of the network plugin, or a mesh that demands mutual TLS.',
    consequence:
      'Whoever is on the network between nodes, a router or a neighbour in the same subnet, reads passwords and data of every connection between pods and can answer in their place.',
    steps: [
      'Open the port of the encryption between the nodes first: udp 51820 (Calico; 51821 for IPv6), udp 51871 (Cilium).',
      'Calico: `kubectl patch felixconfiguration default --type merge -p \'{"spec":{"wireguardEnabled":true}}\'`.',
      'Cilium: `helm upgrade cilium cilium/cilium -n kube-system --reuse-values --set encryption.enabled=true --set encryption.type=wireguard`, then `kubectl -n kube-system rollout restart daemonset cilium`.',
      'Or put the namespaces into a mesh, and demand mutual TLS there once all clients are in: Istio, a PeerAuthentication with `mode: STRICT`.',
    ],
    verify: [
      '`wg show` on a node lists every other node with a latest handshake (Calico), or `kubectl -n kube-system exec ds/cilium -- cilium-dbg encrypt status` says Wireguard.',
      ON_THE_WIRE,
    ],
  },
  'node-traffic-encrypted': {
    examined:
      'What the objects of the network plugin say of encryption between nodes: FelixConfiguration, the ConfigMap cilium-config, net-conf.json of flannel, antrea-config.',
    consequence:
      'Traffic of pods leaves the node as it is, inside VXLAN, IP in IP or plain: who can see the network between nodes reads it, and who can send into it can forge it, since none of these has a key.',
    steps: [
      'Open the port between the nodes first: udp 51820 and 51821 (Calico, flannel, Antrea), 51871 (Cilium).',
      'Calico: `wireguardEnabled: true` in the FelixConfiguration default. Cilium: `encryption.enabled=true` and `encryption.type=wireguard`. flannel: `"Backend": {"Type": "wireguard"}` in net-conf.json of `kubectl -n kube-flannel edit configmap kube-flannel-cfg`. Antrea: `trafficEncryptionMode: wireGuard`.',
      'Restart the agents: `kubectl -n <namespace> rollout restart daemonset <agent>`.',
    ],
    verify: ['`wg show` on a node lists every other node with a latest handshake.', ON_THE_WIRE],
  },
  'netpol-default-deny': {
    examined:
      'For each namespace with pods: whether policies (NetworkPolicy, and those of Calico and Cilium) select every pod in both directions, as Kubernetes means selectors and policyTypes.',
    consequence:
      'A pod that no policy selects takes connections from every other pod and sends wherever it likes: who gets into one container reaches the databases, the metadata service of the cloud and the kubelets from there.',
    steps: [
      'Write down which connections are meant, and allow those first: one NetworkPolicy for each.',
      'Allow names to be resolved: an egress rule to port 53, UDP and TCP, of the pods `k8s-app: kube-dns` in kube-system.',
      'Then deny the rest in each namespace: a NetworkPolicy with `podSelector: {}`, `policyTypes: [Ingress, Egress]` and no rules, with `kubectl -n <namespace> apply -f <file>`.',
      'Begin with a namespace that nobody pages for, and watch it for a day.',
    ],
    verify: [
      '`kubectl get networkpolicies -A` shows a policy with POD-SELECTOR <none> in each namespace, and `kubectl -n <namespace> exec <pod> -- nc -zv -w 3 <other pod> <port>` times out where no policy allows it.',
    ],
  },
  'netpol-dns': {
    examined:
      'In namespaces whose pods may send only what policies allow: whether a rule lets them ask the DNS of the cluster.',
    consequence:
      'No pod of the namespace resolves a name: every connection by name fails after a timeout of some seconds, also those that another rule allows.',
    steps: [
      'Apply a NetworkPolicy with `podSelector: {}` and an egress rule to port 53, UDP and TCP, with namespaceSelector `kubernetes.io/metadata.name: kube-system` and podSelector `k8s-app: kube-dns` in one peer.',
      'With NodeLocal DNSCache add its address, 169.254.20.10/32, as an ipBlock.',
    ],
    verify: ['`kubectl -n <namespace> exec <pod> -- nslookup kubernetes.default` answers.'],
  },
  'netpol-cni-support': {
    examined: 'Which network plugin the objects show, and whether it enforces NetworkPolicy at all.',
    consequence:
      'The API server takes every NetworkPolicy and nobody enforces it: all connections stay open while `kubectl get networkpolicies` looks as if they were not. No error shows it.',
    steps: [
      'See what runs: `kubectl get daemonsets -A`.',
      'Beside flannel install Calico for policy alone (Canal), or move to a plugin that enforces policies: Calico, Cilium, Antrea. Moving means to drain and restart node after node.',
    ],
    verify: [
      'In a namespace with a default-deny policy `kubectl -n <namespace> exec <pod> -- nc -zv -w 3 <other pod> <port>` times out.',
    ],
  },
  'istio-mtls-mode': {
    examined:
      'The PeerAuthentication that holds for each pod in the mesh, as Istio resolves it: port, workload, namespace, mesh; where none is written, PERMISSIVE.',
    consequence:
      'The proxy takes plaintext beside mutual TLS: who is not in the mesh reaches the pod without an identity, and only an AuthorizationPolicy that asks for one keeps him out.',
    steps: [
      'See whether plaintext still comes: the metric `istio_requests_total{connection_security_policy="none"}`.',
      'Put its clients into the mesh: label their namespace `istio-injection: enabled` and restart them.',
      'Apply a PeerAuthentication without a selector and with `mtls: {mode: STRICT}` in each namespace, then in the root namespace (istio-system), and remove narrower ones that say otherwise.',
    ],
    verify: [
      '`istioctl experimental describe pod <pod>` says STRICT, and `kubectl -n <namespace outside of the mesh> exec <pod> -- curl -s http://<service>` fails.',
    ],
  },
  'istio-min-tls': {
    examined: 'The field meshMTLS.minProtocolVersion of the mesh configuration in the ConfigMap istio.',
    consequence:
      'Proxies agree on a protocol below TLS 1.2 with who asks for it. Inside of a mesh both ends are proxies of the same release, so nothing needs it.',
    steps: [
      'Set it: `istioctl install --set meshConfig.meshMTLS.minProtocolVersion=TLSV1_3` (or TLSV1_2), or `kubectl -n istio-system edit configmap istio`.',
      'Restart istiod: `kubectl -n istio-system rollout restart deployment istiod`.',
    ],
    verify: ['`kubectl -n istio-system get configmap istio -o yaml | grep -A1 meshMTLS` prints the version.'],
  },
  'istio-destination-tls': {
    examined:
      'Every DestinationRule with trafficPolicy.tls: modes that switch mutual TLS off, or that verify nothing, for hosts of the mesh.',
    consequence:
      'Clients in the mesh send in plaintext to that host, or take any certificate, whatever the server demands. If the server is STRICT the connection fails; if it is PERMISSIVE nobody notices.',
    steps: [
      'Remove `trafficPolicy.tls` from the DestinationRule: clients then use mutual TLS by themselves where the server has it. `kubectl -n <namespace> edit destinationrule <name>`.',
      'For a server outside of the mesh that speaks TLS write `mode: SIMPLE` with `caCertificates`.',
    ],
    verify: [
      '`kubectl get destinationrules -A -o yaml | grep -A1 "tls:"` shows no `mode: DISABLE` and no SIMPLE for hosts of the mesh.',
    ],
  },
  'linkerd-inbound-policy': {
    examined:
      'The default inbound policy of Linkerd (proxy configuration, annotations of namespaces and pods), and Servers with their authorizations.',
    consequence:
      'Proxies take connections without an identity: who is not in the mesh reaches the pod in plaintext, and no rule can tell who it is.',
    steps: [
      'Put the clients into the mesh: annotation `linkerd.io/inject: enabled` on their namespace, and a restart.',
      'Then demand an identity: `linkerd upgrade --set proxy.defaultInboundPolicy=all-authenticated | kubectl apply -f -`, or the annotation `config.linkerd.io/default-inbound-policy: all-authenticated` on namespaces, and restart the pods.',
      'In an AuthorizationPolicy require a MeshTLSAuthentication or a ServiceAccount. Probes of the kubelet stay allowed.',
    ],
    verify: [
      '`linkerd viz edges deployment -n <namespace>` shows SECURED for every client, and `curl` from a pod outside of the mesh is refused.',
    ],
  },
  'linkerd-skip-ports': {
    examined: 'The annotations config.linkerd.io/skip-inbound-ports and skip-outbound-ports of namespaces and pods.',
    consequence:
      'Connections on these ports pass by the proxy: in plaintext, without identity and past every policy of the mesh. Databases are where it is found mostly.',
    steps: [
      'Take the annotation off the namespace or the pod template: `kubectl -n <namespace> edit deployment <name>`.',
      'Where the proxy cannot read the protocol, name the port in `config.linkerd.io/opaque-ports` instead: it stays encrypted.',
      'Restart the pods on both ends: `kubectl -n <namespace> rollout restart deployment <name>`.',
    ],
    verify: ['`kubectl get pods -A -o yaml | grep -c config.linkerd.io/skip-` prints 0.'],
  },
  'calico-wireguard': {
    examined:
      'The fields wireguardEnabled and wireguardEnabledV6 of the FelixConfigurations, the one of a single node before the default, against the families of addresses that pods have.',
    consequence:
      'What is switched on looks like encryption of everything and is not: traffic of the other family, or to and from the node that is left out, goes in plaintext.',
    steps: [
      'Switch on both families that pods use: `kubectl patch felixconfiguration default --type merge -p \'{"spec":{"wireguardEnabled":true,"wireguardEnabledV6":true}}\'`.',
      'Remove what single nodes say otherwise: `kubectl delete felixconfiguration node.<name>`, or correct it.',
      'Open udp 51820 and 51821 between the nodes.',
    ],
    verify: [
      '`wg show` on each node lists wireguard.cali, and wg-v6.cali for IPv6, with a latest handshake for every peer.',
    ],
  },
  'cilium-encryption': {
    examined: 'The keys enable-wireguard, enable-ipsec and their like in the ConfigMap cilium-config.',
    consequence:
      'Cilium sends what pods say in VXLAN, Geneve or plain from node to node: readable for who is on that network, and forgeable for who can send there.',
    steps: [
      'Open udp 51871 between the nodes.',
      '`helm upgrade cilium cilium/cilium -n kube-system --reuse-values --set encryption.enabled=true --set encryption.type=wireguard`.',
      'Restart the agents: `kubectl -n kube-system rollout restart daemonset cilium`.',
    ],
    verify: ['`kubectl -n kube-system exec ds/cilium -- cilium-dbg encrypt status` prints Wireguard and every peer.'],
  },
  'cilium-mutual-auth': {
    examined:
      'CiliumNetworkPolicies with authentication.mode required, against whether the plugin encrypts between nodes.',
    consequence:
      'The two pods authenticate each other by a handshake beside the connection, and what follows goes in plaintext: who is on the network between the nodes reads it, and can write into it.',
    steps: [
      'Switch WireGuard on beside it: `helm upgrade cilium cilium/cilium -n kube-system --reuse-values --set encryption.enabled=true --set encryption.type=wireguard`.',
      'Restart the agents: `kubectl -n kube-system rollout restart daemonset cilium`.',
    ],
    verify: ['`kubectl -n kube-system exec ds/cilium -- cilium-dbg encrypt status` prints Wireguard.'],
  },
  'calico-bgp-password': {
    examined: 'Every BGPPeer of Calico, and the mesh among nodes: whether a password is named.',
    consequence:
      'Who can reach port 179 of a node, or stand between it and its router, resets the session or announces routes of his own: traffic of pods then goes to him.',
    steps: [
      'Make a Secret with the password in the namespace of calico-node, and let its service account read it.',
      'Name it in `spec.password.secretKeyRef` of the BGPPeer, at the same time as on the router: `kubectl edit bgppeer <name>`. For the mesh among nodes: `spec.nodeMeshPassword` of the BGPConfiguration default.',
      'Sessions are set up anew: do it node by node where there is no second router.',
    ],
    verify: ['`calicoctl node status` on the node shows the peer as Established.'],
  },
  'calico-failsafe': {
    examined:
      'Policies of Calico for HostEndpoints, and the failsafe ports of the FelixConfiguration: whether the API server can still dial port 10250 of the nodes.',
    consequence:
      'With HostEndpoints and no rule for it `kubectl logs`, `exec` and `port-forward` hang, metrics-server has no metrics, and webhooks on the host network time out. Nodes stay Ready, so that nothing else shows it.',
    steps: [
      'Allow it before the HostEndpoints are made: an ingress rule to TCP 10250 from the control plane in the GlobalNetworkPolicy (`kubectl edit globalnetworkpolicy <name>`).',
      'Or add it to `failsafeInboundHostPorts` of the FelixConfiguration default, with all the ports that are there already: a list that is written replaces the one built in.',
    ],
    verify: ['`kubectl logs` of a pod on that node prints at once.'],
  },
  'calico-typha-tls': {
    examined:
      'The variables TYPHA_* and FELIX_TYPHA* of the Typha Deployment and the calico-node DaemonSet: CA, certificate, key and expected name on both sides.',
    consequence:
      'Typha tells every policy to who connects to port 5473, and agents believe whoever answers there: who stands in between gives them policies of his own, so that all is open.',
    steps: [
      'Install Calico with its operator, which makes certificates for both sides.',
      'Or set TYPHA_CAFILE, TYPHA_SERVERCERTFILE, TYPHA_SERVERKEYFILE and TYPHA_CLIENTCN on Typha (`kubectl -n kube-system edit deployment calico-typha`), and FELIX_TYPHACAFILE, FELIX_TYPHACERTFILE, FELIX_TYPHAKEYFILE and FELIX_TYPHACN on calico-node.',
      'Agents first would be cut off from a Typha without a certificate: set the server side, then the agents.',
    ],
    verify: [
      '`openssl s_client -connect <address of a Typha pod>:5473 </dev/null` shows a certificate and asks for one of the client.',
    ],
  },
  'rbac-anonymous-bindings': {
    examined:
      'RoleBindings and ClusterRoleBindings of the export whose subjects are system:anonymous or system:unauthenticated, but for those that Kubernetes and kubeadm make themselves.',
    consequence:
      'Whoever reaches the API server, or a kubelet with Webhook authorization, has these rights without any credential. Bindings to cluster-admin that somebody made for a test are found by scanners within hours.',
    steps: [
      'See who uses it: audit log, user system:anonymous.',
      'Give them a credential: a service account and `kubectl create token <account>`.',
      'Delete the binding: `kubectl delete clusterrolebinding <name>`. The API server makes its own bindings again when it starts.',
    ],
    verify: [
      '`kubectl auth can-i --list --as=system:anonymous --as-group=system:unauthenticated` prints health, version and discovery paths alone.',
    ],
  },
  'nodeport-exposure': {
    examined:
      'Services of type NodePort and LoadBalancer, nodePortAddresses of kube-proxy, loadBalancerSourceRanges and externalTrafficPolicy.',
    consequence:
      'Each of these ports is open on every address of every node, the public one included, unless a firewall is before it. NetworkPolicies may not see the real source, since kube-proxy replaces it.',
    steps: [
      'Give a Service that nobody outside needs `type: ClusterIP`: `kubectl -n <namespace> edit service <name>`.',
      'Behind a load balancer that dials pods set `allocateLoadBalancerNodePorts: false`, and limit who gets in with `loadBalancerSourceRanges`.',
      'Limit the addresses for all: `nodePortAddresses: [primary]` (1.31 and later) in `kubectl -n kube-system edit configmap kube-proxy`, then `kubectl -n kube-system rollout restart daemonset kube-proxy`.',
    ],
    verify: [
      '`curl -m 3 http://<public address of a node>:<node port>` from outside times out or is refused, and `kubectl get services -A | grep -E "NodePort|LoadBalancer"` lists what is meant.',
    ],
    defaults: { 'kube-proxy': ['nodeport-addresses'] },
  },
  'hostnetwork-exposure': {
    examined:
      'Pods with hostNetwork or hostPort that are not part of the control plane, the network plugin or another system namespace.',
    consequence:
      'The pod listens on the addresses of the node and no NetworkPolicy holds for it; it reaches what answers on loopback alone, such as the health port of the kubelet or a metrics port, as if it were the node.',
    steps: [
      'Take `hostNetwork: true` and `hostPort` out of the template, and put a Service before it: `kubectl -n <namespace> edit daemonset <name>`.',
      'Forbid both where nobody needs them: `kubectl label namespace <name> pod-security.kubernetes.io/enforce=baseline`.',
    ],
    verify: [
      '`kubectl get pods -A -o custom-columns=NAMESPACE:.metadata.namespace,NAME:.metadata.name,HOST:.spec.hostNetwork | grep true` lists what is meant.',
    ],
  },
};
