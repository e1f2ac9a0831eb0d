/** What certificates and keys are, for people: a block for each, in the order in which the files were named. */
import type {
  CertsCertificate,
  CertsFile,
  CertsFinding,
  CertsObject,
  CertsPrivateKey,
  CertsReport,
} from '../model/certs-report.ts';
import { fit, wrap } from '../text/width.ts';
import { INDENT, joinBlocks, labelled } from './blocks.ts';
import { chainText, contentText, endText, holdersText, keyText, placesText, usesText } from './certs-words.ts';
import type { ReportOptions } from './reporter.ts';
import { painter } from './style.ts';
import type { Painter } from './style.ts';
import { oneLine } from './words.ts';

const MIN_WIDTH = 80;

/** Longest list of names; the JSON report has it whole. */
const MAX_NAMES = 1000;

interface Page {
  readonly report: CertsReport;
  readonly width: number;
  readonly paint: Painter;
}

/** Prints the report as text of `options.width` columns. */
export function renderCertsTable(report: CertsReport, options: ReportOptions): string {
  const page: Page = { report, width: Math.max(options.width, MIN_WIDTH), paint: painter(options.colour) };
  const nodes = report.nodes.map(({ name }) => oneLine(name)).join(', ');
  const count = report.files.length;
  const files = `${count} ${count === 1 ? 'file' : 'files'}`;
  const blocks = [
    [
      fit(
        `kubetls ${oneLine(report.tool.version)}: ${files} at ${oneLine(report.evaluatedAt)}${nodes === '' ? '' : `, compared with ${nodes}`}`,
        page.width,
      ),
    ],
    ...report.files.flatMap((file) => fileBlocks(page, file)),
    problemBlock(page),
    verdict(page),
  ];
  return joinBlocks(blocks);
}

function fileBlocks(page: Page, file: CertsFile): string[][] {
  const { paint, width } = page;
  const content = contentText(file);
  const name = file.file === '-' ? 'standard input' : oneLine(file.file);
  const format = file.format === 'other' ? 'no certificate and no key' : file.format;
  const title = paint.bold(fit(`${name}: ${format}${content === '' ? '' : `, ${content}`}`, width));
  const head = [
    title,
    ...file.findings.flatMap((one) => finding(page, one, one.line === null ? '' : `line ${one.line}: `)),
  ];
  const blocks: string[][] = [head];
  for (const object of file.objects) {
    const lines = objectLines(page, object);
    const last = blocks.at(-1);
    // What is told in a line or two stands together; the first of a file under its title.
    if (last !== undefined && (isBrief(object) || last === head)) last.push(...lines);
    else blocks.push(lines);
  }
  return blocks;
}

/** A CA that is one of several or beside what it signed, and a key beside its certificate. */
function isBrief(object: CertsObject): boolean {
  if (object.kind === 'certificate') return object.authority && object.position.startsWith('in-');
  return object.kind === 'private-key' && isBesideItsCertificate(object);
}

/** Then the certificate tells all that is to be told. */
function isBesideItsCertificate({ certificates, place }: CertsPrivateKey): boolean {
  return certificates.some((one) => one.place.file === place.file);
}

function objectLines(page: Page, object: CertsObject): string[] {
  switch (object.kind) {
    case 'certificate':
      return isBrief(object) ? briefLines(page, object) : certificateLines(page, object);
    case 'private-key':
      return privateKeyLines(page, object);
    case 'public-key': {
      const { file } = object.place;
      const keys = placesText(object.keys, file);
      return [
        ...headLines(page, object, `public key, ${keyText(object.publicKey)}`),
        ...(keys === '' ? [] : labelled(page, 'key', keys)),
        ...useLines(page, object, 'key'),
      ];
    }
    case 'revocation-list':
      return headLines(
        page,
        object,
        `revocation list of ${object.revoked.length} serial numbers: etcd reads one, no other component does`,
      );
  }
}

function headLines({ paint, width }: Page, { status, place }: CertsObject, text: string): string[] {
  const where = place.where === '' ? '' : ` in ${place.where}`;
  return [`${paint.status(status)}  ${paint.bold(fit(oneLine(`${text}${where}`), width - INDENT))}`];
}

function briefLines(page: Page, one: CertsCertificate): string[] {
  return [
    ...headLines(page, one, one.subject),
    ...labelled(page, 'for', `${one.purpose.what}, ${endWord(one)} ${endText(one)}`),
    ...one.findings.flatMap((each) => finding(page, each)),
    ...useLines(page, one, 'CA', true),
  ];
}

function endWord({ daysLeft }: CertsCertificate): string {
  return daysLeft < 0 ? 'ended' : 'ends';
}

function certificateLines(page: Page, one: CertsCertificate): string[] {
  const { purpose, place } = one;
  const usages = [...(one.extendedKeyUsage ?? (one.authority ? [] : ['any use'])), ...(one.keyUsage ?? [])].join(', ');
  const keys = placesText(one.keys, place.file);
  const isKeyOnNode = one.uses.some(({ kind }) => kind === 'key');
  return [
    ...headLines(page, one, one.subject === '' ? 'a certificate without a subject' : one.subject),
    ...labelled(page, 'for', purpose.more === '' ? purpose.what : `${purpose.what}: ${purpose.more}`),
    // A CA is dialled by nobody.
    ...(one.names.length === 0 || one.authority ? [] : labelled(page, 'name', namesText(one.names))),
    ...labelled(page, endWord(one), `${endText(one)}, valid from ${one.notBefore.slice(0, 10)}`),
    ...labelled(
      page,
      'is',
      `${keyText(one.publicKey)}, ${one.signatureAlgorithm}; ${usages}; serial ${one.serialNumber}`,
    ),
    ...(keys !== ''
      ? labelled(page, 'key', keys)
      : one.authority || isKeyOnNode
        ? []
        : labelled(page, 'key', 'not in these files')),
    ...labelled(page, 'by', chainText(one)),
    ...(one.copies.length === 0 ? [] : labelled(page, 'also', placesText(one.copies, place.file))),
    ...one.findings.flatMap((each) => finding(page, each)),
    ...useLines(page, one, one.authority ? 'CA' : 'certificate'),
  ];
}

/** Kinds of names that need no word: a host is seen to be one. */
function namesText(names: readonly string[]): string {
  return oneLine(names.map((name) => name.replace(/^(?:DNS|IP):/, '')).join(', '), MAX_NAMES);
}

function privateKeyLines(page: Page, one: CertsPrivateKey): string[] {
  const kind = one.publicKey === null ? '' : `, ${keyText(one.publicKey)}`;
  const holders = holdersText(one);
  return [
    ...headLines(
      page,
      one,
      `${one.encrypted ? 'encrypted ' : ''}private key${kind}${one.format === 'unknown' ? '' : `, ${one.format}`}`,
    ),
    ...(holders !== ''
      ? labelled(page, 'for', holders)
      : one.uses.length > 0 || one.publicKey === null
        ? []
        : labelled(page, 'for', 'no certificate in these files')),
    ...one.findings.flatMap((each) => finding(page, each)),
    ...(isBesideItsCertificate(one) ? [] : useLines(page, one, 'key')),
  ];
}

function useLines(page: Page, { uses }: CertsObject, kind: 'CA' | 'certificate' | 'key', short = false): string[] {
  return page.report.nodes.flatMap(({ name }) => {
    const texts = usesText(
      uses.filter(({ node }) => node === name),
      kind,
      short,
    );
    if (texts.length === 0) return short ? [] : labelled(page, 'on', `${name}: in no file that was read there`);
    return texts.flatMap((text, index) => labelled(page, index === 0 ? 'on' : '', `${name}: ${text}`));
  });
}

function finding(page: Page, { status, message }: CertsFinding, prefix = ''): string[] {
  return labelled(page, status === 'pass' ? 'note' : 'but', `${prefix}${message}`);
}

function problemBlock({ report, width }: Page): string[] {
  if (report.problems.length === 0) return [];
  return [
    'Not read, or not as a whole',
    ...report.problems.flatMap(({ subject, message }) =>
      wrap(`${oneLine(subject)}: ${oneLine(message)}`, width - 2).map((line) => `  ${line}`),
    ),
  ];
}

function verdict({ report, paint }: Page): string[] {
  const content = contentText({ objects: report.files.flatMap(({ objects }) => objects) });
  return [`${paint.status(report.status)}  ${content === '' ? 'nothing was found' : content}`];
}
