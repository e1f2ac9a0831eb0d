/** kube-proxy added to a real node, the ways in which people run it beside a DaemonSet. */
import type { EditableNode } from '../../support/node.ts';

export const PROXY_CONFIG = '/var/lib/kube-proxy/kube-proxy-config.yaml';
export const PROXY_KUBECONFIG = '/var/lib/kube-proxy/kubeconfig';
export const PROXY_UNIT = '/etc/systemd/system/kube-proxy.service';

/** As kubernetes-the-hard-way runs it: a unit, a configuration file and a kubeconfig with a client certificate. */
export function proxyUnit(node: EditableNode, fields: readonly string[] = []): EditableNode {
  node.copy('/etc/kubernetes/scheduler.conf', PROXY_KUBECONFIG);
  return node
    .write(
      PROXY_UNIT,
      `[Unit]
Description=Kubernetes Kube Proxy

[Service]
ExecStart=/usr/local/bin/kube-proxy --config=${PROXY_CONFIG}
Restart=on-failure

[Install]
WantedBy=multi-user.target
`,
    )
    .write(
      PROXY_CONFIG,
      `kind: KubeProxyConfiguration
apiVersion: kubeproxy.config.k8s.io/v1alpha1
clientConnection:
  kubeconfig: "${PROXY_KUBECONFIG}"
mode: "iptables"
clusterCIDR: "10.200.0.0/16"
${fields.map((field) => `${field}\n`).join('')}`,
    );
}

/** As kubespray's older releases and kOps run it: a static pod with flags. */
export function proxyPod(node: EditableNode, flags: readonly string[] = []): EditableNode {
  node.copy('/etc/kubernetes/scheduler.conf', PROXY_KUBECONFIG);
  return node.write(
    '/etc/kubernetes/manifests/kube-proxy.yaml',
    `apiVersion: v1
kind: Pod
metadata:
  name: kube-proxy
  namespace: kube-system
spec:
  hostNetwork: true
  containers:
  - name: kube-proxy
    image: registry.k8s.io/kube-proxy:v1.36.3
    command:
    - kube-proxy
    - --kubeconfig=${PROXY_KUBECONFIG}
${flags.map((flag) => `    - ${JSON.stringify(flag)}\n`).join('')}    volumeMounts:
    - mountPath: /var/lib/kube-proxy
      name: kube-proxy
  volumes:
  - hostPath:
      path: /var/lib/kube-proxy
    name: kube-proxy
`,
  );
}

/** As kubeadm runs it: what `kubectl -n kube-system get configmap kube-proxy -o yaml` prints of kubeadm 1.36. */
export function proxyConfigMap(
  fields: Readonly<Record<string, string>> = {},
  server = 'https://10.20.0.11:6443',
): string {
  const field = (name: string, otherwise: string): string => `    ${name}: ${fields[name] ?? otherwise}\n`;
  return `apiVersion: v1
data:
  config.conf: |-
    apiVersion: kubeproxy.config.k8s.io/v1alpha1
${field('bindAddress', '0.0.0.0')}    bindAddressHardFail: false
    clientConnection:
      acceptContentTypes: ""
      burst: 0
      contentType: ""
      kubeconfig: /var/lib/kube-proxy/kubeconfig.conf
      qps: 0
    clusterCIDR: 10.244.0.0/16
    configSyncPeriod: 0s
${field('enableProfiling', 'false')}${field('healthzBindAddress', '""')}    hostnameOverride: ""
    kind: KubeProxyConfiguration
${field('metricsBindAddress', '""')}    mode: ""
    nodePortAddresses: null
  kubeconfig.conf: |-
    apiVersion: v1
    kind: Config
    clusters:
    - cluster:
        certificate-authority: /var/run/secrets/kubernetes.io/serviceaccount/ca.crt
        server: ${server}
      name: default
    contexts:
    - context:
        cluster: default
        namespace: default
        user: default
      name: default
    current-context: default
    users:
    - name: default
      user:
        tokenFile: /var/run/secrets/kubernetes.io/serviceaccount/token
kind: ConfigMap
metadata:
  annotations:
    kubeadm.kubernetes.io/component-config.hash: sha256:0000
  creationTimestamp: "2026-11-21T04:04:12Z"
  labels:
    app: kube-proxy
  name: kube-proxy
  namespace: kube-system
  resourceVersion: "300"
  uid: 7b1c2a34-0000-4000-8000-000000000000
`;
}
