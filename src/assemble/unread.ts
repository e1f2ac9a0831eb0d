/** What was there and could not be used, so that nobody takes it for absent. */
import { fileStem, isComponentName } from '../discover/file-name.ts';
import type { DiscoveryProblem } from '../discover/types.ts';
import type { UnavailableConfig } from '../model/component.ts';
import type { NodeModel, UnreadSource } from '../model/node.ts';

/** Problems after which a component may be configured although none was found. */
const HIDING: ReadonlySet<DiscoveryProblem['code']> = new Set([
  'unreadable-file',
  'unparsable-manifest',
  'refused-manifest',
  'unrecognised-command',
  'limit-reached',
]);

/** The files and folders among discovery's problems that may configure a component. */
export function unreadSources(problems: readonly DiscoveryProblem[]): readonly UnreadSource[] {
  return problems
    .filter(({ code }) => HIDING.has(code))
    .map(({ code, file = '', line, subject, message }) => ({
      file: file === '' ? subject : file,
      ...(line === undefined ? {} : { line }),
      message,
      supply: supplyFor(code, `${file === '' ? subject : file}${line === undefined ? '' : `:${line}`}`),
      // A drop-in is named by its folder (`kubelet.service.d`).
      component: [subject, file, file.slice(0, Math.max(0, file.lastIndexOf('/')))].map(fileStem).find(isComponentName),
    }));
}

function supplyFor(code: DiscoveryProblem['code'], place: string): string {
  if (code === 'unreadable-file') return `Make ${place} readable: run as root, or give a copy that may be read.`;
  return code === 'unrecognised-command'
    ? `Give the flags of what ${place} runs: --flags COMPONENT=FILE.`
    : `Correct ${place}.`;
}

/**
 * Configuration files that are there and cannot be used, as problems of the input. A file that only some of the
 * versions refuse which the node may have is none.
 */
export function unusableConfigs(variants: readonly NodeModel[]): readonly DiscoveryProblem[] {
  const [first, ...others] = variants.map((node) => new Map(configsOf(node).map((one) => [one.file, one])));
  return [...(first?.values() ?? [])]
    .filter(({ file, present }) => present && others.every((configs) => configs.has(file)))
    .map(({ file, line, message }) => ({
      code: 'unreadable-file',
      subject: file,
      message,
      file,
      ...(line === undefined ? {} : { line }),
    }));
}

function configsOf(node: NodeModel): readonly UnavailableConfig[] {
  return [
    ...[...node.components.values()].map(({ configUnavailable }) => configUnavailable),
    ...[
      node.authenticationConfig,
      node.authorizationConfig,
      node.egressSelectorConfig,
      node.encryptionConfig,
      node.tracingConfig,
      node.admissionConfig,
    ].map((config) => (config.state === 'unreadable' ? config : undefined)),
  ].filter((config) => config !== undefined);
}
