/** `-o FORMAT[=FILE]`: which reports to make and where each goes. */
import { FORMATS, isFormat } from '../report/formats.ts';
import type { Format } from '../report/formats.ts';
import { didYouMean } from '../text/suggest.ts';

export interface Output {
  readonly format: Format;
  /** undefined: standard output. */
  readonly file: string | undefined;
}

export type OutputsResult =
  { readonly ok: true; readonly outputs: readonly Output[] } | { readonly ok: false; readonly message: string };

/**
 * Reads the values of `-o` in order. `FORMAT=-` is standard output too. None given: a table on standard output.
 * Two reports on standard output, or in one file, would spoil each other and are refused.
 */
export function parseOutputs(values: readonly string[]): OutputsResult {
  if (values.length === 0) return { ok: true, outputs: [{ format: 'table', file: undefined }] };
  const outputs: Output[] = [];
  for (const value of values) {
    const equals = value.indexOf('=');
    const name = equals < 0 ? value : value.slice(0, equals);
    const file = equals < 0 ? '-' : value.slice(equals + 1);
    if (!isFormat(name)) {
      return fault(`unknown output format '${name}'.${didYouMean(name, FORMATS)} Formats: ${FORMATS.join(', ')}`);
    }
    if (file === '')
      return fault(`'-o ${value}' names no file: write -o ${name}=FILE, or -o ${name} for standard output`);
    const target = file === '-' ? undefined : file;
    if (outputs.some((output) => output.file === target)) {
      return fault(
        target === undefined
          ? `two reports on standard output: give one a file, as in -o ${name}=FILE`
          : `two reports in the file ${target}: give each its own`,
      );
    }
    outputs.push({ format: name, file: target });
  }
  return { ok: true, outputs };
}

function fault(message: string): OutputsResult {
  return { ok: false, message };
}
