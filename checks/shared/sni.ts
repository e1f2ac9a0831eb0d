/** The certificates that the API server serves by name: --tls-sni-cert-key. */
import type { Certificate } from '../../src/model/certificate.ts';
import type { Component } from '../../src/model/component.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type { Check, ExpectedName, Finding, Material, PathFacts } from '../../src/model/path.ts';
import { namedCertificateFor, parseNamedCertKey } from '../../src/config/named-cert-key.ts';
import type { NamedCertificate } from '../../src/config/named-cert-key.ts';
import { verifyHostname } from '../../src/pki/chain.ts';
import { component, evidence, isSet, knownOr, list } from './access.ts';
import { chainOf, fileAt } from './material.ts';
import { pemProblems } from './pki/walk.ts';
import { kubernetesDocs, kubernetesSource } from './references.ts';
import { fail, notAssessed, pass } from './result.ts';
import { notInInput, unreadFinding } from './unread.ts';

const SNI_SETTING = 'tls-sni-cert-key';

/** One pair of --tls-sni-cert-key. */
export interface SNIPair extends NamedCertificate {
  readonly certificate: Material;
  readonly key: Material;
}

/** The pairs in the order of the command line, without values that are none. */
export function sniPairs(node: NodeModel, apiserver: Component): readonly SNIPair[] {
  return knownOr([], () => list(apiserver, SNI_SETTING)).flatMap((value): readonly SNIPair[] => {
    const parsed = parseNamedCertKey(value);
    if (parsed === undefined) return [];
    const material = (path: string): Material => {
      const nodeFile = fileAt(node, apiserver, path);
      return { file: nodeFile.path, evidence: evidence(apiserver, SNI_SETTING), nodeFile, embedded: false };
    };
    const certificate = material(parsed.certificate);
    const [leaf] = chainOf(certificate);
    return [
      {
        certificate,
        key: material(parsed.key),
        names: parsed.names,
        certificateNames: leaf === undefined ? undefined : { commonName: leaf.commonName, dns: dnsNames(leaf) },
      },
    ];
  });
}

function dnsNames({ subjectAlternativeNames = [] }: Certificate): readonly string[] {
  return subjectAlternativeNames.flatMap(({ type, value }) => (type === 'dns' ? [value] : []));
}

/**
 * The pair that is served to a client that dials a name; undefined where that is --tls-cert-file. A name that no pair
 * has goes to the first certificate that covers it, --tls-cert-file before all others (crypto/tls getCertificate).
 */
export function sniPairFor(
  node: NodeModel,
  apiserver: Component,
  { name }: ExpectedName,
  served: Certificate | undefined,
): SNIPair | undefined {
  const pairs = sniPairs(node, apiserver);
  const named = namedCertificateFor(pairs, name);
  if (named !== undefined || served === undefined || verifyHostname(served, name)) return named;
  const isAddress = /^[\d.]+$|:/.test(name);
  return isAddress
    ? undefined
    : pairs.find(({ certificate }) =>
        chainOf(certificate)
          .slice(0, 1)
          .some((leaf) => verifyHostname(leaf, name)),
      );
}

const STOPS = 'the API server does not start, and one that runs goes on with the old certificates';

function judgePair(pair: SNIPair, shown: Finding['evidence'], facts: PathFacts): Finding | undefined {
  const { certificate, key } = pair;
  const unread = [certificate, key].flatMap((material) => unreadFinding(material, shown, STOPS) ?? []);
  const worst = unread.find(({ status }) => status === 'fail') ?? unread[0];
  if (worst !== undefined) return worst;
  const [leaf] = chainOf(certificate);
  const own = key.nodeFile?.state === 'present' ? key.nodeFile.pem.privateKeys[0] : undefined;
  if (leaf === undefined || own?.publicKey === undefined) {
    const atFault = leaf === undefined ? certificate : key;
    // What Go does not read of a file that the path shows is said by pki-parse-strictness.
    const isShown = facts.presented.some((one) => one.certificate.file === certificate.file);
    if (isShown && pemProblems(atFault, facts, 'shown').length > 0) return undefined;
    return fail(
      `${atFault.file} holds no ${leaf === undefined ? 'certificate' : 'private key'} that Kubernetes can read: ${STOPS}.`,
      shown,
      { headline: `${atFault.file.split('/').at(-1) ?? ''} is unreadable` },
    );
  }
  return own.publicKey.spkiSha256 === leaf.publicKey.spkiSha256
    ? undefined
    : fail(`${key.file} and ${certificate.file} do not belong together: ${STOPS}.`, shown, {
        headline: 'SNI key does not match certificate',
      });
}

export const sniCertificates: Check = {
  id: 'apiserver-sni-certs',
  title: 'The API server can load every pair that it serves by name',
  severity: 'high',
  impact: 'availability',
  versions: 'all; unset serves --tls-cert-file to everybody',
  remediation:
    'Put a certificate and its own key into the two files that --tls-sni-cert-key names (`<certificate>,<key>[:<name>,...]`, mounted into the pod), or remove the flag; compare with `openssl x509 -noout -pubkey -in <crt>` and `openssl pkey -pubout -in <key>`.',
  references: [
    kubernetesSource('staging/src/k8s.io/apiserver/pkg/server/options/serving.go'),
    kubernetesSource('staging/src/k8s.io/apiserver/pkg/server/dynamiccertificates/named_certificates.go'),
    kubernetesDocs('reference/command-line-tools-reference/kube-apiserver/'),
  ],
  notApplicable: ({ node }) => {
    const apiserver = component(node, 'kube-apiserver');
    return apiserver !== undefined && !isSet(apiserver, SNI_SETTING)
      ? `--${SNI_SETTING} is not set: the API server serves one certificate to everybody.`
      : undefined;
  },
  evaluate: ({ node, facts }) => {
    const apiserver = component(node, 'kube-apiserver');
    if (apiserver === undefined) return notAssessed(`${notInInput('kube-apiserver', node)}.`);
    const shown = [evidence(apiserver, SNI_SETTING)];
    const malformed = list(apiserver, SNI_SETTING).filter((value) => parseNamedCertKey(value) === undefined);
    const findings = [
      ...malformed.map((value) =>
        fail(
          `--${SNI_SETTING}=${value} is not <certificate>,<key> with names after a colon: the API server does not start.`,
          shown,
          { headline: `--${SNI_SETTING} is malformed` },
        ),
      ),
      ...sniPairs(node, apiserver).flatMap((pair) => judgePair(pair, shown, facts) ?? []),
    ];
    return findings.length > 0 ? findings : pass('Every pair that the API server serves by name is whole.', shown);
  },
};
