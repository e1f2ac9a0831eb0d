/**
 * RKE (Rancher Kubernetes Engine 1): components in Docker containers that `rke up` starts from cluster.yml. A node has
 * their certificates and no file with their flags.
 * Sources: rancher/rke cluster/plan.go, pki/constants.go; rke.docs.rancher.com/config-options/services.
 */
import type { ComponentName } from '../../model/component.ts';
import { parseVersion } from '../../model/version.ts';
import type { Version } from '../../model/version.ts';
import type { PlacedFile } from '../layout.ts';
import type { FileReader } from '../reader.ts';
import type { DiscoveryProblem, Invocation, Unseen } from '../types.ts';
import { ownFlags, replacing, startedBy, toArguments } from './arguments.ts';
import type { OwnFlags } from './arguments.ts';
import { readConfigDocument } from './document.ts';
import type { ConfigDocument } from './document.ts';
import { isThere, named } from './types.ts';
import type { DistributionDefinition } from './types.ts';

const SSL = '/etc/kubernetes/ssl';

export const rke1: DistributionDefinition = {
  id: 'rke1',
  markers: ['etc/kubernetes/ssl/kube-ca.pem'],
  find: (reader, placed) => {
    const { document, problems } = findConfig(reader, placed);
    const onNode = isThere(reader, `${SSL}/kube-ca.pem`);
    const file = document?.file ?? (onNode ? `${SSL}/kube-ca.pem` : undefined);
    if (file === undefined) return undefined;
    const names = onNode ? reader.list(SSL) : [];
    return named('rke1', file, {
      configuredIn:
        'RKE gives every component its flags itself, in containers that it starts: what a fix asks of one belongs into services.kube-api, kube-controller, scheduler, kubelet or etcd extra_args of cluster.yml; then `rke up`. `rke cert rotate` renews certificates. What a container was given, `docker inspect kube-apiserver` shows, and it can be an input beside this one.',
      invocations: componentsOf(document, names, file),
      problems,
      kubeconfigs: names.filter((name) => /^kubecfg-.*\.yaml$/.test(name)).map((name) => `${SSL}/${name}`),
      pemFiles: ['kube-ca.pem', 'kube-ca-key.pem', 'kube-apiserver-requestheader-ca.pem'].map(
        (name) => `${SSL}/${name}`,
      ),
    });
  },
};

function findConfig(reader: FileReader, placed: readonly PlacedFile[]) {
  const problems: DiscoveryProblem[] = [];
  for (const { path } of placed.filter((one) => one.class === 'distribution-config')) {
    const read = readConfigDocument(reader, path, isClusterConfig);
    if (read.ok) return { document: read.document, problems };
    if (read.problem !== undefined) problems.push(read.problem);
  }
  return { document: undefined, problems };
}

function isClusterConfig({ nodes, machine, apiVersion }: Readonly<Record<string, unknown>>): boolean {
  return Array.isArray(nodes) && machine === undefined && apiVersion === undefined;
}

const SECTIONS: ReadonlyMap<ComponentName, string> = new Map([
  ['kube-apiserver', 'kube-api'],
  ['kube-controller-manager', 'kube-controller'],
  ['kube-scheduler', 'scheduler'],
  ['kubelet', 'kubelet'],
  ['kube-proxy', 'kubeproxy'],
]);

/** What RKE gives in every release; the rest depends on the release, so it is not known. */
function ownOf(component: ComponentName): OwnFlags {
  const pem = (name: string): string => `${SSL}/${name}.pem`;
  const kubeconfig = (name: string): string => `${SSL}/kubecfg-${name}.yaml`;
  switch (component) {
    case 'kube-apiserver':
      return {
        'bind-address': '0.0.0.0',
        'client-ca-file': pem('kube-ca'),
        'etcd-cafile': pem('kube-ca'),
        'etcd-certfile': pem('kube-node'),
        'etcd-keyfile': pem('kube-node-key'),
        'kubelet-client-certificate': pem('kube-apiserver'),
        'kubelet-client-key': pem('kube-apiserver-key'),
        'kubelet-preferred-address-types': 'InternalIP,ExternalIP,Hostname',
        'secure-port': '6443',
        'tls-cert-file': pem('kube-apiserver'),
        'tls-private-key-file': pem('kube-apiserver-key'),
      };
    case 'kube-controller-manager':
      return { kubeconfig: kubeconfig('kube-controller-manager'), 'root-ca-file': pem('kube-ca') };
    case 'kube-scheduler':
      return { kubeconfig: kubeconfig('kube-scheduler') };
    case 'kubelet':
      return {
        'anonymous-auth': 'false',
        'client-ca-file': pem('kube-ca'),
        kubeconfig: kubeconfig('kube-node'),
        'read-only-port': '0',
      };
    case 'kube-proxy':
      return { kubeconfig: kubeconfig('kube-proxy') };
    case 'etcd':
    case 'cloud-controller-manager':
      return {};
  }
}

/** The components whose certificate is on the node; of a cluster.yml alone all of them. */
function componentsOf(
  document: ConfigDocument | undefined,
  names: readonly string[],
  file: string,
): readonly Invocation[] {
  const certificate: ReadonlyMap<ComponentName, string> = new Map([
    ['kube-apiserver', 'kube-apiserver.pem'],
    ['kube-controller-manager', 'kube-controller-manager.pem'],
    ['kube-scheduler', 'kube-scheduler.pem'],
    ['kubelet', 'kube-node.pem'],
    ['kube-proxy', 'kube-proxy.pem'],
  ]);
  const unseen: Unseen = {
    part: 'some',
    reason: `RKE starts the container with flags that depend on its release and are in no file${document === undefined ? ' (cluster.yml has those that were added, `docker inspect` all of them)' : ''}`,
  };
  const version = versionOf(document);
  return [...SECTIONS].flatMap(([component, section]) => {
    if (names.length > 0 && !names.includes(certificate.get(component) ?? '')) return [];
    const given = document?.flags('services', section, 'extra_args') ?? [];
    const argv = toArguments(replacing(ownFlags(ownOf(component), { file }), given));
    return [
      {
        ...startedBy(component, argv, file, { unseen }),
        ...(version === undefined ? {} : { imageVersion: version }),
      },
    ];
  });
}

/** `kubernetes_version: v1.26.9-rancher1-1`. */
function versionOf(document: ConfigDocument | undefined): Version | undefined {
  const written = document?.text('kubernetes_version');
  return written === undefined ? undefined : parseVersion(written.split('-')[0] ?? '');
}
