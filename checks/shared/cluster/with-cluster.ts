/** Rows of a node that objects of the cluster decide as well. */
import type { NodeModel } from '../../../src/model/node.ts';
import type { Applicability, Check, PathDefinition } from '../../../src/model/path.ts';
import { UNKNOWN_FACTS } from '../facts.ts';
import { notAssessed } from '../result.ts';

/**
 * The path, which exists for the objects' sake where a node's files alone do not show it. Its own checks then say what
 * they lack, so that the row passes no further than it was read.
 * @param of the checks of objects
 */
export function withCluster(path: PathDefinition, of: readonly Check[]): PathDefinition {
  const without = (node: NodeModel): Exclude<Applicability, { kind: 'applies' }> | undefined => {
    const found = path.applicability(node);
    return found.kind === 'applies' ? undefined : found;
  };
  return {
    ...path,
    applicability: (node) => {
      const found = without(node);
      return found === undefined || node.cluster !== undefined ? { kind: 'applies' } : found;
    },
    facts: (node) => (without(node) === undefined ? path.facts(node) : UNKNOWN_FACTS),
    checks: [...path.checks.map((check) => guarded(check, without)), ...of],
  };
}

/** Checks of the node's own files ask nothing where these are not there. */
function guarded(check: Check, without: (node: NodeModel) => Applicability | undefined): Check {
  return {
    ...check,
    notApplicable: (context) => {
      const found = without(context.node);
      if (found === undefined) return check.notApplicable?.(context);
      return found.kind === 'not-applicable' ? found.reason : undefined;
    },
    evaluate: (context) => {
      const found = without(context.node);
      if (found?.kind !== 'not-assessed') return check.evaluate(context);
      return notAssessed(found.reason, [], { remediation: found.supply });
    },
  };
}
