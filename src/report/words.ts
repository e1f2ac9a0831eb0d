/** Facts of the report as short text for people, sanitised. */
import { DISTRIBUTION_TITLES } from '../model/distribution.ts';
import type { DistributionId } from '../model/distribution.ts';
import type { Evidence } from '../model/path.ts';
import type { ReportCheck, ReportPath, ReportProblem } from '../model/report.ts';
import type { SettingValue } from '../model/setting.ts';
import type { Answer } from '../model/status.ts';
import { sanitise } from '../text/sanitise.ts';

/** A value longer than this says nothing more on a terminal; the JSON report has it whole. */
const MAX_VALUE = 300;

/** Longest text of one message or fix; what is longer came out of a hostile file. */
const MAX_TEXT = 4000;

/** One paragraph: whatever the text holds, it stays on its lines. */
export function oneLine(text: string, maxLength = MAX_TEXT): string {
  return sanitise(text, maxLength);
}

/** Paragraphs as their author broke them, each made safe. */
export function paragraphs(text: string): string[] {
  return text
    .slice(0, MAX_TEXT)
    .split('\n')
    .map((line) => sanitise(line));
}

/**
 * A setting's value as the flag would be written.
 * @param maxLength what is longer is cut and marked
 */
export function valueText(value: SettingValue, maxLength = MAX_VALUE): string {
  if (value === null) return 'not set';
  if (value === '') return '""';
  if (typeof value !== 'object') return sanitise(String(value), maxLength);
  const list = Array.isArray(value)
    ? (value as readonly (string | number)[])
    : Object.entries(value).map((e) => e.join('='));
  return list.length === 0 ? 'empty' : sanitise(list.join(','), maxLength);
}

/** `file:line`, or the file, or nothing. */
export function positionText({ file, line }: { readonly file?: string | null; readonly line?: number | null }): string {
  if (file === undefined || file === null) return '';
  const name = sanitise(file, MAX_VALUE);
  return typeof line === 'number' ? `${name}:${line}` : name;
}

/** What is wrong with the input, and where. */
export function problemText(problem: ReportProblem): string {
  const position = positionText(problem);
  const subject = oneLine(problem.subject);
  const where = position === '' ? subject : problem.file === problem.subject ? position : `${subject} (${position})`;
  return `${where}: ${oneLine(problem.message)}`;
}

/**
 * A finding in a few words. A check's title says what is true when it passes, so it is the message that tells what is
 * wrong.
 */
export function headlineText({ headline, message }: Pick<ReportCheck, 'headline' | 'message'>): string {
  return oneLine(headline ?? message.split(/[.;:](?:\s|$)/, 1)[0] ?? message, 120);
}

/** `kube-apiserver --anonymous-auth = true (flag)`. */
export function settingText(evidence: Evidence): string {
  const owner = evidence.component === undefined ? '' : `${evidence.component} `;
  return `${owner}${sanitise(evidence.setting, MAX_VALUE)} = ${valueText(evidence.value)} (${evidence.origin})`;
}

const ANSWERS: Readonly<Record<Answer, string>> = { yes: 'yes', no: 'no', unknown: '?', 'n/a': '-' };

/** An answer, short enough for a narrow column. */
export function answerText(answer: Answer): string {
  return ANSWERS[answer];
}

/** The lowest TLS version, short. */
export function tlsText(version: ReportPath['minTLSVersion']): string {
  return version === 'unknown' || version === 'n/a' ? ANSWERS[version] : version;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export interface ExpiryText {
  /** `2027-11-21 365d kubelet`: day, what is left, who renews it when nobody has to. */
  readonly full: string;
  /** `365d`. */
  readonly short: string;
}

/** The first expiry of a row, seen from the moment of the report. */
export function expiryText(
  expiry: Pick<NonNullable<ReportPath['firstExpiry']>, 'notAfter' | 'rotation'> | null,
  evaluatedAt: string,
): ExpiryText {
  if (expiry === null) return { full: '-', short: '-' };
  const left = Date.parse(expiry.notAfter) - Date.parse(evaluatedAt);
  if (Number.isNaN(left)) return { full: '?', short: '?' };
  const short = remainingText(left);
  const by = expiry.rotation === 'manual' ? '' : ` ${expiry.rotation}`;
  return { full: `${expiry.notAfter.slice(0, 10)} ${short}${by}`, short };
}

function remainingText(milliseconds: number): string {
  if (milliseconds < 0) return 'expired';
  if (milliseconds < 2 * DAY) return `${Math.floor(milliseconds / HOUR)}h`;
  return `${Math.floor(milliseconds / DAY)}d`;
}

/** A node's name, version and distribution: `cp-1: Kubernetes 1.36.1 (kubeadm)`. */
export function nodeTitle(
  name: string,
  node: { readonly kubernetesVersion: string | null; readonly distribution: DistributionId | null } | undefined,
): string {
  const version = node?.kubernetesVersion ?? null;
  const distribution = node?.distribution ?? null;
  const shown = `${oneLine(name)}: Kubernetes ${version === null ? 'version unknown' : oneLine(version)}`;
  return distribution === null ? shown : `${shown} (${DISTRIBUTION_TITLES[distribution]})`;
}
