/** Which of several certificates ends first or last. */
import type { Certificate } from '../../src/model/certificate.ts';

export function firstToEnd(certificates: readonly Certificate[]): Certificate | undefined {
  return pick(certificates, (one, best) => one.notAfter < best.notAfter);
}

export function lastToEnd(certificates: readonly Certificate[]): Certificate | undefined {
  return pick(certificates, (one, best) => one.notAfter > best.notAfter);
}

function pick(
  certificates: readonly Certificate[],
  isBetter: (one: Certificate, best: Certificate) => boolean,
): Certificate | undefined {
  let best: Certificate | undefined;
  for (const one of certificates) if (best === undefined || isBetter(one, best)) best = one;
  return best;
}
