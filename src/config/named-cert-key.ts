/** The values of --tls-sni-cert-key. */
import { ipVersion } from '../text/address.ts';

/** A pair of files, with the names for which it is served; without names those in the certificate count. */
export interface NamedCertKey {
  readonly certificate: string;
  readonly key: string;
  readonly names: readonly string[];
}

/**
 * Reads `certificate,key` or `certificate,key:name,name`.
 * Source: k8s.io/component-base cli/flag/namedcertkey_flag.go (Set).
 * @returns undefined for a value that the component does not take; it does not start with one
 */
export function parseNamedCertKey(value: string): NamedCertKey | undefined {
  const colon = value.indexOf(':');
  const pair = colon < 0 ? value : value.slice(0, colon);
  const names = colon < 0 ? undefined : value.slice(colon + 1).trim();
  const [certificate, key, more] = pair.trim().split(',');
  if (certificate === undefined || key === undefined || more !== undefined || names === '') return undefined;
  return {
    certificate: certificate.trim(),
    key: key.trim(),
    names: names === undefined ? [] : names.split(',').map((name) => name.trim()),
  };
}

/** One of the pairs, with the names that its certificate has. */
export interface NamedCertificate extends Pick<NamedCertKey, 'names'> {
  /** undefined: the certificate was not read. */
  readonly certificateNames: { readonly commonName: string | undefined; readonly dns: readonly string[] } | undefined;
}

/**
 * The pair whose name a client asks for, in the order of k8s.io/apiserver pkg/server/dynamiccertificates
 * (named_certificates.go, tlsconfig.go GetConfigForClient) and crypto/tls Config.getCertificate: a given name goes
 * before one that is in a certificate, an earlier pair before a later one, the name itself before its wildcard. Go
 * sends no server name for an address; then only a pair that is given that very address counts.
 * @param dialled the name that the client verifies: a DNS name or an address
 */
export function namedCertificateFor<T extends NamedCertificate>(pairs: readonly T[], dialled: string): T | undefined {
  const bare = dialled.replace(/^\[(.*)\]$/, '$1').replace(/%.*$/, '');
  if (ipVersion(bare) !== 0) return pairs.find(({ names }) => names.includes(bare));
  const name = bare.replace(/\.+$/, '').toLowerCase();
  const wildcard = name.replace(/^[^.]*/, '*');
  const find = (wanted: string): T | undefined =>
    pairs.find(({ names }) => names.includes(wanted)) ??
    pairs.find(({ names, certificateNames }) => names.length === 0 && ownNames(certificateNames).includes(wanted));
  return find(name) ?? find(wildcard);
}

const DNS_1123_SUBDOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

/** getCertificateNames: the common name where it is a name of a host, and the DNS names. */
function ownNames(names: NamedCertificate['certificateNames']): readonly string[] {
  if (names === undefined) return [];
  const { commonName = '', dns } = names;
  const bare = commonName.replace(/^\*\./, '');
  const isName =
    commonName === '*' || (ipVersion(commonName) === 0 && bare.length <= 253 && DNS_1123_SUBDOMAIN.test(bare));
  return isName ? [commonName, ...dns] : dns;
}
