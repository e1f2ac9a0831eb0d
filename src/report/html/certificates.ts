/** The certificates of the report, each once, wherever copies of it lie. */
import type { PathId } from '../../model/path.ts';
import type { Report, ReportCertificate } from '../../model/report.ts';
import { byKeys } from '../order.ts';
import { markup, NOTHING } from './markup.ts';
import type { Markup } from './markup.ts';

export interface Copies {
  readonly certificate: ReportCertificate;
  /** Where it lies, as `cp-1: /etc/kubernetes/pki/ca.crt` where there are several nodes. */
  readonly files: readonly string[];
  readonly paths: ReadonlySet<PathId>;
}

const MAX_CERTIFICATES = 500;

export interface Certificates {
  /** First to end first. */
  readonly shown: readonly Copies[];
  /** How many there are beyond those. */
  readonly left: number;
}

export function certificatesOf({ certificates, nodes }: Report): Certificates {
  const byHash = new Map<string, ReportCertificate[]>();
  for (const one of certificates) {
    const known = byHash.get(one.sha256);
    if (known === undefined) byHash.set(one.sha256, [one]);
    else known.push(one);
  }
  const all = [...byHash.values()].flatMap((copies): Copies[] => {
    // A kubeconfig holds a copy; the file of its own is where one looks for it.
    const sorted = copies.toSorted(byKeys(({ file, node }) => [/\.(?:crt|pem|cer)$/.test(file) ? 0 : 1, node, file]));
    const [certificate] = sorted;
    if (certificate === undefined) return [];
    const files = sorted.map(({ file, node }) => (nodes.length > 1 ? `${node}: ${file}` : file));
    return [{ certificate, files: [...new Set(files)], paths: new Set(copies.flatMap(({ paths }) => paths)) }];
  });
  const sorted = all.toSorted(
    byKeys(({ certificate }) => [certificate.notAfter, certificate.subject, certificate.sha256]),
  );
  return { shown: sorted.slice(0, MAX_CERTIFICATES), left: Math.max(0, sorted.length - MAX_CERTIFICATES) };
}

/** Files beyond this are copies of one CA in the kubeconfigs of many nodes. */
const MAX_FILES = 12;

export function filesText(files: readonly string[]): string {
  const left = files.length - MAX_FILES;
  return files.slice(0, MAX_FILES).join(', ') + (left > 0 ? ` and ${left} more` : '');
}

export function leftOut({ left }: Certificates): Markup {
  return left === 0 ? NOTHING : markup`<p class="quiet">${left} more certificates are in the JSON report.</p>`;
}
