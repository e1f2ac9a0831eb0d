/** The components among a static pod's containers. */
import type { ComponentName } from '../model/component.ts';
import type { Notice } from '../model/component.ts';
import { componentOfProgram, findComponent } from './command.ts';
import type { CommandSearch, CommandWord } from './command.ts';
import { fileStem, isComponentName } from './file-name.ts';
import { nodePathOf } from './static-pod.ts';
import type { PodContainer, StaticPod } from './static-pod.ts';
import type { DiscoveryProblem, Invocation } from './types.ts';
import { imageVersion, readImageReference } from './version.ts';

export interface PodComponents {
  readonly invocations: readonly Invocation[];
  readonly notices: readonly Notice[];
  /** Set when the pod is a component's by its name, and no container of it could be recognised as the component. */
  readonly unrecognised: { readonly component: ComponentName; readonly problem: DiscoveryProblem } | undefined;
}

/** Finds the components that a pod runs; containers that end (init containers) are left out. */
export function componentsOfPod(pod: StaticPod): PodComponents {
  const invocations: Invocation[] = [];
  const notices: Notice[] = [];
  let unclear: string | undefined;
  const running = pod.containers.filter((container) => container.kind !== 'init');
  // A container that bears the component's name goes before its sidecars.
  const named = running.filter((container) => isComponentName(container.name));
  for (const container of [...named, ...running.filter((other) => !named.includes(other))]) {
    const search = searchContainer(container);
    if (search.kind === 'unclear') unclear = search.message;
    if (search.kind !== 'found') continue;
    notices.push(...search.notices);
    const version = container.image === undefined ? undefined : imageVersion(search.component, container.image);
    invocations.push({
      component: search.component,
      argv: search.argv,
      environment: search.environment,
      file: pod.file,
      kind: 'static-pod',
      sources: [{ file: pod.file, kind: 'static-pod' }],
      ...(container.image === undefined ? {} : { image: container.image }),
      ...(version === undefined ? {} : { imageVersion: version }),
      commandLineSeen: search.unseen === undefined,
      ...(search.unseen === undefined ? {} : { unseen: search.unseen }),
      probes: container.probes,
      ...(container.runAsUser === undefined ? {} : { runAsUser: container.runAsUser }),
      hostNetwork: pod.hostNetwork,
      nodePath: nodePathOf(container, pod),
    });
  }
  const expected = invocations.length > 0 ? undefined : expectedComponent(pod);
  return {
    invocations,
    notices,
    unrecognised:
      expected === undefined
        ? undefined
        : { component: expected, problem: unrecognisedProblem(pod, expected, running, unclear) },
  };
}

/** A manifest's command replaces the image's entry point, its args follow it; without a command the image decides. */
function searchContainer(container: PodContainer): CommandSearch {
  const { command, args, environment } = container;
  if (command.length > 0) return findComponent([...command, ...args], environment);
  const image = container.image === undefined ? '' : readImageReference(container.image).baseName;
  const first = args[0];
  if (first !== undefined && !first.text.startsWith('-')) {
    const search = findComponent(args, environment);
    return search.kind === 'other' && image === 'hyperkube'
      ? findComponent([entryPoint(image, first), ...args], environment)
      : search;
  }
  if (componentOfProgram(image) === undefined) return { kind: 'other' };
  return findComponent([entryPoint(image, first), ...args], environment);
}

function entryPoint(program: string, next: CommandWord | undefined): CommandWord {
  return { text: program, position: next?.position ?? { file: '' } };
}

/** The component that file name, pod name or kubeadm's label promise. */
function expectedComponent(pod: StaticPod): ComponentName | undefined {
  return [fileStem(pod.file), pod.name, pod.componentLabel ?? ''].find(isComponentName);
}

function unrecognisedProblem(
  pod: StaticPod,
  component: ComponentName,
  running: readonly PodContainer[],
  unclear: string | undefined,
): DiscoveryProblem {
  const position = running[0]?.command[0]?.position ?? running[0]?.args[0]?.position ?? { file: pod.file };
  const why = unclear ?? `none of its containers' commands is ${component} or a start script that names it`;
  return {
    code: 'unrecognised-command',
    subject: component,
    ...position,
    message: `${pod.file} looks like ${component}'s manifest, but what it runs was not recognised: ${why}. Give the flags with --flags ${component}=FILE.`,
  };
}
