/** What the operator decided, from options and from the configuration file: the same for every command that judges. */
import type { Profile } from '../model/benchmark.ts';
import type { Span, Thresholds, Window } from '../model/thresholds.ts';
import type { Baseline, Decisions } from '../model/waiver.ts';
import { readTextFile } from '../source/text-file.ts';
import { parseSpan } from '../text/duration.ts';
import { windowFault } from '../run/config-windows.ts';
import { CONFIG_FILE, MAX_CONFIG_BYTES, NO_CONFIG, parseToolConfig } from '../run/tool-config.ts';
import type { ToolConfig } from '../run/tool-config.ts';
import { askedOn } from '../run/config-decisions.ts';
import type { KnownNames } from '../run/config-decisions.ts';
import { CommandError, UsageError } from './command-error.ts';
import type { WindowFlags } from './flags.ts';

/**
 * The windows that hold (an option, else the configuration file, else the default), what is waived, and what is asked.
 * @throws UsageError for options that make no sense, CommandError for a file that cannot be used
 */
export async function decisionsOf(
  flags: WindowFlags & { readonly baseline?: string; readonly profile?: Profile },
): Promise<{ readonly thresholds: Thresholds; readonly decisions: Decisions; readonly profile: Profile }> {
  const { thresholds, decisions, profile } = await configOf(flags.config);
  return {
    thresholds: {
      leaf: windowOf(thresholds.leaf, flags.warnBefore, flags.failBefore, ''),
      authority: windowOf(thresholds.authority, flags.caWarnBefore, flags.caFailBefore, 'ca-'),
      overrides: thresholds.overrides,
    },
    profile: flags.profile ?? profile,
    decisions: flags.baseline === undefined ? decisions : { ...decisions, baseline: await baselineOf(flags.baseline) },
  };
}

/** A report of a hundred nodes; what is larger is none. */
const MAX_BASELINE_BYTES = 64 * 1024 * 1024;

async function baselineOf(file: string): Promise<Baseline> {
  const read = readTextFile(file, MAX_BASELINE_BYTES);
  if (!read.ok) throw new CommandError(`the baseline ${file} ${read.message}.`);
  const { parseBaseline } = await import('../run/baseline.ts');
  const result = parseBaseline(read.text, file);
  if (!result.ok) throw new CommandError(`the baseline ${file} ${result.message}.`);
  return result.baseline;
}

/** What `--config` names, or the file that lies in the working directory. */
async function configOf(named: string | undefined): Promise<ToolConfig> {
  const file = named ?? CONFIG_FILE;
  const read = readTextFile(file, MAX_CONFIG_BYTES);
  if (!read.ok) {
    if (named === undefined && read.absent) return NO_CONFIG;
    throw new CommandError(`the configuration file ${file} ${read.message}.`);
  }
  const result = await parseToolConfig(read.text, file, knownNames);
  if (!result.ok)
    throw new CommandError(
      'the configuration file cannot be used:',
      result.faults.map((fault) => `  ${fault}`),
    );
  return result.config;
}

async function knownNames(): Promise<KnownNames> {
  const { controlNames } = await import('../../checks/benchmarks/index.ts');
  const { PATHS } = await import('../../checks/index.ts');
  return { checks: askedOn(PATHS), controls: controlNames() };
}

function windowOf(
  otherwise: Window,
  warnBefore: string | undefined,
  failBefore: string | undefined,
  prefix: string,
): Window {
  const window = {
    warnBefore: spanOf(`--${prefix}warn-before`, warnBefore) ?? otherwise.warnBefore,
    failBefore: spanOf(`--${prefix}fail-before`, failBefore) ?? otherwise.failBefore,
  };
  const fault = windowFault(window);
  if (fault === undefined) return window;
  throw new UsageError(`--${prefix}warn-before and --${prefix}fail-before: ${fault}`);
}

function spanOf(option: string, text: string | undefined): Span | undefined {
  if (text === undefined) return undefined;
  const result = parseSpan(text);
  if (!result.ok) throw new UsageError(`${option} '${text}': ${result.message}`);
  return result.span;
}
