/**
 * Talos Linux: everything follows from one machine configuration; no file of a running machine has more.
 * Sources: siderolabs/talos internal/app/machined/pkg/controllers/k8s/control_plane_static_pod.go and kubelet_spec.go,
 * internal/app/machined/pkg/system/services/etcd.go, pkg/machinery/constants; talos.dev/docs reference/configuration.
 */
import type { ComponentName } from '../../model/component.ts';
import { atOrAfter } from '../../config/history/ranges.ts';
import type { Version } from '../../model/version.ts';
import type { PlacedFile } from '../layout.ts';
import type { FileReader } from '../reader.ts';
import type { DiscoveryProblem, Invocation } from '../types.ts';
import { imageVersion } from '../version.ts';
import { ownFlags, replacing, startedBy, toArguments } from './arguments.ts';
import type { OwnFlags, ProgramFlag } from './arguments.ts';
import { readConfigDocument } from './document.ts';
import type { ConfigDocument } from './document.ts';
import { named } from './types.ts';
import type { DistributionDefinition } from './types.ts';

/** Where the machine keeps its configuration, and what `talosctl gen config` calls it. */
const PLACES = ['/system/state/config.yaml', '/controlplane.yaml', '/worker.yaml'];

const API_SERVER = '/system/secrets/kubernetes/kube-apiserver';
const CONTROLLER_MANAGER = '/system/secrets/kubernetes/kube-controller-manager';
const SCHEDULER = '/system/secrets/kubernetes/kube-scheduler';
const ETCD = '/system/secrets/etcd';
const KUBELET_CONFIG = '/etc/kubernetes/kubelet.yaml';

export const talos: DistributionDefinition = {
  id: 'talos',
  markers: ['system/state/config.yaml'],
  find: (reader, placed) => {
    const { document, problems } = findConfig(reader, placed);
    if (document === undefined) return undefined;
    const machine = new TalosMachine(document);
    return named('talos', document.file, {
      configuredIn:
        'Talos makes every component from the machine configuration: what a fix asks of one belongs into cluster.apiServer, cluster.controllerManager, cluster.scheduler or cluster.etcd extraArgs and machine.kubelet; `talosctl apply-config` or `talosctl edit machineconfig`. It issues the certificates of components at boot and renews them itself; the CAs in the configuration it does not.',
      invocations: machine.invocations(),
      problems,
      pemFiles: [`${API_SERVER}/ca.crt`, `${API_SERVER}/aggregator-ca.crt`, `${ETCD}/ca.crt`],
      texts: machine.texts(),
    });
  },
};

function findConfig(reader: FileReader, placed: readonly PlacedFile[]) {
  const problems: DiscoveryProblem[] = [];
  const loose = placed.filter((one) => one.class === 'distribution-config').map(({ path }) => path);
  for (const file of new Set([...loose, ...PLACES])) {
    const read = readConfigDocument(reader, file, isMachineConfig);
    if (read.ok) return { document: read.document, problems };
    if (read.problem !== undefined) problems.push(read.problem);
  }
  return { document: undefined, problems };
}

function isMachineConfig({ version, machine }: Readonly<Record<string, unknown>>): boolean {
  return version === 'v1alpha1' && typeof machine === 'object';
}

/** Flags of which a machine configuration may only add values (argsbuilder.MergeAdditive). */
const ADDITIVE = new Set(['enable-admission-plugins', 'feature-gates', 'authorization-mode', 'tls-cipher-suites']);

class TalosMachine {
  readonly #config: ConfigDocument;

  constructor(config: ConfigDocument) {
    this.#config = config;
  }

  invocations(): readonly Invocation[] {
    const isControlPlane = ['controlplane', 'init'].includes(this.#config.text('machine', 'type') ?? '');
    return isControlPlane
      ? [this.#apiserver(), this.#controllerManager(), this.#scheduler(), this.#etcd(), this.#kubelet()]
      : [this.#kubelet()];
  }

  /** The CAs that the configuration holds (base64 of PEM) and the file that Talos writes for the kubelet. */
  texts(): ReadonlyMap<string, string> {
    const ca = (...path: readonly string[]): string | undefined => {
      const text = this.#config.text(...path);
      return text === undefined ? undefined : Buffer.from(text, 'base64').toString('utf8');
    };
    const cluster = ca('cluster', 'ca', 'crt');
    const etcd = ca('cluster', 'etcd', 'ca', 'crt');
    const all: readonly (readonly [string, string | undefined])[] = [
      [`${API_SERVER}/ca.crt`, cluster],
      [`${CONTROLLER_MANAGER}/ca.crt`, cluster],
      ['/etc/kubernetes/pki/ca.crt', cluster],
      [`${API_SERVER}/aggregator-ca.crt`, ca('cluster', 'aggregatorCA', 'crt')],
      [`${API_SERVER}/etcd-client-ca.crt`, etcd],
      [`${ETCD}/ca.crt`, etcd],
      [KUBELET_CONFIG, this.#kubeletConfig()],
    ];
    return new Map(all.flatMap(([path, text]) => (text === undefined ? [] : [[path, text] as const])));
  }

  #apiserver(): Invocation {
    const at = (name: string): string => `${API_SERVER}/${name}`;
    const endpoint = this.#config.text('cluster', 'controlPlane', 'endpoint');
    const version = this.#version('apiServer', 'kube-apiserver');
    // From 1.29 on Talos writes an authorization configuration of its own (Node, RBAC, what authorizationConfig adds).
    const authorization: OwnFlags = { 'authorization-mode': 'Node,RBAC' };
    return this.#invoke('kube-apiserver', 'apiServer', version, {
      'allow-privileged': 'true',
      'anonymous-auth': 'false',
      'api-audiences': endpoint,
      'bind-address': '0.0.0.0',
      'client-ca-file': at('ca.crt'),
      'enable-admission-plugins': 'NodeRestriction',
      'enable-bootstrap-token-auth': 'true',
      'etcd-cafile': at('etcd-client-ca.crt'),
      'etcd-certfile': at('etcd-client.crt'),
      'etcd-keyfile': at('etcd-client.key'),
      'etcd-servers': 'https://localhost:2379',
      'kubelet-client-certificate': at('apiserver-kubelet-client.crt'),
      'kubelet-client-key': at('apiserver-kubelet-client.key'),
      'kubelet-preferred-address-types': 'InternalIP,ExternalIP,Hostname',
      profiling: 'false',
      'proxy-client-cert-file': at('front-proxy-client.crt'),
      'proxy-client-key-file': at('front-proxy-client.key'),
      'requestheader-allowed-names': 'front-proxy-client',
      'requestheader-client-ca-file': at('aggregator-ca.crt'),
      'requestheader-extra-headers-prefix': 'X-Remote-Extra-',
      'requestheader-group-headers': 'X-Remote-Group',
      'requestheader-username-headers': 'X-Remote-User',
      'secure-port': this.#config.text('cluster', 'controlPlane', 'localAPIServerPort') ?? '6443',
      'service-account-issuer': endpoint,
      'service-account-key-file': at('service-account.pub'),
      'service-account-signing-key-file': at('service-account.key'),
      'tls-cert-file': at('apiserver.crt'),
      'tls-cipher-suites': CIPHER_SUITES.join(','),
      'tls-min-version': 'VersionTLS12',
      'tls-private-key-file': at('apiserver.key'),
      ...authorization,
    });
  }

  #controllerManager(): Invocation {
    const at = (name: string): string => `${CONTROLLER_MANAGER}/${name}`;
    return this.#invoke(
      'kube-controller-manager',
      'controllerManager',
      this.#version('controllerManager', 'kube-controller-manager'),
      {
        'authentication-kubeconfig': at('kubeconfig'),
        'authorization-kubeconfig': at('kubeconfig'),
        'bind-address': '127.0.0.1',
        'cluster-signing-cert-file': at('ca.crt'),
        'cluster-signing-key-file': at('ca.key'),
        controllers: '*,tokencleaner',
        kubeconfig: at('kubeconfig'),
        'leader-elect': 'true',
        profiling: 'false',
        'root-ca-file': at('ca.crt'),
        'service-account-private-key-file': at('service-account.key'),
        'tls-min-version': 'VersionTLS13',
        'use-service-account-credentials': 'true',
      },
    );
  }

  #scheduler(): Invocation {
    const kubeconfig = `${SCHEDULER}/kubeconfig`;
    const version = this.#version('scheduler', 'kube-scheduler');
    return this.#invoke('kube-scheduler', 'scheduler', version, {
      'authentication-kubeconfig': kubeconfig,
      'authentication-tolerate-lookup-failure': 'false',
      'authorization-kubeconfig': kubeconfig,
      'bind-address': '127.0.0.1',
      kubeconfig,
      'leader-elect': 'true',
      profiling: 'false',
      'tls-min-version': 'VersionTLS13',
    });
  }

  #etcd(): Invocation {
    const at = (name: string): string => `${ETCD}/${name}`;
    const address = (name: string, port: number): ProgramFlag => ({
      name,
      value: `https://<address>:${port}`,
      position: this.#config.position('cluster'),
      unknown: 'Talos takes the address from the machine when it starts etcd',
    });
    const advertised = [address('advertise-client-urls', 2379), address('initial-advertise-peer-urls', 2380)];
    const own: OwnFlags = {
      'auto-tls': 'false',
      'cert-file': at('server.crt'),
      'client-cert-auth': 'true',
      'data-dir': '/var/lib/etcd',
      'key-file': at('server.key'),
      'listen-client-urls': 'https://0.0.0.0:2379',
      'listen-peer-urls': 'https://0.0.0.0:2380',
      'peer-auto-tls': 'false',
      'peer-cert-file': at('peer.crt'),
      'peer-client-cert-auth': 'true',
      'peer-key-file': at('peer.key'),
      'peer-trusted-ca-file': at('ca.crt'),
      'trusted-ca-file': at('ca.crt'),
    };
    return this.#invoke('etcd', 'etcd', this.#version('etcd', 'etcd'), own, advertised);
  }

  #kubelet(): Invocation {
    const own: OwnFlags = {
      'bootstrap-kubeconfig': '/etc/kubernetes/bootstrap-kubeconfig',
      'cert-dir': '/var/lib/kubelet/pki',
      config: KUBELET_CONFIG,
      'hostname-override': this.#config.text('machine', 'network', 'hostname'),
      kubeconfig: '/etc/kubernetes/kubeconfig-kubelet',
    };
    const position = this.#config.position('machine', 'kubelet');
    const given = this.#config.flags('machine', 'kubelet', 'extraArgs');
    const argv = toArguments(replacing(ownFlags(own, position), given));
    const image = this.#config.text('machine', 'kubelet', 'image');
    const version = image === undefined ? undefined : imageVersion('kubelet', image);
    return {
      ...startedBy('kubelet', argv, this.#config.file),
      ...(image === undefined ? {} : { image }),
      ...(version === undefined ? {} : { imageVersion: version }),
    };
  }

  /** `machine.kubelet.extraConfig` stands over what Talos writes; JSON is YAML. */
  #kubeletConfig(): string {
    const extra = this.#config.at('machine', 'kubelet', 'extraConfig');
    return JSON.stringify({
      apiVersion: 'kubelet.config.k8s.io/v1beta1',
      kind: 'KubeletConfiguration',
      address: '0.0.0.0',
      authentication: {
        anonymous: { enabled: false },
        webhook: { enabled: true },
        x509: { clientCAFile: '/etc/kubernetes/pki/ca.crt' },
      },
      authorization: { mode: 'Webhook' },
      rotateCertificates: true,
      staticPodPath: '/etc/kubernetes/manifests',
      tlsMinVersion: 'VersionTLS13',
      ...(typeof extra === 'object' ? extra : {}),
    });
  }

  #version(section: string, component: ComponentName): Version | undefined {
    const image = this.#config.text('cluster', section, 'image');
    return image === undefined ? undefined : imageVersion(component, image);
  }

  #invoke(
    component: ComponentName,
    section: string,
    version: Version | undefined,
    own: OwnFlags,
    further: readonly ProgramFlag[] = [],
  ): Invocation {
    const file = this.#config.file;
    const position = this.#config.position(
      'cluster',
      ...(this.#config.at('cluster', section) === undefined ? [] : [section]),
    );
    const given = this.#config.flags('cluster', section, 'extraArgs');
    const merged = given.map((flag): ProgramFlag => {
      const before = ADDITIVE.has(flag.name) ? own[flag.name] : undefined;
      return before === undefined ? flag : { ...flag, value: `${before},${flag.value}` };
    });
    // Talos leaves out of its own flags what the version has no more.
    const kept = version !== undefined && atOrAfter(version, '1.24') ? own : { ...own, ...OLD_PORTS[component] };
    return {
      ...startedBy(component, toArguments(replacing([...ownFlags(kept, position), ...further], merged)), file),
      ...(version === undefined ? {} : { imageVersion: version }),
    };
  }
}

/** Up to 1.23 the ports without TLS are closed by a flag. */
const OLD_PORTS: Readonly<Partial<Record<ComponentName, OwnFlags>>> = {
  'kube-controller-manager': { port: '0' },
  'kube-scheduler': { port: '0' },
};

const CIPHER_SUITES: readonly string[] = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
];
