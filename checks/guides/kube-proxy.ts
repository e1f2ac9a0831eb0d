/** Guides to the checks of what kube-proxy serves and dials, and of how CoreDNS dials the API server. */
import type { CheckGuides } from '../../src/model/guide.ts';
import { KUBE_PROXY_PLACE } from './places.ts';

/** A kubeadm cluster keeps its configuration in the ConfigMap; others have a file, and --config names it. */
function setField(field: string): readonly string[] {
  return [
    `Set \`${field}\` in the KubeProxyConfiguration: \`kubectl -n kube-system edit configmap kube-proxy\`, key config.conf; without kubeadm in the file of --config. Flags beside it do not count.`,
    KUBE_PROXY_PLACE.restart,
  ];
}

export const KUBE_PROXY_GUIDES: CheckGuides = {
  'kube-proxy-kubeconfig': {
    examined:
      '`clientConnection.kubeconfig` of kube-proxy (--kubeconfig without a configuration file), or --master. Without them it dials with the service account of its pod, which no file of the node shows.',
    consequence:
      'Nothing is wrong by that. But by which CA it takes the API server for the real one stays unknown here, and whoever answers in its place sends the traffic of every Service on the node where he likes. Outside of a pod it does not start without one: `unable to load in-cluster configuration`.',
    steps: [
      'Look what it uses: `kubectl -n kube-system get daemonset kube-proxy -o yaml | grep -E "serviceAccount|config"`.',
      ...setField('clientConnection.kubeconfig: /var/lib/kube-proxy/kubeconfig.conf'),
      'The file has the cluster CA in certificate-authority and `tokenFile: /var/run/secrets/kubernetes.io/serviceaccount/token`; kubeadm writes it into the same ConfigMap, key kubeconfig.conf.',
    ],
    verify: [
      '`kubectl -n kube-system get configmap kube-proxy -o yaml | grep -A4 clientConnection` prints the kubeconfig.',
      KUBE_PROXY_PLACE.runs,
    ],
    defaults: { 'kube-proxy': ['kubeconfig', 'master'] },
  },
  'kube-proxy-metrics-bind': {
    examined:
      '`metricsBindAddress` of kube-proxy (--metrics-bind-address, --metrics-port) against loopback, and `enableProfiling`.',
    consequence:
      'Port 10249 has no TLS and asks nobody for a credential, in any version. Whoever reaches the node, a pod among them, reads /metrics and /configz, and with enableProfiling /debug/pprof: how the network of the cluster is laid out, and profiles that slow down what programs the rules of Services.',
    steps: [
      'If Prometheus scrapes it from another machine, put a proxy that authenticates on the node for it first (kube-rbac-proxy).',
      ...setField('metricsBindAddress: 127.0.0.1:10249'),
    ],
    verify: [
      '`ss -ltn "sport = :10249"` on a node shows 127.0.0.1:10249 and no other address, and `curl -s http://127.0.0.1:10249/healthz` prints ok.',
    ],
    defaults: { 'kube-proxy': ['metrics-bind-address', 'metrics-port', 'profiling'] },
  },
  'kube-proxy-healthz-bind': {
    examined:
      '`healthzBindAddress` of kube-proxy (--healthz-bind-address, --healthz-port), which is open to other machines on purpose.',
    consequence:
      'It is no fault: load balancers of Services ask port 10256 over plain HTTP whether the node takes traffic, and are told no more than that and a time. But whoever reaches it can keep it busy. Closed while a load balancer needs it, the node gets no more traffic from outside.',
    steps: [
      'See whether a Service of type LoadBalancer is there: `kubectl get services -A | grep LoadBalancer`.',
      'If so, leave it, and let a firewall admit only the load balancers to port 10256; `kubetls ports --firewall nftables` prints such rules.',
      'If not, close it as follows.',
      ...setField('healthzBindAddress: 127.0.0.1:10256'),
    ],
    verify: [
      '`ss -ltn "sport = :10256"` on a node shows the address that you meant, and `curl -s -o /dev/null -w "%{http_code}\\n" http://127.0.0.1:10256/healthz` prints 200.',
    ],
    defaults: { 'kube-proxy': ['healthz-bind-address', 'healthz-port'] },
  },
  'kube-proxy-nodeport-addresses': {
    examined:
      '`nodePortAddresses` of kube-proxy (--nodeport-addresses): networks that hold every address, entries that are no network, and `primary`, by version.',
    consequence:
      'Every NodePort, and that of every Service of type LoadBalancer, answers on all addresses of all nodes, a public one or one of the management network included: a Service that was meant for the inside is on the internet. Nothing shows it in the Service. With an entry that its version does not know kube-proxy does not start, and rules of Services on the node no longer change.',
    steps: [
      'See which addresses nodes have, and who uses NodePorts from where: `ip -brief address`, `kubectl get services -A -o wide | grep -E "NodePort|LoadBalancer"`.',
      ...setField('nodePortAddresses: [10.20.0.0/24]'),
      'From 1.31 on `nodePortAddresses: [primary]` stands for the addresses of the node itself; it has to be the only entry.',
    ],
    verify: [
      '`kubectl -n kube-system get configmap kube-proxy -o yaml | grep -A2 nodePortAddresses` prints the networks.',
      '`curl -s -m 3 -o /dev/null -w "%{http_code}\\n" http://<address outside of them>:<NodePort>/` prints 000.',
      KUBE_PROXY_PLACE.runs,
    ],
    defaults: { 'kube-proxy': ['nodeport-addresses'] },
  },
  'coredns-corefile': {
    examined:
      'The options endpoint, tls and kubeconfig in the kubernetes block of the Corefile (ConfigMap coredns of kube-system): whether CoreDNS dials the API server without TLS, or by TLS without a CA of its own.',
    consequence:
      'CoreDNS tells every pod which address a name stands for, and takes that from whoever answers as API server. Without TLS, or with the public CAs of its image, somebody on the way sends connections to databases and to the registry to himself. No pod notices.',
    steps: [
      'Take `endpoint`, `tls` and `kubeconfig` out of the kubernetes block: `kubectl -n kube-system edit configmap coredns`. CoreDNS then uses the service account of its pod, and the CA that every pod gets.',
      'See that this service account may list what it needs: `kubectl get clusterrolebinding system:coredns -o wide`.',
      'Let it read the file: the plugin reload does so within minutes; without that `kubectl -n kube-system rollout restart deployment coredns`.',
    ],
    verify: [
      '`kubectl -n kube-system get configmap coredns -o yaml | grep -A8 " kubernetes "` prints the block without endpoint, tls and kubeconfig.',
      '`kubectl -n kube-system logs -l k8s-app=kube-dns --tail=20` shows no error of the plugin kubernetes, and `kubectl run dns --rm -it --restart=Never --image=busybox -- nslookup kubernetes.default` prints its address.',
    ],
  },
};
