import { configMap, folder, pod, service, STOCK } from '../../fixtures/exports/objects.ts';
import type { ObjectOfAPI } from '../../fixtures/exports/objects.ts';
import type { CheckCase } from '../support/cases.ts';

const beside = (...objects: readonly ObjectOfAPI[]): Readonly<Record<string, string>> => folder([...STOCK, ...objects]);
const WEB = service('shop/web', { type: 'NodePort', ports: [{ port: 80, nodePort: 30080, protocol: 'TCP' }] });
const front = (spec: Readonly<Record<string, unknown>>): ObjectOfAPI =>
  service('shop/front', { type: 'LoadBalancer', ports: [{ port: 443, ...spec }] });
const proxy = (config: string): ObjectOfAPI =>
  configMap('kube-system/kube-proxy', {
    'config.conf': `apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n${config}`,
  });
const host = (place: string): ObjectOfAPI =>
  pod(place, {
    hostNetwork: true,
    containers: [{ name: 'agent', image: 'agent:1', ports: [{ containerPort: 9100 }] }],
  });

const ADDRESSES = 'kube-proxy-nodeport-addresses';
const HOST = 'hostnetwork-exposure';

export const cases: readonly CheckCase[] = [
  { name: 'nothing but Services of the cluster', check: 'nodeport-exposure', expect: 'pass', beside: beside() },
  {
    name: 'a NodePort',
    check: 'nodeport-exposure',
    expect: 'warn',
    message: /shop\/web 30080 \(80\/TCP\)/,
    row: { status: 'warn' },
    beside: beside(WEB),
  },
  {
    name: 'a load balancer opens one as well',
    check: 'nodeport-exposure',
    expect: 'warn',
    message: /shop\/front 30434 \(443\/TCP\)/,
    beside: beside(front({ nodePort: 30434 })),
  },
  {
    name: 'a load balancer that dials pods',
    check: 'nodeport-exposure',
    expect: 'pass',
    message: /lead to shop\/front 443\/TCP; shop\/front from any address/,
    beside: beside(front({})),
  },
  {
    name: 'on some addresses only',
    check: 'nodeport-exposure',
    expect: 'pass',
    message: /on primary only/,
    beside: beside(WEB, proxy('nodePortAddresses: [primary]\n')),
  },
  {
    name: 'every address written out is every address',
    check: 'nodeport-exposure',
    expect: 'warn',
    message: /opens ports on the nodes: shop\/web/,
    beside: beside(WEB, proxy('nodePortAddresses: [0.0.0.0/0]\n')),
  },
  {
    name: 'a load balancer for every sender',
    check: 'nodeport-exposure',
    expect: 'pass',
    message: /shop\/front from any address/,
    beside: beside(
      service('shop/front', {
        type: 'LoadBalancer',
        ports: [{ port: 443 }],
        loadBalancerSourceRanges: ['0.0.0.0/0'],
      }),
    ),
  },
  {
    name: 'externalIPs',
    check: 'nodeport-exposure',
    expect: 'warn',
    message: /CVE-2020-8554/,
    beside: beside(service('shop/web', { type: 'ClusterIP', externalIPs: ['192.0.2.9'], ports: [{ port: 80 }] })),
  },
  {
    name: 'Services were not exported',
    check: 'nodeport-exposure',
    expect: 'not-assessed',
    beside: folder(STOCK, 'services'),
  },

  {
    name: "the cluster's own agents",
    check: HOST,
    expect: 'pass',
    beside: beside(host('kube-system/kube-proxy-1'), host('calico-system/calico-node-1')),
  },
  {
    name: 'a pod on the network of the host',
    check: HOST,
    expect: 'warn',
    message: /shop\/agent \(host network and 9100\/TCP\)/,
    beside: beside(host('shop/agent')),
  },
  {
    name: 'a port of the host',
    check: HOST,
    expect: 'warn',
    message: /^On loopback of nodes.* shop\/agent \(127\.0\.0\.1:9100\/TCP\)/,
    beside: beside(
      pod('shop/agent', {
        containers: [{ name: 'a', image: 'a', ports: [{ containerPort: 9100, hostPort: 9100, hostIP: '127.0.0.1' }] }],
      }),
    ),
  },
  {
    name: 'pods were not exported',
    check: HOST,
    expect: 'not-assessed',
    beside: folder(
      STOCK.filter(({ kind }) => kind !== 'Pod'),
      'pods',
    ),
  },

  {
    name: 'the address of the node',
    check: ADDRESSES,
    expect: 'pass',
    beside: beside(WEB, proxy('nodePortAddresses: [primary]\n')),
  },
  { name: 'no Service has such a port', check: ADDRESSES, expect: 'pass', beside: beside(proxy('')) },
  { name: 'every address', check: ADDRESSES, expect: 'warn', beside: beside(WEB, proxy('')) },
  {
    name: 'a network that leaves no address out',
    check: ADDRESSES,
    expect: 'warn',
    beside: beside(WEB, proxy('nodePortAddresses: [0.0.0.0/0]\n')),
  },
  { name: 'its ConfigMap was not exported', check: ADDRESSES, expect: 'not-assessed', beside: beside(WEB) },
];
