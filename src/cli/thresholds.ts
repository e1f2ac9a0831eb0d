/** Windows from options and from the configuration file: the same for every command that judges dates. */
import type { Span, Thresholds, Window } from '../model/thresholds.ts';
import { readTextFile } from '../source/text-file.ts';
import { parseSpan } from '../text/duration.ts';
import { CONFIG_FILE, MAX_CONFIG_BYTES, NO_CONFIG, parseToolConfig, windowFault } from '../run/tool-config.ts';
import type { ToolConfig } from '../run/tool-config.ts';
import { CommandError, UsageError } from './command-error.ts';
import type { WindowFlags } from './flags.ts';

/**
 * The windows that hold: an option, else the configuration file, else the default.
 * @throws UsageError for options that make no sense, CommandError for a file that cannot be used
 */
export function thresholdsOf(flags: WindowFlags): Thresholds {
  const { thresholds } = configOf(flags.config);
  return {
    leaf: windowOf(thresholds.leaf, flags.warnBefore, flags.failBefore, ''),
    authority: windowOf(thresholds.authority, flags.caWarnBefore, flags.caFailBefore, 'ca-'),
    overrides: thresholds.overrides,
  };
}

/** What `--config` names, or the file that lies in the working directory. */
function configOf(named: string | undefined): ToolConfig {
  const file = named ?? CONFIG_FILE;
  const read = readTextFile(file, MAX_CONFIG_BYTES);
  if (!read.ok) {
    if (named === undefined && read.absent) return NO_CONFIG;
    throw new CommandError(`the configuration file ${file} ${read.message}.`);
  }
  const result = parseToolConfig(read.text, file);
  if (!result.ok) throw new CommandError(`the configuration file cannot be used:\n  ${result.faults.join('\n  ')}`);
  return result.config;
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
