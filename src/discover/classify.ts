/** What a single file is, by a cheap look at its text: enough to place it on the node, not to judge it. */

export type FileClass =
  | 'control-plane-pod'
  | 'kubeconfig'
  | 'kubelet-config'
  /** Another configuration file of a component (`KubeSchedulerConfiguration`, `AuthenticationConfiguration`...). */
  | 'component-config'
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
  /^(?:KubeSchedulerConfiguration|KubeProxyConfiguration|AuthenticationConfiguration|AuthorizationConfiguration|EncryptionConfiguration|EgressSelectorConfiguration|AdmissionConfiguration|ClusterConfiguration|InitConfiguration)$/;

/**
 * Tells what a file is.
 * @param fileName its last name, which only decides where the content does not (`kubeadm-flags.env`)
 */
export function classifyFile(fileName: string, text: string): FileClass {
  const start = text.slice(0, LOOK);
  if (/-----BEGIN [A-Z0-9 ]{1,40}-----/.test(start) && !/^apiVersion/m.test(start)) return 'pem';
  // A DER certificate begins with a SEQUENCE of two length bytes.
  if (start.startsWith('0') && /\.(?:crt|cer|der|pem)$/.test(fileName)) return 'pem';
  for (const kind of kindsOf(start)) {
    if (kind === 'Pod' && CONTROL_PLANE.test(start)) return 'control-plane-pod';
    if (kind === 'Config') return 'kubeconfig';
    if (kind === 'KubeletConfiguration') return 'kubelet-config';
    if (COMPONENT_KIND.test(kind)) return 'component-config';
  }
  if (/^\[(?:Service|Unit)\][ \t\r]*$/m.test(start)) return 'systemd-unit';
  if (fileName.endsWith('.env') && /^[A-Z][A-Z0-9_]*=/m.test(start)) return 'environment-file';
  return 'other';
}

/** Values of top-level `kind` fields, of YAML at the start of a line or of JSON anywhere. */
function* kindsOf(text: string): Generator<string> {
  const kinds =
    /^["']?kind["']?[ \t]{0,20}:[ \t]{0,20}["']?([A-Za-z]{1,64})|"kind"\s{0,20}:\s{0,20}"([A-Za-z]{1,64})"/gm;
  for (const match of text.matchAll(kinds)) yield match[1] ?? match[2] ?? '';
}
