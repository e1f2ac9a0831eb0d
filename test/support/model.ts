/** The smallest models that the engine and checks take, for tests of one rule. */
import type { Certificate } from '../../src/model/certificate.ts';
import type { Component } from '../../src/model/component.ts';
import { NO_APISERVER_FILES } from '../../src/model/node.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type { PathFacts, PresentedCertificate } from '../../src/model/path.ts';
import { DEFAULT_THRESHOLDS } from '../../src/run/thresholds.ts';

export function componentModel(details: Partial<Component> = {}): Component {
  return {
    name: 'kube-apiserver',
    version: { major: 1, minor: 36, patch: 3 },
    versionAssumed: false,
    sources: [],
    settings: new Map(),
    notices: [],
    usesConfigFile: false,
    configUnavailable: undefined,
    commandLineSeen: true,
    startedAt: undefined,
    environment: new Map(),
    hostNetwork: true,
    nodePath: (path) => ({ path }),
    ...details,
  };
}

export function nodeModel(components: readonly Component[] = [], details: Partial<NodeModel> = {}): NodeModel {
  return {
    name: 'cp-1',
    layout: 'root',
    live: false,
    inputs: ['backup.tar.gz'],
    components: new Map(components.map((component) => [component.name, component])),
    configured: new Map(),
    kubeconfigs: new Map(),
    files: new Map(),
    ...NO_APISERVER_FILES,
    notices: [],
    unread: [],
    at: new Date('2026-11-21T12:00:00Z'),
    thresholds: DEFAULT_THRESHOLDS,
    ...details,
  };
}

export function pathFacts(details: Partial<PathFacts> = {}): PathFacts {
  return {
    encrypted: 'yes',
    serverVerified: 'yes',
    clientAuthenticated: 'yes',
    minTLSVersion: '1.2',
    presented: [],
    kubeconfigs: [],
    ...details,
  };
}

/** A certificate of which only the file and the end matter. */
export function certificateModel(file: string, notAfter: string): Certificate {
  return {
    position: { file },
    index: 0,
    der: new Uint8Array(),
    subject: `CN=${file}`,
    issuer: 'CN=ca',
    subjectDer: '',
    issuerDer: '',
    commonName: file,
    organizations: [],
    serialNumber: '1',
    notBefore: new Date('2026-01-01T00:00:00Z'),
    notAfter: new Date(notAfter),
    basicConstraints: undefined,
    keyUsage: undefined,
    extendedKeyUsage: undefined,
    subjectAlternativeNames: undefined,
    nameConstraints: undefined,
    subjectKeyId: undefined,
    authorityKeyId: undefined,
    version: 3,
    publicKey: { algorithm: 'ECDSA', curve: 'prime256v1', spkiSha256: file },
    signatureAlgorithm: 'ECDSA-SHA256',
    sha256: file,
    unhandledCriticalExtensions: [],
    goParseErrors: [],
  };
}

/** A certificate on a path, judged by a bundle of these roots. */
export function presentedModel(
  chain: readonly Certificate[],
  roots: readonly Certificate[] = [],
  details: Partial<PresentedCertificate> = {},
): PresentedCertificate {
  const material = (file: string) => ({
    file,
    evidence: { setting: 'file', value: file, origin: 'certificate' as const },
    nodeFile: undefined,
    embedded: false,
  });
  return {
    side: 'server',
    role: 'serving certificate',
    owner: 'kube-apiserver',
    certificate: material(chain[0]?.position.file ?? '/none'),
    chain,
    key: undefined,
    keySpki: undefined,
    rotation: 'manual',
    trust: { kind: 'bundle', material: material('/ca.crt'), roots },
    expectedNames: [],
    askedBy: { chain: '', key: '', names: '', expiry: '' },
    ...details,
  };
}
