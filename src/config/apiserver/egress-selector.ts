/** What `--egress-selector-config-file` names: through which proxy the API server dials. */
import type { EgressSelection, EgressSelectorConfig } from '../../model/apiserver-config.ts';
import type { ConfigFile } from '../../model/node.ts';
import type { Position } from '../../model/setting.ts';
import { asList, asMapping, asText } from '../../text/yaml.ts';
import { atOrAfter } from '../history/ranges.ts';
import { struct } from '../strict-decode.ts';
import type { Shape } from '../strict-decode.ts';
import { knowing, readKind, refused, taken } from './kind.ts';
import type { ConfigReader, FileKind } from './kind.ts';

const EGRESS_SELECTOR: FileKind = {
  kind: 'EgressSelectorConfiguration',
  flag: '--egress-selector-config-file',
  served: [
    ['apiserver.k8s.io/v1alpha1', '1.16'],
    ['apiserver.k8s.io/v1beta1', '1.19'],
  ],
  strictSince: '1.32',
  plainBefore: true,
};

const SHAPE: Shape = struct({
  apiVersion: 'string',
  kind: 'string',
  egressSelections: {
    listOf: struct({
      name: 'string',
      connection: struct({
        proxyProtocol: 'string',
        transport: struct({
          uds: struct({ udsName: 'string' }),
          tcp: struct({
            url: 'string',
            tlsConfig: struct({
              caBundle: 'string',
              clientKey: 'string',
              clientCert: 'string',
              tlsServerName: 'string',
            }),
          }),
        }),
      }),
    }),
  },
});

const NAMES = ['controlplane', 'cluster', 'etcd'];

/** `master` was the name of `controlplane`. */
const OLD_NAME = 'master';

/**
 * The name of a selection as it is looked up. Case does not matter, but in the old name from 1.23 on, where it is
 * converted before anything is made lower case: pkg/apis/apiserver/v1beta1/conversion.go, and the same in v1alpha1.
 */
function selectionName(written: string, { version }: ConfigReader): string {
  const lower = written.toLowerCase();
  const isConverted = version === undefined || atOrAfter(version, '1.23');
  return lower === OLD_NAME && (written === OLD_NAME || !isConverted) ? 'controlplane' : lower;
}

/**
 * Reads the file, and what keeps the API server from starting with it. Source: k8s.io/apiserver
 * pkg/server/egressselector/config.go (ReadEgressSelectorConfiguration, ValidateEgressSelectorConfiguration). That
 * files which it names are there is not asked here. Up to 1.31 it is read with sigs.k8s.io/yaml as v1beta1, whatever
 * its apiVersion.
 */
export function readEgressSelectorConfig(
  text: string,
  file: string,
  reader: ConfigReader = {},
): ConfigFile<EgressSelectorConfig> {
  const read = readKind(text, file, EGRESS_SELECTOR, knowing(reader, '1.18'), SHAPE);
  if ('state' in read) return read;
  const { root, document } = read;
  const selections: EgressSelection[] = [];
  for (const [index, item] of asList(root.egressSelections).entries()) {
    const selection = asMapping(item);
    const line = document.line(['egressSelections', index]);
    const position: Position = { file, ...(line === undefined ? {} : { line }) };
    const written = asText(selection?.name) ?? '';
    const name = selectionName(written, reader);
    const connection = asMapping(selection?.connection) ?? {};
    const result = readConnection(name, connection, position);
    const fault =
      typeof result === 'string'
        ? result
        : !NAMES.includes(name)
          ? `has the name "${written}", which is none of ${NAMES.join(', ')}`
          : repeats(name, selections, reader)
            ? 'has a name that another has'
            : undefined;
    if (fault !== undefined) return refused(file, `is refused: egressSelections[${index}] ${fault}`, line);
    if (typeof result !== 'string') selections.push(result);
  }
  return taken(read, { file, selections });
}

/** Up to 1.22 one name could stand twice, and the last counted. */
function repeats(name: string, others: readonly EgressSelection[], { version }: ConfigReader): boolean {
  return (version === undefined || atOrAfter(version, '1.23')) && others.some((other) => other.name === name);
}

/** A connection, or what is wrong with it as the rest of a sentence. */
function readConnection(
  name: string,
  connection: Readonly<Record<string, unknown>>,
  position: Position,
): EgressSelection | string {
  const protocol = asText(connection.proxyProtocol) ?? '';
  const transport = asMapping(connection.transport);
  if (protocol === 'Direct') {
    return transport === undefined ? { name, protocol, position } : 'has a transport, though its protocol is Direct';
  }
  if (protocol !== 'HTTPConnect' && protocol !== 'GRPC') {
    return `has the protocol "${protocol}", which is none of Direct, HTTPConnect, GRPC`;
  }
  const uds = asMapping(transport?.uds);
  const tcp = asMapping(transport?.tcp);
  // Of a GRPC transport the server looks at `uds` alone.
  if (protocol === 'HTTPConnect' && uds !== undefined && tcp !== undefined) return 'has both `uds` and `tcp`';
  if (uds !== undefined) {
    const socket = asText(uds.udsName) ?? '';
    return socket === '' ? 'has no udsName' : { name, protocol, socket, position };
  }
  if (tcp === undefined) return protocol === 'GRPC' ? 'has no `uds`, which GRPC needs' : 'has neither `uds` nor `tcp`';
  if (protocol === 'GRPC') return 'has `tcp`, and GRPC needs `uds`';
  const url = asText(tcp.url) ?? '';
  const tls = asMapping(tcp.tlsConfig);
  if (url.startsWith('http://')) {
    return tls === undefined ? { name, protocol, url, position } : 'has a tlsConfig, though its url is http';
  }
  if (!url.startsWith('https://')) return 'has a url that is neither http nor https';
  const clientCertificate = asText(tls?.clientCert) ?? '';
  const clientKey = asText(tls?.clientKey) ?? '';
  if (clientCertificate === '' || clientKey === '') return 'dials https without clientCert and clientKey';
  const caBundle = asText(tls?.caBundle) ?? '';
  return {
    name,
    protocol,
    url,
    tls: { clientCertificate, clientKey, ...(caBundle === '' ? {} : { caBundle }) },
    position,
  };
}
