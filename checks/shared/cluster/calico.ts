/** Calico: encryption between nodes, BGP, Typha, and the ports that its policies for hosts leave open. */
import type { CalicoPolicy, CalicoRule, ClusterModel } from '../../../src/model/cluster.ts';
import type { Check, Finding } from '../../../src/model/path.ts';
import { notAssessed, pass, warn } from '../result.ts';
import { calicoSelector } from './calico-selector.ts';
import { called, EXPORT, few, objectEvidence, ofCluster, unknownKinds } from './objects.ts';
import { calicoWireguard, globalFelix, overlayOf } from './overlay.ts';
import { plugin } from './plugin.ts';
import { calicoDocs, sourceOf } from './references.ts';

const FELIX = 'projectcalico.org/FelixConfiguration';
const FELIX_SOURCE = sourceOf('projectcalico/calico', 'felix/config/config_params.go', 'master');
const FELIX_DOCS = calicoDocs('reference/resources/felixconfig');

function hasCalico(cluster: ClusterModel): boolean {
  return (
    plugin(cluster, 'Calico') !== undefined ||
    cluster.felixConfigurations.length + cluster.bgpPeers.length + cluster.bgpConfigurations.length > 0 ||
    cluster.calicoPolicies.length > 0
  );
}

function ofCalico(check: Parameters<typeof ofCluster>[0]): Check {
  const made = ofCluster(check);
  return {
    ...made,
    notApplicable: (context) => {
      const { cluster } = context.node;
      return cluster !== undefined && !hasCalico(cluster)
        ? 'Nothing of Calico is in the export.'
        : made.notApplicable?.(context);
    },
  };
}

const wireguard: Check = ofCalico({
  id: 'calico-wireguard',
  title: "Calico's WireGuard covers every family of addresses and every node",
  severity: 'medium',
  impact: 'security',
  versions: 'all; off when unset, apart for IPv4 and IPv6; what stays on one node is never encrypted',
  remediation:
    '`kubectl patch felixconfiguration default --type merge -p \'{"spec":{"wireguardEnabled":true,"wireguardEnabledV6":true}}\'` (the second where pods have IPv6 addresses), and remove what single nodes say otherwise (FelixConfiguration node.<name>).',
  references: [calicoDocs('network-policy/encrypt-cluster-pod-traffic'), FELIX_DOCS, FELIX_SOURCE],
  judge: (cluster) => {
    const unknown = unknownKinds(cluster, FELIX);
    if (unknown !== undefined) return unknown;
    const felix = globalFelix(cluster);
    const shown =
      felix === undefined ? [] : [objectEvidence(felix, felix.wireguardEnabled ?? null, 'wireguardEnabled')];
    const { v4, v6, hasIPv4, hasIPv6, off } = calicoWireguard(cluster);
    if (!v4 && !v6) {
      const isOverruled = felix?.wireguardEnabled === true || felix?.wireguardEnabledV6 === true;
      return isOverruled
        ? warn('The environment of the agents switches WireGuard off, which beats the FelixConfiguration.', shown, {
            headline: 'Calico: WireGuard off by environment',
          })
        : warn('WireGuard is off in Calico, which is its default.', shown, { headline: 'Calico: WireGuard off' });
    }
    const findings: Finding[] = [];
    if (hasIPv6 && !v6) {
      findings.push(
        warn('Pods get IPv6 addresses, and WireGuard is on for IPv4 only (wireguardEnabledV6 is not set).', shown, {
          headline: 'Calico: IPv6 in plaintext',
        }),
      );
    }
    if (hasIPv4 && !v4) {
      findings.push(
        warn('Pods get IPv4 addresses, and WireGuard is on for IPv6 only (wireguardEnabled is not set).', shown, {
          headline: 'Calico: IPv4 in plaintext',
        }),
      );
    }
    if (off.length > 0) {
      findings.push(
        warn(
          `${few(off.map(called))} ${off.length === 1 ? 'switches' : 'switch'} WireGuard off for single nodes: what passes to and from them is in plaintext.`,
          off.slice(0, 5).map((one) => objectEvidence(one, false, 'wireguardEnabled')),
          { headline: 'Calico: nodes without WireGuard' },
        ),
      );
    }
    if (findings.length > 0) return findings;
    const rest =
      felix?.wireguardHostEncryptionEnabled === true
        ? 'traffic of the nodes themselves as well'
        : 'traffic of the nodes themselves is not (wireguardHostEncryptionEnabled is off)';
    const seen =
      overlayOf(cluster).state === 'encrypted' ? '' : ' Whether Calico carries the pod network is another question.';
    const by =
      felix?.wireguardEnabled === true || felix?.wireguardEnabledV6 === true
        ? called(felix)
        : 'The environment of the agents';
    return pass(`${by} switches WireGuard on for traffic of pods between nodes; ${rest}.${seen}`, shown);
  },
});

const bgpPassword: Check = ofCalico({
  id: 'calico-bgp-password',
  title: 'Every BGPPeer of Calico has a password',
  severity: 'low',
  impact: 'security',
  versions: 'all; none when unset; 3.19+ for the mesh among nodes (nodeMeshPassword)',
  remediation:
    'Keep the password in a Secret that calico-node may read, and name it in `spec.password.secretKeyRef` of the BGPPeer (`kubectl edit bgppeer <name>`), at the same time as on the router; for the mesh among nodes in `spec.nodeMeshPassword` of the BGPConfiguration default.',
  references: [calicoDocs('network-policy/comms/secure-bgp'), calicoDocs('reference/resources/bgppeer')],
  judge: (cluster) => {
    const unknown = unknownKinds(cluster, 'projectcalico.org/BGPPeer');
    if (unknown !== undefined) return unknown;
    const open = cluster.bgpPeers.filter(({ hasPassword }) => !hasPassword);
    if (open.length === 0) {
      const unsigned = cluster.bgpConfigurations.some(
        ({ name, mesh, hasMeshPassword }) => name === 'default' && mesh && !hasMeshPassword,
      );
      const among = unsigned ? ' The mesh among the nodes has none (nodeMeshPassword).' : '';
      return pass(
        cluster.bgpPeers.length === 0
          ? `Calico has no BGP peers but its own nodes.${among}`
          : `Every BGPPeer has a password.${among}`,
      );
    }
    return open.map((one) =>
      warn(
        `${called(one)} (${one.peer}) has no password: whoever can send from that address may reset the session or announce routes (BGP is tcp/179).`,
        [objectEvidence(one, null, 'password')],
        { headline: `BGP peer ${one.name} without password` },
      ),
    );
  },
});

/** felix/config/config_params.go, FailsafeInboundHostPorts; 10250 is in no release's list. */
const DEFAULT_FAILSAFE = [22, 179, 2379, 2380, 5473, 6443, 6666, 6667];

const KUBELET_PORT = 10250;

/** Whether rules, in their order, let the API server dial a kubelet; in doubt they do. */
function admitsKubelet({ ingress }: CalicoPolicy): boolean {
  const first = ingress.find(
    (rule) => rule.action !== 'Log' && concernsKubelet(rule) && !(rule.action === 'Deny' && rule.isLimited),
  );
  return first !== undefined && first.action !== 'Deny';
}

function concernsKubelet({ protocol, destinationPorts }: CalicoRule): boolean {
  if (protocol !== undefined && !/^(?:tcp|6)$/i.test(protocol)) return false;
  return destinationPorts.length === 0 || destinationPorts.some(isKubeletPort);
}

function isKubeletPort(port: string): boolean {
  const [, low, high] = /^(\d+)(?::(\d+))?$/.exec(port) ?? [];
  if (low === undefined) return true;
  return Number(low) <= KUBELET_PORT && KUBELET_PORT <= Number(high ?? low);
}

/** Whether a policy speaks of hosts: no pod has labels that only nodes or host endpoints have. */
function isOfHosts(cluster: ClusterModel, policy: CalicoPolicy): boolean {
  if (!policy.isGlobal || policy.isStaged || !policy.types.includes('Ingress') || policy.namespaceSelector !== '')
    return false;
  const selected = calicoSelector(policy.selector);
  if (selected === undefined) return false;
  if (cluster.hostEndpoints.length > 0) return cluster.hostEndpoints.some(({ labels }) => selected(labels));
  return /kubernetes-host|host-endpoint|node-role\.kubernetes\.io|kubernetes\.io\/hostname/.test(policy.selector);
}

/**
 * The policies of a host where none lets port 10250 through. Without HostEndpoints nobody can tell which take hold of the
 * same host: one that lets it through is enough.
 */
function shutOff({ hostEndpoints }: ClusterModel, ofHosts: readonly CalicoPolicy[]): readonly CalicoPolicy[] {
  if (hostEndpoints.length === 0) return ofHosts.some(admitsKubelet) ? [] : ofHosts;
  const shut = hostEndpoints.flatMap(({ labels }) => {
    const own = ofHosts.filter(({ selector }) => calicoSelector(selector)?.(labels) === true);
    return own.some(admitsKubelet) ? [] : own;
  });
  return [...new Set(shut)];
}

function allowedPorts({ ingress }: CalicoPolicy): readonly string[] {
  return ingress
    .filter(({ action }) => action === 'Allow')
    .flatMap(({ destinationPorts }) => destinationPorts.map((port) => `port ${port}`));
}

const failsafe: Check = ofCalico({
  id: 'calico-failsafe',
  title: "Calico's policies for hosts let the API server dial kubelets",
  severity: 'medium',
  impact: 'availability',
  versions: 'all; failsafe by default: tcp 22, 179, 2379, 2380, 5473, 6443, 6666, 6667 and udp 68, and not 10250',
  remediation:
    'Add an ingress rule to the GlobalNetworkPolicy that allows TCP to port 10250 from the control plane before the HostEndpoints are made (`kubectl edit globalnetworkpolicy <name>`), or add it to `failsafeInboundHostPorts` of the FelixConfiguration default.',
  references: [calicoDocs('reference/host-endpoints/failsafe'), FELIX_SOURCE],
  judge: (cluster) => {
    const unknown = unknownKinds(cluster, 'projectcalico.org/GlobalNetworkPolicy');
    if (unknown !== undefined) return unknown;
    const own = globalFelix(cluster)?.failsafeInbound;
    const failsafePorts =
      own === undefined ? DEFAULT_FAILSAFE : own.filter(({ protocol }) => protocol === 'tcp').map(({ port }) => port);
    if (failsafePorts.includes(KUBELET_PORT)) {
      return pass('Port 10250 is among the failsafe ports, whatever policies say.');
    }
    const ofHosts = cluster.calicoPolicies.filter((policy) => isOfHosts(cluster, policy));
    const shutting = shutOff(cluster, ofHosts);
    if (shutting.length === 0) {
      return pass(
        ofHosts.length === 0
          ? 'No policy of Calico limits what hosts take.'
          : `${few(ofHosts.map(called), 3)} let port 10250 through.`,
      );
    }
    const yet =
      cluster.hostEndpoints.length > 0
        ? ''
        : ' It takes hold as soon as HostEndpoints that it selects are made, or made automatically; none is in the input.';
    const beside = failsafePorts.length === 0 ? 'none' : failsafePorts.join(', ');
    return shutting.map((policy) =>
      warn(
        `${called(policy)} lets hosts take ${few(allowedPorts(policy)) || 'nothing'} beside the failsafe ports (${beside}), and 10250 is in neither: \`kubectl logs\` and \`exec\` hang.${yet}`,
        [objectEvidence(policy, policy.selector, 'selector')],
        { headline: 'kubelet port 10250 closed by policy' },
      ),
    );
  },
});

/** calico/node dials Typha with the client certificate that these flags name; typha/pkg/config/config_params.go. */
const typha: Check = ofCalico({
  id: 'calico-typha-tls',
  title: 'Typha and the agents of Calico authenticate each other',
  severity: 'medium',
  impact: 'security',
  versions: 'all; plaintext when unset; the operator sets mutual TLS up by itself',
  remediation:
    'Install Calico with the operator, or set TYPHA_CAFILE, TYPHA_SERVERCERTFILE, TYPHA_SERVERKEYFILE and TYPHA_CLIENTCN on Typha and FELIX_TYPHACAFILE, FELIX_TYPHACERTFILE, FELIX_TYPHAKEYFILE and FELIX_TYPHACN on calico-node (`kubectl -n kube-system edit deployment calico-typha`).',
  references: [calicoDocs('network-policy/comms/crypto-auth'), calicoDocs('reference/typha/configuration')],
  judge: (cluster) => {
    const found = [...cluster.workloads, ...cluster.pods].find(({ containers }) =>
      containers.some(({ image }) => /(?:^|\/)(?:calico-)?typha(?=[:@]|$)/.test(image)),
    );
    if (found === undefined) {
      return cluster.known.has('Deployment') || cluster.known.has('Pod')
        ? pass('No Typha runs: agents ask the API server themselves.')
        : notAssessed('Neither Deployments nor pods are in the input.', [], { remediation: EXPORT });
    }
    const names = new Set(found.containers.flatMap(({ environment }) => [...environment.keys()]));
    const lacking = ['TYPHA_CAFILE', 'TYPHA_SERVERCERTFILE'].filter((name) => !names.has(name));
    const shown = [objectEvidence(found, lacking.length === 0 ? 'set' : null, 'TYPHA_CAFILE')];
    return lacking.length === 0
      ? pass('Typha is given a certificate, and the CA of its clients.', shown)
      : warn(
          `Typha is not given ${few(lacking)}: agents dial it in plaintext, and it takes anybody (port 5473).`,
          shown,
          {
            headline: 'Typha without TLS',
          },
        );
  },
});

export { wireguard as calicoWireguard };
export const CALICO_NODE_CHECKS: readonly Check[] = [wireguard, bgpPassword, failsafe, typha];
