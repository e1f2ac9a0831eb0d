/** What `--admission-control-config-file` names: configuration of admission plugins, some with a kubeconfig. */
import type { AdmissionConfig, AdmissionKubeconfig, ImagePolicy } from '../../model/apiserver-config.ts';
import type { ConfigFile } from '../../model/node.ts';
import type { Position } from '../../model/setting.ts';
import { asList, asMapping, asText, readYaml } from '../../text/yaml.ts';
import { atOrAfter } from '../history/ranges.ts';
import { struct } from '../strict-decode.ts';
import { CONFIG_GROUP, readKind, refused, taken } from './kind.ts';
import type { ConfigReader, FileKind } from './kind.ts';

const ADMISSION: FileKind = {
  kind: 'AdmissionConfiguration',
  flag: '--admission-control-config-file',
  served: [
    ['apiserver.k8s.io/v1alpha1', '1.8'],
    [`${CONFIG_GROUP}/v1`, '1.17'],
  ],
  strictSince: '1.32',
};

/** What a plugin is configured with is its own business. */
const SHAPE = struct({
  apiVersion: 'string',
  kind: 'string',
  plugins: { listOf: struct({ name: 'string', path: 'string', configuration: 'any' }) },
});

const IMAGE_POLICY = 'ImagePolicyWebhook';

/** The plugins that ask the webhooks that are objects of the cluster; they run unless they are disabled. */
const OF_OBJECTS = ['MutatingAdmissionWebhook', 'ValidatingAdmissionWebhook'];

/** A file that a plugin names, by the path that the API server sees: its text and the node's path, or why not. */
export type PluginFileReader = (
  path: string,
) =>
  | { readonly ok: true; readonly text: string; readonly file: string }
  | { readonly ok: false; readonly message: string };

/** What the API server does about plugins beside the file. */
export interface Plugins {
  readonly readFile: PluginFileReader;
  /** Whether --disable-admission-plugins names one; undefined where that is not known. */
  readonly isDisabled: (plugin: string) => boolean | undefined;
}

/**
 * Reads the file and the files that its plugins name. Sources: k8s.io/apiserver pkg/admission/config.go
 * (ReadAdmissionConfiguration), pkg/admission/plugin/webhook/config/kubeconfig.go (LoadConfig), kubernetes
 * plugin/pkg/admission/imagepolicy/admission.go. The configuration of a plugin is anything, so only its kubeconfig is
 * looked for, and what becomes of pods when an image policy cannot be asked.
 * @param path the file's own path as the API server sees it: paths of plugins are relative to its folder
 */
export function readAdmissionConfig(
  text: string,
  file: string,
  path: string,
  { readFile, isDisabled }: Plugins,
  reader: ConfigReader = {},
): ConfigFile<AdmissionConfig> {
  // The old format of two plugins has no kind, and stands in the file itself.
  const legacy = legacyRoot(text);
  if (legacy !== undefined) {
    const imagePolicy = imagePolicyIn(legacy, { file });
    const kubeconfigs = kubeconfigIn(IMAGE_POLICY, legacy, { file });
    return { state: 'read', config: { file, kubeconfigs, ...imagePolicy, unread: [] } };
  }
  const read = readKind(text, file, ADMISSION, reader, SHAPE);
  if ('state' in read) return read;
  const kubeconfigs: AdmissionKubeconfig[] = [];
  const unread: string[] = [];
  let imagePolicy: { readonly imagePolicy?: ImagePolicy } = {};
  for (const [index, item] of asList(read.root.plugins).entries()) {
    const plugin = asMapping(item);
    const name = asText(plugin?.name) ?? '';
    const named = asText(plugin?.path) ?? '';
    let root = asMapping(plugin?.configuration);
    const line = read.document.line(['plugins', index, ...(root === undefined ? [] : ['configuration'])]);
    let position: Position = { file, ...(line === undefined ? {} : { line }) };
    if (root === undefined && named !== '') {
      const found = readFile(named.startsWith('/') ? named : `${path.slice(0, path.lastIndexOf('/'))}/${named}`);
      if (!found.ok) {
        unread.push(`the configuration of ${name} is not known: ${found.message}`);
        continue;
      }
      const yaml = readYaml(found.text);
      if (!yaml.ok) {
        const at = yaml.line === undefined ? '' : `:${yaml.line}`;
        return refused(file, `is refused: ${found.file}${at} is not YAML or JSON`, undefined);
      }
      root = asMapping(yaml.documents[0]?.value);
      position = { file: found.file };
    }
    if (root === undefined) continue;
    const fault = isDisabled(name) === false ? objectsFault(name, root, reader) : undefined;
    if (fault !== undefined) return refused(file, `is refused: the configuration of ${name} ${fault}`, line);
    kubeconfigs.push(...kubeconfigIn(name, root, position));
    if (name === IMAGE_POLICY) imagePolicy = imagePolicyIn(root, position);
  }
  return taken(read, { file, kubeconfigs, ...imagePolicy, unread });
}

const OBJECTS_FIELDS = ['apiVersion', 'kind', 'kubeConfigFile', 'staticManifestsDir'];

/**
 * What keeps a plugin of {@link OF_OBJECTS} from starting, as the rest of a sentence about its configuration. They look
 * for their kubeconfig by an absolute path only, the others in the working directory too.
 */
function objectsFault(
  plugin: string,
  root: Readonly<Record<string, unknown>>,
  { version }: ConfigReader,
): string | undefined {
  if (!OF_OBJECTS.includes(plugin)) return undefined;
  // From 1.36 on it is decoded strictly, and may be there for its staticManifestsDir.
  const isNew = version === undefined || atOrAfter(version, '1.36');
  const unknown = isNew ? Object.keys(root).find((field) => !OBJECTS_FIELDS.includes(field)) : undefined;
  if (unknown !== undefined) return `has the field ${unknown.slice(0, 100)}, which it does not know`;
  const path = asText(root.kubeConfigFile) ?? '';
  if (path === '') return isNew ? undefined : 'has no kubeConfigFile';
  return path.startsWith('/') ? undefined : 'has a kubeConfigFile that is not an absolute path';
}

function kubeconfigIn(
  plugin: string,
  root: Readonly<Record<string, unknown>>,
  position: Position,
): readonly AdmissionKubeconfig[] {
  const path = asText(root.kubeConfigFile) ?? asText(asMapping(root.imagePolicy)?.kubeConfigFile) ?? '';
  return path === '' ? [] : [{ plugin, path, position }];
}

function imagePolicyIn(
  root: Readonly<Record<string, unknown>>,
  position: Position,
): { readonly imagePolicy?: ImagePolicy } {
  const policy = asMapping(root.imagePolicy);
  return policy === undefined ? {} : { imagePolicy: { defaultAllow: policy.defaultAllow === true, position } };
}

function legacyRoot(text: string): Readonly<Record<string, unknown>> | undefined {
  const yaml = readYaml(text);
  const root = yaml.ok ? asMapping(yaml.documents[0]?.value) : undefined;
  return root === undefined || 'kind' in root || !('imagePolicy' in root) ? undefined : root;
}
