/**
 * The other flags of each component: those that decide nothing about TLS. They are needed to parse a command line
 * (which flags take the next word) and to keep a spelling hint from calling a real flag a mistake.
 * Collected from the flag registrations of Kubernetes 1.19 to 1.37 (cmd/<component>/app, pkg/kubeapiserver/options,
 * pkg/kubelet/config, k8s.io/apiserver/pkg/server/options, k8s.io/component-base) and etcd 3.5.0 to 3.7.3 (embed and
 * etcdmain config.go; the flags that etcd ignores take no value either: pkg/flags/ignored.go, IsBoolFlag).
 * Those that are gone are in removed-flags.ts.
 */
import type { ComponentName } from '../../model/component.ts';

/** Names separated by spaces; `switches` are booleans, `valued` take a value. */
interface Names {
  readonly switches: string;
  readonly valued: string;
}

const LOGGING_AND_GLOBAL: Names = {
  switches: `
    add-dir-header also-stdout alsologtostderr docker-only docker-tls enable-load-reader
    experimental-logging-sanitization help log-cadvisor-usage log-json-split-stream log-text-split-stream
    logtostderr one-output redirect-stderr skip-headers skip-log-headers storage-driver-secure version`,
  valued: `
    allow-metric-labels allow-metric-labels-manifest application-metrics-count-limit azure-container-registry-config
    boot-id-file cloud-provider-gce-l7lb-src-cidrs cloud-provider-gce-lb-src-cidrs container-hints containerd
    containerd-namespace controller-start-interval default-not-ready-toleration-seconds
    default-unreachable-toleration-seconds disabled-metrics docker docker-root docker-tls-ca docker-tls-cert
    docker-tls-key event-storage-age-limit event-storage-event-limit flush-interval global-housekeeping-interval
    housekeeping-interval leader-elect-lease-duration leader-elect-renew-deadline leader-elect-resource-lock
    leader-elect-resource-name leader-elect-resource-namespace leader-elect-retry-period log-backtrace-at log-dir
    log-file log-file-age log-file-max-size log-file-size log-flush-frequency log-json-info-buffer-size
    log-text-info-buffer-size logging-format machine-id-file max-connection-bytes-per-sec stderrthreshold
    storage-driver-buffer-duration storage-driver-db storage-driver-host storage-driver-password
    storage-driver-table storage-driver-user v vmodule`,
};

const OWN: Readonly<Record<ComponentName, Names>> = {
  'kube-apiserver': {
    switches: `
    audit-log-batch-throttle-enable audit-log-truncate-enabled audit-webhook-batch-throttle-enable
    audit-webhook-truncate-enabled emulation-forward-compatible enable-garbage-collector
    enable-priority-and-fairness enable-swagger-ui leader-elect runtime-config-emulation-forward-compatible
    shutdown-send-retry-after watch-cache`,
    valued: `
    apiserver-count audit-log-batch-buffer-size audit-log-batch-max-size audit-log-batch-max-wait
    audit-log-batch-throttle-burst audit-log-batch-throttle-qps audit-log-truncate-max-batch-size
    audit-log-truncate-max-event-size audit-log-version audit-webhook-batch-buffer-size
    audit-webhook-batch-initial-backoff audit-webhook-batch-max-size audit-webhook-batch-max-wait
    audit-webhook-batch-throttle-burst audit-webhook-batch-throttle-qps audit-webhook-initial-backoff
    audit-webhook-truncate-max-batch-size audit-webhook-truncate-max-event-size audit-webhook-version
    coordinated-leadership-lease-duration coordinated-leadership-renew-deadline coordinated-leadership-retry-period
    default-watch-cache-size delete-collection-workers deserialization-cache-size endpoint-reconciler-type
    etcd-compaction-interval etcd-count-metric-poll-period etcd-db-metric-poll-interval event-ttl
    identity-lease-duration-seconds identity-lease-renew-interval-seconds kubernetes-service-node-port
    lease-reuse-duration-seconds livez-grace-period master-service-namespace max-mutating-requests-inflight
    max-requests-inflight show-hidden-metrics-for-version shutdown-delay-duration
    shutdown-watch-termination-grace-period storage-backend storage-initialization-timeout storage-media-type
    target-ram-mb watch-cache-sizes`,
  },
  kubelet: {
    switches: `
    cgroups-per-qos cpu-cfs-quota enable-cadvisor-json-endpoints enable-controller-attach-detach
    exit-on-lock-contention experimental-allocatable-ignore-eviction
    experimental-check-node-capabilities-before-mount experimental-kernel-memcg-notification fail-swap-on
    keep-terminated-pod-volumes kernel-memcg-notification leader-elect local-storage-capacity-isolation
    really-crash-for-testing redirect-container-streaming register-schedulable runonce serialize-image-pulls
    windows-service`,
    valued: `
    allowed-unsafe-sysctls cgroup-driver cgroup-root chaos-chance cluster-dns cni-bin-dir
    cni-cache-dir cni-conf-dir container-log-max-files container-log-max-size container-runtime
    cpu-cfs-quota-period cpu-manager-policy cpu-manager-policy-options cpu-manager-reconcile-period docker-endpoint
    emulated-version enforce-node-allocatable event-burst eviction-hard eviction-max-pod-grace-period
    eviction-minimum-reclaim eviction-pressure-transition-period eviction-soft eviction-soft-grace-period
    experimental-dockershim-root-directory experimental-mounter-path file-check-frequency hairpin-mode
    http-check-frequency image-gc-high-threshold image-gc-low-threshold image-pull-progress-deadline
    iptables-drop-bit iptables-masquerade-bit kube-api-content-type kube-reserved kube-reserved-cgroup
    kubelet-cgroups lock-file manifest-url-header master-service-namespace max-open-files max-pods
    maximum-dead-containers maximum-dead-containers-per-container memory-manager-policy min-compatibility-version
    minimum-container-ttl-duration minimum-image-ttl-duration network-plugin network-plugin-mtu node-labels
    node-status-max-images node-status-update-frequency non-masquerade-cidr oom-score-adj pod-cidr
    pod-infra-container-image pod-max-pids pods-per-core provider-id qos-reserved register-with-taints
    registry-burst registry-qps reserved-cpus reserved-memory resolv-conf runtime-cgroups runtime-request-timeout
    seccomp-profile-root show-hidden-metrics-for-version sync-frequency system-cgroups system-reserved
    system-reserved-cgroup topology-manager-policy topology-manager-policy-options topology-manager-scope
    volume-plugin-dir volume-stats-agg-period windows-priorityclass`,
  },
  'kube-scheduler': {
    switches: `
    use-legacy-policy-config`,
    valued: `
    algorithm-provider emulated-version hard-pod-affinity-symmetric-weight kube-api-content-type lock-object-name
    lock-object-namespace min-compatibility-version pod-max-in-unschedulable-pods-duration policy-config-file
    policy-configmap policy-configmap-namespace scheduler-name show-hidden-metrics-for-version write-config-to`,
  },
  'kube-controller-manager': {
    switches: `
    allocate-node-cidrs allow-untagged-cloud configure-cloud-routes disable-attach-detach-reconcile-sync
    disable-force-detach-on-timeout enable-dynamic-provisioning enable-garbage-collector
    enable-hostpath-provisioner enable-leader-migration enable-taint-manager
    horizontal-pod-autoscaler-use-rest-clients volume-host-allow-local-loopback webhook-disable-http2-serving`,
    valued: `
    attach-detach-reconcile-sync-period cidr-allocator-type cloud-config cloud-provider cluster-cidr cluster-name
    concurrent-cron-job-syncs concurrent-daemonset-syncs concurrent-deployment-syncs
    concurrent-device-taint-eviction-syncs concurrent-disruption-syncs concurrent-endpoint-syncs
    concurrent-ephemeralvolume-syncs concurrent-gc-syncs concurrent-horizontal-pod-autoscaler-syncs
    concurrent-job-syncs concurrent-namespace-syncs concurrent-node-lifecycle-syncs concurrent-node-status-updates
    concurrent-node-syncs concurrent-rc-syncs concurrent-replicaset-syncs concurrent-resource-quota-syncs
    concurrent-resourceclaim-syncs concurrent-service-endpoint-syncs concurrent-service-syncs
    concurrent-serviceaccount-token-syncs concurrent-statefulset-syncs concurrent-ttl-after-finished-syncs
    concurrent-validating-admission-policy-status-syncs controller-shutdown-timeout deleting-pods-burst
    deleting-pods-qps deployment-controller-sync-period emulated-version endpoint-updates-batch-period
    endpointslice-updates-batch-period external-cloud-volume-plugin flex-volume-plugin-dir
    horizontal-pod-autoscaler-cpu-initialization-period horizontal-pod-autoscaler-downscale-delay
    horizontal-pod-autoscaler-downscale-stabilization horizontal-pod-autoscaler-initial-readiness-delay
    horizontal-pod-autoscaler-sync-period horizontal-pod-autoscaler-tolerance
    horizontal-pod-autoscaler-upscale-delay kube-api-content-type large-cluster-size-threshold
    leader-migration-config max-endpoints-per-slice min-compatibility-version min-resync-period
    mirroring-concurrent-service-endpoint-syncs mirroring-endpointslice-updates-batch-period
    mirroring-max-endpoints-per-subset namespace-sync-period node-cidr-mask-size node-cidr-mask-size-ipv4
    node-cidr-mask-size-ipv6 node-eviction-rate node-monitor-grace-period node-monitor-period
    node-startup-grace-period node-status-update-frequency node-sync-period pod-eviction-timeout
    pv-recycler-increment-timeout-nfs pv-recycler-minimum-timeout-hostpath pv-recycler-minimum-timeout-nfs
    pv-recycler-pod-template-filepath-hostpath pv-recycler-pod-template-filepath-nfs
    pv-recycler-timeout-increment-hostpath pvclaimbinder-sync-period register-retry-count
    resource-quota-sync-period route-reconciliation-period secondary-node-eviction-rate service-cluster-ip-range
    show-hidden-metrics-for-version terminated-pod-gc-threshold unhealthy-zone-threshold volume-host-cidr-denylist
    webhook-bind-address webhook-cert-dir webhook-secure-port webhook-tls-cert-file webhook-tls-cipher-suites
    webhook-tls-curve-preferences webhook-tls-min-version webhook-tls-private-key-file webhook-tls-sni-cert-key
    webhooks`,
  },
  etcd: {
    switches: `
    cluster-active-size cluster-remove-delay cluster-sync-interval config enable-distributed-tracing
    enable-log-rotation experimental-compact-hash-check-enabled experimental-enable-distributed-tracing
    experimental-enable-lease-checkpoint experimental-enable-lease-checkpoint-persist
    experimental-initial-corrupt-check experimental-memory-mlock experimental-stop-grpc-service-on-defrag
    experimental-txn-mode-write-with-shared-buffer force force-new-cluster help initial-election-tick-advance
    max-result-buffer max-retry-attempts memory-mlock peer-election-timeout peer-heartbeat-interval pre-vote
    retry-interval snapshot socket-reuse-address socket-reuse-port unsafe-no-fsync v version vv`,
    valued: `
    addr auto-compaction-mode auto-compaction-retention backend-batch-interval backend-batch-limit
    backend-bbolt-freelist-type bind-addr bootstrap-defrag-threshold-megabytes compact-hash-check-time
    compaction-batch-limit compaction-sleep-interval corrupt-check-time discovery-dial-timeout discovery-endpoints
    discovery-fallback discovery-keepalive-time discovery-keepalive-timeout discovery-password
    discovery-request-timeout discovery-srv discovery-srv-name discovery-token discovery-user
    distributed-tracing-address distributed-tracing-instance-id distributed-tracing-sampling-rate
    distributed-tracing-service-name downgrade-check-time election-timeout
    experimental-bootstrap-defrag-threshold-megabytes experimental-compact-hash-check-time
    experimental-compaction-batch-limit experimental-compaction-sleep-interval experimental-corrupt-check-time
    experimental-distributed-tracing-address experimental-distributed-tracing-instance-id
    experimental-distributed-tracing-sampling-rate experimental-distributed-tracing-service-name
    experimental-downgrade-check-time experimental-enable-v2v3 experimental-snapshot-catchup-entries
    experimental-warning-apply-duration experimental-warning-unary-request-duration
    experimental-watch-progress-notify-interval grpc-keepalive-interval grpc-keepalive-min-time
    grpc-keepalive-timeout heartbeat-interval initial-cluster-state initial-cluster-token key log-format
    log-outputs log-package-levels log-rotation-config-json logger max-concurrent-streams max-learners
    max-request-bytes max-snapshots max-txn-ops max-wals node path peer-addr peer-bind-addr peers peers-file
    proxy-dial-timeout proxy-failure-wait proxy-read-timeout proxy-refresh-interval proxy-write-timeout
    quota-backend-bytes raft-read-timeout raft-write-timeout server-name service-name service-scheme
    snapshot-catchup-entries snapshot-count v2-deprecation wal-dir warning-apply-duration
    warning-unary-request-duration watch-progress-notify-interval`,
  },
  'kube-proxy': {
    switches: `
    cleanup cleanup-ipvs conntrack-tcp-be-liberal enable-dsr forward-healthcheck-vip init-only
    iptables-localhost-nodeports ipvs-strict-arp leader-elect masquerade-all windows-service`,
    valued: `
    cluster-cidr config-sync-period conntrack-max-per-core conntrack-min conntrack-tcp-timeout-close-wait
    conntrack-tcp-timeout-established conntrack-udp-timeout conntrack-udp-timeout-stream detect-local-mode
    emulated-version iptables-masquerade-bit iptables-min-sync-period iptables-sync-period ipvs-exclude-cidrs
    ipvs-min-sync-period ipvs-scheduler ipvs-sync-period ipvs-tcp-timeout ipvs-tcpfin-timeout ipvs-udp-timeout
    kube-api-content-type min-compatibility-version network-name oom-score-adj pod-bridge-interface
    pod-interface-name-prefix root-hnsendpoint-name source-vip udp-timeout write-config-to`,
  },
  'cloud-controller-manager': {
    switches: `
    allocate-node-cidrs allow-untagged-cloud configure-cloud-routes contention-profiling leader-elect`,
    valued: `
    cidr-allocator-type cluster-cidr cluster-name concurrent-node-lifecycle-syncs concurrent-node-status-updates
    concurrent-node-syncs concurrent-service-syncs controllers emulated-version external-cloud-volume-plugin
    feature-gates kube-api-burst kube-api-content-type kube-api-qps min-compatibility-version min-resync-period
    node-monitor-period node-status-update-frequency node-sync-period route-reconciliation-period
    show-hidden-metrics-for-version webhooks`,
  },
};

const built = new Map<ComponentName, ReadonlyMap<string, 'switch' | 'valued'>>();

/** The flags of a component that its {@link flagHistory} does not hold, and whether each takes a value. */
export function otherFlags(component: ComponentName): ReadonlyMap<string, 'switch' | 'valued'> {
  const known = built.get(component);
  if (known !== undefined) return known;
  const flags = new Map<string, 'switch' | 'valued'>();
  for (const { switches, valued } of component === 'etcd' ? [OWN.etcd] : [LOGGING_AND_GLOBAL, OWN[component]]) {
    for (const name of words(switches)) flags.set(name, 'switch');
    for (const name of words(valued)) flags.set(name, 'valued');
  }
  built.set(component, flags);
  return flags;
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
