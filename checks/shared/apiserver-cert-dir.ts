/**
 * What the API server serves where neither --tls-cert-file nor --tls-private-key-file is set: the pair that it finds in
 * --cert-dir, and one of its own making only where neither file is there. A file without the other stops it.
 * Sources: k8s.io/apiserver pkg/server/options/serving.go (MaybeDefaultWithSelfSignedCerts), k8s.io/client-go
 * util/cert/io.go (CanReadCertAndKey).
 */
import type { Component } from '../../src/model/component.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type { Evidence, Finding, Material } from '../../src/model/path.ts';
import { evidence, isSet, isWritten, knownOr, text } from './access.ts';
import { fileAt } from './material.ts';
import { fail, notAssessed, pass } from './result.ts';
import { isMissing } from './unread.ts';

export interface CertDirPair {
  readonly certificate: Material;
  readonly key: Material;
}

/** The pair in --cert-dir, there or not; undefined where flags name another. */
export function certDirPair(node: NodeModel, apiserver: Component): CertDirPair | undefined {
  if (isSet(apiserver, 'tls-cert-file') || isSet(apiserver, 'tls-private-key-file')) return undefined;
  const folder = text(apiserver, 'cert-dir').replace(/\/+$/, '');
  if (folder === '') return undefined;
  const material = (name: string): Material => {
    const nodeFile = fileAt(node, apiserver, `${folder}/${name}`);
    return { file: nodeFile.path, evidence: evidence(apiserver, 'cert-dir'), nodeFile, embedded: false };
  };
  return { certificate: material('apiserver.crt'), key: material('apiserver.key') };
}

function isThere({ nodeFile }: Material): boolean {
  return nodeFile?.state === 'present';
}

/** The pair, where it is known to be what is served. */
export function servedFromCertDir(node: NodeModel, apiserver: Component): CertDirPair | undefined {
  const pair = knownOr(undefined, () => certDirPair(node, apiserver));
  return pair !== undefined && isThere(pair.certificate) ? pair : undefined;
}

/** What follows from the pair; undefined where the API server makes its own, or nothing says otherwise. */
export function judgeCertDir(
  { certificate, key }: CertDirPair,
  apiserver: Component,
  shown: readonly Evidence[],
): Finding | undefined {
  const pair = [certificate, key];
  const lacking = pair.find(isMissing);
  if (pair.some(isThere)) {
    return lacking === undefined
      ? pass(`The API server serves the pair that it finds in --cert-dir (${certificate.file}).`, shown)
      : fail(
          `${lacking.file} is missing beside its other half, and the API server makes a pair of its own only where neither is there: it does not start.`,
          shown,
          { impact: 'availability', headline: 'half a pair in --cert-dir' },
        );
  }
  const { nodeFile } = certificate;
  const isOpen =
    nodeFile?.state === 'unavailable' && nodeFile.reason !== 'missing' && nodeFile.reason !== 'not-mounted';
  return isOpen && isWritten(apiserver, 'cert-dir')
    ? notAssessed(
        `Neither --tls-cert-file nor --tls-private-key-file is set, so the API server serves the pair in --cert-dir, or one of its own making where there is none: ${nodeFile.message}.`,
        shown,
      )
    : undefined;
}
