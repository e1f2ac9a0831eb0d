import {
  calicoPolicy,
  ciliumPolicy,
  destinationRule,
  linkerdProxy,
  meshed,
  peerAuthentication,
} from '../support/cluster.ts';
import {
  configMap,
  crd,
  daemonSet,
  denied,
  deployment,
  folder,
  namespace,
  networkPolicy,
  object,
  pod,
  service,
  STOCK,
} from '../../fixtures/exports/objects.ts';
import type { ObjectOfAPI } from '../../fixtures/exports/objects.ts';
import type { CheckCase } from '../support/cases.ts';

const WEB = pod('shop/web', { labels: { app: 'web' } });
const CALICO = daemonSet('kube-system/calico-node', 'docker.io/calico/node:v3.30.0');
const CILIUM = daemonSet('kube-system/cilium', 'quay.io/cilium/cilium:v1.18.0');
const FLANNEL = daemonSet('kube-flannel/kube-flannel-ds', 'ghcr.io/flannel-io/flannel:v0.27.0');
const FELIX = object('crd.projectcalico.org/v1', 'FelixConfiguration', 'default', { spec: { wireguardEnabled: true } });
const LIMITED = denied('shop');
const pool = (cidr: string): ObjectOfAPI =>
  object('crd.projectcalico.org/v1', 'IPPool', cidr.replace(/[^a-f0-9]/g, '-'), { spec: { cidr } });

const flannelNet = (backend: string): ObjectOfAPI =>
  configMap('kube-flannel/kube-flannel-cfg', {
    'net-conf.json': JSON.stringify({ Network: '10.244.0.0/16', Backend: { Type: backend } }),
  });
const ciliumConfig = (values: Readonly<Record<string, string>>): ObjectOfAPI =>
  configMap('kube-system/cilium-config', values);

const beside = (...objects: readonly ObjectOfAPI[]): Readonly<Record<string, string>> => folder([...STOCK, ...objects]);

const ROUTER = daemonSet('kube-system/kube-router', 'docker.io/cloudnativelabs/kube-router:v2.5.0');

/** A policy of a namespace, for all its endpoints. */
const ciliumOf = (rules: Readonly<Record<string, unknown>>): readonly ObjectOfAPI[] => [
  object('cilium.io/v2', 'CiliumNetworkPolicy', 'shop/own', { spec: { endpointSelector: {}, ...rules } }),
  crd('cilium.io', 'CiliumNetworkPolicy'),
];
/** A policy for all pods, in both directions. */
const calicoOf = (spec: Readonly<Record<string, unknown>>): readonly ObjectOfAPI[] =>
  calicoPolicy('GlobalNetworkPolicy', 'all', { selector: 'all()', types: ['Ingress', 'Egress'], ...spec });
const adminPolicy = (kind: string, action: string): ObjectOfAPI =>
  object('policy.networking.k8s.io/v1alpha1', kind, 'default', {
    spec: {
      ...(kind === 'AdminNetworkPolicy' ? { priority: 10 } : {}),
      subject: { namespaces: {} },
      ingress: [{ action, from: [{ namespaces: {} }] }],
    },
  });

const DENY = 'netpol-default-deny';
const ISTIO = meshed('shop/web', { app: 'web' });
const STRICT = peerAuthentication('istio-system/default', { mtls: { mode: 'STRICT' } });
const GATEWAY = pod('istio-ingress/gateway', {
  containers: [{ name: 'istio-proxy', image: 'docker.io/istio/proxyv2:1.27.0', args: ['proxy', 'router'] }],
});
const AMBIENT_PORT = [
  namespace('calm', { labels: { 'istio.io/dataplane-mode': 'ambient' } }),
  pod('calm/web', { labels: { app: 'web' } }),
  STRICT,
  peerAuthentication('calm/web', {
    selector: { matchLabels: { app: 'web' } },
    portLevelMtls: { 8080: { mode: 'PERMISSIVE' } },
  }),
];
const MODE = 'istio-mtls-mode';
const LINKERD = 'linkerd-inbound-policy';

export const cases: readonly CheckCase[] = [
  { name: 'both directions, with the exception for DNS', check: DENY, expect: 'pass', beside: beside(WEB, ...LIMITED) },
  {
    name: 'no policy at all',
    check: DENY,
    expect: 'warn',
    message: /shop .*both directions.*all pods take anything and all pods send anything/,
    beside: beside(WEB),
  },
  {
    name: 'ingress alone, which an empty policyTypes means without egress rules',
    check: DENY,
    expect: 'warn',
    message: /direction Egress/,
    beside: beside(WEB, networkPolicy('shop/in', { podSelector: {} })),
  },
  {
    name: 'egress rules without policyTypes count for both directions',
    check: DENY,
    expect: 'pass',
    beside: beside(
      WEB,
      networkPolicy('shop/all', { podSelector: {}, egress: [{ ports: [{ port: 53, protocol: 'UDP' }] }] }),
    ),
  },
  {
    name: 'a policy of another namespace limits nobody here',
    check: DENY,
    expect: 'warn',
    beside: beside(WEB, ...denied('default')),
  },
  {
    name: 'a policy that lets everything through undoes the others',
    check: DENY,
    expect: 'warn',
    message: /direction Ingress/,
    beside: beside(
      WEB,
      ...LIMITED,
      networkPolicy('shop/open', {
        podSelector: { matchLabels: { app: 'web' } },
        policyTypes: ['Ingress'],
        ingress: [{}],
      }),
    ),
  },
  {
    name: 'open to every namespace',
    check: DENY,
    expect: 'warn',
    message: /direction Ingress/,
    beside: beside(
      WEB,
      ...LIMITED,
      networkPolicy('shop/open', {
        podSelector: {},
        policyTypes: ['Ingress'],
        ingress: [{ from: [{ namespaceSelector: {} }] }],
      }),
    ),
  },
  {
    name: 'every pod is chosen by its labels, and a new one would not be',
    check: DENY,
    expect: 'warn',
    message: /a pod with other labels would not be/,
    beside: beside(
      WEB,
      networkPolicy('shop/web', {
        podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['web'] }] },
        policyTypes: ['Ingress', 'Egress'],
      }),
    ),
  },
  {
    name: 'pods that no policy selects are named',
    check: DENY,
    expect: 'warn',
    message: /Pod other take anything and Pod other send anything/,
    beside: beside(
      WEB,
      pod('shop/other'),
      networkPolicy('shop/web', { podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Ingress', 'Egress'] }),
    ),
  },
  {
    name: 'pods of the cluster itself, and those on the network of the host, are nobody’s to blame',
    check: DENY,
    expect: 'pass',
    message: /No namespace has pods/,
    beside: beside(pod('shop/agent', { hostNetwork: true })),
  },
  {
    name: 'policies were not exported',
    check: DENY,
    expect: 'not-assessed',
    message: /no NetworkPolicy/,
    beside: folder([...STOCK, WEB], 'networkpolicies'),
  },
  {
    name: "Calico's policy for everything denies by default",
    check: DENY,
    expect: 'pass',
    beside: beside(
      WEB,
      CALICO,
      ...calicoPolicy('GlobalNetworkPolicy', 'default-deny', {
        selector: "projectcalico.org/namespace not in {'kube-system'}",
        types: ['Ingress', 'Egress'],
      }),
    ),
  },
  {
    name: 'a staged policy of Calico limits nobody',
    check: DENY,
    expect: 'warn',
    beside: beside(
      WEB,
      CALICO,
      ...calicoPolicy('StagedGlobalNetworkPolicy', 'default-deny', { selector: 'all()', types: ['Ingress', 'Egress'] }),
    ),
  },
  {
    name: 'a policy of Calico that passes everything on is not followed to the end',
    check: DENY,
    expect: 'not-assessed',
    beside: beside(
      WEB,
      CALICO,
      ...calicoPolicy('GlobalNetworkPolicy', 'first', {
        selector: 'all()',
        types: ['Ingress', 'Egress'],
        ingress: [{ action: 'Pass' }],
      }),
    ),
  },
  {
    name: 'a policy of Cilium for all endpoints',
    check: DENY,
    expect: 'pass',
    beside: beside(WEB, CILIUM, ...ciliumPolicy('deny', { endpointSelector: {}, ingress: [{}], egress: [{}] })),
  },
  {
    name: 'one that does not deny by default',
    check: DENY,
    expect: 'warn',
    beside: beside(
      WEB,
      CILIUM,
      ...ciliumPolicy('allow', {
        endpointSelector: {},
        enableDefaultDeny: { ingress: false, egress: false },
        ingress: [{}],
        egress: [{}],
      }),
    ),
  },
  {
    name: 'a policy of Cilium that lets in its own namespace alone',
    check: DENY,
    expect: 'pass',
    beside: beside(WEB, CILIUM, ...ciliumOf({ ingress: [{ fromEndpoints: [{}] }], egress: [{ toEndpoints: [{}] }] })),
  },
  {
    name: 'one that lets in every namespace',
    check: DENY,
    expect: 'warn',
    message: /direction Ingress/,
    beside: beside(
      WEB,
      CILIUM,
      ...ciliumOf({
        ingress: [
          { fromEndpoints: [{ matchExpressions: [{ key: 'k8s:io.kubernetes.pod.namespace', operator: 'Exists' }] }] },
        ],
        egress: [{}],
      }),
    ),
  },
  {
    name: 'an empty list of rules is none to Cilium',
    check: DENY,
    expect: 'warn',
    message: /both directions/,
    beside: beside(WEB, CILIUM, ...ciliumOf({ ingress: [], egress: [] })),
  },
  {
    name: 'policies of Cilium, where kube-router runs',
    check: DENY,
    expect: 'warn',
    beside: beside(WEB, ROUTER, ...ciliumOf({ ingress: [{}], egress: [{}] })),
  },
  {
    name: 'policies of Calico, where Cilium runs',
    check: DENY,
    expect: 'warn',
    beside: beside(WEB, CILIUM, ...calicoOf({})),
  },
  {
    name: 'Cilium that isolates whatever no policy selects',
    check: DENY,
    expect: 'pass',
    beside: beside(WEB, CILIUM, ciliumConfig({ 'enable-policy': 'always' })),
  },
  {
    name: 'policies that nothing makes hold are not said to deny',
    check: DENY,
    expect: 'pass',
    message: /would deny by default .*if anything made them hold/,
    beside: beside(WEB, FLANNEL, ...LIMITED),
  },
  {
    name: 'an AdminNetworkPolicy that allows everything comes before the others',
    check: DENY,
    expect: 'not-assessed',
    beside: beside(WEB, ...LIMITED, adminPolicy('AdminNetworkPolicy', 'Allow')),
  },
  {
    name: 'one that denies opens nothing',
    check: DENY,
    expect: 'pass',
    beside: beside(WEB, ...LIMITED, adminPolicy('AdminNetworkPolicy', 'Deny')),
  },
  ...(
    [
      ['the metadata service of a cloud', '169.254.169.254/32', 'warn'],
      ['the networks of the cluster', '10.0.0.0/8', 'pass'],
    ] as const
  ).map(([name, except, expect]): CheckCase => ({
    name: `what may send everywhere but to ${name}`,
    check: DENY,
    expect,
    beside: beside(
      WEB,
      networkPolicy('shop/all', {
        podSelector: {},
        policyTypes: ['Ingress', 'Egress'],
        egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0', except: [except] } }] }],
      }),
    ),
  })),
  {
    name: 'a baseline comes after the others',
    check: DENY,
    expect: 'pass',
    beside: beside(WEB, ...LIMITED, adminPolicy('BaselineAdminNetworkPolicy', 'Allow')),
  },
  ...(
    [
      ['every address', { ingress: [{ action: 'Allow', source: { nets: ['0.0.0.0/0'] } }] }],
      ['every pod', { ingress: [{ action: 'Allow', source: { selector: 'all()' } }] }],
      ['every namespace', { ingress: [{ action: 'Allow', source: { namespaceSelector: 'all()' } }] }],
      ['every port of TCP', { ingress: [{ action: 'Allow', protocol: 'TCP' }] }],
    ] as const
  ).map(([name, spec]): CheckCase => ({
    name: `a policy of Calico that allows ${name}`,
    check: DENY,
    expect: 'not-assessed',
    beside: beside(WEB, CALICO, ...calicoOf(spec)),
  })),
  {
    name: 'a policy of Calico for single service accounts is not one for all',
    check: DENY,
    expect: 'not-assessed',
    beside: beside(WEB, CALICO, ...calicoOf({ serviceAccountSelector: "role == 'job'" })),
  },
  {
    name: 'a tier of Calico may hand on what it does not decide',
    check: DENY,
    expect: 'not-assessed',
    beside: beside(WEB, CALICO, ...calicoOf({ tier: 'security' })),
  },
  {
    name: 'a policy of Calico for named senders alone',
    check: DENY,
    expect: 'pass',
    beside: beside(
      WEB,
      CALICO,
      ...calicoOf({ ingress: [{ action: 'Allow', source: { selector: "app == 'web'" }, protocol: 'TCP' }] }),
    ),
  },
  {
    name: 'every port is as good as no port',
    check: DENY,
    expect: 'warn',
    message: /both directions/,
    beside: beside(
      WEB,
      networkPolicy('shop/open', {
        podSelector: {},
        policyTypes: ['Ingress', 'Egress'],
        ingress: [{ ports: [{ protocol: 'TCP' }, { protocol: 'UDP' }] }],
        egress: [{ ports: [{ protocol: 'TCP', port: 1, endPort: 65_535 }] }],
      }),
    ),
  },
  {
    name: 'a selector that every namespace has is as good as an empty one',
    check: DENY,
    expect: 'warn',
    message: /direction Ingress/,
    beside: beside(
      WEB,
      ...LIMITED,
      networkPolicy('shop/open', {
        podSelector: {},
        policyTypes: ['Ingress'],
        ingress: [
          {
            from: [
              { namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'Exists' }] } },
            ],
          },
        ],
      }),
    ),
  },
  {
    name: 'a policy of Calico by labels of namespaces that were not exported',
    check: DENY,
    expect: 'not-assessed',
    beside: folder(
      [
        ...STOCK.filter(({ kind }) => kind !== 'Namespace'),
        WEB,
        CALICO,
        ...calicoOf({ namespaceSelector: "env == 'prod'" }),
      ],
      'namespaces',
    ),
  },
  {
    name: 'Calico runs, and its own policies were not exported',
    check: DENY,
    expect: 'not-assessed',
    beside: folder([...STOCK, WEB, CALICO, crd('crd.projectcalico.org', 'GlobalNetworkPolicy')]),
  },

  { name: 'queries go through', check: 'netpol-dns', expect: 'pass', beside: beside(WEB, ...LIMITED) },
  {
    name: 'nothing goes out',
    check: 'netpol-dns',
    expect: 'warn',
    message: /names are not resolved/,
    beside: beside(WEB, ...LIMITED.slice(0, 1)),
  },
  {
    name: 'port 53 of another namespace is no DNS',
    check: 'netpol-dns',
    expect: 'warn',
    beside: beside(
      WEB,
      ...LIMITED.slice(0, 1),
      networkPolicy('shop/dns', {
        podSelector: {},
        policyTypes: ['Egress'],
        egress: [
          {
            to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } } }],
            ports: [{ port: 53, protocol: 'UDP' }],
          },
        ],
      }),
    ),
  },
  {
    name: 'whether a policy of another kind lets queries through is not followed',
    check: 'netpol-dns',
    expect: 'not-assessed',
    beside: beside(WEB, ...LIMITED.slice(0, 1), CALICO, ...calicoOf({ namespaceSelector: "name == 'other'" })),
  },
  {
    name: 'a policy that Calico only tries out lets nothing through',
    check: 'netpol-dns',
    expect: 'warn',
    beside: beside(WEB, ...LIMITED.slice(0, 1), CALICO, ...calicoPolicy('StagedGlobalNetworkPolicy', 'dns', {})),
  },
  {
    name: 'the DNS of OpenShift has a namespace of its own',
    check: 'netpol-dns',
    expect: 'pass',
    beside: beside(
      WEB,
      namespace('openshift-dns'),
      service('openshift-dns/dns-default', { ports: [{ port: 53, protocol: 'UDP' }] }),
      networkPolicy('shop/dns', {
        podSelector: {},
        policyTypes: ['Egress'],
        egress: [
          {
            to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'openshift-dns' } } }],
            ports: [{ port: 5353, protocol: 'UDP' }],
          },
        ],
      }),
    ),
  },
  {
    name: 'policies were not exported',
    check: 'netpol-dns',
    expect: 'not-assessed',
    beside: folder([...STOCK, WEB], 'networkpolicies'),
  },

  { name: 'Calico', check: 'netpol-cni-support', expect: 'pass', message: /Calico/, beside: beside(CALICO) },
  {
    name: 'Canal: Calico filters what flannel carries',
    check: 'netpol-cni-support',
    expect: 'pass',
    beside: beside(CALICO, FLANNEL),
  },
  {
    name: 'flannel alone',
    check: 'netpol-cni-support',
    expect: 'warn',
    message: /the 2 that are written hold nobody back/,
    beside: beside(FLANNEL, ...LIMITED),
  },
  ...(
    [
      ['enable-policy', 'never'],
      ['policy-audit-mode', 'true'],
      ['enable-k8s-networkpolicy', 'false'],
    ] as const
  ).map(([key, value]): CheckCase => ({
    name: `Cilium with ${key} ${value}`,
    check: 'netpol-cni-support',
    expect: 'warn',
    message: new RegExp(`Cilium \\(${key} is ${value}\\) does not enforce`),
    beside: beside(CILIUM, ciliumConfig({ [key]: value }), ...LIMITED),
  })),
  {
    name: 'Cilium as it is installed',
    check: 'netpol-cni-support',
    expect: 'pass',
    beside: beside(CILIUM, ciliumConfig({ 'enable-policy': 'default', 'policy-audit-mode': 'false' })),
  },
  {
    name: 'kube-router for routes alone',
    check: 'netpol-cni-support',
    expect: 'warn',
    message: /--run-firewall is false/,
    beside: beside(
      pod('kube-system/kube-router', {
        hostNetwork: true,
        containers: [{ name: 'kube-router', image: 'cloudnativelabs/kube-router:v2', args: ['--run-firewall=false'] }],
      }),
    ),
  },
  { name: 'no agent is to be seen', check: 'netpol-cni-support', expect: 'not-assessed', beside: beside() },

  {
    name: 'WireGuard of Calico, and policies',
    check: 'pod-traffic-encrypted',
    expect: 'pass',
    message: /shop is encrypted by WireGuard of Calico between nodes/,
    row: { status: 'pass', encrypted: 'yes' },
    beside: beside(WEB, ...LIMITED, CALICO, FELIX),
  },
  {
    name: 'WireGuard of Calico that leaves a family out is no encryption of all',
    check: 'pod-traffic-encrypted',
    expect: 'warn',
    message: /Not all that pods of shop send and take is encrypted.*IPv4 only/,
    row: { encrypted: 'no' },
    beside: beside(WEB, CALICO, FELIX, ...['10.244.0.0/16', 'fd00::/48'].map(pool)),
  },
  {
    name: 'mutual TLS that Istio demands',
    check: 'pod-traffic-encrypted',
    expect: 'pass',
    message: /mutual TLS of Istio\./,
    row: { encrypted: 'yes', clientAuthenticated: 'yes' },
    beside: beside(ISTIO, STRICT),
  },
  {
    name: 'a port past the proxy of Istio',
    check: 'pod-traffic-encrypted',
    expect: 'fail',
    beside: beside(
      meshed('shop/web', { app: 'web' }, { 'traffic.sidecar.istio.io/excludeInboundPorts': '9090' }),
      STRICT,
      FLANNEL,
      flannelNet('vxlan'),
    ),
  },
  {
    name: 'a port that is excepted in ambient mode',
    check: 'pod-traffic-encrypted',
    expect: 'fail',
    beside: beside(...AMBIENT_PORT, FLANNEL, flannelNet('vxlan')),
  },
  {
    name: 'templates show no proxy, which is put into pods later',
    check: 'pod-traffic-encrypted',
    expect: 'not-assessed',
    message: /only when they are made/,
    beside: folder(
      [
        ...STOCK.filter(({ kind }) => kind !== 'Pod'),
        namespace('calm', { labels: { 'istio-injection': 'enabled' } }),
        deployment('calm/web', 'registry.example.com/app:1'),
        STRICT,
        FLANNEL,
        flannelNet('vxlan'),
      ],
      'pods',
    ),
  },
  {
    name: 'a Server of Linkerd that lets in who shows no identity',
    check: 'pod-traffic-encrypted',
    expect: 'not-assessed',
    message: /by a Server or an authorization/,
    beside: beside(
      linkerdProxy('shop/web', { 'config.linkerd.io/default-inbound-policy': 'all-authenticated' }),
      object('policy.linkerd.io/v1beta3', 'Server', 'shop/web', {
        spec: { port: 8080, podSelector: {}, accessPolicy: 'all-unauthenticated' },
      }),
    ),
  },
  {
    name: 'istiod and gateways speak TLS by themselves',
    check: 'pod-traffic-encrypted',
    expect: 'pass',
    message: /^Traffic of shop is encrypted by mutual TLS of Istio\.$/,
    beside: beside(
      ISTIO,
      STRICT,
      GATEWAY,
      pod('istio-system/istiod', { containers: [{ name: 'discovery', image: 'docker.io/istio/pilot:1.27.0' }] }),
      FLANNEL,
      flannelNet('vxlan'),
    ),
  },
  {
    name: 'mutual TLS that Linkerd demands',
    check: 'pod-traffic-encrypted',
    expect: 'pass',
    message: /mutual TLS of Linkerd/,
    beside: beside(linkerdProxy('shop/web', { 'config.linkerd.io/default-inbound-policy': 'all-authenticated' })),
  },
  {
    name: 'neither encrypted nor limited',
    check: 'pod-traffic-encrypted',
    expect: 'fail',
    message: /flannel's backend is vxlan/,
    row: { status: 'fail', encrypted: 'no' },
    beside: beside(WEB, FLANNEL, flannelNet('vxlan')),
  },
  {
    name: 'limited and not encrypted',
    check: 'pod-traffic-encrypted',
    expect: 'warn',
    beside: beside(WEB, ...LIMITED, CILIUM, ciliumConfig({})),
  },
  {
    name: 'policies that nothing makes hold limit nobody',
    check: 'pod-traffic-encrypted',
    expect: 'fail',
    message: /no policies that hold/,
    beside: beside(WEB, FLANNEL, flannelNet('vxlan'), ...LIMITED),
  },
  {
    name: 'whether policies limit anybody is not known',
    check: 'pod-traffic-encrypted',
    expect: 'warn',
    message: /the input does not show/,
    beside: folder([...STOCK, WEB, FLANNEL, flannelNet('vxlan')], 'networkpolicies'),
  },
  {
    name: 'of pods only those of kube-system were exported: what makes the others counts',
    check: 'pod-traffic-encrypted',
    expect: 'fail',
    message: /pods of shop/,
    beside: beside(deployment('shop/web', 'registry.example.com/app:1'), FLANNEL, flannelNet('vxlan')),
  },
  {
    name: "flannel's WireGuard",
    check: 'pod-traffic-encrypted',
    expect: 'pass',
    message: /WireGuard of flannel/,
    beside: beside(WEB, FLANNEL, flannelNet('wireguard')),
  },
  {
    name: 'IPsec of Antrea',
    check: 'pod-traffic-encrypted',
    expect: 'pass',
    message: /IPsec of Antrea/,
    beside: beside(
      WEB,
      daemonSet('kube-system/antrea-agent', 'antrea/antrea-agent-ubuntu:v2.4.0'),
      configMap('kube-system/antrea-config', { 'antrea-agent.conf': 'trafficEncryptionMode: ipsec\n' }),
    ),
  },
  {
    name: 'Antrea as it is installed',
    check: 'pod-traffic-encrypted',
    expect: 'fail',
    message: /trafficEncryptionMode of Antrea is none/,
    beside: beside(
      WEB,
      daemonSet('kube-system/antrea-agent', 'antrea/antrea-agent-ubuntu:v2.4.0'),
      configMap('kube-system/antrea-config', { 'antrea-agent.conf': '# trafficEncryptionMode: none\n' }),
    ),
  },
  {
    name: 'PERMISSIVE is no encryption that holds',
    check: 'pod-traffic-encrypted',
    expect: 'fail',
    beside: beside(ISTIO, FLANNEL, flannelNet('vxlan')),
  },
  { name: 'the plugin is not known', check: 'pod-traffic-encrypted', expect: 'not-assessed', beside: beside(WEB) },

  {
    name: 'STRICT for the mesh',
    check: MODE,
    expect: 'pass',
    message: /PeerAuthentication istio-system\/default/,
    beside: beside(ISTIO, STRICT),
  },
  {
    name: 'unset is PERMISSIVE',
    check: MODE,
    expect: 'warn',
    message: /PERMISSIVE; no PeerAuthentication sets a mode/,
    beside: beside(ISTIO),
  },
  {
    name: 'the namespace overrides the mesh',
    check: MODE,
    expect: 'warn',
    message: /PERMISSIVE; PeerAuthentication shop\/default says so/,
    beside: beside(ISTIO, STRICT, peerAuthentication('shop/default', { mtls: { mode: 'PERMISSIVE' } })),
  },
  {
    name: 'the workload overrides its namespace',
    check: MODE,
    expect: 'warn',
    message: /DISABLE; PeerAuthentication shop\/web/,
    beside: beside(
      ISTIO,
      STRICT,
      peerAuthentication('shop/web', { selector: { matchLabels: { app: 'web' } }, mtls: { mode: 'DISABLE' } }),
    ),
  },
  {
    name: 'UNSET of a workload is what its namespace says',
    check: MODE,
    expect: 'pass',
    beside: beside(
      ISTIO,
      STRICT,
      peerAuthentication('shop/web', { selector: { matchLabels: { app: 'web' } }, mtls: { mode: 'UNSET' } }),
    ),
  },
  {
    name: 'a port of a workload',
    check: MODE,
    expect: 'warn',
    message: /plaintext on port 9090 \(DISABLE\)/,
    beside: beside(
      ISTIO,
      STRICT,
      peerAuthentication('shop/web', {
        selector: { matchLabels: { app: 'web' } },
        portLevelMtls: { 9090: { mode: 'DISABLE' } },
      }),
    ),
  },
  {
    name: 'a port without a selector has no effect, and is told',
    check: MODE,
    expect: 'warn',
    message: /has no selector/,
    beside: beside(
      ISTIO,
      STRICT,
      peerAuthentication('shop/default', { mtls: { mode: 'STRICT' }, portLevelMtls: { 9090: { mode: 'DISABLE' } } }),
    ),
  },
  {
    name: 'of two for one namespace the older counts',
    check: MODE,
    expect: 'pass',
    beside: beside(
      ISTIO,
      peerAuthentication('shop/a', { mtls: { mode: 'PERMISSIVE' } }, '2026-05-01T00:00:00Z'),
      peerAuthentication('shop/b', { mtls: { mode: 'STRICT' } }, '2026-04-01T00:00:00Z'),
    ),
  },
  {
    name: 'in ambient mode DISABLE takes plaintext as well',
    check: MODE,
    expect: 'warn',
    message: /plaintext as well as mutual TLS \(DISABLE/,
    beside: beside(
      namespace('calm', { labels: { 'istio.io/dataplane-mode': 'ambient' } }),
      pod('calm/web'),
      peerAuthentication('calm/default', { mtls: { mode: 'DISABLE' } }),
    ),
  },
  {
    name: 'in ambient mode ports of a workload count too',
    check: MODE,
    expect: 'warn',
    message: /plaintext on port 8080 \(PERMISSIVE\)/,
    beside: beside(...AMBIENT_PORT),
  },
  ...(
    [
      ['excludeInboundPorts', '15020, 9090', /take port 9090 past the proxy/],
      ['includeInboundPorts', '8080', /take every port but 8080 past the proxy/],
      ['includeInboundPorts', '', /take every port past the proxy/],
    ] as const
  ).map(([name, value, message]): CheckCase => ({
    name: `${name} ${value === '' ? 'empty' : value}: what the proxy does not see it cannot refuse`,
    check: MODE,
    expect: 'warn',
    message,
    beside: beside(meshed('shop/web', { app: 'web' }, { [`traffic.sidecar.istio.io/${name}`]: value }), STRICT),
  })),
  {
    name: 'what the injector itself leaves out is no exception',
    check: MODE,
    expect: 'pass',
    beside: beside(
      meshed(
        'shop/web',
        { app: 'web' },
        {
          'traffic.sidecar.istio.io/includeInboundPorts': '*',
          'traffic.sidecar.istio.io/excludeInboundPorts': '15020',
        },
      ),
      STRICT,
    ),
  },
  {
    name: 'a gateway is asked for by its Gateway',
    check: MODE,
    expect: 'pass',
    message: /No pod in the input/,
    beside: beside(GATEWAY),
  },
  {
    name: 'namespaces, which may be in ambient mode, were not exported',
    check: MODE,
    expect: 'not-assessed',
    beside: folder([...STOCK.filter(({ kind }) => kind !== 'Namespace'), WEB, STRICT], 'namespaces'),
  },
  {
    name: 'no pod of the mesh is in the input',
    check: MODE,
    expect: 'pass',
    message: /No pod in the input/,
    beside: beside(WEB, STRICT),
  },
  {
    name: 'policies of Istio were not exported',
    check: MODE,
    expect: 'not-assessed',
    beside: beside(ISTIO, crd('security.istio.io', 'PeerAuthentication')),
  },

  {
    name: 'unset is 1.2',
    check: 'istio-min-tls',
    expect: 'pass',
    beside: beside(ISTIO, configMap('istio-system/istio', { mesh: 'rootNamespace: istio-system\n' })),
  },
  {
    name: '1.0',
    check: 'istio-min-tls',
    expect: 'warn',
    beside: beside(ISTIO, configMap('istio-system/istio', { mesh: 'meshMTLS:\n  minProtocolVersion: TLSV1_0\n' })),
  },
  {
    name: 'the mesh configuration was not exported',
    check: 'istio-min-tls',
    expect: 'not-assessed',
    beside: beside(ISTIO),
  },

  {
    name: 'mutual TLS of the mesh',
    check: 'istio-destination-tls',
    expect: 'pass',
    beside: beside(ISTIO, destinationRule({ tls: { mode: 'ISTIO_MUTUAL' } })),
  },
  {
    name: 'switched off',
    check: 'istio-destination-tls',
    expect: 'warn',
    message: /legacy\.shop/,
    beside: beside(ISTIO, destinationRule({ tls: { mode: 'DISABLE' } })),
  },
  {
    name: 'switched off for a port',
    check: 'istio-destination-tls',
    expect: 'warn',
    message: /port 9090/,
    beside: beside(
      ISTIO,
      destinationRule({ portLevelSettings: [{ port: { number: 9090 }, tls: { mode: 'DISABLE' } }] }),
    ),
  },
  {
    name: 'not exported',
    check: 'istio-destination-tls',
    expect: 'not-assessed',
    beside: beside(ISTIO, crd('networking.istio.io', 'DestinationRule')),
  },

  {
    name: 'all-authenticated, by the namespace',
    check: LINKERD,
    expect: 'pass',
    beside: beside(
      namespace('calm', { annotations: { 'config.linkerd.io/default-inbound-policy': 'all-authenticated' } }),
      linkerdProxy('calm/web'),
    ),
  },
  {
    name: 'an annotation of the namespace reaches no pod that was there before',
    check: LINKERD,
    expect: 'warn',
    message: /all-unauthenticated/,
    beside: beside(
      namespace('calm', { annotations: { 'config.linkerd.io/default-inbound-policy': 'all-authenticated' } }),
      pod('calm/web', {
        containers: [
          {
            name: 'linkerd-proxy',
            image: 'cr.l5d.io/linkerd/proxy:edge-25.9.1',
            env: [{ name: 'LINKERD2_PROXY_INBOUND_DEFAULT_POLICY', value: 'all-unauthenticated' }],
          },
        ],
      }),
    ),
  },
  {
    name: 'TLS without an identity',
    check: LINKERD,
    expect: 'warn',
    message: /ServerAuthorization shop\/tls/,
    beside: beside(
      linkerdProxy('shop/web', { 'config.linkerd.io/default-inbound-policy': 'deny' }),
      object('policy.linkerd.io/v1beta1', 'ServerAuthorization', 'shop/tls', {
        spec: { server: { name: 'web' }, client: { meshTLS: { unauthenticatedTLS: true } } },
      }),
    ),
  },
  {
    name: 'unset lets everybody in',
    check: LINKERD,
    expect: 'warn',
    message: /all-unauthenticated/,
    beside: beside(linkerdProxy('shop/web')),
  },
  {
    name: 'as Linkerd was installed',
    check: LINKERD,
    expect: 'pass',
    beside: beside(
      linkerdProxy('shop/web'),
      configMap('linkerd/linkerd-config', { values: 'proxy:\n  defaultInboundPolicy: cluster-authenticated\n' }),
    ),
  },
  {
    name: 'an authorization without an identity',
    check: LINKERD,
    expect: 'warn',
    message: /AuthorizationPolicy shop\/probes/,
    beside: beside(
      linkerdProxy('shop/web', { 'config.linkerd.io/default-inbound-policy': 'deny' }),
      object('policy.linkerd.io/v1alpha1', 'AuthorizationPolicy', 'shop/probes', {
        spec: {
          targetRef: { kind: 'Server', name: 'web' },
          requiredAuthenticationRefs: [{ kind: 'NetworkAuthentication', name: 'all' }],
        },
      }),
    ),
  },
  {
    name: 'no pod of it was exported',
    check: LINKERD,
    expect: 'not-assessed',
    beside: beside(
      object('policy.linkerd.io/v1beta3', 'Server', 'shop/web', { spec: { port: 8080, podSelector: {} } }),
    ),
  },

  { name: 'none', check: 'linkerd-skip-ports', expect: 'pass', beside: beside(linkerdProxy('shop/web')) },
  {
    name: 'a database past the proxy',
    check: 'linkerd-skip-ports',
    expect: 'warn',
    message: /outbound traffic of 5432/,
    beside: beside(linkerdProxy('shop/web', { 'config.linkerd.io/skip-outbound-ports': '5432' })),
  },
  {
    name: 'no pod of it was exported',
    check: 'linkerd-skip-ports',
    expect: 'not-assessed',
    beside: beside(
      object('policy.linkerd.io/v1beta3', 'Server', 'shop/web', { spec: { port: 8080, podSelector: {} } }),
    ),
  },

  { name: 'asked for nowhere', check: 'cilium-mutual-auth', expect: 'pass', beside: beside(CILIUM, ciliumConfig({})) },
  {
    name: 'without encryption',
    check: 'cilium-mutual-auth',
    expect: 'warn',
    beside: beside(
      CILIUM,
      ciliumConfig({}),
      ...ciliumPolicy('auth', {
        endpointSelector: {},
        ingress: [{ fromEndpoints: [{ matchLabels: { app: 'web' } }], authentication: { mode: 'required' } }],
      }),
    ),
  },
  {
    name: 'its settings were not exported',
    check: 'cilium-mutual-auth',
    expect: 'not-assessed',
    message: /cilium-config would tell/,
    beside: beside(CILIUM, ...ciliumOf({ ingress: [{ authentication: { mode: 'required' } }] })),
  },
  {
    name: 'policies were not exported',
    check: 'cilium-mutual-auth',
    expect: 'not-assessed',
    beside: beside(CILIUM, crd('cilium.io', 'CiliumNetworkPolicy')),
  },
];
