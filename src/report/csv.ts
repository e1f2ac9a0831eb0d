/** The certificates in use as a table for spreadsheets: RFC 4180, with a line of names. */
import type { Report, ReportCertificate } from '../model/report.ts';
import { sanitise } from '../text/sanitise.ts';
import { byKeys } from './order.ts';

const COLUMNS: readonly (readonly [string, (one: ReportCertificate) => string])[] = [
  ['node', ({ node }) => node],
  ['file', ({ file }) => file],
  ['role', ({ role }) => role],
  ['subject', ({ subject }) => subject],
  ['issuer', ({ issuer }) => issuer],
  ['serialNumber', ({ serialNumber }) => serialNumber],
  ['notBefore', ({ notBefore }) => notBefore],
  ['notAfter', ({ notAfter }) => notAfter],
  ['rotation', ({ rotation }) => rotation],
  ['paths', ({ paths }) => paths.join(' ')],
  ['sha256', ({ sha256 }) => sha256],
];

/** One line per certificate, by node and file. */
export function renderCSV(report: Report): string {
  const certificates = report.certificates.toSorted(byKeys(({ node, file, sha256 }) => [node, file, sha256]));
  return [COLUMNS.map(([name]) => name), ...certificates.map((one) => COLUMNS.map(([, value]) => value(one)))]
    .map((cells) => `${cells.map(cell).join(',')}\r\n`)
    .join('');
}

/** A name that begins like a formula would be run by a spreadsheet (OWASP, CSV injection). */
function cell(value: string): string {
  const text = sanitise(value);
  const shown = /^[=+\-@]/.test(text) ? `'${text}` : text;
  return /[",]/.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown;
}
