/** Patterns with stars, as names of files are written in the configuration. */

/** Far below what would cost time to match. */
export const MAX_STARS = 6;

const compiled = new Map<string, RegExp>();

/**
 * Whether a path has the pattern: `*` stands for anything but a slash, `**` for anything.
 * @param glob with at most {@link MAX_STARS} runs of stars
 */
export function matchesPath(glob: string, path: string): boolean {
  const known = compiled.get(glob);
  const pattern = known ?? asPattern(glob);
  if (known === undefined) compiled.set(glob, pattern);
  return pattern.test(path);
}

function asPattern(glob: string): RegExp {
  const source = glob
    .split(/(\*{1,64})/)
    .map((part) =>
      part === '*' ? '[^/]*' : part.startsWith('**') ? '.*' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'),
    );
  return new RegExp(`^${source.join('')}$`, 's');
}
