import { expect, test } from 'vitest';
import { httpProbes } from '../../src/discover/http-probe.ts';

const read = (container: Readonly<Record<string, unknown>>) =>
  httpProbes(container, (field) => ({ file: `/pod.yaml#${field}` }));

const liveness = (httpGet: unknown, rest: Readonly<Record<string, unknown>> = {}) =>
  read({ livenessProbe: { httpGet }, ...rest })[0];

test('each kind, in the order in which the kubelet asks', () => {
  const httpGet = { path: '/livez', port: 6443, scheme: 'HTTPS' };
  const probes = read({ readinessProbe: { httpGet }, livenessProbe: { httpGet }, startupProbe: { httpGet } });
  expect(probes).toEqual(
    (['startup', 'liveness', 'readiness'] as const).map((kind) => ({
      kind,
      scheme: 'HTTPS',
      port: 6443,
      path: '/livez',
      authorized: false,
      file: `/pod.yaml#${kind}Probe`,
    })),
  );
});

test('what is left out has the defaults of core/v1', () => {
  expect(liveness({ port: 80 })).toMatchObject({ scheme: 'HTTP', path: '/', port: 80 });
});

test.each([
  ['probe-port', [{ name: 'probe-port', containerPort: 6443 }], 6443],
  ['6443', [], 6443],
  ['6443', [{ name: '6443', containerPort: 1 }], 1],
  ['other', [{ name: 'probe-port', containerPort: 6443 }], undefined],
  ['other', 'no list', undefined],
  [undefined, [], undefined],
])('port %j among %j', (port, ports, expected) => {
  expect(liveness({ port }, { ports })?.port).toBe(expected);
});

test.each([
  ['/livez?exclude=etcd', '/livez'],
  ['livez', '/livez'],
  ['/livez/', '/livez/'],
  [12, '/'],
])('path %j', (path, expected) => {
  expect(liveness({ path, port: 1 })?.path).toBe(expected);
});

test.each([
  [[{ name: 'AUTHORIZATION', value: 'Bearer x' }], true],
  [[{ name: 'Authorization', value: '' }], false],
  [[{ name: 'X-Custom', value: 'x' }], false],
  ['no list', false],
])('headers %j', (httpHeaders, expected) => {
  expect(liveness({ port: 1, httpHeaders })?.authorized).toBe(expected);
});

test.each([[{}], [{ livenessProbe: { tcpSocket: { port: 1 } } }], [{ livenessProbe: 'x' }], [{ livenessProbe: null }]])(
  '%j asks nothing over HTTP',
  (container) => {
    expect(read(container)).toEqual([]);
  },
);
