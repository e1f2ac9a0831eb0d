/** What certificates and keys are, as JSON: the contract of docs/certs.schema.json. */
import type { PublicKey } from '../model/certificate.ts';
import type { CertsCertificate, CertsObject, CertsPlace, CertsPrivateKey, CertsReport } from '../model/certs-report.ts';
import { problemsJSON, toJSON } from './json.ts';

/** Prints the report: files in the order in which they were named, what is in them in its own. */
export function renderCertsJSON(report: CertsReport): string {
  return toJSON({
    schemaVersion: report.schemaVersion,
    tool: { name: report.tool.name, version: report.tool.version },
    evaluatedAt: report.evaluatedAt,
    status: report.status,
    files: report.files.map(({ file, format, status, findings, objects }) => ({
      file,
      format,
      status,
      findings: findings.map((one) => ({ status: one.status, message: one.message, line: one.line })),
      objects: objects.map(objectJSON),
    })),
    nodes: report.nodes.map(({ name, kubernetesVersion }) => ({ name, kubernetesVersion })),
    problems: problemsJSON(report.problems),
  });
}

function objectJSON(object: CertsObject) {
  const { kind, place, status, findings, uses } = object;
  return {
    kind,
    place: placeJSON(place),
    status,
    ...specificJSON(object),
    findings: findings.map((one) => ({ status: one.status, message: one.message })),
    uses: uses.map((one) => ({
      node: one.node,
      file: one.file,
      kind: one.kind,
      roles: [...one.roles],
      paths: [...one.paths],
      notAfter: one.notAfter,
    })),
  };
}

function specificJSON(object: CertsObject) {
  switch (object.kind) {
    case 'certificate':
      return certificateJSON(object);
    case 'private-key':
      return privateKeyJSON(object);
    case 'public-key':
      return { publicKey: publicKeyJSON(object.publicKey), keys: object.keys.map(placeJSON) };
    case 'revocation-list':
      return { revoked: [...object.revoked] };
  }
}

function certificateJSON(one: CertsCertificate) {
  return {
    purpose: { what: one.purpose.what, more: one.purpose.more },
    subject: one.subject,
    issuer: one.issuer,
    serialNumber: one.serialNumber,
    sha256: one.sha256,
    notBefore: one.notBefore,
    notAfter: one.notAfter,
    daysLeft: one.daysLeft,
    authority: one.authority,
    selfSigned: one.selfSigned,
    position: one.position,
    names: [...one.names],
    publicKey: publicKeyJSON(one.publicKey),
    signatureAlgorithm: one.signatureAlgorithm,
    keyUsage: one.keyUsage === null ? null : [...one.keyUsage],
    extendedKeyUsage: one.extendedKeyUsage === null ? null : [...one.extendedKeyUsage],
    user: one.user,
    keys: one.keys.map(placeJSON),
    copies: one.copies.map(placeJSON),
    issuers: one.issuers.map(heldJSON),
    verdicts: one.verdicts.map(({ use, result, message }) => ({ use, result, message })),
  };
}

function privateKeyJSON(one: CertsPrivateKey) {
  return {
    publicKey: one.publicKey === null ? null : publicKeyJSON(one.publicKey),
    format: one.format,
    encrypted: one.encrypted,
    user: one.user,
    certificates: one.certificates.map(heldJSON),
  };
}

function heldJSON({ subject, place }: CertsPrivateKey['certificates'][number]) {
  return { subject, place: placeJSON(place) };
}

function publicKeyJSON({ algorithm, bits, curve, spkiSha256 }: PublicKey) {
  return { algorithm, bits: bits ?? null, curve: curve ?? null, spkiSha256 };
}

function placeJSON({ node, file, where, line }: CertsPlace) {
  return { node, file, where, line };
}
