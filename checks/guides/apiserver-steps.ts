/** Steps and proofs that many guides to the API server share. */
import { APISERVER_PLACE, keepIn } from './places.ts';

/** kubeadm writes the manifest anew at an upgrade, from the ClusterConfiguration. */
export const KEEP_APISERVER_ARGS = keepIn(APISERVER_PLACE);

/** The same for a flag that names a file of its own. */
export const KEEP_APISERVER_FILE =
  'So that an upgrade keeps it: apiServer.extraArgs and apiServer.extraVolumes in `kubectl -n kube-system edit configmap kubeadm-config`.';

/** A file that the API server is to read has to be in its pod. */
export const MOUNT_APISERVER_FILE =
  'Mount it: a hostPath volume and a read-only volumeMount in /etc/kubernetes/manifests/kube-apiserver.yaml.';

/** The kubelet starts a static pod again when its manifest changes. */
export const ONE_AFTER_THE_OTHER =
  'The kubelet restarts the API server when the manifest changes: wait until `curl -sk https://127.0.0.1:6443/readyz` says ok before the next control-plane node.';

export const APISERVER_LOG =
  'See what it says: `crictl logs $(crictl ps -a --name kube-apiserver -q | head -1) 2>&1 | tail`.';

export const APISERVER_STAYS_UP =
  '`crictl ps --name kube-apiserver` shows it Running, with the same ATTEMPT a minute later.';

/** A proof for a flag that has to go. */
export function flagIsGone(flag: string): string {
  return `\`grep -c -- --${flag} /etc/kubernetes/manifests/kube-apiserver.yaml\` prints 0.`;
}
