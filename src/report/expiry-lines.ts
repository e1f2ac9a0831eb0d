/** What needs somebody, a line for each: what cron sends by mail. */
import type { ExpiryCertificate, ExpiryReport } from '../model/expiry-report.ts';
import { isBad } from '../model/status.ts';
import { copiesOf, effectText, leftText, renewalText } from './expiry-words.ts';
import { STATUS_WORDS } from './style.ts';
import { oneLine } from './words.ts';

/** One line per problem, first to end first; nothing when all is well. */
export function renderExpiryLines(report: ExpiryReport): string {
  const bad = report.certificates.filter(isBad);
  const lines = [
    ...copiesOf(bad).map(certificateLine),
    ...report.inMemory
      .filter(isBad)
      .map(({ status, node, message, remediation }) => `${STATUS_WORDS[status]} ${node}: ${message} ${remediation}`),
    ...report.unseen
      .filter(({ notInInput }) => !notInInput)
      .map(({ node, role, message }) => `NOT SEEN ${node}: ${role}: ${message}`),
  ];
  return lines.map((line) => `${oneLine(line)}\n`).join('');
}

function certificateLine(copies: readonly [ExpiryCertificate, ...ExpiryCertificate[]]): string {
  const [one] = copies;
  const files = copies.map(({ file }) => file).join(', ');
  const what = one.kind === 'authority' ? `CA ${one.subject}` : (one.roles[0] ?? one.subject);
  const taken = one.endsWith === null ? '' : ` with ${one.endsWith.file}`;
  return `${STATUS_WORDS[one.status]} ${one.node}: ${files} (${what}) ${leftText(one)}${taken}; ${effectText(copies)}. ${renewalText(one)}`;
}
