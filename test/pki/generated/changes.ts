/** What can be odd about one certificate: each change is one that Go has a rule for. */
import {
  basicConstraints,
  bits,
  extendedKeyUsage,
  keyUsage,
  nameConstraints,
  octets,
  sequence,
  subjectAltName,
} from '../../../fixtures/pki/write.ts';
import type { Extension, SignatureName } from '../../../fixtures/pki/write.ts';
import {
  certificatePolicies,
  cn,
  inhibitAnyPolicy,
  policyConstraints,
  policyMappings,
  signatureOf,
  withExtension,
  withoutExtension,
} from './certificates.ts';
import type { Description, Policy } from './certificates.ts';
import type { Random } from './random.ts';

/** Subject alternative names, as people and attackers write them. */
export const NAMES = [
  'dns:a.example.com', 'dns:example.com', 'dns:EXAMPLE.com', 'dns:a.b.example.com', 'dns:other.org', 'dns:kubernetes', 'dns:cp_1.example.com',
  'dns:*.example.com', 'dns:*.EXAMPLE.com', 'dns:*example.com', 'dns:*x.example.com', 'dns:*', 'dns:.example.com', 'dns:example.com.', 'dns:', 'dns:bad..com', 'dns:a-example.com',
  'ip:0a600001', 'ip:0a600005', 'ip:c0a80a0b', 'ip:0a000001', 'ip:fd000000000000000000000000000001', 'ip:00000000000000000000ffff0a600001',
  'email:me@example.com', 'email:Me@EXAMPLE.com', 'email:me@a.example.com', 'email:"a b"@example.com', 'email:me@other.org', 'email:bad', 'email:me@', 'email:me@*.example.com',
  'uri:spiffe://example.com/ns', 'uri:https://a.example.com:8443/', 'uri:https://EXAMPLE.com/', 'uri:https://*.example.com/', 'uri:urn:x', 'uri:https://10.0.0.1/', 'uri:https://10.0.0.1:80/',
  'uri:https://[fd00::1]/', 'uri:spiffe://a:b:1/', 'uri:https://999.1.1.1/', 'uri:https://010.0.0.1/', 'uri:https://other.org/', 'dirname:kubernetes',
]; // prettier-ignore

/** Subtrees of name constraints; addresses with bits behind the mask are as a hand-written openssl.cnf makes them. */
export const SUBTREES = [
  'dns:example.com', 'dns:.example.com', 'dns:EXAMPLE.COM', 'dns:a.example.com', 'dns:bar.example.com', 'dns:com', 'dns:other.org', 'dns:kubernetes', 'dns:',
  'ip:0a000000ff000000', 'ip:0a600000fff00000', 'ip:c0a80000ffff0000', 'ip:0a600005ffff0000', 'ip:09000000ff000000', 'ip:0000000000000000', 'ip:0a600001ffffffff',
  `ip:fd${'00'.repeat(15)}ff${'00'.repeat(15)}`, `ip:${'00'.repeat(32)}`, `ip:00000000000000000000ffff00000000${'ff'.repeat(12)}00000000`,
  'email:example.com', 'email:.example.com', 'email:me@example.com', 'email:ME@example.com', 'email:me@EXAMPLE.com', 'email:other.org',
  'uri:example.com', 'uri:.example.com', 'uri:a.example.com', 'uri:other.org', 'dirname:kubernetes',
]; // prettier-ignore

export const UNKNOWN_CRITICAL: Extension = {
  oid: '1.3.6.1.4.1.55555.2',
  critical: true,
  value: octets(Buffer.from('?')),
  text: 'critical extension that nobody knows',
};

type Change = (to: Description, choose: Random) => Description;

const set =
  (extension: (choose: Random) => Extension): Change =>
  (to, choose) => ({ ...to, extensions: withExtension(to, extension(choose)) });

const without =
  (oid: string): Change =>
  (to) => ({ ...to, extensions: withoutExtension(to, oid) });

const some = <T>(choose: Random, from: readonly T[], most: number): readonly T[] =>
  Array.from({ length: 1 + choose.below(most) }, () => choose.pick(from));

const policies = (choose: Random): readonly Policy[] => choose.some(['any', 'a', 'b'] as const, 0.5);

/** Dates around the moment of a case, to the second. */
const BOUNDS: Readonly<Record<string, Change>> = {
  'ends now': (to) => ({ ...to, notAfter: '2026-11-21T12:00:00Z' }),
  'ended a second ago': (to) => ({ ...to, notAfter: '2026-11-21T11:59:59Z' }),
  'begins now': (to) => ({ ...to, notBefore: '2026-11-21T12:00:00Z' }),
  'begins in a second': (to) => ({ ...to, notBefore: '2026-11-21T12:00:01Z' }),
  'begins after its end': (to) => ({ ...to, notBefore: to.notAfter, notAfter: to.notBefore }),
  'ends in 2050': (to) => ({ ...to, notAfter: '2050-01-01T00:00:00Z' }),
};

const SIGNATURES: Readonly<Record<string, Change>> = {
  'signed with SHA-1': (to) => ({ ...to, signature: hashed(to, 'SHA1') }),
  'signed with MD5': (to) => ({ ...to, signature: isRSA(to) ? 'RSA-MD5' : hashed(to, 'SHA1') }),
  'signed with SHA-384': (to) => ({ ...to, signature: hashed(to, 'SHA384') }),
  'one bit of the signature wrong': (to) => ({
    ...to,
    patch: (der) => {
      der[der.length - 1] = (der.at(-1) ?? 0) ^ 1;
      return der;
    },
  }),
  'a byte behind it': (to) => ({ ...to, patch: (der) => Buffer.concat([der, Buffer.from([0])]) }),
};

const isRSA = ({ signer }: Description): boolean => signer.privateKey.asymmetricKeyType === 'rsa';

function hashed({ signer }: Description, hash: 'SHA1' | 'SHA384'): SignatureName {
  if (signer.curve !== undefined) return `ECDSA-${hash}`;
  const usual = signatureOf(signer);
  // A signature with SHA-384 does not fit into a key of 512 bits.
  return usual !== 'RSA-SHA256' || (hash === 'SHA384' && signer.spki.length < 100) ? usual : `RSA-${hash}`;
}

const FIELDS: Readonly<Record<string, Change>> = {
  'version 1': (to) => ({ ...to, version: 1, extensions: [] }),
  'version 2': (to) => ({ ...to, version: 2, extensions: [] }),
  'serial 0': (to) => ({ ...to, serial: 0n }),
  'negative serial': (to) => ({ ...to, serial: Buffer.from([0x80]) }),
  'serial of 24 bytes': (to) => ({ ...to, serial: Buffer.alloc(24, 0x5a) }),
  'serial not minimal': (to) => ({ ...to, serial: Buffer.from([0, 1]) }),
  'subject as PrintableString': (to) => ({ ...to, subject: cn(to.subject[0]?.value ?? '', 0x13) }),
  'issuer as PrintableString': (to) => ({ ...to, issuer: cn(to.issuer[0]?.value ?? '', 0x13) }),
};

const EXTENSIONS: Readonly<Record<string, Change>> = {
  'unknown critical extension': set(() => UNKNOWN_CRITICAL),
  'no basicConstraints': without('2.5.29.19'),
  'CA:FALSE': set(() => basicConstraints(false)),
  'path length 0': set(() => basicConstraints(true, 0)),
  'path length 1': set(() => basicConstraints(true, 1)),
  'path length 2': set(() => basicConstraints(true, 2)),
  'no keyUsage': without('2.5.29.15'),
  'keyUsage without keyCertSign': set(() => keyUsage('digitalSignature', 'cRLSign')),
  'keyUsage without any': set(() => keyUsage()),
  'keyUsage decipherOnly': set(() => ({ oid: '2.5.29.15', value: bits(Buffer.from([0, 0x80]), 7), text: '' })),
  'extended key usage': set((choose) =>
    extendedKeyUsage(...choose.some(['serverAuth', 'clientAuth', 'any', 'codeSigning', 'unknown'] as const, 0.4)),
  ),
  'no authority key id': without('2.5.29.35'),
  'no subject key id': without('2.5.29.14'),
  'another subject key id': set((choose) => ({
    oid: '2.5.29.14',
    value: octets(Buffer.from([choose.below(4)])),
    text: '',
  })),
  'an empty authority key id': set(() => ({ oid: '2.5.29.35', value: sequence(), text: '' })),
  names: set((choose) => subjectAltName(...some(choose, NAMES, 4))),
  'critical names': set((choose) => ({ ...subjectAltName(...some(choose, NAMES, 2)), critical: true })),
  'the same extension twice': (to) => ({ ...to, extensions: [...to.extensions, ...to.extensions.slice(0, 1)] }),
};

const POLICY: Readonly<Record<string, Change>> = {
  policies: set((choose) => certificatePolicies(...policies(choose))),
  'policies required': set((choose) => policyConstraints(choose.below(3), choose.chance(0.3) ? choose.below(2) : undefined)),
  'policy mappings': set((choose) =>
    policyMappings(...some(choose, [['a', 'b'], ['b', 'a'], ['a', 'a'], ['any', 'a']] as const, 2)),
  ),
  'any policy inhibited': set((choose) => inhibitAnyPolicy(choose.below(2))),
}; // prettier-ignore

const CONSTRAINTS: Readonly<Record<string, Change>> = {
  'name constraints': set((choose) => {
    const permitted = choose.chance(0.6) ? some(choose, SUBTREES, 4) : [];
    return nameConstraints(permitted, permitted.length === 0 || choose.chance(0.4) ? some(choose, SUBTREES, 3) : []);
  }),
};

/** Networks within each other, beside each other, and with bits behind their masks. */
const NETWORKS = [
  'ip:0a000000ff000000', 'ip:0a600000fff00000', 'ip:0a600000ffff0000', 'ip:0a600005ffff0000', 'ip:0a600005ffffff00', 'ip:0a000005ff000000', 'ip:09000000ff000000',
  'ip:0a5f0000ffff0000', 'ip:0a600001ffffffff', 'ip:0a600002fffffffe', 'ip:0000000000000000', 'ip:c0a80000ffff0000', 'ip:0a000000fe000000', 'ip:ffffffffffffffff',
  `ip:fd${'00'.repeat(15)}ff${'00'.repeat(15)}`, `ip:${'00'.repeat(32)}`, `ip:00000000000000000000ffff0a600005${'ff'.repeat(12)}ff000000`, `ip:${'00'.repeat(16)}${'ff'.repeat(10)}${'00'.repeat(6)}`,
]; // prettier-ignore

const ADDRESSES: Readonly<Record<string, Change>> = {
  networks: set((choose) => {
    const permitted = choose.chance(0.7) ? some(choose, NETWORKS, 4) : [];
    return nameConstraints(permitted, permitted.length === 0 || choose.chance(0.3) ? some(choose, NETWORKS, 3) : []);
  }),
};

const KINDS = { dates: BOUNDS, signatures: SIGNATURES, fields: FIELDS, extensions: EXTENSIONS, constraints: CONSTRAINTS, addresses: ADDRESSES, policies: POLICY }; // prettier-ignore

export type KindOfChange = keyof typeof KINDS;

/** Changes one thing, of the kind or of any. */
export function changed(description: Description, choose: Random, kind?: KindOfChange): Description {
  const among = Object.entries(KINDS[kind ?? choose.pick(Object.keys(KINDS) as KindOfChange[])]);
  const [what, change] = choose.pick(among);
  return { ...change(description, choose), what: `${description.what} (${what})` };
}
