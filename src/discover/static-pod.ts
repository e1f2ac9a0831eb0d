/**
 * A static pod's manifest as the kubelet reads it: k8s.io/kubernetes pkg/kubelet/config/file.go and common.go
 * (tryDecodeSinglePod), pkg/kubelet/kubelet_pods.go (makeEnvironmentVariables), the Pod type of the core/v1 API.
 */
import type { HTTPProbe, NodePath, Notice } from '../model/component.ts';
import type { Position } from '../model/setting.ts';
import { asMapping, readYaml } from '../text/yaml.ts';
import type { YamlDocument, YamlPath } from '../text/yaml.ts';
import type { CommandWord } from './command.ts';
import { expandReferences } from './expansion.ts';
import { fileStem, isComponentName } from './file-name.ts';
import { httpProbes } from './http-probe.ts';
import { nodePathThroughMounts } from './node-path.ts';
import type { VolumeMount, Volumes } from './node-path.ts';
import type { DiscoveryProblem, EnvironmentVariable } from './types.ts';

export interface PodContainer {
  readonly name: string;
  /** `sidecar`: an init container with restartPolicy Always, which keeps running. */
  readonly kind: 'container' | 'sidecar' | 'init';
  readonly image: string | undefined;
  readonly workingDir: string | undefined;
  /** Replaces the image's entry point; empty when the manifest does not set it. */
  readonly command: readonly CommandWord[];
  readonly args: readonly CommandWord[];
  readonly environment: readonly EnvironmentVariable[];
  readonly mounts: readonly VolumeMount[];
  /** `securityContext.runAsUser`, the container's own or else the pod's. */
  readonly runAsUser?: number;
  readonly probes: readonly HTTPProbe[];
}

export interface StaticPod {
  readonly file: string;
  readonly name: string;
  readonly namespace: string;
  /** Value of the label `component`, which kubeadm sets. */
  readonly componentLabel: string | undefined;
  readonly hostNetwork: boolean;
  readonly containers: readonly PodContainer[];
  readonly volumes: Volumes;
}

export type StaticPodResult =
  | { readonly ok: true; readonly pod: StaticPod; readonly notices: readonly Notice[] }
  | { readonly ok: false; readonly problem: DiscoveryProblem };

/** Linux' usual limit of command line and environment together (ARG_MAX): what variables may expand to in all. */
const MAX_EXPANDED_TEXT = 2 * 1024 * 1024;

/** A value whose type the API server's decoder, which the kubelet shares, refuses; never leaves this file. */
class TypeFault extends Error {
  readonly path: YamlPath;
  constructor(path: YamlPath, expected: string) {
    super(`${path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('')} is not ${expected}`);
    this.path = path;
  }
}

/**
 * Reads a manifest. Only the first document counts; it must be one Pod.
 * @param file the manifest's path on the node, for messages and positions
 */
export function readStaticPod(text: string, file: string): StaticPodResult {
  const fail = (code: DiscoveryProblem['code'], message: string, line?: number): StaticPodResult => ({
    ok: false,
    problem: { code, subject: file, file, ...(line === undefined ? {} : { line }), message },
  });
  const where = (line: number | undefined): string => (line === undefined ? file : `${file}:${line}`);
  const yaml = readYaml(text);
  if (!yaml.ok) {
    return fail('unparsable-manifest', `${where(yaml.line)} is not YAML or JSON: ${yaml.message}`, yaml.line);
  }
  const document = yaml.documents[0];
  if (document === undefined || startsWithEmptyDocument(text)) {
    return fail(codeOfNoPod(file), `${file} is empty, so the kubelet runs nothing from it.`);
  }
  return readPodDocument(document, file, text);
}

/** Reads a pod that is a document, or is made to look like one. */
export function readPodDocument(document: YamlDocument, file: string, text: string): StaticPodResult {
  const fail = (code: DiscoveryProblem['code'], message: string, line?: number): StaticPodResult => ({
    ok: false,
    problem: { code, subject: file, file, ...(line === undefined ? {} : { line }), message },
  });
  const where = (line: number | undefined): string => (line === undefined ? file : `${file}:${line}`);
  const root = asMapping(document.value);
  const kind = root?.kind;
  const apiVersion = root?.apiVersion;
  if (root === undefined || kind !== 'Pod' || apiVersion !== 'v1') {
    const found = typeof kind === 'string' ? `kind ${describe(kind)} of ${describe(apiVersion)}` : 'no Pod';
    const line = document.line(['kind']) ?? document.line([]);
    return fail(
      codeOfNoPod(file),
      `${where(line)} holds ${found}; the kubelet runs only a Pod of apiVersion v1.`,
      line,
    );
  }
  try {
    const pod = new PodReader(document, file, text).read();
    return { ok: true, pod, notices: duplicateKeyNotices(document, file) };
  } catch (error) {
    if (!(error instanceof TypeFault)) throw error;
    const line = document.line(error.path);
    return fail(
      'refused-manifest',
      `${where(line)}: ${error.message}, so the kubelet refuses the manifest and does not run the pod.`,
      line,
    );
  }
}

/** A file with a component's name that holds no pod is a broken one; any other is somebody's note. */
function codeOfNoPod(file: string): DiscoveryProblem['code'] {
  return isComponentName(fileStem(file)) ? 'unparsable-manifest' : 'not-a-pod';
}

/** Fields of `valueFrom` (core/v1 EnvVarSource) as a clause; what they name is in no file of the node. */
function filledFrom(name: string, source: Readonly<Record<string, unknown>>): string {
  const field = asMapping(source.fieldRef)?.fieldPath;
  const resource = asMapping(source.resourceFieldRef)?.resource;
  const described = [
    typeof field === 'string' ? field : undefined,
    typeof resource === 'string' ? resource : undefined,
    source.secretKeyRef === undefined ? undefined : 'a Secret',
    source.configMapKeyRef === undefined ? undefined : 'a ConfigMap',
    source.fileKeyRef === undefined ? undefined : 'a file of the pod',
  ].find((one) => one !== undefined);
  return `${name} is filled by the kubelet from ${described?.slice(0, 100) ?? 'something else than the manifest'}`;
}

/** As whom a container or all of a pod's run (core/v1 SecurityContext, PodSecurityContext). */
function userOf(holder: Readonly<Record<string, unknown>>): number | undefined {
  const user = asMapping(holder.securityContext)?.runAsUser;
  return typeof user === 'number' ? user : undefined;
}

/** What a name stands for that `env` does not set: most stay as written. */
function notWritten(name: string, others: boolean): Expanded | undefined {
  if (others) return { value: '', unknown: `${name} may be filled from what envFrom names` };
  // Services of the namespace are variables too (pkg/kubelet/envvars/envvars.go).
  return /^[A-Z][A-Z0-9_]*_SERVICE_(?:HOST|PORT)$/.test(name)
    ? { value: '', unknown: `${name} is filled by the kubelet from a Service` }
    : undefined;
}

function describe(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 100)) : 'unknown';
}

/** Two separators before any content: the first document, which is the one that counts, is empty. */
function startsWithEmptyDocument(text: string): boolean {
  let separators = 0;
  for (const line of text.replace(/^\uFEFF/, '').split('\n')) {
    const content = line.trim();
    if (content === '' || content.startsWith('#') || content.startsWith('%')) continue;
    if (!/^---(?:\s*#.*)?$/.test(line.trimEnd())) return false;
    if (++separators === 2) return true;
  }
  return false;
}

function duplicateKeyNotices(document: YamlDocument, file: string): readonly Notice[] {
  return document.duplicateKeys.slice(0, 20).map(({ key, line }) => ({
    code: 'duplicate-key',
    subject: key,
    message: `${JSON.stringify(key.slice(0, 100))} is given again at ${file}:${line}: the kubelet takes the last one.`,
    file,
    line,
  }));
}

/** A variable's value, or why nobody knows it; undefined for a name that nothing sets. */
type Lookup = (name: string) => Pick<EnvironmentVariable, 'value' | 'unknown'> | undefined;

/** Text with its references expanded; those to unknown values stay as written. */
type Expanded = Pick<EnvironmentVariable, 'value' | 'unknown'>;

class PodReader {
  readonly #document: YamlDocument;
  readonly #file: string;
  readonly #lines: readonly string[];
  #expanded = 0;

  constructor(document: YamlDocument, file: string, text: string) {
    this.#document = document;
    this.#file = file;
    this.#lines = text.split('\n');
  }

  read(): StaticPod {
    const metadata = this.#mapping(['metadata']) ?? {};
    const labels = this.#mapping(['metadata', 'labels']) ?? {};
    const spec = this.#mapping(['spec']) ?? {};
    return {
      file: this.#file,
      name: this.#text(metadata.name, ['metadata', 'name']) ?? '',
      // The kubelet's applyDefaults puts a static pod without a namespace into `default`.
      namespace: this.#text(metadata.namespace, ['metadata', 'namespace']) ?? 'default',
      componentLabel: this.#text(labels.component, ['metadata', 'labels', 'component']),
      hostNetwork: this.#flag(spec.hostNetwork, ['spec', 'hostNetwork']),
      containers: [
        ...this.#list(spec.containers, ['spec', 'containers']).map((value, index) =>
          this.#container(value, ['spec', 'containers', index], false),
        ),
        ...this.#list(spec.initContainers, ['spec', 'initContainers']).map((value, index) =>
          this.#container(value, ['spec', 'initContainers', index], true),
        ),
      ],
      volumes: this.#volumes(spec.volumes),
    };
  }

  #container(value: unknown, path: YamlPath, init: boolean): PodContainer {
    const container = this.#mappingOf(value, path);
    const text = (key: string): string | undefined => this.#text(container[key], [...path, key]);
    const environment = this.#environment(container.env, [...path, 'env']);
    const variables = new Map(environment.map((variable) => [variable.name, variable]));
    const others = this.#list(container.envFrom, [...path, 'envFrom']).length > 0;
    const known: Lookup = (name) => variables.get(name) ?? notWritten(name, others);
    const restartPolicy = text('restartPolicy');
    const words = (key: string): readonly CommandWord[] => this.#words(container[key], [...path, key], known);
    const runAsUser = userOf(container) ?? userOf(this.#mapping(['spec']) ?? {});
    return {
      name: text('name') ?? '',
      kind: init ? (restartPolicy === 'Always' ? 'sidecar' : 'init') : 'container',
      image: text('image'),
      workingDir: text('workingDir'),
      command: words('command'),
      args: words('args'),
      environment,
      mounts: this.#mounts(container.volumeMounts, [...path, 'volumeMounts'], known),
      ...(runAsUser === undefined ? {} : { runAsUser }),
      probes: httpProbes(container, (field) => this.#position([...path, field])),
    };
  }

  #words(value: unknown, path: YamlPath, known: Lookup): readonly CommandWord[] {
    return this.#list(value, path).map((item, index) => {
      const at = [...path, index];
      const written = this.#text(item, at) ?? '';
      const position = this.#position(at);
      const { value: text, unknown } = this.#expand(written, known);
      const isBlock = text.includes('\n') && this.#opensLiteralBlock(position.line);
      return {
        text,
        position,
        ...(unknown === undefined ? {} : { unknown }),
        ...(isBlock ? { firstLine: (position.line ?? 0) + 1 } : {}),
      };
    });
  }

  /** A literal block (`|`) keeps the file's lines, which begin on the line behind its header. */
  #opensLiteralBlock(line: number | undefined): boolean {
    // A header is at the end of its line; a manifest on a single line is long and has none.
    const end = line === undefined ? '' : (this.#lines[line - 1] ?? '').slice(-200);
    return /\|[-+0-9]*\s*(?:#.*)?$/.test(end);
  }

  /** Variables see those before them (makeEnvironmentVariables); a later one of the same name wins. */
  #environment(value: unknown, path: YamlPath): readonly EnvironmentVariable[] {
    const variables = new Map<string, EnvironmentVariable>();
    this.#list(value, path).forEach((item, index) => {
      const at = [...path, index];
      const variable = this.#mappingOf(item, at);
      const name = this.#text(variable.name, [...at, 'name']);
      if (name === undefined) return;
      const written = this.#text(variable.value, [...at, 'value']) ?? '';
      const source = asMapping(variable.valueFrom);
      const { value: expanded, unknown } =
        source === undefined
          ? this.#expand(written, (other) => variables.get(other))
          : { value: '', unknown: filledFrom(name, source) };
      const line = unknown !== undefined || written === '' ? [...at, 'name'] : [...at, 'value'];
      variables.delete(name);
      variables.set(name, {
        name,
        value: unknown === undefined ? expanded : '',
        position: this.#position(line),
        ...(unknown === undefined ? {} : { unknown }),
      });
    });
    return [...variables.values()];
  }

  #expand(text: string, lookup: Lookup): Expanded {
    if (!text.includes('$')) return { value: text };
    let unknown: string | undefined;
    const tooLong = { value: text, unknown: 'its variables expand to more text than a process can be given' };
    if (this.#expanded > MAX_EXPANDED_TEXT) return tooLong;
    const value = expandReferences(text, (name) => {
      const variable = lookup(name);
      unknown ??= variable?.unknown;
      return variable?.unknown === undefined ? variable?.value : undefined;
    });
    this.#expanded += value?.length ?? MAX_EXPANDED_TEXT + 1;
    if (value === undefined) return tooLong;
    return unknown === undefined ? { value } : { value, unknown };
  }

  #mounts(value: unknown, path: YamlPath, known: Lookup): readonly VolumeMount[] {
    return this.#list(value, path).map((item, index) => {
      const at = [...path, index];
      const mount = this.#mappingOf(item, at);
      const text = (key: string): string | undefined => this.#text(mount[key], [...at, key]);
      const expression = text('subPathExpr');
      // Other than in args, an unknown reference in subPathExpr is an error (pkg/kubelet/container/helpers.go).
      const expanded = expression === undefined ? undefined : this.#expand(expression, known);
      return {
        mountPath: text('mountPath') ?? '',
        volume: text('name') ?? '',
        subPath: expression === undefined || expression === '' ? text('subPath') : expanded?.value,
        subPathKnown: expanded === undefined || (expanded.unknown === undefined && !expanded.value.includes('$(')),
      };
    });
  }

  #volumes(value: unknown): Volumes {
    const volumes = new Map<string, string | undefined>();
    this.#list(value, ['spec', 'volumes']).forEach((item, index) => {
      const at = ['spec', 'volumes', index];
      const volume = this.#mappingOf(item, at);
      const name = this.#text(volume.name, [...at, 'name']);
      const hostPath = asMapping(volume.hostPath);
      const path = this.#text(hostPath?.path, [...at, 'hostPath', 'path']);
      if (name !== undefined) volumes.set(name, path);
    });
    return volumes;
  }

  #position(path: YamlPath): Position {
    const line = this.#document.line(path);
    return { file: this.#file, ...(line === undefined ? {} : { line }) };
  }

  #mapping(path: YamlPath): Readonly<Record<string, unknown>> | undefined {
    let value: unknown = this.#document.value;
    for (const step of path) value = asMapping(value)?.[step];
    return value === undefined || value === null ? undefined : this.#mappingOf(value, path);
  }

  #mappingOf(value: unknown, path: YamlPath): Readonly<Record<string, unknown>> {
    if (value === null || value === undefined) return {};
    const mapping = asMapping(value);
    if (mapping === undefined) throw new TypeFault(path, 'a mapping');
    return mapping;
  }

  #list(value: unknown, path: YamlPath): readonly unknown[] {
    if (value === null || value === undefined) return [];
    if (!Array.isArray(value)) throw new TypeFault(path, 'a list');
    return value as unknown[];
  }

  #text(value: unknown, path: YamlPath): string | undefined {
    if (value === null || value === undefined) return undefined;
    if (typeof value !== 'string') throw new TypeFault(path, 'text (quote it)');
    return value;
  }

  #flag(value: unknown, path: YamlPath): boolean {
    if (value === null || value === undefined) return false;
    if (typeof value !== 'boolean') throw new TypeFault(path, 'true or false');
    return value;
  }
}

/** Translates a container's paths to the node's: see {@link nodePathThroughMounts}. */
export function nodePathOf(container: PodContainer, pod: StaticPod): (containerPath: string) => NodePath {
  return nodePathThroughMounts(container.mounts, pod.volumes, container.workingDir ?? '/');
}
