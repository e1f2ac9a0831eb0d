/** Whether a text is an address. */
import { isIPv4, isIPv6 } from 'node:net';

/**
 * The version of an IP address in text, as node:net isIP gives it; 0 for what is none. What has no colon is not tried as
 * IPv6: the expression for it takes longer to compile than many a run's other work.
 */
export function ipVersion(text: string): 0 | 4 | 6 {
  if (text.includes(':')) return isIPv6(text) ? 6 : 0;
  return isIPv4(text) ? 4 : 0;
}

/** Whether a network is all addresses of an IP version. */
export function isEveryAddress(network: string): boolean {
  return /^(?:0\.0\.0\.0|::)\/0$/.test(network);
}
