/** Where each component is configured, and how it is restarted and watched, for guides that several components share. */
import type { ComponentName } from '../../src/model/component.ts';

/** One component, as guides speak of it. */
export interface Place {
  /** How the ids of its checks begin. */
  readonly prefix: string;
  readonly name: ComponentName;
  /** The file with its flags, or with the fields that stand for them. */
  readonly file: string;
  /** Port of its TLS listener. */
  readonly port: number;
  /** What stands still while it does not run. */
  readonly down: string;
  /** How a change takes effect without an outage. */
  readonly restart: string;
  /** What an upgrade takes the settings from, so that they have to be changed there as well. */
  readonly kept: string;
  /** A command that prints the lines of its configuration with a flag. */
  readonly search: (flag: string) => string;
  /** Shows what it says when it does not start. */
  readonly log: string;
  /** A command that shows that it runs, and what it prints. */
  readonly runs: string;
}

/** What it is called in a sentence. */
export function called({ name }: Pick<Place, 'name'>): string {
  return name === 'kubelet' ? 'the kubelet' : name;
}

/** How a change outlives an upgrade. */
export function keepIn({ kept }: Pick<Place, 'kept'>): string {
  return `So that an upgrade keeps it: ${kept}.`;
}

/**
 * A component that the kubelet runs from a manifest: it starts the pod again when the manifest changes. kubeadm writes
 * the manifest anew at an upgrade, from the ClusterConfiguration.
 */
function staticPod(
  name: ComponentName,
  field: string,
  own: Pick<Place, 'prefix' | 'port' | 'down'> & Partial<Place>,
): Place {
  return {
    name,
    file: `/etc/kubernetes/manifests/${name}.yaml`,
    restart: `The kubelet restarts ${name} when the manifest changes: see with \`crictl ps --name ${name}\` that it runs before the next control-plane node.`,
    kept: `${field}.extraArgs in \`kubectl -n kube-system edit configmap kubeadm-config\``,
    search: (flag) => `grep -- --${flag} /etc/kubernetes/manifests/${name}.yaml`,
    log: `\`crictl logs $(crictl ps -a --name ${name} -q | head -1) 2>&1 | tail\``,
    runs: `\`crictl ps --name ${name}\` shows it Running, with the same ATTEMPT a minute later.`,
    ...own,
  };
}

/** A client pair that kubeadm keeps on every member, as curl and etcdctl take it. */
const ETCD_PAIR = ['ca.crt', 'healthcheck-client.crt', 'healthcheck-client.key'].map(
  (file) => `/etc/kubernetes/pki/etcd/${file}`,
) as [string, string, string];

/** `curl` with what etcd asks of its clients. */
export function etcdCurl(more: string): string {
  const [ca, certificate, key] = ETCD_PAIR;
  return `curl -s --cacert ${ca} --cert ${certificate} --key ${key} ${more}`;
}

/** `etcdctl` with the same, in the pod of a member: kubeadm installs it nowhere else. */
export function etcdctl(more: string): string {
  const [ca, certificate, key] = ETCD_PAIR;
  return `kubectl -n kube-system exec etcd-<node> -- etcdctl --endpoints=https://127.0.0.1:2379 --cacert=${ca} --cert=${certificate} --key=${key} ${more}`;
}

export const APISERVER_PLACE: Place = staticPod('kube-apiserver', 'apiServer', {
  prefix: 'apiserver',
  port: 6443,
  down: 'Whoever dials this API server gets connection refused; with a single one the whole cluster stands still, and pods only run on.',
});

export const SCHEDULER_PLACE: Place = staticPod('kube-scheduler', 'scheduler', {
  prefix: 'scheduler',
  port: 10259,
  down: 'Where no other scheduler takes over, new pods stay Pending.',
});

export const CONTROLLER_MANAGER_PLACE: Place = staticPod('kube-controller-manager', 'controllerManager', {
  prefix: 'controller-manager',
  port: 10257,
  down: 'Where no other controller manager takes over, nothing is rolled out, replaced, signed or cleaned up, while all that runs runs on.',
});

export const ETCD_PLACE: Place = staticPod('etcd', 'etcd.local', {
  prefix: 'etcd',
  port: 2379,
  down: 'The member is away; without a majority of members the API server answers `etcdserver: request timed out` or ends.',
  restart: `The kubelet restarts etcd when the manifest changes. One member after the other: the next one when \`${etcdctl('endpoint health --cluster')}\` calls all of them healthy.`,
});

export const CLOUD_CONTROLLER_MANAGER_PLACE: Place = {
  prefix: 'cloud-controller-manager',
  name: 'cloud-controller-manager',
  file: 'the manifest, DaemonSet or unit that runs cloud-controller-manager',
  port: 10258,
  down: 'New nodes keep the taint node.cloudprovider.kubernetes.io/uninitialized, and new Services of type LoadBalancer get no address.',
  restart:
    'A DaemonSet or Deployment rolls out by itself when it changes (`kubectl -n kube-system rollout status daemonset cloud-controller-manager`); restart a unit.',
  kept: 'the values of its chart, or wherever its manifest comes from',
  search: (flag) => `kubectl -n kube-system get daemonset cloud-controller-manager -o yaml | grep -- --${flag}`,
  log: '`kubectl -n kube-system logs daemonset/cloud-controller-manager | tail`',
  runs: '`kubectl -n kube-system get pods | grep cloud-controller-manager` shows it Running, and RESTARTS no longer grows.',
};

export const KUBELET_PLACE: Place = {
  prefix: 'kubelet',
  name: 'kubelet',
  file: '/var/lib/kubelet/config.yaml',
  port: 10250,
  down: 'The node is NotReady within a minute; its pods run on, and after five minutes others are started for them elsewhere.',
  restart: 'Restart the kubelet, one node after the other: `systemctl restart kubelet`. Pods go on running.',
  kept: '`kubectl -n kube-system edit configmap kubelet-config`, which kubeadm writes the file from',
  search: (flag) => `ps -ww -o args= -C kubelet | tr " " "\\n" | grep -- --${flag}`,
  log: '`journalctl -u kubelet -n 50 --no-pager`',
  runs: '`systemctl show kubelet -p NRestarts -p ActiveState` prints ActiveState=active, and the same NRestarts a minute later.',
};

export const KUBE_PROXY_PLACE: Place = {
  prefix: 'kube-proxy',
  name: 'kube-proxy',
  file: 'the DaemonSet (`kubectl -n kube-system edit daemonset kube-proxy`), the manifest or the unit of kube-proxy',
  port: 10249,
  down: 'Rules that are there stay, but pods that are replaced meanwhile leave Services of the node leading nowhere.',
  restart: 'Restart it: `kubectl -n kube-system rollout restart daemonset kube-proxy`; connections go on.',
  kept: '`kubectl -n kube-system edit configmap kube-proxy`, since kubeadm writes the DaemonSet anew and keeps that',
  search: (flag) => `kubectl -n kube-system get daemonset kube-proxy -o yaml | grep -- --${flag}`,
  log: '`kubectl -n kube-system logs -l k8s-app=kube-proxy --tail=20`',
  runs: '`kubectl -n kube-system get pods -l k8s-app=kube-proxy` shows all of them Running, and RESTARTS no longer grows.',
};
