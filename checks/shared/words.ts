/** Phrases that several checks use, so that one thing is always called the same. */
import type { Certificate } from '../../src/model/certificate.ts';
import type { Evidence, PresentedCertificate } from '../../src/model/path.ts';
import { daysUntil } from '../../src/text/date.ts';

/** `2027-11-21` in UTC. */
export function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** `in 12 days`, `today`, `3 days ago`. */
export function relative(date: Date, at: Date): string {
  const days = daysUntil(date, at);
  if (date.getTime() < at.getTime()) {
    const past = daysUntil(at, date);
    return past === 0 ? 'today' : `${past} ${past === 1 ? 'day' : 'days'} ago`;
  }
  return days === 0 ? 'within a day' : `in ${days} ${days === 1 ? 'day' : 'days'}`;
}

/** Where a certificate is, for a sentence. */
export function located(certificate: Certificate): string {
  const { file } = certificate.position;
  return certificate.index === 0 ? file : `${file} (certificate ${certificate.index + 1})`;
}

/** Evidence that points at a certificate itself. */
export function certificateEvidence(certificate: Certificate, presented?: PresentedCertificate): Evidence {
  const owner = presented?.owner;
  return {
    ...(owner === undefined || owner === 'user' ? {} : { component: owner }),
    setting: 'certificate',
    value: certificate.subject === '' ? `serial ${certificate.serialNumber}` : certificate.subject,
    origin: 'certificate',
    sha256: certificate.sha256,
    file: certificate.position.file,
    ...(certificate.position.line === undefined ? {} : { line: certificate.position.line }),
  };
}

/** `a`, `a and b`, `a, b and c`. */
export function enumerate(words: readonly string[]): string {
  if (words.length < 2) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}
