/** Whether the kubelet's probes of a static pod reach what the pod's component listens on. */
import type { Component, HTTPProbe } from '../../src/model/component.ts';
import type { Evidence, Finding } from '../../src/model/path.ts';
import { ipVersion } from '../../src/text/address.ts';
import { isLoopback, isUnspecified, sameHost } from '../../src/config/url.ts';
import { fail, warn } from './result.ts';
import { enumerate } from './words.ts';

/** One address and port that a component listens on. */
export interface ProbedListener {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  /** Refuses a TLS client without a certificate; the kubelet's probes show none. */
  readonly demandsCertificate?: boolean;
}

/** What is wrong with some probes. */
export interface ProbeFault {
  readonly probes: readonly HTTPProbe[];
  /** A clause after the subject, without a period. */
  readonly message: string;
  readonly headline: string;
  readonly evidence?: readonly Evidence[];
  readonly remediation?: string;
}

/**
 * The probes that nothing can answer: nothing listens where they go, or what listens speaks another protocol. A probe
 * of a port that is none of the component's own is left alone, since another container may serve it (kOps' health
 * check beside the API server does).
 * Sources: kubernetes pkg/probe/http/request.go, pkg/kubelet/prober/prober.go (no client certificate, any server's).
 * @param listeners everything that the component listens on
 * @param ownPorts ports that can be no other's: those by default
 */
export function unreachableProbes(
  component: Component,
  listeners: readonly ProbedListener[],
  ownPorts: readonly number[],
): readonly ProbeFault[] {
  const faults = new Map<string, ProbeFault>();
  for (const probe of component.probes ?? []) {
    const fault = faultOf(probe, component, listeners, ownPorts);
    if (fault === undefined) continue;
    const same = faults.get(fault.message);
    faults.set(fault.message, { ...fault, probes: [...(same?.probes ?? []), probe] });
  }
  return [...faults.values()];
}

function faultOf(
  probe: HTTPProbe,
  { name, hostNetwork }: Component,
  listeners: readonly ProbedListener[],
  ownPorts: readonly number[],
): Omit<ProbeFault, 'probes'> | undefined {
  if (probe.port === undefined) return undefined;
  const onPort = listeners.filter(({ port }) => port === probe.port);
  if (onPort.length === 0 && !ownPorts.includes(probe.port)) return undefined;
  const reached = onPort.filter(({ host }) => reaches(probe.host, host, hostNetwork));
  const headline = `probes do not reach ${name}`;
  if (reached.length === 0) {
    const places = listeners.map(({ host, port }) => `${isUnspecified(host) ? 'every address' : host}, port ${port}`);
    return {
      message: `go to ${probe.host ?? (hostNetwork ? "the node's address" : "the pod's address")}, port ${probe.port}, and ${name} listens on ${places.length === 0 ? 'nothing' : enumerate([...new Set(places)])}`,
      headline,
    };
  }
  if (reached.every(({ secure }) => secure !== (probe.scheme === 'HTTPS'))) {
    return probe.scheme === 'HTTP'
      ? {
          message: `speak plain HTTP to the TLS port ${probe.port}, which answers 400`,
          headline: 'probes speak http to the TLS port',
        }
      : {
          message: `speak TLS to port ${probe.port}, which is plain HTTP`,
          headline: 'probes speak TLS to a plain port',
        };
  }
  return reached.every(({ demandsCertificate }) => demandsCertificate === true)
    ? {
        message: `show no client certificate, without which port ${probe.port} refuses every connection`,
        headline: 'probes refused: no client certificate',
      }
    : undefined;
}

/** Taken for granted where names or addresses that the input does not tell decide. */
function reaches(dialled: string | undefined, listening: string, hostNetwork: boolean): boolean {
  if (isUnspecified(listening)) return true;
  if (dialled === undefined) return !isLoopback(listening);
  if (!hostNetwork) return true;
  if (ipVersion(dialled) !== 0 && ipVersion(listening) !== 0) return sameHost(dialled, listening);
  const [name, other] = ipVersion(dialled) === 0 ? [dialled, listening] : [listening, dialled];
  return !isLoopback(name) || isLoopback(other);
}

/**
 * The kubelet takes an answer below 200 or from 400 on for a failure, and kills the container after some failures of a
 * startup or liveness probe. Source: kubernetes/pkg/probe/http/http.go, pkg/kubelet/prober/worker.go.
 */
export function failingProbes(component: Component, fault: ProbeFault): Finding {
  const shown = [...fault.probes.map((probe) => probeEvidence(component, probe)), ...(fault.evidence ?? [])];
  const extra = fault.remediation === undefined ? {} : { remediation: fault.remediation };
  const message = `${subject(fault.probes)} ${fault.message}`;
  return fault.probes.some(({ kind }) => kind !== 'readiness')
    ? fail(`${message}, so the kubelet kills ${component.name} again and again.`, shown, {
        ...extra,
        headline: fault.headline,
      })
    : warn(`${message}, so the pod of ${component.name} never becomes ready.`, shown, {
        ...extra,
        severity: 'medium',
        headline: 'readiness probe fails',
      });
}

/** `The startup and liveness probes of /livez`. */
function subject(sent: readonly HTTPProbe[]): string {
  const kinds = [...new Set(sent.map(({ kind }) => kind))];
  const paths = [...new Set(sent.map(({ path }) => path))];
  return `The ${enumerate(kinds)} probes of ${enumerate(paths)}`;
}

/** Where a probe is written and what it asks. */
export function probeEvidence({ name }: Component, { kind, scheme, path, file, line }: HTTPProbe): Evidence {
  return {
    component: name,
    setting: `${kind}Probe.httpGet`,
    value: `${scheme} ${path}`,
    origin: 'config-file',
    file,
    ...(line === undefined ? {} : { line }),
  };
}
