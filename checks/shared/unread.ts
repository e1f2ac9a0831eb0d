/** What to report of a file that was not read. */
import type { UnavailableConfig } from '../../src/model/component.ts';
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

/** True when the node is the machine itself and does not have the file. */
export function isMissing(material: Material | undefined): boolean {
  return material?.nodeFile?.state === 'unavailable' && material.nodeFile.reason === 'missing';
}

/** What to do about a configuration file that was not read, as a sentence. */
export function settles({ file, line, present }: UnavailableConfig): string {
  const place = line === undefined ? file : `${file}:${line}`;
  return present ? `Correct ${place}, or give a copy that can be read.` : `Supply ${file}.`;
}

export { notInInput } from './absence.ts';
