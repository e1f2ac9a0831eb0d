/** The listener of plain HTTP that old schedulers and controller managers open. */
import type { Component } from '../../src/model/component.ts';
import type { Check } from '../../src/model/path.ts';
import { atLeast } from '../../src/model/version.ts';
import { isLoopback, splitHostPort } from '../../src/config/url.ts';
import {
  component,
  evidence,
  evidences,
  isWritten,
  knownOr,
  number,
  requireComponent,
  setting,
  text,
} from './access.ts';
import { setFlag } from './control-plane.ts';
import type { ControlPlaneComponent } from './control-plane.ts';
import { kubernetesDocs, kubernetesSource } from './references.ts';
import { fail, notAssessed, pass, warn } from './result.ts';

/**
 * The listener of plain HTTP. The controller manager stopped serving it in 1.22, the scheduler in 1.23
 * (kubernetes/kubernetes#96216, #96345), and 1.24 dropped the flags. Up to then a scheduler with --config takes it
 * from healthzBindAddress and metricsBindAddress, two listeners where they differ
 * (cmd/kube-scheduler/app/options/insecure_serving.go). Of two the one is told that more people reach.
 */
export function insecureListener(
  server: Component,
  own: ControlPlaneComponent,
): { readonly port: number; readonly address: string } | 'off' | 'unknown' {
  const { version } = server;
  if (version === undefined) return 'unknown';
  if (atLeast(version, own.insecurePort.inertFrom)) return 'off';
  const found = knownOr(undefined, () => setting(server, 'port'));
  if (found === undefined) return 'unknown';
  const { value } = found;
  const port = typeof value === 'number' ? value : own.insecurePort.number;
  const health = port === 0 ? undefined : { port, address: text(server, 'address') || '0.0.0.0' };
  const metrics = server.usesConfigFile ? metricsListener(server, own) : undefined;
  const open = [health, metrics].filter((listener) => listener !== undefined);
  return open.find(({ address }) => !isLoopback(address)) ?? open[0] ?? 'off';
}

/** The second listener of a scheduler with a configuration file. */
function metricsListener(
  server: Component,
  { insecurePort }: ControlPlaneComponent,
): { readonly port: number; readonly address: string } | undefined {
  const written = text(server, 'metricsBindAddress');
  if (written === '') return undefined;
  const address = splitHostPort(written);
  const port = address?.port ?? insecurePort.number;
  return port === 0 ? undefined : { port, address: (address?.host ?? written) || '0.0.0.0' };
}

/** Is there a listener without TLS, and who reaches it? */
export function insecurePort(own: ControlPlaneComponent): Check {
  return {
    id: `${own.prefix}-insecure-port`,
    title: `${own.name} serves nothing over plain HTTP`,
    severity: 'high',
    impact: 'security',
    versions: `${own.insecurePort.offByDefault === true ? 'off' : 'open'} by default below ${own.insecurePort.inertFrom} (port ${own.insecurePort.number}); the flags are gone from 1.24`,
    remediation: `Set --port=0 ${setFlag(own)}; from ${own.insecurePort.inertFrom} on remove --port and --address, which stop the process from 1.24 on.`,
    references: [
      kubernetesSource(
        `${own.kubeadmField === undefined ? 'staging/src/k8s.io/cloud-provider' : `cmd/${own.name}/app`}/options/options.go`,
        '1.20.0',
      ),
      kubernetesDocs('reference/networking/ports-and-protocols/'),
    ],
    notApplicable: ({ node }) => {
      const version = component(node, own.name)?.version;
      return version !== undefined && atLeast(version, '1.24')
        ? 'Plain HTTP and its flags are gone from Kubernetes 1.24 on.'
        : undefined;
    },
    evaluate: ({ node }) => {
      const server = requireComponent(node, own.name);
      const shown = evidences(server, 'port', 'address');
      const listener = insecureListener(server, own);
      if (listener === 'unknown') {
        return notAssessed(
          `Whether ${own.name} serves plain HTTP is decided by healthzBindAddress and metricsBindAddress in ${text(server, 'config') || 'its configuration file'}, which was not read: both have to be empty.`,
          [evidence(server, 'config')],
        );
      }
      if (listener === 'off') {
        const inert = (number(server, 'port') ?? 0) !== 0;
        return pass(
          inert
            ? '--port is set but has no effect in this version; remove it before an upgrade to 1.24.'
            : `${own.name} serves nothing over plain HTTP.`,
          shown,
        );
      }
      const unset = isWritten(server, 'port') ? '' : ' (--port is not set, and this version then opens it)';
      const message = `${own.name} serves metrics and profiles on http://${listener.address}:${listener.port} without TLS or authentication${unset}.`;
      return isLoopback(listener.address)
        ? warn(message, shown, { severity: 'medium', headline: `plain http on loopback, port ${listener.port}` })
        : fail(message, shown, { headline: `plain http on port ${listener.port}` });
    },
  };
}
