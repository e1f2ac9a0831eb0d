/** What `--tracing-config-file` names: where spans are sent. */
import type { TracingConfig } from '../../model/apiserver-config.ts';
import type { ConfigFile } from '../../model/node.ts';
import { isURI } from '../../text/uri.ts';
import { asText } from '../../text/yaml.ts';
import { struct } from '../strict-decode.ts';
import type { Shape } from '../strict-decode.ts';
import { CONFIG_GROUP, knowing, readKind, refused, taken } from './kind.ts';
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
  strictSince: '1.32',
};

const SHAPE: Shape = struct({
  apiVersion: 'string',
  kind: 'string',
  endpoint: 'string',
  samplingRatePerMillion: 'int32',
});

/**
 * Reads the file, and what keeps the API server from starting with it. Sources: k8s.io/apiserver
 * pkg/server/options/tracing.go, k8s.io/component-base tracing/api/v1/config.go (validateEndpoint, validateSamplingRate).
 */
export function readTracingConfig(text: string, file: string, reader: ConfigReader = {}): ConfigFile<TracingConfig> {
  const read = readKind(text, file, TRACING, knowing(reader, '1.22'), SHAPE);
  if ('state' in read) return read;
  const endpoint = asText(read.root.endpoint);
  const line = read.document.line(['endpoint']) ?? read.document.line(['kind']);
  const rate = read.root.samplingRatePerMillion;
  if (typeof rate === 'number' && (rate < 0 || rate > 1_000_000)) {
    const at = read.document.line(['samplingRatePerMillion']);
    return refused(file, 'is refused: its samplingRatePerMillion is not between 0 and 1000000', at);
  }
  const fault = endpointFault(endpoint ?? '');
  if (fault !== undefined) return refused(file, `is refused: ${fault}`, line);
  const position = { file, ...(line === undefined ? {} : { line }) };
  return taken(read, { file, position, ...(endpoint === undefined ? {} : { endpoint }) });
}

/**
 * What net/url Parse and the question after the scheme have against an endpoint; undefined where nothing. Without `//`
 * it is taken for a name that DNS knows.
 */
function endpointFault(endpoint: string): string | undefined {
  const url = endpoint.includes('//') ? endpoint : `dns://${endpoint}`;
  if (!isURI(url)) return 'its endpoint is no URL and no host:port';
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase() ?? '';
  return SCHEMES.includes(scheme)
    ? undefined
    : `the scheme of its endpoint is ${scheme || 'missing'}, and only ${SCHEMES.join(', ')} are known`;
}

const SCHEMES = ['dns', 'unix', 'unix-abstract'];
