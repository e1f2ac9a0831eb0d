/** What the operator decided about controls of a hardening guide: which of their demands do not count. */
import { controlName } from '../model/benchmark.ts';
import type { ReportBenchmark } from '../model/benchmark.ts';
import type { ControlWaiverRule, Decisions, ReportWaiver, Waiver } from '../model/waiver.ts';
import { formatTime } from '../text/date.ts';
import { matchesPath } from '../text/glob.ts';

/** Why what a control wants written does not count on a node; null where it does. */
export type WaiverOfControl = (control: string, node: string, demands: readonly string[]) => Waiver | null;

/** What a control on a node goes by in a baseline. */
export function controlKey(control: string, node: string): string {
  return JSON.stringify([control, node]);
}

/** The waiver of a control: of the configuration file, or of the baseline that had every one of its demands. */
export function waiverOfControl({ controls, baseline }: Decisions, at: Date): WaiverOfControl {
  return (control, node, demands) => {
    const rule = controls.find((one) => concerns(one, control, node) && one.until >= at);
    if (rule !== undefined) return { kind: 'waiver', reason: rule.reason, until: formatTime(rule.until) };
    const known = baseline?.controls.get(controlKey(control, node));
    return baseline !== undefined && known !== undefined && demands.every((one) => known.includes(one))
      ? { kind: 'baseline', reason: `as in ${baseline.name}`, until: null }
      : null;
  };
}

/**
 * What became of each entry for a control.
 * @param benchmark undefined where no document was asked
 * @param whole every row and check was judged, so that a waiver that met nothing is one for nothing
 */
export function controlWaivers(
  { controls }: Decisions,
  benchmark: ReportBenchmark | undefined,
  at: Date,
  whole: boolean,
): readonly ReportWaiver[] {
  return controls.map((rule): ReportWaiver => {
    const { control, node, reason, until, position } = rule;
    const met = (benchmark?.controls ?? []).filter((one) =>
      concerns(rule, controlName(benchmark?.id ?? 'cis', benchmark?.version ?? '', one.id), one.node),
    );
    const broken = met.filter(({ demands }) => demands.length > 0);
    const isLive = until >= at;
    // What another entry covers does not count again because this one has ended.
    const counted = isLive ? broken : broken.filter(({ waiver }) => waiver?.kind !== 'waiver');
    const isKnown = whole && met.length > 0 && met.every(({ result }) => result !== 'not-assessed');
    const state = counted.length > 0 ? (isLive ? 'used' : 'expired') : isKnown ? 'unused' : 'not-judged';
    return {
      check: null,
      control,
      path: null,
      node,
      file: null,
      reason,
      until: formatTime(until),
      state,
      findings: counted.length,
      position,
    };
  });
}

function concerns(rule: Pick<ControlWaiverRule, 'control' | 'node'>, control: string, node: string): boolean {
  return rule.control === control && matchesPath(rule.node, node);
}
