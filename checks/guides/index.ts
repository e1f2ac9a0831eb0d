/** Every guide, by check id. Only `explain` and the documentation read them. */
import type { CheckGuide, CheckGuides } from '../../src/model/guide.ts';
import { CERTIFICATE_CHAIN_GUIDES } from './certificate-chains.ts';
import { CERTIFICATE_DATE_GUIDES } from './certificate-dates.ts';
import { KUBELET_GUIDES } from './kubelet.ts';
import { PKI_FILE_GUIDES } from './pki-files.ts';
import { CLUSTER_TRAFFIC_GUIDES } from './cluster-traffic.ts';
import { DRIFT_GUIDES } from './drift.ts';
import { SERVICE_ACCOUNT_GUIDES } from './service-accounts.ts';
import { AGGREGATION_GUIDES } from './aggregation.ts';
import { APISERVER_ACCESS_GUIDES } from './apiserver-access.ts';
import { APISERVER_ETCD_GUIDES } from './apiserver-etcd.ts';
import { APISERVER_KUBELET_GUIDES } from './apiserver-kubelet.ts';
import { APISERVER_SERVING_GUIDES } from './apiserver-serving.ts';
import { CONFIG_FILE_GUIDES } from './config-files.ts';
import { EGRESS_GUIDES } from './egress.ts';
import { ENCRYPTION_GUIDES } from './encryption.ts';
import { IDENTITY_GUIDES } from './identity.ts';
import { WEBHOOK_GUIDES } from './webhooks.ts';
import { CONTROL_PLANE_GUIDES } from './control-plane.ts';
import { CONTROLLER_GUIDES } from './controllers.ts';
import { ETCD_PEER_GUIDES } from './etcd-peers.ts';
import { ETCD_GUIDES } from './etcd.ts';
import { KUBE_PROXY_GUIDES } from './kube-proxy.ts';
import { KUBECONFIG_GUIDES } from './kubeconfigs.ts';
import { KUBELET_CLIENT_GUIDES } from './kubelet-client.ts';
import { LISTENER_GUIDES } from './listeners.ts';

export const GUIDES: CheckGuides = {
  ...CERTIFICATE_CHAIN_GUIDES,
  ...CERTIFICATE_DATE_GUIDES,
  ...KUBELET_GUIDES,
  ...PKI_FILE_GUIDES,
  ...CLUSTER_TRAFFIC_GUIDES,
  ...DRIFT_GUIDES,
  ...SERVICE_ACCOUNT_GUIDES,
  ...AGGREGATION_GUIDES,
  ...APISERVER_ACCESS_GUIDES,
  ...APISERVER_ETCD_GUIDES,
  ...APISERVER_KUBELET_GUIDES,
  ...APISERVER_SERVING_GUIDES,
  ...CONFIG_FILE_GUIDES,
  ...EGRESS_GUIDES,
  ...ENCRYPTION_GUIDES,
  ...IDENTITY_GUIDES,
  ...WEBHOOK_GUIDES,
  ...CONTROL_PLANE_GUIDES,
  ...CONTROLLER_GUIDES,
  ...ETCD_PEER_GUIDES,
  ...ETCD_GUIDES,
  ...KUBE_PROXY_GUIDES,
  ...KUBECONFIG_GUIDES,
  ...KUBELET_CLIENT_GUIDES,
  ...LISTENER_GUIDES,
};

/**
 * The guide to a check.
 * @throws RangeError for a check without one: a fault of the catalogue
 */
export function guideOf(id: string): CheckGuide {
  const guide = GUIDES[id];
  if (guide === undefined) throw new RangeError(`${id} has no guide: write it in checks/guides/`);
  return guide;
}
