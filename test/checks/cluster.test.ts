/** Rules of the projects that objects of a cluster are judged by, each by itself. */
import { describe, expect, test } from 'vitest';
import { calicoSelector } from '../../checks/shared/cluster/calico-selector.ts';
import { pluginsOf } from '../../checks/shared/cluster/plugin.ts';
import { selects } from '../../checks/shared/cluster/selectors.ts';
import { discoverCluster } from '../../src/discover/cluster/index.ts';
import { daemonSet, list, STOCK } from '../../fixtures/exports/objects.ts';
import { fileSource } from '../support/node.ts';

const LABELS = new Map([
  ['app', 'web'],
  ['tier', 'front'],
  ['projectcalico.org/namespace', 'shop'],
]);

describe("Calico's selectors", () => {
  test.each([
    ['', true],
    ['all()', true],
    ['global()', false],
    ['!all()', false],
    ["app == 'web'", true],
    ['app == "web" && has(tier)', true],
    ["app == 'api' || tier == 'front'", true],
    ["app == 'api' || tier == 'back' && has(app)", false],
    ["(app == 'api' || tier == 'front') && !has(app)", false],
    ["app != 'web'", false],
    ["lacks != 'web'", true],
    ["app in {'api', 'web'}", true],
    ["app not in {'api', 'web'}", false],
    ["lacks not in {'api'}", true],
    ["app contains 'e' && app starts with 'w' && app ends with 'b'", true],
    ["projectcalico.org/namespace == 'shop'", true],
    ['has(kubernetes-host)', false],
  ])('%j -> %j', (text, expected) => {
    expect(calicoSelector(text)?.(LABELS)).toBe(expected);
  });

  test.each([
    'app =',
    "app == 'web",
    'has(',
    '((((!',
    'app == web',
    "app in {'a'",
    '&& all()',
    '('.repeat(5000),
    '!'.repeat(3000),
  ])('is none: %.20s', (text) => {
    expect(calicoSelector(text)).toBeUndefined();
  });
});

test.each([
  ['In', ['web'], true],
  ['In', [], false],
  ['NotIn', ['web'], false],
  ['Exists', [], true],
  ['DoesNotExist', [], false],
  ['Gt', ['1'], false],
])('a LabelSelector with %s %j -> %j', (operator, values, expected) => {
  const selector = { matchLabels: new Map(), matchExpressions: [{ key: 'app', operator, values }] };
  expect(selects(selector, LABELS)).toBe(expected);
});

test.each([
  ['docker.io/calico/node:v3.30.0', 'Calico'],
  ['quay.io/calico/node@sha256:00', 'Calico'],
  ['registry.example.com/mirror/calico-node:v3', 'Calico'],
  ['rancher/hardened-calico:v3', 'Calico'],
  ['registry.example.com/acme/node:1', undefined],
  ['calico/typha:v3', undefined],
  ['quay.io/cilium/cilium:v1.18.0', 'Cilium'],
  ['rancher/mirrored-cilium-cilium:v1', 'Cilium'],
  ['quay.io/cilium/operator-generic:v1', undefined],
  ['ghcr.io/flannel-io/flannel:v0.27.0', 'flannel'],
  ['rancher/mirrored-flannelcni-flannel:v0.19', 'flannel'],
  ['docker.io/flannel/flannel-cni-plugin:v1', undefined],
  ['antrea/antrea-agent-ubuntu:v2.4.0', 'Antrea'],
  ['docker.io/kindest/kindnetd:v2024', 'kindnet'],
  ['602401143452.dkr.ecr.us-west-2.amazonaws.com/amazon-k8s-cni:v1', 'Amazon VPC CNI'],
])('the agent %s is of %s', (image, name) => {
  const source = fileSource('export.json', list([...STOCK, daemonSet('kube-system/agent', image)]));
  const { found } = discoverCluster([{ source, layouts: [] }]);
  if (found === undefined) throw new Error('no cluster in it');
  expect(pluginsOf({ ...found.cluster, files: new Map() })[0]?.name).toBe(name);
});
