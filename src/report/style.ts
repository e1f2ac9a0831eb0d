/** Words and colours of verdicts: the word says it, the colour helps. */
import { styleText } from 'node:util';
import type { Status } from '../model/status.ts';

/** The word for a verdict, in every format that people read. */
export const STATUS_WORDS: Readonly<Record<Status, string>> = {
  pass: 'PASS',
  warn: 'WARN',
  fail: 'FAIL',
  'not-assessed': 'NOT ASSESSED',
  'not-applicable': 'NOT APPLICABLE',
};

type Format = Parameters<typeof styleText>[0];

const STATUS_FORMATS: Readonly<Record<Status, Format>> = {
  pass: 'green',
  warn: 'yellow',
  fail: ['bold', 'red'],
  'not-assessed': 'cyan',
  'not-applicable': 'dim',
};

export interface Painter {
  /** The status word. */
  readonly status: (status: Status) => string;
  /** Any text in the colour of a status. */
  readonly as: (status: Status, text: string) => string;
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
}

/** Paints, or leaves text as it is. Whether to paint was decided from options and environment; see cli/colour.ts. */
export function painter(colour: boolean): Painter {
  // styleText would otherwise ask NO_COLOR and standard output again, which may not be where the text goes.
  const paint = (format: Format, text: string): string =>
    colour ? styleText(format, text, { validateStream: false }) : text;
  return {
    status: (status) => paint(STATUS_FORMATS[status], STATUS_WORDS[status]),
    as: (status, text) => paint(STATUS_FORMATS[status], text),
    bold: (text) => paint('bold', text),
    dim: (text) => paint('dim', text),
  };
}
