/**
 * The door to @peculiar/x509, a reader that takes much that Go refuses. It is asked only about what our own reader, which
 * is as strict as Go, cannot read: so that the message can say which certificate it is. Loading it costs about 45 ms, as
 * much as starting Node, so no healthy node pays for it.
 */

/** The subject of a certificate that Go does not read; undefined when this library does not read it either. */
export async function subjectByLenientReader(bytes: Uint8Array): Promise<string | undefined> {
  try {
    // The library's dependency container needs the Reflect metadata API to be there first.
    await import('reflect-metadata');
    const { X509Certificate } = await import('@peculiar/x509');
    // A copy, since the library takes a view's whole buffer in places.
    return new X509Certificate(new Uint8Array(bytes)).subject;
  } catch {
    return undefined;
  }
}
