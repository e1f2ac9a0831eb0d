/** Versions of Go, of which the minor decides what crypto/x509 refuses. */

/**
 * Whether a Go line is this version or newer.
 * @param line `1.24`; undefined stands for the newest, since the tool then judges by today's rules
 */
export function atLeastGo(line: string | undefined, version: string): boolean {
  if (line === undefined) return true;
  const [major = 0, minor = 0] = numbers(line);
  const [wantedMajor = 0, wantedMinor = 0] = numbers(version);
  return major !== wantedMajor ? major > wantedMajor : minor >= wantedMinor;
}

function numbers(version: string): readonly number[] {
  return version.split('.').map(Number);
}
