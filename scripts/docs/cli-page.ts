/** docs/cli.md: the command line, in the program's own words. */
import { EXIT } from '../../src/cli/exit-status.ts';
import { COMMAND_NAMES } from '../../src/cli/flags.ts';
import { code, fenced, generatedFrom, page, table } from './markdown.ts';
import { run } from './terminal.ts';

const EXIT_MEANING: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'Nothing at warn or above. Rows that are not assessed do not count: the last line of the report counts them.',
  warn: 'Warnings.',
  fail: 'At least one failure.',
  couldNot:
    'It could not do its work: wrong usage, an input that cannot be opened, nothing of Kubernetes in it, a part of the input that cannot be read (unless a failure was found all the same), a report that cannot be written, a bug.',
};

export async function cliPage(): Promise<string> {
  const commands = COMMAND_NAMES.filter((name) => name !== 'help');
  const sections = await Promise.all(
    commands.map(async (name) => [`## kubetls ${name}`, fenced((await run([name, '--help'])).stdout)]),
  );
  return page([
    generatedFrom('src/cli/'),
    '# Command line',
    fenced((await run(['--help'])).stdout),
    ...sections.flat(),
    '## Exit status',
    'The same in every output format. It follows the table of Nagios plug-ins.',
    table(
      ['Status', 'Meaning'],
      (Object.keys(EXIT) as (keyof typeof EXIT)[]).map((key) => [code(String(EXIT[key])), EXIT_MEANING[key]]),
    ),
    '`--fail-on fail` gives 0 for warnings. `--fail-on never` gives 0 for every verdict. 3 stays 3.',
    '## Values',
    table(
      ['Value', 'Written as'],
      [
        ['date', '`2028-01-01` (midnight UTC), `2028-01-01T12:00:00Z`, `2028-01-01T12:00:00+02:00`, or a distance from now: `+90d`, `-12h`'],
        ['duration', '`30d`, `12h`, `1h30m`, `2w`: the units of Go, and `d` (24 hours) and `w`'],
        ['version', '`1.34`, `v1.34.2`'],
        ['format[=file]', '`json`, `json=report.json`, `table=-` (standard output)'],
      ],
    ),
    '`--profile` and `--group-by benchmark` follow documents whose controls are in [report.schema.json](report.schema.json) under `benchmark`. `not-compliant` is a warning at least, so that the exit status is 1 where no row failed; `compliant-by-default` is none.',
    '`--warn-before` and `--fail-before` are the windows of certificates. Those of CAs are fixed: 365 days and 90 days.',
    'A report that goes to a file is written under a temporary name beside it and renamed, so that a reader never sees half of it.',
    '## Environment',
    table(
      ['Variable', 'Effect'],
      [
        ['`NO_COLOR`', 'any value but an empty one: no colour'],
        ['`FORCE_COLOR`', 'colour, also without a terminal; `0` and `false`: no colour. Beats `NO_COLOR`; `--color` beats both'],
        ['`TERM=dumb`', 'no colour'],
        ['`COLUMNS`', 'width of the table; otherwise that of the terminal, or 120'],
        ['`KUBETLS_DEBUG=1`', 'adds the stack trace to the message of an internal error'],
      ],
    ),
    '## JSON',
    'The report of `check -o json` follows [report.schema.json](report.schema.json), that of `settings -o json` [settings.schema.json](settings.schema.json), that of `certs -o json` [certs.schema.json](certs.schema.json), that of `ports -o json` [ports.schema.json](ports.schema.json). `schemaVersion` changes only when a field is removed or changes meaning. The same input and the same `--at` give the same bytes.',
  ]);
}
