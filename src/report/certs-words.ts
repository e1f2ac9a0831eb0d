/** Phrases on certificates and keys, for people. */
import type { PublicKey } from '../model/certificate.ts';
import type { CertsCertificate, CertsFile, CertsPlace, CertsPrivateKey, CertsUse } from '../model/certs-report.ts';

/** NIST's names of curves, for OpenSSL's. */
const CURVES: Readonly<Record<string, string>> = {
  secp224r1: 'P-224',
  prime256v1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
};

/** More places than that are counted: a CA lies in every kubeconfig. */
const MAX_PLACES = 3;

/** `RSA 2048`, `ECDSA P-256`. */
export function keyText({ algorithm, bits, curve }: PublicKey): string {
  const size = curve === undefined ? bits : (CURVES[curve] ?? curve);
  return size === undefined ? algorithm : `${algorithm} ${size}`;
}

/** `ends 2027-11-21 (in 364 days)`, `ended 2025-01-01 (300 days ago)`. */
export function endText({ notAfter, daysLeft }: Pick<CertsCertificate, 'notAfter' | 'daysLeft'>): string {
  const day = notAfter.slice(0, 10);
  const days = (count: number): string => `${count} ${count === 1 ? 'day' : 'days'}`;
  if (daysLeft >= 0) return `${day} (${daysLeft === 0 ? 'within a day' : `in ${days(daysLeft)}`})`;
  return `${day} (${daysLeft === -1 ? 'today' : `${days(-daysLeft - 1)} ago`})`;
}

/** A place as seen from a file: what is in the same file is not named again. */
export function placeText({ node, file, where }: CertsPlace, from: string): string {
  if (node !== null) return `${file} on ${node}`;
  if (file === from) return where === '' ? 'this file' : where;
  return where === '' ? file : `${where} in ${file}`;
}

/** Who signed it, and what Go makes of that. */
export function chainText({ selfSigned, issuer, issuers, verdicts, place }: CertsCertificate): string {
  const who = selfSigned
    ? 'itself'
    : issuers.length === 0
      ? issuer
      : issuers.map((one) => `${one.subject} (${placeText(one.place, place.file)})`).join(', then ');
  const [open] = verdicts.filter(({ result }) => result === 'not-assessed');
  if (open !== undefined) {
    return selfSigned
      ? 'itself: only who is given this very certificate accepts it'
      : `${who}, which is not at hand: name its file too, or a node that has it`;
  }
  const accepted = verdicts.filter(({ result }) => result === 'accepted');
  const [first] = accepted;
  if (first === undefined || selfSigned) return who;
  const as = accepted.map(({ use }) => (use === 'any' ? '' : ` as a ${use}'s`)).join(' and');
  return `${who}; Go accepts it${as}${first.message === '' ? '' : `, ${first.message}`}`;
}

/** The certificates that a key is of; copies are counted. */
export function holdersText({ certificates, place }: CertsPrivateKey): string {
  const bySubject = new Map<string, CertsPlace[]>();
  for (const one of certificates) bySubject.set(one.subject, [...(bySubject.get(one.subject) ?? []), one.place]);
  return [...bySubject].map(([subject, places]) => `${subject} (${placesText(places, place.file)})`).join(', ');
}

/** Several places, files of their own first. */
export function placesText(places: readonly CertsPlace[], from: string): string {
  const sorted = places.toSorted((a, b) => Number(a.where !== '') - Number(b.where !== ''));
  const more = sorted.length - MAX_PLACES;
  const shown = sorted.slice(0, more > 1 ? MAX_PLACES : sorted.length).map((place) => placeText(place, from));
  return `${shown.join(', ')}${more > 1 ? ` and ${more} more` : ''}`;
}

/** `2 CAs (1 ended), 1 certificate, 1 private key`. */
export function contentText({ objects }: Pick<CertsFile, 'objects'>): string {
  const certificates = objects.filter((one) => one.kind === 'certificate');
  const authorities = certificates.filter(({ authority }) => authority);
  const ended = (list: readonly CertsCertificate[]): string => {
    const count = list.filter(({ daysLeft }) => daysLeft < 0).length;
    return count === 0 || list.length === 1 ? '' : ` (${count} ended)`;
  };
  const counted = (count: number, one: string, more: string, rest = ''): string[] =>
    count === 0 ? [] : [`${count} ${count === 1 ? one : more}${rest}`];
  const of = (kind: string): number => objects.filter((one) => one.kind === kind).length;
  const leaves = certificates.filter(({ authority }) => !authority);
  return [
    ...counted(leaves.length, 'certificate', 'certificates', ended(leaves)),
    ...counted(authorities.length, 'CA', 'CAs', ended(authorities)),
    ...counted(of('private-key'), 'private key', 'private keys'),
    ...counted(of('public-key'), 'public key', 'public keys'),
    ...counted(of('revocation-list'), 'revocation list', 'revocation lists'),
  ].join(', ');
}

/** Where one node has it, a clause for each way; none where it does not. */
export function usesText(uses: readonly CertsUse[], kind: 'CA' | 'certificate' | 'key', short: boolean): string[] {
  const of = (wanted: CertsUse['kind']): readonly CertsUse[] => uses.filter((one) => one.kind === wanted);
  const same = of('same');
  const keys = of('key').filter(({ file }) => !same.some((one) => one.file === file));
  const publicKeys = of('public-key');
  const sameKey = of('same-key');
  return [
    ...(kind === 'CA' ? authorityText(same, short) : same.map(leafText)),
    ...(kind === 'key' ? keys.map(keyFileText) : short ? [] : keys.map((one) => `its key is ${keyFileText(one)}`)),
    ...publicKeys.map((one) => `its public key is ${keyFileText(one)}`),
    ...(sameKey.length === 0
      ? []
      : [
          kind === 'key'
            ? `key of the certificate in ${filesText(sameKey)}`
            : `another certificate with the same key, ${othersText(sameKey)}`,
        ]),
    ...(of('replaced').length === 0
      ? []
      : [`not this one, but another of its name and issuer: ${othersText(of('replaced'))}`]),
  ];
}

function authorityText(same: readonly CertsUse[], short: boolean): string[] {
  if (same.length === 0) return [];
  const paths = [...new Set(same.flatMap((one) => one.paths))];
  const trusted =
    paths.length === 0
      ? 'which no path trusts'
      : short
        ? `trusted on ${paths.length} ${paths.length === 1 ? 'path' : 'paths'}`
        : `trusted on ${pathsText(paths)}`;
  return [`${filesText(same)}, ${trusted}`];
}

function leafText({ file, roles, paths }: CertsUse): string {
  return paths.length === 0 ? `${file}, which no path uses` : `${file}, ${roles.join(', ')} (${pathsText(paths)})`;
}

function pathsText(paths: readonly string[]): string {
  const more = paths.length - MAX_PLACES;
  return more <= 1 ? paths.join(', ') : `${paths.slice(0, MAX_PLACES).join(', ')} and ${more} more`;
}

function keyFileText({ file, roles }: CertsUse): string {
  return roles.length === 0 ? file : `${file} (${roles.join(', ')})`;
}

/** Files of their own first: what stands inside a kubeconfig is a copy. */
function filesText(uses: readonly CertsUse[]): string {
  const files = uses.map(({ file }) => file).toSorted((a, b) => Number(isInside(a)) - Number(isInside(b)));
  if (files.length <= MAX_PLACES) return files.join(', ');
  return `${files[0] ?? ''} and ${files.length - 1} copies`;
}

function isInside(file: string): boolean {
  return !/\.(?:crt|pem|cer)$/.test(file);
}

function othersText(uses: readonly CertsUse[]): string {
  return uses
    .slice(0, MAX_PLACES)
    .map(({ file, notAfter }) => `${file}${notAfter === null ? '' : `, until ${notAfter.slice(0, 10)}`}`)
    .join('; ');
}
