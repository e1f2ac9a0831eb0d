/**
 * The door to @peculiar/x509, which decodes names and extensions. It costs about 45 ms to load, most of what a run on
 * one file costs, so it is loaded when the first certificate is met and by nobody else.
 */

/** One attribute of a distinguished name: its short name or dotted OID, and its text. */
export interface NameAttribute {
  readonly type: string;
  readonly value: string;
}

/** Decoders of DER pieces. Each takes the whole element (an extension with its OID) and throws on what it cannot decode. */
export interface Decoders {
  /** Relative distinguished names as encoded, most general first. */
  readonly name: (der: Uint8Array) => readonly (readonly NameAttribute[])[];
  readonly basicConstraints: (der: Uint8Array) => { readonly ca: boolean; readonly pathLength?: number };
  /** Bit 0 (digitalSignature) is 1, bit 1 is 2 and so on. */
  readonly keyUsage: (der: Uint8Array) => number;
  /** Dotted OIDs. */
  readonly extendedKeyUsage: (der: Uint8Array) => readonly string[];
  /** Lower-case hex. */
  readonly subjectKeyId: (der: Uint8Array) => string;
  /** Lower-case hex; undefined when it names the issuer only. */
  readonly authorityKeyId: (der: Uint8Array) => string | undefined;
}

let loading: Promise<Decoders> | undefined;

/** Loads the library once per process. */
export function loadDecoders(): Promise<Decoders> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Decoders> {
  // The library's dependency container needs the Reflect metadata API to be there first.
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  return {
    name: (der) =>
      new x509.Name(copy(der)).toJSON().map((rdn) =>
        Object.entries(rdn).flatMap(([type, values]) => values.map((value) => ({ type, value }))),
      ),
    basicConstraints: (der) => {
      const { ca, pathLength } = new x509.BasicConstraintsExtension(copy(der));
      return pathLength === undefined ? { ca } : { ca, pathLength };
    },
    keyUsage: (der) => new x509.KeyUsagesExtension(copy(der)).usages,
    extendedKeyUsage: (der) => new x509.ExtendedKeyUsageExtension(copy(der)).usages.map(String),
    subjectKeyId: (der) => new x509.SubjectKeyIdentifierExtension(copy(der)).keyId.toLowerCase(),
    authorityKeyId: (der) => new x509.AuthorityKeyIdentifierExtension(copy(der)).keyId?.toLowerCase(),
  };
}

/** Its own memory: the library takes a view's whole buffer in places. */
function copy(der: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(der);
}
