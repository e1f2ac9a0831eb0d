/** The windows that hold where nobody says otherwise. */
import type { Thresholds } from '../model/thresholds.ts';

const DAY = 24 * 60 * 60 * 1000;

/**
 * Replacing a CA takes weeks of planning, and kubeadm cannot renew any
 * (kubernetes.io/docs/tasks/tls/manual-rotation-of-ca-certificates/), so its windows are wide.
 */
export const DEFAULT_THRESHOLDS: Thresholds = {
  leaf: { warnBefore: { milliseconds: 30 * DAY }, failBefore: { milliseconds: 7 * DAY } },
  authority: { warnBefore: { milliseconds: 365 * DAY }, failBefore: { milliseconds: 90 * DAY } },
  overrides: [],
};
