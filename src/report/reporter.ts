/** What every output format is: a function from the report, and how it is to look, to text. */
import type { Report } from '../model/report.ts';

/** What a table is grouped by. */
export const GROUPINGS = ['path', 'benchmark', 'component'] as const;

export type Grouping = (typeof GROUPINGS)[number];

export interface ReportOptions {
  /** Columns that a line may take, for formats that people read. */
  readonly width: number;
  readonly colour: boolean;
  /** Only what needs somebody: rows at warn or worse; nothing when there is none. */
  readonly quiet: boolean;
  /** Passing checks, reasons and references too. */
  readonly verbose: boolean;
  /** Rows as long as what they say, whatever the width. */
  readonly wide?: boolean;
  /** Left out: by path. Tables alone follow it. */
  readonly groupBy?: Grouping;
}

/** @returns the whole text, ending in a newline, or an empty one when there is nothing to say. */
export type Reporter = (report: Report, options: ReportOptions) => string | Promise<string>;
