/** What one machine's files say -> the model that checks look at, once for each version it may have. */
import { posix } from 'node:path';
import { discoverComponents } from '../discover/components.ts';
import type { DiscoveryOptions } from '../discover/components.ts';
import type { Discovery, DiscoveryProblem } from '../discover/types.ts';
import type { DetectedLayout } from '../discover/layout.ts';
import { beforeKubeadm, withTexts } from '../discover/texts.ts';
import type { NodeView } from '../discover/view.ts';
import type { ClusterModel } from '../model/cluster.ts';
import type { Component, ComponentName, Notice } from '../model/component.ts';
import type { NodeFile } from '../model/file.ts';
import type { Kubeconfig } from '../model/kubeconfig.ts';
import type { APIServerFiles, NodeModel } from '../model/node.ts';
import type { Thresholds } from '../model/thresholds.ts';
import { formatVersion } from '../model/version.ts';
import type { Version } from '../model/version.ts';
import { apiserverFiles } from './apiserver-files.ts';
import { assembleComponent } from './component.ts';
import { assumptionsOf, kubeadmOf, plannedFor } from './kubeadm.ts';
import {
  CA_SETTINGS,
  filesNamed,
  keyBeside,
  KNOWN_KUBECONFIGS,
  KNOWN_PKI,
  KUBECONFIG_SETTINGS,
  APISERVER_CERT_DIR_FILES,
  KUBELET_CERT_DIR_FILES,
  PEM_SETTINGS,
  STAT_SETTINGS,
} from './files.ts';
import { embeddedPem, filesOf, loadKubeconfig, loadMetadata, loadPem } from './load.ts';
import type { LoadedKubeconfig } from './load.ts';
import { nameOf } from './name.ts';
import { idleStaticPods } from './static-pods.ts';
import { unreadSources, unusableConfigs } from './unread.ts';
import { overridden } from './versions.ts';

export interface NodeInput {
  readonly view: NodeView;
  readonly layout: DetectedLayout['layout'];
  /** Files placed one by one, which nothing else leads to. */
  readonly placed: DetectedLayout['files'];
  readonly inputs: readonly string[];
  /** What the node is called when no file of it says a name. */
  readonly fallbackName: string;
  readonly at: Date;
  readonly thresholds: Thresholds;
  /** What the user said of where things are. */
  readonly discovery: DiscoveryOptions;
  /** `--kubernetes-version`. */
  readonly kubernetesVersion: Version | undefined;
  /** What the inputs of the run show of the cluster. */
  readonly cluster?: ClusterModel;
}

export interface AssembledNode {
  /** One model for each version the node may have; the newest last, never empty. */
  readonly variants: readonly { readonly node: NodeModel; readonly assumption: string }[];
  readonly problems: readonly (DiscoveryProblem | Notice)[];
}

/** Reads everything that a node's components name, and builds its model. Faults of the files are data, never thrown. */
export async function assembleNode(input: NodeInput): Promise<AssembledNode> {
  const discovery = discoverComponents(input.view, {
    ...input.discovery,
    placed: input.placed,
    ...(input.kubernetesVersion === undefined ? {} : { kubernetesVersion: input.kubernetesVersion }),
  });
  const seen =
    discovery.isPlan === true
      ? beforeKubeadm(input.view, discovery.kubeadm?.facts.certificatesDir ?? '/etc/kubernetes/pki')
      : input.view;
  const view = withTexts(seen, discovery.texts ?? new Map());
  const settle = settler(view, discovery);
  const builds = assumptionsOf(discovery, input.kubernetesVersion).map(({ versions, assumed, words }) => {
    const components = settle(versions, assumed);
    const kubeadm = kubeadmOf(view, discovery, components);
    return {
      assumption: words,
      components,
      configured: configuredOf(view, discovery, versions),
      files: apiserverFiles(view, components),
      kubeadm,
    };
  });
  const loaded = await loadEverything(view, builds, input.placed, discovery.distribution);
  // Bundles of the API's objects are judged on the rows of the API servers that use them.
  const files = new Map(loaded.files);
  for (const file of new Set(input.cluster?.files.values() ?? [])) files.set(file.path, file);
  const name = nameOf(builds.at(-1)?.components ?? new Map(), loaded.kubeconfigs) ?? input.fallbackName;
  const variants = builds.map(({ assumption, components, configured, files: ofAPIServer, kubeadm }) => ({
    assumption,
    node: {
      name,
      layout: input.layout,
      live: view.live,
      inputs: input.inputs,
      components,
      configured,
      kubeconfigs: loaded.kubeconfigs,
      files,
      ...ofAPIServer,
      ...(discovery.distribution === undefined ? {} : { distribution: discovery.distribution }),
      ...(kubeadm === undefined ? {} : { kubeadm }),
      ...(input.cluster === undefined ? {} : { cluster: input.cluster }),
      notices: discovery.notices,
      unread: unreadSources(discovery.problems),
      at: input.at,
      thresholds: input.thresholds,
    } satisfies NodeModel,
  }));
  const nodes = variants.map(({ node }) => node);
  return {
    variants,
    problems: [
      ...discovery.problems,
      ...discovery.notices,
      ...nodes.slice(-1).flatMap(idleStaticPods),
      ...loaded.problems,
      ...unusableConfigs(nodes),
      ...overrideProblems(discovery, input.kubernetesVersion),
    ],
  };
}

type Components = ReadonlyMap<ComponentName, Component>;

/** A component is settled once for each version, however many assumptions share it. */
function settler(
  view: NodeView,
  discovery: Discovery,
): (versions: ReadonlyMap<ComponentName, Version>, assumed: ReadonlySet<ComponentName>) => Components {
  const settled = new Map<string, Component>();
  return (versions, assumed) =>
    new Map(
      plannedFor(discovery, versions).flatMap((invocation) => {
        const { component: name } = invocation;
        const version = versions.get(name);
        if (version === undefined) return [];
        const key = `${name} ${formatVersion(version)}`;
        const component =
          settled.get(key) ??
          assembleComponent(view, invocation, {
            version,
            assumed: assumed.has(name),
            notices: discovery.notices.filter(({ subject }) => subject === name),
          });
        settled.set(key, component);
        return [[name, component] as const];
      }),
    );
}

/** Says that what follows is not of the version that the input tells. */
function overrideProblems({ invocations }: Discovery, given: Version | undefined): readonly DiscoveryProblem[] {
  if (given === undefined) return [];
  return [...overridden(invocations, given)].map(([component, own]) => ({
    code: 'version-overridden',
    subject: component,
    message: `judged as ${formatVersion(given)}, as --kubernetes-version says; the input says ${formatVersion(own)}`,
  }));
}

/** What manifests and units say by now of components that run. */
function configuredOf(
  view: NodeView,
  { invocations }: Discovery,
  versions: ReadonlyMap<ComponentName, Version>,
): Components {
  return new Map(
    invocations.flatMap(({ component: name, configured }) => {
      const version = versions.get(name);
      if (configured === undefined || version === undefined) return [];
      return [[name, assembleComponent(view, configured, { version, assumed: false, notices: [] })] as const];
    }),
  );
}

interface Loaded {
  readonly files: ReadonlyMap<string, NodeFile>;
  readonly kubeconfigs: ReadonlyMap<string, Kubeconfig>;
  readonly problems: readonly DiscoveryProblem[];
}

interface Build {
  readonly components: Components;
  readonly configured: Components;
  readonly files: APIServerFiles;
}

async function loadEverything(
  view: NodeView,
  builds: readonly Build[],
  placed: NodeInput['placed'],
  distribution: Discovery['distribution'],
): Promise<Loaded> {
  const present = (path: string): boolean => view.resolve(path).state === 'present';
  const components = builds.flatMap((build) => [...build.components.values()]);
  const files = new Map<string, NodeFile>();
  const kubeconfigs = new Map<string, Kubeconfig>();
  const problems: DiscoveryProblem[] = [];
  const pemPaths = new Set<string>([...KNOWN_PKI, ...(distribution?.pemFiles ?? [])].filter(present));
  if (components.length === 0) for (const path of certificatesIn(view, '/etc/kubernetes/pki')) pemPaths.add(path);
  for (const component of components) {
    for (const path of pemFilesOf(component)) pemPaths.add(path);
    for (const path of pathsOf(component, CA_SETTINGS)) {
      const key = keyBeside(path);
      if (key !== undefined && present(key)) pemPaths.add(key);
    }
    for (const path of pathsOf(component, STAT_SETTINGS[component.name] ?? [])) {
      if (!files.has(path)) files.set(path, loadMetadata(view, path));
    }
  }
  const named = new Map<string, Component[]>();
  for (const component of components) {
    for (const path of pathsOf(component, KUBECONFIG_SETTINGS))
      named.set(path, [...(named.get(path) ?? []), component]);
  }
  // OpenShift's kubelet.conf is a KubeletConfiguration.
  const configurations = new Set(components.flatMap((component) => pathsOf(component, ['config'])));
  const known = [...KNOWN_KUBECONFIGS, ...(distribution?.kubeconfigs ?? [])].filter(
    (path) => present(path) && !configurations.has(path),
  );
  const single = placed.filter((file) => file.class === 'kubeconfig').map(({ path }) => path);
  const further = builds.map(filesOfFiles);
  for (const path of further.flatMap(({ pem }) => pem)) pemPaths.add(path);
  for (const path of new Set([...named.keys(), ...further.flatMap(({ kubeconfigs: of }) => of), ...known, ...single])) {
    const loaded = await loadKubeconfig(view, path);
    files.set(path, loaded.file);
    if (loaded.ok) {
      kubeconfigs.set(path, loaded.kubeconfig);
      for (const file of filesOf(loaded.kubeconfig)) {
        pemPaths.add(file);
        // A component in a container sees that path through its mounts.
        for (const component of named.get(path) ?? [])
          for (const seen of nodePathOf(component, file)) pemPaths.add(seen);
      }
    } else if (loaded.present) {
      problems.push(unreadable(path, loaded));
    }
  }
  for (const { path } of placed.filter((file) => file.class === 'pem')) pemPaths.add(path);
  for (const path of pemPaths) files.set(path, await loadPem(view, path));
  for (const path of [...foldersOf(files, pemPaths), ...builds.flatMap(manifestsOf)]) {
    const file = loadMetadata(view, path);
    if (file.state === 'present' && !files.has(path)) files.set(path, file);
  }
  for (const { files: read } of builds) {
    const config = read.authenticationConfig;
    for (const { certificateAuthority } of config.state === 'read' ? config.config.issuers : []) {
      if (certificateAuthority === undefined) continue;
      files.set(certificateAuthority.key, await embeddedPem(certificateAuthority));
    }
  }
  return { files, kubeconfigs, problems };
}

/** kubeadm has eight in its folder and three in the one for etcd. */
const MAX_CERTIFICATES = 200;

/** The certificates of a PKI folder and the folders in it, where nothing says which of them are used. */
function certificatesIn(view: NodeView, folder: string): readonly string[] {
  const below = (parent: string): readonly string[] => view.list(parent).map((name) => `${parent}/${name}`);
  return below(folder)
    .flatMap((path) => [path, ...below(path)])
    .filter((path) => /\.(?:crt|pem|cer)$/.test(path))
    .slice(0, MAX_CERTIFICATES);
}

/** The directories that files are really in: whoever may write there replaces them. */
function foldersOf(files: ReadonlyMap<string, NodeFile>, paths: Iterable<string>): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const path of paths) {
    const file = files.get(path);
    if (file?.state === 'present') folders.add(posix.dirname(file.realPath));
  }
  return folders;
}

/** The manifests of static pods, of what runs and of what is configured beside it. */
function manifestsOf({ components, configured }: Build): readonly string[] {
  return [...components.values(), ...configured.values()].flatMap(({ sources }) =>
    sources.flatMap(({ file, kind }) => (kind === 'static-pod' ? [file] : [])),
  );
}

function unreadable(path: string, loaded: LoadedKubeconfig & { readonly ok: false }): DiscoveryProblem {
  return {
    code: 'unreadable-file',
    subject: path,
    message: loaded.message,
    file: path,
    ...(loaded.line === undefined ? {} : { line: loaded.line }),
  };
}

function pemFilesOf(component: Component): readonly string[] {
  return [...pathsOf(component, PEM_SETTINGS[component.name]), ...certDirFilesOf(component)];
}

/** What a component uses of its --cert-dir, which no other setting names. */
function certDirFilesOf(component: Component): readonly string[] {
  const folder = component.settings.get('cert-dir')?.value;
  if (typeof folder !== 'string' || folder === '') return [];
  return namesInCertDir(component).flatMap((name) => nodePathOf(component, `${folder.replace(/\/+$/, '')}/${name}`));
}

function namesInCertDir({ name, settings }: Component): readonly string[] {
  if (name === 'kubelet') return KUBELET_CERT_DIR_FILES;
  const isNamed = filesNamed(settings, ['tls-cert-file', 'tls-private-key-file']).length > 0;
  return name === 'kube-apiserver' && !isNamed ? APISERVER_CERT_DIR_FILES : [];
}

/** Files that the configuration files of the API server name, by what they hold. */
function filesOfFiles({ components, files }: Build): {
  readonly kubeconfigs: readonly string[];
  readonly pem: readonly string[];
} {
  const apiserver = components.get('kube-apiserver');
  if (apiserver === undefined) return { kubeconfigs: [], pem: [] };
  const { authorizationConfig: authorization, admissionConfig: admission, egressSelectorConfig: egress } = files;
  const kubeconfigs = [
    ...(authorization.state === 'read' ? authorization.config.authorizers.map(({ kubeconfig }) => kubeconfig) : []),
    ...(admission.state === 'read' ? admission.config.kubeconfigs.map(({ path }) => path) : []),
  ];
  const pem =
    egress.state === 'read'
      ? egress.config.selections.flatMap(({ tls }) => [tls?.caBundle, tls?.clientCertificate, tls?.clientKey])
      : [];
  const onNode = (paths: readonly (string | undefined)[]): readonly string[] =>
    paths.flatMap((path) => (path === undefined ? [] : nodePathOf(apiserver, path)));
  return { kubeconfigs: onNode(kubeconfigs), pem: onNode(pem) };
}

/** A path of the component as the node's; none where the container does not mount it. */
function nodePathOf(component: Component, path: string): readonly string[] {
  const translated = component.nodePath(path);
  return 'notMounted' in translated ? [] : [translated.path];
}

/** The node's paths of the files that settings name. */
function pathsOf(component: Component, names: readonly string[]): readonly string[] {
  return filesNamed(component.settings, names).flatMap((path) => nodePathOf(component, path));
}
