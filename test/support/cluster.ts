/** Objects of network plugins and meshes for cases, beside those of fixtures/exports/objects.ts. */
import { crd, object, pod } from '../../fixtures/exports/objects.ts';
import type { ObjectOfAPI } from '../../fixtures/exports/objects.ts';

type Spec = Readonly<Record<string, unknown>>;

/** A policy of Calico, and the definition of its kind. */
export function calicoPolicy(kind: string, place: string, spec: Spec): readonly ObjectOfAPI[] {
  return [object('crd.projectcalico.org/v1', kind, place, { spec }), crd('crd.projectcalico.org', kind)];
}

/** A policy of Cilium for the whole cluster, and the definition of its kind. */
export function ciliumPolicy(name: string, spec: Spec): readonly ObjectOfAPI[] {
  const kind = 'CiliumClusterwideNetworkPolicy';
  return [object('cilium.io/v2', kind, name, { spec }), crd('cilium.io', kind)];
}

/** A pod with a proxy of Istio. */
export function meshed(
  place: string,
  labels: Readonly<Record<string, string>>,
  annotations: Readonly<Record<string, string>> = {},
): ObjectOfAPI {
  return pod(place, {
    labels,
    annotations,
    containers: [
      { name: 'app', image: 'registry.example.com/app:1' },
      { name: 'istio-proxy', image: 'docker.io/istio/proxyv2:1.27.0' },
    ],
  });
}

/** A pod with a proxy of Linkerd. */
export function linkerdProxy(place: string, annotations: Readonly<Record<string, string>> = {}): ObjectOfAPI {
  return pod(place, {
    annotations,
    containers: [
      { name: 'app', image: 'registry.example.com/app:1' },
      { name: 'linkerd-proxy', image: 'cr.l5d.io/linkerd/proxy:edge-25.9.1' },
    ],
  });
}

export function peerAuthentication(place: string, spec: Spec, creationTimestamp?: string): ObjectOfAPI {
  const meta = creationTimestamp === undefined ? {} : { creationTimestamp };
  return object('security.istio.io/v1', 'PeerAuthentication', place, { spec }, meta);
}

export function destinationRule(trafficPolicy: Spec): ObjectOfAPI {
  const spec = { host: 'legacy.shop.svc.cluster.local', trafficPolicy };
  return object('networking.istio.io/v1', 'DestinationRule', 'shop/legacy', { spec });
}
