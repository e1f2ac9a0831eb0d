/** An earlier JSON report of `kubetls check` as the findings that are known. */
import { controlKey } from '../engine/waive-controls.ts';
import { identityOf } from '../engine/waive.ts';
import { BENCHMARK_IDS, controlName } from '../model/benchmark.ts';
import { SEVERITY_ORDER } from '../model/status.ts';
import type { Severity } from '../model/status.ts';
import type { Origin, SettingValue } from '../model/setting.ts';
import type { Baseline } from '../model/waiver.ts';
import { asList, asMapping, asText } from '../text/yaml.ts';

export type BaselineResult =
  | { readonly ok: true; readonly baseline: Baseline }
  /** A clause after the name of the file. */
  | { readonly ok: false; readonly message: string };

/**
 * Reads the report. What was waived in it is not known by it: the waiver may have ended.
 * @param name the file, for messages
 */
export function parseBaseline(text: string, name: string): BaselineResult {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, message: 'is no JSON: give a report that `kubetls check -o json=FILE` wrote' };
  }
  const report = asMapping(value);
  if (asMapping(report?.tool)?.name !== 'kubetls' || !Array.isArray(report?.paths)) {
    return { ok: false, message: 'is no report of kubetls: give one that `kubetls check -o json=FILE` wrote' };
  }
  if (report.schemaVersion !== 1) {
    return { ok: false, message: `has the schemaVersion ${String(report.schemaVersion)}, and this version reads 1` };
  }
  const known = new Map<string, { status: 'warn' | 'fail'; severity: Severity }[]>();
  for (const row of asList(report.paths).map(asMapping)) {
    for (const check of asList(row?.checks).map(asMapping)) {
      const { status } = check ?? {};
      const severity = SEVERITY_ORDER.find((one) => one === check?.severity);
      if ((status !== 'warn' && status !== 'fail') || severity === undefined || isWaived(check?.waiver)) continue;
      const identity = identityOf(
        { id: asText(check?.id) ?? '', evidence: asList(check?.evidence).map(placeOf) },
        { id: asText(row?.id) ?? '', node: asText(row?.node) ?? '' },
      );
      known.set(identity, [...(known.get(identity) ?? []), { status, severity }]);
    }
  }
  return { ok: true, baseline: { name, known, controls: controlsOf(report.benchmark) } };
}

/** What controls wanted written, as far as nobody had waived it. */
function controlsOf(value: unknown): ReadonlyMap<string, readonly string[]> {
  const benchmark = asMapping(value);
  const id = BENCHMARK_IDS.find((one) => one === benchmark?.id);
  if (id === undefined) return new Map();
  const version = asText(benchmark?.version) ?? '';
  return new Map(
    asList(benchmark?.controls)
      .map(asMapping)
      .filter((control) => !isWaived(control?.waiver))
      .map((control) => [
        controlKey(controlName(id, version, asText(control?.id) ?? ''), asText(control?.node) ?? ''),
        asList(control?.demands).flatMap((one) => asText(one) ?? []),
      ]),
  );
}

/** What an earlier baseline hid is known all the same. */
function isWaived(waiver: unknown): boolean {
  return asMapping(waiver)?.kind === 'waiver';
}

function placeOf(value: unknown): Parameters<typeof identityOf>[0]['evidence'][number] {
  const evidence = asMapping(value);
  const component = asText(evidence?.component);
  const file = asText(evidence?.file);
  return {
    setting: asText(evidence?.setting) ?? '',
    value: (evidence?.value ?? null) as SettingValue,
    origin: (asText(evidence?.origin) ?? 'default') as Origin,
    ...(component === undefined ? {} : { component: component as never }),
    ...(file === undefined ? {} : { file }),
  };
}
