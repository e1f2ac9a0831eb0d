/**
 * When the other flags went: those that decide nothing about TLS, but with which a component of a later version does
 * not start (pflag: "unknown flag", Go's flag package: "flag provided but not defined").
 * Each bound is the first version whose registrations lack the flag, found by comparing k8s.io/kubernetes,
 * k8s.io/apiserver and k8s.io/component-base of every minor from 1.19 to 1.37, and go.etcd.io/etcd/server of 3.5.0,
 * 3.5.9, 3.5.21, 3.6.0, 3.6.8, 3.7.0 and 3.7.3 (for 3.4 the binary of 3.4.23).
 */
import type { ComponentName } from '../../model/component.ts';

interface RemovedFlags {
  /** First version without them. */
  readonly removed: string;
  /** Names separated by spaces. */
  readonly names: string;
  /** The file that registers them in the version before. */
  readonly source: string;
}

/** What every Kubernetes component lost at once. */
const SHARED: readonly RemovedFlags[] = [
  {
    removed: '1.24',
    names: 'experimental-logging-sanitization',
    source: 'k8s.io/component-base/logs/config.go (1.23)',
  },
  {
    removed: '1.26',
    names: `
    add-dir-header alsologtostderr log-backtrace-at log-dir log-file log-file-max-size logtostderr one-output
    skip-headers skip-log-headers stderrthreshold`,
    source: 'k8s.io/component-base/logs/logs.go (1.25: klog.InitFlags; 1.26: klogflags.Init keeps v and vmodule)',
  },
];

/** Through 1.30 both components took them from the in-tree provider. */
const GCE_FLAGS: RemovedFlags = {
  removed: '1.31',
  names: 'cloud-provider-gce-l7lb-src-cidrs cloud-provider-gce-lb-src-cidrs',
  source:
    'cmd/kube-apiserver/app/options/globalflags_providers.go, cmd/kube-controller-manager/app/flags_providers.go (1.30)',
};

const OWN: Readonly<Partial<Record<ComponentName, readonly RemovedFlags[]>>> = {
  'kube-apiserver': [
    ...SHARED,
    GCE_FLAGS,
    {
      removed: '1.24',
      names: 'deserialization-cache-size enable-swagger-ui target-ram-mb',
      source: 'k8s.io/apiserver/pkg/server/options/{etcd,feature,server_run_options}.go (1.23)',
    },
    {
      removed: '1.26',
      names: 'identity-lease-duration-seconds identity-lease-renew-interval-seconds',
      source: 'cmd/kube-apiserver/app/options/options.go (1.25)',
    },
    {
      removed: '1.27',
      names: 'master-service-namespace',
      source: 'k8s.io/apiserver/pkg/server/options/server_run_options.go (1.26)',
    },
  ],
  kubelet: [
    ...SHARED,
    { removed: '1.21', names: 'enable-cadvisor-json-endpoints', source: 'cmd/kubelet/app/options/options.go (1.20)' },
    {
      removed: '1.22',
      names: 'chaos-chance redirect-container-streaming',
      source: 'cmd/kubelet/app/options/options.go, pkg/kubelet/config/flags.go (1.21)',
    },
    { removed: '1.23', names: 'seccomp-profile-root', source: 'cmd/kubelet/app/options/options.go (1.22)' },
    {
      removed: '1.24',
      names: `
      cni-bin-dir cni-cache-dir cni-conf-dir docker-endpoint experimental-dockershim-root-directory
      image-pull-progress-deadline network-plugin network-plugin-mtu`,
      source: 'pkg/kubelet/config/flags.go (1.23)',
    },
    {
      removed: '1.24',
      names: 'docker docker-only docker-root docker-tls docker-tls-ca docker-tls-cert docker-tls-key',
      source: 'cmd/kubelet/app/options/globalflags_linux.go (1.23)',
    },
    {
      removed: '1.24',
      names: 'experimental-check-node-capabilities-before-mount non-masquerade-cidr really-crash-for-testing',
      source: 'cmd/kubelet/app/options/options.go (1.23)',
    },
    {
      removed: '1.25',
      names: 'experimental-kernel-memcg-notification',
      source: 'cmd/kubelet/app/options/options.go (1.24)',
    },
    {
      removed: '1.27',
      names: 'container-runtime master-service-namespace',
      source: 'pkg/kubelet/config/flags.go, cmd/kubelet/app/options/options.go (1.26)',
    },
    {
      removed: '1.30',
      names: 'azure-container-registry-config',
      source: 'cmd/kubelet/app/options/globalflags_providers.go (1.29)',
    },
    {
      removed: '1.31',
      names: 'iptables-drop-bit iptables-masquerade-bit keep-terminated-pod-volumes',
      source: 'cmd/kubelet/app/options/options.go (1.30)',
    },
    { removed: '1.34', names: 'register-schedulable', source: 'cmd/kubelet/app/options/options.go (1.33)' },
    { removed: '1.35', names: 'pod-infra-container-image', source: 'pkg/kubelet/config/flags.go (1.34)' },
    {
      removed: '1.37',
      names: `
      application-metrics-count-limit boot-id-file container-hints containerd containerd-namespace enable-load-reader
      event-storage-age-limit event-storage-event-limit global-housekeeping-interval log-cadvisor-usage machine-id-file
      storage-driver-buffer-duration storage-driver-db storage-driver-host storage-driver-password
      storage-driver-secure storage-driver-table storage-driver-user`,
      source: 'cmd/kubelet/app/options/globalflags_linux.go (1.36)',
    },
  ],
  'kube-scheduler': [
    ...SHARED,
    {
      removed: '1.22',
      names: 'algorithm-provider hard-pod-affinity-symmetric-weight scheduler-name',
      source: 'cmd/kube-scheduler/app/options/deprecated.go (1.21)',
    },
    {
      removed: '1.23',
      names: 'policy-config-file policy-configmap policy-configmap-namespace use-legacy-policy-config',
      source: 'cmd/kube-scheduler/app/options/deprecated.go (1.22)',
    },
    {
      removed: '1.28',
      names: 'lock-object-name lock-object-namespace',
      source: 'cmd/kube-scheduler/app/options/deprecated.go (1.27)',
    },
  ],
  'kube-controller-manager': [
    ...SHARED,
    GCE_FLAGS,
    {
      removed: '1.22',
      names: 'horizontal-pod-autoscaler-use-rest-clients',
      source: 'cmd/kube-controller-manager/app/options/hpacontroller.go (1.21)',
    },
    {
      removed: '1.24',
      names: 'deployment-controller-sync-period',
      source: 'cmd/kube-controller-manager/app/options/deploymentcontroller.go (1.23)',
    },
    {
      removed: '1.25',
      names: 'deleting-pods-burst deleting-pods-qps register-retry-count',
      source: 'cmd/kube-controller-manager/app/options/deprecatedcontroller.go (1.24)',
    },
    {
      removed: '1.27',
      names: 'enable-taint-manager pod-eviction-timeout',
      source: 'cmd/kube-controller-manager/app/options/nodelifecyclecontroller.go (1.26)',
    },
    {
      removed: '1.31',
      names: `
      horizontal-pod-autoscaler-downscale-delay horizontal-pod-autoscaler-upscale-delay
      volume-host-allow-local-loopback volume-host-cidr-denylist`,
      source: 'cmd/kube-controller-manager/app/options/{hpacontroller,persistentvolumebindercontroller}.go (1.30)',
    },
  ],
  'kube-proxy': [
    ...SHARED,
    { removed: '1.21', names: 'cleanup-ipvs', source: 'cmd/kube-proxy/app/server.go (1.20)' },
    { removed: '1.26', names: 'udp-timeout', source: 'cmd/kube-proxy/app/server.go (1.25)' },
  ],
  etcd: [
    { removed: '3.5', names: 'log-package-levels', source: 'etcdmain/config.go (3.4)' },
    {
      removed: '3.6',
      names: `
      experimental-enable-v2v3 proxy-dial-timeout proxy-failure-wait proxy-read-timeout proxy-refresh-interval
      proxy-write-timeout`,
      source: 'server/etcdmain/config.go (3.5)',
    },
    {
      removed: '3.7',
      names: `
      experimental-bootstrap-defrag-threshold-megabytes experimental-compact-hash-check-enabled
      experimental-compact-hash-check-time experimental-compaction-batch-limit
      experimental-compaction-sleep-interval experimental-corrupt-check-time
      experimental-distributed-tracing-address experimental-distributed-tracing-instance-id
      experimental-distributed-tracing-sampling-rate experimental-distributed-tracing-service-name
      experimental-downgrade-check-time experimental-enable-distributed-tracing experimental-enable-lease-checkpoint
      experimental-enable-lease-checkpoint-persist experimental-initial-corrupt-check experimental-memory-mlock
      experimental-snapshot-catchup-entries experimental-stop-grpc-service-on-defrag
      experimental-txn-mode-write-with-shared-buffer experimental-warning-apply-duration
      experimental-warning-unary-request-duration experimental-watch-progress-notify-interval`,
      source: 'server/embed/config.go (3.6)',
    },
  ],
};

const built = new Map<ComponentName, ReadonlyMap<string, string>>();

/** The first version of a component without each of its other flags that is gone. */
export function removedFlags(component: ComponentName): ReadonlyMap<string, string> {
  const known = built.get(component);
  if (known !== undefined) return known;
  const removals = new Map<string, string>();
  for (const { removed, names } of OWN[component] ?? []) {
    for (const name of names.split(/\s+/).filter((word) => word !== '')) removals.set(name, removed);
  }
  built.set(component, removals);
  return removals;
}

/** Values that a flag which is still there no longer takes: etcd 3.5 server/embed/config_logging.go. */
const ETCD_VALUES: ReadonlyMap<string, string> = new Map([['logger=capnslog', '3.5']]);

/** The first version of a component that does not take a value of one of its other flags, by `flag=value`. */
export function removedValues(component: ComponentName): ReadonlyMap<string, string> {
  return component === 'etcd' ? ETCD_VALUES : new Map();
}
