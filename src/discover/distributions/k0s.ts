/**
 * k0s: one program that runs the components as its children, with flags from its ClusterConfig.
 * Sources: k0sproject/k0s pkg/component/controller/{apiserver,controllermanager,scheduler,etcd}.go,
 * pkg/component/worker/kubelet.go, pkg/constant; docs.k0sproject.io/stable/configuration.
 */
import type { PathId } from '../../model/path.ts';
import { parseVersion } from '../../model/version.ts';
import type { PlacedFile } from '../layout.ts';
import type { FileReader } from '../reader.ts';
import { loadUnit } from '../systemd-unit.ts';
import { readService } from '../systemd-service.ts';
import type { DiscoveryProblem, Invocation, Unseen } from '../types.ts';
import { withoutEtcd, withoutKubelet } from './absences.ts';
import { ownFlags, replacing, startedBy, toArguments } from './arguments.ts';
import type { OwnFlags } from './arguments.ts';
import type { ComponentName } from '../../model/component.ts';
import { ConfigDocument, readConfigDocument } from './document.ts';
import { isThere, named } from './types.ts';
import type { DistributionDefinition } from './types.ts';

const DEFAULT_CONFIG = '/etc/k0s/k0s.yaml';
const DATA = '/var/lib/k0s';

export const k0s: DistributionDefinition = {
  id: 'k0s',
  markers: ['etc/k0s', 'var/lib/k0s'],
  find: (reader, placed) => {
    const start = startOf(reader);
    const found = findConfig(reader, placed, start?.config);
    const isController = found.document !== undefined || isThere(reader, `${DATA}/pki/ca.key`);
    const file = found.document?.file ?? (isThere(reader, `${DATA}/pki`) ? `${DATA}/pki` : start?.file);
    if (file === undefined) return undefined;
    const node = new K0sNode(reader, found.document ?? new ConfigDocument(file, {}, () => undefined), start);
    const absences = node.absences();
    return named('k0s', file, {
      configuredIn:
        'k0s gives every component its flags itself: what a fix asks of one belongs into spec.api.extraArgs, spec.controllerManager.extraArgs, spec.scheduler.extraArgs or spec.storage.etcd.extraArgs of /etc/k0s/k0s.yaml, for the kubelet into spec.workerProfiles or --kubelet-extra-args; then `systemctl restart k0scontroller`. Certificates are renewed when k0s starts.',
      invocations: [...(isController ? node.controlPlane() : []), ...node.kubelet()],
      problems: found.problems,
      absences,
      // Its flags for etcd are those that 3.5 has.
      oldest: { etcd: { major: 3, minor: 5, patch: 8 } },
      kubeconfigs: [`${DATA}/pki/admin.conf`, `${DATA}/kubelet.conf`],
      pemFiles: ['ca.crt', 'ca.key', 'front-proxy-ca.crt', 'front-proxy-ca.key', 'etcd/ca.crt', 'etcd/ca.key'].map(
        (name) => `${DATA}/pki/${name}`,
      ),
    });
  },
};

interface Start {
  readonly file: string;
  readonly config: string | undefined;
  readonly words: readonly string[];
}

/** What `k0s install controller` writes. */
function startOf(reader: FileReader): Start | undefined {
  for (const name of ['k0scontroller.service', 'k0sworker.service']) {
    const unit = loadUnit(reader, name);
    if (unit === undefined || unit.masked) continue;
    const words = readService(reader, unit).commands.flatMap((command) => command.words.map(({ text }) => text));
    const at = words.findIndex((word) => word === '-c' || word === '--config');
    const joined = words.find((word) => word.startsWith('--config='))?.slice('--config='.length);
    return { file: unit.file ?? name, config: joined ?? (at === -1 ? undefined : words[at + 1]), words };
  }
  return undefined;
}

function findConfig(
  reader: FileReader,
  placed: readonly PlacedFile[],
  named: string | undefined,
): { readonly document: ConfigDocument | undefined; readonly problems: readonly DiscoveryProblem[] } {
  const problems: DiscoveryProblem[] = [];
  const loose = placed.filter((one) => one.class === 'distribution-config').map(({ path }) => path);
  for (const file of [...(named === undefined ? [] : [named]), DEFAULT_CONFIG, ...loose]) {
    const read = readConfigDocument(reader, file, isClusterConfig);
    if (read.ok) return { document: read.document, problems };
    if (read.problem !== undefined) problems.push(read.problem);
  }
  return { document: undefined, problems };
}

function isClusterConfig(root: Readonly<Record<string, unknown>>): boolean {
  return typeof root.apiVersion === 'string' && root.apiVersion.startsWith('k0s.k0sproject.io/');
}

class K0sNode {
  readonly #reader: FileReader;
  readonly #config: ConfigDocument;
  readonly #start: Start | undefined;
  readonly #pki = `${DATA}/pki`;

  constructor(reader: FileReader, config: ConfigDocument, start: Start | undefined) {
    this.#reader = reader;
    this.#config = config;
    this.#start = start;
  }

  controlPlane(): readonly Invocation[] {
    return [this.#apiserver(), this.#controllerManager(), this.#scheduler(), ...this.#etcd()];
  }

  /** A controller runs no kubelet unless it is told to; a worker reads its configuration from the cluster. */
  kubelet(): readonly Invocation[] {
    const config = `${DATA}/kubelet-config.yaml`;
    if (!isThere(this.#reader, config)) return [];
    const flags = ownFlags(
      {
        'root-dir': `${DATA}/kubelet`,
        config,
        kubeconfig: `${DATA}/kubelet.conf`,
        'cert-dir': `${DATA}/kubelet/pki`,
      },
      { file: config },
    );
    return [startedBy('kubelet', toArguments(flags), config, { unseen: this.#unseen() })];
  }

  absences(): ReadonlyMap<PathId, string> {
    const words = this.#start?.words ?? [];
    const works = words.includes('--enable-worker') || words.includes('--single') || words.includes('worker');
    return new Map<PathId, string>([
      ...(this.#usesKine()
        ? withoutEtcd(
            'k0s keeps the cluster in kine (spec.storage.type), so no etcd is there.',
            'The API server talks to kine over a socket of the node; how kine reaches its database is in spec.storage.kine.dataSource, which this tool does not judge.',
          )
        : []),
      ...(words.includes('controller') && !works
        ? withoutKubelet('A k0s controller runs no kubelet unless --enable-worker or --single tells it to.')
        : []),
    ]);
  }

  #usesKine(): boolean {
    const single = this.#start?.words.includes('--single') === true;
    const type = this.#config.text('spec', 'storage', 'type') ?? (single ? 'kine' : 'etcd');
    return type === 'kine';
  }

  #apiserver(): Invocation {
    const address = this.#config.text('spec', 'api', 'address');
    const konnectivity = `${DATA}/konnectivity.conf`;
    return this.#invoke('kube-apiserver', ['spec', 'api', 'extraArgs'], {
      'advertise-address': address,
      'allow-privileged': 'true',
      'anonymous-auth': 'false',
      'authorization-mode': 'Node,RBAC',
      'client-ca-file': this.#in('ca.crt'),
      'egress-selector-config-file': isThere(this.#reader, konnectivity) ? konnectivity : undefined,
      'enable-admission-plugins': 'NodeRestriction',
      'enable-bootstrap-token-auth': 'true',
      'kubelet-certificate-authority': this.#in('ca.crt'),
      'kubelet-client-certificate': this.#in('apiserver-kubelet-client.crt'),
      'kubelet-client-key': this.#in('apiserver-kubelet-client.key'),
      'kubelet-preferred-address-types': 'InternalIP,ExternalIP,Hostname',
      profiling: 'false',
      'proxy-client-cert-file': this.#in('front-proxy-client.crt'),
      'proxy-client-key-file': this.#in('front-proxy-client.key'),
      'requestheader-allowed-names': 'front-proxy-client',
      'requestheader-client-ca-file': this.#in('front-proxy-ca.crt'),
      'requestheader-extra-headers-prefix': 'X-Remote-Extra-',
      'requestheader-group-headers': 'X-Remote-Group',
      'requestheader-username-headers': 'X-Remote-User',
      'secure-port': this.#config.text('spec', 'api', 'port') ?? '6443',
      'service-account-issuer': 'https://kubernetes.default.svc',
      'service-account-key-file': this.#in('sa.pub'),
      'service-account-signing-key-file': this.#in('sa.key'),
      'service-cluster-ip-range': this.#config.text('spec', 'network', 'serviceCIDR') ?? '10.96.0.0/12',
      'tls-cert-file': this.#in('server.crt'),
      'tls-cipher-suites': CIPHER_SUITES.join(','),
      'tls-min-version': 'VersionTLS12',
      'tls-private-key-file': this.#in('server.key'),
      ...this.#etcdClient(),
    });
  }

  #etcdClient(): OwnFlags {
    if (this.#usesKine()) return { 'etcd-servers': 'unix:/run/k0s/kine/kine.sock' };
    const external = ['spec', 'storage', 'etcd', 'externalCluster'] as const;
    const endpoints = this.#config.texts(...external, 'endpoints');
    if (endpoints.length > 0) {
      return {
        'etcd-servers': endpoints.join(','),
        'etcd-cafile': this.#config.text(...external, 'caFile'),
        'etcd-certfile': this.#config.text(...external, 'clientCertFile'),
        'etcd-keyfile': this.#config.text(...external, 'clientKeyFile'),
      };
    }
    return {
      'etcd-servers': 'https://127.0.0.1:2379',
      'etcd-cafile': this.#in('etcd/ca.crt'),
      'etcd-certfile': this.#in('apiserver-etcd-client.crt'),
      'etcd-keyfile': this.#in('apiserver-etcd-client.key'),
    };
  }

  #controllerManager(): Invocation {
    const kubeconfig = this.#in('ccm.conf');
    return this.#invoke('kube-controller-manager', ['spec', 'controllerManager', 'extraArgs'], {
      'allocate-node-cidrs': 'true',
      'authentication-kubeconfig': kubeconfig,
      'authorization-kubeconfig': kubeconfig,
      'bind-address': '127.0.0.1',
      'client-ca-file': this.#in('ca.crt'),
      'cluster-name': 'k0s',
      'cluster-signing-cert-file': this.#in('ca.crt'),
      'cluster-signing-key-file': this.#in('ca.key'),
      controllers: '*,bootstrapsigner,tokencleaner',
      kubeconfig,
      'leader-elect': 'true',
      profiling: 'false',
      'requestheader-client-ca-file': this.#in('front-proxy-ca.crt'),
      'root-ca-file': this.#in('ca.crt'),
      'service-account-private-key-file': this.#in('sa.key'),
      'use-service-account-credentials': 'true',
    });
  }

  #scheduler(): Invocation {
    const kubeconfig = this.#in('scheduler.conf');
    return this.#invoke('kube-scheduler', ['spec', 'scheduler', 'extraArgs'], {
      'authentication-kubeconfig': kubeconfig,
      'authorization-kubeconfig': kubeconfig,
      'bind-address': '127.0.0.1',
      kubeconfig,
      'leader-elect': 'true',
      profiling: 'false',
    });
  }

  #etcd(): readonly Invocation[] {
    if (this.#usesKine() || this.#config.at('spec', 'storage', 'etcd', 'externalCluster') !== undefined) return [];
    const peer =
      this.#config.text('spec', 'storage', 'etcd', 'peerAddress') ?? this.#config.text('spec', 'api', 'address');
    const url = peer === undefined ? undefined : `https://${peer.includes(':') ? `[${peer}]` : peer}:2380`;
    const etcd = (name: string): string => this.#in(`etcd/${name}`);
    const invocation = this.#invoke('etcd', ['spec', 'storage', 'etcd', 'extraArgs'], {
      'data-dir': `${DATA}/etcd`,
      'listen-client-urls': 'https://127.0.0.1:2379',
      'advertise-client-urls': 'https://127.0.0.1:2379',
      'client-cert-auth': 'true',
      'listen-peer-urls': url,
      'initial-advertise-peer-urls': url,
      'tls-min-version': 'TLS1.2',
      'trusted-ca-file': etcd('ca.crt'),
      'cert-file': etcd('server.crt'),
      'key-file': etcd('server.key'),
      'peer-trusted-ca-file': etcd('ca.crt'),
      'peer-key-file': etcd('peer.key'),
      'peer-cert-file': etcd('peer.crt'),
      'peer-client-cert-auth': 'true',
      'cipher-suites': CIPHER_SUITES.join(','),
    });
    return [
      url === undefined
        ? {
            ...invocation,
            commandLineSeen: false,
            unseen: { part: 'some', reason: 'k0s takes the peer address from the machine where k0s.yaml names none' },
          }
        : invocation,
    ];
  }

  #in(name: string): string {
    return `${this.#pki}/${name}`;
  }

  #invoke(component: ComponentName, extra: readonly string[], own: OwnFlags): Invocation {
    const position = this.#config.root.kind === undefined ? { file: this.#config.file } : this.#config.position('kind');
    const argv = toArguments(replacing(ownFlags(own, position), this.#config.flags(...extra)));
    const version = component === 'etcd' ? undefined : this.#version();
    return {
      ...startedBy(component, argv, this.#config.file, { unseen: this.#unseen() }),
      ...(version === undefined ? {} : { imageVersion: version }),
    };
  }

  /** Without its configuration nothing tells which flags were added. */
  #unseen(): Unseen | undefined {
    return this.#config.root.kind === undefined && this.#config.root.apiVersion === undefined
      ? { part: 'some', reason: 'the ClusterConfig of k0s is not in the input (/etc/k0s/k0s.yaml)' }
      : undefined;
  }

  /** The images of the configuration that `k0s config create --include-images` writes are of its release. */
  #version() {
    const written = this.#config.text('spec', 'images', 'kubeproxy', 'version');
    return written === undefined ? undefined : parseVersion(written);
  }
}

/** constant.AllowedTLS12CipherSuiteNames: the suites of TLS 1.2 that k0s lets its components offer. */
const CIPHER_SUITES: readonly string[] = [
  'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
  'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
];
