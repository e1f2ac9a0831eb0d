import { describe, expect, test } from 'vitest';
import { featureGate } from '../../src/config/feature-gates.ts';
import {
  KUBEADM_CERTIFICATES,
  KUBEADM_KUBECONFIGS,
  kubeadmEtcdVersion,
  kubeadmOrganizations,
  leafInheritsNotBefore,
  loopbackCertificateValidity,
} from '../../src/config/kubeadm.ts';
import { formatVersion, parseVersion } from '../../src/model/version.ts';
import type { Version } from '../../src/model/version.ts';

function v(text: string): Version {
  const version = parseVersion(text);
  if (version === undefined) throw new Error(text);
  return version;
}

test.each([
  ['1.19.0', '3.4.9'],
  ['1.21.3', '3.4.13'],
  ['1.28.0', '3.5.9'],
  ['1.37.0', '3.7.0'],
  ['1.40.0', '3.7.0'],
])('kubeadm %s writes etcd %s', (version, etcd) => {
  const found = kubeadmEtcdVersion(v(version));
  expect(found && formatVersion(found)).toBe(etcd);
});

describe('organizations', () => {
  test.each([
    ['pki/apiserver-kubelet-client.crt', '1.28.15', ['system:masters']],
    ['pki/apiserver-kubelet-client.crt', '1.29.0', ['kubeadm:cluster-admins']],
    ['pki/apiserver-kubelet-client.crt', '1.36.0', ['kubeadm:cluster-admins']],
    ['pki/apiserver-kubelet-client.crt', '1.36.1', []],
    ['pki/apiserver-kubelet-client.crt', '1.33.11', ['kubeadm:cluster-admins']],
    ['pki/apiserver-kubelet-client.crt', '1.33.12', []],
    ['pki/apiserver-kubelet-client.crt', '1.37.0', []],
    ['pki/apiserver-etcd-client.crt', '1.28.0', ['system:masters']],
    ['pki/apiserver-etcd-client.crt', '1.29.0', []],
    ['pki/front-proxy-client.crt', '1.20.0', []],
  ])('%s of %s: %j', (file, version, expected) => {
    const certificate = KUBEADM_CERTIFICATES.find((candidate) => candidate.file === file);
    expect(certificate && kubeadmOrganizations(certificate, v(version))).toEqual(expected);
  });

  test.each([
    ['admin.conf', '1.28.0', ['system:masters']],
    ['admin.conf', '1.29.0', ['kubeadm:cluster-admins']],
    ['super-admin.conf', '1.36.0', ['system:masters']],
    ['kubelet.conf', '1.36.0', ['system:nodes']],
  ])('%s of %s: %j', (file, version, expected) => {
    const kubeconfig = KUBEADM_KUBECONFIGS.find((candidate) => candidate.file === file);
    expect(kubeconfig && kubeadmOrganizations(kubeconfig, v(version))).toEqual(expected);
  });

  test('every issuer is a certificate of the list', () => {
    const files = new Set(KUBEADM_CERTIFICATES.map(({ file }) => file));
    expect(files.size).toBe(10);
    for (const { issuer } of KUBEADM_CERTIFICATES) if (issuer !== undefined) expect(files).toContain(issuer);
  });
});

test('the loopback certificate lives one year, three from 1.33', () => {
  const day = 24 * 3_600_000;
  expect(loopbackCertificateValidity(v('1.32.9')) / day).toBe(365);
  expect(loopbackCertificateValidity(v('1.33.0')) / day).toBe(1096);
});

test('leaves have their CA’s notBefore through 1.30', () => {
  expect([leafInheritsNotBefore(v('1.30.14')), leafInheritsNotBefore(v('1.31.0'))]).toEqual([true, false]);
});

test.each([
  ['RotateKubeletServerCertificate', '1.36.0', { stage: 'Beta', default: true, locked: false }],
  ['AnonymousAuthConfigurableEndpoints', '1.31.0', { stage: 'Alpha', default: false, locked: false }],
  ['AnonymousAuthConfigurableEndpoints', '1.34.0', { stage: 'GA', default: true, locked: true }],
  ['AnonymousAuthConfigurableEndpoints', '1.30.0', undefined],
  ['AnonymousAuthConfigurableEndpoints', '1.37.0', undefined],
  ['ControlPlaneKubeletLocalMode', '1.33.0', { stage: 'Beta', default: true, locked: false }],
  ['NoSuchGate', '1.36.0', undefined],
])('gate %s in %s', (name, version, expected) => {
  expect(featureGate(name, v(version))).toEqual(expected);
});
