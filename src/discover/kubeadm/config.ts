/**
 * kubeadm's configuration with its defaults, as far as it decides what runs and with which certificates.
 * Sources: kubernetes cmd/kubeadm/app/apis/kubeadm/<version>/{types,defaults}.go, util/config/initconfiguration.go.
 */
import { posix } from 'node:path';
import type { EnvironmentVariable } from '../../config/command-line.ts';
import { splitHostPort } from '../../config/url.ts';
import type { Position } from '../../model/setting.ts';
import { parseVersion } from '../../model/version.ts';
import type { Version } from '../../model/version.ts';
import { asList, asMapping, asText } from '../../text/yaml.ts';
import type { YamlPath } from '../../text/yaml.ts';
import type { VolumeMount } from '../node-path.ts';
import { extraArgs } from './arguments.ts';
import type { KubeadmArg } from './arguments.ts';
import { positionIn } from './documents.ts';
import type { KubeadmDocument, KubeadmDocuments } from './documents.ts';
import type { Patches } from './patches.ts';

/** A value and where it is written; where it is not, the document that would have it. */
export interface Placed {
  readonly value: string;
  readonly position: Position;
  /** Why only the node can tell, as a clause without a period. */
  readonly unknown?: string;
}

/** One of `extraVolumes`. */
export interface HostPathMount {
  readonly name: string;
  readonly hostPath: string;
  readonly mountPath: string;
}

/** What kubeadm is told of one component. */
export interface ComponentConfig {
  readonly extraArgs: readonly KubeadmArg[];
  readonly extraVolumes: readonly HostPathMount[];
  readonly environment: readonly EnvironmentVariable[];
}

export interface ExternalEtcd {
  readonly endpoints: Placed;
  readonly caFile: Placed;
  readonly certFile: Placed;
  readonly keyFile: Placed;
}

export interface ClusterConfig {
  /** The file that is judged, and the line that stands for what it does not write. */
  readonly position: Position;
  /** Kept in the cluster, so that what it does not have is elsewhere in it. */
  readonly fromConfigMap: boolean;
  /** Undefined: kubeadm takes the newest release there is when it runs. */
  readonly version: Version | undefined;
  readonly certificatesDir: string;
  readonly serviceSubnet: Placed;
  readonly podSubnet: Placed;
  readonly dnsDomain: Placed;
  readonly clusterName: Placed;
  readonly controlPlaneEndpoint: string;
  readonly advertiseAddress: Placed;
  readonly bindPort: Placed;
  readonly nodeName: Placed;
  readonly apiserver: ComponentConfig;
  readonly controllerManager: ComponentConfig;
  readonly scheduler: ComponentConfig;
  readonly etcd: ComponentConfig;
  readonly etcdDataDir: Placed;
  readonly etcdImageTag: string | undefined;
  readonly externalEtcd: ExternalEtcd | undefined;
  readonly proxyDisabled: boolean;
  readonly featureGates: ReadonlyMap<string, boolean>;
  /** What files of the user's own change of what kubeadm writes. */
  readonly patches: Patches;
}

/** kubernetes cmd/kubeadm/app/apis/kubeadm/v1beta4/defaults.go; the same from v1beta1 on. */
const DEFAULTS = {
  serviceSubnet: '10.96.0.0/12',
  dnsDomain: 'cluster.local',
  certificatesDir: '/etc/kubernetes/pki',
  clusterName: 'kubernetes',
  etcdDataDir: '/var/lib/etcd',
  bindPort: '6443',
} as const;

/**
 * What kubeadm makes of its documents for a control-plane node; undefined where none of them is for one.
 * A ConfigMap speaks of the cluster alone: what differs from node to node is unknown then.
 */
export function clusterConfig(documents: KubeadmDocuments, patches: Patches): ClusterConfig | undefined {
  const { cluster, init, join } = documents;
  const home = cluster ?? init;
  if (home === undefined) return undefined;
  const reader = new Reader(cluster, home);
  const node = init ?? join;
  const endpointPath = init === undefined ? ['controlPlane', 'localAPIEndpoint'] : ['localAPIEndpoint'];
  const ofNode = (path: YamlPath, otherwise: string | undefined, unknown: string): Placed => {
    const written = node === undefined ? undefined : textAt(node, path);
    if (node !== undefined && written !== undefined) return { value: written, position: positionIn(node, path) };
    // Only who runs `kubeadm init` with the file gets the defaults; the cluster's own record leaves them open.
    return otherwise === undefined || home.fromConfigMap
      ? { value: '', position: positionIn(home, ['kind']), unknown }
      : { value: otherwise, position: positionIn(home, ['kind']) };
  };
  const version = reader.text(['kubernetesVersion']);
  return {
    position: positionIn(home, ['kind']),
    fromConfigMap: home.fromConfigMap,
    version: version === undefined ? undefined : parseVersion(version),
    certificatesDir: reader.text(['certificatesDir']) ?? DEFAULTS.certificatesDir,
    serviceSubnet: reader.placed(['networking', 'serviceSubnet'], DEFAULTS.serviceSubnet),
    podSubnet: reader.placed(['networking', 'podSubnet'], ''),
    dnsDomain: reader.placed(['networking', 'dnsDomain'], DEFAULTS.dnsDomain),
    clusterName: reader.placed(['clusterName'], DEFAULTS.clusterName),
    controlPlaneEndpoint: reader.text(['controlPlaneEndpoint']) ?? '',
    advertiseAddress: ofNode(
      [...endpointPath, 'advertiseAddress'],
      undefined,
      'localAPIEndpoint.advertiseAddress is not in the input, and kubeadm takes the address of the interface with the default route',
    ),
    bindPort: ofNode(
      [...endpointPath, 'bindPort'],
      DEFAULTS.bindPort,
      'localAPIEndpoint.bindPort of the node is not in the input',
    ),
    nodeName: ofNode(
      ['nodeRegistration', 'name'],
      undefined,
      'nodeRegistration.name is not in the input, and kubeadm takes the host name',
    ),
    apiserver: reader.component(['apiServer']),
    controllerManager: reader.component(['controllerManager']),
    scheduler: reader.component(['scheduler']),
    etcd: reader.component(['etcd', 'local']),
    etcdDataDir: reader.placed(['etcd', 'local', 'dataDir'], DEFAULTS.etcdDataDir),
    etcdImageTag: reader.text(['etcd', 'local', 'imageTag']),
    externalEtcd: reader.externalEtcd(),
    proxyDisabled: reader.value(['proxy', 'disabled']) === true || skipsProxy(init),
    featureGates: reader.gates(),
    patches,
  };
}

/** The directory that `patches` of the node's own configuration names. */
export function patchesDirectory({ init, join }: KubeadmDocuments): string | undefined {
  const node = init ?? join;
  return node === undefined ? undefined : textAt(node, ['patches', 'directory']);
}

/** `host:port` of kubeadm's kubeconfigs; undefined where only the node can tell. */
export function endpointOf(config: ClusterConfig): string | undefined {
  const { controlPlaneEndpoint, advertiseAddress, bindPort } = config;
  const port = bindPort.unknown === undefined ? bindPort.value : undefined;
  if (controlPlaneEndpoint !== '') {
    const address = splitHostPort(controlPlaneEndpoint);
    const host = address?.host ?? controlPlaneEndpoint;
    return address?.port === undefined
      ? port === undefined
        ? undefined
        : `${bracketed(host)}:${port}`
      : controlPlaneEndpoint;
  }
  return advertiseAddress.unknown === undefined && port !== undefined
    ? `${bracketed(advertiseAddress.value)}:${port}`
    : undefined;
}

/**
 * Whether the node's address is one of IPv6. Where it is not known the first service network tells: the API server
 * does not start with one of another family (kubernetes/pkg/controlplane/apiserver/options/validation.go).
 */
export function usesIPv6({ advertiseAddress, serviceSubnet }: ClusterConfig): boolean {
  const [network = ''] = serviceSubnet.value.split(',');
  return (advertiseAddress.unknown === undefined ? advertiseAddress.value : network).includes(':');
}

/** A host as a URL has it (Go net.JoinHostPort). */
export function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

function skipsProxy(init: KubeadmDocument | undefined): boolean {
  return asList(init?.root.skipPhases).some((phase) => phase === 'addon/kube-proxy' || phase === 'addon');
}

function valueAt(document: KubeadmDocument, path: YamlPath): unknown {
  return path.reduce<unknown>((value, step) => asMapping(value)?.[String(step)], document.root);
}

/** The scalar as text; undefined where there is none, and where it is empty, which is as good. */
function textAt(document: KubeadmDocument, path: YamlPath): string | undefined {
  const value = valueAt(document, path);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

class Reader {
  readonly #cluster: KubeadmDocument | undefined;
  readonly #home: KubeadmDocument;

  constructor(cluster: KubeadmDocument | undefined, home: KubeadmDocument) {
    this.#cluster = cluster;
    this.#home = home;
  }

  value(path: YamlPath): unknown {
    return this.#cluster === undefined ? undefined : valueAt(this.#cluster, path);
  }

  text(path: YamlPath): string | undefined {
    return this.#cluster === undefined ? undefined : textAt(this.#cluster, path);
  }

  placed(path: YamlPath, otherwise: string): Placed {
    return { value: this.text(path) ?? otherwise, position: positionIn(this.#cluster ?? this.#home, path) };
  }

  component(path: YamlPath): ComponentConfig {
    return {
      extraArgs: extraArgs(this.#cluster, [...path, 'extraArgs']),
      extraVolumes: asList(this.value([...path, 'extraVolumes'])).flatMap((item): HostPathMount[] => {
        const mount = asMapping(item);
        const [name, hostPath, mountPath] = [asText(mount?.name), asText(mount?.hostPath), asText(mount?.mountPath)];
        return name === undefined || hostPath === undefined || mountPath === undefined
          ? []
          : [{ name, hostPath, mountPath }];
      }),
      environment: this.#environment([...path, 'extraEnvs']),
    };
  }

  externalEtcd(): ExternalEtcd | undefined {
    if (asMapping(this.value(['etcd', 'external'])) === undefined) return undefined;
    const file = (name: string): Placed => this.placed(['etcd', 'external', name], '');
    const path = ['etcd', 'external', 'endpoints'];
    const endpoints = asList(this.value(path)).filter((one): one is string => typeof one === 'string');
    return {
      endpoints: { value: endpoints.join(','), position: positionIn(this.#cluster ?? this.#home, path) },
      caFile: file('caFile'),
      certFile: file('certFile'),
      keyFile: file('keyFile'),
    };
  }

  gates(): ReadonlyMap<string, boolean> {
    return new Map(
      Object.entries(asMapping(this.value(['featureGates'])) ?? {}).flatMap(([name, on]) =>
        typeof on === 'boolean' ? [[name, on] as const] : [],
      ),
    );
  }

  #environment(path: YamlPath): readonly EnvironmentVariable[] {
    const owner = this.#cluster;
    if (owner === undefined) return [];
    return asList(this.value(path)).flatMap((item, index): EnvironmentVariable[] => {
      const variable = asMapping(item);
      const name = asText(variable?.name);
      if (name === undefined) return [];
      const position = positionIn(owner, [...path, index, 'name']);
      return variable?.valueFrom === undefined
        ? [{ name, value: asText(variable?.value) ?? '', position }]
        : [
            {
              name,
              value: '',
              position,
              unknown: `${name} is filled by the kubelet from something else than the file`,
            },
          ];
    });
  }
}

/** A path below another, as kubeadm joins them. */
export function under(directory: string, name: string): string {
  return posix.join(directory, name);
}

/** A mount of a kubeadm pod; kubeadm knows no sub-paths. */
export function mountOf(volume: string, mountPath: string): VolumeMount {
  return { mountPath, volume, subPath: undefined, subPathKnown: true };
}
