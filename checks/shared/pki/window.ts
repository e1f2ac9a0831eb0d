/** When the end of a certificate is near: one answer for every check that looks at days left. */
import type { Certificate } from '../../../src/model/certificate.ts';
import { leafValidity } from '../../../src/model/kubeadm.ts';
import type { NodeModel } from '../../../src/model/node.ts';
import type { Span, Window } from '../../../src/model/thresholds.ts';
import { matchesPath } from '../../../src/text/glob.ts';

export type Nearness = 'ended' | 'fail' | 'warn' | 'far';

/** How something that ends stands at the node's moment; times in milliseconds. */
export interface Ending {
  readonly left: number;
  readonly nearness: Nearness;
  readonly warnBefore: number;
  readonly failBefore: number;
}

export interface Judged {
  readonly kind: 'leaf' | 'authority';
  /** What may have signed it: kubeadm's copied dates are told by it. */
  readonly issuers?: readonly Certificate[];
}

/** How a certificate stands, by the windows for its file or else for its kind. */
export function endingOf(certificate: Certificate, { kind, issuers = [] }: Judged, node: NodeModel): Ending {
  const own = node.thresholds.overrides.findLast(({ file }) => matchesPath(file, certificate.position.file));
  const window = { ...node.thresholds[kind], ...own };
  return ending(certificate.notAfter, lifetimeOf(certificate, issuers, node), window, node.at);
}

/** The same as a verdict, for a certificate of which nothing else is known. */
export function statusOf(certificate: Certificate, kind: Judged['kind'], node: NodeModel): 'pass' | 'warn' | 'fail' {
  const { nearness } = endingOf(certificate, { kind }, node);
  return nearness === 'far' ? 'pass' : nearness === 'warn' ? 'warn' : 'fail';
}

/** How a certificate stands that a process made for itself when it started. */
export function endingInMemory(madeAt: Date, notAfter: Date, node: NodeModel): Ending {
  return ending(notAfter, notAfter.getTime() - madeAt.getTime(), node.thresholds.leaf, node.at);
}

function ending(notAfter: Date, lifetime: number, window: Window, at: Date): Ending {
  const left = notAfter.getTime() - at.getTime();
  const warnBefore = inTime(window.warnBefore, lifetime);
  const failBefore = inTime(window.failBefore, lifetime);
  const nearness = left < 0 ? 'ended' : left < failBefore ? 'fail' : left < warnBefore ? 'warn' : 'far';
  return { left, nearness, warnBefore, failBefore };
}

function inTime(span: Span, lifetime: number): number {
  return 'share' in span ? span.share * lifetime : span.milliseconds;
}

/**
 * From issue to end. kubeadm up to 1.30 gives each leaf the notBefore of its CA (kubernetes/kubernetes#113618), so of a
 * renewed one it tells nothing: what kubeadm issues for counts then.
 */
function lifetimeOf(
  { notBefore, notAfter, issuerDer }: Certificate,
  issuers: readonly Certificate[],
  node: NodeModel,
): number {
  const written = notAfter.getTime() - notBefore.getTime();
  const isCopied = issuers.some(
    (issuer) => issuer.subjectDer === issuerDer && issuer.notBefore.getTime() === notBefore.getTime(),
  );
  return isCopied ? Math.min(written, leafValidity(node.kubeadm)) : written;
}
