/** What the scheduler and the controller managers listen on. */
import type { Component } from '../../src/model/component.ts';
import type { Authentication, PortListener } from '../../src/model/ports-report.ts';
import { isSet, isWritten, number, text } from '../shared/access.ts';
import { insecureListener } from '../shared/control-plane-insecure.ts';
import type { ControlPlaneComponent } from '../shared/control-plane.ts';
import { addressRefused, servesHTTPS } from '../shared/control-plane-secure.ts';
import { minTLSOf } from '../shared/listener.ts';
import { causeOf, k8s, listener, OPTIONAL, tlsVersion } from './listener.ts';
import { scopedTo } from './reach.ts';

/**
 * The HTTPS listener of health and metrics, the old one of plain HTTP, and the webhooks of a cloud controller manager.
 * @throws UnknownValue where the input does not show a setting that decides it
 */
export function controlPlaneListeners(own: ControlPlaneComponent, server: Component): readonly PortListener[] {
  return [...secureListener(own, server), ...plainListener(own, server), ...webhookListener(server)];
}

function secureListener(own: ControlPlaneComponent, server: Component): readonly PortListener[] {
  if (!servesHTTPS(server) || addressRefused(server)) return [];
  const address = text(server, 'bind-address');
  return [
    listener({
      component: server.name,
      purpose: 'health and metrics',
      address,
      port: number(server, 'secure-port') ?? own.securePort,
      tls: 'yes',
      minTLSVersion: tlsVersion(() => minTLSOf(server)),
      authentication: authenticationOf(server),
      ...scopedTo(address, { reach: ['self', 'monitoring'], need: OPTIONAL }),
      cause: causeOf(server, 'secure-port'),
      source: k8s('staging/src/k8s.io/apiserver/pkg/server/options/serving.go'),
    }),
  ];
}

/** By --authentication-kubeconfig or --client-ca-file; without both everybody is anonymous (options/authentication.go). */
function authenticationOf(server: Component): readonly Authentication[] {
  const delegates = isSet(server, 'authentication-kubeconfig');
  if (delegates) return ['client-certificate', 'token'];
  return isSet(server, 'client-ca-file') ? ['client-certificate'] : ['nobody'];
}

function plainListener(own: ControlPlaneComponent, server: Component): readonly PortListener[] {
  const insecure = insecureListener(server, own);
  if (typeof insecure === 'string') return [];
  return [
    listener({
      component: server.name,
      purpose: 'health and metrics in plain text',
      address: insecure.address,
      port: insecure.port,
      tls: 'no',
      authentication: ['nobody'],
      ...scopedTo(insecure.address, { reach: ['nobody'], need: OPTIONAL }),
      cause: causeOf(server, 'port'),
      source: k8s('cmd/kube-scheduler/app/options/insecure_serving.go'),
    }),
  ];
}

/**
 * Only a provider that has webhooks opens it (k8s.io/cloud-provider app/webhooks.go, options/webhook.go): told where
 * somebody wrote a flag of it.
 */
function webhookListener(server: Component): readonly PortListener[] {
  if (server.name !== 'cloud-controller-manager') return [];
  if (!isWritten(server, 'webhook-secure-port') && !isWritten(server, 'webhook-bind-address')) return [];
  const port = number(server, 'webhook-secure-port') ?? 0;
  if (port === 0) return [];
  const address = text(server, 'webhook-bind-address');
  return [
    listener({
      component: server.name,
      purpose: 'admission webhooks',
      address,
      port,
      tls: 'yes',
      authentication: ['nobody'],
      ...scopedTo(address, {
        reach: ['self', 'control-plane'],
        need: { kind: 'depends', on: 'whether the provider registers webhooks with the API server' },
      }),
      cause: causeOf(server, 'webhook-secure-port'),
      source: k8s('staging/src/k8s.io/cloud-provider/options/webhook.go'),
    }),
  ];
}
