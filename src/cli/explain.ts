/** `kubetls explain`: texts of the catalogue, with no input at all. */
import { controlsOf } from '../../checks/benchmarks/index.ts';
import { guideOf } from '../../checks/guides/index.ts';
import { PATHS } from '../../checks/index.ts';
import { explainGuide } from '../config/history/words.ts';
import { explainCheck, explainOverview, explainPath } from '../report/explain.ts';
import { catalogueChecks } from '../report/catalogue.ts';
import { painter } from '../report/style.ts';
import { didYouMean } from '../text/suggest.ts';
import { outputWidth, wantsColour } from './colour.ts';
import { UsageError } from './command-error.ts';
import type { IO } from './io.ts';
import type { ExplainFlags } from './flags.ts';
import { parseWidth } from './width-option.ts';

/**
 * Prints what a path or a check is about; an overview without an id.
 * @throws UsageError for an id that is neither
 */
export function explain(id: string | undefined, flags: ExplainFlags, io: IO): void {
  const style = {
    width: outputWidth(parseWidth(flags.width), io.env, io.stdout),
    paint: painter(wantsColour(flags.color, io.env, io.stdout)),
  };
  if (id === undefined) {
    io.stdout.write(explainOverview(PATHS, style));
    return;
  }
  const path = PATHS.find((definition) => definition.id === id);
  if (path !== undefined) {
    io.stdout.write(explainPath(path, style));
    return;
  }
  const checks = catalogueChecks(PATHS, controlsOf);
  const check = checks.find((entry) => entry.check.id === id);
  if (check === undefined) {
    const known = [...PATHS.map((definition) => definition.id), ...checks.map((entry) => entry.check.id)];
    throw new UsageError(
      `unknown path or check '${id}'.${didYouMean(id, known)} All ids: kubetls list paths, kubetls list checks`,
    );
  }
  io.stdout.write(explainCheck(check, explainGuide(guideOf(id)), style));
}
