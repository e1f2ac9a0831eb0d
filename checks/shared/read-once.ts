/** Files that a process reads when it starts and never again, for every row that depends on them. */
import type { Component, ComponentName } from '../../src/model/component.ts';
import type { PresentFile } from '../../src/model/file.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type { Check, Finding, PathId } from '../../src/model/path.ts';
import { atLeast } from '../../src/model/version.ts';
import type { Version } from '../../src/model/version.ts';
import { formatTime } from '../../src/text/date.ts';
import { component, evidence, list, text } from './access.ts';
import { servesFileToAddresses } from './kubelet.ts';
import { kubernetesDocs, kubernetesSource } from './references.ts';
import { pass, warn } from './result.ts';

interface ReadOnce {
  readonly component: ComponentName;
  readonly setting: string;
  /** Whether this component does so; undefined: every version does. */
  readonly applies?: (running: Component & { readonly version: Version }, node: NodeModel) => boolean;
}

const of = (component: ComponentName, ...settings: readonly string[]): readonly ReadOnce[] =>
  settings.map((setting) => ({ component, setting }));

/** A new tlsCertFile is read from 1.31 on (gate ReloadKubeletServerCertificateFile), but up to 1.35 not for addresses. */
const KUBELET_SERVING: ReadOnce = {
  component: 'kubelet',
  setting: 'tls-cert-file',
  applies: (kubelet, node) => !atLeast(kubelet.version, '1.31') || servesFileToAddresses(node, kubelet),
};

/**
 * By row. What is not here is read again: serving certificates and client CAs by dynamic controllers
 * (k8s.io/apiserver pkg/server/dynamiccertificates), client certificates by path (k8s.io/client-go
 * transport/cert_rotation.go), certificates of etcd at each handshake (etcd client/pkg/transport/listener.go, where the
 * pools of CAs are made once). CAs of clients by path are read again from 1.36 (client-go gate ClientsAllowCARotation). The kubelet's own kubeconfig is left
 * out: with TLS bootstrap it writes that file itself, after it was started.
 */
const READ_ONCE: Readonly<Partial<Record<PathId, readonly ReadOnce[]>>> = {
  'apiserver-to-kubelet': [
    {
      component: 'kube-apiserver',
      setting: 'kubelet-certificate-authority',
      applies: ({ version }) => !atLeast(version, '1.36'),
    },
    KUBELET_SERVING,
  ],
  'client-to-kubelet': [KUBELET_SERVING],
  'scheduler-to-apiserver': of('kube-scheduler', 'kubeconfig'),
  'controller-manager-to-apiserver': of('kube-controller-manager', 'kubeconfig'),
  'cloud-controller-manager-to-apiserver': of('cloud-controller-manager', 'kubeconfig'),
  'kube-proxy-to-apiserver': of('kube-proxy', 'kubeconfig'),
  'client-to-scheduler': of('kube-scheduler', 'authentication-kubeconfig', 'authorization-kubeconfig'),
  'client-to-controller-manager': of(
    'kube-controller-manager',
    'authentication-kubeconfig',
    'authorization-kubeconfig',
  ),
  'apiserver-to-etcd': [...of('kube-apiserver', 'etcd-cafile'), ...of('etcd', 'trusted-ca-file')],
  'client-to-etcd': of('etcd', 'trusted-ca-file'),
  'etcd-to-etcd': of('etcd', 'peer-trusted-ca-file'),
  'pod-to-apiserver': [
    ...of('kube-apiserver', 'service-account-key-file', 'service-account-signing-key-file'),
    ...of('kube-controller-manager', 'service-account-private-key-file', 'root-ca-file'),
  ],
};

/** The check of a row; undefined for rows on which every file is read again. */
export function readOnce(path: PathId): Check | undefined {
  const entries = READ_ONCE[path];
  return entries === undefined ? undefined : readOnceCheck(entries);
}

function readOnceCheck(entries: readonly ReadOnce[]): Check {
  return {
    id: 'running-file-drift',
    title: 'Processes have read the certificates and keys that are there now',
    severity: 'medium',
    impact: 'availability',
    versions:
      'all; kubeconfigs, CAs of etcd and service account keys are read once in every version, --kubelet-certificate-authority up to 1.35, tlsCertFile of the kubelet up to 1.30, and up to 1.35 for clients that dial an address',
    remediation:
      'Restart the component that the finding names: `systemctl restart kubelet` for the kubelet; for a static pod move its manifest out of /etc/kubernetes/manifests, wait until `crictl ps` no longer shows the container, and move it back.',
    references: [
      kubernetesDocs('tasks/administer-cluster/kubeadm/kubeadm-certs/'),
      kubernetesSource('staging/src/k8s.io/client-go/transport/cert_rotation.go'),
      kubernetesSource('pkg/kubelet/server/server.go', '1.35.0'),
    ],
    notApplicable: ({ node }) =>
      watched(node, entries).length > 0
        ? undefined
        : 'The input shows no process that reads a file of this path once, or does not keep the times of files.',
    evaluate: ({ node }) => {
      const findings = watched(node, entries).flatMap((one) => changed(one) ?? []);
      return findings.length > 0 ? findings : pass('What runs was started after its files were written.');
    },
  };
}

interface Watched {
  readonly running: Component;
  readonly startedAt: Date;
  readonly setting: string;
  readonly file: string;
  readonly writtenAt: Date;
}

/** Files of running processes whose time is known. */
function watched(node: NodeModel, entries: readonly ReadOnce[]): readonly Watched[] {
  return entries.flatMap(({ component: name, setting, applies }) => {
    const running = component(node, name);
    const startedAt = running?.startedAt;
    if (running === undefined || startedAt === undefined) return [];
    if (applies !== undefined) {
      const { version } = running;
      if (version === undefined || !applies({ ...running, version }, node)) return [];
    }
    return filesOf(running, setting).flatMap((file) => {
      const found = node.files.get(file);
      const writtenAt =
        found?.state === 'present'
          ? timeOf(found, node.kubeconfigs.get(file)?.user?.certificates[0]?.notBefore, startedAt)
          : undefined;
      return writtenAt === undefined ? [] : [{ running, startedAt, setting, file, writtenAt }];
    });
  });
}

function filesOf(running: Component, setting: string): readonly string[] {
  const value = running.settings.get(setting)?.value;
  return (Array.isArray(value) ? list(running, setting) : [text(running, setting)]).filter((file) => file !== '');
}

/**
 * When a file was written. A certificate that began after the process was started tells it where the input keeps no
 * times; one that began before tells nothing, since kubeadm copied the date of the CA (kubernetes/kubernetes#113618).
 */
function timeOf(file: PresentFile, embeddedSince: Date | undefined, startedAt: Date): Date | undefined {
  const since = embeddedSince ?? file.pem.certificates[0]?.notBefore;
  return since !== undefined && since > startedAt ? since : file.modifiedAt;
}

function changed({ running, startedAt, setting, file, writtenAt }: Watched): Finding | undefined {
  if (writtenAt <= startedAt) return undefined;
  return warn(
    `${file} was written at ${formatTime(writtenAt)}, and ${running.name} runs since ${formatTime(startedAt)}: it reads the file once, so it goes on with what was in it before, until that ends or it is restarted; the row is judged by what the file holds now.`,
    [evidence(running, setting)],
    { headline: `${running.name} runs with an older ${file.split('/').at(-1) ?? file}` },
  );
}
