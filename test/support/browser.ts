/** A real browser without a window, for pages that people will open in one. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'] as const;

export type Browser =
  { readonly usable: true; readonly program: string } | { readonly usable: false; readonly reason: string };

/** The Chromium of this machine, if it has one; none is downloaded. */
export function chromium(): Browser {
  for (const folder of (process.env.PATH ?? '').split(delimiter).filter((one) => one !== '')) {
    for (const name of NAMES) {
      const program = join(folder, name);
      if (canRun(program)) return { usable: true, program };
    }
  }
  return { usable: false, reason: `needs a browser, none of ${NAMES.join(', ')} here` };
}

function canRun(program: string): boolean {
  try {
    accessSync(program, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
