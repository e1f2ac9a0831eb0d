/** What a single file is, by a cheap look at its text: enough to place it on the node, not to judge it. */

import { holdsCommandLines } from './loose/command-lines.ts';
import { isInspection } from './loose/inspect.ts';
import { isUnitListing } from './loose/systemctl-cat.ts';

export type FileClass =
  | 'control-plane-pod'
  | 'kubeconfig'
  | 'kubelet-config'
  /** Another configuration file of a component (`KubeSchedulerConfiguration`, `AuthenticationConfiguration`...). */
  | 'component-config'
  /** What kubeadm reads, or one of the ConfigMaps that it keeps (`kubeadm-config`, `kubelet-config`, `kube-proxy`). */
  | 'kubeadm-config'
  /** What a distribution starts its components from (k0s, Talos, RKE). */
  | 'distribution-config'
  /** What a machine shows, copied: `ps`, flags, `docker inspect`, `systemctl cat`, `kubectl get pods`. */
  | 'command-lines'
  | 'container-inspection'
  | 'unit-listing'
  | 'pod-list'
  /** The cluster's nodes, as `kubectl get nodes` prints them. */
  | 'node-list'
  | 'systemd-unit'
  | 'environment-file'
  /** Certificates or keys, PEM or DER. */
  | 'pem'
  | 'other';

/** The look never goes further into a file than this; `kind` stands near the top, and pods are small. */
const LOOK = 256 * 1024;

/** Programs whose static pods make a folder one of a control plane. */
const CONTROL_PLANE = /\b(?:kube-apiserver|kube-controller-manager|kube-scheduler|etcd|cloud-controller-manager)\b/;

const COMPONENT_KIND =
  /^(?:KubeSchedulerConfiguration|KubeProxyConfiguration|AuthenticationConfiguration|AuthorizationConfiguration|EncryptionConfiguration|EgressSelectorConfiguration|AdmissionConfiguration)$/;

const KUBEADM_KIND = /^(?:Cluster|Init|Join)Configuration$/;

/** The name of one of kubeadm's ConfigMaps, in YAML or JSON. */
const CONFIG_MAP_NAME =
  /(?:^[\s{"]{0,20}|^metadata:[ \t]{0,20}\{[^\n{}]{0,200}?\b)name["']?[ \t]{0,20}:[ \t]{0,20}["']?(?:kubeadm-config|kube-proxy(?:-config)?|kubelet-config(?:-1\.\d{1,3})?)["']?(?:[\s,}]{0,20}$|[ \t]{0,20}[,}])/m;

/**
 * Tells what a file is.
 * @param fileName its last name, which only decides where the content does not (`kubeadm-flags.env`)
 */
export function classifyFile(fileName: string, text: string): FileClass {
  const start = text.slice(0, LOOK);
  if (/-----BEGIN [A-Z0-9 ]{1,40}-----/.test(start) && !/^apiVersion/m.test(start)) return 'pem';
  // A DER certificate begins with a SEQUENCE of two length bytes.
  if (start.startsWith('0') && /\.(?:crt|cer|der|pem)$/.test(fileName)) return 'pem';
  const kinds = [...kindsOf(start)];
  if (isKubeadm(kinds, start)) return 'kubeadm-config';
  if (isDistributionConfig(start)) return 'distribution-config';
  if (isInspection(text)) return 'container-inspection';
  if (isPodList(kinds, text)) return 'pod-list';
  if (isNodeList(kinds, text)) return 'node-list';
  for (const kind of kinds) {
    if (kind === 'Pod' && CONTROL_PLANE.test(start)) return 'control-plane-pod';
    if (kind === 'Config') return 'kubeconfig';
    if (kind === 'KubeletConfiguration') return 'kubelet-config';
    if (COMPONENT_KIND.test(kind)) return 'component-config';
  }
  if (isUnitListing(start)) return 'unit-listing';
  if (/^\[(?:Service|Unit)\][ \t\r]*$/m.test(start)) return 'systemd-unit';
  if (fileName.endsWith('.env') && /^[A-Z][A-Z0-9_]*=/m.test(start)) return 'environment-file';
  return kinds.length === 0 && holdsCommandLines(start) ? 'command-lines' : 'other';
}

/** A list of several kinds may hold pods; the labels of a Node can name components too. */
function isPodList(kinds: readonly string[], text: string): boolean {
  const isList =
    kinds.includes('PodList') ||
    (kinds.includes('List') && /["']?kind["']?[ \t]{0,9}:[ \t]{0,9}["']?Pod["']?[ \t]{0,9}(?:[,}]|\r?$)/m.test(text));
  return isList && CONTROL_PLANE.test(text);
}

/** A Node tells the version of its kubelet; a list of pods does not. */
function isNodeList(kinds: readonly string[], text: string): boolean {
  return kinds.some((kind) => /^(?:Node|NodeList|List)$/.test(kind)) && /\bkubeletVersion["']?\s{0,9}:/.test(text);
}

/** Any document of several makes it kubeadm's: a KubeletConfiguration may stand before it. */
function isKubeadm(kinds: readonly string[], text: string): boolean {
  if (kinds.some((kind) => KUBEADM_KIND.test(kind)) && text.includes('kubeadm.k8s.io/')) return true;
  return kinds.some((kind) => /^(?:ConfigMap|ConfigMapList|List)$/.test(kind)) && CONFIG_MAP_NAME.test(text);
}

/**
 * k0s' ClusterConfig, Talos' machine configuration (v1alpha1, which has no kind), RKE's cluster.yml (nodes with roles, and
 * services).
 */
function isDistributionConfig(text: string): boolean {
  return (
    /^apiVersion:\s{0,20}["']?k0s\.k0sproject\.io\//m.test(text) ||
    (/^version:\s{0,20}["']?v1alpha1/m.test(text) && /^machine:/m.test(text)) ||
    (/^nodes:/m.test(text) && /^\s{0,20}(?:- )?role:/m.test(text) && /^\s{0,20}(?:- )?address:/m.test(text))
  );
}

/** Values of top-level `kind` fields, of YAML at the start of a line or of JSON anywhere. */
function* kindsOf(text: string): Generator<string> {
  const kinds =
    /^["']?kind["']?[ \t]{0,20}:[ \t]{0,20}["']?([A-Za-z]{1,64})|"kind"\s{0,20}:\s{0,20}"([A-Za-z]{1,64})"/gm;
  for (const match of text.matchAll(kinds)) yield match[1] ?? match[2] ?? '';
}
