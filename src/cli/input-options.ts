/** The options that say what to read: the same for every command that takes inputs. */
import { COMPONENT_NAMES } from '../model/component.ts';
import type { ComponentName } from '../model/component.ts';
import { parseVersion } from '../model/version.ts';
import type { InputOptions } from '../run/inputs.ts';
import { parseAt } from '../text/date.ts';
import { didYouMean } from '../text/suggest.ts';
import { UsageError } from './command-error.ts';
import type { InputFlags } from './flags.ts';
import type { IO } from './io.ts';

/**
 * What to read, as the pipeline takes it.
 * @throws UsageError for values that make no sense
 */
export function inputOptions(
  inputs: readonly string[],
  flags: InputFlags,
  io: IO,
): InputOptions & { readonly kubernetesVersion?: string } {
  const { kubernetesVersion, manifests, pki, kubeletConfig } = flags;
  if (kubernetesVersion !== undefined && parseVersion(kubernetesVersion) === undefined) {
    throw new UsageError(`--kubernetes-version '${kubernetesVersion}': not a version; write 1.34 or v1.34.2`);
  }
  return {
    inputs,
    ...(manifests === undefined ? {} : { manifests }),
    ...(pki === undefined ? {} : { pki }),
    ...(kubeletConfig === undefined ? {} : { kubeletConfig }),
    ...(flags.flags === undefined ? {} : { flags: flags.flags.map(flagFile) }),
    ...(kubernetesVersion === undefined ? {} : { kubernetesVersion }),
    stdin: () => io.stdin,
  };
}

/**
 * The moment to judge for: `--at`, or now.
 * @throws UsageError for what is no date
 */
export function evaluationTime(text: string | undefined, io: IO): Date {
  if (text === undefined) return io.now();
  const at = parseAt(text, io.now());
  if (!at.ok) throw new UsageError(`--at '${text}': ${at.message}`);
  return at.date;
}

/**
 * A component by its name.
 * @throws UsageError for an unknown name, beginning with `context`
 */
export function componentName(name: string, context: string, hint = ''): ComponentName {
  const component = COMPONENT_NAMES.find((known) => known === name);
  if (component === undefined) {
    throw new UsageError(`${context}: unknown component '${name}'.${didYouMean(name, COMPONENT_NAMES)}${hint}`);
  }
  return component;
}

/** `kube-apiserver=flags.txt`. */
function flagFile(text: string): { readonly component: ComponentName; readonly file: string } {
  const at = text.indexOf('=');
  const name = at === -1 ? text : text.slice(0, at);
  const component = componentName(name, `--flags '${text}'`, ' Write --flags kube-apiserver=FILE');
  if (at === -1 || at === text.length - 1)
    throw new UsageError(`--flags '${text}': no file; write --flags ${name}=FILE`);
  return { component, file: text.slice(at + 1) };
}
