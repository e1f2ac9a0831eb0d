/** Every communication path, in the order of the report. */
import type { Check, PathDefinition } from '../src/model/path.ts';
import { path as apiserverToKubelet } from './apiserver-to-kubelet.ts';
import { path as kubeletToApiserver } from './kubelet-to-apiserver.ts';
import { path as kubeletBootstrap } from './kubelet-bootstrap.ts';
import { path as userToApiserver } from './user-to-apiserver.ts';
import { path as anonymousToApiserver } from './anonymous-to-apiserver.ts';
import { path as apiserverToEtcd } from './apiserver-to-etcd.ts';
import { path as etcdToApiserver } from './etcd-to-apiserver.ts';
import { path as etcdToEtcd } from './etcd-to-etcd.ts';
import { path as podToPod } from './pod-to-pod.ts';
import { path as podToApiserver } from './pod-to-apiserver.ts';
import { path as schedulerToApiserver } from './scheduler-to-apiserver.ts';
import { path as controllerManagerToApiserver } from './controller-manager-to-apiserver.ts';
import { path as nodeToNode } from './node-to-node.ts';
import { path as clientToKubelet } from './client-to-kubelet.ts';
import { path as clientToScheduler } from './client-to-scheduler.ts';
import { path as clientToControllerManager } from './client-to-controller-manager.ts';
import { path as clientToEtcd } from './client-to-etcd.ts';
import { path as metricsToEtcd } from './metrics-to-etcd.ts';
import { path as apiserverToAggregatedApi } from './apiserver-to-aggregated-api.ts';
import { path as frontProxyToApiserver } from './front-proxy-to-apiserver.ts';
import { path as apiserverToWebhook } from './apiserver-to-webhook.ts';
import { path as apiserverToAudit } from './apiserver-to-audit.ts';
import { path as apiserverToOidc } from './apiserver-to-oidc.ts';
import { path as apiserverToKms } from './apiserver-to-kms.ts';
import { path as apiserverToKonnectivity } from './apiserver-to-konnectivity.ts';
import { path as apiserverToApiserver } from './apiserver-to-apiserver.ts';
import { path as kubeProxyToApiserver } from './kube-proxy-to-apiserver.ts';
import { path as clientToKubeProxy } from './client-to-kube-proxy.ts';
import { path as corednsToApiserver } from './coredns-to-apiserver.ts';
import { path as cloudControllerManagerToApiserver } from './cloud-controller-manager-to-apiserver.ts';
import { path as internetToNodeport } from './internet-to-nodeport.ts';
import { path as kubeletToRuntime } from './kubelet-to-runtime.ts';
import { kubeadmDrift } from './shared/kubeadm-drift.ts';
import { processDrift } from './shared/process-drift.ts';
import { readOnce } from './shared/read-once.ts';

const DEFINITIONS: readonly PathDefinition[] = [
  apiserverToKubelet,
  kubeletToApiserver,
  kubeletBootstrap,
  userToApiserver,
  anonymousToApiserver,
  apiserverToEtcd,
  etcdToApiserver,
  etcdToEtcd,
  podToPod,
  podToApiserver,
  schedulerToApiserver,
  controllerManagerToApiserver,
  nodeToNode,
  clientToKubelet,
  clientToScheduler,
  clientToControllerManager,
  clientToEtcd,
  metricsToEtcd,
  apiserverToAggregatedApi,
  frontProxyToApiserver,
  apiserverToWebhook,
  apiserverToAudit,
  apiserverToOidc,
  apiserverToKms,
  apiserverToKonnectivity,
  apiserverToApiserver,
  kubeProxyToApiserver,
  clientToKubeProxy,
  corednsToApiserver,
  cloudControllerManagerToApiserver,
  internetToNodeport,
  kubeletToRuntime,
];

/** Every path, with what differs on it between what runs, what files say and hold, and what kubeadm would write. */
export const PATHS: readonly PathDefinition[] = DEFINITIONS.map((path) => ({
  ...path,
  checks: [
    ...path.checks,
    ...[processDrift(path.id), readOnce(path.id), kubeadmDrift(path.id)].filter((drift) => drift !== undefined),
  ],
}));

/** Every check once, by id: the same check may be attached to several paths. */
export function allChecks(): ReadonlyMap<string, Check> {
  return new Map(PATHS.flatMap(({ checks }) => checks.map((check) => [check.id, check] as const)));
}
