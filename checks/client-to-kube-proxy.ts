import { isLoopback, splitHostPort } from '../src/config/url.ts';
import type { Component } from '../src/model/component.ts';
import type { Check, Finding, PathDefinition, PathFacts } from '../src/model/path.ts';
import { atLeast } from '../src/model/version.ts';
import { ipVersion } from '../src/text/address.ts';
import { bool, evidence, evidences, knownOr, list, number, requireComponent, setting, text } from './shared/access.ts';
import { kubeProxyApplicability } from './shared/kube-proxy.ts';
import { flagChecks } from './shared/listener.ts';
import { cis, kubernetesDocs, kubernetesSource } from './shared/references.ts';
import { fail, notAssessed, pass, warn } from './shared/result.ts';

interface Endpoint {
  readonly name: 'metrics' | 'healthz';
  readonly address: 'metrics-bind-address' | 'healthz-bind-address';
  /** The old flag of the port; it counts without a configuration file only. */
  readonly port: 'metrics-port' | 'healthz-port';
}

const METRICS: Endpoint = { name: 'metrics', address: 'metrics-bind-address', port: 'metrics-port' };
const HEALTHZ: Endpoint = { name: 'healthz', address: 'healthz-bind-address', port: 'healthz-port' };

const WHERE =
  'in the KubeProxyConfiguration (kubeadm: `kubectl -n kube-system edit configmap kube-proxy`, then `kubectl -n kube-system rollout restart daemonset kube-proxy`)';

/**
 * Where an endpoint listens; undefined when it is off. An address without a port takes the one of the old flag, whose
 * zero switches the endpoint off. Source: kubernetes/cmd/kube-proxy/app/options.go (addressFromDeprecatedFlags).
 */
function listensOn(own: Component, { address, port }: Endpoint): { host: string; written: string } | undefined {
  const written = text(own, address);
  if (written === '' || (!own.usesConfigFile && number(own, port) === 0)) return undefined;
  return { host: splitHostPort(written)?.host ?? written, written };
}

const REFERENCES = [
  kubernetesSource('cmd/kube-proxy/app/server.go'),
  kubernetesSource('pkg/proxy/apis/config/v1alpha1/defaults.go'),
  kubernetesDocs('reference/config-api/kube-proxy-config.v1alpha1/'),
];

const metricsBind: Check = {
  id: 'kube-proxy-metrics-bind',
  title: 'kube-proxy serves its metrics on loopback only',
  severity: 'medium',
  impact: 'security',
  versions: 'all; unset means 127.0.0.1:10249, or [::1]:10249 where bindAddress is an IPv6 address',
  remediation: `Set \`metricsBindAddress: 127.0.0.1:10249\` ${WHERE}; a Prometheus on another host then needs a proxy on the node that authenticates (kube-rbac-proxy).`,
  references: [cis('4.3.1'), ...REFERENCES],
  evaluate: ({ node }) => {
    const own = requireComponent(node, 'kube-proxy');
    const shown = evidences(own, METRICS.address);
    const listener = listensOn(own, METRICS);
    if (listener === undefined) return pass('kube-proxy serves no metrics.', shown);
    if (isLoopback(listener.host)) return pass(`kube-proxy serves its metrics on ${listener.written} only.`, shown);
    const profiles = knownOr(false, () => bool(own, 'profiling') === true);
    return fail(
      `kube-proxy serves its metrics${profiles ? ', its configuration and profiles of the process' : ' and its configuration'} on ${listener.written} in plain text and without asking who calls: whoever reaches the node reads them.`,
      profiles ? [...shown, evidence(own, 'profiling')] : shown,
      { headline: `kube-proxy metrics on ${listener.written}` },
    );
  },
};

const healthzBind: Check = {
  id: 'kube-proxy-healthz-bind',
  title: 'What kube-proxy serves beyond the host is its health alone',
  severity: 'info',
  impact: 'security',
  versions: 'all; unset means 0.0.0.0:10256',
  remediation: `Let a firewall admit only the load balancers to port 10256, or set \`healthzBindAddress: 127.0.0.1:10256\` ${WHERE} where no load balancer asks for it.`,
  references: [...REFERENCES, kubernetesDocs('reference/networking/ports-and-protocols/')],
  evaluate: ({ node }) => {
    const own = requireComponent(node, 'kube-proxy');
    const shown = evidences(own, HEALTHZ.address);
    const listener = listensOn(own, HEALTHZ);
    if (listener === undefined) return pass('kube-proxy serves no health endpoint.', shown);
    return pass(
      isLoopback(listener.host)
        ? `kube-proxy serves its health on ${listener.written} only.`
        : `kube-proxy serves its health on ${listener.written} over plain HTTP, as load balancers of the cluster's Services need it; it says whether the node is up to date, and nothing else.`,
      shown,
    );
  },
};

const PRIMARY = 'primary';

/** A network as k8s.io/utils/net ParseCIDRSloppy takes it: with leading zeros in IPv4. */
function isNetwork(text: string): boolean {
  const [address = '', length = '', ...more] = text.split('/');
  const version = ipVersion(address.includes(':') ? address : address.replaceAll(/\b0+(?=\d)/g, ''));
  return more.length === 0 && version !== 0 && /^\d{1,3}$/.test(length) && Number(length) <= (version === 4 ? 32 : 128);
}

/** Source: kubernetes/pkg/proxy/apis/config/validation/validation.go (validateKubeProxyNodePortAddress). */
const nodePortAddresses: Check = {
  id: 'kube-proxy-nodeport-addresses',
  title: 'Nobody opened NodePorts on addresses beyond those of the node by hand',
  severity: 'low',
  impact: 'security',
  hygiene: true,
  versions: 'all; unset means every address of the node; `primary` from 1.31',
  remediation: `Set \`nodePortAddresses: [primary]\` (1.31+) or the networks of the addresses that are meant, such as \`[10.20.0.0/24]\`, ${WHERE}.`,
  references: [
    kubernetesDocs('reference/config-api/kube-proxy-config.v1alpha1/'),
    kubernetesSource('pkg/proxy/apis/config/validation/validation.go'),
    kubernetesSource('pkg/proxy/util/nodeport_addresses.go'),
  ],
  evaluate: ({ node }) => {
    const own = requireComponent(node, 'kube-proxy');
    const shown = [evidence(own, 'nodeport-addresses')];
    const { label } = setting(own, 'nodeport-addresses');
    const entries = list(own, 'nodeport-addresses');
    const { version } = own;
    if (entries.length === 0) {
      return pass(
        'NodePorts are open on every address of the node, which is the default; `primary` (1.31+) or networks narrow it.',
        shown,
        { weakDefault: 'NodePorts open on every address' },
      );
    }
    const stops = (why: string): Finding =>
      fail(`${label} ${why}: kube-proxy does not start.`, shown, {
        severity: 'high',
        impact: 'availability',
        headline: `${label} invalid: does not start`,
      });
    if (entries.includes(PRIMARY)) {
      if (version === undefined) return notAssessed('The version of kube-proxy is not known.', shown);
      if (!atLeast(version, '1.31')) return stops(`has ${PRIMARY}, which came with 1.31`);
      return entries.length === 1
        ? pass('NodePorts are open on the primary addresses of the node.', shown)
        : stops(`has ${PRIMARY} beside others`);
    }
    const broken = entries.find((entry) => !isNetwork(entry));
    if (broken !== undefined) return stops(`has ${broken}, which is no network`);
    const all = entries.filter((entry) => /\/0+$/.test(entry));
    return all.length > 0
      ? warn(`${label} has ${all.join(', ')}: NodePorts are open on every address of the node.`, shown, {
          headline: 'NodePorts on every address',
        })
      : pass(`NodePorts are open on the node's addresses in ${entries.join(', ')}.`, shown);
  },
};

function facts(own: Component): PathFacts {
  const open = knownOr('unknown', () =>
    [METRICS, HEALTHZ].some((endpoint) => listensOn(own, endpoint) !== undefined) ? 'no' : 'n/a',
  );
  return {
    encrypted: open,
    serverVerified: open,
    clientAuthenticated: open,
    minTLSVersion: open === 'unknown' ? 'unknown' : 'n/a',
    presented: [],
    kubeconfigs: [],
  };
}

export const path: PathDefinition = {
  id: 'client-to-kube-proxy',
  title: 'Clients to kube-proxy',
  client: 'anyone',
  server: 'kube-proxy',
  description:
    'kube-proxy serves metrics (10249) and health (10256) over plain HTTP, without TLS or authentication in any version. The metrics port also gives out the configuration and, with enableProfiling, profiles of the process: it belongs on loopback. Health is read by the load balancers of Services, from outside.',
  applicability: kubeProxyApplicability,
  facts: (node) => facts(requireComponent(node, 'kube-proxy')),
  checks: [metricsBind, healthzBind, nodePortAddresses, ...flagChecks('kube-proxy')],
};
