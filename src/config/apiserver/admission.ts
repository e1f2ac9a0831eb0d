/** What `--admission-control-config-file` names: configuration of admission plugins, some with a kubeconfig. */
import type { AdmissionConfig, AdmissionKubeconfig } from '../../model/apiserver-config.ts';
import type { ConfigFile } from '../../model/node.ts';
import type { Position } from '../../model/setting.ts';
import { asList, asMapping, asText, readYaml } from '../../text/yaml.ts';
import { CONFIG_GROUP, readKind, refused } from './kind.ts';
import type { ConfigReader, FileKind } from './kind.ts';

const ADMISSION: FileKind = {
  kind: 'AdmissionConfiguration',
  flag: '--admission-control-config-file',
  served: [
    ['apiserver.k8s.io/v1alpha1', '1.8'],
    [`${CONFIG_GROUP}/v1`, '1.17'],
  ],
};

/** A file that a plugin names, by the path that the API server sees: its text and the node's path, or why not. */
export type PluginFileReader = (
  path: string,
) =>
  | { readonly ok: true; readonly text: string; readonly file: string }
  | { readonly ok: false; readonly message: string };

/**
 * Reads the file and the files that its plugins name. Sources: k8s.io/apiserver pkg/admission/config.go
 * (ReadAdmissionConfiguration), pkg/admission/plugin/webhook/config/kubeconfig.go (LoadConfig), kubernetes
 * plugin/pkg/admission/imagepolicy/admission.go. The configuration of a plugin is anything, so only its kubeconfig is
 * looked for.
 * @param path the file's own path as the API server sees it: paths of plugins are relative to its folder
 */
export function readAdmissionConfig(
  text: string,
  file: string,
  path: string,
  readFile: PluginFileReader,
  reader: ConfigReader = {},
): ConfigFile<AdmissionConfig> {
  // The old format of two plugins has no kind, and stands in the file itself.
  const legacy = legacyKubeconfig(text, file);
  if (legacy !== undefined) return { state: 'read', config: { file, kubeconfigs: [legacy], unread: [] } };
  const read = readKind(text, file, ADMISSION, reader, 'any');
  if ('state' in read) return read;
  const kubeconfigs: AdmissionKubeconfig[] = [];
  const unread: string[] = [];
  for (const [index, item] of asList(read.root.plugins).entries()) {
    const plugin = asMapping(item);
    const name = asText(plugin?.name) ?? '';
    const named = asText(plugin?.path) ?? '';
    const configuration = asMapping(plugin?.configuration);
    if (configuration !== undefined) {
      const line = read.document.line(['plugins', index, 'configuration']);
      kubeconfigs.push(...kubeconfigIn(name, configuration, { file, ...(line === undefined ? {} : { line }) }));
    } else if (named !== '') {
      const found = readFile(named.startsWith('/') ? named : `${path.slice(0, path.lastIndexOf('/'))}/${named}`);
      if (!found.ok) {
        unread.push(`the configuration of ${name} is not known: ${found.message}`);
        continue;
      }
      const yaml = readYaml(found.text);
      if (!yaml.ok) {
        const { line } = yaml;
        return refused(
          file,
          `is refused: ${found.file}${line === undefined ? '' : `:${line}`} is not YAML or JSON`,
          undefined,
        );
      }
      const root = asMapping(yaml.documents[0]?.value);
      if (root !== undefined) kubeconfigs.push(...kubeconfigIn(name, root, { file: found.file }));
    }
  }
  return { state: 'read', config: { file, kubeconfigs, unread } };
}

function kubeconfigIn(
  plugin: string,
  root: Readonly<Record<string, unknown>>,
  position: Position,
): readonly AdmissionKubeconfig[] {
  const path = asText(root.kubeConfigFile) ?? asText(asMapping(root.imagePolicy)?.kubeConfigFile) ?? '';
  return path === '' ? [] : [{ plugin, path, position }];
}

function legacyKubeconfig(text: string, file: string): AdmissionKubeconfig | undefined {
  const yaml = readYaml(text);
  const root = yaml.ok ? asMapping(yaml.documents[0]?.value) : undefined;
  if (root === undefined || 'kind' in root || !('imagePolicy' in root)) return undefined;
  return kubeconfigIn('ImagePolicyWebhook', root, { file })[0];
}
