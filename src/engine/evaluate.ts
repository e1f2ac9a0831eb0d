/** Model and checks -> rows. Pure: the same model gives the same rows, whatever the machine or the hour. */
import type { Component, ComponentName } from '../model/component.ts';
import type { NodeModel } from '../model/node.ts';
import { NO_COLUMNS, UNKNOWN_COLUMNS } from '../model/path.ts';
import type { Applicability, Check, Finding, PathDefinition, PathFacts, PathId } from '../model/path.ts';
import type { ReportCheck, ReportPath } from '../model/report.ts';
import { UnknownValue } from '../model/unknown.ts';
import { SEVERITY_ORDER, STATUS_ORDER, worstStatus } from '../model/status.ts';
import { formatTime } from '../text/date.ts';
import { compareText } from '../text/order.ts';

/**
 * One node under one assumption about the versions that its input does not tell. Where every version is known there
 * is one variant; otherwise one for each supported version, the newest last.
 */
export interface Variant {
  readonly node: NodeModel;
  /** `Kubernetes 1.30`, `etcd 3.5.0`; empty when nothing was assumed. */
  readonly assumption: string;
}

export interface Selection {
  readonly paths?: readonly PathId[];
  readonly checks?: readonly string[];
  /** Checks of which a default that hardening guides want otherwise is a warning; left out: none. */
  readonly hardened?: Hardened;
}

export type Hardened = 'all' | ReadonlySet<string>;

/** A row, and what it was judged on: nothing where the path does not apply. */
export interface EvaluatedPath {
  readonly row: ReportPath;
  readonly facts: PathFacts | undefined;
}

/** Judges one node on every selected path, in the order of `definitions`. */
export function evaluateNode(
  variants: readonly Variant[],
  definitions: readonly PathDefinition[],
  selection: Selection = {},
): readonly EvaluatedPath[] {
  return definitions
    .filter(({ id, checks }) => {
      const { paths, checks: wanted } = selection;
      return (
        (paths === undefined || paths.includes(id)) &&
        (wanted === undefined || checks.some((one) => wanted.includes(one.id)))
      );
    })
    .map((definition) => evaluateVariants(definition, variants, selection));
}

/**
 * The row under the newest version first. A path that looks at no component of an assumed version would say the same
 * under every other, so it is not asked again.
 */
function evaluateVariants(
  definition: PathDefinition,
  variants: readonly Variant[],
  selection: Selection,
): EvaluatedPath {
  const newest = variants.at(-1);
  if (newest === undefined) throw new Error('a node was judged under no version at all');
  const seen: Component[] = [];
  const components = watched(newest.node.components, (component) => seen.push(component));
  const evaluated = evaluatePath(definition, { ...newest.node, components }, selection);
  if (variants.length === 1 || !seen.some(({ versionAssumed }) => versionAssumed)) return evaluated;
  const others = variants
    .slice(0, -1)
    .map((variant) => ({ variant, row: evaluatePath(definition, variant.node, selection).row }));
  return { ...evaluated, row: mergeVariants([...others, { variant: newest, row: evaluated.row }]) };
}

type Components = NodeModel['components'];

/** The same map, telling of every component that is looked at. */
function watched(components: Components, seen: (component: Component) => void): Components {
  return new (class extends Map<ComponentName, Component> {
    override get(name: ComponentName): Component | undefined {
      const found = super.get(name);
      if (found !== undefined) seen(found);
      return found;
    }

    override values(): MapIterator<Component> {
      for (const component of components.values()) seen(component);
      return super.values();
    }

    override entries(): MapIterator<[ComponentName, Component]> {
      for (const component of components.values()) seen(component);
      return super.entries();
    }

    override [Symbol.iterator](): MapIterator<[ComponentName, Component]> {
      return this.entries();
    }

    override forEach(visit: (value: Component, key: ComponentName, map: Map<ComponentName, Component>) => void): void {
      for (const [name, component] of this.entries()) visit(component, name, this);
    }
  })(components);
}

function evaluatePath(
  definition: PathDefinition,
  node: NodeModel,
  { checks: onlyChecks, hardened }: Selection,
): EvaluatedPath {
  const absence = node.distribution?.absences.get(definition.id);
  const applicability: Applicability | Error =
    absence === undefined ? attempt(() => definition.applicability(node)) : { kind: 'not-applicable', reason: absence };
  if (applicability instanceof Error) return undecided(definition, node, rowWithout(definition, applicability));
  if (applicability.kind !== 'applies') {
    return undecided(definition, node, {
      ...(applicability.kind === 'not-applicable' ? NO_COLUMNS : UNKNOWN_COLUMNS),
      status: applicability.kind,
      reason: applicability.reason,
      supply: applicability.kind === 'not-assessed' ? applicability.supply : null,
    });
  }
  const facts = attempt(() => definition.facts(node));
  if (facts instanceof Error) return undecided(definition, node, rowWithout(definition, facts));
  const checks = definition.checks
    .filter(({ id }) => onlyChecks === undefined || onlyChecks.includes(id))
    .flatMap((check) => runCheck(check, { node, path: definition.id, facts }, isHardened(check, hardened)))
    .sort(byWorst);
  const row: ReportPath = {
    ...namesOf(definition, node),
    status: rowStatus(checks),
    encrypted: facts.encrypted,
    serverVerified: facts.serverVerified,
    clientAuthenticated: facts.clientAuthenticated,
    minTLSVersion: facts.minTLSVersion,
    firstExpiry: firstExpiry(facts),
    reason: null,
    supply: null,
    checks,
  };
  return { row, facts };
}

type RowNames = Pick<ReportPath, 'id' | 'case' | 'title' | 'client' | 'server' | 'node'>;

function namesOf({ id, case: articleCase, title, client, server }: PathDefinition, node: NodeModel): RowNames {
  return { id, case: articleCase ?? null, title, client, server, node: node.name };
}

/** A row without checks. */
function undecided(
  definition: PathDefinition,
  node: NodeModel,
  decided: Omit<ReportPath, keyof RowNames | 'firstExpiry' | 'checks'>,
): EvaluatedPath {
  return { row: { ...namesOf(definition, node), ...decided, firstExpiry: null, checks: [] }, facts: undefined };
}

/** A row that ended in an error: mostly in a value that the input does not show. */
function rowWithout(definition: PathDefinition, error: Error) {
  const [reason, supply] =
    error instanceof UnknownValue ? [error.message, error.supply] : [crashed(definition.id, error), null];
  return { ...UNKNOWN_COLUMNS, status: 'not-assessed', reason, supply } as const;
}

/** A row on which no check applied was not proven, so it does not pass. */
function rowStatus(checks: readonly ReportCheck[]): ReportPath['status'] {
  return worstStatus(checks.map(({ status }) => status));
}

function isHardened({ id }: Check, hardened: Hardened | undefined): boolean {
  return hardened === 'all' || hardened?.has(id) === true;
}

function runCheck(check: Check, context: Parameters<Check['evaluate']>[0], hardened: boolean): readonly ReportCheck[] {
  const reason = attempt(() => context.node.distribution?.decides.get(check.id) ?? check.notApplicable?.(context));
  if (reason instanceof Error) return [toReport(check, findingWithout(check.id, reason))];
  if (reason !== undefined) return [toReport(check, { status: 'not-applicable', message: reason, evidence: [] })];
  const result = attempt(() => check.evaluate(context));
  if (result instanceof Error) return [toReport(check, findingWithout(check.id, result))];
  const findings = Array.isArray(result) ? (result as readonly Finding[]) : [result as Finding];
  if (findings.length === 0) {
    return [toReport(check, { status: 'not-applicable', message: 'Nothing on this path to ask it of.', evidence: [] })];
  }
  return withoutRepeats(findings).map((finding) => toReport(check, hardened ? harden(finding) : finding));
}

/** Where somebody asks for what hardening guides want, a default that they want otherwise does not pass. */
function harden(finding: Finding): Finding {
  const { status, weakDefault } = finding;
  return status === 'pass' && weakDefault !== undefined
    ? { ...finding, status: 'warn', headline: weakDefault }
    : finding;
}

/** One certificate may be shown to several clients on one path; what is said of it is said once, with all evidence. */
function withoutRepeats(findings: readonly Finding[]): readonly Finding[] {
  const byText = new Map<string, Finding>();
  for (const finding of findings) {
    const key = `${finding.status} ${finding.message}`;
    const earlier = byText.get(key);
    byText.set(
      key,
      earlier === undefined ? finding : { ...earlier, evidence: union(earlier.evidence, finding.evidence) },
    );
  }
  return [...byText.values()];
}

function union(a: Finding['evidence'], b: Finding['evidence']): Finding['evidence'] {
  const seen = new Set(a.map((one) => JSON.stringify(one)));
  return [...a, ...b.filter((one) => !seen.has(JSON.stringify(one)))];
}

function toReport(check: Check, finding: Finding): ReportCheck {
  return {
    id: check.id,
    title: check.title,
    status: finding.status,
    severity: finding.severity ?? check.severity,
    impact: finding.impact ?? check.impact,
    message: finding.message,
    ...(finding.headline === undefined ? {} : { headline: finding.headline }),
    evidence: finding.evidence,
    remediation: finding.remediation ?? check.remediation,
    references: check.references,
    waiver: null,
  };
}

function byWorst(a: ReportCheck, b: ReportCheck): number {
  return (
    STATUS_ORDER.indexOf(a.status) - STATUS_ORDER.indexOf(b.status) ||
    SEVERITY_ORDER.indexOf(a.severity) - SEVERITY_ORDER.indexOf(b.severity) ||
    compareText(a.id, b.id) ||
    compareText(a.message, b.message)
  );
}

/** The certificate of the path that ends first, CAs included: with it the path ends. */
function firstExpiry(facts: PathFacts): ReportPath['firstExpiry'] {
  let first: ReportPath['firstExpiry'] = null;
  for (const { chain, trust, rotation } of [...facts.presented, ...(facts.unseenClients ?? [])]) {
    const candidates = [
      ...chain.map((certificate) => ({ certificate, rotation })),
      // One CA of a bundle is enough; the one that lasts longest is the one that counts.
      ...(trust.kind === 'bundle'
        ? lastOf(trust.roots).map((certificate) => ({ certificate, rotation: 'manual' as const }))
        : []),
    ];
    for (const { certificate, rotation: rotatedBy } of candidates) {
      const notAfter = formatTime(certificate.notAfter);
      if (first === null || notAfter < first.notAfter) {
        first = { notAfter, file: certificate.position.file, rotation: rotatedBy };
      }
    }
  }
  return first;
}

function lastOf<T extends { readonly notAfter: Date }>(certificates: readonly T[]): readonly T[] {
  const last = certificates.reduce<T | undefined>(
    (latest, one) => (latest === undefined || one.notAfter > latest.notAfter ? one : latest),
    undefined,
  );
  return last === undefined ? [] : [last];
}

/** One row out of one per assumed version: what they agree on stands, the rest is not known. */
function mergeVariants(rows: readonly { readonly variant: Variant; readonly row: ReportPath }[]): ReportPath {
  const newest = rows.at(-1)?.row;
  if (newest === undefined) throw new Error('a row was judged under no version at all');
  const agree = (key: keyof ReportPath): boolean => rows.every(({ row }) => row[key] === newest[key]);
  const ids = [...new Set(rows.flatMap(({ row }) => row.checks.map(({ id }) => id)))];
  const checks = ids.flatMap((id) => mergeCheck(id, rows)).sort(byWorst);
  if (checks.length === 0) {
    return agree('status')
      ? newest
      : {
          ...newest,
          ...UNKNOWN_COLUMNS,
          status: 'not-assessed',
          reason: versionDecides(rows.map(({ variant, row }) => [variant.assumption, row.status])),
        };
  }
  return {
    ...newest,
    status: rowStatus(checks),
    encrypted: agree('encrypted') ? newest.encrypted : 'unknown',
    serverVerified: agree('serverVerified') ? newest.serverVerified : 'unknown',
    clientAuthenticated: agree('clientAuthenticated') ? newest.clientAuthenticated : 'unknown',
    minTLSVersion: agree('minTLSVersion') ? newest.minTLSVersion : 'unknown',
    reason: null,
    supply: null,
    checks,
  };
}

function mergeCheck(
  id: string,
  rows: readonly { readonly variant: Variant; readonly row: ReportPath }[],
): readonly ReportCheck[] {
  const perVariant = rows.map(({ variant, row }) => {
    const findings = row.checks.filter((check) => check.id === id);
    return { variant, findings, status: worstStatus(findings.map(({ status }) => status)) };
  });
  const newest = perVariant.at(-1);
  const first = newest?.findings[0] ?? perVariant.find(({ findings }) => findings.length > 0)?.findings[0];
  if (newest === undefined || first === undefined) return [];
  // "Does not apply" in some versions and "is fine" in the others come to the same.
  const statuses = new Set(perVariant.map(({ status }) => (status === 'not-applicable' ? 'pass' : status)));
  if (statuses.size === 1) return newest.findings;
  return [
    {
      ...first,
      status: 'not-assessed',
      headline: 'version needed',
      message: versionDecides(perVariant.map(({ variant, status }) => [variant.assumption, status])),
      evidence: first.evidence,
    },
  ];
}

/** "The version decides and the input does not tell it: fail under Kubernetes 1.19, pass under ...". */
function versionDecides(verdicts: readonly (readonly [assumption: string, status: string])[]): string {
  const byStatus = new Map<string, string[]>();
  for (const [assumption, status] of verdicts) {
    byStatus.set(status, [...(byStatus.get(status) ?? []), assumption]);
  }
  const parts = [...byStatus].map(([status, assumptions]) => {
    const last = assumptions.at(-1) ?? '';
    const range = assumptions.length === 1 ? last : `${assumptions[0] ?? ''} to ${last}`;
    return `${status} under ${range}`;
  });
  return `The version decides, and the input does not tell it: ${parts.join(', ')}. Supply it with --kubernetes-version.`;
}

function findingWithout(id: string, error: Error): Finding {
  if (error instanceof UnknownValue) {
    const { message, evidence, supply } = error;
    return { status: 'not-assessed', message, evidence, headline: 'value not in the input', remediation: supply };
  }
  return { status: 'not-assessed', message: crashed(id, error), evidence: [], headline: 'check crashed' };
}

function crashed(id: string, error: Error): string {
  return `${id} failed to run (${error.message}): this is a fault of kubetls, please report it; nothing was concluded.`;
}

function attempt<T>(run: () => T): T | Error {
  try {
    return run();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
