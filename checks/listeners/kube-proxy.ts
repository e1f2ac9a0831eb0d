/** What kube-proxy listens on, and the NodePorts that it makes. */
import { splitHostPort } from '../../src/config/url.ts';
import type { Component } from '../../src/model/component.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type { PortListener } from '../../src/model/ports-report.ts';
import { component, number, text } from '../shared/access.ts';
import { nodePortRange } from './apiserver.ts';
import { causeOf, k8s, listener, OPTIONAL } from './listener.ts';
import type { Described } from './listener.ts';
import { scopedTo } from './reach.ts';

interface Endpoint {
  readonly address: 'metrics-bind-address' | 'healthz-bind-address';
  readonly port: 'metrics-port' | 'healthz-port';
  readonly defaultPort: number;
  readonly purpose: string;
  readonly reach: Described['reach'];
}

const ENDPOINTS: readonly Endpoint[] = [
  {
    address: 'metrics-bind-address',
    port: 'metrics-port',
    defaultPort: 10249,
    purpose: 'metrics and configuration',
    reach: ['nobody'],
  },
  {
    address: 'healthz-bind-address',
    port: 'healthz-port',
    defaultPort: 10256,
    purpose: 'health, for load balancers of Services',
    reach: ['self', 'load-balancer'],
  },
];

/**
 * Metrics and health. A port of 0 in the old flags switches one off without a configuration file
 * (cmd/kube-proxy/app/options.go, addressFromDeprecatedFlags).
 * @throws UnknownValue where the input does not show a setting that decides it
 */
export function kubeProxyListeners(proxy: Component): readonly PortListener[] {
  return ENDPOINTS.flatMap((one) => {
    const written = text(proxy, one.address);
    const oldPort = proxy.usesConfigFile ? undefined : number(proxy, one.port);
    if (written === '' || oldPort === 0) return [];
    const parsed = splitHostPort(written);
    const host = parsed?.host ?? written;
    return [
      listener({
        component: 'kube-proxy',
        purpose: one.purpose,
        address: host,
        port: parsed?.port ?? oldPort ?? one.defaultPort,
        tls: 'no',
        authentication: ['nobody'],
        ...scopedTo(host, { reach: one.reach, need: OPTIONAL }),
        cause: causeOf(proxy, one.address),
        source: k8s('pkg/proxy/apis/config/v1alpha1/defaults.go'),
      }),
    ];
  });
}

/** What a kube-proxy that nobody configured opens beyond the node. */
export const KUBE_PROXY_DEFAULTS: readonly PortListener[] = ENDPOINTS.filter(
  ({ address }) => address === 'healthz-bind-address',
).map((one) =>
  listener({
    component: 'kube-proxy',
    purpose: one.purpose,
    address: '',
    port: one.defaultPort,
    tls: 'no',
    authentication: ['nobody'],
    reach: one.reach,
    need: OPTIONAL,
    cause: { setting: `--${one.address}`, value: '0.0.0.0:10256', origin: 'default', file: null, line: null },
    source: k8s('pkg/proxy/apis/config/v1alpha1/defaults.go'),
  }),
);

/** The range of NodePorts, over TCP and UDP; whether Services use it, no file of the node shows. */
export function nodePortListeners(node: NodeModel): readonly PortListener[] {
  const apiserver = component(node, 'kube-apiserver');
  const range = nodePortRange(apiserver);
  if (range === undefined) return [];
  return (['tcp', 'udp'] as const).map((protocol) =>
    listener({
      component: 'Services',
      purpose: 'NodePorts',
      address: '',
      protocol,
      port: range.first,
      lastPort: range.last,
      tls: 'n/a',
      authentication: ['application'],
      reach: ['anyone'],
      need: OPTIONAL,
      cause:
        apiserver === undefined
          ? { setting: '--service-node-port-range', value: '30000-32767', origin: 'default', file: null, line: null }
          : causeOf(apiserver, 'service-node-port-range'),
      source: k8s('pkg/kubeapiserver/options/options.go'),
    }),
  );
}
