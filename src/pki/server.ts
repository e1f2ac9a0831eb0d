/** The `server` of a kubeconfig as client-go dials it (rest/url_utils.go DefaultServerURL). */

export interface ServerAddress {
  readonly scheme: 'https' | 'http';
  /** Without brackets. */
  readonly host: string;
  readonly port: number;
}

/**
 * @returns undefined when client-go refuses it
 *
 * Without a scheme it is http. DefaultServerUrlFor would take https where a CA, a client certificate or `insecure` is
 * given, but clientcmd's ClientConfig() asks before it has put these fields in, and leaves them out of a configuration
 * that is not https: so a kubeconfig without a scheme is plain http whatever else it holds.
 */
export function serverAddress(server: string): ServerAddress | undefined {
  const explicit = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]+)/.exec(server);
  if (explicit !== null) {
    const scheme = explicit[1]?.toLowerCase();
    if (scheme !== 'http' && scheme !== 'https') return undefined;
    return authority(scheme, explicit[2] ?? '');
  }
  const bare = /^([^/?#]+)\/?$/.exec(server);
  return bare === null ? undefined : authority('http', bare[1] ?? '');
}

function authority(scheme: ServerAddress['scheme'], text: string): ServerAddress | undefined {
  const match = /^(?:[^@]*@)?(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d{0,5}))?$/.exec(text);
  if (match === null) return undefined;
  const host = match[1] ?? match[2] ?? '';
  const port = match[3] === undefined || match[3] === '' ? (scheme === 'https' ? 443 : 80) : Number(match[3]);
  return host === '' || port > 65_535 ? undefined : { scheme, host, port };
}
