/** Commands and options: what `--help` says and what each action gets. */
import { Argument, Command, CommanderError, Option } from 'commander';
import { PROFILES } from '../model/benchmark.ts';
import { GROUPINGS } from '../report/reporter.ts';
import { TOOL } from '../text/tool.ts';
import { CommandError, UsageError } from './command-error.ts';
import { COLOUR_CHOICES } from './colour.ts';
import type { KnownWords } from './completion.ts';
import { FIREWALLS } from '../report/ports-formats.ts';
import { EXIT, FAIL_ON } from './exit-status.ts';
import type { ExitStatus } from './exit-status.ts';
import { SHELLS } from './flags.ts';
import type {
  CertsFlags,
  CheckFlags,
  ExpiryFlags,
  ExplainFlags,
  ListFlags,
  PortsFlags,
  SettingsFlags,
  Shell,
  TimelineFlags,
} from './flags.ts';
import type { IO } from './io.ts';

const EPILOGUE = `
Examples:
  kubetls                                check this host (default command)
  kubetls backup.tar.gz                  check a backup: an archive, a node's root, a copy of /etc/kubernetes
  kubetls check --at +90d --quiet        what will be wrong in 90 days, silent when nothing is
  kubetls -o table -o json=report.json   two reports of one run
  kubetls expiry --quiet                 from cron: silent while all is well
  kubetls check --profile cis            what the CIS Benchmark asks too; --group-by benchmark shows each control
  kubetls timeline                       what breaks when, and what renewing would move
  kubetls certs tls.crt tls.key          what a certificate is for, what it fits, where this node uses it
  kubetls settings --no-defaults         what is configured, where, and what it overrides
  kubetls ports --firewall nftables      what listens, as rules that admit who has to reach it
  kubetls explain apiserver-to-etcd      what a row means and how it is judged

Options of a command: kubetls check --help

Exit status: 0 nothing at warn or above, 1 warnings, 2 at least one failure, 3 could not do its work`;

/**
 * Parses the arguments and runs the command they name.
 * @returns its exit status; help gives 0, usage errors are printed and give 3
 */
export async function runProgram(argv: readonly string[], io: IO): Promise<ExitStatus> {
  let status: ExitStatus = EXIT.ok;
  const program = buildProgram(io, (result) => {
    status = result;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return status;
  } catch (error) {
    // Commander has printed what it threw for, help or usage error.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.couldNot;
    if (!(error instanceof CommandError)) throw error;
    io.stderr.write(`${error.message}\n`);
    return EXIT.couldNot;
  }
}

/**
 * The tree of commands.
 * @param done gets the exit status of the command that ran
 */
export function buildProgram(io: IO, done: (status: ExitStatus) => void): Command {
  const program = new Command('kubetls')
    .description(
      'Checks the TLS configuration of a Kubernetes control plane and reports one row per communication path.',
    )
    .version(TOOL.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .addHelpText('after', EPILOGUE)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => io.stdout.columns ?? 100,
      getErrHelpWidth: () => io.stderr.columns ?? 100,
      // Help is plain text on both streams.
      getOutHasColors: () => false,
      getErrHasColors: () => false,
      outputError: (text, write) => {
        write(usageError(text));
      },
    });

  inputOptions(
    windowOptions(
      program
        .command('check', { isDefault: true })
        .summary('rows per communication path (the default command)')
        .description(
          'Reports for every communication path whether it is encrypted, who verifies whom, and what breaks it when.',
        )
        .argument('[input...]', INPUT)
        .option(
          '-o, --output <format[=file]>',
          'table, wide (rows uncut), json, markdown, html, sarif, junit, nagios, prometheus, prometheus-x509, openreports or csv, to a file if named (repeatable)',
          append,
        ),
    )
      .option('--path <id>', 'only this row (repeatable; kubetls list paths)', append)
      .addOption(
        new Option(
          '--profile <name>',
          'what is asked: default (what is in force is safe), strict (and no weak default), cis or stig (and written as they ask)',
        ).choices(PROFILES),
      )
      .addOption(new Option('--group-by <what>', 'what the table is grouped by (default: path)').choices(GROUPINGS))
      .addOption(
        new Option(
          '--fix-plan',
          'print what flags and fields mend: diffs in order, each tried before it is told; changes nothing',
        ).conflicts(['output', 'quiet', 'verbose', 'groupBy']),
      )
      .option('--baseline <file>', 'report only what is new or worse than in this JSON report')
      .option('--check <id>', 'only this check (repeatable; kubetls list checks)', append)
      .addOption(failOnOption()),
  )
    .addOption(new Option('-q, --quiet', 'only rows at warn or worse; nothing when all is well').conflicts('verbose'))
    .option('-v, --verbose', 'passing checks, reasons and references too')
    .addOption(colorOption())
    .addOption(widthOption())
    .action(async (inputs: string[], flags: CheckFlags) => {
      done(await (await import('./check.ts')).check(inputs, flags, io));
    });

  inputOptions(
    windowOptions(
      program
        .command('expiry')
        .summary('when certificates end, for cron and monitoring')
        .description(
          'Lists every certificate in use with the paths that need it, when it ends and who renews it. Certificates that nothing uses never alarm.',
        )
        .argument('[input...]', INPUT)
        .option('-o, --output <format[=file]>', 'table or json, to a file if named (repeatable)', append),
    ).addOption(failOnOption()),
  )
    .option('-q, --quiet', 'a line for each problem, and nothing when all is well')
    .addOption(colorOption())
    .addOption(widthOption())
    .action(async (inputs: string[], flags: ExpiryFlags) => {
      done(await (await import('./expiry.ts')).expiry(inputs, flags, io));
    });

  inputOptions(
    program
      .command('timeline')
      .summary('what breaks when, and what renewing would move')
      .description(
        'Puts the ends of all certificates in order: what breaks with each, the first outage, until when a machine may stay switched off, and what renewing now would move.',
      )
      .argument('[input...]', INPUT)
      .option('-o, --output <format[=file]>', 'table, json or ics, to a file if named (repeatable)', append)
      .addOption(atOption()),
  )
    .addOption(colorOption())
    .addOption(widthOption())
    .action(async (inputs: string[], flags: TimelineFlags) => {
      done(await (await import('./timeline.ts')).timeline(inputs, flags, io));
    });

  program
    .command('certs')
    .summary('what certificates and keys are for, what they fit, where a node uses them')
    .description(
      'Explains each certificate and key in files: what it is for in Kubernetes, which of them belong together, what Go has against them, and where a node uses them.',
    )
    .argument('<file...>', 'PEM, DER, PKCS#12, kubeconfig, Secret or ConfigMap (YAML, JSON), or - for standard input')
    .option('-o, --output <format[=file]>', 'table or json, to a file if named (repeatable)', append)
    .addOption(atOption())
    .option(
      '--node <input>',
      'compare with the nodes in a directory or an archive (repeatable; default: this host, if it is a node)',
      append,
    )
    .option('--password-file <file>', 'its first line is the password of PKCS#12 files')
    .addOption(colorOption())
    .addOption(widthOption())
    .action(async (files: string[], flags: CertsFlags) => {
      done(await (await import('./certs.ts')).certs(files, flags, io));
    });

  inputOptions(
    program
      .command('settings')
      .summary('effective configuration per component, with the origin of each value')
      .description(
        'Shows the value in force of every setting that concerns TLS, authentication and authorization, where it comes from, and what it overrode.',
      )
      .argument('[input...]', INPUT)
      .option('-o, --output <format[=file]>', 'table or json, to a file if named (repeatable)', append)
      .option('--component <name>', 'only this component, as kube-apiserver (repeatable)', append)
      .option('--no-defaults', 'leave out what nobody wrote'),
  )
    .addOption(colorOption())
    .addOption(widthOption())
    .action(async (inputs: string[], flags: SettingsFlags) => {
      done(await (await import('./settings.ts')).settings(inputs, flags, io));
    });

  inputOptions(
    program
      .command('ports')
      .summary('what listens on a node, who has to reach it, and firewall rules that admit just that')
      .description(
        'Lists what the settings of each component and the network plugin make listen, and who has to reach it; prints a rule set, or compares one that is there. Exit status with --against: 1 something is open that should not be, 2 something is closed that must not be, 3 undecided.',
      )
      .argument('[input...]', INPUT)
      .option('-o, --output <format[=file]>', 'table or json, to a file if named (repeatable)', append)
      .option(
        '--cni <plugin>',
        'the network plugin: calico, cilium, flannel, antrea, weave or none (default: what the files or an export show)',
      )
      .addOption(
        new Option('--firewall <kind>', 'print rules that admit what has to be reached, for each node')
          .choices(FIREWALLS)
          .conflicts(['output', 'against', 'verbose']),
      )
      .option(
        '--against <file>',
        'compare with what iptables-save, nft list ruleset or ss -lntup printed; - for standard input',
      ),
  )
    .option('-v, --verbose', 'what each listener is for, the setting that opens it, and the source')
    .addOption(colorOption())
    .addOption(widthOption())
    .action(async (inputs: string[], flags: PortsFlags) => {
      done(await (await import('./ports.ts')).ports(inputs, flags, io));
    });

  program
    .command('explain')
    .summary('what a path or a check means, why, and how to fix it')
    .description('Explains a path or a check: what is examined, why it matters, how to fix it, and the sources.')
    .argument('[id]', 'id of a path or a check; none: an overview')
    .addOption(colorOption())
    .addOption(widthOption())
    .action(async (id: string | undefined, flags: ExplainFlags) => {
      (await import('./explain.ts')).explain(id, flags, io);
    });

  program
    .command('list')
    .summary('ids of the paths or the checks')
    .description('Lists the ids that --path, --check and explain take.')
    .argument('<what>', 'paths or checks')
    .addOption(new Option('-o, --output <format>', 'format').choices(['table', 'json']).default('table'))
    .action(async (what: string, flags: ListFlags) => {
      await (await import('./list.ts')).list(what, flags, io);
    });

  program
    .command('completion')
    .summary('completion for bash, zsh or fish')
    .description(
      'Prints a script that completes commands, options and ids: `source <(kubetls completion bash)`, or a file where the shell looks for such.',
    )
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .action(async (shell: Shell) => {
      const { completionScript } = await import('./completion.ts');
      io.stdout.write(completionScript(shell, program, await knownWords()));
    });

  return program;
}

/** Ids and formats that complete arguments; they are asked for here alone. */
async function knownWords(): Promise<KnownWords> {
  const [{ allChecks }, { FORMATS }, { EXPIRY_FORMATS }, { TIMELINE_FORMATS }, { SETTINGS_FORMATS }] =
    await Promise.all([
      import('../../checks/index.ts'),
      import('../report/formats.ts'),
      import('../report/expiry-formats.ts'),
      import('../report/timeline-formats.ts'),
      import('../report/settings-formats.ts'),
    ]);
  return {
    checks: [...allChecks().keys()],
    formats: { check: FORMATS, expiry: EXPIRY_FORMATS, timeline: TIMELINE_FORMATS, settings: SETTINGS_FORMATS },
  };
}

const INPUT = 'directory, tar or tar.gz archive, file, or - for standard input; none: this host';

/** The options that say for when, and what is near. */
function windowOptions(command: Command): Command {
  return command
    .addOption(atOption())
    .option(
      '--warn-before <span>',
      'warn when a certificate ends within a time, or a share of its life: 20% (default: 30d)',
    )
    .option('--fail-before <span>', 'fail when a certificate ends within (default: 7d)')
    .option('--ca-warn-before <span>', 'the same for CAs (default: 365d)')
    .option('--ca-fail-before <span>', 'the same for CAs (default: 90d)')
    .option('--config <file>', 'configuration file (default: .kubetls.yaml in the working directory, if there)');
}

/** The options that say what to read. */
function inputOptions(command: Command): Command {
  return command
    .option(
      '--kubernetes-version <version>',
      'judge as this version, whatever the input says: 1.37 shows what an upgrade would change',
    )
    .option('--manifests <dir>', 'the static pod manifests, where the input does not show which they are')
    .option('--pki <dir>', 'the folder that is /etc/kubernetes/pki on the node')
    .option('--kubelet-config <file>', 'the file that is /var/lib/kubelet/config.yaml on the node')
    .option('--flags <component=file>', 'a file with the flags of a component (repeatable)', append);
}

function atOption(): Option {
  return new Option('--at <date>', 'judge for this moment: 2028-01-01, 2028-01-01T12:00:00Z, +90d (default: now)');
}

function failOnOption(): Option {
  return new Option('--fail-on <verdict>', 'from which verdict on the exit status is not 0')
    .choices(FAIL_ON)
    .default('warn');
}

function colorOption(): Option {
  return new Option('--color <when>', 'colour the words PASS, WARN, FAIL').choices(COLOUR_CHOICES).default('auto');
}

function widthOption(): Option {
  return new Option('--width <columns>', 'columns of the table').hideHelp();
}

function append(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

/** Commander's own words in the form of every other message: who speaks, what is wrong, what to do. */
function usageError(text: string): string {
  const message = text
    .trim()
    .replace(/^error: /, '')
    .replaceAll(/\s*\n\s*/g, ' ');
  return `${new UsageError(message).message}\n`;
}
