/**
 * What `docker inspect` and `crictl inspect` print of a container: its command, environment, image and mounts.
 * Sources: moby/moby api/types/container (InspectResponse), cri-api runtime/v1 (ContainerStatus), containerd
 * internal/cri/server/container_status.go (the verbose `info`).
 */
import type { EnvironmentVariable } from '../../config/command-line.ts';
import type { NodePath, ComponentName } from '../../model/component.ts';
import { asList, asMapping, asText, readYaml } from '../../text/yaml.ts';
import type { YamlDocument, YamlPath } from '../../text/yaml.ts';
import { findComponent } from '../command.ts';
import { nodePathThroughMounts } from '../node-path.ts';
import type { Argument } from '../types.ts';
import { commandAmong } from './command-lines.ts';

/** A component in a container that was asked about. */
export interface InspectedContainer {
  readonly component: ComponentName;
  readonly argv: readonly Argument[];
  readonly environment: readonly EnvironmentVariable[];
  readonly image: string | undefined;
  readonly hostNetwork: boolean;
  readonly nodePath: (path: string) => NodePath;
}

/** Whether a text is such an answer. */
export function isInspection(text: string): boolean {
  return (
    /^\s*[[{]/.test(text) &&
    /"(?:kube-[a-z-]+|kubelet|etcd|hyperkube)["\\ ]|\/(?:kube-[a-z-]+|kubelet|etcd)"/.test(text) &&
    (/"HostConfig"\s*:/.test(text) || (/"runtimeSpec"\s*:|"runtimeType"\s*:/.test(text) && /"status"\s*:/.test(text)))
  );
}

/** The components among the containers; none for a text that is no such answer. */
export function readInspection(text: string, file: string): readonly InspectedContainer[] {
  const yaml = readYaml(text);
  const document = yaml.ok ? yaml.documents[0] : undefined;
  if (document === undefined) return [];
  const isList = Array.isArray(document.value);
  const containers = isList ? asList(document.value) : [document.value];
  return containers.flatMap((value, index) => {
    const container = new Container(document, file, asMapping(value) ?? {}, isList ? [index] : []);
    return container.read() ?? [];
  });
}

class Container {
  readonly #document: YamlDocument;
  readonly #file: string;
  readonly #value: Readonly<Record<string, unknown>>;
  readonly #path: YamlPath;

  constructor(document: YamlDocument, file: string, value: Readonly<Record<string, unknown>>, path: YamlPath) {
    this.#document = document;
    this.#file = file;
    this.#value = value;
    this.#path = path;
  }

  read(): InspectedContainer | undefined {
    const isDocker = this.#at('HostConfig') !== undefined;
    const words = isDocker ? this.#dockerWords() : this.#words('info', 'runtimeSpec', 'process', 'args');
    const environment = this.#environment(
      ...(isDocker ? ['Config', 'Env'] : ['info', 'runtimeSpec', 'process', 'env']),
    );
    const search = findComponent(commandAmong(words), environment);
    if (search.kind !== 'found') return undefined;
    const mounts = isDocker
      ? this.#mounts(['Mounts'], 'Destination', 'Source')
      : this.#mounts(['status', 'mounts'], 'containerPath', 'hostPath');
    return {
      component: search.component,
      argv: search.argv,
      environment: search.environment,
      image: isDocker ? asText(this.#at('Config', 'Image')) : this.#criImage(),
      // A pod of the control plane shares the node's network unless its sandbox says otherwise, which is not shown here.
      hostNetwork: isDocker ? asText(this.#at('HostConfig', 'NetworkMode')) === 'host' : true,
      nodePath: nodePathThroughMounts(
        mounts.map(({ inside }, index) => ({
          mountPath: inside,
          volume: String(index),
          subPath: undefined,
          subPathKnown: true,
        })),
        new Map(mounts.map(({ outside }, index) => [String(index), outside])),
      ),
    };
  }

  /** `image.image` is what the pod asked for; `imageRef` is a digest. */
  #criImage(): string | undefined {
    return [
      this.#at('status', 'image', 'userSpecifiedImage'),
      this.#at('info', 'config', 'image', 'user_specified_image'),
      this.#at('status', 'image', 'image'),
    ]
      .map(asText)
      .find((image) => image !== undefined && image !== '');
  }

  #dockerWords(): readonly Argument[] {
    const path = asText(this.#at('Path'));
    const program: readonly Argument[] = path === undefined ? [] : [{ text: path, position: this.#position('Path') }];
    return [...program, ...this.#words('Args')];
  }

  #at(...path: readonly string[]): unknown {
    return path.reduce<unknown>((value, step) => asMapping(value)?.[step], this.#value);
  }

  #words(...path: readonly string[]): readonly Argument[] {
    return asList(this.#at(...path)).flatMap((word, index) =>
      typeof word === 'string' ? [{ text: word, position: this.#position(...path, index) }] : [],
    );
  }

  #environment(...path: readonly string[]): readonly EnvironmentVariable[] {
    return this.#words(...path).flatMap(({ text, position }) => {
      const equals = text.indexOf('=');
      return equals <= 0 ? [] : [{ name: text.slice(0, equals), value: text.slice(equals + 1), position }];
    });
  }

  #mounts(
    path: readonly string[],
    inside: string,
    outside: string,
  ): readonly { readonly inside: string; readonly outside: string }[] {
    return asList(this.#at(...path)).flatMap((item) => {
      const mount = asMapping(item);
      const [to, from] = [asText(mount?.[inside]), asText(mount?.[outside])];
      return to === undefined || from === undefined ? [] : [{ inside: to, outside: from }];
    });
  }

  #position(...path: YamlPath): Argument['position'] {
    const line = this.#document.line([...this.#path, ...path]);
    return { file: this.#file, ...(line === undefined ? {} : { line }) };
  }
}
