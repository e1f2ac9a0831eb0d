/** What a kubelet listens on. */
import type { Component } from '../../src/model/component.ts';
import type { Authentication, PortListener } from '../../src/model/ports-report.ts';
import { bool, isSet, number, text } from '../shared/access.ts';
import { minTLSOf } from '../shared/listener.ts';
import { causeOf, k8s, listener, OPTIONAL, tlsVersion } from './listener.ts';
import { scopedTo } from './reach.ts';

/**
 * The API of the kubelet, its health, and the read-only port where that is on.
 * @throws UnknownValue where the input does not show a setting that decides it
 */
export function kubeletListeners(kubelet: Component): readonly PortListener[] {
  const address = text(kubelet, 'address');
  const port = number(kubelet, 'port') ?? 10250;
  const readOnly = number(kubelet, 'read-only-port') ?? 0;
  const healthz = number(kubelet, 'healthz-port') ?? 0;
  const healthzAddress = text(kubelet, 'healthz-bind-address');
  const source = k8s('pkg/kubelet/server/server.go');
  return [
    ...(bool(kubelet, 'enableServer') === false
      ? []
      : [
          listener({
            component: 'kubelet',
            purpose: 'logs, exec, metrics of the pods',
            address,
            port,
            tls: 'yes',
            minTLSVersion: tlsVersion(() => minTLSOf(kubelet)),
            authentication: authenticationOf(kubelet),
            ...scopedTo(address, {
              reach: ['self', 'control-plane', 'pods', 'monitoring'],
              need: { kind: 'required', breaks: '`kubectl logs`, `exec` and `port-forward` hang' },
            }),
            cause: causeOf(kubelet, 'port'),
            source,
          }),
        ]),
    ...(readOnly === 0
      ? []
      : [
          listener({
            component: 'kubelet',
            purpose: 'read-only: pods and metrics to whoever asks',
            address,
            port: readOnly,
            tls: 'no',
            authentication: ['nobody'],
            reach: ['nobody'],
            need: OPTIONAL,
            cause: causeOf(kubelet, 'read-only-port'),
            source,
          }),
        ]),
    ...(healthz === 0
      ? []
      : [
          listener({
            component: 'kubelet',
            purpose: 'health',
            address: healthzAddress,
            port: healthz,
            tls: 'no',
            authentication: ['nobody'],
            ...scopedTo(healthzAddress, { reach: ['self'], need: OPTIONAL }),
            cause: causeOf(kubelet, 'healthz-port'),
            source: k8s('cmd/kubelet/app/server.go'),
          }),
        ]),
  ];
}

function authenticationOf(kubelet: Component): readonly Authentication[] {
  const ways: readonly Authentication[] = [
    ...(isSet(kubelet, 'client-ca-file') ? (['client-certificate'] as const) : []),
    ...(bool(kubelet, 'authentication-token-webhook') === true ? (['token'] as const) : []),
    ...(bool(kubelet, 'anonymous-auth') === true ? (['anonymous'] as const) : []),
  ];
  return ways.length === 0 ? ['nobody'] : ways;
}
