/** The manual page, out of the tree of commands; source: man-pages(7), groff_man(7). */
import type { Command } from 'commander';
import { buildProgram } from '../../src/cli/program.ts';
import { TOOL } from '../../src/text/tool.ts';

/** docs/kubetls.1. */
export function manPage(): string {
  const silent = { write: () => undefined };
  const program = buildProgram(
    { stdout: silent, stderr: silent, stdin: nothing(), env: {}, now: () => new Date(0) },
    () => undefined,
  );
  return [
    `.TH KUBETLS 1 "" "kubetls ${TOOL.version}" "User Commands"`,
    '.SH NAME',
    `kubetls \\- ${text(lowered(program.description()))}`,
    '.SH SYNOPSIS',
    program.commands.map((command) => `.B kubetls ${text(command.name())}\n${text(command.usage())}`).join('\n.br\n'),
    '.SH DESCRIPTION',
    text(
      'kubetls reads the files of a control-plane node, or a backup of them, and reports what is true of each communication path. It changes nothing and opens no connection. Without a command it checks; without an input it reads this machine.',
    ),
    '.SH COMMANDS',
    ...program.commands.flatMap(commandLines),
    '.SH EXIT STATUS',
    ...(
      [
        ['0', 'nothing at warn or above'],
        ['1', 'warnings'],
        ['2', 'at least one failure'],
        ['3', 'it could not do its work'],
      ] as const
    ).flatMap(([status, meaning]) => ['.TP', status, text(meaning)]),
    '.SH FILES',
    '.TP',
    '.I .kubetls.yaml',
    text('windows before the end of certificates, waivers and severities, in the working directory; --config names another'),
    '.SH SEE ALSO',
    '.BR kubeadm (1),\n.BR kubectl (1),\n.BR openssl (1)',
    '',
  ].join('\n');
}

function commandLines(command: Command): string[] {
  const help = command.createHelp();
  return [
    `.SS ${text(command.name())}`,
    text(command.description() || command.summary()),
    ...help.visibleArguments(command).flatMap((one) => ['.TP', `.I ${text(one.name())}`, text(one.description)]),
    ...help
      .visibleOptions(command)
      .filter(({ long }) => long !== '--help')
      .flatMap((option) => ['.TP', `.B ${text(option.flags)}`, text(help.optionDescription(option))]),
  ];
}

/** What troff would take for a request or an escape is none. */
function text(words: string): string {
  return words.replaceAll('\\', '\\e').replaceAll('-', '\\-').replace(/^([.'])/, '\\&$1');
}

function lowered(sentence: string): string {
  return sentence.replace(/^[A-Z]/, (letter) => letter.toLowerCase()).replace(/\.$/, '');
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  // Nothing is run.
}
