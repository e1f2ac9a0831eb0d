/** Exit statuses: the table of Nagios plug-ins (0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN), the same in every format. */
import type { Status } from '../model/status.ts';

export const EXIT = {
  /** Nothing at warn or above. */
  ok: 0,
  /** Warnings. */
  warn: 1,
  /** At least one failure. */
  fail: 2,
  /** It could not do its work: usage, unreadable input, nothing found to check, a report not written, a bug. */
  couldNot: 3,
} as const;

export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

export const FAIL_ON = ['warn', 'fail', 'never'] as const;

/** From which verdict on the exit status tells of it. */
export type FailOn = (typeof FAIL_ON)[number];

export interface Completeness {
  /** Every input was opened and every report written. */
  readonly opened: boolean;
  /** And everything that is in the inputs was read. */
  readonly complete: boolean;
}

/**
 * The exit status of a run. A failure that was found stands, whatever else could not be read; but a verdict on a part
 * of the input does not pass for one on the whole, and an input that is missing altogether is 3 in any case.
 * @param status the verdict of the report
 */
export function exitStatus(status: Status, { opened, complete }: Completeness, failOn: FailOn): ExitStatus {
  if (!opened) return EXIT.couldNot;
  if (status === 'fail' && failOn !== 'never') return EXIT.fail;
  if (!complete) return EXIT.couldNot;
  if (status === 'warn' && failOn === 'warn') return EXIT.warn;
  return EXIT.ok;
}
