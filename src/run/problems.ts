/** Faults of the input, as the report lists them. */
import type { AssembledNode } from '../assemble/node.ts';
import type { ReportProblem } from '../model/report.ts';
import type { Source } from '../source/source.ts';

/** @param incomplete whether something that is there was not judged because of it */
export function problem(
  code: string,
  subject: string,
  message: string,
  incomplete: boolean,
  at: { readonly file?: string; readonly line?: number } = {},
): ReportProblem {
  return { code, subject, message, file: at.file ?? null, line: at.line ?? null, incomplete };
}

/** What leaves a part of an input unread. */
const LOSSES: ReadonlySet<Source['problems'][number]['code']> = new Set([
  'truncated-archive',
  'limit-reached',
  'permission-denied',
  'read-error',
]);

/** A problem of reading an input. */
export function sourceProblem(source: Source, one: Source['problems'][number]): ReportProblem {
  return problem(one.code, one.subject || source.name, one.message, LOSSES.has(one.code));
}

/** Problems of what a node's files say. */
export function nodeProblems(assembled: AssembledNode): readonly ReportProblem[] {
  return [...assembled.problems.map(discoveryProblem), ...forbidden(assembled)];
}

/** A problem of discovery. */
export function discoveryProblem(one: AssembledNode['problems'][number]): ReportProblem {
  return problem(one.code, one.subject, one.message, leavesUnjudged(one.code), one);
}

/** Whether a problem of discovery means that something which is there was not judged. */
function leavesUnjudged(code: AssembledNode['problems'][number]['code']): boolean {
  return code === 'unreadable-file' || code === 'unparsable-manifest' || code === 'limit-reached';
}

/** Files that are there and may not be read: without them half of the rows say nothing. */
function forbidden({ variants }: AssembledNode): readonly ReportProblem[] {
  const files = [...(variants.at(-1)?.node.files.values() ?? [])];
  return files.flatMap((file) =>
    file.state === 'unavailable' && file.reason === 'permission-denied'
      ? [problem('permission-denied', file.path, `${file.message}; run as root to read it`, true, { file: file.path })]
      : [],
  );
}

/** The same problem, met twice, is one. */
export function unique(problems: readonly ReportProblem[]): readonly ReportProblem[] {
  return [...new Map(problems.map((one) => [JSON.stringify(one), one])).values()];
}
