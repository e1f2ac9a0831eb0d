/** What was waived, and waivers that are at fault, for people. */
import type { Report } from '../model/report.ts';
import { wrap } from '../text/width.ts';
import { groupFindings } from './findings.ts';
import type { Painter } from './style.ts';
import { oneLine, positionText } from './words.ts';

const INDENT = 6;

type ReportWaiver = Report['waivers'][number];

/** Each waived finding by its id and reason, the faulty waivers, and how much the baseline had. */
export function waiverBlock(report: Report, width: number, paint: Painter): string[] {
  const waived = groupFindings(report.paths, ({ waiver }) => waiver?.kind === 'waiver');
  const known = groupFindings(report.paths, ({ waiver }) => waiver?.kind === 'baseline');
  const lines = [
    ...waived.flatMap(({ check, places }) =>
      indented(
        `${check.status.toUpperCase()} ${oneLine(check.id)} on ${places.map(({ id }) => id).join(', ')}, until ${(check.waiver?.until ?? '').slice(0, 10)}: ${oneLine(check.waiver?.reason ?? '')}`,
        width,
      ),
    ),
    ...(known.length === 0
      ? []
      : indented(
          `${known.length} ${known.length === 1 ? 'finding is' : 'findings are'} not shown, ${oneLine(known[0]?.check.waiver?.reason ?? '')}.`,
          width,
        )),
  ];
  const faults = waiverFaults(report, width, paint);
  return [...(lines.length === 0 ? [] : [paint.bold('Waived'), ...lines]), ...faults];
}

/** Waivers that have ended, and those that waive nothing. */
export function waiverFaults(report: Report, width: number, paint: Painter): string[] {
  return waiverFaultTexts(report).flatMap((text) =>
    wrap(text, width - INDENT).map((line, index) =>
      index === 0 ? `${paint.status('warn')}  ${line}` : `${' '.repeat(INDENT)}${line}`,
    ),
  );
}

/** The same, a sentence each. */
export function waiverFaultTexts({ waivers }: Report): string[] {
  return waivers.flatMap((one) => waiverFault(one) ?? []);
}

/** What is wrong with a waiver: it has ended, or it waives nothing. Undefined where it is as it should be. */
export function waiverFault({
  check,
  control,
  state,
  until,
  reason,
  findings,
  position,
}: ReportWaiver): string | undefined {
  const where = positionText(position);
  const what = oneLine(check ?? control ?? '');
  const again = control !== null ? 'it counts' : findings === 1 ? 'the finding counts' : `${findings} findings count`;
  switch (state) {
    case 'expired':
      return `${where}: the waiver of ${what} ended on ${until.slice(0, 10)} (${oneLine(reason)}), and ${again} again: mend it, or decide anew.`;
    case 'unused':
      return `${where}: the waiver of ${what} met ${control === null ? 'no finding' : 'nothing that is not written'}: remove it, or it hides the next one.`;
    case 'used':
    case 'not-judged':
      return undefined;
  }
}

function indented(text: string, width: number): string[] {
  return wrap(text, width - INDENT).map((line, index) => `${' '.repeat(index === 0 ? 2 : INDENT)}${line}`);
}
