/** What a run makes of an export of a cluster: alone, beside nodes, and in the shapes that people have it in. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import {
  configMap,
  daemonSet,
  denied,
  folder,
  list,
  namespace,
  object,
  pod,
  service,
  STOCK,
  webhookConfiguration,
  unchecked,
} from '../fixtures/exports/objects.ts';
import type { ObjectOfAPI } from '../fixtures/exports/objects.ts';
import { hasSchema, schemaFaults } from '../fixtures/exports/schemas/validate.ts';
import { KINDS, kindsNamed } from '../src/discover/cluster/kinds.ts';
import type { PathId } from '../src/model/path.ts';
import type { Report } from '../src/model/report.ts';
import { openSource } from '../src/source/open.ts';
import { expiryOf } from '../src/run/expiry.ts';
import { checkSources } from '../src/run/run.ts';
import type { Source } from '../src/source/source.ts';
import { toYAML } from '../src/text/yaml.ts';
import { alarms, AT, findingsOf, rowOf } from './support/cases.ts';
import { temporaryDirectory } from './support/input.ts';
import { fileSource, realNode } from './support/node.ts';

const MIXED = readFileSync(new URL('../fixtures/exports/cluster-v136-mixed.yaml', import.meta.url), 'utf8');

async function run(...sources: readonly Source[]): Promise<Report> {
  const result = await checkSources(sources, { at: new Date(AT) });
  if (!result.ok) throw new Error(result.message);
  return result.report;
}

/** A tree of files on the disk, opened as a directory. */
async function tree(files: Readonly<Record<string, string>>): Promise<Source> {
  const top = temporaryDirectory();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(top, name)), { recursive: true });
    writeFileSync(join(top, name), text);
  }
  const opened = await openSource(top);
  if (!opened.ok) throw new Error(opened.message);
  return opened.source;
}

const mixed = (): Source => fileSource('export.yaml', MIXED);

/** Rows that only the cluster's objects decide. */
const OF_CLUSTER: readonly PathId[] = ['pod-to-pod', 'node-to-node', 'coredns-to-apiserver', 'internet-to-nodeport'];

describe('the export of a real API server', () => {
  /** Every weakness that was put into it: the row, the check, its status, and what the finding names. */
  const PLANTED: readonly (readonly [path: PathId, check: string, status: string, message: RegExp])[] = [
    ['pod-to-pod', 'netpol-default-deny', 'warn', /namespace shop .*Egress/],
    ['pod-to-pod', 'netpol-cni-support', 'not-assessed', /No agent of a network plugin/],
    ['pod-to-pod', 'pod-traffic-encrypted', 'not-assessed', /traffic of shop .*no mesh demands mutual TLS/],
    ['pod-to-pod', 'istio-mtls-mode', 'warn', /payments\/default .*DISABLE on port 9090/],
    [
      'pod-to-pod',
      'istio-destination-tls',
      'warn',
      /payments\/legacy .*legacy\.payments\.svc\.cluster\.local in plaintext/,
    ],
    ['node-to-node', 'calico-bgp-password', 'warn', /rack-1 \(192\.0\.2\.1\)/],
    ['node-to-node', 'calico-failsafe', 'warn', /default-deny-nodes .*port 22.*10250/],
    ['internet-to-nodeport', 'nodeport-exposure', 'warn', /shop\/web 30080.*shop\/front 30434/],
    ['internet-to-nodeport', 'nodeport-exposure', 'pass', /Load balancers lead to shop\/front/],
    ['internet-to-nodeport', 'hostnetwork-exposure', 'warn', /shop\/node-agent \(host network and 9100\/TCP\)/],
    [
      'apiserver-to-webhook',
      'webhook-objects',
      'warn',
      /nobundle\.shop\.example\.com .*https:\/\/hooks\.example\.com\/v/,
    ],
    ['apiserver-to-webhook', 'webhook-service', 'warn', /guard\.shop\.example\.com .*no Service shop\/guard.*Ignore/],
    ['apiserver-to-aggregated-api', 'apiservice-tls', 'warn', /v1beta1\.metrics\.k8s\.io sets insecureSkipTLSVerify/],
    ['apiserver-to-aggregated-api', 'apiservice-available', 'warn', /no Service kube-system\/metrics-server/],
    [
      'anonymous-to-apiserver',
      'rbac-anonymous-bindings',
      'fail',
      /let-everyone-look gives ClusterRole view to Group system:unauthenticated/,
    ],
    ['kubelet-bootstrap', 'kubelet-csr-state', 'warn', /csr-kubelet-serving-1 .*waits since 2026-11-21/],
  ];

  test.each([
    ['alone', [] as const],
    ['beside a node', ['kubeadm-v136-default'] as const],
  ])('%s: every planted weakness is found, and its place', async (_name, nodes) => {
    const report = await run(...(await Promise.all(nodes.map(realNode))), mixed());
    for (const [path, check, status, message] of PLANTED) {
      const findings = findingsOf(rowOf(report, path), check).filter((one) => one.status === status);
      const said = findings.find((one) => message.test(one.message));
      expect(findings.map((one) => one.message).join('\n'), `${path} ${check}`).toMatch(message);
      if (status === 'warn' || status === 'fail') {
        expect(said?.evidence[0], check).toMatchObject({ file: '/export.yaml', line: expect.any(Number) as number });
      }
    }
    expect(report.problems).toEqual([]);
  });

  test('of what the API server adds by itself nothing is blamed', async () => {
    const report = await run(mixed());
    const said = report.paths.flatMap(({ checks }) =>
      checks.filter(({ status }) => status === 'warn' || status === 'fail').map(({ id }) => id),
    );
    // Exactly the planted ones, and no other finding at warn or worse.
    const planted = PLANTED.filter(([, , status]) => status === 'warn' || status === 'fail').map(([, check]) => check);
    expect([...said].sort()).toEqual([...planted].sort());
  });

  test('lines are those of the file', async () => {
    const report = await run(mixed());
    const lines = MIXED.split('\n');
    const at = (path: PathId, check: string): string => {
      const [finding] = findingsOf(rowOf(report, path), check);
      return lines
        .slice((finding?.evidence[0]?.line ?? 0) - 1)
        .slice(0, 3)
        .join('\n');
    };
    expect(at('apiserver-to-webhook', 'webhook-objects')).toMatch(/clientConfig:\s+url: https:\/\/hooks/);
    expect(at('node-to-node', 'calico-bgp-password')).toMatch(/asNumber: 64567|spec:/);
    expect(at('anonymous-to-apiserver', 'rbac-anonymous-bindings')).toMatch(/subjects:/);
  });
});

describe('rows of the run', () => {
  test('alone: one node, which is the cluster, with all rows', async () => {
    const report = await run(mixed());
    expect(report.nodes).toEqual([
      { name: 'cluster', kubernetesVersion: null, distribution: null, configuredIn: null, components: [] },
    ]);
    expect(new Set(report.paths.map(({ node }) => node))).toEqual(new Set(['cluster']));
    expect(report.paths).toHaveLength(32);
    // What the API server's own files decide is not proven by the objects.
    expect(rowOf(report, 'kubelet-bootstrap').checks.some(({ status }) => status === 'not-assessed')).toBe(true);
    expect(rowOf(report, 'scheduler-to-apiserver').status).toBe('not-assessed');
  });

  test('beside several nodes: what only the cluster decides is one row, the rest is each node’s', async () => {
    const report = await run(await realNode('kubeadm-v136-default'), await realNode('kubeadm-v128-default'), mixed());
    expect(report.nodes.map(({ name }) => name)).toEqual(['cp-1', 'master-1', 'cluster']);
    for (const id of OF_CLUSTER) {
      expect(
        report.paths.filter((row) => row.id === id).map(({ node }) => node),
        id,
      ).toEqual(['cluster']);
    }
    for (const id of ['apiserver-to-webhook', 'anonymous-to-apiserver', 'apiserver-to-etcd'] as const) {
      expect(
        report.paths.filter((row) => row.id === id).map(({ node }) => node),
        id,
      ).toEqual(['cp-1', 'master-1']);
    }
  });

  test('without an export a node is judged as ever', async () => {
    const report = await run(await realNode('kubeadm-v136-default'));
    expect(report.nodes).toHaveLength(1);
    for (const id of OF_CLUSTER) {
      expect(rowOf(report, id)).toMatchObject({ node: 'cp-1', status: 'not-assessed' });
      expect(rowOf(report, id).supply).toMatch(/README/);
    }
  });
});

const SHOP: readonly ObjectOfAPI[] = [
  ...STOCK,
  pod('shop/web', { labels: { app: 'web' } }),
  ...denied('shop'),
  service('shop/web', { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] }),
  daemonSet('kube-system/kube-router', 'docker.io/cloudnativelabs/kube-router:v2.5.0'),
];

/** What decides, of the rows of the cluster: statuses of the checks. */
function verdicts(report: Report): unknown {
  return OF_CLUSTER.map((id) => rowOf(report, id).checks.map(({ id: check, status }) => `${status} ${check}`));
}

describe('shapes of an export', () => {
  const yaml = (objects: readonly ObjectOfAPI[]): string =>
    `apiVersion: v1\nitems:\n${objects.map((one) => toYAML([one])).join('')}kind: List\nmetadata:\n  resourceVersion: ""\n`;

  /** As the API answers to a program: a list for each kind, whose items do not say what they are. */
  const ofKinds = (objects: readonly ObjectOfAPI[]): string => {
    const kinds = new Map(objects.map((one) => [`${one.apiVersion} ${one.kind}`, one] as const));
    return [...kinds.values()]
      .map(({ apiVersion, kind }) => {
        const own = objects.filter((one) => one.apiVersion === apiVersion && one.kind === kind);
        const items = own.map((one) => toYAML([{ ...one, apiVersion: undefined, kind: undefined }]));
        return `apiVersion: ${apiVersion}\nkind: ${kind}List\nitems:\n${items.join('')}`;
      })
      .join('---\n');
  };

  test.each<readonly [name: string, source: () => Source | Promise<Source>]>([
    ['a list in JSON', () => fileSource('export.json', list(SHOP))],
    ['a list in YAML, as kubectl prints it', () => fileSource('export.yaml', yaml(SHOP))],
    ['a list in YAML of Windows', () => fileSource('export.yaml', yaml(SHOP).replaceAll('\n', '\r\n'))],
    [
      'lists in JSON one after the other',
      () => fileSource('export.json', `${list(SHOP.slice(0, 5))}\n${list(SHOP.slice(5))}\n`),
    ],
    ['an object on each line', () => fileSource('export.json', SHOP.map((one) => JSON.stringify(one)).join('\n'))],
    ['the items alone', () => fileSource('export.json', JSON.stringify(SHOP))],
    ['lists of one kind, whose items do not say it', () => fileSource('export.yaml', ofKinds(SHOP))],
    ['several documents', () => fileSource('export.yaml', SHOP.map((one) => toYAML(one)).join('---\n'))],
    [
      'lists one after the other',
      () => fileSource('export.yaml', `${yaml(SHOP.slice(0, 5))}---\n${yaml(SHOP.slice(5))}`),
    ],
    [
      'one file for each object',
      () => tree(Object.fromEntries(SHOP.map((one, index) => [`o/${index}.json`, JSON.stringify(one)]))),
    ],
    [
      'a backup of Velero, which has one object under two versions',
      () =>
        tree(
          Object.fromEntries(
            SHOP.flatMap((one) => {
              const { name, namespace } = one.metadata as { readonly name: string; readonly namespace?: string };
              const place = namespace === undefined ? `cluster/${name}.json` : `namespaces/${namespace}/${name}.json`;
              const kind = `${one.kind.toLowerCase()}s`;
              return ['', 'v1-preferredversion/'].map((version) => [
                `backup/resources/${kind}/${version}${place}`,
                JSON.stringify(one),
              ]);
            }),
          ),
        ),
    ],
  ])('%s', async (_name, source) => {
    const report = await run(await source());
    expect(verdicts(report)).toEqual(verdicts(await run(fileSource('all.json', list(SHOP)))));
    expect(findingsOf(rowOf(report, 'pod-to-pod'), 'netpol-default-deny')[0]?.status).toBe('pass');
    expect(findingsOf(rowOf(report, 'internet-to-nodeport'), 'nodeport-exposure')[0]?.message).toContain(
      'shop/web 30080',
    );
    expect(report.nodes.map(({ name }) => name)).toEqual(['cluster']);
  });

  test.each(['dev', 'sys', 'manifests', 'pki', 'addons'])('a backup of Velero, with a namespace %s', async (name) => {
    const files = [namespace(name), pod(`${name}/web`), ...SHOP].map((one) => {
      const { name: own, namespace: of } = one.metadata as { readonly name: string; readonly namespace?: string };
      const place = of === undefined ? `cluster/${own}` : `namespaces/${of}/${own}`;
      return [`backup/resources/${one.kind.toLowerCase()}s/${place}.json`, JSON.stringify(one)] as const;
    });
    const report = await run(await tree(Object.fromEntries(files)));
    const said = findingsOf(rowOf(report, 'pod-to-pod'), 'netpol-default-deny').map(({ message }) => message);
    expect(said.join('\n')).toContain(`In namespace ${name} no policy limits traffic`);
  });

  test('folders of a machine beside etc are none of a cluster', async () => {
    const report = await run(
      await tree({
        'export.json': list(SHOP),
        'etc/hostname': 'x\n',
        'dev/web.json': JSON.stringify(pod('shop/other')),
      }),
    );
    expect(findingsOf(rowOf(report, 'pod-to-pod'), 'netpol-default-deny')[0]?.status).toBe('pass');
  });

  test('a ConfigMap that users call as the cluster calls its own is not taken for it', async () => {
    const plain = '.:53 {\n  kubernetes {\n    endpoint http://192.0.2.1:8080\n  }\n}\n';
    const theirs = configMap('apps/coredns', { Corefile: plain });
    const own = configMap('kube-system/coredns', { Corefile: '.:53 {\n  kubernetes\n}\n' });
    const status = async (...objects: readonly ObjectOfAPI[]) =>
      rowOf(await run(fileSource('export.json', list([...SHOP, ...objects]))), 'coredns-to-apiserver').status;
    expect(await status(theirs, own)).toBe('pass');
    expect(await status(theirs)).toBe('not-assessed');
  });

  test('a folder with a file for each kind: an empty answer is an answer', async () => {
    const files = folder(SHOP.filter(({ kind }) => kind !== 'NetworkPolicy'));
    const report = await run(
      await tree(Object.fromEntries(Object.entries(files).map(([name, text]) => [`cluster/${name}`, text]))),
    );
    expect(findingsOf(rowOf(report, 'pod-to-pod'), 'netpol-default-deny')[0]?.status).toBe('warn');
    const silent = await run(fileSource('all.json', list(SHOP.filter(({ kind }) => kind !== 'NetworkPolicy'))));
    expect(findingsOf(rowOf(silent, 'pod-to-pod'), 'netpol-default-deny')[0]?.status).toBe('not-assessed');
  });

  test('pods of the control plane in it are no second API server beside a node’s own', async () => {
    const apiserver = object(
      'v1',
      'Pod',
      'kube-system/kube-apiserver-cp-1',
      {
        spec: {
          nodeName: 'cp-1',
          hostNetwork: true,
          containers: [
            {
              name: 'kube-apiserver',
              image: 'registry.k8s.io/kube-apiserver:v1.36.3',
              command: ['kube-apiserver', '--anonymous-auth=false'],
            },
          ],
        },
      },
      { annotations: { 'kubernetes.io/config.mirror': 'x' } },
    );
    const report = await run(
      await realNode('kubeadm-v136-default'),
      fileSource('export.json', list([...SHOP, apiserver])),
    );
    expect(report.problems).toEqual([]);
    expect(findingsOf(rowOf(report, 'anonymous-to-apiserver'), 'apiserver-anonymous-auth')[0]?.status).toBe('warn');
  });

  test('pods of several control planes in an export alone are as many nodes', async () => {
    const of = (name: string, flag: string): ObjectOfAPI =>
      object(
        'v1',
        'Pod',
        `kube-system/kube-apiserver-${name}`,
        {
          spec: {
            nodeName: name,
            hostNetwork: true,
            containers: [
              {
                name: 'kube-apiserver',
                image: 'registry.k8s.io/kube-apiserver:v1.36.3',
                command: ['kube-apiserver', '--authorization-mode=RBAC', flag],
              },
            ],
          },
        },
        { annotations: { 'kubernetes.io/config.mirror': 'x' } },
      );
    const report = await run(
      fileSource(
        'export.json',
        list([...SHOP, of('cp-1', '--anonymous-auth=true'), of('cp-2', '--anonymous-auth=false')]),
      ),
    );
    expect(report.nodes.map(({ name }) => name)).toEqual(['cp-1', 'cp-2', 'cluster']);
    const verdict = (node: string): unknown =>
      report.paths
        .find((row) => row.id === 'anonymous-to-apiserver' && row.node === node)
        ?.checks.find(({ id }) => id === 'apiserver-anonymous-auth')?.status;
    expect([verdict('cp-1'), verdict('cp-2')]).toEqual(['warn', 'pass']);
  });

  test('lists of pods, of nodes and of ConfigMaps alone are what they were before', async () => {
    const nodes = list(STOCK.filter(({ kind }) => kind === 'Node'));
    const report = await run(await realNode('kubeadm-v136-default'), fileSource('nodes.json', nodes));
    expect(report.nodes.map(({ name }) => name)).toEqual(['cp-1']);
  });

  test('manifests in a node’s own folders are no objects of the cluster', async () => {
    const node = (await realNode('kubeadm-v136-default')).write('/etc/kubernetes/addons/web.json', list(SHOP));
    expect((await run(node)).nodes.map(({ name }) => name)).toEqual(['cp-1']);
  });
});

describe('an input that nobody can trust', () => {
  test('a broken item is a problem with its line, and the others are judged', async () => {
    const text = MIXED.replace('    name: rack-1\n', '    name: [rack-1\n');
    const report = await run(fileSource('export.yaml', text));
    expect(report.problems).toEqual([
      expect.objectContaining({ code: 'unparsable-manifest', incomplete: true, line: expect.any(Number) as number }),
    ]);
    expect(findingsOf(rowOf(report, 'apiserver-to-aggregated-api'), 'apiservice-tls')[0]?.status).toBe('warn');
  });

  test.each([
    ['YAML', 'export.yaml', MIXED.slice(0, MIXED.length / 2)],
    ['JSON', 'export.json', JSON.stringify({ apiVersion: 'v1', items: SHOP, kind: 'List' }, null, 4).slice(0, 2000)],
  ])('an export in %s that is cut off is told beside a node, which is judged without it', async (_name, file, text) => {
    const report = await run(await realNode('kubeadm-v136-default'), fileSource(file, text));
    expect(report.problems).toEqual([
      expect.objectContaining({ code: 'unparsable-manifest', file: `/${file}`, incomplete: true }),
    ]);
    expect(report.problems[0]?.message).toContain('cut off');
    expect(report.nodes.map(({ name }) => name)).toEqual(['cp-1']);
  });

  test.each([
    ['numbers for texts', { spec: { podSelector: 7, policyTypes: 'x', ingress: 3 } }],
    ['nothing at all', {}],
    ['lists for mappings', { spec: [] }],
    [
      'names of Object.prototype',
      { spec: { podSelector: { matchLabels: { constructor: 'x', __proto__: 'y' } }, policyTypes: ['Ingress'] } },
    ],
  ])('%s in an object is no crash', async (_name, rest) => {
    const odd = [
      unchecked('networking.k8s.io/v1', 'NetworkPolicy', 'shop/odd', rest),
      ...['Pod', 'Service', 'Namespace', 'Node', 'Secret', 'ConfigMap'].map((kind) =>
        unchecked('v1', kind, 'shop/odd', rest),
      ),
      unchecked('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', 'odd', {
        webhooks: [rest, 7, null],
      }),
      unchecked('cilium.io/v2', 'CiliumNetworkPolicy', 'shop/odd', rest),
      unchecked('crd.projectcalico.org/v1', 'GlobalNetworkPolicy', 'odd', { spec: { selector: '((((!' } }),
      unchecked('security.istio.io/v1', 'PeerAuthentication', 'shop/odd', rest),
      unchecked('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'odd', { subjects: [null, 7], roleRef: 7 }),
    ];
    const report = await run(fileSource('export.json', list([...STOCK, ...odd])));
    expect(JSON.stringify(report)).not.toContain('this is a fault of kubetls');
  });

  test('nothing of a Secret is in the report but its name', async () => {
    const secret = object('v1', 'Secret', 'shop/token', {
      type: 'kubernetes.io/service-account-token',
      data: { token: Buffer.from('hush-hush-token').toString('base64') },
    });
    const environment = pod('shop/web', {
      containers: [{ name: 'app', image: 'app:1', env: [{ name: 'PASSWORD', value: 'hush-hush-password' }] }],
    });
    const text = JSON.stringify(await run(fileSource('export.json', list([...STOCK, secret, environment]))));
    expect(text).toContain('shop/token');
    expect(text).not.toMatch(/hush/);
    expect(text).not.toContain(Buffer.from('hush-hush-token').toString('base64').slice(0, 12));
  });

  test('a webhook that changes by one word changes one finding', async () => {
    const before = await run(
      fileSource('export.json', list([...SHOP, webhookConfiguration('w', { url: 'https://a.example.com' })])),
    );
    const after = await run(
      fileSource('export.json', list([...SHOP, webhookConfiguration('w', { url: 'http://a.example.com' })])),
    );
    expect(alarms(rowOf(before, 'apiserver-to-webhook'))).toEqual(['warn webhook-objects']);
    expect(alarms(rowOf(after, 'apiserver-to-webhook'))).toEqual(['fail webhook-objects']);
  });
});

test('the command in the README keeps nothing of what kubectl could not list', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [command = ''] = /^mkdir -p cluster; .*$/m.exec(readme) ?? [];
  const bin = temporaryDirectory();
  const work = temporaryDirectory();
  // As kubectl does where it may not list: an empty list on standard output, and an error (pkg/cmd/get, printGeneric).
  const kubectl = `#!/bin/sh\necho '{"apiVersion":"v1","items":[],"kind":"List"}'\n[ "$2" != networkpolicies.networking.k8s.io ]\n`;
  writeFileSync(join(bin, 'kubectl'), kubectl, { mode: 0o755 });
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH ?? ''}` };
  execFileSync('/bin/sh', ['-c', command], { cwd: work, env });
  const files = readdirSync(join(work, 'cluster'));
  expect(files).toContain('pods.json');
  expect(files).toContain('coredns.json');
  expect(files).not.toContain('networkpolicies.networking.k8s.io.json');
});

test('the command in the README asks for every kind that is read, and for no Secret', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const command = /^mkdir -p cluster; for what in (.*); do kubectl get \$what -A -o json > /m.exec(readme)?.[1] ?? '';
  const asked = command
    .replace(/"[^"]*"/g, '')
    .split(/\s+/)
    .filter((word) => word !== '');
  const covered = new Set(asked.flatMap(kindsNamed));
  const others = new Set(['Secret', ...(command.includes('"configmaps ') ? ['ConfigMap'] : [])]);
  expect([...KINDS.keys()].filter((kind) => !covered.has(kind) && !others.has(kind))).toEqual([]);
  expect(asked.filter((word) => kindsNamed(word).length !== 1)).toEqual([]);
  expect(command).not.toMatch(/secret/i);
});

test('expiry: a bundle of CAs ends as any other certificate, once, on the node that uses it', async () => {
  const options = { at: new Date(AT) };
  const of = async (...sources: readonly Source[]) => {
    const result = await expiryOf(sources, options);
    if (!result.ok) throw new Error(result.message);
    return result.report;
  };
  const alone = await of(mixed());
  const bundle = (file: string): boolean => file.includes('ValidatingWebhookConfiguration/guard');
  expect(alone.certificates.filter(({ file }) => bundle(file))).toHaveLength(1);
  const beside = await of(await realNode('kubeadm-v136-default'), mixed());
  expect(beside.certificates.filter(({ file }) => bundle(file))).toHaveLength(1);
  expect(beside.nodes.map(({ name }) => name)).toEqual(['cp-1']);
  expect(beside.status).toBe('pass');
});

test.each<[string, string, string, Readonly<Record<string, unknown>>]>([
  ['a field that does not exist', 'networking.k8s.io/v1', 'NetworkPolicy', { podSelectr: {} }],
  ['a text for a list', 'crd.projectcalico.org/v1', 'GlobalNetworkPolicy', { types: 'Ingress' }],
  ['a selector in the wrong place', 'cilium.io/v2', 'CiliumNetworkPolicy', { selector: {}, ingress: [{}] }],
  ['a mode that does not exist', 'security.istio.io/v1', 'PeerAuthentication', { mtls: { mode: 'ON' } }],
  ['no subject', 'policy.networking.k8s.io/v1alpha1', 'AdminNetworkPolicy', { priority: 1 }],
])('a policy with %s is no fixture: the schema of its API refuses it', (_name, apiVersion, kind, spec) => {
  expect(() => object(apiVersion, kind, 'shop/wrong', { spec })).toThrow('no API takes this');
  expect(() => unchecked(apiVersion, kind, 'shop/wrong', { spec })).not.toThrow();
});

test('policies of the real export are those that its schemas take', () => {
  const documents = parseAllDocuments(readFileSync('fixtures/exports/cluster-v136-mixed.yaml', 'utf8'));
  const items = documents.flatMap((one) => (one.toJS() as { readonly items?: readonly ObjectOfAPI[] }).items ?? []);
  const known = items.filter((one) => hasSchema(one));
  expect(known.length).toBeGreaterThan(3);
  expect(known.flatMap(schemaFaults)).toEqual([]);
});

test('ConfigMaps in the folder of an export configure the nodes beside it, and are no node', async () => {
  const config = `apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
clientConnection: {kubeconfig: /var/lib/kube-proxy/kubeconfig.conf}
metricsBindAddress: 0.0.0.0:10249
`;
  const kubeProxy = configMap('kube-system/kube-proxy', { 'config.conf': config });
  const files = {
    ...folder(STOCK),
    'kube-proxy.json': JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [kubeProxy] }, null, 4),
  };
  const beside = await run(await realNode('kubeadm-v136-default'), await tree(files));
  expect(beside.nodes.map(({ name }) => name)).toEqual(['cp-1', 'cluster']);
  expect(rowOf(beside, 'client-to-kube-proxy')).toMatchObject({ node: 'cp-1', status: 'fail' });
  const two = await run(
    await realNode('kubeadm-v136-default'),
    await realNode('kubeadm-v136-hardened-ha'),
    await tree(files),
  );
  expect(two.paths.filter(({ id }) => id === 'client-to-kube-proxy').map(({ status }) => status)).toEqual([
    'fail',
    'fail',
  ]);
  const alone = await run(await tree(files));
  expect(rowOf(alone, 'client-to-kube-proxy').status).toBe('fail');
});
