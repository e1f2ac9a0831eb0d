/**
 * Installers whose components are where kubeadm has them, or in units: they differ in places and in names alone, which
 * settings tell.
 */
import type { FileReader } from '../reader.ts';
import { isThere, named } from './types.ts';
import type { DistributionDefinition, FoundDistribution } from './types.ts';

/** kind.sigs.k8s.io/docs/design/node-image: the node image keeps its own files in /kind. */
export const kind: DistributionDefinition = {
  id: 'kind',
  markers: [],
  find: (reader) => firstOf(reader, 'kind', ['/kind/kubeadm.conf', '/kind/version']),
};

/** minikube pkg/minikube/vmpath/constants.go: GuestKubernetesCertsDir and GuestEphemeralDir. */
export const minikube: DistributionDefinition = {
  id: 'minikube',
  markers: ['var/lib/minikube/certs'],
  find: (reader) => {
    const found = firstOf(reader, 'minikube', ['/var/tmp/minikube/kubeadm.yaml', '/var/lib/minikube/certs']);
    return found && { ...found, pemFiles: pkiIn('/var/lib/minikube/certs') };
  },
};

/**
 * kubernetes-sigs/kubespray roles/kubernetes/{control-plane,node}/templates (kubeadm-config.*.yaml.j2, kubelet.env.*.j2)
 * and roles/etcd/templates/etcd.env.j2.
 */
export const kubespray: DistributionDefinition = {
  id: 'kubespray',
  markers: ['etc/etcd.env'],
  find: (reader) => {
    const own = ['/etc/kubernetes/kubelet.env', '/etc/kubernetes/kubeadm-config.yaml', '/etc/etcd.env'];
    const found = firstOf(reader, 'kubespray', own);
    return found && { ...found, pemFiles: pkiIn('/etc/kubernetes/ssl') };
  },
};

/** kubernetes/kops nodeup/pkg/model: kube_apiserver.go, kubelet.go (BuildSystemdEnvironmentFile), secrets. */
export const kops: DistributionDefinition = {
  id: 'kops',
  markers: ['srv/kubernetes', 'etc/kubernetes/manifests/kube-apiserver.manifest'],
  find: (reader) => {
    const found = firstOf(reader, 'kops', [
      '/etc/kubernetes/manifests/etcd-main.manifest',
      '/srv/kubernetes/kube-apiserver',
      '/srv/kubernetes/kube-controller-manager',
    ]);
    if (found === undefined) return undefined;
    const manager = firstThere(reader, ['/etc/kubernetes/manifests/etcd-main.manifest']);
    return manager === undefined
      ? found
      : {
          ...found,
          problems: [
            {
              code: 'unrecognised-command',
              subject: 'etcd',
              file: manager,
              message: `${manager} runs etcd-manager, which gives etcd its flags itself, so no file has them`,
            },
          ],
        };
  },
};

/** kelseyhightower/kubernetes-the-hard-way: docs/08-bootstrapping-kubernetes-controllers.md. */
export const hardWay: DistributionDefinition = {
  id: 'kubernetes-the-hard-way',
  markers: ['var/lib/kubernetes'],
  find: (reader) => {
    if (reader.list('/var/lib/kubernetes').length === 0) return undefined;
    return firstOf(reader, 'kubernetes-the-hard-way', ['/etc/systemd/system/kube-apiserver.service']);
  },
};

/** The files that `kubeadm init` and its packages leave, and what its manifests say of themselves. */
export const kubeadm: DistributionDefinition = {
  id: 'kubeadm',
  markers: [],
  find: (reader) => {
    for (const name of ['kube-apiserver', 'etcd']) {
      const file = `/etc/kubernetes/manifests/${name}.yaml`;
      const read = reader.readText(file);
      if (read.ok && read.text.includes('kubeadm.kubernetes.io/')) return named('kubeadm', file);
    }
    return firstOf(reader, 'kubeadm', [
      '/var/lib/kubelet/kubeadm-flags.env',
      '/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf',
      '/etc/systemd/system/kubelet.service.d/10-kubeadm.conf',
    ]);
  },
};

function firstThere(reader: FileReader, paths: readonly string[]): string | undefined {
  return paths.find((path) => isThere(reader, path));
}

function firstOf(
  reader: FileReader,
  id: DistributionDefinition['id'],
  paths: readonly string[],
): FoundDistribution | undefined {
  const file = firstThere(reader, paths);
  return file === undefined ? undefined : named(id, file);
}

/** kubeadm's CAs in another folder than its own. */
function pkiIn(folder: string): readonly string[] {
  return ['ca.crt', 'ca.key', 'front-proxy-ca.crt', 'front-proxy-ca.key', 'etcd/ca.crt', 'etcd/ca.key'].map(
    (name) => `${folder}/${name}`,
  );
}
