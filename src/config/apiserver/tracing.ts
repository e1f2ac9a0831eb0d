/** What `--tracing-config-file` names: where spans are sent. */
import type { TracingConfig } from '../../model/apiserver-config.ts';
import type { ConfigFile } from '../../model/node.ts';
import { asText } from '../../text/yaml.ts';
import { struct } from '../strict-decode.ts';
import type { Shape } from '../strict-decode.ts';
import { CONFIG_GROUP, knowing, readKind, refused } from './kind.ts';
import type { ConfigReader, FileKind } from './kind.ts';

const TRACING: FileKind = {
  kind: 'TracingConfiguration',
  flag: '--tracing-config-file',
  gate: 'APIServerTracing',
  served: [
    [`${CONFIG_GROUP}/v1alpha1`, '1.22'],
    [`${CONFIG_GROUP}/v1beta1`, '1.27'],
    [`${CONFIG_GROUP}/v1`, '1.34'],
  ],
};

const SHAPE: Shape = struct({
  apiVersion: 'string',
  kind: 'string',
  endpoint: 'string',
  samplingRatePerMillion: 'number',
});

/**
 * Reads the file, and what keeps the API server from starting with it. Sources: k8s.io/apiserver
 * pkg/server/options/tracing.go, k8s.io/component-base tracing/api/v1/config.go (validateEndpoint).
 */
export function readTracingConfig(text: string, file: string, reader: ConfigReader = {}): ConfigFile<TracingConfig> {
  const read = readKind(text, file, TRACING, knowing(reader, '1.22'), SHAPE);
  if ('state' in read) return read;
  const endpoint = asText(read.root.endpoint);
  const line = read.document.line(['endpoint']) ?? read.document.line(['kind']);
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(endpoint ?? '')?.[1]?.toLowerCase();
  if (scheme !== undefined && !['dns', 'unix', 'unix-abstract'].includes(scheme)) {
    return refused(
      file,
      `is refused: the scheme of its endpoint is ${scheme}, and only dns, unix and unix-abstract are known`,
      line,
    );
  }
  const position = { file, ...(line === undefined ? {} : { line }) };
  return { state: 'read', config: { file, position, ...(endpoint === undefined ? {} : { endpoint }) } };
}
