/** The program's own configuration file, `.kubetls.yaml`; its schema is docs/config.schema.json. */
import type { Profile } from '../model/benchmark.ts';
import type { Thresholds } from '../model/thresholds.ts';
import { NO_DECISIONS } from '../model/waiver.ts';
import type { Decisions } from '../model/waiver.ts';
import { readYaml } from '../text/yaml.ts';
import { readProfile, readSeverities, readWaivers } from './config-decisions.ts';
import type { KnownNames } from './config-decisions.ts';
import { ConfigReader } from './config-reader.ts';
import { readWindows } from './config-windows.ts';
import { DEFAULT_THRESHOLDS } from './thresholds.ts';

/** What is read when no file is named, from the working directory. */
export const CONFIG_FILE = '.kubetls.yaml';

export const MAX_CONFIG_BYTES = 256 * 1024;

export interface ToolConfig {
  readonly thresholds: Thresholds;
  readonly decisions: Decisions;
  readonly profile: Profile;
}

const NO_NAMES: KnownNames = { checks: new Map(), controls: new Set() };

export const NO_CONFIG: ToolConfig = { thresholds: DEFAULT_THRESHOLDS, decisions: NO_DECISIONS, profile: 'default' };

export type ToolConfigResult =
  | { readonly ok: true; readonly config: ToolConfig }
  /** Each names the file and the line, says what is wrong and what was expected. */
  | { readonly ok: false; readonly faults: readonly string[] };

/**
 * Reads the text of a configuration file. A key that is not known is a fault: a window that nobody reads is an alarm
 * that never comes.
 * @param file its name, for messages
 * @param names the checks and controls that there are; asked for only where the file names some
 */
export async function parseToolConfig(
  text: string,
  file: string,
  names: () => Promise<KnownNames>,
): Promise<ToolConfigResult> {
  const yaml = readYaml(text);
  const broken = yaml.ok ? yaml.broken : yaml;
  if (!yaml.ok || broken !== undefined) {
    const at = broken?.line === undefined ? file : `${file}:${broken.line}`;
    return { ok: false, faults: [`${at}: not YAML: ${broken?.message ?? 'unknown'}`] };
  }
  const document = yaml.documents[0];
  if (document === undefined) return { ok: true, config: NO_CONFIG };
  const reader = new ConfigReader(document, file);
  if (yaml.documents.length > 1) reader.fault([], 'several documents, where one was expected');
  for (const { key, line } of document.duplicateKeys) reader.faults.push(`${file}:${line}: ${key} is written twice`);
  const root = reader.mapping(document.value, [], ['expiry', 'waivers', 'severities', 'profile']);
  const known = root.waivers === undefined && root.severities === undefined ? NO_NAMES : await names();
  const config = {
    profile: readProfile(reader, root.profile),
    thresholds: readWindows(reader, root.expiry),
    decisions: {
      ...readWaivers(reader, root.waivers, known),
      severities: readSeverities(reader, root.severities, known.checks),
    },
  };
  return reader.faults.length > 0 ? { ok: false, faults: reader.faults } : { ok: true, config };
}
