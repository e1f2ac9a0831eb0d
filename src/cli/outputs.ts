/** `-o FORMAT[=FILE]`: which reports to make and where each goes. */
import { didYouMean } from '../text/suggest.ts';

export interface Output<F extends string> {
  readonly format: F;
  /** undefined: standard output. */
  readonly file: string | undefined;
}

export type OutputsResult<F extends string> = { readonly ok: true; readonly outputs: readonly Output<F>[] } | Fault;

interface Fault {
  readonly ok: false;
  readonly message: string;
}

/**
 * Reads the values of `-o` in order. `FORMAT=-` is standard output too. None given: a table on standard output.
 * Two reports on standard output, or in one file, would spoil each other and are refused.
 * @param formats what the command can make
 */
export function parseOutputs<F extends string>(
  values: readonly string[],
  formats: readonly (F | 'table')[],
): OutputsResult<F | 'table'> {
  if (values.length === 0) return { ok: true, outputs: [{ format: 'table', file: undefined }] };
  const outputs: Output<F | 'table'>[] = [];
  for (const value of values) {
    const equals = value.indexOf('=');
    const name = equals < 0 ? value : value.slice(0, equals);
    const file = equals < 0 ? '-' : value.slice(equals + 1);
    const format = formats.find((known) => known === name);
    if (format === undefined) {
      return fault(`unknown output format '${name}'.${didYouMean(name, formats)} Formats: ${formats.join(', ')}`);
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
    outputs.push({ format, file: target });
  }
  return { ok: true, outputs };
}

function fault(message: string): Fault {
  return { ok: false, message };
}
