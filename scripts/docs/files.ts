/** Every generated file and what it has to hold. */
import { PATHS } from '../../checks/index.ts';
import { checksPage } from './checks-page.ts';
import { cliPage } from './cli-page.ts';
import { manPage } from './man-page.ts';
import { pathPage, pathPageName } from './path-page.ts';
import { withSample } from './sample.ts';

/** The folder that holds generated pages and nothing else. */
export const PAGES_FOLDER = 'docs/paths';

/**
 * File names from the top of the repository, with their content.
 * @param readme the README as it is; only its sample is replaced
 */
export async function generatedFiles(readme: string): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ...PATHS.map((path) => [`docs/${pathPageName(path)}`, pathPage(path)] as const),
    ['docs/checks.md', checksPage(PATHS)],
    ['docs/cli.md', await cliPage()],
    ['docs/kubetls.1', manPage()],
    ['README.md', await withSample(readme)],
  ]);
}
