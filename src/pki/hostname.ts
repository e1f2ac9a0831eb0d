/** Whether a certificate is for a name: Go's crypto/x509 Certificate.VerifyHostname. */
import type { Certificate } from '../model/certificate.ts';
import { canonicalIP, ipBytes } from './ip.ts';

/**
 * @param name what a client dials: a DNS name or an IP address, which may stand in brackets
 * @returns true when a subject alternative name covers it. The common name never does (ignored since Go 1.15, for good
 * since 1.17). Addresses are compared as bytes and only with IP names; a wildcard stands for the whole leftmost label.
 */
export function verifyHostname(leaf: Pick<Certificate, 'subjectAlternativeNames'>, name: string): boolean {
  const names = leaf.subjectAlternativeNames ?? [];
  const address = ipBytes(/^\[.+\]$/.test(name) ? name.slice(1, -1) : name);
  if (address !== undefined) {
    return names.some(({ type, value }) => type === 'ip' && canonicalIP(value) === canonicalIP(address));
  }
  const wanted = lowerCaseASCII(name);
  const isHostname = isValidHostname(wanted.replace(/\.$/, ''), false);
  const labels = wanted.replace(/\.$/, '').split('.');
  return names.some(({ type, value }) => {
    if (type !== 'dns') return false;
    const pattern = lowerCaseASCII(value);
    return isHostname && isValidHostname(value, true)
      ? matchesLabels(pattern.split('.'), labels)
      : pattern === wanted && pattern !== '' && pattern !== '.';
  });
}

function matchesLabels(pattern: readonly string[], labels: readonly string[]): boolean {
  return (
    pattern.length === labels.length &&
    pattern.every((label, index) => label === labels[index] || (index === 0 && label === '*'))
  );
}

/** RFC 6125 section 2.2 with underscores, as crypto/x509 validHostname. */
function isValidHostname(name: string, isPattern: boolean): boolean {
  if (name === '' || name === '*') return false;
  return name
    .split('.')
    .every((label, index) => (isPattern && index === 0 && label === '*') || /^[A-Za-z0-9_][A-Za-z0-9_-]*$/.test(label));
}

/** RFC 6125 section 6.4.1: ASCII letters only. */
function lowerCaseASCII(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
