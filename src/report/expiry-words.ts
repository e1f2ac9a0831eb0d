/** Phrases on certificates that end, for every format that people read. */
import type { ExpiryCertificate, Renewal } from '../model/expiry-report.ts';

/** Certificates that are the same in several files of a node, first to end first. */
export function copiesOf(
  certificates: readonly ExpiryCertificate[],
): readonly (readonly [ExpiryCertificate, ...ExpiryCertificate[]])[] {
  const groups = new Map<string, [ExpiryCertificate, ...ExpiryCertificate[]]>();
  for (const one of certificates) {
    // A CA lies in its own file and in every kubeconfig.
    const key =
      one.kind === 'authority' ? `${one.node} ${one.sha256} ${one.status}` : `${one.node} ${one.file} ${one.sha256}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [one]);
    else if (isKubeconfig(known[0]) && !isKubeconfig(one)) known.unshift(one);
    else known.push(one);
  }
  return [...groups.values()];
}

/** The file of its own is where one looks for it. */
function isKubeconfig({ file }: ExpiryCertificate): boolean {
  return !/\.(?:crt|pem|cer)$/.test(file);
}

/** `ended 2027-11-21 (3 days ago)`, `ends 2027-11-21 (in 12 days)`. */
export function leftText({ endsAt, daysLeft }: Pick<ExpiryCertificate, 'endsAt' | 'daysLeft'>): string {
  const day = endsAt.slice(0, 10);
  if (daysLeft < 0) {
    const past = -daysLeft - 1;
    return `ended ${day} (${past === 0 ? 'today' : `${past} ${past === 1 ? 'day' : 'days'} ago`})`;
  }
  return `ends ${day} (${daysLeft === 0 ? 'within a day' : `in ${daysLeft} ${daysLeft === 1 ? 'day' : 'days'}`})`;
}

/** What to do, and what to restart then. */
export function renewalText({ renewal, remediation }: ExpiryCertificate): string {
  if (renewal.how === '') return remediation;
  return renewal.restart === null ? renewal.how : `${renewal.how} Then restart ${renewal.restart}.`;
}

const BY: Readonly<Record<Renewal['by'], string>> = {
  kubeadm: 'kubeadm',
  kubelet: 'kubelet',
  distribution: 'distribution',
  hand: 'by hand',
};

/** Who renews it, for a column. */
export function byText({ by }: Renewal): string {
  return BY[by];
}

/** What breaks with it, as a clause. */
export function effectText(copies: readonly ExpiryCertificate[]): string {
  const broken = [...new Set(copies.flatMap((copy) => copy.breaks))].join(', ');
  if (broken !== '') return `breaks ${broken}`;
  return copies.every(({ paths }) => paths.length === 0)
    ? 'what uses it is not known'
    : 'nobody who is known verifies it';
}
