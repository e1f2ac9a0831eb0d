/**
 * Certificate policies along a chain: Go's crypto/x509 policiesValid (verify.go), which is RFC 5280 section 6.1 with what
 * RFC 9618 changed. No component of Kubernetes asks for a policy, so a chain only fails where one of its own CAs
 * demands policies of what is below it (requireExplicitPolicy) or maps them in a way that is not allowed.
 */
import type { Certificate, CertificatePolicies } from '../model/certificate.ts';

/** 2.5.29.32.0 as it is encoded. */
const ANY_POLICY = '551d2000';

const NONE: CertificatePolicies = { named: [], mappings: [], critical: [] };

/** The policies that are valid for a certificate, each with those that may stand for it one certificate below. */
type Level = ReadonlyMap<string, readonly string[]>;

/** How many more certificates may pass before each of the three rules applies; 0: it does. */
interface Countdown {
  explicit: number;
  mapping: number;
  any: number;
}

/**
 * @param chain leaf first, root last
 * @returns the CA whose demand is not met; undefined when there is none. Go 1.24 was the first to look
 *
 * Go keeps a graph of all levels. What it asks of the graph in the end is only whether its last level is empty, so one
 * level at a time is enough here.
 */
export function policyViolation(chain: readonly Certificate[]): Certificate | undefined {
  const below = chain.slice(0, -1);
  const left: Countdown = { explicit: below.length + 1, mapping: below.length + 1, any: below.length + 1 };
  let level: Level | undefined = new Map([[ANY_POLICY, [ANY_POLICY]]]);
  let demanding = chain.at(-1);
  for (let index = below.length - 1; index >= 0; index--) {
    const certificate = below[index];
    if (certificate === undefined) break;
    const { policies = NONE } = certificate;
    const isSelfIssued = certificate.issuerDer === certificate.subjectDer;
    if (policies.named.length === 0) level = undefined;
    if (left.explicit === 0 && level === undefined) return demanding;
    const isLeaf = index === 0;
    level &&= levelBelow(level, policies, left.any > 0 || (!isLeaf && isSelfIssued));
    if (isLeaf) break;
    if (level !== undefined) {
      if (left.mapping > 0 && policies.mappings.some((pair) => pair.includes(ANY_POLICY))) return certificate;
      level = mapped(level, policies.mappings, left.mapping > 0);
    }
    if (!isSelfIssued) {
      left.explicit = Math.max(0, left.explicit - 1);
      left.mapping = Math.max(0, left.mapping - 1);
      left.any = Math.max(0, left.any - 1);
    }
    if (isSooner(policies.requireExplicit, left.explicit)) {
      left.explicit = policies.requireExplicit;
      demanding = certificate;
    }
    if (isSooner(policies.inhibitMapping, left.mapping)) left.mapping = policies.inhibitMapping;
    if (isSooner(policies.inhibitAny, left.any)) left.any = policies.inhibitAny;
  }
  const leaf = chain[0];
  if (leaf?.policies?.requireExplicit === 0) return isEmpty(level) ? leaf : undefined;
  return left.explicit <= 1 && isEmpty(level) ? demanding : undefined;
}

function isEmpty(level: Level | undefined): boolean {
  return level === undefined || level.size === 0;
}

/** A number in an extension counts when it is not negative and comes before what is left. */
function isSooner(limit: number | undefined, left: number): limit is number {
  return limit !== undefined && limit >= 0 && limit < left;
}

/** RFC 9618 section 5.1, steps (d)(1) and (d)(2). */
function levelBelow(above: Level, { named }: CertificatePolicies, isAnyAllowed: boolean): Level {
  const expected = new Set([...above.values()].flat());
  const level = new Map<string, readonly string[]>();
  for (const policy of named) {
    if (policy !== ANY_POLICY && (expected.has(policy) || above.has(ANY_POLICY))) level.set(policy, [policy]);
  }
  if (named.includes(ANY_POLICY) && isAnyAllowed) {
    for (const policy of expected) if (!level.has(policy)) level.set(policy, [policy]);
  }
  return level;
}

/** RFC 9618 section 5.2, step (b): a mapped policy is expected by its other names; where mapping has ended it is no more. */
function mapped(level: Level, mappings: CertificatePolicies['mappings'], isAllowed: boolean): Level {
  const result = new Map(level);
  if (!isAllowed) {
    for (const [from] of mappings) result.delete(from);
    return result;
  }
  const targets = new Map<string, string[]>();
  for (const [from, to] of mappings) {
    const known = targets.get(from);
    if (known === undefined) targets.set(from, [to]);
    else known.push(to);
  }
  for (const [from, expected] of targets) {
    if (level.has(from) || level.has(ANY_POLICY)) result.set(from, expected);
  }
  return result;
}
