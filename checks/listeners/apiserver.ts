/** What kube-apiserver listens on. */
import type { Component } from '../../src/model/component.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type { Authentication, PortListener } from '../../src/model/ports-report.ts';
import { scopedTo } from './reach.ts';
import { isSet, known, list, number, text } from '../shared/access.ts';
import { anonymousRequests, insecureListener } from '../shared/apiserver.ts';
import { minTLSOf } from '../shared/listener.ts';
import { UnknownValue } from '../../src/model/unknown.ts';
import { causeOf, k8s, listener, OPTIONAL, tlsVersion } from './listener.ts';

/**
 * The HTTPS listener, the NodePorts that Services get, and up to 1.19 the one of plain HTTP.
 * @throws UnknownValue where the input does not show a setting that decides it
 */
export function apiserverListeners(node: NodeModel, apiserver: Component): readonly PortListener[] {
  const port = number(apiserver, 'secure-port') ?? 6443;
  const secure = listener({
    component: apiserver.name,
    purpose: 'the API',
    address: text(apiserver, 'bind-address'),
    port,
    tls: 'yes',
    minTLSVersion: tlsVersion(() => minTLSOf(apiserver)),
    authentication: authenticationOf(node, apiserver),
    ...scopedTo(text(apiserver, 'bind-address'), {
      reach: ['self', 'control-plane', 'nodes', 'pods', 'load-balancer', 'admins'],
      need: { kind: 'required', breaks: 'kubelets, pods and administrators no longer reach the API' },
    }),
    cause: causeOf(apiserver, 'secure-port'),
    source: k8s('pkg/kubeapiserver/options/serving.go'),
  });
  const insecure = insecureListener(apiserver);
  return [
    secure,
    ...(insecure === undefined
      ? []
      : [
          listener({
            component: apiserver.name,
            purpose: 'the API in plain text, to everybody with all rights',
            address: insecure.address,
            port: insecure.port,
            tls: 'no',
            authentication: ['nobody'],
            reach: ['nobody'],
            need: OPTIONAL,
            cause: causeOf(apiserver, 'insecure-port'),
            source: k8s('pkg/kubeapiserver/options/serving.go'),
          }),
        ]),
  ];
}

function authenticationOf(node: NodeModel, apiserver: Component): readonly Authentication[] {
  const anonymous = anonymousRequests(node, apiserver).kind;
  return [
    ...(isSet(apiserver, 'client-ca-file') ? (['client-certificate'] as const) : []),
    // Service account tokens are taken whatever the flags say (pkg/kubeapiserver/options/authentication.go).
    'token',
    ...(anonymous === 'on' || anonymous === 'limited' ? (['anonymous'] as const) : []),
  ];
}

/** The first and the last NodePort, and the setting that says so; undefined where it is no range. */
export function nodePortRange(apiserver: Component | undefined): { first: number; last: number } | undefined {
  const written = apiserver === undefined ? '' : known(() => list(apiserver, 'service-node-port-range').join(','));
  if (written instanceof UnknownValue) return undefined;
  // k8s.io/apimachinery pkg/util/net/port_range.go: one port, base-max or base+offset.
  const match = /^\s*(\d{1,5})(?:([-+])(\d{1,5}))?\s*$/.exec(written === '' ? '30000-32767' : written);
  if (match === null) return undefined;
  const [, base, sign, end] = match;
  const first = Number(base);
  const last = sign === undefined ? first : sign === '+' ? first + Number(end) : Number(end);
  return last < first || last > 65_535 ? undefined : { first, last };
}
