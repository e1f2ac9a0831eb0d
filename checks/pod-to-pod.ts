import type { PathDefinition } from '../src/model/path.ts';
import { calicoWireguard } from './shared/cluster/calico.ts';
import { ciliumEncryption, ciliumMutualAuth } from './shared/cluster/cilium.ts';
import { ISTIO_CHECKS } from './shared/cluster/istio.ts';
import { LINKERD_CHECKS } from './shared/cluster/linkerd.ts';
import { NETWORK_POLICY_CHECKS } from './shared/cluster/network-policy.ts';
import { podFacts, TRAFFIC_CHECKS } from './shared/cluster/traffic.ts';
import { decidedInCluster } from './shared/elsewhere.ts';

export const path: PathDefinition = decidedInCluster(
  {
    id: 'pod-to-pod',
    case: '6',
    title: 'Pod to pod',
    client: 'pod',
    server: 'pod',
    description:
      'Traffic between pods is neither encrypted nor filtered unless something in the cluster does it: NetworkPolicy filters, a service mesh or the encryption of the network plugin encrypts. The row passes where every namespace with pods has both.',
    checks: [
      ...TRAFFIC_CHECKS,
      ...NETWORK_POLICY_CHECKS,
      ...ISTIO_CHECKS,
      ...LINKERD_CHECKS,
      calicoWireguard,
      ciliumEncryption,
      ciliumMutualAuth,
    ],
  },
  'NetworkPolicy objects, the service mesh and the network plugin',
  podFacts,
);
