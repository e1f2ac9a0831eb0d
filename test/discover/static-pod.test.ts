import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nodePathOf, readStaticPod } from '../../src/discover/static-pod.ts';
import type { StaticPod } from '../../src/discover/static-pod.ts';

const FILE = '/etc/kubernetes/manifests/kube-apiserver.yaml';
const read = (text: string): StaticPod => {
  const result = readStaticPod(text, FILE);
  if (!result.ok) throw new Error(result.problem.message);
  return result.pod;
};
const pod = (spec: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n${spec
    .split('\n')
    .map((line) => `  ${line}\n`)
    .join('')}`;

const FULL = `# a comment
apiVersion: v1
kind: Pod
metadata:
  name: kube-apiserver
  namespace: kube-system
  labels:
    component: kube-apiserver
spec:
  hostNetwork: true
  initContainers:
  - name: prepare
    command: [cp, a, b]
  - name: sidecar-1
    restartPolicy: Always
    command: [sidecar-1]
  containers:
  - name: kube-apiserver
    image: registry.k8s.io/kube-apiserver:v1.36.3
    command:
    - kube-apiserver
    - --advertise-address=$(HOST)
    args: ["--b=$(NOPE)",
      "--c=$$(HOST)"]
    env:
    - name: HOST
      value: 10.0.0.1
    - name: URL
      value: https://$(HOST):$(LATER)
    - {name: LATER, value: "1"}
    - name: SECRET
      valueFrom:
        secretKeyRef: {name: s, key: k}
    - name: WITH_SECRET
      value: x$(SECRET)
    - name: EMPTY
    volumeMounts:
    - mountPath: /certs
      name: pki
      readOnly: true
    - mountPath: /one
      name: pki
      subPath: etcd/ca.crt
    - mountPath: /expr
      name: pki
      subPathExpr: $(HOST)
    - mountPath: /expr2
      name: pki
      subPathExpr: $(SECRET)
    - {mountPath: /tmp, name: tmp}
  volumes:
  - name: pki
    hostPath: {path: /etc/kubernetes/pki, type: Directory}
  - name: tmp
    emptyDir: {}
`;

test('a whole pod', () => {
  const { containers, ...rest } = read(FULL);
  expect(rest).toMatchObject({
    file: FILE,
    name: 'kube-apiserver',
    namespace: 'kube-system',
    componentLabel: 'kube-apiserver',
    hostNetwork: true,
  });
  expect(containers.map(({ name, kind }) => [name, kind])).toEqual([
    ['kube-apiserver', 'container'],
    ['prepare', 'init'],
    ['sidecar-1', 'sidecar'],
  ]);
  const [container] = containers;
  expect(container?.image).toBe('registry.k8s.io/kube-apiserver:v1.36.3');
  expect([...(container?.command ?? []), ...(container?.args ?? [])]).toEqual([
    { text: 'kube-apiserver', position: { file: FILE, line: 21 } },
    { text: '--advertise-address=10.0.0.1', position: { file: FILE, line: 22 } },
    { text: '--b=$(NOPE)', position: { file: FILE, line: 23 } },
    { text: '--c=$(HOST)', position: { file: FILE, line: 24 } },
  ]);
  expect(container?.environment.map(({ name, value, position }) => [name, value, position?.line])).toEqual([
    ['HOST', '10.0.0.1', 27],
    ['URL', 'https://10.0.0.1:$(LATER)', 29],
    ['LATER', '1', 30],
    ['SECRET', '', 31],
    ['WITH_SECRET', '', 34],
    ['EMPTY', '', 36],
  ]);
  const unknown = container?.environment.filter((variable) => variable.unknown !== undefined);
  expect(unknown?.map(({ name }) => name)).toEqual(['SECRET', 'WITH_SECRET']);
});

test("a container's paths are translated to the node's", () => {
  const full = read(FULL);
  const [container] = full.containers;
  if (container === undefined) throw new Error('no container');
  const nodePath = nodePathOf(container, full);
  expect(nodePath('/certs/ca.crt')).toMatchObject({ path: '/etc/kubernetes/pki/ca.crt' });
  expect(nodePath('/one')).toMatchObject({ path: '/etc/kubernetes/pki/etcd/ca.crt' });
  expect(nodePath('/expr/x')).toMatchObject({ path: '/etc/kubernetes/pki/10.0.0.1/x' });
  expect(nodePath('/expr2/x')).toEqual({ notMounted: true, containerPath: '/expr2/x' });
  expect(nodePath('/tmp/x')).toEqual({ notMounted: true, containerPath: '/tmp/x' });
  expect(nodePath('/etc/x')).toEqual({ notMounted: true, containerPath: '/etc/x' });
});

test('JSON is read as YAML is, and defaults are those of a static pod', () => {
  const json = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p' },
    spec: { containers: [{ command: ['etcd'] }] },
  };
  const { namespace, hostNetwork, containers } = read(JSON.stringify(json));
  expect([namespace, hostNetwork, containers[0]?.command[0]?.text]).toEqual(['default', false, 'etcd']);
});

test('a literal block knows the line on which its text begins', () => {
  const { containers } = read(pod('containers:\n- command:\n  - sh\n  - -c\n  - |\n    set -e\n    etcd\n'));
  expect(containers[0]?.command[2]).toEqual({
    text: 'set -e\netcd\n',
    position: { file: FILE, line: 10 },
    firstLine: 11,
  });
});

test('only the first document counts', () => {
  expect(read(`${pod('containers: [{command: [etcd]}]')}---\nkind: Other\n`).containers).toHaveLength(1);
  expect(read(`---\n${pod('containers: [{command: [etcd]}]')}`).containers).toHaveLength(1);
});

test.each<[string, string, string, number | undefined]>([
  ['empty', '', 'unparsable-manifest', undefined],
  ['only comments', '# nothing\n', 'unparsable-manifest', undefined],
  ['an empty first document', `---\n---\n${pod('containers: []')}`, 'unparsable-manifest', undefined],
  ['another kind', 'apiVersion: apps/v1\nkind: Deployment\n', 'unparsable-manifest', 2],
  ['a list', 'apiVersion: v1\nkind: List\nitems: []\n', 'unparsable-manifest', 2],
  ['another version', 'apiVersion: v2\nkind: Pod\n', 'unparsable-manifest', 2],
  ['no mapping', '- a\n', 'unparsable-manifest', 1],
  ['text', 'hello\n', 'unparsable-manifest', 1],
  ['broken YAML', 'apiVersion: v1\nkind: Pod\nspec: [\n', 'unparsable-manifest', 4],
  ['a tab', 'kind: Pod\n\tapiVersion: v1\n', 'unparsable-manifest', 2],
  ['a number among the words', pod('containers:\n- command:\n  - etcd\n  - 2379'), 'refused-manifest', 9],
  ['command as text', pod('containers:\n- command: etcd --a'), 'refused-manifest', 7],
  ['a flag with a colon', pod('containers:\n- command:\n  - --a: b'), 'refused-manifest', 8],
  ['a number as value', pod('containers:\n- env:\n  - name: A\n    value: 1'), 'refused-manifest', 9],
  ['hostNetwork as text', pod('hostNetwork: "true"'), 'refused-manifest', 6],
  ['containers as a mapping', pod('containers:\n  a: b'), 'refused-manifest', 6],
])('%s is a problem with its place', (_name, text, code, line) => {
  const result = readStaticPod(text, FILE);
  expect(result.ok ? undefined : [result.problem.code, result.problem.file, result.problem.line]).toEqual([
    code,
    FILE,
    line,
  ]);
  expect(result.ok || result.problem.message).toContain(FILE);
});

test('a duplicate key is noticed, and the last one is taken', () => {
  const result = readStaticPod(pod('hostNetwork: false\nhostNetwork: true'), FILE);
  expect(result).toMatchObject({
    ok: true,
    pod: { hostNetwork: true },
    notices: [{ code: 'duplicate-key', subject: 'hostNetwork', file: FILE, line: 7 }],
  });
});

test('variables that double at each step end', () => {
  const variables = Array.from({ length: 60 }, (_, at) => `- {name: V${at}, value: "$(V${at - 1})$(V${at - 1})xx"}`);
  const text = pod(
    `containers:\n- command: [etcd, $(V59)]\n  env:\n${variables.map((line) => `  ${line}`).join('\n')}`,
  );
  const [container] = read(text).containers;
  expect(container?.environment.filter(({ unknown }) => unknown !== undefined).length).toBeGreaterThan(30);
  expect(container?.command[1]?.unknown).toMatch(/more text than a process/);
  expect(container?.command[1]?.text).toBe('$(V59)');
});

test('no text is thrown on', () => {
  const anything = fc.jsonValue({ maxDepth: 4 });
  const part = fc.record(
    {
      metadata: fc.oneof(anything, fc.record({ name: anything, labels: anything })),
      spec: fc.oneof(
        anything,
        fc.record({
          containers: fc.oneof(
            anything,
            fc.array(fc.record({ command: anything, env: anything, volumeMounts: anything })),
          ),
          volumes: anything,
        }),
      ),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        part.map((value) => JSON.stringify({ apiVersion: 'v1', kind: 'Pod', ...value })),
      ),
      (text) => {
        const result = readStaticPod(text, FILE);
        expect(result.ok || result.problem.message.length > 0).toBe(true);
      },
    ),
    { numRuns: 500 },
  );
});

test.each<[source: string, reason: string]>([
  ['fieldRef: {fieldPath: status.hostIP}', 'A is filled by the kubelet from status.hostIP'],
  ['resourceFieldRef: {resource: limits.cpu}', 'A is filled by the kubelet from limits.cpu'],
  ['secretKeyRef: {name: a, key: b}', 'A is filled by the kubelet from a Secret'],
  ['configMapKeyRef: {name: a, key: b}', 'A is filled by the kubelet from a ConfigMap'],
])('a word with a variable from %s is unknown, and says why', (source, reason) => {
  const env = `env:\n  - {name: A, valueFrom: {${source}}}\n  - {name: B, value: "b$(A)"}\n  - {name: C, value: c}`;
  const text = pod(
    `containers:\n- command: [etcd, "--a=x,$(A)", $(B), "--c=$(C)", "--d=$$(A)", "--e=$(NOPE)"]\n  ${env}`,
  );
  const [container] = read(text).containers;
  expect(container?.command.map((word) => [word.text, word.unknown])).toEqual([
    ['etcd', undefined],
    ['--a=x,$(A)', reason],
    ['$(B)', reason],
    ['--c=c', undefined],
    ['--d=$(A)', undefined],
    ['--e=$(NOPE)', undefined],
  ]);
});

test('what envFrom and Services may set is unknown, not left as written', () => {
  const text = (more: string): string =>
    pod(`containers:\n- command: [etcd, --a=$(X), --b=$(KUBE_DNS_SERVICE_HOST)]\n  ${more}`);
  const reasons = (more: string): unknown => read(text(more)).containers[0]?.command.map(({ unknown }) => unknown);
  expect(reasons('env: []')).toEqual([
    undefined,
    undefined,
    'KUBE_DNS_SERVICE_HOST is filled by the kubelet from a Service',
  ]);
  expect(reasons('envFrom: [{secretRef: {name: a}}]')).toEqual([
    undefined,
    'X may be filled from what envFrom names',
    'KUBE_DNS_SERVICE_HOST may be filled from what envFrom names',
  ]);
});
