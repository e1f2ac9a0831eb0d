/** Constructors of findings, so that a check reads as its own verdict. */
import type { Evidence, Finding } from '../../src/model/path.ts';

type Extra = Omit<Finding, 'status' | 'message' | 'evidence'>;

export function pass(message: string, evidence: readonly Evidence[] = [], extra: Extra = {}): Finding {
  return { status: 'pass', message, evidence, ...extra };
}

export function warn(message: string, evidence: readonly Evidence[], extra: Extra = {}): Finding {
  return { status: 'warn', message, evidence, ...extra };
}

export function fail(message: string, evidence: readonly Evidence[], extra: Extra = {}): Finding {
  return { status: 'fail', message, evidence, ...extra };
}

/** The message says what is missing or unreadable, and what to supply. */
export function notAssessed(message: string, evidence: readonly Evidence[] = [], extra: Extra = {}): Finding {
  return { status: 'not-assessed', message, evidence, ...extra };
}

export function notApplicable(message: string): Finding {
  return { status: 'not-applicable', message, evidence: [] };
}
