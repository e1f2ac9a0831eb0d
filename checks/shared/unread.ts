/** What to report of a file that was not read. */
import type { Evidence, Finding, Material } from '../../src/model/path.ts';
import { fail, notAssessed } from './result.ts';

/**
 * A file that the running machine itself does not have is a fault; one that the input merely does not hold, or that
 * could not be opened, leaves the question open.
 * @param consequence what follows from its absence, as the end of a sentence: `the API server does not start`
 * @returns undefined when the file was read
 */
export function unreadFinding(
  material: Material,
  shown: readonly Evidence[],
  consequence: string,
): Finding | undefined {
  const file = material.nodeFile;
  if (file?.state !== 'unavailable') return undefined;
  return file.reason === 'missing'
    ? fail(`${file.message}: ${consequence}.`, shown, {
        impact: 'availability',
        headline: `${material.file.split('/').at(-1) ?? material.file} is missing`,
      })
    : notAssessed(`${file.message}.`, shown);
}
