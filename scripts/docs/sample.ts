/** The sample in the README: what the program prints on a real node, today. */
import { fenced } from './markdown.ts';
import { run } from './terminal.ts';

const BEGIN = '<!-- sample:begin -->';
const END = '<!-- sample:end -->';

/** `npm run demo` runs the same. */
const ARGUMENTS = [
  'check',
  'fixtures/clusters/kubeadm-v136-default.tar.gz',
  '--at',
  '2026-11-21T12:00:00Z',
  '--width',
  '120',
];

/**
 * The README with a fresh sample: the rows, the first finding, and the verdict.
 * @throws Error when the markers are not there, or the run found nothing to show
 */
export async function withSample(readme: string): Promise<string> {
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`README.md: ${BEGIN} and ${END} are not both there, in this order`);
  const { stdout } = await run(ARGUMENTS);
  const blocks = stdout.trimEnd().split('\n\n');
  const [heading, rows, finding] = blocks;
  const verdict = blocks.at(-1);
  if (heading === undefined || rows === undefined || finding === undefined || verdict === undefined) {
    throw new Error(`the sample run printed too little:\n${stdout}`);
  }
  const sample = fenced([heading, rows, finding, '[...]', verdict].join('\n\n'));
  return `${readme.slice(0, begin)}${BEGIN}\n\n${sample}\n\n${readme.slice(end)}`;
}
