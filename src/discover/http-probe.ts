/**
 * The HTTP probes of a container as the kubelet sends them: k8s.io/kubernetes pkg/probe/http/request.go
 * (NewRequestForHTTPGetAction), pkg/probe/util.go (ResolveContainerPort), pkg/apis/core/v1/defaults.go.
 */
import type { HTTPProbe } from '../model/component.ts';
import type { Position } from '../model/setting.ts';
import { asList, asMapping, asText } from '../text/yaml.ts';

const KINDS = ['startup', 'liveness', 'readiness'] as const;

/**
 * Reads the probes with `httpGet`; those of another kind ask nothing over HTTP.
 * @param container the container's mapping
 * @param position where one of its fields is written
 */
export function httpProbes(
  container: Readonly<Record<string, unknown>>,
  position: (field: string) => Position,
): readonly HTTPProbe[] {
  return KINDS.flatMap((kind) => {
    const field = `${kind}Probe`;
    const httpGet = asMapping(asMapping(container[field])?.httpGet);
    if (httpGet === undefined) return [];
    const host = asText(httpGet.host) ?? '';
    return [
      {
        kind,
        scheme: httpGet.scheme === 'HTTPS' ? 'HTTPS' : 'HTTP',
        ...(host === '' ? {} : { host }),
        port: portOf(httpGet.port, container.ports),
        path: pathOf(asText(httpGet.path) ?? ''),
        authorized: asList(httpGet.httpHeaders).some((header) => isCredential(asMapping(header))),
        ...position(field),
      },
    ];
  });
}

/** A number, the name of one of the container's ports, or a number as text. */
function portOf(written: unknown, ports: unknown): number | undefined {
  if (typeof written !== 'string') return typeof written === 'number' ? written : undefined;
  const named = asList(ports)
    .map(asMapping)
    .find((port) => port?.name === written)?.containerPort;
  if (typeof named === 'number') return named;
  return /^\d{1,5}$/.test(written) ? Number(written) : undefined;
}

function pathOf(written: string): string {
  const path = written.replace(/[?#].*$/s, '');
  return path.startsWith('/') ? path : `/${path}`;
}

function isCredential(header: Readonly<Record<string, unknown>> | undefined): boolean {
  return asText(header?.name)?.toLowerCase() === 'authorization' && asText(header?.value) !== '';
}
