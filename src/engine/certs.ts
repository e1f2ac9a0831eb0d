/** Files that the user named, and nodes to compare them with -> the report on what each certificate and key is. */
import type { Certificate, GeneralName, PrivateKey } from '../model/certificate.ts';
import type {
  CertsCertificate,
  CertsFile,
  CertsFinding,
  CertsObject,
  CertsPlace,
  CertsPrivateKey,
  CertsReport,
} from '../model/certs-report.ts';
import type { ExpiryReport } from '../model/expiry-report.ts';
import type { FileRemark, NamedFile, Slot } from '../model/named-file.ts';
import type { NodeModel } from '../model/node.ts';
import type { ReportProblem } from '../model/report.ts';
import { worstStatus } from '../model/status.ts';
import { daysUntil, formatTime } from '../text/date.ts';
import { redactAll } from '../text/redact.ts';
import { TOOL } from '../text/tool.ts';
import { Chains } from './certs-chain.ts';
import type { Candidate, ChainKnowledge } from './certs-chain.ts';
import { findingsOf } from './certs-findings.ts';
import { pairFindings } from './certs-pairs.ts';
import type { PairFindings } from './certs-pairs.ts';
import { isAuthority, purposeOf } from './certs-purpose.ts';
import { NodeUses } from './certs-uses.ts';
import { certificatesOf } from './node-certificates.ts';
import { kubernetesVersionOf } from './report-node.ts';

export interface CertsInput {
  readonly at: Date;
  readonly files: readonly NamedFile[];
  readonly nodes: readonly NodeModel[];
  /** What `kubetls expiry` says of the nodes. */
  readonly inUse: ExpiryReport['certificates'];
  readonly problems: readonly ReportProblem[];
}

/** What the layer below knows of certificates. */
export interface CertsKnowledge extends ChainKnowledge {
  /** Why Go's parser refuses a certificate. */
  readonly parseFault: (certificate: Certificate) => string | undefined;
  /** A name as a person reads it. */
  readonly nameText: (name: GeneralName) => string;
  /** Minor version of the Go that judges; undefined: the newest. */
  readonly goLine: string | undefined;
}

/** Puts the report together; its status is that of its worst file. */
export function buildCertsReport(input: CertsInput, knowledge: CertsKnowledge): CertsReport {
  const builder = new Builder(input, knowledge);
  const files = input.files.map((file) => builder.file(file));
  const isEmpty = files.every(({ objects, findings }) => objects.length === 0 && findings.length === 0);
  return {
    schemaVersion: 1,
    tool: TOOL,
    evaluatedAt: formatTime(input.at),
    status: isEmpty ? 'not-assessed' : worstStatus(files.map(({ status }) => status)),
    files,
    nodes: input.nodes.map((node) => ({ name: node.name, kubernetesVersion: kubernetesVersionOf(node) })),
    problems: input.problems.map((one) => redactAll(one)),
  };
}

/** Something in a file, and where. */
interface Placed<T> {
  readonly item: T;
  readonly place: CertsPlace;
  readonly slot: Slot;
}

class Builder {
  readonly #at: Date;
  readonly #knowledge: CertsKnowledge;
  readonly #certificates: readonly Placed<Certificate>[];
  readonly #keys: readonly Placed<PrivateKey>[];
  readonly #chains: Chains;
  readonly #uses: NodeUses;
  readonly #pairs: PairFindings;

  constructor({ at, files, nodes, inUse }: CertsInput, knowledge: CertsKnowledge) {
    this.#at = at;
    this.#knowledge = knowledge;
    const slots = files.flatMap((file) => file.slots.map((slot) => ({ file: file.name, slot })));
    this.#certificates = slots.flatMap(({ file, slot }) =>
      slot.content.certificates.map((item) => ({ item, slot, place: placeOf(file, slot, item.position.line) })),
    );
    this.#keys = slots.flatMap(({ file, slot }) =>
      slot.content.privateKeys.map((item) => ({ item, slot, place: placeOf(file, slot, item.position.line) })),
    );
    const trusted = new Set(inUse.filter(({ kind }) => kind === 'authority').map(({ sha256 }) => sha256));
    const candidates: readonly Candidate[] = [
      ...this.#certificates.map(({ item, place, slot }) => ({ certificate: item, place, slot })),
      ...nodes.flatMap((node) =>
        certificatesOf(node).map((certificate) => ({
          certificate,
          place: { node: node.name, file: certificate.position.file, where: '', line: null },
          slot: undefined,
          trusted: trusted.has(certificate.sha256),
        })),
      ),
    ];
    this.#chains = new Chains(candidates, knowledge);
    this.#uses = new NodeUses(nodes, inUse);
    this.#pairs = pairFindings(files.flatMap((file) => file.slots.map((slot) => ({ file: file.name, slot }))));
  }

  file({ name, format, slots, remarks }: NamedFile): CertsFile {
    const objects = slots.flatMap((slot) => this.#slot(name, slot));
    const findings = redactAll([...remarks.map(remark), ...slots.flatMap(problemsOf)]);
    return {
      file: name,
      format,
      status: worstStatus([...objects, ...findings].map(({ status }) => status)),
      findings,
      objects,
    };
  }

  #slot(file: string, slot: Slot): readonly CertsObject[] {
    const { certificates, privateKeys, publicKeys, revocationLists } = slot.content;
    const place = placeOf(file, slot, undefined);
    return [
      ...certificates.map((certificate) => this.#certificate(file, slot, certificate)),
      ...privateKeys.map((key) => this.#privateKey(file, slot, key)),
      ...publicKeys.map((publicKey): CertsObject => ({
        kind: 'public-key',
        place,
        status: 'pass',
        findings: [],
        publicKey,
        keys: this.#keysOf(publicKey.spkiSha256),
        uses: this.#uses.ofKey(publicKey.spkiSha256),
      })),
      ...revocationLists.map(({ revoked }): CertsObject => ({
        kind: 'revocation-list',
        place,
        status: 'pass',
        findings: [],
        revoked,
        uses: [],
      })),
    ];
  }

  #certificate(file: string, slot: Slot, certificate: Certificate): CertsCertificate {
    const selfSigned = this.#chains.isSelfSigned(certificate);
    const verdicts = this.#chains.verdicts(certificate, slot);
    const uses = this.#uses.ofCertificate(certificate);
    const findings = [
      ...findingsOf({
        certificate,
        at: this.#at,
        verdicts,
        selfSigned,
        parseFault: this.#knowledge.parseFault(certificate),
        goLine: this.#knowledge.goLine,
        renewedBy: this.#uses.kubeletOf(certificate),
      }),
      ...(this.#pairs.certificates.get(certificate) ?? []),
      ...placeFindings(slot, certificate),
    ];
    const copies = this.#certificates.filter((one) => one.item.sha256 === certificate.sha256 && one.slot !== slot);
    return {
      kind: 'certificate',
      place: placeOf(file, slot, certificate.position.line),
      status: worstStatus(['pass', ...findings.map(({ status }) => status)]),
      purpose: purposeOf(certificate),
      subject: certificate.subject,
      issuer: certificate.issuer,
      serialNumber: certificate.serialNumber,
      sha256: certificate.sha256,
      notBefore: formatTime(certificate.notBefore),
      notAfter: formatTime(certificate.notAfter),
      daysLeft: daysUntil(certificate.notAfter, this.#at),
      authority: isAuthority(certificate),
      selfSigned,
      names: (certificate.subjectAlternativeNames ?? []).map((name) => this.#knowledge.nameText(name)),
      publicKey: certificate.publicKey,
      signatureAlgorithm: certificate.signatureAlgorithm,
      keyUsage: certificate.keyUsage ?? null,
      extendedKeyUsage: certificate.extendedKeyUsage ?? null,
      user: slot.user ?? null,
      keys: this.#keysOf(certificate.publicKey.spkiSha256),
      copies: copies.map(({ place }) => place),
      issuers: this.#chains
        .issuers(certificate, slot, file)
        .map((one) => ({ subject: one.certificate.subject, place: one.place })),
      verdicts: verdicts.map(({ use, result, message }) => ({ use, result, message })),
      position: positionOf(slot, certificate),
      findings: redactAll(findings),
      uses,
    };
  }

  #privateKey(file: string, slot: Slot, key: PrivateKey): CertsPrivateKey {
    const { publicKey, format, encrypted, problem } = key;
    const findings: readonly CertsFinding[] = [
      ...(problem === undefined ? [] : [{ status: 'warn' as const, message: problem }]),
      ...(this.#pairs.keys.get(key) ?? []),
    ];
    const holders = this.#certificates.filter(({ item }) => item.publicKey.spkiSha256 === publicKey?.spkiSha256);
    return {
      kind: 'private-key',
      place: placeOf(file, slot, key.position.line),
      status: worstStatus(['pass', ...findings.map(({ status }) => status)]),
      publicKey: publicKey ?? null,
      format,
      encrypted,
      user: slot.user ?? null,
      certificates: holders.map(({ item, place }) => ({ subject: item.subject, place })),
      findings: redactAll(findings),
      uses: publicKey === undefined ? [] : this.#uses.ofKey(publicKey.spkiSha256),
    };
  }

  #keysOf(spkiSha256: string): readonly CertsPlace[] {
    return this.#keys.filter(({ item }) => item.publicKey?.spkiSha256 === spkiSha256).map(({ place }) => place);
  }
}

function placeOf(file: string, slot: Slot, line: number | undefined): CertsPlace {
  return { node: null, file, where: slot.where, line: line ?? null };
}

function remark({ kind, message, line }: FileRemark): CertsFile['findings'][number] {
  return { status: kind === 'fault' ? 'warn' : 'pass', message, line: line ?? null };
}

/** What stands in the text and is not read; what a key has against itself is told with the key. */
function problemsOf({ where, content }: Slot): readonly CertsFile['findings'][number][] {
  const told = new Set(content.privateKeys.map(({ problem }) => problem));
  return content.problems
    .filter(({ message }) => !told.has(message))
    .map(({ message, line }) => ({
      status: 'warn',
      message: where === '' ? message : `${where}: ${message.replace(/^the file /, 'the value ')}`,
      line: line ?? null,
    }));
}

/** How a certificate stands among those of its place. */
function positionOf({ part, content }: Slot, certificate: Certificate): CertsCertificate['position'] {
  const [first] = content.certificates;
  if (part === 'authority') return 'in-bundle';
  if (content.certificates.length === 1 || first === undefined) return 'single';
  if (isAuthority(first) && part !== 'certificate') return 'in-bundle';
  return certificate === first ? 'leaf-of-chain' : 'in-chain';
}

function placeFindings(slot: Slot, certificate: Certificate): readonly CertsFinding[] {
  const position = positionOf(slot, certificate);
  const found: CertsFinding[] = [];
  const same = slot.content.certificates.filter(({ sha256 }) => sha256 === certificate.sha256);
  if (same.length > 1 && same[0] === certificate)
    found.push({ status: 'pass', message: `it is there ${same.length} times, which changes nothing: keep one` });
  if (isAuthority(certificate)) return found;
  // crypto/x509 Verify: a root that is the very certificate shown makes a chain of one.
  if (position === 'in-bundle')
    found.push({ status: 'pass', message: 'it is no CA: in a bundle of CAs it vouches for itself alone' });
  if (position === 'in-chain')
    found.push({ status: 'pass', message: 'it is no CA: behind another certificate nobody looks at it' });
  return found;
}
