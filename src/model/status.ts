/** The vocabulary of verdicts; design contract of the JSON report. */

/** Verdict of one path or one check. */
export type Status = 'pass' | 'warn' | 'fail' | 'not-assessed' | 'not-applicable';

export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'info';

/** Whether a finding lets somebody read or act (security), stops something (availability), or both. */
export type Impact = 'security' | 'availability' | 'both';

/** Answer of a derived column; `n/a` where the question does not arise. */
export type Answer = 'yes' | 'no' | 'unknown' | 'n/a';

/** Worst first: a row is as bad as its worst finding. */
export const STATUS_ORDER: readonly Status[] = ['fail', 'warn', 'not-assessed', 'pass', 'not-applicable'];

/** Worst first. */
export const SEVERITY_ORDER: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

/** Whether a verdict is one that speaks against something. */
export function isBad({ status }: { readonly status: Status }): boolean {
  return status === 'fail' || status === 'warn';
}

/**
 * The worst of several verdicts, by {@link STATUS_ORDER}; `not-applicable` when there is none.
 */
export function worstStatus(statuses: Iterable<Status>): Status {
  let worst: Status = 'not-applicable';
  for (const status of statuses) {
    if (STATUS_ORDER.indexOf(status) < STATUS_ORDER.indexOf(worst)) worst = status;
  }
  return worst;
}
