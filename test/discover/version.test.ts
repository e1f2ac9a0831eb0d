import { expect, test } from 'vitest';
import { imageVersion, readImageReference } from '../../src/discover/version.ts';
import { formatVersion } from '../../src/model/version.ts';
import type { ComponentName } from '../../src/model/component.ts';

const DIGEST = `sha256:${'0'.repeat(64)}`;

test.each<[ComponentName, string, string | undefined]>([
  ['kube-apiserver', 'registry.k8s.io/kube-apiserver:v1.36.3', '1.36.3'],
  ['kube-apiserver', 'k8s.gcr.io/kube-apiserver-amd64:v1.19.0', '1.19.0'],
  ['kube-apiserver', 'localhost:5000/k8s/kube-apiserver:v1.30.2', '1.30.2'],
  ['kube-apiserver', 'localhost:5000/k8s/kube-apiserver', undefined],
  ['kube-apiserver', `registry.k8s.io/kube-apiserver:v1.30.2@${DIGEST}`, '1.30.2'],
  ['kube-apiserver', `registry.k8s.io/kube-apiserver@${DIGEST}`, undefined],
  ['kube-apiserver', 'public.ecr.aws/eks-distro/kubernetes/kube-apiserver:v1.29.1-eks-1-29-3', '1.29.1'],
  ['kube-apiserver', 'rancher/hyperkube:v1.20.15-rancher2', '1.20.15'],
  ['kube-apiserver', 'x/kube-apiserver:v1.30.2_k3s1', '1.30.2'],
  ['kube-apiserver', 'index.docker.io/rancher/hardened-kubernetes:v1.33.8-rke2r1-build20260113', '1.33.8'],
  ['kube-apiserver', 'gke.gcr.io/kube-apiserver-amd64:v1.30.5-gke.1014001', '1.30.5'],
  ['kube-apiserver', 'mcr.microsoft.com/oss/kubernetes/kube-apiserver:v1.28.9-hotfix.20240601', '1.28.9'],
  ['kube-apiserver', 'registry.k8s.io/kube-apiserver:v1.37.0-rc.1', '1.37.0'],
  ['kube-apiserver', `quay.io/openshift-release-dev/ocp-v4.0-art-dev@${DIGEST}`, undefined],
  ['kubelet', 'ghcr.io/siderolabs/kubelet:v1.34.2', '1.34.2'],
  ['etcd', 'index.docker.io/rancher/hardened-etcd:v3.5.26-k3s1-build20260107', '3.5.26'],
  ['etcd', 'quay.io/coreos/etcd:v3.5.9-arm64', '3.5.9'],
  ['kube-apiserver', 'x/kube-apiserver:latest', undefined],
  ['kube-apiserver', 'x/kube-apiserver:2024.01.15', undefined],
  ['kube-apiserver', 'kube-apiserver', undefined],
  ['kube-apiserver', '', undefined],
  ['etcd', 'registry.k8s.io/etcd:3.6.8-0', '3.6.8'],
  ['etcd', 'quay.io/coreos/etcd:v3.5.9', '3.5.9'],
  ['cloud-controller-manager', 'registry.k8s.io/provider-aws/aws-cloud-controller-manager:v1.29.0', '1.29.0'],
  ['cloud-controller-manager', 'docker.io/hetznercloud/hcloud-cloud-controller-manager:v1.20.0', undefined],
])('%s in %s is %s', (component, image, expected) => {
  const version = imageVersion(component, image);
  expect(version && formatVersion(version)).toBe(expected);
});

test('a reference is split at the right colon and slash', () => {
  expect(readImageReference(`host:5000/a/kube-proxy-arm64:v1@${DIGEST}`)).toEqual({
    baseName: 'kube-proxy',
    tag: 'v1',
    digest: DIGEST,
  });
});
