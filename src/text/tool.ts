/** What the program calls itself, from the one place that says so: package.json. */
import manifest from '../../package.json' with { type: 'json' };

export const TOOL = { name: 'kubetls', version: manifest.version } as const;
