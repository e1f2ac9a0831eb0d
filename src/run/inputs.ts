/** From what the user named to open sources. */
import { Readable } from 'node:stream';
import type { FlagFile } from '../discover/components.ts';
import type { ExtraSources } from '../discover/layout.ts';
import type { ComponentName } from '../model/component.ts';
import type { ReportProblem } from '../model/report.ts';
import { openSource } from '../source/open.ts';
import type { Source } from '../source/source.ts';
import { problem } from './problems.ts';

/** Inputs and options as the user wrote them. */
export interface InputOptions {
  /** Empty for this host. */
  readonly inputs: readonly string[];
  readonly manifests?: string;
  readonly pki?: string;
  readonly kubeletConfig?: string;
  /** Files with the flags of a component, which then count instead of those that the input has. */
  readonly flags?: readonly { readonly component: ComponentName; readonly file: string }[];
  /** Asked only when an input is `-`: opening it costs time. */
  readonly stdin: () => AsyncIterable<Uint8Array>;
}

/** What was opened, and what was not. */
export interface OpenedInputs {
  readonly sources: readonly Source[];
  readonly extra: ExtraSources;
  readonly flagFiles: readonly FlagFile[];
  readonly problems: readonly ReportProblem[];
}

/** Opens every input. One that cannot be opened is a problem, and the others are judged all the same. */
export async function openInputs(options: InputOptions): Promise<OpenedInputs> {
  const problems: ReportProblem[] = [];
  const open = async (name: string | undefined): Promise<Source | undefined> => {
    const opened = await openSource(name, name === '-' ? { stdin: Readable.from(options.stdin()) } : {});
    if (opened.ok) return opened.source;
    problems.push(problem('unreadable-input', name ?? 'host', opened.message, true));
    return undefined;
  };
  const extra: { manifests?: Source; pki?: Source; kubeletConfig?: Source } = {};
  for (const option of ['manifests', 'pki', 'kubeletConfig'] as const) {
    const source = options[option] === undefined ? undefined : await open(options[option]);
    if (source !== undefined) extra[option] = source;
  }
  const flagFiles: FlagFile[] = [];
  for (const { component, file } of options.flags ?? []) {
    const text = textOf(await open(file));
    if (text !== undefined) flagFiles.push({ component, file, text });
  }
  // An option that names a part of a node says what is meant; this machine is only read when nothing was named.
  const named =
    flagFiles.length > 0 || [options.manifests, options.pki, options.kubeletConfig].some((one) => one !== undefined);
  const names: readonly (string | undefined)[] = options.inputs.length > 0 ? options.inputs : named ? [] : [undefined];
  const sources: Source[] = [];
  for (const name of names) {
    const source = await open(name);
    if (source !== undefined) sources.push(source);
  }
  return { sources, extra, flagFiles, problems };
}

/** What a source of a single file holds; undefined for anything else. */
function textOf(source: Source | undefined): string | undefined {
  const name = source?.list('/')[0];
  const read = source === undefined || name === undefined ? undefined : source.read(`/${name}`);
  return read?.ok === true ? new TextDecoder().decode(read.data) : undefined;
}
