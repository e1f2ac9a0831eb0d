/** Whether what passes between nodes is encrypted, whichever plugin carries it. */
import type { ClusterModel } from '../../../src/model/cluster.ts';
import type { Check, PathFacts } from '../../../src/model/path.ts';
import { notAssessed, pass, warn } from '../result.ts';
import { EXPORT, ofCluster } from './objects.ts';
import { overlayAnswer, overlayOf } from './overlay.ts';
import { calicoDocs, ciliumDocs, sourceOf } from './references.ts';
import { UNKNOWN_FACTS } from '../facts.ts';

export const nodeTraffic: Check = ofCluster({
  id: 'node-traffic-encrypted',
  title: 'The network plugin encrypts what pods send from node to node',
  severity: 'medium',
  impact: 'security',
  versions: 'all; off in every plugin when unset',
  remediation:
    'Switch WireGuard on: Calico `wireguardEnabled: true` in the FelixConfiguration default; Cilium `encryption.enabled=true` with `encryption.type=wireguard`; flannel `"Backend": {"Type": "wireguard"}` in net-conf.json; Antrea `trafficEncryptionMode: wireGuard`. Open its port between the nodes first (udp 51820 and 51821, Cilium 51871).',
  references: [
    calicoDocs('network-policy/encrypt-cluster-pod-traffic'),
    ciliumDocs('security/network/encryption/'),
    sourceOf('flannel-io/flannel', 'Documentation/backends.md', 'master'),
    sourceOf('antrea-io/antrea', 'docs/traffic-encryption.md'),
  ],
  judge: (cluster) => {
    const { state, by, why, evidence } = overlayOf(cluster);
    const sentence = `${why.charAt(0).toUpperCase()}${why.slice(1)}`;
    if (state === 'encrypted') return pass(`What pods send from node to node is encrypted by ${by}.`, evidence);
    if (state === 'unknown') {
      return notAssessed(`${sentence}.`, evidence, {
        headline: 'encryption between nodes not known',
        remediation: EXPORT,
      });
    }
    const what = state === 'partly' ? 'reads the rest' : 'reads what pods send';
    return warn(`${sentence}: whoever is on the network between nodes ${what}.`, evidence, {
      headline: state === 'partly' ? 'pod network partly in plaintext' : 'pod network in plaintext',
    });
  },
});

/** The columns of the row: keys of WireGuard and IPsec authenticate both ends. */
export function nodeFacts(cluster: ClusterModel): PathFacts {
  const { state } = overlayOf(cluster);
  const answer = overlayAnswer(state);
  return {
    ...UNKNOWN_FACTS,
    encrypted: answer,
    serverVerified: answer,
    clientAuthenticated: answer,
    minTLSVersion: 'n/a',
  };
}
