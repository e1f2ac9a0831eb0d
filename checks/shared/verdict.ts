/** Whether one end of a path would accept the certificate that the other end shows, by Go's rules. */
import type { Certificate } from '../../src/model/certificate.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type { CheckContext, ExpectedName, PresentedCertificate } from '../../src/model/path.ts';
import type { Answer } from '../../src/model/status.ts';
import { UnknownValue } from '../../src/model/unknown.ts';
import { verifierOf } from '../../src/config/tls.ts';
import { verifyChain, verifyHostname } from '../../src/pki/chain.ts';
import type { ChainQuestion, ChainResult } from '../../src/pki/chain.ts';
import { component, known, knownOr } from './access.ts';
import { firstToEnd, lastToEnd } from './by-end.ts';
import { unavailable } from './material.ts';

export type Verdict =
  | { readonly kind: 'judged'; readonly result: ChainResult; readonly leaf: Certificate }
  /** The other end does not verify, or cannot. */
  | { readonly kind: 'unverified' }
  /** The other end uses the host's public CAs, which no input shows. */
  | { readonly kind: 'system-roots' }
  | { readonly kind: 'unknown'; readonly message: string };

/** The Go whose crypto/x509 judges on this node; undefined when the API server's version is not known. */
export function goLine(node: NodeModel): string | undefined {
  const apiserver = component(node, 'kube-apiserver') ?? component(node, 'kubelet');
  return apiserver?.version === undefined ? undefined : verifierOf(apiserver.name, apiserver.version);
}

/** Builds the chain as the verifying end would, at the node's moment. */
export function verdictOf(presented: PresentedCertificate, node: NodeModel): Verdict {
  const known = verdicts.get(presented);
  if (known !== undefined) return known;
  const verdict = judge(presented, node);
  verdicts.set(presented, verdict);
  return verdict;
}

/** Many checks of a row ask the same; what is presented is made for one node at one moment. */
const verdicts = new WeakMap<PresentedCertificate, Verdict>();

function judge(presented: PresentedCertificate, node: NodeModel): Verdict {
  const leaf = presented.chain[0];
  if (presented.trust.kind === 'none') return { kind: 'unverified' };
  if (presented.trust.kind === 'unknown') return { kind: 'unknown', message: presented.trust.message };
  const missing = unavailable(presented.certificate);
  if (missing !== undefined) return { kind: 'unknown', message: missing };
  if (leaf === undefined) {
    return { kind: 'unknown', message: `${presented.certificate.file} holds no certificate that Kubernetes can read` };
  }
  if (presented.trust.kind === 'system-roots') return { kind: 'system-roots' };
  const noBundle = unavailable(presented.trust.material);
  if (noBundle !== undefined) return { kind: 'unknown', message: noBundle };
  const line = goLine(node);
  const question: ChainQuestion = {
    leaf,
    intermediates: presented.chain.slice(1),
    roots: presented.trust.roots,
    at: node.at,
    usage: presented.side === 'server' ? 'serverAuth' : 'clientAuth',
    ...(line === undefined ? {} : { goLine: line }),
  };
  return { kind: 'judged', result: verifyOnce(question, presented.chain), leaf };
}

const results = new WeakMap<readonly Certificate[], Map<string, ChainResult>>();

/** One certificate is shown on many rows to ends that trust the same bundle; its chain is built once. */
function verifyOnce(question: ChainQuestion, chain: readonly Certificate[]): ChainResult {
  const known = results.get(question.roots) ?? new Map<string, ChainResult>();
  results.set(question.roots, known);
  const shown = chain.map(({ sha256 }) => sha256).join(' ');
  const key = `${shown} ${question.usage} ${question.at.getTime()} ${question.goLine ?? ''}`;
  const result = known.get(key) ?? verifyChain(question);
  known.set(key, result);
  return result;
}

/**
 * The dialled names that the certificate does not cover.
 * @throws UnknownValue where it covers all that are known, and one is not
 */
export function uncoveredNames(presented: PresentedCertificate): readonly ExpectedName[] {
  const leaf = presented.chain[0];
  if (leaf === undefined) return [];
  const { expectedNames } = presented;
  const uncovered = expectedNames.filter(({ name, unknown }) => unknown === undefined && !verifyHostname(leaf, name));
  const hidden = expectedNames.find(({ unknown }) => unknown !== undefined)?.unknown;
  if (uncovered.length === 0 && hidden !== undefined) throw hidden;
  return uncovered;
}

/** A name that is dialled; one that the input does not show is a name all the same, which nobody can compare. */
export function expectedName(ask: () => ExpectedName | undefined): readonly ExpectedName[] {
  const found = known(ask);
  if (found instanceof UnknownValue) return [{ name: '', because: found.message, unknown: found }];
  return found === undefined ? [] : [found];
}

/** Whether the verifying end accepts it today: the answer of a column. */
export function accepted(presented: PresentedCertificate, node: NodeModel): Answer {
  const verdict = verdictOf(presented, node);
  switch (verdict.kind) {
    case 'unverified':
      return 'no';
    case 'unknown':
    case 'system-roots':
      return 'unknown';
    case 'judged':
      if (!verdict.result.ok) return 'no';
      return knownOr('unknown', () => {
        const uncovered = uncoveredNames(presented);
        if (uncovered.length === 0) return 'yes';
        return uncovered.every(({ unsure }) => unsure !== undefined) ? 'unknown' : 'no';
      });
  }
}

/** One answer for several: a single `no` decides, then a single `unknown`. */
export function combine(answers: readonly Answer[]): Answer {
  if (answers.includes('no')) return 'no';
  if (answers.includes('unknown')) return 'unknown';
  return answers.includes('yes') ? 'yes' : 'n/a';
}

/** The column for one side of a path: every certificate shown on it has to be accepted. */
export function sideAccepted(
  presented: readonly PresentedCertificate[],
  side: PresentedCertificate['side'],
  node: NodeModel,
): Answer {
  const shown = presented.filter((one) => one.side === side);
  return shown.length === 0 ? 'no' : combine(shown.map((one) => accepted(one, node)));
}

/** Everything a path shows, in the check's context. */
export function presentedOn(
  context: CheckContext,
  side?: PresentedCertificate['side'],
): readonly PresentedCertificate[] {
  return context.facts.presented.filter((one) => side === undefined || one.side === side);
}

/**
 * When what is shown is no longer accepted, and the certificate whose end that is: the earliest of its chain, of several
 * chains the one that lasts. Where no chain holds, a CA by the name of its issuer counts as one.
 */
export function endOf(presented: PresentedCertificate, node: NodeModel): Certificate | undefined {
  const leaf = presented.chain[0];
  if (leaf === undefined) return undefined;
  const verdict = verdictOf(presented, node);
  if (verdict.kind === 'judged' && verdict.result.ok) {
    return lastToEnd(verdict.result.chains.flatMap((chain) => firstToEnd(chain) ?? []));
  }
  const roots = presented.trust.kind === 'bundle' ? presented.trust.roots : [];
  const issuer = lastToEnd(roots.filter(({ subjectDer }) => subjectDer === leaf.issuerDer));
  return firstToEnd(issuer === undefined ? [leaf] : [leaf, issuer]);
}
