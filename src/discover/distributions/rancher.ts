/**
 * K3s, which runs the control plane in one process of its own, and RKE2, which runs it in static pods that it writes.
 * Sources: k3s-io/k3s pkg/daemons/control/server.go, pkg/daemons/agent/agent_linux.go, pkg/etcd/etcd.go, pkg/util/args.go;
 * rancher/rke2 pkg/podexecutor; docs.k3s.io/cli/server and the command lines in docs.k3s.io/security/self-assessment.
 */
import type { ComponentName } from '../../model/component.ts';
import type { PathId } from '../../model/path.ts';
import type { Position } from '../../model/setting.ts';
import { parseVersion } from '../../model/version.ts';
import type { Version } from '../../model/version.ts';
import type { FileReader } from '../reader.ts';
import type { Invocation, Unseen } from '../types.ts';
import { withoutEtcd, withoutKubelet } from './absences.ts';
import { ownFlags, startedBy, toArguments } from './arguments.ts';
import type { OwnFlags, ProgramFlag } from './arguments.ts';
import { readProgramOptions } from './rancher-options.ts';
import type { ProgramOption, ProgramOptions, RancherProgram } from './rancher-options.ts';
import { isThere, named } from './types.ts';
import type { DistributionDefinition, FoundDistribution } from './types.ts';

export const k3s: DistributionDefinition = {
  id: 'k3s',
  markers: ['etc/rancher/k3s', 'var/lib/rancher/k3s'],
  find: (reader) => {
    const options = readProgramOptions(reader, 'k3s');
    if (options === undefined) return undefined;
    const node = new RancherNode(reader, 'k3s', options);
    const isServer = options.role === 'server';
    return node.found({
      configuredIn:
        'K3s gives every component its flags itself: what a fix asks of one belongs into kube-apiserver-arg, kube-controller-manager-arg, kube-scheduler-arg, kubelet-arg or etcd-arg of /etc/rancher/k3s/config.yaml; then `systemctl restart k3s`. `k3s certificate rotate` renews certificates.',
      invocations: [...(isServer ? node.controlPlane() : []), ...node.everywhere()],
      // The supervisor listens there and hands requests on to the API server of its own process.
      apiserverPorts: isServer ? [Number(node.value('https-listen-port') ?? '6443')] : [],
      absences: new Map([...node.absences(), ...node.dataStore().absences]),
    });
  },
};

export const rke2: DistributionDefinition = {
  id: 'rke2',
  markers: ['etc/rancher/rke2', 'var/lib/rancher/rke2'],
  find: (reader) => {
    const options = readProgramOptions(reader, 'rke2');
    if (options === undefined) return undefined;
    const node = new RancherNode(reader, 'rke2', options);
    const unit = options.role === 'server' ? 'rke2-server' : 'rke2-agent';
    return node.found({
      configuredIn: `RKE2 writes the static pods itself and replaces them whenever it starts: what a fix asks of one belongs into kube-apiserver-arg, kube-controller-manager-arg, kube-scheduler-arg, kubelet-arg or etcd-arg of /etc/rancher/rke2/config.yaml; then \`systemctl restart ${unit}\`. \`rke2 certificate rotate\` renews certificates.`,
      invocations: node.everywhere(),
      absences: node.absences(),
    });
  },
};

const TITLES: Readonly<Record<RancherProgram, string>> = { k3s: 'K3s', rke2: 'RKE2' };

interface DataStore {
  /** Flags of the API server. */
  readonly flags: OwnFlags;
  readonly usesEtcd: boolean;
  readonly absences: ReadonlyMap<PathId, string>;
}

class RancherNode {
  readonly #reader: FileReader;
  readonly #program: RancherProgram;
  readonly #options: ProgramOptions;
  readonly #position: Position;
  readonly #tls: string;
  readonly #credentials: string;
  readonly #agent: string;

  constructor(reader: FileReader, program: RancherProgram, options: ProgramOptions) {
    this.#reader = reader;
    this.#program = program;
    this.#options = options;
    this.#position = { file: options.file };
    this.#tls = `${options.dataDir}/server/tls`;
    this.#credentials = `${options.dataDir}/server/cred`;
    this.#agent = `${options.dataDir}/agent`;
  }

  found(more: Partial<FoundDistribution>): FoundDistribution {
    const tls = (name: string): string => `${this.#tls}/${name}`;
    return named(this.#program, this.#options.file, {
      problems: this.#options.problems,
      // What stands in the folder is read from 1.30 on without a gate, and the program relies on it.
      ...(this.#there(this.#kubeletDropIns())
        ? { oldest: { kubernetes: { major: 1, minor: 30 }, etcd: { major: 3, minor: 5, patch: 16 } } }
        : {}),
      decides: this.#decides(),
      kubeconfigs: [
        `/etc/rancher/${this.#program}/${this.#program}.yaml`,
        `${this.#credentials}/admin.kubeconfig`,
        `${this.#agent}/kubelet.kubeconfig`,
      ],
      pemFiles: ['server-ca', 'client-ca', 'request-header-ca', 'etcd/server-ca', 'etcd/peer-ca'].flatMap((name) => [
        tls(`${name}.crt`),
        tls(`${name}.key`),
      ]),
      ...more,
    });
  }

  #decides(): ReadonlyMap<string, string> {
    const title = TITLES[this.#program];
    const renewed = `${title} renews the certificates of the kubelet whenever its service starts and less than 120 days are left (older releases: 90); the kubelet does not rotate them itself.`;
    return new Map([
      ['kubelet-rotate-certificates', renewed],
      ['kubelet-conf-embedded-cert', renewed],
      [
        'apiserver-kubelet-client-identity',
        `${title} issues this certificate itself, to system:apiserver in system:masters, and nothing configures it.`,
      ],
    ]);
  }

  value(name: string): string | undefined {
    return this.#options.options.findLast((option) => option.name === name)?.value;
  }

  /** What the program decides for every node, so that nothing of the node's files does. */
  absences(): ReadonlyMap<PathId, string> {
    return new Map([
      ...(this.value('disable-agent') === 'true'
        ? withoutKubelet(`This ${TITLES[this.#program]} server runs no kubelet (disable-agent).`)
        : []),
      [
        'kubelet-bootstrap',
        `${TITLES[this.#program]} has no TLS bootstrap: a node that joins gets its kubelet's certificates from the supervisor, and they are renewed whenever the service starts while less than 120 days are left.`,
      ],
    ]);
  }

  /** The kubelet and kube-proxy, which run on servers and agents alike; RKE2 runs kube-proxy as a static pod. */
  everywhere(): readonly Invocation[] {
    if (this.value('disable-agent') === 'true') return [];
    const proxy = this.#program === 'k3s' && this.value('disable-kube-proxy') !== 'true' ? [this.#kubeProxy()] : [];
    return [this.#kubelet(), ...proxy];
  }

  controlPlane(): readonly Invocation[] {
    const off = (name: string): boolean => this.value(name) === 'true';
    return [
      ...(off('disable-apiserver') ? [] : [this.#apiserver()]),
      ...(off('disable-scheduler') ? [] : [this.#scheduler()]),
      ...(off('disable-controller-manager') ? [] : [this.#controllerManager()]),
      ...(off('disable-etcd') || !this.dataStore().usesEtcd ? [] : [this.#etcd()]),
      ...(off('disable-cloud-controller') ? [] : [this.#cloudControllerManager()]),
    ];
  }

  /**
   * Where the cluster is stored: etcd of the process where its log is there, where it is to be started, or where the
   * server joined another one; else kine, in front of a database of another kind.
   */
  dataStore(): DataStore {
    const endpoint = this.value('datastore-endpoint') ?? '';
    const joins = this.value('cluster-init') === 'true' || this.value('server') !== undefined;
    const hasLog = this.#there(`${this.#options.dataDir}/server/db/etcd/member/wal`);
    const hasConfig = this.#there(`${this.#options.dataDir}/server/db/etcd/config`);
    if (endpoint === '' && (joins || hasLog || hasConfig)) {
      return {
        usesEtcd: true,
        absences: new Map(),
        flags: {
          'etcd-servers': 'https://127.0.0.1:2379',
          'etcd-cafile': `${this.#tls}/etcd/server-ca.crt`,
          'etcd-certfile': `${this.#tls}/etcd/client.crt`,
          'etcd-keyfile': `${this.#tls}/etcd/client.key`,
        },
      };
    }
    if (/^https?:/.test(endpoint)) {
      return {
        usesEtcd: false,
        absences: new Map(),
        flags: {
          'etcd-servers': endpoint,
          'etcd-cafile': this.value('datastore-cafile'),
          'etcd-certfile': this.value('datastore-certfile'),
          'etcd-keyfile': this.value('datastore-keyfile'),
        },
      };
    }
    const database = endpoint === '' ? 'SQLite' : `the database of datastore-endpoint (${schemeOf(endpoint)})`;
    return {
      usesEtcd: false,
      flags: { 'etcd-servers': 'unix://kine.sock' },
      absences: new Map(
        withoutEtcd(
          `K3s keeps the cluster in ${database} through kine, so no etcd is there.`,
          endpoint === ''
            ? 'The API server talks to kine over a socket of the node, and nothing leaves it.'
            : "The API server talks to kine over a socket of the node; whether kine's connection to the database is encrypted is in datastore-endpoint, datastore-cafile, datastore-certfile and datastore-keyfile, which this tool does not judge.",
        ),
      ),
    };
  }

  #apiserver(): Invocation {
    const tls = (name: string): string => `${this.#tls}/${name}`;
    const domain = this.value('cluster-domain') ?? 'cluster.local';
    const issuer = `https://kubernetes.default.svc.${domain}`;
    const egress = `${this.#options.dataDir}/server/etc/egress-selector-config.yaml`;
    const encryption = `${this.#credentials}/encryption-config.json`;
    const listens = Number(this.value('https-listen-port') ?? '6443');
    const address = this.value('advertise-address');
    return this.#invoke('kube-apiserver', 'kube-apiserver-arg', {
      'advertise-address': address,
      'advertise-port': this.value('advertise-port') ?? String(listens),
      'allow-privileged': 'true',
      'anonymous-auth': 'false',
      'api-audiences': `${issuer},k3s`,
      'authorization-mode': 'Node,RBAC',
      'bind-address': '127.0.0.1',
      'cert-dir': tls('temporary-certs'),
      'client-ca-file': tls('client-ca.crt'),
      'egress-selector-config-file': this.#there(egress) ? egress : undefined,
      'enable-admission-plugins': 'NodeRestriction',
      'enable-aggregator-routing': 'true',
      'enable-bootstrap-token-auth': 'true',
      'encryption-provider-config': this.#there(encryption) ? encryption : undefined,
      ...this.dataStore().flags,
      'kubelet-certificate-authority': tls('server-ca.crt'),
      'kubelet-client-certificate': tls('client-kube-apiserver.crt'),
      'kubelet-client-key': tls('client-kube-apiserver.key'),
      'kubelet-preferred-address-types': 'InternalIP,ExternalIP,Hostname',
      profiling: 'false',
      'proxy-client-cert-file': tls('client-auth-proxy.crt'),
      'proxy-client-key-file': tls('client-auth-proxy.key'),
      'requestheader-allowed-names': 'system:auth-proxy',
      'requestheader-client-ca-file': tls('request-header-ca.crt'),
      'requestheader-extra-headers-prefix': 'X-Remote-Extra-',
      'requestheader-group-headers': 'X-Remote-Group',
      'requestheader-username-headers': 'X-Remote-User',
      'secure-port': String(listens + 1),
      'service-account-issuer': issuer,
      'service-account-key-file': tls('service.key'),
      'service-account-signing-key-file': this.#signingKey(),
      'service-cluster-ip-range': this.value('service-cidr') ?? '10.43.0.0/16',
      'service-node-port-range': this.value('service-node-port-range') ?? '30000-32767',
      'storage-backend': 'etcd3',
      'tls-cert-file': tls('serving-kube-apiserver.crt'),
      'tls-cipher-suites': CIPHER_SUITES.join(','),
      'tls-private-key-file': tls('serving-kube-apiserver.key'),
    });
  }

  #scheduler(): Invocation {
    const kubeconfig = `${this.#credentials}/scheduler.kubeconfig`;
    return this.#invoke('kube-scheduler', 'kube-scheduler-arg', {
      'authentication-kubeconfig': kubeconfig,
      'authorization-kubeconfig': kubeconfig,
      'bind-address': '127.0.0.1',
      kubeconfig,
      profiling: 'false',
      'secure-port': '10259',
      ...this.#serving('kube-scheduler'),
    });
  }

  #controllerManager(): Invocation {
    const kubeconfig = `${this.#credentials}/controller.kubeconfig`;
    const signer = (flag: string, ca: string): OwnFlags => ({
      [`cluster-signing-${flag}-cert-file`]: this.#there(`${this.#tls}/${ca}.nochain.crt`)
        ? `${this.#tls}/${ca}.nochain.crt`
        : `${this.#tls}/${ca}.crt`,
      [`cluster-signing-${flag}-key-file`]: `${this.#tls}/${ca}.key`,
    });
    return this.#invoke('kube-controller-manager', 'kube-controller-manager-arg', {
      'allocate-node-cidrs': 'true',
      'authentication-kubeconfig': kubeconfig,
      'authorization-kubeconfig': kubeconfig,
      'bind-address': '127.0.0.1',
      'cluster-cidr': this.value('cluster-cidr') ?? '10.42.0.0/16',
      ...signer('kube-apiserver-client', 'client-ca'),
      ...signer('kubelet-client', 'client-ca'),
      ...signer('kubelet-serving', 'server-ca'),
      ...signer('legacy-unknown', 'server-ca'),
      controllers: '*,tokencleaner,-service,-route,-cloud-node-lifecycle',
      kubeconfig,
      profiling: 'false',
      'root-ca-file': `${this.#tls}/server-ca.crt`,
      'secure-port': '10257',
      'service-account-private-key-file': this.#signingKey(),
      ...this.#serving('kube-controller-manager'),
      'use-service-account-credentials': 'true',
    });
  }

  #cloudControllerManager(): Invocation {
    const kubeconfig = `${this.#credentials}/cloud-controller.kubeconfig`;
    return this.#invoke('cloud-controller-manager', 'kube-cloud-controller-manager-arg', {
      'allocate-node-cidrs': 'true',
      'authentication-kubeconfig': kubeconfig,
      'authorization-kubeconfig': kubeconfig,
      'bind-address': '127.0.0.1',
      'cloud-provider': 'k3s',
      'configure-cloud-routes': 'false',
      kubeconfig,
      profiling: 'false',
      'secure-port': '10258',
    });
  }

  #etcd(): Invocation {
    const config = `${this.#options.dataDir}/server/db/etcd/config`;
    const argv = [{ text: `--config-file=${config}`, position: this.#position, implied: true as const }];
    return startedBy('etcd', argv, this.#options.file);
  }

  #kubelet(): Invocation {
    const drops = this.#kubeletDropIns();
    const shared: OwnFlags = {
      'hostname-override': this.value('node-name'),
      kubeconfig: `${this.#agent}/kubelet.kubeconfig`,
      'read-only-port': '0',
    };
    const flags: OwnFlags = this.#there(drops)
      ? { 'config-dir': drops, ...shared }
      : {
          address: '0.0.0.0',
          'anonymous-auth': 'false',
          'authentication-token-webhook': 'true',
          'authorization-mode': 'Webhook',
          'client-ca-file': `${this.#agent}/client-ca.crt`,
          'healthz-bind-address': '127.0.0.1',
          'pod-manifest-path': `${this.#agent}/pod-manifests`,
          'tls-cert-file': `${this.#agent}/serving-kubelet.crt`,
          'tls-private-key-file': `${this.#agent}/serving-kubelet.key`,
          ...shared,
        };
    return this.#invoke('kubelet', 'kubelet-arg', flags);
  }

  #kubeletDropIns(): string {
    return `${this.#agent}/etc/kubelet.conf.d`;
  }

  #kubeProxy(): Invocation {
    return this.#invoke('kube-proxy', 'kube-proxy-arg', {
      'cluster-cidr': this.value('cluster-cidr') ?? '10.42.0.0/16',
      'healthz-bind-address': '127.0.0.1',
      'hostname-override': this.value('node-name'),
      kubeconfig: `${this.#agent}/kubeproxy.kubeconfig`,
      'proxy-mode': 'iptables',
    });
  }

  /** Releases from 2025 on give both a certificate of the server CA; before, each made one of its own. */
  #serving(name: string): OwnFlags {
    const stem = `${this.#tls}/${name}/${name}`;
    return this.#there(`${stem}.crt`) ? { 'tls-cert-file': `${stem}.crt`, 'tls-private-key-file': `${stem}.key` } : {};
  }

  #signingKey(): string {
    const current = `${this.#tls}/service.current.key`;
    return this.#there(current) ? current : `${this.#tls}/service.key`;
  }

  #invoke(component: ComponentName, option: string, own: OwnFlags): Invocation {
    const given = this.#options.options.filter(({ name }) => name === option);
    const { unseen } = this.#options;
    const reason: Unseen | undefined = unseen === undefined ? undefined : { part: 'some', reason: unseen };
    const argv = toArguments(mergeArguments(ownFlags(own, this.#position), given));
    const version = this.#version();
    return {
      ...startedBy(component, argv, this.#options.file, {
        unseen: reason,
        workingDirectory: `${this.#options.dataDir}/server`,
      }),
      ...(version === undefined ? {} : { imageVersion: version }),
    };
  }

  /** RKE2 unpacks each release into a folder of its name; K3s into one of a hash, which tells nothing. */
  #version(): Version | undefined {
    const releases = this.#reader
      .list(`${this.#options.dataDir}/data`)
      .flatMap((name) => (/^v\d+\.\d+\.\d+-/.test(name) ? (parseVersion(name.split('-')[0] ?? '') ?? []) : []));
    return releases.length === 1 ? releases[0] : undefined;
  }

  #there(path: string): boolean {
    return isThere(this.#reader, path);
  }
}

/** What K3s gives its API server where nobody asks for other suites; pkg/cli/server/server.go. */
const CIPHER_SUITES: readonly string[] = [
  'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305',
  'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305',
];

/** The kind of database, without what may be a password. */
function schemeOf(endpoint: string): string {
  return /^([a-z0-9+]{1,20}):\/\//.exec(endpoint)?.[1] ?? 'of another kind';
}

/**
 * A `*-arg` is `flag=value`. It takes the place of the program's own flag of that name; `flag+=value` stands behind it,
 * `flag-=value` before it; several of one name are all passed.
 */
function mergeArguments(own: readonly ProgramFlag[], given: readonly ProgramOption[]): readonly ProgramFlag[] {
  const initial = new Map(own.map((flag) => [flag.name, flag]));
  const lists = new Map<string, readonly ProgramFlag[]>();
  for (const { value: written, position } of given) {
    const word = written.replace(/^--/, '');
    const equals = word.indexOf('=');
    const key = equals === -1 ? word : word.slice(0, equals);
    const name = key.replace(/[-+]+$/, '');
    const one: ProgramFlag = { name, value: equals === -1 ? 'true' : word.slice(equals + 1), position };
    const before = lists.get(name) ?? [];
    const first = key.endsWith('+') || key.endsWith('-') ? (initial.get(name) ?? []) : [];
    initial.delete(name);
    const kept = [...[first].flat(), ...before];
    lists.set(name, key.endsWith('-') ? [one, ...kept] : [...kept, one]);
  }
  return [...own.filter(({ name }) => !lists.has(name)), ...[...lists.values()].flat()];
}
