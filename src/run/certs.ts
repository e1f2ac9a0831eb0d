/** One run from named files to the report on what each certificate and key in them is. */
import { goLine } from '../../checks/shared/verdict.ts';
import { buildCertsReport } from '../engine/certs.ts';
import type { CertsKnowledge } from '../engine/certs.ts';
import { certificatesOf } from '../engine/node-certificates.ts';
import type { CertsReport } from '../model/certs-report.ts';
import type { NamedFile } from '../model/named-file.ts';
import type { ReportProblem } from '../model/report.ts';
import { parseFault, verifyChain } from '../pki/chain.ts';
import { readNamed } from '../pki/named-file.ts';
import { generalNameText } from '../pki/names.ts';
import { madeSignature } from '../pki/signature.ts';
import { readNamedFile } from '../source/named-file.ts';
import type { Stdin } from '../source/named-file.ts';
import type { Source } from '../source/source.ts';
import { assembleInputs, openAndAssemble } from './assemble.ts';
import type { AssembledInputs, AssembleResult, FailedAssembly } from './assemble.ts';
import { judgeExpiry } from './expiry.ts';
import { problem, unique } from './problems.ts';

export interface CertsOptions {
  readonly at: Date;
  /** As the user wrote them; `-` for standard input. */
  readonly files: readonly string[];
  /** Inputs that hold nodes to compare with; empty: this host, if it is one. */
  readonly nodes: readonly string[];
  /** For PKCS#12, beside the empty one. */
  readonly password?: string;
  readonly stdin: Stdin;
}

export type CertsResult = { readonly ok: true; readonly report: CertsReport } | FailedAssembly;

/** Reads the files and tells what is in them. Faults of the files are results; only a bug throws. */
export async function runCerts(options: CertsOptions): Promise<CertsResult> {
  const { at, files, nodes, stdin, password } = options;
  const problems: ReportProblem[] = [];
  const read: NamedFile[] = [];
  for (const name of files) {
    const bytes = await readNamedFile(name, stdin);
    if (bytes.ok) read.push(await readNamed(bytes.data, name, passwordsOf(password)));
    else problems.push(problem('unreadable-input', name, bytes.message, true));
  }
  const compared = await comparedWith(nodes, at, stdin);
  return compared.ok ? judge(read, compared, at, problems) : compared;
}

/** The same of files and nodes that are open already. */
export async function certsOf(
  files: readonly { readonly name: string; readonly data: Uint8Array }[],
  sources: readonly Source[],
  { at, password }: Pick<CertsOptions, 'at' | 'password'>,
): Promise<CertsResult> {
  const read: NamedFile[] = [];
  for (const { name, data } of files) read.push(await readNamed(data, name, passwordsOf(password)));
  const compared =
    sources.length === 0 ? NO_NODES : await assembleInputs({ sources, extra: {}, flagFiles: [], problems: [] }, { at });
  return compared.ok ? judge(read, compared, at, []) : compared;
}

function passwordsOf(password: string | undefined): readonly string[] {
  return password === undefined ? [''] : ['', password];
}

type Compared = Pick<AssembledInputs, 'ok' | 'inputs' | 'nodes' | 'problems'>;

const NO_NODES: Compared = { ok: true, inputs: [], nodes: [], problems: [] };

async function comparedWith(nodes: readonly string[], at: Date, stdin: Stdin): Promise<Compared | FailedAssembly> {
  const opened: AssembleResult = await openAndAssemble({ at, inputs: nodes, stdin });
  if (nodes.length > 0) return opened;
  // Nobody asked for this host: that it is no node is not worth a word, and what of it may not be read no failure.
  if (!opened.ok) return NO_NODES;
  return {
    ...opened,
    nodes: opened.nodes.filter(({ node }) => certificatesOf(node).length > 0),
    problems: opened.problems
      .filter(({ code }) => code === 'permission-denied')
      .map((one) => ({ ...one, incomplete: false })),
  };
}

function judge(
  files: readonly NamedFile[],
  compared: Compared,
  at: Date,
  problems: readonly ReportProblem[],
): CertsResult {
  const unread = files.flatMap(unreadParts);
  const all = [...problems, ...unread, ...compared.problems];
  if (unread.length === files.length) {
    const [only, ...more] = [...problems, ...unread];
    if (only === undefined || more.length > 0)
      return { ok: false, message: 'none of the files could be read', problems: [...problems, ...unread] };
    const message = unread.includes(only) ? `${only.subject}: ${only.message}` : only.message;
    return { ok: false, message, problems: [] };
  }
  const nodes = compared.nodes.map(({ node }) => node);
  const inUse = judgeExpiry({ ...compared, ok: true }, { at }).certificates;
  const [node] = nodes;
  const line = node !== undefined && nodes.length === 1 ? goLine(node) : undefined;
  const report = buildCertsReport({ at, files, nodes, inUse, problems: unique(all) }, knowledge(line, at));
  return { ok: true, report };
}

/** What keeps a file from being told as a whole. */
function unreadParts({ name, format, slots, remarks, locked }: NamedFile): readonly ReportProblem[] {
  if (locked !== undefined) return [problem('unreadable-file', name, locked, true)];
  const fault = remarks.find(({ kind }) => kind === 'fault');
  if (slots.length > 0 || format === 'kubeconfig' || (format !== 'other' && fault !== undefined)) return [];
  const message =
    fault?.message ?? ['holds no certificate and no key', ...remarks.map((one) => one.message)].join(': ');
  const line = fault?.line;
  return [problem('nothing-found', name, message, true, line === undefined ? {} : { file: name, line })];
}

function knowledge(line: string | undefined, at: Date): CertsKnowledge {
  const go = line === undefined ? {} : { goLine: line };
  return {
    goLine: line,
    parseFault: (certificate) => parseFault(certificate, line),
    nameText: generalNameText,
    isSignedBy: (child, parent) => madeSignature(parent, child),
    verify: (question) => verifyChain({ ...question, ...go, at }),
  };
}
