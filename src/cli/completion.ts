/** Completion of commands, options and ids for shells, written out of the tree of commands. */
import type { Command, Option } from 'commander';
import { PATH_IDS } from '../model/path.ts';
import { SHELLS } from './flags.ts';
import type { Shell } from './flags.ts';

/** A command as a shell needs it. */
interface Node {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly OptionNode[];
  /** What its first argument may be; empty: files. */
  readonly words: readonly string[];
}

interface OptionNode {
  readonly flags: readonly string[];
  readonly summary: string;
  readonly takesValue: boolean;
  /** What the value may be; empty: files. */
  readonly values: readonly string[];
}

/** What only the program knows of values and arguments. */
export interface KnownWords {
  readonly checks: readonly string[];
  readonly formats: Readonly<Record<string, readonly string[]>>;
}

/**
 * The script for a shell.
 * @param program the whole tree
 */
export function completionScript(shell: Shell, program: Command, known: KnownWords): string {
  const commands = program.commands.map((command) => nodeOf(command, known));
  switch (shell) {
    case 'bash':
      return bash(commands);
    case 'zsh':
      return `#compdef kubetls\nautoload -U +X bashcompinit && bashcompinit\n${bash(commands)}`;
    case 'fish':
      return fish(commands);
  }
}

function nodeOf(command: Command, known: KnownWords): Node {
  const name = command.name();
  const words =
    name === 'explain'
      ? [...PATH_IDS, ...known.checks]
      : name === 'list'
        ? ['paths', 'checks']
        : name === 'completion'
          ? SHELLS
          : [];
  return {
    name,
    summary: command.summary(),
    words,
    options: command
      .createHelp()
      .visibleOptions(command)
      .map((option) => optionOf(option, name, known)),
  };
}

function optionOf(option: Option, command: string, known: KnownWords): OptionNode {
  const flags = [option.short, option.long].filter((flag) => flag !== undefined);
  const values =
    option.long === '--path'
      ? PATH_IDS
      : option.long === '--check'
        ? known.checks
        : option.long === '--output'
          ? (known.formats[command] ?? option.argChoices ?? [])
          : (option.argChoices ?? []);
  return { flags, summary: option.description, takesValue: option.required || option.optional, values };
}

function bash(commands: readonly Node[]): string {
  const cases = commands.map((node) => {
    const values = node.options
      .filter(({ takesValue }) => takesValue)
      .map(({ flags, values: words }) => {
        const answer = words.length === 0 ? '_kubetls_files' : `_kubetls_words ${quote(words.join(' '))}`;
        return `        ${flags.join('|')}) ${answer}; return ;;`;
      });
    const flags = node.options.flatMap((option) => option.flags).join(' ');
    return [
      `    ${node.name})`,
      '      case "$previous" in',
      ...values,
      '      esac',
      `      if [[ $current == -* ]]; then _kubetls_words ${quote(flags)}; else ${node.words.length === 0 ? '_kubetls_files' : `_kubetls_words ${quote(node.words.join(' '))}`}; fi`,
      '      ;;',
    ].join('\n');
  });
  const names = commands.map(({ name }) => name);
  return `_kubetls_words() { COMPREPLY=($(compgen -W "$1" -- "$current")); }
_kubetls_files() { COMPREPLY=($(compgen -f -- "$current")); compopt -o filenames 2>/dev/null; }
_kubetls() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command=check word index
  COMPREPLY=()
  if [[ $COMP_CWORD -eq 1 && $current != -* ]]; then
    _kubetls_files
    COMPREPLY+=($(compgen -W ${quote(names.join(' '))} -- "$current"))
    return
  fi
  for word in ${names.join(' ')}; do [[ \${COMP_WORDS[1]} == "$word" ]] && command=$word; done
  case "$command" in
${cases.join('\n')}
  esac
}
complete -F _kubetls kubetls
`;
}

function fish(commands: readonly Node[]): string {
  const names = commands.map(({ name }) => name).join(' ');
  const lines = [
    ...commands.map(
      ({ name, summary }) =>
        `complete -c kubetls -n "not __fish_seen_subcommand_from ${names}" -a ${name} -d ${quote(summary)}`,
    ),
    ...commands.flatMap(({ name, options, words }) => {
      const seen =
        name === 'check'
          ? `not __fish_seen_subcommand_from ${names.replace('check ', '')}`
          : `__fish_seen_subcommand_from ${name}`;
      return [
        ...(words.length === 0 ? [] : [`complete -c kubetls -n "${seen}" -f -a ${quote(words.join(' '))}`]),
        ...options.map(({ flags, summary, takesValue, values }) => {
          const written = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
          const value = !takesValue ? '' : values.length === 0 ? ' -r' : ` -x -a ${quote(values.join(' '))}`;
          return `complete -c kubetls -n "${seen}" ${written.join(' ')}${value} -d ${quote(summary)}`;
        }),
      ];
    }),
  ];
  return `${lines.join('\n')}\n`;
}

/** A word for any of the shells. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'"'"'`)}'`;
}
